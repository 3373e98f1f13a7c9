//! What the rules allow.

use examples::ping_pong::{
    Dishonour, Fault, MatchConfig, Move, Score, Shot, Side,
    rules::{Game, Turn},
};

const GOOD: Shot = Shot::Good;
const OUT: Shot = Shot::Fault(Fault::Out);

fn serve(client: u64, server: u64, shot: Shot) -> Move {
    let score = Score { client, server };
    Move::Serve { score, shot }
}

fn game_to(winning_score: u64) -> Game {
    let config = MatchConfig {
        winning_score,
        ..MatchConfig::default()
    };
    Game::new(config, Side::Client)
}

/// Lets `by` lose its service.
fn lose_service(game: &mut Game, by: Side) {
    let score = game.score();
    let fault = Move::Serve { score, shot: OUT };
    game.play(by, fault).expect("a service in turn");
}

#[test]
fn services_change_every_two_rallies_and_at_every_one_from_deuce_on() {
    let mut game = game_to(3);
    let mut servers = Vec::new();
    while let Turn::Serve(side) = game.turn() {
        servers.push(side);
        lose_service(&mut game, side);
        if servers.len() == 8 {
            break;
        }
    }
    let (c, s) = (Side::Client, Side::Server);
    assert_eq!(servers, [c, c, s, s, c, s, c, s]);
    assert_eq!(game.score().to_string(), "4:4");
}

#[test]
fn a_match_is_won_by_two_points() {
    let mut game = game_to(1);
    lose_service(&mut game, Side::Client);
    assert_eq!(
        (game.winner(), game.score().to_string()),
        (None, "0:1".into())
    );
    // at deuce from the first rally on, the services alternate
    lose_service(&mut game, Side::Server);
    lose_service(&mut game, Side::Client);
    let Ok(()) = game.play(Side::Server, serve(1, 2, GOOD)) else {
        panic!("the server is to serve")
    };
    let rebate = Move::Rebate(Shot::Fault(Fault::NoRebate));
    game.play(Side::Client, rebate).expect("the ball came");
    assert_eq!(game.winner(), Some(Side::Server));
    assert_eq!((game.strokes(), game.longest_rally()), (5, 2));
}

#[test]
fn what_breaks_the_rules_changes_nothing() {
    let rebate = Move::Rebate(GOOD);
    let volley = serve(0, 0, Shot::Fault(Fault::Volley));
    let wrong_score = Dishonour::WrongScore {
        claimed: Score {
            client: 1,
            server: 0,
        },
        counted: Score::default(),
    };
    let mut game = game_to(11);
    for (by, played, dishonour) in [
        (Side::Client, rebate, Dishonour::NeverServed),
        (Side::Client, volley, Dishonour::ImpossibleFault),
        (Side::Client, serve(1, 0, GOOD), wrong_score),
        (Side::Server, serve(0, 0, GOOD), Dishonour::OutOfTurn),
    ] {
        let before = game.clone();
        assert_eq!(game.play(by, played), Err(dishonour));
        assert_eq!(game, before);
    }
    game.play(Side::Client, serve(0, 0, GOOD)).expect("in turn");
    let second_ball = game.play(Side::Server, serve(0, 0, GOOD));
    assert_eq!(second_ball, Err(Dishonour::BallInPlay));
    assert_eq!(game.turn(), Turn::Rebate(Side::Server));
}

#[test]
fn a_match_without_an_end_is_not_playable() {
    let fair = MatchConfig::default();
    assert!(fair.is_playable());
    let never = MatchConfig {
        out: 0.0,
        net: 0.0,
        volley: 0.0,
        no_rebate: 0.0,
        ..fair
    };
    for config in [
        never,
        MatchConfig {
            out: f64::NAN,
            ..fair
        },
        MatchConfig { net: -0.1, ..fair },
        MatchConfig {
            no_rebate: 0.95,
            ..fair
        },
        MatchConfig {
            winning_score: 0,
            ..fair
        },
        MatchConfig {
            winning_score: 1_001,
            ..fair
        },
    ] {
        assert!(!config.is_playable(), "{config:?}");
    }
}
