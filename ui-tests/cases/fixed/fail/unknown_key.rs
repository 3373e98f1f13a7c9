use reactive_messaging::FixedSize;

#[derive(FixedSize)]
#[fixed(crat = ::reactive_messaging)]
struct Point(u32, u32);

fn main() {
    let _ = Point::SIZE;
}
