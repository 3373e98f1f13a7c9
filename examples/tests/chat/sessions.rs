//! Sessions that outlive their connections, over the transport within the process.

use std::time::Duration;

use examples::chat::{Accounts, House, RoomClient, RoomServer, Told, Visitor, guest, host};
use reactive_messaging::prelude::*;
use tokio::{sync::mpsc::Receiver, time::timeout};

async fn hear(hears: &mut Receiver<Told>) -> RoomServer {
    let told = timeout(Duration::from_secs(10), hears.recv()).await;
    match told.expect("in time") {
        Some(Told::Room(message)) => message,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_client_that_connects_again_resumes_where_it_was() {
    let house = House::new(Accounts::new([("ada", "lovelace"), ("bob", "builder")]));
    let server = host::with(house.clone()).bind("memory://").await;
    let server = server.expect("a server");
    let (ada, _says, mut ada_hears) = Visitor::new("ada", "lovelace");
    let again = Reconnect {
        backoff: Backoff::new(Duration::from_millis(1), Duration::from_millis(10)),
        ..Reconnect::default()
    };
    let adas = guest::with(ada).connect(server.address()).reconnect(again);
    let _adas = adas.await.expect("a server");
    assert!(matches!(
        hear(&mut ada_hears).await,
        RoomServer::Here { .. }
    ));

    let (bob, says, mut bob_hears) = Visitor::new("bob", "builder");
    let _bobs = guest::with(bob).connect(server.address()).await;
    assert!(matches!(
        hear(&mut bob_hears).await,
        RoomServer::Here { .. }
    ));
    assert_eq!(hear(&mut ada_hears).await, RoomServer::Joined("bob".into()));

    let peers = server.peers();
    let adas_peer = peers.iter().min_by_key(|peer| peer.id().get());
    adas_peer.expect("ada is connected").abort();
    assert_eq!(hear(&mut bob_hears).await, RoomServer::Left("ada".into()));
    assert_eq!(hear(&mut bob_hears).await, RoomServer::Joined("ada".into()));
    assert!(matches!(
        hear(&mut ada_hears).await,
        RoomServer::Here { .. }
    ));
    let greeting = RoomClient::Say("welcome back".into());
    says.send(greeting).await.expect("bob is connected");
    let RoomServer::Said(line) = hear(&mut ada_hears).await else {
        panic!("ada is told something else")
    };
    assert_eq!(line.text, "welcome back");
}
