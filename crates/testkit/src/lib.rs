//! The tests' harness.
