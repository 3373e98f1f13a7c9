//! The loop.

use std::io;

use load::{contender::announce, protocol::answer};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::codec::Codec;

/// Flush as soon as this many bytes are pending: the client works while the rest is produced.
pub const EARLY: usize = 1024;
/// Flush once everything that was read has been answered.
pub const BEHIND_THE_BATCH: usize = usize::MAX;

/// Room for 256 requests of W2 in postcard.
const INPUT: usize = 8 * 1024;

/// Listens, announces itself and serves until it is killed.
///
/// # Errors
/// What the listening socket says; a connection that fails ends silently, its client will tell.
pub async fn serve<C: Codec>(flush_at: usize) -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    announce(listener.local_addr()?)?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(dialog::<C>(stream, flush_at));
    }
}

async fn dialog<C: Codec>(mut stream: TcpStream, flush_at: usize) -> io::Result<()> {
    let mut input = vec![0; INPUT];
    let mut filled = 0;
    let mut output = Vec::new();
    loop {
        let read = stream.read(&mut input[filled..]).await?;
        if read == 0 {
            return Ok(());
        }
        filled += read;
        let mut taken = 0;
        while let Some((request, length)) = C::take(&input[taken..filled])? {
            taken += length;
            C::put(&answer(request), &mut output)?;
            if output.len() >= flush_at {
                stream.write_all(&output).await?;
                output.clear();
            }
        }
        stream.write_all(&output).await?;
        output.clear();
        input.copy_within(taken..filled, 0);
        filled -= taken;
    }
}
