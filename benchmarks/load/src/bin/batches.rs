//! `batches COUNT SIZE WIRE ADDRESS`: sends COUNT batches of SIZE requests, each when the one before
//! it has been answered.
//!
//! The same work every time, for counting instructions.

use std::{env, error::Error, io, net::SocketAddr};

use load::{
    dialog::Dialog,
    wire::{Fixed, Postcard, Rkyv, Ron, Wire},
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [count, size, wire, address] = arguments.as_slice() else {
        return Err("usage: batches COUNT SIZE fixed|postcard|rkyv|ron ADDRESS".into());
    };
    let (count, size, address) = (count.parse()?, size.parse()?, address.parse()?);
    match wire.as_str() {
        "fixed" => batches::<Fixed>(count, size, address).await?,
        "postcard" => batches::<Postcard>(count, size, address).await?,
        "rkyv" => batches::<Rkyv>(count, size, address).await?,
        "ron" => batches::<Ron>(count, size, address).await?,
        _ => return Err(format!("unknown wire `{wire}`").into()),
    }
    Ok(())
}

async fn batches<W: Wire>(count: usize, size: usize, server: SocketAddr) -> io::Result<()> {
    let mut dialog = Dialog::<W>::connect(server, 0).await?;
    for _ in 0..count {
        dialog.batch(size).await?;
    }
    Ok(())
}
