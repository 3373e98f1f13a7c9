use reactive_messaging::ReactiveProtocol;

#[derive(ReactiveProtocol)]
#[protocol(error)]
enum Order {
    #[protocol(max_frame_len = 1024)]
    Buy(#[protocol(closing)] u32),
}

fn main() {}
