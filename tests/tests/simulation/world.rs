//! The state of a run: people at tabs, links, the room in its shell, the model's server, the ledger and virtual time.

use room::RowData;
use shared::{Millis, PersonId};

use crate::history::{Coverage, History};
use crate::hostile::Hostile;
use crate::ledger::CheckedLedger;
use crate::model::ModelServer;
use crate::network::Link;
use crate::options::Options;
use crate::random::Random;
use crate::schedule::{Schedule, SimEvent};
use crate::shell::Shell;
use crate::tab::{Human, Tab};
use crate::trace::Trace;
use crate::waking::shifted;

/// A midnight in November 2026, in milliseconds since 1970.
pub(crate) const BEGIN_MS: u64 = 1_795_132_800_000;
/// How long the run may take until nothing is pending, once all faults have ended.
const SETTLE_TIMEOUT_MS: u64 = 150_000;

/// How long a tab may be behind when nothing is pending: a client gives up an unanswered hello after ten seconds.
const CATCH_UP_MS: u64 = 15_000;

pub(crate) struct World {
    pub(crate) options: Options,
    pub(crate) random: Random,
    pub(crate) schedule: Schedule,
    pub(crate) trace: Trace,
    pub(crate) history: History,
    pub(crate) people: Vec<Human>,
    pub(crate) tabs: Vec<Tab>,
    pub(crate) links: Vec<Link>,
    pub(crate) shell: Shell,
    pub(crate) model: ModelServer,
    pub(crate) active_faults: ActiveFaults,
    /// All faults have ended.
    pub(crate) is_settling: bool,
    /// How many wakes are nested because their stores failed.
    pub(crate) is_waking: u32,
    /// Every tab has requested the bill.
    pub(crate) has_requested_bill: bool,
    /// How often they have.
    pub(crate) bill_requests: u32,
    /// Everybody has left, and when.
    pub(crate) is_shutting_down: bool,
    pub(crate) shutdown_at: u64,
    pub(crate) ledger: CheckedLedger,
    pub(crate) hostile: Option<Hostile>,
    settled_at: u64,
    quiet_since: Option<u64>,
    violation: Option<String>,
}

/// Faults that last a while, with the times of their ends.
#[derive(Default)]
pub(crate) struct ActiveFaults {
    pub(crate) entry_until: u64,
    pub(crate) store_until: u64,
    pub(crate) unreadable_until: u64,
    pub(crate) model_until: u64,
}

impl World {
    /// Plays a run to its end.
    ///
    /// # Errors
    /// Which promise was broken, and how.
    pub(crate) fn play(options: Options, trace: Trace) -> Result<Coverage, String> {
        let mut world = Self::new(options, trace);
        world.begin();
        let mut steps = 0;
        let mut answers = Vec::new();
        while let Some(event) = world.schedule.next() {
            steps += 1;
            let is_over = matches!(event, SimEvent::CheckQuiet) && world.is_over();
            world.dispatch(event);
            if is_over {
                world.close_all_tabs();
                answers = world.answers();
            }
            let is_shut_down = world.is_shutting_down && world.is_shut_down();
            if let Some(violation) = world.violation.take() {
                return Err(violation);
            }
            if is_shut_down {
                break;
            }
        }
        let mut coverage = world.history.coverage;
        answers.into_iter().for_each(|answer| coverage.count(answer));
        coverage.0.insert("steps".to_owned(), steps);
        coverage.0.insert("virtual seconds".to_owned(), world.schedule.now / 1_000);
        coverage.0.insert("says".to_owned(), world.history.messages.len() as u64);
        Ok(coverage)
    }

    /// What the log covers: how answers ended, and kinds of rows.
    fn answers(&self) -> Vec<String> {
        let rows = self.shell.storage.memory.rows.values();
        let answers = rows.filter_map(|row| match &row.data {
            RowData::Answer(answer) => Some(format!("answer {:?} {:?}", answer.state, answer.code)),
            RowData::Ended | RowData::Message(_) => None,
            other => Some(format!("row {}", other.kind())),
        });
        answers.collect()
    }

    /// Records a broken promise; the first one counts.
    pub(crate) fn fail(&mut self, violation: String) {
        self.violation.get_or_insert(violation);
    }

    /// The time of a clock that is off by `skew` milliseconds.
    pub(crate) fn clock(&self, skew: i64) -> Millis {
        shifted(BEGIN_MS - self.options.before_midnight + self.schedule.now, skew)
    }

    fn new(options: Options, trace: Trace) -> Self {
        Self {
            random: Random::new(options.seed),
            schedule: Schedule::default(),
            trace,
            history: History::default(),
            people: Vec::new(),
            tabs: Vec::new(),
            links: Vec::new(),
            shell: Shell::new(&options),
            model: ModelServer::default(),
            active_faults: ActiveFaults::default(),
            is_settling: false,
            is_waking: 0,
            has_requested_bill: false,
            bill_requests: 0,
            is_shutting_down: false,
            shutdown_at: 0,
            ledger: CheckedLedger::default(),
            hostile: options.has_hostile.then(|| Hostile::new(options.seed)),
            settled_at: 0,
            quiet_since: None,
            violation: None,
            options,
        }
    }

    fn begin(&mut self) {
        let count = self.random.between(2, 6) as usize;
        for number in 0..count {
            // Another tab of the last person, or a new person.
            let is_second_tab = number > 0 && self.random.percent(30);
            if !is_second_tab {
                let id = PersonId::parse(format!("person-{number}")).expect("it is a person's id");
                self.people.push(Human::new(id, format!("이름{number}")));
            }
            let person = self.people.len() - 1;
            let is_reader = number > 0 && self.random.percent(15);
            self.add_tab(person, is_reader);
        }
        if self.hostile.is_some() {
            self.schedule.after(1_000, SimEvent::HostileActs);
        }
        if self.options.has_erasures {
            let random = Random::new(self.options.seed ^ 0x6572_6173_7572_6573);
            self.schedule.after(5_000, SimEvent::Erase { random });
        }
        self.schedule.after(self.options.faults.every, SimEvent::Fault);
        self.schedule.after(self.options.fault_phase_ms, SimEvent::Settle);
    }

    fn dispatch(&mut self, event: SimEvent) {
        if self.is_shutting_down && !event.is_of_the_room() {
            return;
        }
        match event {
            SimEvent::Act { tab } => self.act(tab),
            SimEvent::EntryReplied { tab, entry_request, is_open } => {
                self.entry_replied(tab, entry_request, is_open)
            }
            SimEvent::Upgrade { link } => {
                let is_late = self.is_settling && self.links[link].is_hostile();
                if self.reaches_room(link) && !is_late {
                    self.accept(link);
                }
            }
            SimEvent::ToTab { link, packet } => self.tab_gets(link, packet),
            SimEvent::ToRoom { link, packet } => self.room_gets(link, packet),
            SimEvent::TabNotices { link } => self.tab_loses(link, 1006),
            SimEvent::RoomNotices { link } => self.socket_is_gone(link),
            SimEvent::Tick { tab, turn } => self.tick(tab, turn),
            SimEvent::Timer { turn } => self.timer_rings(turn),
            SimEvent::Alarm { turn } => self.alarm_rings(turn),
            SimEvent::Idle { turn } => self.hibernate(turn),
            SimEvent::RetryWake => {
                self.set_readable();
                if self.shell.room.is_none() {
                    self.wake_room(Vec::new());
                }
            }
            SimEvent::CallLeaves { call } => self.call_leaves(call),
            SimEvent::Model { call, step } => self.model_says(call, step),
            SimEvent::Ledger { process, run, call_number, request } => {
                self.ledger_receives(process, run, call_number, request)
            }
            SimEvent::Reply { process, answer } => self.reply_arrives(process, answer),
            SimEvent::HostileActs => self.hostile_acts(),
            SimEvent::Erase { random } => self.erase_somebody(random),
            SimEvent::Fault => self.fault(),
            SimEvent::Settle => {
                self.settled_at = self.schedule.now;
                self.settle();
                self.schedule.after(1_000, SimEvent::CheckQuiet);
            }
            SimEvent::CheckQuiet => {}
        }
    }

    /// Whether nothing is pending and every check passes. Fails the run when that takes too long.
    fn is_over(&mut self) -> bool {
        let now = self.schedule.now;
        if let Some(why) = self.why_not_quiet() {
            self.quiet_since = None;
            if now > self.settled_at + SETTLE_TIMEOUT_MS {
                self.fail(format!("stuck: {why}"));
            }
        } else if let Err(violation) = self.check() {
            let since = *self.quiet_since.get_or_insert(now);
            // Something may have ended since the bill was requested.
            self.has_requested_bill = self.bill_requests > 3;
            if now > since + CATCH_UP_MS {
                self.fail(violation);
            }
        } else {
            return true;
        }
        self.schedule.after(1_000, SimEvent::CheckQuiet);
        false
    }
}
