//! Server and client processes, each on a core of its own.

use std::{
    error::Error,
    io::{self, BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use load::{
    contender::announced,
    metric::Figure,
    workload::{Server, Workload},
};
use rustix::{
    process::{Pid, Resource, Rlimit, Signal, getrlimit, kill_process, setrlimit},
    thread::{CpuSet, sched_getaffinity, sched_setaffinity},
};

use crate::{contender::Contender, options::Options};

/// Starts a contender, loads it once, ends it.
pub(crate) fn measure(
    binaries: &Path,
    options: &Options,
    workload: Workload,
    contender: &Contender,
) -> Result<Vec<Figure>, Box<dyn Error>> {
    let mut server = Command::new(binaries.join(contender.name));
    let running = Running::start(&mut server, options.server_core)?;
    let server = running.server;
    let mut client = Command::new(binaries.join("load"));
    client
        .args([&format!("{workload:?}"), contender.wire.name()])
        .args([server.address.to_string(), server.pid.to_string()])
        .arg(options.duration.as_secs_f64().to_string());
    let figures = output(&mut client, options.client_core)?;
    Ok(figures.lines().map(str::parse).collect::<Result<_, _>>()?)
}

/// Runs a client to its end; what it printed.
pub(crate) fn output(client: &mut Command, core: usize) -> Result<String, Box<dyn Error>> {
    client.stdout(Stdio::piped()).stderr(Stdio::piped());
    let output = spawn_on(core, client)?.wait_with_output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).trim().into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// A contender's process, until it is dropped.
pub(crate) struct Running {
    process: Child,
    pub(crate) server: Server,
}

impl Running {
    /// Starts it, and waits until it listens.
    pub(crate) fn start(command: &mut Command, core: usize) -> Result<Self, Box<dyn Error>> {
        let mut process = spawn_on(core, command.stdout(Stdio::piped()))?;
        let stdout = process.stdout.take().ok_or("stdout is piped")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let (address, pid) = announced(&line).ok_or("the server did not announce itself")?;
        let server = Server { address, pid };
        Ok(Self { process, server })
    }

    /// Asks it to end, and waits until it has.
    pub(crate) fn terminate(mut self) -> Result<(), Box<dyn Error>> {
        let pid = Pid::from_child(&self.process);
        kill_process(pid, Signal::TERM)?;
        self.process.wait()?;
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // either fails only when the process has ended already
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Children inherit the affinity of the thread that spawns them.
fn spawn_on(core: usize, command: &mut Command) -> io::Result<Child> {
    let own = sched_getaffinity(None)?;
    let mut pinned = CpuSet::new();
    pinned.set(core);
    sched_setaffinity(None, &pinned)?;
    let child = command.spawn();
    sched_setaffinity(None, &own)?;
    child
}

/// Lets the processes that are started from now on open as many connections as the system allows.
pub(crate) fn raise_open_files() -> io::Result<()> {
    let limit = getrlimit(Resource::Nofile);
    Ok(setrlimit(
        Resource::Nofile,
        Rlimit {
            current: limit.maximum,
            ..limit
        },
    )?)
}

/// How long all of it takes at least; builds and start-ups come on top.
pub(crate) fn expected(options: &Options) -> Duration {
    let measurements = options.workloads.len() * options.contenders.len() * options.rounds;
    options.duration.mul_f64(1.25 * measurements as f64)
}
