//! One protocol and one handler on five wires at once.
//!
//! The handler is written once and knows nothing of wires; each server is told which one to speak.
//! What a message takes on each of them is printed.

use std::error::Error;

use futures::{Stream, StreamExt};
use reactive_messaging::{Decode, Encode, prelude::*};
use serde::{Deserialize, Serialize};

/// Every wire asks for what it needs: serde's derives, those of rkyv, `FixedSize`.
#[derive(
    Debug,
    Clone,
    PartialEq,
    Serialize,
    Deserialize,
    FixedSize,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
    ReactiveProtocol,
)]
enum Report {
    Reading {
        sensor: u16,
        celsius: f32,
    },
    #[protocol(closing)]
    Done,
}

#[derive(
    Debug,
    Clone,
    PartialEq,
    Serialize,
    Deserialize,
    FixedSize,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
    ReactiveProtocol,
)]
enum Advice {
    Fine,
    Cool { sensor: u16, by: f32 },
}

#[reactive_server]
async fn advisor(
    reports: impl Stream<Item = Report>,
    _peer: Peer<Advice>,
) -> impl Stream<Item = Advice> {
    reports.map(|report| match report {
        Report::Reading { sensor, celsius } if celsius > 30.0 => Advice::Cool {
            sensor,
            by: celsius - 30.0,
        },
        _ => Advice::Fine,
    })
}

#[reactive_client]
async fn thermometer(
    advice: impl Stream<Item = Advice>,
    peer: Peer<Report>,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    peer.send(HOT).await?;
    let advice: Vec<_> = advice.take(1).collect().await;
    peer.send(Report::Done).await?;
    match advice[..] {
        [Advice::Cool { sensor: 7, by: 1.5 }] => Ok(()),
        _ => Err(format!("strange advice: {advice:?}").into()),
    }
}

const HOT: Report = Report::Reading {
    sensor: 7,
    celsius: 31.5,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // one handler, five servers
    let ron = advisor::bind("127.0.0.1:0").await?;
    let json = advisor::bind("127.0.0.1:0").wire(Json).await?;
    let postcard = advisor::bind("127.0.0.1:0").wire(Postcard).await?;
    let rkyv = advisor::bind("127.0.0.1:0").wire(Rkyv).await?;
    let fixed = advisor::bind("127.0.0.1:0").wire(Fixed).await?;
    talk(Ron, &ron).await?;
    talk(Json, &json).await?;
    talk(Postcard, &postcard).await?;
    talk(Rkyv, &rkyv).await?;
    talk(Fixed, &fixed).await?;
    for server in [ron, json, postcard, rkyv, fixed] {
        server.shutdown().await;
    }
    Ok(())
}

async fn talk<W>(wire: W, server: &Server<Advice>) -> Result<(), Box<dyn Error>>
where
    W: Encode<Report> + Decode<Advice>,
{
    let client = thermometer::with()
        .wire(wire)
        .connect(server.address())
        .await?;
    let reason = client.closed().await;
    let mut payload = Vec::new();
    W::encode(&HOT, &mut payload)?;
    println!("{:>8}: {:2} bytes, {reason}", W::NAME, payload.len());
    match reason {
        DisconnectReason::ClosingSent => Ok(()),
        reason => Err(format!("the dialog ended otherwise: {reason}").into()),
    }
}
