//! `GetDelegatedAccessToken`.

use crate::Iam;
use crate::error::{Error, Refusal};
use ports::Cx;
use shapes_sts as sts;

/// `GetDelegatedAccessToken`: trades in what AWS hands to a product provider when somebody approves its delegation
/// request in the console. No such token is ever made here, so none is good.
pub(super) fn get(
    _cx: &Cx,
    _svc: &Iam,
    _input: sts::GetDelegatedAccessTokenRequest,
) -> Result<sts::GetDelegatedAccessTokenResponse, Error> {
    Err(Refusal::TradeIn.into())
}
