//! Lists in pages. AWS names no order; here it is that of the keys.

use crate::error::Error;
use ports::Cx;

/// Items of a page where none is asked for, and at the most.
const PAGE: usize = 20;

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
        let account = cx.account().to_string();
        let parts = [&[account.as_str()], call].concat();
        let pages = cx.world().store.pages(&parts);
        Ok(pages.cut(items, key, self.token.as_deref(), limit.unwrap_or(PAGE))?)
    }
}
