//! Gives back the bytes that jobs gave up.
//!
//! The rows go first and the bytes after them: a crash in between leaves orphans, which the next opening throws away,
//! and never a row whose bytes would be given back twice.

use crate::event::Event;
use crate::object::release::ReleaseRow;
use ports::{Loop, Next, Step, StepError, World};
use std::sync::Arc;
use store::{EventRow, Record, StoreError, WriteCall};

/// Rows of one step.
const ROWS: usize = 100;

/// The loop.
pub(crate) struct Release;

impl Loop for Release {
    fn name(&self) -> &'static str {
        "s3.release"
    }

    fn wakes(&self, event: &EventRow) -> bool {
        event.service == "s3" && Event::BY_JOBS.contains(&&*event.kind)
    }

    fn step(&self, world: Arc<World>) -> Step {
        Box::pin(async move { step(&world).await })
    }
}

async fn step(world: &World) -> Result<Next, StepError> {
    let view = world.store.view();
    let rows: Vec<_> = view.range::<ReleaseRow>("").take(ROWS).cloned().collect();
    if rows.is_empty() {
        return Ok(Next::Wait);
    }
    let call = WriteCall { now: world.clock.now(), pace: world.pace };
    let (taken, ticket) = world.store.write(&call, |tx| {
        Ok::<_, StoreError>(
            rows.iter().filter_map(|row| tx.delete::<ReleaseRow>(&row.key())).collect::<Vec<_>>(),
        )
    });
    let taken = taken?;
    ticket.wait().await?;
    for blob in taken.iter().flat_map(|row| &row.blobs) {
        world.blobs.release(blob)?;
    }
    Ok(Next::Again)
}
