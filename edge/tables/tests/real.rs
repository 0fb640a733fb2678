//! The files that the Worker is built with.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends at the first surprise")]

use room::tools;
use shared::tool_name;
use tables::Bot;

fn bots() -> Vec<Bot> {
    tables::bots(include_str!("../../bots.toml"))
        .unwrap()
        .bots
        .into_iter()
        .map(|bot| bot.into_inner())
        .collect()
}

#[test]
fn the_nine_bots_are_there() {
    let handles: Vec<String> = bots().into_iter().map(|bot| bot.handle.into_inner()).collect();
    let expected = [
        "chatbot",
        "summary",
        "translator",
        "counsellor",
        "character",
        "tutor",
        "storyteller",
        "poll",
        "support",
    ];
    assert_eq!(handles, expected);
}

#[test]
fn each_can_be_called_in_korean_and_has_its_own_colour() {
    let bots = bots();
    for (index, bot) in bots.iter().enumerate() {
        let is_hangul = |c: char| ('가'..='힣').contains(&c);
        assert!(
            bot.aliases.iter().any(|alias| alias.get_ref().chars().all(is_hangul)),
            "{}",
            bot.handle.get_ref()
        );
        // There are eight colours.
        let near = bots.iter().take(index).rev().take(7);
        assert!(
            near.into_iter().all(|other| other.colour.get_ref() != bot.colour.get_ref()),
            "{}",
            bot.handle.get_ref()
        );
        assert!(bot.about.ko.get_ref().ends_with("요."), "{}", bot.handle.get_ref());
    }
}

#[test]
fn none_sets_what_reasoning_models_refuse() {
    for Bot { handle, parameters, model, .. } in bots() {
        let parameters = parameters.unwrap().into_inner();
        let is_refused = parameters.temperature.is_some() || parameters.top_p.is_some();
        assert!(model.is_some() || !is_refused, "{}", handle.get_ref());
        assert!(
            parameters.max_output_tokens.is_some_and(|tokens| (700..=2_500).contains(tokens.get_ref())),
            "{}",
            handle.get_ref()
        );
    }
}

#[test]
fn who_hears_of_a_crisis_knows_the_numbers() {
    let bots = bots();
    let counsellor = bots.iter().find(|bot| bot.handle.get_ref() == "counsellor").unwrap();
    for text in [&counsellor.instructions.get_ref().en, &counsellor.instructions.get_ref().ko] {
        let text = text.get_ref();
        for number in ["109", "119", "112", "1577-0199"] {
            assert!(text.contains(number), "{number}");
        }
        assert!(!text.contains("1393"), "that number was replaced by 109 in 2024");
    }
}

#[test]
fn prices_cover_the_default_model() {
    let prices = tables::prices(include_str!("../../prices.toml")).unwrap();
    let (_, price) = prices.models.iter().find(|(name, _)| name == "gpt-5.4-mini").unwrap();
    assert_eq!((price.input, price.cached, price.output), (750_000, 75_000, 4_500_000));
    assert!(prices.models.is_sorted_by(|one, other| one.0 < other.0));
}

#[test]
fn a_model_that_is_not_listed_costs_what_the_dearest_one_costs() {
    let prices = tables::prices(include_str!("../../prices.toml")).unwrap();
    let dearest =
        |of: fn(&tables::Price) -> u64| prices.models.iter().map(|(_, price)| of(price)).max().unwrap();
    assert_eq!(prices.unlisted.input, dearest(|price| price.input));
    assert_eq!(prices.unlisted.cached, dearest(|price| price.cached));
    assert_eq!(prices.unlisted.output, dearest(|price| price.output));
    for family in
        ["gpt-3.5-turbo", "gpt-4", "gpt-4-turbo", "gpt-4o", "gpt-4.1", "gpt-5", "o1", "o3", "gemini-2.5-pro"]
    {
        assert!(prices.models.iter().any(|(name, _)| name == family), "{family}");
    }
}

#[test]
fn the_tools_are_those_of_the_room() {
    assert_eq!(tool_name::ALL, tools::ALL);
}
