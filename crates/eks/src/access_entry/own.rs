//! Entries that EKS makes by itself: of who makes a cluster, and of the roles that it and its parts act by.

use super::policy::{self, Associated};
use super::{AccessEntry, blank, of_kind, usual_name};
use crate::Eks;
use crate::cluster::Cluster;
use crate::key;
use base::{Ids, Scope};
use ports::Cx;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::Tx;

/// Who made a cluster, and becomes its administrator.
#[derive(Clone)]
pub(crate) struct Draft {
    principal: String,
    id: String,
    name: String,
}

impl Draft {
    /// The caller, where it is one that access entries name.
    pub(crate) fn of_creator(cx: &Cx, svc: &Eks) -> Option<Self> {
        let principal = svc.roles.of_caller(cx)?;
        let id = svc.roles.principal(cx, &principal).map_or_else(|| cx.account().to_string(), |own| own.id);
        Some(Self { name: usual_name(cx, &principal), principal, id })
    }
}

/// Makes the entry of whoever made the cluster.
pub(crate) fn make_creator(cx: &Cx, tx: &mut Tx, cluster: &Cluster, creator: &Draft) {
    let admin = policy::arn(&cluster.scope, "AmazonEKSClusterAdminPolicy");
    let entry = AccessEntry {
        kind: "STANDARD".to_owned(),
        username: creator.name.clone(),
        principal_arn: creator.principal.clone(),
        principal_id: creator.id.clone(),
        kubernetes_groups: Vec::new(),
        policies: vec![Associated::whole(admin, cx.now())],
        ..blank(cluster, key::mark(cx.ids()), cx.now())
    };
    tx.put(entry);
}

/// Roles that EKS makes entries of, by ARN, with the unique ids that they have. IAM is asked outside of transactions.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Known(BTreeMap<String, String>);

impl Known {
    /// Looks these up.
    pub(crate) fn of(cx: &Cx, svc: &Eks, roles: &[&str]) -> Self {
        let look_up = |role: &&str| Some(((*role).to_owned(), svc.roles.principal(cx, role)?.id));
        Self(roles.iter().filter_map(look_up).collect())
    }

    fn id(&self, role: &str) -> String {
        self.0.get(role).cloned().unwrap_or_default()
    }
}

/// The role by which EKS itself looks into clusters of an account.
pub(crate) fn own_role(scope: &Scope) -> String {
    let (account, partition) = (scope.account, scope.partition.as_str());
    format!(
        "arn:{partition}:iam::{account}:role/aws-service-role/eks.amazonaws.com/AWSServiceRoleForAmazonEKS"
    )
}

/// Makes the entry of the role by which EKS itself looks into the cluster.
/// Source: EKS user guide, "Review access policy permissions".
pub(crate) fn make_of_insights(tx: &mut Tx, cluster: &Cluster, ids: &Ids, known: &Known) {
    let policies = vec!["AmazonEKSClusterInsightsPolicy".to_owned()];
    make_of_service(tx, cluster, (ids, known), (&own_role(&cluster.scope), "STANDARD", policies));
}

/// Makes the entries of roles that Auto Mode acts by, unless they are there.
/// Source: EKS user guide, "Review access policy permissions".
pub(crate) fn make_of_auto_mode(tx: &mut Tx, cluster: &Cluster, ids: &Ids, known: &Known) {
    let Some(compute) = cluster.config.compute_config.as_ref().filter(|compute| compute.enabled) else {
        return;
    };
    let parts = ["BlockStorage", "Compute", "LoadBalancing", "Networking"];
    let both = |part: &&str| [format!("AmazonEKS{part}Policy"), format!("AmazonEKS{part}ClusterPolicy")];
    let policies = parts.iter().flat_map(both).collect();
    make_of_service(tx, cluster, (ids, known), (&cluster.role, "STANDARD", policies));
    if let Some(role) = &compute.node_role_arn {
        let policies = vec![policy::OF_AUTO_NODES.to_owned()];
        make_of_service(tx, cluster, (ids, known), (role, "EC2", policies));
    }
}

/// Makes the entry of a role that EKS itself acts by, or adds policies to the one that is there.
pub(crate) fn make_of_service(
    tx: &mut Tx,
    cluster: &Cluster,
    (ids, known): (&Ids, &Known),
    (role, kind, policies): (&str, &str, Vec<String>),
) {
    let now = tx.now();
    let found = tx.get::<AccessEntry>(&key::child(&cluster.scope, &cluster.name, role));
    let mut entry = match found {
        Some(own) => (*own).clone(),
        None => {
            let name = role.rsplit('/').next().unwrap_or_default();
            let (account, partition) = (cluster.scope.account, cluster.scope.partition.as_str());
            let usual = format!("arn:{partition}:sts::{account}:assumed-role/{name}/{{{{SessionName}}}}");
            let (username, groups) = of_kind(kind).map_or((usual, Vec::new()), |(name, groups)| {
                (name.to_owned(), groups.iter().map(|group| (*group).to_owned()).collect())
            });
            AccessEntry {
                principal_arn: role.to_owned(),
                principal_id: known.id(role),
                kubernetes_groups: groups,
                username,
                kind: kind.to_owned(),
                ..blank(cluster, key::mark(ids), now)
            }
        }
    };
    for name in policies {
        let arn = policy::arn(&cluster.scope, &name);
        if !entry.policies.iter().any(|own| own.is(&arn)) {
            entry.policies.push(Associated::whole(arn, now));
        }
    }
    tx.put(entry);
}

/// Makes the entry of the role of nodes, unless the role has one.
pub(crate) fn make_of_nodes(tx: &mut Tx, cluster: &Cluster, by: (&Ids, &Known), (role, kind): (&str, &str)) {
    if tx.get::<AccessEntry>(&key::child(&cluster.scope, &cluster.name, role)).is_none() {
        make_of_service(tx, cluster, by, (role, kind, Vec::new()));
    }
}

/// The last node group of a role is gone: so is the entry by which its nodes entered.
pub(crate) fn forget_nodes(tx: &mut Tx, cluster: &Cluster, role: &str) {
    let key = key::child(&cluster.scope, &cluster.name, role);
    let is_of_nodes = |own: &Arc<AccessEntry>| ["EC2_LINUX", "EC2_WINDOWS"].contains(&own.kind.as_str());
    if tx.get::<AccessEntry>(&key).filter(is_of_nodes).is_some() {
        tx.delete::<AccessEntry>(&key);
    }
}
