//! A clock, and the machine it ran on.

use std::fs::read_to_string;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// What each run took, the shortest first.
pub(crate) struct Taken {
    each: Vec<Duration>,
    /// Mean time on a processor, which other work on the machine does not lengthen; where the system tells it.
    processor: Option<Duration>,
}

/// Asks once to warm up, then so many times. To drop the answer is part of each run.
pub(crate) fn measure<T>(runs: usize, ask: impl Fn() -> T) -> (T, Taken) {
    let answer = ask();
    let began = processor_time();
    let mut each = Vec::new();
    for _ in 0..runs.max(1) {
        let clock = Instant::now();
        drop(black_box(ask()));
        each.push(clock.elapsed());
    }
    let spent = processor_time().zip(began).map(|(now, began)| now.saturating_sub(began));
    let processor = spent.and_then(|spent| spent.checked_div(u32::try_from(each.len()).ok()?));
    each.sort_unstable();
    (answer, Taken { each, processor })
}

impl Taken {
    /// Prints the figures, and says whether the median is under a goal.
    pub(crate) fn report(&self, what: &str, goal: Duration) -> bool {
        let of = |at: Option<&Duration>| at.map_or(f64::NAN, |one| one.as_secs_f64() * 1e3);
        let median = self.each.get(self.each.len() / 2);
        let met = median.is_some_and(|median| *median < goal);
        println!(
            "{what:<22} {} runs · min {:.2} ms · median {:.2} ms · max {:.2} ms · processor {} · goal {} ms {}",
            self.each.len(),
            of(self.each.first()),
            of(median),
            of(self.each.last()),
            self.processor.map_or("not known".to_owned(), |mean| format!("{:.2} ms", of(Some(&mean)))),
            goal.as_millis(),
            if met { "met" } else { "MISSED" }
        );
        met
    }
}

/// Processor time of this thread so far, on Linux; exact to a tick of its scheduler.
fn processor_time() -> Option<Duration> {
    let spent = read_to_string("/proc/thread-self/schedstat").ok()?;
    spent.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

/// The machine, and how busy it was at the start.
pub(crate) fn machine() -> String {
    let info = read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let load = read_to_string("/proc/loadavg").unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let (model, load) = (model.map_or("unknown processor", |(_, model)| model), load.split(' ').next());
    format!("{model}, {cores} cores, load {}", load.filter(|load| !load.is_empty()).unwrap_or("unknown"))
}
