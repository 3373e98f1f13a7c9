//! RON lines, one write per read batch.

use hand_written::{BEHIND_THE_BATCH, Ron, serve};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    serve::<Ron>(BEHIND_THE_BATCH).await
}
