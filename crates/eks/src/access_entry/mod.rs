//! Access entries: which users and roles enter a cluster, as whom.

mod own;
pub(crate) mod policy;

pub(crate) use own::{
    Draft, Known, forget_nodes, make_creator, make_of_auto_mode, make_of_insights, make_of_nodes,
    make_of_service, own_role,
};

use crate::cluster::{self, Cluster};
use crate::document;
use crate::error::{Access, Error};
use crate::event::Changed;
use crate::listing::Asked;
use crate::repeat::{self, Call};
use crate::{Eks, key, tag};
use base::{Arn, Scope, Tags, Timestamp};
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

/// The entry of a principal.
fn find(rows: &impl Rows, cluster: &Cluster, principal: &str) -> Result<Arc<AccessEntry>, Error> {
    let found = rows.row::<AccessEntry>(&key::child(&cluster.scope, &cluster.name, principal));
    found.ok_or_else(|| Access::NoAccessEntry.about(&cluster.name))
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
    require_form(cx, &input, (&principal, &kind)).map_err(|error| error.of(&name))?;
    let known = svc.roles.principal(cx, &principal);
    let call =
        Call { operation: "CreateAccessEntry", token: input.client_request_token.as_deref(), input: &input };
    cx.write(|tx| {
        repeat::once(tx, cx.scope(), &call, |tx| {
            let cluster = cluster_of(tx, cx, &name)?;
            let known = known.as_ref().ok_or_else(|| Access::Principal.about(&name))?;
            if tx.get::<AccessEntry>(&key::child(&cluster.scope, &name, &principal)).is_some() {
                return Err(Access::EntryExists.about(&name));
            }
            if all(tx, &cluster).len() >= MOST {
                return Err(Access::TooManyAccessEntries.about(&name));
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

/// What is refused of an entry before its cluster is looked for. Measured: the rules of cdk-preflight name clusters that
/// are not there. Of a role of a service's own the form of its ARN decides, whosever it is.
fn require_form(
    cx: &Cx,
    input: &api::CreateAccessEntryRequest,
    (principal, kind): (&str, &str),
) -> Result<(), Error> {
    let arn: Option<Arn> = principal.parse().ok();
    let (account, resource) = arn.map_or_else(Default::default, |arn| (arn.account, arn.resource));
    if resource.starts_with("role/aws-service-role/") {
        return Err(Access::ServiceLinkedEntry.into());
    }
    require_groups(input.kubernetes_groups.as_deref().unwrap_or_default())?;
    input.username.as_deref().map(required_name).transpose()?;
    if of_kind(kind).is_none() {
        return Ok(());
    }
    if !resource.starts_with("role/") {
        return Err(Access::NodesNeedRole.into());
    }
    if account == cx.account().to_string() { Ok(()) } else { Err(Access::NodesNeedAccount.into()) }
}

/// Name and groups of an entry that is asked for.
fn names(
    cx: &Cx,
    input: &api::CreateAccessEntryRequest,
    (principal, kind): (&str, &str),
) -> Result<(String, Vec<String>), Error> {
    let groups = input.kubernetes_groups.clone().unwrap_or_default();
    if kind != "STANDARD" {
        let (name, own) = of_kind(kind).ok_or_else(|| Access::EntryKind(kind.to_owned()))?;
        if !groups.is_empty() {
            return Err(Access::GroupsOfNodes(kind.to_owned()).into());
        }
        if input.username.is_some() {
            return Err(Access::NameOfNodes(kind.to_owned()).into());
        }
        return Ok((name.to_owned(), own.iter().map(|group| (*group).to_owned()).collect()));
    }
    Ok((input.username.clone().unwrap_or_else(|| usual_name(cx, principal)), groups))
}

fn require_groups(groups: &[String]) -> Result<(), Error> {
    for group in groups {
        if let Some(prefix) = RESERVED.into_iter().find(|prefix| group.starts_with(prefix)) {
            return Err(Access::EntryGroup(group.clone(), prefix).into());
        }
    }
    Ok(())
}

/// A name that a user chose: no name of EKS's own, and a session's name only after a colon.
fn required_name(name: &str) -> Result<String, Error> {
    if let Some(prefix) = RESERVED.into_iter().find(|prefix| name.starts_with(prefix)) {
        return Err(Access::EntryNamePrefix(prefix).into());
    }
    let is_open = ["{{SessionName}}", "{{SessionNameRaw}}"]
        .iter()
        .any(|place| name.find(place).is_some_and(|at| !name[..at].contains(':')));
    if is_open { Err(Access::EntryName(name.to_owned()).into()) } else { Ok(name.to_owned()) }
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
            if entry.kind != "STANDARD" && input.kubernetes_groups.is_some() {
                return Err(Access::GroupsOfNodes(entry.kind).about(&name));
            }
            if entry.kind != "STANDARD" && input.username.is_some() {
                return Err(Access::NameOfNodes(entry.kind).about(&name));
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
    use super::{require_groups, required_name};
    use crate::error::{Access, Error};

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

    /// Measured: each of the five prefixes, and no other one (cdk-preflight, pf-eks-accessentry-username-reserved-prefix and
    /// pf-eks-accessentry-groups-reserved-prefix).
    #[test]
    fn prefixes_of_eks_are_named() {
        for prefix in ["system:", "eks:", "aws:", "amazon:", "iam:"] {
            let name = format!("{prefix}x");
            assert_eq!(required_name(&name), Err(Error::from(Access::EntryNamePrefix(prefix))));
            let group = Err(Error::from(Access::EntryGroup(name.clone(), prefix)));
            assert_eq!(require_groups(&[name]), group);
        }
        assert!(required_name("sts:x").is_ok() && require_groups(&["system".to_owned()]).is_ok());
    }
}
