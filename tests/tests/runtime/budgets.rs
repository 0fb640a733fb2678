//! Budgets: the deployment's ledger, budgets of rooms and people, questions per hour, the off switch, and the bill.

use std::time::{SystemTime, UNIX_EPOCH};

use demo_model::Fault;
use futures_util::future::join_all;
use hyper::Method;
use shared::{Bill, ClientFrame, ErrorCode, Event, RunState, Seq, ServerFrame, Totals, Usage};

use crate::browser::{Browser, Socket};
use crate::conversation::{DONE, end};
use crate::deployment::Deployment;
use crate::http;
use crate::model_requests::CallContents;
use crate::received::EndedAnswer;

/// Variables that give the demo model's answers a vendor's prices.
const PRICED: (&str, &str) = ("DEMO", "1");
/// Micro-dollars per million tokens of the default model, from `edge/prices.toml`.
const PRICE: shared::bot::Price = shared::bot::Price { input: 750_000, cached: 75_000, output: 4_500_000 };
const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * HOUR_MS;

/// When the present hour or day ends.
/// One address may use all of the deployment's limits.
const ALONE: (&str, &str) = ("BUDGET_ADDRESS_PERCENT", "off");

fn next(length: u64) -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    (u64::try_from(now).unwrap() / length + 1) * length
}

/// About the most that so many questions like this cost in one chain: the whole output of each, and its input as the room
/// estimates it, with everything before it.
fn worst(question: &CallContents, calls: usize) -> f64 {
    let read = shared::tokens::estimate(&question.instructions).most as f64 + 110.0;
    (1..=calls).map(|call| 0.75 * read * call as f64 + 4.5 * question.limit.unwrap() as f64).sum()
}

fn dollars(micros: f64) -> String {
    format!("{:.6}", micros / 1e6)
}

/// Asks and waits for the end.
async fn ask(socket: &mut Socket, browser: &mut Browser, text: &str) -> EndedAnswer {
    let asked = socket.say(browser, text).await;
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

/// Asserts that an answer was refused with this code until this time.
fn is_refused(ended: &EndedAnswer, code: ErrorCode, until: u64) {
    assert_eq!(end(ended), (RunState::Failed, Some(code)), "{ended:?}");
    assert_eq!(ended.answer.resets_at.map(|at| at.0), Some(until), "{ended:?}");
    assert_eq!((ended.answer.usage, ended.text.as_str()), (None, ""), "a refusal is free");
}

/// Makes the next calls state no usage, so that each is charged its whole reservation.
fn state_no_usage(deployment: &Deployment, calls: usize) {
    deployment.demo.reset();
    for _ in 0..calls {
        deployment.demo.inject_fault(Fault::NoUsage);
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_55_exactly_the_affordable_questions_are_answered() {
    let deployment = Deployment::start_with(&[PRICED]).await;
    let mut ann = Browser::new(&deployment);
    let (mut ann_socket, _) = ann.join("measuring", "Ann").await;
    assert_eq!(end(&ask(&mut ann_socket, &mut ann, "@counsellor hello").await), DONE);
    let question = CallContents::of(deployment.demo.model_calls().last().unwrap());
    let worst = |calls| worst(&question, calls);

    // A budget for three answers, and twenty simultaneous questions.
    let limit = dollars((worst(3) + worst(4)) / 2.0);
    // Another deployment: the lease of the first question would count as spent here.
    drop((ann_socket, deployment));
    let budget = [PRICED, ("BUDGET_DAY_USD", &limit), ("BUDGET_HOUR_USD", "off"), ALONE];
    let mut deployment = Deployment::start_with(&budget).await;
    let mut ann = Browser::new(&deployment);
    state_no_usage(&deployment, 40);
    let (mut ann_socket, welcome) = ann.join("lobby", "Ann").await;
    let mut crowd: Vec<(Browser, Socket)> = Vec::new();
    for number in 0..20 {
        let mut browser = Browser::new(&deployment);
        let (socket, _) = browser.join("lobby", &format!("Asker {number}")).await;
        crowd.push((browser, socket));
    }
    let before = deployment.demo.model_calls().len();
    join_all(crowd.iter_mut().map(|(browser, socket)| socket.say(browser, "@counsellor listen"))).await;
    let talked = ann_socket.say(&mut ann, "people talk on").await;
    let head = Seq(welcome.head.0 + 61);
    while ann_socket.events().last().map(Event::seq) != Some(head) {
        ann_socket.next().await.unwrap();
    }
    let ends: Vec<EndedAnswer> = ann_socket
        .events()
        .into_iter()
        .filter_map(|event| match event {
            Event::Ended(ended) => Some(EndedAnswer::from(ended)),
            _ => None,
        })
        .collect();
    assert_eq!(ends.len(), 20);
    let (done, refused): (Vec<&EndedAnswer>, Vec<&EndedAnswer>) =
        ends.iter().partition(|ended| ended.answer.state == RunState::Done);
    assert_eq!(done.len(), 3, "{:?}", ends.iter().map(end).collect::<Vec<_>>());
    refused.into_iter().for_each(|ended| is_refused(ended, ErrorCode::BudgetAll, next(DAY_MS)));
    assert_eq!(deployment.demo.model_calls().len(), before + 3, "nobody else was asked");
    assert!(talked > Seq::ZERO);

    // Spending survives a restart.
    deployment.restart().await;
    let (mut ann_socket, _) = ann.join("elsewhere", "Ann").await;
    is_refused(
        &ask(&mut ann_socket, &mut ann, "@counsellor hello").await,
        ErrorCode::BudgetAll,
        next(DAY_MS),
    );
    assert_eq!(deployment.demo.model_calls().len(), before + 3);

    // Six rooms ask at once, with a budget for four more answers in this hour.
    let limit = dollars(worst(3) + 4.5 * worst(1));
    deployment.restart_with(&[("BUDGET_DAY_USD", "off"), ("BUDGET_HOUR_USD", &limit), ALONE]).await;
    state_no_usage(&deployment, 40);
    let mut rooms: Vec<(Browser, Socket)> = Vec::new();
    for number in 0..6 {
        let mut browser = Browser::new(&deployment);
        let (socket, _) = browser.join(&format!("room-of-{number}"), "Ann").await;
        rooms.push((browser, socket));
    }
    let ends =
        join_all(rooms.iter_mut().map(|(browser, socket)| ask(socket, browser, "@counsellor listen"))).await;
    let (done, refused): (Vec<&EndedAnswer>, Vec<&EndedAnswer>) =
        ends.iter().partition(|ended| ended.answer.state == RunState::Done);
    assert_eq!(done.len(), 4, "{:?}", ends.iter().map(end).collect::<Vec<_>>());
    refused.into_iter().for_each(|ended| is_refused(ended, ErrorCode::BudgetAll, next(HOUR_MS)));
    assert_eq!(deployment.demo.model_calls().len(), before + 7);
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn people_and_rooms_have_budgets_and_there_is_a_switch() {
    let mut deployment = Deployment::start_with(&[PRICED]).await;
    let mut people: Vec<Browser> = (0..4).map(|_| Browser::new(&deployment)).collect();
    let (mut ann_socket, _) = people[0].join("measuring", "Ann").await;
    assert_eq!(end(&ask(&mut ann_socket, &mut people[0], "@counsellor hello").await), DONE);
    let question = CallContents::of(deployment.demo.model_calls().last().unwrap());
    let worst = |calls| worst(&question, calls);

    // The person's budget covers some of the questions, the room's covers three and not a fourth.
    let person = dollars(worst(3) / 2.0);
    let room = dollars((worst(3) + worst(4)) / 2.0);
    deployment.restart_with(&[("BUDGET_PERSON_DAY_USD", &person), ("BUDGET_ROOM_DAY_USD", &room)]).await;
    state_no_usage(&deployment, 20);
    let mut sockets = Vec::new();
    for (number, browser) in people.iter_mut().enumerate() {
        sockets.push(browser.join("lobby", &format!("Person {number}")).await.0);
    }
    let before = deployment.demo.model_calls().len();
    for number in 0..3 {
        let (socket, browser) = (&mut sockets[number], &mut people[number]);
        assert_eq!(end(&ask(socket, browser, "@counsellor hello").await), DONE, "{number}");
        let again = ask(socket, browser, "@counsellor and again").await;
        // If both are used up, the code names the room's.
        let code = if number < 2 { ErrorCode::BudgetPerson } else { ErrorCode::BudgetRoom };
        is_refused(&again, code, next(DAY_MS));
    }
    let last = ask(&mut sockets[3], &mut people[3], "@counsellor and me?").await;
    is_refused(&last, ErrorCode::BudgetRoom, next(DAY_MS));
    assert_eq!(deployment.demo.model_calls().len(), before + 3);
    let told = bill(&mut sockets[3]).await;
    let limit = |text: &str| Some((text.parse::<f64>().unwrap() * 1e6).round() as u64);
    assert_eq!((told.room_day, told.person_day), (limit(&room), limit(&person)));
    assert_eq!((told.resets_at.0, told.off), (next(DAY_MS), false));
    // Another room has a budget of its own.
    let (mut ann_socket, _) = people[0].join("elsewhere", "Ann").await;
    assert_eq!(end(&ask(&mut ann_socket, &mut people[0], "@counsellor hello").await), DONE);

    // The hourly limit holds independent of budgets.
    let hourly =
        [("BUDGET_PERSON_DAY_USD", "off"), ("BUDGET_ROOM_DAY_USD", "off"), ("QUESTIONS_PER_HOUR", "2")];
    deployment.restart_with(&hourly).await;
    deployment.demo.reset();
    let (mut ann_socket, _) = people[0].join("hourly", "Ann").await;
    let (mut bob_socket, _) = people[1].join("hourly", "Bob").await;
    assert_eq!(
        end(&ask(&mut ann_socket, &mut people[0], "@chatbot 지금 몇 시야?").await),
        DONE,
        "two calls, one question"
    );
    assert_eq!(end(&ask(&mut ann_socket, &mut people[0], "@tutor hello").await), DONE);
    is_refused(
        &ask(&mut ann_socket, &mut people[0], "@chatbot 3").await,
        ErrorCode::QuestionsPerson,
        next(HOUR_MS),
    );
    assert_eq!(end(&ask(&mut bob_socket, &mut people[1], "@chatbot hello").await), DONE);
    // The count survives a restart.
    deployment.restart().await;
    let (mut ann_socket, _) = people[0].join("hourly", "Ann").await;
    is_refused(
        &ask(&mut ann_socket, &mut people[0], "@tutor 4").await,
        ErrorCode::QuestionsPerson,
        next(HOUR_MS),
    );

    deployment.restart_with(&[("BOTS", "off")]).await;
    let before = deployment.demo.model_calls().len();
    let (mut bob_socket, welcome) = people[1].join("hourly", "Bob").await;
    let ended = ask(&mut bob_socket, &mut people[1], "@chatbot hello").await;
    assert_eq!(end(&ended), (RunState::Failed, Some(ErrorCode::BotsOff)));
    let talked = bob_socket.say(&mut people[1], "then we talk among ourselves").await;
    assert_eq!(talked, Seq(welcome.head.0 + 4), "people talk on");
    assert!(bill(&mut bob_socket).await.off);
    assert_eq!(deployment.demo.model_calls().len(), before);
    deployment.restart_with(&[("BOTS", "on")]).await;
    let (mut bob_socket, _) = people[1].join("hourly", "Bob").await;
    assert_eq!(end(&ask(&mut bob_socket, &mut people[1], "@chatbot hello").await), DONE);
}

/// The usage of a response, requested from the model's server.
async fn stated(deployment: &Deployment, id: &str) -> Usage {
    let headers = [("authorization", "Bearer anybody")];
    let path = format!("/v1/responses/{id}");
    let reply = http::request(deployment.demo.port(), Method::GET, &path, &headers, "").await.unwrap();
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
async fn the_bill_is_the_sum_of_stated_usage_and_survives_a_restart() {
    let mut deployment = Deployment::start_with(&[PRICED, ("BUDGET_DAY_USD", "5")]).await;
    let (mut ann, mut bob) = (Browser::new(&deployment), Browser::new(&deployment));
    let (mut ann_socket, _) = ann.join("lobby", "Ann").await;
    let (mut bob_socket, _) = bob.join("lobby", "Bob").await;
    let mut ends = Vec::new();
    for text in ["@chatbot hello", "@chatbot 지금 몇 시야?", "@poll tea or coffee?", "@chatbot and again"]
    {
        ends.push(ask(&mut ann_socket, &mut ann, text).await);
    }
    // A call that the model's server refuses costs nothing; the cost of a stopped one is unknown.
    let refusal = Fault::Status { status: 400, headers: Vec::new(), body: String::new() };
    deployment.demo.inject_fault(refusal);
    let refused = ask(&mut ann_socket, &mut ann, "@chatbot no").await;
    assert_eq!((refused.answer.state, refused.answer.usage), (RunState::Failed, None));
    let of_ann = deployment.demo.model_calls().len();
    ends.push(ask(&mut bob_socket, &mut bob, "@storyteller tell me something").await);
    assert!(ends.iter().all(|ended| end(ended) == DONE), "{ends:#?}");

    let (mut all, mut yours) = (Totals::default(), Totals::default());
    for (number, seen) in deployment.demo.model_calls().iter().enumerate() {
        let Some(id) = seen.response_id.as_ref().filter(|_| seen.status == 200) else { continue };
        let usage = stated(&deployment, id).await;
        for totals in [Some(&mut all), (number < of_ann).then_some(&mut yours)].into_iter().flatten() {
            totals.usage = totals.usage.plus(usage);
            totals.cost += PRICE.of(&usage);
        }
    }
    (all.answers, yours.answers) = (6, 5);
    let told = bill(&mut ann_socket).await;
    assert_eq!((told.all, told.day, told.yours), (all, all, yours));
    assert_eq!(bill(&mut bob_socket).await.yours.usage.plus(yours.usage), all.usage);
    let sum = ends.iter().filter_map(|ended| ended.answer.usage).fold(Usage::default(), Usage::plus);
    let cost: u64 = ends.iter().filter_map(|ended| ended.answer.cost).sum();
    assert_eq!((sum, cost), (all.usage, all.cost), "and what stands with the answers");
    assert!(all.cost > 0 && all.usage.input > 1_000, "{all:?}");

    deployment.restart().await;
    let (mut ann_socket, _) = ann.join("lobby", "Ann").await;
    let after = bill(&mut ann_socket).await;
    assert_eq!((after.all, after.yours), (told.all, told.yours));
    let more = ask(&mut ann_socket, &mut ann, "@tutor hello").await.answer;
    let after = bill(&mut ann_socket).await;
    assert_eq!(after.all.usage, all.usage.plus(more.usage.unwrap()));
    assert_eq!((after.all.answers, after.all.cost), (7, all.cost + more.cost.unwrap()));
    // Another room has another bill.
    let (mut elsewhere, _) = ann.join("elsewhere", "Ann").await;
    assert_eq!(bill(&mut elsewhere).await.all, Totals::default());
}
