//! Clients that do whatever a service must endure. What becomes of their connections is its business.

use std::{net::SocketAddr, time::Duration};

use tokio::time::sleep;

use crate::{
    flaw::Flaw,
    protocol::Answer,
    talk::{Talk, pings},
};

/// Resets the connection within a frame, behind whole ones.
pub(crate) async fn reset(address: SocketAddr) -> Result<(), Flaw> {
    let mut talk = Talk::at(address).await?;
    talk.say(&(pings(0..10) + "Ping(4")).await?;
    talk.reset()
}

/// Writes a line without an end, as fast as it can.
pub(crate) async fn endless_line(address: SocketAddr) -> Result<(), Flaw> {
    let mut talk = Talk::at(address).await?;
    let piece = "a".repeat(1_024);
    loop {
        talk.say(&piece).await?;
    }
}

/// Writes a line without an end, as slowly as it can, behind a whole one: it meets `frame_timeout`.
pub(crate) async fn slow_line(address: SocketAddr) -> Result<(), Flaw> {
    let mut talk = Talk::at(address).await?;
    talk.say(&pings(0..1)).await?;
    loop {
        talk.say("9").await?;
        sleep(Duration::from_millis(200)).await;
    }
}

/// Asks and asks, and reads nothing.
pub(crate) async fn frozen(address: SocketAddr) -> Result<(), Flaw> {
    let mut talk = Talk::at(address).await?;
    let piece = pings(0..1_000);
    loop {
        talk.say(&piece).await?;
    }
}

/// Asks and asks, and reads what comes, whatever it is.
pub(crate) async fn flood(address: SocketAddr) -> Result<(), Flaw> {
    let mut talk = Talk::at(address).await?;
    let piece = pings(0..1_000);
    for _ in 0..20 {
        talk.say(&piece).await?;
        for _ in 0..1_000 {
            talk.hear::<Answer>().await?;
        }
    }
    Ok(())
}

/// Says what is no message, and hears what comes until FIN.
pub(crate) async fn rubbish(address: SocketAddr) -> Result<(), Flaw> {
    let mut talk = Talk::at(address).await?;
    talk.say("Ping(1)\nPing(\u{202e}\n\0\n").await?;
    talk.hear_out().await
}

/// Says nothing, and hears what comes until FIN.
pub(crate) async fn silent(address: SocketAddr) -> Result<(), Flaw> {
    let mut talk = Talk::at(address).await?;
    talk.hear_out().await
}

/// Asks once, and stays.
pub(crate) async fn idle(address: SocketAddr) -> Result<(), Flaw> {
    let mut talk = Talk::at(address).await?;
    talk.say("Ping(1)\n").await?;
    talk.hear_out().await
}

/// Connects and goes.
pub(crate) async fn glance(address: SocketAddr) -> Result<(), Flaw> {
    Talk::at(address).await.map(drop)
}
