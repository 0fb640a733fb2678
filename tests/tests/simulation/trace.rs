//! The last lines of what happened, for whoever has to find out why a seed fails. A run is silent; a failed one is
//! repeated with its trace, which costs nothing in those that hold.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

/// How many lines are kept, unless MADANG_LINES says another number.
const LINES: usize = 60;
/// Characters of a line; a welcome alone may have thousands.
const WIDTH: usize = 400;

/// A trace that outlives a panic of the run.
#[derive(Clone, Default)]
pub(crate) struct Trace {
    /// How many lines are kept; 0 keeps none.
    most: usize,
    lines: Rc<RefCell<VecDeque<String>>>,
}

impl Trace {
    /// A trace that keeps its lines.
    pub(crate) fn on() -> Self {
        let most = std::env::var("MADANG_LINES").ok().and_then(|lines| lines.parse().ok());
        Self { most: most.unwrap_or(LINES), lines: Rc::default() }
    }

    /// Keeps a line, if anybody wants it.
    pub(crate) fn line(&self, now: u64, line: impl FnOnce() -> String) {
        if self.most == 0 {
            return;
        }
        let mut lines = self.lines.borrow_mut();
        if lines.len() == self.most {
            lines.pop_front();
        }
        let text: String = line().chars().take(WIDTH).collect();
        lines.push_back(format!("{:>7.3} s  {text}", now as f64 / 1000.0));
    }

    /// All kept lines.
    pub(crate) fn text(&self) -> String {
        self.lines.borrow().iter().map(|line| format!("{line}\n")).collect()
    }
}
