//! Plans the model events of a call: text and cards in random deltas, tool calls, and every kind of error.

use models::{CallEnd, FinishReason, ModelError, ModelErrorKind, ModelEvent, ToolCall};
use shared::Usage;

use crate::random::Random;

const WORDS: [&str; 8] = ["좋아요", "the", "🎉", "한 줄\n", "is", "**굵게**", "answer", "é"];
const KINDS: [ModelErrorKind; 14] = [
    ModelErrorKind::ChainLost,
    ModelErrorKind::Stateless,
    ModelErrorKind::ContextTooLong,
    ModelErrorKind::Unauthorized,
    ModelErrorKind::Forbidden,
    ModelErrorKind::NotFound,
    ModelErrorKind::BadRequest,
    ModelErrorKind::PolicyBlocked,
    ModelErrorKind::RateLimited,
    ModelErrorKind::QuotaExhausted,
    ModelErrorKind::Overloaded,
    ModelErrorKind::Timeout,
    ModelErrorKind::Connection,
    ModelErrorKind::InvalidResponse,
];

/// Temporary errors.
pub(crate) const PASSING: [ModelErrorKind; 4] = [
    ModelErrorKind::RateLimited,
    ModelErrorKind::Overloaded,
    ModelErrorKind::Timeout,
    ModelErrorKind::Connection,
];

/// What the plan of a call depends on.
pub(crate) struct CallTraits {
    pub(crate) number: usize,
    pub(crate) is_summary: bool,
    pub(crate) is_card: bool,
    pub(crate) has_tools: bool,
}

/// The model events of a call, first to last.
pub(crate) fn plan(
    random: &mut Random,
    started: ModelEvent,
    may_fail: bool,
    traits: CallTraits,
) -> Vec<ModelEvent> {
    let mut plan = vec![started];
    let outcome = if may_fail { random.between(0, 19) } else { 19 };
    if outcome == 0 {
        // The server sends nothing, or nothing after its first event.
        plan.truncate(random.below(2));
        return plan;
    }
    if outcome == 1 {
        let kind = *random.pick(&KINDS);
        plan.truncate(random.below(2));
        plan.push(failed(random, kind));
        return plan;
    }
    let calls = tool_calls(random, &traits);
    let pieces = if calls.is_empty() || random.percent(40) { words(random, &traits) } else { Vec::new() };
    let text = pieces.concat();
    for piece in pieces {
        plan.push(if outcome == 2 { ModelEvent::Refusal(piece) } else { ModelEvent::Text(piece) });
        if random.percent(10) {
            plan.push(ModelEvent::Alive);
        }
    }
    let finish = match outcome {
        // The stream stalls without an end.
        3 => return plan,
        4 => FinishReason::Cut,
        5 => FinishReason::Length,
        6 => FinishReason::Filtered,
        2 => FinishReason::Refused,
        7 => {
            let kind = *random.pick(&KINDS);
            plan.push(failed(random, kind));
            return plan;
        }
        _ => FinishReason::Complete,
    };
    if outcome == 8 {
        // Some servers send the response id late.
        plan.rotate_left(1);
    }
    // Never more than the room reserves: 64 tokens of overhead, and the output limit.
    let usage = Usage { input: random.between(10, 60), cached: 5, output: random.between(0, 99) };
    let usage = random.percent(80).then_some(usage);
    let calls = if finish == FinishReason::Complete { calls } else { Vec::new() };
    plan.push(ModelEvent::Finished(CallEnd {
        text: random.percent(50).then_some(text),
        usage,
        finish,
        calls,
    }));
    plan
}

/// Text in deltas. The first word is the answer's marker.
fn words(random: &mut Random, traits: &CallTraits) -> Vec<String> {
    let mark = format!("{}{}", if traits.is_summary { 's' } else { 'a' }, traits.number);
    if traits.is_card && random.percent(85) {
        let text = match random.between(0, 9) {
            0 => format!("{mark} is no card"),
            1 => format!(r#"{{"question":"{mark}","options":["one"]}}"#),
            2 => format!(r#"{{"question":"{mark}","options":["김밥","#),
            _ => {
                let secret = traits.number.is_multiple_of(2);
                format!(
                    r#"{{"question":"{mark} 점심?","options":["김밥","라면","떡볶이"],"secret":{secret}}}"#
                )
            }
        };
        let letters: Vec<char> = text.chars().collect();
        let length = random.between(3, 30) as usize;
        return letters.chunks(length).map(|piece| piece.iter().collect()).collect();
    }
    let count = random.between(u64::from(traits.is_summary), 12);
    let piece = |random: &mut Random, number: u64| match number {
        0 => format!("{mark} "),
        _ => format!("{}{number} ", random.pick(&WORDS)),
    };
    (0..count).map(|number| piece(random, number)).collect()
}

/// The tool calls of a response. Some name unknown tools or have arguments that are no JSON.
fn tool_calls(random: &mut Random, traits: &CallTraits) -> Vec<ToolCall> {
    let chance = if traits.has_tools { 70 } else { 2 };
    if !random.percent(chance) {
        return Vec::new();
    }
    let number = traits.number;
    let call = |random: &mut Random, index: u64| {
        let (name, arguments) = *random.pick(&TOOL_CALLS);
        // Some servers use one id for two calls.
        let index = if random.percent(5) { 0 } else { index };
        let (name, arguments) = (name.to_owned(), arguments.to_owned());
        ToolCall { id: format!("call-{number}-{index}"), name, arguments, signature: None }
    };
    (0..random.between(1, 6)).map(|index| call(random, index)).collect()
}

const TOOL_CALLS: [(&str, &str); 10] = [
    ("get_current_weather", r#"{"city":"Seoul"}"#),
    ("get_current_weather", r#"{"city":"부산"}"#),
    ("get_current_weather", r#"{"city":7}"#),
    ("current_time", r#"{"utc_offset":"+09:00"}"#),
    ("current_time", "{}"),
    ("search_room", r#"{"query":"m"}"#),
    ("search_room", r#"{"query":"안녕"}"#),
    ("search_room", "{\"query\":"),
    ("drop_table", r#"{"really":true}"#),
    ("", ""),
];

pub(crate) fn failed(random: &mut Random, kind: ModelErrorKind) -> ModelEvent {
    let retry_after_ms = *random.pick(&[None, None, Some(700), Some(30_000)]);
    let has_status = !matches!(
        kind,
        ModelErrorKind::Timeout | ModelErrorKind::Connection | ModelErrorKind::InvalidResponse
    );
    let fault = ModelError {
        kind,
        retry_after_ms,
        status: has_status.then_some(400),
        context_tokens: None,
        note: String::new(),
    };
    ModelEvent::Finished(CallEnd::bare(FinishReason::Failed(fault)))
}
