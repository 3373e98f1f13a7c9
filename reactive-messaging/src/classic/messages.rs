//! Messages that implement the announced trait instead of `ReactiveProtocol`.

/// The announced trait of messages; whatever implements it is a
/// [`ReactiveProtocol`](crate::ReactiveProtocol) on the wire `Ron`. To be received in the form
/// `VariableBinary` it also says `impl ViewProtocol for Answer {}`.
///
/// It tells how the remote is told of errors. New protocols use
/// [`#[derive(ReactiveProtocol)]`](derive@crate::ReactiveProtocol) with `#[protocol(error)]` instead;
/// a type has one of the two.
///
/// ```
/// # #[cfg(feature = "ron")] {
/// use reactive_messaging::prelude::*;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Debug, PartialEq, Serialize, Deserialize)]
/// enum Answer { Pong(u32), Error(String) }
///
/// impl ReactiveMessagingConfig<Answer> for Answer {
///     fn processor_error_message(err: String) -> Option<Answer> {
///         Some(Answer::Error(err))
///     }
/// }
///
/// assert_eq!(Answer::error_message("busy".into()), Some(Answer::Error("busy".into())));
/// assert_eq!(Answer::decode(b"Pong(7)"), Ok(Answer::Pong(7)));
/// # }
/// ```
pub trait ReactiveMessagingConfig<LocalMessages> {
    /// The message that tells the remote what the processor could not do, or what it could not read.
    fn processor_error_message(err: String) -> Option<LocalMessages> {
        let _ = err;
        None
    }

    /// Is asked where [`processor_error_message`](Self::processor_error_message) has no message.
    fn input_error_message(err: String) -> Option<LocalMessages> {
        let _ = err;
        None
    }
}

#[cfg(feature = "ron")]
#[diagnostic::do_not_recommend]
impl<M> crate::ReactiveProtocol for M
where
    M: ReactiveMessagingConfig<M> + serde::Serialize + serde::de::DeserializeOwned + Send + 'static,
{
    type Wire = crate::wire::Ron;

    fn error_message(text: String) -> Option<Self> {
        M::processor_error_message(text.clone()).or_else(|| M::input_error_message(text))
    }
}
