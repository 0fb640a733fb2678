//! `MODEL_PRICES`: what models cost at a server that is no vendor's, such as a gateway.
//!
//! Once it is set, no model of such a server is free by mistake: what it does not name costs what `prices.toml` says, or the
//! `unlisted` rate.

use shared::Price;

use super::budget::parse_dollars;
use super::error::SettingError;
use super::values::words;

/// The name that stands for every model that is not named.
const OTHERS: &str = "*";

/// Prices by model, as the operator wrote them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ModelPrices {
    named: Vec<(String, Price)>,
    is_set: bool,
}

impl ModelPrices {
    /// Reads `gpt-5.4=2.5/0.25/15, llama3:8b=0/0, *=1/3`: dollars per million tokens of input, of these read from the cache (if not
    /// given, as the others), and of output. An entry that is malformed is reported, and its model is not named.
    pub(super) fn read(value: &dyn Fn(&str) -> Option<String>, errors: &mut Vec<SettingError>) -> Self {
        const NAME: &str = "MODEL_PRICES";
        let Some(text) = value(NAME) else { return Self::default() };
        let mut named = Vec::new();
        for entry in words(&text) {
            match parse_entry(&entry) {
                Some(entry) => named.push(entry),
                None => errors.push(SettingError::NotAPrice { name: NAME }),
            }
        }
        Self { named, is_set: true }
    }

    pub fn is_set(&self) -> bool {
        self.is_set
    }

    /// The price that the operator has given a model.
    pub fn of(&self, model: &str) -> Option<Price> {
        let find = |wanted: &str| {
            self.named.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, price)| *price)
        };
        find(model).or_else(|| find(OTHERS))
    }
}

fn parse_entry(entry: &str) -> Option<(String, Price)> {
    let (name, amounts) = entry.rsplit_once('=')?;
    let amounts: Option<Vec<u64>> = amounts.split('/').map(|text| parse_dollars(text.trim())).collect();
    let price = match *amounts?.as_slice() {
        [input, output] => Price { input, cached: input, output },
        [input, cached, output] if cached <= input => Price { input, cached, output },
        _ => return None,
    };
    Some((name.trim().to_owned(), price)).filter(|(name, _)| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (ModelPrices, usize) {
        let mut errors = Vec::new();
        let prices = ModelPrices::read(&|_| Some(text.to_owned()), &mut errors);
        (prices, errors.len())
    }

    #[test]
    fn case_135_an_operator_prices_the_models_of_a_gateway() {
        let (prices, errors) = read("openai/gpt-5.4 = 2.5/0.25/15, llama3:8b=0/0,*=$1/3");
        assert_eq!(errors, 0);
        let price = |input, cached, output| Some(Price { input, cached, output });
        assert_eq!(prices.of("OpenAI/GPT-5.4"), price(2_500_000, 250_000, 15_000_000));
        assert_eq!(prices.of("llama3:8b"), price(0, 0, 0));
        assert_eq!(prices.of("mistral"), price(1_000_000, 1_000_000, 3_000_000));
        assert_eq!(read("a=1/2").0.of("b"), None);
        assert!(!ModelPrices::default().is_set() && ModelPrices::default().of("a").is_none());
    }

    #[test]
    fn case_135_a_malformed_price_is_reported_and_makes_nothing_free() {
        for bad in ["a", "a=", "a=1", "a=1/x", "a=1/2/3/4", "a=1/2/3", "=1/2", "a=-1/2", "a=1e3/2"] {
            let (prices, errors) = read(bad);
            assert_eq!((prices.of("a"), errors), (None, 1), "{bad}");
            assert!(prices.is_set(), "{bad}: its models count at the unlisted rate");
        }
    }
}
