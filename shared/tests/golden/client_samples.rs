//! A value of every frame of clients.

use super::bot_samples::draft;
use super::moderation_samples::frames_of_owners;
use super::samples::{anna, epoch, nonce};
use shared::frame::{HistoryPlace, Resume};
use shared::{CardChange, ClientFrame, Lang, PROTOCOL_VERSION, PrivateRequest, Seq, TabId};

pub(crate) fn client_frames() -> Vec<(&'static str, ClientFrame)> {
    let hello = |nickname: Option<&str>, resume| ClientFrame::Hello {
        protocol: PROTOCOL_VERSION,
        tab: TabId::parse("tab-01234567").unwrap(),
        lang: Lang::Ko,
        nickname: nickname.map(str::to_owned),
        resume,
    };
    let change_card =
        |change| ClientFrame::ChangeCard { nonce: nonce(), after: Seq(41), seq: Seq(8), change };
    let frames = vec![
        ("hello", hello(None, None)),
        ("hello_joining_and_resuming", hello(Some("안나"), Some(Resume::new(&epoch(), Seq(41))))),
        (
            "say",
            ClientFrame::Say {
                nonce: nonce(),
                after: Seq(41),
                text: "안녕 \"all\"\n🙂".to_owned(),
                reply_to: None,
            },
        ),
        (
            "say_in_reply",
            ClientFrame::Say {
                nonce: nonce(),
                after: Seq(41),
                text: "yes".to_owned(),
                reply_to: Some(Seq(7)),
            },
        ),
        (
            "regenerate",
            ClientFrame::Regenerate { nonce: nonce(), after: Seq(41), run: Seq(8), confirmed: false },
        ),
        (
            "regenerate_confirmed",
            ClientFrame::Regenerate { nonce: nonce(), after: Seq(41), run: Seq(8), confirmed: true },
        ),
        ("choose", ClientFrame::Choose { nonce: nonce(), after: Seq(41), seq: Seq(8), index: 1 }),
        ("edit", ClientFrame::Edit { nonce: nonce(), after: Seq(41), seq: Seq(7), text: "hello".to_owned() }),
        ("delete", ClientFrame::Delete { nonce: nonce(), after: Seq(41), seq: Seq(7) }),
        (
            "vote_several",
            ClientFrame::Vote { nonce: nonce(), after: Seq(41), seq: Seq(8), options: vec![0, 2] },
        ),
        ("vote", ClientFrame::Vote { nonce: nonce(), after: Seq(41), seq: Seq(8), options: vec![1] }),
        (
            "vote_taken_back",
            ClientFrame::Vote { nonce: nonce(), after: Seq(41), seq: Seq(8), options: Vec::new() },
        ),
        ("close_poll", change_card(CardChange::Close(true))),
        ("add_option", change_card(CardChange::AddOption("비빔밥".to_owned()))),
        ("resolve_question", change_card(CardChange::Resolve { index: 0, on: true })),
        (
            "react",
            ClientFrame::React {
                nonce: nonce(),
                after: Seq(41),
                seq: Seq(7),
                emoji: "👍".to_owned(),
                on: true,
            },
        ),
        (
            "set_bot",
            ClientFrame::SetBot { nonce: nonce(), after: Seq(41), draft: Box::new(draft()), knowledge: None },
        ),
        (
            "set_bot_with_knowledge",
            ClientFrame::SetBot {
                nonce: nonce(),
                after: Seq(41),
                draft: Box::new(shared::BotDraft {
                    handle: "cook".to_owned(),
                    instructions: "You cook.".to_owned(),
                    ..Default::default()
                }),
                knowledge: Some("# When is lunch?\nAt noon.\n\nContact: anna".to_owned()),
            },
        ),
        ("remove_bot", ClientFrame::RemoveBot { nonce: nonce(), after: Seq(41), handle: "cook".to_owned() }),
        ("drafts", ClientFrame::Drafts),
        ("knowledge", ClientFrame::Knowledge { handle: "cook".to_owned() }),
        ("bill", ClientFrame::Bill),
        ("stop", ClientFrame::Stop { run: Seq(8) }),
        ("typing", ClientFrame::Typing { on: true }),
        ("history", ClientFrame::History { place: HistoryPlace::Before(Seq(7)), limit: 50 }),
        ("history_after", ClientFrame::History { place: HistoryPlace::After(Seq(9)), limit: 50 }),
        ("history_around", ClientFrame::History { place: HistoryPlace::Around(Seq(7)), limit: 50 }),
        ("search", ClientFrame::Search { query: "점심".to_owned(), before: None }),
        ("search_on", ClientFrame::Search { query: "점심".to_owned(), before: Some(Seq(5_000)) }),
        (
            "ask_privately_catch_up",
            ClientFrame::AskPrivately { request: PrivateRequest::CatchUp(Seq(7)), lang: Lang::Ko },
        ),
        (
            "ask_privately_translation",
            ClientFrame::AskPrivately { request: PrivateRequest::Translation(Seq(7)), lang: Lang::En },
        ),
        ("people", ClientFrame::People { after: None }),
        ("people_after", ClientFrame::People { after: Some(anna().id) }),
        ("ack", ClientFrame::Ack { bytes: 131_072 }),
    ];
    frames.into_iter().chain(frames_of_owners()).collect()
}
