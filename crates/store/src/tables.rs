//! Which tables there are: collected once at start, from every service.

use crate::error::StoreError;
use crate::export::Documents;
use crate::paged::Paged;
use crate::record::Record;
use crate::schedule::{Job, JobRow, JobRunner};
use crate::sqlite::Reader;
use crate::state::{Slot, Table};
use crate::token::TokenRow;
use foldhash::{HashMap, HashMapExt};
use serde_json::Value;
use std::any::{Any, TypeId};
use std::collections::BTreeMap;
use std::sync::Arc;

/// All tables and jobs.
pub struct Tables {
    pub(crate) kinds: Vec<Kind>,
    by_type: HashMap<TypeId, usize>,
    pub(crate) jobs: BTreeMap<&'static str, JobRunner>,
    /// What jobs are given beside the state, by type.
    pub(crate) given: HashMap<TypeId, Arc<dyn Any + Send + Sync>>,
}

/// What is done with a table whose record type is forgotten.
pub(crate) struct Kind {
    pub(crate) table: &'static str,
    pub(crate) version: u16,
    pub(crate) paged: bool,
    pub(crate) empty: fn() -> Slot,
    /// Adds a stored document to a table.
    pub(crate) load: fn(&mut Slot, &str, &str) -> Result<(), String>,
    /// Every row, in key order.
    pub(crate) rows: fn(&Slot, &mut dyn FnMut(&Arc<str>, String)),
    /// At most so many rows after a key, in key order, with those that SQLite alone has.
    pub(crate) page: fn(&Slot, Option<&Reader>, Option<&str>, usize) -> Result<Documents, StoreError>,
    pub(crate) len: fn(&Slot) -> usize,
    /// Remembers that these rows, which SQLite may hold, are deleted.
    pub(crate) bury: fn(&mut Slot, &[Arc<str>]),
    /// Lays the rows and deletions of the first table over the second.
    pub(crate) overlay: fn(&Slot, &mut Slot),
    pub(crate) upgrade: fn(u16, Value) -> Result<Value, String>,
}

impl Kind {
    /// A document of the version `stored` in the present form. Every step may take it for an object.
    pub(crate) fn present(&self, stored: u16, mut document: Value) -> Result<Value, String> {
        for from in stored..self.version {
            if !document.is_object() {
                return Err("the document is no object".to_owned());
            }
            document = (self.upgrade)(from, document)?;
        }
        Ok(document)
    }
}

impl Default for Tables {
    fn default() -> Self {
        let mut tables =
            Self { kinds: Vec::new(), by_type: HashMap::new(), jobs: BTreeMap::new(), given: HashMap::new() };
        tables.record::<JobRow>();
        tables.record::<TokenRow>();
        tables
    }
}

impl Tables {
    /// A table that lives in memory.
    pub fn record<R: Record>(&mut self) -> &mut Self {
        self.add::<R>(false)
    }

    /// A table whose rows stay in SQLite. It has no indexes.
    pub fn paged<R: Record>(&mut self) -> &mut Self {
        assert!(R::INDEXES.is_empty(), "{}: a paged table has no indexes", R::TABLE);
        self.add::<R>(true)
    }

    /// A kind of job.
    pub fn job<J: Job>(&mut self) -> &mut Self {
        let twice = self.jobs.insert(J::KIND, crate::schedule::runner::<J>());
        assert!(twice.is_none(), "the job {} is registered twice", J::KIND);
        self
    }

    /// Something that jobs need beside the state: how to reach what other services own. They find it by its type.
    pub fn give<T: Any + Send + Sync>(&mut self, what: T) -> &mut Self {
        let twice = self.given.insert(TypeId::of::<T>(), Arc::new(what));
        assert!(twice.is_none(), "{} is given twice", std::any::type_name::<T>());
        self
    }

    fn add<R: Record>(&mut self, paged: bool) -> &mut Self {
        assert!(
            self.kinds.iter().all(|kind| kind.table != R::TABLE),
            "the table {} is registered twice",
            R::TABLE
        );
        self.by_type.insert(TypeId::of::<R>(), self.kinds.len());
        self.kinds.push(Kind {
            table: R::TABLE,
            version: R::VERSION,
            paged,
            empty: || Arc::new(Table::<R>::default()),
            load: |slot, key, document| {
                let row: R = serde_json::from_str(document).map_err(|error| error.to_string())?;
                Table::<R>::open(slot).put(key.into(), Arc::new(row));
                Ok(())
            },
            rows: |slot, each| {
                for (key, row) in Table::<R>::of(slot).rows() {
                    each(key, json(&**row));
                }
            },
            page: |slot, reader, after, limit| {
                let rows = Paged { table: Table::<R>::of(slot), reader }.range("", after, limit)?;
                Ok(rows.into_iter().map(|(key, row)| (key, json(&*row))).collect())
            },
            len: |slot| Table::<R>::of(slot).len(),
            bury: |slot, keys| {
                let table = Table::<R>::open(slot);
                keys.iter().for_each(|key| table.bury(key.clone()));
            },
            overlay: |over, under| {
                let over = Table::<R>::of(over);
                let under = Table::<R>::open(under);
                for key in over.gone() {
                    under.delete(key);
                }
                for (key, row) in over.rows() {
                    under.put(key.clone(), row.clone());
                }
            },
            upgrade: R::upgrade,
        });
        self
    }

    /// The position of a record type's table. Asking for one that was not registered is a programming error.
    pub(crate) fn position<R: Record>(&self) -> usize {
        *self
            .by_type
            .get(&TypeId::of::<R>())
            .unwrap_or_else(|| panic!("the table {} is not registered", R::TABLE))
    }

    pub(crate) fn empty(&self) -> Vec<Slot> {
        self.kinds.iter().map(|kind| (kind.empty)()).collect()
    }

    /// The names of the tables that `service` owns: by the prefix before the first underscore.
    pub(crate) fn of_service(&self, service: Option<&str>) -> Vec<usize> {
        let owned = |kind: &Kind| match service {
            None => true,
            Some(service) => kind.table.split('_').next() == Some(service),
        };
        self.kinds.iter().enumerate().filter(|(_, kind)| owned(kind)).map(|(position, _)| position).collect()
    }
}

/// A row as its stored document.
pub(crate) fn json<R: Record>(row: &R) -> String {
    serde_json::to_string(row).expect("records hold nothing that JSON cannot")
}
