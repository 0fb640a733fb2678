//! Runs the scripts of the tests and prints transcripts. The language is described in the module `tests`.

use expect_test::Expect;
use shared::{ErrorCode, Lang, Millis, Nonce, RoomName, TabId};

use super::parse::{card_change, draft, entered, frame, nonce, options, seq};
use super::sent::sent;
use crate::{BotSaveState, Change, Client, Config, Connection, Effect, Input, ItemKey};

/// Runs commands and compares the transcript, with the timeline at its end.
pub(super) fn check(commands: &str, expect: Expect) {
    check_from(Script::new(), commands, expect);
}

/// Like [`check`], for a client whose connection is open and waits for the room's first frame.
pub(super) fn check_opened(commands: &str, expect: Expect) {
    check_from(Script::opened(), commands, expect);
}

fn check_from(mut script: Script, commands: &str, expect: Expect) {
    script.run(commands);
    script.print_timeline();
    expect.assert_eq(&script.transcript);
}

/// A client with the transcript of what it did.
pub(super) struct Script {
    pub(super) client: Client,
    pub(super) now: Millis,
    pub(super) transcript: String,
    /// What the browser stores, so that a script can reload the page.
    pub(super) persisted: Vec<(Nonce, String)>,
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
        Self {
            client: Client::new(config),
            now: Millis(1_000_000),
            transcript: String::new(),
            persisted: Vec::new(),
        }
    }

    /// Returns a client that has opened its connection.
    pub(super) fn opened() -> Self {
        let mut script = Self::new();
        script.run("start\nentered open\nopened");
        script.transcript.clear();
        script
    }

    /// Returns a client that is live as ann, with the messages 1 to 3 of zed.
    pub(super) fn live() -> Self {
        let mut script = Self::opened();
        script.run("join ann\nwelcome 3\nwelcome 3 as ann");
        script.transcript.clear();
        script
    }

    /// Executes commands that begin with the room's first frame on a new connection, after the former one was lost.
    pub(super) fn run_reconnected(&mut self, script: &str) {
        let transcript = self.transcript.len();
        self.run("closed 1006\nonline\nentered open\nopened");
        self.transcript.truncate(transcript);
        self.run(script);
    }

    /// Executes commands, one per line. The module `tests` describes them.
    pub(super) fn run(&mut self, script: &str) {
        for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
            self.transcript.push_str(line);
            self.transcript.push('\n');
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
            "visible" => Input::Visible(true),
            "hidden" => Input::Visible(false),
            "suspend" => Input::Suspend,
            "wake" => Input::Wake,
            "pass" => return self.pass(rest.parse().unwrap()),
            "reload" => {
                let outbox = self.persisted.iter().map(|(_, item)| item.clone()).collect();
                self.client = Client::new(Config { outbox, nickname: Some("ann".to_owned()), ..config() });
                return;
            }
            "join" => Input::Join { nickname: rest.to_owned() },
            "say" => {
                let (nonce, text) = rest.split_once(' ').unwrap();
                Input::Say { nonce: super::parse::nonce(nonce), text: text.to_owned(), reply_to: None }
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
            "regenerate" => {
                let (attempt, run) = rest.split_once(" of ").unwrap();
                Input::Regenerate { nonce: nonce(attempt), run: seq(run), confirmed: false }
            }
            "turn" => {
                let (message, page) = rest.split_once(' ').unwrap();
                Input::ShowPage { seq: seq(message), page: page.parse().unwrap() }
            }
            "choose" => {
                let words: Vec<&str> = rest.split(' ').collect();
                Input::Choose { nonce: nonce(words[0]), seq: seq(words[2]), index: words[4].parse().unwrap() }
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
                Input::Vote { nonce: nonce(words[0]), seq: seq(words[2]), options: options(words[4]) }
            }
            "card" => {
                let words: Vec<&str> = rest.splitn(4, ' ').collect();
                Input::ChangeCard {
                    nonce: nonce(words[0]),
                    seq: seq(words[2]),
                    change: card_change(words[3]),
                }
            }
            "react" | "unreact" => {
                let words: Vec<&str> = rest.split(' ').collect();
                let (emoji, on) = (words[3].to_owned(), word == "react");
                Input::React { nonce: nonce(words[0]), seq: seq(words[2]), emoji, on }
            }
            "setbot" => {
                let (attempt, handle) = rest.split_once(' ').unwrap();
                let (handle, knowledge) = handle
                    .split_once(" knowing ")
                    .map_or((handle, None), |(handle, text)| (handle, Some(text.to_owned())));
                Input::SetBot { nonce: nonce(attempt), draft: Box::new(draft(handle)), knowledge }
            }
            "removebot" => {
                let (attempt, handle) = rest.split_once(' ').unwrap();
                Input::RemoveBot { nonce: nonce(attempt), handle: handle.to_owned() }
            }
            "resetsave" => Input::ResetBotSaveState,
            "requestbots" => Input::RequestCustomBots,
            "requestknowledge" => Input::RequestKnowledge { handle: rest.to_owned() },
            "requestbill" => Input::RequestBill,
            "requestpeople" => Input::RequestPeople,
            "stop" => Input::Stop { run: seq(rest) },
            "typing" => Input::Typing(rest == "on"),
            "older" => Input::LoadOlder,
            "newer" => Input::LoadNewer,
            "tonewest" => Input::ToNewest,
            "follow" => Input::Following(rest == "on"),
            "jump" => Input::JumpTo { seq: seq(rest) },
            "search" => Input::Search { query: rest.to_owned() },
            "searcholder" => Input::SearchOlder,
            "raw" => Input::Received(rest.to_owned()),
            "pong" => Input::Received("pong".to_owned()),
            _ => Input::Received(frame(word, rest).encode()),
        };
        self.handle(input);
    }

    pub(super) fn handle(&mut self, input: Input) {
        let effects = self.client.handle(self.now, input);
        self.record(effects);
    }

    fn pass(&mut self, ms: u64) {
        let end = self.now.plus(ms);
        let start = self.now;
        let mut ticks = 0;
        while let Some(at) = self.client.next_wakeup().filter(|at| *at <= end) {
            ticks += 1;
            assert!(ticks < 10_000, "ticks never end");
            self.now = at.max(self.now);
            let effects = self.client.handle(self.now, Input::Tick);
            if !effects.is_empty() {
                self.transcript.push_str(&format!("  after {}:\n", self.now.since(start)));
            }
            self.record(effects);
        }
        self.now = end;
    }

    fn record(&mut self, effects: Vec<Effect>) {
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
                    self.persisted.retain(|(stored, _)| *stored != nonce);
                    let short = short(&nonce).to_owned();
                    match item {
                        Some(item) => {
                            self.persisted.push((nonce, item));
                            format!("persist {short}")
                        }
                        None => format!("unpersist {short}"),
                    }
                }
                Effect::Show(change) => {
                    shown.push(self.change(&change));
                    continue;
                }
            };
            self.transcript.push_str(&format!("  {line}\n"));
        }
        if !shown.is_empty() {
            self.transcript.push_str(&format!("  ~ {}\n", shown.join(", ")));
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
            Change::EntryState => format!("entry {:?}", self.client.entry_state()).to_lowercase(),
            Change::You => {
                format!("you {}", self.client.you().and_then(|you| you.name.as_deref()).unwrap_or("(reader)"))
            }
            Change::People => format!("people {}", self.client.people_count()),
            Change::Typing => format!("typing {:?}", self.client.typing()),
            Change::Bots => "bots".to_owned(),
            Change::CustomBots => {
                let Some(custom_bots) = self.client.custom_bots() else {
                    return format!("knowledge {:?}", self.client.knowledge("cook"));
                };
                let drafts = &custom_bots.drafts;
                format!(
                    "custom bots {:?}",
                    drafts.iter().map(|draft| draft.handle.as_str()).collect::<Vec<_>>()
                )
            }
            Change::Quotes => "quotes".to_owned(),
            Change::PrivateAnswers => "private answers".to_owned(),
            Change::Bill => "bill".to_owned(),
            Change::Settings => format!("settings {:?}", self.client.timeline().settings()),
            Change::Audit => "audit".to_owned(),
            Change::Reports => format!("reports {}", self.client.reports()),
            Change::Reported { seq } => format!("reported {seq}"),
            Change::BotSaveState => match self.client.bot_save_state() {
                BotSaveState::Refused { code, errors } => {
                    let errors: Vec<String> = errors
                        .iter()
                        .map(|error| format!(" {}={}", error.field, as_str(error.code)))
                        .collect();
                    format!("bot save refused {}{}", as_str(*code), errors.concat())
                }
                state => format!("bot save {state:?}").to_lowercase(),
            },
            Change::Order => "order".to_owned(),
            Change::Item(key) => format!("item {}", key_name(key)),
            Change::History => match self.client.timeline() {
                timeline if timeline.is_loading() => "history loading".to_owned(),
                timeline if timeline.has_older() => format!("history more{}", newer(timeline)),
                timeline => format!("history complete{}", newer(timeline)),
            },
            Change::Jumped { seq } => match self.client.timeline().by_seq(*seq) {
                Some(item) => format!("jumped to {seq} {:?}", item.text),
                None => format!("jumped to {seq}, which is missing"),
            },
            Change::Search => {
                let search = self.client.search();
                let seqs: Vec<String> = search.hits.iter().map(|hit| hit.seq.to_string()).collect();
                format!("search {:?} {:?} [{}]", search.query, search.state, seqs.join(" "))
            }
            Change::Notice { code, retry_after_ms: None } => format!("notice {}", as_str(*code)),
            Change::Notice { code, retry_after_ms: Some(ms) } => {
                format!("notice {} for {ms}", as_str(*code))
            }
        }
    }

    pub(super) fn print_timeline(&mut self) {
        let items = self.items();
        self.transcript.push_str(&format!("= {} items\n", items.len()));
        for item in items {
            self.transcript.push_str(&item);
            self.transcript.push('\n');
        }
    }

    pub(super) fn items(&self) -> Vec<String> {
        let timeline = self.client.timeline();
        let keys = timeline.keys();
        let unique: std::collections::BTreeSet<&ItemKey> = keys.iter().collect();
        assert_eq!(unique.len(), keys.len(), "an item shows twice");
        keys.iter()
            .map(|key| super::printing::print(&timeline.item(key).expect("an item for every key")))
            .collect()
    }
}

/// What is told of newer messages.
fn newer(timeline: &crate::Timeline) -> String {
    let detached = if timeline.is_detached() { ", detached" } else { "" };
    let unseen = timeline.unseen();
    let called = timeline.called_by().map(|seq| format!(", called by {seq}")).unwrap_or_default();
    let unseen = if unseen > 0 { format!(", {unseen} unseen") } else { String::new() };
    format!("{detached}{unseen}{called}")
}

pub(super) fn as_str(code: ErrorCode) -> String {
    serde_json::to_string(&code).unwrap().trim_matches('"').to_owned()
}

pub(super) fn short(nonce: &Nonce) -> &str {
    nonce.as_str().trim_start_matches("nonce-").trim_start_matches('0')
}

fn key_name(key: &ItemKey) -> String {
    match key {
        ItemKey::Human { author, nonce } => {
            format!("{}/{}", author.as_str().trim_start_matches("person-"), short(nonce))
        }
        ItemKey::Seq(seq) => seq.to_string(),
    }
}
