//! Random events with budgets, tools, changes and custom bots: nothing panics, no bot is sent deleted text, no call is
//! made without a grant, and every tab ends with the same room.

use std::collections::{BTreeMap, BTreeSet};

use models::{CallEnd, FinishReason, ModelError, ModelErrorKind, ModelEvent, ToolCall};
use proptest::prelude::*;
use room::{Bot, Budget, ClaimReply, Config, Input, Period, RowData, Spender, tools};
use shared::{BotDraft, CardKind, ClientFrame, ErrorCode, Seq, ServerFrame, Usage};

use crate::budgets::paid;
use crate::harness::{Harness, config, item, status};

const TABS: [&str; 4] = ["ann", "bob", "bob/laptop", "owner"];

#[derive(Debug, Clone)]
enum Step {
    Say { tab: usize, bots: &'static str, to: Option<u64> },
    Edit(usize, u64),
    Delete(usize, u64),
    Vote(usize, u64, Option<usize>),
    SetBot(usize, &'static str, bool),
    RemoveBot(usize, &'static str),
    Ask(usize, bool),
    Regenerate(usize, u64),
    Choose(usize, u64, usize),
    Stop(usize, u64),
    Running(ModelEvent),
    Looked { is_asked: bool, run: u64, call_number: u32 },
    Reserved { is_asked: bool, run: u64, call_number: u32, reply: Option<bool> },
    Forgotten(bool),
    Pass(u64),
    Return(usize),
    Leave(usize),
    StoreFails,
    Unreadable(bool),
    Crash,
    Clock(i64),
}

fn event() -> impl Strategy<Value = ModelEvent> {
    let call = prop::sample::select(vec![
        (tools::WEATHER, r#"{"city":"Seoul"}"#),
        (tools::TIME, "{}"),
        (tools::SEARCH, r#"{"query":"word"}"#),
        (tools::SEARCH, "garbage"),
        ("nonsense", "{}"),
    ]);
    let call = call.prop_map(|(name, arguments)| ToolCall {
        id: "same".to_owned(),
        name: name.to_owned(),
        arguments: arguments.to_owned(),
        signature: None,
    });
    let calls = prop::collection::vec(call, 0..6);
    let usage = prop::option::of((0..3_000_u64, 0..3_000_u64, 0..200_u64));
    let usage = usage.prop_map(|usage| usage.map(|(input, cached, output)| Usage { input, cached, output }));
    let text =
        prop::option::of(prop::sample::select(vec!["done", r#"{"question":"q","options":["a","b"]}"#]));
    let finish = prop::sample::select(vec![
        FinishReason::Complete,
        FinishReason::Complete,
        FinishReason::Complete,
        FinishReason::Length,
        FinishReason::Refused,
        FinishReason::Cut,
        FinishReason::Flagged,
    ]);
    use ModelErrorKind::{ChainLost, Forbidden, Overloaded, PolicyBlocked};
    let kind = prop::sample::select(vec![ChainLost, Overloaded, Overloaded, PolicyBlocked, Forbidden]);
    let failed = kind.prop_map(|kind| {
        let fault = ModelError {
            kind,
            retry_after_ms: None,
            status: status(kind),
            context_tokens: None,
            note: String::new(),
        };
        ModelEvent::Finished(CallEnd::bare(FinishReason::Failed(fault)))
    });
    prop_oneof![
        4 => (0..40_u32, prop::bool::weighted(0.9)).prop_map(|(id, knows)| ModelEvent::Started {
            id: Some(format!("r{id}")),
            previous: knows.then(|| "any".to_owned()),
        }),
        2 => "[a-z안]{1,9}".prop_map(ModelEvent::Text),
        6 => (finish, text, usage, calls).prop_map(|(finish, text, usage, calls)| {
            ModelEvent::Finished(CallEnd { finish, text: text.map(str::to_owned), usage, calls })
        }),
        1 => failed,
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let (tab, seq) = (|| 0..TABS.len(), || 0..25_u64);
    let bots = prop::sample::select(vec!["", "", "@chatbot", "@helper", "@cat", "@chatbot @helper @cat"]);
    let handle = || prop::sample::select(vec!["cat", "dog", "chatbot", "Bad!"]);
    prop_oneof![
        10 => (tab(), bots, prop::option::weighted(0.1, seq())).prop_map(|(tab, bots, to)| Step::Say { tab, bots, to }),
        3 => (tab(), seq()).prop_map(|(tab, seq)| Step::Edit(tab, seq)),
        3 => (tab(), seq()).prop_map(|(tab, seq)| Step::Delete(tab, seq)),
        2 => (tab(), seq(), prop::option::of(0..3_usize)).prop_map(|(tab, seq, option)| Step::Vote(tab, seq, option)),
        2 => (tab(), handle(), any::<bool>()).prop_map(|(tab, handle, more)| Step::SetBot(tab, handle, more)),
        1 => (tab(), handle()).prop_map(|(tab, handle)| Step::RemoveBot(tab, handle)),
        1 => (tab(), any::<bool>()).prop_map(|(tab, bill)| Step::Ask(tab, bill)),
        2 => (tab(), seq()).prop_map(|(tab, seq)| Step::Regenerate(tab, seq)),
        2 => (tab(), seq(), 0..4_usize).prop_map(|(tab, seq, index)| Step::Choose(tab, seq, index)),
        1 => (tab(), seq()).prop_map(|(tab, seq)| Step::Stop(tab, seq)),
        14 => event().prop_map(Step::Running),
        4 => (prop::bool::weighted(0.8), seq(), 0..4_u32)
            .prop_map(|(is_asked, run, call_number)| Step::Looked { is_asked, run, call_number }),
        12 => (prop::bool::weighted(0.95), seq(), 0..4_u32, prop::option::weighted(0.9, prop::bool::weighted(0.9)))
            .prop_map(|(is_asked, run, call_number, reply)| Step::Reserved { is_asked, run, call_number, reply }),
        2 => any::<bool>().prop_map(Step::Forgotten),
        4 => prop::sample::select(vec![1, 300, 2_000, 11_000, 31_000, 100_000]).prop_map(Step::Pass),
        2 => tab().prop_map(Step::Return),
        1 => tab().prop_map(Step::Leave),
        1 => Just(Step::StoreFails),
        1 => any::<bool>().prop_map(Step::Unreadable),
        1 => Just(Step::Crash),
        1 => prop::sample::select(vec![-3_600_000, 86_400_000]).prop_map(Step::Clock),
    ]
}

/// Watches from outside what must not happen.
#[derive(Default)]
struct Watch {
    /// All texts that each row ever held.
    words: BTreeMap<Seq, BTreeSet<String>>,
    granted: BTreeSet<(Seq, u32)>,
    calls: usize,
    spoken: u32,
}

impl Watch {
    fn as_str(&mut self) -> String {
        self.spoken += 1;
        format!("word{}x", self.spoken)
    }

    fn look(&mut self, harness: &Harness) {
        for call in &harness.calls[self.calls..] {
            let claim = claim_of(harness, call);
            assert!(self.granted.contains(&(call.run, claim)), "{}.{}", call.run, call.call_number);
            let prompt: String = call.turn.input.iter().map(item).collect();
            let is_gone = |seq: &Seq| match harness.storage.rows.get(seq).map(|row| &row.data) {
                Some(RowData::Message(said)) => said.deleted,
                _ => false,
            };
            for (seq, words) in self.words.iter().filter(|(seq, _)| is_gone(seq)) {
                assert!(!words.iter().any(|word| prompt.contains(word)), "#{seq} was deleted: {prompt}");
            }
            let previous = call.turn.previous.as_ref().and_then(|id| harness.storage.responses.get(id));
            let is_own = |response: &room::ResponseRecord| response.run == call.run;
            assert!(
                previous.is_none_or(|response| !response.deletion_pending || is_own(response)),
                "{call:?}"
            );
        }
        self.calls = harness.calls.len();
        for row in harness.storage.rows.values() {
            if let RowData::Message(said) = &row.data
                && let Some(word) = said.text.split(' ').find(|word| word.starts_with("word"))
            {
                self.words.entry(row.seq).or_default().insert(word.to_owned());
            }
        }
    }
}

fn draft(handle: &str, has_tools: bool) -> BotDraft {
    let tools = if has_tools { vec![tools::TIME.to_owned()] } else { Vec::new() };
    let alternatives = (!has_tools).then_some(3);
    let (handle, instructions) = (handle.to_owned(), "You purr.".to_owned());
    BotDraft { handle, instructions, tools, alternatives, ..BotDraft::default() }
}

/// The number of the call whose claim pays for a call: that of the first answer, for a further one.
fn claim_of(harness: &Harness, call: &room::Call) -> u32 {
    let claims = harness
        .reservations
        .iter()
        .filter(|(run, number, _)| *run == call.run && *number <= call.call_number);
    claims.map(|(_, number, _)| *number).max().unwrap_or_default()
}

fn play(harness: &mut Harness, watch: &mut Watch, step: Step) {
    let verb = |harness: &mut Harness, tab: usize, text: String| {
        harness.run(&format!("{} {text}", TABS[tab]));
    };
    match step {
        Step::Say { tab, bots, to: None } => verb(harness, tab, format!("says {} {bots}", watch.as_str())),
        Step::Say { tab, bots, to: Some(to) } => {
            verb(harness, tab, format!("replies {to} {} {bots}", watch.as_str()));
        }
        Step::Edit(tab, seq) => verb(harness, tab, format!("edits {seq} {}", watch.as_str())),
        Step::Delete(tab, seq) => verb(harness, tab, format!("deletes {seq}")),
        Step::Vote(tab, seq, Some(option)) => verb(harness, tab, format!("votes {seq} {option}")),
        Step::Vote(tab, seq, None) => verb(harness, tab, format!("votes {seq}")),
        Step::SetBot(tab, handle, more) => drop(harness.set_bot(TABS[tab], draft(handle, more))),
        Step::RemoveBot(tab, handle) => verb(harness, tab, format!("removes {handle}")),
        Step::Ask(tab, true) => drop(harness.send(TABS[tab], &ClientFrame::Bill)),
        Step::Ask(tab, false) => drop(harness.send(TABS[tab], &ClientFrame::Drafts)),
        Step::Regenerate(tab, seq) => verb(harness, tab, format!("regenerates {seq}")),
        Step::Choose(tab, seq, index) => verb(harness, tab, format!("chooses {seq} {index}")),
        Step::Stop(tab, seq) => verb(harness, tab, format!("stops {seq}")),
        Step::Running(event) => {
            if let Some((run, call_number)) = harness.tasks.first().copied() {
                harness.model_event(run, call_number, event);
            }
        }
        Step::Looked { is_asked, run, call_number } => {
            let asked = harness.weather_requests.last().filter(|_| is_asked);
            let (run, call_number) =
                asked.map_or((Seq(run), call_number), |asked| (asked.run, asked.call_number));
            let output = serde_json::json!({ "sky": "grey" });
            harness.input(Input::ToolFinished { run, call_number, index: 0, output });
        }
        Step::Reserved { is_asked, run, call_number, reply } => {
            let asked = harness.reservations.last().filter(|_| is_asked);
            let (run, call_number) = asked.map_or((Seq(run), call_number), |asked| (asked.0, asked.1));
            let resets_at = harness.now.plus(1);
            let reply = reply.map(|is_granted| match is_granted {
                true => ClaimReply::Granted,
                false => ClaimReply::Refused { code: ErrorCode::BudgetAll, resets_at },
            });
            if reply == Some(ClaimReply::Granted) {
                watch.granted.insert((run, call_number));
            }
            harness.input(Input::Reserved { run, call_number, reply });
        }
        Step::Forgotten(is_gone) => {
            if let Some(id) = harness.deletion_requests.pop() {
                harness.input(Input::ResponseDeleted { id, is_gone });
            }
        }
        Step::Pass(ms) => drop(harness.pass(ms)),
        Step::Return(tab) => {
            if harness.room.is_none() {
                harness.storage.is_unreadable.set(false);
            }
            harness.reconnect(TABS[tab]);
        }
        Step::Leave(tab) => drop(harness.leave(TABS[tab])),
        Step::StoreFails => harness.failing_stores = 1,
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
    watch.look(harness);
}

fn check(harness: &mut Harness, watch: &mut Watch) {
    harness.failing_stores = 0;
    harness.storage.is_unreadable.set(false);
    harness.wake();
    harness.pass(1_200_000);
    watch.look(harness);
    assert!(harness.storage.runs.is_empty() && harness.tasks.is_empty(), "every run ends by itself");
    let places: Vec<u64> = harness.storage.rows.keys().map(|seq| seq.0).collect();
    assert_eq!(places, (1..=harness.head().0).collect::<Vec<_>>(), "no gaps");
    for call in &harness.calls {
        let is_settled = harness
            .settlements
            .iter()
            .any(|(run, call_number, _)| (*run, *call_number) == (call.run, claim_of(harness, call)));
        assert!(is_settled, "{}.{} is paid", call.run, call.call_number);
        // The first call, two retries, a rebuild, four tool rounds and a summary; or two further answers instead of tool rounds.
        assert!(call.call_number <= 9);
    }
    let spends = || harness.storage.spends.values();
    let sum = |is: &dyn Fn(&Spender, Period) -> bool| -> (u64, u64, u64) {
        spends().filter(|spend| is(&spend.spender, spend.period)).fold((0, 0, 0), |sum, spend| {
            assert!(spend.totals.cost <= spend.charged);
            (sum.0 + spend.charged, sum.1 + spend.totals.cost, sum.2 + spend.totals.answers)
        })
    };
    let all = sum(&|spender, period| *spender == Spender::Room && period == Period::All);
    assert_eq!(all, sum(&|spender, period| *spender == Spender::Room && matches!(period, Period::Day(_))));
    assert_eq!(all, sum(&|spender, period| *spender != Spender::Room && matches!(period, Period::Day(_))));
    for name in TABS {
        harness.reconnect(name).pass(1_000);
    }
    harness.run("fresh reads; 1 s");
    let fresh = harness.tabs["fresh"].view.messages.clone();
    for name in TABS {
        let mut mine = harness.tabs[name].view.messages.clone();
        mine.retain(|seq, _| fresh.contains_key(seq));
        let mut fresh = fresh.clone();
        // The order of votes does not matter.
        for message in mine.values_mut().chain(fresh.values_mut()) {
            // Only what a person's own tabs read later has their nonces.
            message.nonce = None;
            let votes = message.answer.as_mut().map(|answer| &mut answer.votes);
            votes.into_iter().for_each(|votes| votes.sort_by_key(|vote| vote.person.clone()));
        }
        assert_eq!(mine, fresh, "{name}");
    }
    let welcomed = |frame: &ServerFrame| match frame {
        ServerFrame::Welcome(welcome) => Some(welcome.bots.iter().map(|bot| bot.handle.clone()).collect()),
        _ => None,
    };
    let bots: BTreeSet<String> = harness.tabs["fresh"].view.frames.iter().rev().find_map(welcomed).unwrap();
    let own = bots.iter().filter(|handle| !["chatbot", "helper"].contains(&handle.as_str()));
    assert!(own.eq(harness.storage.bots.keys()), "{bots:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn g1_g6_g9_g10_case_57_anything_in_any_order(steps in prop::collection::vec(step(), 1..120), limit in prop::option::of(0..20_000_u64)) {
        let tools = tools::ALL.map(str::to_owned).to_vec();
        let chatbot = Bot { tools, rotate_at: 1_500, ..paid("chatbot") };
        let helper = Bot { card: Some(CardKind::Poll), ..paid("helper") };
        let budget = Budget { has_ledger: true, room_day: limit, person_hour: Some(20), ..Budget::default() };
        let mut config = Config { bots: vec![chatbot, helper], budget, ..config() };
        config.custom_bots.template = paid("template");
        let mut harness = Harness::with(config);
        harness.run("ann joins; bob joins; bob/laptop joins; owner joins as olga; 20 s");
        let mut watch = Watch::default();
        for step in steps {
            play(&mut harness, &mut watch, step);
        }
        check(&mut harness, &mut watch);
    }
}
