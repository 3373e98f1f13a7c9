//! A player of ping-pong, for some matches; with `text`, the moves travel as text.
//!
//! ```text
//! cargo run --release -p examples --bin ping_pong_client -- 127.0.0.1:9759 100
//! cargo run --release -p examples --bin ping_pong_client -- 127.0.0.1:9759 100 text
//! ```

use std::{env, error::Error};

use examples::ping_pong::{Challenge, run};

const MATCHES: u32 = 25;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let address = arguments.next().unwrap_or(run::ADDRESS.into());
    let matches = arguments.next().map_or(Ok(MATCHES), |text| text.parse())?;
    let text = match arguments.next().as_deref() {
        None => false,
        Some("text") => true,
        Some(_) => return Err("usage: ping_pong_client [address [matches [text]]]".into()),
    };
    let challenge = Challenge {
        matches,
        text,
        ..Challenge::default()
    };
    run::visit(&address, challenge).await
}
