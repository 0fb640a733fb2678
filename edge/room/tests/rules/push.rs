//! Push messages: who is told of what while they are away, and who is not.

use room::{Input, PushLevel, PushSubscription, SubscribeError, SubscribeRequest, Visitor};
use shared::{ModerationAction, Seq, limits};

use crate::harness::{Harness, person};

fn endpoint(device: &str) -> String {
    format!("https://push.example/{device}")
}

fn subscription(device: &str) -> PushSubscription {
    PushSubscription { endpoint: endpoint(device), p256dh: "key".to_owned(), auth: "secret".to_owned() }
}

fn request(device: &str, level: PushLevel) -> SubscribeRequest {
    SubscribeRequest { subscription: subscription(device), level, hidden: Vec::new() }
}

fn may_subscribe(harness: &mut Harness, name: &str, device: &str) -> Result<(), SubscribeError> {
    harness.wake();
    let address = format!("{name}'s home");
    let visitor = Visitor { person: person(name), address, operator_until: None };
    harness.room.as_mut().unwrap().may_subscribe(harness.now, &visitor, &endpoint(device), &harness.storage)
}

/// Subscribes as the Worker does: asks first.
fn subscribe(harness: &mut Harness, name: &str, device: &str, level: PushLevel) {
    may_subscribe(harness, name, device).unwrap();
    harness.input(Input::Subscribe { person: person(name), request: request(device, level) });
}

/// The push messages since the last time: device, author, text.
fn pushed(harness: &mut Harness) -> Vec<(String, String, String)> {
    let pushes = std::mem::take(&mut harness.pushes).into_iter();
    let device = |endpoint: &str| endpoint.rsplit('/').next().unwrap_or_default().to_owned();
    pushes.map(|push| (device(&push.subscription.endpoint), push.notice.from, push.notice.text)).collect()
}

fn push(device: &str, from: &str, text: &str) -> (String, String, String) {
    (device.to_owned(), from.to_owned(), text.to_owned())
}

/// Ann has a phone and is away; Bob and Carol are here.
fn away(level: PushLevel) -> Harness {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; carol joins; ann says hello; 1 s");
    subscribe(&mut harness, "ann", "phone", level);
    harness.run("bob says @ann here; 1 s");
    assert_eq!(pushed(&mut harness), [], "her page tells her");
    harness.run("ann leaves");
    harness
}

#[test]
fn mentions_and_replies_are_pushed_to_who_is_away() {
    let mut harness = away(PushLevel::Mentions);
    harness.run("bob says nothing for you; bob says `@ann` is code; 1 s");
    assert_eq!(pushed(&mut harness), []);
    harness.run("bob says 안녕 @ann!; 1 s");
    let seq = harness.head();
    let [sent] = harness.pushes.as_slice() else { panic!("one push") };
    assert!(sent.notice.is_call && sent.notice.seq == seq && sent.notice.room.as_str() == "lobby");
    assert_eq!(pushed(&mut harness), [push("phone", "bob", "안녕 @ann!")]);
    harness.run("carol replies 1 welcome; 1 s");
    assert_eq!(pushed(&mut harness), [push("phone", "carol", "welcome")]);
    harness.run("room sleeps; bob says @ann again; 1 s");
    assert_eq!(pushed(&mut harness), [push("phone", "bob", "@ann again")], "subscriptions are stored");
    harness.run("ann returns; 1 s; bob says @ann now; 1 s");
    assert_eq!(pushed(&mut harness), []);
}

#[test]
fn every_message_is_pushed_to_who_wants_that_but_their_own() {
    let mut harness = away(PushLevel::All);
    harness.run("bob says nothing for you; 1 s");
    assert!(!harness.pushes[0].notice.is_call, "no phone is woken for it");
    assert_eq!(pushed(&mut harness), [push("phone", "bob", "nothing for you")]);
    harness.run("bob edits 3 @ann; bob deletes 3; 1 s");
    assert_eq!(pushed(&mut harness), [], "changes are no messages");
    let long = "긴".repeat(limits::PUSH_CHARACTERS + 1);
    harness.run(&format!("bob says {long}; 1 s"));
    let text = format!("{}…", "긴".repeat(limits::PUSH_CHARACTERS));
    assert_eq!(pushed(&mut harness), [push("phone", "bob", &text)]);
}

#[test]
fn an_answer_is_pushed_to_who_asked_and_left() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; 1 s");
    subscribe(&mut harness, "ann", "phone", PushLevel::Mentions);
    harness.run("ann says @chatbot q; 1 s; answer 2 begins r1; answer 2 writes fi; ann leaves; 1 s");
    assert_eq!(pushed(&mut harness), []);
    harness.run("answer 2 ends as fine, @bob; 1 s");
    assert_eq!(pushed(&mut harness), [push("phone", "@chatbot", "fine, @bob")]);
    harness.run("bob says @chatbot q2; 1 s; answer 5 begins r2; answer 5 ends as @ann says hi; 1 s");
    assert_eq!(pushed(&mut harness), [], "a bot mentions nobody");
    harness.run("ann returns; ann says @chatbot q3; 1 s; answer 8 begins r3; ann leaves; owner joins as Olga; owner stops 8; 1 s");
    assert_eq!(pushed(&mut harness), [], "nor is what was stopped told");
}

#[test]
fn whoever_has_the_longer_name_or_is_here_is_the_one_who_is_mentioned() {
    let mut harness = away(PushLevel::Mentions);
    harness.run("carol joins as ann lee; 1 s; bob says @ann lee, hello; 1 s");
    assert_eq!(pushed(&mut harness), []);
    harness.run("ann joins as Anna; ann leaves; bob says @ann; 1 s");
    assert_eq!(pushed(&mut harness), [], "she has another nickname now");
    harness.run("room sleeps; bob says @Anna; 1 s");
    assert_eq!(pushed(&mut harness).len(), 1);
}

#[test]
fn case_231_nobody_is_flooded_and_talk_takes_no_place_of_a_call() {
    let mut harness = away(PushLevel::All);
    for text in 0..limits::PUSH_BURST + 3 {
        harness.run(&format!("bob says {text}; 3 s"));
    }
    assert_eq!(pushed(&mut harness).len(), limits::PUSH_BURST as usize);
    for text in 0..limits::PUSH_BURST + 2 {
        // A room that sleeps in between does not forget.
        harness.run(&format!("bob says @ann {text}; 5 s; room sleeps"));
    }
    assert_eq!(pushed(&mut harness).len(), limits::PUSH_BURST as usize);
    harness.run("60 s; bob says @ann later; carol says @ann later; 1 s");
    assert_eq!(pushed(&mut harness), [push("phone", "bob", "@ann later")]);
}

#[test]
fn case_231_a_person_has_a_few_browsers() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; 1 s");
    for device in 0..=limits::PUSH_SUBSCRIPTIONS_PER_PERSON {
        subscribe(&mut harness, "ann", &format!("{device}"), PushLevel::Mentions);
        harness.run("10 s");
    }
    harness.run("ann leaves; bob says @ann; 1 s");
    let mut devices: Vec<String> = pushed(&mut harness).into_iter().map(|(device, ..)| device).collect();
    devices.sort();
    assert_eq!(devices, ["1", "2", "3", "4", "5"], "the oldest has given way");
}

#[test]
fn case_231_a_room_has_some_hundreds_of_subscriptions_and_knows_them_all() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; 1 s");
    subscribe(&mut harness, "ann", "phone", PushLevel::Mentions);
    let record = harness.storage.push[&endpoint("phone")].clone();
    for number in 1..limits::PUSH_SUBSCRIPTIONS {
        let (mut record, endpoint) = (record.clone(), endpoint(&format!("other-{number}")));
        (record.person, record.nickname) = (person(&format!("other-{number}")), String::new());
        (record.level, record.subscription.endpoint) = (PushLevel::All, endpoint.clone());
        harness.storage.push.insert(endpoint, record);
    }
    harness.run("room sleeps; 1 s");
    let full = Err(SubscribeError::TooMany);
    assert_eq!(may_subscribe(&mut harness, "bob", "tablet"), full);
    assert_eq!(may_subscribe(&mut harness, "ann", "tablet"), full, "also who has one");
    assert_eq!(may_subscribe(&mut harness, "ann", "phone"), Ok(()), "who has one may change it");
    // Each message reaches forty, she who is called among them, and not always the same.
    harness.run("ann leaves");
    let mut reached = std::collections::BTreeSet::new();
    for _ in 0..10 {
        harness.run("bob says @ann; 20 s");
        let pushed = pushed(&mut harness);
        assert_eq!(pushed.len(), limits::PUSHES_PER_MESSAGE);
        reached.extend(pushed.into_iter().map(|(device, ..)| device));
    }
    assert!(reached.contains("phone") && reached.len() > 2 * limits::PUSHES_PER_MESSAGE, "{}", reached.len());
    harness.input(Input::PushGone { endpoint: endpoint("other-499") });
    assert_eq!(may_subscribe(&mut harness, "bob", "tablet"), Ok(()));
}

#[test]
fn case_231_only_who_is_in_the_room_subscribes_and_not_too_often() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob reads; 1 s");
    for stranger in ["bob", "carol"] {
        assert_eq!(may_subscribe(&mut harness, stranger, "phone"), Err(SubscribeError::NotJoined));
    }
    harness.input(Input::Subscribe { person: person("bob"), request: request("phone", PushLevel::All) });
    assert!(harness.storage.push.is_empty());
    let tries = (0..1_000).take_while(|_| may_subscribe(&mut harness, "ann", "phone").is_ok()).count();
    assert!(tries < 100, "{tries}");
    assert!(matches!(may_subscribe(&mut harness, "ann", "phone"), Err(SubscribeError::TooFast(_))));
}

#[test]
fn case_231_what_the_push_service_does_not_know_any_more_is_removed() {
    let mut harness = away(PushLevel::Mentions);
    harness.input(Input::PushGone { endpoint: endpoint("phone") });
    assert!(harness.storage.push.is_empty());
    harness.run("bob says @ann; 1 s");
    assert_eq!(pushed(&mut harness), []);
}

#[test]
fn a_subscription_goes_with_its_browser_to_the_person_who_has_it() {
    let mut harness = away(PushLevel::Mentions);
    // The browser of one person who then has another identity.
    subscribe(&mut harness, "bob", "phone", PushLevel::Mentions);
    subscribe(&mut harness, "carol", "phone", PushLevel::Mentions);
    assert_eq!(harness.storage.push.len(), 1);
    harness.run("bob leaves; carol says @bob; carol says @ann; 1 s");
    assert_eq!(pushed(&mut harness), []);
}

#[test]
fn whoever_has_a_nickname_now_is_called_by_it() {
    let mut harness = away(PushLevel::Mentions);
    harness.run("90000 s; dora joins as ann; 1 s");
    subscribe(&mut harness, "dora", "tablet", PushLevel::Mentions);
    harness.run("dora leaves; bob joins; bob says @ann; 1 s");
    assert_eq!(pushed(&mut harness), [push("tablet", "bob", "@ann")]);
}

#[test]
fn people_whom_one_does_not_want_to_see_are_not_pushed() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; carol joins; 1 s");
    let request = SubscribeRequest { hidden: vec![person("bob")], ..request("phone", PushLevel::All) };
    harness.input(Input::Subscribe { person: person("ann"), request });
    harness.run("ann leaves; bob says @ann boo; carol says hello; 1 s");
    assert_eq!(pushed(&mut harness), [push("phone", "carol", "hello")]);
}

#[test]
fn a_person_with_a_subscription_is_not_forgotten_when_their_nickname_is() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; 1 s");
    subscribe(&mut harness, "ann", "phone", PushLevel::Mentions);
    harness.run("ann leaves; bob says hi; 200000 s; bob joins; 1 s");
    harness.storage.apply(&[room::Write::ForgetPeople { seen_before: harness.now }]).unwrap();
    assert!(harness.storage.people.contains_key(&person("ann")));
    harness.run("room sleeps; bob says @ann; 1 s");
    assert_eq!(pushed(&mut harness), [push("phone", "bob", "@ann")]);
}

#[test]
fn case_232_who_is_forgotten_or_kept_out_is_told_nothing() {
    let mut harness = away(PushLevel::All);
    harness.run("owner joins as Olga; 1 s").ban("owner", "ann").run("1 s; bob says @ann; 1 s");
    assert_eq!(pushed(&mut harness), []);
    harness.moderate("owner", "ann", ModerationAction::Unban).run("1 s; bob says @ann; 1 s");
    assert_eq!(pushed(&mut harness).len(), 1);
    harness.run("ann joins; 1 s").moderate("owner", "ann", ModerationAction::Kick);
    harness.run("1 s; bob says @ann; 1 s");
    assert_eq!(pushed(&mut harness), []);
    harness.run("3600 s; bob says @ann; 1 s");
    assert_eq!(pushed(&mut harness).len(), 1, "until the kick ends");
    harness.run("ann erases everything; bob says @ann; 1 s");
    assert_eq!(pushed(&mut harness), []);
    assert!(harness.storage.push.is_empty());
}

#[test]
fn a_message_that_is_not_stored_is_not_pushed() {
    let mut harness = away(PushLevel::All);
    harness.run("store fails; bob says @ann; 1 s");
    assert_eq!(pushed(&mut harness), []);
    assert_ne!(harness.head(), Seq::ZERO);
}
