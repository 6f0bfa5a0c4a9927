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
use serde_json::Value;
use std::collections::BTreeSet;
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
        send(tx, &bucket.id, (number, place), told.destination, body);
    }
    Ok(())
}

/// Sends the message by which destinations show that they take messages.
/// Source: Amazon S3 User Guide, "Event notification types and destinations".
pub(crate) fn test(tx: &mut Tx, bucket: &BucketRow, request_id: &str, destinations: &BTreeSet<String>) {
    if destinations.is_empty() {
        return;
    }
    let number = record::next(tx, &bucket.id);
    let body = message::test(bucket, tx.now(), request_id);
    for (place, destination) in destinations.iter().enumerate() {
        send(tx, &bucket.id, (number, place), destination.clone(), body.clone());
    }
}

fn send(tx: &mut Tx, bucket: &str, (number, place): (u64, usize), destination: String, message: Value) {
    tx.emit(&Event::Notified { destination: destination.clone(), message: message.clone() });
    tx.put(DeliveryRow { bucket: bucket.to_owned(), number, place, destination, message, attempts: 0 });
}
