//! Servers as child processes, and remotes that speak bytes to them.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    net::{TcpSocket, TcpStream},
    process::{Child, ChildStdout, Command},
    time::timeout,
};

/// Waits for `future`, not forever.
pub(crate) async fn soon<F: Future>(future: F) -> F::Output {
    let done = timeout(Duration::from_secs(60), future).await;
    done.expect("within a minute")
}

/// A program that serves, and what it is called with before the address.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Program {
    Binary(&'static str, &'static [&'static str]),
    Example(&'static str, &'static [&'static str]),
}

impl Program {
    /// Starts it, and waits until it tells where it listens.
    pub(crate) async fn start(self, address: &str) -> Server {
        let (path, arguments) = match self {
            Self::Binary(path, arguments) => (path.into(), arguments),
            Self::Example(name, arguments) => (example(name), arguments),
        };
        let mut child = Command::new(path)
            .args(arguments)
            .arg(address)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("a program");
        let stdout = child.stdout.take().expect("it is piped");
        let mut server = Server {
            child,
            lines: BufReader::new(stdout).lines(),
            address: String::new(),
        };
        let line = server.hears(" at tcp://").await;
        let (_, behind) = line.split_once("tcp://").expect("it was found");
        let (address, _) = behind
            .split_once(',')
            .expect("an address, and how to end it");
        server.address = address.into();
        server
    }
}

/// Where cargo puts an example: in a folder beside the binaries. `cargo test -p examples` builds it;
/// with `--test`, cargo builds the binaries only.
fn example(name: &str) -> PathBuf {
    let binaries = Path::new(env!("CARGO_BIN_EXE_ping_pong_server")).parent();
    let path = binaries.expect("a folder").join("examples").join(name);
    assert!(
        path.exists(),
        "first build {path:?}: cargo build -p examples --examples"
    );
    path
}

/// A server in a process of its own, which is killed when this is dropped.
pub(crate) struct Server {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    /// Where it listens.
    pub(crate) address: String,
}

impl Server {
    /// The next line that it prints and that has `text` in it.
    pub(crate) async fn hears(&mut self, text: &str) -> String {
        loop {
            let line = soon(self.lines.next_line()).await.expect("text");
            let line = line.unwrap_or_else(|| panic!("it ended without {text:?}"));
            if line.contains(text) {
                return line;
            }
        }
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let id = self.child.id().expect("it was not waited for");
        let id = i32::try_from(id).ok().and_then(Pid::from_raw);
        kill_process(id.expect("the id of a process"), signal).expect("it is there");
    }

    /// Waits until it has ended; `None` if a signal killed it.
    pub(crate) async fn status(mut self) -> Option<i32> {
        let status = soon(self.child.wait()).await;
        status.expect("it can be waited for").code()
    }
}

/// A client that speaks bytes.
pub(crate) struct Remote {
    io: BufReader<TcpStream>,
}

impl Remote {
    pub(crate) async fn connect(address: &str) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        // a remote that does not read is not to have megabytes of room for what it is told; and the
        // system is to say at every few KiB that it took some
        socket.set_recv_buffer_size(16 * 1024).expect("a size");
        socket.set_send_buffer_size(16 * 1024).expect("a size");
        let io = soon(socket.connect(address.parse().expect("an address"))).await;
        let io = BufReader::new(io.expect("a listener"));
        Self { io }
    }

    pub(crate) async fn say(&mut self, text: &str) {
        let written = soon(self.io.write_all(text.as_bytes())).await;
        written.expect("a connection");
    }

    /// The next line; `None` at FIN.
    pub(crate) async fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = soon(self.io.read_line(&mut line)).await;
        (read.expect("no reset") > 0).then(|| line.trim_end().into())
    }

    /// All lines up to FIN, which must be one.
    pub(crate) async fn rest(&mut self) -> Vec<String> {
        let mut rest = Vec::new();
        while let Some(line) = self.line().await {
            rest.push(line);
        }
        rest
    }

    /// Asks without reading the answers, until the server does not read the questions either.
    pub(crate) async fn freeze(&mut self, question: &str) {
        let questions = question.repeat(256);
        let asking = async {
            while let Ok(asked) = timeout(STALLED, self.io.write_all(questions.as_bytes())).await {
                asked.expect("a connection");
            }
        };
        soon(asking).await;
    }
}

/// A server that takes nothing for so long has stopped reading. Were it only slow, its drain would still
/// wait for this remote to close.
const STALLED: Duration = Duration::from_millis(300);
