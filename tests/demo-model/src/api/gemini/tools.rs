//! Functions as Gemini declares them, and the schemas that it understands.

use super::error::{invalid, unknown_name};
use super::fields::Message;
use crate::api::Rejection;
use crate::prompt::{Tool, ToolChoice};
use serde_json::{Value, json};

/// The fields of Google's own `Schema`, which is a part of OpenAPI's. `additionalProperties`, `$ref` and `const` are
/// not among them: they belong into `responseJsonSchema` and `parametersJsonSchema`.
const SCHEMA: [&str; 22] = [
    "anyOf",
    "default",
    "description",
    "enum",
    "example",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "nullable",
    "pattern",
    "properties",
    "propertyOrdering",
    "required",
    "title",
    "type",
];
/// Refuses what is not in Google's `Schema`, at any depth.
pub(crate) fn check_schema(schema: &Value, place: &str) -> Result<(), Rejection> {
    let Some(fields) = schema.as_object() else { return Ok(()) };
    if let Some(unknown) = fields.keys().find(|name| !SCHEMA.contains(&name.as_str())) {
        return Err(unknown_name(unknown, place));
    }
    for (number, (_, property)) in schema["properties"].as_object().into_iter().flatten().enumerate() {
        check_schema(property, &format!("{place}.properties[{number}].value"))?;
    }
    check_schema(&schema["items"], &format!("{place}.items"))?;
    for (number, choice) in schema["anyOf"].as_array().into_iter().flatten().enumerate() {
        check_schema(choice, &format!("{place}.any_of[{number}]"))?;
    }
    Ok(())
}

/// The functions that are declared.
pub(crate) fn tools(request: &Message<'_>) -> Result<Vec<Tool>, Rejection> {
    const TOOL: [&str; 6] = [
        "codeExecution",
        "functionDeclarations",
        "googleSearch",
        "googleSearchRetrieval",
        "urlContext",
        "googleMaps",
    ];
    const FUNCTION: [&str; 7] = [
        "behavior",
        "description",
        "name",
        "parameters",
        "parametersJsonSchema",
        "response",
        "responseJsonSchema",
    ];
    let mut tools = Vec::new();
    for tool in request.messages("tools", &TOOL)? {
        for function in tool.messages("functionDeclarations", &FUNCTION)? {
            let name = function.text("name")?.unwrap_or_default();
            let fits = |letter: char| letter.is_ascii_alphanumeric() || "_.:-".contains(letter);
            let starts = name.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_');
            if !starts || !name.chars().all(fits) || name.len() > 64 {
                return Err(invalid(format!(
                    "* GenerateContentRequest.{}: [FIELD_INVALID] Invalid function name. Must start with a letter or \
                     an underscore. Must be alphanumeric (a-z, A-Z, 0-9), underscores (_), dots (.), colons (:), or \
                     dashes (-), with a maximum length of 64.\n",
                    function.at("name")
                )));
            }
            if let Some(schema) = function.get("parameters") {
                check_schema(schema, &function.at("parameters"))?;
            }
            let parameters = function.get("parameters").or(function.get("parametersJsonSchema"));
            let parameters = parameters.cloned().unwrap_or(json!({"type": "OBJECT"}));
            tools.push(Tool { name: name.to_owned(), parameters });
        }
    }
    Ok(tools)
}

/// Whether they are to be called.
pub(crate) fn tool_choice(request: &Message<'_>, tools: &[Tool]) -> Result<ToolChoice, Rejection> {
    let configuration = request.message("toolConfig", &["functionCallingConfig", "retrievalConfig"])?;
    let Some(configuration) = configuration else { return Ok(ToolChoice::Auto) };
    let calling = configuration.message("functionCallingConfig", &["mode", "allowedFunctionNames"])?;
    let Some(calling) = calling else { return Ok(ToolChoice::Auto) };
    let modes = ["MODE_UNSPECIFIED", "AUTO", "ANY", "NONE", "VALIDATED"];
    let mode = calling.one_of("mode", "FunctionCallingConfig.Mode", &modes)?;
    let allowed = calling.get("allowedFunctionNames").and_then(Value::as_array);
    let allowed = allowed.and_then(|names| names.first()?.as_str());
    if allowed.is_some() && !matches!(mode, Some("ANY" | "VALIDATED")) {
        return Err(invalid("Please set allowed_function_names only when function calling mode is ANY."));
    }
    Ok(match (mode, allowed) {
        (Some("NONE"), _) => ToolChoice::None,
        (Some("ANY"), Some(name)) if tools.iter().any(|tool| tool.name == name) => {
            ToolChoice::Named(name.to_owned())
        }
        (Some("ANY"), _) if !tools.is_empty() => ToolChoice::Any,
        _ => ToolChoice::Auto,
    })
}
