//! People, an owner and an operator who do anything in any order, with restarts and failing stores: nobody acts without the power
//! to, nothing of a banned person follows the ban, and everybody is told the same.

use std::collections::{BTreeMap, BTreeSet};

use room::{LogRow, RowData};
use shared::{
    ClientFrame, Event, Moderation, ModerationAct, ModerationAction, PersonId, RoomSettings, Seq,
    ServerFrame, SplitMix64,
};

use crate::harness::{Harness, person};

const PEOPLE: [&str; 6] = ["owner", "operator", "ann", "bob", "cat", "dan"];
const STEPS: usize = 160;

/// What the log says about who may do what, computed from its rows alone.
struct Expected {
    owner: PersonId,
    banned: BTreeSet<PersonId>,
}

impl Expected {
    /// Checks a row and applies it.
    fn row(&mut self, row: &LogRow) {
        match &row.data {
            RowData::Message(_) => {
                // An operator who was banned while they were away comes in all the same.
                let is_kept_out = self.banned.contains(&row.author) && row.author != person("operator");
                assert!(!is_kept_out, "{} wrote #{} after the ban", row.author, row.seq);
            }
            RowData::Administration(data) => {
                let is_operator = row.author == person("operator");
                assert!(row.author == self.owner || is_operator, "{} did {:?}", row.author, data.act);
                assert_eq!(data.operator, row.author != self.owner);
                assert!(!self.banned.contains(&row.author) || is_operator);
                self.act(&data.act);
            }
            _ => {}
        }
    }

    fn act(&mut self, act: &ModerationAct) {
        match act {
            ModerationAct::Banned { person: who, .. } => {
                assert!(*who != self.owner, "an owner cannot be banned");
                self.banned.insert(who.clone());
            }
            ModerationAct::Unbanned { person, .. } => drop(self.banned.remove(person)),
            ModerationAct::HandedOver { person, .. } => {
                assert!(!self.banned.contains(person));
                self.owner = person.clone();
            }
            _ => {}
        }
    }
}

fn step(harness: &mut Harness, random: &mut SplitMix64) {
    let name = PEOPLE[usize::try_from(random.up_to(5)).unwrap()];
    let who = PEOPLE[usize::try_from(random.up_to(5)).unwrap()];
    if !harness.tabs.get(name).is_some_and(|tab| tab.is_open) {
        let nickname = if name == "owner" { "Olga" } else { name };
        harness.run(&format!("{name} joins as {nickname}"));
    }
    let settings = RoomSettings {
        slow_mode: if random.up_to(3) == 0 { 2 } else { 0 },
        locked: random.up_to(2) == 0,
        ..RoomSettings::default()
    };
    match random.up_to(24) {
        0..8 => drop(harness.run(&format!("{name} says hi @chatbot"))),
        8 | 9 => drop(harness.ban(name, who)),
        10 | 11 => drop(harness.moderate(name, who, ModerationAction::Unban)),
        12 => drop(harness.moderate(name, who, ModerationAction::Kick)),
        13 => drop(harness.moderate(name, who, ModerationAction::Mute { minutes: 1 })),
        14 => drop(harness.moderate(name, who, ModerationAction::Unmute)),
        15 => drop(harness.hand_over(name, who)),
        16 => drop(harness.set_room(name, settings)),
        17 => {
            let seq = random.up_to(harness.head().0);
            harness.report(name, seq, "spam");
        }
        18 => {
            let (nonce, seq) = (harness.new_nonce(), Seq(random.up_to(harness.head().0)));
            harness.send(name, &ClientFrame::DismissReports { nonce, seq });
        }
        19 => {
            let timer = harness.room.as_ref().and_then(|room| room.wakeups().timer);
            if timer.is_none() && harness.tasks.is_empty() {
                harness.run("room sleeps");
            }
        }
        20 => drop(harness.run("room crashes")),
        21 => harness.failing_stores = 1,
        22 => drop(harness.run(&format!("{name} leaves"))),
        _ => drop(harness.run("3 s")),
    }
    harness.pass(300);
}

/// What a tab was told that owners and operators did.
fn told(harness: &Harness, name: &str) -> BTreeMap<Seq, Moderation> {
    let frames = harness.tabs[name].view.frames.iter();
    let events = frames.flat_map(|frame| match frame {
        ServerFrame::Events { events } => events.clone(),
        ServerFrame::Welcome(welcome) => welcome.events.clone(),
        _ => Vec::new(),
    });
    let acts = events.filter_map(|event| match event {
        Event::Moderation(moderation) => Some((moderation.seq, *moderation)),
        _ => None,
    });
    acts.collect()
}

#[test]
fn case_120_case_123_anything_in_any_order() {
    let (mut acts, mut bans) = (0, 0);
    for seed in 0..60 {
        let random = &mut SplitMix64::new(seed);
        let mut harness = Harness::den();
        for _ in 0..STEPS {
            step(&mut harness, random);
            let mut expected = Expected { owner: person("owner"), banned: BTreeSet::new() };
            harness.storage.rows.values().for_each(|row| expected.row(row));
            assert_eq!(harness.storage.room.owner.as_ref(), Some(&expected.owner), "seed {seed}");
            bans = bans.max(expected.banned.len());
            for (name, _) in harness.open() {
                let id = person(name);
                let is_exempt = id == expected.owner || id == person("operator");
                assert!(
                    is_exempt || !expected.banned.contains(&id),
                    "seed {seed}: {name} is banned and here"
                );
            }
        }
        for name in PEOPLE.iter().filter(|name| harness.tabs.contains_key(**name)) {
            for (seq, act) in told(&harness, name) {
                let RowData::Administration(row) = &harness.storage.rows[&seq].data else {
                    panic!("seed {seed}: #{seq} is no act")
                };
                assert_eq!((&act.act, &act.name, act.operator), (&row.act, &row.name, row.operator));
                acts += 1;
            }
        }
    }
    assert!(acts > 1_000 && bans >= 2, "{acts} acts were told, and {bans} people were banned at once");
}
