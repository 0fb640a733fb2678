//! Writing the steps of a stream to a connection: frames, pace, and every way to do it badly.

use super::dialect::Framing;
use super::fault::Cut;
use super::outgoing::Line;
use super::seen::{Ending, Ticket};
use super::steps::{Kind, Step};
use super::store::Store;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;

/// What ends a line of the event stream; all three are allowed by the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineEnd {
    /// `\n`
    Lf,
    /// `\r\n`
    Crlf,
    /// `\r`
    Cr,
}

/// How the body is divided into chunks; one per event when nothing is said.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Split {
    Every(usize),
    At(usize),
}

/// How events are written.
#[derive(Clone, Debug)]
pub(crate) struct Wire {
    pub(crate) line_end: LineEnd,
    pub(crate) event_lines: bool,
    pub(crate) numbered: bool,
    pub(crate) odd: bool,
    pub(crate) split: Option<Split>,
    pub(crate) cut: Option<(usize, Cut)>,
}

impl Wire {
    pub(crate) fn new(framing: Framing) -> Wire {
        Wire {
            line_end: if framing.carriage_returns { LineEnd::Crlf } else { LineEnd::Lf },
            event_lines: framing.event_lines,
            numbered: framing.numbered,
            odd: false,
            split: None,
            cut: None,
        }
    }

    fn frame(&self, event: &Value) -> Vec<u8> {
        let mut frame = String::new();
        if self.event_lines
            && let Some(kind) = event["type"].as_str()
        {
            frame.push_str("event: ");
            frame.push_str(kind);
            frame.push('\n');
        }
        if self.odd {
            for line in format!("{event:#}").lines() {
                frame.push_str("data:");
                frame.push_str(line);
                frame.push('\n');
            }
        } else {
            frame.push_str(&format!("data: {event}\n"));
        }
        frame.push('\n');
        frame.into_bytes()
    }

    fn line_ends(&self, bytes: Vec<u8>) -> Vec<u8> {
        // JSON has no bare line feeds within strings, so every one here ends a line.
        let end: &[u8] = match self.line_end {
            LineEnd::Lf => return bytes,
            LineEnd::Crlf => b"\r\n",
            LineEnd::Cr => b"\r",
        };
        bytes.split(|byte| *byte == b'\n').collect::<Vec<_>>().join(end)
    }
}

/// What is needed to play a stream.
pub(crate) struct Player {
    pub(crate) wire: Wire,
    pub(crate) store: Arc<Mutex<Store>>,
    pub(crate) line: Arc<Line>,
    pub(crate) ticket: Ticket,
}

/// The stream ended before its steps did.
enum Stop {
    Gone,
    Cut(Cut),
}

impl Player {
    /// Writes the steps until they end or the client goes.
    pub(crate) async fn play(self, steps: Vec<Step>, sender: mpsc::Sender<io::Result<Bytes>>) {
        let mut outlet = Outlet { sender, written: 0, number: 0 };
        let mut ended = Ok(());
        for step in steps {
            ended = self.step(step, &mut outlet).await;
            if ended.is_err() {
                break;
            }
        }
        match ended {
            Ok(()) => self.ticket.end(Ending::Completed),
            // Dropping the ticket says that the client has gone.
            Err(Stop::Gone) => {}
            Err(Stop::Cut(how)) => {
                self.ticket.end(Ending::Cut);
                // What was written shall arrive before the connection goes.
                tokio::time::sleep(Duration::from_millis(20)).await;
                if how == Cut::Reset {
                    self.line.will_reset();
                }
                if how != Cut::Clean {
                    let _ = outlet.sender.send(Err(io::Error::other("cut by a fault"))).await;
                }
            }
        }
    }

    async fn step(&self, step: Step, outlet: &mut Outlet) -> Result<(), Stop> {
        match step {
            Step::Wait(time) => outlet.wait(time).await,
            Step::Event(kind, event) => self.event(kind, event, outlet).await,
            Step::Raw(bytes) => self.bytes(bytes, outlet).await,
            Step::Keep(kept) => {
                if outlet.sender.is_closed() {
                    return Err(Stop::Gone);
                }
                let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
                // A full disk makes the chain unknown after a restart, which is a case that clients must bear.
                let _ = store.keep(&kept);
                Ok(())
            }
            Step::Silence => {
                outlet.sender.closed().await;
                Err(Stop::Gone)
            }
            Step::Endless(delta) => loop {
                outlet.wait(Duration::from_millis(5)).await?;
                self.event(Kind::Delta, delta.clone(), outlet).await?;
            },
            Step::Close(how) => Err(Stop::Cut(how)),
        }
    }

    async fn event(&self, kind: Kind, mut event: Value, outlet: &mut Outlet) -> Result<(), Stop> {
        if self.wire.numbered
            && let Some(fields) = event.as_object_mut()
        {
            fields.insert("sequence_number".to_owned(), json!(outlet.number));
        }
        outlet.number += 1;
        self.bytes(self.wire.frame(&event), outlet).await?;
        if kind == Kind::Delta {
            self.ticket.delta();
        }
        Ok(())
    }

    async fn bytes(&self, bytes: Vec<u8>, outlet: &mut Outlet) -> Result<(), Stop> {
        let mut bytes = Bytes::from(self.wire.line_ends(bytes));
        let mut cut = None;
        if let Some((limit, how)) = self.wire.cut {
            let left = limit.saturating_sub(outlet.written);
            if bytes.len() >= left {
                bytes.truncate(left);
                cut = Some(how);
            }
        }
        match self.wire.split {
            None => outlet.send(bytes).await?,
            Some(Split::Every(size)) => {
                while !bytes.is_empty() {
                    outlet.send(bytes.split_to(size.min(bytes.len()))).await?;
                    tokio::task::yield_now().await;
                }
            }
            Some(Split::At(offset)) => {
                let left = offset.checked_sub(outlet.written).filter(|left| *left < bytes.len());
                if let Some(left) = left {
                    outlet.send(bytes.split_to(left)).await?;
                    outlet.wait(Duration::from_millis(20)).await?;
                }
                outlet.send(bytes).await?;
            }
        }
        cut.map_or(Ok(()), |how| Err(Stop::Cut(how)))
    }
}

struct Outlet {
    sender: mpsc::Sender<io::Result<Bytes>>,
    written: usize,
    number: u64,
}

impl Outlet {
    async fn send(&mut self, bytes: Bytes) -> Result<(), Stop> {
        self.written += bytes.len();
        if bytes.is_empty() {
            return Ok(());
        }
        self.sender.send(Ok(bytes)).await.map_err(|_| Stop::Gone)
    }

    async fn wait(&self, time: Duration) -> Result<(), Stop> {
        if time.is_zero() {
            return Ok(());
        }
        tokio::select! {
            () = tokio::time::sleep(time) => Ok(()),
            () = self.sender.closed() => Err(Stop::Gone),
        }
    }
}
