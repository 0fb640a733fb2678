//! What bots may cost: the deployment's ledger, budgets of rooms and people, questions per hour, the switch, and the bill.

use std::time::{SystemTime, UNIX_EPOCH};

use demo_model::Fault;
use futures_util::future::join_all;
use hyper::Method;
use shared::{AnswerEnd, Bill, ClientFrame, ErrorCode, Event, RunState, Seq, ServerFrame, Totals, Usage};

use crate::api::Question;
use crate::asking::{DONE, end};
use crate::person::{Socket, Visitor};
use crate::stage::Stage;
use crate::web;

/// What makes the demo's answers cost what a vendor's would.
const PRICED: (&str, &str) = ("DEMO", "1");
/// Micro-dollars for a million tokens of the usual model, as `edge/prices.toml` has them.
const PRICE: shared::bot::Price = shared::bot::Price { input: 750_000, cached: 75_000, output: 4_500_000 };
const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * HOUR_MS;

/// When the present hour or day ends.
fn next(length: u64) -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    (u64::try_from(now).unwrap() / length + 1) * length
}

/// What so many questions like this in one chain cost at worst, about: all that each may say, and three bytes a token of
/// what it reads, with all that was read before.
fn worst(question: &Question, calls: usize) -> f64 {
    let read = question.instructions.len() as f64 / 3.0 + 110.0;
    (1..=calls).map(|call| 0.75 * read * call as f64 + 4.5 * question.limit.unwrap() as f64).sum()
}

fn dollars(micros: f64) -> String {
    format!("{:.6}", micros / 1e6)
}

/// Asks and waits for the end.
async fn ask(socket: &mut Socket, visitor: &mut Visitor, text: &str) -> AnswerEnd {
    let asked = socket.say(visitor, text).await;
    loop {
        let ended = socket.end().await;
        if ended.target == asked.next() {
            return ended;
        }
    }
}

async fn bill(socket: &mut Socket) -> Bill {
    socket.send(&ClientFrame::Bill).await;
    let bill = |frame: &ServerFrame| match frame {
        ServerFrame::Bill(bill) => Some(*bill.clone()),
        _ => None,
    };
    socket.find(bill).await
}

/// The answer was refused for this reason, until then.
fn is_refused(ended: &AnswerEnd, code: ErrorCode, until: u64) {
    assert_eq!(end(ended), (RunState::Failed, Some(code)), "{ended:?}");
    assert_eq!(ended.answer.resets_at.map(|at| at.0), Some(until), "{ended:?}");
    assert_eq!((ended.answer.usage, ended.text.as_str()), (None, ""), "a refusal is free");
}

/// Nobody says what the next calls cost, so each costs all that was reserved for it.
fn count_nothing(stage: &Stage, calls: usize) {
    stage.demo.reset();
    for _ in 0..calls {
        stage.demo.inject_fault(Fault::NoUsage);
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_55_there_are_exactly_as_many_answers_as_there_is_money() {
    let mut stage = Stage::start_with(&[PRICED]).await;
    let mut ann = Visitor::new(&stage);
    let (mut at_ann, _) = ann.join("measuring", "Ann").await;
    assert_eq!(end(&ask(&mut at_ann, &mut ann, "@counsellor hello").await), DONE);
    let question = Question::of(stage.demo.model_calls().last().unwrap());
    let worst = |calls| worst(&question, calls);

    // Money for three, and twenty who ask at once.
    let limit = dollars((worst(3) + worst(4)) / 2.0);
    stage.restart_with(&[("BUDGET_DAY_USD", &limit), ("BUDGET_HOUR_USD", "off")]).await;
    count_nothing(&stage, 40);
    let (mut at_ann, welcome) = ann.join("lobby", "Ann").await;
    let mut crowd: Vec<(Visitor, Socket)> = Vec::new();
    for number in 0..20 {
        let mut visitor = Visitor::new(&stage);
        let (socket, _) = visitor.join("lobby", &format!("Asker {number}")).await;
        crowd.push((visitor, socket));
    }
    let before = stage.demo.model_calls().len();
    join_all(crowd.iter_mut().map(|(visitor, socket)| socket.say(visitor, "@counsellor listen"))).await;
    let talked = at_ann.say(&mut ann, "people talk on").await;
    let head = Seq(welcome.head.0 + 61);
    while at_ann.events().last().map(Event::seq) != Some(head) {
        at_ann.next().await.unwrap();
    }
    let ends: Vec<AnswerEnd> = at_ann
        .events()
        .into_iter()
        .filter_map(|event| match event {
            Event::Ended(ended) => Some(ended),
            _ => None,
        })
        .collect();
    assert_eq!(ends.len(), 20);
    let (done, refused): (Vec<&AnswerEnd>, Vec<&AnswerEnd>) =
        ends.iter().partition(|ended| ended.answer.state == RunState::Done);
    assert_eq!(done.len(), 3, "{:?}", ends.iter().map(end).collect::<Vec<_>>());
    refused.into_iter().for_each(|ended| is_refused(ended, ErrorCode::BudgetAll, next(DAY_MS)));
    assert_eq!(stage.demo.model_calls().len(), before + 3, "nobody else was asked");
    assert!(talked > Seq::ZERO);

    // The process ends; what was spent is still spent.
    stage.restart().await;
    let (mut at_ann, _) = ann.join("elsewhere", "Ann").await;
    is_refused(&ask(&mut at_ann, &mut ann, "@counsellor hello").await, ErrorCode::BudgetAll, next(DAY_MS));
    assert_eq!(stage.demo.model_calls().len(), before + 3);

    // Six rooms ask at once, with money for four more in this hour.
    let limit = dollars(worst(3) + 4.5 * worst(1));
    stage.restart_with(&[("BUDGET_DAY_USD", "off"), ("BUDGET_HOUR_USD", &limit)]).await;
    count_nothing(&stage, 40);
    let mut rooms: Vec<(Visitor, Socket)> = Vec::new();
    for number in 0..6 {
        let mut visitor = Visitor::new(&stage);
        let (socket, _) = visitor.join(&format!("room-of-{number}"), "Ann").await;
        rooms.push((visitor, socket));
    }
    let ends =
        join_all(rooms.iter_mut().map(|(visitor, socket)| ask(socket, visitor, "@counsellor listen"))).await;
    let (done, refused): (Vec<&AnswerEnd>, Vec<&AnswerEnd>) =
        ends.iter().partition(|ended| ended.answer.state == RunState::Done);
    assert_eq!(done.len(), 4, "{:?}", ends.iter().map(end).collect::<Vec<_>>());
    refused.into_iter().for_each(|ended| is_refused(ended, ErrorCode::BudgetAll, next(HOUR_MS)));
    assert_eq!(stage.demo.model_calls().len(), before + 7);
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn people_and_rooms_have_budgets_and_there_is_a_switch() {
    let mut stage = Stage::start_with(&[PRICED]).await;
    let mut people: Vec<Visitor> = (0..4).map(|_| Visitor::new(&stage)).collect();
    let (mut at_ann, _) = people[0].join("measuring", "Ann").await;
    assert_eq!(end(&ask(&mut at_ann, &mut people[0], "@counsellor hello").await), DONE);
    let question = Question::of(stage.demo.model_calls().last().unwrap());
    let worst = |calls| worst(&question, calls);

    // A person can pay the third question, but not the first and the second; the room three and not a fourth.
    let person = dollars(worst(3) / 2.0);
    let room = dollars((worst(3) + worst(4)) / 2.0);
    stage.restart_with(&[("BUDGET_PERSON_DAY_USD", &person), ("BUDGET_ROOM_DAY_USD", &room)]).await;
    count_nothing(&stage, 20);
    let mut sockets = Vec::new();
    for (number, visitor) in people.iter_mut().enumerate() {
        sockets.push(visitor.join("lobby", &format!("Person {number}")).await.0);
    }
    let before = stage.demo.model_calls().len();
    for number in 0..3 {
        let (socket, visitor) = (&mut sockets[number], &mut people[number]);
        assert_eq!(end(&ask(socket, visitor, "@counsellor hello").await), DONE, "{number}");
        let again = ask(socket, visitor, "@counsellor and again").await;
        // Where both are used up, the room's is the reason.
        let code = if number < 2 { ErrorCode::BudgetPerson } else { ErrorCode::BudgetRoom };
        is_refused(&again, code, next(DAY_MS));
    }
    let last = ask(&mut sockets[3], &mut people[3], "@counsellor and me?").await;
    is_refused(&last, ErrorCode::BudgetRoom, next(DAY_MS));
    assert_eq!(stage.demo.model_calls().len(), before + 3);
    let told = bill(&mut sockets[3]).await;
    let limit = |text: &str| Some((text.parse::<f64>().unwrap() * 1e6).round() as u64);
    assert_eq!((told.room_day, told.person_day), (limit(&room), limit(&person)));
    assert_eq!((told.resets_at.0, told.off), (next(DAY_MS), false));
    // Another room has its own.
    let (mut at_ann, _) = people[0].join("elsewhere", "Ann").await;
    assert_eq!(end(&ask(&mut at_ann, &mut people[0], "@counsellor hello").await), DONE);

    // So many questions in an hour, whoever has how much money.
    let hourly =
        [("BUDGET_PERSON_DAY_USD", "off"), ("BUDGET_ROOM_DAY_USD", "off"), ("QUESTIONS_PER_HOUR", "2")];
    stage.restart_with(&hourly).await;
    stage.demo.reset();
    let (mut at_ann, _) = people[0].join("hourly", "Ann").await;
    let (mut at_bob, _) = people[1].join("hourly", "Bob").await;
    assert_eq!(
        end(&ask(&mut at_ann, &mut people[0], "@chatbot 지금 몇 시야?").await),
        DONE,
        "two calls, one question"
    );
    assert_eq!(end(&ask(&mut at_ann, &mut people[0], "@tutor hello").await), DONE);
    is_refused(&ask(&mut at_ann, &mut people[0], "@chatbot 3").await, ErrorCode::BudgetPerson, next(HOUR_MS));
    assert_eq!(end(&ask(&mut at_bob, &mut people[1], "@chatbot hello").await), DONE);
    // What was counted survives the process.
    stage.restart().await;
    let (mut at_ann, _) = people[0].join("hourly", "Ann").await;
    is_refused(&ask(&mut at_ann, &mut people[0], "@tutor 4").await, ErrorCode::BudgetPerson, next(HOUR_MS));

    stage.restart_with(&[("BOTS", "off")]).await;
    let before = stage.demo.model_calls().len();
    let (mut at_bob, welcome) = people[1].join("hourly", "Bob").await;
    let ended = ask(&mut at_bob, &mut people[1], "@chatbot hello").await;
    assert_eq!(end(&ended), (RunState::Failed, Some(ErrorCode::BotsOff)));
    let talked = at_bob.say(&mut people[1], "then we talk among ourselves").await;
    assert_eq!(talked, Seq(welcome.head.0 + 4), "people talk on");
    assert!(bill(&mut at_bob).await.off);
    assert_eq!(stage.demo.model_calls().len(), before);
    stage.restart_with(&[("BOTS", "on")]).await;
    let (mut at_bob, _) = people[1].join("hourly", "Bob").await;
    assert_eq!(end(&ask(&mut at_bob, &mut people[1], "@chatbot hello").await), DONE);
}

/// What the model's server counted for a response, asked of it itself.
async fn stated(stage: &Stage, id: &str) -> Usage {
    let headers = [("authorization", "Bearer anybody")];
    let path = format!("/v1/responses/{id}");
    let reply = web::request(stage.demo.port(), Method::GET, &path, &headers, "").await.unwrap();
    let response: serde_json::Value = serde_json::from_str(&reply.body).unwrap();
    let usage = &response["usage"];
    let number = |value: &serde_json::Value| value.as_u64().unwrap_or_else(|| panic!("{response}"));
    Usage {
        input: number(&usage["input_tokens"]),
        cached: number(&usage["input_tokens_details"]["cached_tokens"]),
        output: number(&usage["output_tokens"]),
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn the_bill_is_the_sum_of_what_was_stated_and_outlives_the_process() {
    let mut stage = Stage::start_with(&[PRICED, ("BUDGET_DAY_USD", "5")]).await;
    let (mut ann, mut bob) = (Visitor::new(&stage), Visitor::new(&stage));
    let (mut at_ann, _) = ann.join("lobby", "Ann").await;
    let (mut at_bob, _) = bob.join("lobby", "Bob").await;
    let mut ends = Vec::new();
    for text in ["@chatbot hello", "@chatbot 지금 몇 시야?", "@poll tea or coffee?", "@chatbot and again"]
    {
        ends.push(ask(&mut at_ann, &mut ann, text).await);
    }
    // One that is refused by the model's server costs nothing, and one that is stopped costs something unknown.
    let refusal = Fault::Status { status: 400, headers: Vec::new(), body: String::new() };
    stage.demo.inject_fault(refusal);
    let refused = ask(&mut at_ann, &mut ann, "@chatbot no").await;
    assert_eq!((refused.answer.state, refused.answer.usage), (RunState::Failed, None));
    let of_ann = stage.demo.model_calls().len();
    ends.push(ask(&mut at_bob, &mut bob, "@storyteller tell me something").await);
    assert!(ends.iter().all(|ended| end(ended) == DONE), "{ends:#?}");

    let (mut all, mut yours) = (Totals::default(), Totals::default());
    for (number, seen) in stage.demo.model_calls().iter().enumerate() {
        let Some(id) = seen.response_id.as_ref().filter(|_| seen.status == 200) else { continue };
        let usage = stated(&stage, id).await;
        for totals in [Some(&mut all), (number < of_ann).then_some(&mut yours)].into_iter().flatten() {
            totals.usage = totals.usage.plus(usage);
            totals.cost += PRICE.of(&usage);
        }
    }
    (all.answers, yours.answers) = (6, 5);
    let told = bill(&mut at_ann).await;
    assert_eq!((told.all, told.day, told.yours), (all, all, yours));
    assert_eq!(bill(&mut at_bob).await.yours.usage.plus(yours.usage), all.usage);
    let sum = ends.iter().filter_map(|ended| ended.answer.usage).fold(Usage::default(), Usage::plus);
    let cost: u64 = ends.iter().filter_map(|ended| ended.answer.cost).sum();
    assert_eq!((sum, cost), (all.usage, all.cost), "and what stands with the answers");
    assert!(all.cost > 0 && all.usage.input > 1_000, "{all:?}");

    stage.restart().await;
    let (mut at_ann, _) = ann.join("lobby", "Ann").await;
    let after = bill(&mut at_ann).await;
    assert_eq!((after.all, after.yours), (told.all, told.yours));
    let more = ask(&mut at_ann, &mut ann, "@tutor hello").await.answer;
    let after = bill(&mut at_ann).await;
    assert_eq!(after.all.usage, all.usage.plus(more.usage.unwrap()));
    assert_eq!((after.all.answers, after.all.cost), (7, all.cost + more.cost.unwrap()));
    // Another room has another bill.
    let (mut elsewhere, _) = ann.join("elsewhere", "Ann").await;
    assert_eq!(bill(&mut elsewhere).await.all, Totals::default());
}
