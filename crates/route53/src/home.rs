//! Where resources of Route 53 belong: an account in a partition, whatever Region a call is signed for.

use crate::error::Error;
use ports::Cx;

/// Letters of ids.
pub(crate) const ID_LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// The caller's home.
pub(crate) fn home(cx: &Cx) -> String {
    format!("{}/{}", cx.partition().as_str(), cx.account())
}

/// The account of a home.
pub(crate) fn account(home: &str) -> &str {
    home.rsplit('/').next().unwrap_or(home)
}

/// An ARN without account and Region.
pub(crate) fn arn(cx: &Cx, kind: &str, id: &str) -> String {
    format!("arn:{}:route53:::{kind}/{id}", cx.partition().as_str())
}

/// Where a new resource is found.
pub(crate) fn location(path: &str) -> String {
    format!("https://route53.amazonaws.com/2013-04-01/{path}")
}

/// An id without what stands before it: `/hostedzone/Z1` and `Z1` are the same.
pub(crate) fn bare_id(given: Option<&str>) -> &str {
    let given = given.unwrap_or_default();
    given.rsplit('/').next().unwrap_or(given)
}

/// Refuses what is another account's.
pub(crate) fn require_own(cx: &Cx, owner: &str) -> Result<(), Error> {
    if owner == home(cx) {
        return Ok(());
    }
    let arn = cx.caller().arn(cx.partition()).unwrap_or_default();
    Err(Error::NotOwner(arn))
}
