use crate::{Answer, Ask, answer};

/// The answer of [`answer`], but none to the number 2.
pub fn some(ask: Ask) -> Option<Answer> {
    (ask != Ask::Number(2)).then(|| answer(ask))
}

/// The answer of [`answer`], but an error to the number 3.
///
/// # Errors
/// `three`
pub fn fallible(ask: Ask) -> Result<Answer, String> {
    if ask == Ask::Number(3) {
        Err("three".into())
    } else {
        Ok(answer(ask))
    }
}

/// The answer of [`answer`], but none to the number 2, and an error to the number 3.
///
/// # Errors
/// `three`
pub fn both(ask: Ask) -> Result<Option<Answer>, String> {
    fallible(ask).map(|answer| (answer != Answer::Number(2)).then_some(answer))
}

/// This item, in a later poll.
pub async fn later<T>(item: T) -> T {
    tokio::task::yield_now().await;
    item
}
