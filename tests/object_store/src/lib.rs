//! The crate `object_store`, unmodified, against angae: tests and nothing else.
//!
//! Each test starts a server of its own on a free port and a temporary folder; nothing here knows how angae is built.

#![cfg(test)]

mod conditions;
mod listing;
mod objects;
#[path = "../../rust/src/server.rs"]
mod server;
mod store;
mod transfer;
mod uploads;
