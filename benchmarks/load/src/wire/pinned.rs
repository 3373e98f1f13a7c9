//! What holds for every wire: the client speaks it as the crates do that servers use.

use super::{NotAPong, Pong, Wire};
use crate::protocol::{Request, Response};

const EDGES: [(u32, u64); 6] = [
    (0, 0),
    (10, 1 << 63),
    (127, 128),
    (128, 127),
    (1 << 21, 1 << 62),
    (u32::MAX, u64::MAX),
];

/// `request` and `response` frame messages as the crate does.
pub(super) fn check<W: Wire>(
    request: impl Fn(&Request) -> Vec<u8>,
    response: impl Fn(&Response) -> Vec<u8>,
) {
    for (sequence, payload) in EDGES {
        let mut out = b"kept".to_vec();
        W::put_ping(&mut out, sequence, payload);
        assert_eq!(out[4..], request(&Request::Ping(sequence, payload)));

        let mut bytes = response(&Response::Pong(sequence, payload));
        let length = bytes.len();
        for cut in 0..length {
            assert_eq!(W::take_pong(&bytes[..cut]), Ok(None), "{cut} of {length}");
        }
        let pong = Pong {
            sequence,
            payload,
            length,
        };
        assert_eq!(W::take_pong(&bytes), Ok(Some(pong)));
        bytes.extend(response(&Response::Pong(1, 2)));
        assert_eq!(W::take_pong(&bytes), Ok(Some(pong)));
    }
    let other = response(&Response::GoodBye);
    assert_eq!(W::take_pong(&other), Err(NotAPong));
}
