//! Single stages, without a connection.

use std::sync::Arc;

use examples::ping_pong::{
    Challenge, Dishonour, Fault, MatchConfig, Move, Score, Shot, Side, Statistics, VERSION, guest,
    host,
    messages::{
        GameMessages, GreetingClient, GreetingServer, LobbyClient, LobbyServer, SettlementClient,
        SettlementServer,
    },
    player::Player,
    table::Table,
};
use futures::{StreamExt, executor::block_on, stream};
use reactive_messaging::{Incoming, Peer, ReactiveProtocol, testing};

/// A match to one point, in which whoever serves loses.
const MATCH: MatchConfig = MatchConfig {
    winning_score: 1,
    out: 1.0,
    net: 0.0,
    volley: 0.0,
    no_rebate: 0.0,
};

/// Hears these messages and then nothing more; returns what the stage said, and what it was left for.
fn stage<R, L, N, F>(
    heard: impl IntoIterator<Item = R>,
    handler: impl FnOnce(Incoming<R>, Peer<L>) -> F,
) -> (Vec<L>, Option<N>)
where
    R: ReactiveProtocol,
    L: ReactiveProtocol,
    F: Future<Output = Option<N>>,
{
    let heard: Vec<R> = heard.into_iter().collect();
    let (peer, said) = testing::peer();
    let left = block_on(handler(Incoming::from_stream(stream::iter(heard)), peer));
    (block_on(said.collect()), left)
}

fn table(side: Side, first: Side, config: MatchConfig, statistics: &Arc<Statistics>) -> Table {
    Table::new(Player::new(side, 0), config, first, statistics.clone())
}

/// The server's side of a match in which the client serves first.
fn hosts_table(statistics: &Arc<Statistics>) -> Table {
    let config = MatchConfig::default();
    table(Side::Server, Side::Client, config, statistics)
}

fn serve(client: u64, server: u64, shot: Shot) -> GameMessages {
    let score = Score { client, server };
    GameMessages::Play(Move::Serve { score, shot })
}

#[test]
fn the_same_version_is_welcome_and_another_one_is_refused_by_a_closing_message() {
    let statistics = Arc::<Statistics>::default();
    let greet = |version| {
        stage([GreetingClient::Version(version)], |messages, peer| {
            host::greet(messages, peer, statistics.clone())
        })
    };
    let (said, left) = greet(VERSION);
    assert_eq!(said, [GreetingServer::Welcome]);
    assert!(matches!(left, Some(host::Greet::Lobby(player)) if player.side() == Side::Server));

    let (said, left) = greet(VERSION + 1);
    let refused = GreetingServer::IncompatibleVersion { supported: VERSION };
    assert!(refused.is_closing());
    assert_eq!(said, [refused]);
    assert!(left.is_none());
    let totals = statistics.totals();
    assert_eq!((totals.sessions, totals.refused), (2, 1));
}

#[test]
fn a_client_that_is_refused_leaves() {
    let statistics = Arc::<Statistics>::default();
    let refused = GreetingServer::IncompatibleVersion { supported: 7 };
    let (said, left) = stage([refused], |messages, peer| {
        guest::greet(messages, peer, Challenge::default(), statistics.clone())
    });
    assert_eq!(said, [GreetingClient::Version(VERSION)]);
    assert!(left.is_none());
    assert_eq!(statistics.totals().refused, 1);
}

#[test]
fn a_match_that_cannot_be_played_ends_the_dialog() {
    let statistics = Arc::<Statistics>::default();
    let config = MatchConfig {
        winning_score: 0,
        ..MatchConfig::default()
    };
    let (said, left) = stage([LobbyClient::Match(config)], |messages, peer| {
        let player = Player::new(Side::Server, 0);
        host::arrange(player, messages, peer, statistics.clone())
    });
    assert_eq!(said, [LobbyServer::Unplayable]);
    assert!(LobbyServer::Unplayable.is_closing());
    assert!(left.is_none());
    let totals = statistics.totals();
    assert_eq!((totals.dishonoured, totals.abandoned), (1, 0));
}

#[test]
fn the_client_chooses_the_form_of_the_moves() {
    let arrange = |wanted| {
        stage([wanted], |messages, peer| {
            host::arrange(
                Player::new(Side::Server, 0),
                messages,
                peer,
                Arc::<Statistics>::default(),
            )
        })
    };
    let (said, left) = arrange(LobbyClient::Match(MATCH));
    assert!(matches!(said[..], [LobbyServer::Ready { .. }]), "{said:?}");
    assert!(matches!(left, Some(host::Arrange::Game(_))));
    let (_, left) = arrange(LobbyClient::TextMatch(MATCH));
    assert!(matches!(left, Some(host::Arrange::TextGame(_))));
}

#[test]
fn a_client_that_has_played_all_its_matches_says_good_bye() {
    let (said, left) = stage([], |messages, peer| {
        let player = Player::new(Side::Client, 0);
        let statistics = Arc::<Statistics>::default();
        guest::arrange(0, player, messages, peer, Challenge::default(), statistics)
    });
    assert_eq!(said, [LobbyClient::GoodBye]);
    assert!(left.is_none());
}

#[test]
fn a_match_is_left_for_its_settlement_by_whoever_plays_or_hears_the_last_stroke() {
    let statistics = Arc::<Statistics>::default();
    // to two points, each of which the one who serves loses: two services each, then by turns
    let lost = |client, server| serve(client, server, Shot::Fault(Fault::Out));
    let config = MatchConfig {
        winning_score: 2,
        ..MATCH
    };
    let score = |client, server| Score { client, server };

    let ours = table(Side::Server, Side::Client, config, &statistics);
    let (said, left) = stage([lost(0, 0), lost(0, 1)], |messages, peer| {
        host::play(ours, messages, peer)
    });
    assert_eq!(said, []);
    let Some(host::Play::Settlement(heard)) = left else {
        panic!("the match is not over")
    };
    assert_eq!(heard.score(), score(0, 2));

    let theirs = table(Side::Client, Side::Client, config, &statistics);
    let (said, left) = stage([], |messages, peer| {
        guest::play_in_text(4, theirs, messages, peer)
    });
    assert_eq!(said, [lost(0, 0), lost(0, 1)]);
    let Some(guest::PlayInText::Settlement(4, played)) = left else {
        panic!("the match is not over")
    };
    assert_eq!(played.score(), heard.score());
}

#[test]
fn a_wrong_call_is_dishonour() {
    let statistics = Arc::<Statistics>::default();
    let (said, left) = stage([serve(7, 0, Shot::Good)], |messages, peer| {
        host::play(hosts_table(&statistics), messages, peer)
    });
    let Some(dishonour @ GameMessages::Dishonour(Dishonour::WrongScore { claimed, .. })) =
        said.last()
    else {
        panic!("{said:?}")
    };
    assert_eq!(claimed.client, 7);
    assert!(dishonour.is_closing());
    assert!(left.is_none());
    let totals = statistics.totals();
    assert_eq!((totals.dishonoured, totals.abandoned), (1, 0));
}

#[test]
fn whoever_is_told_of_dishonour_counts_it_too() {
    let statistics = Arc::<Statistics>::default();
    let told = GameMessages::Dishonour(Dishonour::OutOfTurn);
    let (_, left) = stage([told], |messages, peer| {
        host::play(hosts_table(&statistics), messages, peer)
    });
    assert!(left.is_none());
    let totals = statistics.totals();
    assert_eq!((totals.dishonoured, totals.abandoned), (1, 0));
}

#[test]
fn whoever_leaves_during_a_match_has_abandoned_it() {
    let hosts = Arc::<Statistics>::default();
    let (said, left) = stage([serve(0, 0, Shot::Good)], |messages, peer| {
        host::play(hosts_table(&hosts), messages, peer)
    });
    assert_eq!(said.last(), Some(&GameMessages::GoodBye));
    assert!(left.is_none());
    assert_eq!(hosts.totals().abandoned, 1);

    let guests = Arc::<Statistics>::default();
    let config = MatchConfig::default();
    let theirs = table(Side::Client, Side::Client, config, &guests);
    let (said, left) = stage([GameMessages::GoodBye], |messages, peer| {
        guest::play(0, theirs, messages, peer)
    });
    assert!(!said.contains(&GameMessages::GoodBye));
    assert!(left.is_none());
    assert_eq!(guests.totals(), hosts.totals());
}

#[test]
fn a_final_score_is_endorsed_or_contested_and_then_there_may_be_another_match() {
    for (claimed, verdict, contested) in [
        (Score::default(), SettlementClient::Endorse, 0),
        (
            Score {
                client: 0,
                server: 11,
            },
            SettlementClient::Contest(Score::default()),
            1,
        ),
    ] {
        let statistics = Arc::<Statistics>::default();
        let theirs = table(Side::Client, Side::Client, MATCH, &statistics);
        let (said, left) = stage([SettlementServer::FinalScore(claimed)], |messages, peer| {
            guest::settle(3, theirs, messages, peer)
        });
        assert_eq!(said, std::slice::from_ref(&verdict));
        assert!(matches!(left, Some(guest::Settle::Lobby(3, _))));
        assert_eq!(statistics.totals().contested, contested);

        let ours = table(Side::Server, Side::Client, MATCH, &statistics);
        let (said, left) = stage([verdict], |messages, peer| {
            host::settle(ours, messages, peer)
        });
        assert_eq!(said, [SettlementServer::FinalScore(Score::default())]);
        assert!(matches!(left, Some(host::Settle::Lobby(_))));
        assert_eq!(statistics.totals().contested, 2 * contested);
        assert_eq!(statistics.totals().abandoned, 0);
    }
}

#[test]
fn a_server_that_shuts_down_says_good_bye_at_every_stage() {
    let statistics = Arc::<Statistics>::default();
    let player = || Player::new(Side::Server, 0);
    let (said, left) = stage([], |messages, peer| {
        host::greet(messages, peer, statistics.clone())
    });
    assert_eq!(said, [GreetingServer::GoodBye]);
    assert!(left.is_none());
    let (said, left) = stage([], |messages, peer| {
        host::arrange(player(), messages, peer, statistics.clone())
    });
    assert_eq!(said, [LobbyServer::GoodBye]);
    assert!(left.is_none());
    let (said, left) = stage([], |messages, peer| {
        host::play_in_text(hosts_table(&statistics), messages, peer)
    });
    assert_eq!(said, [GameMessages::GoodBye]);
    assert!(left.is_none());
    let (said, left) = stage([], |messages, peer| {
        host::settle(hosts_table(&statistics), messages, peer)
    });
    assert_eq!(said.last(), Some(&SettlementServer::GoodBye));
    assert!(left.is_none());
}
