//! One direction of a simulated connection.

use std::{
    collections::VecDeque,
    io,
    pin::Pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use fastrand::Rng;
use tokio::time::{Instant, Sleep, sleep_until};

/// How bytes travel.
#[derive(Debug, Clone)]
pub(super) struct Weather {
    /// Milliseconds that bytes are on their way, at most.
    pub(super) latency: u64,
    /// Bytes that one call takes or gives, at most.
    pub(super) piece: usize,
    /// Bytes that were sent and not read, at most.
    pub(super) window: usize,
}

pub(super) struct Pipe {
    weather: Weather,
    rng: Rng,
    /// All bytes that the sender's system ever took.
    pub(super) taken: Vec<u8>,
    /// How many of them the receiver has read.
    pub(super) read: usize,
    arrived: usize,
    /// When the bytes up to an index arrive.
    on_their_way: VecDeque<(Instant, usize)>,
    last_arrival: Option<Instant>,
    fin_arrives: Option<Instant>,
    fin_sent: Option<Instant>,
    /// Whether the receiver has come to the end.
    is_heard_out: bool,
    /// Of all that follows, nothing arrives but FIN.
    pub(super) cut_at: Option<usize>,
    /// Nothing arrives until then.
    pub(super) frozen_until: Option<Instant>,
    pub(super) is_reset: bool,
    is_read: bool,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

impl Pipe {
    pub(super) fn new(weather: Weather, seed: u64) -> Self {
        Self {
            weather,
            rng: Rng::with_seed(seed),
            taken: Vec::new(),
            read: 0,
            arrived: 0,
            on_their_way: VecDeque::new(),
            last_arrival: None,
            fin_arrives: None,
            fin_sent: None,
            is_heard_out: false,
            cut_at: None,
            frozen_until: None,
            is_reset: false,
            is_read: true,
            reader: None,
            writer: None,
        }
    }

    /// When what is sent now arrives.
    fn arrival(&mut self) -> Instant {
        let delay = Duration::from_millis(self.rng.u64(0..=self.weather.latency));
        let arrival = (Instant::now() + delay).max(self.last_arrival.unwrap_or_else(Instant::now));
        self.last_arrival = Some(arrival);
        arrival
    }

    /// So many bytes, or fewer.
    fn piece(&mut self, most: usize) -> usize {
        most.min(self.rng.usize(1..=self.weather.piece))
    }

    pub(super) fn wake_all(&mut self) {
        let wakers = self.reader.take().into_iter().chain(self.writer.take());
        wakers.for_each(Waker::wake);
    }

    pub(super) fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.is_reset {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        assert!(self.fin_arrives.is_none(), "written behind FIN");
        // a socket may say that it is not ready, and be it at once
        if self.rng.u8(..) < 16 {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let room = self
            .weather
            .window
            .saturating_sub(self.taken.len() - self.read);
        if room == 0 && self.cut_at.is_none() {
            self.writer = Some(cx.waker().clone());
            return Poll::Pending;
        }
        let count = self.piece(bytes.len().min(room.max(1)));
        self.taken.extend_from_slice(&bytes[..count]);
        let arrival = self.arrival();
        self.on_their_way.push_back((arrival, self.taken.len()));
        self.wake_reader();
        Poll::Ready(Ok(count))
    }

    pub(super) fn finish(&mut self) {
        if self.fin_arrives.is_none() {
            self.fin_arrives = Some(self.arrival());
            self.fin_sent = Some(Instant::now());
            self.wake_reader();
        }
    }

    fn wake_reader(&mut self) {
        self.reader.take().into_iter().for_each(Waker::wake);
    }

    /// The bytes that can be read now; FIN is that there are none.
    pub(super) fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        timer: &mut Pin<Box<Sleep>>,
        most: usize,
    ) -> Poll<io::Result<&[u8]>> {
        loop {
            if self.is_reset {
                return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
            }
            let now = Instant::now();
            let is_frozen = self.frozen_until.is_some_and(|until| until > now);
            while let Some((arrival, end)) = self.on_their_way.front().copied()
                && arrival <= now
            {
                self.arrived = end;
                self.on_their_way.pop_front();
            }
            let end = self
                .cut_at
                .map_or(self.arrived, |cut| cut.min(self.arrived));
            if end > self.read && !is_frozen {
                let count = self.piece(most.min(end - self.read));
                let piece = self.read..self.read + count;
                self.read += count;
                self.writer.take().into_iter().for_each(Waker::wake);
                return Poll::Ready(Ok(&self.taken[piece]));
            }
            let is_finished =
                self.read == self.taken.len() && self.fin_arrives.is_some_and(|fin| fin <= now);
            if !is_frozen && (is_finished || self.cut_at.is_some_and(|cut| cut <= self.read)) {
                self.is_heard_out = true;
                return Poll::Ready(Ok(&[]));
            }
            self.reader = Some(cx.waker().clone());
            let next = self.on_their_way.front().map(|(arrival, _)| *arrival);
            let next = [
                next,
                self.fin_arrives,
                self.frozen_until.filter(|_| is_frozen),
            ];
            // frozen bytes wait for the thaw, however early they arrive
            let Some(next) = next.into_iter().flatten().filter(|at| *at > now).min() else {
                return Poll::Pending;
            };
            timer.as_mut().set(sleep_until(next));
            if timer.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
        }
    }

    /// How long ago FIN was sent.
    pub(super) fn finished_for(&self) -> Duration {
        self.fin_sent.map_or(Duration::ZERO, |sent| sent.elapsed())
    }

    /// Whether the receiver waits for more.
    pub(super) fn is_open(&self) -> bool {
        !self.is_heard_out && !self.is_reset
    }

    /// Nobody reads any more; true if something was lost by that.
    pub(super) fn leave_unread(&mut self) -> bool {
        self.is_read = false;
        self.read < self.taken.len()
    }

    /// Whether there is someone who reads.
    pub(super) fn is_read(&self) -> bool {
        self.is_read
    }
}
