//! The shared deployments, one for each model API: tests take turns with them and use rooms of their own. Tests that
//! mostly wait run in the background from the start.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{LazyLock, mpsc};
use std::time::Duration;

use shared::Seq;
use tokio::runtime::{Builder, Handle};
use tokio::sync::{Mutex, MutexGuard};
use tokio::task::JoinHandle;

use crate::browser::{Browser, Socket};
use crate::deployment::{Deployment, SECRETS, UPSTREAM};
use crate::model_requests::Api;
use crate::{connections, frames, slow_faults};

/// A deployment and the tokio runtime of its demo model. Nothing drops it: the watchdog script ends wrangler.
struct Shared {
    deployment: Deployment,
    handle: Handle,
    /// How many bytes of the runtime's output were checked.
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
                let deployment = Deployment::start_with(&api.variables()).await;
                sender.send((deployment, Handle::current())).unwrap();
                std::future::pending::<()>().await;
            });
        });
        let (deployment, handle) = receiver.recv().expect("the product starts");
        Self { deployment, handle, printed: AtomicUsize::new(0) }
    }
}

/// Tests that mostly wait. All start with the shared deployment and run beside the other tests.
static BACKGROUND_TESTS: LazyLock<Mutex<BTreeMap<&str, JoinHandle<()>>>> = LazyLock::new(|| {
    let Shared { deployment, handle, .. } = &*SHARED;
    Mutex::new(BTreeMap::from([
        ("offline", handle.spawn(slow_faults::minutes())),
        ("half open", handle.spawn(connections::half_open(deployment))),
        ("asleep", handle.spawn(connections::asleep(deployment))),
        ("no hello", handle.spawn(frames::no_hello(deployment))),
    ]))
});

/// How many of them have a room in the shared deployment.
const BACKGROUND_ROOMS: usize = 3;

static ROOMS: AtomicU32 = AtomicU32::new(1);
static TURN: Mutex<()> = Mutex::const_new(());

/// A test's turn with a shared deployment; dropping it resets the demo model.
pub(crate) struct SharedDeployment {
    shared: &'static Shared,
    _turn: MutexGuard<'static, ()>,
}

impl SharedDeployment {
    /// Waits for this test's turn.
    pub(crate) async fn new() -> Self {
        Self::speaking(Api::Responses).await
    }

    /// Waits for this test's turn with the deployment of this model API.
    pub(crate) async fn speaking(api: Api) -> Self {
        let turn = TURN.lock().await;
        let shared = match api {
            Api::Responses => {
                LazyLock::force(&BACKGROUND_TESTS);
                // Their rooms must exist before a test counts rooms.
                for _ in 0..500 {
                    if SHARED.deployment.objects().1 >= BACKGROUND_ROOMS {
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

impl Deref for SharedDeployment {
    type Target = Deployment;
    fn deref(&self) -> &Deployment {
        &self.shared.deployment
    }
}

impl Drop for SharedDeployment {
    fn drop(&mut self) {
        self.demo.reset();
        let output = self.output();
        // Late output is checked by the next test.
        let output =
            output.get(self.shared.printed.swap(output.len(), Ordering::Relaxed)..).unwrap_or_default();
        if std::thread::panicking() {
            eprintln!("the runtime's output:\n{output}");
            return;
        }
        // The operator's log may hold request ids of the model's server, but no key and no error text.
        for secret in SECRETS.iter().filter(|secret| **secret != "req_").chain([&UPSTREAM]) {
            assert!(!output.contains(secret), "case_77: {secret} in {output}");
        }
        assert!(!output.contains("panicked"), "{output}");
    }
}

/// Waits for the end of a background test.
pub(crate) async fn finish_background_test(name: &str) {
    let background_test = BACKGROUND_TESTS.lock().await.remove(name).expect("it is in the list");
    // Its own output went to the test that happened to start it.
    if let Err(error) = background_test.await {
        panic!("{error}");
    }
}

/// A fresh room name.
pub(crate) fn room_name() -> String {
    format!("room-{}", ROOMS.fetch_add(1, Ordering::Relaxed))
}

/// A room with Bob, who chats on and must not be affected by what others do.
pub(crate) struct Room {
    pub(crate) name: String,
    pub(crate) bob: Browser,
    pub(crate) bob_socket: Socket,
    /// The newest seq that is accounted for.
    pub(crate) head: Seq,
}

impl Room {
    pub(crate) async fn new(deployment: &Deployment) -> Self {
        Self::named(deployment, &room_name()).await
    }

    /// An existing room.
    pub(crate) async fn named(deployment: &Deployment, name: &str) -> Self {
        let mut bob = Browser::new(deployment);
        let (bob_socket, welcome) = bob.join(name, "Bob").await;
        Self { name: name.to_owned(), bob, bob_socket, head: welcome.head }
    }

    /// Sends a message of Bob and asserts that exactly so many rows were stored since the last time, by its seq: seqs have no
    /// gaps. Shows as well that the object answers and that Bob's socket is open.
    pub(crate) async fn stored_exactly(&mut self, stored: u64) {
        let seq = self.bob_socket.say(&mut self.bob, "I talk on").await;
        assert_eq!(seq, Seq(self.head.0 + stored + 1), "so many rows: {:#?}", self.bob_socket.texts);
        self.head = seq;
        // Replies are sent at once and events may be buffered: earlier events have arrived when this one has.
        let is_told = |event: &shared::Event| (event.seq() == seq).then_some(());
        if self.bob_socket.events().iter().find_map(is_told).is_none() {
            self.bob_socket.event(is_told).await;
        }
    }

    /// Waits until a person is no longer in the roster.
    pub(crate) async fn wait_until_absent(&self, name: &str) {
        for _ in 0..60 {
            let mut reader = Browser::at(self.bob.port);
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
