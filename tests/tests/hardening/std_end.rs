//! What "STD" stands for in HARDENING: how a dialog ends at input that it cannot accept.

use reactive_messaging::{ConstConfig, DisconnectReason};
use tests::{Answer, Ask, Log, Raw, WireKind, connect, echo_server, soon};

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
    let (log, _guard) = Log::begin();
    let (server, events) = echo_server(address, wire, config).await;
    let mut witness = Raw::new(connect(&server.address()).await, wire);
    witness.ask(&Ask::Number(1)).await;
    assert_eq!(witness.answer().await, Answer::Number(1));

    let mut attacker = Raw::new(connect(&server.address()).await, wire);
    let good = [Ask::Hello, Ask::Number(7), Ask::Text("é".into())];
    let mut bytes = wire.frames(&good);
    bytes.extend_from_slice(bad);
    // unread input behind the error would turn a careless close into a reset
    bytes.extend_from_slice(&wire.frames(&vec![Ask::Number(8); 1_000]));
    attacker.write(&bytes).await;
    let told = attacker.rest().await;
    let answers = [Answer::World, Answer::Number(7), Answer::Text("é".into())];
    assert_eq!(told[..3], answers, "{wire:?}: {told:?}");
    assert!(
        matches!(told[3..], [Answer::Error(_)]),
        "{wire:?}: {told:?}"
    );
    drop(attacker);

    let reason = events.left_by(1).await;
    assert!(is_typed(&reason), "{wire:?}: {reason:?}");
    assert!(!reason.is_clean());
    let warnings = |line: &&String| line.starts_with("WARN");
    assert_eq!(
        log.lines().iter().filter(warnings).count(),
        1,
        "{:?}",
        log.lines()
    );

    witness.ask(&Ask::Number(2)).await;
    assert_eq!(witness.answer().await, Answer::Number(2));
    assert_eq!(events.left().len(), 1);
    drop(witness);
    soon(server.shutdown()).await;
    events.assert_paired(2);
}
