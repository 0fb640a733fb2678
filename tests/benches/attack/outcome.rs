//! What one attack tried, got and cost, and the table of all.

use std::time::Duration;

use crate::bystanders::{Bystanders, Noticed};
use crate::instance::{Instance, Usage};
use crate::prices::{AWAKE_SECONDS, Platform};
use crate::statistics::print_table;
use crate::visitor::{Tally, Visitor};

/// How long bystanders are watched before each attack.
const BEFORE: Duration = Duration::from_secs(4);
/// Dollars that an attacker at one address may cost the operator in an hour.
const HOUR_DOLLARS: f64 = 1.0;
/// What an address may use at once and in an hour (`edge/src/address_limits.rs`, `shared/src/limits.rs`).
const VISITS_HOUR: f64 = 120.0 + 2.0 * 3_600.0;
const WRITES_HOUR: f64 = 6_000.0 + 3_600.0 / 0.5;
/// Rooms that an address may create in its first hour, in each of which it may write as much.
const ROOMS_HOUR: f64 = 16.0;
/// Rows that are rewritten or deleted for each question, at most: its record, its spending, the ledger's claim and sums.
const REWRITTEN_PER_QUESTION: f64 = 16.0;

pub(crate) struct Outcome {
    part: &'static str,
    pub(crate) tally: Tally,
    /// What it did, in words.
    pub(crate) tried: String,
    pub(crate) seconds: f64,
    /// Questions that were asked.
    pub(crate) questions: u64,
    /// Dollars of model money, as the rooms' bills say.
    pub(crate) model_dollars: Option<f64>,
    usage: Option<(Usage, Usage)>,
    memory: Option<(f64, f64)>,
    noticed: Option<(Noticed, Noticed)>,
    /// What bystanders noticed of the same attack against another instance on this machine.
    pub(crate) elsewhere: Option<Noticed>,
    begun: u64,
    bystanders_sent: u64,
    hour: Platform,
    broken: Vec<String>,
}

impl Outcome {
    /// Watches the bystanders for a while, and begins.
    pub(crate) async fn begin(part: &'static str, instance: &Instance, bystanders: &Bystanders) -> Self {
        let from = Bystanders::now();
        tokio::time::sleep(BEFORE).await;
        let before = bystanders.noticed(from, Bystanders::now());
        let usage = instance.usage().map(|usage| (usage, usage));
        let memory = instance.memory().map(|memory| (memory, memory));
        Self {
            part,
            tally: Tally::default(),
            tried: String::new(),
            seconds: 0.0,
            questions: 0,
            model_dollars: None,
            usage,
            memory,
            noticed: Some((before, before)),
            elsewhere: None,
            begun: Bystanders::now(),
            bystanders_sent: bystanders.sent(),
            hour: Platform::default(),
            broken: Vec::new(),
        }
    }

    /// A visitor whose attempts are counted here.
    pub(crate) fn visitor(&self, instance: &Instance, address: &'static str) -> Visitor {
        Visitor::new(instance.port, Some(address), &self.tally)
    }

    /// Records a limit that did not hold.
    pub(crate) fn require(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.broken.push(format!("{}: {}", self.part, what()));
        }
    }

    /// Objects that were woken since it began.
    pub(crate) fn woken(&self, instance: &Instance) -> Option<u64> {
        Some(instance.usage()?.objects.saturating_sub(self.usage?.0.objects))
    }

    /// Mebibytes by which the Worker's process has grown since it began.
    pub(crate) fn grown(&self, instance: &Instance) -> Option<f64> {
        Some(instance.memory()? - self.memory?.0)
    }

    /// Ends it: measures what it left behind, and whether others are still answered.
    pub(crate) async fn end(&mut self, instance: &Instance, bystanders: &mut Bystanders) {
        let end = Bystanders::now();
        self.seconds = (end - self.begun) as f64 / 1e6;
        // Until what was under way has arrived.
        tokio::time::sleep(Duration::from_secs(2)).await;
        if let Some((_, during)) = &mut self.noticed {
            *during = bystanders.noticed(self.begun, end);
        }
        let sent = bystanders.sent() - self.bystanders_sent;
        instance.reset_model();
        if let (Some((_, memory)), Some(now)) = (&mut self.memory, instance.memory()) {
            *memory = now;
        }
        if let (Some((before, after)), Some(now)) = (&mut self.usage, instance.usage()) {
            *after = Usage { rows: now.rows.saturating_sub(sent).max(before.rows), ..now };
        }
        self.hour = self.platform().hour;
        let dollars = self.hour.dollars();
        self.require(dollars < HOUR_DOLLARS, || format!("costs ${dollars:.2} an hour of the platform"));
        let is_answered = bystanders.are_answered().await;
        self.require(is_answered, || "bots do not answer others any more".to_owned());
    }

    /// The limits that did not hold; `bound` is how many times as long bystanders may wait.
    pub(crate) fn into_broken(self, bound: Option<f64>) -> Vec<String> {
        let ratio = self.ratio();
        let mut broken = self.broken;
        if let (Some(bound), Some(ratio)) = (bound, ratio)
            // A reference or an attack of which nobody saw a message is no proof that all was well.
            && (ratio.is_nan() || ratio > bound)
        {
            broken.push(format!(
                "{}: bystanders waited {ratio:.2} times as long as during the same attack elsewhere, at most {bound} are allowed",
                self.part
            ));
        }
        broken
    }

    /// How many times as long bystanders waited as during the same attack elsewhere, or before it, in the 99th percentile.
    fn ratio(&self) -> Option<f64> {
        self.noticed.map(|(before, during)| during.slow / self.elsewhere.unwrap_or(before).slow)
    }

    fn platform(&self) -> Cost {
        let counts = self.tally.lock();
        let admitted = counts.replies.iter().filter(|(status, _)| matches!(status, 101 | 200));
        let visits = admitted.map(|(_, count)| *count).sum::<u64>() as f64;
        let (rows, bytes, objects) = self.usage.map_or((0.0, 0.0, 0.0), |(before, after)| {
            let grown = |of: fn(&Usage) -> u64| of(&after).saturating_sub(of(&before)) as f64;
            (grown(|usage| usage.rows), grown(|usage| usage.bytes), grown(|usage| usage.objects))
        });
        let rewritten = self.questions as f64 * REWRITTEN_PER_QUESTION;
        let run = Platform {
            requests: counts.requests as f64,
            visits,
            frames: counts.frames as f64,
            object_seconds: objects * AWAKE_SECONDS + self.seconds,
            // Each admitted visit may store its address's counts.
            rows: rows + visits + rewritten,
            bytes,
        };
        let longer = 3_600.0 / self.seconds.max(1.0);
        // Requests and frames could go on like this for an hour; what limits bound could not.
        let visits_hour = (visits * longer).min(VISITS_HOUR);
        let woken_hour = if visits > 0.0 { objects * visits_hour / visits } else { 0.0 };
        let writes_hour = (rows + rewritten) * longer;
        let bound = WRITES_HOUR * ROOMS_HOUR * (1.0 + rewritten / rows.max(1.0));
        let rows_hour = writes_hour.min(bound);
        let hour = Platform {
            requests: run.requests * longer,
            visits: visits_hour,
            frames: run.frames * longer,
            object_seconds: woken_hour * AWAKE_SECONDS + 3_600.0,
            rows: rows_hour + visits_hour,
            bytes: bytes * rows_hour / (rows + rewritten).max(1.0),
        };
        Cost { run, hour }
    }
}

struct Cost {
    run: Platform,
    /// The most that an hour of the same can cost.
    hour: Platform,
}

/// Prints what was tried and refused, what it cost, and what bystanders noticed.
pub(crate) fn print(outcomes: &[Outcome], bystanders: &Bystanders) {
    let heads = ["attack", "tried", "answered", "refused"];
    let rows: Vec<Vec<String>> = outcomes.iter().map(Outcome::tried_row).collect();
    print_table("What was tried, and what was refused", &heads, &rows);
    let heads = [
        "attack",
        "seconds",
        "requests",
        "frames",
        "objects",
        "rooms",
        "rows",
        "KB stored",
        "MiB of memory",
        "model, $",
        "platform, $",
        "platform, $ an hour",
    ];
    let rows: Vec<Vec<String>> = outcomes.iter().map(Outcome::cost_row).collect();
    print_table("What it cost", &heads, &rows);
    println!(
        "rows: those that were inserted, one for each admitted visit, and {REWRITTEN_PER_QUESTION} for each question, which is the most that it rewrites.\n\
         An hour: requests and frames as in this run, everything else until a limit of the address is used up, in {ROOMS_HOUR} rooms.\n\
         Prices: developers.cloudflare.com/durable-objects/platform/pricing, /workers/platform/pricing."
    );
    let heads = [
        "attack",
        "median alone, ms",
        "attack elsewhere",
        "here",
        "99th alone, ms",
        "attack elsewhere",
        "here",
        "ratio",
    ];
    let rows: Vec<Vec<String>> = outcomes.iter().map(Outcome::noticed_row).collect();
    print_table("What bystanders noticed, in the attacked room", &heads, &rows);
    println!(
        "bystanders: {} messages sent; ratio: here to elsewhere, of the 99th percentiles",
        bystanders.sent()
    );
}

impl Outcome {
    fn tried_row(&self) -> Vec<String> {
        let counts = self.tally.lock();
        let replies = counts.replies.iter().filter(|(status, _)| matches!(status, 101 | 200));
        let mut answered: Vec<String> =
            replies.map(|(status, count)| format!("{count} × {status}")).collect();
        if counts.accepted > 0 {
            answered.push(format!("{} accepted", counts.accepted));
        }
        let replies = counts.replies.iter().filter(|(status, _)| !matches!(status, 101 | 200));
        let replies = replies.map(|(status, count)| format!("{count} × {status}"));
        let codes = counts.refused.iter().map(|(code, count)| format!("{count} × {code}"));
        let closed = counts.closed.iter().map(|(code, count)| format!("{count} closed with {code}"));
        let refused: Vec<String> = replies.chain(codes).chain(closed).collect();
        vec![self.part.to_owned(), self.tried.clone(), answered.join(", "), refused.join(", ")]
    }

    fn cost_row(&self) -> Vec<String> {
        let run = self.platform().run;
        let grown = |of: fn(&Usage) -> u64| match self.usage {
            Some((before, after)) => (of(&after).saturating_sub(of(&before))).to_string(),
            None => "?".to_owned(),
        };
        let memory = self.memory.map_or("?".to_owned(), |(before, after)| format!("{:+.0}", after - before));
        vec![
            self.part.to_owned(),
            format!("{:.0}", self.seconds),
            format!("{}", run.requests),
            format!("{}", run.frames),
            grown(|usage| usage.objects),
            grown(|usage| usage.rooms),
            format!("{}", run.rows),
            format!("{:.0}", run.bytes / 1e3),
            memory,
            self.model_dollars.map_or("0".to_owned(), |dollars| format!("{dollars:.3}")),
            format!("{:.4}", run.dollars()),
            format!("{:.2}", self.hour.dollars()),
        ]
    }

    fn noticed_row(&self) -> Vec<String> {
        let unknown = Noticed { median: f64::NAN, slow: f64::NAN };
        let (before, during) = self.noticed.unwrap_or((unknown, unknown));
        let elsewhere = self.elsewhere.unwrap_or(unknown);
        let numbers =
            [before.median, elsewhere.median, during.median, before.slow, elsewhere.slow, during.slow];
        let ratio = format!("{:.2}", self.ratio().unwrap_or(f64::NAN));
        let numbers = numbers.map(|number| format!("{number:.1}"));
        [self.part.to_owned()].into_iter().chain(numbers).chain([ratio]).collect()
    }
}
