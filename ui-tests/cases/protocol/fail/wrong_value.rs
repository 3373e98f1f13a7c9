use reactive_messaging::ReactiveProtocol;

#[derive(ReactiveProtocol)]
#[protocol(wire, max_frame_len(1024), crate = "reactive_messaging")]
enum Order {
    #[protocol(error = true)]
    Refused(String),
    #[protocol]
    Bought,
}

fn main() {}
