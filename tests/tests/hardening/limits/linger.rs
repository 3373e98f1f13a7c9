//! Remotes that do not close: `linger_close`, `linger_bytes`.

use std::time::Duration;

use futures::stream;
use reactive_messaging::{ConstConfig, DisconnectReason, Incoming, Peer, Server};
use tests::{Answer, Ask, Events, connect, soon};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::dialog::{Begun, CONFIG};

const KIB: u64 = 1024;

fn one(_asks: Incoming<Ask>, _peer: Peer<Answer>) -> impl futures::Stream<Item = Answer> {
    stream::iter([Answer::World])
}

fn with(linger_close: Duration) -> ConstConfig {
    ConstConfig {
        linger_close,
        ..CONFIG
    }
}

/// However often the remote sends a little.
#[tokio::test(start_paused = true)]
async fn a_remote_that_keeps_sending_is_waited_for_as_long_as_a_silent_one() {
    for (config, limit) in [
        (CONFIG, 2_000),
        (with(Duration::from_millis(700)), 700),
        (with(Duration::ZERO), 0),
    ] {
        for sends in [false, true] {
            let mut begun = Begun::new(64, config, one);
            while sends && begun.elapsed() + 50 < limit {
                begun.at(begun.elapsed() as u64 + 50).await;
                begun.remote.write(b"\n").await;
            }
            let (reason, ended) = begun.ends().await;
            assert!(
                matches!(reason, DisconnectReason::HandlerEnded),
                "{reason:?}"
            );
            assert!((limit..=limit + 2).contains(&ended), "{ended} of {limit}");
        }
    }
}

/// A remote that closes is not waited for any longer, and one that never does for ever, if so wanted.
#[tokio::test(start_paused = true)]
async fn lingering_ends_with_the_remote() {
    let mut begun = Begun::new(64, with(Duration::MAX), one);
    assert!(begun.lasts(1_000_000).await);
    begun.remote.finish().await;
    let (_, ended) = begun.ends().await;
    assert!((1_000_000..=1_000_002).contains(&ended), "{ended}");
}

/// So many bytes are read, and at most a read more, besides one that was made ahead of the handler.
#[tokio::test(start_paused = true)]
async fn a_remote_that_sends_much_is_cut_off_after_its_bytes() {
    let own = ConstConfig {
        linger_bytes: 100 * 1024,
        ..with(Duration::MAX)
    };
    let none = ConstConfig {
        linger_bytes: 0,
        ..with(Duration::MAX)
    };
    let default = with(Duration::MAX);
    for (config, limit, at_most) in [
        (default, 1024 * KIB, 1152 * KIB),
        (own, 100 * KIB, 228 * KIB),
        (none, 0, 64 * KIB),
    ] {
        for piece in [1_000, 32_000] {
            let events = Events::default();
            let server = Server::bind("memory://")
                .serve(one)
                .config(config)
                .on_event(events.listener())
                .await
                .unwrap();
            let mut remote = connect(&server.address()).await;
            let mut written = 0;
            while remote.write_all(&vec![b'\n'; piece]).await.is_ok() {
                written += piece;
                assert!(written < 4 * 1024 * 1024, "it is never cut off");
            }
            let mut rest = Vec::new();
            soon(remote.read_to_end(&mut rest)).await.unwrap();
            assert_eq!(rest, b"World\n");
            let reason = events.left_by(1).await;
            assert!(
                matches!(reason, DisconnectReason::HandlerEnded),
                "{reason:?}"
            );
            let read = events.left()[0].2.bytes_received;
            assert!(
                (limit..=at_most).contains(&read),
                "{read} bytes, not {limit}"
            );
        }
    }
}

/// Over TCP, what linger is for: a remote with input on its way reads what was said to it.
#[tokio::test]
async fn s4_a_remote_that_still_sends_reads_the_last_words() {
    let server = Server::bind("127.0.0.1:0").serve(one).await.unwrap();
    for _ in 0..20 {
        let mut remote = TcpStream::connect(server.local_addr().unwrap())
            .await
            .unwrap();
        let _ = remote.write_all(&[b'\n'; 100_000]).await;
        let mut rest = Vec::new();
        let read = timeout(Duration::from_secs(5), remote.read_to_end(&mut rest)).await;
        assert!(matches!(read, Ok(Ok(6))), "{read:?}");
    }
    soon(server.shutdown()).await;
}
