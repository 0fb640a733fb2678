//! Ten thousand rooms take leases from one ledger ([`crate::lease_deployment`]) while everything fails that can: no limit of the
//! deployment or of an address is ever exceeded, and a busy room asks rarely.

use room::ledger::Caps;
use shared::Millis;

use crate::lease_deployment::{Breakage, Deployment};

const ROOMS: usize = 10_000;
const HOUR_MS: u64 = 3_600_000;

fn caps(hour: u64, day: u64, percent: u64) -> Caps {
    Caps {
        hour: Some(hour),
        day: Some(day),
        address_hour: Some(hour * percent / 100),
        address_day: Some(day * percent / 100),
    }
}

#[test]
fn case_140_case_142_case_143_ten_thousand_rooms_never_overdraw_a_limit() {
    // Of plenty, of what lasts for a part of the questions, and of a few calls.
    let deployments = [
        (1, ROOMS, caps(2_000_000_000, 3_000_000_000, 25)),
        (2, ROOMS, caps(20_000_000, 30_000_000, 25)),
        (3, 1_000, caps(5_000_000, 7_000_000, 1)),
        (4, 1_000, caps(20_000, 30_000, 25)),
        (5, 1_000, caps(0, 30_000, 25)),
    ];
    for (seed, rooms, caps) in deployments {
        let began = std::time::Instant::now();
        let mut played = Deployment::new(seed, rooms, caps, None).play();
        assert_eq!(played.violation, None, "seed {seed}");
        let Deployment { granted, refused, unreachable, busy, ref requests, .. } = played;
        println!(
            "{granted} granted, {refused} refused, {unreachable} unreachable with {} requests, busy rooms {busy:?}, in {:?}",
            requests.len(),
            began.elapsed()
        );
        // Every room that is still there has reported everything; of the others the ledger charges what they hold.
        assert!(played.rooms.iter().all(|room| room.is_gone || room.stored.is_empty()), "seed {seed}");
        for _ in 0..1_000 {
            played.ledger.expire(Millis(played.now + HOUR_MS));
        }
        assert_eq!(played.ledger.next_expiry(), None);
        match seed {
            1 => {
                assert!(granted > 50_000 && refused == 0, "{granted} {refused}");
                assert!(busy.0 > 2 * busy.1, "{busy:?}: calls of three addresses in each busy room");
            }
            5 => assert_eq!((granted, refused > 500), (0, true)),
            _ => assert!(granted > 0 && refused > 500, "{granted} {refused}"),
        }
    }
}

#[test]
fn finds_leases_that_a_restarted_ledger_forgets() {
    let played =
        Deployment::new(2, ROOMS, caps(20_000_000, 30_000_000, 25), Some(Breakage::ForgottenClaims)).play();
    assert!(played.violation.is_some(), "it was not noticed");
}

#[test]
fn finds_calls_that_a_restarted_room_forgets() {
    let played =
        Deployment::new(3, 1_000, caps(5_000_000, 7_000_000, 1), Some(Breakage::ForgottenCalls)).play();
    assert!(played.violation.is_some(), "it was not noticed");
}
