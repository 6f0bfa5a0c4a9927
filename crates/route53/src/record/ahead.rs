//! The sets at the names of a batch, read in the order of rows and several names at once: where the names of a batch stand
//! side by side in the zone, or behind all that is there, few reads answer for all of them.

use crate::record::model::RecordSet;
use crate::record::rows::of_zone;
use std::collections::VecDeque;
use std::sync::Arc;
use store::{StoreError, Tx};

/// Rows that are read at once: more while what was read ahead is of use, fewer while it is not.
const FEWEST: usize = 4;
const MOST: usize = 256;

/// Rows that were read and not asked for yet, in their order.
pub(crate) struct Ahead {
    zone: String,
    rows: VecDeque<(Arc<str>, Arc<RecordSet>)>,
    /// Nothing comes behind them.
    is_end: bool,
    step: usize,
}

impl Ahead {
    /// At the beginning of a zone.
    pub(crate) fn new(zone: &str) -> Self {
        Self { zone: of_zone(zone), rows: VecDeque::new(), is_end: false, step: FEWEST }
    }

    /// The sets whose rows begin with `prefix`, which comes behind every earlier one.
    pub(crate) fn sets(&mut self, tx: &mut Tx, prefix: &str) -> Result<Vec<Arc<RecordSet>>, StoreError> {
        while self.rows.front().is_some_and(|(key, _)| **key < *prefix) {
            self.rows.pop_front();
        }
        if self.rows.is_empty() && !self.is_end {
            self.step = (self.step / 2).max(FEWEST);
            self.read(tx, prefix)?;
        } else {
            self.step = (self.step * 2).min(MOST);
        }
        let mut found = Vec::new();
        while self.rows.front().is_some_and(|(key, _)| key.starts_with(prefix)) {
            let Some((key, set)) = self.rows.pop_front() else { break };
            found.push(set);
            if self.rows.is_empty() && !self.is_end {
                self.read(tx, &key)?;
            }
        }
        Ok(found)
    }

    fn read(&mut self, tx: &mut Tx, after: &str) -> Result<(), StoreError> {
        let read = tx.paged::<RecordSet>().range(&self.zone, Some(after), self.step)?;
        self.is_end = read.len() < self.step;
        self.rows.extend(read);
        Ok(())
    }
}
