//! The forecast of the coming days: the city's weather, a little different each day.

use super::cities::City;
use super::units::Units;
use super::{Parameters, date, names, unknown, wrong};
use crate::api::Rejection;
use serde_json::{Map, Value, json};

/// The variables that `daily` may name, with their units.
const VARIABLES: [(&str, &str); 5] = [
    ("weather_code", "wmo code"),
    ("temperature_2m_max", "°C"),
    ("temperature_2m_min", "°C"),
    ("precipitation_probability_max", "%"),
    ("wind_speed_10m_max", "km/h"),
];

/// Adds the days to an answer, where the request asks for some.
pub(super) fn add(
    answer: &mut Value,
    city: &City,
    offset: i64,
    units: Units,
    parameters: &Parameters,
) -> Result<(), Rejection> {
    let days = match parameters.get("forecast_days") {
        None => 7,
        Some(days) => days.parse::<i64>().ok().filter(|days| (0..=16).contains(days)).ok_or_else(|| {
            wrong(format!("Forecast days is invalid. Allowed range 0 to 16. Given {days}."))
        })?,
    };
    let names = names(parameters, "daily");
    if names.is_empty() {
        return Ok(());
    }
    let (mut titles, mut daily) = (Map::new(), Map::new());
    titles.insert("time".to_owned(), json!("iso8601"));
    daily.insert("time".to_owned(), (0..days).map(|day| json!(date(offset, day))).collect());
    for name in names {
        let unit = VARIABLES.iter().find(|(known, _)| *known == name).ok_or_else(|| unknown(name))?.1;
        titles.insert(name.to_owned(), json!(units.title(unit)));
        let values = (0..days).map(|day| units.convert(unit, value(city, name, day)));
        daily.insert(name.to_owned(), values.collect());
    }
    answer["daily_units"] = Value::Object(titles);
    answer["daily"] = Value::Object(daily);
    Ok(())
}

fn value(city: &City, name: &str, day: i64) -> Value {
    let weather = city.weather;
    let tenths = |degrees: f64| json!((degrees * 10.0).round() / 10.0);
    let change = if day % 2 == 0 { 0.0 } else { 1.5 };
    match name {
        "weather_code" => json!(if day % 3 == 2 { 0 } else { weather.code }),
        "temperature_2m_max" => tenths(weather.temperature + 3.0 + change),
        "temperature_2m_min" => tenths(weather.temperature - 4.0 - change),
        "precipitation_probability_max" => json!(if weather.code >= 51 && day % 3 != 2 { 80 } else { 10 }),
        _ => tenths(weather.wind + change),
    }
}
