//! Schemas that are taken and refused, and answers that fit one or do not.

use super::*;

const RECIPE: &str = r#"{"type":"object","properties":{
    "name":{"type":"string","description":"What it is called."},
    "kind":{"type":"string","enum":["soup","rice"]},
    "minutes":{"type":["integer","null"]},
    "for_guests":{"type":"boolean","title":"For guests"},
    "ingredients":{"type":"array","items":{"type":"string"}},
    "steps":{"type":"array","items":{"type":"object","properties":{"what":{"type":"string"},"grams":{"type":"number"}}}}
}}"#;

fn refused(text: &str) -> (ErrorCode, String) {
    let SchemaError { code, place } = AnswerSchema::parse(text).expect_err(text);
    (code, place)
}

#[test]
fn case_209_a_schema_keeps_its_order_and_is_closed() {
    let text = serde_json::to_string(AnswerSchema::parse(RECIPE).unwrap().json()).unwrap();
    let order = ["name", "kind", "minutes", "for_guests", "ingredients", "steps"];
    let places: Vec<usize> = order.iter().map(|name| text.find(&format!("\"{name}\":{{")).unwrap()).collect();
    assert!(places.is_sorted(), "{text}");
    let sent: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(sent["required"], serde_json::json!(order));
    let step = &sent["properties"]["steps"]["items"];
    assert_eq!(
        (&step["required"], &step["additionalProperties"]),
        (&serde_json::json!(["what", "grams"]), &Value::Bool(false))
    );
    // What is sent is a schema like that, and sent again as it is.
    let again = AnswerSchema::parse(&text).unwrap();
    assert_eq!(serde_json::to_string(again.json()).unwrap(), text);
}

#[test]
fn case_209_a_refused_schema_is_refused_with_its_place() {
    let of = |property: &str| refused(&format!(r#"{{"type":"object","properties":{{"a":{property}}}}}"#));
    let place = |code, place: &str| (code, place.to_owned());
    let not_in = |at: &str| place(ErrorCode::NotInSchema, at);
    assert_eq!(refused(""), place(ErrorCode::NotJson, "1:0"));
    assert_eq!(refused("{\n \"type\": }"), place(ErrorCode::NotJson, "2:10"));
    assert_eq!(refused("[]"), not_in(""));
    assert_eq!(refused("{}"), not_in("/type"));
    assert_eq!(refused(r#"{"type":"string"}"#), not_in("/type"));
    assert_eq!(
        refused(r#"{"type":["object","null"],"properties":{"a":{"type":"string"}}}"#),
        not_in("/type")
    );
    assert_eq!(refused(r#"{"type":"object"}"#), place(ErrorCode::Empty, "/properties"));
    assert_eq!(refused(r#"{"type":"object","properties":{}}"#), place(ErrorCode::Empty, "/properties"));
    assert_eq!(
        refused(r##"{"type":"object","properties":{"a":{"$ref":"#"}}}"##),
        not_in("/properties/a/type")
    );
    assert_eq!(of(r#"{"type":"text"}"#), not_in("/properties/a/type"));
    assert_eq!(of(r#"{"type":"string","pattern":".*"}"#), not_in("/properties/a/pattern"));
    assert_eq!(of(r#"{"type":"string","type":"string"}"#), not_in("/properties/a/type"));
    assert_eq!(of(r#"{"type":"string","enum":[]}"#), not_in("/properties/a/enum"));
    assert_eq!(of(r#"{"type":"string","enum":["x",7]}"#), not_in("/properties/a/enum"));
    assert_eq!(of(r#"{"type":"integer","minimum":1}"#), not_in("/properties/a/minimum"));
    assert_eq!(of(r#"{"type":"array"}"#), place(ErrorCode::Empty, "/properties/a/items"));
    assert_eq!(
        of(r#"{"type":"array","items":{"type":"array","items":{"type":"string"}}}"#),
        not_in("/properties/a/items")
    );
    assert_eq!(
        of(r#"{"type":"object","properties":{"b":{"type":"string"}},"required":[]}"#),
        not_in("/properties/a/required")
    );
    assert_eq!(
        of(r#"{"type":"object","properties":{"b":{"type":"string"}},"additionalProperties":true}"#),
        not_in("/properties/a/additionalProperties")
    );
    assert_eq!(
        refused(r#"{"type":"object","properties":{"a/b":{"type":7}}}"#),
        not_in("/properties/a~1b/type")
    );
    assert_eq!(
        refused(r#"{"type":"object","properties":{"\u202e":{"type":"string"}}}"#).0,
        ErrorCode::NotInSchema
    );
    let mut deep = r#"{"type":"string"}"#.to_owned();
    for _ in 0..limits::SCHEMA_DEPTH {
        deep = format!(r#"{{"type":"object","properties":{{"a":{deep}}}}}"#);
    }
    assert!(AnswerSchema::parse(&deep).is_ok());
    assert_eq!(of(&deep).0, ErrorCode::TooDeep);
    let many: Vec<String> =
        (0..=limits::SCHEMA_PROPERTIES).map(|n| format!(r#""p{n}":{{"type":"string"}}"#)).collect();
    let many = refused(&format!(r#"{{"type":"object","properties":{{{}}}}}"#, many.join(",")));
    assert_eq!(many, place(ErrorCode::TooMany, &format!("/properties/p{}", limits::SCHEMA_PROPERTIES)));
    assert_eq!(refused(&" ".repeat(limits::SCHEMA_CHARACTERS + 1)).0, ErrorCode::TooLong);
}

#[test]
fn case_210_an_answer_becomes_titles_values_and_lists() {
    let schema = AnswerSchema::parse(RECIPE).unwrap();
    let answer = r#"{"steps":[{"grams":0.5,"what":"cut"}],"kind":"rice","name":" <b>김밥</b> ","minutes":null,"for_guests":true,"ingredients":["rice","김"]}"#;
    let card = schema.read(answer).unwrap();
    assert_eq!(
        card.text(),
        "name: <b>김밥</b>\nkind: rice\nminutes: –\nFor guests: ✓\ningredients:\n  - rice\n  - 김\nsteps:\n  - 1:\n    - what: cut\n    - grams: 0.5"
    );
    let stored = serde_json::to_string(&card).unwrap();
    assert_eq!(serde_json::from_str::<Card>(&stored).unwrap(), card);
    let read = |name: &str, minutes: &str, more: &str| {
        schema.read(&format!(r#"{{"steps":[],"kind":"soup","name":{name},"minutes":{minutes},"for_guests":false,"ingredients":[]{more}}}"#))
    };
    assert!(read(r#""""#, "30", "").is_ok());
    for (name, minutes, more) in [
        ("7", "30", ""),
        ("null", "30", ""),
        (r#""a""#, "30.5", ""),
        (r#""a""#, r#""30""#, ""),
        (r#""a""#, "30", r#","more":1"#),
        (r#""a\u0007""#, "30", ""),
    ] {
        assert_eq!(read(name, minutes, more), Err(InvalidCard), "{name} {minutes} {more}");
    }
    let long = format!("\"{}\"", "x".repeat(limits::CARD_TEXT_CHARACTERS + 1));
    assert_eq!(read(&long, "1", ""), Err(InvalidCard));
    for bad in ["", "{}", "[]", "no JSON", r#"{"name":"a"}"#] {
        assert_eq!(schema.read(bad), Err(InvalidCard), "{bad}");
    }
    let many = vec![r#""x""#; limits::CARD_ENTRIES].join(",");
    assert_eq!(read(r#""a""#, "1", "").map(|_| ()), Ok(()));
    assert!(schema.read(&format!(r#"{{"steps":[],"kind":"soup","name":"a","minutes":1,"for_guests":false,"ingredients":[{many}]}}"#)).is_err());
}
