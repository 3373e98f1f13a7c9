//! Length-prefixed postcard, a write goes out as soon as 1 KiB is pending.

use hand_written::{EARLY, Postcard, serve};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    serve::<Postcard>(EARLY).await
}
