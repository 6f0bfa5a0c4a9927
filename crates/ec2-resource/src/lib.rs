//! What every resource of the EC2 API has, whichever crate answers for it: an id, tags, filters, pages, client tokens,
//! an event when it changes, and the words in which it is refused.
//!
//! EC2 is one API with several owners. Its ids and refusals are one vocabulary, which is why they stand here and not
//! with the crate that happens to own the resource.

pub mod absent;
pub mod authority;
pub mod dns;
pub mod error;
pub mod event;
pub mod filter;
pub mod holders;
pub mod id;
pub mod listing;
pub mod metadata;
pub mod neighbour;
pub mod resource;
pub mod snapshots;
pub mod tag;
pub mod token;
