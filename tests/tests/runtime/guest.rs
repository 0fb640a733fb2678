//! One running product per API for all tests that need none of their own, rooms in it that nobody else uses, and tests that
//! mostly wait.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{LazyLock, mpsc};
use std::time::Duration;

use shared::Seq;
use tokio::runtime::{Builder, Handle};
use tokio::sync::{Mutex, MutexGuard};
use tokio::task::JoinHandle;

use crate::api::Api;
use crate::person::{Socket, Visitor};
use crate::stage::{SECRETS, Stage, UPSTREAM};
use crate::{frames, offline, sleep};

/// A product and the runtime that its demo model lives on. Nothing drops it: what watches wrangler ends it.
struct Shared {
    stage: Stage,
    handle: Handle,
    /// How much of the runtime's output has been looked at.
    printed: AtomicUsize,
}

static SHARED: LazyLock<Shared> = LazyLock::new(|| Shared::start(Api::Responses));
static CHAT_COMPLETIONS: LazyLock<Shared> = LazyLock::new(|| Shared::start(Api::ChatCompletions));
static GEMINI: LazyLock<Shared> = LazyLock::new(|| Shared::start(Api::Gemini));

impl Shared {
    fn start(api: Api) -> Self {
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
            runtime.block_on(async {
                let stage = Stage::start_with(&api.variables()).await;
                sender.send((stage, Handle::current())).unwrap();
                std::future::pending::<()>().await;
            });
        });
        let (stage, handle) = receiver.recv().expect("the product starts");
        Self { stage, handle, printed: AtomicUsize::new(0) }
    }
}

/// Tests that mostly wait. All begin together with the shared product and go on beside the other tests.
static VIGILS: LazyLock<Mutex<BTreeMap<&str, JoinHandle<()>>>> = LazyLock::new(|| {
    let Shared { stage, handle, .. } = &*SHARED;
    Mutex::new(BTreeMap::from([
        ("offline", handle.spawn(offline::minutes())),
        ("half open", handle.spawn(sleep::half_open(stage))),
        ("asleep", handle.spawn(sleep::asleep(stage))),
        ("no hello", handle.spawn(frames::no_hello(stage))),
    ]))
});

/// How many of them have a room in the shared product.
const VIGIL_ROOMS: usize = 3;

static ROOMS: AtomicU32 = AtomicU32::new(1);
static TURN: Mutex<()> = Mutex::const_new(());

/// A test's turn with the shared product. At its end the demo model is as it was.
pub(crate) struct Guest {
    shared: &'static Shared,
    _turn: MutexGuard<'static, ()>,
}

impl Guest {
    /// Waits for this test's turn.
    pub(crate) async fn new() -> Self {
        Self::speaking(Api::Responses).await
    }

    /// Waits for this test's turn with the product whose models speak this.
    pub(crate) async fn speaking(api: Api) -> Self {
        let turn = TURN.lock().await;
        let shared = match api {
            Api::Responses => {
                LazyLock::force(&VIGILS);
                // Their rooms are made before anybody counts rooms.
                for _ in 0..500 {
                    if SHARED.stage.objects().1 >= VIGIL_ROOMS {
                        break;
                    }
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                &*SHARED
            }
            Api::ChatCompletions => &*CHAT_COMPLETIONS,
            Api::Gemini => &*GEMINI,
        };
        Self { shared, _turn: turn }
    }
}

impl Deref for Guest {
    type Target = Stage;
    fn deref(&self) -> &Stage {
        &self.shared.stage
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.demo.reset();
        let output = self.output();
        // What is printed late belongs to the next test.
        let output =
            output.get(self.shared.printed.swap(output.len(), Ordering::Relaxed)..).unwrap_or_default();
        if std::thread::panicking() {
            eprintln!("the runtime's output:\n{output}");
            return;
        }
        // The operator's log may name a request at the model's server. It never holds a key or a sentence.
        for secret in SECRETS.iter().filter(|secret| **secret != "req_").chain([&UPSTREAM]) {
            assert!(!output.contains(secret), "case_77: {secret} in {output}");
        }
        assert!(!output.contains("panicked"), "{output}");
    }
}

/// The end of a test that has been going on beside the others.
pub(crate) async fn vigil(name: &str) {
    let vigil = VIGILS.lock().await.remove(name).expect("it is in the list");
    if let Err(error) = vigil.await {
        resume_unwind(error.into_panic());
    }
}

/// A name that no other room has.
pub(crate) fn room_name() -> String {
    format!("room-{}", ROOMS.fetch_add(1, Ordering::Relaxed))
}

/// A room with somebody in it who talks on whatever others do, and must not notice any of it.
pub(crate) struct Room {
    pub(crate) name: String,
    pub(crate) bob: Visitor,
    pub(crate) at_bob: Socket,
    /// The newest place that is accounted for.
    pub(crate) head: Seq,
}

impl Room {
    /// A new room.
    pub(crate) async fn new(stage: &Stage) -> Self {
        Self::named(stage, &room_name()).await
    }

    /// A room that is there already.
    pub(crate) async fn named(stage: &Stage, name: &str) -> Self {
        let mut bob = Visitor::new(stage);
        let (at_bob, welcome) = bob.join(name, "Bob").await;
        Self { name: name.to_owned(), bob, at_bob, head: welcome.head }
    }

    /// The object answers, the other's socket is open, and so many rows were stored since the last time, neither more nor
    /// fewer: a row that should not be there would take a place.
    pub(crate) async fn is_calm(&mut self, stored: u64) {
        let seq = self.at_bob.say(&mut self.bob, "I talk on").await;
        assert_eq!(seq, Seq(self.head.0 + stored + 1), "so many rows: {:#?}", self.at_bob.texts);
        self.head = seq;
        // Accepted comes at once, events may be gathered: what was told before is here when this one is.
        let is_told = |event: &shared::Event| (event.seq() == seq).then_some(());
        if self.at_bob.events().iter().find_map(is_told).is_none() {
            self.at_bob.event(is_told).await;
        }
    }

    /// Waits until somebody is seen no more.
    pub(crate) async fn is_without(&self, name: &str) {
        for _ in 0..60 {
            let mut reader = Visitor::at(self.bob.port);
            reader.enter(&self.name, false).await;
            let people = reader.socket(&self.name).await.hello(None, None).await.people;
            if people.iter().all(|person| person.name != name) {
                assert!(people.iter().any(|person| person.name == "Bob"));
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{name} is still here");
    }
}
