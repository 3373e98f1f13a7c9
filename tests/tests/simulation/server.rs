//! The simulated server, in all its manners.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use futures::{StreamExt, future::BoxFuture};
use reactive_messaging::{
    Bind, DrainReport, Handler, Incoming, Input, Inputs, Peer, ProtocolEvent, SendError, Server,
    Serves, ServiceStats, Stage, StageEnd, StageOptions, transport::Listener,
};
use tests::{Answer, Ask, on_wire};
use tokio::{task::JoinSet, time::sleep};

use super::{
    line::Side,
    network::line_of,
    plan::{Manner, Plan, millis},
    script::Script,
    service::Service,
    tale::{Tales, Voice},
};

/// Tasks that speak beside the handlers.
pub(super) type Pushers = Arc<Mutex<JoinSet<()>>>;

/// A server of whatever protocol.
pub(super) trait Served {
    fn stats(&self) -> ServiceStats;

    fn shutdown(&self) -> BoxFuture<'_, DrainReport>;
}

impl<S> Served for Server<S> {
    fn stats(&self) -> ServiceStats {
        Server::stats(self)
    }

    fn shutdown(&self) -> BoxFuture<'_, DrainReport> {
        Box::pin(Server::shutdown(self))
    }
}

pub(super) async fn listen(
    listener: impl Listener,
    plan: &Arc<Plan>,
    service: &Service,
    pushers: &Pushers,
) -> Box<dyn Served> {
    let server = Server::from_listener(listener);
    let (tales, pauses) = (service.tales.clone(), plan.clone());
    match plan.manner {
        Manner::Echo => {
            let handler = move |asks: Incoming<Ask>, peer: Peer<Answer>| {
                let mut script = Script::new(&tales, line_of(peer.address()));
                asks.map(move |ask| script.answer(ask))
            };
            start(server.serve(handler), plan, service, pushers).await
        }
        Manner::Buffered => {
            let handler = move |asks: Incoming<Ask>, peer: Peer<Answer>| {
                let line = line_of(peer.address());
                let mut script = Script::new(&tales, line);
                let mut hearing = script.clone();
                let mut rng = pauses.rng(3_000 + line as u64);
                asks.map(move |ask| {
                    hearing.hear(&ask);
                    let pause = millis(&mut rng, 0..=30);
                    async move {
                        sleep(pause).await;
                        ask
                    }
                })
                .buffered(4)
                .map(move |ask| script.reply(ask))
            };
            start(server.serve(handler), plan, service, pushers).await
        }
        Manner::Loop | Manner::Sluggish => {
            let slowest = match plan.manner {
                Manner::Loop => 0,
                _ => 50,
            };
            let handler = move |mut asks: Incoming<Ask>, peer: Peer<Answer>| {
                let line = line_of(peer.address());
                let mut script = Script::new(&tales, line);
                let mut rng = pauses.rng(3_000 + line as u64);
                async move {
                    while let Some(ask) = asks.next().await {
                        script.hear(&ask);
                        script.send(ask, &peer).await?;
                        sleep(millis(&mut rng, 0..=slowest)).await;
                    }
                    Ok::<_, SendError<Answer>>(())
                }
            };
            start(server.serve(handler), plan, service, pushers).await
        }
        Manner::Shared => {
            let handler = move |inputs: Inputs<Ask, Answer>| {
                let tales = tales.clone();
                let mut scripts = HashMap::new();
                inputs.map(move |(peer, input)| {
                    let line = line_of(peer.address());
                    let script = scripts
                        .entry(line)
                        .or_insert_with(|| Script::new(&tales, line));
                    match input {
                        Input::Message(ask) => Some((peer, script.answer(ask)?)),
                        Input::Arrived | Input::Left(_) => None,
                    }
                })
            };
            start(server.serve_shared(handler), plan, service, pushers).await
        }
        Manner::Stages => {
            let options = on_wire!(StageOptions::new(), plan.wire);
            let options = Arc::new(options.event(|event: ProtocolEvent<Answer>| event));
            let run = move |at, stage| run_stage(at, stage, tales.clone(), options.clone());
            listening(
                server.serve_stages(|| At::Stream, run),
                plan,
                service,
                pushers,
            )
            .await
        }
    }
}

async fn start<H>(
    bind: Bind<H>,
    plan: &Arc<Plan>,
    service: &Service,
    pushers: &Pushers,
) -> Box<dyn Served>
where
    H: Handler<Remote = Ask, Local = Answer>,
{
    let bind = on_wire!(bind, plan.wire);
    listening(bind, plan, service, pushers).await
}

async fn listening<H>(
    bind: Bind<H>,
    plan: &Arc<Plan>,
    service: &Service,
    pushers: &Pushers,
) -> Box<dyn Served>
where
    H: Serves<Event = ProtocolEvent<Answer>>,
{
    let (pushing, pushers, tales) = (plan.clone(), pushers.clone(), service.tales.clone());
    let arrived = move |peer: Peer<Answer>| {
        if pushing.pushes {
            let mut pushers = pushers.lock().expect("no panic");
            pushers.spawn(push(peer, pushing.clone(), tales.clone()));
        }
    };
    let bind = bind
        .config(plan.config)
        .on_event(service.on_event(arrived))
        .on_connection_event(service.on_connection_event());
    Box::new(bind.await.expect("a server"))
}

/// Where a connection of stages is.
enum At {
    Stream,
    Loop,
    Last,
}

/// Messages behind which a stage leads on.
const OF_A_STAGE: usize = 5;

/// Runs a stage; every way to lead on occurs.
async fn run_stage(
    at: At,
    stage: Stage<At, ProtocolEvent<Answer>>,
    tales: Tales,
    options: Arc<StageOptions<Ask, Answer, ProtocolEvent<Answer>>>,
) -> StageEnd<At, ProtocolEvent<Answer>> {
    let mut script = Script::new(&tales, line_of(stage.address()));
    match at {
        At::Stream => {
            let handler = move |asks: Incoming<Ask>, peer: Peer<Answer, At>| {
                asks.enumerate().map(move |(count, ask)| {
                    if count == OF_A_STAGE {
                        let _ = peer.advance(At::Loop);
                    }
                    script.answer(ask)
                })
            };
            stage.run_with(&options, handler).await
        }
        At::Loop => {
            let handler = move |asks: Incoming<Ask>, peer: Peer<Answer, At>| async move {
                let mut asks = asks.take(OF_A_STAGE);
                while let Some(ask) = asks.next().await {
                    script.hear(&ask);
                    script.send(ask, &peer).await?;
                }
                Ok::<_, SendError<Answer>>(At::Last)
            };
            stage.run_with(&options, handler).await
        }
        At::Last => {
            let handler = move |asks: Incoming<Ask>, _: Peer<Answer, At>| {
                asks.map(move |ask| script.answer(ask))
            };
            stage.run_with(&options, handler).await
        }
    }
}

/// Speaks to a peer, now and then, until that has gone.
async fn push(peer: Peer<Answer>, plan: Arc<Plan>, tales: Tales) {
    let line = line_of(peer.address());
    let mut rng = plan.rng(4_000 + line as u64);
    let mut voice = Voice::new(&tales, line, Side::Server, 'p', 50);
    for _ in 0..rng.u32(0..=60) {
        sleep(millis(&mut rng, 0..=100)).await;
        match peer.send(Answer::Text(voice.next())).await {
            Ok(()) => voice.accepted(),
            Err(_) => return,
        }
    }
}
