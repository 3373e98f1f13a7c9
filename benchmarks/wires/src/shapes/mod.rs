//! The messages: one file a shape, in it the types that contenders need for it.

pub(crate) mod integers;
pub(crate) mod nested;
pub(crate) mod text;

/// A message with values of its own.
pub(crate) trait Sample {
    /// The message of that number.
    fn sample(number: u32) -> Self;
}

/// Numbers over the full width of their type.
pub(crate) fn scattered(number: u32) -> u64 {
    load::protocol::payload(0, number)
}

/// All contenders of a shape: `$message` for those that take any types, `$fixed` has them of fixed
/// size, `$protobuf` as prost derives them.
macro_rules! measure {
    ($table:expr, $message:ty, $fixed:ty, $protobuf:ty $(, $more:expr)*) => {
        use reactive_messaging::{Fixed, Json, Postcard, Rkyv, Ron};
        use crate::{ours, peers};

        let contenders = [
            ours::wire::<Ron, $message>("ours: `Ron`"),
            ours::wire::<Json, $message>("ours: `Json`"),
            ours::wire::<Postcard, $message>("ours: `Postcard`"),
            ours::wire::<Rkyv, $message>("ours: `Rkyv`"),
            ours::view::<$message>("ours: `Rkyv`, a `View`"),
            ours::wire::<Fixed, $fixed>("ours: `Fixed`"),
            peers::ron::<$message>(),
            peers::json::<$message>(),
            peers::message_pack::<$message>(),
            peers::postcard::<$message>(),
            peers::protobuf::<$protobuf>(),
            peers::rkyv::<$message>(),
            $($more,)*
        ];
        for contender in contenders {
            contender.measure($table);
        }
    };
}

use measure;
