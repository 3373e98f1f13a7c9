//! Who comes and goes: workers, each of which makes one visit after the other.

use std::time::Duration;

use fastrand::Rng;
use futures::future::{BoxFuture, FutureExt};
use tokio::time::timeout;

use crate::{
    flaw::{Flaw, Flaws},
    polite, rude,
    site::{Door, Site, Sites},
};

/// Visits that are made at one time.
pub(crate) const WORKERS: u64 = 48;

/// A polite visit takes milliseconds; one that takes so long waits for a reply that is lost.
const PATIENCE: Duration = Duration::from_secs(30);

/// Makes visits while the site is open, for ever.
pub(crate) async fn work(mut sites: Sites, flaws: Flaws, seed: u64) {
    // the same visits in every run
    let mut dice = Rng::with_seed(seed);
    while let Ok(site) = sites
        .wait_for(|site| site.door == Door::Open)
        .await
        .map(|site| *site)
    {
        match visit(&site, &mut dice) {
            Visit::Polite(name, visit) => {
                let visited = timeout(PATIENCE, visit).await;
                let visited = visited.unwrap_or_else(|_| Err(Flaw::Wrong("no end".into())));
                let was_drained = sites.borrow().drains != site.drains;
                match visited {
                    Ok(()) => {}
                    Err(Flaw::Ended(_)) if was_drained => {}
                    Err(flaw) => flaws.add(format_args!("{name}: {flaw}")),
                }
            }
            Visit::Rude(visit) => {
                tokio::select! {
                    // ends as the service likes
                    _ = visit => {}
                    _ = sites.wait_for(|site| site.door == Door::Closed) => {}
                }
            }
        }
    }
}

enum Visit {
    /// It is waited for, and has to go well.
    Polite(&'static str, BoxFuture<'static, Result<(), Flaw>>),
    /// It is dropped when the site closes.
    Rude(BoxFuture<'static, Result<(), Flaw>>),
}

/// A visit at random: two of three are polite, since many rude ones wait until they are thrown out.
fn visit(site: &Site, dice: &mut Rng) -> Visit {
    let (any, plain, house, room) = (
        site.pingable[dice.usize(..3)],
        site.plain(),
        site.pingable[1],
        site.room,
    );
    match dice.u8(..27) {
        0..5 => Visit::Polite("a visit", polite::visit(any, 20, 10).boxed()),
        5..8 => Visit::Polite("a long batch", polite::visit(any, 5, 1_000).boxed()),
        8..12 => Visit::Polite("a half-close", polite::half_close(any, 200).boxed()),
        12..14 => Visit::Polite("stages", polite::go_in_and_out(house, 50).boxed()),
        14..16 => Visit::Polite("the room", polite::chat(room, 20).boxed()),
        16..18 => Visit::Polite("a client", polite::come_again(plain, 3).boxed()),
        18 => Visit::Rude(rude::reset(any).boxed()),
        19 => Visit::Rude(rude::endless_line(any).boxed()),
        20 => Visit::Rude(rude::slow_line(any).boxed()),
        21 => Visit::Rude(rude::frozen(any).boxed()),
        22 => Visit::Rude(rude::flood(any).boxed()),
        23 => Visit::Rude(rude::rubbish(any).boxed()),
        24 => Visit::Rude(rude::silent(any).boxed()),
        25 => Visit::Rude(rude::idle([any, room][dice.usize(..2)]).boxed()),
        _ => Visit::Rude(rude::glance(any).boxed()),
    }
}
