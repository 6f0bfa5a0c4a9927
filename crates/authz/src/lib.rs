//! Which actions, on which resources, an operation needs: the authorization table.
//!
//! [`of`] gives an operation's row, [`checks`] the pairs of action and ARN that a decoded request asks for. Deciding is
//! `policy`'s; asking it is the gateway's. The tables are data (`README.md` tells their form); they are read at first
//! use, an API at a time, because as statics their pointers would be relocated at every start.

mod action;
mod attribute;
mod dns;
mod ids;
mod key;
mod pattern;
mod resolve;
mod row;
mod tables;
mod tags;
#[cfg(test)]
mod tests;

pub use action::{
    Access, Action, ActionResource, ResourceType, action, actions, all_actions, supports_resource_control,
};
pub use key::{KeySource, global_keys, key_source, key_type, keys};
pub use resolve::{Check, Request, checks};
pub use row::{Authz, Evaluation, Fill, Form, Part, Path, Piece, Resource, Source, Test, Text, When};
pub use tables::of;
pub use tags::{RequestTags, request_tags};
