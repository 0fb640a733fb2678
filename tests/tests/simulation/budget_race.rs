//! Fifty people in several rooms ask at once, and one ledger has money for a few of them. In any order of delivery the
//! ledger's caps hold, every question is answered or refused, and people can go on chatting.

use models::{CallEnd, FinishReason, ModelEvent, Parameters};
use room::ledger::{Caps, Claim};
use room::{Bot, Budget, Config, CustomBotPolicy, Effect, Input, Ledger, NicknameKeys, RowData};
use shared::{ErrorCode, PersonId, Price, RunState, Seq, Usage};

use crate::random::Random;
use crate::room_only::RoomOnly;

/// What each call costs at most, in micro-dollars; input is free here.
const WORST: u64 = 100;
const ROOMS: usize = 5;
const ASKERS: usize = 50;

/// Something that has not happened yet; the seed decides the order.
#[derive(Debug, Clone)]
enum Pending {
    Ledger(usize, Effect),
    Answer(usize, Input),
    Model(usize, Seq, u32),
    Ask(usize),
    Chat(usize),
}

fn config() -> Config {
    let price = Price { input: 0, cached: 0, output: 1_000_000 };
    let bot = |number: usize| Bot {
        price: Some(price),
        parameters: Parameters { max_output_tokens: Some(100), ..Parameters::default() },
        ..Bot::plain(&format!("bot{number}"), "Be brief.")
    };
    Config {
        bots: (0..5).map(bot).collect(),
        custom_bots: CustomBotPolicy { models: Vec::new(), template: bot(9) },
        budget: Budget { has_ledger: true, ..Budget::default() },
        moderation: shared::Strictness::Off,
        is_listed: |_| false,
        nickname_keys: |name| Ok(NicknameKeys(vec![name.as_str().to_lowercase()])),
        demo: false,
        tuning: Default::default(),
    }
}

fn person(number: usize) -> PersonId {
    PersonId::parse(format!("person-{number:02}")).expect("it is a person's id")
}

/// Plays one seed and returns how many calls were made and what was spent.
fn play(seed: u64, caps: Caps, cost: Option<u64>) -> (usize, u64) {
    let random = &mut Random::new(seed);
    let mut ledger = Ledger::default();
    let mut rooms: Vec<RoomOnly> = (0..ROOMS).map(|_| RoomOnly::new(config())).collect();
    let mut pending: Vec<Pending> = Vec::new();
    for number in 0..ASKERS {
        assert!(rooms[number % ROOMS].join(&person(number), &format!("asker {number}")));
        pending.push(Pending::Ask(number));
        pending.push(Pending::Chat(number));
    }
    let mut made = 0;
    while !pending.is_empty() {
        let index = random.below(pending.len());
        let next = pending.swap_remove(index);
        let place = match &next {
            Pending::Ask(number) | Pending::Chat(number) => number % ROOMS,
            Pending::Ledger(place, _) | Pending::Answer(place, _) | Pending::Model(place, ..) => *place,
        };
        let room = &mut rooms[place];
        match next {
            Pending::Ask(number) => {
                let bot = random.below(5);
                assert!(
                    room.say(&person(number), &format!("@bot{bot} what do you think?")),
                    "asking is free"
                );
            }
            Pending::Chat(number) => assert!(room.say(&person(number), "anyway"), "talking is free"),
            Pending::Ledger(_, Effect::ReserveBudget { run, call_number, micros, address, .. }) => {
                assert_eq!(micros, WORST);
                let claim = Claim { room: format!("room {place}"), run: run.0, call_number };
                let reply = Some(ledger.reserve(room.now, caps, claim, &address, micros));
                pending.push(Pending::Answer(place, Input::Reserved { run, call_number, reply }));
            }
            Pending::Ledger(_, Effect::SettleClaim { run, call_number, micros }) => {
                let claim = Claim { room: format!("room {place}"), run: run.0, call_number };
                ledger.settle(room.now, &claim, micros);
                room.input(Input::ClaimSettled { run, call_number });
            }
            Pending::Ledger(_, other) => panic!("{other:?} is no request"),
            Pending::Answer(_, input) => room.input(input),
            Pending::Model(_, run, call_number) => {
                let usage = cost.map(|output| Usage { input: 50, cached: 0, output });
                let text = Some("Well.".to_owned());
                let ended = CallEnd { text, usage, ..CallEnd::bare(FinishReason::Complete) };
                room.input(Input::ModelEvent { run, call_number, event: ModelEvent::Finished(ended) });
            }
        }
        made += room.calls.len();
        pending.extend(room.calls.drain(..).map(|call| Pending::Model(place, call.run, call.call_number)));
        pending.extend(room.ledger_requests.drain(..).map(|request| Pending::Ledger(place, request)));
        let now = rooms.iter().map(|room| room.now).max().unwrap_or_default();
        let (hour, day) = ledger.spent(now);
        assert!(caps.hour.is_none_or(|cap| hour <= cap), "seed {seed}: {hour} of {caps:?}");
        assert!(caps.day.is_none_or(|cap| day <= cap), "seed {seed}: {day} of {caps:?}");
    }
    let answers = rooms.iter().flat_map(|room| {
        room.log.rows.values().filter_map(move |row| match &row.data {
            RowData::Answer(answer) => Some((room.now, answer)),
            _ => None,
        })
    });
    let (mut done, mut refused) = (0, 0);
    for (now, answer) in answers {
        match (answer.state, answer.code) {
            (RunState::Done, None) => done += 1,
            (RunState::Failed, Some(ErrorCode::BudgetAll)) => {
                assert!(answer.resets_at.is_some_and(|at| at > now), "seed {seed}: {answer:?}");
                refused += 1;
            }
            other => panic!("seed {seed}: an answer ended as {other:?}"),
        }
    }
    assert_eq!((done, done + refused), (made, ASKERS), "seed {seed}");
    let now = rooms.iter().map(|room| room.now).max().unwrap_or_default();
    (made, ledger.spent(now).1)
}

#[test]
fn case_55_fifty_questions_share_the_last_cent() {
    for seed in 0..150 {
        let affordable = 1 + seed % 12;
        let cap = Some(affordable * WORST + seed % WORST);
        let (hour, day) = if seed % 2 == 0 { (cap, None) } else { (None, cap) };
        let caps = Caps { hour, day, ..Caps::default() };
        // The cost of a call is unknown or its maximum, so exactly this many calls can be paid.
        let cost = (seed % 3 == 0).then_some(WORST);
        let (made, spent) = play(seed, caps, cost);
        assert_eq!((made as u64, spent), (affordable, affordable * WORST), "seed {seed}");
    }
}

#[test]
fn case_55_unused_reservations_pay_for_other_calls() {
    let mut most = 0;
    for seed in 0..50 {
        let caps = Caps { hour: Some(5 * WORST), day: Some(50 * WORST), ..Caps::default() };
        let (made, spent) = play(seed, caps, Some(10));
        assert!(made >= 5 && spent == made as u64 * 10, "seed {seed}: {made} calls for {spent}");
        most = most.max(made);
    }
    assert!(most > 5, "nothing that was given back was ever spent");
}
