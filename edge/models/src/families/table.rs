//! The table of model families. The first row that matches a name counts, so special ones stand before their families.
//!
//! Where the sources differ the stricter one stands here: a parameter that is left out does less harm than a call that fails.

use super::{Capabilities, Parameter, Reasoning};

/// A family of models.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Their names begin with one of these, in small letters.
    pub begins: &'static [&'static str],
    /// A part that the names contain.
    pub contains: &'static str,
    pub capabilities: Capabilities,
    /// Where this was found, and when.
    pub source: &'static str,
}

impl Row {
    /// Whether a name, in small letters and without a vendor before it, is of this family.
    pub fn matches(&self, name: &str) -> bool {
        self.begins.iter().any(|begin| name.starts_with(begin)) && name.contains(self.contains)
    }
}

const SAMPLING: [Parameter; 2] = [Parameter::Temperature, Parameter::TopP];
const WITHOUT_SAMPLING: &[Parameter] = &[
    SAMPLING[0],
    SAMPLING[1],
    Parameter::FrequencyPenalty,
    Parameter::PresencePenalty,
    Parameter::Stop,
    Parameter::LogitBias,
];
const WITHOUT_SAMPLING_AND_VERBOSITY: &[Parameter] = &[
    SAMPLING[0],
    SAMPLING[1],
    Parameter::FrequencyPenalty,
    Parameter::PresencePenalty,
    Parameter::Stop,
    Parameter::LogitBias,
    Parameter::Verbosity,
];
const WITHOUT_PENALTIES: &[Parameter] =
    &[Parameter::FrequencyPenalty, Parameter::PresencePenalty, Parameter::LogitBias, Parameter::Verbosity];

const OPENAI: &str = "OpenAI's model pages and \"Using GPT-5.4\", 2026-11-20";
const OPENAI_CHAT_TOOLS: &str =
    "OpenAI's model pages, and openai-openapi issue 541 and litellm pull request 34569 on tools, 2026-11-22";
const GEMINI: &str = "ai.google.dev: models, thinking; cookbook issue 1290 on penalties, 2026-11-22";

/// A model of OpenAI that reasons.
const REASONS: Capabilities = Capabilities {
    reasoning: Reasoning::Efforts(&["low", "medium", "high"]),
    refuses: WITHOUT_SAMPLING_AND_VERBOSITY,
    context: Some(200_000),
    output: Some(100_000),
    images: true,
    ..Capabilities::UNKNOWN
};
const GPT_5: Capabilities = Capabilities {
    reasoning: Reasoning::Efforts(&["minimal", "low", "medium", "high"]),
    refuses: WITHOUT_SAMPLING,
    context: Some(400_000),
    output: Some(128_000),
    ..REASONS
};
/// A model of OpenAI that does not reason.
const ANSWERS: Capabilities = Capabilities {
    reasoning: Reasoning::Never,
    refuses: &[Parameter::Verbosity],
    context: Some(128_000),
    output: Some(16_384),
    images: true,
    ..Capabilities::UNKNOWN
};
const GEMINI_2_5: Capabilities = Capabilities {
    reasoning: Reasoning::Budget { least: 1, most: 24_576, can_be_off: true },
    refuses: WITHOUT_PENALTIES,
    context: Some(1_048_576),
    output: Some(65_536),
    images: true,
    ..Capabilities::UNKNOWN
};

const fn row(
    begins: &'static [&'static str],
    contains: &'static str,
    capabilities: Capabilities,
    source: &'static str,
) -> Row {
    Row { begins, contains, capabilities, source }
}

const fn efforts(efforts: &'static [&'static str], base: Capabilities) -> Capabilities {
    Capabilities { reasoning: Reasoning::Efforts(efforts), ..base }
}

/// All families, in the order of matching.
pub const ROWS: [Row; 31] = [
    row(
        &["gpt-5", "gpt-4o"],
        "-search",
        Capabilities { refuses: WITHOUT_SAMPLING_AND_VERBOSITY, tools: false, ..ANSWERS },
        OPENAI,
    ),
    row(&["gpt-5", "gpt-6"], "-chat", ANSWERS, OPENAI),
    row(&["chatgpt-4o"], "", Capabilities { tools: false, schema: false, ..ANSWERS }, OPENAI),
    row(&["chat-"], "latest", ANSWERS, OPENAI),
    row(&["gpt-5-pro"], "", efforts(&["high"], Capabilities { output: Some(272_000), ..GPT_5 }), OPENAI),
    row(&["gpt-5.", "gpt-6"], "-pro", efforts(&["medium", "high", "xhigh"], GPT_5), OPENAI),
    row(
        &["gpt-5.1-codex-max", "gpt-5.2-codex", "gpt-5.3-codex"],
        "",
        efforts(&["low", "medium", "high", "xhigh"], GPT_5),
        OPENAI,
    ),
    row(&["gpt-5"], "-codex", efforts(&["low", "medium", "high"], GPT_5), OPENAI),
    row(&["gpt-5.1"], "", efforts(&["none", "low", "medium", "high"], GPT_5), OPENAI),
    row(
        &["gpt-5.4", "gpt-5.5"],
        "-mini",
        Capabilities {
            chat_tools_without_reasoning: true,
            ..efforts(&["none", "low", "medium", "high", "xhigh"], GPT_5)
        },
        OPENAI_CHAT_TOOLS,
    ),
    row(
        &["gpt-5.4", "gpt-5.5"],
        "-nano",
        Capabilities {
            chat_tools_without_reasoning: true,
            ..efforts(&["none", "low", "medium", "high", "xhigh"], GPT_5)
        },
        OPENAI_CHAT_TOOLS,
    ),
    row(
        &["gpt-5.4", "gpt-5.5"],
        "",
        Capabilities {
            context: Some(1_050_000),
            chat_tools_without_reasoning: true,
            ..efforts(&["none", "low", "medium", "high", "xhigh"], GPT_5)
        },
        OPENAI_CHAT_TOOLS,
    ),
    row(
        &["gpt-5.2", "gpt-5.3"],
        "",
        Capabilities {
            chat_tools_without_reasoning: true,
            ..efforts(&["none", "low", "medium", "high", "xhigh"], GPT_5)
        },
        OPENAI_CHAT_TOOLS,
    ),
    row(
        &["gpt-5.", "gpt-6"],
        "",
        Capabilities {
            context: Some(922_000),
            chat_tools_without_reasoning: true,
            ..efforts(&["none", "low", "medium", "high", "xhigh"], GPT_5)
        },
        OPENAI_CHAT_TOOLS,
    ),
    row(&["gpt-5"], "", GPT_5, OPENAI),
    row(
        &["o1-mini", "o1-preview"],
        "",
        Capabilities {
            reasoning: Reasoning::Never,
            context: Some(128_000),
            output: Some(65_536),
            images: false,
            schema: false,
            tools: false,
            ..REASONS
        },
        OPENAI,
    ),
    row(&["o1", "o3", "o4", "codex"], "", REASONS, OPENAI),
    row(
        &["gpt-oss"],
        "",
        Capabilities {
            reasoning: Reasoning::Efforts(&["low", "medium", "high"]),
            // As many as the weights allow; servers often load fewer, and say so.
            output: Some(131_072),
            ..Capabilities::UNKNOWN
        },
        "the model card of gpt-oss, 2025-08-05",
    ),
    row(&["gpt-4.1"], "", Capabilities { context: Some(1_047_576), output: Some(32_768), ..ANSWERS }, OPENAI),
    row(&["gpt-4o", "gpt-4.5"], "", ANSWERS, OPENAI),
    row(
        &["gpt-4-turbo", "gpt-4-1106", "gpt-4-0125"],
        "",
        Capabilities { output: Some(4_096), schema: false, ..ANSWERS },
        OPENAI,
    ),
    row(
        &["gpt-4-32k"],
        "",
        Capabilities { context: Some(32_768), output: Some(32_768), images: false, schema: false, ..ANSWERS },
        OPENAI,
    ),
    row(
        &["gpt-4"],
        "",
        Capabilities { context: Some(8_192), output: Some(8_192), images: false, schema: false, ..ANSWERS },
        OPENAI,
    ),
    row(
        &["gpt-3.5"],
        "",
        Capabilities { context: Some(16_385), output: Some(4_096), images: false, schema: false, ..ANSWERS },
        OPENAI,
    ),
    row(
        &["gemini-1"],
        "",
        Capabilities { reasoning: Reasoning::Never, output: Some(8_192), ..GEMINI_2_5 },
        GEMINI,
    ),
    row(
        &["gemini-2.0"],
        "",
        Capabilities { reasoning: Reasoning::Never, output: Some(8_192), ..GEMINI_2_5 },
        GEMINI,
    ),
    row(
        &["gemini-2.5-pro"],
        "",
        Capabilities {
            reasoning: Reasoning::Budget { least: 128, most: 32_768, can_be_off: false },
            ..GEMINI_2_5
        },
        GEMINI,
    ),
    row(
        &["gemini-2.5-flash-lite"],
        "",
        Capabilities {
            reasoning: Reasoning::Budget { least: 512, most: 24_576, can_be_off: true },
            ..GEMINI_2_5
        },
        GEMINI,
    ),
    row(&["gemini-2"], "", GEMINI_2_5, GEMINI),
    row(&["gemini-3"], "flash", efforts(&["minimal", "low", "medium", "high"], GEMINI_2_5), GEMINI),
    // The names without a number stand for the newest.
    row(&["gemini-"], "", efforts(&["low", "high"], GEMINI_2_5), GEMINI),
];
