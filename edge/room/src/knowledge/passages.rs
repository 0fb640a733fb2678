//! Cuts a text into passages: at headings, questions and blank lines. Joined again, the passages are the text.

use shared::limits;

/// Characters of a line that counts as a heading because it stands alone and ends no sentence.
const LONE_HEADING_CHARACTERS: usize = 60;
/// Characters of a question that counts as a heading.
const QUESTION_CHARACTERS: usize = 160;
/// Words that a line with the contact begins with, before a colon.
const CONTACT_WORDS: [&str; 6] = ["contact", "문의", "문의처", "연락처", "담당", "담당자"];
/// Words that a question begins with, before a colon or a full stop; a number may follow.
const QUESTION_WORDS: [&str; 5] = ["q", "question", "질문", "문", "물음"];
/// Characters of a contact, and contacts of a text: one in each language.
const CONTACT_CHARACTERS: usize = 200;
const CONTACTS: usize = 2;

/// A part of a bot's knowledge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// Its heading, its question or its first line, shortened: what people are shown of it.
    pub title: String,
    /// As it was written, with its heading.
    pub text: String,
}

/// Cuts a text into passages of at most [`limits::PASSAGE_CHARACTERS`], in the order of the text. A text of white space has none.
pub fn cut(text: &str) -> Vec<Passage> {
    let mut passages = Vec::new();
    for section in sections(text) {
        let title = title(section);
        for part in parts(section) {
            passages.push(Passage { title: title.clone(), text: part.to_owned() });
        }
    }
    passages
}

/// Whom the text names as contact, in lines such as `Contact: help@example.org` or `문의: 민지`; empty where it names nobody.
pub(crate) fn contact(text: &str) -> String {
    let contacts = text.lines().filter_map(|line| {
        let (word, contact) = bare(line).split_once([':', '：'])?;
        let word = word.trim_matches(['*', ' ']).to_lowercase();
        let contact = contact.trim_matches(['*', ' ']);
        (CONTACT_WORDS.contains(&word.as_str()) && !contact.is_empty()).then_some(contact)
    });
    let joined = contacts.take(CONTACTS).collect::<Vec<_>>().join(" / ");
    joined.chars().take(CONTACT_CHARACTERS).collect()
}

/// Cuts before headings, and before paragraphs that stand under no heading. White space belongs to what comes before it.
fn sections(text: &str) -> Vec<&str> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let is_blank = |index: usize| lines.get(index).is_none_or(|line| line.trim().is_empty());
    let is_heading = |index: usize| {
        let line = lines.get(index).copied().unwrap_or_default();
        let stands_alone =
            (index == 0 || is_blank(index.saturating_sub(1))) && is_blank(index.saturating_add(1));
        is_heading_line(line)
            || (is_question(line) && (index == 0 || is_blank(index.saturating_sub(1))))
            || (stands_alone && is_lone_heading(line) && index.saturating_add(1) < lines.len())
    };
    let mut found = Vec::new();
    let (mut start, mut end) = (0_usize, 0_usize);
    // What the present section has so far: words besides headings, and a heading.
    let (mut has_body, mut has_heading, mut after_blank) = (false, false, false);
    for (index, line) in lines.iter().enumerate() {
        let heading = is_heading(index);
        let is_blank = line.trim().is_empty();
        if !is_blank && has_body && (heading || (after_blank && !has_heading)) {
            found.push((start, end));
            (start, has_body, has_heading) = (end, false, false);
        }
        has_heading |= heading;
        has_body |= !heading && !is_blank;
        after_blank = is_blank;
        end = end.saturating_add(line.len());
    }
    found.push((start, end));
    let sections = found.into_iter().filter_map(|(start, end)| text.get(start..end));
    sections.filter(|section| !section.trim().is_empty()).collect()
}

/// Cuts a section that is too long: before a paragraph, a line, after a sentence, a space, or anywhere.
fn parts(section: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = section;
    while rest.trim().chars().count() > limits::PASSAGE_CHARACTERS {
        let begin = rest.len().saturating_sub(rest.trim_start().len());
        let words = rest.get(begin..).unwrap_or_default();
        let most = words.char_indices().nth(limits::PASSAGE_CHARACTERS).map_or(words.len(), |(at, _)| at);
        let head = words.get(..most).unwrap_or(words);
        let after = |mark: &str| head.rfind(mark).map(|at| at.saturating_add(mark.len()));
        // A cut in the first third would leave a passage that says little.
        let is_late = |at: &usize| *at >= most / 3;
        let marks = ["\n\n", "\n", ". ", "? ", "! ", " "].into_iter();
        let at = marks.filter_map(after).find(is_late).unwrap_or(most);
        let (part, left) = rest.split_at_checked(begin.saturating_add(at)).unwrap_or((rest, ""));
        parts.push(part);
        rest = left;
    }
    parts.push(rest);
    parts
}

/// The section's last heading before its body, or its first line.
fn title(section: &str) -> String {
    let mut lines = section.lines().filter(|line| !line.trim().is_empty()).peekable();
    let mut title = lines.next().unwrap_or_default();
    while let Some(line) = lines.peek().filter(|line| is_heading_line(line) || is_question(line)) {
        title = line;
        lines.next();
    }
    let title = without_question_word(bare(title)).unwrap_or(bare(title));
    let title = title.trim_matches(['*', '_', ' ', '\t']);
    let shortened: String = title.chars().take(limits::PASSAGE_TITLE_CHARACTERS).collect();
    if shortened.len() < title.len() {
        let shorter: String =
            title.chars().take(limits::PASSAGE_TITLE_CHARACTERS.saturating_sub(1)).collect();
        return format!("{}…", shorter.trim_end());
    }
    shortened
}

/// A heading of Markdown, a line in bold, or a question that is marked as one.
fn is_heading_line(line: &str) -> bool {
    let line = line.trim();
    let marks = line.chars().take_while(|c| *c == '#').count();
    let is_bold = line.len() > 4 && line.starts_with("**") && line.ends_with("**");
    let is_markdown = (1..=6).contains(&marks) && line.chars().nth(marks).is_some_and(char::is_whitespace);
    is_markdown || is_bold || without_question_word(line).is_some()
}

fn is_question(line: &str) -> bool {
    let line = line.trim_end().trim_end_matches(['*', '"', ')']);
    line.ends_with(['?', '？']) && line.chars().count() <= QUESTION_CHARACTERS
}

fn is_lone_heading(line: &str) -> bool {
    let line = line.trim();
    let ends_sentence = line.ends_with(['.', '!', '?', '。', '…', ':', ',', ';']);
    !ends_sentence && contact(line).is_empty() && line.chars().count() <= LONE_HEADING_CHARACTERS
}

/// What follows `Q:`, `Q3.` or `질문 2:`; `None` for a line that begins with none of them.
fn without_question_word(line: &str) -> Option<&str> {
    let line = bare(line);
    let at = line.find([':', '：', '.', ')'])?;
    let (word, rest) = line.split_at_checked(at)?;
    let word =
        word.trim_matches(['*', ' ']).trim_end_matches(|c: char| c.is_ascii_digit()).trim().to_lowercase();
    let mut rest = rest.chars();
    rest.next();
    let rest = rest.as_str().trim_start_matches(['*', ' ']);
    (QUESTION_WORDS.contains(&word.as_str()) && !rest.trim().is_empty()).then_some(rest)
}

/// A line without the marks of headings, lists and quotes before it.
fn bare(line: &str) -> &str {
    line.trim().trim_start_matches(['#', '-', '>', '*', '•', ' ', '\t'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(text: &str) -> Vec<String> {
        let passages = cut(text);
        let joined: String = passages.iter().map(|passage| passage.text.as_str()).collect();
        assert_eq!(joined, text, "nothing is lost");
        passages.into_iter().map(|passage| passage.title).collect()
    }

    #[test]
    fn headings_begin_passages_and_those_without_a_body_join_the_next() {
        let text = "# 도움말\n\n## 방\n### 방은 어떻게 만들어요?\n첫 화면에서 이름을 써요.\n\n이름은 짧게.\n\n### Inviting\nSend the link.\n";
        assert_eq!(titles(text), ["방은 어떻게 만들어요?", "Inviting"]);
        assert!(cut(text)[0].text.starts_with("# 도움말"));
    }

    #[test]
    fn questions_begin_passages() {
        let text = "Q1: When do you open?\nA: At nine.\n\nQ2. Where?\nHere.\n질문: 주차가 되나요?\n답: 네.";
        assert_eq!(titles(text), ["When do you open?", "Where?", "주차가 되나요?"]);
        let text = "언제 열어요?\n아홉 시에요.\n\n주차가 되나요?\n네.\n\n**Refunds**\nWithin a week.";
        assert_eq!(titles(text), ["언제 열어요?", "주차가 되나요?", "Refunds"]);
        assert_eq!(
            titles("Opening hours\n\nFrom nine to five.\n\nParking\n\nBehind the house."),
            ["Opening hours", "Parking"]
        );
    }

    #[test]
    fn paragraphs_without_headings_are_passages() {
        assert_eq!(
            titles("We open at nine.\nAnd close at five.\n\n\nParking is free.\n"),
            ["We open at nine.", "Parking is free."]
        );
        assert_eq!(titles("Only this"), ["Only this"]);
        assert_eq!(cut(" \n\n\t\n"), []);
    }

    #[test]
    fn case_202_no_passage_is_longer_than_the_limit() {
        for text in [
            "# 제목\n".to_owned() + &"가나다라 마바사. ".repeat(500),
            "가".repeat(5_000),
            "a\n".repeat(4_000) + "\n\n\n",
            "## t\n".to_owned() + &"paragraph.\n\n".repeat(300) + &" ".repeat(3_000),
        ] {
            titles(&text);
            let passages = cut(&text);
            assert!(passages.len() > 1);
            for passage in passages {
                assert!(passage.text.trim().chars().count() <= limits::PASSAGE_CHARACTERS);
                assert!(!passage.text.trim().is_empty() && !passage.title.is_empty());
            }
        }
        let long = titles(&format!("# {}\nbody", "길".repeat(300)));
        assert_eq!(long[0].chars().count(), limits::PASSAGE_TITLE_CHARACTERS);
    }

    #[test]
    fn case_202_any_text_is_cut_without_loss() {
        let pieces = [
            "# a\n",
            "\n",
            "Q: b?\n",
            "가?",
            "\n\n",
            " ",
            "**c**\n",
            "문의: d\n",
            "word ",
            "\t",
            "#",
            ":",
            "?",
            "\n \n",
            "끝.\n",
        ];
        let mut random = shared::SplitMix64::new(3);
        for _ in 0..2_000 {
            let count = random.up_to(40);
            let text: String =
                (0..count).map(|_| pieces[random.up_to(pieces.len() as u64 - 1) as usize]).collect();
            let joined: String = cut(&text).into_iter().map(|passage| passage.text).collect();
            assert!(joined == text || text.trim().is_empty(), "{text:?}");
        }
    }

    #[test]
    fn a_contact_is_named_in_a_line_of_its_own() {
        for (text, expected) in [
            ("# x\n문의: 민지 (010)\n", "민지 (010)"),
            ("**Contact:** help@example.org", "help@example.org"),
            ("- 담당자： 총무팀\nContact: office", "총무팀 / office"),
            ("Contact us any time", ""),
            ("문의:\n", ""),
        ] {
            assert_eq!(contact(text), expected, "{text}");
        }
    }
}
