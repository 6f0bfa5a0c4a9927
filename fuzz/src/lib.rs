//! What the fuzz targets share: every API, and requests as people write them.
//!
//! A seed is text wherever it can be, so that a person reads what it tries and the fuzzer splices what it knows: a
//! request line, headers, an empty line, the body.

mod operations;
mod request;

pub use operations::{APIS, operation, operations};
pub use request::{Request, line};
