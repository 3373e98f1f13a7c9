//! How a server is told to end: by Ctrl-C, or by a supervisor's SIGTERM. Copy it as it is.

use std::{io, process};

/// The status of a process that was interrupted: 128 + SIGINT, as shells have it.
const INTERRUPTED: i32 = 130;

/// Ready at Ctrl-C or SIGTERM; behind that, one more of them ends the process at once, status 130.
///
/// Listens from the call on, not only from the first poll: a signal that comes while a server starts
/// is kept. tokio never uninstalls its handlers, so that without the second part a drain could be
/// ended by SIGKILL only.
///
/// # Errors
/// If the system lets nobody listen for signals.
///
/// # Panics
/// Outside of a tokio runtime.
///
/// # Cancel safety
/// What was received before the future is dropped is lost, and later signals do nothing: hold it until
/// the server is over.
pub fn shutdown_signal() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut signals = Signals::listen()?;
    Ok(async move {
        signals.next().await;
        println!("draining; once more ends me at once");
        // nobody waits for it: it ends with the process
        tokio::spawn(async move {
            signals.next().await;
            process::exit(INTERRUPTED);
        });
    })
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Windows knows no SIGTERM; what comes nearest is that the console is closed, after which it gives a
/// process about five seconds.
#[cfg(windows)]
struct Signals {
    interrupt: tokio::signal::windows::CtrlC,
    close: tokio::signal::windows::CtrlClose,
}

#[cfg(windows)]
impl Signals {
    fn listen() -> io::Result<Self> {
        use tokio::signal::windows::{ctrl_c, ctrl_close};
        Ok(Self {
            interrupt: ctrl_c()?,
            close: ctrl_close()?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.close.recv() => {}
        }
    }
}
