//! Finding peers that are gone although nobody said so (promise G13).

use std::collections::BTreeMap;

use shared::{CloseCode, Millis, limits};

use crate::room::Effects;
use crate::{Room, SocketId};

impl Room {
    /// While there are others who would see the dead, they are looked for.
    pub(crate) fn plan_heartbeat(&mut self, now: Millis) {
        let next = now.plus(limits::HEARTBEAT_MS);
        let planned = self.heartbeat_at.map_or(next, |planned| planned.min(next));
        self.heartbeat_at = (self.roster.sockets() >= 2).then_some(planned);
    }

    /// Closes the sockets from which nothing was heard for two heartbeats. It does so at every ring, planned or not: the
    /// room may have slept since it planned one, and looking twice changes nothing.
    pub(crate) fn drop_the_dead(
        &mut self,
        now: Millis,
        heard: &BTreeMap<SocketId, Millis>,
        out: &mut Effects,
    ) {
        self.heartbeat_at = None;
        if self.roster.sockets() < 2 {
            return;
        }
        let is_dead = |socket: SocketId, last_frame: Millis| {
            let pinged = heard.get(&socket).copied().unwrap_or_default();
            now.since(pinged.max(last_frame)) > limits::DEAD_MS
        };
        let seats = self.roster.seats();
        let dead: Vec<SocketId> =
            seats.filter(|(socket, seat)| is_dead(*socket, seat.heard)).map(|(socket, _)| socket).collect();
        for socket in dead {
            self.close(now, socket, CloseCode::Reset, out);
        }
    }
}
