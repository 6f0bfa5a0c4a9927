//! What several accounts or Regions see: a row for each of them, alike but for its tags.

use crate::resource::{self, Resource, Scope, Tags};
use store::Tx;

/// A resource with a row for each that sees it.
pub(crate) trait Shared: Resource {
    /// Who sees it.
    fn seen_by(&self) -> Vec<Scope>;
    /// The row of one of them.
    fn seen_from(&self, scope: &Scope) -> Self;
}

/// Stores the rows. Tags are kept where there are any: those of `row` are its own scope's.
pub(crate) fn put<R: Shared>(tx: &mut Tx, row: &R) {
    for scope in row.seen_by() {
        let mut own = row.seen_from(&scope);
        if scope != *row.scope() {
            let there = tx.get::<R>(&resource::key(&scope, own.id()));
            *own.tags_mut() = there.map_or_else(Tags::default, |there| there.tags().clone());
        }
        tx.put(own);
    }
}
