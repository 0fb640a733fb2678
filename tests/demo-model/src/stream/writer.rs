//! Writes the steps of a stream to a connection, at their pace, split and cut as faults want.

use super::connection::Connection;
use super::framing::{Cut, Split, WireFormat};
use super::steps::{EventKind, Step};
use crate::requests::{Outcome, Recording};
use crate::stores::Stores;
use bytes::Bytes;
use serde_json::{Value, json};
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

pub(crate) struct StreamWriter {
    pub(crate) format: WireFormat,
    pub(crate) stores: Arc<Stores>,
    pub(crate) connection: Arc<Connection>,
    pub(crate) recording: Recording,
}

/// Why a stream ended before its steps did.
enum Interruption {
    ClientGone,
    Cut(Cut),
}

impl StreamWriter {
    /// Writes the steps until they end or the client goes.
    pub(crate) async fn run(self, steps: Vec<Step>, sender: mpsc::Sender<io::Result<Bytes>>) {
        let mut body = BodySender { sender, written: 0, next_number: 0 };
        let mut ended = Ok(());
        for step in steps {
            ended = self.step(step, &mut body).await;
            if ended.is_err() {
                break;
            }
        }
        match ended {
            Ok(()) => self.recording.end(Outcome::Completed),
            // Dropping the recording says that the client has gone.
            Err(Interruption::ClientGone) => {}
            Err(Interruption::Cut(how)) => {
                self.recording.end(Outcome::Cut);
                // Give what was written the time to arrive before the connection goes.
                tokio::time::sleep(Duration::from_millis(20)).await;
                if how == Cut::Reset {
                    self.connection.reset_on_close();
                }
                if how != Cut::Clean {
                    let _ = body.sender.send(Err(io::Error::other("cut by an injected fault"))).await;
                }
            }
        }
    }

    async fn step(&self, step: Step, body: &mut BodySender) -> Result<(), Interruption> {
        match step {
            Step::Wait(time) => body.wait(time).await,
            Step::Event(kind, event) => self.event(kind, event, body).await,
            Step::Raw(bytes) => self.bytes(bytes, body).await,
            Step::Store(stored) => {
                if body.sender.is_closed() {
                    return Err(Interruption::ClientGone);
                }
                // With a full disk the response is only lost at the next restart.
                let _ = self.stores.responses().insert(&stored);
                Ok(())
            }
            Step::Silence => {
                body.sender.closed().await;
                Err(Interruption::ClientGone)
            }
            Step::Endless(delta) => loop {
                body.wait(Duration::from_millis(5)).await?;
                self.event(EventKind::Delta, delta.clone(), body).await?;
            },
            Step::Close(how) => Err(Interruption::Cut(how)),
        }
    }

    async fn event(
        &self,
        kind: EventKind,
        mut event: Value,
        body: &mut BodySender,
    ) -> Result<(), Interruption> {
        if self.format.framing.sequence_numbers
            && let Some(fields) = event.as_object_mut()
        {
            fields.insert("sequence_number".to_owned(), json!(body.next_number));
        }
        body.next_number += 1;
        self.bytes(self.format.event(&event), body).await?;
        if kind == EventKind::Delta {
            self.recording.add_delta();
        }
        Ok(())
    }

    async fn bytes(&self, bytes: Vec<u8>, body: &mut BodySender) -> Result<(), Interruption> {
        let mut bytes = Bytes::from(self.format.with_line_ends(bytes));
        let mut cut = None;
        if let Some((limit, how)) = self.format.cut {
            let left = limit.saturating_sub(body.written);
            if bytes.len() >= left {
                bytes.truncate(left);
                cut = Some(how);
            }
        }
        match self.format.split {
            None => body.send(bytes).await?,
            Some(Split::Every(size)) => {
                while !bytes.is_empty() {
                    body.send(bytes.split_to(size.min(bytes.len()))).await?;
                    tokio::task::yield_now().await;
                }
            }
            Some(Split::At(offset)) => {
                let left = offset.checked_sub(body.written).filter(|left| *left < bytes.len());
                if let Some(left) = left {
                    body.send(bytes.split_to(left)).await?;
                    body.wait(Duration::from_millis(20)).await?;
                }
                body.send(bytes).await?;
            }
        }
        cut.map_or(Ok(()), |how| Err(Interruption::Cut(how)))
    }
}

/// The sending end of the HTTP body.
struct BodySender {
    sender: mpsc::Sender<io::Result<Bytes>>,
    written: usize,
    next_number: u64,
}

impl BodySender {
    async fn send(&mut self, bytes: Bytes) -> Result<(), Interruption> {
        self.written += bytes.len();
        if bytes.is_empty() {
            return Ok(());
        }
        self.sender.send(Ok(bytes)).await.map_err(|_| Interruption::ClientGone)
    }

    async fn wait(&self, time: Duration) -> Result<(), Interruption> {
        if time.is_zero() {
            return Ok(());
        }
        tokio::select! {
            () = tokio::time::sleep(time) => Ok(()),
            () = self.sender.closed() => Err(Interruption::ClientGone),
        }
    }
}
