//! One protocol and one handler on five wires at once.
//!
//! The handler is written once and knows nothing of wires; each server is told which one to speak.
//! What a message takes on each of them is printed.

use std::error::Error;

use futures::{Stream, StreamExt};
use reactive_messaging::{EncodeError, frame::Framing, prelude::*, wire};
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
    // all of them are served by one process, and by one handler
    talk(Ron).await?;
    talk(Json).await?;
    talk(Postcard).await?;
    talk(Fixed).await?;
    talk(Rkyv).await?;
    Ok(())
}

async fn talk<W>(wire: W) -> Result<(), Box<dyn Error>>
where
    W: wire::Encode<Report> + wire::Decode<Report> + wire::Encode<Advice> + wire::Decode<Advice>,
{
    let server = advisor::with().wire(wire).bind("127.0.0.1:0").await?;
    let client = thermometer::with()
        .wire(wire)
        .connect(server.address())
        .await?;
    let reason = client.closed().await;
    println!(
        "{:>8}: {:3} bytes, {reason}",
        W::NAME,
        framed::<W>(&HOT)?.len()
    );
    server.shutdown().await;
    match reason {
        DisconnectReason::ClosingSent => Ok(()),
        reason => Err(format!("the dialog ended otherwise: {reason}").into()),
    }
}

/// A message as it travels.
fn framed<W: wire::Encode<Report>>(report: &Report) -> Result<Vec<u8>, EncodeError> {
    let mut frame = Vec::new();
    W::Framing::begin(&mut frame);
    W::encode(report, &mut frame)?;
    let max = <W as wire::Encode<Report>>::FRAME_LEN.unwrap_or(1024);
    W::Framing::finish(&mut frame, 0, max)?;
    Ok(frame)
}
