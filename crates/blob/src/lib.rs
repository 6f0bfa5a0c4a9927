//! Where bytes live: objects, blocks, files.
//!
//! A blob is written once and never changed. Small ones are appended to segment logs; large ones become
//! files of their own, spooled while they arrive. Whoever keeps a [`BlobRef`] keeps the blob, and first has its bytes
//! forced to the disk by [`Blobs::sync`]: one fdatasync for everything appended since the last. What nobody refers to
//! after a crash is found by [`Blobs::reconcile`].
//!
//! # Form of a segment, `segments/00000001.log`
//!
//! ```text
//! file    = magic "ANGAEBLB", version u32 = 1, zero u32, *record          all numbers little-endian
//! record  = magic u32 "BREC", length u32, crc u32 (CRC-32/ISO-HDLC of the payload),
//!           check u32 (CRC-32 of the 12 bytes before), payload
//! ```
//!
//! A record that ends early, or whose numbers do not hold, ends the log: at open it is cut off the newest segment,
//! where a crash leaves it. The same in an older segment is damage and is reported.

mod error;
mod files;
mod format;
mod ledger;
mod reader;
mod reference;
mod segments;
mod space;
mod writer;

#[cfg(test)]
mod crashes;
#[cfg(test)]
mod tests;

pub use error::BlobError;
pub use reader::Reader;
pub use reference::BlobRef;
pub use segments::Scan;
pub use space::{Blobs, Hold, Options, Reading, Recovery, Sync, Usage};
pub use writer::Writer;
