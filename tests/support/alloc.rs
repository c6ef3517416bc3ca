//! Counts allocations of a thread while it is asked to, so that a test can prove that a real-time path makes none.
#![allow(unreachable_pub, reason = "one crate of tests; its helpers are for all of it")]

use assert_no_alloc::{AllocDisabler, assert_no_alloc, reset_violation_count, violation_count};

#[global_allocator]
static ALLOCATOR: AllocDisabler = AllocDisabler;

/// Allocations and deallocations that this thread makes inside `work`.
pub fn counted(work: impl FnOnce()) -> u32 {
    reset_violation_count();
    assert_no_alloc(work);
    violation_count()
}
