//! Attacks by writing: bots that cannot answer, and the longest messages with everything that reads them.

use std::time::{Duration, Instant};

use shared::frame::HistoryPlace;
use shared::{ClientFrame, Seq};

use crate::bystanders::ROOM;
use crate::instance::Instance;
use crate::money::SPENDER;
use crate::outcome::Outcome;
use crate::visitor::Connection;

const ALL_BOTS: &str = "@chatbot @summary @translator @counsellor @character @tutor @storyteller @poll hello";
const PEOPLE: usize = 10;
/// Write requests of an address: at once, and each second.
const WRITES: u64 = 300;
const WRITES_PER_SECOND: u64 = 20;

/// Mentions all bots in each message, from the address whose share of the budget is gone.
pub(crate) async fn mention(instance: &Instance, outcome: &mut Outcome) {
    let begun = Instant::now();
    let people = people(instance, outcome, SPENDER, "Mentioner").await;
    flood(people, begun, instance.time, || ALL_BOTS.to_owned()).await;
    let accepted = outcome.tally.lock().accepted;
    outcome.questions = accepted;
    outcome.tried = format!("{accepted} messages that mention eight bots");
    // Each message counts once, and twice for each of the four bots that it asks.
    let most = (WRITES + WRITES_PER_SECOND * (begun.elapsed().as_secs() + 1)) / 9 + PEOPLE as u64 * 2;
    outcome.require(accepted <= most, || format!("{accepted} were accepted, at most {most} may be"));
}

/// Writes the longest messages, pages through them, and lets a bot search them.
pub(crate) async fn heavy(instance: &Instance, outcome: &mut Outcome) {
    let begun = Instant::now();
    let people = people(instance, outcome, "203.0.113.31", "Heavy").await;
    let long = format!("{} needle", "가".repeat(shared::limits::TEXT_CHARACTERS - 7));
    flood(people, begun, instance.time / 2, || long.clone()).await;
    let mut visitor = outcome.visitor(instance, "203.0.113.31");
    let mut pages = 0;
    if let Some(mut connection) = visitor.join(ROOM, false, "Searcher").await {
        let mut before = Seq(1_000_000);
        while begun.elapsed() < instance.time {
            connection.send(&ClientFrame::History { place: HistoryPlace::Before(before), limit: 100 }).await;
            let page = connection.wait(|frame| match frame {
                shared::ServerFrame::Page { messages, .. } => {
                    Some(messages.first().map(|message| message.seq))
                }
                shared::ServerFrame::Refused { .. } => Some(None),
                _ => None,
            });
            match page.await.flatten() {
                Some(first) => (before, pages) = (first, pages + 1),
                None => tokio::time::sleep(Duration::from_millis(100)).await,
            }
            if pages % 5 == 1 {
                let _ = connection.say("@chatbot search for needle").await;
                outcome.questions += 1;
            }
        }
    }
    let accepted = outcome.tally.lock().accepted;
    outcome.tried = format!("{accepted} messages of 4,000 characters, {pages} pages");
    let most = WRITES + WRITES_PER_SECOND * (begun.elapsed().as_secs() + 1) + 50;
    outcome.require(accepted <= most, || format!("{accepted} were accepted, at most {most} may be"));
    let grown = outcome.grown(instance);
    outcome.require(grown.is_none_or(|grown| grown < 200.0), || format!("memory grew by {grown:?} MiB"));
}

/// So many identities of one address, joined.
async fn people(
    instance: &Instance,
    outcome: &Outcome,
    address: &'static str,
    name: &str,
) -> Vec<Connection> {
    let mut people = Vec::new();
    for number in 0..PEOPLE {
        let mut visitor = outcome.visitor(instance, address);
        people.extend(visitor.join(ROOM, false, &format!("{name} {number}")).await);
    }
    people
}

/// Everybody writes as fast as they are answered.
async fn flood(people: Vec<Connection>, begun: Instant, time: Duration, text: impl Fn() -> String) {
    let text = &text;
    let writers = people.into_iter().map(|mut connection| async move {
        while begun.elapsed() < time {
            if connection.say(&text()).await.is_err() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        connection.close().await;
    });
    futures_util::future::join_all(writers).await;
}
