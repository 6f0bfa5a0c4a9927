//! Lists in pages. Older lists of Route 53 are walked by markers, which say where the next page begins; newer ones by
//! opaque tokens.

use crate::error::Error;
use ports::Cx;

/// Items of a page where none is asked for, and at the most.
pub(crate) const PAGE: usize = 100;

/// Reads `MaxItems` and its like, which travel as text.
pub(crate) fn limit(asked: Option<&str>, most: usize) -> Result<usize, Error> {
    let Some(text) = asked else { return Ok(most) };
    match text.parse::<usize>() {
        Ok(0) | Err(_) => Err(Error::BadMaxItems(text.to_owned())),
        Ok(number) => Ok(number.min(most)),
    }
}

/// A page that begins at a marker.
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    /// What the next page begins with.
    pub(crate) next: Option<T>,
}

/// Cuts `limit` items off those from `start` on.
pub(crate) fn cut<T>(
    items: impl IntoIterator<Item = T>,
    is_start: impl Fn(&T) -> bool,
    limit: usize,
) -> Page<T> {
    let mut rest = items.into_iter().skip_while(|item| !is_start(item));
    let items = rest.by_ref().take(limit).collect();
    Page { items, next: rest.next() }
}

/// A page behind an opaque token.
pub(crate) struct Token<'a> {
    /// The operation, and what else the token is good for.
    pub(crate) call: &'a [&'a str],
    /// The token that was given.
    pub(crate) given: Option<&'a str>,
    /// Items at the most.
    pub(crate) limit: usize,
}

impl Token<'_> {
    /// Cuts the page out of `items`, which come in the order of `key`.
    pub(crate) fn page<T>(
        &self,
        cx: &Cx,
        items: impl IntoIterator<Item = T>,
        key: impl Fn(&T) -> String,
    ) -> Result<(Vec<T>, Option<String>), Error> {
        let account = cx.account().to_string();
        let pages = cx.world().store.pages(&[&[account.as_str()], self.call].concat());
        pages.cut(items, key, self.given, self.limit).map_err(|_| Error::BadToken)
    }
}
