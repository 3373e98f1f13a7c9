//! P4, P5: event callbacks of stages that fail.

use std::{future::pending, sync::Arc, time::Duration};

use reactive_messaging::{ConnectionEvent, Incoming, Peer, ProtocolEvent};
use tests::{
    Answer, Ask, At, Plan, Raw, Tale, Told, WireKind, bind_stages, brief, connect, echoing,
    leaving, settle, soon, until,
};
use tokio::time::Instant;

/// Without the last event of a stage, the connection does not go on.
#[tokio::test(start_paused = true)]
async fn p5_the_callback_of_a_stage_panics() {
    for panics_at in [
        "first arrived",
        "first Advanced",
        "later arrived",
        "later RemoteClosed",
    ] {
        let tale = Tale::default();
        let told = tale.clone();
        let ends = Arc::new(std::sync::Mutex::new(Vec::new()));
        let kept = ends.clone();
        let server = bind_stages("memory://", Plan::default(), leaving, echoing)
            .on_event(move |event| {
                told.keep(event);
                let count = told.count(panics_at);
                let panics = told.told().last().is_some_and(|last| last == panics_at);
                if panics && count == 1 {
                    panic!("in a callback");
                }
                std::future::ready(())
            })
            .on_connection_event(move |event| {
                if let ConnectionEvent::Disconnected { reason, .. } = event {
                    kept.lock().unwrap().push(brief(&reason));
                }
                std::future::ready(())
            })
            .await
            .expect("a server");
        for bad in [true, false] {
            let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
            let _ = tokio::io::AsyncWriteExt::write_all(
                &mut raw.io,
                &WireKind::Ron.frames(&[Ask::Text("go".into()), Ask::Number(1)]),
            )
            .await;
            let _ = tokio::io::AsyncWriteExt::shutdown(&mut raw.io).await;
            if !bad {
                assert_eq!(raw.rest().await.len(), 2, "{panics_at}");
            }
            until(|| ends.lock().unwrap().len() == 1 + usize::from(!bad)).await;
        }
        let first = match panics_at {
            "later RemoteClosed" => "RemoteClosed",
            _ => "HandlerPanicked",
        };
        assert_eq!(
            *ends.lock().unwrap(),
            [first, "RemoteClosed"],
            "{panics_at}"
        );
        let arrived = tale.count("first arrived") + tale.count("later arrived");
        let left = tale.told().len() - arrived;
        assert_eq!(arrived, left, "{panics_at}: {:?}", tale.told());
    }
}

/// Like the callback of a dialog that is no stage.
#[tokio::test(start_paused = true)]
async fn p5_an_end_that_could_not_be_told_is_not_in_order() {
    let server = bind_stages("memory://", Plan::default(), leaving, echoing)
        .on_event(|event| {
            if matches!(event, Told::Later(ProtocolEvent::PeerLeft { .. })) {
                panic!("in a callback");
            }
            std::future::ready(())
        })
        .await
        .expect("a server");
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    raw.ask(&Ask::Text("go".into())).await;
    raw.answer().await;
    settle().await;
    let report = soon(server.shutdown()).await;
    assert_eq!((report.connections, report.aborted), (1, 1));
}

/// What a stage left unwritten is counted, wherever its connection ends.
#[tokio::test(start_paused = true)]
async fn p4_the_undelivered_are_counted_while_the_next_stage_is_told_of() {
    const SAID: usize = 80;
    for hangs_at in ["first Advanced", "later arrived"] {
        let tale = Tale::default();
        let told = tale.clone();
        let first = |_: Incoming<Ask>, peer: Peer<Answer, At>| async move {
            for _ in 0..SAID {
                peer.try_send(Answer::Text("x".repeat(1_000)))
                    .expect("room");
            }
            At(2)
        };
        let server = bind_stages("memory://", Plan::default(), first, echoing)
            .on_event(move |event| {
                told.keep(event);
                let hangs = told.told().last().is_some_and(|last| last == hangs_at);
                async move {
                    if hangs {
                        pending::<()>().await;
                    }
                }
            })
            .await
            .expect("a server");
        let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
        settle().await;
        let began = Instant::now();
        let report = soon(server.shutdown()).await;
        assert_eq!(began.elapsed(), Duration::from_secs(10), "{hangs_at}");
        let mut delivered = 0;
        while let Ok(Some(Answer::Text(_))) = raw.next().await {
            delivered += 1;
        }
        assert!((50..SAID).contains(&delivered), "{hangs_at}: {delivered}");
        assert_eq!((report.connections, report.aborted), (1, 1), "{hangs_at}");
        let lost = (SAID - delivered) as u64;
        assert_eq!(report.messages_undelivered, lost, "{hangs_at}");
        let totals = server.stats().totals;
        assert_eq!(
            (totals.messages_sent, totals.messages_undelivered),
            (SAID as u64, lost)
        );
    }
}
