//! The end of a text that is still being written: marks that are open are closed, half-typed ones are left away. For the
//! display only; the text itself stays what it is.

use std::ops::Range;

/// Open marks that are followed. Nobody writes more, and a text of nothing else must not cost more than others.
const OPEN_MARKS: usize = 32;

/// The text as it is to be read now, if that differs from what it is. `words` is where its last words stand.
pub(super) fn closed(text: &str, words: &Range<usize>) -> Option<String> {
    // A cell that has its end, for one, is not to be written on.
    if words.end < text.trim_end().len() {
        return None;
    }
    let body = text.get(..words.start)?;
    let rest = text.get(words.start..)?;
    let rest = without_half_line(rest);
    let shown = with_marks_closed(&without_half_link(rest));
    (shown != text.get(words.start..)?).then(|| [body, &shown].concat())
}

/// Leaves away a last line of nothing but marks: it may become a heading's underline, a list, a fence, a table.
fn without_half_line(text: &str) -> &str {
    let start = text.rfind('\n').map_or(0, |at| at.saturating_add(1));
    let line = text.get(start..).unwrap_or_default().trim();
    let is_half = !line.is_empty()
        && line.bytes().all(|byte| matches!(byte, b'-' | b'=' | b'#' | b'+' | b'>' | b'|' | b':' | b' '));
    // On the first line the marks have been read as what they are.
    if is_half && start > 0 { text.get(..start).unwrap_or_default() } else { text }
}

/// Shows of a half-typed link what it will say: `[text](https://exa` is `text`.
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

/// Where code stands between backticks, each with its marks. A run that nothing closes goes to the end.
fn code_spans(text: &str) -> Vec<Range<usize>> {
    let runs = runs_of(text, b'`');
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

fn runs_of(text: &str, mark: u8) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (at, _) in text.bytes().enumerate().filter(|(_, byte)| *byte == mark) {
        match runs.last_mut() {
            Some(run) if run.end == at => run.end = at.saturating_add(1),
            _ => runs.push(at..at.saturating_add(1)),
        }
    }
    runs
}

/// A mark that is open: which, and how many of it.
struct Mark {
    mark: char,
    count: usize,
}

fn with_marks_closed(text: &str) -> String {
    let text = text.trim_end();
    let mut marks: Vec<Mark> = Vec::new();
    let mut end = text.len();
    let mut codes = code_spans(text).into_iter().peekable();
    let mut code_end = String::new();
    let mut at = 0_usize;
    while let Some(rest) = text.get(at..) {
        let Some(mark) = rest.chars().next() else { break };
        if let Some(code) = codes.next_if(|code| code.start == at) {
            let ticks = rest.len().saturating_sub(rest.trim_start_matches('`').len());
            if code.end <= text.len() {
                at = code.end;
                continue;
            }
            let inside = rest.get(ticks..).unwrap_or_default().trim_end_matches('`').trim_end();
            if inside.is_empty() {
                end = at;
            } else {
                end = at.saturating_add(ticks).saturating_add(inside.len());
                code_end = "`".repeat(ticks);
            }
            break;
        }
        if mark == '\\' {
            at = at.saturating_add(1).saturating_add(rest.chars().nth(1).map_or(0, char::len_utf8));
            continue;
        }
        if !matches!(mark, '*' | '_' | '~') {
            at = at.saturating_add(mark.len_utf8());
            continue;
        }
        let count = rest.len().saturating_sub(rest.trim_start_matches(mark).len());
        let before = text.get(..at).and_then(|head| head.chars().next_back());
        let after = rest.get(count..).and_then(|tail| tail.chars().next());
        if !meet(&mut marks, mark, count, before, after) && after.is_none() {
            end = at;
        }
        at = at.saturating_add(count);
    }
    let mut shown = text.get(..end).unwrap_or_default().trim_end().to_owned();
    shown.push_str(&code_end);
    for open in marks.iter().rev() {
        (0..open.count).for_each(|_| shown.push(open.mark));
    }
    shown
}

/// Takes a run of marks. False: it neither opened nor closed anything.
fn meet(marks: &mut Vec<Mark>, mark: char, count: usize, before: Option<char>, after: Option<char>) -> bool {
    let is_space = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let mut left = count;
    let closes = !is_space(before) && (mark != '_' || !is_word(after));
    if closes {
        while let Some(open) = marks.iter().rposition(|open| open.mark == mark) {
            marks.truncate(open.saturating_add(1));
            let Some(last) = marks.last_mut() else { break };
            let closed = left.min(last.count);
            last.count = last.count.saturating_sub(closed);
            left = left.saturating_sub(closed);
            if last.count > 0 {
                return true;
            }
            marks.pop();
            if left == 0 {
                return true;
            }
        }
    }
    // One asterisk between letters or digits is more likely a product than the start of an emphasis.
    let is_inside_word = is_word(before) && (mark == '_' || left == 1);
    let opens = !is_space(after) && !is_inside_word && (mark != '~' || left == 2) && left <= 3;
    if opens && marks.len() < OPEN_MARKS {
        marks.push(Mark { mark, count: left });
        return true;
    }
    left < count
}
