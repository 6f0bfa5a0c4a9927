//! The networks of accounts as the decision engine (`reach`) takes them: compiled from the rows, with what connects them,
//! and what the gateway asks about flows in them. What becomes of a packet is decided there and not here.

mod compile;
mod connect;
mod explain;
mod owners;

pub(crate) use compile::compiled;
pub(crate) use explain::Explains;
pub(crate) use owners::Owners;
