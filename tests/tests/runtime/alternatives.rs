//! Several answers to a question, in all three APIs: each is a call of its own with the same prompt, they are stored with the
//! answer, and the bot goes on from the one that is chosen.

use shared::{BotDraft, ClientFrame, ErrorCode, Event, Seq};

use crate::browser::Browser;
use crate::conversation::{Conversation, DONE, end};
use crate::custom_bots::{attempt, set};
use crate::model_requests::{ALL, CallContents, Part};

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_219_people_choose_among_several_answers_in_every_api() {
    for api in ALL {
        let mut conversation = Conversation::speaking(api).await;
        let draft = BotDraft {
            handle: "many".to_owned(),
            instructions: "You have ideas.".to_owned(),
            alternatives: Some(3),
            ..BotDraft::default()
        };
        set(&mut conversation.ann_socket, &mut conversation.ann, draft).await.unwrap();
        for text in ["one", "two", "three"] {
            conversation.deployment.demo.queue_answer(text);
        }
        let ended = conversation.ask_somebody("@many which?").await;
        assert_eq!((end(&ended), ended.text.as_str()), (DONE, "one"), "{api:?}");
        let all_three = |event: &Event| match event {
            Event::Alternatives(state) if state.answer.options.len() == 3 => Some(state.answer.clone()),
            _ => None,
        };
        let answer = conversation.ann_socket.event(all_three).await;
        assert_eq!(answer.options, ["one", "two", "three"], "{api:?}");
        let calls = conversation.calls();
        let bodies: Vec<_> = calls.iter().map(|call| &call.body).collect();
        assert!(bodies.len() == 3 && bodies[0] == bodies[1] && bodies[1] == bodies[2], "{api:?}: {bodies:?}");

        // Nobody else may choose; who asked may.
        let (nonce, after, seq) = (conversation.ann.nonce(), Seq::ZERO, ended.target);
        let choose = |nonce| ClientFrame::Choose { nonce, after, seq, index: 1 };
        let mut bob = Browser::new(&conversation.deployment);
        let (mut bob_socket, _) = bob.join(&conversation.room, "Bob").await;
        let refused = attempt(&mut bob_socket, &choose(bob.nonce())).await.unwrap_err();
        assert_eq!(refused.0, ErrorCode::NotAllowed, "{api:?}");
        attempt(&mut conversation.ann_socket, &choose(nonce)).await.unwrap();
        let chosen = |event: &Event| match event {
            Event::Chosen { target, index, .. } => Some((*target, *index)),
            _ => None,
        };
        assert_eq!(bob_socket.event(chosen).await, (seq, 1), "{api:?}");

        // Whoever comes later sees it so, and the bot remembers it so.
        let mut carol = Browser::new(&conversation.deployment);
        let (_socket, welcome) = carol.join(&conversation.room, "Carol").await;
        let message = welcome.messages.iter().find(|message| message.seq == seq).unwrap();
        let told = message.answer.as_ref().unwrap();
        assert_eq!((message.text.as_str(), told.chosen, told.options.len()), ("two", 1, 3), "{api:?}");
        conversation.deployment.demo.queue_answer("next");
        conversation.ask_somebody("@many and then?").await;
        let next = CallContents::of(&conversation.calls()[0]);
        if api.keeps_chains() {
            assert_eq!(next.previous, calls[1].response_id, "{api:?}");
        } else {
            assert!(next.parts.contains(&Part::Own("two".to_owned())), "{api:?}: {:?}", next.parts);
        }
        conversation.deployment.demo.reset();
    }
}
