//! A chat with a login, and sessions that outlive their connections; its library is `examples::chat`.
//!
//! ```text
//! cargo run -p examples --example chat                                       # all in one process
//! cargo run -p examples --example chat server 127.0.0.1:9760                 # until Ctrl-C or SIGTERM
//! cargo run -p examples --example chat client 127.0.0.1:9760 ada lovelace    # says what is typed
//! ```

use std::{env, error::Error, io::BufRead, sync::Arc, time::Duration};

use examples::{
    chat::{Accounts, House, Line, Refusal, RoomClient, RoomServer, Told, Visitor, guest, host},
    signals::shutdown_signal,
};
use reactive_messaging::prelude::*;
use tokio::{sync::mpsc, time::timeout};

const ADDRESS: &str = "127.0.0.1:9760";

type Outcome = Result<(), Box<dyn Error>>;

#[tokio::main]
async fn main() -> Outcome {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [] => evening().await,
        ["server"] => server(ADDRESS).await,
        ["server", address] => server(address).await,
        ["client", name, password] => client(ADDRESS, name, password).await,
        ["client", address, name, password] => client(address, name, password).await,
        _ => Err("usage: chat [server [address] | client [address] name password]".into()),
    }
}

fn house() -> Arc<House> {
    let accounts = [("ada", "lovelace"), ("bob", "builder"), ("eve", "apple")];
    House::new(Accounts::new(accounts))
}

/// Serves until Ctrl-C or SIGTERM, then drains.
async fn server(address: &str) -> Outcome {
    let end = shutdown_signal()?;
    let server = host::with(house()).bind(address).await?;
    println!("the door is at {}, end me by Ctrl-C", server.address());
    end.await;
    // nothing is printed for each connection: whoever connects would fill a pipe that nobody reads, and
    // `println!` would then hold a thread of the runtime
    println!("{}", server.shutdown().await);
    let stats = server.stats();
    println!(
        "{} connections came, and said {} messages",
        stats.connections_total, stats.totals.messages_received
    );
    Ok(())
}

/// Says each line that is typed; `/who` and `/leave` are commands. Lost connections are made anew.
async fn client(address: &str, name: &str, password: &str) -> Outcome {
    let (visitor, says, mut hears) = Visitor::new(name, password);
    let client = guest::with(visitor)
        .connect(address)
        .reconnect(Reconnect::default())
        .await?;
    // a thread of its own, since a line that is being typed cannot be cancelled
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            let wish = match line.as_str() {
                "/who" => RoomClient::WhoIsHere,
                "/leave" => RoomClient::Leave,
                _ => RoomClient::Say(line),
            };
            if says.blocking_send(wish).is_err() {
                break;
            }
        }
    });
    let listening = async {
        while let Some(told) = hears.recv().await {
            match told {
                Told::Refused(refusal) => println!("* {refusal}"),
                Told::Room(RoomServer::Said(line)) => println!("{}: {}", line.name, line.text),
                Told::Room(other) => println!("* {other:?}"),
            }
        }
    };
    tokio::select! {
        reason = client.closed() => println!("* {reason}"),
        () = listening => {}
    }
    Ok(())
}

/// An evening in one process, and what everybody has to hear.
async fn evening() -> Outcome {
    let server = host::with(house()).bind("127.0.0.1:0").await?;
    let at = &server.address();

    let mut ada = Guest::new("ada", "lovelace");
    let home = ada.connect(at).await?;
    ada.hears(here(&["ada"], 0)).await?;
    let mut bob = Guest::new("bob", "builder");
    let train = bob.connect(at).await?;
    bob.hears(here(&["ada", "bob"], 0)).await?;
    ada.hears(RoomServer::Joined("bob".into())).await?;

    let mut eve = Guest::new("eve", "pear");
    let locked_out = eve.connect(at).await?;
    eve.is_refused(Refusal::WrongCredentials).await?;
    println!("eve's connection: {}", locked_out.closed().await);

    ada.says(RoomClient::Say("good evening".into())).await?;
    ada.hears(said(0, "ada", "good evening")).await?;
    bob.hears(said(0, "ada", "good evening")).await?;
    bob.says(RoomClient::WhoIsHere).await?;
    bob.hears(here(&["ada", "bob"], 1)).await?;

    println!("bob's train enters a tunnel:");
    drop(train);
    ada.hears(RoomServer::Left("bob".into())).await?;
    ada.says(RoomClient::Say("bob?".into())).await?;
    ada.hears(said(1, "ada", "bob?")).await?;
    println!("and leaves it; his session goes on, without a password:");
    let train = bob.connect(at).await?;
    bob.hears(said(1, "ada", "bob?")).await?;
    bob.hears(here(&["ada", "bob"], 2)).await?;
    ada.hears(RoomServer::Joined("bob".into())).await?;

    println!("ada logs in elsewhere, which takes her place:");
    let mut away = Guest::new("ada", "lovelace");
    let office = away.connect(at).await?;
    away.hears(here(&["ada", "bob"], 2)).await?;
    ada.hears(RoomServer::Replaced).await?;
    println!("ada's first connection: {}", home.closed().await);

    bob.says(RoomClient::Leave).await?;
    bob.hears(RoomServer::GoodBye).await?;
    away.hears(RoomServer::Left("bob".into())).await?;
    println!("bob's connection: {}", train.closed().await);
    let _over = bob.connect(at).await?;
    bob.is_refused(Refusal::NoSession).await?;

    println!("the house closes:");
    let (report, _) = tokio::join!(server.shutdown(), office.closed());
    away.hears(RoomServer::GoodBye).await?;
    println!("{report}");
    match (report.aborted, report.messages_undelivered) {
        (0, 0) => Ok(()),
        _ => Err("not everybody was seen off".into()),
    }
}

/// Somebody at the evening.
struct Guest {
    name: &'static str,
    visitor: Arc<Visitor>,
    says: mpsc::Sender<RoomClient>,
    hears: mpsc::Receiver<Told>,
}

impl Guest {
    fn new(name: &'static str, password: &str) -> Self {
        let (visitor, says, hears) = Visitor::new(name, password);
        Self {
            name,
            visitor,
            says,
            hears,
        }
    }

    /// Dropping the client is losing the connection.
    async fn connect(&self, address: &Address) -> Result<Client, ConnectError> {
        guest::with(self.visitor.clone()).connect(address).await
    }

    async fn says(&self, wish: RoomClient) -> Outcome {
        println!("  {} >>> {wish:?}", self.name);
        Ok(self.says.send(wish).await?)
    }

    async fn hears(&mut self, expected: RoomServer) -> Outcome {
        self.is_told(Told::Room(expected)).await
    }

    async fn is_refused(&mut self, refusal: Refusal) -> Outcome {
        self.is_told(Told::Refused(refusal)).await
    }

    async fn is_told(&mut self, expected: Told) -> Outcome {
        let told = timeout(Duration::from_secs(10), self.hears.recv()).await;
        match told {
            Ok(Some(told)) if told == expected => {
                println!("  {} <<< {told:?}", self.name);
                Ok(())
            }
            other => {
                Err(format!("{} was told {other:?} instead of {expected:?}", self.name).into())
            }
        }
    }
}

fn here(names: &[&str], next: u64) -> RoomServer {
    let names = names.iter().map(|name| name.to_string()).collect();
    RoomServer::Here { names, next }
}

fn said(number: u64, name: &str, text: &str) -> RoomServer {
    RoomServer::Said(Line {
        number,
        name: name.into(),
        text: text.into(),
    })
}
