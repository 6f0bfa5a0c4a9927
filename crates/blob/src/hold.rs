//! Bytes that somebody still reads.

use crate::reference::BlobRef;
use crate::space::Blobs;

/// Keeps blobs where they are while it exists: what is released meanwhile goes when the last hold on it ends.
#[must_use]
pub struct Hold {
    blobs: Blobs,
    references: Vec<BlobRef>,
}

impl Hold {
    pub(crate) fn new(blobs: Blobs, references: Vec<BlobRef>) -> Self {
        blobs.held(&references);
        Self { blobs, references }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.blobs.let_go(&self.references);
    }
}
