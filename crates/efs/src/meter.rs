//! What file systems hold. The file server will know; until there is one nothing can be written, and each holds what an
//! empty one holds.

use base::Timestamp;
use ports::World;

/// Bytes of an empty file system: its root, of 4 KiB and 2 KiB of metadata.
/// Source: Amazon EFS User Guide, "Metering: How Amazon EFS reports file system and object sizes".
pub(crate) const EMPTY_BYTES: i64 = 6_144;

/// Bytes by storage class, as they were at some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Metered {
    pub(crate) standard_bytes: i64,
    pub(crate) infrequent_bytes: i64,
    pub(crate) archive_bytes: i64,
    pub(crate) at: Timestamp,
}

/// Knows what file systems hold.
pub(crate) trait Meter: Send + Sync {
    /// What the file system of that id holds.
    fn read(&self, world: &World, file_system: &str) -> Metered;
}

/// Where nothing can be mounted, nothing is written.
pub(crate) struct Unwritten;

impl Meter for Unwritten {
    fn read(&self, world: &World, _file_system: &str) -> Metered {
        let at = world.clock.now();
        Metered { standard_bytes: EMPTY_BYTES, infrequent_bytes: 0, archive_bytes: 0, at }
    }
}
