//! Pod Identity associations: which role the pods of a service account act by.

pub(crate) mod assume;

use crate::cluster::{self, Cluster};
use crate::document;
use crate::error::{Access, Error, Refusal};
use crate::event::Changed;
use crate::listing::Asked;
use crate::repeat::{self, Call};
use crate::{Eks, key, role, tag};
use base::{Arn, Scope, Tags, Timestamp};
use ports::Cx;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shapes_eks as api;
use std::sync::Arc;
use store::{Record, Rows, Tx};

/// Associations of a cluster at the most.
const MOST: usize = 1_000;
/// What ids are drawn from.
const ALPHABET: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// An association.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Association {
    scope: Scope,
    cluster_name: String,
    namespace: String,
    service_account: String,
    role_arn: String,
    association_id: String,
    pub(crate) tags: Tags,
    created_at: Timestamp,
    modified_at: Timestamp,
    /// The add-on that made it.
    owner_arn: Option<String>,
    disable_session_tags: bool,
    target_role_arn: Option<String>,
    policy: Option<String>,
}

impl Record for Association {
    const TABLE: &'static str = "eks_pod_identity_association";
    type Key = String;

    fn key(&self) -> String {
        key::child(&self.scope, &self.cluster_name, &self.association_id)
    }
}

impl Association {
    pub(crate) fn arn(&self) -> String {
        let (cluster, id) = (&self.cluster_name, &self.association_id);
        key::arn(&self.scope, &format!("podidentityassociation/{cluster}/{id}"))
    }

    /// What the trust policy of the role behind it may ask for.
    fn external_id(&self) -> String {
        let Self { scope, cluster_name, namespace, service_account, .. } = self;
        format!("{}/{}/{cluster_name}/{namespace}/{service_account}", scope.region, scope.account)
    }
}

fn all(rows: &impl Rows, (scope, cluster): (&Scope, &str)) -> Vec<Arc<Association>> {
    rows.below::<Association>(&key::below(scope, cluster))
}

/// Those that an add-on made.
pub(crate) fn owned(rows: &impl Rows, of: (&Scope, &str), owner: &str) -> Vec<Arc<Association>> {
    let mut all = all(rows, of);
    all.retain(|own| own.owner_arn.as_deref() == Some(owner));
    all
}

/// The add-on is gone, or wants others.
pub(crate) fn forget_owned(tx: &mut Tx, cluster: &Cluster, owner: &str) {
    for own in owned(tx, (&cluster.scope, &cluster.name), owner) {
        tx.delete::<Association>(&own.key());
    }
}

/// The cluster is gone.
pub(crate) fn forget(tx: &mut Tx, cluster: &Cluster) {
    for own in all(tx, (&cluster.scope, &cluster.name)) {
        tx.delete::<Association>(&own.key());
    }
}

/// Makes an association that belongs to an add-on.
pub(crate) fn make_owned(
    cx: &Cx,
    tx: &mut Tx,
    cluster: &Cluster,
    (owner, namespace): (&str, &str),
    asked: &api::AddonPodIdentityAssociations,
) -> Result<(), Error> {
    let own = Association {
        namespace: namespace.to_owned(),
        service_account: asked.service_account.clone().unwrap_or_default(),
        role_arn: asked.role_arn.clone().unwrap_or_default(),
        owner_arn: Some(owner.to_owned()),
        ..blank(cx, cluster)
    };
    put_new(tx, cluster, own).map(|_| ())
}

fn blank(cx: &Cx, cluster: &Cluster) -> Association {
    Association {
        scope: cluster.scope.clone(),
        cluster_name: cluster.name.clone(),
        namespace: String::new(),
        service_account: String::new(),
        role_arn: String::new(),
        association_id: format!("a-{}", cx.ids().text(ALPHABET, 17)),
        tags: Tags::default(),
        created_at: cx.now(),
        modified_at: cx.now(),
        owner_arn: None,
        disable_session_tags: false,
        target_role_arn: None,
        policy: None,
    }
}

/// Keeps a new one: a service account has one at the most.
fn put_new(tx: &mut Tx, cluster: &Cluster, own: Association) -> Result<Association, Error> {
    let all = all(tx, (&cluster.scope, &cluster.name));
    let is_same = |other: &&Arc<Association>| {
        other.namespace == own.namespace && other.service_account == own.service_account
    };
    if let Some(other) = all.iter().find(is_same) {
        return Err(Access::AssociationExists(other.association_id.clone()).about(&cluster.name));
    }
    if all.len() >= MOST {
        return Err(Access::TooManyAssociations.about(&cluster.name));
    }
    tx.emit(&Changed { kind: "PodIdentityAssociationCreated", resource: own.arn() });
    tx.put(own.clone());
    Ok(own)
}

fn find(rows: &impl Rows, cluster: &Cluster, id: &str) -> Result<Arc<Association>, Error> {
    let found = rows.row::<Association>(&key::child(&cluster.scope, &cluster.name, id));
    found.ok_or_else(|| Access::NoAssociation(id.to_owned()).about(&cluster.name))
}

/// Refuses a session policy that is none, or that counts beside tags.
fn require_policy(policy: Option<&str>, disables_tags: bool) -> Result<(), Error> {
    let Some(policy) = policy.filter(|policy| !policy.is_empty()) else { return Ok(()) };
    if !disables_tags {
        return Err(Access::PolicyWithTags.into());
    }
    let is_policy = serde_json::from_str::<Value>(policy)
        .is_ok_and(|policy| policy["Statement"].is_array() || policy["Statement"].is_object());
    if is_policy { Ok(()) } else { Err(Access::SessionPolicy.into()) }
}

/// Refuses what is no ARN of a role, of any account.
fn require_target(role: Option<&str>) -> Result<(), Error> {
    let Some(role) = role.filter(|role| !role.is_empty()) else { return Ok(()) };
    let is_role =
        role.parse::<Arn>().is_ok_and(|arn| arn.service == "iam" && arn.resource.starts_with("role/"));
    if is_role { Ok(()) } else { Err(Refusal::RoleArn(role.to_owned()).into()) }
}

/// Refuses what is no name of a namespace or of a service account: before the cluster is looked for (measured: cdk-preflight,
/// pf-eks-podidentity-namespace-format and pf-eks-podidentity-service-account-format).
fn require_names(input: &api::CreatePodIdentityAssociationRequest) -> Result<(), Error> {
    if !is_label(input.namespace.as_deref().unwrap_or_default()) {
        return Err(Access::Namespace.into());
    }
    let account = input.service_account.as_deref().unwrap_or_default();
    if account.split('.').all(is_label) { Ok(()) } else { Err(Access::ServiceAccount.into()) }
}

/// Whether it is a label of a DNS name: `^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`.
pub(crate) fn is_label(text: &str) -> bool {
    let is_end = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.starts_with(is_end) && text.ends_with(is_end) && text.chars().all(|c| is_end(c) || c == '-')
}

/// `CreatePodIdentityAssociation`. Namespace and service account need not be there.
pub(crate) fn create(
    cx: &Cx,
    svc: &Eks,
    input: api::CreatePodIdentityAssociationRequest,
) -> Result<api::CreatePodIdentityAssociationResponse, Error> {
    let name = input.cluster_name.clone().unwrap_or_default();
    let role = input.role_arn.clone().unwrap_or_default();
    let tags = tag::read(input.tags.as_ref()).map_err(|error| error.of(&name))?;
    let token = input.client_request_token.as_deref();
    let call = Call { operation: "CreatePodIdentityAssociation", token, input: &input };
    require_names(&input).map_err(|error| error.of(&name))?;
    role::require_account(cx, &role).map_err(|error| error.of(&name))?;
    cx.read(|view| cluster::find(view, cx.scope(), &name).map(|_| ()))?;
    role::require(cx, svc, &role, role::POD).map_err(|error| error.of(&name))?;
    let disable_session_tags = input.disable_session_tags == Some(true);
    require_policy(input.policy.as_deref(), disable_session_tags).map_err(|error| error.of(&name))?;
    require_target(input.target_role_arn.as_deref()).map_err(|error| error.of(&name))?;
    cx.write(|tx| {
        repeat::once(tx, cx.scope(), &call, |tx| {
            let cluster = cluster::find(tx, cx.scope(), &name)?;
            let own = Association {
                namespace: input.namespace.clone().unwrap_or_default(),
                service_account: input.service_account.clone().unwrap_or_default(),
                role_arn: role.clone(),
                tags: tags.clone(),
                disable_session_tags,
                target_role_arn: input.target_role_arn.clone().filter(|role| !role.is_empty()),
                policy: input.policy.clone().filter(|policy| !policy.is_empty()),
                ..blank(cx, &cluster)
            };
            let own = put_new(tx, &cluster, own)?;
            Ok(api::CreatePodIdentityAssociationResponse { association: Some(shape(&own)) })
        })
    })
}

/// `DescribePodIdentityAssociation`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Eks,
    input: api::DescribePodIdentityAssociationRequest,
) -> Result<api::DescribePodIdentityAssociationResponse, Error> {
    cx.read(|view| {
        let cluster = cluster::find(view, cx.scope(), &input.cluster_name.unwrap_or_default())?;
        let own = find(view, &cluster, &input.association_id.unwrap_or_default())?;
        Ok(api::DescribePodIdentityAssociationResponse { association: Some(shape(&own)) })
    })
}

/// `ListPodIdentityAssociations`, by id.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Eks,
    input: api::ListPodIdentityAssociationsRequest,
) -> Result<api::ListPodIdentityAssociationsResponse, Error> {
    let name = input.cluster_name.unwrap_or_default();
    let mut found = cx.read(|view| {
        let cluster = cluster::find(view, cx.scope(), &name)?;
        Ok::<_, Error>(all(view, (&cluster.scope, &cluster.name)))
    })?;
    let (namespace, account) =
        (input.namespace.unwrap_or_default(), input.service_account.unwrap_or_default());
    found.retain(|own| {
        (namespace.is_empty() || own.namespace == namespace)
            && (account.is_empty() || own.service_account == account)
    });
    let asked = Asked { token: input.next_token, most: input.max_results };
    let call = ["ListPodIdentityAssociations", &name, &namespace, &account];
    let (page, next_token) = asked.page(cx, &call, found, |own| own.association_id.clone())?;
    let summary = |own: &Arc<Association>| {
        document::shape(&json!({
            "clusterName": own.cluster_name,
            "namespace": own.namespace,
            "serviceAccount": own.service_account,
            "associationArn": own.arn(),
            "associationId": own.association_id,
            "ownerArn": own.owner_arn,
        }))
    };
    let associations = page.iter().map(summary).collect();
    Ok(api::ListPodIdentityAssociationsResponse { associations: Some(associations), next_token })
}

/// `UpdatePodIdentityAssociation`.
pub(crate) fn update(
    cx: &Cx,
    svc: &Eks,
    input: api::UpdatePodIdentityAssociationRequest,
) -> Result<api::UpdatePodIdentityAssociationResponse, Error> {
    let name = input.cluster_name.clone().unwrap_or_default();
    let id = input.association_id.clone().unwrap_or_default();
    let token = input.client_request_token.as_deref();
    let call = Call { operation: "UpdatePodIdentityAssociation", token, input: &input };
    cx.read(|view| {
        let cluster = cluster::find(view, cx.scope(), &name)?;
        find(view, &cluster, &id).map(|_| ())
    })?;
    if let Some(role) = &input.role_arn {
        role::require(cx, svc, role, role::POD).map_err(|error| error.of(&name))?;
    }
    require_target(input.target_role_arn.as_deref()).map_err(|error| error.of(&name))?;
    cx.write(|tx| {
        repeat::once(tx, cx.scope(), &call, |tx| {
            let cluster = cluster::find(tx, cx.scope(), &name)?;
            let mut own = (*find(tx, &cluster, &id)?).clone();
            if let Some(owner) = &own.owner_arn {
                return Err(Access::AssociationOfAddon(owner.clone()).about(&name));
            }
            if let Some(role) = &input.role_arn {
                own.role_arn.clone_from(role);
            }
            if let Some(disables) = input.disable_session_tags {
                own.disable_session_tags = disables;
            }
            if let Some(target) = &input.target_role_arn {
                own.target_role_arn = Some(target.clone()).filter(|target| !target.is_empty());
            }
            if let Some(policy) = &input.policy {
                own.policy = Some(policy.clone()).filter(|policy| !policy.is_empty());
            }
            require_policy(own.policy.as_deref(), own.disable_session_tags)
                .map_err(|error| error.of(&name))?;
            own.modified_at = cx.now();
            let answer = api::UpdatePodIdentityAssociationResponse { association: Some(shape(&own)) };
            tx.put(own);
            Ok(answer)
        })
    })
}

/// `DeletePodIdentityAssociation`.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Eks,
    input: api::DeletePodIdentityAssociationRequest,
) -> Result<api::DeletePodIdentityAssociationResponse, Error> {
    let name = input.cluster_name.unwrap_or_default();
    let id = input.association_id.unwrap_or_default();
    cx.write(|tx| {
        let cluster = cluster::find(tx, cx.scope(), &name)?;
        let own = find(tx, &cluster, &id)?;
        if let Some(owner) = &own.owner_arn {
            return Err(Access::AssociationOfAddon(owner.clone()).about(&name));
        }
        tx.emit(&Changed { kind: "PodIdentityAssociationDeleted", resource: own.arn() });
        tx.delete::<Association>(&own.key());
        Ok(api::DeletePodIdentityAssociationResponse { association: Some(shape(&own)) })
    })
}

fn shape(own: &Association) -> api::PodIdentityAssociation {
    let mut told = json!(own);
    told["associationArn"] = json!(own.arn());
    if own.target_role_arn.is_some() {
        told["externalId"] = json!(own.external_id());
    }
    document::shape(&told)
}

#[cfg(test)]
mod tests {
    use super::require_names;
    use crate::error::{Access, Error};
    use shapes_eks as api;

    /// Measured: cdk-preflight, pf-eks-podidentity-namespace-format and pf-eks-podidentity-service-account-format.
    #[test]
    fn names_are_those_of_kubernetes() {
        for (namespace, account, want) in [
            ("cdkpf-ns", "a.b", Ok(())),
            ("n", "s", Ok(())),
            ("cdkpf_ns", "s", Err(Access::Namespace)),
            ("a.b", "s", Err(Access::Namespace)),
            ("-n", "s", Err(Access::Namespace)),
            ("n", "cdkpf_sa", Err(Access::ServiceAccount)),
            ("n", "a..b", Err(Access::ServiceAccount)),
            ("n", "A", Err(Access::ServiceAccount)),
        ] {
            let asked = api::CreatePodIdentityAssociationRequest {
                namespace: Some(namespace.to_owned()),
                service_account: Some(account.to_owned()),
                ..Default::default()
            };
            assert_eq!(require_names(&asked), want.map_err(Error::from), "{namespace} {account}");
        }
    }
}
