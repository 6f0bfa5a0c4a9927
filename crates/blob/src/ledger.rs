//! Who lives where, who still reads, and what goes once nobody does.

use crate::reference::BlobRef;
use std::collections::{BTreeMap, VecDeque};

/// The account of a byte store.
#[derive(Default)]
pub(crate) struct Ledger {
    /// Live records and bytes of each segment. Until they are reconciled they count from the opening on, and may be
    /// negative: what earlier processes wrote is not in them.
    pub(crate) live: BTreeMap<u32, Live>,
    /// Live files, counted alike.
    pub(crate) files: Live,
    /// Whether the live counts cover what earlier processes wrote.
    pub(crate) complete: bool,
    /// Blobs that are being read, and by how many.
    holds: BTreeMap<BlobRef, Holds>,
    /// Counts the releases that had to wait for readers.
    epoch: u64,
    /// Readers by the epoch they began in.
    readers: BTreeMap<u64, usize>,
    /// What was released while somebody read, and in which epoch.
    unread: VecDeque<(u64, BlobRef)>,
}

/// The holds on one blob.
#[derive(Default)]
struct Holds {
    count: usize,
    /// It was released meanwhile: it goes with the last hold.
    released: bool,
}

/// What of a segment, or of the files, is referred to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Live {
    pub(crate) blobs: i64,
    pub(crate) bytes: i64,
}

impl Live {
    pub(crate) fn add(&mut self, bytes: u64) {
        self.blobs += 1;
        self.bytes += i64::try_from(bytes).unwrap_or(i64::MAX);
    }

    pub(crate) fn take(&mut self, bytes: u64) {
        self.blobs -= 1;
        self.bytes -= i64::try_from(bytes).unwrap_or(i64::MAX);
    }

    pub(crate) fn join(&mut self, other: Self) {
        self.blobs += other.blobs;
        self.bytes += other.bytes;
    }
}

impl Ledger {
    /// The account a blob is in.
    pub(crate) fn account(&mut self, reference: &BlobRef) -> &mut Live {
        match reference {
            BlobRef::Record { segment, .. } => self.live.entry(*segment).or_default(),
            BlobRef::File { .. } => &mut self.files,
        }
    }

    /// Somebody reads these blobs.
    pub(crate) fn hold(&mut self, references: &[BlobRef]) {
        for reference in references {
            self.holds.entry(*reference).or_default().count += 1;
        }
    }

    /// Somebody has read these blobs; answers what was released meanwhile and nobody reads any more.
    pub(crate) fn let_go(&mut self, references: &[BlobRef]) -> Vec<BlobRef> {
        let mut free = Vec::new();
        for reference in references {
            let Some(holds) = self.holds.get_mut(reference) else { continue };
            holds.count -= 1;
            if holds.count == 0
                && let Some(ended) = self.holds.remove(reference)
                && ended.released
            {
                free.push(*reference);
            }
        }
        free
    }

    /// Whether somebody reads a blob that goes; then it goes with the last who does.
    pub(crate) fn is_held(&mut self, reference: &BlobRef) -> bool {
        match self.holds.get_mut(reference) {
            Some(holds) => {
                holds.released = true;
                true
            }
            None => false,
        }
    }

    /// A released blob is named again. Answers whether it was still waiting for its readers: then it stays, and is counted
    /// as it was.
    pub(crate) fn call_back(&mut self, reference: &BlobRef) -> bool {
        if let Some(at) = self.unread.iter().position(|(_, waiting)| waiting == reference) {
            self.unread.remove(at);
            return true;
        }
        self.holds.get_mut(reference).is_some_and(|holds| std::mem::take(&mut holds.released))
    }

    /// Somebody begins to look rows up and to read what they name.
    pub(crate) fn begin_reading(&mut self) -> u64 {
        *self.readers.entry(self.epoch).or_default() += 1;
        self.epoch
    }

    /// A reader ends; answers what nobody can be reading any more.
    pub(crate) fn end_reading(&mut self, began: u64) -> Vec<BlobRef> {
        if let Some(count) = self.readers.get_mut(&began) {
            *count -= 1;
            if *count == 0 {
                self.readers.remove(&began);
            }
        }
        let oldest = self.readers.first_key_value().map_or(u64::MAX, |(epoch, _)| *epoch);
        let mut free = Vec::new();
        while let Some((_, reference)) = self.unread.pop_front_if(|(released, _)| *released < oldest) {
            free.push(reference);
        }
        free
    }

    /// Whether a released blob has to wait for readers; then it does.
    pub(crate) fn waits_for_readers(&mut self, reference: &BlobRef) -> bool {
        if self.readers.is_empty() {
            return false;
        }
        // Whoever begins to read from here on finds no row that names it.
        self.unread.push_back((self.epoch, *reference));
        self.epoch += 1;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::Ledger;
    use crate::reference::BlobRef;

    fn file(id: u64) -> BlobRef {
        BlobRef::File { id, length: 1, crc: 0 }
    }

    #[test]
    fn what_is_released_waits_for_those_who_began_before_and_for_nobody_else() {
        let mut ledger = Ledger::default();
        assert!(!ledger.waits_for_readers(&file(1)), "nobody reads");
        let early = ledger.begin_reading();
        let twin = ledger.begin_reading();
        assert!(ledger.waits_for_readers(&file(2)));
        let late = ledger.begin_reading();
        assert!(ledger.waits_for_readers(&file(3)));
        assert_eq!(ledger.end_reading(early), []);
        assert_eq!(ledger.end_reading(twin), [file(2)], "who came after it was released does not hold it");
        assert_eq!(ledger.end_reading(late), [file(3)]);
        assert!(!ledger.waits_for_readers(&file(4)));
    }
}
