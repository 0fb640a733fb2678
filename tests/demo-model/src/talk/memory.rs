//! What people told of themselves: names, likes and plain facts, by the id of the person. It is read from the transcript
//! anew for every answer.

use super::language::{QUESTION_WORDS, captured, final_consonant, listed, pattern, sentences};
use super::tables::memory::{self as table, Form, When};
use super::transcript::Line;
use regex_lite::Regex;

#[derive(Default)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) nickname: String,
    /// The name told last, or empty.
    pub(crate) name: String,
    is_name_certain: bool,
    pub(crate) likes: Vec<String>,
    pub(crate) dislikes: Vec<String>,
}

/// "My birthday is the third of May": a thing, what it is, and whose; nobody's has an empty owner.
pub(crate) struct Fact {
    owner: String,
    pub(crate) thing: String,
    pub(crate) value: String,
}

impl Person {
    pub(crate) fn shown(&self) -> &str {
        if self.name.is_empty() { &self.nickname } else { &self.name }
    }
}

/// Everybody who spoke, in the order of their first lines, and the facts that were told.
#[derive(Default)]
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
        // Hangul may be around a name, but "a" is not named in "what".
        let named = |name: &&&str| {
            let words = format!("(?i)(?:^|[^a-z0-9]){}(?:[^a-z0-9]|$)", regex_lite::escape(name));
            !name.is_empty() && Regex::new(&words).is_ok_and(|words| words.is_match(text))
        };
        let length = |person: &&Person| {
            [person.nickname.as_str(), &person.name].iter().filter(named).map(|name| name.len()).max()
        };
        self.people.iter().filter(|person| length(person).is_some()).max_by_key(length)
    }

    /// A fact whose thing is named in the question: one's own first, then one that is nobody's.
    pub(crate) fn fact(&self, id: &str, question: &str) -> Option<&Fact> {
        let lower = question.to_lowercase();
        let named = self.facts.iter().filter(|fact| lower.contains(&fact.thing.to_lowercase()));
        named.filter(|fact| fact.owner == id || fact.owner.is_empty()).max_by_key(|fact| fact.owner.len())
    }

    fn hear(&mut self, line: &Line) {
        let place = self.people.iter().position(|person| person.id == line.id).unwrap_or_else(|| {
            self.people.push(Person { id: line.id.clone(), ..Person::default() });
            self.people.len() - 1
        });
        let Some(person) = self.people.get_mut(place) else { return };
        line.nickname.clone_into(&mut person.nickname);
        if let Some((name, is_certain)) = told_name(&line.text)
            && (is_certain || !person.is_name_certain)
        {
            (person.name, person.is_name_certain) = (name, is_certain);
        }
        for sentence in sentences(&line.text) {
            if sentence.asks || pattern(QUESTION_WORDS).is_match(&sentence.text) {
                continue;
            }
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

/// The last name told in a text, and whether it certainly is one; "I am X" may be something else.
pub(crate) fn told_name(text: &str) -> Option<(String, bool)> {
    let changed = pattern(table::CHANGED).is_match(text);
    let told: Vec<_> = sentences(text).into_iter().filter(|sentence| !sentence.asks).collect();
    let name = told.iter().filter_map(|sentence| stated_name(&sentence.text, changed)).next_back();
    let perhaps = || told.iter().find_map(|sentence| name_by(When::Perhaps, &sentence.text));
    let is_long = |name: &String| name.chars().nth(1).is_some();
    name.map(|name| (name, true)).or_else(|| Some((perhaps().filter(is_long)?, false)))
}

/// The name that a sentence states. `changed`: the text says that a name changed, so that "now it is X" is about one too.
pub(crate) fn stated_name(sentence: &str, changed: bool) -> Option<String> {
    let hinted = pattern(table::HINTS).is_match(sentence);
    let plain = hinted.then(|| name_by(When::Always, sentence)).flatten();
    plain.or_else(|| changed.then(|| name_by(When::Changed, sentence)).flatten())
}

fn name_by(when: When, sentence: &str) -> Option<String> {
    table::NAMES.iter().filter(|(row, ..)| *row == when).find_map(|(_, form, pattern)| {
        let clause = captured(pattern, sentence)?.split([',', ';', '(', ')', ':', '—', '–']).next()?.trim();
        let name = match form {
            Form::English => {
                let ends = |word: &&str| listed(table::ENGLISH_ENDS, &word.to_lowercase());
                let words = clause.split_whitespace().take_while(|word| !ends(word)).take(3);
                words.collect::<Vec<_>>().join(" ")
            }
            Form::Korean | Form::KoreanIs => korean_name(clause, *form == Form::Korean)?,
            Form::Quoted => without_linking_vowel(clause).to_owned(),
            Form::Exact => clause.to_owned(),
        };
        let name = name.trim_matches(|letter: char| " \"'“”‘’「」『』*_`<>.,!?".contains(letter));
        let no_name = listed(table::NO_NAMES, &name.split(' ').next()?.to_lowercase())
            || self::pattern(QUESTION_WORDS).is_match(name)
            || name.contains(['{', '}', '"']);
        (!no_name && (1..=40).contains(&name.chars().count())).then(|| name.to_owned())
    })
}

/// The name at the start of a clause. `bare`: also without "is" after it.
fn korean_name(clause: &str, bare: bool) -> Option<String> {
    let words: Vec<&str> = clause.split_whitespace().collect();
    let mut places = words.iter().take(4).enumerate();
    let stated = places.find_map(|(at, word)| Some([words.get(..at)?, &[without_copula(word)?]].concat()));
    let name =
        stated.map(|words| words.join(" ")).or_else(|| (bare && words.len() <= 2).then(|| clause.to_owned()));
    name.filter(|_| !pattern(table::NO_KOREAN_NAMES).is_match(clause))
}

/// A word without "is" at its end: 민수야 → 민수, 지민이에요 → 지민.
fn without_copula(word: &str) -> Option<&str> {
    captured(table::COPULAS, word).map(without_linking_vowel)
}

/// 지민이 + 야 is 지민, but 유이 + 야 is 유이: the 이 links only after a final consonant.
fn without_linking_vowel(stem: &str) -> &str {
    let shorter = stem.strip_suffix('이').filter(|shorter| !shorter.is_empty());
    shorter.filter(|shorter| final_consonant(shorter) != Some(0)).unwrap_or(stem)
}

/// "I like X", "나는 X를 좋아해", and the opposite: whether it is liked, and what.
pub(crate) fn preference(sentence: &str) -> Option<(bool, String)> {
    let mut rows = table::PREFERENCES.into_iter();
    let (likes, clause) = rows.find_map(|(likes, words)| Some((likes, captured(words, sentence)?)))?;
    let clause = pattern(table::END_OF_LIKES).replace(clause, "");
    let thing = clause.split_whitespace().take(8).collect::<Vec<_>>().join(" ");
    (!pattern("^(?:do|did|does|if) ").is_match(sentence) && !thing.is_empty()).then_some((likes, thing))
}

/// "My X is Y" (own) or "the X is Y" (nobody's), in either language: whether it is own, the thing, and what it is.
pub(crate) fn fact(sentence: &str) -> Option<(bool, String, String)> {
    let find = |words| pattern(words).captures(sentence);
    let found = find(table::FACT_ENGLISH).or_else(|| find(table::FACT_KOREAN))?;
    let (thing, value) = (found.get(2)?.as_str(), found.get(3)?.as_str().trim());
    let (before, last) = value.split_at(value.rfind(' ').map_or(0, |space| space + 1));
    // A Korean sentence has "is" at the end of its last word, an English one before the value.
    let is_english = pattern(table::FACT_ENGLISH).is_match(sentence);
    let value = if is_english { value.to_owned() } else { format!("{before}{}", without_copula(last)?) };
    let words = thing.split_whitespace().collect::<Vec<_>>();
    let fits = words.len() <= 4 && thing != "name" && !listed(table::NO_THINGS, words.last()?);
    fits.then(|| (found.get(1).is_some(), words.join(" "), value))
}
