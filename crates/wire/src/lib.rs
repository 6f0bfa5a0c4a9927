//! How AWS clients talk, both ways.
//!
//! Bytes become generated inputs and generated outputs become bytes ([`codec`]); a request finds its operation
//! ([`route`]) and its signature is checked ([`sign`]); the model's own constraints are judged ([`validate`]);
//! and what went wrong is a [`Fault`] until the protocol is known. Nothing here knows a service's state, reads a
//! clock or opens a socket.

pub mod codec;
mod fault;
mod host_id;
mod message;
pub mod route;
pub mod sign;
pub mod tree;
pub mod validate;
pub mod xml;

pub use fault::{AwsError, Fault, Side, receiver, sender};
pub use host_id::s3_host_id;
pub use message::{Answer, Head};
