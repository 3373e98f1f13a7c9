//! Whether the server is as it was.

use crate::server::Figures;

/// Growth that is none: memory that is free is kept by the allocator in pieces, of which there are a few
/// more or less after each cycle.
const NOISE: u64 = 1 << 20;

/// Growth of memory at rest that is allowed beyond that, in percent.
const PERCENT: u64 = 5;

/// Samples of memory below which nothing is said about its growth.
const ENOUGH: usize = 8;

/// What is wrong with the figures of a server at rest, the first of which is from before any connection.
pub(crate) fn verdict(start: &Figures, rest: &[Figures]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut is_as_before = |what: &str, before: usize, now: usize| {
        if now != before {
            wrong.push(format!("{what}: {before} at the start, {now} at the end"));
        }
    };
    if let Some(end) = rest.last() {
        is_as_before("connections", start.open, end.open);
        is_as_before("descriptors", start.descriptors, end.descriptors);
        is_as_before("tasks", start.tasks, end.tasks);
        is_as_before("panics", 0, end.panics as usize);
    }
    if let Some((second, last)) = quarters(rest)
        && last > second + second / 100 * PERCENT + NOISE
    {
        wrong.push(format!(
            "memory at rest: {} KiB in the second quarter, {} KiB in the last",
            second / 1024,
            last / 1024
        ));
    }
    wrong
}

/// The medians of the memory in the second and in the last quarter. In the first, caches are filled.
pub(crate) fn quarters(rest: &[Figures]) -> Option<(u64, u64)> {
    let count = rest.len();
    if count < ENOUGH {
        return None;
    }
    let median = |samples: &[Figures]| {
        let mut memory: Vec<_> = samples.iter().map(|it| it.rss).collect();
        memory.sort_unstable();
        memory[memory.len() / 2]
    };
    let second = median(&rest[count / 4..count / 2]);
    let last = median(&rest[count * 3 / 4..]);
    Some((second, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(rss: u64) -> Figures {
        Figures {
            open: 0,
            total: 0,
            messages: 0,
            tasks: 5,
            panics: 0,
            reasons: String::new(),
            descriptors: 14,
            rss,
        }
    }

    #[test]
    fn what_grows_is_told_from_what_only_varies() {
        let start = figures(4 << 20);
        let flat: Vec<_> = (0..40).map(|n| figures((8 << 20) + n % 3 * 4096)).collect();
        assert_eq!(verdict(&start, &flat), [""; 0]);
        // 128 KiB a cycle
        let grows: Vec<_> = (0..40).map(|n| figures((8 << 20) + (n << 17))).collect();
        assert_eq!(verdict(&start, &grows).len(), 1);
        // only at first
        let settles: Vec<_> = (0..40)
            .map(|n| figures((8 << 20) + (n.min(10) << 20)))
            .collect();
        assert_eq!(verdict(&start, &settles), [""; 0]);
    }

    #[test]
    fn what_is_left_behind_is_told() {
        let start = figures(4 << 20);
        let left = Figures {
            open: 1,
            tasks: 6,
            descriptors: 15,
            panics: 1,
            ..figures(4 << 20)
        };
        assert_eq!(verdict(&start, &[left]).len(), 4);
    }
}
