//! Reading, whether within a change or without.

use std::sync::Arc;
use store::{Index, Record, Tx, View};

/// What rows are read from.
pub(crate) trait Look {
    /// The row of a key.
    fn row<R: Record>(&self, key: &str) -> Option<Arc<R>>;
    /// The rows of a text in an index.
    fn rows<R: Record>(&self, index: &Index<R>, text: &str) -> Vec<Arc<R>>;
}

impl Look for View {
    fn row<R: Record>(&self, key: &str) -> Option<Arc<R>> {
        self.get(key)
    }

    fn rows<R: Record>(&self, index: &Index<R>, text: &str) -> Vec<Arc<R>> {
        self.by(index, text).cloned().collect()
    }
}

impl Look for Tx {
    fn row<R: Record>(&self, key: &str) -> Option<Arc<R>> {
        self.get(key)
    }

    fn rows<R: Record>(&self, index: &Index<R>, text: &str) -> Vec<Arc<R>> {
        self.by(index, text).cloned().collect()
    }
}
