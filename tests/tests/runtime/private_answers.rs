//! What bots write for one person alone, in all three APIs: what they missed, and a message in their language.

use shared::{ClientFrame, ErrorCode, Lang, PrivateRequest, Seq, ServerFrame};

use crate::browser::{Browser, Socket};
use crate::conversation::Conversation;
use crate::model_requests::{ALL, CallContents};

type Answer = (String, Option<ErrorCode>, Option<u64>);

async fn asked(socket: &mut Socket, request: PrivateRequest) -> Answer {
    socket.send(&ClientFrame::AskPrivately { request, lang: Lang::Ko }).await;
    socket
        .find(|frame| match frame {
            ServerFrame::PrivateAnswer { request: of, text, code, cost, .. } if *of == request => {
                Some((text.clone(), *code, *cost))
            }
            _ => None,
        })
        .await
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_223_case_225_one_person_is_answered_alone_in_every_api() {
    for api in ALL {
        let mut conversation = Conversation::speaking(api).await;
        let first = conversation.say("lunch is at noon").await;
        conversation.say("bring an umbrella").await;
        conversation.calls();
        let mut bob = Browser::new(&conversation.deployment);
        let (mut bob_socket, _) = bob.join(&conversation.room, "Bob").await;
        conversation.deployment.demo.queue_answer("- **Ann**: noon");
        let after = Seq::ZERO;
        let (text, code, cost) = asked(&mut bob_socket, PrivateRequest::CatchUp(after)).await;
        assert_eq!((text.as_str(), code), ("- **Ann**: noon", None), "{api:?}");
        assert!(cost.is_some_and(|cost| cost > 0), "{api:?}: {cost:?}");
        let call = &conversation.calls()[0];
        let contents = CallContents::of(call);
        assert_eq!(contents.texts(), ["lunch is at noon", "bring an umbrella"], "{api:?}");
        assert_eq!(contents.previous, None, "{api:?}");
        assert!(call.body.to_string().contains("in Korean"), "{api:?}");
        if api.keeps_chains() {
            assert_eq!(call.body["store"], false, "the model server keeps nothing");
        }

        conversation.deployment.demo.queue_answer("점심은 열두 시");
        let (text, code, _) = asked(&mut bob_socket, PrivateRequest::Translation(first)).await;
        assert_eq!((text.as_str(), code), ("점심은 열두 시", None), "{api:?}");
        assert_eq!(CallContents::of(&conversation.calls()[0]).texts(), ["lunch is at noon"], "{api:?}");

        let missing = PrivateRequest::Translation(Seq(99));
        assert_eq!(
            asked(&mut bob_socket, missing).await,
            (String::new(), Some(ErrorCode::NoSuchMessage), None)
        );
        // The next place in the log is still free, and nobody else was told.
        let next = conversation.say("and on").await;
        assert_eq!(next, first.next().next(), "{api:?}");
        let told = conversation.ann_socket.texts();
        assert!(!told.iter().any(|text| text.contains("private_answer")), "{api:?}");
        conversation.deployment.demo.reset();
    }
}
