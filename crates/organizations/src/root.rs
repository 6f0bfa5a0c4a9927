//! The root of an organization, and which kinds of policies are enabled there.

use crate::Organizations;
use crate::error::Error;
use crate::event::Changed;
use crate::listing::Asked;
use crate::node::{Attached, Node};
use crate::organization::{Organization, managed};
use crate::policy::PolicyKind;
use ports::Cx;
use shapes_organizations as api;

/// `ListRoots`: the one there is.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Organizations,
    input: api::ListRootsRequest,
) -> Result<api::ListRootsResponse, Error> {
    let asked = Asked { token: input.next_token, most: input.max_results };
    let organization = cx.read(|view| managed(view, cx))?;
    let (roots, next_token) =
        asked.page(cx, &["ListRoots"], [shape(&organization)], |root| root.id.clone().unwrap_or_default())?;
    Ok(api::ListRootsResponse { roots: Some(roots), next_token })
}

/// `EnablePolicyType`: from then on every root, unit and account has the policy that allows all.
pub(crate) fn enable_policy_type(
    cx: &Cx,
    _svc: &Organizations,
    input: api::EnablePolicyTypeRequest,
) -> Result<api::EnablePolicyTypeResponse, Error> {
    let (root, name) = (input.root_id.unwrap_or_default(), input.policy_type.unwrap_or_default());
    let organization = switch(cx, &root, |organization| {
        let kind = PolicyKind::of(&name).filter(|_| organization.has_all_features);
        let kind = kind.ok_or(Error::KindNotAvailable)?;
        if !organization.enabled.insert(kind) {
            return Err(Error::KindEnabled);
        }
        Ok(kind)
    })?;
    Ok(api::EnablePolicyTypeResponse { root: Some(shape(&organization)) })
}

/// `DisablePolicyType`: every policy of that kind is detached from everything.
pub(crate) fn disable_policy_type(
    cx: &Cx,
    _svc: &Organizations,
    input: api::DisablePolicyTypeRequest,
) -> Result<api::DisablePolicyTypeResponse, Error> {
    let (root, name) = (input.root_id.unwrap_or_default(), input.policy_type.unwrap_or_default());
    let organization = switch(cx, &root, |organization| {
        let kind = PolicyKind::of(&name).filter(|kind| organization.enabled.remove(kind));
        kind.ok_or(Error::KindNotEnabled)
    })?;
    Ok(api::DisablePolicyTypeResponse { root: Some(shape(&organization)) })
}

/// Changes what is enabled; of the kind that changed, everything then has what it begins with.
fn switch(
    cx: &Cx,
    root: &str,
    change: impl Fn(&mut Organization) -> Result<PolicyKind, Error>,
) -> Result<Organization, Error> {
    cx.write(|tx| {
        let before = managed(tx, cx)?;
        if before.root != root {
            return Err(Error::NoRoot);
        }
        let mut organization = (*before).clone();
        let kind = change(&mut organization)?;
        let begun = Attached::full(&organization).of(kind).to_vec();
        for mut node in Node::all(tx, &before) {
            if let Node::Root(root) = &mut node {
                root.enabled.clone_from(&organization.enabled);
            }
            let attached = &mut node.attached_mut().0;
            if begun.is_empty() {
                attached.remove(&kind);
            } else {
                attached.insert(kind, begun.clone());
            }
            node.put(tx);
        }
        tx.emit(&Changed { kind: "RootChanged", resource: organization.root_arn() });
        Ok(organization)
    })
}

fn shape(organization: &Organization) -> api::Root {
    let enabled = |kind: &PolicyKind| api::PolicyTypeSummary {
        type_: Some(kind.name().to_owned()),
        status: Some("ENABLED".to_owned()),
    };
    api::Root {
        id: Some(organization.root.clone()),
        arn: Some(organization.root_arn()),
        name: Some(Organization::ROOT_NAME.to_owned()),
        policy_types: Some(organization.enabled.iter().map(enabled).collect()),
    }
}
