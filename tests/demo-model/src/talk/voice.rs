//! Which bot is asked: known by the handle in the first lines of its instructions; any other is the general bot.

use super::language::{compile, pattern};
use regex_lite::Regex;
use std::sync::LazyLock;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Voice {
    General,
    Summary,
    Translator,
    Counsellor,
    Ferryman,
    Tutor,
    Storyteller,
    Poll,
}

/// Handles and aliases as in edge/bots.toml; a name that begins another one comes after it.
const HANDLES: [(Voice, &str); 8] = [
    (Voice::General, "chatbot|챗봇"),
    (Voice::Summary, "summary|대화요약|요약"),
    (Voice::Translator, "translator|translate|번역가|번역"),
    (Voice::Counsellor, "counsell?or|상담사|상담"),
    (Voice::Ferryman, "character|캐릭터|뱃사공|여울영감"),
    (Voice::Tutor, "tutor|튜터|언어튜터|과외|선생님"),
    (Voice::Storyteller, "storyteller|이야기꾼|이야기|story"),
    (Voice::Poll, "poll|투표|설문"),
];
/// A handle in Latin letters ends where they end; a Hangul one may be followed by a particle.
const HANDLE_END: &str = "([^a-z0-9_-]|$)";

impl Voice {
    /// The bot that the instructions name: `You are @handle`, `당신은 @handle`.
    pub(crate) fn of(instructions: &str) -> Voice {
        let head = instructions.lines().take(5).collect::<Vec<_>>().join("\n");
        let named = HANDLES.iter().find(|(_, names)| {
            let line = format!(r"(?:^|\n)[#* ]*(?-i:You are|당신은) @(?:{names}){HANDLE_END}");
            compile(&line).is_match(&head)
        });
        named.map_or(Voice::General, |(voice, _)| *voice)
    }
}

/// A text without the mentions that it begins with, and without the bots' handles elsewhere.
pub(crate) fn without_mentions(text: &str) -> String {
    static HANDLE: LazyLock<Regex> = LazyLock::new(|| {
        let names = HANDLES.map(|(_, names)| names).join("|");
        compile(&format!("(^|[^a-z0-9_-])@(?:{names})아?{HANDLE_END}"))
    });
    let leading = pattern!(r"^\s*(?:@(?:[a-z0-9][a-z0-9_-]*|[가-힣ㄱ-ㅎ0-9a-z]*)[,:\s!~.;]*)+");
    let text = leading.replace(text, "");
    // Of two handles side by side, one pass finds the first only.
    let text = HANDLE.replace_all(&text, "$1$2").into_owned();
    HANDLE.replace_all(&text, "$1$2").trim().to_owned()
}
