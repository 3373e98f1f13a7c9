//! The server's process, as the one that loads it sees it.

use std::{
    env,
    error::Error,
    fs,
    io::{BufRead, BufReader, Lines, Write},
    net::SocketAddr,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

/// This process once more, as a server; it ends when this is dropped.
pub(crate) struct Process {
    child: Child,
    stdin: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

/// What a server tells of itself, and the kernel of its process.
#[derive(Debug, Clone)]
pub(crate) struct Figures {
    /// Connections that are open.
    pub(crate) open: usize,
    /// Connections that there ever were.
    pub(crate) total: u64,
    /// Messages that were received or sent.
    pub(crate) messages: u64,
    /// Tasks of the runtime that are alive.
    pub(crate) tasks: usize,
    pub(crate) panics: u64,
    /// Why connections ended, as `KIND=COUNT`s.
    pub(crate) reasons: String,
    pub(crate) descriptors: usize,
    /// Resident bytes.
    pub(crate) rss: u64,
}

impl Process {
    pub(crate) fn start() -> Result<Self, Box<dyn Error>> {
        let mut child = Command::new(env::current_exe()?)
            .arg(crate::SERVE)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let stdin = child.stdin.take().ok_or("stdin is piped")?;
        let stdout = child.stdout.take().ok_or("stdout is piped")?;
        let answers = BufReader::new(stdout).lines();
        Ok(Self {
            child,
            stdin,
            answers,
        })
    }

    fn command(&mut self, command: &str) -> Result<String, Box<dyn Error>> {
        writeln!(self.stdin, "{command}")?;
        Ok(self.answers.next().ok_or("the server is gone")??)
    }

    /// Starts the services; where they are.
    pub(crate) fn listen(&mut self) -> Result<[SocketAddr; 4], Box<dyn Error>> {
        let answer = self.command("start")?;
        let addresses = answer.split(' ').map(str::parse);
        let addresses: Vec<_> = addresses.collect::<Result<_, _>>()?;
        addresses.try_into().map_err(|_| answer.into())
    }

    /// Drains the services, and what they report.
    pub(crate) fn drain(&mut self) -> Result<String, Box<dyn Error>> {
        let answer = self.command("drain")?;
        let [open, aborted, undelivered, ms] = fields(&answer)?;
        Ok(format!(
            "{open} connections in {ms} ms, {aborted} of them not in order, {undelivered} messages undelivered"
        ))
    }

    pub(crate) fn figures(&mut self) -> Result<Figures, Box<dyn Error>> {
        let answer = self.command("figures")?;
        let [open, total, messages, tasks, panics] = fields(&answer)?;
        let pid = self.child.id();
        Ok(Figures {
            open: usize::try_from(open)?,
            total,
            messages,
            tasks: usize::try_from(tasks)?,
            panics,
            reasons: answer.split(' ').skip(5).collect::<Vec<_>>().join(" "),
            descriptors: fs::read_dir(format!("/proc/{pid}/fd"))?.count(),
            rss: load::probe::resident(pid)?,
        })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // either fails only when the process has ended already
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The first numbers of a line.
fn fields<const N: usize>(line: &str) -> Result<[u64; N], Box<dyn Error>> {
    let numbers = line.split(' ').take(N).map(str::parse);
    let numbers: Vec<u64> = numbers.collect::<Result<_, _>>()?;
    numbers.try_into().map_err(|_| line.into())
}
