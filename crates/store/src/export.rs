//! The whole state row by row, for what writes it down, and emptying it.

use crate::error::StoreError;
use crate::record::Record;
use crate::state::View;
use crate::store::{Store, WriteCall};
use crate::ticket::Ticket;
use crate::token::TokenRow;
use crate::tx::{Change, Tx};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Some rows of one table, each with its key.
pub type Documents = Vec<(Arc<str>, String)>;

impl View {
    /// The tables by name, each with the version of its documents.
    pub fn tables(&self) -> BTreeMap<&'static str, u16> {
        self.tables.kinds.iter().map(|kind| (kind.table, kind.version)).collect()
    }

    /// At most `limit` documents of a table whose keys come after `after`, in key order (by bytes). A table nobody
    /// knows is empty.
    pub fn documents(&self, table: &str, after: Option<&str>, limit: usize) -> Result<Documents, StoreError> {
        let Some(position) = self.tables.kinds.iter().position(|kind| kind.table == table) else {
            return Ok(Vec::new());
        };
        let kind = &self.tables.kinds[position];
        let reader = self.reader.as_ref().filter(|_| kind.paged);
        (kind.page)(&self.state.slots[position], reader, after, limit)
    }
}

impl Store {
    /// Throws every row away, or those of the tables whose names begin with `service` and an underscore. Answers the
    /// state as it was, for those who have to give back what its rows named.
    pub fn reset(&self, call: &WriteCall, service: Option<&str>) -> Result<(View, Ticket), StoreError> {
        let (outcome, ticket) = self.write(call, |tx| {
            let before = View { tables: tx.tables.clone(), state: tx.state.clone(), reader: self.reader() };
            before.pin()?;
            clear(tx, &tx.tables.of_service(service))?;
            forget_tokens(tx, service);
            Ok::<_, StoreError>(before)
        });
        outcome.map(|before| (before, ticket))
    }
}

/// Deletes the idempotency tokens of a service's operations: what they would replay is gone.
fn forget_tokens(tx: &mut Tx, service: Option<&str>) {
    let Some(service) = service else { return };
    let keys: Vec<_> = tx.range::<TokenRow>(&format!("{service}_")).map(|token| token.key()).collect();
    for key in keys {
        tx.delete::<TokenRow>(key.as_str());
    }
}

/// Deletes every row of these tables.
fn clear(tx: &mut Tx, positions: &[usize]) -> Result<(), StoreError> {
    for &position in positions {
        let kind = &tx.tables.kinds[position];
        let (empty, rows, paged, table) = (kind.empty, kind.rows, kind.paged, kind.table);
        let mut keys: Vec<Arc<str>> = Vec::new();
        rows(&tx.state.slots[position], &mut |key, _| keys.push(key.clone()));
        if let (true, Some(reader)) = (paged, &tx.reader) {
            keys.extend(reader.all(table)?.into_iter().map(|(key, _)| key.into()));
        }
        let slots = Arc::make_mut(&mut tx.state.slots);
        slots[position] = empty();
        if paged && tx.reader.is_some() {
            (tx.tables.kinds[position].bury)(&mut slots[position], &keys);
            tx.paged_changes += keys.len();
        }
        tx.changes.extend(keys.into_iter().map(|key| Change { table: position, key, row: None }));
    }
    Ok(())
}
