//! Which policies let an identity into a service.

use super::subject::{Grant, Subject};
use crate::Iam;
use crate::entity::Home;
use crate::error::Error;
use ports::Cx;
use shapes_iam as api;

/// `ListPoliciesGrantingServiceAccess`, in the order the services are asked for. The list is never cut.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListPoliciesGrantingServiceAccessRequest,
) -> Result<api::ListPoliciesGrantingServiceAccessResponse, Error> {
    let home = Home::of(cx);
    let arn = input.arn.unwrap_or_default();
    let policies = cx.read(|view| {
        let subject = Subject::find(view, &home, &arn)?;
        if matches!(subject, Subject::Policy(_)) {
            return Err(Error::Input(format!("ARN {arn} is not valid.")));
        }
        Ok(subject.policies(view, &home))
    })?;
    let entry = |service: String| {
        let granting = policies.iter().filter(|policy| policy.grants.includes(&service));
        api::ListPoliciesGrantingServiceAccessEntry {
            policies: Some(granting.map(shape).collect()),
            service_namespace: Some(service),
        }
    };
    let entries = input.service_namespaces.unwrap_or_default().into_iter().map(entry).collect();
    Ok(api::ListPoliciesGrantingServiceAccessResponse {
        policies_granting_service_access: Some(entries),
        is_truncated: Some(false),
        marker: None,
    })
}

fn shape(policy: &Grant) -> api::PolicyGrantingServiceAccess {
    let kind = if policy.arn.is_some() { "MANAGED" } else { "INLINE" };
    api::PolicyGrantingServiceAccess {
        policy_name: Some(policy.name.clone()),
        policy_type: Some(kind.to_owned()),
        policy_arn: policy.arn.clone(),
        entity_type: policy.owner.as_ref().map(|(kind, _)| kind.to_uppercase()),
        entity_name: policy.owner.as_ref().map(|(_, name)| name.clone()),
    }
}
