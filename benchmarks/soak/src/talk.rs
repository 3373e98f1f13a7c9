//! A connection spoken by hand, line by line.

use std::net::SocketAddr;

use serde::de::DeserializeOwned;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

use crate::{flaw::Flaw, protocol::Answer};

pub(crate) struct Talk {
    io: BufReader<TcpStream>,
    line: String,
}

impl Talk {
    pub(crate) async fn at(address: SocketAddr) -> Result<Self, Flaw> {
        let io = TcpStream::connect(address).await?;
        io.set_nodelay(true)?;
        let (io, line) = (BufReader::new(io), String::new());
        Ok(Self { io, line })
    }

    pub(crate) async fn say(&mut self, text: &str) -> Result<(), Flaw> {
        Ok(self.io.write_all(text.as_bytes()).await?)
    }

    pub(crate) async fn say_no_more(&mut self) -> Result<(), Flaw> {
        Ok(self.io.shutdown().await?)
    }

    /// The next message; `None` at FIN.
    pub(crate) async fn hear<M: DeserializeOwned>(&mut self) -> Result<Option<M>, Flaw> {
        self.line.clear();
        if self.io.read_line(&mut self.line).await? == 0 {
            return Ok(None);
        }
        let message = ron::from_str(self.line.trim_end());
        let message = message.map_err(|_| Flaw::Wrong(format!("heard {:?}", self.line)))?;
        Ok(Some(message))
    }

    /// Hears that these pings are answered: each once, in their order.
    pub(crate) async fn hear_pongs(
        &mut self,
        numbers: impl IntoIterator<Item = u32>,
    ) -> Result<(), Flaw> {
        for expected in numbers {
            match self.hear().await? {
                Some(Answer::Pong(number)) if number == expected => {}
                Some(other) => {
                    let text = format!("{other:?} where Pong({expected}) was due");
                    return Err(Flaw::Wrong(text));
                }
                None => return Err(Flaw::Ended(format!("FIN before Pong({expected})"))),
            }
        }
        Ok(())
    }

    /// Hears FIN, and nothing before it.
    pub(crate) async fn hear_fin(&mut self) -> Result<(), Flaw> {
        match self.hear().await? {
            None => Ok(()),
            Some::<Answer>(other) => Err(Flaw::Wrong(format!("{other:?} where FIN was due"))),
        }
    }

    /// Hears answers until FIN.
    pub(crate) async fn hear_out(&mut self) -> Result<(), Flaw> {
        while self.hear::<Answer>().await?.is_some() {}
        Ok(())
    }

    /// The next `close` resets the connection.
    pub(crate) fn reset(self) -> Result<(), Flaw> {
        Ok(self.io.get_ref().set_zero_linger()?)
    }
}

/// These pings, as they are written.
pub(crate) fn pings(numbers: impl IntoIterator<Item = u32>) -> String {
    let lines = numbers
        .into_iter()
        .map(|number| format!("Ping({number})\n"));
    lines.collect()
}
