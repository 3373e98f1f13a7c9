//! What is archived is read back, as a value and as a view, wherever it lies; whatever is no archive
//! is a typed error, and nothing is read that was not validated. Run under Miri as well.

use bytes::Bytes;
use proptest::{collection, prelude::*};
use rkyv::{Archive, Deserialize, Serialize};

use super::{Rkyv, View};
use crate::{
    error::DecodeError,
    wire::{Decode, DecodeLimits, Encode, Frame},
};

#[derive(Debug, Clone, PartialEq, Archive, Serialize, Deserialize)]
#[rkyv(derive(Debug), compare(PartialEq))]
enum Message {
    Hello,
    Small(bool, char, u8),
    Wide { big: u128, small: i16 },
    Text(String, Option<Box<u64>>),
    Many(Vec<(u64, String)>),
}

#[derive(Debug, PartialEq, Archive, Serialize, Deserialize)]
#[rkyv(serialize_bounds(__S: rkyv::ser::Writer, __S::Error: rkyv::rancor::Source))]
#[rkyv(deserialize_bounds(__D::Error: rkyv::rancor::Source))]
#[rkyv(bytecheck(bounds(__C: rkyv::validation::ArchiveContext, __C::Error: rkyv::rancor::Source)))]
enum Chain {
    End,
    Link(#[rkyv(omit_bounds)] Box<Chain>),
}

fn payload<M>(message: &M) -> Vec<u8>
where
    Rkyv: Encode<M>,
{
    let mut out = b"kept:".to_vec();
    Rkyv::encode(message, &mut out).expect("a message that can be archived");
    out.split_off(5)
}

fn read<M>(payload: &[u8]) -> Result<M, DecodeError>
where
    Rkyv: Decode<M>,
{
    Rkyv::decode(Frame::new(payload), &DecodeLimits::default())
}

/// Offsets that differ in what they are aligned to; Miri takes its time.
const OFFSETS: &[usize] = match cfg!(miri) {
    true => &[0, 4, 12, 15],
    false => &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
};

/// Every so many bytes.
const STEP: usize = if cfg!(miri) { 23 } else { 1 };

/// Messages that point to nothing come first.
const SKIPPED: usize = if cfg!(miri) { 5 } else { 0 };

/// What is done to a byte.
const DAMAGE: &[u8] = match cfg!(miri) {
    true => &[0xFF],
    false => &[0x01, 0x80, 0xFF],
};

/// The same frame at every offset of a chunk, so that it is aligned in some and not in others.
fn everywhere(payload: &[u8], mut check: impl FnMut(Frame<'_>)) {
    for &offset in OFFSETS {
        let chunk = Bytes::from([&vec![0xAA; offset][..], payload, &[0xBB; 3]].concat());
        check(Frame::within(
            &chunk,
            &chunk[offset..offset + payload.len()],
        ));
    }
}

fn messages() -> [Message; 6] {
    [
        Message::Hello,
        Message::Small(true, 'é', 7),
        Message::Wide {
            big: 1 << 127,
            small: -1,
        },
        Message::Text(
            "out of line, since it is long".into(),
            Some(Box::new(u64::MAX)),
        ),
        Message::Text("short".into(), None),
        Message::Many(vec![
            (1, "one".into()),
            (2, "a longer text behind it".into()),
        ]),
    ]
}

#[test]
fn messages_and_views_are_read_wherever_they_lie() {
    let limits = DecodeLimits::default();
    for message in messages() {
        everywhere(&payload(&message), |frame| {
            assert_eq!(Rkyv::decode(frame, &limits), Ok(message.clone()));
            let view: View<Message> = Rkyv::decode(frame, &limits).expect("a valid archive");
            assert_eq!(view, message);
            assert_eq!(view.to_message(), Ok(message.clone()));
            assert_eq!(payload(&view), frame.payload(), "sent on as it came");
        });
    }
}

#[test]
fn views_outlive_what_they_were_received_in_and_the_thread() {
    let message = Message::Many(vec![(7, "a text that is kept".into())]);
    let payload = payload(&message);
    let view = {
        let chunk = Bytes::from(payload);
        let frame = Frame::within(&chunk, &chunk);
        let view: View<Message> = Rkyv::decode(frame, &DecodeLimits::default()).expect("valid");
        view
    };
    let (clone, compact) = (view.clone(), view.compact());
    drop(view);
    let reader = std::thread::spawn(move || clone.to_message());
    assert_eq!(reader.join().expect("no panic"), Ok(message.clone()));
    assert_eq!(compact, message);
}

#[test]
fn frames_of_one_buffer_are_aligned_where_the_first_one_is() {
    #[derive(Archive, Serialize, Deserialize)]
    struct Wide(u64, u8);
    #[derive(Archive, Serialize, Deserialize)]
    struct Wider(u128, u8);
    assert_eq!((4 + payload(&Wide(1, 2)).len()) % 8, 0);
    assert_eq!((4 + payload(&Wider(1, 2)).len()) % 16, 0);
}

#[test]
fn the_archive_is_what_rkyv_itself_writes_and_reads() {
    for message in messages() {
        let theirs = rkyv::to_bytes::<rkyv::rancor::Error>(&message).expect("an archive");
        let ours = payload(&message);
        assert_eq!(
            ours[12..],
            theirs[..],
            "behind zeros, for a `u128` is in it"
        );
        assert_eq!(ours[..12], [0; 12]);
    }
    assert_eq!(payload(&7_u32), [7, 0, 0, 0]);
    // what others write has no zeros in front of it
    for message in messages() {
        let theirs = rkyv::to_bytes::<rkyv::rancor::Error>(&message).expect("an archive");
        everywhere(&theirs, |frame| {
            let limits = DecodeLimits::default();
            assert_eq!(Rkyv::decode(frame, &limits), Ok(message.clone()));
            let view: View<Message> = Rkyv::decode(frame, &limits).expect("a valid archive");
            assert_eq!(view.compact(), message);
        });
    }
}

#[test]
fn f9_rkyv_nested_beyond_the_depth_is_a_typed_error() {
    let chain = |links| (0..links).fold(Chain::End, |chain, _| Chain::Link(Box::new(chain)));
    for links in [30, 31] {
        assert_eq!(read(&payload(&chain(links))), Ok(chain(links)));
    }
    for links in [32, 40] {
        let refused = Err(DecodeError::TooDeep { max: 32 });
        assert_eq!(read::<Chain>(&payload(&chain(links))), refused);
        assert_eq!(
            read::<View<Chain>>(&payload(&chain(links))).map(|_| ()),
            refused.map(|_: Chain| ())
        );
    }
}

/// What is a message is one as a view, too, and can be read through and through.
fn read_both_ways(payload: &[u8]) {
    match (read::<Message>(payload), read::<View<Message>>(payload)) {
        (Ok(message), Ok(view)) => assert_eq!(view, message),
        (Err(_), Err(_)) => {}
        (message, view) => panic!("{message:?}, but {view:?}"),
    }
}

#[test]
fn f11_each_byte_may_be_damaged() {
    for message in messages().into_iter().skip(SKIPPED) {
        let payload = payload(&message);
        for at in (0..payload.len()).step_by(STEP) {
            for damage in DAMAGE {
                let mut payload = payload.clone();
                payload[at] ^= damage;
                read_both_ways(&payload);
            }
        }
    }
}

#[test]
fn f11_what_is_cut_short_is_refused_or_a_message() {
    for message in messages().into_iter().skip(SKIPPED) {
        let payload = payload(&message);
        for cut in (0..payload.len()).step_by(STEP) {
            read_both_ways(&payload[..cut]);
        }
        assert!(read::<Message>(&[]).is_err());
    }
}

fn message() -> impl Strategy<Value = Message> {
    prop_oneof![
        Just(Message::Hello),
        any::<(bool, char, u8)>().prop_map(|(a, b, c)| Message::Small(a, b, c)),
        any::<(u128, i16)>().prop_map(|(big, small)| Message::Wide { big, small }),
        any::<(String, Option<u64>)>()
            .prop_map(|(text, number)| Message::Text(text, number.map(Box::new))),
        collection::vec(any::<(u64, String)>(), 0..4).prop_map(Message::Many),
    ]
}

proptest! {
    #[test]
    #[cfg_attr(miri, ignore = "takes many minutes under Miri; fewer cases are above")]
    fn what_is_archived_is_read_back(message in message()) {
        let payload = payload(&message);
        let view: View<Message> = read(&payload).expect("valid");
        prop_assert_eq!(view.to_message(), Ok(message.clone()));
        prop_assert_eq!(read(&payload), Ok(message));
    }

    #[test]
    #[cfg_attr(miri, ignore = "takes many minutes under Miri; fewer cases are above")]
    fn f11_no_damage_is_read_unless_it_is_valid(
        message in message(),
        damage in collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut payload = payload(&message);
        for (at, byte) in damage {
            let at = at.index(payload.len());
            payload[at] = byte;
        }
        read_both_ways(&payload);
    }
}
