//! Who listens while statements are compared. The silent one compiles to nothing, so a decision and its explanation
//! are the same code.

use crate::compile::{Attached, Condition, Statement};
use crate::context::{Key, Values};
use crate::decide::{Gate, Reach};
use crate::pattern::Steps;

/// Hears of each step.
pub(crate) trait Tracer: Steps {
    /// Wants to hear of every element of every statement, not only of what decides.
    const EXHAUSTIVE: bool;

    /// A statement is about to be compared; its parts live as long as the policies.
    fn begin(&mut self, gate: Gate, level: usize, attached: &Attached, statement: &Statement);

    /// It was compared.
    fn end(&mut self, reach: Option<Reach>);

    /// The action is none of its.
    fn missed_action(&mut self, statement: &Statement);

    /// The caller is none of its principals.
    fn missed_principal(&mut self, statement: &Statement);

    /// The resource is none of its.
    fn missed_resource(&mut self, statement: &Statement);

    /// A condition was compared with these values.
    fn condition(&mut self, condition: &Condition, values: Option<&Values<'_>>, holds: bool);

    /// The request does not have a key.
    fn missing(&mut self, key: &Key);
}

/// Hears nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Silent;

impl Steps for Silent {
    #[inline]
    fn count(&mut self, _bytes: usize) {}
}

impl Tracer for Silent {
    const EXHAUSTIVE: bool = false;

    #[inline]
    fn begin(&mut self, _gate: Gate, _level: usize, _attached: &Attached, _statement: &Statement) {}

    #[inline]
    fn end(&mut self, _reach: Option<Reach>) {}

    #[inline]
    fn missed_action(&mut self, _statement: &Statement) {}

    #[inline]
    fn missed_principal(&mut self, _statement: &Statement) {}

    #[inline]
    fn missed_resource(&mut self, _statement: &Statement) {}

    #[inline]
    fn condition(&mut self, _condition: &Condition, _values: Option<&Values<'_>>, _holds: bool) {}

    #[inline]
    fn missing(&mut self, _key: &Key) {}
}
