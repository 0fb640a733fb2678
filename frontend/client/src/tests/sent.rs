//! Prints the frames that the client sends, a line each, for transcripts.

use shared::ClientFrame;
use shared::frame::HistoryPlace;

use super::script::short;

pub(super) fn sent(text: &str) -> String {
    if text == "ping" {
        return text.to_owned();
    }
    match ClientFrame::parse(text).expect("a frame") {
        ClientFrame::Hello { nickname, resume, .. } => format!(
            "hello {}{}",
            nickname.as_deref().unwrap_or("(reader)"),
            resume.map_or(String::new(), |resume| format!(" after {}", resume.after))
        ),
        ClientFrame::Say { nonce, after, text, reply_to } => format!(
            "say {} after {after}: {text}{}",
            short(&nonce),
            reply_to.map_or(String::new(), |seq| format!(" (to {seq})"))
        ),
        ClientFrame::AskPrivately { request, lang } => {
            format!("ask privately {request:?} in {}", lang.as_str())
        }
        ClientFrame::Choose { nonce, after, seq, index } => {
            format!("choose {} after {after}: {seq} {index}", short(&nonce))
        }
        ClientFrame::Regenerate { nonce, after, run, .. } => {
            format!("regenerate {} after {after}: {run}", short(&nonce))
        }
        ClientFrame::Edit { nonce, after, seq, text } => {
            format!("edit {} after {after}: {seq} {text}", short(&nonce))
        }
        ClientFrame::Delete { nonce, after, seq } => format!("delete {} after {after}: {seq}", short(&nonce)),
        ClientFrame::Vote { nonce, after, seq, options } => {
            let options: Vec<String> = options.iter().map(ToString::to_string).collect();
            let options = if options.is_empty() { "-".to_owned() } else { options.join(",") };
            format!("vote {} after {after}: {seq} for {options}", short(&nonce))
        }
        ClientFrame::ChangeCard { nonce, after, seq, change } => {
            format!("card {} after {after}: {seq} {change:?}", short(&nonce))
        }
        ClientFrame::React { nonce, after, seq, emoji, on } => {
            let on = if on { "on" } else { "off" };
            format!("react {} after {after}: {seq} {emoji} {on}", short(&nonce))
        }
        ClientFrame::SetBot { nonce, after, draft, knowledge } => {
            let knowledge = knowledge.map(|text| format!(" knowing {text}")).unwrap_or_default();
            format!("set {} after {after}: {}{knowledge}", short(&nonce), draft.handle)
        }
        ClientFrame::RemoveBot { nonce, after, handle } => {
            format!("remove {} after {after}: {handle}", short(&nonce))
        }
        ClientFrame::Moderate { nonce, after, person, action } => {
            let person = person.as_str().trim_start_matches("person-").to_owned();
            format!("moderate {} after {after}: {person} {action:?}", short(&nonce))
        }
        ClientFrame::SetRoom { nonce, after, settings } => {
            format!("set room {} after {after}: {settings:?}", short(&nonce))
        }
        ClientFrame::RotateKey { nonce, after, key } => {
            format!("rotate {} after {after}: {key}", short(&nonce))
        }
        ClientFrame::HandOver { nonce, after, person } => {
            let person = person.as_str().trim_start_matches("person-").to_owned();
            format!("hand over {} after {after}: {person}", short(&nonce))
        }
        ClientFrame::DeleteRoom { nonce } => format!("delete room {}", short(&nonce)),
        ClientFrame::Report { nonce, seq, reason } => format!("report {}: {seq} {reason}", short(&nonce)),
        ClientFrame::DismissReports { nonce, seq } => format!("dismiss {}: {seq}", short(&nonce)),
        ClientFrame::Audit => "audit".to_owned(),
        ClientFrame::Drafts => "drafts".to_owned(),
        ClientFrame::Knowledge { handle } => format!("knowledge {handle}"),
        ClientFrame::Bill => "bill".to_owned(),
        ClientFrame::People { after } => {
            let after =
                after.map(|person| format!(" after {}", person.as_str().trim_start_matches("person-")));
            format!("people{}", after.unwrap_or_default())
        }
        ClientFrame::Stop { run } => format!("stop {run}"),
        ClientFrame::Typing { on } => format!("typing {on}"),
        ClientFrame::History { place, limit } => {
            let (word, seq) = match place {
                HistoryPlace::Before(seq) => ("before", seq),
                HistoryPlace::After(seq) => ("after", seq),
                HistoryPlace::Around(seq) => ("around", seq),
            };
            format!("history {word} {seq}, {limit}")
        }
        ClientFrame::Search { query, before } => {
            format!("search {query}{}", before.map(|before| format!(" before {before}")).unwrap_or_default())
        }
        ClientFrame::Ack { bytes } => format!("ack {bytes}"),
    }
}
