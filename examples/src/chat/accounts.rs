//! Who may enter, and whose session may go on.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::messages::Refusal;

/// Names and passwords, and the token of each name's session.
///
/// A real store holds salted hashes of passwords, made by a slow function such as Argon2, and hashes
/// of tokens. It compares them in constant time, hashes also for names that do not exist, counts
/// failures, and lets sessions expire. And none of it helps without TLS.
#[derive(Debug, Default)]
pub struct Accounts {
    passwords: HashMap<String, String>,
    tokens: Mutex<HashMap<String, String>>,
}

/// What the login hands to the room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose it is.
    pub name: String,
    /// The first line that its owner has missed; `None`: it was not in the room before.
    pub from: Option<u64>,
}

impl Accounts {
    /// A store of these names and passwords, without a session.
    pub fn new<const N: usize>(passwords: [(&str, &str); N]) -> Self {
        let owned = passwords.map(|(name, password)| (name.into(), password.into()));
        Self {
            passwords: owned.into(),
            tokens: Mutex::default(),
        }
    }

    /// Opens a session, and returns it with its token. The name's session of before ends.
    ///
    /// # Errors
    /// [`Refusal::WrongCredentials`], or [`Refusal::Unavailable`] if the system has no random bytes.
    pub fn enter(&self, name: String, password: &str) -> Result<(Session, String), Refusal> {
        if self.passwords.get(&name).is_none_or(|it| it != password) {
            return Err(Refusal::WrongCredentials);
        }
        let token = new_token()?;
        self.tokens().insert(name.clone(), token.clone());
        Ok((Session { name, from: None }, token))
    }

    /// The session of this token, whose owner has received all lines before `from`.
    ///
    /// # Errors
    /// [`Refusal::NoSession`].
    pub fn resume(&self, name: String, token: &str, from: Option<u64>) -> Result<Session, Refusal> {
        match self.tokens().get(&name) {
            Some(known) if known == token => Ok(Session { name, from }),
            _ => Err(Refusal::NoSession),
        }
    }

    /// Ends the session of a name.
    pub fn end(&self, name: &str) {
        self.tokens().remove(name);
    }

    fn tokens(&self) -> MutexGuard<'_, HashMap<String, String>> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// 128 bits that nobody can guess.
fn new_token() -> Result<String, Refusal> {
    let mut bits = [0; 16];
    getrandom::fill(&mut bits).map_err(|_| Refusal::Unavailable)?;
    Ok(format!("{:032x}", u128::from_ne_bytes(bits)))
}
