//! Lists: by name, in pages.

use crate::error::Error;
use ports::Cx;

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
