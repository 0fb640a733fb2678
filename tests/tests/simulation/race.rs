//! Fifty people in several rooms ask at once, and one ledger has money for a few of them. Whatever is delivered in
//! whatever order, no cent is spent twice, nobody waits for money that is not there, and people go on chatting.

use models::{CallEnd, FinishReason, ModelEvent, Parameters};
use room::ledger::{Caps, Claim};
use room::{Bot, Budget, Config, CustomBotPolicy, Effect, Input, Ledger, NicknameKeys, RowData};
use shared::{ErrorCode, PersonId, Price, RunState, Seq, Usage};

use crate::dice::Dice;
use crate::hall::Hall;

/// What each call costs at worst: nothing is paid for what is read.
const WORST: u64 = 100;
const ROOMS: usize = 5;
const ASKERS: usize = 50;

/// Something under way.
#[derive(Debug, Clone)]
enum Parcel {
    Errand(usize, Effect),
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
        nickname_keys: |name| Ok(NicknameKeys(vec![name.as_str().to_lowercase()])),
        demo: false,
        tuning: Default::default(),
    }
}

fn person(number: usize) -> PersonId {
    PersonId::parse(format!("person-{number:02}")).expect("it is a person's id")
}

/// One play. How many calls were made, and what was spent.
fn play(seed: u64, caps: Caps, cost: Option<u64>) -> (usize, u64) {
    let dice = &mut Dice::new(seed);
    let mut ledger = Ledger::default();
    let mut halls: Vec<Hall> = (0..ROOMS).map(|_| Hall::new(config())).collect();
    let mut parcels: Vec<Parcel> = Vec::new();
    for number in 0..ASKERS {
        assert!(halls[number % ROOMS].join(&person(number), &format!("asker {number}")));
        parcels.push(Parcel::Ask(number));
        parcels.push(Parcel::Chat(number));
    }
    let mut made = 0;
    while !parcels.is_empty() {
        let index = dice.below(parcels.len());
        let parcel = parcels.swap_remove(index);
        let place = match &parcel {
            Parcel::Ask(number) | Parcel::Chat(number) => number % ROOMS,
            Parcel::Errand(place, _) | Parcel::Answer(place, _) | Parcel::Model(place, ..) => *place,
        };
        let hall = &mut halls[place];
        match parcel {
            Parcel::Ask(number) => {
                let bot = dice.below(5);
                assert!(
                    hall.say(&person(number), &format!("@bot{bot} what do you think?")),
                    "asking is free"
                );
            }
            Parcel::Chat(number) => assert!(hall.say(&person(number), "anyway"), "talking is free"),
            Parcel::Errand(_, Effect::ReserveBudget { run, call_number, micros }) => {
                assert_eq!(micros, WORST);
                let claim = Claim { room: format!("room {place}"), run: run.0, call_number };
                let reply = Some(ledger.reserve(hall.now, caps, claim, micros));
                parcels.push(Parcel::Answer(place, Input::Reserved { run, call_number, reply }));
            }
            Parcel::Errand(_, Effect::SettleClaim { run, call_number, micros }) => {
                let claim = Claim { room: format!("room {place}"), run: run.0, call_number };
                ledger.settle(hall.now, &claim, micros);
            }
            Parcel::Errand(_, other) => panic!("{other:?} is no errand"),
            Parcel::Answer(_, input) => hall.tell(input),
            Parcel::Model(_, run, call_number) => {
                let usage = cost.map(|output| Usage { input: 50, cached: 0, output });
                let text = Some("Well.".to_owned());
                let ended = CallEnd { text, usage, ..CallEnd::bare(FinishReason::Complete) };
                hall.tell(Input::ModelEvent { run, call_number, event: ModelEvent::Finished(ended) });
            }
        }
        made += hall.calls.len();
        parcels.extend(hall.calls.drain(..).map(|call| Parcel::Model(place, call.run, call.call_number)));
        parcels.extend(hall.errands.drain(..).map(|errand| Parcel::Errand(place, errand)));
        let now = halls.iter().map(|hall| hall.now).max().unwrap_or_default();
        let (hour, day) = ledger.spent(now);
        assert!(caps.hour.is_none_or(|cap| hour <= cap), "seed {seed}: {hour} of {caps:?}");
        assert!(caps.day.is_none_or(|cap| day <= cap), "seed {seed}: {day} of {caps:?}");
    }
    let answers = halls.iter().flat_map(|hall| {
        hall.log.rows.values().filter_map(move |row| match &row.data {
            RowData::Answer(answer) => Some((hall.now, answer)),
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
    let now = halls.iter().map(|hall| hall.now).max().unwrap_or_default();
    (made, ledger.spent(now).1)
}

#[test]
fn case_55_fifty_ask_for_the_last_cent() {
    for seed in 0..150 {
        let affordable = 1 + seed % 12;
        let cap = Some(affordable * WORST + seed % WORST);
        let caps = if seed % 2 == 0 { Caps { hour: cap, day: None } } else { Caps { hour: None, day: cap } };
        // What a call cost is unknown, or all that it may cost: so many can be paid, and no more.
        let cost = (seed % 3 == 0).then_some(WORST);
        let (made, spent) = play(seed, caps, cost);
        assert_eq!((made as u64, spent), (affordable, affordable * WORST), "seed {seed}");
    }
}

#[test]
fn case_55_what_a_call_did_not_need_is_another_ones() {
    let mut most = 0;
    for seed in 0..50 {
        let caps = Caps { hour: Some(5 * WORST), day: Some(50 * WORST) };
        let (made, spent) = play(seed, caps, Some(10));
        assert!(made >= 5 && spent == made as u64 * 10, "seed {seed}: {made} calls for {spent}");
        most = most.max(made);
    }
    assert!(most > 5, "nothing that was given back was ever spent");
}
