//! The instance that is attacked: one that is started with the defaults of a paid model, or one that runs already.

use std::process::Command;
use std::time::Duration;

use serde::Deserialize;

use crate::deployment::Deployment;
use crate::options::Options;

/// The limits of a deployment whose model is paid for (README.md). The demo model is none, so they are set here.
const DEFAULTS: [(&str, &str); 8] = [
    ("ADDRESS_FACTOR", "10"),
    ("DEMO", "1"),
    ("BUDGET_DAY_USD", "5"),
    ("BUDGET_HOUR_USD", "1"),
    ("BUDGET_ROOM_DAY_USD", "1"),
    ("BUDGET_PERSON_DAY_USD", "0.25"),
    ("BUDGET_ADDRESS_PERCENT", "25"),
    ("QUESTIONS_PER_HOUR", "60"),
];

pub(crate) struct Instance {
    pub(crate) port: u16,
    pub(crate) time: Duration,
    /// `None` for an instance that somebody else started.
    pub(crate) deployment: Option<Deployment>,
}

/// What the databases of all objects hold.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub(crate) struct Usage {
    /// Objects with a database file: each was woken at least once.
    pub(crate) objects: u64,
    /// Rooms with tables.
    pub(crate) rooms: u64,
    /// Rows of all tables; of a room's log those that were ever inserted.
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
}

impl Instance {
    pub(crate) async fn start(options: &Options) -> Self {
        let time = options.time;
        match options.port {
            Some(port) => Self { port, time, deployment: None },
            None => {
                let deployment = Deployment::start_with(&DEFAULTS).await;
                Self { port: deployment.port, time, deployment: Some(deployment) }
            }
        }
    }

    /// Reads copies of the database files, for the runtime has them open.
    pub(crate) fn usage(&self) -> Option<Usage> {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let output = Command::new(root.join("node_modules/.bin/node"))
            .arg(root.join("tests/benches/attack/usage.mjs"))
            .arg(self.deployment.as_ref()?.state())
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        Some(serde_json::from_str(&text).unwrap_or_else(|_| panic!("usage.mjs failed: {output:?}")))
    }

    /// Mebibytes of memory that the Worker's process holds.
    pub(crate) fn memory(&self) -> Option<f64> {
        self.deployment.as_ref().map(Deployment::memory)
    }

    /// Makes the demo model write a long answer to each of the next calls: the more tokens, the sooner a budget is gone.
    pub(crate) fn queue_long_answers(&self, count: usize) {
        let Some(deployment) = &self.deployment else { return };
        let text = "word ".repeat(1_300);
        (0..count).for_each(|_| deployment.demo.queue_answer(&text));
    }

    pub(crate) fn reset_model(&self) {
        if let Some(deployment) = &self.deployment {
            deployment.demo.reset();
        }
    }

    pub(crate) fn set_pace(&self, pace: Duration) {
        if let Some(deployment) = &self.deployment {
            deployment.demo.set_pace(pace);
        }
    }

    pub(crate) fn model_calls(&self) -> Option<u64> {
        self.deployment.as_ref().map(|deployment| deployment.demo.model_calls().len() as u64)
    }
}
