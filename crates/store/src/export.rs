//! The whole state as one file of JSON lines, and back.
//!
//! The first line names the format and the versions of the tables; every further line is a row, by table and key.
//! Equal states give equal bytes.

use crate::error::{ImportError, StoreError};
use crate::state::View;
use crate::store::{Store, WriteCall};
use crate::tables::Kind;
use crate::ticket::Ticket;
use crate::tx::{Change, Document, Tx};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

/// The version of this form.
const FORMAT: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Header {
    angae: u32,
    tables: BTreeMap<String, u16>,
}

#[derive(Serialize, Deserialize)]
struct Line {
    table: String,
    key: String,
    doc: Value,
}

/// A row whose type is forgotten, on its way to SQLite.
struct Text(String);

impl Document for Text {
    fn json(&self) -> String {
        self.0.clone()
    }
}

impl Store {
    /// Every row, as text.
    pub fn export(&self) -> Result<String, StoreError> {
        let state = self.whole()?;
        let tables = self.tables();
        let versions = tables.kinds.iter().map(|kind| (kind.table.to_owned(), kind.version)).collect();
        let header = Header { angae: FORMAT, tables: versions };
        let mut text = serde_json::to_string(&header).expect("the header is plain") + "\n";
        let mut kinds: Vec<(usize, &Kind)> = tables.kinds.iter().enumerate().collect();
        kinds.sort_by_key(|(_, kind)| kind.table);
        for (position, kind) in kinds {
            let table = Value::from(kind.table);
            (kind.rows)(&state.slots[position], &mut |key, document| {
                let key = Value::from(&**key);
                writeln!(text, "{{\"table\":{table},\"key\":{key},\"doc\":{document}}}")
                    .expect("writing to a String cannot fail");
            });
        }
        Ok(text)
    }

    /// Replaces the whole state by an exported one. `accept` sees the state before and after, and may refuse: then
    /// nothing has changed.
    pub fn import<T>(
        &self,
        call: &WriteCall,
        text: &str,
        accept: impl Fn(&View, &View) -> Result<T, String>,
    ) -> Result<(T, Ticket), ImportError> {
        let mut lines = text.lines();
        let format = |cause: String| ImportError::Format(cause);
        let header = lines.next().ok_or_else(|| format("it is empty".to_owned()))?;
        let header: Header = serde_json::from_str(header).map_err(|error| format(error.to_string()))?;
        if header.angae != FORMAT {
            return Err(format(format!("its format is {}, this angae reads {FORMAT}", header.angae)));
        }
        let mut rows = Vec::new();
        for (number, line) in lines.enumerate().filter(|(_, line)| !line.is_empty()) {
            let at = |cause: String| format(format!("line {}: {cause}", number + 2));
            let line: Line = serde_json::from_str(line).map_err(|error| at(error.to_string()))?;
            rows.push(self.accept_line(&header, line).map_err(at)?);
        }
        let (outcome, ticket) = self.write(call, |tx| {
            let before = self.snapshot(tx)?;
            clear(tx, &tx.tables.of_service(None))?;
            for (table, key, document) in &rows {
                let kind_load = tx.tables.kinds[*table].load;
                let paged = tx.tables.kinds[*table].paged;
                let slots = Arc::make_mut(&mut tx.state.slots);
                kind_load(&mut slots[*table], key, document).map_err(|cause| {
                    let table = tx.tables.kinds[*table].table;
                    format(format!("row {key:?} of table {table} cannot be read: {cause}"))
                })?;
                tx.paged_changes += usize::from(paged);
                let row: Arc<dyn Document> = Arc::new(Text(document.clone()));
                tx.changes.push(Change { table: *table, key: key.as_str().into(), row: Some(row) });
            }
            accept(&before, &self.snapshot(tx)?).map_err(format)
        });
        outcome.map(|accepted| (accepted, ticket))
    }

    /// The state as a transaction sees it now.
    fn snapshot(&self, tx: &Tx) -> Result<View, StoreError> {
        let view = View { tables: tx.tables.clone(), state: tx.state.clone(), reader: self.reader() };
        view.pin()?;
        Ok(view)
    }

    /// One line in the present form.
    fn accept_line(&self, header: &Header, line: Line) -> Result<(usize, String, String), String> {
        let kinds = &self.tables().kinds;
        let position = kinds.iter().position(|kind| kind.table == line.table);
        let position = position.ok_or_else(|| format!("the table {} is not known", line.table))?;
        let kind = &kinds[position];
        let stored = header.tables.get(&line.table).copied().unwrap_or(kind.version);
        if stored > kind.version {
            return Err(format!("{} is of version {stored}, this angae knows {}", line.table, kind.version));
        }
        let document = kind.present(stored, line.doc)?;
        Ok((position, line.key, document.to_string()))
    }

    /// Throws every row away, or those of the tables whose names begin with `service` and an underscore. Answers the
    /// state as it was, for those who have to give back what its rows named.
    pub fn reset(&self, call: &WriteCall, service: Option<&str>) -> Result<(View, Ticket), StoreError> {
        let (outcome, ticket) = self.write(call, |tx| {
            let before = View { tables: tx.tables.clone(), state: tx.state.clone(), reader: self.reader() };
            before.pin()?;
            clear(tx, &tx.tables.of_service(service))?;
            Ok::<_, StoreError>(before)
        });
        outcome.map(|before| (before, ticket))
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
