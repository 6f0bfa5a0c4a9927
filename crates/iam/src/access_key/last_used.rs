//! When a key was last used, and for what.

use super::AccessKey;
use crate::Iam;
use crate::entity::{Home, Rows};
use crate::error::Error;
use crate::usage::Usage;
use ports::Cx;
use shapes_iam as api;

/// What AWS says of a key that was never used (recorded).
pub(crate) const NEVER: &str = "N/A";

/// `GetAccessKeyLastUsed`. A key that is no key of the account is not told apart from one the caller may not see
/// (recorded).
pub(crate) fn get(
    cx: &Cx,
    _svc: &Iam,
    input: api::GetAccessKeyLastUsedRequest,
) -> Result<api::GetAccessKeyLastUsedResponse, Error> {
    let id = input.access_key_id.unwrap_or_default();
    let home = Home::of(cx);
    cx.read(|view| {
        let key = view.get::<AccessKey>(&id).filter(|key| key.home == home && key.is_there());
        let Some(key) = key else {
            let caller = cx.caller().arn(cx.partition()).unwrap_or_default();
            return Err(Error::KeyNotSeen { caller, id: id.clone() });
        };
        Ok(api::GetAccessKeyLastUsedResponse {
            user_name: Some(key.user.clone()),
            access_key_last_used: Some(shape(view, &id)),
        })
    })
}

/// The last use of a key.
pub(crate) fn shape(rows: &impl Rows, id: &str) -> api::AccessKeyLastUsed {
    match Usage::last(rows.listed(&Usage::ACCESS_KEY, id)) {
        Some(usage) => api::AccessKeyLastUsed {
            last_used_date: Some(usage.at.into()),
            service_name: Some(usage.service.clone()),
            region: Some(usage.region.clone()),
        },
        None => api::AccessKeyLastUsed {
            last_used_date: None,
            service_name: Some(NEVER.to_owned()),
            region: Some(NEVER.to_owned()),
        },
    }
}
