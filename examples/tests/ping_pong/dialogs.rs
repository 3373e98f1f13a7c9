//! Both ends of a dialog, without a socket between them.

use std::sync::Arc;

use examples::ping_pong::{
    Challenge, ClientMessages, Dishonour, MatchConfig, Move, Score, ServerMessages, Shot, Side,
    Statistics, VERSION, guest, host,
};
use futures::{StreamExt, executor::block_on, stream};
use reactive_messaging::{Incoming, ReactiveProtocol, testing};

/// What the host answers, up to the message that ends the dialog.
fn host_answers(
    messages: Vec<ClientMessages>,
    statistics: &Arc<Statistics>,
) -> Vec<ServerMessages> {
    block_on(async {
        let answers = host(stream::iter(messages), statistics.clone()).await;
        Incoming::from_stream(answers).collect().await
    })
}

/// What the guest says to these messages, and then to the end of the connection.
fn guest_answers(
    messages: Vec<ServerMessages>,
    challenge: Challenge,
    statistics: &Arc<Statistics>,
) -> Vec<ClientMessages> {
    let (peer, sent) = testing::peer();
    let messages = Incoming::from_stream(stream::iter(messages));
    block_on(guest(messages, peer, challenge, statistics.clone())).expect("the peer is open");
    block_on(sent.collect())
}

#[test]
fn another_version_is_refused_by_a_closing_message() {
    let statistics = Arc::default();
    let answers = host_answers(
        vec![
            ClientMessages::Version(VERSION + 1),
            ClientMessages::GoodBye,
        ],
        &statistics,
    );
    let refused = ServerMessages::IncompatibleVersion { supported: VERSION };
    assert!(refused.is_closing());
    assert_eq!(answers, [refused]);
    assert_eq!(statistics.totals().refused, 1);
}

#[test]
fn dishonour_of_the_client_ends_the_dialog() {
    let version = || ClientMessages::Version(VERSION);
    let config = || ClientMessages::Match(MatchConfig::default());
    let no_match = ClientMessages::Match(MatchConfig {
        winning_score: 0,
        ..MatchConfig::default()
    });
    for (unfair, dishonour) in [
        (vec![config(), version()], Dishonour::OutOfPlace),
        (
            vec![version(), ClientMessages::Endorse],
            Dishonour::OutOfPlace,
        ),
        (vec![version(), config(), version()], Dishonour::OutOfPlace),
        (vec![version(), no_match], Dishonour::Unplayable),
    ] {
        let statistics = Arc::default();
        let answers = host_answers(unfair, &statistics);
        let last = answers.last();
        assert_eq!(last, Some(&ServerMessages::Dishonour(dishonour)));
        assert!(last.is_some_and(ServerMessages::is_closing));
        let totals = statistics.totals();
        assert_eq!((totals.dishonoured, totals.abandoned), (1, 0));
    }
}

#[test]
fn a_wrong_final_score_is_contested_and_a_wrong_call_is_dishonour() {
    let open = [
        ServerMessages::Version(VERSION),
        ServerMessages::Ready {
            first: Side::Server,
        },
    ];
    let after = |message| open.iter().cloned().chain([message]).collect();
    let score = Score {
        client: 0,
        server: 11,
    };

    let statistics = Arc::default();
    let claim = after(ServerMessages::FinalScore(score));
    let said = guest_answers(claim, Challenge::default(), &statistics);
    let contested = ClientMessages::Contest(Score::default());
    assert_eq!(said[2..], [contested, ClientMessages::GoodBye]);
    assert_eq!(statistics.totals().contested, 1);

    let statistics = Arc::default();
    let call = Move::Serve {
        score: Score {
            client: 0,
            server: 3,
        },
        shot: Shot::Good,
    };
    let call = after(ServerMessages::Play(call));
    let said = guest_answers(call, Challenge::default(), &statistics);
    let Some(ClientMessages::Dishonour(Dishonour::WrongScore { claimed, .. })) = said.last() else {
        panic!("{said:?}")
    };
    assert_eq!(claimed.server, 3);
    assert_eq!(statistics.totals().dishonoured, 1);
}

#[test]
fn whoever_leaves_during_a_match_has_abandoned_it() {
    let hosts = Arc::default();
    let config = ClientMessages::Match(MatchConfig::default());
    let answers = host_answers(vec![ClientMessages::Version(VERSION), config], &hosts);
    assert_eq!(answers.last(), Some(&ServerMessages::GoodBye));
    assert_eq!(hosts.totals().abandoned, 1);

    let guests = Arc::default();
    let said = guest_answers(answers, Challenge::default(), &guests);
    assert!(!said.contains(&ClientMessages::GoodBye));
    assert_eq!(guests.totals(), hosts.totals());
}

/// The host's output stream is the guest's input, and the other way round.
#[test]
fn both_sides_count_the_same() {
    let (hosts, guests) = (Arc::<Statistics>::default(), Arc::<Statistics>::default());
    let play = |seed| {
        let (hosts, guests) = (hosts.clone(), guests.clone());
        let challenge = Challenge {
            matches: 10,
            seed,
            ..Challenge::default()
        };
        let (peer, from_guest) = testing::peer();
        block_on(async move {
            let from_host = Incoming::from_stream(host(from_guest, hosts).await);
            guest(from_host, peer, challenge, guests).await
        })
    };
    for seed in 0..20 {
        play(seed).expect("nobody leaves early");
    }
    let totals = hosts.totals();
    assert_eq!(totals, guests.totals());
    assert_eq!((totals.sessions, totals.matches()), (20, 200));
    let unfair = totals.refused + totals.dishonoured + totals.abandoned + totals.contested;
    assert_eq!(unfair, 0);
    assert!(
        totals.won.client.abs_diff(totals.won.server) < 60,
        "{totals}"
    );
    assert!(totals.strokes > totals.points.client + totals.points.server);
}
