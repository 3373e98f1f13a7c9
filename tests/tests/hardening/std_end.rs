//! The standard end of a dialog: what happens at input that it cannot accept.

use std::fmt;

use reactive_messaging::{
    ConstConfig, Decode, DisconnectReason, Encode, Incoming, Peer, ReactiveProtocol, Server,
};
use tests::{
    Answer, Ask, Events, Log, Raw, WireKind, connect, echo_server, framed, soon, unframed,
};

/// Sends three messages, then `bad` bytes and more behind them, and asserts every part of STD:
/// what came before is answered; a typed error reaches the events and the log; the remote is told by
/// the protocol's error message and can read it up to a FIN; one `PeerLeft`; others go on.
pub(super) async fn assert_std(
    address: &str,
    wire: WireKind,
    config: ConstConfig,
    bad: &[u8],
    is_typed: impl Fn(&DisconnectReason) -> bool,
) {
    let (server, events) = echo_server(address, wire, config).await;
    let good = [
        (Ask::Hello, Answer::World),
        (Ask::Number(7), Answer::Number(7)),
        (Ask::Text("é".into()), Answer::Text("é".into())),
    ];
    let speech = Speech {
        good: good.map(|(ask, answer)| (wire.frame(&ask), answer)),
        take: |bytes: &mut Vec<u8>| wire.take(bytes),
        is_error: |answer: &Answer| matches!(answer, Answer::Error(_)),
    };
    assert_ends(server, events, speech, bad, is_typed).await;
}

/// STD of an echo on the wire `W`: three messages, bad bytes and more behind them.
pub(super) async fn assert_std_of<W, M>(
    wire: W,
    config: ConstConfig,
    good: [M; 3],
    bad: &[u8],
    is_error: impl Fn(&M) -> bool,
    is_typed: impl Fn(&DisconnectReason) -> bool,
) where
    W: Encode<M> + Decode<M>,
    M: ReactiveProtocol + PartialEq + fmt::Debug,
{
    let events = Events::default();
    let server = Server::bind("memory://")
        .serve(|messages: Incoming<M>, _peer: Peer<M>| messages)
        .wire(wire)
        .config(config)
        .on_event(events.listener())
        .await
        .expect("a server");
    let speech = Speech {
        good: good.map(|message| (framed::<W, M>(&message), message)),
        take: unframed::<W, M>,
        is_error,
    };
    assert_ends(server, events, speech, bad, is_typed).await;
}

/// What a remote says and is told.
struct Speech<M, T, E> {
    /// Frames, and how they are answered.
    good: [(Vec<u8>, M); 3],
    /// Takes an answer off the bytes that came.
    take: T,
    is_error: E,
}

async fn assert_ends<L, M>(
    server: Server<L>,
    events: Events,
    speech: Speech<M, impl Fn(&mut Vec<u8>) -> Option<M>, impl Fn(&M) -> bool>,
    bad: &[u8],
    is_typed: impl Fn(&DisconnectReason) -> bool,
) where
    L: ReactiveProtocol,
    M: PartialEq + fmt::Debug,
{
    let (log, _guard) = Log::begin();
    let Speech {
        good,
        take,
        is_error,
    } = speech;
    let shown = &bad[..bad.len().min(40)];
    let (ping, pong) = &good[1];
    let mut witness = Raw::new(connect(&server.address()).await, WireKind::Ron);
    let mut attacker = Raw::new(connect(&server.address()).await, WireKind::Ron);
    witness.write(ping).await;
    let answer = witness.next_by(&take).await.expect("no reset");
    assert_eq!(answer.as_ref(), Some(pong));

    let mut bytes: Vec<_> = good.iter().flat_map(|(frame, _)| frame.clone()).collect();
    bytes.extend_from_slice(bad);
    // unread input behind the error would turn a careless close into a reset
    bytes.extend_from_slice(&ping.repeat(1_000));
    attacker.write(&bytes).await;
    for (_, answer) in &good {
        let told = attacker.next_by(&take).await.expect("no reset");
        assert_eq!(told.as_ref(), Some(answer), "{shown:?}");
    }
    let told = attacker.next_by(&take).await.expect("no reset");
    assert!(told.as_ref().is_some_and(is_error), "{shown:?}: {told:?}");
    let told = attacker.next_by(&take).await.expect("FIN, not a reset");
    assert_eq!(told, None, "{shown:?}");
    drop(attacker);

    let reason = events.left_by(1).await;
    assert!(is_typed(&reason), "{shown:?}: {reason:?}");
    assert!(!reason.is_clean());
    assert_eq!(log.count("WARN"), 1, "{:?}", log.lines());

    witness.write(ping).await;
    let answer = witness.next_by(&take).await.expect("no reset");
    assert_eq!(answer.as_ref(), Some(pong));
    assert_eq!(events.left().len(), 1);
    drop(witness);
    soon(server.shutdown()).await;
    events.assert_paired(2);
}
