//! Lists in pages, for both APIs.

use crate::error::{Error, Validation};
use ports::Cx;

/// Items of a page where none is asked for, and at the most. Source: ELB API reference, DescribeLoadBalancers.
const PAGE: usize = 400;

/// Which page is asked for.
pub(crate) struct Asked {
    pub(crate) marker: Option<String>,
    pub(crate) size: Option<i32>,
}

impl Asked {
    /// Cuts the page out of `items`, which come in the order of `key`. `call` is what the marker is good for.
    pub(crate) fn page<T>(
        &self,
        cx: &Cx,
        call: &[&str],
        items: impl IntoIterator<Item = T>,
        key: impl Fn(&T) -> String,
    ) -> Result<(Vec<T>, Option<String>), Error> {
        let limit = self.size.and_then(|size| usize::try_from(size).ok()).filter(|size| *size > 0);
        let scope = cx.scope().to_string();
        let parts = [&[scope.as_str()], call].concat();
        let marker = self.marker.as_deref().filter(|marker| !marker.is_empty());
        let pages = cx.world().store.pages(&parts);
        pages.cut(items, key, marker, limit.unwrap_or(PAGE)).map_err(|_| Validation::Marker.into())
    }
}

/// The place of an item in a list that has its own order, as text that sorts so.
pub(crate) fn place<T>((index, _): &(usize, T)) -> String {
    format!("{index:08}")
}
