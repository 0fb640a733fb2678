//! What model servers send: event streams, error bodies, verdicts of a moderation.

use models::{Api, ModelEvent, moderation};
use proptest::prelude::*;

use crate::{mutation, recordings};

fn recorded() -> Vec<String> {
    recordings::all().map(|(_, text, _)| text.to_owned()).to_vec()
}

fn errors() -> Vec<String> {
    let texts = [
        r#"{"error":{"message":"no","type":"invalid_request_error","code":"context_length_exceeded","param":null}}"#,
        r#"[{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"retryDelay":"13s"}]}}]"#,
        "<html><body>502</body></html>",
        r#"{"results":[{"flagged":true,"categories":{"violence":true}}]}"#,
        "",
    ];
    texts.map(str::to_owned).to_vec()
}

proptest! {
    #[test]
    fn case_160_any_stream_ends_once_wherever_it_is_split(
        bytes in mutation::bytes(recorded()), split in any::<proptest::sample::Index>()
    ) {
        for api in Api::ALL {
            let read = |parts: &[&[u8]]| {
                let mut decoder = api.decoder();
                let mut events: Vec<ModelEvent> = parts.iter().flat_map(|part| decoder.push(part)).collect();
                events.extend(decoder.finish());
                let ends = events.iter().filter(|event| matches!(event, ModelEvent::Finished(_))).count();
                let text: String = events
                    .iter()
                    .filter_map(|event| match event {
                        ModelEvent::Text(text) => Some(text.as_str()),
                        _ => None,
                    })
                    .collect();
                (ends, text)
            };
            let whole = read(&[&bytes]);
            prop_assert_eq!(whole.0, 1, "{:?}", api);
            let (first, second) = bytes.split_at(split.index(bytes.len() + 1));
            prop_assert_eq!(read(&[first, second]), whole, "{:?}", api);
        }
    }

    #[test]
    fn case_160_any_error_body_is_some_error(
        bytes in mutation::bytes(errors()), status in 400..600_u16, header in mutation::text(errors())
    ) {
        let headers = [("retry-after".to_owned(), header)];
        for api in Api::ALL {
            let error = api.error_response(status, &headers, &bytes);
            prop_assert!(!error.to_string().is_empty());
        }
        // A verdict is one or none; whatever is none means that the model is not called.
        let _ = moderation::is_flagged(&bytes);
    }
}
