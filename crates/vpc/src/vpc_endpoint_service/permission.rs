//! Who may connect to a service.

use super::model::{Permission, PrincipalKind, VpcEndpointService};
use super::{refused, service_id};
use crate::error::{Endpoint, Error, Kind};
use crate::event::Changed;
use crate::filter::Filters;
use crate::id::ServicePermissionId;
use crate::resource::{Resource, key, take};
use crate::vpc_endpoint::plain;
use crate::{Vpc as Service, home};
use base::Tags;
use ec2_resource::listing::{cut, page_size};
use ports::Cx;
use shapes_ec2 as ec2;

/// What permissions are for.
const ENDPOINTS: &str = "vpc-endpoint";

/// `ModifyVpcEndpointServicePermissions`: who is named already stays, who is not named does not go.
pub(crate) fn modify_permissions(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ModifyVpcEndpointServicePermissionsRequest,
) -> Result<ec2::ModifyVpcEndpointServicePermissionsResult, Error> {
    let id = service_id(input.service_id)?;
    if input.permission_type.is_some_and(|word| word != ENDPOINTS) {
        return refused("Permissions for transit gateway attachments are not built yet");
    }
    let (add, remove) = (
        input.add_allowed_principals.unwrap_or_default(),
        input.remove_allowed_principals.unwrap_or_default(),
    );
    if add.is_empty() && remove.is_empty() {
        return Err(Error::MissingOneOf(
            "The request must contain at least one of: AddAllowedPrincipals or RemoveAllowedPrincipals",
        ));
    }
    let kind = |text: &String| -> Result<(String, PrincipalKind), Error> {
        let kind = PrincipalKind::of(text).ok_or_else(|| Endpoint::Principal(text.clone()))?;
        Ok((text.clone(), kind))
    };
    let add = add.iter().map(kind).collect::<Result<Vec<_>, Error>>()?;
    remove.iter().try_for_each(|text| kind(text).map(|_| ()))?;
    let added = home::write(cx, |tx| {
        let mut service: VpcEndpointService = take(tx, cx.scope(), id.as_str())?;
        service.permissions.retain(|own| !remove.contains(&own.principal));
        let mut added = Vec::new();
        for (principal, kind) in &add {
            if service.permissions.iter().any(|own| own.principal == *principal) {
                continue;
            }
            let (id, principal) = (ServicePermissionId::new(cx.ids()), principal.clone());
            let permission = Permission { id, principal, kind: *kind };
            added.push(permission.clone());
            service.permissions.push(permission);
        }
        tx.emit(&Changed { kind: "VpcEndpointServiceChanged", resource: service.arn() });
        tx.put(service);
        Ok::<_, Error>(added)
    })?;
    let shape = |own: Permission| ec2::AddedPrincipal {
        principal_type: Some(own.kind.word().to_owned()),
        principal: Some(own.principal),
        service_permission_id: Some(own.id.to_string()),
        service_id: Some(id.to_string()),
        ..ec2::AddedPrincipal::default()
    };
    Ok(ec2::ModifyVpcEndpointServicePermissionsResult {
        added_principals: Some(added.into_iter().map(shape).collect()),
        return_value: Some(true),
    })
}

/// `DescribeVpcEndpointServicePermissions`.
pub(crate) fn describe_permissions(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeVpcEndpointServicePermissionsRequest,
) -> Result<ec2::DescribeVpcEndpointServicePermissionsResult, Error> {
    let id = service_id(input.service_id)?;
    let known = ["permission-type", "principal", "principal-type"];
    let filters = Filters::parse(input.filters, &known).map_err(plain)?;
    let limit = page_size(input.max_results.map(|most| most.min(1_000)), (5, 1_000))?;
    let service = home::read(cx, |view| {
        let found = view.get::<VpcEndpointService>(&key(cx.scope(), id.as_str()));
        found.ok_or_else(|| Error::NotFound(Kind::VpcEndpointService, vec![id.to_string()]))
    })?;
    let mut all = service.permissions.clone();
    all.sort_by(|a, b| a.principal.cmp(&b.principal));
    let none = Tags::default();
    let passing = all.into_iter().filter(|own| {
        filters.pass(&none, |name| {
            vec![match name {
                "permission-type" => ENDPOINTS.to_owned(),
                "principal" => own.principal.clone(),
                _ => own.kind.word().to_owned(),
            }]
        })
    });
    let call =
        ["DescribeVpcEndpointServicePermissions", &cx.scope().to_string(), &format!("{id}{filters:?}")];
    let (rows, next_token) = cut(cx, &call, passing, |own| own.principal.clone(), (input.next_token, limit))?;
    let shape = |own: Permission| ec2::AllowedPrincipal {
        principal_type: Some(own.kind.word().to_owned()),
        principal: Some(own.principal),
        service_permission_id: Some(own.id.to_string()),
        service_id: Some(id.to_string()),
        tags: Some(Vec::new()),
        ..ec2::AllowedPrincipal::default()
    };
    Ok(ec2::DescribeVpcEndpointServicePermissionsResult {
        allowed_principals: Some(rows.into_iter().map(shape).collect()),
        next_token,
    })
}
