//! The dispatch over all APIs.

use models::Api;

use crate::samples;

#[test]
fn every_api_has_a_name() {
    for api in Api::ALL {
        assert_eq!(api.as_str().parse(), Ok(api));
    }
    assert_eq!(Api::ALL.map(Api::as_str), ["responses", "chat_completions", "gemini"]);
    assert!("telepathy".parse::<Api>().is_err());
    assert_eq!(Api::default(), Api::Responses);
}

#[test]
fn only_one_keeps_chains_and_one_has_a_header_of_its_own() {
    assert_eq!(Api::ALL.map(Api::keeps_chains), [true, false, false]);
    assert_eq!(Api::Responses.key_header("k"), ("authorization", "Bearer k".to_owned()));
    assert_eq!(Api::ChatCompletions.key_header("k"), ("authorization", "Bearer k".to_owned()));
    assert_eq!(Api::Gemini.key_header("k"), ("x-goog-api-key", "k".to_owned()));
}

#[test]
fn equal_turns_are_equal_bytes_and_the_headers_hold_no_key() {
    let endpoint = models::Endpoint { base_url: "https://example.org/v1".to_owned(), model: "m".to_owned() };
    for (api, turn) in Api::ALL.into_iter().flat_map(|api| {
        [samples::full(), samples::with_tools(), samples::with_schema()].map(|turn| (api, turn))
    }) {
        let request = api.request(&turn, &endpoint);
        assert_eq!(request, api.request(&turn.clone(), &endpoint));
        let headers = [("accept", "text/event-stream"), ("content-type", "application/json")];
        assert_eq!(request.headers, headers.map(|(name, value)| (name, value.to_owned())));
        assert!(serde_json::from_str::<serde_json::Value>(&request.body).unwrap().is_object());
    }
}

#[test]
fn a_chain_cannot_be_lost_where_there_is_none() {
    let body =
        br#"{"error":{"message":"Unsupported: previous_response_id","code":"previous_response_not_found"}}"#;
    let kinds = Api::ALL.map(|api| format!("{:?}", api.error_response(400, &[], body).kind));
    assert_eq!(kinds, ["ChainLost", "BadRequest", "BadRequest"]);
    let stream = [b"data: ".as_slice(), body, b"\n\n"].concat();
    let last = |api: Api| crate::script::line(api.decoder().push(&stream).pop().unwrap());
    assert!(last(Api::Responses).contains("ChainLost"));
    assert!(last(Api::ChatCompletions).contains("BadRequest"));
    assert!(last(Api::Gemini).contains("BadRequest"));
}
