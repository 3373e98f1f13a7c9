//! Who is there, and what they hear.

use std::{pin::pin, sync::Arc, time::Duration};

use examples::chat::{
    Accounts, House, Line, RoomClient, RoomServer,
    accounts::Session,
    host,
    pace::{BURST, EVERY},
    room::Room,
};
use futures::{FutureExt, Stream, StreamExt, executor::block_on, stream};
use reactive_messaging::{Peer, testing};
use tokio::time::Instant;

/// A member's connection: the peer, and what it is told.
fn member() -> (Peer<RoomServer>, impl Stream<Item = RoomServer> + Unpin) {
    testing::peer()
}

fn session(name: &str, from: Option<u64>) -> Session {
    let name = name.into();
    Session { name, from }
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

/// All that was told until now.
fn told(messages: &mut (impl Stream<Item = RoomServer> + Unpin)) -> Vec<RoomServer> {
    std::iter::from_fn(|| messages.next().now_or_never().flatten()).collect()
}

#[test]
fn all_hear_who_comes_who_goes_and_what_is_said() {
    let room = Arc::<Room>::default();
    let ((ada, mut to_ada), (bob, mut to_bob)) = (member(), member());
    let adas = room.enter(session("ada", None), &ada).expect("a seat");
    adas.say("alone".into()).expect("said");
    let bobs = room.enter(session("bob", None), &bob).expect("a seat");
    bobs.say("hello".into()).expect("said");
    drop(adas);
    assert_eq!(
        told(&mut to_ada),
        [
            here(&["ada"], 0),
            said(0, "ada", "alone"),
            RoomServer::Joined("bob".into()),
            said(1, "bob", "hello"),
        ]
    );
    let left = RoomServer::Left("ada".into());
    let both = here(&["ada", "bob"], 1);
    assert_eq!(told(&mut to_bob), [both, said(1, "bob", "hello"), left]);
    assert_eq!(bobs.who_is_here(), here(&["bob"], 2));
}

#[test]
fn who_comes_back_hears_what_was_missed_once() {
    let room = Arc::<Room>::default();
    let (ada, _to_ada) = member();
    let adas = room.enter(session("ada", None), &ada).expect("a seat");
    for number in 0..150 {
        adas.say(number.to_string()).expect("said");
    }
    let (bob, mut to_bob) = member();
    let _bobs = room.enter(session("bob", Some(148)), &bob).expect("a seat");
    let missed = [said(148, "ada", "148"), said(149, "ada", "149")];
    let told_bob = told(&mut to_bob);
    assert_eq!(told_bob[..2], missed);
    assert_eq!(told_bob[2..], [here(&["ada", "bob"], 150)]);

    // what is too long ago is not kept
    let (eve, mut to_eve) = member();
    let _eves = room.enter(session("eve", Some(0)), &eve).expect("a seat");
    let told_eve = told(&mut to_eve);
    assert_eq!(told_eve.len(), 101);
    assert_eq!(told_eve[0], said(50, "ada", "50"));
}

#[test]
fn a_second_one_of_the_same_name_takes_the_place() {
    let room = Arc::<Room>::default();
    let ((bob, mut to_bob), (first, to_first), (second, mut to_second)) =
        (member(), member(), member());
    let bobs = room.enter(session("bob", None), &bob).expect("a seat");
    let lost = room.enter(session("ada", None), &first).expect("a seat");
    let kept = room.enter(session("ada", None), &second).expect("a seat");
    drop((lost, first));
    bobs.say("which one are you?".into()).expect("said");
    let question = || said(0, "bob", "which one are you?");
    let both = || here(&["ada", "bob"], 0);
    let to_first: Vec<_> = block_on(to_first.collect());
    assert_eq!(to_first, [both(), RoomServer::Replaced]);
    assert_eq!(told(&mut to_second), [both(), question()]);
    // neither that ada has left, nor that she has come twice
    let joined = RoomServer::Joined("ada".into());
    assert_eq!(told(&mut to_bob), [here(&["bob"], 0), joined, question()]);
    drop(kept);
    assert_eq!(told(&mut to_bob), [RoomServer::Left("ada".into())]);
}

/// What the stage yields for these messages.
fn answers(house: &Arc<House>, messages: Vec<RoomClient>) -> Vec<RoomServer> {
    let (peer, _told) = member();
    let (house, ada) = (house.clone(), session("ada", None));
    block_on(async move {
        let answers = host::converse(ada, stream::iter(messages), peer, house).await;
        let answers = answers
            .expect("an empty room")
            .map(|it| it.expect("a line"));
        answers.filter_map(std::future::ready).collect().await
    })
}

#[test]
fn the_stage_answers_and_its_end_is_a_good_bye() {
    let house = House::new(Accounts::new([("ada", "lovelace")]));
    let (_, token) = house.accounts.enter("ada".into(), "lovelace").expect("ada");
    let messages = vec![RoomClient::WhoIsHere, RoomClient::Say("hm".into())];
    let alone = here(&["ada"], 0);
    assert_eq!(answers(&house, messages), [alone, RoomServer::GoodBye]);
    // the connection ended, the session did not
    let resumed = house.accounts.resume("ada".into(), &token, Some(1));
    assert_eq!(resumed, Ok(session("ada", Some(1))));

    let said = answers(&house, vec![RoomClient::Leave]);
    assert_eq!(said[0], RoomServer::GoodBye);
    house
        .accounts
        .resume("ada".into(), &token, None)
        .expect_err("who leaves ends the session");
}

#[tokio::test(start_paused = true)]
async fn who_floods_the_room_is_read_from_at_the_pace_of_a_person() {
    let house = House::new(Accounts::new([("ada", "lovelace")]));
    let (peer, _told) = member();
    let flood = (0..BURST + 5).map(|_| RoomClient::Say("!".into()));
    let answers = host::converse(session("ada", None), stream::iter(flood), peer, house).await;
    let began = Instant::now();
    let mut answers = pin!(answers.expect("an empty room"));
    for _ in 0..BURST {
        answers.next().await.expect("said").expect("a line");
    }
    assert_eq!(began.elapsed(), Duration::ZERO);
    for _ in 0..5 {
        answers.next().await.expect("said").expect("a line");
    }
    // the timer of tokio counts milliseconds, and rounds up
    let took = began.elapsed();
    assert!(
        (EVERY * 5..EVERY * 5 + EVERY / 2).contains(&took),
        "{took:?}"
    );
}
