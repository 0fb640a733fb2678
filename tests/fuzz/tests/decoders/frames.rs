//! Frames from clients and from the room, and the client's core behind them.

use client::{Client, Config, Input};
use proptest::prelude::*;
use shared::entry::{EnterReply, EnterStatus};
use shared::{ClientFrame, ErrorCode, Lang, Millis, PersonId, RoomName, ServerFrame, TabId};

use crate::{corpus, mutation};

/// A client whose socket is open.
fn connected() -> Client {
    let mut client = Client::new(Config {
        room: RoomName::lobby(),
        tab: TabId::parse("tab-01234567").unwrap(),
        lang: Lang::En,
        key: None,
        create: false,
        nickname: Some("Ann".to_owned()),
        seed: 7,
        outbox: Vec::new(),
    });
    let you = PersonId::parse("person-a").unwrap();
    let entered = EnterReply { status: EnterStatus::Open, you, until: None, demo: false };
    for input in [Input::Start, Input::Entered(Ok(entered)), Input::Opened] {
        client.handle(Millis(1_800_000_000_000), input);
    }
    client
}

proptest! {
    #[test]
    fn case_160_any_text_is_a_frame_or_a_refusal(text in mutation::text(corpus::golden("client"))) {
        match ClientFrame::parse(&text) {
            Ok(frame) => prop_assert_eq!(ClientFrame::parse(&frame.encode()), Ok(frame)),
            Err(invalid) => prop_assert!(
                matches!(invalid.code, ErrorCode::BadJson | ErrorCode::BadFrame | ErrorCode::UnknownType),
                "{:?}", invalid
            ),
        }
    }

    #[test]
    fn case_160_any_text_is_a_frame_of_the_room_or_none(text in mutation::text(corpus::golden("server"))) {
        if let Ok(frame) = ServerFrame::parse(&text) {
            let again = ServerFrame::parse(&frame.encode());
            prop_assert_eq!(again.ok().map(|frame| frame.encode()), Some(frame.encode()));
        }
    }

    #[test]
    fn case_160_no_frames_of_a_room_make_a_client_panic(
        texts in proptest::collection::vec(mutation::text(corpus::golden("server")), 1..8)
    ) {
        let mut client = connected();
        let welcome = corpus::golden("server").into_iter().find(|text| text.contains("\"welcome\"")).unwrap();
        for (number, text) in std::iter::once(welcome).chain(texts).enumerate() {
            let now = Millis(1_800_000_000_000 + number as u64 * 1_000);
            client.handle(now, Input::Received(text));
            client.handle(now, Input::Tick);
            let timeline = client.timeline();
            let is_shown = |key| timeline.item(key).is_some() || timeline.moderation(key).is_some();
            prop_assert!(timeline.keys().iter().all(is_shown));
        }
    }
}
