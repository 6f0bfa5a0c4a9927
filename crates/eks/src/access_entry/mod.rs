//! Access entries: which users and roles enter a cluster, as whom.

pub(crate) mod policy;

use crate::cluster::{self, Cluster};
use crate::document;
use crate::error::{Error, Refusal};
use crate::event::Changed;
use crate::listing::Asked;
use crate::repeat::{self, Call};
use crate::{Eks, key, tag};
use base::{Arn, Ids, Scope, Tags, Timestamp};
use policy::Associated;
use ports::Cx;
use serde::{Deserialize, Serialize};
use serde_json::json;
use shapes_eks as api;
use std::sync::Arc;
use store::{Record, Rows, Tx};

/// Access entries of a cluster at the most.
const MOST: usize = 2_500;
/// What names that EKS keeps for itself begin with.
const RESERVED: [&str; 5] = ["system:", "eks:", "aws:", "amazon:", "iam:"];

/// An access entry.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccessEntry {
    scope: Scope,
    cluster_name: String,
    principal_arn: String,
    /// The unique id of the principal, as it was then: one that is made again under the name does not enter.
    principal_id: String,
    kubernetes_groups: Vec<String>,
    username: String,
    #[serde(rename = "type")]
    kind: String,
    mark: String,
    created_at: Timestamp,
    modified_at: Timestamp,
    pub(crate) tags: Tags,
    policies: Vec<Associated>,
}

impl Record for AccessEntry {
    const TABLE: &'static str = "eks_access_entry";
    type Key = String;

    fn key(&self) -> String {
        key::child(&self.scope, &self.cluster_name, &self.principal_arn)
    }
}

impl AccessEntry {
    /// Kind, account and name of the principal, without its path, stand in it.
    pub(crate) fn arn(&self) -> String {
        let arn: Option<Arn> = self.principal_arn.parse().ok();
        let (account, resource) = arn.map_or_else(Default::default, |arn| (arn.account, arn.resource));
        let kind = resource.split('/').next().unwrap_or_default();
        let name = resource.rsplit('/').next().unwrap_or_default();
        let cluster = &self.cluster_name;
        key::arn(&self.scope, &format!("access-entry/{cluster}/{kind}/{account}/{name}/{}", self.mark))
    }

    /// The principal that it is about.
    pub(crate) fn principal(&self) -> &str {
        &self.principal_arn
    }
}

/// The kinds of entries beside `STANDARD`: who enters as whom.
fn of_kind(kind: &str) -> Option<(&'static str, &'static [&'static str])> {
    let by_name = "system:node:{{EC2PrivateDNSName}}";
    let by_session = "system:node:{{SessionName}}";
    Some(match kind {
        "EC2_LINUX" => (by_name, &["system:nodes"]),
        "EC2_WINDOWS" => (by_name, &["system:nodes", "eks:kube-proxy-windows"]),
        "FARGATE_LINUX" => (by_session, &["system:bootstrappers", "system:nodes", "system:node-proxier"]),
        "HYBRID_LINUX" => (by_session, &["system:nodes"]),
        "EC2" | "HYPERPOD_LINUX" => (by_name, &["system:nodes"]),
        _ => return None,
    })
}

/// As whom a user or role of no special kind enters.
fn usual_name(cx: &Cx, principal: &str) -> String {
    let Ok(arn) = principal.parse::<Arn>() else { return principal.to_owned() };
    match arn.resource.strip_prefix("role/") {
        Some(path) => {
            let name = path.rsplit('/').next().unwrap_or_default();
            let partition = cx.partition().as_str();
            format!("arn:{partition}:sts::{}:assumed-role/{name}/{{{{SessionName}}}}", arn.account)
        }
        None => principal.to_owned(),
    }
}

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

fn blank(cluster: &Cluster, mark: String, now: Timestamp) -> AccessEntry {
    AccessEntry {
        scope: cluster.scope.clone(),
        cluster_name: cluster.name.clone(),
        principal_arn: String::new(),
        principal_id: String::new(),
        kubernetes_groups: Vec::new(),
        username: String::new(),
        kind: String::new(),
        mark,
        created_at: now,
        modified_at: now,
        tags: Tags::default(),
        policies: Vec::new(),
    }
}

/// Makes the entry of the role by which EKS itself looks into the cluster.
/// Source: EKS user guide, "Review access policy permissions".
pub(crate) fn make_of_insights(tx: &mut Tx, cluster: &Cluster, ids: &Ids) {
    let (account, partition) = (cluster.scope.account, cluster.scope.partition.as_str());
    let role = format!(
        "arn:{partition}:iam::{account}:role/aws-service-role/eks.amazonaws.com/AWSServiceRoleForAmazonEKS"
    );
    let policies = vec!["AmazonEKSClusterInsightsPolicy".to_owned()];
    make_of_service(tx, cluster, ids, (&role, "STANDARD", policies));
}

/// Makes the entries of roles that Auto Mode acts by, unless they are there.
/// Source: EKS user guide, "Review access policy permissions".
pub(crate) fn make_of_auto_mode(tx: &mut Tx, cluster: &Cluster, ids: &Ids) {
    let Some(compute) = cluster.config.compute_config.as_ref().filter(|compute| compute.enabled) else {
        return;
    };
    let parts = ["BlockStorage", "Compute", "LoadBalancing", "Networking"];
    let both = |part: &&str| [format!("AmazonEKS{part}Policy"), format!("AmazonEKS{part}ClusterPolicy")];
    let policies = parts.iter().flat_map(both).collect();
    make_of_service(tx, cluster, ids, (&cluster.role, "STANDARD", policies));
    if let Some(role) = &compute.node_role_arn {
        make_of_service(tx, cluster, ids, (role, "EC2", vec!["AmazonEKSAutoNodePolicy".to_owned()]));
    }
}

/// Makes the entry of a role that EKS itself acts by, or adds policies to the one that is there.
pub(crate) fn make_of_service(
    tx: &mut Tx,
    cluster: &Cluster,
    ids: &Ids,
    (role, kind, policies): (&str, &str, Vec<String>),
) {
    let now = tx.now();
    let known = tx.get::<AccessEntry>(&key::child(&cluster.scope, &cluster.name, role));
    let mut entry = match known {
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
pub(crate) fn make_of_nodes(tx: &mut Tx, cluster: &Cluster, ids: &Ids, (role, kind): (&str, &str)) {
    if tx.get::<AccessEntry>(&key::child(&cluster.scope, &cluster.name, role)).is_none() {
        make_of_service(tx, cluster, ids, (role, kind, Vec::new()));
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

/// The entry of a principal.
fn find(rows: &impl Rows, cluster: &Cluster, principal: &str) -> Result<Arc<AccessEntry>, Error> {
    let found = rows.row::<AccessEntry>(&key::child(&cluster.scope, &cluster.name, principal));
    found.ok_or_else(|| Refusal::NoAccessEntry.about(&cluster.name))
}

fn all(rows: &impl Rows, cluster: &Cluster) -> Vec<Arc<AccessEntry>> {
    rows.below::<AccessEntry>(&key::below(&cluster.scope, &cluster.name))
}

/// The cluster, where access entries count in it.
fn cluster_of(rows: &impl Rows, cx: &Cx, name: &str) -> Result<Arc<Cluster>, Error> {
    let cluster = cluster::find(rows, cx.scope(), name)?;
    cluster.require_access_entries()?;
    Ok(cluster)
}

/// `CreateAccessEntry`.
pub(crate) fn create(
    cx: &Cx,
    svc: &Eks,
    input: api::CreateAccessEntryRequest,
) -> Result<api::CreateAccessEntryResponse, Error> {
    let name = input.cluster_name.clone().unwrap_or_default();
    let principal = input.principal_arn.clone().unwrap_or_default();
    let kind = input.type_.clone().unwrap_or_else(|| "STANDARD".to_owned());
    let tags = tag::read(input.tags.as_ref()).map_err(|error| error.of(&name))?;
    let known = svc.roles.principal(cx, &principal);
    let call =
        Call { operation: "CreateAccessEntry", token: input.client_request_token.as_deref(), input: &input };
    cx.write(|tx| {
        repeat::once(tx, cx.scope(), &call, |tx| {
            let cluster = cluster_of(tx, cx, &name)?;
            let known = known.as_ref().ok_or_else(|| Refusal::Principal.about(&name))?;
            if known.is_service_linked {
                return Err(Refusal::ServiceLinkedEntry.about(&name));
            }
            if tx.get::<AccessEntry>(&key::child(&cluster.scope, &name, &principal)).is_some() {
                return Err(Refusal::AccessEntryExists.about(&name));
            }
            if all(tx, &cluster).len() >= MOST {
                return Err(Refusal::TooManyAccessEntries.about(&name));
            }
            let (username, kubernetes_groups) =
                names(cx, &input, (&principal, &kind)).map_err(|error| error.of(&name))?;
            let entry = AccessEntry {
                principal_arn: principal.clone(),
                principal_id: known.id.clone(),
                kubernetes_groups,
                username,
                kind: kind.clone(),
                tags: tags.clone(),
                ..blank(&cluster, key::mark(cx.ids()), cx.now())
            };
            tx.emit(&Changed { kind: "AccessEntryCreated", resource: entry.arn() });
            let answer = api::CreateAccessEntryResponse { access_entry: Some(shape(&entry)) };
            tx.put(entry);
            Ok(answer)
        })
    })
}

/// Name and groups of an entry that is asked for.
fn names(
    cx: &Cx,
    input: &api::CreateAccessEntryRequest,
    (principal, kind): (&str, &str),
) -> Result<(String, Vec<String>), Error> {
    let groups = input.kubernetes_groups.clone().unwrap_or_default();
    if kind != "STANDARD" {
        let (name, own) = of_kind(kind).ok_or_else(|| Refusal::EntryKind(kind.to_owned()))?;
        if !groups.is_empty() || input.username.is_some() {
            return Err(Refusal::EntryOfNodes(kind.to_owned()).into());
        }
        let is_role = principal
            .parse::<Arn>()
            .is_ok_and(|arn| arn.resource.starts_with("role/") && arn.account == cx.account().to_string());
        if !is_role {
            return Err(Refusal::Principal.into());
        }
        return Ok((name.to_owned(), own.iter().map(|group| (*group).to_owned()).collect()));
    }
    require_groups(&groups)?;
    let username = match &input.username {
        Some(name) => required_name(name)?,
        None => usual_name(cx, principal),
    };
    Ok((username, groups))
}

fn require_groups(groups: &[String]) -> Result<(), Error> {
    match groups.iter().find(|group| RESERVED.iter().any(|reserved| group.starts_with(reserved))) {
        Some(group) => Err(Refusal::EntryGroup(group.clone()).into()),
        None => Ok(()),
    }
}

/// A name that a user chose: no name of EKS's own, and a session's name only after a colon.
fn required_name(name: &str) -> Result<String, Error> {
    let is_reserved = RESERVED.iter().any(|reserved| name.starts_with(reserved));
    let is_open = ["{{SessionName}}", "{{SessionNameRaw}}"]
        .iter()
        .any(|place| name.find(place).is_some_and(|at| !name[..at].contains(':')));
    if is_reserved || is_open { Err(Refusal::EntryName(name.to_owned()).into()) } else { Ok(name.to_owned()) }
}

/// `DescribeAccessEntry`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Eks,
    input: api::DescribeAccessEntryRequest,
) -> Result<api::DescribeAccessEntryResponse, Error> {
    cx.read(|view| {
        let cluster = cluster_of(view, cx, &input.cluster_name.unwrap_or_default())?;
        let entry = find(view, &cluster, &input.principal_arn.unwrap_or_default())?;
        Ok(api::DescribeAccessEntryResponse { access_entry: Some(shape(&entry)) })
    })
}

/// `ListAccessEntries`: the principals, by ARN.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Eks,
    input: api::ListAccessEntriesRequest,
) -> Result<api::ListAccessEntriesResponse, Error> {
    let name = input.cluster_name.unwrap_or_default();
    let mut found = cx.read(|view| cluster_of(view, cx, &name).map(|cluster| all(view, &cluster)))?;
    let of = input.associated_policy_arn.unwrap_or_default();
    found.retain(|entry| of.is_empty() || entry.policies.iter().any(|own| own.is(&of)));
    let asked = Asked { token: input.next_token, most: input.max_results };
    let call = ["ListAccessEntries", &name, &of];
    let (page, next_token) = asked.page(cx, &call, found, |entry| entry.principal_arn.clone())?;
    let access_entries = page.iter().map(|entry| entry.principal_arn.clone()).collect();
    Ok(api::ListAccessEntriesResponse { access_entries: Some(access_entries), next_token })
}

/// `UpdateAccessEntry`.
pub(crate) fn update(
    cx: &Cx,
    _svc: &Eks,
    input: api::UpdateAccessEntryRequest,
) -> Result<api::UpdateAccessEntryResponse, Error> {
    let name = input.cluster_name.clone().unwrap_or_default();
    let principal = input.principal_arn.clone().unwrap_or_default();
    let call =
        Call { operation: "UpdateAccessEntry", token: input.client_request_token.as_deref(), input: &input };
    cx.write(|tx| {
        repeat::once(tx, cx.scope(), &call, |tx| {
            let cluster = cluster_of(tx, cx, &name)?;
            let mut entry = (*find(tx, &cluster, &principal)?).clone();
            let changes = input.kubernetes_groups.is_some() || input.username.is_some();
            if entry.kind != "STANDARD" && changes {
                return Err(Refusal::EntryOfNodes(entry.kind).about(&name));
            }
            if let Some(groups) = &input.kubernetes_groups {
                require_groups(groups).map_err(|error| error.of(&name))?;
                entry.kubernetes_groups.clone_from(groups);
            }
            if let Some(username) = &input.username {
                entry.username = required_name(username).map_err(|error| error.of(&name))?;
            }
            entry.modified_at = cx.now();
            let answer = api::UpdateAccessEntryResponse { access_entry: Some(shape(&entry)) };
            tx.put(entry);
            Ok(answer)
        })
    })
}

/// `DeleteAccessEntry`: its policies go with it.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Eks,
    input: api::DeleteAccessEntryRequest,
) -> Result<api::DeleteAccessEntryResponse, Error> {
    let name = input.cluster_name.unwrap_or_default();
    let principal = input.principal_arn.unwrap_or_default();
    cx.write(|tx| {
        let cluster = cluster_of(tx, cx, &name)?;
        let entry = find(tx, &cluster, &principal)?;
        tx.emit(&Changed { kind: "AccessEntryDeleted", resource: entry.arn() });
        tx.delete::<AccessEntry>(&entry.key());
        Ok(api::DeleteAccessEntryResponse::default())
    })
}

/// The cluster is gone.
pub(crate) fn forget(tx: &mut Tx, cluster: &Cluster) {
    for entry in all(tx, cluster) {
        tx.delete::<AccessEntry>(&entry.key());
    }
}

fn shape(entry: &AccessEntry) -> api::AccessEntry {
    let mut told = json!(entry);
    told["accessEntryArn"] = json!(entry.arn());
    document::shape(&told)
}

#[cfg(test)]
mod tests {
    use super::required_name;

    #[test]
    fn names_are_the_users_own() {
        for (name, fits) in [
            ("admin", true),
            ("team:{{SessionName}}", true),
            ("{{SessionName}}", false),
            ("team{{SessionNameRaw}}:x", false),
            ("system:masters", false),
            ("eks:x", false),
        ] {
            assert_eq!(required_name(name).is_ok(), fits, "{name}");
        }
    }
}
