//! What Cloudflare charges on the paid plan beyond what it includes, in dollars.
//!
//! Source: developers.cloudflare.com/workers/platform/pricing and developers.cloudflare.com/durable-objects/platform/pricing, read in
//! 2026-11. Frames from clients count as a twentieth of a request; frames to clients are free; an object that runs is charged
//! for 128 MB whatever it holds.

const WORKER_REQUEST: f64 = 0.30 / 1e6;
/// For the CPU milliseconds of a Worker; a refused request takes less than one.
const CPU_MS: f64 = 0.02 / 1e6;
const OBJECT_REQUEST: f64 = 0.15 / 1e6;
const FRAMES_PER_REQUEST: f64 = 20.0;
const GB_SECOND: f64 = 12.50 / 1e6;
const OBJECT_GB: f64 = 0.128;
const ROW_WRITTEN: f64 = 1.00 / 1e6;
const GB_MONTH: f64 = 0.20;

/// How long an object is charged after its last event, before it hibernates.
pub(crate) const AWAKE_SECONDS: f64 = 10.0;

/// What an attacker used of the platform.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Platform {
    pub(crate) requests: f64,
    /// Requests that reached a room's object.
    pub(crate) visits: f64,
    pub(crate) frames: f64,
    /// Seconds that objects were awake for the attacker.
    pub(crate) object_seconds: f64,
    pub(crate) rows: f64,
    pub(crate) bytes: f64,
}

impl Platform {
    /// Dollars, with a month of storage.
    pub(crate) fn dollars(&self) -> f64 {
        // Every request may ask its address's object.
        self.requests * (WORKER_REQUEST + CPU_MS + OBJECT_REQUEST)
            + (self.visits + self.frames / FRAMES_PER_REQUEST) * OBJECT_REQUEST
            + self.object_seconds * OBJECT_GB * GB_SECOND
            + self.rows * ROW_WRITTEN
            + self.bytes / 1e9 * GB_MONTH
    }
}
