//! What clients and servers say, and what makes a reply right.

use serde::{Deserialize, Serialize};

/// What clients send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    test,
    derive(reactive_messaging::FixedSize, rkyv::Archive, rkyv::Serialize)
)]
pub enum Request {
    /// A sequence number and a payload: the message of all workloads.
    Ping(u32, u64),
    /// Never sent; it makes decoders look at the variant.
    Quit,
}

/// What servers answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    test,
    derive(reactive_messaging::FixedSize, rkyv::Archive, rkyv::Serialize)
)]
pub enum Response {
    /// The sequence number of the ping and its payload, [transformed](transform).
    Pong(u32, u64),
    /// The answer to [`Request::Quit`].
    GoodBye,
}

/// The reply that is due.
#[inline]
pub fn answer(request: Request) -> Response {
    match request {
        Request::Ping(sequence, payload) => Response::Pong(sequence, transform(payload)),
        Request::Quit => Response::GoodBye,
    }
}

/// What a server does to a payload, so that an echo is no valid reply.
#[inline]
pub fn transform(payload: u64) -> u64 {
    !payload.rotate_left(17)
}

/// The payload of one ping: it differs from connection to connection and from ping to ping, and
/// takes the full width of its type.
#[inline]
pub fn payload(connection: u32, sequence: u32) -> u64 {
    // odd, hence a bijection: 2^64 divided by the golden ratio, Knuth, TAOCP vol. 3, 6.4
    const SCATTER: u64 = 0x9E37_79B9_7F4A_7C15;
    let unique = u64::from(connection) << 32 | u64::from(sequence);
    (unique + 1).wrapping_mul(SCATTER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_echo_is_no_valid_reply() {
        for sequence in 0..1_000 {
            let payload = payload(7, sequence);
            assert_ne!(
                answer(Request::Ping(sequence, payload)),
                Response::Pong(sequence, payload)
            );
        }
    }

    #[test]
    fn connections_do_not_share_payloads() {
        assert_ne!(payload(0, 1), payload(1, 1));
        assert_ne!(payload(0, 1), payload(0, 2));
    }
}
