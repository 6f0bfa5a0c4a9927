//! Machine images.

mod describe;
mod filter;
mod public;

pub(crate) use describe::describe;
