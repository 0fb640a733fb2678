//! A room's storage in the SQLite database of its Durable Object.
//!
//! Not here: what is written when, which the room decides.

pub mod administration;
mod knowledge;
mod leases;
mod own_data;
pub mod schema;
mod storage;
pub mod store;
