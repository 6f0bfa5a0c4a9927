//! Layers, and the blocks that were written to them.

use base::Timestamp;
use blob::BlobRef;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Index, Record, Rows, StoreError, Tx};

/// What a snapshot or a volume holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Content {
    /// The layer its blocks begin at.
    pub(crate) layer: String,
    /// How many blocks there are, those of all layers beneath counted.
    pub(crate) blocks: u64,
}

/// A layer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Layer {
    /// The id of the snapshot it was begun for.
    pub(crate) id: String,
    /// The layer beneath.
    pub(crate) parent: Option<String>,
    /// Snapshots and volumes whose blocks begin at it.
    pub(crate) holders: u32,
    /// Whether it is written no more.
    pub(crate) is_sealed: bool,
    /// Indexes that were written.
    pub(crate) blocks: u64,
    /// How often one was.
    pub(crate) writes: u64,
    /// When it was made or one was.
    pub(crate) written_at: Timestamp,
}

impl Record for Layer {
    const TABLE: &'static str = "ebs_layer";
    const INDEXES: &'static [Index<Self>] = &[Self::PARENT, Self::UNHELD];
    type Key = String;

    fn key(&self) -> String {
        self.id.clone()
    }
}

impl Layer {
    /// Those over a layer.
    pub(crate) const PARENT: Index<Self> =
        Index { name: "parent", keys: |own| own.parent.clone().into_iter().collect() };
    /// Those whose blocks nothing begins at.
    pub(super) const UNHELD: Index<Self> =
        Index { name: "unheld", keys: |own| if own.holders == 0 { vec![String::new()] } else { Vec::new() } };
}

/// A block that was written.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct BlockRow {
    pub(crate) layer: String,
    pub(crate) index: u32,
    /// Its bytes; `None` for zeroes.
    pub(crate) blob: Option<BlobRef>,
    /// Its SHA-256, in Base64.
    pub(crate) checksum: String,
}

impl BlockRow {
    /// The key of a layer's block: indexes sort as they count.
    pub(super) fn key_of(layer: &str, index: u32) -> String {
        format!("{layer}/{index:08x}")
    }
}

impl Record for BlockRow {
    const TABLE: &'static str = "ebs_block";
    type Key = String;

    fn key(&self) -> String {
        Self::key_of(&self.layer, self.index)
    }
}

/// Begins a layer for a snapshot, which holds it.
pub(crate) fn new_layer(tx: &mut Tx, id: &str, parent: Option<String>) {
    let written_at = tx.now();
    tx.put(Layer {
        id: id.to_owned(),
        parent,
        holders: 1,
        is_sealed: false,
        blocks: 0,
        writes: 0,
        written_at,
    });
}

/// Another snapshot or volume holds the same.
pub(crate) fn hold(tx: &mut Tx, content: Option<&Content>) {
    change(tx, content.map(|content| content.layer.as_str()), |layer| layer.holders += 1);
}

/// A snapshot or volume is gone that held something.
pub(crate) fn let_go(tx: &mut Tx, content: Option<&Content>) {
    let layer = content.map(|content| content.layer.as_str());
    change(tx, layer, |layer| layer.holders = layer.holders.saturating_sub(1));
}

/// Nothing is written to it any more.
pub(crate) fn seal(tx: &mut Tx, layer: &str) {
    change(tx, Some(layer), |layer| layer.is_sealed = true);
}

fn change(tx: &mut Tx, id: Option<&str>, change: impl FnOnce(&mut Layer)) {
    let found: Option<Arc<Layer>> = id.and_then(|id| tx.row(id));
    if let Some(found) = found {
        let mut layer = (*found).clone();
        change(&mut layer);
        tx.put(layer);
    }
}

/// Keeps a block, in place of one of the same index; answers that one's bytes.
pub(crate) fn put(tx: &mut Tx, row: BlockRow) -> Result<Option<BlobRef>, StoreError> {
    let before = tx.paged::<BlockRow>().get(&row.key())?;
    let now = tx.now();
    change(tx, Some(&row.layer.clone()), |layer| {
        layer.blocks += u64::from(before.is_none());
        layer.writes += 1;
        layer.written_at = now;
    });
    tx.paged::<BlockRow>().put(row);
    Ok(before.and_then(|before| before.blob))
}
