//! What people told: names, likes, and plain facts, by the id of the person. It is read from the transcript anew
//! each time and holds nothing else.

use super::korean_names::copula;
use super::language::{ascii_words, has_question_word, sentences};
use super::names::{Told, told};
use super::transcript::{Line, Speaker};

/// One person.
#[derive(Clone, Debug, Default)]
pub(crate) struct Person {
    pub(crate) id: String,
    /// The latest nickname.
    pub(crate) nickname: String,
    name: Option<String>,
    perhaps: Option<String>,
    pub(crate) likes: Vec<String>,
    pub(crate) dislikes: Vec<String>,
    facts: Vec<Fact>,
}

/// "My birthday is the third of May": a thing and what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fact {
    pub(crate) thing: String,
    pub(crate) value: String,
}

impl Person {
    /// The name told last.
    pub(crate) fn name(&self) -> Option<&str> {
        self.name.as_deref().or(self.perhaps.as_deref())
    }

    /// What to call this person.
    pub(crate) fn shown(&self) -> &str {
        self.name().unwrap_or(&self.nickname)
    }
}

/// Everybody who spoke, in the order of their first words, and what was told about things in general.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory {
    pub(crate) people: Vec<Person>,
    facts: Vec<Fact>,
}

impl Memory {
    pub(crate) fn read(lines: &[Line]) -> Memory {
        let mut memory = Memory::default();
        for line in lines {
            if let Speaker::Person { id, nickname } = &line.speaker {
                memory.hear(id, nickname, &line.text);
            }
        }
        memory
    }

    pub(crate) fn person(&self, id: &str) -> Option<&Person> {
        self.people.iter().find(|person| person.id == id)
    }

    /// The person whose nickname or name is in the text; the longest match wins.
    pub(crate) fn mentioned(&self, text: &str) -> Option<&Person> {
        let text = text.to_lowercase();
        let length = |person: &Person| {
            [Some(person.nickname.as_str()), person.name()]
                .into_iter()
                .flatten()
                .filter(|name| !name.is_empty() && names(&text, &name.to_lowercase()))
                .map(|name| name.chars().count())
                .max()
        };
        // Of two with the same nickname, the one who came later is meant.
        self.people
            .iter()
            .filter_map(|person| Some((length(person)?, person)))
            .max_by_key(|(length, _)| *length)
            .map(|(_, person)| person)
    }

    /// A fact that the question names: one's own first, then one told of nobody.
    pub(crate) fn fact(&self, id: &str, question: &str) -> Option<&Fact> {
        let lower = question.to_lowercase();
        let asked = |fact: &&Fact| lower.contains(&fact.thing.to_lowercase());
        let own = self.person(id).into_iter().flat_map(|person| &person.facts);
        own.filter(asked).chain(self.facts.iter().filter(asked)).next()
    }

    /// Whether anything was told.
    pub(crate) fn knows_something(&self) -> bool {
        let of = |person: &Person| {
            person.name().is_some()
                || !person.likes.is_empty()
                || !person.dislikes.is_empty()
                || !person.facts.is_empty()
        };
        self.people.iter().any(of) || !self.facts.is_empty()
    }

    /// Takes in one line.
    fn hear(&mut self, id: &str, nickname: &str, text: &str) {
        let place = self.people.iter().position(|person| person.id == id).unwrap_or_else(|| {
            self.people.push(Person { id: id.to_owned(), ..Person::default() });
            self.people.len() - 1
        });
        let Some(person) = self.people.get_mut(place) else { return };
        nickname.clone_into(&mut person.nickname);
        match told(text) {
            Some(Told::Name(name)) => person.name = Some(name),
            Some(Told::Perhaps(name)) => person.perhaps = Some(name),
            None => {}
        }
        for sentence in sentences(text) {
            if sentence.asks || has_question_word(&sentence.text) {
                continue;
            }
            if let Some((likes, thing)) = preference(&sentence.text) {
                let (to, from) = if likes {
                    (&mut person.likes, &mut person.dislikes)
                } else {
                    (&mut person.dislikes, &mut person.likes)
                };
                from.retain(|other| *other != thing);
                if !to.contains(&thing) {
                    to.push(thing);
                }
            } else if let Some((own, fact)) = fact(&sentence.text) {
                let facts = if own { &mut person.facts } else { &mut self.facts };
                facts.retain(|other| other.thing != fact.thing);
                facts.push(fact);
            }
        }
    }
}

/// Whether a text names somebody: Korean particles may follow a name, but "a" is not named in "what".
fn names(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(place, found)| {
        let before = text.get(..place).and_then(|before| before.chars().next_back());
        let follows = text.get(place + found.len()..).and_then(|rest| rest.chars().next());
        let latin = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_alphanumeric());
        let joined = |edge: Option<char>, other: Option<char>| latin(edge) && latin(other);
        !joined(before, name.chars().next()) && !joined(name.chars().next_back(), follows)
    })
}

/// "I like X", "나는 X를 좋아해", and the opposite.
fn preference(sentence: &str) -> Option<(bool, String)> {
    korean_preference(sentence).or_else(|| english_preference(sentence))
}

fn korean_preference(sentence: &str) -> Option<(bool, String)> {
    let words: Vec<&str> = sentence.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    let verb = words.iter().position(|word| {
        ["좋아해", "좋아합", "좋아하지", "좋아한다", "사랑해", "사랑합", "싫어해", "싫어합", "싫어", "좋아"]
            .iter()
            .any(|stem| word.starts_with(stem))
    })?;
    let verb_word = words.get(verb)?;
    let mut likes = !verb_word.starts_with("싫어");
    if words.get(verb.checked_sub(1)?) == Some(&"안")
        || words.get(verb + 1).is_some_and(|word| word.starts_with("않"))
    {
        likes = !likes;
    }
    let before = words.get(..verb)?;
    let object = before.iter().rposition(|word| {
        word.ends_with('을')
            || word.ends_with('를')
            || word.ends_with('이')
            || word.ends_with('가')
            || word.ends_with('도')
    })?;
    // What stands before the object is about it, from the subject on: "나는 매운 떡볶이를".
    let mut from = 0;
    for (place, word) in before.iter().enumerate().take(object) {
        let topic = ["나는", "난", "저는", "전", "나", "저", "나도", "저도", "내가", "제가"].contains(word);
        if topic {
            from = place + 1;
        } else if (word.ends_with('은') || word.ends_with('는')) && place == 0 {
            // "민수는 김밥을 좋아해" is about somebody else.
            return None;
        }
    }
    let mut thing: Vec<&str> = before.get(from..object)?.to_vec();
    let last = before.get(object)?;
    let last = last.strip_suffix(['을', '를', '이', '가', '도'])?;
    thing.push(last);
    let thing = thing.join(" ");
    let thing = thing.trim_start_matches("근데 ").trim_start_matches("그리고 ").trim();
    (!thing.is_empty()).then(|| (likes, thing.to_owned()))
}

fn english_preference(sentence: &str) -> Option<(bool, String)> {
    const VERBS: [(&str, bool); 14] = [
        ("i do not like ", false),
        ("i don't like ", false),
        ("i don’t like ", false),
        ("i really like ", true),
        ("i also like ", true),
        ("i like ", true),
        ("i really love ", true),
        ("i love ", true),
        ("i enjoy ", true),
        ("i prefer ", true),
        ("i hate ", false),
        ("i dislike ", false),
        ("i'm fond of ", true),
        ("i am fond of ", true),
    ];
    let lower = sentence.to_ascii_lowercase();
    if ascii_words(&lower).next().is_some_and(|first| ["do", "did", "does", "if"].contains(&first)) {
        return None;
    }
    let (rest, likes) =
        VERBS.iter().find_map(|(verb, likes)| Some((super::language::after(sentence, verb)?, *likes)))?;
    let clause = rest.split([',', ';', '(']).next()?;
    let clause = clause.split(" but ").next()?.split(" because ").next()?;
    let words: Vec<&str> = clause.split_whitespace().take(8).collect();
    let thing = words.join(" ");
    (!thing.is_empty() && thing != "it" && thing != "that" && thing != "you").then_some((likes, thing))
}

/// "My X is Y" (own) or "the X is Y" (of nobody), in either language.
fn fact(sentence: &str) -> Option<(bool, Fact)> {
    english_fact(sentence).or_else(|| korean_fact(sentence))
}

fn english_fact(sentence: &str) -> Option<(bool, Fact)> {
    let lower = sentence.to_ascii_lowercase();
    let lower = lower
        .trim_start_matches("remember that ")
        .trim_start_matches("remember: ")
        .trim_start_matches("remember, ");
    let sentence = sentence.get(sentence.len() - lower.len()..)?;
    let (own, rest) = ["my ", "our "]
        .iter()
        .find_map(|owner| super::language::after(sentence, owner))
        .map(|rest| (true, rest))
        .or_else(|| {
            lower.starts_with("the ").then(|| sentence.get(4..)).flatten().map(|rest| (false, rest))
        })?;
    let (thing, value) = rest.split_once(" is ").or_else(|| rest.split_once(" are "))?;
    let (thing, value) = (thing.trim(), value.trim());
    let fits = (1..=4).contains(&thing.split_whitespace().count()) && !value.is_empty() && thing != "name";
    fits.then(|| (own, Fact { thing: thing.to_owned(), value: value.to_owned() }))
}

fn korean_fact(sentence: &str) -> Option<(bool, Fact)> {
    const OWNERS: [&str; 6] = ["내", "제", "나의", "저의", "내가", "제가"];
    const NOT_THINGS: [&str; 16] = [
        "나는",
        "난",
        "저는",
        "전",
        "너는",
        "넌",
        "이건",
        "그건",
        "저건",
        "오늘은",
        "내일은",
        "우리는",
        "이름은",
        "그는",
        "사실은",
        "지금은",
    ];
    let words: Vec<&str> = sentence.split([' ', ',', ':']).filter(|word| !word.is_empty()).collect();
    let start = words.iter().position(|word| OWNERS.contains(word));
    let (own, words) = match start {
        Some(start) => (true, words.get(start + 1..)?),
        None => (false, words.as_slice()),
    };
    let (last, before) = words.split_last()?;
    let topic = before.iter().rposition(|word| {
        (word.ends_with('은') || word.ends_with('는'))
            && word.chars().count() > 1
            && !NOT_THINGS.contains(word)
    })?;
    let mut thing: Vec<&str> = before.get(..topic)?.to_vec();
    thing.push(before.get(topic)?.strip_suffix(['은', '는'])?);
    // "기억해 비밀 단어는 바나나야": what is to be remembered comes after the asking.
    thing.retain(|word| !word.starts_with("기억"));
    let thing = thing.join(" ");
    let mut value: Vec<&str> = before.get(topic + 1..)?.to_vec();
    value.push(copula(last)?);
    let value = value.join(" ");
    let fits = !thing.is_empty() && !thing.contains("이름") && thing.split(' ').count() <= 4;
    fits.then_some((own, Fact { thing, value }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn liked(text: &str, likes: bool, thing: &str) {
        assert_eq!(preference(text), Some((likes, thing.to_owned())), "{text}");
    }

    #[track_caller]
    fn known(text: &str, own: bool, thing: &str, value: &str) {
        let fact = Fact { thing: thing.to_owned(), value: value.to_owned() };
        assert_eq!(super::fact(text), Some((own, fact)), "{text}");
    }

    #[test]
    fn likes_and_dislikes() {
        liked("나는 김밥을 좋아해", true, "김밥");
        liked("저는 매운 떡볶이를 정말 좋아해요", true, "매운 떡볶이");
        liked("나 오이는 별로고 김밥을 안 좋아해", false, "오이는 별로고 김밥");
        liked("난 오이를 싫어해", false, "오이");
        liked("I like green tea", true, "green tea");
        liked("I really love dogs but not cats", true, "dogs");
        liked("I don't like rain", false, "rain");
        assert_eq!(preference("민수는 김밥을 좋아해"), None);
        assert_eq!(preference("do I like tea"), None);
    }

    #[test]
    fn facts_of_people_and_of_the_room() {
        known("my favourite colour is blue", true, "favourite colour", "blue");
        known("the secret word is banana", false, "secret word", "banana");
        known("내 생일은 5월 3일이야", true, "생일", "5월 3일");
        known("내가 좋아하는 색은 파란색이야", true, "좋아하는 색", "파란색");
        known("비밀 단어는 바나나야", false, "비밀 단어", "바나나");
        assert_eq!(super::fact("나는 학생이야"), None);
    }
}
