//! The tests' harness.
//!
//! [`Local`] calls handlers in process, on a world in memory: for a service crate's unit tests. [`Server`] starts the
//! built binary and [`Client`] speaks to it over the wire as any other program would: for acceptance tests, which know
//! nothing of the crate they judge. [`Golden`] holds answers against recorded ones. The real clients in
//! `tests/clients` start the binary by themselves; those that look at single requests and answers talk to the program
//! `bridge`. [`Untyped`] holds what only a schema describes.

mod answer;
mod binary;
mod client;
pub mod ec2;
mod events;
mod form;
mod golden;
mod ledger;
mod line;
mod local;
mod mask;
mod server;
mod spoken;
mod untyped;
mod user;
mod xml;

pub use answer::{Answer, Refusal};
pub use binary::crate_folder;
pub use client::{Broken, Client, Request};
pub use events::{Events, Feed, Happened};
pub use golden::Golden;
pub use local::{Local, START};
pub use server::{Options, Server};
pub use untyped::Untyped;
pub use user::{User, allow};
