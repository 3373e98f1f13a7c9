use reactive_messaging::ReactiveProtocol;

#[derive(ReactiveProtocol)]
struct Order {
    amount: u32,
}

fn main() {}
