//! The policy language of AWS: parse, check, compile, decide, explain. No I/O, no state of AWS.
//!
//! A document is read into a [`document::Document`], checked on write by [`grammar::check`], compiled once into a
//! [`compile::Policy`], gathered with others into a [`compile::PolicySet`], and asked through [`decide::decide`].
//! [`explain::explain`] runs the same decision and says why.

pub mod compile;
pub mod context;
pub mod decide;
pub mod document;
pub mod explain;
pub mod grammar;
mod json;
mod pattern;
mod semantics;
pub mod span;
#[cfg(test)]
mod testing;
