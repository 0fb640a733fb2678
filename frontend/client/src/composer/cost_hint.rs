//! An estimate of what a question would cost, shown before it is sent. The API's own token count decides the real cost.

use shared::mention::{self, Mentionable};
use shared::tokens::{self, Tokens};
use shared::{Author, Bot, Person, Seq, Usage};

use crate::timeline::Timeline;

/// The assumed output tokens of a bot that has not answered yet.
const DEFAULT_OUTPUT_TOKENS: u64 = 250;

/// What sending a text would start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostHint {
    /// The handles of the bots that it asks, in the order in which they answer.
    pub bots: Vec<String>,
    /// The input tokens of all their answers.
    pub tokens: u64,
    /// The cost of their answers in micro-dollars; `None` where a price is not known.
    pub cost: Option<u64>,
}

/// Estimates what sending a text would start; `None` when it asks no bot. A reply to a bot asks it, too.
pub(crate) fn cost_hint<'a>(
    text: &str,
    reply_to: Option<Seq>,
    bots: &[Bot],
    people: impl Iterator<Item = &'a Person>,
    timeline: &Timeline,
) -> Option<CostHint> {
    let asked = asked_bots(text, reply_to, bots, people, timeline);
    let question = tokens::estimate(text).likely;
    let mut hint = CostHint { bots: Vec::new(), tokens: 0, cost: Some(0) };
    for bot in asked.iter().filter_map(|index| bots.get(*index)) {
        let last = timeline.last_answer_with_usage(&bot.handle);
        let usage = last.and_then(|answer| answer.usage).unwrap_or_default();
        // What the bot read and wrote last is in its chain now. The messages since then are added.
        let chain = bot.reads.max(usage.input.saturating_add(usage.output));
        let since = last.map_or(0, |answer| Tokens::of_all(timeline.texts_after(answer.parent)).likely);
        let input = chain.saturating_add(since).saturating_add(question);
        hint.tokens = hint.tokens.saturating_add(input);
        let output = if usage.output == 0 { DEFAULT_OUTPUT_TOKENS } else { usage.output };
        let cost = bot.price.map(|price| price.of(&Usage { input, cached: 0, output }));
        hint.cost = hint.cost.zip(cost).map(|(sum, cost)| sum.saturating_add(cost));
        hint.bots.push(bot.handle.clone());
    }
    (!hint.bots.is_empty()).then_some(hint)
}

/// Returns the indexes of the bots that are asked, each once. As in the room, the names of people present are mentions of
/// these people, even where a bot's name is the beginning of one.
fn asked_bots<'a>(
    text: &str,
    reply_to: Option<Seq>,
    bots: &[Bot],
    people: impl Iterator<Item = &'a Person>,
    timeline: &Timeline,
) -> Vec<usize> {
    let mut names: Vec<Mentionable<Option<usize>>> = Vec::new();
    for (index, bot) in bots.iter().enumerate() {
        let words = std::iter::once(&bot.handle).chain(&bot.aliases);
        names.extend(words.map(|word| Mentionable { name: word.clone(), target: Some(index) }));
    }
    if text.contains('@') {
        names.extend(people.map(|person| Mentionable { name: person.name.clone(), target: None }));
    }
    let mut asked: Vec<usize> = mention::mentioned(text, &names).into_iter().flatten().collect();
    let replied = reply_to.and_then(|seq| timeline.by_seq(seq)).and_then(|item| match item.author {
        Author::Bot { name } => bots.iter().position(|bot| bot.handle == *name),
        Author::Human { .. } => None,
    });
    if let Some(index) = replied.filter(|index| !asked.contains(index)) {
        asked.push(index);
    }
    asked
}
