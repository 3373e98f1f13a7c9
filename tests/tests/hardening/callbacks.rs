//! H1, H4: callbacks that are told of connections, and panic or take their time.

use std::{
    future::pending,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use reactive_messaging::{ConnectionEvent, DisconnectReason, Incoming, Peer, Server};
use tests::{Answer, Ask, Events, Raw, WireKind, connect, echo, soon, until};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    Connected,
    Disconnected,
    Refused,
    Over,
}

fn kind(event: &ConnectionEvent) -> Told {
    match event {
        ConnectionEvent::Connected { .. } => Told::Connected,
        ConnectionEvent::Disconnected { .. } => Told::Disconnected,
        ConnectionEvent::Refused { .. } => Told::Refused,
        _ => Told::Over,
    }
}

async fn assert_echoes(raw: &mut Raw<impl reactive_messaging::transport::Io>, number: u32) {
    raw.ask(&Ask::Number(number)).await;
    assert_eq!(raw.answer().await, Answer::Number(number));
}

/// The first callback of each kind panics: when it is called, or in its future.
#[tokio::test]
async fn h1_panic_in_a_callback_of_a_connection() {
    for (victim, in_future) in [
        (Told::Connected, false),
        (Told::Connected, true),
        (Told::Disconnected, false),
        (Told::Disconnected, true),
        (Told::Refused, false),
        (Told::Refused, true),
        (Told::Over, false),
        (Told::Over, true),
    ] {
        let place = format!("{victim:?}, {in_future}");
        let (events, told) = (Events::default(), Arc::new(Mutex::new(Vec::new())));
        let record = told.clone();
        let server = Server::bind("127.0.0.1:0")
            .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks))
            .max_connections(1)
            .on_event(events.listener())
            .on_connection_event(move |event| {
                let kind = kind(&event);
                let is_first = {
                    let mut told = record.lock().unwrap();
                    told.push((kind, event));
                    told.iter().filter(|(other, _)| *other == kind).count() == 1
                };
                let panics = kind == victim && is_first;
                if panics && !in_future {
                    panic!("boom");
                }
                async move {
                    if panics {
                        panic!("boom");
                    }
                }
            })
            .await
            .unwrap();
        let of_kind = |kind| {
            let told = told.lock().unwrap();
            told.iter().filter(|(other, _)| *other == kind).count()
        };
        let mut first = Raw::new(connect(&server.address()).await, WireKind::Ron);
        if victim == Told::Connected {
            assert_eq!(first.rest().await, [], "{place}");
        } else {
            assert_echoes(&mut first, 1).await;
            let mut refused = Raw::new(connect(&server.address()).await, WireKind::Ron);
            assert_eq!(refused.rest().await, [], "{place}");
            until(|| of_kind(Told::Refused) == 1).await;
            assert_echoes(&mut first, 2).await;
        }
        drop(first);
        until(|| server.stats().connections == 0).await;
        let mut second = Raw::new(connect(&server.address()).await, WireKind::Ron);
        assert_echoes(&mut second, 3).await;
        drop(second);
        soon(server.shutdown()).await;
        // it never came to a dialog, or it did as always
        events.assert_paired(if victim == Told::Connected { 1 } else { 2 });
        assert_eq!(
            [of_kind(Told::Connected), of_kind(Told::Disconnected)],
            [2, 2],
            "{place}"
        );
        let told = told.lock().unwrap();
        let first_reason = told.iter().find_map(|(_, event)| match event {
            ConnectionEvent::Disconnected { reason, .. } => Some(reason),
            _ => None,
        });
        assert_eq!(
            matches!(first_reason, Some(DisconnectReason::HandlerPanicked(_))),
            victim == Told::Connected,
            "{place}: {first_reason:?}"
        );
        assert_eq!(told.last().map(|(kind, _)| *kind), Some(Told::Over));
        let stats = server.stats();
        let of_connections = u64::from(matches!(victim, Told::Connected | Told::Disconnected));
        assert_eq!(stats.totals.panics, of_connections, "{place}");
        assert_eq!(stats.panics, 1 - of_connections, "{place}");
    }
}

/// Nobody waits for callbacks of others: neither for those of connections nor of refusals.
#[tokio::test]
async fn h4_callbacks_of_connections_that_never_end_delay_no_accept() {
    const STUCK: usize = 80;
    let calls = Arc::new(AtomicUsize::new(0));
    let count = calls.clone();
    let server = Server::bind("127.0.0.1:0")
        .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks))
        .max_connections(2)
        .on_connection_event(move |event| {
            let call = count.fetch_add(1, Relaxed);
            let is_refusal = matches!(event, ConnectionEvent::Refused { .. });
            async move {
                if call == 0 || is_refusal {
                    pending::<()>().await;
                }
            }
        })
        .await
        .unwrap();
    let stuck = connect(&server.address()).await;
    until(|| calls.load(Relaxed) == 1).await;
    let mut served = Raw::new(connect(&server.address()).await, WireKind::Ron);
    assert_echoes(&mut served, 1).await;
    for _ in 0..STUCK {
        let mut refused = Raw::new(connect(&server.address()).await, WireKind::Ron);
        assert_eq!(refused.rest().await, []);
    }
    assert_eq!(server.stats().connections_refused, STUCK as u64);
    // the callbacks of two connections, and of as many refusals as may run at one time
    assert_eq!(calls.load(Relaxed), 2 + 64);
    drop(served);
    until(|| server.stats().connections == 1).await;
    let mut next = Raw::new(connect(&server.address()).await, WireKind::Ron);
    assert_echoes(&mut next, 2).await;
    drop((stuck, next, server));
}
