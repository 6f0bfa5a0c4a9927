//! The AWS SDK for Rust, unmodified, against angae: tests and nothing else.
//!
//! Each test starts a server of its own on a free port and a temporary folder; nothing here knows how angae is built.
//! EC2's client is left out: it takes longer to compile than all the others together, and three suites cover it.

#![cfg(test)]

mod clients;
mod objects;
mod server;
mod services;
mod transfer;
