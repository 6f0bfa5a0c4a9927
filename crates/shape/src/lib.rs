//! What generated code is made of.
//!
//! A wire structure is a plain Rust struct whose members are all `Option`. It describes itself by a static
//! [`Schema`] and hands out its members by position ([`Shape`]), so that every codec, the validator and every
//! printer is written once, as an ordinary recursive function over `&dyn Shape`. Nothing here knows a protocol,
//! and nothing here has a dependency: every edit of this crate rebuilds all generated ones.

mod document;
mod empty;
mod kept;
mod made;
mod operation;
mod schema;
mod timestamp;
mod value;

pub use document::Document;
pub use empty::Empty;
pub use kept::{Kept, Text};
pub use made::{Made, With};
pub use operation::{
    Acceptor, ApiMeta, Auth, Expected, Operation, OperationMeta, Paginator, PathSegment, Protocol, Waiter,
};
pub use schema::{
    ErrorMeta, Field, ListTy, Location, MapTy, NumberTy, Schema, StringTy, TimestampFormat, Ty, XmlNamespace,
};
pub use timestamp::Timestamp;
pub use value::{List, Map, Ref, Shape, Slot, Value};
