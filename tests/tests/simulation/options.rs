//! What a run is like: which faults it has, how its people and its model behave, and, in proofs that the checker can
//! fail, what is deliberately broken.

use room::Budget;
use room::ledger::Caps;
use shared::{PersonId, RoomName};

use crate::dice::Dice;

/// Something that is broken on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sabotage {
    /// The shell sends before it stores, and has sent when the store fails.
    SendBeforeStore,
    /// Frames to pages get lost on links that go on.
    SilentLoss,
    /// The room's storage never finds an attempt that was written before.
    ForgottenNonces,
    /// A page sends every further try of a message as a new attempt.
    FreshNonces,
    /// Links deliver frames in any order.
    Reordering,
    /// A room that lost its memory believes that no call was recorded.
    ForgottenCalls,
    /// The shell passes on the late goodbye of a socket that the room closed, under a number that may be another's now.
    LateGoodbyes,
    /// The object's alarm never rings.
    NoAlarm,
    /// A bot's chain goes on from its new head, but the place of its last mention is not kept.
    StaleChains,
    /// The shell counts a failed store as a success.
    UnnoticedFailures,
    /// The shell grants by itself what the ledger should be asked for.
    LedgerNotAsked,
    /// The shell never tells the ledger what a call cost.
    SettlesLost,
    /// A deletion is stored without what it does to the bots' chains.
    KeptChains,
    /// A deletion is stored without what it does to the responses at the model's server.
    KeptResponses,
    /// A bot is not told that a message has other words now.
    LostCorrections,
    /// A vote is stored beside the former one of the same person.
    DoubledVotes,
    /// A bot is given what its tools found twice.
    DoubledOutputs,
    /// A chain goes on from an answer that was given words which were deleted meanwhile.
    StaleHeads,
    /// An owner's bot that was removed is back after waking.
    BotsComeBack,
}

/// The faults that a run may have. Each run has only some of them: too many at once hide one another.
#[derive(Debug, Clone)]
pub(crate) struct Faults {
    pub(crate) cuts: bool,
    pub(crate) stalls: bool,
    pub(crate) reloads: bool,
    pub(crate) networks: bool,
    pub(crate) lifecycle: bool,
    pub(crate) doors: bool,
    pub(crate) stores: bool,
    pub(crate) reads: bool,
    pub(crate) crashes: bool,
    pub(crate) amnesia: bool,
    pub(crate) clocks: bool,
    pub(crate) models: bool,
    pub(crate) timers: bool,
    pub(crate) ledger: bool,
    pub(crate) errands: bool,
    /// Milliseconds between two faults, at most.
    pub(crate) every: u64,
}

/// How the model's server keeps conversations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nature {
    /// It keeps them.
    Stateful,
    /// It keeps none and does not say so.
    Forgetful,
    /// It keeps none and refuses to be asked for one.
    Stateless,
}

/// A run's plan.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) seed: u64,
    pub(crate) sabotage: Option<Sabotage>,
    /// How long things break, in milliseconds.
    pub(crate) chaos: u64,
    pub(crate) faults: Faults,
    pub(crate) nature: Nature,
    /// How long people think between two actions, at most, in milliseconds.
    pub(crate) pace: u64,
    /// How many of a hundred messages call a bot.
    pub(crate) mentions: u64,
    /// Messages are as long as they may be.
    pub(crate) is_loud: bool,
    /// The bots remember only this many messages when they start anew.
    pub(crate) window: usize,
    /// What the bots may cost in the room.
    pub(crate) budget: Budget,
    /// What they may cost in all rooms.
    pub(crate) caps: Caps,
    /// The room is not the lobby: it goes when nobody comes for a month.
    pub(crate) is_named: bool,
    /// How long before midnight it begins.
    pub(crate) before_midnight: u64,
}

impl Options {
    /// The plan that belongs to a seed.
    pub(crate) fn new(seed: u64, sabotage: Option<Sabotage>) -> Self {
        let dice = &mut Dice::new(seed ^ 0x6d61_6461_6e67);
        let calm = dice.percent(5);
        let mut some = |chance: u64| !calm && dice.percent(chance);
        let mut faults = Faults {
            cuts: some(70),
            stalls: some(50),
            reloads: some(40),
            networks: some(40),
            lifecycle: some(40),
            doors: some(30),
            stores: some(50),
            reads: some(30),
            crashes: some(40),
            amnesia: some(40),
            clocks: some(25),
            models: some(60),
            timers: some(40),
            ledger: some(50),
            errands: some(50),
            every: *dice.pick(&[500, 1_500, 4_000]),
        };
        let is_loud = dice.percent(2);
        if is_loud {
            // Somebody who reads nothing for long enough is closed as too slow.
            faults = Faults {
                stalls: true,
                cuts: false,
                reads: false,
                crashes: false,
                amnesia: false,
                every: 700,
                ..faults
            };
        }
        let nature = *dice.pick(&[Nature::Stateful, Nature::Stateful, Nature::Forgetful, Nature::Stateless]);
        let mut some_limit = |chance: u64| dice.percent(chance).then(|| dice.between(600, 6_000));
        let caps = Caps { hour: some_limit(40), day: some_limit(40) };
        let (room_day, person_day) = (some_limit(25), some_limit(25));
        let budget = Budget {
            bots_off: dice.percent(2),
            has_ledger: dice.percent(60),
            room_day,
            person_day,
            person_hour: if dice.percent(15) { Some(dice.between(2, 8)) } else { None },
        };
        Self {
            seed,
            sabotage,
            chaos: if is_loud { 20_000 } else { dice.between(12_000, 40_000) },
            faults,
            nature,
            pace: if is_loud { 400 } else { *dice.pick(&[1_500, 4_000, 4_000, 15_000]) },
            mentions: if is_loud { 1 } else { *dice.pick(&[5, 25, 60]) },
            is_loud,
            window: *dice.pick(&[10, 200, 200]),
            budget,
            caps,
            is_named: dice.percent(40),
            before_midnight: *dice.pick(&[0, 12_000, 3_600_000 + 9_000]),
        }
    }

    /// The room that is played in.
    pub(crate) fn room(&self) -> RoomName {
        let named = || RoomName::parse("sim-room").expect("it is a room's name");
        if self.is_named { named() } else { RoomName::lobby() }
    }

    /// Whose it is.
    pub(crate) fn owner(&self) -> PersonId {
        PersonId::parse("person-0").expect("it is a person's id")
    }

    /// Whether this is broken on purpose.
    pub(crate) fn is(&self, sabotage: Sabotage) -> bool {
        self.sabotage == Some(sabotage)
    }
}
