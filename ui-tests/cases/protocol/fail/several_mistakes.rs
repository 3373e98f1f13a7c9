use reactive_messaging::ReactiveProtocol;

#[derive(ReactiveProtocol)]
#[protocol(format = Json, max_frame_length = 4096)]
enum Order {
    #[protocol(error)]
    Refused,
    #[protocol(error, final)]
    Failed(String),
}

fn main() {}
