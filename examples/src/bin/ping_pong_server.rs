//! A table for ping-pong, until Ctrl-C.
//!
//! ```text
//! cargo run --release -p examples --bin ping_pong_server -- 127.0.0.1:9759
//! ```

use std::{env, error::Error};

use examples::ping_pong::run;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = env::args().nth(1).unwrap_or(run::ADDRESS.into());
    let end = async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            println!("Ctrl-C cannot be listened for: {error}");
        }
    };
    Ok(run::serve(&address, end).await?)
}
