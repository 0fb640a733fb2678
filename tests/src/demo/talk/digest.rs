//! What a conversation was about, computed from its lines and nothing else: the words said most, the lines that
//! decide something, and the questions that nobody answered.

use super::content_words::{DECIDES, content_words};
use super::language::Language;
use super::transcript::{Line, Speaker};
use serde_json::{Value, json};

/// A summary in three lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Digest {
    pub(crate) topics: Vec<String>,
    pub(crate) decisions: Vec<String>,
    pub(crate) open_questions: Vec<String>,
}

impl Digest {
    /// The digest of the lines that people wrote.
    pub(crate) fn read(lines: &[Line]) -> Digest {
        // What is asked of a bot is no question to the room, and decides nothing.
        let to_room = |line: &&Line| is_person(line) && !line.calls;
        let people: Vec<&Line> = lines.iter().filter(to_room).collect();
        let asks = |line: &&&Line| line.text.contains(['?', '？']);
        let decides = |line: &&&Line| {
            let lower = line.text.to_lowercase();
            !asks(line) && DECIDES.iter().any(|word| lower.contains(word))
        };
        let decisions = people.iter().filter(decides).map(|line| said(line)).collect();
        let places = lines.iter().enumerate().filter(|(_, line)| to_room(line) && asks(&line));
        let open =
            places.filter(|(place, line)| !is_answered(line, lines.get(place + 1..).unwrap_or_default()));
        let open_questions = open.map(|(_, line)| said(line)).collect();
        Digest { topics: topics(&people), decisions, open_questions }
    }

    /// The card's values. A card without any would look broken, so it says that there is nothing.
    pub(crate) fn values(&self, language: Language) -> Vec<(&'static str, Value)> {
        let nothing = language.pick("아직 정리할 이야기가 없어요.", "There is nothing to sum up yet.");
        let topics = if *self == Digest::default() { vec![nothing] } else { self.topics.clone() };
        vec![
            ("topics", json!(topics)),
            ("decisions", json!(self.decisions)),
            ("open_questions", json!(self.open_questions)),
        ]
    }

    /// The digest in plain words, for when no card was asked for.
    pub(crate) fn written(&self, language: Language) -> String {
        let titles = [
            (language.pick("주제", "Topics"), &self.topics),
            (language.pick("정한 것", "Decided"), &self.decisions),
            (language.pick("남은 질문", "Open questions"), &self.open_questions),
        ];
        let none = language.pick("없어요", "none");
        let lines = titles.into_iter().map(|(title, items)| match items.as_slice() {
            [] => format!("- **{title}**: {none}"),
            items => format!("- **{title}**: {}", items.join(" · ")),
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// Whether a person in the room said this, and not the demo or another bot.
pub(crate) fn is_person(line: &Line) -> bool {
    line.speaker != Speaker::Demo && !line.speaker_id().starts_with("bot:") && !line.text.is_empty()
}

fn said(line: &Line) -> String {
    let text = line.text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.nickname() {
        "" => text,
        nickname => format!("{nickname}: {text}"),
    }
}

/// A question is answered when somebody else says something about the same, or something short right after it.
fn is_answered(question: &Line, after: &[Line]) -> bool {
    const ANSWERS: [&str; 12] =
        ["네", "응", "아니", "좋아", "그래", "저요", "내가", "제가", "yes", "no", "sure", "ok"];
    let words = content_words(&question.text);
    let others = after.iter().filter(|line| line.speaker_id() != question.speaker_id());
    let statements = others.filter(|line| !line.text.contains(['?', '？']));
    let next = after.first().filter(|line| line.speaker_id() != question.speaker_id());
    let about = |line: &Line| content_words(&line.text).iter().any(|word| words.contains(word));
    let short = next.is_some_and(|line| {
        let lower = line.text.to_lowercase();
        let brief = line.text.chars().count() <= 12 || ANSWERS.iter().any(|word| lower.starts_with(word));
        !line.text.contains(['?', '？']) && brief
    });
    short || statements.into_iter().any(about)
}

/// The words said in most lines, and of equals the one that was said first.
fn topics(people: &[&Line]) -> Vec<String> {
    let mut counted: Vec<(String, usize)> = Vec::new();
    for line in people {
        for word in content_words(&line.text) {
            match counted.iter_mut().find(|(known, _)| *known == word) {
                Some((_, count)) => *count += 1,
                None => counted.push((word, 1)),
            }
        }
    }
    counted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let often = counted.iter().filter(|(_, count)| *count > 1).count();
    // Where hardly anything was said twice, what was said first must do.
    let count = if often >= 2 { often.min(5) } else { counted.len().min(3) };
    counted.into_iter().take(count).map(|(word, _)| word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(said: &[(&str, &str)]) -> Vec<Line> {
        let line = |(nickname, text): &(&str, &str)| Line {
            speaker: Speaker::Person { id: format!("id-{nickname}"), nickname: (*nickname).to_owned() },
            text: (*text).to_owned(),
            calls: text.starts_with('@'),
        };
        said.iter().map(line).collect()
    }

    #[test]
    fn a_korean_conversation() {
        let digest = Digest::read(&lines(&[
            ("민수", "소풍 언제 갈까?"),
            ("지수", "소풍은 토요일에 가자"),
            ("민수", "좋아. 김밥은 내가 가져갈게"),
            ("지수", "김밥 맛있겠다. 돗자리 있는 사람?"),
            ("민수", "@chatbot 서울 날씨 어때?"),
        ]));
        assert_eq!(digest.topics, ["소풍", "김밥"]);
        assert_eq!(digest.decisions, ["지수: 소풍은 토요일에 가자"]);
        assert_eq!(digest.open_questions, ["지수: 김밥 맛있겠다. 돗자리 있는 사람?"]);
    }

    #[test]
    fn an_english_conversation() {
        let digest = Digest::read(&lines(&[
            ("ann", "When does the release go out?"),
            ("bob", "We decided on Friday for the release."),
            ("ann", "Who writes the announcement?"),
            ("bob", "The tests for the release were green yesterday, by the way."),
        ]));
        assert!(digest.topics.contains(&"release".to_owned()), "{digest:?}");
        assert_eq!(digest.decisions, ["bob: We decided on Friday for the release."]);
        assert_eq!(digest.open_questions, ["ann: Who writes the announcement?"]);
        assert_eq!(Digest::read(&[]), Digest::default());
    }
}
