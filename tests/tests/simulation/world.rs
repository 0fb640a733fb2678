//! The whole of a run: people at pages, links, the room in its shell, the model's server, and virtual time.

use room::RowData;
use shared::{Millis, PersonId};

use crate::agenda::{Agenda, Happening};
use crate::bank::Bank;
use crate::dice::Dice;
use crate::history::{History, Met};
use crate::model::ModelServer;
use crate::network::Link;
use crate::options::Options;
use crate::page::{Human, Page};
use crate::shell::Shell;
use crate::trace::Trace;
use crate::waking::shifted;

/// A midnight in November 2026.
pub(crate) const BEGIN_MS: u64 = 1_795_132_800_000;
/// How long everything may take to become quiet once nothing breaks any more.
const PATIENCE_MS: u64 = 150_000;

/// How long a page may still be behind when nothing else goes on: an unanswered hello is given up after ten seconds.
const HEALING_MS: u64 = 15_000;

/// A run.
pub(crate) struct World {
    pub(crate) options: Options,
    pub(crate) dice: Dice,
    pub(crate) agenda: Agenda,
    pub(crate) trace: Trace,
    pub(crate) history: History,
    pub(crate) people: Vec<Human>,
    pub(crate) pages: Vec<Page>,
    pub(crate) links: Vec<Link>,
    pub(crate) shell: Shell,
    pub(crate) model: ModelServer,
    pub(crate) trouble: Trouble,
    /// Nothing breaks any more.
    pub(crate) is_settling: bool,
    /// How deep a waking room fails to store what waking brought.
    pub(crate) is_waking: u32,
    /// Everybody has asked for the bill, once all was quiet.
    pub(crate) has_asked: bool,
    /// How often they did.
    pub(crate) asked: u32,
    /// Everybody has gone, and since when.
    pub(crate) is_leaving: bool,
    pub(crate) left_at: u64,
    pub(crate) bank: Bank,
    settled_at: u64,
    quiet_since: Option<u64>,
    violation: Option<String>,
}

/// Faults that last a while, with their ends.
#[derive(Default)]
pub(crate) struct Trouble {
    pub(crate) door_until: u64,
    pub(crate) store_until: u64,
    pub(crate) unreadable_until: u64,
    pub(crate) model_until: u64,
}

impl World {
    /// Plays a run to its end. An error says which promise was broken.
    pub(crate) fn play(options: Options, trace: Trace) -> Result<Met, String> {
        let mut world = Self::new(options, trace);
        world.begin();
        let mut steps = 0;
        let mut answers = Vec::new();
        while let Some(happening) = world.agenda.next() {
            steps += 1;
            let is_over = matches!(happening, Happening::ToolUse) && world.look();
            world.happen(happening);
            if is_over {
                world.leave();
                answers = world.answers();
            }
            let has_gone = world.is_leaving && world.has_gone();
            if let Some(violation) = world.violation.take() {
                return Err(violation);
            }
            if has_gone {
                break;
            }
        }
        let mut met = world.history.met;
        answers.into_iter().for_each(|answer| met.count(answer));
        met.0.insert("steps".to_owned(), steps);
        met.0.insert("virtual seconds".to_owned(), world.agenda.now / 1_000);
        met.0.insert("says".to_owned(), world.history.says.len() as u64);
        Ok(met)
    }

    /// How the answers ended.
    fn answers(&self) -> Vec<String> {
        let rows = self.shell.storage.memory.rows.values();
        let answers = rows.filter_map(|row| match &row.data {
            RowData::Answer(answer) => Some(format!("answer {:?} {:?}", answer.state, answer.code)),
            RowData::Ended | RowData::Message(_) => None,
            other => Some(format!("row {}", other.kind())),
        });
        answers.collect()
    }

    /// A promise was broken. The first one counts.
    pub(crate) fn fail(&mut self, violation: String) {
        self.violation.get_or_insert(violation);
    }

    /// A clock that is so far from true time.
    pub(crate) fn clock(&self, skew: i64) -> Millis {
        shifted(BEGIN_MS - self.options.before_midnight + self.agenda.now, skew)
    }

    fn new(options: Options, trace: Trace) -> Self {
        Self {
            dice: Dice::new(options.seed),
            agenda: Agenda::default(),
            trace,
            history: History::default(),
            people: Vec::new(),
            pages: Vec::new(),
            links: Vec::new(),
            shell: Shell::new(&options),
            model: ModelServer::default(),
            trouble: Trouble::default(),
            is_settling: false,
            is_waking: 0,
            has_asked: false,
            asked: 0,
            is_leaving: false,
            left_at: 0,
            bank: Bank::default(),
            settled_at: 0,
            quiet_since: None,
            violation: None,
            options,
        }
    }

    fn begin(&mut self) {
        let count = self.dice.between(2, 6) as usize;
        for number in 0..count {
            // A tab of somebody who is there already, or somebody new.
            let is_second_tab = number > 0 && self.dice.percent(30);
            if !is_second_tab {
                let id = PersonId::parse(format!("person-{number}")).expect("it is a person's id");
                self.people.push(Human::new(id, format!("이름{number}")));
            }
            let person = self.people.len() - 1;
            let is_reader = number > 0 && self.dice.percent(15);
            self.add_page(person, is_reader);
        }
        self.agenda.after(self.options.faults.every, Happening::Fault);
        self.agenda.after(self.options.chaos, Happening::Settle);
    }

    fn happen(&mut self, happening: Happening) {
        if self.is_leaving && !happening.is_of_the_room() {
            return;
        }
        match happening {
            Happening::Act { page } => self.act(page),
            Happening::DoorAnswers { page, question, is_open } => self.door_answers(page, question, is_open),
            Happening::Upgrade { link } => {
                if self.reaches_room(link) {
                    self.accept(link);
                }
            }
            Happening::ToPage { link, parcel } => self.page_gets(link, parcel),
            Happening::ToRoom { link, parcel } => self.room_gets(link, parcel),
            Happening::PageNotices { link } => self.page_loses(link, 1006),
            Happening::RoomNotices { link } => self.socket_is_gone(link),
            Happening::Tick { page, turn } => self.tick(page, turn),
            Happening::Timer { turn } => self.timer_rings(turn),
            Happening::Alarm { turn } => self.alarm_rings(turn),
            Happening::Idle { turn } => self.hibernate(turn),
            Happening::Waking => {
                self.lend_storage();
                if self.shell.room.is_none() {
                    self.wake_room(Vec::new());
                }
            }
            Happening::Model { call, step } => self.model_says(call, step),
            Happening::Ledger { life, run, call_number, errand } => self.ledger_hears(life, run, call_number, errand),
            Happening::Answer { life, answer } => self.answered(life, answer),
            Happening::Fault => self.fault(),
            Happening::Settle => {
                self.settled_at = self.agenda.now;
                self.settle();
                self.agenda.after(1_000, Happening::ToolUse);
            }
            Happening::ToolUse => {}
        }
    }

    /// Whether the run is over: all is quiet and as it should be, or it never will be.
    fn look(&mut self) -> bool {
        let now = self.agenda.now;
        if let Some(why) = self.noise() {
            self.quiet_since = None;
            if now > self.settled_at + PATIENCE_MS {
                self.fail(format!("stuck: {why}"));
            }
        } else if let Err(violation) = self.check() {
            let since = *self.quiet_since.get_or_insert(now);
            // Something may have ended since the bill was asked for.
            self.has_asked = self.asked > 3;
            if now > since + HEALING_MS {
                self.fail(violation);
            }
        } else {
            return true;
        }
        self.agenda.after(1_000, Happening::ToolUse);
        false
    }
}
