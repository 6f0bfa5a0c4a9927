//! Where rows are read: a snapshot, or a transaction.

use crate::record::{Index, Record};
use crate::state::View;
use crate::tx::Tx;
use std::sync::Arc;

/// What a [`View`] and a [`Tx`] can both be asked, for what has to be known within a change and without.
pub trait Rows {
    /// The row of that key.
    fn row<R: Record>(&self, key: &str) -> Option<Arc<R>>;
    /// The rows whose keys begin so, in key order.
    fn below<R: Record>(&self, prefix: &str) -> Vec<Arc<R>>;
    /// The rows an index lists, in key order.
    fn listed<R: Record>(&self, index: &Index<R>, text: &str) -> Vec<Arc<R>>;
    /// The first of them.
    fn first<R: Record>(&self, index: &Index<R>, text: &str) -> Option<Arc<R>>;
    /// How many there are of them.
    fn count<R: Record>(&self, index: &Index<R>, text: &str) -> usize;
}

macro_rules! rows {
    ($of:ty) => {
        impl Rows for $of {
            fn row<R: Record>(&self, key: &str) -> Option<Arc<R>> {
                self.get(key)
            }

            fn below<R: Record>(&self, prefix: &str) -> Vec<Arc<R>> {
                self.range(prefix).cloned().collect()
            }

            fn listed<R: Record>(&self, index: &Index<R>, text: &str) -> Vec<Arc<R>> {
                self.by(index, text).cloned().collect()
            }

            fn first<R: Record>(&self, index: &Index<R>, text: &str) -> Option<Arc<R>> {
                self.by(index, text).next().cloned()
            }

            fn count<R: Record>(&self, index: &Index<R>, text: &str) -> usize {
                self.by(index, text).count()
            }
        }
    };
}

rows!(View);
rows!(Tx);
