//! What an item costs in each queue of shared processors, next to tokio's channel by itself.
//!
//! `queues [ROUNDS]` runs the contenders in turn, and prints medians over the rounds: nanoseconds an
//! item, by the clock and of all threads on CPU, and either divided by what tokio's channel took in the
//! same round. On a busy machine only CPU time means anything.

mod contender;

use std::time::Duration;

use reactive_messaging::__private::queue::{Crossbeam, FullSync, Tokio};
use rustix::time::{ClockId, clock_gettime};
use tokio::runtime::{Builder, Runtime};

use contender::{Contender, by_itself, ours};

const CAPACITY: usize = 1024;

struct Setting {
    name: &'static str,
    threads: Option<usize>,
    producers: usize,
    /// Items that one producer sends in a run.
    items: usize,
}

const SETTINGS: [Setting; 4] = [
    Setting {
        name: "one producer, two threads",
        threads: Some(2),
        producers: 1,
        items: 1_000_000,
    },
    Setting {
        name: "eight producers, two threads",
        threads: Some(2),
        producers: 8,
        items: 125_000,
    },
    Setting {
        name: "one producer, one thread",
        threads: None,
        producers: 1,
        items: 1_000_000,
    },
    Setting {
        name: "64 producers, one thread",
        threads: None,
        producers: 64,
        items: 15_000,
    },
];

const CONTENDERS: [(&str, Contender); 4] = [
    ("tokio's channel by itself", by_itself::<CAPACITY>),
    ("`Tokio`", ours::<Tokio<CAPACITY>>),
    ("`Crossbeam`", ours::<Crossbeam<CAPACITY>>),
    ("`FullSync`", ours::<FullSync<CAPACITY>>),
];

fn main() {
    let rounds = std::env::args().nth(1).map(|rounds| rounds.parse());
    let rounds = rounds.map_or(15, |rounds| rounds.expect("a number of rounds"));
    for setting in SETTINGS {
        let mut runs = [const { Vec::new() }; CONTENDERS.len()];
        for _ in 0..rounds {
            for (runs, (_, contender)) in runs.iter_mut().zip(CONTENDERS) {
                runs.push(run(&setting, contender));
            }
        }
        println!("\n### {}\n", setting.name);
        println!("| queue | ns | × | CPU ns | × |\n| --- | --- | --- | --- | --- |");
        for (own, (name, _)) in runs.iter().zip(CONTENDERS) {
            let [clock, cpu] = [0, 1].map(|of| {
                let nanos = own.iter().map(|run| run[of]);
                let ratios = nanos
                    .clone()
                    .zip(&runs[0])
                    .map(|(own, base)| own / base[of]);
                (median(nanos.collect()), median(ratios.collect()))
            });
            println!(
                "| {name} | {:.1} | {:.2} | {:.1} | {:.2} |",
                clock.0, clock.1, cpu.0, cpu.1
            );
        }
    }
}

/// Nanoseconds an item: by the clock, and on CPU.
fn run(setting: &Setting, contender: Contender) -> [f64; 2] {
    let runtime = runtime(setting);
    let before = on_cpu();
    let elapsed = runtime.block_on(async {
        // a task of the runtime, not its main thread: that one is woken by the system
        let run = tokio::spawn(contender(setting.producers, setting.items));
        run.await.expect("the run")
    });
    let on_cpu = on_cpu() - before;
    [elapsed, on_cpu]
        .map(|time| time.as_nanos() as f64 / (setting.producers * setting.items) as f64)
}

/// What all threads of this process have had of the CPU.
fn on_cpu() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

fn runtime(setting: &Setting) -> Runtime {
    let runtime = match setting.threads {
        Some(threads) => Builder::new_multi_thread().worker_threads(threads).build(),
        None => Builder::new_current_thread().build(),
    };
    runtime.expect("a runtime")
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
