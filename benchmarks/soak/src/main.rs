//! A server under churn for an hour, and whether it is as it was. `README.md` beside this workspace says
//! how to read what it prints.
//!
//! The process starts itself once more as the server ([`serving`], [`services`]), so that descriptors,
//! tasks and memory are those of the server alone. [`churn`] visits it, politely ([`polite`]) and not
//! ([`rude`]), in cycles; after each the site closes, all leave, and the server is measured at rest.
//! [`judge`] compares.

mod churn;
mod flaw;
mod judge;
mod panics;
mod polite;
mod protocol;
mod reasons;
mod rude;
mod server;
mod services;
mod serving;
mod site;
mod steady;
mod talk;

use std::{
    env,
    error::Error,
    process::ExitCode,
    sync::atomic::Ordering::Relaxed,
    time::{Duration, Instant},
};

use tokio::{sync::watch, task::block_in_place, time::sleep};

use crate::{
    flaw::Flaws,
    server::{Figures, Process},
    site::{Door, Site},
    steady::RoundTrips,
};

/// How this process starts itself as the server.
const SERVE: &str = "--serve";

/// The site is open for so long in each cycle.
const OPEN: Duration = Duration::from_secs(8);

/// All have left after so long: more than every limit of the server and of polite visits.
const LEFT: Duration = Duration::from_secs(40);

/// In every third cycle, the services are drained in the midst of it, and started anew.
const DRAINED: u64 = 3;

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    panics::count();
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [] => soak(60.0).await,
        ["--minutes", minutes] => soak(minutes.parse()?).await,
        [SERVE] => serving::serve().await.map(|()| ExitCode::SUCCESS),
        _ => Err("usage: soak [--minutes 60]".into()),
    }
}

async fn soak(minutes: f64) -> Result<ExitCode, Box<dyn Error>> {
    let limit = Duration::try_from_secs_f64(minutes * 60.0)?;
    let (mut server, flaws, times) = (Process::start()?, Flaws::default(), RoundTrips::default());
    let (site, sites) = watch::channel(Site::new(server.listen()?, 0));
    let (start, began) = (server.figures()?, Instant::now());
    println!(
        "at the start: {} descriptors, {} tasks, {} KiB",
        start.descriptors,
        start.tasks,
        start.rss / 1024
    );
    for seed in 0..churn::WORKERS {
        tokio::spawn(churn::work(sites.clone(), flaws.clone(), seed));
    }
    tokio::spawn(steady::ask(sites, flaws.clone(), times.clone()));

    let (mut rest, mut cycle) = (Vec::new(), 0);
    while began.elapsed() < limit {
        cycle += 1;
        site.send_modify(|site| site.door = Door::Open);
        let before = block_in_place(|| server.figures())?;
        let opened = Instant::now();
        sleep(OPEN / 2).await;
        if cycle % DRAINED == 0 {
            restart(&mut server, &site)?;
        }
        sleep(OPEN / 2).await;
        let busy = block_in_place(|| server.figures())?;
        let rate = (busy.messages - before.messages) as f64 / opened.elapsed().as_secs_f64();
        site.send_modify(|site| site.door = Door::Closed);
        let resting = at_rest(&mut server).await?;
        println!(
            "{:6.0} s: {} of {} connections, {rate:.0} messages/s, p99 {} µs, {} descriptors, {} tasks; \
             at rest {} descriptors, {} tasks, {} KiB; {} panics; {}",
            began.elapsed().as_secs_f64(),
            busy.open,
            busy.total,
            times.take_p99(),
            busy.descriptors,
            busy.tasks,
            resting.descriptors,
            resting.tasks,
            resting.rss / 1024,
            resting.panics,
            resting.reasons
        );
        rest.push(resting);
    }
    Ok(conclude(&start, &rest, &flaws))
}

/// Drains the services under load, and starts them on other ports.
fn restart(server: &mut Process, site: &watch::Sender<Site>) -> Result<(), Box<dyn Error>> {
    // first, since who is cut off looks whether there was a drain
    site.send_modify(|site| {
        site.door = Door::Draining;
        site.drains += 1;
    });
    block_in_place(|| {
        println!("          drained: {}", server.drain()?);
        let addresses = server.listen()?;
        site.send_modify(|site| *site = Site::new(addresses, site.drains));
        Ok(())
    })
}

/// The figures of the server when all have left, or have had the time to.
async fn at_rest(server: &mut Process) -> Result<Figures, Box<dyn Error>> {
    let closed = Instant::now();
    loop {
        // tasks end behind their connections, and the callbacks behind these
        sleep(Duration::from_millis(500)).await;
        let figures = block_in_place(|| server.figures())?;
        if figures.open == 0 || closed.elapsed() > LEFT {
            return Ok(figures);
        }
    }
}

fn conclude(start: &Figures, rest: &[Figures], flaws: &Flaws) -> ExitCode {
    let mut wrong = judge::verdict(start, rest);
    if let Some((second, last)) = judge::quarters(rest) {
        let (second, last) = (second / 1024, last / 1024);
        println!("memory at rest: {second} KiB in the second quarter, {last} KiB in the last");
    }
    for (what, count) in [
        ("flaws", flaws.count() as u64),
        ("panics of clients", panics::PANICS.load(Relaxed)),
    ] {
        if count > 0 {
            wrong.push(format!("{count} {what}"));
        }
    }
    for what in &wrong {
        println!("WRONG: {what}");
    }
    match wrong.is_empty() {
        true => {
            println!("all is as it was");
            ExitCode::SUCCESS
        }
        false => ExitCode::FAILURE,
    }
}
