//! Machine images.

mod describe;
mod filter;
mod machine;
mod public;

pub(crate) use describe::describe;
pub(crate) use machine::{Machine, Volume, architecture, machine};
