//! The error bodies of OpenAI's APIs: `{"error":{"message","type","param","code"}}`, all four keys always
//! there, `param` and `code` possibly null.

use crate::api::Rejection;
use serde_json::{Value, json};

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    pub(crate) message: String,
    pub(crate) kind: &'static str,
    pub(crate) param: Option<String>,
    pub(crate) code: Option<&'static str>,
}

impl ApiError {
    pub(crate) fn new(status: u16, message: impl Into<String>) -> ApiError {
        ApiError { status, message: message.into(), kind: "invalid_request_error", param: None, code: None }
    }

    /// A 400 about one parameter.
    pub(crate) fn about(
        param: impl Into<String>,
        code: &'static str,
        message: impl Into<String>,
    ) -> ApiError {
        ApiError { param: Some(param.into()), code: Some(code), ..ApiError::new(400, message) }
    }

    pub(crate) fn missing(param: &str) -> ApiError {
        ApiError::about(
            param,
            "missing_required_parameter",
            format!("Missing required parameter: '{param}'."),
        )
    }

    pub(crate) fn wrong_type(param: &str, expected: &str, got: &Value) -> ApiError {
        let got = match got {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(number) if number.is_f64() => "a decimal number",
            Value::Number(_) => "an integer",
            Value::String(_) => "a string",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        };
        let message = format!("Invalid type for '{param}': expected {expected}, but got {got} instead.");
        ApiError::about(param, "invalid_type", message)
    }

    pub(crate) fn wrong_value(param: &str, got: &str, supported: &[&str]) -> ApiError {
        let list = match supported {
            [] => String::new(),
            [only] => format!("'{only}'"),
            [one, two] => format!("'{one}' and '{two}'"),
            [first @ .., last] => {
                let first: Vec<String> = first.iter().map(|value| format!("'{value}'")).collect();
                format!("{}, and '{last}'", first.join(", "))
            }
        };
        ApiError::about(
            param,
            "invalid_value",
            format!("Invalid value: '{got}'. Supported values are: {list}."),
        )
    }

    pub(crate) fn no_key() -> ApiError {
        ApiError::new(
            401,
            "You didn't provide an API key. You need to provide your API key in an Authorization header using \
             Bearer auth (i.e. Authorization: Bearer YOUR_KEY), or as the password field (with blank username) \
             if you're accessing the API from your browser and are prompted for a username and password.",
        )
    }

    pub(crate) fn not_json() -> ApiError {
        ApiError::new(
            400,
            "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your \
             HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not valid \
             JSON.)",
        )
    }

    pub(crate) fn no_route(method: &str, path: &str) -> ApiError {
        ApiError::new(404, format!("Invalid URL ({method} {path})"))
    }

    pub(crate) fn no_response(id: &str) -> ApiError {
        ApiError::new(404, format!("Response with id '{id}' not found."))
    }

    /// The body that the rebuild of a chain hangs on.
    pub(crate) fn no_previous(id: &str) -> ApiError {
        ApiError::about(
            "previous_response_id",
            "previous_response_not_found",
            format!("Previous response with id '{id}' not found."),
        )
    }

    /// A prompt that is refused before the model sees it.
    pub(crate) fn blocked() -> ApiError {
        let message = "Invalid prompt: your prompt was flagged as potentially violating our usage policy. Please \
                       try again with a different prompt.";
        ApiError { code: Some("invalid_prompt"), ..ApiError::new(400, message) }
    }

    fn body(&self) -> Value {
        json!({"error": {
            "message": self.message, "type": self.kind, "param": self.param, "code": self.code,
        }})
    }
}

impl From<ApiError> for Rejection {
    fn from(error: ApiError) -> Rejection {
        Rejection { status: error.status, body: error.body() }
    }
}
