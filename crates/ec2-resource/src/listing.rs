//! Every Describe: ids, filters and pages, in one function.

use crate::error::Error;
use crate::filter::Filters;
use crate::resource::{Resource, key, prefix};
use base::Scope;
use ports::Cx;
use shapes_ec2::Filter;
use std::sync::Arc;
use store::View;

/// The parameters of a Describe.
#[derive(Default)]
pub struct Wish {
    /// Ids that are asked for.
    pub ids: Option<Vec<String>>,
    /// Filters.
    pub filters: Option<Vec<Filter>>,
    /// Results of a page at the most.
    pub max_results: Option<i32>,
    /// The page's token.
    pub next_token: Option<String>,
}

/// A page of a Describe.
pub struct Page<T> {
    /// The resources, shaped.
    pub items: Vec<T>,
    /// Where the next page begins, if there is one.
    pub next_token: Option<String>,
}

/// Lists resources by id, filtered and paged. `shape` makes the answer's form, with the same view at hand.
pub fn list<R: Resource, T>(
    cx: &Cx,
    operation: &str,
    wish: Wish,
    shape: impl Fn(&View, &R) -> T,
) -> Result<Page<T>, Error> {
    list_named(cx, operation, wish, None, shape)
}

/// The same, of those that `shows` does not hide.
pub fn list_where<R: Resource, T>(
    cx: &Cx,
    operation: &str,
    wish: Wish,
    shows: impl Fn(&R) -> bool,
    shape: impl Fn(&View, &R) -> T,
) -> Result<Page<T>, Error> {
    list_shown(cx, operation, wish, None, (shows, shape))
}

/// Names that are asked for beside ids, and how a resource is found by one.
pub struct Names<R> {
    /// The names.
    pub names: Vec<String>,
    /// The resource of a name.
    pub find: fn(&View, &Scope, &str) -> Option<Arc<R>>,
    /// What is said of names that nothing has.
    pub missing: fn(Vec<String>) -> Error,
}

/// The same for resources that have names as well as ids.
pub fn list_named<R: Resource, T>(
    cx: &Cx,
    operation: &str,
    wish: Wish,
    names: Option<Names<R>>,
    shape: impl Fn(&View, &R) -> T,
) -> Result<Page<T>, Error> {
    list_shown(cx, operation, wish, names, (|_: &R| true, shape))
}

fn list_shown<R: Resource, T>(
    cx: &Cx,
    operation: &str,
    wish: Wish,
    names: Option<Names<R>>,
    (shows, shape): (impl Fn(&R) -> bool, impl Fn(&View, &R) -> T),
) -> Result<Page<T>, Error> {
    let parse = if R::HAS_TAGS { Filters::parse } else { Filters::tagless };
    let filters = parse(wish.filters.clone(), R::FILTERS)?;
    let ids = wish.ids.filter(|ids| !ids.is_empty());
    let names = names.filter(|names| !names.names.is_empty());
    for id in ids.iter().flatten() {
        if !id.starts_with(R::PREFIX) {
            return Err(Error::Malformed(R::KIND, id.clone(), R::PREFIX));
        }
    }
    let limit = page_size(wish.max_results, R::PAGE)?;
    cx.read(|view| {
        let scope = cx.scope();
        let rows: Vec<Arc<R>> = match (&ids, &names) {
            (None, None) => view.range::<R>(&prefix(scope)).cloned().collect(),
            (Some(ids), None) => of_ids(view, scope, ids)?,
            (ids, Some(names)) => {
                let mut rows = of_names(view, scope, names)?;
                rows.extend(of_ids(view, scope, ids.as_deref().unwrap_or_default())?);
                rows.sort_by(|a, b| a.id().cmp(b.id()));
                rows.dedup_by(|a, b| a.id() == b.id());
                rows
            }
        };
        let passing = rows
            .into_iter()
            .filter(|row| shows(row) && filters.pass(row.tags(), |name| row.filter_within(view, name)));
        let asked = names.as_ref().map(|names| &names.names);
        let call = [operation, &scope.to_string(), &format!("{ids:?}{asked:?}{filters:?}")];
        let (rows, next_token) =
            cut(cx, &call, passing, |row| row.id().to_owned(), (wish.next_token, limit))?;
        Ok(Page { items: rows.iter().map(|row| shape(view, row)).collect(), next_token })
    })
}

/// One page of `rows`, which stand in the order of what `place` says of them. The call is told by its operation, its
/// scope and what it asks for: a token of another call is none of this one.
pub fn cut<T>(
    cx: &Cx,
    call: &[&str; 3],
    rows: impl IntoIterator<Item = T>,
    place: impl Fn(&T) -> String,
    (next_token, limit): (Option<String>, usize),
) -> Result<(Vec<T>, Option<String>), Error> {
    Ok(cx.world().store.pages(call).cut(rows, place, next_token.as_deref(), limit)?)
}

/// The resources of these ids, in the order of ids; the missing ones are all named.
pub fn of_ids<R: Resource>(view: &View, scope: &Scope, ids: &[String]) -> Result<Vec<Arc<R>>, Error> {
    let mut wanted: Vec<&String> = ids.iter().collect();
    wanted.sort();
    wanted.dedup();
    let mut rows = Vec::new();
    let mut missing = Vec::new();
    for id in wanted {
        match view.get::<R>(&key(scope, id)) {
            Some(row) => rows.push(row),
            None => missing.push(id.clone()),
        }
    }
    if missing.is_empty() || R::OMITS_UNKNOWN { Ok(rows) } else { Err(Error::NotFound(R::KIND, missing)) }
}

/// The resources of these names; the missing ones are all named.
fn of_names<R: Resource>(view: &View, scope: &Scope, names: &Names<R>) -> Result<Vec<Arc<R>>, Error> {
    let mut rows = Vec::new();
    let mut missing = Vec::new();
    for name in &names.names {
        match (names.find)(view, scope, name) {
            Some(row) => rows.push(row),
            None => missing.push(name.clone()),
        }
    }
    if missing.is_empty() { Ok(rows) } else { Err((names.missing)(missing)) }
}

/// A number of results within an operation's bounds; all of them where nothing is asked for, as EC2 does for these
/// operations.
pub fn page_size(wish: Option<i32>, (least, most): (i32, i32)) -> Result<usize, Error> {
    let bound = match wish {
        None => return Ok(usize::MAX),
        Some(n) if n < least => format!("greater than {least}."),
        Some(n) if n > most => format!("less than or equal to {most}"),
        Some(n) => return Ok(usize::try_from(n).unwrap_or(usize::MAX)),
    };
    let n = wish.unwrap_or_default();
    Err(Error::Parameter(format!(
        "Value ( {n} ) for parameter maxResults is invalid. Expecting a value {bound}"
    )))
}
