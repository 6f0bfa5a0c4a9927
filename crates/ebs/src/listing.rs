//! The lists that are no plain Describe of one kind's own rows: those of other accounts' rows too, and those that show
//! another side of a row.

use base::Tags;
use ec2_resource::error::Error;
use ec2_resource::filter::Filters;
use ec2_resource::listing::page_size;
pub(crate) use ec2_resource::listing::{Page, Wish};
use ports::Cx;
use store::View;

/// What is listed of rows of a kind.
pub(crate) struct Sieve<T> {
    /// The operation's name.
    pub(crate) operation: &'static str,
    /// The names of its filters, tags aside.
    pub(crate) filters: &'static [&'static str],
    /// How few and how many results of a page may be asked for.
    pub(crate) page: (i32, i32),
    /// What rows are ordered by; different for different rows.
    pub(crate) key: fn(&T) -> String,
    /// The tags of a row, where the answer tells them.
    pub(crate) tags: Option<fn(&T) -> &Tags>,
    /// What a row has under a filter's name.
    pub(crate) values: fn(&T, &str) -> Vec<String>,
}

/// The rows that `gather` finds, filtered and paged.
pub(crate) fn sift<T>(
    cx: &Cx,
    sieve: &Sieve<T>,
    wish: &Wish,
    gather: impl FnOnce(&View) -> Result<Vec<T>, Error>,
) -> Result<Page<T>, Error> {
    let parse = if sieve.tags.is_some() { Filters::parse } else { Filters::tagless };
    let filters = parse(wish.filters.clone(), sieve.filters)?;
    let none = Tags::default();
    let limit = page_size(wish.max_results, sieve.page)?;
    cx.read(|view| {
        let mut rows = gather(view)?;
        rows.retain(|row| {
            filters.pass(sieve.tags.map_or(&none, |tags| tags(row)), |name| (sieve.values)(row, name))
        });
        rows.sort_by_cached_key(sieve.key);
        let digest = format!("{:?}{filters:?}", wish.ids);
        let pages = cx.world().store.pages(&[sieve.operation, &cx.scope().to_string(), &digest]);
        let (items, next_token) = pages.cut(rows, sieve.key, wish.next_token.as_deref(), limit)?;
        Ok(Page { items, next_token })
    })
}

/// Ids and pages exclude each other; `set` is AWS's word for the ids.
pub(crate) fn refuse_paged_ids(wish: &Wish, set: &str) -> Result<(), Error> {
    if wish.ids.as_ref().is_some_and(|ids| !ids.is_empty()) && wish.max_results.is_some() {
        return Err(Error::Combination(format!(
            "The parameter {set} cannot be used with the parameter maxResults"
        )));
    }
    Ok(())
}
