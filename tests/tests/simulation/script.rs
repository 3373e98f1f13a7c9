//! What the simulated server says.

use reactive_messaging::{Peer, SendError};
use tests::{Answer, Ask};

use super::{
    line::Side,
    tale::{Tales, Voice, brief_ask},
};

/// What the server says on one connection.
#[derive(Clone)]
pub(super) struct Script {
    tales: Tales,
    line: usize,
    echo: Voice,
    farewell: Voice,
}

impl Script {
    pub(super) fn new(tales: &Tales, line: usize) -> Self {
        Self {
            tales: tales.clone(),
            line,
            echo: Voice::new(tales, line, Side::Server, 'e', 100),
            farewell: Voice::new(tales, line, Side::Server, 'z', 0),
        }
    }

    pub(super) fn hear(&mut self, ask: &Ask) {
        let heard = brief_ask(ask);
        self.tales
            .note(self.line, Side::Server, |account| account.heard.push(heard));
    }

    pub(super) fn answer(&mut self, ask: Ask) -> Option<Answer> {
        self.hear(&ask);
        self.reply(ask)
    }

    /// What is accepted as soon as it is yielded.
    pub(super) fn reply(&mut self, ask: Ask) -> Option<Answer> {
        match ask {
            Ask::Text(text) if text.starts_with('q') => {
                self.farewell.say();
                Some(Answer::Bye)
            }
            Ask::Text(_) => Some(Answer::Text(self.echo.say())),
            _ => None,
        }
    }

    pub(super) async fn send<N: Send + 'static>(
        &mut self,
        ask: Ask,
        peer: &Peer<Answer, N>,
    ) -> Result<(), SendError<Answer>> {
        match ask {
            Ask::Text(text) if text.starts_with('q') => {
                peer.send(Answer::Bye).await?;
                self.farewell.accepted();
            }
            Ask::Text(_) => {
                peer.send(Answer::Text(self.echo.next())).await?;
                self.echo.accepted();
            }
            _ => {}
        }
        Ok(())
    }
}
