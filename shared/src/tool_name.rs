//! The names of the tools that bots can use, as they stand in bots.toml, on the wire and in requests to model APIs.

/// Looks up the weather of a city. This tool has two functions, of which the other one is [`FORECAST`].
pub const WEATHER: &str = "get_current_weather";
/// The function of [`WEATHER`] that looks up the coming days.
pub const FORECAST: &str = "get_weather_forecast";
/// Tells the current date and time at an offset from UTC.
pub const TIME: &str = "current_time";
/// Searches the messages of the room.
pub const SEARCH: &str = "search_room";
pub const ALL: [&str; 3] = [WEATHER, TIME, SEARCH];
/// The functions of all tools, which models call by their names.
pub const FUNCTIONS: [&str; 4] = [WEATHER, FORECAST, TIME, SEARCH];

/// The tool that a function belongs to. Each other tool is its only function.
pub fn tool_of(function: &str) -> &str {
    if function == FORECAST { WEATHER } else { function }
}
