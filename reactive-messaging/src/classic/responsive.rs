//! Streams that send their items.

use std::future::Future;

use futures::{
    FutureExt, Stream, StreamExt, future,
    stream::{self, Map, Then},
};

use super::{items::kind, peer::AsPeer};
use crate::{
    dialog::{Failure, Peer, Reply, Step},
    error::SendError,
    protocol::ReactiveProtocol,
};

type Replied<L> = Result<Option<L>, Failure>;

fn replied<L, R: Reply<L>>(reply: R) -> Replied<L> {
    match reply.into_step() {
        Step::Reply(message) => Ok(Some(message)),
        Step::Nothing => Ok(None),
        Step::ItemFailed(failure) | Step::Failed(failure) => Err(failure),
        Step::Advance(never) => match never {},
    }
}

/// A stream whose items can be sent to the remote: messages `L`, `()`, `Option`s and `Result`s of
/// those, or futures of any of them, which run one after the other.
///
/// `K` tells values from futures by type; it is inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no stream of messages `{L}`",
    label = "its items cannot be sent through a `Peer<{L}>`",
    note = "the items are messages of the local protocol, `()`, or `Option`s and `Result`s of those, or futures of any of them"
)]
pub trait ResponsiveStream<L: ReactiveProtocol, K>: Sized {
    #[doc(hidden)]
    type Replies: Stream<Item = Replied<L>>;

    #[doc(hidden)]
    fn into_replies(self) -> Self::Replies;

    /// Sends every message through `peer`, and yields what `item_mapper` made of it before.
    ///
    /// Sending follows the config's `retrying_strategy`; by default the stream waits while the remote
    /// does not read. `None` and `()` send and yield nothing. Neither does an `Err`: it is logged, and
    /// the remote is told if the protocol has an error message, whatever `on_error` says. So is a
    /// message that cannot be encoded. The stream ends when the connection does.
    ///
    /// ```
    /// # #[cfg(all(feature = "derive", feature = "ron"))]
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// use futures::stream;
    /// use reactive_messaging::{prelude::*, testing};
    ///
    /// # #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, ReactiveProtocol)]
    /// # enum Answer { Pong(u32) }
    /// let (peer, sent) = testing::peer();
    /// let numbers: Vec<u32> = stream::iter([Some(Answer::Pong(1)), None, Some(Answer::Pong(3))])
    ///     .to_responsive_stream(peer, |Answer::Pong(number), _peer| *number)
    ///     .collect()
    ///     .await;
    /// assert_eq!(numbers, [1, 3]);
    /// assert_eq!(sent.collect::<Vec<_>>().await, [Answer::Pong(1), Answer::Pong(3)]);
    /// # });
    /// ```
    fn to_responsive_stream<P: AsPeer<L>, Y>(
        self,
        peer: P,
        item_mapper: impl FnMut(&L, &P) -> Y,
    ) -> impl Stream<Item = Y> {
        let replies = Box::pin(self.into_replies());
        stream::unfold(
            (replies, peer, item_mapper),
            |(mut replies, peer, mut item_mapper)| async move {
                loop {
                    let message = match replies.next().await? {
                        Ok(Some(message)) => message,
                        Ok(None) => continue,
                        Err(failure) => {
                            failed(peer.as_peer(), failure);
                            continue;
                        }
                    };
                    let item = item_mapper(&message, &peer);
                    if send(peer.as_peer(), message).await? {
                        return Some((item, (replies, peer, item_mapper)));
                    }
                }
            },
        )
    }
}

impl<L, S> ResponsiveStream<L, kind::Ready> for S
where
    L: ReactiveProtocol,
    S: Stream<Item: Reply<L>>,
{
    type Replies = Map<S, fn(S::Item) -> Replied<L>>;

    fn into_replies(self) -> Self::Replies {
        self.map(replied)
    }
}

type Replying<F, L> = future::Map<F, fn(<F as Future>::Output) -> Replied<L>>;

impl<L, S> ResponsiveStream<L, kind::Later> for S
where
    L: ReactiveProtocol,
    S: Stream<Item: Future<Output: Reply<L>>>,
{
    type Replies = Then<S, Replying<S::Item, L>, fn(S::Item) -> Replying<S::Item, L>>;

    fn into_replies(self) -> Self::Replies {
        self.then(|item| item.map(replied))
    }
}

/// Whether the message is done with; `None` when no further one can be.
async fn send<L: ReactiveProtocol>(peer: &Peer<L>, message: L) -> Option<bool> {
    match peer.send(message).await {
        Ok(()) => Some(true),
        Err(SendError::Closed(_)) => None,
        // the config said not to wait: as announced, the stream goes on without the message
        Err(error @ SendError::Full(_)) => {
            peer.link().handler_failed(&Failure::of(&error));
            Some(true)
        }
        Err(SendError::Encode(_, error)) => {
            failed(peer, Failure::of(&error));
            Some(false)
        }
    }
}

#[cold]
fn failed<L: ReactiveProtocol>(peer: &Peer<L>, failure: Failure) {
    peer.link().handler_failed(&failure);
    if let Some(message) = L::error_message(failure.into_text()) {
        // who does not read does not learn of errors
        let _ = peer.try_send(message);
    }
}
