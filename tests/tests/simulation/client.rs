//! The simulated clients, in all their manners.

use std::{
    future::pending,
    pin::pin,
    sync::{Arc, atomic::Ordering::Relaxed},
};

use futures::{
    FutureExt, StreamExt,
    future::{join, select},
};
use reactive_messaging::{
    Backoff, Client, ConstConfig, DisconnectReason, Incoming, Peer, PeerStats, Reconnect,
};
use tests::{Answer, Ask, PATIENCE, on_wire};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, split},
    time::{sleep, timeout},
};

use super::{
    check::Ended,
    line::{End, Side},
    network::{Network, line_of},
    plan::{AGES, ClientManner, ClientPlan, Plan, millis},
    service::Service,
    tale::{Tales, Voice, brief_answer},
};

/// A client from its start to its end; how it was drained, if it is one of the framework.
pub(super) async fn live(
    index: usize,
    network: Network,
    plan: Arc<Plan>,
    tales: Tales,
) -> Option<(usize, Ended)> {
    let this = plan.clients[index].clone();
    sleep(this.starts).await;
    match this.manner {
        ClientManner::HalfCloses | ClientManner::NeverReads => {
            if let Ok((line, end)) = network.open() {
                converse_by_hand(line, end, &this, &plan, &tales).await;
            }
            None
        }
        _ => {
            run(
                Service::new(index, Side::Client, &tales, &plan),
                network,
                this,
                plan,
            )
            .await
        }
    }
}

async fn run(
    service: Service,
    network: Network,
    this: ClientPlan,
    plan: Arc<Plan>,
) -> Option<(usize, Ended)> {
    let (manner, speaking, tales) = (this.manner, plan.clone(), service.tales.clone());
    let speaker = this.clone();
    let connect = Client::with_connector(network.connector(this.connects_in))
        .run(move |answers: Incoming<Answer>, peer: Peer<Ask>| {
            talk(
                answers,
                peer,
                speaker.clone(),
                speaking.clone(),
                tales.clone(),
            )
        })
        .config(ConstConfig {
            write_timeout: None,
            ..plan.config
        })
        .on_event(service.on_event(|_| {}))
        .on_connection_event(service.on_connection_event());
    let connect = match manner {
        ClientManner::Returns => connect.reconnect(Reconnect {
            backoff: Backoff::new(millis(&mut plan.rng(5_000), 1..=500), AGES),
            attempts: Some(4),
            ..Reconnect::default()
        }),
        _ => connect,
    };
    let client = on_wire!(connect, plan.wire).await.ok()?;
    if let ClientManner::IsShutDown(after) = manner {
        let _ = timeout(after, client.closed()).await;
    } else {
        client.closed().await;
    }
    service.is_stopping.store(true, Relaxed);
    let report = client.shutdown().await;
    let stats = client.stats();
    Some((service.index, Ended { report, stats }))
}

/// Speaks and listens at the same time, until it has said all, and heard what it waits for.
async fn talk(
    mut answers: Incoming<Answer>,
    peer: Peer<Ask>,
    this: ClientPlan,
    plan: Arc<Plan>,
    tales: Tales,
) {
    let line = line_of(peer.address());
    let speak = async {
        let voice = |name| {
            let voice = Voice::new(&tales, line, Side::Client, name, this.padding);
            speak(voice, &peer, &this, &plan)
        };
        match this.is_double {
            true => drop(join(voice('a'), voice('b')).await),
            false => voice('a').await,
        }
        let mut last = Voice::new(&tales, line, Side::Client, 'q', 0);
        let said = match this.manner {
            ClientManner::Quits => peer.send(Ask::Text(last.next())).await,
            ClientManner::Closes => peer.send(Ask::Quit).await,
            _ => return,
        };
        if said.is_ok() {
            last.accepted();
        }
    };
    let listen = async {
        let mut heard = 0;
        while let Some(answer) = answers.next().await {
            heard += 1;
            let answer = brief_answer(&answer);
            tales.note(line, Side::Client, |account| account.heard.push(answer));
            if this.manner == ClientManner::Leaves(heard) {
                return;
            }
        }
    };
    match this.manner {
        ClientManner::Leaves(_) => {
            let speak = speak.then(|()| pending::<()>());
            let _ = timeout(PATIENCE, select(pin!(speak), pin!(listen))).await;
        }
        _ => drop(join(speak, listen).await),
    }
}

async fn speak(mut voice: Voice, peer: &Peer<Ask>, this: &ClientPlan, plan: &Plan) {
    let mut rng = plan.rng(6_000 + line_of(peer.address()) as u64);
    for _ in 0..this.says {
        match peer.send(Ask::Text(voice.next())).await {
            Ok(()) => voice.accepted(),
            Err(_) => return,
        }
        sleep(millis(&mut rng, 0..=this.pace)).await;
    }
}

async fn converse_by_hand(line: usize, end: End, this: &ClientPlan, plan: &Plan, tales: &Tales) {
    let (mut input, mut output) = split(end);
    let mut voice = Voice::new(tales, line, Side::Client, 'a', this.padding);
    let mut rng = plan.rng(6_000 + line as u64);
    let speak = async {
        for _ in 0..this.says {
            let frame = plan.wire.frame(&Ask::Text(voice.next()));
            if output.write_all(&frame).await.is_err() {
                return;
            }
            voice.accepted();
            sleep(millis(&mut rng, 0..=this.pace)).await;
        }
        if this.manner == ClientManner::HalfCloses {
            let _ = output.shutdown().await;
        }
    };
    let listen = async {
        if this.manner == ClientManner::NeverReads {
            return None;
        }
        let mut bytes = Vec::new();
        loop {
            match input.read_buf(&mut bytes).await {
                Ok(0) => return Some(DisconnectReason::RemoteClosed).filter(|_| bytes.is_empty()),
                Ok(_) => {}
                Err(error) => return Some(DisconnectReason::Io(Arc::new(error))),
            }
            while let Some(answer) = plan.wire.take::<Answer>(&mut bytes) {
                let answer = brief_answer(&answer);
                tales.note(line, Side::Client, |account| account.heard.push(answer));
            }
        }
    };
    let ((), reason) = timeout(AGES, join(speak, listen)).await.unwrap_or_default();
    if this.manner == ClientManner::NeverReads {
        // it holds the line for as long as the server lets it
        sleep(millis(&mut rng, 0..=100_000)).await;
    }
    tales.note(line, Side::Client, |account| {
        account.end = reason.map(|reason| (reason, PeerStats::default()));
    });
}
