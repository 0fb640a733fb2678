//! Checks the speakers in requests to model APIs: three and more people talk about themselves in any order, and every
//! request holds each message once, in order, under its speaker's number, with the question last. The bodies are read
//! with a JSON parser alone.

use std::collections::BTreeMap;

use models::{Api, CallEnd, Endpoint, FinishReason, ModelError, ModelErrorKind, ModelEvent, Parameters};
use room::{Bot, Call, Config, CustomBotPolicy, Input, ModelRoute, NicknameKeys, StateMode};
use shared::{PersonId, Seq};

use crate::random::Random;
use crate::request_bodies::{Line, NICKNAMES, TRICKS, Words, line, read};
use crate::room_only::RoomOnly;

const CONVERSATIONS: u64 = 500;
const BOTS: [&str; 2] = ["chatbot", "other"];
fn config(api: Api, state: StateMode, window: (usize, usize)) -> Config {
    let bot = |handle: &str| Bot {
        route: ModelRoute {
            api,
            endpoint: Endpoint { base_url: "https://model.example/v1".to_owned(), model: "m".to_owned() },
            key: "KEY".to_owned(),
        },
        state,
        window,
        parameters: Parameters { max_output_tokens: Some(200), ..Parameters::default() },
        ..Bot::plain(handle, "You are kind.")
    };
    Config {
        bots: BOTS.map(bot).to_vec(),
        custom_bots: CustomBotPolicy { models: Vec::new(), template: bot("x") },
        budget: Default::default(),
        moderation: shared::Strictness::Off,
        is_listed: |_| false,
        nickname_keys: |name| Ok(NicknameKeys(vec![name.as_str().to_lowercase()])),
        demo: false,
        tuning: Default::default(),
    }
}

/// A conversation, and a model server that stores responses.
struct Talk {
    room: RoomOnly,
    api: Api,
    random: Random,
    /// People's numbers in the room.
    numbers: BTreeMap<PersonId, u32>,
    names: BTreeMap<PersonId, String>,
    /// Every message of a person, by its seq.
    said: BTreeMap<Seq, Line>,
    /// The bots' answers: handle and text.
    answered: Vec<(String, String)>,
    open: Vec<(Call, Vec<Words>)>,
    kept: BTreeMap<String, Vec<Words>>,
    responses: usize,
    chained: usize,
    sizes: Vec<(usize, usize)>,
}

impl Talk {
    fn new(seed: u64, api: Api, state: StateMode, window: (usize, usize)) -> Self {
        Self {
            room: RoomOnly::new(config(api, state, window)),
            api,
            random: Random::new(seed),
            numbers: BTreeMap::new(),
            names: BTreeMap::new(),
            said: BTreeMap::new(),
            answered: Vec::new(),
            open: Vec::new(),
            kept: BTreeMap::new(),
            responses: 0,
            chained: 0,
            sizes: Vec::new(),
        }
    }

    fn person(number: usize) -> PersonId {
        PersonId::parse(format!("person-{number}")).expect("it is a person's id")
    }

    fn join(&mut self, number: usize, nickname: &str) {
        let person = Self::person(number);
        if self.room.join(&person, nickname) {
            let number = self.room.log.people[&person].number;
            let before = self.numbers.insert(person.clone(), number);
            // Only somebody of whom nothing was left gets another number.
            let has_written = self.room.log.rows.values().any(|row| row.author == person);
            assert!(
                before.is_none_or(|before| before == number || !has_written),
                "{person} has another number"
            );
            self.names.insert(person, nickname.to_owned());
        } else if !self.names.contains_key(&person) {
            // A person without a nickname leaves.
            self.room.leave(&person);
        }
        self.take();
    }

    fn say(&mut self, number: usize, text: &str) {
        let person = Self::person(number);
        if !self.room.has(&person) {
            return;
        }
        let seq = self.room.log.rows.keys().next_back().copied().unwrap_or_default().next();
        let (id, from) = (format!("p{}", self.numbers[&person]), self.names[&person].clone());
        // Some of the tricks are refused as texts.
        if self.room.say(&person, text) {
            self.said.insert(seq, Line { id, from, text: text.trim().to_owned() });
        }
        self.take();
    }

    /// Takes the started calls and checks what they send.
    fn take(&mut self) {
        for call in std::mem::take(&mut self.room.calls) {
            let request = call.route.api.request(&call.turn, &call.route.endpoint);
            let (words, previous) = read(self.api, &request.body);
            let mut whole = Vec::new();
            if let Some(previous) = &previous {
                self.chained += 1;
                match self.kept.get(previous) {
                    Some(before) => whole.clone_from(before),
                    None => {
                        let kind = ModelErrorKind::ChainLost;
                        let fault = ModelError {
                            kind,
                            retry_after_ms: None,
                            status: Some(400),
                            context_tokens: None,
                            note: String::new(),
                        };
                        self.end(&call, CallEnd::bare(FinishReason::Failed(fault)));
                        continue;
                    }
                }
            }
            let brought: usize = words.iter().map(|(_, text)| text.len()).sum();
            self.sizes.push((request.body.len(), brought));
            whole.extend(words);
            self.check(&call, &whole);
            self.open.push((call, whole));
        }
    }

    /// Checks that each message is sent once, in order, under its speaker, with the question last.
    fn check(&self, call: &Call, whole: &[Words]) {
        let parent = self.room.log.runs[&call.run].parent;
        let lines: Vec<Line> =
            whole.iter().filter(|(role, _)| role == "user").filter_map(|(_, text)| line(text)).collect();
        let people: Vec<&Line> = lines.iter().filter(|line| !line.id.starts_with("bot:")).collect();
        let expected: Vec<&Line> = self.said.range(..=parent).map(|(_, line)| line).collect();
        assert_eq!(people, expected, "{} is told of run {}", call.bot, call.run);
        assert_eq!(lines.last(), self.said.get(&parent), "the question is last");
        let bots: Vec<&Line> = lines.iter().filter(|line| line.id.starts_with("bot:")).collect();
        for (index, other) in bots.iter().enumerate() {
            assert_eq!(other.id, format!("bot:{}", other.from));
            assert_ne!(other.from, call.bot, "its own words are not another's");
            assert!(self.answered.contains(&(other.from.clone(), other.text.clone())), "{other:?}");
            assert!(!bots[..index].contains(other), "{other:?} is told twice");
        }
        for (role, text) in whole.iter().filter(|(role, _)| role != "user") {
            assert_eq!(role, "assistant");
            assert!(self.answered.contains(&(call.bot.clone(), text.clone())), "{text} was never said");
        }
    }

    fn end(&mut self, call: &Call, ended: CallEnd) {
        let (run, call_number) = (call.run, call.call_number);
        self.room.input(Input::ModelEvent { run, call_number, event: ModelEvent::Finished(ended) });
        self.take();
    }

    /// Answers one of the open calls.
    fn answer(&mut self) {
        if self.open.is_empty() {
            return;
        }
        let index = self.random.below(self.open.len());
        let (call, mut whole) = self.open.swap_remove(index);
        self.responses += 1;
        let (id, text) = (format!("resp-{}", self.responses), format!("answer {}", self.responses));
        whole.push(("assistant".to_owned(), text.clone()));
        self.kept.insert(id.clone(), whole);
        self.answered.push((call.bot.clone(), text.clone()));
        let (run, call_number) = (call.run, call.call_number);
        let started = ModelEvent::Started { id: Some(id), previous: call.turn.previous.clone() };
        self.room.input(Input::ModelEvent { run, call_number, event: started });
        self.end(&call, CallEnd { text: Some(text), ..CallEnd::bare(FinishReason::Complete) });
    }

    fn step(&mut self, number: usize) {
        let who = self.random.below(4);
        match self.random.between(0, 19) {
            0..4 => {
                let name = self.random_name();
                self.say(who, &format!("fact-{number}: my name is {name}"));
            }
            4 => {
                let trick = *self.random.pick(&TRICKS);
                self.say(who, &format!("{trick} {number}"));
            }
            5 => self.say(who, &format!("I was wrong before, it is tea and not coffee ({number})")),
            6..10 => {
                let bot = *self.random.pick(&["@chatbot", "@chatbot", "@other", "@chatbot @other"]);
                self.say(who, &format!("{bot} what is my name? {number}"));
            }
            10..15 => self.answer(),
            15 => self.room.leave(&Self::person(who)),
            16 => {
                // A nickname is free a day after its person left.
                self.answer_all();
                self.room.wait(25 * 3_600_000);
                self.take();
            }
            17 if self.open.is_empty() => {
                self.room.restart();
                self.take();
            }
            18 => {
                self.kept.clear();
            }
            _ => {
                let nickname = self.random_name();
                self.join(who, nickname);
            }
        }
        // Long enough for the rate limits.
        self.room.wait(2_000);
        self.take();
    }

    fn random_name(&mut self) -> &'static str {
        NICKNAMES[self.random.below(NICKNAMES.len())]
    }

    fn answer_all(&mut self) {
        while !self.open.is_empty() {
            self.answer();
        }
    }
}

#[test]
fn every_message_is_sent_once_in_order_under_its_speaker() {
    let (mut chained, mut answers) = (0, 0);
    for seed in 0..CONVERSATIONS {
        let api = Api::ALL[(seed % 3) as usize];
        let state = if seed % 2 == 0 { StateMode::Chain } else { StateMode::Replay };
        let mut talk = Talk::new(seed, api, state, (2_000, 10_000_000));
        for (number, nickname) in NICKNAMES.iter().enumerate().take(3) {
            talk.join(number, nickname);
        }
        for number in 0..60 {
            talk.step(number);
        }
        talk.answer_all();
        let may_chain = api == Api::Responses && state == StateMode::Chain;
        assert!(may_chain || talk.chained == 0, "{api:?} in {state:?} continued a chain");
        chained += talk.chained;
        answers += talk.answered.len();
    }
    println!("{CONVERSATIONS} conversations with {answers} answers, {chained} of them chained");
    assert!(chained > 300 && answers > 3_000);
}

/// Sends four hundred messages, every tenth of them a question. Returns the bytes of each body and of the text in it.
fn long_talk(api: Api, state: StateMode, window: (usize, usize)) -> Vec<(usize, usize)> {
    let mut talk = Talk::new(1, api, state, window);
    for (number, nickname) in NICKNAMES.iter().enumerate().take(3) {
        talk.join(number, nickname);
    }
    for number in 0..400 {
        let call = if number % 10 == 9 { "@chatbot" } else { "" };
        let person = Talk::person(number % 3);
        assert!(talk.room.say(&person, &format!("{call} {number} {}", "word ".repeat(20))));
        for call in std::mem::take(&mut talk.room.calls) {
            let request = call.route.api.request(&call.turn, &call.route.endpoint);
            let brought = call.turn.input.iter().map(|item| item.text().len()).sum();
            talk.sizes.push((request.body.len(), brought));
            talk.open.push((call, Vec::new()));
        }
        talk.answer();
        talk.room.wait(2_000);
    }
    talk.sizes
}

#[test]
fn chained_requests_do_not_grow_with_the_conversation() {
    let sizes = long_talk(Api::Responses, StateMode::Chain, (200, 60_000));
    let (first, last) = (sizes[1].0, sizes[sizes.len() - 1].0);
    println!("chain: the second turn has {first} bytes, the {}th {last}", sizes.len());
    assert_eq!(sizes.len(), 40);
    // Ten messages of 105 characters, with the JSON around them.
    assert!(sizes.iter().all(|(body, _)| *body < 10 * (105 + 110) + 600), "{sizes:?}");
    assert!(last <= first + 50, "{sizes:?}");
}

#[test]
fn replayed_requests_are_bounded_by_the_window() {
    for api in Api::ALL {
        let sizes = long_talk(api, StateMode::Replay, (50, 6_000));
        let most = sizes.iter().map(|(body, _)| *body).max().unwrap_or_default();
        println!("{api:?}: at most {most} bytes for a window of 6,000");
        // A message is JSON within JSON, so quotes are escaped twice.
        assert!(most < 6_000 * 3 / 2 + 600, "{api:?}: {sizes:?}");
        let last = sizes.len() - 1;
        assert!(sizes[last].0 < sizes[last / 2].0 + 200, "{api:?} still grows: {sizes:?}");
    }
}
