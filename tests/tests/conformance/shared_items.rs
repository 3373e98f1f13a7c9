//! Every item kind of a shared handler: {`(Peer, M)`, `()`} × {plain, `Option`, `Result`,
//! `Result<Option>`}, the last three around the pair and within it, × {ready, future}.

use futures::StreamExt;
use reactive_messaging::{Input, Inputs, Peer, Server};
use tests::{Answer, Ask, Raw, WireKind, answer, both, connect, fallible, later, some, soon};

type Out = Peer<Answer>;

/// Asks for three numbers; every second one is left unanswered, the third fails, where they can.
async fn talk(server: Server<Answer>) -> Vec<Answer> {
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    raw.write(b"Number(1)\nNumber(2)\nNumber(3)\n").await;
    raw.finish().await;
    let told = raw.rest().await;
    drop(raw);
    let report = soon(server.shutdown()).await;
    assert_eq!(report.aborted, 0, "{report:?}");
    told
}

/// What is said at all, since not all inputs are messages.
fn ask(input: Input<Ask>) -> Ask {
    match input {
        Input::Message(ask) => ask,
        // of those that are sent to the remote the last one is dropped, since it is gone
        Input::Arrived => Ask::Number(0),
        Input::Left(_) => Ask::Number(4),
    }
}

macro_rules! kinds {
    ($($name:ident: $map:expr => [$($told:expr),*];)*) => {$(
        #[tokio::test]
        async fn $name() {
            for way in 0..4 {
                let bind = Server::bind("127.0.0.1:0");
                let server = match way {
                    0 => bind.serve_shared(|inputs: Inputs<Ask, Answer>| {
                        inputs.map(|(peer, input)| $map(peer, ask(input)))
                    }).await,
                    1 => bind.serve_shared(|inputs: Inputs<Ask, Answer>| {
                        inputs.map(|(peer, input)| later($map(peer, ask(input))))
                    }).await,
                    // opened by an async fn, and fallibly
                    2 => bind.serve_shared(|inputs: Inputs<Ask, Answer>| async move {
                        later(()).await;
                        Ok::<_, String>(inputs.map(|(peer, input)| $map(peer, ask(input))))
                    }).await,
                    _ => bind.serve_shared(|inputs: Inputs<Ask, Answer>| async move {
                        Ok::<_, String>(inputs.map(|(peer, input)| later($map(peer, ask(input)))))
                    }).await,
                };
                let told: Vec<Answer> = vec![$($told),*];
                assert_eq!(talk(server.unwrap()).await, told, "{way}");
            }
        }
    )*};
}

fn number(number: u32) -> Answer {
    Answer::Number(number)
}

fn error() -> Answer {
    Answer::Error("three".into())
}

kinds! {
    messages: |peer: Out, ask| (peer, answer(ask)) => [number(0), number(1), number(2), number(3)];
    options_of_pairs: |peer: Out, ask| some(ask).map(|told| (peer, told))
        => [number(0), number(1), number(3)];
    pairs_of_options: |peer: Out, ask| (peer, some(ask)) => [number(0), number(1), number(3)];
    results_of_pairs: |peer: Out, ask| fallible(ask).map(|told| (peer, told))
        => [number(0), number(1), number(2)];
    pairs_of_results: |peer: Out, ask| (peer, fallible(ask))
        => [number(0), number(1), number(2), error()];
    results_of_options_of_pairs: |peer: Out, ask| both(ask).map(|told| told.map(|told| (peer, told)))
        => [number(0), number(1)];
    pairs_of_results_of_options: |peer: Out, ask| (peer, both(ask))
        => [number(0), number(1), error()];
    nothing: |_: Out, _: Ask| () => [];
    options_of_nothing: |_: Out, ask| some(ask).map(|_| ()) => [];
    results_of_nothing: |_: Out, ask| fallible(ask).map(|_| ()) => [];
    results_of_options_of_nothing: |_: Out, ask| both(ask).map(|told| told.map(|_| ())) => [];
    pairs_of_results_of_nothing: |peer: Out, ask| (peer, fallible(ask).map(|_| ())) => [error()];
}
