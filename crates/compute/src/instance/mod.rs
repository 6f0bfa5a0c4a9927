//! Instances.

mod answer;
pub(crate) mod attribute;
mod birth;
mod cards;
pub(crate) mod console;
mod describe;
mod facts;
mod filter;
mod launch;
mod machine;
mod market;
mod model;
pub(crate) mod options;
mod page;
pub(crate) mod permission;
pub(crate) mod placed;
mod power;
pub(crate) mod profile;
pub(crate) mod replacement;
pub(crate) mod report;
mod screen;
pub(crate) mod settings;
mod standing;
mod texts;
mod ties;
mod wish;

pub(crate) use answer::{device_index, state};
pub(crate) use attribute::{id, look};
pub(crate) use describe::{describe, ids, status};
pub(crate) use facts::OfOthers;
pub(crate) use launch::{Behalf, Order, carry_out, check, order, order_of, run};
pub(crate) use market::Market;
pub(crate) use model::{Image, Instance, Options};
pub(crate) use power::{End, Forget, Halt, Run, begin_end, reboot, start, stop, terminate};
pub(crate) use texts::Texts;
pub(crate) use wish::one_of;

use crate::error::Error;
use crate::id::InstanceId;
use ports::Cx;
use store::Tx;

/// The instance of an id, whatever it is doing.
pub(crate) fn of_id(cx: &Cx, tx: &Tx, id: &InstanceId) -> Result<Instance, Error> {
    crate::resource::take(tx, cx.scope(), id.as_str())
}
