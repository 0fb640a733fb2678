//! The last events of a run, printed when a seed fails. Runs are played without a trace, which costs nothing; a failed
//! one is repeated with its trace.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

/// How many lines are kept unless MADANG_LINES says otherwise.
const LINES: usize = 60;
/// The most characters of a line; a welcome may have thousands.
const WIDTH: usize = 400;

/// A trace that survives a panic of the run.
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

    /// Records a line if the trace is on.
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
