//! Models with a small context: every question is answered, whatever the API, the state mode, and what the server says.

use std::collections::BTreeMap;

use models::{Api, CallEnd, FinishReason, Item, ModelError, ModelErrorKind, ModelEvent};
use room::{Bot, Call, ModelRoute, StateMode};
use shared::tokens::estimate;
use shared::{ErrorCode, RunState, Seq, Usage};

use crate::harness::{Harness, bot, ended, only};

/// A server with a context of so many tokens, which it counts over everything that a chain holds.
struct Server {
    context: u64,
    says_size: bool,
    /// Tokens of each response and all before it.
    chains: BTreeMap<String, u64>,
    calls: usize,
    overflows: usize,
    answered: usize,
}

impl Server {
    fn new(context: u64, says_size: bool) -> Self {
        Self { context, says_size, chains: BTreeMap::new(), calls: 0, overflows: 0, answered: 0 }
    }

    /// Answers the calls that the room makes until there are none.
    fn answer_all(&mut self, harness: &mut Harness) {
        while let Some(call) = harness.calls.get(self.answered).cloned() {
            self.answered += 1;
            if harness.tasks.contains(&(call.run, call.call_number)) {
                self.answer(harness, &call);
                harness.pass(1_000);
            }
        }
    }

    fn answer(&mut self, harness: &mut Harness, call: &Call) {
        let turn = &call.turn;
        let texts = turn.input.iter().map(Item::text).chain([turn.instructions.as_str()]);
        let new: u64 = texts.map(|text| estimate(text).likely + 4).sum();
        let before = turn.previous.as_ref().map_or(0, |previous| self.chains[previous]);
        let (input, output) = (before + new, turn.parameters.max_output_tokens.unwrap_or(256));
        self.calls += 1;
        if input + u64::from(output) > self.context {
            self.overflows += 1;
            let error = ModelError {
                kind: ModelErrorKind::ContextTooLong,
                retry_after_ms: None,
                status: Some(400),
                context_tokens: self.says_size.then_some(self.context),
                note: String::new(),
            };
            harness.model(call.run, ended(FinishReason::Failed(error), None));
            return;
        }
        let id = format!("r{}", self.calls);
        let text = format!("Here is answer number {} to what you have asked me.", self.calls);
        let written = estimate(&text).likely;
        // Instructions do not carry over.
        self.chains.insert(id.clone(), input + written - estimate(&turn.instructions).likely);
        let previous = turn.previous.clone();
        let id = Some(id).filter(|_| call.route.api.keeps_chains());
        harness.model(call.run, ModelEvent::Started { id, previous });
        harness.model(call.run, ModelEvent::Text(text));
        let usage = Some(Usage { input, cached: 0, output: written });
        harness.model(
            call.run,
            ModelEvent::Finished(CallEnd { usage, ..CallEnd::bare(FinishReason::Complete) }),
        );
    }
}

fn small(api: Api, state: StateMode, context_tokens: Option<u64>) -> Harness {
    let mut chatbot = Bot { state, context_tokens, window: (400, 60_000), ..bot("chatbot") };
    chatbot.instructions = "Answer in plain words. ".repeat(240);
    chatbot.route = ModelRoute { api, ..ModelRoute::default() };
    chatbot.parameters.max_output_tokens = Some(2_000);
    let mut harness = Harness::with(only(chatbot));
    harness.run("ann joins; bob joins; 1 s");
    harness
}

/// Talks 200 messages, every fifth of them a question, and returns how many questions were answered.
fn talk(harness: &mut Harness, server: &mut Server) -> usize {
    let mut asked = 0;
    for number in 0..200 {
        let text = format!(
            "message {number}: 오늘은 시장에 가서 사과 {number}개와 배를 샀어요, and then we walked home together"
        );
        let (who, text) = if number % 5 == 4 { ("ann", format!("@chatbot {text}?")) } else { ("bob", text) };
        harness.say(who, &text).pass(8_000);
        if who == "ann" {
            asked += 1;
            server.answer_all(harness);
            let run = harness.head_answer();
            let answer = harness.tabs["ann"].view.answer(run);
            assert_eq!((answer.state, answer.code), (RunState::Done, None), "question {asked}");
        }
    }
    asked
}

#[test]
fn case_190_two_hundred_messages_with_a_context_of_4096_tokens() {
    for api in Api::ALL {
        for state in [StateMode::Auto, StateMode::Replay] {
            for (context, says_size) in [(Some(4_096), true), (None, true), (None, false)] {
                let mut harness = small(api, state, context);
                let mut server = Server::new(4_096, says_size);
                let asked = talk(&mut harness, &mut server);
                let name = format!("{api:?} {state:?} {context:?} {says_size}");
                assert_eq!(asked, 40, "{name}");
                let most = if context.is_some() { 0 } else { 6 };
                assert!(server.overflows <= most, "{name}: {} overflows", server.overflows);
                assert!(server.calls <= 3 * asked, "{name}: {} calls", server.calls);
            }
        }
    }
}

#[test]
fn case_190_a_chain_that_is_too_long_is_left_and_what_no_longer_fits_is_summarized() {
    let mut harness = small(Api::Responses, StateMode::Auto, None);
    let mut server = Server::new(1_000_000, true);
    talk(&mut harness, &mut server);
    let before = harness.calls.len();
    // Another model is loaded, with a smaller context.
    server.context = 4_096;
    harness.run("ann says @chatbot and now?; 1 s");
    let run = Seq(harness.head_answer());
    server.answer_all(&mut harness);
    let prompts: Vec<String> =
        harness.calls[before..].iter().map(|call| call.turn.input.iter().map(Item::text).collect()).collect();
    assert_eq!(prompts.len(), 3, "the overflow, a summary of what no longer fits, the answer");
    assert!(
        prompts[1].contains("write a summary") && prompts[2].contains("your own summary of what came before")
    );
    assert!(prompts[2].ends_with("Z\"}") && prompts[2].contains("and now?"));
    let answer = harness.tabs["ann"].view.answer(run.0);
    assert_eq!((answer.state, answer.chain_rebuilt), (RunState::Done, true));
    // It is kept: over a restart the next prompt fits at once.
    assert_eq!(harness.storage.chains["chatbot"].context_tokens, Some(4_096));
    let overflows = server.overflows;
    harness.run("room crashes; ann returns; ann says @chatbot and then?; 1 s");
    server.answer_all(&mut harness);
    assert_eq!(server.overflows, overflows);
}

#[test]
fn case_190_a_question_that_fits_no_context_fails_and_the_room_goes_on() {
    let mut harness = small(Api::ChatCompletions, StateMode::Auto, None);
    let mut server = Server::new(800, true);
    harness.run("ann says @chatbot hello; 1 s");
    let run = harness.head_answer();
    server.answer_all(&mut harness);
    let answer = harness.tabs["ann"].view.answer(run);
    assert_eq!((answer.state, answer.code), (RunState::Failed, Some(ErrorCode::ContextTooLong)));
    assert!(server.calls <= 8, "{}", server.calls);
    server.context = 8_192;
    harness.run("ann says @chatbot hello again; 1 s");
    let run = harness.head_answer();
    server.answer_all(&mut harness);
    assert_eq!(harness.tabs["ann"].view.answer(run).state, RunState::Done);
}

#[test]
fn case_190_an_answers_limit_leaves_room_for_the_question() {
    let mut harness = small(Api::Responses, StateMode::Auto, Some(4_096));
    harness.run("ann says @chatbot hello; 1 s");
    assert_eq!(harness.calls[0].turn.parameters.max_output_tokens, Some(1_024));
    let unlimited = Bot { context_tokens: Some(4_096), ..bot("chatbot") };
    let mut harness = Harness::with(only(unlimited));
    harness.run("ann joins; 1 s; ann says @chatbot hello; 1 s");
    assert_eq!(harness.calls[0].turn.parameters.max_output_tokens, None, "what is not set is not sent");
}

#[test]
fn case_200_the_next_turn_begins_with_the_turn_before_so_that_caches_hit() {
    for api in Api::ALL {
        let mut harness = small(api, StateMode::Replay, None);
        let mut server = Server::new(1_000_000, true);
        talk(&mut harness, &mut server);
        for pair in harness.calls.windows(2) {
            let (before, after) = (&pair[0].turn, &pair[1].turn);
            assert_eq!((&before.instructions, &before.tools), (&after.instructions, &after.tools));
            assert_eq!(before.input[..], after.input[..before.input.len()], "{api:?}");
        }
    }
}
