//! Files without bytes: what their rows name has to be in the byte store.

use crate::error::ImportError;
use crate::input::{Input, MOST_LINE_BYTES};
use crate::read::{digest, release, row};
use crate::{Header, Summary, held};
use blob::BlobRef;
use ports::{Named, Naming, World};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{Stage, View};

/// Takes the rows in.
pub(crate) async fn import(
    world: &Arc<World>,
    naming: &Naming,
    header: &Header,
    input: &mut Input<'_>,
    mut stage: Stage,
    mut lines: Sha256,
) -> Result<Summary, ImportError> {
    let (mut kept, mut shared) = (BTreeSet::new(), BTreeSet::new());
    let mut summary = Summary::default();
    while let Some(line) = input.line(MOST_LINE_BYTES).await? {
        if line.trim_ascii().is_empty() {
            continue;
        }
        digest(&mut lines, &line);
        let (table, key, document) = row(input, &stage, &header.tables, &line)?;
        summary.rows += 1;
        let seen = naming.rename(&table, &key, &document, &mut |blob, named| {
            let set = if named == Named::Shared { &mut shared } else { &mut kept };
            set.insert(*blob);
            Ok(())
        });
        seen.map_err(|cause| input.wrong(&cause))?;
        stage.put(&table, &key, &document)?;
    }
    if let Some(blob) = shared.difference(&kept).next() {
        return Err(ImportError::Format(format!("no row counts who names the blob {blob}")));
    }
    summary.sha256 = hex::encode(lines.finalize());
    let (world, naming) = (world.clone(), naming.clone());
    let committed = tokio::task::spawn_blocking(move || replace(&world, &naming, stage, kept));
    committed.await.unwrap_or_else(|panic| Err(ImportError::Input(std::io::Error::other(panic))))?;
    Ok(summary)
}

fn replace(world: &World, naming: &Naming, stage: Stage, kept: BTreeSet<BlobRef>) -> Result<(), ImportError> {
    let mut taken_in = Vec::new();
    let outcome = world.store.replace(stage, |before| take_in(world, naming, before, &kept, &mut taken_in));
    let (_before, gone) = outcome.inspect_err(|_| taken_in.iter().for_each(|blob| release(world, blob)))?;
    gone.iter().for_each(|blob| release(world, blob));
    Ok(())
}

/// Takes what nobody named before; answers what nobody names any more.
fn take_in(
    world: &World,
    naming: &Naming,
    before: &View,
    kept: &BTreeSet<BlobRef>,
    taken_in: &mut Vec<BlobRef>,
) -> Result<Vec<BlobRef>, String> {
    let mut old = BTreeSet::new();
    held(before, naming, &mut |blob| {
        old.insert(blob);
    })?;
    for blob in kept.difference(&old) {
        world.blobs.take_in(blob).map_err(|error| {
            format!(
                "it names bytes of objects that are not in this data folder ({error}): a state of format 1 holds the \
                 rows, not the bytes"
            )
        })?;
        taken_in.push(*blob);
    }
    Ok(old.difference(kept).copied().collect())
}
