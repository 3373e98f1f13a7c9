//! What is remembered of all dialogs.

use std::{
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{
    protocol::{Score, Side},
    rules::Game,
};

/// Totals over all dialogs of a server, or of the clients of one process.
///
/// Dialogs share it in an `Arc`. It is locked at the end of a match, never at a stroke.
#[derive(Debug, Default)]
pub struct Statistics(Mutex<Totals>);

/// Numbers of everything that has happened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Dialogs.
    pub sessions: u64,
    /// Dialogs that ended at once, since the versions differed.
    pub refused: u64,
    /// Dialogs that ended since one side broke the rules.
    pub dishonoured: u64,
    /// Matches that one side left before their score was settled.
    pub abandoned: u64,
    /// Matches whose final score the client contested.
    pub contested: u64,
    /// Matches that each side has won; those contested and abandoned are not counted.
    pub won: Score,
    /// Points that each side made in those matches.
    pub points: Score,
    /// Strokes in those matches.
    pub strokes: u64,
    /// Strokes of the longest rally.
    pub longest_rally: u64,
}

impl Statistics {
    /// What has happened so far.
    pub fn totals(&self) -> Totals {
        *self.lock()
    }

    /// Counts a dialog, and returns its number.
    pub(super) fn session_opened(&self) -> u64 {
        let mut totals = self.lock();
        totals.sessions += 1;
        totals.sessions
    }

    pub(super) fn refused(&self) {
        self.lock().refused += 1;
    }

    pub(super) fn dishonoured(&self) {
        self.lock().dishonoured += 1;
    }

    pub(super) fn abandoned(&self) {
        self.lock().abandoned += 1;
    }

    pub(super) fn contested(&self) {
        self.lock().contested += 1;
    }

    /// Counts a match whose score both sides agree on.
    pub(super) fn endorsed(&self, game: &Game) {
        let mut totals = self.lock();
        match game.winner() {
            Some(Side::Client) => totals.won.client += 1,
            Some(Side::Server) => totals.won.server += 1,
            None => {}
        }
        totals.points.client += game.score().client;
        totals.points.server += game.score().server;
        totals.strokes += game.strokes();
        totals.longest_rally = totals.longest_rally.max(game.longest_rally());
    }

    fn lock(&self) -> MutexGuard<'_, Totals> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Totals {
    /// Matches that were played to the end and endorsed.
    pub fn matches(&self) -> u64 {
        self.won.client + self.won.server
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rallies = (self.points.client + self.points.server).max(1);
        let average = self.strokes as f64 / rallies as f64;
        writeln!(
            f,
            "  sessions  {}, of them {} of another version and {} ended by dishonour",
            self.sessions, self.refused, self.dishonoured
        )?;
        writeln!(
            f,
            "  matches   {}, {} contested, {} abandoned; client:server {} won, {} points",
            self.matches(),
            self.contested,
            self.abandoned,
            self.won,
            self.points
        )?;
        write!(
            f,
            "  strokes   {}, {average:.1} a rally, {} in the longest one",
            self.strokes, self.longest_rally
        )
    }
}
