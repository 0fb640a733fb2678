//! The open tail of a text that is still being written: open delimiters are closed, half-typed Markdown is left out. This is
//! for display only; the text itself stays as it is.

use std::ops::Range;

use crate::delimiters::{is_delimiter, is_space};
use crate::limits::MAX_OPEN_DELIMITERS;

/// The text as it is to be parsed now, if that differs from what it is. `open` are the bytes that more text would continue.
pub(crate) fn close_open_tail(text: &str, open: &Range<usize>) -> Option<String> {
    // A table cell that is closed, for example, is not continued.
    if open.end < text.trim_end().len() {
        return None;
    }
    let body = text.get(..open.start)?;
    let tail = text.get(open.start..)?;
    let closed = close_delimiters(&without_half_link(without_half_line(tail)));
    (closed != tail).then(|| [body, &closed].concat())
}

/// Leaves out a last line of nothing but markers: it may become a setext underline, a list, a fence or a table.
fn without_half_line(text: &str) -> &str {
    let start = text.rfind('\n').map_or(0, |at| at.saturating_add(1));
    let line = text.get(start..).unwrap_or_default().trim();
    let is_half = !line.is_empty()
        && line.bytes().all(|byte| matches!(byte, b'-' | b'=' | b'#' | b'+' | b'>' | b'|' | b':' | b' '));
    // On the first line the markers were parsed as what they are.
    if is_half && start > 0 { text.get(..start).unwrap_or_default() } else { text }
}

/// Shows only the text of a half-typed link: `[text](https://exa` is `text`.
fn without_half_link(text: &str) -> String {
    let codes = code_spans(text);
    let is_code = |at: usize| codes.iter().any(|code| code.contains(&at));
    let Some(open) = text.rfind('[').filter(|at| !is_code(*at)) else { return text.to_owned() };
    let inside = text.get(open.saturating_add(1)..).unwrap_or_default();
    let shown = match inside.find(']') {
        None => inside,
        Some(close) => {
            let after = inside.get(close.saturating_add(1)..).unwrap_or_default();
            let is_half = after.is_empty() || (after.starts_with('(') && !after.contains(')'));
            if !is_half || after.contains('\n') {
                return text.to_owned();
            }
            inside.get(..close).unwrap_or_default()
        }
    };
    let before = text.get(..open).unwrap_or_default();
    [before.strip_suffix('!').unwrap_or(before), shown].concat()
}

/// Where the code spans are, with their backticks. An unclosed one reaches to `usize::MAX`.
fn code_spans(text: &str) -> Vec<Range<usize>> {
    let runs = backtick_runs(text);
    let mut spans = Vec::new();
    let mut index = 0;
    while let Some(run) = runs.get(index) {
        let rest = runs.get(index.saturating_add(1)..).unwrap_or_default();
        match rest.iter().position(|other| other.len() == run.len()) {
            Some(found) => {
                let end = rest.get(found).map_or(text.len(), |other| other.end);
                spans.push(run.start..end);
                index = index.saturating_add(found).saturating_add(2);
            }
            None => {
                spans.push(run.start..usize::MAX);
                break;
            }
        }
    }
    spans
}

fn backtick_runs(text: &str) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (at, _) in text.bytes().enumerate().filter(|(_, byte)| *byte == b'`') {
        match runs.last_mut() {
            Some(run) if run.end == at => run.end = at.saturating_add(1),
            _ => runs.push(at..at.saturating_add(1)),
        }
    }
    runs
}

/// A delimiter run that is open.
struct OpenRun {
    byte: u8,
    count: usize,
}

/// Appends the delimiters and backticks that close what is open.
fn close_delimiters(text: &str) -> String {
    let text = text.trim_end();
    let mut open: Vec<OpenRun> = Vec::new();
    let mut end = text.len();
    let mut codes = code_spans(text).into_iter().peekable();
    let mut backticks = String::new();
    let mut at = 0_usize;
    while let Some(rest) = text.get(at..) {
        let Some(next) = rest.chars().next() else { break };
        if let Some(code) = codes.next_if(|code| code.start == at) {
            if code.end <= text.len() {
                at = code.end;
                continue;
            }
            let code = rest.trim_start_matches('`');
            let count = rest.len().saturating_sub(code.len());
            let code = code.trim_end_matches('`').trim_end();
            if code.is_empty() {
                end = at;
            } else {
                end = at.saturating_add(count).saturating_add(code.len());
                backticks = "`".repeat(count);
            }
            break;
        }
        at = at.saturating_add(match u8::try_from(next) {
            Ok(b'\\') => rest.chars().nth(1).map_or(0, char::len_utf8).saturating_add(1),
            Ok(byte) if is_delimiter(byte) => {
                let count = rest.len().saturating_sub(rest.trim_start_matches(next).len());
                let before = text.get(..at).and_then(|head| head.chars().next_back());
                let after = rest.get(count..).and_then(|tail| tail.chars().next());
                if !add_run(&mut open, byte, count, before, after) && after.is_none() {
                    end = at;
                }
                count
            }
            _ => next.len_utf8(),
        });
    }
    let mut closed = text.get(..end).unwrap_or_default().trim_end().to_owned();
    closed.push_str(&backticks);
    for run in open.iter().rev() {
        (0..run.count).for_each(|_| closed.push(char::from(run.byte)));
    }
    closed
}

/// Takes a delimiter run. False if it neither opens nor closes anything.
fn add_run(
    open: &mut Vec<OpenRun>,
    byte: u8,
    count: usize,
    before: Option<char>,
    after: Option<char>,
) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let mut left = count;
    let closes = !is_space(before) && (byte != b'_' || !is_word(after));
    if closes {
        while let Some(opener) = open.iter().rposition(|open| open.byte == byte) {
            open.truncate(opener.saturating_add(1));
            let Some(last) = open.last_mut() else { break };
            let closed = left.min(last.count);
            last.count = last.count.saturating_sub(closed);
            left = left.saturating_sub(closed);
            if last.count > 0 {
                return true;
            }
            open.pop();
            if left == 0 {
                return true;
            }
        }
    }
    // One asterisk between letters or digits is more likely a product than the start of an emphasis.
    let is_inside_word = is_word(before) && (byte == b'_' || left == 1);
    let opens = !is_space(after) && !is_inside_word && (byte != b'~' || left == 2) && left <= 3;
    if opens && open.len() < MAX_OPEN_DELIMITERS {
        open.push(OpenRun { byte, count: left });
        return true;
    }
    left < count
}
