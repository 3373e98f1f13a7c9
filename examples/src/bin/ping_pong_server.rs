//! A table for ping-pong, until Ctrl-C or SIGTERM.
//!
//! ```text
//! cargo run --release -p examples --bin ping_pong_server -- 127.0.0.1:9759
//! ```

use std::{env, error::Error};

use examples::{ping_pong::run, signals::shutdown_signal};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = env::args().nth(1).unwrap_or(run::ADDRESS.into());
    Ok(run::serve(&address, shutdown_signal()?).await?)
}
