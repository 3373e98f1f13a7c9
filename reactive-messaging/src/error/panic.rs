//! Panics of user code, once they are caught.

use std::{
    any::Any,
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
};

use super::Detail;

/// What a panic was called with.
pub(crate) type Panic = Box<dyn Any + Send>;

/// A panic as one line, behind which nothing is left of it.
///
/// What it was called with is user data, and dropping that is user code: its panics end here, too.
pub(crate) fn panic_detail(panic: Panic) -> Detail {
    let detail = text_of(&*panic);
    if let Err(of_its_drop) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
        // who would panic for ever is not dropped
        mem::forget(of_its_drop);
    }
    detail
}

/// A panic that goes on, as one line.
pub(crate) fn text_of(panic: &(dyn Any + Send)) -> Detail {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    Detail::of(text.unwrap_or("panic without a text"))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Bomb;

    impl Drop for Bomb {
        fn drop(&mut self) {
            std::panic::panic_any(Bomb);
        }
    }

    #[test]
    fn h1_a_panic_that_panics_when_it_is_dropped_ends_here() {
        let panic = catch_unwind(|| std::panic::panic_any(Bomb)).expect_err("a panic");
        assert_eq!(panic_detail(panic).to_string(), "panic without a text");
    }
}
