//! Layers that nobody holds go: one with nothing over it with its blocks, one with a single sealed layer over it into that.
//!
//! The rows go first and the bytes after them: a crash in between leaves orphans, which the next opening throws away,
//! and never a row whose bytes would be given back twice.

use super::layer::{BlockRow, Layer};
use blob::BlobRef;
use ec2_resource::event::Changed;
use ports::{Loop, Next, Step, StepError, World};
use std::sync::Arc;
use store::{EventRow, Record, Rows, StoreError, Tx, WriteCall};

/// Blocks of one step.
const BLOCKS: usize = 500;

/// The loop.
pub(crate) struct Release;

impl Loop for Release {
    fn name(&self) -> &'static str {
        "ebs.release"
    }

    fn wakes(&self, event: &EventRow) -> bool {
        let kinds = ["SnapshotDeleted", "SnapshotChanged", "VolumeDeleted"];
        event.service == "ec2" && kinds.contains(&&*event.kind)
    }

    fn step(&self, world: Arc<World>) -> Step {
        Box::pin(async move { step(&world).await })
    }
}

async fn step(world: &World) -> Result<Next, StepError> {
    if next(&world.store.view()).is_none() {
        return Ok(Next::Wait);
    }
    let call = WriteCall { now: world.clock.now(), pace: world.pace };
    let (freed, ticket) = world.store.write(&call, |tx| match next(tx) {
        Some((layer, heir)) => clear(tx, &layer, heir.as_deref()),
        None => Ok(Vec::new()),
    });
    let freed: Vec<BlobRef> = freed?;
    ticket.wait().await?;
    for blob in freed {
        world.blobs.release(&blob)?;
    }
    Ok(Next::Again)
}

/// A layer that can go, and the one it goes into.
fn next(rows: &impl Rows) -> Option<(Arc<Layer>, Option<Arc<Layer>>)> {
    rows.listed(&Layer::UNHELD, "").into_iter().find_map(|layer| {
        let over = rows.listed(&Layer::PARENT, &layer.id);
        match over.as_slice() {
            [] => Some((layer, None)),
            [heir] if heir.is_sealed => Some((layer, Some(heir.clone()))),
            _ => None,
        }
    })
}

/// Takes some blocks out of a layer, and the layer itself away once it has none. Answers what nobody refers to.
fn clear(tx: &mut Tx, layer: &Layer, heir: Option<&Layer>) -> Result<Vec<BlobRef>, StoreError> {
    let rows = tx.paged::<BlockRow>().range(&format!("{}/", layer.id), None, BLOCKS)?;
    let mut freed = Vec::new();
    for (key, row) in &rows {
        tx.paged::<BlockRow>().delete(&**key);
        let taken = match heir {
            Some(heir) => {
                let own = BlockRow { layer: heir.id.clone(), ..(**row).clone() };
                let is_new = tx.paged::<BlockRow>().get(&own.key())?.is_none();
                if is_new {
                    tx.paged::<BlockRow>().put(own);
                }
                is_new
            }
            None => false,
        };
        if !taken {
            freed.extend(row.blob);
        }
    }
    if rows.len() < BLOCKS {
        if let Some(heir) = heir {
            tx.put(Layer { parent: layer.parent.clone(), ..heir.clone() });
        }
        tx.emit(&Changed { kind: "LayerReleased", resource: layer.id.clone() });
        tx.delete::<Layer>(&layer.id);
    }
    Ok(freed)
}
