//! Clients that behave well, and check all that they hear.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
};

use reactive_messaging::prelude::*;

use crate::{
    flaw::Flaw,
    protocol::{Answer, Ask, Line},
    talk::{Talk, pings},
};

/// Asks in batches and leaves.
pub(crate) async fn visit(address: SocketAddr, batches: u32, batch: u32) -> Result<(), Flaw> {
    let mut talk = Talk::at(address).await?;
    for number in 0..batches {
        let numbers = number * batch..(number + 1) * batch;
        talk.say(&pings(numbers.clone())).await?;
        talk.hear_pongs(numbers).await?;
    }
    talk.say_no_more().await?;
    talk.hear_fin().await
}

/// Says all it has to say and FIN, and hears all answers then.
pub(crate) async fn half_close(address: SocketAddr, count: u32) -> Result<(), Flaw> {
    let mut talk = Talk::at(address).await?;
    talk.say(&pings(0..count)).await?;
    talk.say_no_more().await?;
    talk.hear_pongs(0..count).await?;
    talk.hear_fin().await
}

/// Goes into the hall and out again, all of it said at once.
pub(crate) async fn go_in_and_out(house: SocketAddr, times: u32) -> Result<(), Flaw> {
    let mut talk = Talk::at(house).await?;
    let said = (0..times).map(|time| pings([2 * time, 2 * time + 1]) + "Leave\n");
    talk.say(&said.collect::<String>()).await?;
    talk.hear_pongs(0..2 * times).await?;
    talk.say_no_more().await?;
    talk.hear_fin().await
}

/// Says lines to the room, each when the one before was heard; checks that no line of anybody is missing
/// or doubled.
pub(crate) async fn chat(room: SocketAddr, count: u32) -> Result<(), Flaw> {
    static SPEAKERS: AtomicU32 = AtomicU32::new(0);
    let me = SPEAKERS.fetch_add(1, Relaxed);
    let mut talk = Talk::at(room).await?;
    let mut heard = std::collections::HashMap::new();
    for number in 0..count {
        talk.say(&format!("Said({me},{number})\n")).await?;
        loop {
            let Some(Line::Said(who, what)) = talk.hear().await? else {
                return Err(Flaw::Ended(format!("FIN before Said({me},{number})")));
            };
            // of others, the first line that is heard may be any
            let due = heard.entry(who).or_insert(if who == me { 0 } else { what });
            if *due != what {
                let text = format!("Said({who},{what}) where Said({who},{due}) was due");
                return Err(Flaw::Wrong(text));
            }
            *due += 1;
            if who == me {
                break;
            }
        }
    }
    Ok(())
}

/// A [`Client`] that asks, is left by the server, and comes again.
pub(crate) async fn come_again(plain: SocketAddr, times: u32) -> Result<(), Flaw> {
    let tally = Arc::new(Tally::default());
    let again = Reconnect {
        attempts: Some(3),
        ..Reconnect::default()
    };
    let client = regular::with((tally.clone(), times))
        .connect(plain)
        .reconnect(again)
        .await
        .map_err(|error| Flaw::Ended(error.to_string()))?;
    let reason = client.closed().await;
    match (tally.wrong.load(Relaxed), tally.visits.load(Relaxed)) {
        (0, visits) if visits == times => Ok(()),
        (0, visits) => Err(Flaw::Ended(format!(
            "{visits} of {times} visits, then: {reason}"
        ))),
        (wrong, _) => Err(Flaw::Wrong(format!("{wrong} wrong answers to a client"))),
    }
}

#[derive(Debug, Default)]
struct Tally {
    visits: AtomicU32,
    wrong: AtomicU32,
}

#[reactive_client]
async fn regular(
    mut messages: Incoming<Answer>,
    peer: Peer<Ask>,
    (tally, times): (Arc<Tally>, u32),
) -> Result<(), SendError<Ask>> {
    for number in 0..50 {
        peer.send(Ask::Ping(number)).await?;
        match messages.next().await {
            Some(Answer::Pong(heard)) if heard == number => {}
            Some(_) => {
                tally.wrong.fetch_add(1, Relaxed);
            }
            None => return Ok(()),
        }
    }
    if tally.visits.fetch_add(1, Relaxed) + 1 == times {
        return Ok(());
    }
    peer.send(Ask::Leave).await?;
    // the server has ended it: another connection follows
    while messages.next().await.is_some() {
        tally.wrong.fetch_add(1, Relaxed);
    }
    Ok(())
}
