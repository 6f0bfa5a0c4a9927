//! The maps, and frozen snapshots of them.

use crate::error::StoreError;
use crate::paged::Paged;
use crate::record::{Index, Key, Record};
use crate::sqlite::Reader;
use crate::tables::Tables;
use imbl::{OrdMap, OrdSet};
use std::any::Any;
use std::ops::Bound;
use std::sync::Arc;

/// A table whose record type is forgotten; in truth a [`Table`].
pub(crate) type Slot = Arc<dyn AnyTable>;

/// What a forgotten table can still do: be remembered.
pub(crate) trait AnyTable: Any + Send + Sync {}

/// The rows of one table and their indexes. In a paged table of a durable store a missing row may still be in
/// SQLite, and a row that was deleted is `None`.
#[derive(Clone)]
pub(crate) struct Table<R> {
    rows: OrdMap<Arc<str>, Arc<R>>,
    /// Deleted rows of a paged table.
    gone: OrdSet<Arc<str>>,
    /// By index: the rows under the text they are found by, then their key. They stand here themselves: what an
    /// index lists needs no search in `rows`.
    indexes: Vec<OrdMap<(Arc<str>, Arc<str>), Arc<R>>>,
}

impl<R: Record> AnyTable for Table<R> {}

impl<R: Record> Default for Table<R> {
    fn default() -> Self {
        Self { rows: OrdMap::new(), gone: OrdSet::new(), indexes: vec![OrdMap::new(); R::INDEXES.len()] }
    }
}

impl<R: Record> Table<R> {
    /// The table in its own type.
    pub(crate) fn of(slot: &Slot) -> &Self {
        let any: &dyn Any = &**slot;
        any.downcast_ref().expect("the position of a record type leads to its own table")
    }

    /// The table for changing; shared rows stay shared.
    pub(crate) fn open(slot: &mut Slot) -> &mut Self {
        if Arc::get_mut(slot).is_none() {
            *slot = Arc::new(Self::of(slot).clone());
        }
        let table = Arc::get_mut(slot).expect("a fresh copy has one owner");
        let any: &mut dyn Any = table;
        any.downcast_mut().expect("the position of a record type leads to its own table")
    }

    /// Whether it is the same table, unchanged.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.rows.ptr_eq(&other.rows)
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Arc<R>> {
        self.rows.get(key)
    }

    pub(crate) fn is_gone(&self, key: &str) -> bool {
        self.gone.contains(key)
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = (&Arc<str>, &Arc<R>)> {
        self.rows.iter()
    }

    pub(crate) fn gone(&self) -> impl Iterator<Item = &Arc<str>> {
        self.gone.iter()
    }

    pub(crate) fn put(&mut self, key: Arc<str>, row: Arc<R>) {
        let old = self.rows.insert(key.clone(), row.clone());
        for (index, found_by) in R::INDEXES.iter().zip(&mut self.indexes) {
            let texts = (index.keys)(&row);
            for text in old.as_ref().map_or_else(Vec::new, |old| (index.keys)(old)) {
                if !texts.contains(&text) {
                    found_by.remove(&(text.into(), key.clone()));
                }
            }
            for text in texts {
                found_by.insert((text.into(), key.clone()), row.clone());
            }
        }
        if !self.gone.is_empty() {
            self.gone.remove(&key);
        }
    }

    pub(crate) fn delete(&mut self, key: &str) -> Option<Arc<R>> {
        let (key, old) = self.rows.remove_with_key(key)?;
        for (index, found_by) in R::INDEXES.iter().zip(&mut self.indexes) {
            for text in (index.keys)(&old) {
                found_by.remove(&(text.into(), key.clone()));
            }
        }
        Some(old)
    }

    /// Remembers that a row in SQLite is deleted.
    pub(crate) fn bury(&mut self, key: Arc<str>) {
        self.gone.insert(key);
    }

    /// Rows under `prefix`, in key order, after `after` where it is given.
    pub(crate) fn range<'t>(
        &'t self,
        prefix: &'t str,
        after: Option<&str>,
    ) -> impl Iterator<Item = (&'t Arc<str>, &'t Arc<R>)> + use<'t, R> {
        let start: Bound<Arc<str>> = match after {
            Some(after) if after >= prefix => Bound::Excluded(after.into()),
            _ => Bound::Included(prefix.into()),
        };
        self.rows.range((start, Bound::Unbounded)).take_while(move |(key, _)| key.starts_with(prefix))
    }

    /// Rows that the index lists under `text`, in key order.
    pub(crate) fn by<'t>(
        &'t self,
        index: &Index<R>,
        text: &str,
    ) -> impl Iterator<Item = &'t Arc<R>> + use<'t, R> {
        let text: Arc<str> = text.into();
        let start = Bound::Included((text.clone(), Arc::from("")));
        self.index(index)
            .range((start, Bound::Unbounded))
            .take_while(move |((found, _), _)| *found == text)
            .map(|(_, row)| row)
    }

    /// The row that an index lists first, by its text.
    pub(crate) fn first_by(&self, index: &Index<R>) -> Option<&Arc<R>> {
        self.index(index).get_min().map(|(_, row)| row)
    }

    fn index(&self, index: &Index<R>) -> &OrdMap<(Arc<str>, Arc<str>), Arc<R>> {
        let position = R::INDEXES.iter().position(|known| known.name == index.name);
        &self.indexes[position.expect("an index is one of its record's own")]
    }
}

/// All tables at one moment.
#[derive(Clone)]
pub(crate) struct State {
    pub(crate) slots: Arc<Vec<Slot>>,
    /// The number of the last transaction in it.
    pub(crate) sequence: u64,
}

/// A frozen snapshot of the durable state. It never blocks a writer and never changes.
///
/// Paged tables are read from SQLite, in one read transaction that begins at the first such read: they too do not
/// change under a view, but may already hold commits that came after the view's memory tables.
pub struct View {
    pub(crate) tables: Arc<Tables>,
    pub(crate) state: State,
    pub(crate) reader: Option<Reader>,
}

impl View {
    /// One record.
    pub fn get<R: Record>(&self, key: &(impl Key + ?Sized)) -> Option<Arc<R>> {
        self.table::<R>().get(&key.text()).cloned()
    }

    /// The records an index lists under `text`, in key order.
    pub fn by<'t, R: Record>(
        &'t self,
        index: &Index<R>,
        text: &str,
    ) -> impl Iterator<Item = &'t Arc<R>> + use<'t, R> {
        self.table::<R>().by(index, text)
    }

    /// The records whose keys begin with `prefix`, in key order.
    pub fn range<'v, R: Record>(&'v self, prefix: &'v str) -> impl Iterator<Item = &'v Arc<R>> {
        self.table::<R>().range(prefix, None).map(|(_, row)| row)
    }

    /// How many records of one kind there are.
    pub fn count<R: Record>(&self) -> usize {
        self.table::<R>().len()
    }

    /// A paged table.
    pub fn paged<R: Record>(&self) -> Paged<'_, R> {
        Paged { table: self.table::<R>(), reader: self.reader.as_ref() }
    }

    /// Begins the read transaction of the paged tables now, rather than at the first such read.
    pub fn pin(&self) -> Result<(), StoreError> {
        self.reader.as_ref().map_or(Ok(()), Reader::pin)
    }

    /// A reminder of how the tables in memory stand now.
    pub fn mark(&self) -> Mark {
        Mark(self.state.clone())
    }

    /// Whether a table in memory stands as it did at the mark: what was made of its rows then holds.
    pub fn is_unchanged<R: Record>(&self, since: &Mark) -> bool {
        let before = Table::<R>::of(&since.0.slots[self.tables.position::<R>()]);
        self.table::<R>().is(before)
    }

    /// The number of the last transaction this view holds.
    pub fn sequence(&self) -> u64 {
        self.state.sequence
    }

    fn table<R: Record>(&self) -> &Table<R> {
        Table::of(&self.state.slots[self.tables.position::<R>()])
    }
}

/// How the tables in memory stood when a view was taken.
pub struct Mark(State);

/// The result of reading paged rows.
pub(crate) type Read<T> = Result<T, StoreError>;
