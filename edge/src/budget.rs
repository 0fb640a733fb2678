//! What the operator lets the bots cost: budgets of rooms, people and the whole deployment, and the switch that stops all.
//!
//! Where models cost money there are limits unless the operator takes them away, and what is no amount allows nothing: a
//! slip of the pen must not open a purse.

use room::Budget;
use room::ledger::Caps;

const DOLLAR: u64 = 1_000_000;

/// What all may cost, and how much of it a room and a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spending {
    /// In a room.
    pub budget: Budget,
    /// Altogether.
    pub caps: Caps,
}

/// Reads the limits. `costs`: some bot's model is paid for, so what is not set has a usual limit.
pub fn read(value: impl Fn(&str) -> Option<String>, costs: bool) -> Spending {
    let limit = |name: &str, usual: u64, amount: fn(&str) -> Option<u64>| match value(name) {
        None => costs.then_some(usual),
        Some(text) if text.eq_ignore_ascii_case("off") => None,
        Some(text) => Some(amount(&text).unwrap_or(0)),
    };
    let caps = Caps {
        hour: limit("BUDGET_HOUR_USD", DOLLAR, micros),
        day: limit("BUDGET_DAY_USD", 5 * DOLLAR, micros),
    };
    let budget = Budget {
        bots_off: value("BOTS").is_some_and(|text| !crate::settings::is_on(&text)),
        // Asking it takes a round trip before the first word.
        has_ledger: caps.hour.is_some() || caps.day.is_some(),
        room_day: limit("BUDGET_ROOM_DAY_USD", DOLLAR, micros),
        person_day: limit("BUDGET_PERSON_DAY_USD", DOLLAR / 4, micros),
        person_hour: limit("QUESTIONS_PER_HOUR", 60, |text| text.parse().ok()),
    };
    Spending { budget, caps }
}

/// Micro-dollars of dollars: `0.25`, `$5`. Not through floating point, so that what is set is what holds.
fn micros(text: &str) -> Option<u64> {
    let text = text.strip_prefix('$').unwrap_or(text);
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(part) || part.len() > 6 {
        return None;
    }
    let micros: u64 = format!("{part:0<6}").parse().ok()?;
    whole.parse::<u64>().ok()?.checked_mul(DOLLAR)?.checked_add(micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[(&str, &str)], costs: bool) -> Spending {
        read(|name| values.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned()), costs)
    }

    #[test]
    fn what_costs_money_has_limits() {
        let Spending { budget, caps } = of(&[], true);
        assert_eq!(caps, Caps { hour: Some(1_000_000), day: Some(5_000_000) });
        assert_eq!(
            budget,
            Budget {
                bots_off: false,
                has_ledger: true,
                room_day: Some(1_000_000),
                person_day: Some(250_000),
                person_hour: Some(60),
            }
        );
        assert_eq!(of(&[], false), Spending::default());
    }

    #[test]
    fn the_operator_sets_and_takes_away() {
        let all = [
            ("BUDGET_HOUR_USD", "off"),
            ("BUDGET_DAY_USD", "OFF"),
            ("BUDGET_ROOM_DAY_USD", "0"),
            ("BUDGET_PERSON_DAY_USD", "$2.5"),
            ("QUESTIONS_PER_HOUR", "5"),
        ];
        for costs in [true, false] {
            let Spending { budget, caps } = of(&all, costs);
            assert_eq!(caps, Caps::default());
            assert!(!budget.has_ledger, "a ledger without limits is not asked");
            assert_eq!(
                (budget.room_day, budget.person_day, budget.person_hour),
                (Some(0), Some(2_500_000), Some(5))
            );
        }
        assert!(of(&[("BUDGET_DAY_USD", "3")], false).budget.has_ledger);
    }

    #[test]
    fn what_is_no_amount_allows_nothing() {
        for bad in ["0,5", "five", "-1", "1e3", "1.0000001", ".5", "5.", "99999999999999999999", "$"] {
            assert_eq!(of(&[("BUDGET_DAY_USD", bad)], true).caps.day, Some(0), "{bad}");
            assert_eq!(of(&[("BUDGET_DAY_USD", bad)], false).caps.day, Some(0), "{bad}");
        }
        assert_eq!(of(&[("QUESTIONS_PER_HOUR", "1.5")], true).budget.person_hour, Some(0));
    }

    #[test]
    fn one_word_switches_all_bots_off() {
        for (text, is_off) in
            [("off", true), ("OFF", true), ("0", true), ("no", true), ("on", false), ("1", false)]
        {
            assert_eq!(of(&[("BOTS", text)], true).budget.bots_off, is_off, "{text}");
        }
    }
}
