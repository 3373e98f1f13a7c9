//! A peer whose messages go nowhere but to the test.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError, Weak},
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use futures::Stream;

use crate::{
    OnError,
    config::ConstConfig,
    dialog::{Codec, ConnectionId, Link, Output, Peer, Settings},
    error::DisconnectReason,
    protocol::ReactiveProtocol,
    transport::Address,
};

/// A peer without a connection, and the messages that are sent through it and its clones.
///
/// The messages travel through the protocol's wire, so that what cannot be encoded is refused as it
/// would be on a connection. The outbox has the default capacity and has room again as the stream is
/// read. The stream ends when the last clone is dropped, or behind [`Peer::close`].
///
/// # Panics
/// The stream panics if the wire does not read back what it wrote.
pub fn peer<M: ReactiveProtocol>() -> (Peer<M>, impl Stream<Item = M> + Send + Unpin) {
    let codec = Codec::<M, M>::native();
    let settings = Settings::new(ConstConfig::default(), OnError::Reply, codec);
    let address = Address::Memory("testing".into());
    let left = Arc::new(Left::default());
    let heir = left.clone();
    let link = Link::new(ConnectionId::next(), address, Arc::new(settings))
        .with_heir(move |frames| heir.inherit(frames));
    let link = Arc::new(link);
    let sent = SentMessages {
        link: Arc::downgrade(&link),
        left,
        frames: Bytes::new(),
        at: 0,
        message: std::marker::PhantomData,
    };
    (Peer::new(link, codec.encode), sent)
}

/// What was in the outbox when the last peer was dropped.
#[derive(Default)]
struct Left(Mutex<(Vec<u8>, Option<Waker>)>);

impl Left {
    fn inherit(&self, frames: Vec<u8>) {
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        left.0 = frames;
        let reader = left.1.take();
        drop(left);
        if let Some(reader) = reader {
            reader.wake();
        }
    }

    fn take(&self, waker: &Waker) -> Vec<u8> {
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        left.1 = Some(waker.clone());
        std::mem::take(&mut left.0)
    }
}

/// Stands in for the driver of a connection: it takes frames out of the outbox.
struct SentMessages<M> {
    link: Weak<Link>,
    left: Arc<Left>,
    frames: Bytes,
    at: usize,
    message: std::marker::PhantomData<fn() -> M>,
}

impl<M: ReactiveProtocol> SentMessages<M> {
    fn next(&mut self) -> Option<M> {
        let message = crate::dialog::decode_own::<M>(&self.frames, self.at)?;
        let (message, consumed) = message.expect("a wire reads what it wrote");
        self.at += consumed;
        Some(message)
    }

    /// Takes what was sent since. `Pending` when nothing was, and someone may still send.
    fn poll_refill(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.at = 0;
        let inherited = self.left.take(cx.waker());
        if !inherited.is_empty() {
            self.frames = inherited.into();
            return Poll::Ready(());
        }
        let Some(link) = self.link.upgrade() else {
            self.frames = self.left.take(cx.waker()).into();
            return Poll::Ready(());
        };
        link.outbox.driver_awake();
        let mut output = Output::default();
        let order = link.outbox.collect(&mut output, 0);
        self.frames = output.into_vec().into();
        let limit = link.settings.config.outbound_bytes;
        if !self.frames.is_empty() {
            link.outbox.driver_yields(0, limit);
            return Poll::Ready(());
        }
        if order.is_some() {
            link.close(DisconnectReason::LocalClosed);
            return Poll::Ready(());
        }
        match link.outbox.driver_asleep(cx.waker(), 0, limit) {
            true => Poll::Pending,
            false => self.poll_refill(cx),
        }
    }
}

/// Without its stream nobody takes what is sent.
impl<M> Drop for SentMessages<M> {
    fn drop(&mut self) {
        if let Some(link) = self.link.upgrade() {
            link.close(DisconnectReason::RemoteClosed);
        }
    }
}

impl<M: ReactiveProtocol> Stream for SentMessages<M> {
    type Item = M;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<M>> {
        let this = self.get_mut();
        if let Some(message) = this.next() {
            return Poll::Ready(Some(message));
        }
        std::task::ready!(this.poll_refill(cx));
        Poll::Ready(this.next())
    }
}
