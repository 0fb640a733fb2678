//! Schemas that owners write, and answers that models write by them.

use proptest::prelude::*;
use shared::Card;
use shared::answer_schema::AnswerSchema;

use crate::mutation;

const SCHEMA: &str = r#"{"type":"object","properties":{"dish":{"type":"string","title":"Dish"},"kind":{"type":"string","enum":["soup","rice"]},"minutes":{"type":["integer","null"]},"steps":{"type":"array","items":{"type":"object","properties":{"what":{"type":"string"},"done":{"type":"boolean"}},"required":["what","done"],"additionalProperties":false}}}}"#;
const ANSWER: &str = r#"{"dish":"김밥","kind":"rice","minutes":30,"steps":[{"what":"cut","done":true},{"what":"roll","done":false}]}"#;

proptest! {
    #[test]
    fn case_160_case_209_any_schema_is_read_or_its_error_has_a_code(text in mutation::text(vec![SCHEMA.to_owned()])) {
        match AnswerSchema::parse(&text) {
            Ok(schema) => {
                let sent = serde_json::to_string(schema.json()).unwrap();
                prop_assert_eq!(AnswerSchema::parse(&sent), Ok(schema), "what is sent is taken again");
            }
            Err(error) => prop_assert!(error.place.len() <= text.len().max(16) * 2),
        }
    }

    #[test]
    fn case_160_case_210_any_answer_is_a_card_or_none(text in mutation::text(vec![ANSWER.to_owned()])) {
        let schema = AnswerSchema::parse(SCHEMA).unwrap();
        if let Ok(card) = schema.read(&text) {
            prop_assert!(!card.text().is_empty());
            let stored = serde_json::to_string(&card).unwrap();
            prop_assert_eq!(serde_json::from_str::<Card>(&stored).unwrap(), card);
        }
    }
}
