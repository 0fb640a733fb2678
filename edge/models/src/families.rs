//! Which parameters the vendors' own models refuse, by the beginning of their names.
//!
//! A refused parameter fails the whole request, so a bot whose owner set one would never answer. What other models refuse is
//! learned from their servers' errors ([`crate::refused_field`]).

/// OpenAI's models that reason.
const REASONING: [&str; 6] = ["gpt-5", "gpt-6", "o1", "o3", "o4", "codex"];
/// Models that do not reason, or not by levels.
const WITHOUT_EFFORT: [&str; 5] = ["gpt-3", "gpt-4", "chatgpt", "gemini-1", "gemini-2"];

/// Whether a model refuses `temperature` and `top_p` (OpenAI, "Using GPT-5", compatibility of parameters).
pub fn refuses_sampling(model: &str) -> bool {
    let name = name(model);
    REASONING.iter().any(|family| name.starts_with(family)) && !name.contains("-chat")
}

/// Whether a model refuses an effort of reasoning.
pub fn refuses_effort(model: &str) -> bool {
    let name = name(model);
    WITHOUT_EFFORT.iter().any(|family| name.starts_with(family)) || name.contains("-chat")
}

/// The name in small letters, without the vendor that gateways put before it.
fn name(model: &str) -> String {
    model.rsplit('/').next().unwrap_or_default().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_137_models_that_reason_refuse_a_temperature_and_others_an_effort() {
        for model in ["gpt-5.4-mini", "gpt-6-luna", "o3", "o4-mini-2025-04-16", "openai/gpt-5", "GPT-5"] {
            assert!(refuses_sampling(model) && !refuses_effort(model), "{model}");
        }
        for model in ["gpt-4.1", "gpt-4o-mini", "gpt-3.5-turbo", "gemini-2.5-flash", "gpt-5-chat-latest"] {
            assert!(!refuses_sampling(model) && refuses_effort(model), "{model}");
        }
        for model in ["gemini-3-flash", "llama3:8b", "qwen3", "gpt-oss:20b", ""] {
            assert!(!refuses_sampling(model) && !refuses_effort(model), "{model}: its server says it itself");
        }
    }
}
