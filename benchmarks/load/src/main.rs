//! `load WORKLOAD WIRE ADDRESS PID SECONDS`: loads one server and prints the figures.
//!
//! Mostly started by the runner; by hand, against a server under `perf` or `callgrind`.

use std::{env, error::Error, io, time::Duration};

use load::{
    wire::{Fixed, Postcard, Rkyv, Ron},
    workload::{Server, Workload},
};
use tokio::time::timeout;

/// A server that has not answered by then never will.
const STUCK: Duration = Duration::from_secs(20);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [workload, wire, address, pid, seconds] = arguments.as_slice() else {
        return Err("usage: load WORKLOAD fixed|postcard|rkyv|ron ADDRESS PID SECONDS".into());
    };
    let workload: Workload = workload.parse()?;
    let server = Server {
        address: address.parse()?,
        pid: pid.parse()?,
    };
    let duration = Duration::try_from_secs_f64(seconds.parse()?)?;
    let load = async {
        match wire.as_str() {
            "fixed" => workload.run::<Fixed>(&server, duration).await,
            "postcard" => workload.run::<Postcard>(&server, duration).await,
            "rkyv" => workload.run::<Rkyv>(&server, duration).await,
            "ron" => workload.run::<Ron>(&server, duration).await,
            _ => Err(io::Error::other(format!("unknown wire `{wire}`"))),
        }
    };
    for figure in timeout(2 * duration + STUCK, load).await?? {
        println!("{figure}");
    }
    Ok(())
}
