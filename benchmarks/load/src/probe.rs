//! What the kernel accounts to a process.

use std::{fs, io, time::Duration};

/// CPU time of all threads that the process has; what ended threads used is not in it.
///
/// The first field of [`/proc/PID/task/TID/schedstat`](https://docs.kernel.org/scheduler/sched-stats.html):
/// nanoseconds on a CPU, exact where `utime` and `stime` count ticks.
///
/// # Errors
/// When the process is gone, or the kernel keeps no statistics.
pub fn cpu_time(pid: u32) -> io::Result<Duration> {
    let mut nanos = 0;
    for task in fs::read_dir(format!("/proc/{pid}/task"))? {
        match fs::read_to_string(task?.path().join("schedstat")) {
            Ok(schedstat) => nanos += first_number(&schedstat)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {} // ended meanwhile
            Err(error) => return Err(error),
        }
    }
    Ok(Duration::from_nanos(nanos))
}

/// CPU time that anyone used, on all cores, and that the host took away from this machine.
///
/// From [`/proc/stat`](https://docs.kernel.org/filesystems/proc.html#miscellaneous-kernel-statistics-in-proc-stat),
/// in steps of a tick per core.
///
/// # Errors
/// When the first line is not what the kernel documents.
pub fn everyones_cpu_time() -> io::Result<Duration> {
    /// `USER_HZ`, which is part of the kernel's interface.
    const TICK: Duration = Duration::from_millis(10);
    const IDLE: [usize; 2] = [3, 4];

    let stat = fs::read_to_string("/proc/stat")?;
    let all = stat.lines().next().unwrap_or_default();
    let mut ticks = 0;
    // user nice system idle iowait irq softirq steal; guests are in user already
    for (index, field) in all.split_whitespace().skip(1).take(8).enumerate() {
        if !IDLE.contains(&index) {
            ticks += first_number(field)?;
        }
    }
    Ok(TICK.mul_f64(ticks as f64))
}

/// Bytes of memory that are resident.
///
/// From `smaps_rollup`, which walks the page tables; the counters of `status` and `statm` lag behind
/// by up to a batch per CPU.
///
/// # Errors
/// When the process is gone.
pub fn resident(pid: u32) -> io::Result<u64> {
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?;
    let rss = rollup.lines().find_map(|line| line.strip_prefix("Rss:"));
    Ok(first_number(rss.unwrap_or_default())? * 1024)
}

fn first_number(text: &str) -> io::Result<u64> {
    let number = text
        .split_whitespace()
        .next()
        .and_then(|word| word.parse().ok());
    number
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, format!("no number in {text:?}")))
}

#[cfg(test)]
mod tests {
    use std::{hint, process};

    use super::*;

    #[test]
    fn busy_time_is_counted() {
        (0..10_000_000).for_each(|n| {
            hint::black_box(n);
        });
        let used = cpu_time(process::id()).expect("this process lives");
        assert!(used >= Duration::from_millis(1), "{used:?}");
        let everyone = everyones_cpu_time().expect("the kernel counts");
        assert!(everyone > used, "{everyone:?} contains {used:?}");
    }

    #[test]
    fn touched_memory_is_resident() {
        const SIZE: usize = 32 << 20;
        let before = resident(process::id()).expect("this process lives");
        let touched = hint::black_box(vec![1_u8; SIZE]);
        let after = resident(process::id()).expect("this process lives");
        drop(touched);
        assert!(after >= before + SIZE as u64 / 2, "{before} → {after}");
    }
}
