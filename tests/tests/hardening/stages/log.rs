//! R5: mistakes of many connections that are in a stage.

use futures::StreamExt;
use reactive_messaging::{Incoming, Peer, Server, Stage};
use tests::{
    Answer, Ask, At, Log, Plan, Raw, WireKind, connect, echoing, leaving, serve_stages, soon,
};

/// Every connection makes `bad` of its dialog; ten lines tell of it.
async fn assert_log_is_bounded<L>(server: &Server<L>, log: &Log) {
    for _ in 0..100 {
        let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
        raw.write(b"bad\n").await;
        raw.rest().await;
    }
    assert_eq!(log.count("WARN"), 10, "{:?}", log.lines());
    soon(server.shutdown()).await;
    assert_eq!(server.stats().totals.decode_errors, 100);
}

/// The options of a stage are made once, or for every connection: the service is the same.
#[tokio::test(start_paused = true)]
async fn r5_mistakes_in_stages_of_many_connections_do_not_flood_the_log() {
    let (log, _guard) = Log::begin();
    let (server, _tale) = serve_stages("memory://", Plan::default(), leaving, echoing).await;
    assert_log_is_bounded(&server, &log).await;
}

#[tokio::test(start_paused = true)]
async fn r5_mistakes_in_stages_without_options_do_not_flood_the_log() {
    let (log, _guard) = Log::begin();
    let server = Server::bind("memory://")
        .serve_stages(
            || At(1),
            |_, stage: Stage<At>| async move {
                let echo = |asks: Incoming<Ask>, _: Peer<Answer, At>| asks.map(tests::answer);
                stage.run(echo).await
            },
        )
        .await
        .expect("a server");
    assert_log_is_bounded(&server, &log).await;
}
