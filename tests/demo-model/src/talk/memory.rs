//! What people told of themselves: names, likes and plain facts, by the id of the person. It is read from the transcript
//! anew for every answer.

use super::language::{has_question_word, holds_any, listed, pattern, sentences};
use super::names::{told_name, without_copula};
use super::tables::facts as table;
use super::transcript::Line;

#[derive(Clone, Debug, Default)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) nickname: String,
    name: Option<String>,
    perhaps: Option<String>,
    pub(crate) likes: Vec<String>,
    pub(crate) dislikes: Vec<String>,
}

/// "My birthday is the third of May": a thing, what it is, and whose; nobody's has an empty owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fact {
    pub(crate) owner: String,
    pub(crate) thing: String,
    pub(crate) value: String,
}

impl Person {
    /// The name told last.
    pub(crate) fn name(&self) -> Option<&str> {
        self.name.as_deref().or(self.perhaps.as_deref())
    }

    /// The name, or else the nickname.
    pub(crate) fn shown(&self) -> &str {
        self.name().unwrap_or(&self.nickname)
    }
}

/// Everybody who spoke, in the order of their first lines, and the facts that were told.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory {
    pub(crate) people: Vec<Person>,
    pub(crate) facts: Vec<Fact>,
}

impl Memory {
    pub(crate) fn read(lines: &[Line]) -> Memory {
        let mut memory = Memory::default();
        lines.iter().filter(|line| !line.is_demo()).for_each(|line| memory.hear(line));
        memory
    }

    pub(crate) fn person(&self, id: &str) -> Option<&Person> {
        self.people.iter().find(|person| person.id == id)
    }

    /// The person whose nickname or name is in the text: the longest match, and of two the one who came later.
    pub(crate) fn mentioned(&self, text: &str) -> Option<&Person> {
        let text = format!(" {} ", text.to_lowercase());
        let latin = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_alphanumeric());
        // Korean particles may follow a name, but "a" is not named in "what".
        let named = |name: &&str| {
            let name = name.to_lowercase();
            let (first, last) = (latin(name.chars().next()), latin(name.chars().next_back()));
            let mut parts = text.split(&name).peekable();
            std::iter::from_fn(|| Some((parts.next()?, *parts.peek()?))).any(|(before, after)| {
                !(first && latin(before.chars().next_back()) || last && latin(after.chars().next()))
            })
        };
        let length = |person: &Person| {
            let names = [person.nickname.as_str(), person.name().unwrap_or_default()];
            names.into_iter().filter(|name| !name.is_empty()).filter(named).map(str::len).max()
        };
        let found = self.people.iter().filter_map(|person| Some((length(person)?, person)));
        found.max_by_key(|(length, _)| *length).map(|(_, person)| person)
    }

    /// A fact whose thing is named in the question: one's own first, then one that is nobody's.
    pub(crate) fn fact(&self, id: &str, question: &str) -> Option<&Fact> {
        let lower = question.to_lowercase();
        let owned = |owner: &str| {
            self.facts.iter().find(|fact| fact.owner == owner && lower.contains(&fact.thing.to_lowercase()))
        };
        owned(id).or_else(|| owned(""))
    }

    fn hear(&mut self, line: &Line) {
        let place = self.people.iter().position(|person| person.id == line.id).unwrap_or_else(|| {
            self.people.push(Person { id: line.id.clone(), ..Person::default() });
            self.people.len() - 1
        });
        let Some(person) = self.people.get_mut(place) else { return };
        line.nickname.clone_into(&mut person.nickname);
        match told_name(&line.text) {
            Some((name, true)) => person.name = Some(name),
            Some((name, false)) => person.perhaps = Some(name),
            None => {}
        }
        let told = sentences(&line.text).into_iter().filter(|one| !one.asks && !has_question_word(&one.text));
        for sentence in told {
            if let Some((likes, thing)) = preference(&sentence.text) {
                person.likes.retain(|other| *other != thing);
                person.dislikes.retain(|other| *other != thing);
                if likes { &mut person.likes } else { &mut person.dislikes }.push(thing);
            } else if let Some((own, thing, value)) = fact(&sentence.text) {
                let owner = if own { line.id.clone() } else { String::new() };
                self.facts.retain(|other| other.owner != owner || other.thing != thing);
                self.facts.push(Fact { owner, thing, value });
            }
        }
    }
}

/// "I like X", "나는 X를 좋아해", and the opposite: whether it is liked, and what.
pub(crate) fn preference(sentence: &str) -> Option<(bool, String)> {
    if !holds_any(table::LIKE_HINTS, sentence) {
        return None;
    }
    if let Some(found) = pattern!(table::LIKES_KOREAN).captures(sentence) {
        let thing = found.get(2)?.as_str();
        // "민수는 김밥을 좋아해" is about somebody else.
        let of_another = found.get(1).is_none() && thing.split(' ').next()?.ends_with(['은', '는']);
        let negated = found.get(3).is_some() || found.get(5).is_some();
        let likes = (found.get(4)?.as_str() != "싫어") != negated;
        return (!of_another).then(|| (likes, thing.to_owned()));
    }
    let found = pattern!(table::LIKES_ENGLISH).captures(sentence)?;
    let clause = pattern!(table::END_OF_LIKES).replace(found.get(2)?.as_str(), "");
    let thing = clause.split_whitespace().take(8).collect::<Vec<_>>().join(" ");
    let asks = pattern!("^(?:do|did|does|if) ").is_match(sentence);
    (!asks && !thing.is_empty() && !listed("it that you", &thing)).then(|| (found.get(1).is_none(), thing))
}

/// "My X is Y" (own) or "the X is Y" (nobody's), in either language: whether it is own, the thing, and what it is.
pub(crate) fn fact(sentence: &str) -> Option<(bool, String, String)> {
    let english = pattern!(table::FACT_ENGLISH).captures(sentence);
    let korean = || pattern!(table::FACT_KOREAN).captures(sentence);
    let is_english = english.is_some();
    let found = english.or_else(korean)?;
    let (thing, value) = (found.get(2)?.as_str(), found.get(3)?.as_str().trim());
    let (before, last) = value.split_at(value.rfind(' ').map_or(0, |space| space + 1));
    // A Korean sentence has "is" at the end of its last word.
    let value = if is_english { value.to_owned() } else { format!("{before}{}", without_copula(last)?) };
    let words = thing.split_whitespace().collect::<Vec<_>>();
    let fits = words.len() <= 4 && thing != "name" && !thing.contains("이름");
    let fits = fits && !listed(table::NO_THINGS, words.last()?);
    fits.then(|| (found.get(1).is_some(), words.join(" "), value))
}
