//! The parameters of a request, in all three APIs: what an owner sets is sent exactly so, and nothing else is sent.

use serde_json::{Value, json};
use shared::{BotDraft, Card};

use crate::browser::{Browser, Socket};
use crate::conversation::{DONE, end};
use crate::custom_bots::set;
use crate::deployment::Deployment;
use crate::model_requests::Api;
use crate::shared_deployment::room_name;

/// Fields that are no parameters: what is asked, who asks, and how the answer is sent.
const OTHERS: [&str; 13] = [
    "model",
    "input",
    "messages",
    "contents",
    "instructions",
    "systemInstruction",
    "tools",
    "stream",
    "stream_options",
    "store",
    "previous_response_id",
    "prompt_cache_key",
    "safety_identifier",
];

fn plain() -> BotDraft {
    BotDraft { handle: "cook".to_owned(), instructions: "You cook.".to_owned(), ..BotDraft::default() }
}

fn everything() -> BotDraft {
    BotDraft {
        temperature: Some(70),
        top_p: Some(90),
        max_output_tokens: Some(300),
        frequency_penalty: Some(50),
        presence_penalty: Some(-150),
        stop: vec!["END".to_owned(), "끝".to_owned()],
        reasoning_effort: "high".to_owned(),
        tool_choice: "auto".to_owned(),
        tools: vec!["current_time".to_owned()],
        ..plain()
    }
}

/// Thinking is switched off, and answers have a form.
fn with_schema() -> BotDraft {
    let schema = r#"{"type":"object","properties":{"dish":{"type":"string"}}}"#.to_owned();
    BotDraft { reasoning_effort: "none".to_owned(), tool_choice: "required".to_owned(), schema, ..plain() }
}

fn choosing(tool_choice: &str) -> BotDraft {
    BotDraft { tool_choice: tool_choice.to_owned(), tools: vec!["current_time".to_owned()], ..plain() }
}

/// A deployment of one API whose owners may choose these models.
struct Owner {
    deployment: Deployment,
    ann: Browser,
    socket: Socket,
}

impl Owner {
    async fn new(api: Api, models: &str) -> Self {
        let mut variables = api.variables();
        variables.push(("OWNER_MODELS", models));
        let deployment = Deployment::start_with(&variables).await;
        let mut ann = Browser::new(&deployment);
        let (socket, _) = ann.join(&room_name(), "Ann").await;
        Self { deployment, ann, socket }
    }

    /// Sets the bot, asks it, and returns the parameters of the first call, and the card of the answer.
    async fn parameters(&mut self, model: &str, draft: BotDraft) -> (Value, Option<Card>) {
        let draft = BotDraft { model: model.to_owned(), ..draft };
        set(&mut self.socket, &mut self.ann, draft).await.unwrap();
        let before = self.deployment.demo.model_calls().len();
        self.socket.say(&mut self.ann, "@cook what is for lunch?").await;
        let ended = self.socket.end().await;
        assert_eq!(end(&ended), DONE, "{model}: {ended:?}");
        let mut body = self.deployment.demo.model_calls()[before].body.clone();
        let fields = body.as_object_mut().unwrap();
        fields.retain(|name, _| !OTHERS.contains(&name.as_str()));
        (body, ended.answer.card)
    }

    async fn check(&mut self, model: &str, expected: [Value; 3]) {
        for (draft, expected) in [plain(), everything(), with_schema()].into_iter().zip(expected) {
            let told = format!("{model}: {draft:?}");
            let has_schema = !draft.schema.is_empty();
            let (parameters, card) = self.parameters(model, draft).await;
            assert_eq!(parameters, expected, "{told}");
            assert_eq!(matches!(card, Some(Card::Fields { .. })), has_schema, "{told}: {card:?}");
        }
        // A person may write only so many times at once.
        let (mut ann, name) = (Browser::new(&self.deployment), room_name());
        (self.socket, _) = ann.join(&name, "Ann").await;
        self.ann = ann;
    }
}

fn form() -> Value {
    json!({"type": "object", "properties": {"dish": {"type": "string"}}, "required": ["dish"],
        "additionalProperties": false})
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_211_every_parameter_is_sent_exactly_so_to_responses() {
    let mut owner = Owner::new(Api::Responses, "gpt-4.1,gpt-5.4,qwen3:8b").await;
    let text = json!({"format": {"type": "json_schema", "name": "fields", "schema": form(), "strict": true}});
    owner
        .check(
            "gpt-4.1",
            [
                json!({"max_output_tokens": 4096}),
                json!({"temperature": 0.7, "top_p": 0.9, "max_output_tokens": 300, "tool_choice": "auto"}),
                json!({"max_output_tokens": 4096, "text": text}),
            ],
        )
        .await;
    owner
        .check(
            "gpt-5.4",
            [
                json!({"max_output_tokens": 4096, "reasoning": {"effort": "low"}}),
                json!({"max_output_tokens": 300, "reasoning": {"effort": "high"}, "tool_choice": "auto"}),
                json!({"max_output_tokens": 4096, "reasoning": {"effort": "none"}, "text": text}),
            ],
        )
        .await;
    owner
        .check(
            "qwen3:8b",
            [
                json!({}),
                json!({"temperature": 0.7, "top_p": 0.9, "max_output_tokens": 300, "reasoning": {"effort": "high"},
                    "tool_choice": "auto"}),
                json!({"reasoning": {"effort": "none"}, "text": text}),
            ],
        )
        .await;
    let named = json!({"type": "function", "name": "current_time"});
    for (choice, expected) in
        [("none", json!("none")), ("required", json!("required")), ("current_time", named)]
    {
        let (parameters, _) = owner.parameters("gpt-4.1", choosing(choice)).await;
        assert_eq!(parameters["tool_choice"], expected);
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_211_every_parameter_is_sent_exactly_so_to_chat_completions() {
    let mut owner = Owner::new(Api::ChatCompletions, "gpt-4.1,gpt-5.4,qwen3:8b").await;
    let form =
        json!({"type": "json_schema", "json_schema": {"name": "fields", "schema": form(), "strict": true}});
    let sampling = |limit: &str, effort: Option<&str>| {
        let mut all = json!({"temperature": 0.7, "top_p": 0.9, "frequency_penalty": 0.5, "presence_penalty": -1.5,
            "stop": ["END", "끝"], "tool_choice": "auto"});
        all[limit] = json!(300);
        if let Some(effort) = effort {
            all["reasoning_effort"] = json!(effort);
        }
        all
    };
    owner
        .check(
            "gpt-4.1",
            [
                json!({"max_completion_tokens": 4096}),
                sampling("max_completion_tokens", None),
                json!({"max_completion_tokens": 4096, "response_format": form}),
            ]
            .map(|expected| renamed_limit(&expected)),
        )
        .await;
    owner
        .check(
            "gpt-5.4",
            [
                json!({"max_completion_tokens": 4096, "reasoning_effort": "low"}),
                // With tools this model takes no other effort in this API.
                json!({"max_completion_tokens": 300, "reasoning_effort": "none", "tool_choice": "auto"}),
                json!({"max_completion_tokens": 4096, "reasoning_effort": "none", "response_format": form}),
            ],
        )
        .await;
    owner
        .check(
            "qwen3:8b",
            [
                json!({}),
                sampling("max_tokens", Some("high")),
                json!({"reasoning_effort": "none", "response_format": form}),
            ],
        )
        .await;
    let named = json!({"type": "function", "function": {"name": "current_time"}});
    for (choice, expected) in
        [("none", json!("none")), ("required", json!("required")), ("current_time", named)]
    {
        let (parameters, _) = owner.parameters("gpt-4.1", choosing(choice)).await;
        assert_eq!(parameters["tool_choice"], expected);
    }
}

/// At servers other than OpenAI's, models that do not reason are sent the older name of the limit.
fn renamed_limit(expected: &Value) -> Value {
    let mut expected = expected.clone();
    let limit = expected.as_object_mut().and_then(|fields| fields.remove("max_completion_tokens"));
    expected["max_tokens"] = limit.unwrap_or_default();
    expected
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_211_every_parameter_is_sent_exactly_so_to_gemini() {
    let mut owner =
        Owner::new(Api::Gemini, "gemini-2.5-flash,gemini-3-flash,gemini-2.5-pro,gemini-2.0-flash").await;
    let with = |thinking: Option<Value>, more: Value| {
        let mut config = more;
        if let Some(thinking) = thinking {
            config["thinkingConfig"] = thinking;
        }
        json!({ "generationConfig": config })
    };
    let budget = |tokens: i32| Some(json!({ "thinkingBudget": tokens }));
    let level = |level: &str| Some(json!({ "thinkingLevel": level }));
    let sampling =
        || json!({"temperature": 0.7, "topP": 0.9, "maxOutputTokens": 300, "stopSequences": ["END", "끝"]});
    let auto = |mut body: Value| {
        body["toolConfig"] = json!({"functionCallingConfig": {"mode": "AUTO"}});
        body
    };
    let limit = || json!({"maxOutputTokens": 4096});
    let formed = || json!({"maxOutputTokens": 4096, "responseMimeType": "application/json", "responseJsonSchema": form()});
    owner
        .check(
            "gemini-2.5-flash",
            [with(budget(512), limit()), auto(with(budget(24_576), sampling())), with(budget(0), formed())],
        )
        .await;
    owner
        .check(
            "gemini-3-flash",
            // It cannot be kept from thinking, so nothing is sent of it.
            [with(level("LOW"), limit()), auto(with(level("HIGH"), sampling())), with(None, formed())],
        )
        .await;
    owner
        .check(
            "gemini-2.5-pro",
            [with(budget(512), limit()), auto(with(budget(24_576), sampling())), with(None, formed())],
        )
        .await;
    // It does not reason, and without a known price no limit is needed.
    let formed = json!({"responseMimeType": "application/json", "responseJsonSchema": form()});
    owner.check("gemini-2.0-flash", [json!({}), auto(with(None, sampling())), with(None, formed)]).await;
    for (choice, expected) in [
        ("none", json!({"mode": "NONE"})),
        ("required", json!({"mode": "ANY"})),
        ("current_time", json!({"mode": "ANY", "allowedFunctionNames": ["current_time"]})),
    ] {
        let (parameters, _) = owner.parameters("gemini-2.5-flash", choosing(choice)).await;
        assert_eq!(parameters["toolConfig"]["functionCallingConfig"], expected);
    }
}
