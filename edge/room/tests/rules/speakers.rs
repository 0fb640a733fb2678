//! Whatever happens in a room, a bot has heard every line exactly once, in order, under its speaker's number.
//!
//! The model here remembers as a real one does: a response holds what the one before it held, its input, and its words.

use std::collections::BTreeMap;

use models::ModelEvent;
use proptest::prelude::*;
use room::{Bot, Config, RowData, StateMode};
use shared::{RunState, Seq};

use crate::stage::{Stage, bot, config, ended, item};

#[derive(Debug, Clone)]
enum Step {
    Says(usize),
    Asks(usize, &'static str),
    Begins,
    Writes,
    Ends,
    Fails,
    Forgets,
    Stops,
    Crashes,
    StoreFails,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..3_usize).prop_map(Step::Says),
        3 => (0..3_usize, prop_oneof![4 => Just("@chatbot"), 1 => Just("@helper"), 1 => Just("@helper @chatbot")])
            .prop_map(|(who, bots)| Step::Asks(who, bots)),
        3 => Just(Step::Begins),
        3 => Just(Step::Writes),
        4 => Just(Step::Ends),
        1 => Just(Step::Fails),
        1 => Just(Step::Forgets),
        1 => Just(Step::Stops),
        1 => Just(Step::Crashes),
        1 => Just(Step::StoreFails),
    ]
}

/// What a server of responses keeps.
#[derive(Default)]
struct Memory {
    responses: BTreeMap<String, Vec<String>>,
    /// What each running call has said so far, and its id.
    open: BTreeMap<(Seq, u32), (Option<String>, String)>,
    count: u32,
}

struct Play {
    stage: Stage,
    memory: Memory,
    lines: u32,
}

const NAMES: [&str; 3] = ["ann", "bob", "carol"];

impl Play {
    fn new(state: StateMode) -> Self {
        let wide = |handle| Bot { window: (1_000, 1_000_000), state, ..bot(handle) };
        let mut stage = Stage::with(Config { bots: vec![wide("chatbot"), wide("helper")], ..config() });
        stage.run("ann joins; bob joins; carol joins; 20 s");
        Self { stage, memory: Memory::default(), lines: 0 }
    }

    fn says(&mut self, who: usize, start: &str) {
        self.lines += 1;
        let text = format!("{start} line{}", self.lines);
        self.stage.say(NAMES[who], text.trim());
    }

    /// The call of a bot that runs, the first one.
    fn task(&self) -> Option<(Seq, u32)> {
        self.stage.tasks.iter().next().copied()
    }

    /// What a call is given in all: what it continues, and its input.
    fn given(&self, run: Seq, call_number: u32) -> Vec<String> {
        let call = self
            .stage
            .calls
            .iter()
            .rev()
            .find(|call| (call.run, call.call_number) == (run, call_number))
            .unwrap();
        let previous = call.turn.previous.as_ref().map(|id| self.memory.responses[id].clone());
        previous.unwrap_or_default().into_iter().chain(call.turn.input.iter().map(item)).collect()
    }

    fn step(&mut self, step: &Step) {
        let task = self.task();
        match (step, task) {
            (Step::Says(who), _) => self.says(*who, ""),
            (Step::Asks(who, bots), _) => self.says(*who, bots),
            (Step::Begins, Some((run, call_number))) => {
                self.memory.count += 1;
                let id = format!("r{}", self.memory.count);
                let previous = self.stage.call(run).turn.previous.clone();
                let open = self.memory.open.entry((run, call_number)).or_default();
                if open.0.is_none() {
                    open.0 = Some(id.clone());
                    self.stage.hear(run, call_number, ModelEvent::Started { id: Some(id), previous });
                }
            }
            (Step::Writes, Some((run, call_number))) => {
                let word = format!("word{} ", self.stage.now.0 % 100_000);
                self.memory.open.entry((run, call_number)).or_default().1.push_str(&word);
                self.stage.hear(run, call_number, ModelEvent::Text(word));
            }
            (Step::Ends, Some((run, call_number))) => {
                self.step(&Step::Begins);
                let (id, text) = self.memory.open.remove(&(run, call_number)).unwrap();
                let mut given = self.given(run, call_number);
                given.push(format!("me: {text}"));
                self.memory.responses.insert(id.unwrap(), given);
                self.stage.hear(run, call_number, ended(models::FinishReason::Complete, None));
            }
            (Step::Fails, Some((run, _))) => {
                self.stage.run(&format!("answer {run} fails BadRequest"));
            }
            (Step::Forgets, Some((run, _))) => {
                self.stage.run(&format!("answer {run} fails ChainLost"));
            }
            (Step::Stops, Some((run, _))) => {
                let asker = self.stage.call(run).asker.clone();
                let name = NAMES.into_iter().find(|name| crate::stage::person(name) == asker).unwrap();
                self.stage.run(&format!("{name} stops {run}"));
            }
            (Step::Crashes, _) => {
                self.stage.run("room crashes; ann returns; bob returns; carol returns");
            }
            (Step::StoreFails, _) => {
                self.stage.run("store fails; ann says never said");
            }
            _ => {}
        }
        self.stage.failing = 0;
        self.stage.pass(701);
    }

    /// Asks one last time, and looks at all that the bot has heard then.
    fn check(mut self) {
        while self.task().is_some() {
            self.step(&Step::Ends);
        }
        self.stage.pass(20_000);
        self.step(&Step::Asks(0, "@chatbot"));
        let (run, call_number) = self.task().unwrap();
        let heard = self.given(run, call_number);
        let rows = || self.stage.log.rows.values().filter(|row| row.seq < run);
        let said: Vec<String> = rows()
            .filter_map(|row| match &row.data {
                RowData::Message(said) => Some(format!("p{} {}: {}", said.number, said.name, said.text)),
                _ => None,
            })
            .collect();
        let is_own = |text: &&String| text.starts_with("me: ") || text.starts_with("(your answer");
        let is_other = |text: &&String| text.starts_with("bot:");
        let people: Vec<&String> = heard.iter().filter(|text| !is_own(text) && !is_other(text)).collect();
        assert_eq!(people, said.iter().collect::<Vec<_>>(), "{heard:#?}");
        let answers = |handle: &'static str| {
            rows().filter_map(move |row| match &row.data {
                RowData::Answer(answer) if answer.bot == handle && !answer.text.is_empty() => {
                    Some(answer.clone())
                }
                _ => None,
            })
        };
        let own: Vec<String> = answers("chatbot")
            .map(|answer| match answer.state {
                RunState::Done => format!("me: {}", answer.text),
                _ => format!("(your answer was cut off here) {}", answer.text).trim_end().to_owned(),
            })
            .collect();
        let heard_own: Vec<String> =
            heard.iter().filter(is_own).filter(|text| *text != "me: ").map(|text| text.to_owned()).collect();
        assert_eq!(heard_own, own, "{heard:#?}");
        let mut other: Vec<String> =
            answers("helper").map(|answer| format!("bot:helper helper: {}", answer.text)).collect();
        let mut heard_other: Vec<String> = heard.iter().filter(is_other).cloned().collect();
        other.sort();
        heard_other.sort();
        assert_eq!(heard_other, other, "{heard:#?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_line_is_heard_once_in_order_under_its_speaker(steps in prop::collection::vec(step(), 1..60)) {
        let mut play = Play::new(StateMode::Auto);
        steps.iter().for_each(|step| play.step(step));
        play.check();
    }

    #[test]
    fn the_same_when_everything_is_sent_each_time(steps in prop::collection::vec(step(), 1..40)) {
        let mut play = Play::new(StateMode::Replay);
        steps.iter().for_each(|step| play.step(step));
        play.check();
    }
}
