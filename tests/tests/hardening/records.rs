//! F12 and its neighbours: records that are no messages, and limits that no record fits.

use arrayvec::{ArrayString, ArrayVec};
use futures::stream;
use reactive_messaging::{
    BindError, Client, ConfigError, ConnectError, ConstConfig, DecodeError, DisconnectReason,
    Fixed, FixedSize, Incoming, Peer, ReactiveProtocol, Server, serve_connection,
};
use tests::{Answer, Ask, RECORD, TEXT, WireKind, echo, settle, soon};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, duplex},
    time::Instant,
};

use super::std_end::{assert_std, assert_std_of};

/// Every kind of field that some bytes are no value of.
#[derive(Debug, Clone, PartialEq, ReactiveProtocol)]
#[protocol(wire = Fixed)]
enum Reading {
    Number(u16),
    Flag(bool),
    Letter(char),
    Maybe([Option<u8>; 2]),
    Name(ArrayString<4>),
    Flags(ArrayVec<bool, 2>),
    #[protocol(error)]
    Mistake(Short),
}

/// What an error variant of a record can hold of any text.
#[derive(Debug, Clone, PartialEq, FixedSize)]
struct Short(ArrayString<60>);

impl From<String> for Short {
    fn from(text: String) -> Self {
        let mut short = ArrayString::new();
        let fitting = text
            .chars()
            .take_while(|char| short.try_push(*char).is_ok());
        fitting.for_each(drop);
        Self(short)
    }
}

/// STD for a record that begins with `bytes`, the mistake being at `offset`.
async fn assert_no_record(bytes: &[u8], offset: usize) {
    let mut bad = bytes.to_vec();
    bad.resize(Reading::SIZE, 0);
    let name = ArrayString::from("é").expect("it fits");
    let good = [
        Reading::Number(7),
        Reading::Maybe([None, Some(7)]),
        Reading::Name(name),
    ];
    let is_error = |reading: &Reading| matches!(reading, Reading::Mistake(_));
    assert_std_of(
        Fixed,
        ConstConfig::default(),
        good,
        &bad,
        is_error,
        |reason| malformed_at(reason) == Some(offset),
    )
    .await;
}

fn malformed_at(reason: &DisconnectReason) -> Option<usize> {
    match reason {
        DisconnectReason::Decode(DecodeError::Malformed { offset, .. }) => *offset,
        _ => None,
    }
}

#[tokio::test(start_paused = true)]
async fn f12_a_tag_that_no_variant_has() {
    assert_no_record(&[7], 0).await;
    assert_no_record(&[0xFF; Reading::SIZE], 0).await;
}

#[tokio::test(start_paused = true)]
async fn f12_a_bool_that_is_neither() {
    assert_no_record(&[1, 2], 1).await;
    assert_no_record(&[5, 2, 1, 9], 3).await;
}

#[tokio::test(start_paused = true)]
async fn f12_a_char_that_is_none() {
    assert_no_record(&[2, 0x00, 0xD8, 0, 0], 1).await;
    assert_no_record(&[2, 0, 0, 0x11, 0], 1).await;
}

#[tokio::test(start_paused = true)]
async fn f12_an_option_that_is_neither() {
    assert_no_record(&[3, 2, 0, 0, 0], 1).await;
    assert_no_record(&[3, 1, 9, 0xFF, 0], 3).await;
}

#[tokio::test(start_paused = true)]
async fn f12_a_length_beyond_the_capacity() {
    assert_no_record(&[4, 5, b'a', b'a', b'a', b'a', b'a'], 1).await;
    assert_no_record(&[5, 3], 1).await;
    assert_no_record(&[6, 61], 1).await;
}

#[tokio::test(start_paused = true)]
async fn f12_a_text_that_is_no_utf8() {
    assert_no_record(&[4, 3, b'a', 0xFF, b'a'], 3).await;
}

/// The same for messages that are not of fixed size, and over TCP.
#[tokio::test]
async fn f12_a_tag_that_no_variant_has_over_tcp() {
    let bad = WireKind::Fixed.around(&[0xEE; RECORD]);
    for address in ["127.0.0.1:0", "memory://"] {
        assert_std(
            address,
            WireKind::Fixed,
            ConstConfig::default(),
            &bad,
            |reason| malformed_at(reason) == Some(0),
        )
        .await;
    }
    let mut bad = vec![2, TEXT as u8 + 1];
    bad.resize(RECORD, b'x');
    let config = ConstConfig::default();
    assert_std("memory://", WireKind::Fixed, config, &bad, |reason| {
        malformed_at(reason) == Some(1)
    })
    .await;
}

/// What follows a short value is sent as zeros, whatever was in the buffer before.
#[tokio::test(start_paused = true)]
async fn f12_padding_is_sent_as_zeros() {
    let (local, mut remote) = duplex(64);
    let long = Reading::Mistake("x".repeat(60).into());
    let sent = [long.clone(), Reading::Flag(true), long, Reading::Number(1)];
    let dialog = serve_connection(local, move |_: Incoming<Reading>, peer: Peer<Reading>| {
        for reading in sent.clone() {
            peer.try_send(reading).expect("room for four");
        }
        stream::iter(sent.clone())
    });
    let dialog = tokio::spawn(dialog.into_future());
    let mut bytes = Vec::new();
    soon(remote.read_to_end(&mut bytes))
        .await
        .expect("no reset");
    drop(remote);
    soon(dialog)
        .await
        .expect("no panic")
        .expect("a valid config");
    assert_eq!(bytes.len(), 8 * Reading::SIZE);
    let records: Vec<_> = bytes.chunks(Reading::SIZE).collect();
    for turn in [0, 4] {
        assert_eq!(records[turn + 1][..2], [1, 1]);
        assert!(records[turn + 1][2..].iter().all(|byte| *byte == 0));
        assert_eq!(records[turn + 3][..3], [0, 1, 0]);
        assert!(records[turn + 3][3..].iter().all(|byte| *byte == 0));
    }
}

/// F3: a record that is begun and not ended meets `frame_timeout`, and is no clean end at FIN.
#[tokio::test(start_paused = true)]
async fn f3_a_record_that_is_not_ended() {
    for finishes in [false, true] {
        let (local, mut remote) = duplex(1024);
        let dialog = serve_connection(local, |asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks));
        let dialog = tokio::spawn(dialog.wire(Fixed).into_future());
        let record = WireKind::Fixed.frame(&Ask::Number(1));
        remote
            .write_all(&record[..RECORD - 1])
            .await
            .expect("connected");
        settle().await;
        if finishes {
            remote.shutdown().await.expect("connected");
        }
        let began = Instant::now();
        let reason = soon(dialog)
            .await
            .expect("no panic")
            .expect("a valid config");
        match finishes {
            true => assert!(
                matches!(reason, DisconnectReason::UnexpectedEnd),
                "{reason:?}"
            ),
            false => {
                assert!(
                    matches!(reason, DisconnectReason::FrameTimeout),
                    "{reason:?}"
                );
                assert!(began.elapsed().as_secs() < 15, "{:?}", began.elapsed());
            }
        }
        drop(remote);
    }
}

/// A limit that no record fits is found when a service starts.
#[tokio::test]
async fn f14_a_record_longer_than_the_limit_starts_nothing() {
    let config = ConstConfig {
        max_frame_len: RECORD - 1,
        ..ConstConfig::default()
    };
    let is_too_short = |error: ConfigError| {
        assert_eq!(error.field(), "max_frame_len");
        let text = error.to_string();
        assert!(text.contains("251") && text.contains("252"), "{text}");
    };
    let server = Server::bind("memory://")
        .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks))
        .config(config)
        .wire(Fixed)
        .await;
    match server {
        Err(BindError::InvalidConfig(error)) => is_too_short(error),
        other => panic!("{other:?}"),
    }
    let client = Client::connect("memory://nowhere")
        .run(|asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks))
        .config(config)
        .wire(Fixed)
        .await;
    match client {
        Err(ConnectError::InvalidConfig(error)) => is_too_short(error),
        other => panic!("{other:?}"),
    }
    let (local, _remote) = duplex(64);
    let dialog = serve_connection(local, |asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks));
    match soon(dialog.config(config).wire(Fixed).into_future()).await {
        Err(error) => is_too_short(error),
        other => panic!("{other:?}"),
    }
    // exactly as long is long enough
    let config = ConstConfig {
        max_frame_len: RECORD,
        ..config
    };
    let server = Server::bind("memory://")
        .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks))
        .config(config)
        .wire(Fixed)
        .await;
    soon(server.expect("a server").shutdown()).await;
    // a person cannot mistype a record
    let config = ConstConfig {
        max_decode_errors: 2,
        ..config
    };
    let server = Server::bind("memory://")
        .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks))
        .config(config)
        .wire(Fixed)
        .await;
    assert!(
        matches!(server, Err(BindError::InvalidConfig(_))),
        "{server:?}"
    );
}
