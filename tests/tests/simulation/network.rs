//! The simulated network: lines between clients and one listener.

use std::{
    collections::VecDeque,
    io,
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker},
    time::Duration,
};

use futures::future::BoxFuture;
use reactive_messaging::{
    Address, ConstConfig, SocketOptions,
    transport::{Connection, Connector, Listener},
};
use tokio::{task::JoinSet, time::sleep};

use super::{
    line::{End, Line, Side},
    plan::{LinePlan, Plan},
};

#[derive(Clone)]
pub(super) struct Network(Arc<Mutex<State>>);

struct State {
    plan: Plan,
    lines: Vec<Arc<Line>>,
    faults: JoinSet<()>,
    is_listening: bool,
    waiting: VecDeque<(usize, End)>,
    listener: Option<Waker>,
}

impl Network {
    pub(super) fn new(plan: Plan) -> Self {
        Self(Arc::new(Mutex::new(State {
            plan,
            lines: Vec::new(),
            faults: JoinSet::new(),
            is_listening: false,
            waiting: VecDeque::new(),
            listener: None,
        })))
    }

    /// A line to the listener; what leads to it.
    pub(super) fn open(&self) -> io::Result<(usize, End)> {
        let mut state = self.0.lock().expect("no panic");
        if !state.is_listening {
            return Err(io::ErrorKind::ConnectionRefused.into());
        }
        let number = state.lines.len();
        let LinePlan {
            weathers,
            fault,
            seed,
        } = state.plan.line(number);
        let line = Line::new(weathers, fault, seed);
        state.lines.push(line.clone());
        state.faults.spawn(line.clone().live());
        state
            .waiting
            .push_back((number, End::new(&line, Side::Server)));
        state.listener.take().into_iter().for_each(Waker::wake);
        Ok((number, End::new(&line, Side::Client)))
    }

    /// All lines there ever were; nothing befalls them any more.
    pub(super) fn end(self) -> Vec<Arc<Line>> {
        let mut state = self.0.lock().expect("no panic");
        state.faults.abort_all();
        std::mem::take(&mut state.lines)
    }

    /// Who accepts what is opened from now on.
    pub(super) fn listener(&self) -> SimulatedListener {
        self.0.lock().expect("no panic").is_listening = true;
        SimulatedListener(self.clone())
    }

    pub(super) fn connector(&self, delay: Duration) -> SimulatedConnector {
        SimulatedConnector {
            network: self.clone(),
            delay,
        }
    }
}

fn address(number: usize) -> Address {
    Address::Memory(format!("{number}").into())
}

/// The number of a line, which is the address of both its ends.
pub(super) fn line_of(address: &Address) -> usize {
    match address {
        Address::Memory(name) => name.parse().expect("the address of a line"),
        other => panic!("{other} is no line"),
    }
}

pub(super) struct SimulatedListener(Network);

impl Listener for SimulatedListener {
    fn poll_accept(
        &mut self,
        cx: &mut Context<'_>,
        _options: &SocketOptions,
    ) -> Poll<io::Result<Connection>> {
        let mut state = self.0.0.lock().expect("no panic");
        match state.waiting.pop_front() {
            Some((number, end)) => Poll::Ready(Ok(Connection {
                io: Box::new(end),
                address: address(number),
            })),
            None => {
                state.listener = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }

    fn address(&self) -> Address {
        Address::Memory("listener".into())
    }
}

impl Drop for SimulatedListener {
    fn drop(&mut self) {
        let mut state = self.0.0.lock().expect("no panic");
        state.is_listening = false;
        let never_accepted = std::mem::take(&mut state.waiting);
        drop(state);
        drop(never_accepted);
    }
}

pub(super) struct SimulatedConnector {
    network: Network,
    delay: Duration,
}

impl Connector for SimulatedConnector {
    fn connect<'a>(&'a self, _config: &'a ConstConfig) -> BoxFuture<'a, io::Result<Connection>> {
        Box::pin(async {
            sleep(self.delay).await;
            let (number, end) = self.network.open()?;
            Ok(Connection {
                io: Box::new(end),
                address: address(number),
            })
        })
    }

    fn address(&self) -> Address {
        Address::Memory("listener".into())
    }
}
