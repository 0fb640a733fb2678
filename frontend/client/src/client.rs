//! The client: its state, its one way in, its deadlines, and what a view may read. What each input does is in
//! `connecting` (the way to the room), `receiving` (what the room says) and `writing` (what the person does).

use shared::frame::{PING, You};
use shared::{Bill, Bot, Lang, Limits, Millis, Person, PersonId, RoomName, Seq, SplitMix64, TabId};

use crate::acknowledge::Acknowledge;
use crate::backoff::Backoff;
use crate::bots::{Bots, Drafts, Setting};
use crate::complete::Completion;
use crate::crowd::Crowd;
use crate::effect::Out;
use crate::greeting::Greeting;
use crate::heartbeat::Beat;
use crate::hint::Hint;
use crate::link::{Link, Phase};
use crate::outbox::Outbox;
use crate::typing::Typing;
use crate::{Connection, Door, Effect, Input, Sorted, Timeline, complete, hint};

/// What a client is made of.
#[derive(Debug, Clone)]
pub struct Config {
    /// Which room.
    pub room: RoomName,
    /// This load of the page.
    pub tab: TabId,
    /// The page's language.
    pub lang: Lang,
    /// The key of a private room's link.
    pub key: Option<String>,
    /// Makes the room on the first visit if there is none.
    pub create: bool,
    /// The nickname of the last visit: with it one joins by oneself.
    pub nickname: Option<String>,
    /// Random, for jitter.
    pub seed: u64,
    /// What [`Effect::Persist`] kept for this room, in any order.
    pub outbox: Vec<String>,
}

/// One tab's side of one room.
#[derive(Debug)]
pub struct Client {
    pub(crate) room: RoomName,
    pub(crate) tab: TabId,
    pub(crate) lang: Lang,
    pub(crate) key: Option<String>,
    pub(crate) create: bool,
    pub(crate) rng: SplitMix64,
    pub(crate) link: Link,
    pub(crate) backoff: Backoff,
    /// An identity that ended was renewed at the door, and the socket has not held since.
    pub(crate) is_renewed: bool,
    pub(crate) door: Door,
    pub(crate) greeting: Greeting,
    pub(crate) acknowledge: Acknowledge,
    pub(crate) typing: Typing,
    pub(crate) timeline: Timeline,
    pub(crate) crowd: Crowd,
    pub(crate) bots: Bots,
}

impl Client {
    /// A client that has not begun: give it [`Input::Start`].
    pub fn new(config: Config) -> Self {
        Self {
            room: config.room,
            tab: config.tab,
            lang: config.lang,
            key: config.key,
            create: config.create,
            rng: SplitMix64::new(config.seed),
            link: Link::new(),
            backoff: Backoff::default(),
            is_renewed: false,
            door: Door::Unknown,
            greeting: Greeting::new(config.nickname),
            acknowledge: Acknowledge::default(),
            typing: Typing::default(),
            timeline: Timeline { outbox: Outbox::new(&config.outbox), ..Timeline::default() },
            crowd: Crowd::default(),
            bots: Bots::default(),
        }
    }

    /// Takes what happened and says what to do. Moments only measure waiting: they may repeat.
    pub fn handle(&mut self, now: Millis, input: Input) -> Vec<Effect> {
        let mut out = Out::default();
        match input {
            Input::Start => self.start(now, &mut out),
            Input::Entered(result) => self.entered(now, result, &mut out),
            Input::Opened => self.opened(now, &mut out),
            Input::Received(text) => self.received(now, &text, &mut out),
            Input::Closed { code } => self.closed(now, code, &mut out),
            Input::Online | Input::Visible(true) | Input::Wake => self.nudge(now, &mut out),
            Input::Offline | Input::Suspend => self.put_away(now, &mut out),
            Input::Visible(false) | Input::Tick => {}
            Input::Join { nickname } => self.join(now, nickname, &mut out),
            Input::Say { nonce, text, reply_to } => self.say(now, nonce, &text, reply_to, &mut out),
            Input::Retry { nonce, fresh } => self.retry(now, &nonce, fresh, &mut out),
            Input::Discard { nonce } => self.timeline.outbox.discard(&nonce, &mut out),
            Input::Regenerate { nonce, run } => self.regenerate(nonce, run, &mut out),
            Input::Edit { nonce, seq, text } => self.edit(nonce, seq, &text, &mut out),
            Input::Delete { nonce, seq } => self.delete(nonce, seq, &mut out),
            Input::Vote { nonce, seq, option } => self.vote(nonce, seq, option, &mut out),
            Input::SetBot { nonce, draft } => self.set_bot(nonce, draft, &mut out),
            Input::RemoveBot { nonce, handle } => self.remove_bot(nonce, handle, &mut out),
            Input::ForgetSetting => self.bots.turn(Setting::Idle, &mut out),
            Input::AskDrafts => self.ask_drafts(&mut out),
            Input::AskBill => self.ask_bill(&mut out),
            Input::Stop { run } => self.stop(run, &mut out),
            Input::Typing(on) => self.types(now, on, &mut out),
            Input::LoadOlder => self.load_older(now, &mut out),
        }
        // After the input: what it brought may be just what a deadline waited for.
        self.meet_deadlines(now, &mut out);
        self.go_on(now, &mut out);
        out.finish()
    }

    /// When [`Input::Tick`] is due. It may change with every input.
    pub fn next_wakeup(&self) -> Option<Millis> {
        let outbox = self.may_write().then(|| self.timeline.outbox.next_wakeup()).flatten();
        [self.link.next_wakeup(), self.greeting.next_wakeup(), self.timeline.older.next_wakeup(), outbox]
            .into_iter()
            .flatten()
            .min()
    }

    /// Where the connection stands.
    pub fn connection(&self) -> &Connection {
        self.link.shown()
    }

    /// What the door said last.
    pub fn door(&self) -> Door {
        self.door
    }

    /// Who the person is here, once the room has said it.
    pub fn you(&self) -> Option<&You> {
        self.timeline.you.as_ref()
    }

    /// The messages.
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// Everybody who is here.
    pub fn people(&self) -> &Sorted<PersonId, Person> {
        &self.crowd.people
    }

    /// How many are here.
    pub fn count(&self) -> usize {
        self.crowd.count
    }

    /// Who may be meant by the `@` word at the caret, in UTF-16 units.
    pub fn complete(&self, text: &str, caret: usize) -> Option<Completion> {
        let me = self.you().map(|you| &you.id);
        complete::complete(text, caret, self.bots(), self.people().values(), me)
    }

    /// What sending a text would set off.
    pub fn hint(&self, text: &str, reply_to: Option<Seq>) -> Option<Hint> {
        hint::hint(text, reply_to, self.bots(), self.people().values(), &self.timeline)
    }

    /// Who types, without oneself.
    pub fn typing(&self) -> &[String] {
        &self.crowd.typing
    }

    /// The bots that can be called.
    pub fn bots(&self) -> &[Bot] {
        self.timeline.log.bots()
    }

    /// The room's own bots as its owner wrote them, once they were asked for.
    pub fn drafts(&self) -> Option<&Drafts> {
        self.bots.drafts.as_ref()
    }

    /// What the bots cost, as it was said last.
    pub fn bill(&self) -> Option<&Bill> {
        self.bots.bill.as_ref()
    }

    /// How the setting of a bot goes.
    pub fn setting(&self) -> &Setting {
        &self.bots.setting
    }

    /// The room's limits; the usual ones until it has said them.
    pub fn limits(&self) -> &Limits {
        &self.crowd.limits
    }

    /// Whether the answers come from the demo model.
    pub fn demo(&self) -> bool {
        self.crowd.demo
    }

    /// Whether messages may be sent.
    fn may_write(&self) -> bool {
        self.link.is_live() && self.timeline.is_joined()
    }

    /// Does what time alone demands.
    fn meet_deadlines(&mut self, now: Millis, out: &mut Out) {
        match self.link.phase() {
            Phase::Offline { retry_at: Some(at) } if *at <= now => self.enter(now, out),
            Phase::Entering { until } if *until <= now => self.wait(now, out),
            Phase::Connecting { until } if *until <= now => self.hang_up(now, out),
            _ => {}
        }
        if self.timeline.older.is_overdue(now) {
            self.timeline.older.give_up(out);
        }
        if self.greeting.is_overdue(now) || (self.may_write() && self.timeline.outbox.is_overdue(now)) {
            self.hang_up(now, out);
        }
        match self.link.heart().map(|heart| heart.beat(now)) {
            Some(Beat::Ping) => out.effect(Effect::Send(PING.to_owned())),
            Some(Beat::Dead) => self.hang_up(now, out),
            Some(Beat::Rest) | None => {}
        }
    }

    /// Says what is due on a live socket: a hello, or the next message.
    fn go_on(&mut self, now: Millis, out: &mut Out) {
        if self.link.is_live() && self.greeting.is_due() {
            self.hello(now, out);
        }
        if self.may_write()
            && let Some(frame) = self.timeline.outbox.next(now)
        {
            out.send(&frame);
        }
    }
}
