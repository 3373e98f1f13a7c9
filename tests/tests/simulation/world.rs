//! A simulated world from its beginning to its end.

use std::{
    collections::BTreeMap,
    future::poll_fn,
    sync::{Arc, atomic::Ordering::Relaxed},
    task::Context,
    time::Duration,
};

use reactive_messaging::testing;
use tokio::{
    runtime::Handle,
    task::JoinSet,
    time::{Instant, sleep, timeout},
};

use super::{
    check::{self, Ended, World, word},
    client,
    line::Side,
    network::Network,
    plan::{AGES, Ending, Plan},
    promises::Seen,
    server::{Pushers, Served, listen},
    service::Service,
    tale::Tales,
};

/// Indices of the servers; those of clients begin at 0.
const SERVERS: usize = 100;

/// A world that was checked.
#[derive(Default)]
pub(super) struct Lived {
    /// What happened, to be compared.
    pub(super) story: String,
    /// What occurred in it.
    pub(super) seen: Seen,
}

/// Lets a world live and checks it.
pub(super) async fn live(plan: Plan, seed: u64) -> Lived {
    testing::seed_jitter(seed);
    let plan = Arc::new(plan);
    let (tales, pushers) = (Tales::default(), Pushers::default());
    let network = Network::new(Plan::clone(&plan));
    let began = Instant::now();

    let mut clients = JoinSet::new();
    for index in 0..plan.clients.len() {
        let client = client::live(index, network.clone(), plan.clone(), tales.clone());
        clients.spawn(client);
    }
    let mut ended = BTreeMap::new();
    let servers = match plan.ending {
        Ending::Restart(_) => 2,
        _ => 1,
    };
    for index in SERVERS..SERVERS + servers {
        let service = Service::new(index, Side::Server, &tales, &plan);
        let server = listen(network.listener(), &plan, &service, &pushers).await;
        match plan.ending {
            Ending::Last => join_all(&mut clients, &mut ended).await,
            Ending::Shutdown(at) | Ending::Restart(at) | Ending::Abort(at) => sleep(at).await,
        }
        service.is_stopping.store(true, Relaxed);
        match plan.ending {
            Ending::Abort(_) => drop(server),
            _ => drop(ended.insert(index, drain(&*server, &plan).await)),
        }
    }
    join_all(&mut clients, &mut ended).await;
    timeout(AGES, told_of_the_end(&pushers))
        .await
        .expect("whoever speaks to a peer that has gone is told so");
    let lines = network.end();
    // whatever was aborted has a turn to end in, and a callback
    sleep(Duration::from_millis(plan.callback + 1)).await;
    let tasks = Handle::current().metrics().num_alive_tasks();
    assert_eq!(tasks, 0, "tasks that outlive their owners");
    let story = format!("{:?} {ended:?}", began.elapsed());
    let mut seen = check::all(&World {
        plan: &plan,
        lines: &lines,
        tales: &tales,
        ended: &ended,
    });
    seen.insert(format!("manner {:?}", plan.manner));
    seen.insert(format!("ending {}", word(&format!("{:?}", plan.ending))));
    for client in &plan.clients {
        seen.insert(format!("client {}", word(&format!("{:?}", client.manner))));
    }
    let comes_back = |ended: &Ended| ended.stats.connections_total > 1;
    if ended
        .iter()
        .any(|(index, ended)| *index < SERVERS && comes_back(ended))
    {
        seen.insert("a client that came back".into());
    }
    let story = format!("{story} {}", check::story(&lines, &tales.all()));
    Lived { story, seen }
}

async fn drain(server: &dyn Served, plan: &Plan) -> Ended {
    let connections = server.stats().connections;
    let began = Instant::now();
    let report = server.shutdown().await;
    let took = began.elapsed();
    assert_eq!(report.connections, connections, "that were there");
    assert_eq!(report, server.shutdown().await, "the same for all");
    assert!(took <= longest_drain(plan), "drained for {took:?}");
    let stats = server.stats();
    Ended { report, stats }
}

async fn told_of_the_end(pushers: &Pushers) {
    let next = |cx: &mut Context<'_>| pushers.lock().expect("no panic").poll_join_next(cx);
    while let Some(pushed) = poll_fn(next).await {
        pushed.expect("no panic");
    }
}

/// A handler, a flush and a lingering end, and the callbacks before and behind them.
fn longest_drain(plan: &Plan) -> Duration {
    let callbacks = plan.config.drain_timeout * 4;
    plan.config.drain_timeout * 2 + plan.config.linger_close + callbacks + Duration::from_secs(2)
}

async fn join_all(
    clients: &mut JoinSet<Option<(usize, Ended)>>,
    ended: &mut BTreeMap<usize, Ended>,
) {
    let joined = timeout(AGES, async {
        while let Some(client) = clients.join_next().await {
            ended.extend(client.expect("no panic"));
        }
    });
    joined.await.expect("every client comes to an end");
}
