//! The two functions of the weather tool: the weather now, and the forecast of some days. The caller fetches both.

use models::Tool;
use serde_json::{Value, json};
use shared::limits;
use shared::tool_name::{FORECAST, WEATHER};

/// Days of a forecast where the model does not say how many.
const USUAL_DAYS: u64 = 3;

/// What a model wants to know of the weather.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeatherQuery {
    /// The place, as the model wrote it.
    pub city: String,
    pub unit: TemperatureUnit,
    /// Days of a forecast, 1 to [`limits::FORECAST_DAYS`]; `None` means the weather now.
    pub days: Option<u64>,
}

/// The unit of temperatures. Winds are in km/h with the one and in mph with the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TemperatureUnit {
    #[default]
    Celsius,
    Fahrenheit,
}

impl WeatherQuery {
    /// Reads a call's arguments, of which `city` was read already. Without a unit that is known it means Celsius.
    pub(crate) fn new(function: &str, city: String, arguments: &Value) -> Self {
        let is_fahrenheit = arguments.get("unit").and_then(Value::as_str) == Some("fahrenheit");
        let unit = if is_fahrenheit { TemperatureUnit::Fahrenheit } else { TemperatureUnit::Celsius };
        let asked = arguments.get("days").and_then(Value::as_u64).unwrap_or(USUAL_DAYS);
        let days = (function == FORECAST).then(|| asked.clamp(1, limits::FORECAST_DAYS));
        Self { city, unit, days }
    }
}

/// Describes both functions to a model. Every argument is required, because strict modes know no others.
pub(super) fn functions() -> Vec<Tool> {
    let city = json!({
        "type": "string",
        "description": "The city's name in any language, without the country unless it is needed to tell it apart.",
    });
    let unit = json!({
        "type": "string",
        "enum": ["celsius", "fahrenheit"],
        "description": "The unit of temperatures. fahrenheit only where people use it or ask for it.",
    });
    let days = json!({
        "type": "integer",
        "description": format!("How many days from today on, 1 to {}. Tomorrow needs 2.", limits::FORECAST_DAYS),
    });
    vec![
        Tool {
            name: WEATHER.to_owned(),
            description: "The current weather in a city: temperature, wind, sky. Use it when somebody asks about the \
                          weather now."
                .to_owned(),
            parameters: super::closed_object(json!({ "city": city, "unit": unit })),
        },
        Tool {
            name: FORECAST.to_owned(),
            description: "The weather forecast for a city, day by day from today on: highest and lowest temperature, \
                          sky, chance of rain. Use it when somebody asks about later today, tomorrow or the coming days."
                .to_owned(),
            parameters: super::closed_object(json!({ "city": city, "unit": unit, "days": days })),
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_207_a_query_has_a_known_unit_and_a_bounded_number_of_days() {
        let query = |function, arguments| {
            let WeatherQuery { unit, days, .. } = WeatherQuery::new(function, "Seoul".to_owned(), &arguments);
            (unit, days)
        };
        let (celsius, fahrenheit) = (TemperatureUnit::Celsius, TemperatureUnit::Fahrenheit);
        assert_eq!(query(WEATHER, json!({ "unit": "fahrenheit", "days": 5 })), (fahrenheit, None));
        assert_eq!(query(FORECAST, json!({ "unit": "celsius", "days": 7 })), (celsius, Some(7)));
        for (days, expected) in
            [(json!(0), 1), (json!(99), 7), (json!(-2), 3), (json!("2"), 3), (json!(2.5), 3)]
        {
            assert_eq!(query(FORECAST, json!({ "days": days, "unit": "kelvin" })), (celsius, Some(expected)));
        }
    }
}
