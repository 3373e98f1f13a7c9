//! One client that asks at an even pace, and how long it waits for each answer.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use tokio::time::sleep;

use crate::{
    flaw::{Flaw, Flaws},
    site::{Door, Site, Sites},
    talk::{Talk, pings},
};

/// Round trips, in microseconds.
#[derive(Debug, Clone, Default)]
pub(crate) struct RoundTrips(Arc<Mutex<Vec<u128>>>);

impl RoundTrips {
    fn add(&self, time: Duration) {
        let mut times = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        times.push(time.as_micros());
    }

    /// The 99th percentile of those since the last call.
    pub(crate) fn take_p99(&self) -> u128 {
        let mut times = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut times = std::mem::take(&mut *times);
        times.sort_unstable();
        let rank = times.len().saturating_sub(1) * 99 / 100;
        times.get(rank).copied().unwrap_or_default()
    }
}

/// Asks while the site is open, for ever.
pub(crate) async fn ask(mut sites: Sites, flaws: Flaws, times: RoundTrips) {
    while let Ok(site) = sites
        .wait_for(|site| site.door == Door::Open)
        .await
        .map(|site| *site)
    {
        let asked = stay(&site, &sites, &times).await;
        let was_drained = sites.borrow().drains != site.drains;
        match asked {
            Ok(()) => {}
            Err(Flaw::Ended(_)) if was_drained => {}
            Err(flaw) => flaws.add(format_args!("the steady client: {flaw}")),
        }
    }
}

async fn stay(site: &Site, sites: &Sites, times: &RoundTrips) -> Result<(), Flaw> {
    let mut talk = Talk::at(site.plain()).await?;
    for number in 0.. {
        if sites.borrow().door == Door::Closed {
            break;
        }
        let asked = Instant::now();
        talk.say(&pings([number])).await?;
        talk.hear_pongs([number]).await?;
        times.add(asked.elapsed());
        sleep(Duration::from_millis(5)).await;
    }
    Ok(())
}
