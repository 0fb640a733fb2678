//! Prices of models by name: `prices.toml` as constants, which the build script generates.

use shared::Price;

include!(concat!(env!("OUT_DIR"), "/prices.rs"));

/// The suffixes of dated and numbered snapshots; `0` stands for any digit.
const SNAPSHOTS: [&str; 5] = ["-0000-00-00", "-00-0000", "-00-00", "-0000", "-000"];

/// The price of a model at its vendor. A model that is not listed is billed at the `unlisted` rate, which is high so that budgets
/// hold for it as well.
pub fn at_vendor(model: &str) -> Price {
    listed(model).unwrap_or(UNLISTED)
}

/// The listed price of a model, or of the family of which it is a snapshot.
pub fn listed(model: &str) -> Option<Price> {
    let model = model.to_ascii_lowercase();
    let mut name = model.as_str();
    loop {
        if let Ok(index) = MODELS.binary_search_by(|(listed, _)| (*listed).cmp(name)) {
            return MODELS.get(index).map(|(_, price)| *price);
        }
        name = without_snapshot(name)?;
    }
}

/// The name without its snapshot suffix.
fn without_snapshot(name: &str) -> Option<&str> {
    let date = SNAPSHOTS.iter().find_map(|form| {
        let at = name.len().checked_sub(form.len())?;
        let end = name.as_bytes().get(at..)?;
        let is_form = end.iter().zip(form.bytes()).all(|(byte, wanted)| match wanted {
            b'0' => byte.is_ascii_digit(),
            _ => *byte == wanted,
        });
        is_form.then(|| name.get(..at)).flatten()
    });
    date.or_else(|| name.strip_suffix("-latest")).or_else(|| name.strip_suffix("-preview"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(input: u64, cached: u64, output: u64) -> Price {
        Price { input, cached, output }
    }

    #[test]
    fn snapshots_cost_what_their_family_costs() {
        let mini = Some(price(750_000, 75_000, 4_500_000));
        for name in ["gpt-5.4-mini", "GPT-5.4-mini", "gpt-5.4-mini-2026-03-17", "gpt-5.4-mini-latest"] {
            assert_eq!(listed(name), mini, "{name}");
        }
        for (name, family) in [
            ("gpt-5-2025-08-07", "gpt-5"),
            ("o3-2025-04-16", "o3"),
            ("gemini-2.5-flash-preview-09-2025", "gemini-2.5-flash"),
            ("gemini-2.5-flash-preview-05-20", "gemini-2.5-flash"),
            ("gemini-2.5-flash-001", "gemini-2.5-flash"),
            ("gemini-3-flash-preview", "gemini-3-flash"),
            ("gpt-5-chat-latest", "gpt-5-chat"),
        ] {
            assert!(listed(name).is_some() && listed(name) == listed(family), "{name}");
        }
    }

    #[test]
    fn other_models_of_a_family_are_no_snapshots() {
        assert_ne!(listed("gpt-4o-2024-05-13"), listed("gpt-4o"), "it has a line of its own");
        assert_ne!(listed("gpt-5-pro"), listed("gpt-5"));
        for name in
            ["gpt-5-ultra", "gpt-5-4", "my-gpt-5", "llama3:8b", "", "-latest", "gpt", "한글-2025-01-01"]
        {
            assert_eq!(listed(name), None, "{name}");
        }
        assert!(at_vendor("gpt-9-mini").output >= at_vendor("gpt-5.5").output);
    }
}
