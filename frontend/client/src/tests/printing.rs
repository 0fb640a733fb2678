//! An item of the timeline in one line, as scripts print it.

use super::script::as_str;
use crate::{ItemState, TimelineItem};

pub(super) fn print(item: &TimelineItem<'_>) -> String {
    let mut text = format!(
        "{} {}: {} ({}",
        item.seq.map_or("-".to_owned(), |seq| seq.to_string()),
        item.author.name(),
        item.text,
        item.state.as_str()
    );
    if let ItemState::Failed { why } = item.state {
        text.push_str(&format!(" {}", as_str(why)));
    }
    for (is, what) in [
        (item.mine, "mine"),
        (item.chain_rebuilt, "chain_rebuilt"),
        (item.edited, "edited"),
        (item.deleted, "deleted"),
        (item.permissions.stop, "stop"),
        (item.permissions.regenerate, "regenerate"),
    ] {
        if is {
            text.push_str(&format!(" {what}"));
        }
    }
    if item.page.1 != 1 {
        text.push_str(&format!(" {}/{}", item.page.0 + 1, item.page.1));
    }
    if let Some(option) = item.permissions.choose {
        text.push_str(&format!(" choose {option}"));
    }
    if let Some(position) = item.position {
        text.push_str(&format!(" after {position}"));
    }
    if let Some(seq) = item.reply_to {
        text.push_str(&format!(" to {seq}"));
    }
    for tool_use in item.tool_uses {
        text.push_str(&format!(" tool {}", tool_use.argument));
    }
    if let Some(partial) = item.partial_card {
        text.push_str(&format!(" partial {} {}", partial.kind.as_str(), partial.bytes));
    }
    for vote in &item.votes {
        text.push_str(&format!(" {}:{}", vote.person.as_str().trim_start_matches("person-"), vote.option));
    }
    for reaction in &item.reactions {
        let names = reaction.people.iter().map(|person| person.as_str().trim_start_matches("person-"));
        text.push_str(&format!(" {}{}", reaction.emoji, names.collect::<Vec<_>>().join("+")));
    }
    text.push(')');
    text
}
