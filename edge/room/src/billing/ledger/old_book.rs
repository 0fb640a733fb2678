//! The former form of the ledger: one JSON text with every claim, settled or not.

use serde::Deserialize;
use shared::Millis;

use super::rows::{OpenClaim, Span, SpentSums};
use super::{Claim, Ledger};

#[derive(Deserialize)]
struct OldBook {
    hour: Span,
    day: Span,
    claims: Vec<(Claim, OldEntry)>,
}

#[derive(Deserialize)]
struct OldEntry {
    at: Millis,
    micros: u64,
    is_settled: bool,
}

impl Ledger {
    /// Reads the former form. Its rows are among the next [`Ledger::take_writes`]. The addresses of its claims are unknown.
    ///
    /// # Errors
    /// When the text is not that form.
    pub fn from_old_book(text: &str) -> Result<Self, serde_json::Error> {
        let OldBook { hour, day, claims } = serde_json::from_str(text)?;
        let mut ledger = Self { sums: SpentSums { hour, day }, ..Self::default() };
        ledger.changes.has_new_sums = true;
        for (claim, OldEntry { at, micros, is_settled }) in claims {
            if is_settled {
                ledger.closed.insert(&claim);
            } else {
                let open = OpenClaim { at, micros, address: String::new() };
                ledger.changes.claims.insert(claim.clone(), Some(open.clone()));
                ledger.insert(claim, open);
            }
        }
        Ok(ledger)
    }
}
