//! What a connection costs that goes through stages.

use reactive_messaging::{Incoming, Peer, Server};
use tests::{Answer, Ask, At, Plan, Raw, Told, WireKind, connect, leaving, settle, soon};

use super::counting::Memory;

const KIB: usize = 1024;

async fn stages(wire: WireKind) -> Server {
    let later = |_, asks: Incoming<Ask>, peer: Peer<Answer, At>| leaving(asks, peer);
    tests::bind_stages("memory://", Plan::on(wire, wire), leaving, later)
        .on_event(|_: Told| std::future::ready(()))
        .await
        .expect("a server")
}

/// Each stage frees what the last one had.
#[tokio::test(start_paused = true)]
async fn an_idle_connection_costs_the_same_in_every_stage() {
    const CONNECTIONS: usize = 100;
    let server = stages(WireKind::Fixed).await;
    let mut sizes = Vec::new();
    for transitions in [0, 0, 1, 2, 3, 20] {
        let mut raws = Vec::with_capacity(CONNECTIONS);
        let memory = Memory::watch();
        for _ in 0..CONNECTIONS {
            let mut raw = Raw::new(connect(&server.address()).await, WireKind::Fixed);
            // the buffers of the pipe, and of the test, grow with what goes through: records alike
            for message in 0..20 {
                let text = "x".repeat(200);
                raw.ask(&match message < transitions {
                    true => Ask::Text(text),
                    false => Ask::Error(text),
                })
                .await;
                raw.answer().await;
            }
            raws.push(raw);
        }
        settle().await;
        sizes.push(memory.live() / CONNECTIONS);
        drop(raws);
        settle().await;
    }
    // the first round warms up
    for size in &sizes[2..] {
        assert!(*size <= sizes[1] + 64, "{sizes:?}");
    }
}

/// Nothing of a stage stays behind.
#[tokio::test(start_paused = true)]
async fn ten_thousand_transitions_leave_nothing_behind() {
    let server = stages(WireKind::Ron).await;
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    let mut round = async || {
        for _ in 0..100 {
            raw.ask(&Ask::Text("go".into())).await;
            raw.answer().await;
        }
    };
    round().await;
    settle().await;
    let memory = Memory::watch();
    for _ in 0..100 {
        round().await;
    }
    settle().await;
    assert!(memory.live() <= KIB, "{} bytes", memory.live());
    assert!(memory.peak() <= 16 * KIB, "{} bytes", memory.peak());
    assert_eq!(server.stats().totals.messages_sent, 10_100);
    soon(server.shutdown()).await;
}
