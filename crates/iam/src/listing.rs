//! Lists: by name, in pages.

use crate::error::Error;
use ports::Cx;
use shapes_iam as api;

/// Items of a page where none is asked for.
const PAGE: usize = 100;

/// A page.
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    /// Set where there is more.
    pub(crate) marker: Option<String>,
}

impl<T> Page<T> {
    /// Whether there is more.
    pub(crate) fn truncated(&self) -> Option<bool> {
        Some(self.marker.is_some())
    }
}

/// Which page is asked for.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) marker: Option<&'a str>,
    pub(crate) max_items: Option<i32>,
}

impl Asked<'_> {
    /// Cuts the page out of `items`, which come in the order of `name`. `call` is what the marker is good for.
    pub(crate) fn page<T>(
        self,
        cx: &Cx,
        call: &[&str],
        items: impl IntoIterator<Item = T>,
        name: impl Fn(&T) -> String,
    ) -> Result<Page<T>, Error> {
        page(cx, call, items, name, self.marker, self.max_items)
    }

    /// The same of tags, which come by key.
    pub(crate) fn tags(self, cx: &Cx, call: &[&str], tags: Vec<api::Tag>) -> Result<Page<api::Tag>, Error> {
        self.page(cx, call, tags, |tag| tag.key.clone().unwrap_or_default())
    }
}

/// Cuts one page out of `items`, which come in the order of `name`.
pub(crate) fn page<T>(
    cx: &Cx,
    call: &[&str],
    items: impl IntoIterator<Item = T>,
    name: impl Fn(&T) -> String,
    marker: Option<&str>,
    max_items: Option<i32>,
) -> Result<Page<T>, Error> {
    let limit = max_items.and_then(|n| usize::try_from(n).ok()).filter(|n| *n > 0).unwrap_or(PAGE);
    let account = cx.account().to_string();
    let mut parts = vec![account.as_str()];
    parts.extend_from_slice(call);
    let (items, marker) = cx.world().store.pages(&parts).cut(items, name, marker, limit)?;
    Ok(Page { items, marker })
}
