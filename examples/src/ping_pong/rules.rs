//! The rules of a match, which both sides apply to every move.

use super::protocol::{Dishonour, Fault, MatchConfig, Move, Score, Shot, Side};

/// Services in a row, until both players are one point from winning: then they take turns.
const SERVICES: u64 = 2;
/// The longest match.
const MAX_WINNING_SCORE: u64 = 1_000;
/// The least probability of a fault: rallies shall end.
const MIN_RISK: f64 = 0.001;

/// What can go wrong with a stroke, and how probable that is.
pub type Risks<const N: usize> = [(Fault, f64); N];

impl MatchConfig {
    /// Whether such a match can be played to its end.
    pub fn is_playable(&self) -> bool {
        let risks = self.rebate_risks().map(|(_, risk)| risk);
        (1..=MAX_WINNING_SCORE).contains(&self.winning_score)
            && risks.iter().all(|risk| (0.0..=1.0).contains(risk))
            && (MIN_RISK..=1.0).contains(&risks.iter().sum())
    }

    /// What can go wrong with a service.
    pub fn service_risks(&self) -> Risks<2> {
        [(Fault::Out, self.out), (Fault::Net, self.net)]
    }

    /// What can go wrong with any other stroke.
    pub fn rebate_risks(&self) -> Risks<4> {
        let [out, net] = self.service_risks();
        let volley = (Fault::Volley, self.volley);
        [out, net, volley, (Fault::NoRebate, self.no_rebate)]
    }
}

impl Side {
    /// The player on the other side of the table.
    pub fn other(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }
}

impl Score {
    /// The points of one player.
    pub fn of(&self, side: Side) -> u64 {
        match side {
            Side::Client => self.client,
            Side::Server => self.server,
        }
    }

    fn add_point(&mut self, side: Side) {
        match side {
            Side::Client => self.client += 1,
            Side::Server => self.server += 1,
        }
    }
}

/// Whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// This player serves.
    Serve(Side),
    /// The ball flies towards this player.
    Rebate(Side),
    /// Nobody's: this player has won.
    Over(Side),
}

/// A match, as far as it has been played.
#[derive(Debug, Clone, PartialEq)]
pub struct Game {
    config: MatchConfig,
    first: Side,
    score: Score,
    turn: Turn,
    rally: u64,
    strokes: u64,
    longest_rally: u64,
}

impl Game {
    /// A match in which nothing has been played.
    pub fn new(config: MatchConfig, first: Side) -> Self {
        Self {
            config,
            first,
            score: Score::default(),
            turn: Turn::Serve(first),
            rally: 0,
            strokes: 0,
            longest_rally: 0,
        }
    }

    /// The match that the client wanted.
    pub fn config(&self) -> &MatchConfig {
        &self.config
    }

    /// The score before, or after, the current rally.
    pub fn score(&self) -> Score {
        self.score
    }

    /// Whose turn it is.
    pub fn turn(&self) -> Turn {
        self.turn
    }

    /// Who has won, if the match is over.
    pub fn winner(&self) -> Option<Side> {
        match self.turn {
            Turn::Over(winner) => Some(winner),
            Turn::Serve(_) | Turn::Rebate(_) => None,
        }
    }

    /// How often the ball was hit, or should have been.
    pub fn strokes(&self) -> u64 {
        self.strokes
    }

    /// The strokes of the longest rally.
    pub fn longest_rally(&self) -> u64 {
        self.longest_rally
    }

    /// Plays a move.
    ///
    /// # Errors
    /// [`Dishonour`] when the rules do not allow it. The match is then as it was.
    pub fn play(&mut self, by: Side, played: Move) -> Result<(), Dishonour> {
        let shot = self.check(by, played)?;
        self.rally = match played {
            Move::Serve { .. } => 1,
            Move::Rebate(_) => self.rally + 1,
        };
        self.strokes += 1;
        self.longest_rally = self.longest_rally.max(self.rally);
        self.turn = match shot {
            Shot::Good => Turn::Rebate(by.other()),
            Shot::Fault(_) => self.point_for(by.other()),
        };
        Ok(())
    }

    fn check(&self, by: Side, played: Move) -> Result<Shot, Dishonour> {
        match (self.turn, played) {
            (Turn::Over(_), _) => Err(Dishonour::MatchOver),
            (Turn::Serve(side) | Turn::Rebate(side), _) if side != by => Err(Dishonour::OutOfTurn),
            (Turn::Serve(_), Move::Rebate(_)) => Err(Dishonour::NeverServed),
            (Turn::Rebate(_), Move::Serve { .. }) => Err(Dishonour::BallInPlay),
            (Turn::Rebate(_), Move::Rebate(shot)) => Ok(shot),
            (Turn::Serve(_), Move::Serve { score, .. }) if score != self.score => {
                Err(Dishonour::WrongScore {
                    claimed: score,
                    counted: self.score,
                })
            }
            (Turn::Serve(_), Move::Serve { shot, .. }) => match shot {
                Shot::Fault(Fault::Volley | Fault::NoRebate) => Err(Dishonour::ImpossibleFault),
                Shot::Fault(Fault::Out | Fault::Net) | Shot::Good => Ok(shot),
            },
        }
    }

    fn point_for(&mut self, side: Side) -> Turn {
        self.score.add_point(side);
        let (points, others) = (self.score.of(side), self.score.of(side.other()));
        if points >= self.config.winning_score && points >= others + 2 {
            Turn::Over(side)
        } else {
            Turn::Serve(self.next_to_serve())
        }
    }

    fn next_to_serve(&self) -> Side {
        let rallies = self.score.client + self.score.server;
        let deuce = 2 * (self.config.winning_score - 1);
        let changes = rallies.min(deuce) / SERVICES + rallies.saturating_sub(deuce);
        match changes % 2 {
            0 => self.first,
            _ => self.first.other(),
        }
    }
}
