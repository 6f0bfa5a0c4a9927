//! The reader that transactions pass on to one another.
//!
//! A reader that begins after a commit reads its pages anew. What a transaction reads from SQLite need not be new: what
//! changed since lies over it in memory until it is forgotten (`Store::forget_durable`), and then this reader is let go.
//! While it is open, SQLite's log cannot begin anew, so it is also let go before every so many commits.

use crate::sqlite::Reader;

/// Transactions that one reader serves: what the log grows by meanwhile is a few MiB.
const TRANSACTIONS: u32 = 256;

/// The reader between two transactions.
#[derive(Default)]
pub(crate) struct SharedReader {
    reader: Option<Reader>,
    served: u32,
}

impl SharedReader {
    /// The reader for a transaction: the last one's, or a new one.
    pub(crate) fn take(&mut self, new: impl FnOnce() -> Option<Reader>) -> Option<Reader> {
        self.reader.take().or_else(new)
    }

    /// Takes back a transaction's reader, before what the transaction changed is committed.
    pub(crate) fn put_back(&mut self, reader: Option<Reader>) {
        self.served += 1;
        if self.served < TRANSACTIONS {
            self.reader = reader;
        } else {
            self.served = 0;
        }
    }

    /// Lets the reader go: the next transaction must see what is durable now.
    pub(crate) fn let_go(&mut self) {
        self.reader = None;
    }
}
