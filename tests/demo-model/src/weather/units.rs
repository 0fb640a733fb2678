//! The units that a request asks for.

use super::{Parameters, wrong};
use crate::api::Rejection;
use serde_json::{Value, json};

#[derive(Clone, Copy, Debug)]
pub(super) struct Units {
    fahrenheit: bool,
    mph: bool,
}

impl Units {
    pub(super) fn of(parameters: &Parameters) -> Result<Self, Rejection> {
        let chosen = |name: &str, usual: &str, other: &str| match parameters.get(name).map(String::as_str) {
            None => Ok(false),
            Some(unit) if unit == usual => Ok(false),
            Some(unit) if unit == other => Ok(true),
            Some(unit) => Err(wrong(format!("Cannot initialize {name} from invalid String value {unit}."))),
        };
        Ok(Self {
            fahrenheit: chosen("temperature_unit", "celsius", "fahrenheit")?,
            mph: chosen("wind_speed_unit", "kmh", "mph")?,
        })
    }

    /// What the server calls the unit of a variable that usually has this one.
    pub(super) fn title(self, usual: &'static str) -> &'static str {
        match usual {
            "°C" if self.fahrenheit => "°F",
            "km/h" if self.mph => "mp/h",
            _ => usual,
        }
    }

    pub(super) fn convert(self, usual: &str, value: Value) -> Value {
        let tenths = |number: f64| json!((number * 10.0).round() / 10.0);
        match (usual, value.as_f64()) {
            ("°C", Some(degrees)) if self.fahrenheit => tenths(degrees * 1.8 + 32.0),
            ("km/h", Some(speed)) if self.mph => tenths(speed * 0.621_371),
            _ => value,
        }
    }
}
