//! Runs the published examples of CommonMark 0.31.2 and of the extensions of GFM 0.29 against the crate.
//!
//! Every example that does not pass is listed with its reason in `differences.rs`; the README's tables are what this test
//! measures. `UPDATE_EXPECT=1 cargo test -p markdown --test spec` writes them anew.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

mod differences;
mod html;
mod normal;
mod subset;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

use differences::{COMMONMARK, Difference, GFM};
use subset::Rule;

#[derive(Debug)]
struct Example {
    number: u64,
    section: String,
    markdown: String,
    html: String,
}

#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Passed,
    /// Passed when what is left out everywhere is left out of the expected HTML as well.
    PassedReduced(Vec<Rule>),
    Different,
}

#[test]
fn published_examples_of_commonmark_pass_or_have_a_reason() {
    check_recorded(&commonmark(), COMMONMARK);
}

#[test]
fn published_examples_of_gfm_pass_or_have_a_reason() {
    check_recorded(&gfm(), GFM);
}

#[test]
fn the_readme_says_what_was_measured() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let mut updated = replace_part(&readme, "commonmark", &report(&commonmark(), COMMONMARK));
    updated = replace_part(&updated, "gfm", &report(&gfm(), GFM));
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &updated).unwrap();
    } else {
        assert!(
            readme == updated,
            "README.md is out of date: run with UPDATE_EXPECT=1. It should be\n{updated}"
        );
    }
}

fn commonmark() -> Vec<Example> {
    examples(include_str!("commonmark-0.31.2.json"))
}

fn gfm() -> Vec<Example> {
    examples(include_str!("gfm-0.29-extensions.json"))
}

fn examples(json: &str) -> Vec<Example> {
    let Value::Array(examples) = serde_json::from_str(json).unwrap() else {
        panic!("not a list of examples")
    };
    let text = |example: &Value, key: &str| example[key].as_str().unwrap().to_owned();
    examples
        .iter()
        .map(|example| Example {
            number: example["number"].as_u64().unwrap(),
            section: text(example, "section"),
            markdown: text(example, "markdown"),
            html: text(example, "html"),
        })
        .collect()
}

fn run(example: &Example) -> Outcome {
    let found = normal::parse(&html::render(&markdown::parse(&example.markdown)));
    let expected = normal::parse(&example.html);
    if found == expected {
        return Outcome::Passed;
    }
    let (reduced, rules) = subset::reduce(&expected);
    if found == reduced { Outcome::PassedReduced(rules) } else { Outcome::Different }
}

/// Compares what does not pass with what is recorded.
fn check_recorded(examples: &[Example], recorded: &[Difference]) {
    let mut wrong = String::new();
    let mut known = BTreeSet::new();
    for number in recorded.iter().flat_map(|difference| difference.examples) {
        assert!(known.insert(*number), "example {number} is recorded twice");
    }
    for example in examples {
        let Example { number, section, markdown, html } = example;
        let is_different = run(example) == Outcome::Different;
        let reason = recorded.iter().find(|difference| difference.examples.contains(number));
        if let Some(Difference { reason, sign, .. }) = reason {
            assert!(sign(markdown), "example {number} shows no sign of this reason: {reason}");
        }
        if is_different && !known.contains(number) {
            let found = html::render(&markdown::parse(markdown));
            let _ = writeln!(
                wrong,
                "{number} ({section}) does not pass:\n{markdown:?}\n  expected {html:?}\n  found    {found:?}"
            );
        } else if !is_different && known.contains(number) {
            let _ = writeln!(wrong, "{number} ({section}) passes: remove it from differences.rs");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// How many examples have which outcome.
#[derive(Default)]
struct Counts {
    passed: usize,
    reduced: usize,
    different: usize,
}

impl Counts {
    fn add(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Passed => self.passed += 1,
            Outcome::PassedReduced(_) => self.reduced += 1,
            Outcome::Different => self.different += 1,
        }
    }
}

/// The tables of the README: what passes per section, the rules that were needed, and the reasons for the rest.
fn report(examples: &[Example], recorded: &[Difference]) -> String {
    let mut report = String::new();
    let mut total = Counts::default();
    let mut rules: BTreeMap<Rule, usize> = BTreeMap::new();
    report.push_str(
        "| section | examples | pass | pass reduced | differ |\n| --- | ---: | ---: | ---: | ---: |\n",
    );
    for section in examples.chunk_by(|example, next| example.section == next.section) {
        let mut counts = Counts::default();
        for outcome in section.iter().map(run) {
            counts.add(&outcome);
            total.add(&outcome);
            if let Outcome::PassedReduced(needed) = outcome {
                needed.into_iter().for_each(|rule| *rules.entry(rule).or_default() += 1);
            }
        }
        let name = section.first().map_or("", |example| &example.section);
        push_counts(&mut report, name, &counts);
    }
    push_counts(&mut report, "**all**", &total);
    report.push_str("\n| examples | reduced by the rule |\n| ---: | --- |\n");
    for (rule, count) in rules {
        let _ = writeln!(report, "| {count} | {} |", rule.describe());
    }
    report.push_str("\n| examples | differ because | numbers |\n| ---: | --- | --- |\n");
    for Difference { reason, examples, .. } in recorded {
        let _ = writeln!(report, "| {} | {reason} | {} |", examples.len(), ranges(examples));
    }
    report
}

fn push_counts(report: &mut String, name: &str, counts: &Counts) {
    let Counts { passed, reduced, different } = counts;
    let count = passed + reduced + different;
    let _ = writeln!(report, "| {name} | {count} | {passed} | {reduced} | {different} |");
}

/// Numbers in order, with three or more that follow each other as a range.
fn ranges(numbers: &[u64]) -> String {
    let ranges = numbers.chunk_by(|number, next| number + 1 == *next).map(|range| match range {
        [first, _, .., last] => format!("{first}–{last}"),
        few => few.iter().map(u64::to_string).collect::<Vec<_>>().join(" "),
    });
    ranges.collect::<Vec<_>>().join(" ")
}

/// Replaces what stands between two comments of the README, which has to have them.
fn replace_part(readme: &str, name: &str, part: &str) -> String {
    let (begin, end) = (format!("<!-- begin {name} -->\n"), format!("<!-- end {name} -->\n"));
    let (before, rest) = readme.split_once(&begin).unwrap();
    let (_, after) = rest.split_once(&end).unwrap();
    [before, &begin, part, &end, after].concat()
}
