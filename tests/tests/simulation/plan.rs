//! What the simulated models say: words and cards in random pieces, questions for tools, and every kind of failure.

use models::{CallEnd, FinishReason, ModelError, ModelErrorKind, ModelEvent, ToolCall};
use shared::Usage;

use crate::dice::Dice;

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

/// Failures that pass.
pub(crate) const PASSING: [ModelErrorKind; 4] = [
    ModelErrorKind::RateLimited,
    ModelErrorKind::Overloaded,
    ModelErrorKind::Timeout,
    ModelErrorKind::Connection,
];

/// What a call is like.
pub(crate) struct Script {
    pub(crate) number: usize,
    pub(crate) is_summary: bool,
    pub(crate) is_card: bool,
    pub(crate) may_look: bool,
}

/// What the server will say, from the first word to the last.
pub(crate) fn plan(
    dice: &mut Dice,
    started: ModelEvent,
    is_troubled: bool,
    script: Script,
) -> Vec<ModelEvent> {
    let mut plan = vec![started];
    let fate = if is_troubled { dice.between(0, 19) } else { 19 };
    if fate == 0 {
        // It took the turn and never says anything.
        plan.truncate(dice.below(2));
        return plan;
    }
    if fate == 1 {
        let kind = *dice.pick(&KINDS);
        plan.truncate(dice.below(2));
        plan.push(failed(dice, kind));
        return plan;
    }
    let calls = lookups(dice, &script);
    let pieces = if calls.is_empty() || dice.percent(40) { words(dice, &script) } else { Vec::new() };
    let text = pieces.concat();
    for piece in pieces {
        plan.push(if fate == 2 { ModelEvent::Refusal(piece) } else { ModelEvent::Text(piece) });
        if dice.percent(10) {
            plan.push(ModelEvent::Alive);
        }
    }
    let finish = match fate {
        // It falls silent in the middle.
        3 => return plan,
        4 => FinishReason::Cut,
        5 => FinishReason::Length,
        6 => FinishReason::Filtered,
        2 => FinishReason::Refused,
        7 => {
            let kind = *dice.pick(&KINDS);
            plan.push(failed(dice, kind));
            return plan;
        }
        _ => FinishReason::Complete,
    };
    if fate == 8 {
        // Some servers name the answer late.
        plan.rotate_left(1);
    }
    // Never more than the room expects at worst: 64 tokens of form, and the output's limit.
    let usage = Usage { input: dice.between(10, 60), cached: 5, output: dice.between(0, 99) };
    let usage = dice.percent(80).then_some(usage);
    let calls = if finish == FinishReason::Complete { calls } else { Vec::new() };
    plan.push(ModelEvent::Finished(CallEnd { text: dice.percent(50).then_some(text), usage, finish, calls }));
    plan
}

/// Words in pieces. The first of them is the answer's mark.
fn words(dice: &mut Dice, script: &Script) -> Vec<String> {
    let mark = format!("{}{}", if script.is_summary { 's' } else { 'a' }, script.number);
    if script.is_card && dice.percent(85) {
        let text = match dice.between(0, 9) {
            0 => format!("{mark} is no card"),
            1 => format!(r#"{{"question":"{mark}","options":["one"]}}"#),
            2 => format!(r#"{{"question":"{mark}","options":["김밥","#),
            _ => format!(r#"{{"question":"{mark} 점심?","options":["김밥","라면","떡볶이"]}}"#),
        };
        let letters: Vec<char> = text.chars().collect();
        let length = dice.between(3, 30) as usize;
        return letters.chunks(length).map(|piece| piece.iter().collect()).collect();
    }
    let count = dice.between(u64::from(script.is_summary), 12);
    let piece = |dice: &mut Dice, number: u64| match number {
        0 => format!("{mark} "),
        _ => format!("{}{number} ", dice.pick(&WORDS)),
    };
    (0..count).map(|number| piece(dice, number)).collect()
}

/// What the model wants to know before it answers. Some ask for tools that nobody offered, or in words that are no JSON.
fn lookups(dice: &mut Dice, script: &Script) -> Vec<ToolCall> {
    let chance = if script.may_look { 45 } else { 2 };
    if !dice.percent(chance) {
        return Vec::new();
    }
    let number = script.number;
    let call = |dice: &mut Dice, index: u64| {
        let (name, arguments) = *dice.pick(&LOOKUPS);
        // One id for two calls is wrong, and happens.
        let index = if dice.percent(5) { 0 } else { index };
        let (name, arguments) = (name.to_owned(), arguments.to_owned());
        ToolCall { id: format!("call-{number}-{index}"), name, arguments, signature: None }
    };
    (0..dice.between(1, 6)).map(|index| call(dice, index)).collect()
}

const LOOKUPS: [(&str, &str); 10] = [
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

pub(crate) fn failed(dice: &mut Dice, kind: ModelErrorKind) -> ModelEvent {
    let retry_after_ms = *dice.pick(&[None, None, Some(700), Some(30_000)]);
    let fault = ModelError { kind, retry_after_ms, note: String::new() };
    ModelEvent::Finished(CallEnd::bare(FinishReason::Failed(fault)))
}
