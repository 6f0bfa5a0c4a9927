//! Carries notifications to where the user wants them: at least once, after the commit that made them.
//!
//! A destination nobody named a place for has its messages in the event log only. One that does not answer is tried
//! again, each time after twice as long, and then given up; the log says so.

use crate::event::Event;
use crate::notification::DeliveryRow;
use ports::{Courier, Loop, Next, Step, StepError, World};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use store::{EventRow, Record, StoreError, WriteCall};

/// Messages of one step.
const MESSAGES: usize = 100;
/// How often a message is tried.
const ATTEMPTS: u32 = 5;
/// How long a message waits after its first failure.
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// The loop.
pub(crate) struct Deliver {
    pub(crate) courier: Arc<dyn Courier>,
}

impl Loop for Deliver {
    fn name(&self) -> &'static str {
        "s3.deliver"
    }

    fn wakes(&self, event: &EventRow) -> bool {
        event.service == "s3" && event.kind == "Notified"
    }

    fn step(&self, world: Arc<World>) -> Step {
        let courier = self.courier.clone();
        Box::pin(async move { step(&*courier, &world).await })
    }
}

async fn step(courier: &dyn Courier, world: &World) -> Result<Next, StepError> {
    let view = world.store.view();
    let rows: Vec<Arc<DeliveryRow>> = view.range::<DeliveryRow>("").take(MESSAGES).cloned().collect();
    if rows.is_empty() {
        return Ok(Next::Wait);
    }
    // Once a destination fails, what else is for it fails alike: one that hangs is not waited for twice.
    let mut down: BTreeMap<&str, String> = BTreeMap::new();
    for row in &rows {
        let destination = row.destination.as_str();
        if !courier.serves(destination) || down.contains_key(destination) {
            continue;
        }
        if let Err(error) = courier.carry(destination, row.message.to_string()).await {
            down.insert(destination, error.to_string());
        }
    }
    let call = WriteCall { now: world.clock.now(), pace: world.pace };
    let (written, ticket) = world.store.write(&call, |tx| {
        for row in &rows {
            let Some(old) = tx.delete::<DeliveryRow>(&row.key()) else { continue };
            let Some(cause) = down.get(row.destination.as_str()) else { continue };
            let attempts = old.attempts + 1;
            if attempts < ATTEMPTS {
                tx.put(DeliveryRow { attempts, ..DeliveryRow::clone(&old) });
            } else {
                let destination = row.destination.clone();
                tx.emit(&Event::NotificationLost { destination, cause: cause.clone() });
            }
        }
        Ok::<_, StoreError>(())
    });
    written?;
    ticket.wait().await?;
    if down.is_empty() {
        return Ok(Next::Again);
    }
    let failed = rows.iter().filter(|row| down.contains_key(row.destination.as_str()));
    let tried = failed.map(|row| row.attempts).min().unwrap_or(0);
    Ok(Next::After(FIRST_WAIT * 2_u32.saturating_pow(tried.min(ATTEMPTS))))
}
