//! What the operator asks of the ledger: a summary of what was spent, and changed limits.

use room::ledger::UsageKind;
use shared::Millis;
use shared::operator::{DayUsage, NamedUsage, OperatorSummary, Overrides, SpendingLimit};
use shared::time::{DAY_MS, HOUR_MS};
use wasm_bindgen::JsValue;

use super::Ledger;

impl Ledger {
    /// Stores changed limits. They hold for the next lease.
    pub(super) fn set_overrides(&self, overrides: Overrides) -> Result<(), JsValue> {
        self.change(|_, _| ())?;
        self.storage.set_overrides(&overrides)?;
        if let Some(known) = self.ledger.borrow_mut().as_mut() {
            known.overrides = overrides;
        }
        Ok(())
    }

    pub(super) fn summary(&self) -> Result<OperatorSummary, JsValue> {
        let (now, overrides, (hour, day), open) = self.change(|known, now| {
            (now, known.overrides, known.ledger.spent(now), known.ledger.count_open())
        })?;
        let caps = self.caps(overrides);
        let limit = |cap, used, length: u64| {
            let resets_at = Millis((now.0 / length).saturating_add(1).saturating_mul(length));
            SpendingLimit { cap, used, resets_at }
        };
        let today = now.0 / DAY_MS;
        Ok(OperatorSummary {
            now,
            bots_off_by_variable: self.limits.budget.bots_off,
            overrides,
            hour: limit(caps.hour, hour, HOUR_MS),
            day: limit(caps.day, day, DAY_MS),
            address_hour: caps.address_hour,
            address_day: caps.address_day,
            open_leases: u64::try_from(open).unwrap_or(u64::MAX),
            requests: self.requests.get(),
            days: by_day(self.storage.models()?),
            rooms: self.storage.busiest(today, UsageKind::Room)?,
            addresses: self.storage.busiest(today, UsageKind::Address)?,
            reports: self.storage.count_reports()?,
        })
    }
}

/// Sums the usage of models, which is in the order of days, by day.
fn by_day(models: Vec<(u64, NamedUsage)>) -> Vec<DayUsage> {
    let mut days: Vec<DayUsage> = Vec::new();
    for (day, used) in models {
        let starts_at = Millis(day.saturating_mul(DAY_MS));
        if days.last().is_none_or(|last| last.starts_at != starts_at) {
            days.push(DayUsage { starts_at, calls: 0, micros: 0, models: Vec::new() });
        }
        if let Some(last) = days.last_mut() {
            last.calls = last.calls.saturating_add(used.calls);
            last.micros = last.micros.saturating_add(used.micros);
            last.models.push(used);
        }
    }
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_145_models_are_summed_by_day() {
        let used = |name: &str, calls, micros| NamedUsage { name: name.to_owned(), calls, micros };
        let days = by_day(vec![(20, used("a", 1, 10)), (20, used("b", 2, 5)), (19, used("a", 4, 40))]);
        let sums: Vec<_> = days.iter().map(|day| (day.starts_at.0 / DAY_MS, day.calls, day.micros)).collect();
        assert_eq!(sums, [(20, 3, 15), (19, 4, 40)]);
        assert_eq!(days[0].models.len(), 2);
    }
}
