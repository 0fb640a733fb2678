//! The sentences of the demo. Korean ones are in 해요체.

use super::language::{Language, with};
use super::memory::{Fact, Memory, Person};
use super::questions::Question;
use super::samples;
use super::transcript::{Line, Speaker};

/// What an answer is made from.
pub(crate) struct Talk<'a> {
    pub(crate) language: Language,
    pub(crate) memory: &'a Memory,
    /// What was said before the question.
    pub(crate) before: &'a [Line],
    /// The question.
    pub(crate) line: &'a Line,
}

impl Talk<'_> {
    /// The answer; `learned`: the question also told something.
    pub(crate) fn answer(&self, question: &Question, learned: bool) -> String {
        match question {
            Question::OwnName => self.own_name(),
            Question::NameOf(id) => self.name_of(id),
            Question::Demo => self.pick(
                "저는 이 방의 데모 모델이에요. 진짜 언어 모델은 아니지만, 여러분이 한 말은 기억해요.",
                "I am the demo model of this room: not a real language model, but I remember what people said.",
            ),
            Question::Fact(fact) => self.fact(fact),
            Question::LikesOf(id) => self.likes_of(id),
            Question::OwnWords => self.words_of(self.line.speaker_id(), true),
            Question::WordsOf(id) => self.words_of(id, id == self.line.speaker_id()),
            Question::DemoWords => self.demo_words(),
            Question::WhoSaid(words) => self.who_said(words),
            Question::WordsOfNobody => self.pick(
                "누구의 말인지 모르겠어요. 아직 그런 분의 말은 못 봤어요.",
                "I am not sure whom you mean: I have not seen anybody like that say something.",
            ),
            Question::People => self.people(),
            Question::Summary => self.summary(),
            Question::Markdown => samples::markdown(self.language),
            Question::Story(words) => samples::story(self.language, *words),
            Question::Sum(expression, Some(value)) => {
                let value = super::sums::written(*value);
                self.pick(format!("{expression} = {value} 이에요."), format!("{expression} = {value}"))
            }
            Question::Sum(expression, None) => self.pick(
                format!("{expression} 은 계산할 수 없어요. 0으로 나눌 수는 없거든요."),
                format!("{expression} has no value: nothing can be divided by zero."),
            ),
            Question::Abilities => {
                let me = self.pick("저는 데모 모델이에요. ", "I am a demo model. ");
                format!("{me}{}", abilities(self.language))
            }
            _ if learned => self.confirm(),
            Question::Thanks => self.pick(
                format!("천만에요{}! 또 불러 주세요.", self.address()),
                format!("You are welcome{}!", self.address()),
            ),
            Question::Greeting => {
                let hello = self.pick(
                    format!("안녕하세요{}! 반가워요.", self.address()),
                    format!("Hello{}! Nice to see you.", self.address()),
                );
                let more = self.pick(
                    "저는 데모 모델이에요. 이름을 알려 주시면 기억할게요.",
                    "I am a demo model. Tell me your name and I will remember it.",
                );
                format!("{hello} {more}")
            }
            Question::Other => self.other(),
        }
    }

    fn pick(&self, korean: impl Into<String>, english: impl Into<String>) -> String {
        self.language.pick(korean, english)
    }

    fn asker(&self) -> Option<&Person> {
        self.memory.person(self.line.speaker_id())
    }

    /// ", 민수님" or ", Ann", or nothing for somebody without a name.
    fn address(&self) -> String {
        match self.asker().map(Person::shown).filter(|shown| !shown.is_empty()) {
            Some(shown) => self.pick(format!(", {shown}님"), format!(", {shown}")),
            None => String::new(),
        }
    }

    fn own_name(&self) -> String {
        let Some(asker) = self.asker() else { return nothing_said(self.language) };
        if let Some(name) = asker.name() {
            return self.pick(
                format!("{name}님이에요! 이름이 {} 알려 주셨잖아요.", with(name, "이라고", "라고")),
                format!("Your name is {name}. You told me so."),
            );
        }
        if asker.nickname.is_empty() {
            return self.pick(
                "아직 이름을 알려 주지 않으셨어요. 뭐라고 불러 드릴까요?",
                "You have not told me your name yet. What shall I call you?",
            );
        }
        let nickname = &asker.nickname;
        self.pick(
            format!(
                "아직 이름을 알려 주지 않으셔서 몰라요. 닉네임은 {} 보여요. 이름을 알려 주시면 기억할게요.",
                with(nickname, "으로", "로")
            ),
            format!(
                "I do not know: you have not told me your name. I see your nickname, {nickname}. Tell me your name \
                 and I will remember it."
            ),
        )
    }

    fn name_of(&self, id: &str) -> String {
        let Some(person) = self.memory.person(id) else { return self.other() };
        let nickname = &person.nickname;
        match person.name() {
            Some(name) => self.pick(
                format!("{nickname}님의 이름은 {}.", with(name, "이에요", "예요")),
                format!("The name of {nickname} is {name}."),
            ),
            None => self.pick(
                format!("{nickname}님은 아직 이름을 알려 주지 않으셨어요."),
                format!("{nickname} has not told me a name."),
            ),
        }
    }

    fn fact(&self, fact: &Fact) -> String {
        let Fact { thing, value } = fact;
        self.pick(
            format!("{} {} 들었어요.", with(thing, "은", "는"), with(value, "이라고", "라고")),
            format!("I was told that the {thing} is {value}."),
        )
    }

    fn likes_of(&self, id: &str) -> String {
        let Some(person) = self.memory.person(id) else { return self.other() };
        let own = id == self.line.speaker_id();
        let shown = person.shown();
        if person.likes.is_empty() && person.dislikes.is_empty() {
            return self.pick(
                format!("{shown}님이 무엇을 좋아하는지는 아직 못 들었어요."),
                if own {
                    "You have not told me what you like yet.".to_owned()
                } else {
                    format!("{shown} has not said what they like.")
                },
            );
        }
        let (likes, dislikes) = (person.likes.join(", "), person.dislikes.join(", "));
        let mut said = Vec::new();
        if !likes.is_empty() {
            said.push(self.pick(
                format!("{shown}님은 {} 좋아한다고 하셨어요.", with(&likes, "을", "를")),
                if own {
                    format!("You said you like {likes}.")
                } else {
                    format!("{shown} said they like {likes}.")
                },
            ));
        }
        if !dislikes.is_empty() {
            said.push(self.pick(
                format!("{} 싫어한다고 하셨어요.", with(&dislikes, "은", "는")),
                if own {
                    format!("You said you do not like {dislikes}.")
                } else {
                    format!("{shown} said they do not like {dislikes}.")
                },
            ));
        }
        said.join(" ")
    }

    fn words_of(&self, id: &str, own: bool) -> String {
        let shown = self.memory.person(id).map_or("", Person::shown);
        match self.before.iter().rev().find(|line| line.speaker_id() == id && !id.is_empty()) {
            Some(line) => {
                let words = quoted(&line.text);
                self.pick(
                    format!("{shown}님이 마지막으로 하신 말은 {words}예요."),
                    if own {
                        format!("You last said {words}.")
                    } else {
                        format!("{shown} last said {words}.")
                    },
                )
            }
            None => self.pick(
                format!("{shown}님이 그 전에 하신 말은 못 봤어요."),
                if own {
                    "You said nothing before that.".to_owned()
                } else {
                    format!("{shown} said nothing yet.")
                },
            ),
        }
    }

    fn who_said(&self, words: &[String]) -> String {
        let count = |line: &Line| {
            let text = line.text.to_lowercase();
            words.iter().filter(|word| text.contains(word.as_str())).count()
        };
        let people = self.before.iter().filter(|line| line.speaker != Speaker::Demo);
        // Of several that fit equally, the newest.
        match people.max_by_key(|line| count(line)).filter(|line| count(line) > 0) {
            Some(line) => {
                let shown = self.memory.person(line.speaker_id()).map_or("", Person::shown);
                let words = quoted(&line.text);
                self.pick(
                    format!("{shown}님이에요. {words}라고 하셨어요."),
                    format!("It was {shown}, who said {words}."),
                )
            }
            None => self.pick("그런 말은 못 들었어요.", "I have heard nobody say that."),
        }
    }

    fn demo_words(&self) -> String {
        match self.before.iter().rev().find(|line| line.speaker == Speaker::Demo) {
            Some(line) => {
                let words = quoted(&line.text);
                self.pick(format!("제가 마지막으로 한 말은 {words}예요."), format!("I last said {words}."))
            }
            None => self.pick("저는 아직 아무 말도 안 했어요.", "I have not said anything yet."),
        }
    }

    fn people(&self) -> String {
        let names: Vec<String> = self
            .memory
            .people
            .iter()
            .map(|person| match (person.nickname.is_empty(), person.name()) {
                (true, None) => self.pick("이름 모를 분", "somebody unnamed"),
                (true, Some(name)) => name.to_owned(),
                (false, Some(name)) if name != person.nickname => self.pick(
                    format!("{}(이름은 {name})", person.nickname),
                    format!("{} (named {name})", person.nickname),
                ),
                (false, _) => person.nickname.clone(),
            })
            .collect();
        let (count, names) = (names.len(), names.join(", "));
        self.pick(
            format!("제가 말을 들은 분은 {count}명이에요: {names}."),
            format!("I have heard {count} so far: {names}."),
        )
    }

    fn summary(&self) -> String {
        let lines: Vec<&Line> = self.before.iter().filter(|line| line.speaker != Speaker::Demo).collect();
        let mut summary = self.pick(
            format!("지금까지 {}개의 말이 있었어요.", lines.len()),
            format!("There were {} messages so far.", lines.len()),
        );
        for line in lines.iter().rev().take(6).rev() {
            summary.push_str(&format!("\n- **{}**: {}", line.nickname(), shortened(&line.text)));
        }
        summary
    }

    /// Says what was understood of something told.
    fn confirm(&self) -> String {
        let learned = Memory::read(std::slice::from_ref(self.line));
        let heard = learned.people.first();
        let mut parts = Vec::new();
        if let Some(name) = heard.and_then(Person::name) {
            parts.push(self.pick(
                format!("반가워요, {name}님! 이름을 기억할게요."),
                format!("Nice to meet you, {name}! I will remember your name."),
            ));
        }
        let likes = heard.map(|person| person.likes.join(", ")).filter(|likes| !likes.is_empty());
        if let Some(likes) = likes {
            parts.push(self.pick(
                format!("{} 좋아하시는군요, 기억할게요.", with(&likes, "을", "를")),
                format!("You like {likes}: I will remember that."),
            ));
        }
        if parts.is_empty() {
            let words = quoted(&self.line.text);
            parts.push(self.pick(
                format!("{words}, 기억할게요{}.", self.address()),
                format!("{words}: I will remember that{}.", self.address()),
            ));
        }
        parts.join(" ")
    }

    fn other(&self) -> String {
        let words = quoted(&self.line.text);
        let heard = if self.line.text.is_empty() {
            self.pick(format!("네{}, 부르셨어요?", self.address()), format!("Yes{}?", self.address()))
        } else {
            self.pick(
                format!("{words}라고 하셨네요{}.", self.address()),
                format!("You said {words}{}.", self.address()),
            )
        };
        let excuse = self.pick(
            "저는 데모 모델이라 깊은 대답은 못 해요.",
            "I am only a demo model, so I have no deeper answer.",
        );
        format!("{heard} {excuse} {}", abilities(self.language))
    }
}

/// For a chain in which nobody said anything.
pub(crate) fn nothing_said(language: Language) -> String {
    language.pick("아직 아무도 말을 안 했어요.", "Nobody has said anything yet.")
}

fn abilities(language: Language) -> String {
    language.pick(
        "이름이나 좋아하는 것을 알려 주시면 기억하고, 누가 뭐라고 했는지, 여기 누가 있는지 말해 드리고, 간단한 계산을 하고, \
         마크다운이나 긴 이야기를 보여 드릴 수 있어요.",
        "I can remember names and what people like, tell who is here and who said what, do small sums, show Markdown, \
         and tell a long story.",
    )
}

fn quoted(text: &str) -> String {
    format!("“{}”", shortened(text))
}

/// A text for a quotation.
pub(crate) fn shortened(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= 120 {
        return text;
    }
    let start: String = text.chars().take(119).collect();
    format!("{start}…")
}
