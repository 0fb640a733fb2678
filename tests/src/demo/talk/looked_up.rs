//! What functions returned, in words: the weather, the time, what was found in the room, and anything else.

use super::answers::shortened;
use super::language::Language;
use serde_json::Value;

/// Words for a kind of weather: as it may be written, then Korean and English. The codes are those of the World
/// Meteorological Organization.
const SKIES: [(&str, &[u64], &str, &str); 13] = [
    ("clear", &[0], "맑아요", "clear sky"),
    ("mainly clear", &[1], "대체로 맑아요", "mainly clear"),
    ("partly cloudy", &[2], "구름이 조금 있어요", "partly cloudy"),
    ("overcast", &[3], "흐려요", "overcast"),
    ("cloudy", &[], "구름이 많아요", "cloudy"),
    ("fog", &[45, 48], "안개가 끼었어요", "foggy"),
    ("drizzle", &[51, 53, 55, 56, 57], "이슬비가 내려요", "drizzle"),
    ("rain", &[61, 63, 65, 66, 67], "비가 와요", "rain"),
    ("showers", &[80, 81, 82], "소나기가 내려요", "showers"),
    ("snow showers", &[], "눈발이 날려요", "snow showers"),
    ("snow", &[71, 73, 75, 77, 85, 86], "눈이 와요", "snow"),
    ("thunderstorm", &[95, 96, 99], "천둥번개가 쳐요", "a thunderstorm"),
    ("wind", &[], "바람이 불어요", "windy"),
];

/// One answer from what the functions returned.
pub(crate) fn told(language: Language, outputs: &[String]) -> String {
    outputs.iter().map(|output| one(language, output)).collect::<Vec<_>>().join(" ")
}

fn one(language: Language, output: &str) -> String {
    let Ok(value) = serde_json::from_str::<Value>(output) else { return plain(language, output) };
    if let Some(error) = value.get("error").filter(|error| !error.is_null() && **error != Value::Bool(false))
    {
        return sorry(language, error);
    }
    weather(language, &value)
        .or_else(|| time(language, &value))
        .or_else(|| found(language, &value))
        .unwrap_or_else(|| anything(language, &value))
}

/// The error itself is for those who run the room, unless it says that there is no such place.
fn sorry(language: Language, error: &Value) -> String {
    let said = error.to_string().to_lowercase();
    let unknown =
        ["unknown", "not found", "no such", "not_found", "없"].iter().any(|word| said.contains(word));
    if unknown {
        return language.pick(
            "미안해요, 그런 곳은 찾지 못했어요. 이름을 조금 다르게 적어 주실래요?",
            "I am sorry, I could not find such a place. Could you write its name a little differently?",
        );
    }
    language.pick(
        "미안해요, 지금은 알아보지 못했어요. 조금 있다가 다시 물어봐 주세요.",
        "I am sorry, I could not look that up just now. Please ask me again in a little while.",
    )
}

fn weather(language: Language, value: &Value) -> Option<String> {
    let current = value.get("current").filter(|current| current.is_object()).unwrap_or(value);
    let number = |names: &[&str]| names.iter().find_map(|name| current[*name].as_f64());
    let temperature = number(&["temperature_c", "temperature_2m", "temperature"])?;
    let place = ["city", "place", "name", "location"].iter().find_map(|name| value[*name].as_str());
    let place = place.map_or_else(|| language.pick("거기", "It"), str::to_owned);
    let mut said = language.pick(
        format!("{place}의 지금 기온은 {temperature}도예요."),
        if place == "It" {
            format!("It is {temperature} °C there now.")
        } else {
            format!("It is {temperature} °C in {place} now.")
        },
    );
    if let Some(sky) = sky(language, current) {
        said.push_str(&language.pick(format!(" 하늘은 {sky}."), format!(" The sky: {sky}.")));
    }
    if let Some(felt) =
        number(&["apparent_c", "feels_like_c", "apparent_temperature", "apparent_temperature_c"])
    {
        said.push_str(
            &language.pick(format!(" 체감은 {felt}도이고요."), format!(" It feels like {felt} °C.")),
        );
    }
    if let Some(wind) = number(&["wind_kmh", "wind_speed_10m", "wind_speed_kmh"]) {
        said.push_str(
            &language
                .pick(format!(" 바람은 시속 {wind}km로 불어요."), format!(" The wind blows at {wind} km/h.")),
        );
    }
    if temperature < 5.0 {
        said.push_str(&language.pick(" 따뜻하게 입으세요!", " Dress warmly!"));
    }
    Some(said)
}

fn sky(language: Language, current: &Value) -> Option<String> {
    let code = ["weather_code", "code"].iter().find_map(|name| current[*name].as_u64());
    let text = ["sky", "condition", "conditions", "description", "weather"]
        .iter()
        .find_map(|name| current[*name].as_str())
        .filter(|text| *text != "unknown");
    let lower = text.map(str::to_lowercase);
    let by_code = SKIES.iter().find(|sky| code.is_some_and(|code| sky.1.contains(&code)));
    // The longest name in the text: "mainly clear" is not "clear".
    let by_name = SKIES.iter().filter(|sky| lower.as_ref().is_some_and(|text| text.contains(sky.0)));
    let known = by_name.max_by_key(|sky| sky.0.len()).or(by_code);
    match (known, text) {
        // What was said in words is repeated in them, where the language is the same.
        (_, Some(text)) if Language::of(text) == Some(language) => Some(text.to_owned()),
        (Some((_, _, korean, english)), _) => Some(language.pick(*korean, *english)),
        (None, text) => text.map(str::to_owned),
    }
}

fn time(language: Language, value: &Value) -> Option<String> {
    let fields = ["time", "local_time", "now", "iso", "datetime", "current_time"];
    let text = fields.iter().find_map(|name| value[*name].as_str()).or(value.as_str())?;
    let (before, after) = text.split_once(':')?;
    let hour: u32 = before.get(before.len().checked_sub(2)?..)?.parse().ok()?;
    let minute: u32 = after.get(..2)?.parse().ok()?;
    let zone = ["zone", "timezone", "time_zone"].iter().find_map(|name| value[*name].as_str());
    let place = zone.and_then(|zone| zone.rsplit('/').next()).map(|place| place.replace('_', " "));
    let half = if hour < 12 { "오전" } else { "오후" };
    let twelve = if hour.is_multiple_of(12) { 12 } else { hour % 12 };
    let place = place.map_or_else(String::new, |place| format!(" ({place})"));
    let day = weekday(value).map_or_else(String::new, |(korean, english)| {
        language.pick(format!("{korean} "), format!(" on {english}"))
    });
    Some(language.pick(
        format!("지금 시각은 {day}{half} {twelve}시 {minute}분이에요{place}."),
        format!("It is {hour:02}:{minute:02}{day} now{place}."),
    ))
}

fn weekday(value: &Value) -> Option<(&'static str, &str)> {
    const DAYS: [(&str, &str); 7] = [
        ("monday", "월요일"),
        ("tuesday", "화요일"),
        ("wednesday", "수요일"),
        ("thursday", "목요일"),
        ("friday", "금요일"),
        ("saturday", "토요일"),
        ("sunday", "일요일"),
    ];
    let english = value["weekday"].as_str()?;
    let day = DAYS.iter().find(|(day, _)| english.eq_ignore_ascii_case(day));
    day.map(|(_, korean)| (*korean, english))
}

fn found(language: Language, value: &Value) -> Option<String> {
    let names = ["results", "matches", "messages", "found", "hits"];
    let list = value.as_array().or_else(|| names.iter().find_map(|name| value[*name].as_array()))?;
    if list.is_empty() {
        return Some(
            language
                .pick("찾아봤는데 그런 말은 없었어요.", "I searched, and nobody said anything like that."),
        );
    }
    let line = |message: &Value| {
        let text = message["text"].as_str().or(message.as_str()).unwrap_or_default();
        let from = ["from", "author", "nickname"].iter().find_map(|name| message[*name].as_str());
        match from {
            Some(from) => format!("\n- **{from}**: {}", shortened(text)),
            None => format!("\n- {}", shortened(text)),
        }
    };
    let lines: String = list.iter().take(5).map(line).collect();
    let count = list.len();
    Some(language.pick(
        format!("찾아봤어요. {count}개가 있어요:{lines}"),
        format!("I searched and found {count}:{lines}"),
    ))
}

fn anything(language: Language, value: &Value) -> String {
    let shown = match value {
        Value::Object(fields) => {
            let parts = fields.iter().map(|(name, value)| match value.as_str() {
                Some(text) => format!("{name}: {text}"),
                None => format!("{name}: {value}"),
            });
            parts.collect::<Vec<_>>().join(", ")
        }
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    plain(language, &shown)
}

fn plain(language: Language, shown: &str) -> String {
    language.pick(format!("찾아봤어요. {shown}"), format!("I looked it up. {shown}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn says(language: Language, output: &str, parts: &[&str]) {
        let said = told(language, &[output.to_owned()]);
        for part in parts {
            assert!(said.contains(part), "{output}\n-> {said}");
        }
    }

    #[test]
    fn weather_time_searches_and_errors() {
        let weather = r#"{"city":"서울","temperature_c":7.2,"wind_kmh":9.7,"sky":"partly cloudy"}"#;
        says(Language::Korean, weather, &["서울의 지금 기온은 7.2도", "구름이 조금", "시속 9.7km"]);
        says(Language::English, weather, &["7.2 °C in 서울", "partly cloudy", "9.7 km/h"]);
        let raw = r#"{"current":{"temperature_2m":-3,"weather_code":71}}"#;
        says(Language::Korean, raw, &["-3도", "눈이 와요", "따뜻하게"]);
        let clock = r#"{"time":"2026-11-20T15:05","zone":"Asia/Seoul"}"#;
        says(Language::Korean, clock, &["오후 3시 5분", "Seoul"]);
        says(Language::English, clock, &["15:05"]);
        let own = r#"{"time":"2026-11-20T21:32+09:00","weekday":"Friday"}"#;
        says(Language::Korean, own, &["금요일 오후 9시 32분"]);
        says(Language::English, own, &["21:32 on Friday"]);
        let lines = r#"{"results":[{"from":"민수","text":"라면 먹자"}]}"#;
        says(Language::Korean, lines, &["1개", "**민수**: 라면 먹자"]);
        says(Language::English, r#"{"results":[]}"#, &["nobody said"]);
        says(Language::Korean, r#"{"error":"timeout"}"#, &["미안해요"]);
        says(Language::English, r#"{"error":{"code":"unknown_city"}}"#, &["sorry", "such a place"]);
        says(Language::English, "not JSON at all", &["not JSON at all"]);
    }
}
