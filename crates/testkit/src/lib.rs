//! The tests' harness.
//!
//! [`Local`] calls handlers in process, on a world in memory: for a service crate's unit tests. The real clients in
//! `tests/clients` start the built binary by themselves; those that look at single requests and answers talk to the
//! program `bridge`. [`Untyped`] holds what only a schema describes.

mod local;
mod untyped;

pub use local::{Local, START};
pub use untyped::Untyped;
