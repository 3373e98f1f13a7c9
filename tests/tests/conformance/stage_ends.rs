//! How connections end that go through stages.

use std::time::Duration;

use futures::StreamExt;
use reactive_messaging::{Incoming, Peer, SendError};
use tests::{Answer, Ask, At, Plan, Raw, WireKind, connect, echo, serve_stages, settle, until};
use tokio::time::sleep;

/// A closing message ends the connection, whatever the stage would do next.
#[tokio::test(start_paused = true)]
async fn closing_messages_around_an_advance() {
    for (name, reason, answers) in [
        ("yields it", "first ClosingSent", 1),
        ("sent it", "first ClosingSent", 1),
        ("received it", "first ClosingReceived", 0),
        ("sends it too late", "later RemoteClosed", 0),
    ] {
        let first = move |mut asks: Incoming<Ask>, peer: Peer<Answer, At>| {
            futures::stream::once(async move {
                match name {
                    "yields it" => peer.advance(At(2)).expect("a stage"),
                    "sent it" => {
                        peer.try_send(Answer::Bye).expect("room");
                        assert_eq!(peer.advance(At(2)).expect_err("it is over").0, At(2));
                        return None;
                    }
                    "received it" => {
                        assert_eq!(asks.next().await, Some(Ask::Quit));
                        assert_eq!(peer.advance(At(2)).expect_err("it is over").0, At(2));
                        return None;
                    }
                    _ => {
                        peer.advance(At(2)).expect("a stage");
                        let sent = peer.try_send(Answer::Bye);
                        assert!(matches!(sent, Err(SendError::Closed(Answer::Bye))));
                        return None;
                    }
                }
                Some(Answer::Bye)
            })
        };
        let later = |_, asks: Incoming<Ask>, _: Peer<Answer, At>| echo(asks);
        let (server, tale) = serve_stages("memory://", Plan::default(), first, later).await;
        let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
        if name == "received it" {
            raw.ask(&Ask::Quit).await;
        }
        settle().await;
        raw.finish().await;
        let rest = raw.rest().await;
        assert_eq!(rest, vec![Answer::Bye; answers], "{name}");
        drop(raw);
        until(|| server.stats().connections == 0).await;
        assert_eq!(tale.told().last().unwrap(), reason, "{name}");
    }
}

/// What the remote said before it finished is for the stages to come, and so is the end.
#[tokio::test(start_paused = true)]
async fn the_end_of_the_input_is_for_the_stage_that_gets_there() {
    for (partial, reason) in [
        (&b""[..], "later RemoteClosed"),
        (b"Numb", "later UnexpectedEnd"),
    ] {
        let leaves = |mut asks: Incoming<Ask>, peer: Peer<Answer, At>, next| async move {
            sleep(Duration::from_secs(1)).await;
            let ask = asks.next().await.expect("an ask");
            peer.send(tests::answer(ask)).await.expect("room");
            At(next)
        };
        let later = move |n, asks: Incoming<Ask>, peer: Peer<Answer, At>| async move {
            if n < 4 {
                return Some(leaves(asks, peer, n + 1).await);
            }
            let mut answers = echo(asks);
            while let Some(answer) = answers.next().await {
                peer.send(answer).await.ok()?;
            }
            None
        };
        let first = move |asks, peer| leaves(asks, peer, 2);
        let (server, tale) = serve_stages("memory://", Plan::default(), first, later).await;
        let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
        let asks: Vec<_> = (0..6).map(Ask::Number).collect();
        raw.write(&[&WireKind::Ron.frames(&asks), partial].concat())
            .await;
        raw.finish().await;
        let answers: Vec<_> = (0..6).map(Answer::Number).collect();
        assert_eq!(raw.rest().await, answers);
        drop(raw);
        until(|| server.stats().connections == 0).await;
        assert_eq!(tale.told().last().unwrap(), reason);
        assert_eq!(tale.count("later Advanced"), 2);
    }
}
