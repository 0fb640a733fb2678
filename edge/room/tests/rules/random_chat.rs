//! Random frames from several sockets: nothing panics, and the log equals that of a much simpler room.

use std::collections::BTreeMap;

use models::{FinishReason, ModelError, ModelErrorKind, ModelEvent};
use proptest::prelude::*;
use room::{Input, RawFrame, RowData};
use shared::frame::HistoryPlace;
use shared::{ClientFrame, Nonce, PersonId, Seq, ServerFrame};

use crate::harness::{Harness, ended, nonce, person, status};

const TABS: [&str; 5] = ["ann", "bob", "bob/laptop", "eve", "owner"];

#[derive(Debug, Clone)]
enum Step {
    Say { tab: usize, nonce: u8, after: u64, text: String, to: Option<u64> },
    Text(usize, String),
    Binary(usize),
    Hello(usize, Option<String>),
    Return(usize),
    Leave(usize),
    Stop(usize, u64),
    Regenerate(usize, u64),
    Model(u64, u32, ModelEvent),
    Running(ModelEvent),
    Pass(u64),
    Ring,
    StoreFails(usize),
    Unreadable(bool),
    Crash,
    Clock(i64),
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z ]{0,12}",
        3 => "(hi |, )?@(chatbot|helper|챗봇|bob)( hi)?",
        1 => ".{0,20}",
        1 => Just("x".repeat(4_001)),
    ]
}

fn frame() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,30}",
        r#"\{"type":"(say|hello|ack|history|stop|typing|dance)"(,"(nonce|after|text|tab|protocol|bytes)":(0|-1|1e9|"x"|null|"nonce-0123456789")){0,4}\}"#,
        any::<u64>().prop_map(|bytes| ClientFrame::Ack { bytes }.encode()),
        (0..3_u8, prop_oneof![0..40_u64, any::<u64>()], any::<u32>()).prop_map(|(kind, seq, limit)| {
            let place = match kind {
                0 => HistoryPlace::Before(Seq(seq)),
                1 => HistoryPlace::After(Seq(seq)),
                _ => HistoryPlace::Around(Seq(seq)),
            };
            ClientFrame::History { place, limit }.encode()
        }),
        ("[a-z ]{0,3}", proptest::option::of(any::<u64>()))
            .prop_map(|(query, before)| { ClientFrame::Search { query, before: before.map(Seq) }.encode() }),
        any::<bool>().prop_map(|on| ClientFrame::Typing { on }.encode()),
        Just("ping".to_owned()),
        Just(" ".repeat(70_000)),
    ]
}

fn event() -> impl Strategy<Value = ModelEvent> {
    let kind = prop::sample::select(vec![
        ModelErrorKind::ChainLost,
        ModelErrorKind::Stateless,
        ModelErrorKind::BadRequest,
        ModelErrorKind::RateLimited,
        ModelErrorKind::Overloaded,
    ]);
    let failed = (kind, prop::option::of(0..30_000_u64)).prop_map(|(kind, retry_after_ms)| {
        ended(
            FinishReason::Failed(ModelError {
                kind,
                retry_after_ms,
                status: status(kind),
                context_tokens: None,
                note: String::new(),
            }),
            None,
        )
    });
    let id = || prop::option::of("[a-c]");
    prop_oneof![
        3 => (id(), id()).prop_map(|(id, previous)| ModelEvent::Started { id, previous }),
        4 => "[a-z안 ]{1,9}".prop_map(ModelEvent::Text),
        1 => "[a-z]{1,9}".prop_map(ModelEvent::Refusal),
        1 => Just(ModelEvent::Alive),
        1 => Just(ModelEvent::Text("말".repeat(12_000))),
        3 => prop::option::of("[a-z]{0,9}").prop_map(|text| ended(FinishReason::Complete, text.as_deref())),
        1 => prop::sample::select(vec![FinishReason::Length, FinishReason::Filtered, FinishReason::Refused, FinishReason::Cut])
            .prop_map(|finish| ended(finish, None)),
        2 => failed,
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let tab = || 0..TABS.len();
    prop_oneof![
        12 => (tab(), 0..12_u8, 0..20_u64, text(), prop::option::weighted(0.2, 0..20_u64))
            .prop_map(|(tab, nonce, after, text, to)| Step::Say { tab, nonce, after, text, to }),
        2 => (tab(), frame()).prop_map(|(tab, frame)| Step::Text(tab, frame)),
        1 => tab().prop_map(Step::Binary),
        2 => (tab(), prop::option::of("[a-c]{1,2}|chatbot| ")).prop_map(|(tab, name)| Step::Hello(tab, name)),
        3 => tab().prop_map(Step::Return),
        1 => tab().prop_map(Step::Leave),
        2 => (tab(), 0..30_u64).prop_map(|(tab, run)| Step::Stop(tab, run)),
        2 => (tab(), 0..30_u64).prop_map(|(tab, run)| Step::Regenerate(tab, run)),
        2 => (0..30_u64, 0..5_u32, event()).prop_map(|(run, call_number, event)| Step::Model(run, call_number, event)),
        12 => event().prop_map(Step::Running),
        6 => prop::sample::select(vec![0, 1, 20, 49, 300, 2_000, 31_000, 100_000]).prop_map(Step::Pass),
        1 => Just(Step::Ring),
        2 => (1..3_usize).prop_map(Step::StoreFails),
        1 => any::<bool>().prop_map(Step::Unreadable),
        1 => Just(Step::Crash),
        1 => prop::sample::select(vec![-3_600_000, 86_400_000]).prop_map(Step::Clock),
    ]
}

/// A simple model of the room: the accepted writes in order.
#[derive(Default)]
struct Reference {
    said: Vec<(PersonId, Nonce, String)>,
}

impl Reference {
    /// What the real room answered must be what this one would have, but for refusals that need no reason here.
    fn say(
        &mut self,
        author: PersonId,
        nonce: Nonce,
        text: &str,
        answer: Option<&ServerFrame>,
        before: usize,
        harness: &Harness,
    ) {
        let known = self.said.iter().position(|(a, n, _)| (a, n) == (&author, &nonce));
        match (answer, known) {
            (Some(ServerFrame::Accepted { nonce: told, seq }), known) => {
                assert_eq!(told, &nonce);
                let index = known.unwrap_or(self.said.len());
                if known.is_none() {
                    self.said.push((author, nonce, text.trim().to_owned()));
                }
                let place = said(harness).nth(index).unwrap().0;
                assert_eq!(*seq, place, "the same attempt has the same place");
            }
            (_, _) => assert_eq!(said(harness).count(), before, "what is not accepted is not written"),
        }
        assert_eq!(said(harness).count(), self.said.len());
    }
}

fn said(harness: &Harness) -> impl Iterator<Item = (Seq, PersonId, Nonce, String)> + '_ {
    harness.storage.rows.values().filter_map(|row| match &row.data {
        RowData::Message(said) => Some((row.seq, row.author.clone(), row.nonce.clone()?, said.text.clone())),
        _ => None,
    })
}

fn play(harness: &mut Harness, reference: &mut Reference, step: Step) {
    match step {
        Step::Say { tab, nonce: number, after, text, to } => {
            let (tab, before) = (TABS[tab], said(harness).count());
            let nonce = nonce(&format!("n{number}"));
            let frames = harness.tabs[tab].view.frames.len();
            // A client's position at its first try is never beyond a later one, so 0 is always valid here.
            let after = if after < 15 { Seq(0) } else { harness.tabs[tab].view.last.min(Seq(0)) };
            harness.say_after(tab, nonce.clone(), after, &text, to.map(Seq));
            let author = person(tab.split('/').next().unwrap());
            let answer = harness.tabs[tab].view.frames[frames..].iter().find(|frame| match frame {
                // A room that wakes may accept the newest message once more.
                ServerFrame::Accepted { nonce: accepted, .. } => *accepted == nonce,
                ServerFrame::Refused { .. } => true,
                _ => false,
            });
            let answer = answer.cloned();
            reference.say(author, nonce, &text, answer.as_ref(), before, harness);
        }
        Step::Text(tab, text) => {
            harness.send_text(TABS[tab], &text);
        }
        Step::Binary(tab) => {
            if let Some(socket) = harness.socket(TABS[tab]) {
                harness.input(Input::Received { socket, frame: RawFrame::Binary });
            }
        }
        Step::Hello(tab, name) => {
            harness.hello(TABS[tab], name.as_deref());
        }
        Step::Return(tab) => {
            reconnect(harness, TABS[tab]);
        }
        Step::Leave(tab) => {
            harness.leave(TABS[tab]);
        }
        Step::Stop(tab, run) => {
            harness.send(TABS[tab], &ClientFrame::Stop { run: Seq(run) });
        }
        Step::Regenerate(tab, run) => {
            harness.run(&format!("{} regenerates {run}", TABS[tab]));
        }
        Step::Model(run, call_number, event) => {
            harness.input(Input::ModelEvent { run: Seq(run), call_number, event });
        }
        Step::Running(event) => {
            if let Some((run, call_number)) = harness.tasks.first().copied() {
                harness.model_event(run, call_number, event);
            }
        }
        Step::Pass(ms) => {
            harness.pass(ms);
        }
        Step::Ring => {
            harness.ring_alarm();
        }
        Step::StoreFails(count) => harness.failing_stores = count,
        Step::Unreadable(yes) => harness.storage.is_unreadable.set(yes),
        Step::Crash => {
            harness.crash();
            harness.failing_stores = 0;
        }
        Step::Clock(by) => {
            let now = shared::Millis(harness.now.0.checked_add_signed(by).unwrap());
            harness.jump(now).ring_alarm();
        }
    }
}

fn reconnect<'a>(harness: &'a mut Harness, name: &str) -> &'a mut Harness {
    if harness.room.is_none() {
        harness.storage.is_unreadable.set(false);
    }
    harness.reconnect(name)
}

fn check(harness: &mut Harness, reference: &Reference) {
    harness.failing_stores = 0;
    harness.storage.is_unreadable.set(false);
    harness.wake();
    harness.pass(400_000);
    let heads: Vec<u64> = harness.storage.rows.keys().map(|seq| seq.0).collect();
    assert_eq!(heads, (1..=harness.head().0).collect::<Vec<_>>(), "no gaps");
    let written: Vec<_> = said(harness).map(|(_, author, nonce, text)| (author, nonce, text)).collect();
    assert_eq!(written, reference.said);
    assert!(harness.storage.runs.is_empty(), "every run ends by itself");
    let mut ends: BTreeMap<Seq, u32> = BTreeMap::new();
    harness
        .storage
        .rows
        .values()
        .filter_map(|row| row.target)
        .for_each(|target| *ends.entry(target).or_default() += 1);
    for row in harness.storage.rows.values() {
        if let RowData::Answer(answer) = &row.data {
            assert!(answer.state.is_end());
            let at_once = u32::from(answer.code == Some(shared::ErrorCode::QueueFull));
            assert_eq!(
                ends.get(&row.seq).copied().unwrap_or_default() + at_once,
                1,
                "one end of {}",
                row.seq
            );
        }
    }
    for name in TABS {
        harness.reconnect(name).pass(1_000);
    }
    harness.run("fresh reads; 1 s");
    let fresh = harness.tabs["fresh"].view.clone();
    let oldest = fresh.messages.keys().next().copied().unwrap_or_default();
    for name in TABS {
        let view = &harness.tabs[name].view;
        assert_eq!(view.last, harness.head());
        let newest: Vec<_> = view.shown().into_iter().filter(|row| row.0 >= oldest).collect();
        assert_eq!(newest, fresh.shown(), "{name}");
        assert_eq!((view.people.clone(), view.count), (fresh.people.clone(), fresh.count), "{name}");
        assert!(view.ends.values().all(|ends| *ends == 1), "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn g1_g2_g3_any_frames_in_any_order_write_what_a_simple_room_would(steps in prop::collection::vec(step(), 1..80)) {
        let mut harness = Harness::new();
        harness.run("ann joins; bob joins; bob/laptop joins; eve reads; owner joins as olga; 20 s");
        let mut reference = Reference::default();
        for step in steps {
            play(&mut harness, &mut reference, step);
        }
        check(&mut harness, &reference);
    }
}
