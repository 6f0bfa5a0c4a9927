//! Where state lives: typed records in memory, durable in SQLite.
//!
//! Live state is a set of persistent ordered maps; a snapshot is a pointer ([`View`]). Changes are made one
//! transaction at a time ([`Store::write`]) and stand in one line, from which everything queued is committed in one SQLite transaction
//! before the new snapshot is published: readers see nothing that a crash could take back.
//! Tables of millions of rows stay in SQLite ([`Paged`]). Nothing here knows a service.

mod announce;
mod commit;
mod error;
mod export;
mod lock;
mod outbox;
mod page;
mod paged;
mod record;
mod rows;
mod schedule;
mod shared_reader;
mod sqlite;
mod stage;
mod state;
mod store;
mod tables;
mod tally;
mod ticket;
mod token;
mod tx;
mod writer;

#[cfg(test)]
mod crashes;
#[cfg(test)]
mod tests;

pub use announce::Wakeup;
pub use error::{ImportError, OpenError, StoreError};
pub use export::Documents;
pub use outbox::{Event, EventRow};
pub use page::{BadPageToken, Pages};
pub use paged::{Paged, PagedMut};
pub use record::{Index, Key, Record};
pub use rows::Rows;
pub use schedule::{Job, JobError};
pub use stage::Stage;
pub use state::{Mark, View};
pub use store::{Durability, Opened, Options, Store, WriteCall};
pub use tables::Tables;
pub use ticket::Ticket;
pub use token::{Claim, Repeatable, TokenMismatch};
pub use tx::Tx;
