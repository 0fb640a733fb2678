//! Tests against the real runtime: the built Worker in `wrangler dev` on a temporary folder, with the demo model as the
//! model's server. `cargo xtask test` builds the Worker and runs them; plain `cargo test` ignores them.
//!
//! [`deployment`] starts a deployment, [`shared_deployment`] lends one that most tests share, [`browser`] is a browser
//! with a cookie and sockets, [`received`] what such a socket remembers, [`raw_socket`] writes frames that no library writes, [`conversation`] asks bots while the
//! model's server fails, and [`model_requests`] reads what a bot was sent through any of the three APIs. A test's name
//! carries the number of the promise (`g6_…`) or of the bad input (`case_35_…`).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends at the first thing that is not as it should be"
)]

mod address_limits;
mod alternatives;
mod bots;
mod browser;
mod budgets;
mod cards;
mod chains;
mod challenge;
mod changes;
mod chat;
#[path = "../../benches/attack/checked_client.rs"]
mod checked_client;
mod connections;
mod conversation;
mod custom_bots;
mod deployment;
mod door;
mod entry;
mod frames;
mod http;
#[path = "../../benches/attack/kills.rs"]
mod kills;
mod knowledge;
mod leases;
mod mentions;
mod model_errors;
mod model_parameters;
mod model_requests;
mod moderation;
mod nonces_and_resume;
mod own_data;
mod owners;
mod private_answers;
mod push;
mod rate_limits;
mod raw_socket;
mod reading;
mod received;
mod request_fields;
mod restart;
mod rooms;
#[path = "../simulation/screen.rs"]
#[allow(dead_code, reason = "the simulator, which shares this file, looks at more")]
mod screen;
mod secrets;
mod shared_deployment;
mod short_frames;
mod slow_faults;
mod streams;
mod texts;
mod tools;
mod upgrades;
#[path = "../../benches/attack/visitor.rs"]
#[allow(dead_code, reason = "`cargo xtask attack`, which shares this file, tries more")]
mod visitor;
mod weather;
