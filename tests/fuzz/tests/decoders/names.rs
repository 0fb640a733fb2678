//! Nicknames, texts, room names, mentions.

use edge::nickname_keys::nickname_keys;
use edge::normalize::normalize_text;
use proptest::prelude::*;
use shared::mention::{Mentionable, find_mentions};
use shared::{Body, Nickname, RoomName};

use crate::{corpus, mutation};

fn bots() -> Vec<Mentionable<u32>> {
    let names = ["chatbot", "챗봇", "여울영감", "e\u{301}"];
    names.iter().zip(0..).map(|(name, id)| Mentionable { name: (*name).to_owned(), target: id }).collect()
}

proptest! {
    #[test]
    fn case_160_any_nickname_is_taken_as_it_is_or_refused(text in mutation::text(corpus::list("names"))) {
        let text = normalize_text(&text).into_owned();
        if let Ok(name) = Nickname::parse(&text) {
            prop_assert!(name.as_str().chars().count() <= shared::limits::NICKNAME_CHARACTERS);
            prop_assert!(!name.as_str().chars().any(char::is_control));
            prop_assert_eq!(Nickname::parse(name.as_str()).map(|again| again.as_str().to_owned()), Ok(name.as_str().to_owned()));
            // The keys by which look-alikes are found.
            let _ = nickname_keys(&name);
        }
    }

    #[test]
    fn case_160_any_text_is_a_message_or_refused(text in mutation::text(corpus::list("markup"))) {
        let text = normalize_text(&text).into_owned();
        if let Ok(message) = Body::parse(&text) {
            prop_assert!(message.as_str().chars().count() <= shared::limits::TEXT_CHARACTERS);
            prop_assert!(!message.as_str().chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')));
        }
    }

    #[test]
    fn case_160_any_room_name_is_the_same_when_read_again(text in mutation::text(corpus::list("names"))) {
        if let Ok(name) = RoomName::from_typed(&text) {
            prop_assert_eq!(RoomName::parse(name.as_str()).map(|again| again.as_str().to_owned()), Ok(name.as_str().to_owned()));
        }
    }

    #[test]
    fn case_160_mentions_are_parts_of_the_text_in_order(text in mutation::text(corpus::list("markup"))) {
        let mut end = 0;
        for mention in find_mentions(&text, &bots()) {
            prop_assert!(mention.range.start >= end, "{text:?}");
            prop_assert!(text.get(mention.range.clone()).is_some_and(|call| call.starts_with('@')), "{text:?}");
            end = mention.range.end;
        }
    }
}
