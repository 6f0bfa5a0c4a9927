//! Who is calling, and whose key is this.

use crate::error::Error;
use crate::{Iam, key_id};
use ports::Cx;
use shapes_sts as sts;

/// `GetCallerIdentity`: always allowed. Presigned and sent by GET it is what Kubernetes tokens are.
pub(super) fn caller(
    cx: &Cx,
    _svc: &Iam,
    _input: sts::GetCallerIdentityRequest,
) -> Result<sts::GetCallerIdentityResponse, Error> {
    let caller = cx.caller();
    Ok(sts::GetCallerIdentityResponse {
        user_id: Some(caller.user_id()),
        account: Some(caller.account.to_string()),
        arn: caller.arn(cx.partition()),
    })
}

/// `GetAccessKeyInfo`: the account stands in the id.
pub(super) fn access_key_info(
    _cx: &Cx,
    _svc: &Iam,
    input: sts::GetAccessKeyInfoRequest,
) -> Result<sts::GetAccessKeyInfoResponse, Error> {
    let id = input.access_key_id.unwrap_or_default();
    let account = key_id::account(&id).or_else(|| id.parse().ok());
    let account = account.ok_or_else(|| Error::Invalid(format!("Invalid AccessKeyId: {id}")))?;
    Ok(sts::GetAccessKeyInfoResponse { account: Some(account.to_string()) })
}
