//! The tools that a bot may name.

/// The names of `room::tools`. A test compares the two, because depending on `room` would build it twice.
pub const TOOLS: [&str; 3] = ["get_current_weather", "current_time", "search_room"];
