//! Tables that must stop the build, and the errors that are reported.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends at the first surprise")]

/// A valid file; the tests break one part of it each.
const BOTS: &str = r#"[rules]
en = "Rules."
ko = "규칙."

[[bot]]
handle = "cook"
aliases = ["요리사", "Chef"]
name = { en = "Cook", ko = "요리사" }
about = { en = "Cooks.", ko = "요리해요." }
colour = 3
tools = ["current_time"]
parameters = { max_output_tokens = 900, reasoning_effort = "low" }
window = { messages = 50, bytes = 30000 }
rotate_at = 30000
instructions.en = "You are @cook.\nCook."
instructions.ko = "당신은 @cook입니다.\n요리하세요."
"#;

fn errors(text: &str) -> Vec<String> {
    let errors = tables::bots(text).err().unwrap_or_default();
    errors.iter().map(|error| shorten(&error.to_string())).collect()
}

/// The error without serde's list of what it expected.
fn shorten(error: &str) -> String {
    error.split(", expected").next().unwrap().to_owned()
}

/// The errors when one part of the good file is replaced.
fn with(good: &str, bad: &str) -> Vec<String> {
    assert!(BOTS.contains(good), "{good}");
    errors(&BOTS.replacen(good, bad, 1))
}

#[test]
fn a_good_file_is_read() {
    let bots = tables::bots(BOTS).unwrap();
    let cook = bots.bots[0].get_ref();
    assert_eq!(cook.aliases.iter().map(|alias| alias.get_ref()).collect::<Vec<_>>(), ["요리사", "Chef"]);
    let window = cook.window.as_ref().unwrap();
    assert_eq!((*window.messages.get_ref(), *window.bytes.get_ref()), (50, 30_000));
    assert!(bots.rust().contains(r#"handle: "cook", aliases: &["요리사", "Chef"]"#), "{}", bots.rust());
}

#[test]
fn unknown_words_are_named() {
    for (good, bad, said) in [
        (
            "\"current_time\"",
            "\n  \"current_time\",\n  \"shell\"",
            "bots.toml:13: unknown tool \"shell\"; there are get_current_weather, current_time, search_room",
        ),
        ("colour = 3", "colour = 3\ncolor = 3", "bots.toml:11: unknown field `color`"),
        ("reasoning_effort", "effort", "bots.toml:12: unknown field `effort`"),
        ("messages = 50", "messages = 50, lines = 1", "bots.toml:13: unknown field `lines`"),
        ("[rules]", "extra = 1\n[rules]", "bots.toml:1: unknown field `extra`"),
        (
            "\"low\"",
            "\"huge\"",
            "bots.toml:12: unknown reasoning_effort \"huge\"; there are none, minimal, low, medium, high, xhigh",
        ),
        (
            "colour = 3",
            "colour = 3\napi = \"grpc\"",
            "bots.toml:11: unknown api \"grpc\"; there are responses, chat_completions, gemini",
        ),
        (
            "tools = [\"current_time\"]",
            "card = \"chart\"",
            "bots.toml:11: unknown card \"chart\"; there are poll, summary",
        ),
    ] {
        assert_eq!(with(good, bad), [said]);
    }
}

#[test]
fn what_is_missing_or_of_another_kind_is_named() {
    for (good, bad, said) in [
        ("handle = \"cook\"\n", "", "bots.toml:5: missing field `handle`"),
        ("colour = 3\n", "", "bots.toml:5: missing field `colour`"),
        (", ko = \"요리해요.\"", "", "bots.toml:9: missing field `ko`"),
        ("ko = \"규칙.\"\n", "", "bots.toml:1: missing field `ko`"),
        ("\"Cooks.\"", "\" \"", "bots.toml:9: \"en\" is empty"),
        ("colour = 3", "colour = \"red\"", "bots.toml:10: invalid type: string \"red\""),
        ("[\"current_time\"]", "\"current_time\"", "bots.toml:11: invalid type: string \"current_time\""),
        ("[\"current_time\"]", "[1]", "bots.toml:11: invalid type: integer `1`"),
        ("name = {", "name = 7 #", "bots.toml:8: invalid type: integer `7`"),
    ] {
        assert_eq!(with(good, bad), [said]);
    }
    assert_eq!(errors(""), ["bots.toml:1: missing field `rules`"]);
    let no_bot = BOTS.split_once("[[bot]]").unwrap().0;
    assert_eq!(errors(no_bot), ["bots.toml:1: there is no [[bot]]"]);
    let broken = with("colour = 3", "colour = = 3");
    assert!(broken.len() == 1 && broken[0].starts_with("bots.toml:10: "), "{broken:?}");
}

#[test]
fn numbers_stay_in_their_ranges() {
    for (good, bad, said) in [
        ("colour = 3", "colour = 8", "bots.toml:10: \"colour\" is 8, not 0 to 7"),
        ("= 900", "= 15", "bots.toml:12: \"max_output_tokens\" is 15, not 16 to 32768"),
        ("= 900", "= 900, temperature = 2.5", "bots.toml:12: \"temperature\" is 2.5, not 0 to 2"),
        ("= 900", "= 900, top_p = -1", "bots.toml:12: \"top_p\" is -1, not 0 to 1"),
        ("= 900", "= 900, presence_penalty = 3", "bots.toml:12: \"presence_penalty\" is 3, not -2 to 2"),
        (
            "= 900",
            "= 900, stop = [\"a\", \"b\", \"c\", \"d\", \"e\"]",
            "bots.toml:12: \"stop\" has more than 4 texts",
        ),
        (
            "= 900",
            "= 900, thinking_budget = 0",
            "bots.toml:12: reasoning_effort and thinking_budget exclude each other: Gemini refuses both",
        ),
        ("messages = 50", "messages = 0", "bots.toml:13: \"messages\" is 0, not 1 to 500"),
        (
            "bytes = 30000",
            "bytes = 60000",
            "bots.toml:5: a window of 60000 bytes is about 20000 tokens, more than half of rotate_at (30000)",
        ),
    ] {
        assert_eq!(with(good, bad), [said]);
    }
    let long = "x".repeat(121);
    assert_eq!(with("Cooks.", &long), ["bots.toml:9: \"en\" has 121 characters, more than 120"]);
}

#[test]
fn names_can_be_called_and_belong_to_one_bot() {
    let handle = "the handle \"Cook\" is not made of a-z, 0-9, _ and - after a letter";
    assert!(with("\"cook\"", "\"Cook\"").contains(&format!("bots.toml:6: {handle}")));
    for (good, bad, said) in [
        ("\"Chef\"", "\"요 리\"", "bots.toml:7: the alias \"요 리\" is not one word of 1 to 24 characters"),
        ("\"Chef\"", "\"@chef\"", "bots.toml:7: the alias \"@chef\" is not one word of 1 to 24 characters"),
        (
            "\"Chef\"",
            "\"\u{1112}\u{1161}\"",
            "bots.toml:7: the alias \"\u{1112}\u{1161}\" is written in parts of letters",
        ),
        ("\"Chef\"", "\"COOK\"", "bots.toml:7: \"COOK\" stands in line 6 already"),
        ("\"Chef\"", "\"b\", \"c\", \"d\", \"e\"", "bots.toml:7: more than 4 aliases"),
    ] {
        assert_eq!(with(good, bad), [said]);
    }
    let second =
        BOTS.split_once("[[bot]]").unwrap().1.replace("cook", "chef").replace("요리사\", \"Chef", "셰프");
    assert_eq!(
        errors(&format!("{BOTS}[[bot]]{second}")),
        ["bots.toml:18: \"chef\" stands in line 7 already"]
    );
}

#[test]
fn instructions_begin_with_who_the_bot_is() {
    assert_eq!(
        with("You are @cook.\\n", "You are a cook.\\n"),
        ["bots.toml:15: the instructions do not begin with the line \"You are @cook.\""]
    );
    assert_eq!(
        with("당신은 @cook입니다.", "당신은 요리사입니다."),
        ["bots.toml:16: the instructions do not begin with the line \"당신은 @cook입니다.\""]
    );
}

#[test]
fn servers_have_keys_of_their_own_and_cards_no_tools() {
    let with_lines = |lines: &str| with("colour = 3", &format!("colour = 3\n{lines}"));
    assert_eq!(
        with_lines("base_url = \"https://models.example/v1\""),
        ["bots.toml:11: base_url needs a key: the name of the variable that holds it"]
    );
    assert_eq!(
        with_lines("key = \"OTHER_KEY\""),
        ["bots.toml:11: key needs a base_url: which server is it for?"]
    );
    assert_eq!(
        with_lines("base_url = \"https://models.example/v1\"\nkey = \"sk-1234\""),
        ["bots.toml:12: key is not the name of a variable that ends in _KEY"]
    );
    assert_eq!(
        with_lines("base_url = \"models.example\"\nkey = \"OTHER_KEY\""),
        ["bots.toml:11: base_url \"models.example\" is no http or https address"]
    );
    assert_eq!(
        with_lines("card = \"poll\""),
        ["bots.toml:12: a bot with a card has no tools: not every API takes both"]
    );
    assert_eq!(with_lines("model = \"gpt 5\""), ["bots.toml:11: model \"gpt 5\" is not one word"]);
    assert_eq!(with_lines("base_url = \"https://models.example/v1\"\nkey = \"OTHER_KEY\""), [""; 0]);
}

#[test]
fn case_209_a_schema_of_bots_toml_is_one_that_models_take() {
    let with_schema = |schema: &str| with("tools = [\"current_time\"]", &format!("schema = '''{schema}'''"));
    let dish =
        |more: &str| format!(r#"{{"type":"object","properties":{{"dish":{{"type":"string"{more}}}}}}}"#);
    assert_eq!(with_schema(&dish("")), [""; 0]);
    assert_eq!(
        with_schema(&dish(r#","pattern":"a""#)),
        ["bots.toml:11: the schema is not taken at \"/properties/dish/pattern\": not_in_schema"]
    );
    assert_eq!(with_schema("{"), ["bots.toml:11: the schema is not taken at \"1:1\": not_json"]);
    let both = format!("colour = 3\ncard = \"poll\"\nschema = '''{}'''", dish(""));
    let found = with("colour = 3", &both);
    assert!(found.iter().any(|error| error.ends_with("a bot has a card or a schema, not both")), "{found:?}");
}

#[test]
fn prices_are_dollars() {
    let good = "date = \"2026-11-20\"\nunlisted = { input = \"9\", cached = \"9\", output = \"9\" }\n[models]\n\
        \"m-1\" = { input = \"0.75\", cached = \"0.075\", output = \"4.50\" }\n";
    let with = |from: &str, to: &str| {
        let errors = tables::prices(&good.replacen(from, to, 1)).err().unwrap_or_default();
        errors.iter().map(|error| shorten(&error.to_string())).collect::<Vec<_>>()
    };
    let prices = tables::prices(good).unwrap();
    assert!(prices.rust().contains(r#"("m-1", Price { input: 750000, cached: 75000, output: 4500000 })"#));
    let money = "is not dollars with at most 6 decimals, up to 1000";
    for (from, to, said) in [
        ("\"0.75\"", "\"0,75\"", format!("prices.toml:4: input \"0,75\" {money}")),
        ("\"0.75\"", "\"1001\"", format!("prices.toml:4: input \"1001\" {money}")),
        ("\"0.75\"", "\"0.7500001\"", format!("prices.toml:4: input \"0.7500001\" {money}")),
        ("\"0.75\"", "0.75", "prices.toml:4: invalid type: floating point `0.75`".to_owned()),
        ("\"0.075\"", "\"0.751\"", "prices.toml:4: cached is more than input".to_owned()),
        ("\"4.50\"", "\"0\"", "prices.toml:4: a price of 0 would make every budget endless".to_owned()),
        (", output = \"4.50\"", "", "prices.toml:4: missing field `output`".to_owned()),
        ("m-1", "M-1", "prices.toml:4: model \"M-1\" is not one word in small letters".to_owned()),
        (
            "2026-11-20",
            "2026-13-20",
            "prices.toml:1: date \"2026-13-20\" has not the form 2026-11-20".to_owned(),
        ),
        ("unlisted", "other", "prices.toml:2: unknown field `other`".to_owned()),
        ("unlisted =", "#", "prices.toml:1: missing field `unlisted`".to_owned()),
    ] {
        let errors = with(from, to);
        assert!(errors.contains(&said), "{errors:?}");
    }
}

#[test]
fn a_word_list_has_plain_words_once_and_exceptions_of_them() {
    let words = |text: &str| match tables::words(text) {
        Ok(words) => words.words,
        Err(errors) => errors.iter().map(ToString::to_string).collect(),
    };
    assert_eq!(words("words = [\"b c\", \"abc\"]\nexcept = [\"abcd\"]"), ["abc", "b c"]);
    assert_eq!(
        words("words = [\"Abc\", \"a  b\", \"a1c\", \"ab\", \"좆\", \"좆\"]\nexcept = [\"xyz\"]"),
        [
            "words.toml:1: \"Abc\" is not words of small letters with single spaces, or is too short",
            "words.toml:1: \"a  b\" is not words of small letters with single spaces, or is too short",
            "words.toml:1: \"a1c\" is not words of small letters with single spaces, or is too short",
            "words.toml:1: \"ab\" is not words of small letters with single spaces, or is too short",
            "words.toml:1: \"좆\" is listed twice",
            "words.toml:2: \"xyz\" does not begin with a listed word",
        ]
    );
}

#[test]
fn a_bot_with_tools_or_a_form_gives_one_answer() {
    let tools = "tools = [\"current_time\"]";
    let said = "bots.toml:11: a bot with tools, a card or a schema gives one answer";
    assert_eq!(with("colour = 3", "colour = 3\nalternatives = 2"), [said]);
    assert_eq!(with(tools, "alternatives = 2\ncard = \"poll\""), [said]);
    assert_eq!(with(tools, "alternatives = 4"), ["bots.toml:11: \"alternatives\" is 4, not 1 to 3"]);
    assert_eq!(with(tools, "alternatives = 3"), Vec::<String>::new());
}
