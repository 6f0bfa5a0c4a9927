//! Access policies: what those who enter may do, by Kubernetes permissions that AWS wrote.

use super::{AccessEntry, cluster_of, find};
use crate::Eks;
use crate::document;
use crate::error::{Access, Error};
use crate::event::Changed;
use crate::listing::Asked;
use base::{Arn, Scope, Timestamp};
use ports::Cx;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shapes_eks as api;

/// A policy that an entry has.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Associated {
    policy_arn: String,
    access_scope: Value,
    associated_at: Timestamp,
    modified_at: Timestamp,
}

impl Associated {
    /// One that counts in the whole cluster.
    pub(super) fn whole(policy_arn: String, now: Timestamp) -> Self {
        let access_scope = json!({ "type": "cluster", "namespaces": [] });
        Self { policy_arn, access_scope, associated_at: now, modified_at: now }
    }

    /// Whether it is the policy of that ARN.
    pub(super) fn is(&self, arn: &str) -> bool {
        self.policy_arn == arn
    }
}

/// The ARN of a policy of AWS's.
pub(crate) fn arn(scope: &Scope, name: &str) -> String {
    format!("arn:{}:eks::aws:cluster-access-policy/{name}", scope.partition.as_str())
}

/// Source: answers of ListAccessPolicies that users published in 2026.
const POLICIES: [&str; 33] = [
    "AIDevOpsAgentAccessPolicy",
    "AmazonAIOpsAssistantPolicy",
    "AmazonARCRegionSwitchScalingPolicy",
    "AmazonEKSACKPolicy",
    "AmazonEKSAdminPolicy",
    "AmazonEKSAdminViewPolicy",
    "AmazonEKSArgoCDClusterPolicy",
    "AmazonEKSArgoCDPolicy",
    "AmazonEKSAutoNodePolicy",
    "AmazonEKSBlockStorageClusterPolicy",
    "AmazonEKSBlockStoragePolicy",
    "AmazonEKSClusterAdminPolicy",
    "AmazonEKSComputeClusterPolicy",
    "AmazonEKSComputePolicy",
    "AmazonEKSEditPolicy",
    "AmazonEKSEventPolicy",
    "AmazonEKSHybridPolicy",
    "AmazonEKSKROPolicy",
    "AmazonEKSLoadBalancingClusterPolicy",
    "AmazonEKSLoadBalancingPolicy",
    "AmazonEKSNetworkingClusterPolicy",
    "AmazonEKSNetworkingPolicy",
    "AmazonEKSPodIdentityPolicy",
    "AmazonEKSSecretAdminPolicy",
    "AmazonEKSSecretReaderPolicy",
    "AmazonEKSViewPolicy",
    "AmazonEMRJobPolicy",
    "AmazonSagemakerHyperpodClusterPolicy",
    "AmazonSagemakerHyperpodControllerPolicy",
    "AmazonSagemakerHyperpodSpacePolicy",
    "AmazonSagemakerHyperpodSpaceTemplatePolicy",
    "AmazonSagemakerHyperpodSystemNamespacePolicy",
    "AmazonSagemakerHyperpodUserClusterPolicy",
];

/// What nodes of Auto Mode act by: the one policy that an entry of type `EC2` takes. Source: EKS user guide, "Create a node
/// class for Amazon EKS"; a thread about the other ones (ACK: the sentence and its code).
pub(crate) const OF_AUTO_NODES: &str = "AmazonEKSAutoNodePolicy";

/// Those that nobody but services associates; users reported it of the first two.
const OF_SERVICES: [&str; 3] =
    ["AmazonEKSBlockStorageClusterPolicy", "AmazonEKSComputeClusterPolicy", "AmazonEKSClusterInsightsPolicy"];

/// `ListAccessPolicies`, by name.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Eks,
    input: api::ListAccessPoliciesRequest,
) -> Result<api::ListAccessPoliciesResponse, Error> {
    let asked = Asked { token: input.next_token, most: input.max_results };
    let (page, next_token) = asked.page(cx, &["ListAccessPolicies"], POLICIES, |name| (*name).to_owned())?;
    let shape =
        |name: &&str| api::AccessPolicy { name: Some((*name).to_owned()), arn: Some(arn(cx.scope(), name)) };
    let access_policies = page.iter().map(shape).collect();
    Ok(api::ListAccessPoliciesResponse { access_policies: Some(access_policies), next_token })
}

/// The policy that an ARN names, where users may associate it.
fn require(scope: &Scope, asked: &str) -> Result<(), Error> {
    let is_form = asked.parse::<Arn>().is_ok_and(|arn| {
        arn.service == "eks"
            && arn.region.is_empty()
            && arn.account == "aws"
            && arn.resource.starts_with("cluster-access-policy/")
    });
    if !is_form {
        return Err(Access::PolicyForm.into());
    }
    let is = |name: &&&str| arn(scope, name) == asked;
    if OF_SERVICES.iter().any(|name| is(&name)) {
        return Err(Access::PolicyOfServices.into());
    }
    if POLICIES.iter().any(|name| is(&name)) { Ok(()) } else { Err(Access::NoAccessPolicy.into()) }
}

fn require_scope(asked: &api::AccessScope) -> Result<Value, Error> {
    let namespaces = asked.namespaces.clone().unwrap_or_default();
    match asked.type_.as_deref() {
        Some("namespace") if namespaces.is_empty() => Err(Access::NamespacesNeeded.into()),
        Some("namespace") => Ok(json!({ "type": "namespace", "namespaces": namespaces })),
        _ if !namespaces.is_empty() => Err(Access::NamespacesOfCluster.into()),
        _ => Ok(json!({ "type": "cluster", "namespaces": [] })),
    }
}

/// `AssociateAccessPolicy`: another scope of the same policy takes the place of the first.
pub(crate) fn associate(
    cx: &Cx,
    _svc: &Eks,
    input: api::AssociateAccessPolicyRequest,
) -> Result<api::AssociateAccessPolicyResponse, Error> {
    let name = input.cluster_name.unwrap_or_default();
    let principal = input.principal_arn.unwrap_or_default();
    let policy = input.policy_arn.unwrap_or_default();
    let scope = input.access_scope.unwrap_or_default();
    cx.write(|tx| {
        let cluster = cluster_of(tx, cx, &name)?;
        let mut entry = (*find(tx, &cluster, &principal)?).clone();
        require(cx.scope(), &policy).map_err(|error| error.of(&name))?;
        let is_of_auto_nodes = entry.kind == "EC2" && policy == arn(cx.scope(), OF_AUTO_NODES);
        if entry.kind != "STANDARD" && !is_of_auto_nodes {
            return Err(Access::PolicyOfNodes.about(&name));
        }
        let access_scope = require_scope(&scope).map_err(|error| error.of(&name))?;
        let known = entry.policies.iter().find(|own| own.is(&policy)).map(|own| own.associated_at);
        let own = Associated {
            policy_arn: policy.clone(),
            access_scope,
            associated_at: known.unwrap_or(cx.now()),
            modified_at: cx.now(),
        };
        entry.policies.retain(|other| !other.is(&policy));
        entry.policies.push(own.clone());
        entry.policies.sort_by(|one, other| one.policy_arn.cmp(&other.policy_arn));
        tx.emit(&Changed { kind: "AccessPolicyAssociated", resource: entry.arn() });
        tx.put(entry);
        Ok(api::AssociateAccessPolicyResponse {
            cluster_name: Some(name.clone()),
            principal_arn: Some(principal.clone()),
            associated_access_policy: Some(document::shape(&own)),
        })
    })
}

/// `DisassociateAccessPolicy`.
pub(crate) fn disassociate(
    cx: &Cx,
    _svc: &Eks,
    input: api::DisassociateAccessPolicyRequest,
) -> Result<api::DisassociateAccessPolicyResponse, Error> {
    let name = input.cluster_name.unwrap_or_default();
    let principal = input.principal_arn.unwrap_or_default();
    let policy = input.policy_arn.unwrap_or_default();
    cx.write(|tx| {
        let cluster = cluster_of(tx, cx, &name)?;
        let mut entry: AccessEntry = (*find(tx, &cluster, &principal)?).clone();
        let before = entry.policies.len();
        entry.policies.retain(|own| !own.is(&policy));
        if entry.policies.len() == before {
            return Err(Access::PolicyNotAssociated.about(&name));
        }
        tx.emit(&Changed { kind: "AccessPolicyDisassociated", resource: entry.arn() });
        tx.put(entry);
        Ok(api::DisassociateAccessPolicyResponse::default())
    })
}

/// `ListAssociatedAccessPolicies`, by ARN.
pub(crate) fn list_associated(
    cx: &Cx,
    _svc: &Eks,
    input: api::ListAssociatedAccessPoliciesRequest,
) -> Result<api::ListAssociatedAccessPoliciesResponse, Error> {
    let name = input.cluster_name.unwrap_or_default();
    let principal = input.principal_arn.unwrap_or_default();
    let entry = cx.read(|view| {
        let cluster = cluster_of(view, cx, &name)?;
        find(view, &cluster, &principal)
    })?;
    let mut all = entry.policies.clone();
    all.sort_by(|one, other| one.policy_arn.cmp(&other.policy_arn));
    let asked = Asked { token: input.next_token, most: input.max_results };
    let call = ["ListAssociatedAccessPolicies", &name, &principal];
    let (page, next_token) = asked.page(cx, &call, all, |own| own.policy_arn.clone())?;
    Ok(api::ListAssociatedAccessPoliciesResponse {
        cluster_name: Some(name),
        principal_arn: Some(principal),
        next_token,
        associated_access_policies: Some(page.iter().map(document::shape).collect()),
    })
}
