//! What the model answers before an API formats it: outputs, the pieces in which they are streamed, their tokens, and
//! where they are cut short.

use std::time::Duration;

/// One part of an answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Output {
    /// A message, in the pieces it is streamed in.
    Text(Vec<String>),
    Refusal(Vec<String>),
    /// Reasoning that the client is not shown.
    Reasoning,
    /// A function call with its arguments as JSON text.
    ToolCall {
        name: String,
        arguments: String,
    },
}

#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) outputs: Vec<Output>,
    /// Why it stops early, as the Responses API names it; each API translates the two reasons that it knows.
    pub(crate) stop_reason: Option<String>,
    /// The pause before a word.
    pub(crate) pace: Duration,
}

pub(crate) const MAX_OUTPUT_TOKENS: &str = "max_output_tokens";
pub(crate) const CONTENT_FILTER: &str = "content_filter";

/// Roughly what a tokenizer would count.
pub(crate) fn tokens(text: &str) -> u64 {
    u64::try_from(text.chars().count().div_ceil(4)).unwrap_or(u64::MAX)
}

/// Cuts a text into words, each with the white space before it.
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut has_text = false;
    for letter in text.chars() {
        if letter.is_whitespace() && has_text {
            words.push(std::mem::take(&mut word));
            has_text = false;
        }
        has_text |= !letter.is_whitespace();
        word.push(letter);
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Cuts JSON into short pieces anywhere, as the APIs do with arguments.
pub(crate) fn json_slices(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(7).map(|slice| slice.iter().collect()).collect()
}

impl Answer {
    /// Shortens the texts to so many tokens; a cut is the reason for the end.
    pub(crate) fn limit(&mut self, limit: u64) {
        let mut left = limit;
        let mut cut = false;
        for output in &mut self.outputs {
            let (Output::Text(pieces) | Output::Refusal(pieces)) = output else { continue };
            pieces.retain(|piece| {
                let cost = tokens(piece).max(1);
                cut |= cost > left;
                left = left.saturating_sub(cost);
                !cut
            });
        }
        if cut {
            self.stop_reason = Some(MAX_OUTPUT_TOKENS.to_owned());
        }
    }

    /// Ends each text before the first of these sequences.
    pub(crate) fn stop_before(&mut self, sequences: &[String]) {
        for output in &mut self.outputs {
            let Output::Text(pieces) = output else { continue };
            let text = pieces.concat();
            let found = sequences.iter().filter(|sequence| !sequence.is_empty());
            let Some(end) = found.filter_map(|sequence| text.find(sequence.as_str())).min() else { continue };
            let mut left = end;
            let mut kept = Vec::new();
            for piece in pieces.iter() {
                let taken: String = piece.get(..left.min(piece.len())).unwrap_or_default().to_owned();
                left -= taken.len();
                if !taken.is_empty() {
                    kept.push(taken);
                }
            }
            *pieces = kept;
        }
    }
}

/// The pause before a word: longer words and ends of sentences take longer, a little differently each.
pub(crate) fn pause(pace: Duration, number: usize, piece: &str) -> Duration {
    let length = u32::try_from(piece.chars().count().min(12)).unwrap_or(12);
    let swing = u32::try_from(number * 37 % 41).unwrap_or(0);
    let percent = 55 + length * 4 + swing;
    pace * percent / 100
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answering(text: &str) -> Answer {
        Answer { outputs: vec![Output::Text(words(text))], stop_reason: None, pace: Duration::ZERO }
    }

    #[test]
    fn words_joined_again_are_the_text() {
        for text in ["", "one", "one two", "  a\n\nb  c\n", "| a | b |\n|---|\n"] {
            assert_eq!(words(text).concat(), text);
        }
        assert_eq!(words("안녕 반가워요\n\n그래"), ["안녕", " 반가워요", "\n\n그래"]);
        assert_eq!(json_slices("{\"city\":\"서울\"}").concat(), "{\"city\":\"서울\"}");
    }

    #[test]
    fn a_limit_cuts_and_says_so_and_a_stop_sequence_does_not() {
        let mut short = answering("one two three");
        short.limit(2);
        assert_eq!(short.outputs, [Output::Text(vec!["one".into(), " two".into()])]);
        assert_eq!(short.stop_reason.as_deref(), Some(MAX_OUTPUT_TOKENS));
        let mut whole = answering("one two three");
        whole.limit(100);
        assert_eq!(
            (whole.stop_reason.as_deref(), &whole.outputs),
            (None, &answering("one two three").outputs)
        );
        let mut stopped = answering("하나 둘 셋 넷");
        stopped.stop_before(&["셋".to_owned(), "넷".to_owned()]);
        assert_eq!(stopped.outputs, [Output::Text(vec!["하나".into(), " 둘".into(), " ".into()])]);
        assert_eq!(stopped.stop_reason, None);
    }
}
