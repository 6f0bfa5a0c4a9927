//! Describes of what nobody has here: their parameters are read and refused as those of any other, and nothing is found.

use crate::error::{Absent, Error};
use crate::filter::Filters;
use crate::listing::{cut, page_size};
use ports::Cx;
use shapes_ec2::Filter;

/// The parameters of such a Describe.
#[derive(Default)]
pub struct Asked<'w> {
    /// Its name.
    pub operation: &'w str,
    /// Ids that are asked for, and of what.
    pub ids: Option<(Absent, Option<Vec<String>>)>,
    /// Filters.
    pub filters: Option<Vec<Filter>>,
    /// The names of its filters, tags aside.
    pub known: &'w [&'w str],
    /// Whether what it lists has no tags.
    pub is_tagless: bool,
    /// Results of a page at the most, and the bounds within which they may be asked for.
    pub max_results: Option<(Option<i32>, (i32, i32))>,
    /// The page's token.
    pub next_token: Option<String>,
}

/// Refuses what is no good: filters first, then ids, then pages.
pub fn refuse(cx: &Cx, asked: Asked<'_>) -> Result<(), Error> {
    let parse = if asked.is_tagless { Filters::tagless } else { Filters::parse };
    parse(asked.filters, asked.known)?;
    if let Some((kind, ids)) = asked.ids
        && let Some(id) = ids.into_iter().flatten().next()
    {
        return Err(Error::Absent(kind, id));
    }
    let limit = match asked.max_results {
        Some((wish, bounds)) => page_size(wish, bounds)?,
        None => usize::MAX,
    };
    let call = [asked.operation, &cx.scope().to_string(), ""];
    cut(cx, &call, [(); 0], |()| String::new(), (asked.next_token, limit)).map(|_| ())
}
