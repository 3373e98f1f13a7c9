use reactive_messaging::ReactiveProtocol;

#[derive(ReactiveProtocol)]
enum Order {
    #[protocol(error)]
    Refused(String),
    #[protocol(error)]
    Failed(String),
}

fn main() {}
