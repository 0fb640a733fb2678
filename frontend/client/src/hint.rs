//! What a question would cost, said before it is sent. All of it is about: the provider's own count decides.

use shared::mention::{self, Mentionable};
use shared::{Author, Bot, Person, Seq, Usage};

use crate::Timeline;

/// Characters that are a token, about, over the languages that are spoken here.
const CHARACTERS: u64 = 3;
/// Tokens of an answer, where the bot has given none yet.
const ANSWER: u64 = 250;

/// What a text would set off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The handles of the bots that it calls, in the order in which they answer.
    pub bots: Vec<String>,
    /// Tokens that they read, all together.
    pub tokens: u64,
    /// Micro-dollars that their answers cost; `None` where a price is not known.
    pub cost: Option<u64>,
}

/// What sending this text would set off; `None` when it calls no bot. A reply to a bot calls it, too.
pub fn hint<'a>(
    text: &str,
    reply_to: Option<Seq>,
    bots: &[Bot],
    people: impl Iterator<Item = &'a Person>,
    timeline: &Timeline,
) -> Option<Hint> {
    let called = called(text, reply_to, bots, people, timeline);
    let question = tokens(text);
    let mut hint = Hint { bots: Vec::new(), tokens: 0, cost: Some(0) };
    for bot in bots_of(&called, bots) {
        let last = timeline.last_answer(&bot.handle);
        let before = last.map_or(Usage::default(), |answer| answer.usage);
        // What it read and wrote last is what it remembers now; what the room said since comes on top.
        let remembers = bot.reads.max(before.input.saturating_add(before.output));
        let since = timeline.characters_after(last.map_or(Seq::ZERO, |answer| answer.parent)) / CHARACTERS;
        let since = if last.is_some() { since } else { 0 };
        let reads = remembers.saturating_add(since).saturating_add(question);
        hint.tokens = hint.tokens.saturating_add(reads);
        let output = if before.output == 0 { ANSWER } else { before.output };
        let cost = bot.price.map(|price| price.of(&Usage { input: reads, cached: 0, output }));
        hint.cost = hint.cost.zip(cost).map(|(sum, cost)| sum.saturating_add(cost));
        hint.bots.push(bot.handle.clone());
    }
    (!hint.bots.is_empty()).then_some(hint)
}

/// Places of the bots that are called, each once. As for the room, a name that somebody present has stands before theirs.
fn called<'a>(
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
    let mut called: Vec<usize> = mention::mentioned(text, &names).into_iter().flatten().collect();
    let replied = reply_to.and_then(|seq| timeline.by_seq(seq)).and_then(|row| match row.author {
        Author::Bot { name } => bots.iter().position(|bot| bot.handle == *name),
        Author::Human { .. } => None,
    });
    if let Some(index) = replied.filter(|index| !called.contains(index)) {
        called.push(index);
    }
    called
}

fn bots_of<'a>(called: &'a [usize], bots: &'a [Bot]) -> impl Iterator<Item = &'a Bot> {
    called.iter().filter_map(|index| bots.get(*index))
}

fn tokens(text: &str) -> u64 {
    (text.chars().count() as u64).div_ceil(CHARACTERS)
}

/// What a bot's latest answer says about the next one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LastAnswer {
    pub(crate) parent: Seq,
    pub(crate) usage: Usage,
}

impl Timeline {
    /// The latest answer of a bot of which the usage is known.
    fn last_answer(&self, bot: &str) -> Option<LastAnswer> {
        self.log.rows().rev().find_map(|held| {
            let is_of_bot = matches!(&held.message.author, Author::Bot { name } if name == bot);
            let answer = held.message.answer.as_ref().filter(|_| is_of_bot)?;
            Some(LastAnswer { parent: answer.parent, usage: answer.usage? })
        })
    }

    /// Characters of what people have said after a place.
    fn characters_after(&self, place: Seq) -> u64 {
        let said = self.log.rows().rev().take_while(|held| held.message.seq > place);
        let said = said.filter(|held| held.message.answer.is_none());
        said.map(|held| held.message.text.chars().count() as u64).sum()
    }
}
