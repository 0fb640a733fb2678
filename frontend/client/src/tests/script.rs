//! The language of the tests, and its printer.

use expect_test::Expect;
use shared::{ClientFrame, ErrorCode, Lang, Millis, Nonce, RoomName, TabId};

use super::words::{draft, entered, frame, nonce, seq};
use crate::{Change, Client, Config, Connection, Effect, Input, Key, Row, RowState, Setting};

/// Runs a script and compares what was said and what is on the screen at its end.
pub(super) fn check(script: &str, expect: Expect) {
    let mut it = Script::new();
    it.run(script);
    it.screen();
    expect.assert_eq(&it.told);
}

pub(super) struct Script {
    pub(super) client: Client,
    pub(super) now: Millis,
    pub(super) told: String,
    /// What storage holds, so that a script can reload the page.
    pub(super) kept: Vec<(Nonce, String)>,
}

pub(super) fn config() -> Config {
    Config {
        room: RoomName::lobby(),
        tab: TabId::parse("tab-0001").unwrap(),
        lang: Lang::En,
        key: None,
        create: false,
        nickname: None,
        seed: 7,
        outbox: Vec::new(),
    }
}

impl Script {
    pub(super) fn new() -> Self {
        Self::with(config())
    }

    pub(super) fn with(config: Config) -> Self {
        Self { client: Client::new(config), now: Millis(1_000_000), told: String::new(), kept: Vec::new() }
    }

    /// A client that is live as ann, with the messages 1 to 3 of zed.
    pub(super) fn live() -> Self {
        let mut it = Self::new();
        it.run("start\nentered open\nopened\njoin ann\nwelcome 3\nwelcome 3 as ann");
        it.told.clear();
        it
    }

    /// One command a line:
    ///
    /// `start` · `entered open|absent|gone|banned|version|unknown|network|refused` · `opened` · `closed 4000` · `online`
    /// · `offline` · `front` · `behind` · `suspend` · `wake` · `pass 500` (milliseconds, with all ticks on the way) ·
    /// `reload` · `join ann` · `say 1 hi` · `reply 2 to 5 hi` · `retry 1 as 9` · `discard 1` · `again 3 of 5` ·
    /// `stop 5` · `typing on` · `older` · `edit 1 of 4 text` · `delete 1 of 4` · `vote 1 in 5 for 0|-` · `setbot 1 cook` ·
    /// `unbot 1 cook` · `forget` · `askdrafts` · `askbill`
    ///
    /// and from the room: `welcome 3 [as ann] [id bob] [owner] [more] [epoch b] | MESSAGE | RUN` (fresh; without messages
    /// it has 1 to 3 of zed) · `back 5 as ann | EVENT` (recovered) · `events | EVENT` · `delta 5 0 text` · `run 5
    /// thinking` · `accepted 1 6` · `refused 1 slow_down 500` · `refused - nickname_taken` · `people 2 +bob -zed` ·
    /// `types ann bob` · `page 4 more | MESSAGE` · `raw …`
    ///
    /// MESSAGE: `4 zed hi`, `4 ann/1 hi` with nonce 1, `5 @bot<4 queued`, `5 @bot<4 done text`. EVENT: a message, `6 end 5
    /// done text`, `7 strange`, `8 edit 4 text`, `8 delete 4`, `8 vote 5 bob 1|-`, `8 bot cook`, `8 nobot cook`. RUN: `run 5
    /// streaming text`, `run 5 thinking looked x`, `run 5 streaming card poll`. A poll: `5 @bot<4 done poll a/b`. Faults:
    /// `refused 1 bad_bot handle=too_long`.
    pub(super) fn run(&mut self, script: &str) {
        for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
            self.told.push_str(line);
            self.told.push('\n');
            self.line(line);
        }
    }

    fn line(&mut self, line: &str) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let input = match word {
            "start" => Input::Start,
            "entered" => Input::Entered(entered(rest)),
            "opened" => Input::Opened,
            "closed" => Input::Closed { code: rest.parse().unwrap() },
            "online" => Input::Online,
            "offline" => Input::Offline,
            "front" => Input::Visible(true),
            "behind" => Input::Visible(false),
            "suspend" => Input::Suspend,
            "wake" => Input::Wake,
            "pass" => return self.pass(rest.parse().unwrap()),
            "reload" => {
                let outbox = self.kept.iter().map(|(_, item)| item.clone()).collect();
                self.client = Client::new(Config { outbox, nickname: Some("ann".to_owned()), ..config() });
                return;
            }
            "join" => Input::Join { nickname: rest.to_owned() },
            "say" => {
                let (nonce, text) = rest.split_once(' ').unwrap();
                Input::Say { nonce: super::words::nonce(nonce), text: text.to_owned(), reply_to: None }
            }
            "reply" => {
                let words: Vec<&str> = rest.splitn(4, ' ').collect();
                let reply_to = Some(seq(words[2]));
                Input::Say { nonce: nonce(words[0]), text: words[3].to_owned(), reply_to }
            }
            "retry" => {
                let (old, fresh) = rest.split_once(" as ").unwrap();
                Input::Retry { nonce: nonce(old), fresh: nonce(fresh) }
            }
            "discard" => Input::Discard { nonce: nonce(rest) },
            "again" => {
                let (attempt, run) = rest.split_once(" of ").unwrap();
                Input::Regenerate { nonce: nonce(attempt), run: seq(run) }
            }
            "edit" => {
                let words: Vec<&str> = rest.splitn(4, ' ').collect();
                Input::Edit { nonce: nonce(words[0]), seq: seq(words[2]), text: words[3].to_owned() }
            }
            "delete" => {
                let (attempt, message) = rest.split_once(" of ").unwrap();
                Input::Delete { nonce: nonce(attempt), seq: seq(message) }
            }
            "vote" => {
                let words: Vec<&str> = rest.split(' ').collect();
                Input::Vote { nonce: nonce(words[0]), seq: seq(words[2]), option: words[4].parse().ok() }
            }
            "setbot" => {
                let (attempt, handle) = rest.split_once(' ').unwrap();
                Input::SetBot { nonce: nonce(attempt), draft: Box::new(draft(handle)) }
            }
            "unbot" => {
                let (attempt, handle) = rest.split_once(' ').unwrap();
                Input::RemoveBot { nonce: nonce(attempt), handle: handle.to_owned() }
            }
            "forget" => Input::ForgetSetting,
            "askdrafts" => Input::AskDrafts,
            "askbill" => Input::AskBill,
            "stop" => Input::Stop { run: seq(rest) },
            "typing" => Input::Typing(rest == "on"),
            "older" => Input::LoadOlder,
            "raw" => Input::Received(rest.to_owned()),
            "pong" => Input::Received("pong".to_owned()),
            _ => Input::Received(frame(word, rest).encode()),
        };
        self.handle(input);
    }

    pub(super) fn handle(&mut self, input: Input) {
        let effects = self.client.handle(self.now, input);
        self.tell(effects);
    }

    fn pass(&mut self, ms: u64) {
        let end = self.now.plus(ms);
        let start = self.now;
        let mut ticks = 0;
        while let Some(at) = self.client.next_wakeup().filter(|at| *at <= end) {
            ticks += 1;
            assert!(ticks < 10_000, "time stands still");
            self.now = at.max(self.now);
            let effects = self.client.handle(self.now, Input::Tick);
            if !effects.is_empty() {
                self.told.push_str(&format!("  after {}:\n", self.now.since(start)));
            }
            self.tell(effects);
        }
        self.now = end;
    }

    fn tell(&mut self, effects: Vec<Effect>) {
        let mut shown = Vec::new();
        for effect in effects {
            let line = match effect {
                Effect::Enter(request) => {
                    format!("enter{}", if request.create { " and create" } else { "" })
                }
                Effect::Open => "open".to_owned(),
                Effect::Send(text) => format!("send {}", sent(&text)),
                Effect::Close => "close".to_owned(),
                Effect::Persist { nonce, item } => {
                    self.kept.retain(|(kept, _)| *kept != nonce);
                    let short = short(&nonce).to_owned();
                    match item {
                        Some(item) => {
                            self.kept.push((nonce, item));
                            format!("keep {short}")
                        }
                        None => format!("forget {short}"),
                    }
                }
                Effect::Show(change) => {
                    shown.push(self.change(&change));
                    continue;
                }
            };
            self.told.push_str(&format!("  {line}\n"));
        }
        if !shown.is_empty() {
            self.told.push_str(&format!("  ~ {}\n", shown.join(", ")));
        }
    }

    fn change(&self, change: &Change) -> String {
        match change {
            Change::Connection => match self.client.connection() {
                Connection::Offline { retry_at: None } => "offline".to_owned(),
                Connection::Offline { retry_at: Some(at) } => {
                    format!("offline for {}", at.since(self.now))
                }
                Connection::Opening { again: false } => "connecting".to_owned(),
                Connection::Opening { again: true } => "reconnecting".to_owned(),
                Connection::Live { .. } => "live".to_owned(),
                Connection::Ended { why } => format!("ended {}", why.code()),
            },
            Change::Door => format!("door {:?}", self.client.door()).to_lowercase(),
            Change::You => {
                format!("you {}", self.client.you().and_then(|you| you.name.as_deref()).unwrap_or("read"))
            }
            Change::People => format!("people {}", self.client.count()),
            Change::Typing => format!("typing {:?}", self.client.typing()),
            Change::Bots => "bots".to_owned(),
            Change::Drafts => {
                let drafts = &self.client.drafts().unwrap().drafts;
                format!("drafts {:?}", drafts.iter().map(|draft| draft.handle.as_str()).collect::<Vec<_>>())
            }
            Change::Bill => "bill".to_owned(),
            Change::Setting => match self.client.setting() {
                Setting::Refused { code, faults } => {
                    let faults: Vec<String> = faults
                        .iter()
                        .map(|fault| format!(" {}={}", fault.field, as_str(fault.code)))
                        .collect();
                    format!("setting refused {}{}", as_str(*code), faults.concat())
                }
                setting => format!("setting {setting:?}").to_lowercase(),
            },
            Change::Order => "order".to_owned(),
            Change::Row(key) => format!("row {}", name(key)),
            Change::Older => match self.client.timeline() {
                timeline if timeline.is_loading_older() => "older loading".to_owned(),
                timeline if timeline.has_older() => "older there".to_owned(),
                _ => "older none".to_owned(),
            },
            Change::Notice { code, retry_after_ms: None } => format!("notice {}", as_str(*code)),
            Change::Notice { code, retry_after_ms: Some(ms) } => {
                format!("notice {} for {ms}", as_str(*code))
            }
        }
    }

    /// Prints the rows.
    pub(super) fn screen(&mut self) {
        let rows = self.rows();
        self.told.push_str(&format!("= {} rows\n", rows.len()));
        for row in rows {
            self.told.push_str(&row);
            self.told.push('\n');
        }
    }

    pub(super) fn rows(&self) -> Vec<String> {
        let timeline = self.client.timeline();
        let keys = timeline.keys();
        let unique: std::collections::BTreeSet<&Key> = keys.iter().collect();
        assert_eq!(unique.len(), keys.len(), "a row shows twice");
        keys.iter().map(|key| print(&timeline.row(key).expect("a row for every name"))).collect()
    }
}

fn print(row: &Row<'_>) -> String {
    let mut text = format!(
        "{} {}: {} ({}",
        row.seq.map_or("-".to_owned(), |seq| seq.to_string()),
        row.author.name(),
        row.text,
        row.state.as_str()
    );
    if let RowState::Failed { why } = row.state {
        text.push_str(&format!(" {}", as_str(why)));
    }
    for (is, what) in [
        (row.mine, "mine"),
        (row.chain_rebuilt, "chain_rebuilt"),
        (row.edited, "edited"),
        (row.deleted, "deleted"),
        (row.rights.stop, "stop"),
        (row.rights.regenerate, "again"),
    ] {
        if is {
            text.push_str(&format!(" {what}"));
        }
    }
    if let Some(position) = row.position {
        text.push_str(&format!(" after {position}"));
    }
    if let Some(seq) = row.reply_to {
        text.push_str(&format!(" to {seq}"));
    }
    for look in row.tool_uses {
        text.push_str(&format!(" looked {}", look.argument));
    }
    if let Some(making) = row.making {
        text.push_str(&format!(" making {} {}", making.kind.as_str(), making.bytes));
    }
    for vote in &row.votes {
        text.push_str(&format!(" {}:{}", vote.person.as_str().trim_start_matches("person-"), vote.option));
    }
    text.push(')');
    text
}

fn sent(text: &str) -> String {
    if text == "ping" {
        return text.to_owned();
    }
    match ClientFrame::parse(text).expect("a frame") {
        ClientFrame::Hello { nickname, resume, .. } => format!(
            "hello {}{}",
            nickname.as_deref().unwrap_or("(reader)"),
            resume.map_or(String::new(), |resume| format!(" after {}", resume.after))
        ),
        ClientFrame::Say { nonce, after, text, reply_to } => format!(
            "say {} after {after}: {text}{}",
            short(&nonce),
            reply_to.map_or(String::new(), |seq| format!(" (to {seq})"))
        ),
        ClientFrame::Regenerate { nonce, after, run } => {
            format!("regenerate {} after {after}: {run}", short(&nonce))
        }
        ClientFrame::Edit { nonce, after, seq, text } => {
            format!("edit {} after {after}: {seq} {text}", short(&nonce))
        }
        ClientFrame::Delete { nonce, after, seq } => format!("delete {} after {after}: {seq}", short(&nonce)),
        ClientFrame::Vote { nonce, after, seq, option } => {
            let option = option.map_or("-".to_owned(), |option| option.to_string());
            format!("vote {} after {after}: {seq} for {option}", short(&nonce))
        }
        ClientFrame::SetBot { nonce, after, draft } => {
            format!("set {} after {after}: {}", short(&nonce), draft.handle)
        }
        ClientFrame::RemoveBot { nonce, after, handle } => {
            format!("remove {} after {after}: {handle}", short(&nonce))
        }
        ClientFrame::Drafts => "drafts".to_owned(),
        ClientFrame::Bill => "bill".to_owned(),
        ClientFrame::Stop { run } => format!("stop {run}"),
        ClientFrame::Typing { on } => format!("typing {on}"),
        ClientFrame::History { before, limit } => format!("history before {before}, {limit}"),
        ClientFrame::Ack { bytes } => format!("ack {bytes}"),
    }
}

fn as_str(code: ErrorCode) -> String {
    serde_json::to_string(&code).unwrap().trim_matches('"').to_owned()
}

fn short(nonce: &Nonce) -> &str {
    nonce.as_str().trim_start_matches("nonce-").trim_start_matches('0')
}

fn name(key: &Key) -> String {
    match key {
        Key::Human { author, nonce } => {
            format!("{}/{}", author.as_str().trim_start_matches("person-"), short(nonce))
        }
        Key::Seq(seq) => seq.to_string(),
    }
}
