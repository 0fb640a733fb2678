//! The weather, from Open-Meteo (<https://open-meteo.com/en/docs>): first where a city is, then what the weather is there.
//!
//! Whatever goes wrong is an output that says so to the model. What the service said otherwise goes nowhere.

use serde_json::{Value, json};
use worker::{Method, Request, Result, Url};

use crate::outgoing;
use crate::settings::Settings;

/// Bytes of an answer that are read.
const ANSWER_BYTES: usize = 64 * 1024;
/// How long one of the two questions may take.
const PATIENCE_MS: u64 = 4_000;

/// What the weather is in a city, for a model.
pub async fn current(settings: &Settings, city: &str) -> Value {
    match look(settings, city).await {
        Ok(Some(weather)) => weather,
        Ok(None) => json!({ "error": "no such city is known" }),
        Err(_) => json!({ "error": "the weather service does not answer now" }),
    }
}

async fn look(settings: &Settings, city: &str) -> Result<Option<Value>> {
    let is_korean = city.chars().any(|c| matches!(c, '가'..='힣'));
    let language = if is_korean { "ko" } else { "en" };
    let found = ask(
        &format!("{}/v1/search", settings.geocoding_url),
        &[("name", city), ("count", "1"), ("language", language), ("format", "json")],
    )
    .await?;
    let Some(place) = place(&found) else { return Ok(None) };
    let (latitude, longitude) = (place.latitude.to_string(), place.longitude.to_string());
    let said = ask(
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
    Ok(weather(&place, &said))
}

/// A place on earth.
#[derive(Debug, PartialEq)]
struct Place {
    name: String,
    country: String,
    latitude: f64,
    longitude: f64,
}

/// The first place that was found.
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

/// What a model is told.
fn weather(place: &Place, said: &Value) -> Option<Value> {
    let current = said.get("current")?;
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

/// The WMO's codes of the weather (table 4677), as Open-Meteo groups them.
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

async fn ask(url: &str, query: &[(&str, &str)]) -> Result<Value> {
    let mut url = Url::parse(url)?;
    url.query_pairs_mut().extend_pairs(query);
    let request = Request::new(url.as_str(), Method::Get)?;
    let (status, body) = outgoing::ask(request, PATIENCE_MS, ANSWER_BYTES).await?;
    if status != 200 {
        return Err("the weather service refused".into());
    }
    Ok(serde_json::from_slice(&body)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_and_its_weather_are_told_in_our_words() {
        let found = json!({"results": [{"name": "서울특별시", "country": "대한민국", "latitude": 37.566, "longitude": 126.9784}]});
        let seoul = place(&found).unwrap();
        let said = json!({"current": {
            "time": "2026-11-20T21:30", "temperature_2m": 7.4, "apparent_temperature": 5.1,
            "relative_humidity_2m": 48, "weather_code": 3, "wind_speed_10m": 6.2,
        }});
        let told = weather(&seoul, &said).unwrap();
        assert_eq!(
            told,
            json!({
                "city": "서울특별시", "country": "대한민국", "local_time": "2026-11-20T21:30", "temperature_c": 7.4,
                "feels_like_c": 5.1, "humidity_percent": 48, "wind_kmh": 6.2, "sky": "overcast",
            })
        );
    }

    #[test]
    fn what_is_no_answer_is_none() {
        for bad in [json!({}), json!({"results": []}), json!({"results": [{"name": "x"}]}), json!([7])] {
            assert_eq!(place(&bad), None, "{bad}");
        }
        let nowhere = json!({"results": [{"latitude": 91, "longitude": 0}]});
        assert_eq!(place(&nowhere), None);
        let somewhere = json!({"results": [{"latitude": 9, "longitude": 0}]});
        assert_eq!(weather(&place(&somewhere).unwrap(), &json!({"error": true})), None);
    }
}
