//! Who may come in.

use std::{sync::Arc, time::Duration};

use examples::chat::{Accounts, House, LoginClient, LoginServer, Refusal, accounts::Session, host};
use futures::{StreamExt, executor::block_on, stream};
use reactive_messaging::{ReactiveProtocol, prelude::*, testing};
use tokio::time::{Instant, timeout};

fn house() -> Arc<House> {
    House::new(Accounts::new([("ada", "lovelace"), ("bob", "builder")]))
}

/// What the door answers, and whose session enters.
fn knock(house: &Arc<House>, said: LoginClient) -> (LoginServer, Option<Session>) {
    let (peer, _sent, mut advanced) = testing::stage_peer();
    let heard = stream::iter([said]);
    let answer = block_on(async {
        let answers = host::login(heard, peer, house.clone()).await;
        answers.filter_map(std::future::ready).boxed().next().await
    });
    let session = advanced.take().map(|host::Login::Room(session)| session);
    (answer.expect("an answer"), session)
}

fn enter(name: &str, password: &str) -> LoginClient {
    LoginClient::Enter {
        name: name.into(),
        password: password.into(),
    }
}

fn resume(name: &str, token: &str) -> LoginClient {
    LoginClient::Resume {
        name: name.into(),
        token: token.into(),
        from: Some(7),
    }
}

fn token(answer: LoginServer) -> String {
    match answer {
        LoginServer::Welcome { token } => token,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_password_opens_a_session() {
    let house = house();
    let (answer, session) = knock(&house, enter("ada", "lovelace"));
    assert_eq!(token(answer).len(), 32);
    let name = "ada".into();
    assert_eq!(session, Some(Session { name, from: None }));
}

#[test]
fn wrong_credentials_are_refused_alike_and_end_the_dialog() {
    let refused = LoginServer::Refused(Refusal::WrongCredentials);
    assert!(refused.is_closing());
    for (name, password) in [("ada", "builder"), ("ada", ""), ("eve", "lovelace")] {
        let (answer, session) = knock(&house(), enter(name, password));
        assert_eq!((answer, session), (refused.clone(), None));
    }
}

#[test]
fn a_token_resumes_its_own_session_as_long_as_there_is_one() {
    let house = house();
    let first = token(knock(&house, enter("ada", "lovelace")).0);
    let ada = Session {
        name: "ada".into(),
        from: Some(7),
    };
    for _ in 0..2 {
        let (answer, session) = knock(&house, resume("ada", &first));
        assert_eq!(
            (token(answer), session.as_ref()),
            (first.clone(), Some(&ada))
        );
    }
    let (answer, _) = knock(&house, resume("bob", &first));
    assert_eq!(answer, LoginServer::Refused(Refusal::NoSession));

    // a login by password ends the session of before
    let second = token(knock(&house, enter("ada", "lovelace")).0);
    assert_ne!(first, second);
    let (answer, _) = knock(&house, resume("ada", &first));
    assert_eq!(answer, LoginServer::Refused(Refusal::NoSession));
    house.accounts.end("ada");
    let (answer, _) = knock(&house, resume("ada", &second));
    assert_eq!(answer, LoginServer::Refused(Refusal::NoSession));
}

#[tokio::test(start_paused = true)]
async fn who_says_nothing_at_the_door_has_ten_seconds() {
    let server = host::with(house()).bind("memory://").await;
    let server = server.expect("a server");
    let began = Instant::now();
    let silent = |mut messages: Incoming<LoginServer>, _peer: Peer<LoginClient>| async move {
        while messages.next().await.is_some() {}
    };
    let client = Client::connect(server.address()).run(silent).await;
    let client = client.expect("a server");
    let closed = timeout(Duration::from_secs(60), client.closed()).await;
    let reason = closed.expect("the server does not wait forever");
    assert!(
        matches!(reason, DisconnectReason::RemoteClosed),
        "{reason:?}"
    );
    assert_eq!(began.elapsed().as_secs(), 10);
}
