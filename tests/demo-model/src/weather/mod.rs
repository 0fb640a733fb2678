//! A weather server in the shape of Open-Meteo, under `/weather`: finding a city by its name, and the weather at a
//! place, now and in the coming days. It needs no key, as the real one.

pub(crate) mod cities;
mod daily;
mod units;

use crate::api::{ReceivedRequest, Rejection, Routed};
use crate::clock::now;
use cities::{City, named, near};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use units::Units;

/// The query of a request, decoded.
type Parameters = BTreeMap<String, String>;

/// The variables that `current` may name, with their units.
const VARIABLES: [(&str, &str); 8] = [
    ("temperature_2m", "°C"),
    ("apparent_temperature", "°C"),
    ("relative_humidity_2m", "%"),
    ("weather_code", "wmo code"),
    ("wind_speed_10m", "km/h"),
    ("wind_direction_10m", "°"),
    ("precipitation", "mm"),
    ("is_day", ""),
];

pub(crate) fn route(received: &ReceivedRequest) -> Result<Routed, Rejection> {
    let parameters: Parameters = form_urlencoded::parse(received.query.as_bytes()).into_owned().collect();
    match received.path.as_str() {
        "/weather/v1/search" => search(&parameters).map(Routed::Json),
        "/weather/v1/forecast" => forecast(&parameters).map(Routed::Json),
        _ => Err(Rejection { status: 404, body: json!({"error": true, "reason": "Not Found"}) }),
    }
}

fn wrong(reason: impl Into<String>) -> Rejection {
    Rejection { status: 400, body: json!({"reason": reason.into(), "error": true}) }
}

fn search(parameters: &Parameters) -> Result<Value, Rejection> {
    let Some(name) = parameters.get("name") else {
        return Err(wrong("Value of type 'String' required for key 'name'."));
    };
    let korean = parameters.get("language").is_some_and(|language| language == "ko");
    let count = match parameters.get("count") {
        None => 10,
        Some(count) => count
            .parse::<usize>()
            .ok()
            .filter(|count| (1..=100).contains(count))
            .ok_or_else(|| wrong("Parameter count must be between 1 and 100."))?,
    };
    let found: Vec<Value> = named(name).into_iter().take(count).map(|city| found(city, korean)).collect();
    let mut answer = json!({"generationtime_ms": 0.52});
    // Where nothing is found, there are no results at all, not even an empty list.
    if !found.is_empty() {
        answer["results"] = json!(found);
    }
    Ok(answer)
}

fn found(city: &City, korean: bool) -> Value {
    let (code, english_country, korean_country) = city.country;
    json!({
        "id": city.id,
        "name": if korean { city.korean } else { city.name },
        "latitude": city.latitude,
        "longitude": city.longitude,
        "elevation": city.elevation,
        "feature_code": "PPLC",
        "country_code": code,
        "timezone": city.timezone.0,
        "population": city.population,
        "country": if korean { korean_country } else { english_country },
        "admin1": if korean { city.korean } else { city.name },
    })
}

fn forecast(parameters: &Parameters) -> Result<Value, Rejection> {
    let place = |name: &str, title: &str, most: f64| {
        let value = parameters.get(name).ok_or_else(|| {
            wrong("Parameter 'latitude' and 'longitude' must have the same number of elements")
        })?;
        let number: f64 = value.parse().map_err(|_| wrong(format!("Invalid {name}: {value}")))?;
        if number.abs() > most {
            return Err(wrong(format!("{title} must be in range of -{most} to {most}°. Given: {number:?}.")));
        }
        Ok(number)
    };
    let (latitude, longitude) =
        (place("latitude", "Latitude", 90.0)?, place("longitude", "Longitude", 180.0)?);
    let city = near(latitude, longitude).ok_or_else(|| wrong("No data is available for this location"))?;
    // Without `timezone=auto` everything is in Greenwich's time.
    let (zone, short, offset) = match parameters.get("timezone").map(String::as_str) {
        Some("auto") => city.timezone,
        Some(zone) if zone == city.timezone.0 => city.timezone,
        _ => ("GMT", "GMT", 0),
    };
    let units = Units::of(parameters)?;
    let mut answer = json!({
        "latitude": (latitude * 8.0).round() / 8.0,
        "longitude": (longitude * 8.0).round() / 8.0,
        "generationtime_ms": 0.047,
        "utc_offset_seconds": offset,
        "timezone": zone,
        "timezone_abbreviation": short,
        "elevation": city.elevation,
    });
    let names = names(parameters, "current");
    if !names.is_empty() {
        let (mut titles, mut current) = (Map::new(), Map::new());
        titles.insert("time".to_owned(), json!("iso8601"));
        titles.insert("interval".to_owned(), json!("seconds"));
        current.insert("time".to_owned(), json!(clock(offset)));
        current.insert("interval".to_owned(), json!(900));
        for name in names {
            let unit = VARIABLES.iter().find(|(known, _)| *known == name).ok_or_else(|| unknown(name))?.1;
            titles.insert(name.to_owned(), json!(units.title(unit)));
            current.insert(name.to_owned(), units.convert(unit, value(city, name)));
        }
        answer["current_units"] = Value::Object(titles);
        answer["current"] = Value::Object(current);
    }
    daily::add(&mut answer, city, offset, units, parameters)?;
    Ok(answer)
}

/// The variables that a parameter names.
fn names<'a>(parameters: &'a Parameters, parameter: &str) -> Vec<&'a str> {
    let names = parameters.get(parameter).map(String::as_str).unwrap_or_default();
    names.split(',').map(str::trim).filter(|name| !name.is_empty()).collect()
}

fn unknown(name: &str) -> Rejection {
    wrong(format!(
        "Data corrupted at path ''. Cannot initialize ForecastVariable from invalid String value {name}."
    ))
}

fn value(city: &City, name: &str) -> Value {
    let weather = city.weather;
    match name {
        "temperature_2m" => json!(weather.temperature),
        "apparent_temperature" => json!(weather.apparent),
        "relative_humidity_2m" => json!(weather.humidity),
        "weather_code" => json!(weather.code),
        "wind_speed_10m" => json!(weather.wind),
        "wind_direction_10m" => json!(315),
        "precipitation" => json!(if weather.code >= 51 { 0.4 } else { 0.0 }),
        _ => json!(1),
    }
}

/// The last full quarter of an hour there, as in `2026-11-20T12:30`.
fn clock(offset: i64) -> String {
    let rest = (i64::try_from(now()).unwrap_or(0) + offset).rem_euclid(86_400) / 900 * 900;
    format!("{}T{:02}:{:02}", date(offset, 0), rest / 3600, rest % 3600 / 60)
}

/// The date there in so many days.
fn date(offset: i64, in_days: i64) -> String {
    let days = (i64::try_from(now()).unwrap_or(0) + offset).div_euclid(86_400) + in_days;
    // Howard Hinnant's civil_from_days.
    let shifted = days + 719_468;
    let (era, day) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_both_languages() {
        assert_eq!(named("서울시").first().map(|city| city.name), Some("Seoul"));
        assert_eq!(named("san fran").first().map(|city| city.name), Some("San Francisco"));
        assert!(named("Atlantis").is_empty() && named("").is_empty());
    }

    #[test]
    fn clocks_stand_on_a_quarter() {
        let clock = clock(0);
        assert_eq!(clock.len(), 16, "{clock}");
        assert!([":00", ":15", ":30", ":45"].iter().any(|quarter| clock.ends_with(quarter)), "{clock}");
    }
}
