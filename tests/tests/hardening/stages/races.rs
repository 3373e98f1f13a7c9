//! P: advance against whatever else may happen at once.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures::future::pending;
use reactive_messaging::{ConstConfig, Incoming, Peer};
use tests::{Answer, Ask, At, Plan, Raw, WireKind, connect, echoing, serve_stages, soon, until};
use tokio::sync::{Barrier, mpsc};

/// What races an advance.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Rival {
    Advance,
    Close,
    Abort,
    ClosingMessage,
    RemoteEnd,
    Shutdown,
}

use Rival::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn c7_advance_races_every_other_end() {
    const ROUNDS: usize = 40;
    for rival in [Advance, Close, Abort, ClosingMessage, RemoteEnd, Shutdown] {
        for round in 0..ROUNDS {
            race(rival, round).await;
        }
    }
}

async fn race(rival: Rival, round: usize) {
    let (give, mut peers) = mpsc::unbounded_channel::<Peer<Answer, At>>();
    let first = move |asks: Incoming<Ask>, peer: Peer<Answer, At>| {
        give.send(peer).expect("the test");
        async move {
            let _asks = asks;
            pending::<()>().await
        }
    };
    let config = ConstConfig {
        linger_close: Duration::from_millis(5),
        ..ConstConfig::default()
    };
    let plan = Plan::with(config, config);
    let (server, tale) = serve_stages("memory://", plan, first, echoing).await;
    let server = Arc::new(server);
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    let peer = soon(peers.recv()).await.expect("a peer");
    let start = Arc::new(Barrier::new(2));
    let (other, begin, shut) = (peer.clone(), start.clone(), server.clone());
    let io = Arc::new(Mutex::new(None));
    let slot = io.clone();
    let rivalling = tokio::spawn(async move {
        begin.wait().await;
        match rival {
            Advance => return other.advance(At(3)).is_ok(),
            Close => other.close(),
            Abort => other.abort(),
            ClosingMessage => return other.try_send(Answer::Bye).is_ok(),
            RemoteEnd => raw.finish().await,
            Shutdown => drop(soon(shut.shutdown()).await),
        }
        *slot.lock().unwrap() = Some(raw);
        true
    });
    start.wait().await;
    if round.is_multiple_of(2) {
        tokio::task::yield_now().await;
    }
    let advanced = peer.advance(At(2)).is_ok();
    let also = soon(rivalling).await.expect("no panic");
    match rival {
        Advance => assert!(advanced ^ also, "{advanced} {also}"),
        ClosingMessage => assert!(advanced ^ also, "{advanced} {also}"),
        _ => {}
    }
    soon(peer.closed()).await;
    if rival == Advance {
        until(|| tale.told().len() >= 3).await;
        soon(server.shutdown()).await;
    } else if rival == Close || rival == Abort {
        // an old peer has no power over the next stage
        let mut raw = io.lock().unwrap().take().expect("the remote");
        let _ = tokio::io::AsyncWriteExt::shutdown(&mut raw.io).await;
    }
    let gone = until(|| server.stats().connections == 0);
    tokio::time::timeout(Duration::from_secs(5), gone)
        .await
        .unwrap_or_else(|_| panic!("{rival:?} {advanced}: {:?}", tale.told()));
    soon(server.shutdown()).await;
    let told = tale.told();
    let arrived = told.iter().filter(|told| told.ends_with("arrived")).count();
    assert_eq!(told.len(), 2 * arrived + 1, "{rival:?}: {told:?}");
    // a stage that was left is followed by another one, unless its connection was aborted
    let left = tale.count("first Advanced");
    assert_eq!(left, tale.count("later arrived"), "{rival:?}: {told:?}");
    match rival {
        Abort | Shutdown => assert!(usize::from(advanced) >= left, "{told:?}"),
        Advance => assert_eq!(left, 1, "{told:?}"),
        _ => assert_eq!(usize::from(advanced), left, "{rival:?}: {told:?}"),
    }
}
