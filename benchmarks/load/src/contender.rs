//! What a contender's process owes to the runner.

use std::{io, net::SocketAddr, process};

use rustix::process::{Signal, set_parent_process_death_signal};

/// Says on stdout where this process listens, as `ADDRESS PID`; from now on it dies with its parent.
///
/// # Errors
/// What the system says.
pub fn announce(listens_on: SocketAddr) -> io::Result<()> {
    set_parent_process_death_signal(Some(Signal::KILL))?;
    println!("{listens_on} {}", process::id());
    Ok(())
}

/// Reads a line that [`announce`] wrote.
pub fn announced(line: &str) -> Option<(SocketAddr, u32)> {
    let (address, pid) = line.trim_end().split_once(' ')?;
    Some((address.parse().ok()?, pid.parse().ok()?))
}
