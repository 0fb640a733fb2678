//! What Madang is tried against: servers and simulations that the tests (and `cargo xtask dev`) start.
//! Nothing here is shipped.

pub mod demo;
