use reactive_messaging::ReactiveProtocol;

#[derive(ReactiveProtocol)]
#[protocol(max_frame_len = 1024)]
#[protocol(max_frame_len = 2048)]
enum Order {
    #[protocol(closing, closing)]
    Cancel,
}

fn main() {}
