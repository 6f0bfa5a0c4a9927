//! Instances.

mod answer;
pub(crate) mod attribute;
mod describe;
mod facts;
mod filter;
mod launch;
mod machine;
mod model;
pub(crate) mod options;
mod power;
pub(crate) mod profile;
mod wish;

pub(crate) use describe::{describe, status};
pub(crate) use facts::OfOthers;
pub(crate) use launch::run;
pub(crate) use model::{Image, Instance};
pub(crate) use power::{End, Forget, Halt, Run, reboot, start, stop, terminate};
