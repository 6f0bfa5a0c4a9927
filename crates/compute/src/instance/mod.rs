//! Instances.

mod answer;
pub(crate) mod attribute;
mod describe;
mod facts;
mod filter;
mod launch;
mod machine;
mod market;
mod model;
pub(crate) mod options;
mod power;
pub(crate) mod profile;
mod wish;

pub(crate) use describe::{describe, status};
pub(crate) use facts::OfOthers;
pub(crate) use launch::{Behalf, Order, carry_out, check, order, order_of, run};
pub(crate) use market::Market;
pub(crate) use model::{Image, Instance};
pub(crate) use power::{End, Forget, Halt, Run, begin_end, reboot, start, stop, terminate};
pub(crate) use wish::one_of;
