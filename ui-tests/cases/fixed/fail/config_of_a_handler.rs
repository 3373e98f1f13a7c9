use reactive_messaging::prelude::*;

#[derive(Debug, ReactiveProtocol)]
#[protocol(wire = Fixed)]
enum Messages {
    Ping(u64),
}

#[reactive_server(config(max_frame_len = 8))]
async fn echo(messages: impl Stream<Item = Messages>) -> impl Stream<Item = Messages> {
    messages
}

fn main() {}
