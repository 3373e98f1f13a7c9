use reactive_messaging::FixedSize;

#[derive(FixedSize)]
union Number {
    int: u32,
    float: f32,
}

fn main() {
    let _ = <Number as FixedSize>::SIZE;
}
