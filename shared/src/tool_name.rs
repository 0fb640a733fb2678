//! The names of the tools that bots can use, as they stand in bots.toml, on the wire and in requests to model APIs.

/// Looks up the current weather of a city.
pub const WEATHER: &str = "get_current_weather";
/// Tells the current date and time at an offset from UTC.
pub const TIME: &str = "current_time";
/// Searches the messages of the room.
pub const SEARCH: &str = "search_room";
pub const ALL: [&str; 3] = [WEATHER, TIME, SEARCH];
