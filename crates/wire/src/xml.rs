//! XML documents that are no input or output of an operation, as trees: what clients hand in as text.

pub use crate::codec::xml::{Element, document};
