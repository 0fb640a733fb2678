//! The weather tool: asks Open-Meteo (<https://open-meteo.com/en/docs>) where a city is, then for the weather there,
//! now or in the coming days.
//!
//! A failure becomes an output that tells the model. Nothing else of the service's responses is passed on.

use room::tools::{TemperatureUnit, WeatherQuery};
use serde_json::{Value, json};
use shared::limits;
use worker::{Method, Request, Result, Url};

use crate::http::fetch::fetch_bounded;
use crate::log;
use crate::settings::Settings;

/// Bytes of a response that are read.
const RESPONSE_BYTES: usize = 64 * 1024;
/// How long each of the two requests may take, in milliseconds.
const TIMEOUT_MS: u64 = 4_000;

/// Returns the output of the weather tool.
pub async fn tool_output(settings: &Settings, query: &WeatherQuery) -> Value {
    match look_up(settings, query).await {
        Ok(Some(weather)) => weather,
        Ok(None) => json!({ "error": "no such city is known" }),
        Err(error) => {
            log::warn("weather_unreachable", &[("error", &error), ("then", &"the model is told so")]);
            json!({ "error": "the weather service does not answer now" })
        }
    }
}

async fn look_up(settings: &Settings, query: &WeatherQuery) -> Result<Option<Value>> {
    let is_korean = query.city.chars().any(|c| matches!(c, '가'..='힣'));
    let language = if is_korean { "ko" } else { "en" };
    let found = get_json(
        &format!("{}/v1/search", settings.geocoding_url),
        &[("name", &query.city), ("count", "1"), ("language", language), ("format", "json")],
    )
    .await?;
    let Some(place) = place(&found) else { return Ok(None) };
    let (latitude, longitude) = (place.latitude.to_string(), place.longitude.to_string());
    let mut parameters =
        vec![("latitude", latitude.as_str()), ("longitude", &longitude), ("timezone", "auto")];
    if query.unit == TemperatureUnit::Fahrenheit {
        parameters.extend([("temperature_unit", "fahrenheit"), ("wind_speed_unit", "mph")]);
    }
    let days = query.days.map(|days| days.to_string());
    match &days {
        None => parameters.push((
            "current",
            "temperature_2m,apparent_temperature,relative_humidity_2m,weather_code,wind_speed_10m",
        )),
        Some(days) => parameters.extend([
            (
                "daily",
                "weather_code,temperature_2m_max,temperature_2m_min,precipitation_probability_max,wind_speed_10m_max",
            ),
            ("forecast_days", days),
        ]),
    }
    let weather = get_json(&format!("{}/v1/forecast", settings.weather_url), &parameters).await?;
    Ok(match days {
        None => current_weather(&place, query.unit, &weather),
        Some(_) => forecast(&place, query.unit, &weather),
    })
}

#[derive(Debug, PartialEq)]
struct Place {
    name: String,
    country: String,
    latitude: f64,
    longitude: f64,
}

/// The first place of a geocoding response.
fn place(found: &Value) -> Option<Place> {
    let first = found.get("results")?.get(0)?;
    let text = |name: &str| first.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let degrees = |name: &str, most: f64| first.get(name)?.as_f64().filter(|degrees| degrees.abs() <= most);
    Some(Place {
        name: text("name"),
        country: text("country"),
        latitude: degrees("latitude", 90.0)?,
        longitude: degrees("longitude", 180.0)?,
    })
}

/// The weather now as the output for the model. `None`: the response has none.
fn current_weather(place: &Place, unit: TemperatureUnit, response: &Value) -> Option<Value> {
    let current = response.get("current")?;
    let number = |name: &str| number(current.get(name));
    let (degrees, wind) = suffixes(unit);
    Some(json!({
        "city": place.name,
        "country": place.country,
        "local_time": current.get("time").and_then(Value::as_str).unwrap_or_default(),
        format!("temperature_{degrees}"): number("temperature_2m"),
        format!("feels_like_{degrees}"): number("apparent_temperature"),
        "humidity_percent": number("relative_humidity_2m"),
        format!("wind_{wind}"): number("wind_speed_10m"),
        "sky": current.get("weather_code").and_then(Value::as_u64).map_or("unknown", sky),
    }))
}

/// The forecast as the output for the model, from today on. `None`: the response has none.
fn forecast(place: &Place, unit: TemperatureUnit, response: &Value) -> Option<Value> {
    let daily = response.get("daily")?;
    let dates = daily.get("time")?.as_array()?.iter().filter_map(Value::as_str);
    let (degrees, wind) = suffixes(unit);
    let day = |(index, date): (usize, &str)| {
        let value = |name: &str| daily.get(name).and_then(|values| values.get(index));
        json!({
            "date": date,
            format!("highest_{degrees}"): number(value("temperature_2m_max")),
            format!("lowest_{degrees}"): number(value("temperature_2m_min")),
            "rain_percent": number(value("precipitation_probability_max")),
            format!("wind_{wind}"): number(value("wind_speed_10m_max")),
            "sky": value("weather_code").and_then(Value::as_u64).map_or("unknown", sky),
        })
    };
    let most = usize::try_from(limits::FORECAST_DAYS).unwrap_or(usize::MAX);
    let days: Vec<Value> = dates.take(most).enumerate().map(day).collect();
    Some(json!({ "city": place.name, "country": place.country, "days": days }))
}

/// How names of temperatures and of winds end.
fn suffixes(unit: TemperatureUnit) -> (&'static str, &'static str) {
    match unit {
        TemperatureUnit::Celsius => ("c", "kmh"),
        TemperatureUnit::Fahrenheit => ("f", "mph"),
    }
}

/// The value if it is a number, otherwise null.
fn number(value: Option<&Value>) -> Value {
    value.filter(|value| value.is_number()).cloned().unwrap_or_default()
}

/// Describes a weather code of the WMO (table 4677), in the groups of Open-Meteo's documentation.
fn sky(code: u64) -> &'static str {
    match code {
        0 => "clear",
        1 => "mainly clear",
        2 => "partly cloudy",
        3 => "overcast",
        45 | 48 => "fog",
        51..=57 => "drizzle",
        61..=67 => "rain",
        71..=77 => "snow",
        80..=82 => "rain showers",
        85 | 86 => "snow showers",
        95..=99 => "thunderstorm",
        _ => "unknown",
    }
}

async fn get_json(url: &str, query: &[(&str, &str)]) -> Result<Value> {
    let mut url = Url::parse(url)?;
    url.query_pairs_mut().extend_pairs(query);
    let request = Request::new(url.as_str(), Method::Get)?;
    let (status, body) = fetch_bounded(request, TIMEOUT_MS, RESPONSE_BYTES).await?;
    if status != 200 {
        return Err(format!("status {status}").into());
    }
    Ok(serde_json::from_slice(&body)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_and_its_weather_become_the_tools_output() {
        let found = json!({"results": [{"name": "서울특별시", "country": "대한민국", "latitude": 37.566, "longitude": 126.9784}]});
        let seoul = place(&found).unwrap();
        let forecast = json!({"current": {
            "time": "2026-11-20T21:30", "temperature_2m": 7.4, "apparent_temperature": 5.1,
            "relative_humidity_2m": 48, "weather_code": 3, "wind_speed_10m": 6.2,
        }});
        let output = current_weather(&seoul, TemperatureUnit::Celsius, &forecast).unwrap();
        assert_eq!(
            output,
            json!({
                "city": "서울특별시", "country": "대한민국", "local_time": "2026-11-20T21:30", "temperature_c": 7.4,
                "feels_like_c": 5.1, "humidity_percent": 48, "wind_kmh": 6.2, "sky": "overcast",
            })
        );
    }

    #[test]
    fn malformed_responses_have_no_place_and_no_weather() {
        for bad in [json!({}), json!({"results": []}), json!({"results": [{"name": "x"}]}), json!([7])] {
            assert_eq!(place(&bad), None, "{bad}");
        }
        let nowhere = json!({"results": [{"latitude": 91, "longitude": 0}]});
        assert_eq!(place(&nowhere), None);
        let somewhere = json!({"results": [{"latitude": 9, "longitude": 0}]});
        assert_eq!(
            current_weather(&place(&somewhere).unwrap(), TemperatureUnit::Celsius, &json!({"error": true})),
            None
        );
    }
    #[test]
    fn case_207_a_forecast_has_a_row_for_each_day_and_gaps_where_the_service_has_none() {
        let seoul = Place {
            name: "Seoul".to_owned(),
            country: "South Korea".to_owned(),
            latitude: 37.5,
            longitude: 127.0,
        };
        let response = json!({"daily": {
            "time": ["2026-11-20", "2026-11-21"], "weather_code": [61, 77_777], "temperature_2m_max": [44.8, "warm"],
            "temperature_2m_min": [39.0], "precipitation_probability_max": [80, null], "wind_speed_10m_max": [9.9, 4],
        }});
        assert_eq!(
            forecast(&seoul, TemperatureUnit::Fahrenheit, &response).unwrap(),
            json!({"city": "Seoul", "country": "South Korea", "days": [
                {"date": "2026-11-20", "highest_f": 44.8, "lowest_f": 39.0, "rain_percent": 80, "wind_mph": 9.9, "sky": "rain"},
                {"date": "2026-11-21", "highest_f": null, "lowest_f": null, "rain_percent": null, "wind_mph": 4, "sky": "unknown"},
            ]})
        );
        for bad in [json!({}), json!({"daily": 7}), json!({"daily": {"time": "now"}})] {
            assert_eq!(forecast(&seoul, TemperatureUnit::Celsius, &bad), None, "{bad}");
        }
    }
}
