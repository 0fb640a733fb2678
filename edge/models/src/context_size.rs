//! How many tokens a model's context has, where an error says so.

/// What stands before the number, in small letters: OpenAI and vLLM, llama.cpp, LM Studio, Gemini, Anthropic.
const BEFORE: [&str; 9] = [
    "maximum context length is",
    "maximum context length of",
    "available context size (",
    "available context size of",
    "context length of only",
    "context window of",
    "context size of",
    "maximum number of tokens allowed (",
    "\"n_ctx\":",
];
/// Numbers outside of this are no model's context.
const SENSIBLE: std::ops::RangeInclusive<u64> = 256..=100_000_000;

/// The tokens that an error's sentence names as the model's context.
pub(crate) fn from_sentence(sentence: &str) -> Option<u64> {
    let sentence = sentence.to_ascii_lowercase();
    BEFORE
        .iter()
        .find_map(|before| {
            let (_, rest) = sentence.split_once(before)?;
            number(rest)
        })
        // "prompt is too long: 210000 tokens > 200000 maximum"
        .or_else(|| number(sentence.split_once("tokens >")?.1))
        .filter(|tokens| SENSIBLE.contains(tokens))
}

/// The number at the beginning of a text, after spaces; commas may divide its thousands.
fn number(text: &str) -> Option<u64> {
    let digits: String = text
        .trim_start_matches([' ', ':', '('])
        .chars()
        .take(16)
        .take_while(|c| c.is_ascii_digit() || *c == ',')
        .filter(char::is_ascii_digit)
        .collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_190_a_context_is_learned_from_every_servers_words() {
        for (sentence, expected) in [
            (
                "This model's maximum context length is 8192 tokens. However, you requested 9001 tokens (8001 in the messages, 1000 in the completion).",
                Some(8_192),
            ),
            ("This model's maximum context length is 128,000 tokens.", Some(128_000)),
            ("the request exceeds the available context size (4096 tokens), try increasing it", Some(4_096)),
            (r#"{"type":"exceed_context_size_error","n_prompt_tokens":5000,"n_ctx":4096}"#, Some(4_096)),
            (
                "Trying to keep the first 5000 tokens when the context overflows. However, the model is loaded with context length of only 4096 tokens",
                Some(4_096),
            ),
            (
                "The input token count (1048577) exceeds the maximum number of tokens allowed (1048576).",
                Some(1_048_576),
            ),
            ("prompt is too long: 210000 tokens > 200000 maximum", Some(200_000)),
            // No size, and none that is one.
            ("Your input exceeds the context window of this model. Please adjust your input", None),
            ("maximum context length is 12 tokens", None),
            ("maximum context length is 99999999999999999999999 tokens", None),
            ("maximum context length is", None),
            ("", None),
        ] {
            assert_eq!(from_sentence(sentence), expected, "{sentence}");
        }
    }
}
