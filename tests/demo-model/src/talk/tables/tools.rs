//! Which questions want a function called, and what is said of what functions returned.

use crate::talk::language::{Replies, Text};

/// A part of a function's name, and what in a question asks for it.
pub(crate) const WANTED: [(&str, &str); 4] = [
    ("forecast", r"예보|forecast|(?:내일|모레|주말|이번 ?주|다음 ?주|일주일|며칠).{0,30}(?:날씨|기온|비 ?[와오올]|눈 ?[와오올]|우산|추[워울]|더[워울])|(?:weather|rain|snow|cold|warm|umbrella).{0,40}(?:tomorrow|this week|weekend|coming days)|(?:tomorrow|this week|weekend).{0,40}(?:weather|rain|snow|umbrella)"),
    ("weather", r"날씨|기온|몇 도|비 ?[와오]|눈 [와오]|우산|추워|더워|weather|temperature|raining|snowing|umbrella|how (?:cold|hot|warm)|forecast"),
    ("time", r"몇 ?시(?:야|예|에요|인|지|니|\?)|(?:현재|지금) (?:시각|시간)|무슨 요일이|오늘 며칠|what time|what(?:['’]s| is) the time|time is it|current time|the time in|tell me the time|what day is it"),
    ("search", r"찾아|검색|search|look (?:for|up)|find "),
];
pub(crate) const NO_PLACES: &str = "오늘 지금 내일 현재 요즘 혹시 근데 today tomorrow now right please currently the tonight";
pub(crate) const KOREAN_PLACE: &str = "^[\"']?([가-힣]+?)(?:에서는?|에는|의|은|는)?[\"'?!.,]*$";
pub(crate) const NOT_A_PLACE: &str = "^(?:날씨|기온|몇|시각|비|눈|우산|밖|여기|우리)";
/// The words of a question that ask for a search, in Korean and in English; what is left is searched for.
pub(crate) const SEARCH_KOREAN: &str = r"(?:찾|검색).*$|(?:^|\s)(?:방에서|여기서|대화에서|이|방|좀|얘기한?|이야기|말|거|것|메시지)(?:\s|$)|(?:이라는|라는|에 대한|에 대해|을|를|이라고|라고)\s*$";
pub(crate) const SEARCH_ENGLISH: &str = r"^.*?\b(?:search(?: for)?|look (?:for|up)|find) (?:messages about |th(?:e|is) room for |what we said about |where we talked about |the word )?|[?!. ]+$";

/// Where Madang is at home: a clock's question without a place means that.
pub(crate) const HOME_OFFSET_SECONDS: i64 = 9 * 3600;
/// What in a question asks for degrees Fahrenheit; and for how many days a forecast is wanted, three otherwise.
pub(crate) const FAHRENHEIT: &str = "fahrenheit|화씨|°F";
pub(crate) const DAYS_AHEAD: [(&str, u64); 3] = [("week|주", 7), ("모레|day after", 3), ("내일|tomorrow", 2)];
/// Usual names of arguments: for a place, a time zone, an offset from UTC, words to search for, a unit, a number of days.
pub(crate) const ARGUMENTS: [&[&str]; 6] = [&["city", "location", "place"], &["zone", "timezone", "time_zone", "tz"], &["utc_offset", "offset"], &["query", "q", "text", "words"], &["unit", "units"], &["days"]];
pub(crate) const FOUND: Replies = &[
    ("unknown_place", Text("미안해요, 그런 곳은 찾지 못했어요. 이름을 조금 다르게 적어 주실래요?", "I am sorry, I could not find such a place. Could you write its name a little differently?")),
    ("failed", Text("미안해요, 지금은 알아보지 못했어요. 조금 있다가 다시 물어봐 주세요.", "I am sorry, I could not look that up just now. Please ask me again in a little while.")),
    ("degrees", Text("{place}의 지금 기온은 {degrees}도예요.", "It is {degrees} °C in {place} now.")),
    ("fahrenheit", Text("{place}의 지금 기온은 화씨 {fahrenheit}도예요.", "It is {fahrenheit} °F in {place} now.")),
    ("forecast", Text("{place}의 예보예요:{forecast}", "The forecast for {place}:{forecast}")),
    ("sky", Text("하늘은 {sky}.", "The sky: {sky}.")),
    ("felt", Text("체감은 {felt}도이고요.", "It feels like {felt} °{scale}.")),
    ("wind", Text("바람은 시속 {wind}km로 불어요.", "The wind blows at {wind} km/h.")),
    ("mph", Text("바람은 시속 {mph}마일로 불어요.", "The wind blows at {mph} mph.")),
    ("cold", Text("따뜻하게 입으세요!", "Dress warmly!")),
    ("clock", Text("지금 시각은 {day}{half} {hour}시 {minute}분이에요{zone}.", "It is {clock}{day} now{zone}.")),
    ("lines", Text("찾아봤어요. {count}개가 있어요:{lines}", "I searched and found {count}:{lines}")),
    ("nothing", Text("찾아봤는데 그런 말은 없었어요.", "I searched, and nobody said anything like that.")),
    ("", Text("찾아봤어요. {anything}", "I looked it up. {anything}")),
];
pub(crate) const THERE: Text = Text("거기", "that place");
pub(crate) const DAYS: [(&str, Text); 7] = [
    ("Monday", Text("월요일 ", " on Monday")), ("Tuesday", Text("화요일 ", " on Tuesday")), ("Wednesday", Text("수요일 ", " on Wednesday")), ("Thursday", Text("목요일 ", " on Thursday")),
    ("Friday", Text("금요일 ", " on Friday")), ("Saturday", Text("토요일 ", " on Saturday")), ("Sunday", Text("일요일 ", " on Sunday")),
];
/// Kinds of weather: as a tool may name them, or their codes (WMO 4677, as Open-Meteo uses it). Longer names come first.
pub(crate) const SKIES: [(&str, Text); 12] = [
    ("mainly clear|^1$", Text("대체로 맑아요", "mainly clear")), ("clear|^0$", Text("맑아요", "clear sky")),
    ("partly cloudy|^2$", Text("구름이 조금 있어요", "partly cloudy")), ("cloud|overcast|^3$", Text("흐려요", "overcast")),
    ("fog|^4[58]$", Text("안개가 끼었어요", "foggy")), ("drizzle|^5[13567]$", Text("이슬비가 내려요", "drizzle")),
    ("snow|^7[1357]$|^8[56]$", Text("눈이 와요", "snow")), ("shower|^8[012]$", Text("소나기가 내려요", "showers")),
    ("rain|^6[13567]$", Text("비가 와요", "rain")), ("thunder|^9[569]$", Text("천둥번개가 쳐요", "a thunderstorm")),
    ("wind", Text("바람이 불어요", "windy")), ("^unknown$", Text("", "")),
];
