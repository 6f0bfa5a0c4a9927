//! Fargate profiles: which pods run without nodes of the user's.

use crate::access_entry::{self, Known};
use crate::cluster::{self, Cluster};
use crate::document;
use crate::error::{Error, Refusal, Within};
use crate::event::Changed;
use crate::listing::Asked;
use crate::nodegroup::is_qualified;
use crate::pod_identity::is_label;
use crate::repeat::{self, Call};
use crate::{Eks, key, role, tag};
use base::{Scope, Tags, Timestamp};
use ports::Cx;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shapes_eks as api;
use std::sync::Arc;
use store::{Job, JobError, Record, Rows, Tx};

/// Milliseconds until a profile is there, or gone.
const MILLIS: u32 = 90_000;
/// Profiles of a cluster, selectors of a profile and labels of a selector at the most.
const MOST: usize = 10;
const MOST_SELECTORS: usize = 5;
const MOST_LABELS: usize = 5;

/// A Fargate profile. It never changes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FargateProfile {
    scope: Scope,
    cluster_name: String,
    fargate_profile_name: String,
    mark: String,
    pod_execution_role_arn: String,
    subnets: Vec<String>,
    selectors: Value,
    status: Status,
    created_at: Timestamp,
    pub(crate) tags: Tags,
}

/// The states of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Status {
    Creating,
    Active,
    Deleting,
}

impl Status {
    fn name(self) -> &'static str {
        match self {
            Self::Creating => "CREATING",
            Self::Active => "ACTIVE",
            Self::Deleting => "DELETING",
        }
    }
}

impl Record for FargateProfile {
    const TABLE: &'static str = "eks_fargate_profile";
    type Key = String;

    fn key(&self) -> String {
        key::child(&self.scope, &self.cluster_name, &self.fargate_profile_name)
    }
}

impl FargateProfile {
    pub(crate) fn arn(&self) -> String {
        let (cluster, name) = (&self.cluster_name, &self.fargate_profile_name);
        key::arn(&self.scope, &format!("fargateprofile/{cluster}/{name}/{}", self.mark))
    }

    /// Why its cluster cannot be deleted.
    pub(crate) fn in_the_way(&self, cluster: &Cluster) -> Error {
        let (of, own) = (cluster.name.clone(), self.fargate_profile_name.clone());
        Refusal::DeletingWithProfile(of, own, self.status.name()).about(&cluster.name)
    }
}

fn all(rows: &impl Rows, cluster: &Cluster) -> Vec<Arc<FargateProfile>> {
    rows.below::<FargateProfile>(&key::below(&cluster.scope, &cluster.name))
}

/// The first profile of a cluster.
pub(crate) fn any(rows: &impl Rows, cluster: &Cluster) -> Option<Arc<FargateProfile>> {
    all(rows, cluster).into_iter().next()
}

fn find(rows: &impl Rows, cluster: &Cluster, name: &str) -> Result<Arc<FargateProfile>, Error> {
    let found = rows.row::<FargateProfile>(&key::child(&cluster.scope, &cluster.name, name));
    found.ok_or_else(|| Within::NoProfile(name.to_owned()).about(&cluster.name).profile(name))
}

/// `CreateFargateProfile`. Names, namespaces and keys of labels are looked at before the cluster is looked for (measured:
/// cdk-preflight, pf-eks-fargate-name-charset, -selector-namespace-format and -selector-label-key-format).
pub(crate) fn create(
    cx: &Cx,
    svc: &Eks,
    input: api::CreateFargateProfileRequest,
) -> Result<api::CreateFargateProfileResponse, Error> {
    let cluster = input.cluster_name.clone().unwrap_or_default();
    let name = input.fargate_profile_name.clone().unwrap_or_default();
    let role = input.pod_execution_role_arn.clone().unwrap_or_default();
    let words = |error: Error| error.of(&cluster).profile(&name);
    let tags = tag::read(input.tags.as_ref()).map_err(words)?;
    let token = input.client_request_token.as_deref();
    let call = Call { operation: "CreateFargateProfile", token, input: &input };
    require_name(&name).map_err(words)?;
    require_selectors(input.selectors.as_deref().unwrap_or_default()).map_err(words)?;
    cx.read(|view| cluster::find(view, cx.scope(), &cluster).map(|_| ()))?;
    let selectors = selectors(input.selectors.as_deref()).map_err(words)?;
    role::require(cx, svc, &role, role::FARGATE).map_err(words)?;
    role::ensure_linked(cx, svc, &role::OF_FARGATE).map_err(words)?;
    let known = Known::of(cx, svc, &[&role]);
    cx.write(|tx| {
        repeat::once(tx, cx.scope(), &call, |tx| {
            let of = cluster::find(tx, cx.scope(), &cluster)?;
            let others = all(tx, &of);
            if others.iter().any(|other| other.fargate_profile_name == name) {
                return Err(words(Within::ProfileExists.into()));
            }
            of.require_active()?;
            if let Some(other) = others.iter().find(|other| other.status != Status::Active) {
                let (own, other, status) =
                    (name.clone(), other.fargate_profile_name.clone(), other.status.name());
                return Err(words(Within::ProfileBusy(own, cluster.clone(), other, status).into()));
            }
            if others.len() >= MOST {
                return Err(words(Within::TooManyProfiles.into()));
            }
            let own = FargateProfile {
                scope: of.scope.clone(),
                cluster_name: of.name.clone(),
                fargate_profile_name: name.clone(),
                mark: key::mark(cx.ids()),
                pod_execution_role_arn: role.clone(),
                subnets: subnets(svc, tx, &of, input.subnets.as_deref()).map_err(words)?,
                selectors: selectors.clone(),
                status: Status::Creating,
                created_at: cx.now(),
                tags: tags.clone(),
            };
            if of.config.has_access_entries() {
                let by = (cx.ids(), &known);
                access_entry::make_of_service(tx, &of, by, (&role, "FARGATE_LINUX", Vec::new()));
            }
            tx.emit(&Changed { kind: "FargateProfileCreated", resource: own.arn() });
            tx.after(MILLIS, Settle { key: own.key(), mark: own.mark.clone() });
            let answer = api::CreateFargateProfileResponse { fargate_profile: Some(shape(&own)) };
            tx.put(own);
            Ok(answer)
        })
    })
}

fn require_name(name: &str) -> Result<(), Error> {
    let starts = name.starts_with(|c: char| c.is_ascii_alphanumeric());
    let fits = name.len() <= 100 && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    if starts && fits { Ok(()) } else { Err(Within::ProfileName.into()) }
}

/// Refuses namespaces and keys of labels that Kubernetes does not have. In their patterns `*` stands for any letters and `?`
/// for one.
fn require_selectors(asked: &[api::FargateProfileSelector]) -> Result<(), Error> {
    let is_set = |text: &&String| !text.is_empty();
    let like = |text: &str| text.replace(['*', '?'], "x");
    let namespaces = asked.iter().filter_map(|selector| selector.namespace.as_ref());
    if namespaces.filter(is_set).any(|namespace| !is_label(&like(namespace))) {
        return Err(Within::SelectorNamespace.into());
    }
    let mut keys = asked.iter().filter_map(|selector| selector.labels.as_ref()).flat_map(|all| all.keys());
    if keys.any(|key| !is_qualified(&like(key))) { Err(Within::SelectorLabel.into()) } else { Ok(()) }
}

fn selectors(asked: Option<&[api::FargateProfileSelector]>) -> Result<Value, Error> {
    let asked = asked.unwrap_or_default();
    if asked.is_empty() {
        return Err(Within::NoSelector.into());
    }
    if asked.len() > MOST_SELECTORS {
        return Err(Within::TooManySelectors.into());
    }
    if asked.iter().any(|selector| selector.namespace.as_deref().is_none_or(str::is_empty)) {
        return Err(Within::NoNamespace.into());
    }
    let labels = |selector: &api::FargateProfileSelector| selector.labels.as_ref().map_or(0, |all| all.len());
    if asked.iter().any(|selector| labels(selector) > MOST_LABELS) {
        return Err(Within::TooManyLabels.into());
    }
    Ok(asked.iter().map(|selector| Value::Object(document::members(selector))).collect())
}

/// The subnets that are asked for, which have to be private ones, or those of the cluster that are.
fn subnets(svc: &Eks, tx: &Tx, cluster: &Cluster, asked: Option<&[String]>) -> Result<Vec<String>, Error> {
    let own = &cluster.config.resources_vpc_config;
    let Some(asked) = asked.filter(|asked| !asked.is_empty()) else {
        let is_private = |id: &&String| {
            svc.networks.subnet(tx, &cluster.scope, id).is_some_and(|subnet| !subnet.is_public)
        };
        return Ok(own.subnet_ids.iter().filter(is_private).cloned().collect());
    };
    for id in asked {
        match svc.networks.subnet(tx, &cluster.scope, id) {
            None => return Err(Refusal::NoSubnet(id.clone()).into()),
            Some(subnet) if subnet.vpc != own.vpc_id => {
                return Err(Refusal::SubnetsOutside(own.vpc_id.clone()).into());
            }
            Some(subnet) if subnet.is_public => return Err(Within::PublicSubnet(id.clone()).into()),
            Some(_) => {}
        }
    }
    Ok(asked.to_vec())
}

/// A profile has come, or is gone.
#[derive(Serialize, Deserialize)]
pub(crate) struct Settle {
    key: String,
    mark: String,
}

impl Job for Settle {
    const KIND: &'static str = "eks.fargate-profile";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let found = tx.get::<FargateProfile>(self.key.as_str()).filter(|own| own.mark == self.mark);
        let Some(own) = found else { return Ok(()) };
        match own.status {
            Status::Creating => tx.put(FargateProfile { status: Status::Active, ..(*own).clone() }),
            Status::Deleting => {
                tx.emit(&Changed { kind: "FargateProfileDeleted", resource: own.arn() });
                tx.delete::<FargateProfile>(self.key.as_str());
            }
            Status::Active => {}
        }
        Ok(())
    }
}

/// `DescribeFargateProfile`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Eks,
    input: api::DescribeFargateProfileRequest,
) -> Result<api::DescribeFargateProfileResponse, Error> {
    cx.read(|view| {
        let of = cluster::find(view, cx.scope(), &input.cluster_name.unwrap_or_default())?;
        let own = find(view, &of, &input.fargate_profile_name.unwrap_or_default())?;
        Ok(api::DescribeFargateProfileResponse { fargate_profile: Some(shape(&own)) })
    })
}

/// `ListFargateProfiles`, by name.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Eks,
    input: api::ListFargateProfilesRequest,
) -> Result<api::ListFargateProfilesResponse, Error> {
    let name = input.cluster_name.unwrap_or_default();
    let found = cx.read(|view| cluster::find(view, cx.scope(), &name).map(|of| all(view, &of)))?;
    let asked = Asked { token: input.next_token, most: input.max_results };
    let (page, next_token) =
        asked.page(cx, &["ListFargateProfiles", &name], found, |own| own.fargate_profile_name.clone())?;
    let names = page.iter().map(|own| own.fargate_profile_name.clone()).collect();
    Ok(api::ListFargateProfilesResponse { fargate_profile_names: Some(names), next_token })
}

/// `DeleteFargateProfile`.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Eks,
    input: api::DeleteFargateProfileRequest,
) -> Result<api::DeleteFargateProfileResponse, Error> {
    let cluster = input.cluster_name.unwrap_or_default();
    let name = input.fargate_profile_name.unwrap_or_default();
    cx.write(|tx| {
        let of = cluster::find(tx, cx.scope(), &cluster)?;
        let own = find(tx, &of, &name)?;
        let others = all(tx, &of);
        let busy = others.iter().find(|other| other.status == Status::Deleting && other.mark != own.mark);
        if let Some(other) = busy {
            let other = other.fargate_profile_name.clone();
            let refusal = Within::ProfileDeletes(name.clone(), cluster.clone(), other);
            return Err(refusal.about(&cluster).profile(&name));
        }
        let own = FargateProfile { status: Status::Deleting, ..(*own).clone() };
        tx.after(MILLIS, Settle { key: own.key(), mark: own.mark.clone() });
        let answer = api::DeleteFargateProfileResponse { fargate_profile: Some(shape(&own)) };
        tx.put(own);
        Ok(answer)
    })
}

fn shape(own: &FargateProfile) -> api::FargateProfile {
    let mut told = json!(own);
    told["fargateProfileArn"] = json!(own.arn());
    told["health"] = json!({ "issues": [] });
    document::shape(&told)
}
