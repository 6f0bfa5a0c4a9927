//! The structure without members.

use crate::{Schema, Shape, Value};

/// Input or output of an operation that models none.
#[derive(Clone, Copy, Debug, Default)]
pub struct Empty {}

static EMPTY: Schema = Schema {
    name: "Empty",
    ..Schema::NEW
};

impl Shape for Empty {
    fn schema(&self) -> &'static Schema {
        &EMPTY
    }
    fn get(&self, _index: usize) -> &dyn Value {
        &()
    }
    fn get_mut(&mut self, _index: usize) -> Option<&mut dyn Value> {
        None
    }
}
