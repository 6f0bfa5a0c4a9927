//! What policies are attached to.

use super::{Found, PolicyKind};
use crate::Organizations;
use crate::error::Error;
use crate::event::Changed;
use crate::listing::Asked;
use crate::node::Node;
use crate::organization::{Organization, managed};
use ports::Cx;
use shape::Empty;
use shapes_organizations as api;
use std::sync::Arc;
use store::Tx;

/// Changes what is attached of a policy's kind to a target.
fn change(
    cx: &Cx,
    policy: &str,
    target: &str,
    change: impl Fn(&Found, &mut Vec<String>) -> Result<(), Error>,
) -> Result<Empty, Error> {
    cx.write(|tx: &mut Tx| {
        let organization: Arc<Organization> = managed(tx, cx)?;
        let found = Found::find(tx, &organization, policy).ok_or(Error::NoPolicy)?;
        let mut node = Node::find(tx, &organization, target).ok_or(Error::NoTarget)?;
        if !organization.enabled.contains(&found.kind()) {
            return Err(Error::KindNotEnabled);
        }
        change(&found, node.attached_mut().0.entry(found.kind()).or_default())?;
        tx.emit(&Changed { kind: "AttachmentChanged", resource: found.arn(&organization) });
        node.put(tx);
        Ok(Empty {})
    })
}

/// `AttachPolicy`.
pub(crate) fn attach(cx: &Cx, _svc: &Organizations, input: api::AttachPolicyRequest) -> Result<Empty, Error> {
    let (policy, target) = (input.policy_id.unwrap_or_default(), input.target_id.unwrap_or_default());
    change(cx, &policy, &target, |found, attached| {
        if attached.contains(&policy) {
            return Err(Error::AlreadyAttached);
        }
        if attached.len() >= found.kind().most_attached() {
            return Err(Error::TooManyAttached);
        }
        attached.push(policy.clone());
        Ok(())
    })
}

/// `DetachPolicy`: one service control policy has to stay, and of the resource control policies AWS's own.
pub(crate) fn detach(cx: &Cx, _svc: &Organizations, input: api::DetachPolicyRequest) -> Result<Empty, Error> {
    let (policy, target) = (input.policy_id.unwrap_or_default(), input.target_id.unwrap_or_default());
    change(cx, &policy, &target, |found, attached| {
        if !attached.contains(&policy) {
            return Err(Error::NotAttached);
        }
        match found.kind() {
            PolicyKind::ResourceControl if matches!(found, Found::Aws(_)) => {
                return Err(Error::StaysAttached);
            }
            PolicyKind::ServiceControl if attached.len() == 1 => return Err(Error::LastAttached),
            PolicyKind::ResourceControl | PolicyKind::ServiceControl => {}
        }
        attached.retain(|own| *own != policy);
        Ok(())
    })
}

/// `ListPoliciesForTarget`: those that are attached to it itself, by id.
pub(crate) fn list_for_target(
    cx: &Cx,
    _svc: &Organizations,
    input: api::ListPoliciesForTargetRequest,
) -> Result<api::ListPoliciesForTargetResponse, Error> {
    let (target, filter) = (input.target_id.unwrap_or_default(), input.filter.unwrap_or_default());
    let asked = Asked { token: input.next_token, most: input.max_results };
    cx.read(|view| {
        let organization = managed(view, cx)?;
        let node = Node::find(view, &organization, &target).ok_or(Error::NoTarget)?;
        let kind = PolicyKind::of(&filter);
        let mut ids = kind.map_or(Vec::new(), |kind| node.attached().of(kind).to_vec());
        ids.sort_unstable();
        let call = ["ListPoliciesForTarget", &target, &filter];
        let (ids, next_token) = asked.page(cx, &call, ids, Clone::clone)?;
        let found = ids.iter().filter_map(|id| Found::find(view, &organization, id));
        let policies = found.map(|found| found.summary(&organization)).collect();
        Ok(api::ListPoliciesForTargetResponse { policies: Some(policies), next_token })
    })
}

/// `ListTargetsForPolicy`, by id.
pub(crate) fn list_targets(
    cx: &Cx,
    _svc: &Organizations,
    input: api::ListTargetsForPolicyRequest,
) -> Result<api::ListTargetsForPolicyResponse, Error> {
    let policy = input.policy_id.unwrap_or_default();
    let asked = Asked { token: input.next_token, most: input.max_results };
    cx.read(|view| {
        let organization = managed(view, cx)?;
        let kind = Found::find(view, &organization, &policy).ok_or(Error::NoPolicyToSee)?.kind();
        let mut nodes = Node::all(view, &organization);
        nodes.retain(|node| node.attached().of(kind).contains(&policy));
        nodes.sort_by(|one, other| one.id().cmp(other.id()));
        let call = ["ListTargetsForPolicy", &policy];
        let (nodes, next_token) = asked.page(cx, &call, nodes, |node| node.id().to_owned())?;
        let shape = |node: &Node| api::PolicyTargetSummary {
            target_id: Some(node.id().to_owned()),
            arn: Some(node.arn(&organization)),
            name: Some(node.name().to_owned()),
            type_: Some(node.kind().to_owned()),
        };
        let targets = nodes.iter().map(shape).collect();
        Ok(api::ListTargetsForPolicyResponse { targets: Some(targets), next_token })
    })
}
