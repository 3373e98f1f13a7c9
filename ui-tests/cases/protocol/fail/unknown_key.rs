use reactive_messaging::ReactiveProtocol;

#[derive(ReactiveProtocol)]
#[protocol(wier = Ron)]
enum Order {
    #[protocol(colour = "red")]
    Buy,
}

fn main() {}
