//! Lists in pages, in the order of their keys: names come back sorted.

use crate::error::{Error, Refusal};
use ports::Cx;

/// Items of a page where none is asked for, and at the most.
const PAGE: usize = 100;

/// Which page is asked for.
pub(crate) struct Asked {
    pub(crate) token: Option<String>,
    pub(crate) most: Option<i32>,
}

impl Asked {
    /// Cuts the page out of `items`, which come in the order of `key`. `call` is what the token is good for.
    pub(crate) fn page<T>(
        &self,
        cx: &Cx,
        call: &[&str],
        items: impl IntoIterator<Item = T>,
        key: impl Fn(&T) -> String,
    ) -> Result<(Vec<T>, Option<String>), Error> {
        let limit = self.most.and_then(|most| usize::try_from(most).ok()).filter(|most| *most > 0);
        let scope = cx.scope().to_string();
        let parts = [&[scope.as_str()], call].concat();
        let pages = cx.world().store.pages(&parts);
        let token = self.token.as_deref().filter(|token| !token.is_empty());
        pages.cut(items, key, token, limit.unwrap_or(PAGE)).map_err(|_| Refusal::PageToken.into())
    }
}
