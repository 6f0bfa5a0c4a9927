//! Who is told of what happens in a bucket.
//!
//! Whatever is announced of a bucket goes to the event log. Where the bucket's notification configuration names a
//! destination for it, the message for each destination is written in the same transaction; a loop carries it there
//! after the commit, so that no destination can fail a write.

mod happening;
mod message;
mod origin;
mod record;
mod rule;
#[cfg(test)]
mod tests;

pub(crate) use origin::Origin;
pub(crate) use record::{DeliveryRow, SequenceRow, forget};

use crate::bucket::record::BucketRow;
use crate::event::Event;
use happening::Happening;
use message::Message;
use rule::Form;
use store::{StoreError, Tx};

/// Announces what happened in a bucket, and writes down who is to be told.
pub(crate) fn announce(
    tx: &mut Tx,
    bucket: &BucketRow,
    origin: &Origin,
    event: &Event,
) -> Result<(), StoreError> {
    tx.emit(event);
    let Some(happening) = Happening::of(event) else { return Ok(()) };
    let told = rule::told(tx, bucket, &happening)?;
    if told.is_empty() {
        return Ok(());
    }
    let number = record::next(tx, &bucket.id);
    let message = Message { bucket, origin, happening: &happening, number, at: tx.now() };
    for (place, told) in told.into_iter().enumerate() {
        let body = match &told.form {
            Form::Record { configuration } => message.record(configuration),
            Form::EventBridge(bridged) => message.event_bridge(bridged),
        };
        let destination = told.destination;
        tx.emit(&Event::Notified { destination: destination.clone(), message: body.clone() });
        tx.put(DeliveryRow {
            bucket: bucket.id.clone(),
            number,
            place,
            destination,
            message: body,
            attempts: 0,
        });
    }
    Ok(())
}
