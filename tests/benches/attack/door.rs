//! Attacks on the limits of an address: connections, identities, rooms, open sockets, nicknames.

use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::stream::iter;

use crate::bystanders::ROOM;
use crate::instance::Instance;
use crate::outcome::Outcome;
use crate::visitor::Connection;

const ATTEMPTS: u32 = 2_000;
const AT_ONCE: usize = 50;
/// What an address may do at once (docs/protocol.md), and what an isolate lets pass unasked (`edge/src/address_limits/memory.rs`).
const VISITS: u64 = 120 + 20;
const VISITS_PER_SECOND: u64 = 2;
const IDENTITIES: u64 = 60;
const ROOMS: u64 = 10;

/// 2,000 attempts in ten seconds to open sockets to as many rooms, half of them without a cookie.
pub(crate) async fn connect(instance: &Instance, outcome: &mut Outcome) {
    let mut known = outcome.visitor(instance, "203.0.113.11");
    known.enter(ROOM, false).await;
    let new = outcome.visitor(instance, "203.0.113.11");
    let begun = Instant::now();
    let attempts = (0..ATTEMPTS).map(|number| {
        let visitor = if number % 2 == 0 { known.clone() } else { new.clone() };
        async move {
            let due = Duration::from_secs(10) * number / ATTEMPTS;
            tokio::time::sleep(due.saturating_sub(begun.elapsed())).await;
            drop(visitor.open(&format!("no-room-{number}")).await);
        }
    });
    iter(attempts).buffer_unordered(AT_ONCE).for_each(|()| async {}).await;
    let seconds = begun.elapsed().as_secs() + 1;
    outcome.tried = format!("{ATTEMPTS} upgrades in {seconds} s");
    let passed = outcome.tally.replies(101);
    let most = VISITS + VISITS_PER_SECOND * seconds;
    outcome.require(passed <= most, || format!("{passed} connections were admitted, at most {most} may be"));
    let woken = outcome.woken(instance);
    outcome.require(woken.is_none_or(|woken| woken <= passed + 2), || {
        format!("{woken:?} objects woke for {passed} connections")
    });
}

/// Identities, rooms and entry calls, as many as there is time for.
pub(crate) async fn create(instance: &Instance, outcome: &mut Outcome) {
    let begun = Instant::now();
    let number = std::sync::atomic::AtomicU64::new(0);
    let visitor = outcome.visitor(instance, "203.0.113.12");
    let (number, time) = (&number, instance.time);
    let loops = (0..8).map(|_| {
        let mut visitor = visitor.clone();
        async move {
            while begun.elapsed() < time {
                let number = number.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                // A new identity each time, and every second time a room.
                visitor.cookie = None;
                let room = format!("squat-{number}");
                visitor
                    .enter(if number.is_multiple_of(2) { &room } else { ROOM }, number.is_multiple_of(2))
                    .await;
            }
        }
    });
    futures_util::future::join_all(loops).await;
    let seconds = begun.elapsed().as_secs() + 1;
    outcome.tried = format!("{} entry calls without a cookie", outcome.tally.lock().requests);
    let entered = outcome.tally.replies(200);
    let most = IDENTITIES + seconds / 5 + 1;
    outcome.require(entered <= most, || format!("{entered} identities were given, at most {most} may be"));
    let woken = outcome.woken(instance);
    outcome.require(woken.is_none_or(|woken| woken <= ROOMS + 3), || {
        format!("{woken:?} objects woke; an address may create {ROOMS} rooms at once")
    });
}

/// Opens as many sockets as it gets, with one identity and with many, and holds them.
pub(crate) async fn hold(instance: &Instance, outcome: &mut Outcome) {
    let begun = Instant::now();
    let mut held: Vec<Connection> = Vec::new();
    let mut visitor = outcome.visitor(instance, "203.0.113.13");
    for number in 0..40 {
        if number >= 20 {
            visitor.cookie = None;
        }
        held.extend(visitor.join(ROOM, false, &format!("Holder {number}")).await);
    }
    let opened = held.len() as u64;
    tokio::time::sleep(instance.time.saturating_sub(begun.elapsed())).await;
    let closed: u64 = outcome.tally.lock().closed.values().sum();
    outcome.tried = format!("{opened} sockets opened, {} held", opened.saturating_sub(closed));
    // Twenty of one identity, of which it keeps ten.
    outcome.require(opened < 20 || closed >= 10, || format!("{closed} of {opened} sockets were closed"));
}

/// Takes nicknames: connect, hello with a new name, close, with one identity and with new ones.
pub(crate) async fn names(instance: &Instance, outcome: &mut Outcome) {
    let begun = Instant::now();
    let mut visitor = outcome.visitor(instance, "203.0.113.14");
    let (mut tried, mut taken) = (0_u64, 0_u64);
    while begun.elapsed() < instance.time {
        // A connection that is kept renames itself; each third name is of a new identity.
        if tried.is_multiple_of(3) {
            visitor.cookie = None;
        }
        let Some(mut connection) = visitor.join(ROOM, false, &name(tried)).await else {
            tried += 1;
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        for _ in 0..20 {
            tried += 1;
            let Some(welcome) = connection.hello(Some(&name(tried)), None).await else { break };
            taken += u64::from(welcome.you.name == Some(name(tried)));
        }
        connection.close().await;
    }
    outcome.tried = format!("{tried} nicknames, {taken} taken");
    let most = 300 + 20 * (begun.elapsed().as_secs() + 1);
    outcome.require(taken <= most, || format!("{taken} nicknames were taken, at most {most} may be"));
}

fn name(number: u64) -> String {
    format!("Squatter {number}")
}
