//! XML documents, both ways. Reading accepts any prefix, namespace and root name, comments and CDATA; document
//! types and entities other than the five of XML itself are refused, never expanded.

pub(crate) mod known;
pub(crate) mod read;
pub(crate) mod write;

pub use read::{Element, document};
