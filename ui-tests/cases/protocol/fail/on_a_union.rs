use reactive_messaging::ReactiveProtocol;

#[derive(ReactiveProtocol)]
union Order {
    amount: u32,
    price: f32,
}

fn main() {}
