//! What sockets say to a server, and how they know what it answers: Madang's protocol, or frames that a file describes.

use std::path::Path;

use serde::Deserialize;
use shared::frame::Resume;
use shared::{ClientFrame, Lang, Nonce, Seq, TabId};

/// How a socket talks to a server.
#[derive(Clone, Debug)]
pub(crate) enum Dialect {
    Madang,
    Described(Described),
}

/// The frames of another server, read from `bench.json` beside its `wrangler.toml`. `{room}`, `{name}` and `{text}` in them
/// are replaced.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Described {
    /// A path that is answered with 200 once the server runs.
    pub(crate) probe: String,
    /// The path of a room's socket.
    socket: String,
    /// The first frame of a socket.
    hello: String,
    /// A part of the frame by which the server tells that the socket has joined.
    ready: String,
    /// A frame that says a text, which the server sends to every socket, the author's too.
    say: String,
    /// A frame that the server reads and ignores, if it has one.
    #[serde(default)]
    ack: Option<String>,
}

impl Dialect {
    /// Reads the `bench.json` of a folder.
    pub(crate) fn read(folder: &Path) -> Described {
        let path = folder.join("bench.json");
        let text = std::fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{} cannot be read: {error}", path.display()));
        serde_json::from_str(&text)
            .unwrap_or_else(|error| panic!("{} describes no server: {error}", path.display()))
    }

    /// The path of a room's socket.
    pub(crate) fn path(&self, room: &str) -> String {
        match self {
            Self::Madang => format!("/api/rooms/{room}/socket"),
            Self::Described(described) => described.socket.replace("{room}", room),
        }
    }

    /// The first frame of the socket of this number.
    pub(crate) fn hello(&self, number: usize, resume: Option<Resume>) -> String {
        let name = format!("guest {number}");
        match self {
            Self::Madang => ClientFrame::Hello {
                protocol: shared::PROTOCOL_VERSION,
                tab: TabId::parse(format!("tab-{number:08}")).unwrap(),
                lang: Lang::En,
                nickname: Some(name),
                resume,
            }
            .encode(),
            Self::Described(described) => described.hello.replace("{name}", &name),
        }
    }

    /// Whether a frame tells that the socket has joined.
    pub(crate) fn is_ready(&self, frame: &str) -> bool {
        match self {
            Self::Madang => frame.starts_with(r#"{"type":"welcome""#),
            Self::Described(described) => frame.contains(&described.ready),
        }
    }

    /// Whether a frame tells that another one was refused.
    pub(crate) fn is_refusal(&self, frame: &str) -> bool {
        match self {
            Self::Madang => frame.starts_with(r#"{"type":"refused""#),
            Self::Described(_) => frame.starts_with(r#"{"error":"#),
        }
    }

    /// A frame that says a text; `number` is unique in the room, and `head` is the newest place that the author knows.
    pub(crate) fn say(&self, number: u32, head: u64, text: String) -> String {
        match self {
            Self::Madang => {
                let nonce = Nonce::parse(format!("nonce-{number:016}")).unwrap();
                let after = Seq(head);
                ClientFrame::Say { nonce, after, text, reply_to: None }.encode()
            }
            Self::Described(described) => described.say.replace("{text}", &text),
        }
    }

    /// A frame that acknowledges bytes, where the server has such a frame.
    pub(crate) fn ack(&self, bytes: u64) -> Option<String> {
        match self {
            Self::Madang => Some(ClientFrame::Ack { bytes }.encode()),
            Self::Described(described) => described.ack.clone(),
        }
    }

    /// Whether sockets acknowledge what they read, enter by HTTP, and resume.
    pub(crate) fn is_madang(&self) -> bool {
        matches!(self, Self::Madang)
    }
}
