//! The servers beside the models: the weather in the shape of Open-Meteo, moderation, and the deletion of responses.

use crate::raw_client::{ask, call, demo, question, read, send};
use demo_model::{Cut, Endpoint, FLAGGED_WORD, Fault, Outcome};
use serde_json::{Value, json};
use std::time::Duration;

async fn get(path: &str) -> (u16, Value) {
    let demo = demo().await;
    // As the real one, it wants no key.
    let answer = read(send(&demo, "GET", path, None, &Value::Null).await).await;
    assert_eq!(demo.requests()[0].endpoint, Endpoint::Weather);
    (answer.status, answer.json())
}

#[tokio::test]
async fn a_city_is_found_in_both_languages_and_an_unknown_one_has_no_results() {
    let (status, found) =
        get("/weather/v1/search?name=%EC%84%9C%EC%9A%B8&count=1&language=ko&format=json").await;
    assert_eq!(status, 200);
    let city = &found["results"][0];
    assert_eq!(
        (&city["name"], &city["country"], &city["timezone"]),
        (&json!("서울"), &json!("대한민국"), &json!("Asia/Seoul"))
    );
    assert!(city["latitude"].as_f64().unwrap() > 37.0 && city["longitude"].as_f64().unwrap() > 126.0);
    let (_, found) = get("/weather/v1/search?name=new+york&count=1&language=en&format=json").await;
    assert_eq!(found["results"].as_array().unwrap().len(), 1);
    assert_eq!(found["results"][0]["name"], "New York");
    let (status, nothing) = get("/weather/v1/search?name=Atlantis&count=1").await;
    assert_eq!((status, nothing.get("results")), (200, None));
    let (status, refused) = get("/weather/v1/search").await;
    assert_eq!((status, &refused["error"]), (400, &json!(true)));
}

#[tokio::test]
async fn the_weather_has_what_was_asked_for() {
    let variables = "temperature_2m,apparent_temperature,weather_code,wind_speed_10m,relative_humidity_2m";
    let place = "latitude=37.566&longitude=126.9784";
    let (status, weather) =
        get(&format!("/weather/v1/forecast?{place}&current={variables}&timezone=auto")).await;
    assert_eq!((status, &weather["timezone"]), (200, &json!("Asia/Seoul")));
    assert_eq!(
        (&weather["current"]["temperature_2m"], &weather["current_units"]["temperature_2m"]),
        (&json!(7.2), &json!("°C"))
    );
    for name in variables.split(',') {
        assert!(weather["current"][name].is_number(), "{name}");
    }
    let (_, encoded) =
        get(&format!("/weather/v1/forecast?{place}&current=temperature_2m%2Cweather_code")).await;
    assert_eq!((&encoded["timezone"], encoded["current"].as_object().unwrap().len()), (&json!("GMT"), 4));
    let (status, refused) = get(&format!("/weather/v1/forecast?{place}&current=mood")).await;
    assert_eq!((status, &refused["error"]), (400, &json!(true)));
    assert_eq!(get("/weather/v1/forecast?latitude=100&longitude=0").await.0, 400);
    assert_eq!(get("/weather/v1/nothing").await.0, 404);
}

#[tokio::test]
async fn a_forecast_has_as_many_days_as_were_asked_for_and_units() {
    let daily = "daily=weather_code,temperature_2m_max,precipitation_probability_max,wind_speed_10m_max";
    let path = format!("/weather/v1/forecast?latitude=37.566&longitude=126.9784&timezone=auto&{daily}");
    let (status, weather) = get(&format!("{path}&forecast_days=2")).await;
    assert_eq!((status, weather["daily"]["time"].as_array().unwrap().len()), (200, 2));
    assert_eq!(weather["daily"]["temperature_2m_max"], json!([10.2, 11.7]));
    assert!(weather.get("current").is_none(), "it was not asked for");
    let units = "&temperature_unit=fahrenheit&wind_speed_unit=mph&current=temperature_2m";
    let (_, weather) = get(&format!("{path}{units}")).await;
    assert_eq!(weather["daily"]["temperature_2m_max"][0], 50.4);
    assert_eq!(weather["daily_units"]["wind_speed_10m_max"], "mp/h");
    assert_eq!(
        (&weather["current"]["temperature_2m"], &weather["current_units"]["temperature_2m"]),
        (&json!(45.0), &json!("°F"))
    );
    for bad in ["&forecast_days=17", "&forecast_days=x", "&temperature_unit=kelvin"] {
        assert_eq!(get(&format!("{path}{bad}")).await.0, 400, "{bad}");
    }
}

#[tokio::test]
async fn the_weather_can_fail_without_taking_a_models_fault() {
    let demo = demo().await;
    demo.inject_fault(Fault::Status { status: 418, headers: Vec::new(), body: String::new() });
    demo.inject_weather_fault(Fault::HangUp(Cut::Reset));
    demo.inject_weather_fault(Fault::Status { status: 503, headers: Vec::new(), body: "<html>".to_owned() });
    let path = "/weather/v1/search?name=Seoul";
    assert_eq!(call(&demo, "GET", path, Value::Null).await.status, 0);
    assert_eq!(call(&demo, "GET", path, Value::Null).await.status, 503);
    assert_eq!(call(&demo, "GET", path, Value::Null).await.status, 200);
    assert_eq!(ask(&demo, question("@chatbot hi")).await.status, 418);
    assert_eq!((demo.requests().len(), demo.model_calls().len()), (4, 1));
    assert_eq!(demo.requests()[0].outcome, Outcome::Cut);
}

#[tokio::test]
async fn the_weather_can_begin_and_never_end() {
    let demo = demo().await;
    demo.inject_weather_fault(Fault::SilentAfterHeaders);
    let stream = send(&demo, "GET", "/weather/v1/search?name=Seoul", None, &Value::Null).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!((demo.requests()[0].status, demo.requests()[0].outcome), (200, Outcome::Open));
    drop(stream);
    let seen = demo.wait_for(Duration::from_secs(2), |seen| seen[0].outcome != Outcome::Open).await;
    assert_eq!(seen[0].outcome, Outcome::Aborted);
}

#[tokio::test]
async fn moderation_flags_one_word_and_nothing_else() {
    let demo = demo().await;
    let moderate =
        async |input: Value| call(&demo, "POST", "/v1/moderations", json!({"input": input})).await.json();
    let clean = moderate(json!("kill the lights, damn")).await;
    assert_eq!(clean["results"][0]["flagged"], false);
    assert_eq!(clean["results"][0]["categories"].as_object().unwrap().len(), 13);
    let flagged = moderate(json!(format!("so {FLAGGED_WORD}!"))).await;
    assert_eq!(flagged["results"][0]["flagged"], true);
    assert_eq!(flagged["results"][0]["categories"]["harassment"], true);
    let several = moderate(json!(["fine", FLAGGED_WORD])).await;
    assert_eq!(
        (&several["results"][0]["flagged"], &several["results"][1]["flagged"]),
        (&json!(false), &json!(true))
    );
    let parts =
        moderate(json!([{"type": "text", "text": "fine"}, {"type": "text", "text": FLAGGED_WORD}])).await;
    assert_eq!(
        (parts["results"].as_array().unwrap().len(), &parts["results"][0]["flagged"]),
        (1, &json!(true))
    );
    assert_eq!(call(&demo, "POST", "/v1/moderations", json!({})).await.status, 400);
    assert_eq!(
        read(send(&demo, "POST", "/v1/moderations", None, &json!({"input": "x"})).await).await.status,
        401
    );
    demo.inject_moderation_fault(Fault::Status { status: 500, headers: Vec::new(), body: String::new() });
    assert_eq!(call(&demo, "POST", "/v1/moderations", json!({"input": "x"})).await.status, 500);
}

#[tokio::test]
async fn deletions_are_seen() {
    let demo = demo().await;
    let id = ask(&demo, question("@chatbot hi")).await.id();
    let path = format!("/v1/responses/{id}");
    assert_eq!(call(&demo, "DELETE", &path, Value::Null).await.json()["deleted"], true);
    assert_eq!(call(&demo, "DELETE", "/v1/responses/resp_unknown", Value::Null).await.status, 404);
    let seen = demo.requests();
    let deletions: Vec<(&str, u16)> = seen
        .iter()
        .filter(|seen| seen.endpoint == Endpoint::Deletion)
        .map(|seen| (seen.path.as_str(), seen.status))
        .collect();
    assert_eq!(deletions, [(path.as_str(), 200), ("/v1/responses/resp_unknown", 404)]);
}
