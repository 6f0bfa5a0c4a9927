//! The tests' harness.
//!
//! [`Local`] calls handlers in process, on a world in memory: for a service crate's unit tests. The real clients in
//! `tests/clients` start the built binary by themselves.

mod local;

pub use local::{Local, START};
