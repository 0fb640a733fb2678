//! What the operator lets the bots cost: limits for the deployment, a room and a person, and the switch that stops all bots.
//!
//! Where a model costs money, each limit has a default unless the operator removes it, and a malformed amount allows nothing: a
//! typing error must not cost money.

use room::Budget;
use room::ledger::Caps;

use super::error::SettingError;
use super::values::is_on;

const MICROS_PER_DOLLAR: u64 = 1_000_000;
/// What one address may use of the deployment's limits.
const ADDRESS_PERCENT: u64 = 25;

/// The budget variables as the operator wrote them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BudgetSettings {
    bots_off: bool,
    hour: Limit,
    day: Limit,
    room_day: Limit,
    person_day: Limit,
    person_hour: Limit,
    /// Percent of the deployment's limits.
    address_percent: Limit,
}

/// Budgets in micro-dollars after the defaults; a `None` in them is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SpendingLimits {
    /// Of each room and each person in it.
    pub budget: Budget,
    /// Of the whole deployment.
    pub caps: Caps,
    /// What one address may use of the deployment's limits, in percent; `None`: all.
    pub address_percent: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Limit {
    #[default]
    Default,
    /// Set to `off`.
    Off,
    At(u64),
}

impl BudgetSettings {
    pub(super) fn read(value: &dyn Fn(&str) -> Option<String>, errors: &mut Vec<SettingError>) -> Self {
        let mut limit = |name: &'static str, parse: fn(&str) -> Option<u64>| match value(name) {
            None => Limit::Default,
            Some(text) if text.eq_ignore_ascii_case("off") => Limit::Off,
            Some(text) => Limit::At(parse(&text).unwrap_or_else(|| {
                errors.push(SettingError::NotAnAmount { name });
                0
            })),
        };
        Self {
            hour: limit("BUDGET_HOUR_USD", parse_dollars),
            day: limit("BUDGET_DAY_USD", parse_dollars),
            room_day: limit("BUDGET_ROOM_DAY_USD", parse_dollars),
            person_day: limit("BUDGET_PERSON_DAY_USD", parse_dollars),
            person_hour: limit("QUESTIONS_PER_HOUR", |text| text.parse().ok()),
            address_percent: limit("BUDGET_ADDRESS_PERCENT", parse_percent),
            bots_off: value("BOTS").is_some_and(|text| !is_on(&text)),
        }
    }

    /// The limits that hold. `has_paid_model`: some bot's model costs money, so limits that are not set have a default.
    pub fn limits(self, has_paid_model: bool) -> SpendingLimits {
        let resolve = |limit: Limit, default: u64| match limit {
            Limit::Default => has_paid_model.then_some(default),
            Limit::Off => None,
            Limit::At(micros) => Some(micros),
        };
        let (hour, day) = (resolve(self.hour, MICROS_PER_DOLLAR), resolve(self.day, 5 * MICROS_PER_DOLLAR));
        // Whoever can use a whole hour or day alone silences the bots for everybody else.
        let percent = resolve(self.address_percent, ADDRESS_PERCENT);
        let share = |cap: Option<u64>| Some(cap?.saturating_mul(percent?) / 100);
        let caps = Caps { hour, day, address_hour: share(hour), address_day: share(day) };
        let budget = Budget {
            bots_off: self.bots_off,
            // Also without limits: the operator may set them, or switch the bots off, without a deploy.
            has_ledger: true,
            room_day: resolve(self.room_day, MICROS_PER_DOLLAR),
            person_day: resolve(self.person_day, MICROS_PER_DOLLAR / 4),
            person_hour: resolve(self.person_hour, 60),
        };
        SpendingLimits { budget, caps, address_percent: percent }
    }
}

/// Parses a whole number of percent, 0 to 100.
fn parse_percent(text: &str) -> Option<u64> {
    text.strip_suffix('%').unwrap_or(text).parse().ok().filter(|percent| *percent <= 100)
}

/// Parses dollars (`0.25`, `$5`) into micro-dollars, without floating point, so that exactly what is written holds.
pub(super) fn parse_dollars(text: &str) -> Option<u64> {
    let text = text.strip_prefix('$').unwrap_or(text);
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(part) || part.len() > 6 {
        return None;
    }
    let micros: u64 = format!("{part:0<6}").parse().ok()?;
    whole.parse::<u64>().ok()?.checked_mul(MICROS_PER_DOLLAR)?.checked_add(micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(values: &[(&str, &str)], has_paid_model: bool) -> SpendingLimits {
        read(values).limits(has_paid_model)
    }

    fn read(values: &[(&str, &str)]) -> BudgetSettings {
        let value =
            |name: &str| values.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
        BudgetSettings::read(&value, &mut Vec::new())
    }

    #[test]
    fn a_paid_model_has_default_limits() {
        let SpendingLimits { budget, caps, .. } = limits(&[], true);
        let (address_hour, address_day) = (Some(250_000), Some(1_250_000));
        assert_eq!(caps, Caps { hour: Some(1_000_000), day: Some(5_000_000), address_hour, address_day });
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
        let free = limits(&[], false);
        assert_eq!(free.caps, Caps::default());
        assert_eq!(free.budget, Budget { has_ledger: true, ..Budget::default() });
    }

    #[test]
    fn the_operator_sets_and_removes_limits() {
        let all = [
            ("BUDGET_HOUR_USD", "off"),
            ("BUDGET_DAY_USD", "OFF"),
            ("BUDGET_ROOM_DAY_USD", "0"),
            ("BUDGET_PERSON_DAY_USD", "$2.5"),
            ("QUESTIONS_PER_HOUR", "5"),
        ];
        for has_paid_model in [true, false] {
            let SpendingLimits { budget, caps, .. } = limits(&all, has_paid_model);
            assert_eq!(caps, Caps::default());
            assert!(budget.has_ledger, "the operator may set limits without a deploy");
            assert_eq!(
                (budget.room_day, budget.person_day, budget.person_hour),
                (Some(0), Some(2_500_000), Some(5))
            );
        }
        assert!(limits(&[("BUDGET_DAY_USD", "3")], false).budget.has_ledger);
    }

    #[test]
    fn case_82_an_address_has_a_share_of_the_deployments_limits() {
        let shares = |values: &[(&str, &str)]| {
            let caps = limits(values, true).caps;
            (caps.address_hour, caps.address_day)
        };
        assert_eq!(shares(&[("BUDGET_ADDRESS_PERCENT", "off")]), (None, None));
        assert_eq!(shares(&[("BUDGET_ADDRESS_PERCENT", "10%")]), (Some(100_000), Some(500_000)));
        assert_eq!(
            shares(&[("BUDGET_ADDRESS_PERCENT", "50"), ("BUDGET_HOUR_USD", "off")]),
            (None, Some(2_500_000))
        );
        for bad in ["101", "-1", "a quarter", "0.25"] {
            assert_eq!(shares(&[("BUDGET_ADDRESS_PERCENT", bad)]), (Some(0), Some(0)), "{bad}");
        }
        assert_eq!(limits(&[("BUDGET_DAY_USD", "3")], false).caps.address_day, None, "nothing is paid for");
    }

    #[test]
    fn a_malformed_amount_allows_nothing() {
        for bad in ["0,5", "five", "-1", "1e3", "1.0000001", ".5", "5.", "99999999999999999999", "$"] {
            assert_eq!(limits(&[("BUDGET_DAY_USD", bad)], true).caps.day, Some(0), "{bad}");
            assert_eq!(limits(&[("BUDGET_DAY_USD", bad)], false).caps.day, Some(0), "{bad}");
            let mut errors = Vec::new();
            BudgetSettings::read(&|name| (name == "BUDGET_DAY_USD").then(|| bad.to_owned()), &mut errors);
            assert_eq!(errors, [SettingError::NotAnAmount { name: "BUDGET_DAY_USD" }], "{bad}");
        }
        assert_eq!(limits(&[("QUESTIONS_PER_HOUR", "1.5")], true).budget.person_hour, Some(0));
    }

    #[test]
    fn one_word_switches_all_bots_off() {
        for (text, is_off) in
            [("off", true), ("OFF", true), ("0", true), ("no", true), ("on", false), ("1", false)]
        {
            assert_eq!(limits(&[("BOTS", text)], true).budget.bots_off, is_off, "{text}");
        }
    }
}
