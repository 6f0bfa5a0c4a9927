//! Lists in pages, of the older kind with markers and of the newer with tokens.

use crate::error::{Bad, Error};
use ports::Cx;

/// Items of a page where fewer are not asked for.
const PAGE: usize = 100;

/// Which page is asked for.
pub(crate) struct Asked<'a> {
    pub(crate) token: Option<&'a str>,
    pub(crate) most: Option<i32>,
    /// How a token is refused that is none.
    pub(crate) bad: Bad,
}

impl<'a> Asked<'a> {
    /// `Marker` and `MaxItems`.
    pub(crate) fn marked(token: &'a Option<String>, most: Option<i32>) -> Self {
        Self { token: token.as_deref(), most, bad: Bad::Marker }
    }

    /// `NextToken` and `MaxResults`.
    pub(crate) fn tokened(token: &'a Option<String>, most: Option<i32>) -> Self {
        Self { token: token.as_deref(), most, bad: Bad::NextToken }
    }

    /// Cuts the page out of `items`, which come in the order of `key`. `call` is what the token is good for.
    pub(crate) fn page<T>(
        &self,
        cx: &Cx,
        call: &[&str],
        items: impl IntoIterator<Item = T>,
        key: impl Fn(&T) -> String,
    ) -> Result<(Vec<T>, Option<String>), Error> {
        let limit = self.most.and_then(|most| usize::try_from(most).ok()).unwrap_or(PAGE).clamp(1, PAGE);
        let scope = cx.scope().to_string();
        let parts = [&[scope.as_str()], call].concat();
        let pages = cx.world().store.pages(&parts);
        pages.cut(items, key, self.token, limit).map_err(|_| self.bad.into())
    }
}
