//! Attacks on the budget: one address spends what it can, and withdraws questions at every phase.

use std::time::{Duration, Instant};

use shared::{ClientFrame, ErrorCode, Event, RunState, Seq, ServerFrame};

use crate::instance::Instance;
use crate::outcome::Outcome;
use crate::visitor::{Connection, Tally, nonce};

/// The address that spends; another attack needs one whose share is gone.
pub(crate) const SPENDER: &str = "203.0.113.41";
/// Dollars that one address may use in an hour: a quarter of the deployment's dollar.
const SHARE: f64 = 0.25;
const ROOMS: usize = 10;
const BOTS: [&str; 4] = ["@chatbot", "@summary", "@translator", "@storyteller"];
/// How long after a question it is withdrawn, in milliseconds: before it is asked, while it is moderated and sent, while it is answered.
const PHASES: [u64; 8] = [0, 2, 5, 10, 20, 50, 150, 400];

/// Ten rooms and as many identities as there are ask four bots each, until the address may not ask any more.
pub(crate) async fn spend(instance: &Instance, outcome: &mut Outcome) {
    instance.queue_long_answers(400);
    let calls = instance.model_calls().unwrap_or_default();
    let mut rooms = Vec::new();
    for number in 0..ROOMS {
        let mut visitor = outcome.visitor(instance, SPENDER);
        rooms.extend(visitor.join(&format!("spender-{number}"), true, "Spender").await);
    }
    let begun = Instant::now();
    let mut asked = 0;
    let mut refused = 0;
    // Until every room is refused, or for a minute.
    while begun.elapsed() < Duration::from_secs(60) && refused < rooms.len() {
        refused = 0;
        let round = rooms.iter_mut().map(|room| ask_all(room, &outcome.tally));
        for (questions, is_refused) in futures_util::future::join_all(round).await {
            asked += questions;
            refused += usize::from(is_refused);
        }
    }
    let mut micros = 0;
    for room in &mut rooms {
        micros += bill(room).await;
    }
    let made = instance.model_calls().map(|now| now - calls);
    outcome.questions = asked;
    let dollars = micros as f64 / 1e6;
    outcome.model_dollars = Some(dollars);
    outcome.tried = format!(
        "{asked} questions in {} rooms, {} calls",
        rooms.len(),
        made.map_or("?".into(), |n| n.to_string())
    );
    outcome.require(dollars <= SHARE, || format!("spent ${dollars:.3} of the address's ${SHARE}"));
    outcome.require(refused == rooms.len(), || "the address may still ask after a minute".to_owned());
}

/// Asks and withdraws at every phase, by stopping or by deleting.
pub(crate) async fn stop(instance: &Instance, outcome: &mut Outcome) {
    instance.set_pace(Duration::from_millis(15));
    let calls = instance.model_calls().unwrap_or_default();
    let mut visitor = outcome.visitor(instance, "203.0.113.42");
    let Some(mut connection) = visitor.join("withdrawn", true, "Withdrawer").await else { return };
    let begun = Instant::now();
    let mut asked = 0;
    'rounds: for round in 0..8 {
        for phase in PHASES {
            if begun.elapsed() > instance.time {
                break 'rounds;
            }
            let text = format!("{} tell me a long story", BOTS[asked as usize % BOTS.len()]);
            let Ok(seq) = connection.say(&text).await else {
                tokio::time::sleep(Duration::from_millis(200)).await;
                continue;
            };
            asked += 1;
            tokio::time::sleep(Duration::from_millis(phase)).await;
            let withdraw = if round % 2 == 0 {
                ClientFrame::Delete { nonce: nonce(), after: Seq::ZERO, seq }
            } else {
                ClientFrame::Stop { run: seq.next() }
            };
            connection.send(&withdraw).await;
        }
    }
    // Until the last call has been settled.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let dollars = bill(&mut connection).await as f64 / 1e6;
    outcome.questions = asked;
    outcome.model_dollars = Some(dollars);
    let made = instance.model_calls().map_or("?".to_owned(), |now| (now - calls).to_string());
    outcome.tried = format!("{asked} questions stopped or deleted, {made} calls");
    outcome.require(dollars <= SHARE, || format!("spent ${dollars:.3} of the address's ${SHARE}"));
    outcome.require(asked <= 60, || format!("{asked} questions of one person in an hour"));
}

/// Asks four bots and waits for their ends. Returns how many questions were asked, and whether one was refused for its cost.
async fn ask_all(connection: &mut Connection, tally: &Tally) -> (u64, bool) {
    let text = format!("{} please tell everything you know", BOTS.join(" "));
    let Ok(seq) = connection.say(&text).await else {
        tokio::time::sleep(Duration::from_millis(300)).await;
        return (0, false);
    };
    let (mut ended, mut is_refused) = (0, false);
    while ended < BOTS.len() {
        let end = connection.wait(move |frame| match frame {
            ServerFrame::Events { events } => {
                let ends = events.into_iter().filter_map(|event| match event {
                    Event::Ended(end) if end.target > seq => Some((end.answer.state, end.answer.code)),
                    _ => None,
                });
                let ends: Vec<_> = ends.collect();
                (!ends.is_empty()).then_some(ends)
            }
            _ => None,
        });
        let Some(ends) = end.await else { break };
        ended += ends.len();
        let is_budget = |(state, code): &(RunState, Option<ErrorCode>)| {
            *state == RunState::Failed
                && matches!(
                    code,
                    Some(ErrorCode::BudgetPerson | ErrorCode::BudgetRoom | ErrorCode::BudgetAll)
                )
        };
        for (_, code) in ends.iter().filter(|end| is_budget(end)) {
            tally.refused(&code.map(|code| code.to_string()).unwrap_or_default());
            is_refused = true;
        }
    }
    (BOTS.len() as u64, is_refused)
}

/// Micro-dollars that the room's bots cost today.
async fn bill(connection: &mut Connection) -> u64 {
    connection.send(&ClientFrame::Bill).await;
    let bill = connection.wait(|frame| match frame {
        ServerFrame::Bill(bill) => Some(bill.day.cost),
        _ => None,
    });
    bill.await.unwrap_or_default()
}
