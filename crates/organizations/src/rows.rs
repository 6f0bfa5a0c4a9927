//! Where rows are read: a snapshot, or a transaction.

use std::sync::Arc;
use store::{Index, Record, Tx, View};

/// What both can be asked.
pub(crate) trait Rows {
    /// The row of that key.
    fn row<R: Record>(&self, key: &str) -> Option<Arc<R>>;
    /// The rows whose keys begin so, in key order.
    fn below<R: Record>(&self, prefix: &str) -> Vec<Arc<R>>;
    /// The rows an index lists, in key order.
    fn listed<R: Record>(&self, index: &Index<R>, text: &str) -> Vec<Arc<R>>;
}

impl Rows for View {
    fn row<R: Record>(&self, key: &str) -> Option<Arc<R>> {
        self.get(key)
    }

    fn below<R: Record>(&self, prefix: &str) -> Vec<Arc<R>> {
        self.range(prefix).cloned().collect()
    }

    fn listed<R: Record>(&self, index: &Index<R>, text: &str) -> Vec<Arc<R>> {
        self.by(index, text).cloned().collect()
    }
}

impl Rows for Tx {
    fn row<R: Record>(&self, key: &str) -> Option<Arc<R>> {
        self.get(key)
    }

    fn below<R: Record>(&self, prefix: &str) -> Vec<Arc<R>> {
        self.range(prefix).cloned().collect()
    }

    fn listed<R: Record>(&self, index: &Index<R>, text: &str) -> Vec<Arc<R>> {
        self.by(index, text).cloned().collect()
    }
}
