//! A real client (the crate `client`, as the page has it) on a real socket, that checks what it shows after every change.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use client::{Change, Client, Config, Effect, EnterError, Input, ItemState};
use futures_util::{SinkExt, StreamExt};
use hyper::Method;
use shared::entry::{EnterReply, EnterRequest};
use shared::{Author, Lang, Millis, Nonce, RoomName, Seq, TabId};
use tokio::sync::{mpsc, oneshot};
use tokio_tungstenite::tungstenite::Message as Raw;

use crate::http;
use crate::screen::Screen;
use crate::visitor::{Tally, Visitor};

/// What happens to the client from outside.
enum Happened {
    Entered(Result<EnterReply, EnterError>, Option<String>),
    /// A socket of this number opened; what is sent to it goes here.
    Opened(u64, mpsc::UnboundedSender<Raw>),
    Text(u64, String),
    Closed(u64, u16),
}

/// What is asked of the client's task.
pub(crate) enum Command {
    Say(String),
    /// Breaks the connection, as a lost network does.
    Cut,
    /// Asks for older messages.
    Older,
    /// Answers with all that is shown, oldest first, and whether nothing is pending.
    Show(oneshot::Sender<Shown>),
}

/// A row as it is shown: its seq, its text, and whether a person wrote it.
pub(crate) type Row = (Seq, String, bool);

#[derive(Debug, Clone, Default)]
pub(crate) struct Shown {
    pub(crate) rows: Vec<Row>,
    pub(crate) is_settled: bool,
    pub(crate) has_older: bool,
    pub(crate) has_joined: bool,
    /// What was shown and must never be.
    pub(crate) violations: Vec<String>,
}

pub(crate) struct CheckedClient {
    client: Client,
    screen: Screen,
    visitor: Visitor,
    socket: Option<mpsc::UnboundedSender<Raw>>,
    /// Counts sockets; what earlier ones still report is not given to the client.
    generation: u64,
    happened: mpsc::UnboundedSender<Happened>,
    reconnects: Arc<AtomicU64>,
    violations: Vec<String>,
}

impl CheckedClient {
    /// Starts a client in a task of its own.
    pub(crate) fn start(
        port: u16,
        number: u64,
        reconnects: Arc<AtomicU64>,
    ) -> mpsc::UnboundedSender<Command> {
        let (commands, received) = mpsc::unbounded_channel();
        let (happened, happening) = mpsc::unbounded_channel();
        let client = Client::new(Config {
            room: RoomName::lobby(),
            tab: TabId::parse(format!("checked-{number:08}")).unwrap(),
            lang: Lang::En,
            key: None,
            create: false,
            nickname: Some(format!("Talker {number}")),
            seed: number,
            outbox: Vec::new(),
        });
        let checked = Self {
            client,
            screen: Screen::default(),
            visitor: Visitor::new(port, None, &Tally::default()),
            socket: None,
            generation: 0,
            happened,
            reconnects,
            violations: Vec::new(),
        };
        tokio::spawn(checked.run(received, happening));
        commands
    }

    async fn run(
        mut self,
        mut commands: mpsc::UnboundedReceiver<Command>,
        mut happening: mpsc::UnboundedReceiver<Happened>,
    ) {
        self.input(Input::Start);
        loop {
            let wait = self.client.next_wakeup().map(|at| at.since(now()));
            let tick = tokio::time::sleep(Duration::from_millis(wait.unwrap_or(60_000)));
            tokio::select! {
                command = commands.recv() => match command {
                    Some(command) => self.obey(command),
                    None => return,
                },
                Some(happened) = happening.recv() => self.happens(happened),
                () = tick => self.input(Input::Tick),
            }
        }
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Say(text) => {
                self.input(Input::Say { nonce: nonce(), text, reply_to: None });
            }
            // One that waits before it connects again would wait longer each time, and never connect.
            Command::Cut if self.socket.is_some() => {
                self.socket = None;
                self.generation += 1;
                self.input(Input::Closed { code: 1006 });
            }
            Command::Cut => {}
            Command::Older => self.input(Input::LoadOlder),
            Command::Show(answer) => {
                let shown = self.shown();
                let _ = answer.send(shown);
            }
        }
    }

    fn happens(&mut self, happened: Happened) {
        match happened {
            Happened::Entered(result, cookie) => {
                self.visitor.cookie = cookie.or(self.visitor.cookie.take());
                self.input(Input::Entered(result));
            }
            Happened::Opened(generation, socket) if generation == self.generation => {
                self.socket = Some(socket);
                self.reconnects.fetch_add(1, Ordering::Relaxed);
                self.input(Input::Opened);
            }
            Happened::Text(generation, text) if generation == self.generation => {
                self.input(Input::Received(text));
            }
            Happened::Closed(generation, code) if generation == self.generation => {
                self.socket = None;
                self.input(Input::Closed { code });
            }
            _ => {}
        }
    }

    fn input(&mut self, input: Input) {
        for effect in self.client.handle(now(), input) {
            match effect {
                Effect::Enter(request) => self.enter(&request),
                Effect::Open => self.open(),
                Effect::Send(text) => {
                    if let Some(socket) = &self.socket {
                        let _ = socket.send(Raw::text(text));
                    }
                }
                Effect::Close => {
                    self.socket = None;
                    self.generation += 1;
                }
                Effect::Persist { .. } => {}
                Effect::Show(Change::Order) => {
                    if let Err(violation) = self.screen.order(&self.client) {
                        self.violations.push(violation);
                    }
                }
                Effect::Show(Change::Item(key)) => self.screen.row(&self.client, &key),
                Effect::Show(_) => {}
            }
        }
    }

    fn enter(&self, request: &EnterRequest) {
        let body = serde_json::to_string(request).unwrap();
        let (happened, visitor) = (self.happened.clone(), self.visitor.clone());
        tokio::spawn(async move {
            let origin = format!("http://127.0.0.1:{}", visitor.port);
            let mut headers = vec![("origin", origin.as_str()), ("content-type", "application/json")];
            headers.extend(visitor.cookie.as_deref().map(|cookie| ("cookie", cookie)));
            let reply = http::request(visitor.port, Method::POST, "/api/enter", &headers, &body).await;
            let cookie = reply.as_ref().ok().and_then(|reply| reply.header("set-cookie"));
            let cookie = cookie.and_then(|cookie| cookie.split(';').next()).map(str::to_owned);
            let entered = match reply {
                Ok(reply) if reply.status == 200 => {
                    serde_json::from_str(&reply.body).map_err(|_| EnterError::Network)
                }
                Ok(reply) if reply.status == 429 => Err(EnterError::SlowDown { retry_after_ms: 1_000 }),
                _ => Err(EnterError::Network),
            };
            let _ = happened.send(Happened::Entered(entered, cookie));
        });
    }

    fn open(&mut self) {
        self.socket = None;
        self.generation += 1;
        let (generation, happened, visitor) = (self.generation, self.happened.clone(), self.visitor.clone());
        tokio::spawn(async move {
            let Ok(stream) = visitor.open("lobby").await else {
                let _ = happened.send(Happened::Closed(generation, 1006));
                return;
            };
            let (mut writer, mut reader) = stream.split();
            let (sender, mut outgoing) = mpsc::unbounded_channel();
            let _ = happened.send(Happened::Opened(generation, sender));
            let mut code = 1006;
            loop {
                tokio::select! {
                    frame = outgoing.recv() => match frame {
                        Some(frame) => drop(writer.send(frame).await),
                        // The client dropped the socket.
                        None => return,
                    },
                    raw = reader.next() => match raw {
                        Some(Ok(Raw::Text(text))) => {
                            let _ = happened.send(Happened::Text(generation, text.to_string()));
                        }
                        Some(Ok(Raw::Close(close))) => code = close.map_or(1005, |close| close.code.into()),
                        Some(Ok(_)) => {}
                        Some(Err(_)) | None => break,
                    },
                }
            }
            let _ = happened.send(Happened::Closed(generation, code));
        });
    }

    fn shown(&mut self) -> Shown {
        let is_open = |state: ItemState| match state {
            ItemState::Pending | ItemState::Failed { .. } => true,
            ItemState::Answer(run) => !run.is_end(),
            ItemState::Sent => false,
        };
        let rows = &self.screen.rows;
        let shown = rows
            .iter()
            .filter_map(|row| Some((row.seq?, row.text.clone(), matches!(row.author, Author::Human { .. }))));
        Shown {
            rows: shown.collect(),
            is_settled: !rows.iter().any(|row| is_open(row.state)) && self.socket.is_some(),
            has_joined: self.client.you().is_some_and(|you| you.name.is_some()),
            has_older: self.client.timeline().has_older(),
            violations: self.violations.clone(),
        }
    }
}

fn nonce() -> Nonce {
    static NONCES: AtomicU64 = AtomicU64::new(0);
    Nonce::parse(format!("checked-{:016}", NONCES.fetch_add(1, Ordering::Relaxed))).unwrap()
}

fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Millis(u64::try_from(since.as_millis()).unwrap())
}
