//! A simulated world from its beginning to its end.

use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};

use reactive_messaging::{DrainReport, testing};
use tokio::{
    runtime::Handle,
    task::JoinSet,
    time::{Instant, sleep, timeout},
};

use super::{
    check::{self, World},
    client,
    line::Side,
    network::Network,
    plan::{Ending, Plan},
    server::{AGES, Pushers, listen},
    service::Service,
    tale::Tales,
};

/// Indices of the servers; those of clients begin at 0.
const SERVERS: usize = 100;

/// Lets a world live and checks it; what happened, to be compared.
pub(super) async fn live(seed: u64) -> String {
    testing::seed_jitter(seed);
    let plan = Arc::new(Plan::of(seed));
    let (tales, pushers) = (Tales::default(), Pushers::default());
    let network = Network::new(Plan::clone(&plan));
    let began = Instant::now();
    eprintln!("{plan:#?}");
    for n in 0..8 {
        eprintln!("{n} {:?}", plan.line(n).fault);
    }

    let mut clients = JoinSet::new();
    for index in 0..plan.clients.len() {
        let client = client::live(index, network.clone(), plan.clone(), tales.clone());
        clients.spawn(client);
    }
    let mut reports = BTreeMap::new();
    let rounds: &[Ending] = match plan.ending {
        Ending::Restart(at) => &[Ending::Shutdown(at), Ending::Shutdown(at)],
        ending => &[ending],
    };
    for (round, ending) in rounds.iter().enumerate() {
        let service = Service::new(SERVERS + round, Side::Server, &tales, &plan);
        let server = listen(network.listener(), &plan, &service, &pushers).await;
        match ending {
            Ending::Last => join_all(&mut clients, &mut reports).await,
            Ending::Shutdown(at) | Ending::Restart(at) | Ending::Abort(at) => sleep(*at).await,
        }
        service.is_stopping.store(true, Relaxed);
        let connections = server.connections();
        if let Ending::Abort(_) = ending {
            drop(server);
            continue;
        }
        let began = Instant::now();
        let report = server.shutdown().await;
        assert_eq!(
            report.connections, connections,
            "connections that were there"
        );
        assert_eq!(
            report,
            server.shutdown().await,
            "the report is the same for all"
        );
        assert!(
            began.elapsed() <= longest_drain(&plan),
            "drained for {:?}",
            began.elapsed()
        );
        reports.insert(service.index, report);
    }
    join_all(&mut clients, &mut reports).await;
    timeout(AGES, async {
        loop {
            let next =
                std::future::poll_fn(|cx| pushers.lock().expect("no panic").poll_join_next(cx));
            match next.await {
                Some(pushed) => pushed.expect("no panic"),
                None => return,
            }
        }
    })
    .await
    .expect("whoever speaks to a peer that has gone is told so");
    let lines = network.end();
    // whatever was aborted has a turn to end in
    sleep(Duration::from_millis(1)).await;
    let tasks = Handle::current().metrics().num_alive_tasks();
    assert_eq!(tasks, 0, "tasks that outlive their owners");
    let elapsed = began.elapsed();
    check::all(World {
        plan: &plan,
        lines: &lines,
        tales: tales.all(),
        reports: &reports,
    });
    format!(
        "{elapsed:?} {reports:?} {}",
        check::story(&lines, &tales.all())
    )
}

/// A handler, a flush and a lingering end, and the callbacks before and behind them.
fn longest_drain(plan: &Plan) -> Duration {
    let callbacks = plan.config.drain_timeout * 4;
    plan.config.drain_timeout * 2 + plan.config.linger_close + callbacks + Duration::from_secs(2)
}

async fn join_all(
    clients: &mut JoinSet<Option<(usize, DrainReport)>>,
    reports: &mut BTreeMap<usize, DrainReport>,
) {
    let joined = timeout(AGES, async {
        while let Some(client) = clients.join_next().await {
            reports.extend(client.expect("no panic"));
        }
    });
    joined.await.expect("every client comes to an end");
}
