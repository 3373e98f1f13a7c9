//! Shared handlers: how they say what they read, what they return, and their keys.

use std::{pin::Pin, sync::Arc};

use futures::{Stream, StreamExt, future::Ready, stream};
use reactive_messaging::{
    ConstConfig, Input, Inputs, Peer, ReactiveProtocol, Server, reactive_server,
};
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize, ReactiveProtocol)]
enum Ask {
    Ping(u32),
}

#[derive(Debug, Serialize, Deserialize, ReactiveProtocol)]
enum Answer {
    Pong(u32),
}

type Both = (Peer<Answer>, Input<Ask>);
type To = Peer<Answer>;

fn answer((peer, input): Both) -> Option<(Peer<Answer>, Answer)> {
    match input {
        Input::Message(Ask::Ping(n)) => Some((peer, Answer::Pong(n))),
        Input::Arrived | Input::Left(_) => None,
    }
}

#[reactive_server(shared)]
async fn options(
    inputs: impl Stream<Item = (Peer<Answer>, Input<Ask>)>,
) -> impl Stream<Item = Option<(Peer<Answer>, Answer)>> {
    inputs.map(answer)
}

#[reactive_server(shared, capacity = 16)]
async fn pairs(
    inputs: impl Stream<Item = (reactive_messaging::Peer<Answer>, reactive_messaging::Input<Ask>)> + Send,
) -> impl Stream<Item = (To, Answer)> {
    inputs.filter_map(async |both| answer(both))
}

#[reactive_server(shared, channel = Tokio)]
fn not_async(inputs: Inputs<Ask, Answer>) -> impl Stream<Item = (Peer<Answer>, Option<Answer>)> {
    inputs.map(|(peer, _)| (peer, None))
}

#[reactive_server(shared, processors = 2)]
async fn results(
    inputs: Inputs<Ask, Answer>,
) -> impl Stream<Item = (Peer<Answer>, Result<Answer, String>)> {
    inputs.map(|(peer, _)| (peer, Err("no".into())))
}

#[reactive_server(shared, capacity = 2 * PLACES, channel = Tokio, processors = PLACES)]
async fn results_of_options_of_pairs(
    inputs: Inputs<Ask, Answer>,
) -> Result<impl Stream<Item = Result<Option<(Peer<Answer>, Answer)>, &'static str>>, std::io::Error> {
    Ok(inputs.map(answer).map(Ok))
}

#[reactive_server(shared)]
async fn nothing(inputs: Inputs<Ask, Answer>) -> impl Stream<Item = ()> {
    inputs.map(drop)
}

#[reactive_server(shared)]
async fn looping(mut inputs: Inputs<Ask, Answer>) {
    while let Some((peer, input)) = inputs.next().await {
        if let Input::Message(Ask::Ping(n)) = input {
            let _ = peer.send(Answer::Pong(n)).await;
        }
    }
}

#[reactive_server(shared)]
async fn looping_fallibly(mut inputs: Inputs<Ask, Answer>, _state: Arc<str>) -> Result<(), String> {
    inputs.next().await.map(drop).ok_or_else(|| "nobody".into())
}

const PLACES: usize = 4;
const CONFIG: ConstConfig = ConstConfig::default();

#[reactive_server(shared, concurrency = 8, unordered, config = CONFIG, on_error = ignore)]
async fn futures_of_options(
    inputs: impl Stream<Item = (Peer<Answer>, Input<Ask>)>,
    (first, second): (u32, u32),
) -> impl Stream<Item = impl Future<Output = Option<(Peer<Answer>, Answer)>>> {
    inputs.map(move |both| async move { (first < second).then_some(both).and_then(answer) })
}

#[reactive_server(shared, concurrency = 2)]
async fn ready_futures(inputs: Inputs<Ask, Answer>) -> impl Stream<Item = Ready<()>> {
    inputs.map(|_| futures::future::ready(()))
}

#[reactive_server(shared)]
async fn boxed(
    inputs: Inputs<Ask, Answer>,
) -> Pin<Box<dyn Stream<Item = (Peer<Answer>, Answer)> + Send>> {
    inputs.filter_map(async |both| answer(both)).boxed()
}

#[reactive_server(shared, name = Room)]
async fn generic<M, const N: usize>(
    inputs: Inputs<M, M>,
) -> impl Stream<Item = (Peer<M>, Result<Option<M>, String>)>
where
    M: ReactiveProtocol,
{
    inputs.map(|(peer, input)| match input {
        Input::Message(message) => (peer, Ok(Some(message))),
        _ => (peer, Err(N.to_string())),
    })
}

#[reactive_server(shared, capacity = N, processors = N)]
async fn sized<const N: usize>(inputs: Inputs<Ask, Answer>) -> impl Stream<Item = ()> {
    inputs.map(drop)
}

fn main() {
    // all of them are builders of servers
    fn started<S>(_: impl IntoFuture<Output = Result<Server<S>, reactive_messaging::BindError>>) {}
    let address = "127.0.0.1:0";
    started(options::bind(address));
    started(pairs::bind(address));
    started(not_async::bind(address));
    started(results::bind(address));
    started(results_of_options_of_pairs::bind(address));
    started(nothing::bind(address));
    started(looping::bind(address));
    started(looping_fallibly::with("".into()).bind(address));
    started(futures_of_options::with((1, 2)).bind(address));
    started(ready_futures::bind(address));
    started(boxed::bind(address));
    started(Room::bind::<Ask, 3>(address));
    started(sized::bind::<16>(address).on_error(reactive_messaging::OnError::Close));
    started(
        Server::bind(address)
            .serve_shared(|inputs: Inputs<Ask, Answer>| inputs.map(answer))
            .channel(reactive_messaging::queue::Tokio::<16>)
            .processors(2),
    );
    let _ = stream::empty::<Both>();
}
