//! What an account prefers. All that there was to prefer is the length of ids, and since October 2021 they are long.

use crate::Efs;
use crate::error::{Bad, Error};
use crate::listing::Asked;
use ports::Cx;
use shapes_efs as api;

const LONG: &str = "LONG_ID";

fn preference() -> api::ResourceIdPreference {
    let resources = ["FILE_SYSTEM", "MOUNT_TARGET"].map(str::to_owned).to_vec();
    api::ResourceIdPreference { resource_id_type: Some(LONG.to_owned()), resources: Some(resources) }
}

/// `DescribeAccountPreferences`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Efs,
    input: api::DescribeAccountPreferencesRequest,
) -> Result<api::DescribeAccountPreferencesResponse, Error> {
    // There is one page, and so no token that would be good for another.
    let asked = Asked::tokened(&input.next_token, input.max_results);
    let call = ["DescribeAccountPreferences"];
    let (_, next_token) = asked.page(cx, &call, [()], |()| String::new())?;
    Ok(api::DescribeAccountPreferencesResponse { resource_id_preference: Some(preference()), next_token })
}

/// `PutAccountPreferences`.
pub(crate) fn put(
    _cx: &Cx,
    _svc: &Efs,
    input: api::PutAccountPreferencesRequest,
) -> Result<api::PutAccountPreferencesResponse, Error> {
    match input.resource_id_type.as_deref() {
        Some(LONG) => Ok(api::PutAccountPreferencesResponse { resource_id_preference: Some(preference()) }),
        Some(_) | None => Err(Bad::ShortIds.into()),
    }
}
