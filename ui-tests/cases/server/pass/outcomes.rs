//! What a handler may return, and that it tells the local protocol.

#![deny(warnings, clippy::all)]

use std::{future::Future, io};

use futures::{Stream, StreamExt, future::BoxFuture, stream::BoxStream};
use reactive_messaging::{Handler, Incoming, NoMessages, Peer, ReactiveProtocol, ServerSetup, reactive_server};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Offer {
    Apples,
}

type Answer = Result<Option<Offer>, String>;

macro_rules! told {
    ($($local:ty: $name:ident($($asyncness:ident)?) -> $output:ty { $($body:tt)* })*) => {
        $(
            #[reactive_server]
            $($asyncness)? fn $name(messages: impl Stream<Item = Order> + Send + 'static) -> $output {
                messages$($body)*
            }
        )*
        fn all() {
            fn sends<L: ReactiveProtocol>(setup: ServerSetup<impl Handler<Remote = Order, Local = L>>) {
                drop(setup);
            }
            $(sends::<$local>($name::with());)*
        }
    };
}

told! {
    Offer: plain() -> impl Stream<Item = Offer> { .map(|_| Offer::Apples) }
    Offer: plain_async(async) -> impl Stream<Item = Offer> { .map(|_| Offer::Apples) }
    Offer: option(async) -> impl Stream<Item = Option<Offer>> { .map(|_| None) }
    Offer: result(async) -> impl Stream<Item = Result<Offer, String>> { .map(|_| Ok(Offer::Apples)) }
    Offer: alias(async) -> impl Stream<Item = Answer> { .map(|_| Ok(None)) }
    Offer: deferred(async) -> impl Stream<Item = impl Future<Output = Offer>> { .map(|_| async { Offer::Apples }) }
    Offer: deferred_alias(async) -> impl Stream<Item = impl Future<Output = Answer>> { .map(|_| async { Ok(None) }) }
    Offer: boxed_futures(async) -> impl Stream<Item = BoxFuture<'static, Answer>> { .map(|_| Box::pin(async { Ok(None) }) as BoxFuture<'static, Answer>) }
    Offer: boxed(async) -> BoxStream<'static, Offer> { .map(|_| Offer::Apples).boxed() }
    NoMessages: silent(async) -> impl Stream<Item = ()> { .map(|_| ()) }
    NoMessages: silent_deferred(async) -> impl Stream<Item = impl Future<Output = ()>> { .map(|_| async {}) }
}

#[reactive_server]
async fn fallible(messages: impl Stream<Item = Order>) -> io::Result<impl Stream<Item = Offer>> {
    Ok(messages.map(|_| Offer::Apples))
}

#[reactive_server]
async fn boxed_fallible(messages: Incoming<Order>) -> Result<BoxStream<'static, Offer>, String> {
    Ok(messages.map(|_| Offer::Apples).boxed())
}

#[allow(clippy::manual_async_fn)]
#[reactive_server]
fn future(messages: Incoming<Order>) -> impl Future<Output = impl Stream<Item = Offer>> {
    async { messages.map(|_| Offer::Apples) }
}

#[reactive_server]
async fn unit(messages: Incoming<Order>, _peer: Peer<Offer>) {
    drop(messages);
}

#[reactive_server]
async fn unit_result(messages: Incoming<Order>, _peer: Peer<Offer>) -> Result<(), String> {
    drop(messages);
    Ok(())
}

#[reactive_server(local = Offer)]
async fn named(messages: impl Stream<Item = Order>) -> impl Stream<Item = ()> {
    messages.map(|_| ())
}

#[reactive_server(concurrency = 4)]
async fn concurrent(messages: impl Stream<Item = Order>) -> Result<impl Stream<Item = impl Future<Output = Offer>>, String> {
    Ok(messages.map(|_| async { Offer::Apples }))
}

#[reactive_server(concurrency = 2 + 2, unordered)]
fn unordered(messages: impl Stream<Item = Order>) -> impl Stream<Item = impl Future<Output = Offer>> {
    messages.map(|_| async { Offer::Apples })
}

/// A limit that is known where the handler is started.
#[reactive_server(concurrency = N * 2)]
async fn limited<const N: usize>(messages: impl Stream<Item = Order>) -> impl Stream<Item = impl Future<Output = Offer>> {
    messages.map(|_| async { Offer::Apples })
}

fn main() {
    all();
    let _ = (fallible::with(), boxed_fallible::with(), future::with(), unit::with(), unit_result::with());
    let _ = (named::with(), concurrent::with(), unordered::with(), limited::with::<2>());
    let _ = Offer::Apples;
    let _ = Order::Buy;
}
