//! F11: archives that are none.

use reactive_messaging::{
    ConstConfig, Decode, DecodeError, DisconnectReason, Encode, Rkyv, View,
    wire::{DecodeLimits, Frame},
};
use tests::{Ask, WireKind};

use super::std_end::assert_std;

const CONFIG: ConstConfig = ConstConfig::default();

fn is_malformed(reason: &DisconnectReason) -> bool {
    matches!(
        reason,
        DisconnectReason::Decode(DecodeError::Malformed { .. })
    )
}

/// An archive whose text lies outside of its root.
fn archive() -> Vec<u8> {
    let mut archive = Vec::new();
    let text = Ask::Text("a text that is not inline".into());
    Rkyv::encode(&text, &mut archive).expect("an archive");
    archive
}

fn is_archive(payload: &[u8]) -> bool {
    let read: Result<Ask, _> = Rkyv::decode(Frame::new(payload), &DecodeLimits::default());
    let view: Result<View<Ask>, _> = Rkyv::decode(Frame::new(payload), &DecodeLimits::default());
    assert_eq!(read.is_ok(), view.is_ok(), "{payload:?}");
    read.is_ok()
}

async fn assert_no_archive(payload: &[u8]) {
    let bad = WireKind::Rkyv.around(payload);
    assert_std("memory://", WireKind::Rkyv, CONFIG, &bad, is_malformed).await;
}

#[tokio::test(start_paused = true)]
async fn f11_a_damaged_archive() {
    let archive = archive();
    let mut damaged_ones = 0;
    for at in 0..archive.len() {
        let mut damaged = archive.clone();
        damaged[at] = !damaged[at];
        // some of it is text, and some is not looked at
        if !is_archive(&damaged) {
            assert_no_archive(&damaged).await;
            damaged_ones += 1;
        }
    }
    // the text, which is no UTF-8 any more, the tag, the length, the pointer
    assert!(damaged_ones > 25, "{damaged_ones}");
}

#[tokio::test(start_paused = true)]
async fn f11_a_truncated_archive() {
    let archive = archive();
    for len in 1..archive.len() {
        assert_no_archive(&archive[..len]).await;
    }
    for from in 1..archive.len() {
        assert_no_archive(&archive[from..]).await;
    }
}

#[tokio::test(start_paused = true)]
async fn f11_an_archive_whose_root_is_not_aligned() {
    for more in [1, 2, 3, 5] {
        let shifted = [&vec![0; more][..], &archive()].concat();
        assert_no_archive(&shifted).await;
    }
    // what nothing points to is not looked at
    assert!(is_archive(&[&[0xFF; 4][..], &archive()].concat()));
}

#[tokio::test]
async fn f11_a_damaged_archive_over_tcp() {
    let bad = WireKind::Rkyv.around(&[0xFF; 100]);
    assert_std("127.0.0.1:0", WireKind::Rkyv, CONFIG, &bad, is_malformed).await;
}

/// Its archive is that of [`Short`], which has less room.
#[derive(rkyv::Archive, rkyv::Serialize, rkyv::Deserialize)]
struct Long(Vec<u8>);

#[derive(Debug, PartialEq, rkyv::Archive, rkyv::Serialize, rkyv::Deserialize)]
struct Short(arrayvec::ArrayVec<u8, 4>);

#[test]
fn f11_an_archive_at_which_its_type_panics() {
    let read = |len| {
        let mut archive = Vec::new();
        Rkyv::encode(&Long(vec![7; len]), &mut archive).expect("an archive");
        let read: Result<Short, _> = Rkyv::decode(Frame::new(&archive), &DecodeLimits::default());
        read
    };
    assert_eq!(read(4), Ok(Short([7; 4].into())));
    let refused = read(5);
    assert!(
        matches!(refused, Err(DecodeError::Malformed { .. })),
        "{refused:?}"
    );
}
