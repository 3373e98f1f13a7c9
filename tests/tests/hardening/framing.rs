//! F: framing and decoding.

use std::{future::IntoFuture, time::Duration};

use futures::StreamExt;
use reactive_messaging::{
    ConstConfig, DecodeError, DisconnectReason, Incoming, Peer, Postcard, error::FrameError,
    serve_connection,
};
use tests::{Answer, Ask, Counted, Log, Raw, WireKind, answer, echo, on_wire, settle, soon};
use tokio::io::duplex;

use super::std_end::assert_std;

const CONFIG: ConstConfig = ConstConfig {
    max_frame_len: 256,
    ..ConstConfig::default()
};
/// Where STD is asserted: in memory, and where a reset is possible.
const MEMORY: &str = "memory://";
const TCP: &str = "127.0.0.1:0";

fn is_too_long(reason: &DisconnectReason) -> bool {
    matches!(
        reason,
        DisconnectReason::Frame(FrameError::TooLong { max: 256 })
    )
}

#[tokio::test(start_paused = true)]
async fn f1_line_without_end() {
    for wire in [WireKind::Ron, WireKind::Json] {
        assert_std(MEMORY, wire, CONFIG, &[b'x'; 257], is_too_long).await;
        assert_std(MEMORY, wire, CONFIG, &[b'x'; 20_000], is_too_long).await;
    }
}

#[tokio::test]
async fn f1_line_without_end_over_tcp() {
    assert_std(TCP, WireKind::Ron, CONFIG, &[b'x'; 257], is_too_long).await;
    assert_std(TCP, WireKind::Ron, CONFIG, &[b'x'; 500_000], is_too_long).await;
}

#[tokio::test(start_paused = true)]
async fn f1_the_longest_line_is_no_error() {
    let (local, remote) = duplex(1024);
    let dialog = serve_connection(local, |asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks));
    let dialog = tokio::spawn(dialog.config(CONFIG).into_future());
    let mut raw = Raw::new(remote, WireKind::Ron);
    let text = "x".repeat(256 - r#"Text("")"#.len());
    for end in ["\n", "\r\n"] {
        raw.write(format!("Text(\"{text}\"){end}").as_bytes()).await;
        assert_eq!(raw.answer().await, Answer::Text(text.clone()));
    }
    raw.write(format!("Text(\"{text}x\")").as_bytes()).await;
    assert!(matches!(raw.rest().await[..], [Answer::Error(_)]));
    drop(raw);
    assert!(is_too_long(&soon(dialog).await.unwrap().unwrap()));
}

#[tokio::test(start_paused = true)]
async fn f2_length_prefix_of_all_ones() {
    for wire in WireKind::LENGTH_PREFIXED {
        assert_std(MEMORY, wire, CONFIG, &[0xFF; 4], is_too_long).await;
        assert_std(MEMORY, wire, CONFIG, &257_u32.to_le_bytes(), is_too_long).await;
    }
}

#[tokio::test]
async fn f2_length_prefix_of_all_ones_over_tcp() {
    for wire in WireKind::LENGTH_PREFIXED {
        assert_std(TCP, wire, CONFIG, &[0xFF; 4], is_too_long).await;
    }
}

#[tokio::test(start_paused = true)]
async fn f3_a_declared_frame_that_never_comes_meets_frame_timeout() {
    for wire in WireKind::LENGTH_PREFIXED {
        let (local, remote) = duplex(1024);
        let dialog = serve_connection(local, |asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks));
        let dialog = on_wire!(dialog, wire).config(CONFIG);
        let dialog = tokio::spawn(dialog.into_future());
        let mut raw = Raw::new(remote, wire);
        raw.write(&256_u32.to_le_bytes()).await;
        assert_eq!(raw.rest().await, []);
        drop(raw);
        let reason = soon(dialog).await.unwrap();
        assert!(
            matches!(reason, Ok(DisconnectReason::FrameTimeout)),
            "{reason:?}"
        );
    }
}

/// Every split point, inside of prefixes too, with pushes in between.
#[tokio::test(start_paused = true)]
async fn f4_every_split_point_gives_the_same_messages() {
    for wire in WireKind::ALL {
        let asks = [
            Ask::Hello,
            Ask::Number(0),
            Ask::Text("é\u{1F980}\n\r".into()),
            Ask::Number(u32::MAX),
            Ask::Text("x".repeat(200)),
        ];
        let bytes = wire.frames(&asks);
        for split in 0..=bytes.len() {
            let answers = cut(wire, &bytes, split, usize::MAX).await;
            assert_eq!(answers, asks.clone().map(answer), "{wire:?} at {split}");
        }
        for piece in [1, 2, 3, 5] {
            let answers = cut(wire, &bytes, 0, piece).await;
            assert_eq!(answers, asks.clone().map(answer), "{wire:?} by {piece}");
        }
    }
}

/// Sends `bytes` in two parts, or in pieces, with a push between the parts; returns the replies.
async fn cut(wire: WireKind, bytes: &[u8], split: usize, piece: usize) -> Vec<Answer> {
    let (local, remote) = duplex(64 * 1024);
    let mut local = Counted::new(local);
    (local.read_at_most, local.write_at_most) = (piece, piece);
    let (tell, told) = tokio::sync::oneshot::channel();
    let tell = std::sync::Mutex::new(Some(tell));
    let dialog = serve_connection(local, move |asks: Incoming<Ask>, peer: Peer<Answer>| {
        let _ = tell.lock().unwrap().take().unwrap().send(peer);
        echo(asks)
    });
    let dialog = tokio::spawn(on_wire!(dialog, wire).into_future());
    let peer = soon(told).await.unwrap();
    let mut raw = Raw::new(remote, wire);
    raw.write(&bytes[..split]).await;
    settle().await;
    peer.send(Answer::Text("pushed".into())).await.unwrap();
    settle().await;
    raw.write(&bytes[split..]).await;
    raw.finish().await;
    let mut answers = raw.rest().await;
    let pushed = answers
        .iter()
        .position(|a| *a == Answer::Text("pushed".into()));
    answers.remove(pushed.expect("what was pushed"));
    let reason = soon(dialog).await.unwrap();
    assert!(
        matches!(reason, Ok(DisconnectReason::RemoteClosed)),
        "{reason:?}"
    );
    answers
}

#[tokio::test(start_paused = true)]
async fn f6_a_zero_length_frame_is_a_typed_error() {
    let is_empty =
        |reason: &DisconnectReason| matches!(reason, DisconnectReason::Decode(DecodeError::Empty));
    for wire in WireKind::LENGTH_PREFIXED {
        assert_std(MEMORY, wire, CONFIG, &[0; 4], is_empty).await;
    }
}

#[tokio::test(start_paused = true)]
async fn f6_blank_lines_are_ignored_and_one_trailing_cr_is_stripped() {
    let (local, remote) = duplex(1024);
    let dialog = serve_connection(local, |asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks));
    let dialog = tokio::spawn(dialog.into_future());
    let mut raw = Raw::new(remote, WireKind::Ron);
    raw.write(b"\n\r\n\nHello\r\n\r\n\nNumber(1)\n\n").await;
    raw.finish().await;
    assert_eq!(raw.rest().await, [Answer::World, Answer::Number(1)]);
    drop(raw);
    let reason = soon(dialog).await.unwrap();
    assert!(
        matches!(reason, Ok(DisconnectReason::RemoteClosed)),
        "{reason:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn f7_bad_utf8_and_nul_are_no_messages() {
    let is_malformed = |reason: &DisconnectReason| {
        matches!(
            reason,
            DisconnectReason::Decode(DecodeError::Malformed { .. })
        )
    };
    for wire in [WireKind::Ron, WireKind::Json] {
        for bad in [
            &b"\xFF\xFE"[..],
            b"\0",
            b"Text(\"\xC3\")",
            b"{\"Text\":\"\xC3\"}",
        ] {
            assert_std(MEMORY, wire, CONFIG, &wire.around(bad), is_malformed).await;
        }
    }
    let bad = WireKind::Postcard.around(b"\x02\x01\xFF");
    assert_std(MEMORY, WireKind::Postcard, CONFIG, &bad, is_malformed).await;
}

#[tokio::test(start_paused = true)]
async fn f13_trailing_bytes_in_a_frame() {
    // an archive is read from its end, records from length to length: neither has trailing bytes
    for wire in [WireKind::Ron, WireKind::Json, WireKind::Postcard] {
        for ask in [Ask::Hello, Ask::Number(3)] {
            let mut payload = match wire {
                WireKind::Postcard => wire.frame(&ask)[4..].to_vec(),
                _ => wire.frame(&ask),
            };
            if wire.is_text() {
                payload.pop();
            }
            payload.extend_from_slice(if wire.is_text() { b" 1" } else { b"\x01" });
            let is_trailing = |reason: &DisconnectReason| {
                matches!(
                    reason,
                    DisconnectReason::Decode(
                        DecodeError::TrailingBytes { .. } | DecodeError::Malformed { .. }
                    )
                )
            };
            assert_std(MEMORY, wire, CONFIG, &wire.around(&payload), is_trailing).await;
        }
    }
}

#[tokio::test]
async fn f13_trailing_bytes_in_a_frame_over_tcp() {
    let bad = WireKind::Postcard.around(&[0, 0]);
    let is_trailing = |reason: &DisconnectReason| {
        matches!(
            reason,
            DisconnectReason::Decode(DecodeError::TrailingBytes { offset: 1 })
        )
    };
    assert_std(TCP, WireKind::Postcard, CONFIG, &bad, is_trailing).await;
}

#[tokio::test(start_paused = true)]
async fn f15_control_characters_of_the_remote_reach_neither_log_nor_error_raw() {
    let (log, _guard) = Log::begin();
    let (local, remote) = duplex(64 * 1024);
    let dialog = serve_connection(local, |asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks));
    let dialog = tokio::spawn(dialog.into_future());
    let mut raw = Raw::new(remote, WireKind::Ron);
    let evil = format!("\u{1b}[2J\r\u{202e}{}\n", "Evil".repeat(1_000));
    raw.write(evil.as_bytes()).await;
    let told = raw.rest().await;
    drop(raw);
    let reason = soon(dialog).await.unwrap().unwrap();
    let source = std::error::Error::source(&reason).and_then(std::error::Error::source);
    let texts = [
        format!("{reason}"),
        format!("{source:?}"),
        format!("{told:?}"),
    ];
    for text in log.lines().iter().chain(&texts) {
        assert!(
            text.chars().all(|c| (' '..='~').contains(&c) || c == '…'),
            "{text:?}"
        );
        assert!(text.len() < 600, "{} bytes", text.len());
    }
}

/// A handler may drop its `Incoming` and go on pushing: an invalid frame that was read ahead still
/// ends the dialog.
#[tokio::test(start_paused = true)]
async fn f2_an_invalid_frame_behind_a_dropped_incoming_is_not_forgotten() {
    let (local, remote) = duplex(64 * 1024);
    let dialog = serve_connection(
        local,
        |mut asks: Incoming<Ask>, peer: Peer<Answer>| async move {
            let _first = asks.next().await;
            tokio::time::sleep(Duration::from_secs(1)).await;
            drop(asks);
            peer.draining().await;
        },
    )
    .wire(Postcard);
    let dialog = tokio::spawn(dialog.into_future());
    let mut raw = Raw::new(remote, WireKind::Postcard);
    let mut bytes = WireKind::Postcard.frame(&Ask::Number(1));
    bytes.extend_from_slice(&[0xFF; 4]);
    raw.write(&bytes).await;
    let reason = tokio::time::timeout(Duration::from_secs(5), dialog).await;
    let reason = reason.expect("the dialog ends").unwrap().unwrap();
    assert!(matches!(reason, DisconnectReason::Frame(_)), "{reason:?}");
}
