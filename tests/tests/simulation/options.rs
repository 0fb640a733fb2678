//! The options of a run: which faults it has, how people and models behave, and which mutation is applied, if any.

use room::Budget;
use room::ledger::Caps;
use shared::{PersonId, RoomName};

use crate::random::Random;

/// A deliberate breakage that a test must notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mutation {
    /// The shell sends before it stores, so that frames are out when the store fails.
    SendBeforeStore,
    /// Frames to tabs are lost on links that stay open.
    SilentLoss,
    /// The storage never finds a nonce.
    ForgottenNonces,
    /// A tab retries a message with a fresh nonce.
    FreshNonces,
    /// Links deliver frames in any order.
    Reordering,
    /// A room that wakes reads that no call was recorded.
    ForgottenCalls,
    /// The shell reports the late disconnect of a socket that the room closed, whose id may have been reused.
    LateDisconnects,
    /// The Durable Object's alarm never fires.
    NoAlarm,
    /// A chain has its new head and its old position in the log.
    StaleChains,
    /// The shell counts a failed store as a success.
    UnnoticedFailures,
    /// The shell grants every claim without the ledger.
    LedgerNotAsked,
    /// The shell settles no claim.
    LostSettlements,
    /// A deletion is stored without its changes to chains.
    KeptChains,
    /// A deletion is stored without marking responses for deletion.
    KeptResponses,
    /// A bot is not sent the note that a message was edited.
    LostCorrections,
    /// A changed vote is stored beside the earlier one.
    DoubledVotes,
    /// A bot is sent a tool output twice.
    DoubledOutputs,
    /// A chain continues from a response whose input was deleted meanwhile.
    StaleHeads,
    /// The storage finds a nonce whoever wrote under it.
    SharedNonces,
    /// A removed custom bot exists again after a wake.
    RemovedBotsReturn,
}

/// The kinds of faults of a run. Each run has some of them only, because too many hide one another.
#[derive(Debug, Clone)]
pub(crate) struct Faults {
    pub(crate) cuts: bool,
    pub(crate) stalls: bool,
    pub(crate) reloads: bool,
    pub(crate) networks: bool,
    pub(crate) lifecycle: bool,
    pub(crate) entry: bool,
    pub(crate) stores: bool,
    pub(crate) reads: bool,
    pub(crate) crashes: bool,
    pub(crate) memory_losses: bool,
    pub(crate) clocks: bool,
    pub(crate) models: bool,
    pub(crate) timers: bool,
    pub(crate) ledger: bool,
    pub(crate) services: bool,
    /// The most milliseconds between two faults.
    pub(crate) every: u64,
}

/// Whether the model server stores responses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ServerState {
    Stateful,
    /// It stores none and does not say so.
    Forgetful,
    /// It stores none and refuses `previous_response_id`.
    Stateless,
}

/// The options of a run.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) seed: u64,
    pub(crate) mutation: Option<Mutation>,
    /// How long faults are injected, in milliseconds.
    pub(crate) fault_phase_ms: u64,
    pub(crate) faults: Faults,
    pub(crate) server_state: ServerState,
    /// The most milliseconds between two actions of a person.
    pub(crate) pace: u64,
    /// How many of a hundred messages mention a bot.
    pub(crate) mentions: u64,
    pub(crate) has_long_messages: bool,
    /// How many messages a transcript holds.
    pub(crate) window: usize,
    /// The room's own budget.
    pub(crate) budget: Budget,
    /// The ledger's caps.
    pub(crate) caps: Caps,
    /// The room is not the lobby, so it is removed after a month without visitors.
    pub(crate) is_named: bool,
    /// How many milliseconds before midnight the run begins.
    pub(crate) before_midnight: u64,
    /// What sending costs: at the highest the room gathers nearly everything.
    pub(crate) send_micros: u64,
    /// With more people than this the room is a crowd.
    pub(crate) crowd_people: usize,
    /// Somebody speaks the wire directly and means harm.
    pub(crate) has_hostile: bool,
    /// People have everything deleted that they wrote.
    pub(crate) has_erasures: bool,
    /// People ask bots for what nobody else is shown.
    pub(crate) has_private_questions: bool,
}

impl Options {
    /// The options that belong to a seed.
    pub(crate) fn new(seed: u64, mutation: Option<Mutation>) -> Self {
        let random = &mut Random::new(seed ^ 0x6d61_6461_6e67);
        let calm = random.percent(5);
        let mut some = |chance: u64| !calm && random.percent(chance);
        let mut faults = Faults {
            cuts: some(70),
            stalls: some(50),
            reloads: some(40),
            networks: some(40),
            lifecycle: some(40),
            entry: some(30),
            stores: some(50),
            reads: some(30),
            crashes: some(40),
            memory_losses: some(40),
            clocks: some(25),
            models: some(60),
            timers: some(40),
            ledger: some(50),
            services: some(50),
            every: *random.pick(&[500, 1_500, 4_000]),
        };
        let has_long_messages = random.percent(2);
        if has_long_messages {
            // A socket that reads nothing for long enough is closed as too slow.
            faults = Faults {
                stalls: true,
                cuts: false,
                reads: false,
                crashes: false,
                memory_losses: false,
                every: 700,
                ..faults
            };
        }
        let server_state = *random.pick(&[
            ServerState::Stateful,
            ServerState::Stateful,
            ServerState::Forgetful,
            ServerState::Stateless,
        ]);
        let mut some_limit = |chance: u64| random.percent(chance).then(|| random.between(600, 6_000));
        let (hour, day) = (some_limit(40), some_limit(40));
        let caps = Caps { hour, day, address_hour: some_limit(20), address_day: some_limit(20) };
        let (room_day, person_day) = (some_limit(25), some_limit(25));
        let budget = Budget {
            bots_off: random.percent(2),
            has_ledger: random.percent(60),
            room_day,
            person_day,
            person_hour: if random.percent(15) { Some(random.between(2, 8)) } else { None },
        };
        Self {
            seed,
            mutation,
            fault_phase_ms: if has_long_messages { 20_000 } else { random.between(12_000, 40_000) },
            faults,
            server_state,
            pace: if has_long_messages { 400 } else { *random.pick(&[1_500, 4_000, 4_000, 15_000]) },
            mentions: if has_long_messages { 1 } else { *random.pick(&[5, 25, 60]) },
            has_long_messages,
            window: *random.pick(&[10, 200, 200]),
            budget,
            caps,
            is_named: random.percent(40),
            before_midnight: *random.pick(&[0, 12_000, 3_600_000 + 9_000]),
            send_micros: *random.pick(&[25, 25, 2_000, 60_000]),
            crowd_people: *random.pick(&[100, 100, 1, 2]),
            has_hostile: random.percent(25),
            has_erasures: random.percent(25),
            has_private_questions: random.percent(40),
        }
    }

    pub(crate) fn room(&self) -> RoomName {
        let named = || RoomName::parse("sim-room").expect("it is a room's name");
        if self.is_named { named() } else { RoomName::lobby() }
    }

    pub(crate) fn owner(&self) -> PersonId {
        PersonId::parse("person-0").expect("it is a person's id")
    }

    pub(crate) fn has_mutation(&self, mutation: Mutation) -> bool {
        self.mutation == Some(mutation)
    }
}
