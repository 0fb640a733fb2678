//! The heartbeat: closes sockets whose peers are gone without a word (promise G13).

use std::collections::BTreeMap;

use shared::{CloseCode, Millis, limits};

use super::Presence;
use crate::attachment::SocketId;
use crate::context::Context;

impl Presence {
    /// When the next heartbeat is due.
    pub(crate) fn heartbeat_at(&self) -> Option<Millis> {
        self.heartbeat_at
    }

    /// Plans the next heartbeat, as long as at least two sockets are open: with one, nobody would see who is gone.
    pub(crate) fn plan_heartbeat(&mut self, now: Millis) {
        let next = now.plus(limits::HEARTBEAT_MS);
        let planned = self.heartbeat_at.map_or(next, |planned| planned.min(next));
        self.heartbeat_at = (self.roster.count_sockets() >= 2).then_some(planned);
    }

    /// Closes the sockets from which nothing came for two heartbeats. This happens at every alarm, planned or not: the room may
    /// have hibernated since it planned one, and checking twice is harmless. `last_heard` are the pings that the runtime
    /// answered.
    pub(crate) fn close_dead_sockets(
        &mut self,
        cx: &mut Context<'_>,
        last_heard: &BTreeMap<SocketId, Millis>,
    ) {
        self.heartbeat_at = None;
        if self.roster.count_sockets() < 2 {
            return;
        }
        let now = cx.now;
        let is_dead = |socket: SocketId, last_frame_at: Millis| {
            let last_ping_at = last_heard.get(&socket).copied().unwrap_or_default();
            now.since(last_ping_at.max(last_frame_at)) > limits::DEAD_MS
        };
        let sockets = self.roster.sockets();
        let dead: Vec<SocketId> = sockets
            .filter(|(socket, state)| is_dead(*socket, state.last_frame_at))
            .map(|(socket, _)| socket)
            .collect();
        for socket in dead {
            self.close(cx, socket, CloseCode::Reset);
        }
    }
}
