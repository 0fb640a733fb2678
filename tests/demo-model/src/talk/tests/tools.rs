//! Arguments of tool calls, and sentences made of what tools return.

use crate::talk::language::Language;
use crate::talk::tables::tools;
use crate::talk::tools::{city_of, search_terms, tell};

#[test]
fn cities_are_found_where_they_stand() {
    for (text, city) in [
        ("서울 날씨 어때?", "서울"),
        ("오늘 부산은 추워?", "부산"),
        ("What's the weather in New York today?", "New York"),
        ("is it raining in Atlantis right now?", "Atlantis"),
        ("아틀란티스 날씨 알려줘", "아틀란티스"),
        ("오늘 날씨 어때?", "서울"),
        ("how cold is it?", "Seoul"),
    ] {
        assert_eq!(city_of(text), city, "{text}");
    }
}

#[test]
fn what_is_searched_for_is_without_the_asking() {
    for (text, query) in [
        ("라면 얘기 찾아줘", "라면"),
        ("방에서 \"소풍 날짜\" 검색해줘", "소풍 날짜"),
        ("김밥을 검색해줘", "김밥"),
        ("search for green tea", "green tea"),
        ("can you find messages about the picnic?", "the picnic"),
    ] {
        assert_eq!(search_terms(text), query, "{text}");
    }
}

#[track_caller]
fn says(language: Language, output: &str, parts: &[&str]) {
    let said = tell(language, tools::FOUND, &[output.to_owned()]);
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
    let warm = r#"{"city":"Boston","temperature_f":41.7,"feels_like_f":36.5,"wind_mph":10.5,"sky":"clear"}"#;
    says(Language::English, warm, &["41.7 °F in Boston", "feels like 36.5 °F", "10.5 mph", "clear sky"]);
    says(Language::Korean, warm, &["화씨 41.7도", "시속 10.5마일"]);
    let days =
        r#"{"city":"Boston","days":[{"date":"2026-11-21","highest_c":8.5,"lowest_c":1,"sky":"rain"}]}"#;
    says(Language::English, days, &["forecast for Boston", "2026-11-21: 1 – 8.5 °C, rain"]);
    says(Language::Korean, days, &["Boston의 예보", "2026-11-21: 1 – 8.5 °C, 비가 와요"]);
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
