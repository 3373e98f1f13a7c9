//! Where and when the figures were taken.

use std::{
    fs, io,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use load::probe::everyones_cpu_time;

use crate::options::Options;

/// Waits until nobody uses the machine, but not for ever.
pub(crate) fn await_calm() -> io::Result<()> {
    const PATIENCE: Duration = Duration::from_secs(20);
    const WINDOW: Duration = Duration::from_millis(200);
    /// Two ticks: less than a tenth of a core.
    const CALM: Duration = Duration::from_millis(20);

    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        let before = everyones_cpu_time()?;
        thread::sleep(WINDOW);
        if everyones_cpu_time()?.saturating_sub(before) < CALM {
            break;
        }
    }
    Ok(())
}

/// A markdown list of what may explain the figures. Called before the load begins.
pub(crate) fn describe(options: &Options) -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let lines = [
        format!("date: {}", output("date", &["-u", "+%F %H:%M UTC"])),
        format!(
            "commit: {}",
            output("git", &["describe", "--always", "--dirty"])
        ),
        format!("machine: {cores} × {}", processor()),
        format!("system: {}", output("uname", &["-sr"])),
        format!("compiler: {}", output("rustc", &["--version"])),
        format!("load average before the run: {}", read("/proc/loadavg")),
        format!(
            "{} rounds, interleaved; {:?} each after a quarter of it as warm-up; server on core {}, client on core {}",
            options.rounds, options.duration, options.server_core, options.client_core,
        ),
    ];
    lines.map(|line| format!("* {line}\n")).concat()
}

fn processor() -> String {
    let cpuinfo = read("/proc/cpuinfo");
    let model = cpuinfo
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    model.map_or_else(|| "unknown processor".into(), |(_, name)| name.into())
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default().trim().into()
}

fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let stdout = output.ok().filter(|output| output.status.success());
    stdout.map_or_else(
        || "unknown".into(),
        |output| String::from_utf8_lossy(&output.stdout).trim().into(),
    )
}
