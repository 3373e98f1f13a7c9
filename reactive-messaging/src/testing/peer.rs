//! A peer whose messages go nowhere but to the test.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use futures::Stream;

use crate::{
    OnError,
    config::ConstConfig,
    dialog::{Codec, ConnectionId, Link, Output, Peer, Settings, Successor},
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
    let (peer, sent, _) = stage_peer();
    (peer, sent)
}

/// A peer of a stage, as [`peer`] makes one, and what the stage was left for.
///
/// The stream of messages also ends behind [`Peer::advance`].
pub fn stage_peer<M: ReactiveProtocol, N: 'static>() -> (
    Peer<M, N>,
    impl Stream<Item = M> + Send + Unpin,
    Advanced<N>,
) {
    let codec = Codec::<M, M>::native();
    let settings = Settings::new(ConstConfig::default(), OnError::Reply, codec);
    let address = Address::Memory("testing".into());
    let left = Arc::new(Left::default());
    let heir = left.clone();
    let link = Link::new(ConnectionId::next(), address, Arc::new(settings))
        .with_heir(move |frames, successor| heir.inherit(frames, successor));
    let link = Arc::new(link);
    let advanced = Advanced {
        link: Arc::downgrade(&link),
        left: left.clone(),
        successor: std::marker::PhantomData,
    };
    let sent = SentMessages {
        link: Arc::downgrade(&link),
        left,
        frames: Bytes::new(),
        at: 0,
        message: std::marker::PhantomData,
    };
    (Peer::new(link, codec.encode), sent, advanced)
}

/// Tells what a stage was left for.
#[derive(Debug)]
pub struct Advanced<N> {
    link: Weak<Link>,
    left: Arc<Left>,
    successor: std::marker::PhantomData<fn() -> N>,
}

impl<N: 'static> Advanced<N> {
    /// The successor that the stage was left for, once; `None` as long as it goes on.
    pub fn take(&mut self) -> Option<N> {
        let successor = match self.link.upgrade() {
            Some(link) => link.outbox.take_successor(),
            None => self.left.lock().successor.take(),
        };
        successor?.downcast().ok().map(|successor| *successor)
    }
}

/// What was in the outbox when the last peer was dropped.
#[derive(Debug, Default)]
struct Left(Mutex<Estate>);

#[derive(Debug, Default)]
struct Estate {
    frames: Vec<u8>,
    successor: Option<Successor>,
    reader: Option<Waker>,
}

impl Left {
    fn lock(&self) -> MutexGuard<'_, Estate> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn inherit(&self, frames: Vec<u8>, successor: Option<Successor>) {
        let mut left = self.lock();
        left.frames = frames;
        left.successor = successor;
        let reader = left.reader.take();
        drop(left);
        if let Some(reader) = reader {
            reader.wake();
        }
    }

    fn take(&self, waker: &Waker) -> Vec<u8> {
        let mut left = self.lock();
        left.reader = Some(waker.clone());
        std::mem::take(&mut left.frames)
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
        let mut collected = Output::default();
        let (order, is_left) = link.outbox.collect(&mut collected, 0);
        self.frames = collected.into_vec().into();
        let limit = link.settings.config.outbound_bytes;
        if !self.frames.is_empty() {
            link.outbox.driver_yields(0, limit);
            return Poll::Ready(());
        }
        if is_left {
            link.close(DisconnectReason::Advanced);
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
