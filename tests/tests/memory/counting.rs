//! An allocator that counts, by thread: every runtime here has one, and tests run side by side.

#![allow(unsafe_code)]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
};

thread_local! {
    static LIVE: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
    static TOTAL: Cell<usize> = const { Cell::new(0) };
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

fn count(change: isize) {
    // a thread that is being torn down is not counted
    let _ = LIVE.try_with(|live| {
        live.set(live.get() + change);
        let _ = PEAK.try_with(|peak| peak.set(peak.get().max(live.get())));
    });
    let _ = TOTAL.try_with(|total| total.set(total.get() + change.max(0).unsigned_abs()));
    if change > 0 {
        let _ = COUNT.try_with(|count| count.set(count.get() + 1));
    }
}

// SAFETY: every call is passed on to the system's allocator as it came
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        // SAFETY: the caller's promise
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        // SAFETY: the caller's promise
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(-(layout.size() as isize));
        count(size as isize);
        // SAFETY: the caller's promise
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Most bytes beyond those that were live when this was made.
pub(super) struct Memory {
    before: isize,
    total: usize,
}

impl Memory {
    pub(super) fn watch() -> Self {
        let before = LIVE.get();
        PEAK.set(before);
        let total = TOTAL.get();
        Self { before, total }
    }

    pub(super) fn peak(&self) -> usize {
        (PEAK.get() - self.before).max(0).unsigned_abs()
    }

    pub(super) fn live(&self) -> usize {
        (LIVE.get() - self.before).max(0).unsigned_abs()
    }

    pub(super) fn allocated(&self) -> usize {
        TOTAL.get() - self.total
    }
}

/// Allocations of this thread so far.
pub(super) fn allocations() -> usize {
    COUNT.get()
}
