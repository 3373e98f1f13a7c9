//! The same work for every queue.

use std::{
    future::Future,
    hint::black_box,
    pin::Pin,
    time::{Duration, Instant},
};

use futures::StreamExt;
use reactive_messaging::{
    __private::queue::{Channel, Refused},
    RetryingStrategies,
};
use tokio::sync::mpsc;

/// As large as a short message with its peer.
type Item = [u64; 5];

/// Runs so many producers that send so many items each; says how long that takes.
pub(crate) type Contender =
    fn(producers: usize, items: usize) -> Pin<Box<dyn Future<Output = Duration> + Send>>;

pub(crate) fn ours<C: Channel>(
    producers: usize,
    items: usize,
) -> Pin<Box<dyn Future<Output = Duration> + Send>> {
    Box::pin(async move {
        let (sender, mut receiver) = C::open::<Item>();
        let begin = Instant::now();
        for _ in 0..producers {
            let sender = sender.clone();
            tokio::spawn(async move {
                for item in 0..items {
                    let sent = sender.send([item as u64; 5], RetryingStrategies::WaitForRoom);
                    if let Err(Refused::Closed(_) | Refused::Full(_)) = sent.await {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut received = 0;
        while let Some(item) = receiver.next().await {
            black_box(item);
            received += 1;
        }
        assert_eq!(received, producers * items);
        begin.elapsed()
    })
}

pub(crate) fn by_itself<const CAPACITY: usize>(
    producers: usize,
    items: usize,
) -> Pin<Box<dyn Future<Output = Duration> + Send>> {
    Box::pin(async move {
        let (sender, mut receiver) = mpsc::channel::<Item>(CAPACITY);
        let begin = Instant::now();
        for _ in 0..producers {
            let sender = sender.clone();
            tokio::spawn(async move {
                for item in 0..items {
                    if sender.send([item as u64; 5]).await.is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut received = 0;
        while let Some(item) = receiver.recv().await {
            black_box(item);
            received += 1;
        }
        assert_eq!(received, producers * items);
        begin.elapsed()
    })
}
