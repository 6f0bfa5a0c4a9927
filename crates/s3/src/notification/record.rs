//! What is still to be delivered, and the order of what happened in a bucket.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{Record, Tx};

/// A message on its way to one destination.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct DeliveryRow {
    /// The bucket's id.
    pub(crate) bucket: String,
    /// Its order within the bucket.
    pub(crate) number: u64,
    /// Its place among the messages about the same.
    pub(crate) place: usize,
    /// The ARN.
    pub(crate) destination: String,
    pub(crate) message: Value,
    /// How often it could not be delivered.
    pub(crate) attempts: u32,
}

impl Record for DeliveryRow {
    const TABLE: &'static str = "s3_delivery";
    type Key = (String, String, usize);

    fn key(&self) -> Self::Key {
        (self.bucket.clone(), format!("{:020}", self.number), self.place)
    }
}

/// The number of the newest message of a bucket.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SequenceRow {
    bucket: String,
    last: u64,
}

impl Record for SequenceRow {
    const TABLE: &'static str = "s3_sequence";
    type Key = String;

    fn key(&self) -> String {
        self.bucket.clone()
    }
}

/// Bits of a number below its millisecond.
const BITS_BELOW: u32 = 16;

/// The next number of a bucket: by the world's time, and rising where time stands still or goes back.
pub(crate) fn next(tx: &mut Tx, bucket: &str) -> u64 {
    let by_time = u64::try_from(tx.now().millis).unwrap_or(0) << BITS_BELOW;
    let after = tx.get::<SequenceRow>(bucket).map_or(0, |row| row.last + 1);
    let last = by_time.max(after);
    tx.put(SequenceRow { bucket: bucket.to_owned(), last });
    last
}

/// Forgets the order of a bucket that is gone. What is on its way still arrives.
pub(crate) fn forget(tx: &mut Tx, bucket: &str) {
    tx.delete::<SequenceRow>(bucket);
}
