//! Who plays.

use super::{
    dice::Dice,
    protocol::{Fault, Move, Shot, Side},
    rules::{Game, Turn},
};

/// A player who keeps to the rules, and depends on luck.
#[derive(Debug)]
pub struct Player {
    side: Side,
    dice: Dice,
}

impl Player {
    /// A player on one side of the table; the seed is all that distinguishes players.
    pub fn new(side: Side, seed: u64) -> Self {
        let dice = Dice::new(seed);
        Self { side, dice }
    }

    /// The side of the table that it plays on.
    pub fn side(&self) -> Side {
        self.side
    }

    /// Who serves first.
    pub fn toss(&mut self) -> Side {
        match self.dice.toss() {
            true => Side::Client,
            false => Side::Server,
        }
    }

    /// Plays until it is the other one's turn, or the match is over: usually one move, several when
    /// a fault is followed by one's own service, none when it is not one's turn.
    pub fn play(&mut self, game: &mut Game) -> Vec<Move> {
        let mut moves = Vec::new();
        while let Some(next) = self.next_move(game) {
            game.play(self.side, next)
                .expect("a player keeps to the rules");
            moves.push(next);
        }
        moves
    }

    fn next_move(&mut self, game: &Game) -> Option<Move> {
        match game.turn() {
            Turn::Serve(side) if side == self.side => Some(Move::Serve {
                score: game.score(),
                shot: self.shot(&game.config().service_risks()),
            }),
            Turn::Rebate(side) if side == self.side => {
                Some(Move::Rebate(self.shot(&game.config().rebate_risks())))
            }
            Turn::Serve(_) | Turn::Rebate(_) | Turn::Over(_) => None,
        }
    }

    fn shot(&mut self, risks: &[(Fault, f64)]) -> Shot {
        let mut luck = self.dice.fraction();
        for &(fault, risk) in risks {
            if luck < risk {
                return Shot::Fault(fault);
            }
            luck -= risk;
        }
        Shot::Good
    }
}
