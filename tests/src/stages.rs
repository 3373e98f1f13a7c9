use std::{
    future::{Ready, ready},
    sync::{Arc, Mutex},
};

use futures::{Stream, StreamExt};
use reactive_messaging::{
    Bind, ConnectionId, ConstConfig, DisconnectReason, Incoming, LocalServiceTermination,
    NoMessages, Outcome, Peer, PeerStats, ProtocolEvent, Server, Serves, Stage, StageEnd,
    StageOptions,
};

use crate::{Answer, Ask, WireKind, answer, echo, on_wire, until};

/// The state of a composite: the number of a stage, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct At(pub u32);

/// What a composite tells: of its first stage, of its later ones, and of its end.
#[derive(Debug)]
pub enum Told {
    /// Of stage 1.
    First(ProtocolEvent<Answer>),
    /// Of any stage behind it.
    Later(ProtocolEvent<Answer>),
    /// The service is over.
    Over,
}

impl From<LocalServiceTermination> for Told {
    fn from(_: LocalServiceTermination) -> Self {
        Self::Over
    }
}

/// How the stages are set up.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// The wire of stage 1, and that of the later ones.
    pub wires: [WireKind; 2],
    /// The configuration of stage 1, and that of the later ones.
    pub configs: [ConstConfig; 2],
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            wires: [WireKind::Ron; 2],
            configs: [ConstConfig::default(); 2],
        }
    }
}

impl Plan {
    /// The default wires, and these configurations.
    pub fn with(first: ConstConfig, later: ConstConfig) -> Self {
        Self {
            configs: [first, later],
            ..Self::default()
        }
    }

    /// These wires, and all defaults.
    pub fn on(first: WireKind, later: WireKind) -> Self {
        Self {
            wires: [first, later],
            ..Self::default()
        }
    }

    /// Runs a stage: the first one by `first`, all others by `later`.
    pub async fn run<F, R, K, G, Q, J>(
        self,
        at: At,
        stage: Stage<At, Told>,
        first: F,
        later: G,
    ) -> StageEnd<At, Told>
    where
        F: FnOnce(Incoming<Ask>, Peer<Answer, At>) -> R,
        R: Outcome<Answer, K, At> + 'static,
        G: FnOnce(u32, Incoming<Ask>, Peer<Answer, At>) -> Q,
        Q: Outcome<Answer, J, At> + 'static,
    {
        let of = |which: usize| {
            let options = StageOptions::new().config(self.configs[which]);
            on_wire!(options, self.wires[which])
        };
        match at {
            At(1) => stage.run_with(&of(0).event(Told::First), first).await,
            At(n) => {
                let later = move |asks: Incoming<Ask>, peer: Peer<Answer, At>| later(n, asks, peer);
                stage.run_with(&of(1).event(Told::Later), later).await
            }
        }
    }
}

/// A server of stages: the first one is handled by `first`, all others by `later`, which is told
/// their number.
pub fn bind_stages<F, R, K, G, Q, J>(
    address: &str,
    plan: Plan,
    first: F,
    later: G,
) -> Bind<impl Serves<Local = NoMessages, Event = Told>>
where
    F: Fn(Incoming<Ask>, Peer<Answer, At>) -> R + Clone + Send + Sync + 'static,
    R: Outcome<Answer, K, At> + 'static,
    R::Session: Send + 'static,
    G: Fn(u32, Incoming<Ask>, Peer<Answer, At>) -> Q + Clone + Send + Sync + 'static,
    Q: Outcome<Answer, J, At> + 'static,
    Q::Session: Send + 'static,
    K: 'static,
    J: 'static,
{
    let stages = move |at, stage| plan.run(at, stage, first.clone(), later.clone());
    Server::bind(address)
        .serve_stages(|| At(1), stages)
        .config(plan.configs[0])
}

/// The same, running, with what it tells.
pub async fn serve_stages<F, R, K, G, Q, J>(
    address: &str,
    plan: Plan,
    first: F,
    later: G,
) -> (Server, Tale)
where
    F: Fn(Incoming<Ask>, Peer<Answer, At>) -> R + Clone + Send + Sync + 'static,
    R: Outcome<Answer, K, At> + 'static,
    R::Session: Send + 'static,
    G: Fn(u32, Incoming<Ask>, Peer<Answer, At>) -> Q + Clone + Send + Sync + 'static,
    Q: Outcome<Answer, J, At> + 'static,
    Q::Session: Send + 'static,
    K: 'static,
    J: 'static,
{
    let tale = Tale::default();
    let server = bind_stages(address, plan, first, later).on_event(tale.listener());
    (server.await.expect("a server"), tale)
}

/// A first stage that answers, and is left at a text.
pub fn leaving(asks: Incoming<Ask>, peer: Peer<Answer, At>) -> impl Stream<Item = Answer> {
    asks.map(move |ask| {
        if matches!(ask, Ask::Text(_)) {
            peer.advance(At(2)).expect("a stage");
        }
        answer(ask)
    })
}

/// A later stage that answers, and goes on.
pub fn echoing(_: u32, asks: Incoming<Ask>, _: Peer<Answer, At>) -> impl Stream<Item = Answer> {
    echo(asks)
}

/// One line of a [`Tale`].
#[derive(Debug, Clone)]
pub struct Line {
    /// Which connection, if any.
    pub id: Option<ConnectionId>,
    /// What happened, in short.
    pub what: String,
    /// What a stage carried that was left.
    pub stats: PeerStats,
}

/// All that a composite told, in its order.
#[derive(Debug, Clone, Default)]
pub struct Tale(Arc<Mutex<Vec<Line>>>);

impl Tale {
    /// A callback that keeps what it is told.
    pub fn listener(&self) -> impl Fn(Told) -> Ready<()> + Send + Sync + use<> {
        let tale = self.clone();
        move |told| {
            tale.keep(told);
            ready(())
        }
    }

    /// Keeps it.
    pub fn keep(&self, told: Told) {
        let (stage, event) = match told {
            Told::First(event) => ("first", event),
            Told::Later(event) => ("later", event),
            Told::Over => ("service", ProtocolEvent::LocalServiceTermination),
        };
        let (id, what, stats) = match event {
            ProtocolEvent::PeerArrived { peer } => {
                (Some(peer.id()), "arrived".into(), PeerStats::default())
            }
            ProtocolEvent::PeerLeft {
                peer,
                reason,
                stats,
            } => (Some(peer.id()), brief(&reason), stats),
            ProtocolEvent::LocalServiceTermination => (None, "over".into(), PeerStats::default()),
        };
        let what = format!("{stage} {what}");
        let line = Line { id, what, stats };
        self.0.lock().expect("no panic").push(line);
    }

    /// All lines so far.
    pub fn lines(&self) -> Vec<Line> {
        self.0.lock().expect("no panic").clone()
    }

    /// What the stages carried that were left, in their order.
    pub fn stats(&self) -> Vec<PeerStats> {
        let left = |line: &Line| !line.what.ends_with("arrived") && line.id.is_some();
        let lines = self.lines().into_iter().filter(left);
        lines.map(|line| line.stats).collect()
    }

    /// What happened so far, in short.
    pub fn told(&self) -> Vec<String> {
        self.lines().into_iter().map(|line| line.what).collect()
    }

    /// How often this happened.
    pub fn count(&self, what: &str) -> usize {
        self.told().iter().filter(|told| *told == what).count()
    }

    /// Waits until this is all that happened.
    #[track_caller]
    pub fn becomes(&self, expected: &[&str]) -> impl Future<Output = ()> {
        let place = std::panic::Location::caller();
        async move {
            until(|| self.lines().len() >= expected.len()).await;
            assert_eq!(self.told(), expected, "at {place}");
        }
    }
}

/// A reason without what it holds.
pub fn brief(reason: &DisconnectReason) -> String {
    let text = format!("{reason:?}");
    let name = text.split(|c: char| !c.is_alphanumeric()).next();
    name.unwrap_or_default().to_string()
}
