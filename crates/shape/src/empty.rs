//! The structure without members.

use crate::{Schema, Shape, Value};

/// Input or output of an operation that models none.
#[derive(Clone, Copy, Debug, Default)]
pub struct Empty {}

impl Empty {
    /// Its schema.
    pub const SCHEMA: Schema = Schema { name: "Empty", ..Schema::NEW };
}

static EMPTY: Schema = Empty::SCHEMA;

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
