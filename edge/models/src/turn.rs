//! One question to a model, before it becomes an API's own request.

/// Everything that one call says, apart from the key, which only the shell knows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Turn {
    /// The bot's instructions, sent with every turn: APIs do not carry them over.
    pub instructions: String,
    /// What is said, oldest first. The last one asks.
    pub input: Vec<Item>,
    /// The response to continue, where there is a chain.
    pub previous: Option<String>,
    /// The asker as a keyed hash of at most 64 characters, where the API takes one.
    pub safety_identifier: Option<String>,
    /// A stable key for the provider's prompt cache, at most 64 characters.
    pub cache_key: Option<String>,
    /// What the bot sets. What it does not set is not sent.
    pub parameters: Parameters,
}

/// One item of the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Who says it.
    pub role: Role,
    /// What is said.
    pub text: String,
}

/// Whose words an [`Item`] holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// People, other bots, and markers: everything that is data.
    User,
    /// The bot's own earlier words.
    Assistant,
}

/// A bot's parameters. `None` is never sent: many models refuse parameters that they do not know.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parameters {
    /// 0 to 2.
    pub temperature: Option<f64>,
    /// 0 to 1.
    pub top_p: Option<f64>,
    /// At least 16; reasoning counts.
    pub max_output_tokens: Option<u32>,
    /// `none`, `minimal`, `low`, `medium`, `high`, as the model has them.
    pub reasoning_effort: Option<String>,
    /// `low`, `medium`, `high`.
    pub verbosity: Option<String>,
}

/// Where a call goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The API's base address without a trailing slash, for example `https://api.openai.com/v1`.
    pub base_url: String,
    /// The model's name.
    pub model: String,
}

/// A request as the shell sends it. The shell adds the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// The whole address.
    pub url: String,
    /// Header names in lower case, without the key.
    pub headers: Vec<(&'static str, String)>,
    /// The JSON body of a POST.
    pub body: String,
}
