//! Resolvers on Outposts: there are no Outposts, so there are none.

use super::Resolver;
use crate::error::ResolverError as Error;
use ports::Cx;
use shapes_route53resolver as resolver_api;

/// `CreateOutpostResolver`.
pub(super) fn create(
    _cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::CreateOutpostResolverRequest,
) -> Result<resolver_api::CreateOutpostResolverResponse, Error> {
    Err(Error::NoOutpost(input.outpost_arn.unwrap_or_default()))
}

/// `GetOutpostResolver`.
pub(super) fn get(
    _cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::GetOutpostResolverRequest,
) -> Result<resolver_api::GetOutpostResolverResponse, Error> {
    Err(Error::NoOutpost(input.id.unwrap_or_default()))
}

/// `UpdateOutpostResolver`.
pub(super) fn update(
    _cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::UpdateOutpostResolverRequest,
) -> Result<resolver_api::UpdateOutpostResolverResponse, Error> {
    Err(Error::NoOutpost(input.id.unwrap_or_default()))
}

/// `DeleteOutpostResolver`.
pub(super) fn delete(
    _cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::DeleteOutpostResolverRequest,
) -> Result<resolver_api::DeleteOutpostResolverResponse, Error> {
    Err(Error::NoOutpost(input.id.unwrap_or_default()))
}

/// `ListOutpostResolvers`.
pub(super) fn list(
    _cx: &Cx,
    _svc: &Resolver,
    _input: resolver_api::ListOutpostResolversRequest,
) -> Result<resolver_api::ListOutpostResolversResponse, Error> {
    Ok(resolver_api::ListOutpostResolversResponse { outpost_resolvers: Some(Vec::new()), next_token: None })
}
