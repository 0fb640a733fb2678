//! Plays many seeds on all processors and reports how to repeat one that failed.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use crate::history::Coverage;
use crate::options::{Mutation, Options};
use crate::trace::Trace;
use crate::world::World;

/// A seed that failed.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) seed: u64,
    pub(crate) violation: String,
}

/// Plays one seed. A panic of a core is a failure too.
pub(crate) fn play(seed: u64, mutation: Option<Mutation>, trace: &Trace) -> Result<Coverage, Failure> {
    let options = Options::new(seed, mutation);
    let played = catch_unwind(AssertUnwindSafe(|| World::play(options, trace.clone())));
    let violation = match played {
        Ok(Ok(coverage)) => return Ok(coverage),
        Ok(Err(violation)) => violation,
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            format!("panic: {}", text.unwrap_or_default())
        }
    };
    Err(Failure { seed, violation })
}

/// Plays `count` seeds from `first` on until one fails. Returns the sum of their coverage, or the smallest failed seed.
pub(crate) fn play_all(first: u64, count: u64, mutation: Option<Mutation>) -> Result<Coverage, Failure> {
    let next = AtomicU64::new(first);
    let is_over = AtomicBool::new(false);
    let failure: Mutex<Option<Failure>> = Mutex::new(None);
    let sum = Mutex::new(Coverage::default());
    let work = || {
        let mut mine = Coverage::default();
        while !is_over.load(Ordering::Relaxed) {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed - first >= count {
                break;
            }
            match play(seed, mutation, &Trace::default()) {
                Ok(coverage) => mine.add(coverage),
                Err(new) => {
                    is_over.store(true, Ordering::Relaxed);
                    let mut failure = failure.lock().expect("no thread panics with the lock");
                    if failure.as_ref().is_none_or(|old| new.seed < old.seed) {
                        *failure = Some(new);
                    }
                }
            }
        }
        sum.lock().expect("no thread panics with the lock").add(mine);
    };
    let threads = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    match failure.into_inner().expect("no thread panics with the lock") {
        Some(failure) => Err(failure),
        None => Ok(sum.into_inner().expect("no thread panics with the lock")),
    }
}

impl Failure {
    /// The failure with the last events of its run and the command that repeats it.
    pub(crate) fn report(&self) -> String {
        let trace = Trace::on();
        let again = play(self.seed, None, &trace);
        let is_same = matches!(&again, Err(failure) if failure.violation == self.violation);
        let remark = if is_same { "" } else { "(the repetition differs: the run is not deterministic)\n" };
        format!(
            "seed {}: {}\n{remark}\n{}\nMADANG_SEED={} MADANG_SEEDS=1 cargo test -p tests --test simulation every_seed\n",
            self.seed,
            self.violation,
            trace.text(),
            self.seed
        )
    }
}
