//! The `contents` of a request: roles, parts, that calls and their responses belong together, and that thought
//! signatures come back as they were given.

use super::error::invalid;
use super::fields::Message;
use super::signature;
use crate::api::Rejection;
use crate::prompt::Item;
use serde_json::{Value, json};

const CONTENT: [&str; 2] = ["parts", "role"];
const PART: [&str; 11] = [
    "codeExecutionResult",
    "executableCode",
    "fileData",
    "functionCall",
    "functionResponse",
    "inlineData",
    "partMetadata",
    "text",
    "thought",
    "thoughtSignature",
    "videoMetadata",
];
const CALL: [&str; 3] = ["args", "id", "name"];
const RESPONSE: [&str; 6] = ["id", "name", "parts", "response", "scheduling", "willContinue"];

/// One entry of `contents`.
#[derive(Default)]
struct Content {
    model: bool,
    items: Vec<Item>,
    calls: usize,
    responses: usize,
    texts: usize,
    /// What is wrong with the signature of its first call; where it is only missing, old models do not mind.
    signature: Option<Signature>,
}

enum Signature {
    Missing(String),
    Corrupted,
}

pub(crate) fn instruction(request: &Message<'_>) -> Result<Option<String>, Rejection> {
    let Some(content) = request.message("systemInstruction", &CONTENT)? else { return Ok(None) };
    let mut texts = Vec::new();
    for part in content.messages("parts", &PART)? {
        texts.extend(part.text("text")?);
    }
    if texts.is_empty() {
        return Err(invalid(
            "* GenerateContentRequest.system_instruction.parts: contents.parts must not be empty.\n",
        ));
    }
    Ok(Some(texts.join("\n")))
}

pub(crate) fn contents(request: &Message<'_>, model: &str) -> Result<Vec<Item>, Rejection> {
    let read = request.messages("contents", &CONTENT)?;
    if read.is_empty() {
        return Err(invalid("* GenerateContentRequest.contents: contents is not specified\n"));
    }
    let contents: Vec<Content> =
        read.iter().enumerate().map(|(place, message)| content(place, message)).collect::<Result<_, _>>()?;
    check_turns(&contents)?;
    check_signatures(&contents, model)?;
    Ok(contents.into_iter().flat_map(|content| content.items).collect())
}

fn content(place: usize, message: &Message<'_>) -> Result<Content, Rejection> {
    let model = match message.text("role")? {
        None | Some("user" | "function") => false,
        Some("model") => true,
        Some(_) => return Err(invalid("Please use a valid role: user, model.")),
    };
    let mut content = Content { model, ..Content::default() };
    let parts = message.messages("parts", &PART)?;
    if parts.is_empty() {
        return Err(invalid(format!(
            "* GenerateContentRequest.contents[{place}].parts: contents.parts must not be empty.\n"
        )));
    }
    let mut texts = Vec::new();
    for part in &parts {
        if let Some(text) = part.text("text")? {
            // The model's own thoughts may be sent back, and are passed over.
            if part.flag("thought")? != Some(true) {
                texts.push(text);
                content.texts += 1;
            }
        } else if let Some(call) = part.message("functionCall", &CALL)? {
            let name = call.text("name")?.unwrap_or_default();
            let arguments = call.get("args").cloned().unwrap_or(json!({}));
            // With several calls at once, only the first carries a signature.
            if content.calls == 0 {
                content.signature = match part.text("thoughtSignature")? {
                    None => Some(Signature::Missing(name.to_owned())),
                    Some(given) if signature::fits(given, name, &arguments) => None,
                    Some(_) => Some(Signature::Corrupted),
                };
            }
            content.calls += 1;
            content.items.push(Item::ToolCall { name: name.to_owned(), arguments: arguments.to_string() });
        } else if let Some(response) = part.message("functionResponse", &RESPONSE)? {
            content.responses += 1;
            content.items.push(Item::ToolOutput(response_output(place, &response)?));
        } else if part.get("inlineData").or(part.get("fileData")).is_none() {
            return Err(invalid(format!(
                "* GenerateContentRequest.contents[{place}].parts[0].data: required oneof field 'data' must have \
                 one initialized field\n"
            )));
        }
    }
    if !texts.is_empty() {
        let text = texts.join("\n");
        let item = if content.model { Item::Model(text) } else { Item::User(text) };
        content.items.insert(0, item);
    }
    Ok(content)
}

/// What a function returned, as a text.
fn response_output(place: usize, response: &Message<'_>) -> Result<String, Rejection> {
    if response.text("name")?.is_none_or(str::is_empty) {
        return Err(invalid(format!(
            "* GenerateContentRequest.contents[{place}].parts[0].function_response.name: Name cannot be \
             empty.\n"
        )));
    }
    let Some(output) = response.get("response").filter(|output| output.is_object()) else {
        return Err(invalid(format!(
            "* GenerateContentRequest.contents[{place}].parts[0].function_response.response: must be an \
             object.\n"
        )));
    };
    Ok(output_text(output))
}

/// Google's libraries put an output that is no object under one name; the model sees what is in it.
fn output_text(output: &Value) -> String {
    let fields = output.as_object().filter(|fields| fields.len() == 1);
    let inner = fields.and_then(|fields| fields.get("result").or(fields.get("output")));
    match inner {
        Some(Value::String(text)) => text.clone(),
        Some(inner) => inner.to_string(),
        None => output.to_string(),
    }
}

fn check_turns(contents: &[Content]) -> Result<(), Rejection> {
    let mut before: Option<&Content> = None;
    for content in contents {
        let open = before.map_or(0, |before| before.calls);
        if content.calls > 0 && before.is_none_or(|before| before.model) {
            return Err(invalid(
                "Please ensure that function call turn comes immediately after a user turn or after a function \
                 response turn.",
            ));
        }
        if content.responses > 0 && open == 0 {
            return Err(invalid(
                "Please ensure that function response turn comes immediately after a function call turn.",
            ));
        }
        if open != content.responses {
            return Err(invalid(
                "Please ensure that the number of function response parts is equal to the number of function call \
                 parts of the function call turn.",
            ));
        }
        before = Some(content);
    }
    if before.is_some_and(|last| last.calls > 0) {
        return Err(invalid(
            "Please ensure that the number of function response parts is equal to the number of function call \
             parts of the function call turn.",
        ));
    }
    Ok(())
}

/// Calls of the present turn, which began with the last words of a person, must come with their signatures.
/// A signature that is there must be right, everywhere.
fn check_signatures(contents: &[Content], model: &str) -> Result<(), Rejection> {
    let began = contents.iter().rposition(|content| !content.model && content.texts > 0).unwrap_or(0);
    let strict = !["gemini-1", "gemini-2"].iter().any(|family| model.starts_with(family));
    for (place, content) in contents.iter().enumerate() {
        match &content.signature {
            Some(Signature::Corrupted) => return Err(invalid("Corrupted thought signature.")),
            Some(Signature::Missing(name)) if strict && place > began => {
                return Err(invalid(format!(
                    "Function call is missing a thought_signature in functionCall parts. This is required for tools \
                     to work correctly, and missing thought_signature may lead to degraded model performance. \
                     Additional data, function call `default_api:{name}` , position {}. Please refer to \
                     https://ai.google.dev/gemini-api/docs/thought-signatures for more details.",
                    place + 1
                )));
            }
            _ => {}
        }
    }
    Ok(())
}
