//! Tables whose rows stay in SQLite.
//!
//! Changes that SQLite may not hold yet lie over it in memory; they are forgotten once they are durable. A store
//! in memory keeps all rows there.

use crate::error::StoreError;
use crate::record::{Key, Record};
use crate::sqlite::Reader;
use crate::state::{Read, Table};
use crate::tx::Tx;
use std::sync::Arc;

/// Rows read from SQLite at once while a range is walked.
const CHUNK: usize = 1000;

/// A paged table for reading.
pub struct Paged<'v, R: Record> {
    pub(crate) table: &'v Table<R>,
    pub(crate) reader: Option<&'v Reader>,
}

impl<R: Record> Paged<'_, R> {
    /// One record.
    pub fn get(&self, key: &(impl Key + ?Sized)) -> Result<Option<Arc<R>>, StoreError> {
        let key = key.text();
        if let Some(row) = self.table.get(&key) {
            return Ok(Some(row.clone()));
        }
        match self.reader {
            Some(reader) if !self.table.is_gone(&key) => {
                reader.get(R::TABLE, &key)?.map(|document| parse(&key, &document)).transpose()
            }
            _ => Ok(None),
        }
    }

    /// At most `limit` records whose keys begin with `prefix` and come after `after`, in key order (by bytes).
    pub fn range(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(Arc<str>, Arc<R>)>, StoreError> {
        let mut found: Vec<(Arc<str>, Arc<R>)> = Vec::new();
        let Some(reader) = self.reader else {
            let rows = self.table.range(prefix, after).take(limit);
            return Ok(rows.map(|(key, row)| (key.clone(), row.clone())).collect());
        };
        let mut over = self.table.range(prefix, after).peekable();
        let mut after: Option<String> = after.map(str::to_owned);
        while found.len() < limit {
            let want = (limit - found.len()).min(CHUNK);
            let chunk = reader.range(R::TABLE, prefix, after.as_deref(), want)?;
            let last = chunk.len() < want;
            after = chunk.last().map(|(key, _)| key.clone());
            for (key, document) in chunk {
                while let Some((over_key, row)) = over.next_if(|(over_key, _)| ***over_key < *key) {
                    found.push((over_key.clone(), row.clone()));
                }
                match over.next_if(|(over_key, _)| ***over_key == *key) {
                    Some((over_key, row)) => found.push((over_key.clone(), row.clone())),
                    None if self.table.is_gone(&key) => {}
                    None => {
                        let row = parse(&key, &document)?;
                        found.push((key.into(), row));
                    }
                }
            }
            if last {
                found.extend(over.map(|(key, row)| (key.clone(), row.clone())).take(limit));
                break;
            }
        }
        found.truncate(limit);
        Ok(found)
    }
}

pub(crate) fn parse<R: Record>(key: &str, document: &str) -> Read<Arc<R>> {
    let row = serde_json::from_str::<R>(document);
    row.map(Arc::new).map_err(|error| StoreError::Row {
        table: R::TABLE,
        key: key.to_owned(),
        cause: error.to_string(),
    })
}

/// A paged table within a transaction.
pub struct PagedMut<'t, R: Record> {
    pub(crate) tx: &'t mut Tx,
    pub(crate) _records: std::marker::PhantomData<R>,
}

impl<R: Record> PagedMut<'_, R> {
    /// One record, as the transaction sees it.
    pub fn get(&self, key: &(impl Key + ?Sized)) -> Result<Option<Arc<R>>, StoreError> {
        self.reading().get(key)
    }

    /// As [`Paged::range`], as the transaction sees it.
    pub fn range(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(Arc<str>, Arc<R>)>, StoreError> {
        self.reading().range(prefix, after, limit)
    }

    /// Stores a record, in place of one with the same key.
    pub fn put(&mut self, record: R) {
        self.tx.put(record);
    }

    /// Removes a record, if it is there.
    pub fn delete(&mut self, key: &(impl Key + ?Sized)) {
        self.tx.delete_paged::<R>(&key.text());
    }

    fn reading(&self) -> Paged<'_, R> {
        Paged { table: self.tx.table::<R>(), reader: self.tx.reader.as_ref() }
    }
}
