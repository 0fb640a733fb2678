//! The weather tool: asks Open-Meteo (<https://open-meteo.com/en/docs>) where a city is, then for the weather there.
//!
//! A failure becomes an output that tells the model. Nothing else of the service's responses is passed on.

use serde_json::{Value, json};
use worker::{Method, Request, Result, Url};

use crate::http::fetch::fetch_bounded;
use crate::log;
use crate::settings::Settings;

/// Bytes of a response that are read.
const RESPONSE_BYTES: usize = 64 * 1024;
/// How long each of the two requests may take, in milliseconds.
const TIMEOUT_MS: u64 = 4_000;

/// Returns the output of the weather tool for a city.
pub async fn tool_output(settings: &Settings, city: &str) -> Value {
    match current_weather(settings, city).await {
        Ok(Some(weather)) => weather,
        Ok(None) => json!({ "error": "no such city is known" }),
        Err(error) => {
            log::warn("weather_unreachable", &[("error", &error), ("then", &"the model is told so")]);
            json!({ "error": "the weather service does not answer now" })
        }
    }
}

async fn current_weather(settings: &Settings, city: &str) -> Result<Option<Value>> {
    let is_korean = city.chars().any(|c| matches!(c, '가'..='힣'));
    let language = if is_korean { "ko" } else { "en" };
    let found = get_json(
        &format!("{}/v1/search", settings.geocoding_url),
        &[("name", city), ("count", "1"), ("language", language), ("format", "json")],
    )
    .await?;
    let Some(place) = place(&found) else { return Ok(None) };
    let (latitude, longitude) = (place.latitude.to_string(), place.longitude.to_string());
    let forecast = get_json(
        &format!("{}/v1/forecast", settings.weather_url),
        &[
            ("latitude", &latitude),
            ("longitude", &longitude),
            (
                "current",
                "temperature_2m,apparent_temperature,relative_humidity_2m,weather_code,wind_speed_10m",
            ),
            ("timezone", "auto"),
        ],
    )
    .await?;
    Ok(weather(&place, &forecast))
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

/// The output for the model. `None`: the forecast has no current weather.
fn weather(place: &Place, forecast: &Value) -> Option<Value> {
    let current = forecast.get("current")?;
    let number =
        |name: &str| current.get(name).filter(|value| value.is_number()).cloned().unwrap_or_default();
    Some(json!({
        "city": place.name,
        "country": place.country,
        "local_time": current.get("time").and_then(Value::as_str).unwrap_or_default(),
        "temperature_c": number("temperature_2m"),
        "feels_like_c": number("apparent_temperature"),
        "humidity_percent": number("relative_humidity_2m"),
        "wind_kmh": number("wind_speed_10m"),
        "sky": current.get("weather_code").and_then(Value::as_u64).map_or("unknown", sky),
    }))
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
        let output = weather(&seoul, &forecast).unwrap();
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
        assert_eq!(weather(&place(&somewhere).unwrap(), &json!({"error": true})), None);
    }
}
