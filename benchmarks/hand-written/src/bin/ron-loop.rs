//! RON lines, a write goes out as soon as 1 KiB is pending.

use hand_written::{EARLY, Ron, serve};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    serve::<Ron>(EARLY).await
}
