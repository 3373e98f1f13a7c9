use reactive_messaging::ReactiveProtocol;

#[derive(ReactiveProtocol)]
enum Unit {
    #[protocol(error)]
    Refused,
}

#[derive(ReactiveProtocol)]
enum Pair {
    #[protocol(error)]
    Refused(u32, String),
}

fn main() {}
