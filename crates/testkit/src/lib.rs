//! The tests' harness.
//!
//! [`Local`] calls handlers in process, on a world in memory: for a service crate's unit tests. [`Server`] starts
//! the built binary on a free port with a folder, a seed and a stepped clock of its own, and [`Client`] speaks the
//! wire to it, signed: for acceptance tests, which would pass unchanged against another implementation.

mod local;

pub use local::{Local, START};
