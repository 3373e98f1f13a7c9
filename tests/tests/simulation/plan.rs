//! What happens in a simulated world, all of it drawn from its seed.

use std::time::Duration;

use fastrand::Rng;
use reactive_messaging::ConstConfig;
use tests::WireKind;

use super::{line::Fault, pipe::Weather};

/// Longer than any world lasts.
pub(super) const AGES: Duration = Duration::from_secs(3_600);

#[derive(Debug, Clone)]
pub(super) struct Plan {
    seed: u64,
    pub(super) wire: WireKind,
    pub(super) config: ConstConfig,
    pub(super) manner: Manner,
    /// Whether another task speaks to every client, too.
    pub(super) pushes: bool,
    /// Milliseconds that event callbacks take, at most: less than what is waited for them in a drain.
    pub(super) callback: u64,
    pub(super) clients: Vec<ClientPlan>,
    pub(super) ending: Ending,
    is_rough: bool,
}

/// How the server's handler works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// Every message is answered at once.
    Echo,
    /// Every message is answered by a future; several of them are at work.
    Buffered,
    /// Messages are answered through the peer.
    Loop,
    /// As a loop, with pauses.
    Sluggish,
    /// One handler for all connections.
    Shared,
    /// As a stream, as a loop and as a stream again, one behind the other.
    Stages,
}

/// How the server ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// By a shutdown, at this time.
    Shutdown(Duration),
    /// As [`Shutdown`](Self::Shutdown), and another server takes its place for as long.
    Restart(Duration),
    /// It is dropped, at this time.
    Abort(Duration),
    /// By a shutdown, when all clients have ended by themselves.
    Last,
}

#[derive(Debug, Clone)]
pub(super) struct ClientPlan {
    pub(super) starts: Duration,
    pub(super) connects_in: Duration,
    pub(super) manner: ClientManner,
    /// Messages that it says.
    pub(super) says: u32,
    /// Milliseconds between two of them, at most.
    pub(super) pace: u64,
    /// Characters beyond the number of a message, at most.
    pub(super) padding: usize,
    /// Whether another task speaks, too.
    pub(super) is_double: bool,
}

/// How a client behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ClientManner {
    /// Speaks, asks for a closing message, and reads to the end.
    Quits,
    /// Speaks, and says a closing message.
    Closes,
    /// Speaks, and leaves after so many answers, or when it has waited long enough for them.
    Leaves(u32),
    /// Speaks, and reads until the server ends.
    Stays,
    /// As the one that stays, and comes back when the connection is lost.
    Returns,
    /// Is shut down at this time.
    IsShutDown(Duration),
    /// No client of the framework: speaks, sends FIN, reads to the end.
    HalfCloses,
    /// No client of the framework: speaks, and never reads.
    NeverReads,
}

/// What a connection is made of.
pub(super) struct LinePlan {
    pub(super) weathers: [Weather; 2],
    pub(super) fault: Option<Fault>,
    pub(super) seed: u64,
}

impl Plan {
    pub(super) fn of(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let rng = &mut rng;
        let wires = WireKind::OF_ANY_LENGTH;
        let manners = [
            Manner::Echo,
            Manner::Buffered,
            Manner::Loop,
            Manner::Sluggish,
            Manner::Shared,
            Manner::Stages,
        ];
        let max_frame_len = 2048;
        let config = ConstConfig {
            max_frame_len,
            inbound_bytes: one_of(rng, &[1, 500, 4_096, 65_536]),
            outbound_bytes: one_of(rng, &[2_048, 5_000, 262_144]),
            drain_timeout: millis(rng, 100..=10_000),
            write_timeout: Some(millis(rng, 1_000..=60_000)),
            linger_close: millis(rng, 100..=2_000),
            ..ConstConfig::default()
        };
        let at = millis(rng, 0..=3_000);
        let ending = match rng.u8(0..8) {
            0..=2 => Ending::Shutdown(at),
            3 => Ending::Restart(at),
            4 => Ending::Abort(at),
            _ => Ending::Last,
        };
        let manner = one_of(rng, &manners);
        let count = rng.usize(1..=6);
        Self {
            seed,
            wire: one_of(rng, &wires),
            config,
            manner,
            pushes: rng.bool(),
            callback: one_of(rng, &[0, 0, 80]),
            clients: (0..count).map(|_| ClientPlan::of(rng, ending)).collect(),
            ending,
            is_rough: rng.bool(),
        }
    }

    /// A source of chance of its own, for whatever has this name.
    pub(super) fn rng(&self, name: u64) -> Rng {
        Rng::with_seed(self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ name)
    }

    /// What the connection of this number is made of.
    pub(super) fn line(&self, number: usize) -> LinePlan {
        let rng = &mut self.rng(1_000 + number as u64);
        let mut weather = || Weather {
            latency: one_of(rng, &[0, 1, 20, 200]),
            piece: one_of(rng, &[1, 7, 100, 100_000]),
            window: one_of(rng, &[64, 1_000, 65_536]),
        };
        let weathers = [weather(), weather()];
        let fault = match rng.u8(0..10) {
            _ if !self.is_rough => None,
            0..=1 => Some(Fault::Reset(millis(rng, 0..=2_000))),
            2..=3 => Some(Fault::Freeze(
                millis(rng, 0..=2_000),
                millis(rng, 1..=90_000),
            )),
            4..=5 => Some(Fault::Cut(rng.usize(0..=3_000))),
            _ => None,
        };
        let seed = rng.u64(..);
        LinePlan {
            weathers,
            fault,
            seed,
        }
    }
}

impl ClientPlan {
    fn of(rng: &mut Rng, ending: Ending) -> Self {
        let manner = match rng.u8(0..10) {
            0..=1 => ClientManner::Quits,
            9 => ClientManner::Closes,
            2 => ClientManner::Leaves(rng.u32(1..=40)),
            // where the server waits for the clients, they must not wait for it
            3..=4 if ending != Ending::Last => ClientManner::Stays,
            5 if ending != Ending::Last => ClientManner::Returns,
            6 => ClientManner::IsShutDown(millis(rng, 0..=3_000)),
            7 => ClientManner::NeverReads,
            _ => ClientManner::HalfCloses,
        };
        Self {
            starts: millis(rng, 0..=1_000),
            connects_in: millis(rng, 0..=50),
            manner,
            says: rng.u32(0..=60),
            pace: one_of(rng, &[0, 0, 5, 100]),
            padding: one_of(rng, &[0, 20, 1_000]),
            is_double: rng.bool(),
        }
    }
}

fn one_of<T: Copy>(rng: &mut Rng, choices: &[T]) -> T {
    choices[rng.usize(..choices.len())]
}

pub(super) fn millis(rng: &mut Rng, range: std::ops::RangeInclusive<u64>) -> Duration {
    Duration::from_millis(rng.u64(range))
}
