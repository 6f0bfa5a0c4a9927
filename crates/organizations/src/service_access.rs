//! Which services may work in all accounts of the organization. What they do there is theirs: IAM's features for
//! organizations ask for it.

use crate::Organizations;
use crate::error::Error;
use crate::event::Changed;
use crate::listing::Asked;
use crate::organization::{Organization, managed};
use base::Timestamp;
use ports::Cx;
use shape::Empty;
use shapes_organizations as api;

fn change(cx: &Cx, change: impl Fn(&mut Organization)) -> Result<Empty, Error> {
    cx.write(|tx| {
        let mut organization = (*managed(tx, cx)?).clone();
        if !organization.has_all_features {
            return Err(Error::NotAllFeatures);
        }
        change(&mut organization);
        tx.emit(&Changed { kind: "OrganizationChanged", resource: organization.arn() });
        tx.put(organization);
        Ok(Empty {})
    })
}

/// `EnableAWSServiceAccess`: a second time changes nothing.
pub(crate) fn enable(
    cx: &Cx,
    _svc: &Organizations,
    input: api::EnableAWSServiceAccessRequest,
) -> Result<Empty, Error> {
    let principal = principal(input.service_principal)?;
    change(cx, |organization| {
        organization.services.entry(principal.clone()).or_insert(cx.now());
    })
}

/// `DisableAWSServiceAccess`.
pub(crate) fn disable(
    cx: &Cx,
    _svc: &Organizations,
    input: api::DisableAWSServiceAccessRequest,
) -> Result<Empty, Error> {
    let principal = principal(input.service_principal)?;
    change(cx, |organization| {
        organization.services.remove(&principal);
    })
}

/// `ListAWSServiceAccessForOrganization`, by principal.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Organizations,
    input: api::ListAWSServiceAccessForOrganizationRequest,
) -> Result<api::ListAWSServiceAccessForOrganizationResponse, Error> {
    let asked = Asked { token: input.next_token, most: input.max_results };
    let organization = cx.read(|view| managed(view, cx))?;
    if !organization.has_all_features {
        return Err(Error::NotAllFeatures);
    }
    let services = organization.services.iter();
    let call = ["ListAWSServiceAccessForOrganization"];
    let (services, next_token) = asked.page(cx, &call, services, |(principal, _)| (*principal).clone())?;
    let shape = |(principal, since): &(&String, &Timestamp)| api::EnabledServicePrincipal {
        service_principal: Some((*principal).clone()),
        date_enabled: Some((**since).into()),
    };
    let enabled = services.iter().map(shape).collect();
    Ok(api::ListAWSServiceAccessForOrganizationResponse {
        enabled_service_principals: Some(enabled),
        next_token,
    })
}

/// A service's principal: which services know organizations is not kept here, only what is none is refused.
fn principal(given: Option<String>) -> Result<String, Error> {
    let given = given.unwrap_or_default();
    let name = given.strip_suffix(".amazonaws.com").unwrap_or_default();
    if name.is_empty() { Err(Error::NoService) } else { Ok(given) }
}
