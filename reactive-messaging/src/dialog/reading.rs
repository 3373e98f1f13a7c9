//! How a dialog reads: ahead of its handler while it talks, to the end when it is over.

use std::{
    sync::Arc,
    task::{Context, Poll},
};

use super::{
    core::Core,
    inbox::End,
    input::Arrived,
    phase::{InputEnd, Phase},
    scratch::READ,
};
use crate::error::DisconnectReason;

impl Core {
    /// Reads before the handler is polled.
    pub(crate) fn read_ahead(&mut self, cx: &mut Context<'_>) {
        if self.phase == Phase::Talking {
            self.read(cx);
        }
    }

    /// Reads what is there. True when the handler has something new to look at.
    pub(super) fn read(&mut self, cx: &mut Context<'_>) -> bool {
        if self.input.is_broken()
            && let Some(error) = self.link.inbox.abandoned_error()
        {
            self.link.unframed(error);
        }
        // bytes without a whole frame are no news: there may be more
        while self.input.wants_frames() && self.turn_read < READ {
            let room = self.link.inbox.room(self.config().inbound_bytes);
            self.deadlines.reading_paused(room == 0);
            if room == 0 {
                break;
            }
            match self.input.poll_frames(&mut *self.io, cx, &self.link, room) {
                Poll::Pending => break,
                Poll::Ready(Err(error)) => {
                    self.abort(DisconnectReason::Io(Arc::new(error)));
                    return true;
                }
                Poll::Ready(Ok(arrived)) => {
                    if self.arrived(arrived, cx) {
                        return true;
                    }
                }
            }
        }
        false
    }

    /// Accounts for what a read brought. True when the handler has something new to look at.
    fn arrived(&mut self, arrived: Arrived, cx: &mut Context<'_>) -> bool {
        let unfinished = self.input.unfinished();
        if arrived.bytes == 0 {
            self.remote_finished(unfinished);
        } else {
            self.turn_read += arrived.bytes;
            self.link.counters.bytes_received.add(arrived.bytes as u64);
            let settings = &self.link.settings;
            self.deadlines.received(settings, arrived.news, unfinished);
            if arrived.is_first_frame {
                self.deadlines.spoke();
            }
        }
        // the handler is polled next in any case; only wakers of its own need a call
        if let Some(reader) = arrived
            .reader
            .filter(|reader| !reader.will_wake(cx.waker()))
        {
            reader.wake();
        }
        arrived.news
    }

    fn remote_finished(&mut self, unfinished: usize) {
        self.input_end = Some(InputEnd::behind(unfinished));
        let settings = &self.link.settings;
        self.deadlines.received(settings, true, 0);
        self.deadlines.half_closed(settings);
        self.link.finish_input(End::Finished);
    }

    /// Reads and drops what the remote still sends, so that it can finish and read our last words.
    pub(super) fn discard(&mut self, cx: &mut Context<'_>) {
        // a stage that drains may have a successor, which makes its own frames of what was read
        if self.phase > Phase::Draining || !self.link.settings.is_stage() {
            self.input.forget();
        }
        let limit = self.config().linger_bytes;
        while self.input.is_open() && self.discarded < limit {
            match self.input.poll_discard(&mut *self.io, cx) {
                Poll::Ready(Ok(count)) => {
                    self.discarded += count;
                    self.link.counters.bytes_received.add(count as u64);
                }
                // the connection is no more: nothing that is written can arrive
                Poll::Ready(Err(error)) if self.phase < Phase::Lingering => {
                    return self.abort(DisconnectReason::Io(Arc::new(error)));
                }
                Poll::Ready(Err(_)) => return self.enter(Phase::Over),
                Poll::Pending => return,
            }
        }
        if self.phase == Phase::Lingering {
            self.enter(Phase::Over);
        }
    }
}
