//! `MODEL_CONTEXT`: how many tokens the context of a model has at the operator's server, where that is fewer than the table of
//! models says, or the table does not know the model.

use super::error::SettingError;
use super::values::words;

const NAME: &str = "MODEL_CONTEXT";
/// The name that stands for every model that is not named.
const OTHERS: &str = "*";
/// Fewer hold no instructions, and more has no model.
const SENSIBLE: std::ops::RangeInclusive<u64> = 512..=100_000_000;

/// Contexts by model, as the operator wrote them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ModelContexts(Vec<(String, u64)>);

impl ModelContexts {
    /// Reads `llama3:8b=8192, *=32768`, or one number for all models. An entry that is malformed is reported and not used.
    pub(super) fn read(value: &dyn Fn(&str) -> Option<String>, errors: &mut Vec<SettingError>) -> Self {
        let Some(text) = value(NAME) else { return Self::default() };
        let mut contexts = Vec::new();
        for entry in words(&text) {
            let (name, number) = entry.rsplit_once('=').unwrap_or((OTHERS, entry.as_str()));
            match number.trim().parse().ok().filter(|tokens| SENSIBLE.contains(tokens)) {
                Some(tokens) if !name.trim().is_empty() => contexts.push((name.trim().to_owned(), tokens)),
                _ => errors.push(SettingError::NotAContext { name: NAME }),
            }
        }
        Self(contexts)
    }

    /// The tokens that the operator has given a model.
    pub fn of(&self, model: &str) -> Option<u64> {
        let find = |wanted: &str| {
            self.0.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, tokens)| *tokens)
        };
        find(model).or_else(|| find(OTHERS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (ModelContexts, usize) {
        let mut errors = Vec::new();
        let contexts = ModelContexts::read(&|_| Some(text.to_owned()), &mut errors);
        (contexts, errors.len())
    }

    #[test]
    fn case_190_an_operator_sets_the_context_of_a_model() {
        let (contexts, errors) = read("llama3:8b = 8192, *=4096");
        assert_eq!((contexts.of("LLAMA3:8b"), contexts.of("other"), errors), (Some(8_192), Some(4_096), 0));
        assert_eq!(read("4096").0.of("any"), Some(4_096));
        for bad in ["a=", "a=x", "=4096", "a=1", "a=-5"] {
            let (contexts, errors) = read(bad);
            assert_eq!((contexts.of("a"), errors), (None, 1), "{bad}");
        }
        assert_eq!(ModelContexts::default().of("a"), None);
    }
}
