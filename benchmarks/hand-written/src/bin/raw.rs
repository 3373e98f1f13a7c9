//! Length-prefixed postcard, one write per read batch.

use hand_written::{BEHIND_THE_BATCH, Postcard, serve};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    serve::<Postcard>(BEHIND_THE_BATCH).await
}
