//! What snapshots and volumes hold: blocks of 512 KiB, in layers.
//!
//! A layer is what was written to one snapshot, over what its parent layer holds; an index that no layer has is zeroes.
//! A snapshot or volume holds the layer that its blocks begin at, and only a layer that is not sealed is written. A
//! layer that nobody holds goes, or goes into the one that was made over it (`release`), so that a chain is no longer
//! than there are snapshots in it. Blocks are in the byte store, each once, but for those of zeroes alone.

mod layer;
mod release;
mod walk;

pub(crate) use layer::{BlockRow, Content, Layer, hold, let_go, new_layer, put, seal};
pub(crate) use release::Release;
pub(crate) use walk::{Chain, survey};

use blob::{BlobRef, Blobs};
use ports::{Each, Named, NamesBlobs};
use store::{StoreError, View};

/// Bytes of a block.
pub(crate) const BLOCK_BYTES: usize = 524_288;
/// Blocks of a GiB.
pub(crate) const BLOCKS_PER_GIB: u32 = 2_048;

impl NamesBlobs for BlockRow {
    fn blobs(&mut self, each: &mut Each<'_>) -> Result<(), String> {
        self.blob.as_mut().map_or(Ok(()), |blob| each(blob, Named::Alone))
    }
}

/// Rows read at once.
const ROWS: usize = 1_000;

/// Every blob that rows of this crate refer to, each once.
pub fn kept(view: &View) -> impl Iterator<Item = Result<BlobRef, StoreError>> {
    Kept { view, after: None, ready: Vec::new(), is_over: false }
}

/// Gives back what the rows of a state named that is gone as a whole.
pub fn release_all(before: &View, blobs: &Blobs) -> Result<(), StoreError> {
    for blob in kept(before) {
        let blob = blob?;
        // What cannot be deleted now is an orphan, which the next opening throws away.
        let _left = blobs.release(&blob);
    }
    Ok(())
}

struct Kept<'v> {
    view: &'v View,
    after: Option<String>,
    ready: Vec<BlobRef>,
    is_over: bool,
}

impl Iterator for Kept<'_> {
    type Item = Result<BlobRef, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(blob) = self.ready.pop() {
                return Some(Ok(blob));
            }
            if self.is_over {
                return None;
            }
            match self.view.paged::<BlockRow>().range("", self.after.as_deref(), ROWS) {
                Err(error) => {
                    self.is_over = true;
                    return Some(Err(error));
                }
                Ok(rows) => {
                    self.is_over = rows.len() < ROWS;
                    self.after = rows.last().map(|(key, _)| key.to_string());
                    self.ready = rows.iter().filter_map(|(_, row)| row.blob).collect();
                }
            }
        }
    }
}
