//! The limits that hold when the operator has changed some of them without a deploy.

use shared::operator::{LimitOverride, Overrides};

use super::Caps;

/// The limits that hold. `variables` are those of the variables, `percent` is what they give to one address; `None`: all.
pub fn overridden(overrides: Overrides, variables: Caps, percent: Option<u64>) -> Caps {
    let hour = either(overrides.hour, variables.hour);
    let day = either(overrides.day, variables.day);
    let percent = either(overrides.address_percent, percent);
    let share = |cap: Option<u64>| {
        let micros = u128::from(cap?).saturating_mul(u128::from(percent?)) / 100;
        u64::try_from(micros).ok()
    };
    Caps { hour, day, address_hour: share(hour), address_day: share(day) }
}

fn either(changed: LimitOverride, variable: Option<u64>) -> Option<u64> {
    match changed {
        LimitOverride::Variable => variable,
        LimitOverride::Off => None,
        LimitOverride::At(limit) => Some(limit),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_144_an_override_replaces_a_variable_until_it_is_taken_back() {
        let caps = Caps { hour: Some(100), day: Some(1_000), address_hour: Some(25), address_day: Some(250) };
        let changed = |overrides: Overrides| overridden(overrides, caps, Some(25));
        assert_eq!(changed(Overrides::default()), caps);
        let raised = changed(Overrides { day: LimitOverride::At(2_000), ..Overrides::default() });
        assert_eq!(raised, Caps { day: Some(2_000), address_day: Some(500), ..caps });
        let stopped = changed(Overrides { hour: LimitOverride::At(0), ..Overrides::default() });
        assert_eq!(stopped, Caps { hour: Some(0), address_hour: Some(0), ..caps });
        let off = changed(Overrides { address_percent: LimitOverride::Off, ..Overrides::default() });
        assert_eq!(off, Caps { address_hour: None, address_day: None, ..caps });
        let json = serde_json::to_string(&Overrides { day: LimitOverride::At(7), ..Overrides::default() });
        assert_eq!(
            json.unwrap(),
            r#"{"bots_off":false,"hour":"variable","day":{"at":7},"address_percent":"variable"}"#
        );
    }
}
