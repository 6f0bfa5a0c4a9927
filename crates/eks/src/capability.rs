//! Capabilities: what AWS runs for a cluster beside it, as Argo CD, ACK and KRO.

use crate::access_entry::{self, Known};
use crate::cluster::{self, Cluster};
use crate::document;
use crate::error::{Beside, Error};
use crate::event::Changed;
use crate::listing::Asked;
use crate::repeat::{self, Call};
use crate::update::{self, Begun, Owner, Update};
use crate::{Eks, key, role, tag};
use base::{Scope, Tags, Timestamp};
use ports::Cx;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shapes_eks as api;
use std::sync::Arc;
use store::{Job, JobError, Record, Rows, Tx};

/// Milliseconds until a capability is there, changed, or gone.
const MILLIS: u32 = 240_000;

/// A capability.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Capability {
    scope: Scope,
    cluster_name: String,
    capability_name: String,
    mark: String,
    #[serde(rename = "type")]
    kind: String,
    status: Status,
    created_at: Timestamp,
    modified_at: Timestamp,
    delete_propagation_policy: String,
    pub(crate) tags: Tags,
    config: Config,
}

/// What an update changes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Config {
    role_arn: String,
    /// The block of its kind, by the names of its members.
    configuration: Value,
}

/// The states of a capability.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Status {
    Creating,
    Active,
    Updating,
    Deleting,
}

impl Status {
    fn name(self) -> &'static str {
        match self {
            Self::Creating => "CREATING",
            Self::Active => "ACTIVE",
            Self::Updating => "UPDATING",
            Self::Deleting => "DELETING",
        }
    }
}

impl Record for Capability {
    const TABLE: &'static str = "eks_capability";
    type Key = String;

    fn key(&self) -> String {
        key::child(&self.scope, &self.cluster_name, &self.capability_name)
    }
}

impl Capability {
    pub(crate) fn arn(&self) -> String {
        let (cluster, name) = (&self.cluster_name, &self.capability_name);
        let kind = self.kind.to_lowercase();
        key::arn(&self.scope, &format!("capability/{cluster}/{kind}/{name}/{}", self.mark))
    }
}

fn all(rows: &impl Rows, cluster: &Cluster) -> Vec<Arc<Capability>> {
    rows.below::<Capability>(&key::below(&cluster.scope, &cluster.name))
}

/// The first capability of a cluster.
pub(crate) fn any(rows: &impl Rows, cluster: &Cluster) -> Option<Arc<Capability>> {
    all(rows, cluster).into_iter().next()
}

/// The capability of that name.
pub(crate) fn find(rows: &impl Rows, cluster: &Cluster, name: &str) -> Result<Arc<Capability>, Error> {
    let found = rows.row::<Capability>(&key::child(&cluster.scope, &cluster.name, name));
    found.ok_or_else(|| Beside::NoCapability(name.to_owned()).about(&cluster.name))
}

/// The block of a kind, with what it means where nothing is said.
fn configuration(kind: &str, asked: Option<&api::CapabilityConfigurationRequest>) -> Result<Value, Error> {
    let asked = asked.cloned().unwrap_or_default();
    match kind {
        "ACK" => {
            if asked.argo_cd.is_some() {
                return Err(Beside::OtherCapability.into());
            }
            let own = asked.ack.unwrap_or_default();
            Ok(json!({ "ack": {
                "enableCrossNamespace": own.enable_cross_namespace == Some(true),
                "disabledServices": own.disabled_services.unwrap_or_default(),
            } }))
        }
        "ARGOCD" => {
            let own = asked.argo_cd.filter(|_| asked.ack.is_none()).ok_or(Beside::ArgoCdNeeded)?;
            let mut told = Value::Object(document::members(&own));
            if told["namespace"].is_null() {
                told["namespace"] = json!("argocd");
            }
            Ok(json!({ "argoCd": told }))
        }
        _ if asked.argo_cd.is_some() || asked.ack.is_some() => Err(Beside::OtherCapability.into()),
        _ => Ok(json!({})),
    }
}

/// The policies that a capability's role enters by.
fn policies(kind: &str) -> Vec<String> {
    let names: &[&str] = match kind {
        "ACK" => &["AmazonEKSACKPolicy"],
        "ARGOCD" => &["AmazonEKSArgoCDClusterPolicy", "AmazonEKSArgoCDPolicy"],
        _ => &["AmazonEKSKROPolicy"],
    };
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// `CreateCapability`.
pub(crate) fn create(
    cx: &Cx,
    svc: &Eks,
    input: api::CreateCapabilityRequest,
) -> Result<api::CreateCapabilityResponse, Error> {
    let cluster = input.cluster_name.clone().unwrap_or_default();
    let name = input.capability_name.clone().unwrap_or_default();
    let kind = input.type_.clone().unwrap_or_default();
    let role = input.role_arn.clone().unwrap_or_default();
    let tags = tag::read(input.tags.as_ref()).map_err(|error| error.of(&cluster))?;
    let token = input.client_request_token.as_deref();
    let call = Call { operation: "CreateCapability", token, input: &input };
    cx.read(|view| cluster::find(view, cx.scope(), &cluster).map(|_| ()))?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    if name.is_empty() || name.len() > 100 || !name.chars().all(is_name) {
        return Err(Beside::CapabilityName(name).about(&cluster));
    }
    role::require(cx, svc, &role, role::CAPABILITY).map_err(|error| error.of(&cluster))?;
    let known = Known::of(cx, svc, &[&role]);
    let block = configuration(&kind, input.configuration.as_ref()).map_err(|error| error.of(&cluster))?;
    cx.write(|tx| {
        repeat::once(tx, cx.scope(), &call, |tx| {
            let of = cluster::find(tx, cx.scope(), &cluster)?;
            let others = all(tx, &of);
            if others.iter().any(|other| other.capability_name == name || other.kind == kind) {
                return Err(Beside::CapabilityExists(name.clone(), kind.clone()).about(&cluster));
            }
            of.require_active()?;
            of.require_access_entries()?;
            let own = Capability {
                scope: of.scope.clone(),
                cluster_name: of.name.clone(),
                capability_name: name.clone(),
                mark: key::mark(cx.ids()),
                kind: kind.clone(),
                status: Status::Creating,
                created_at: cx.now(),
                modified_at: cx.now(),
                delete_propagation_policy: input.delete_propagation_policy.clone().unwrap_or_default(),
                tags: tags.clone(),
                config: Config { role_arn: role.clone(), configuration: block.clone() },
            };
            let by = (cx.ids(), &known);
            access_entry::make_of_service(tx, &of, by, (&role, "STANDARD", policies(&kind)));
            tx.emit(&Changed { kind: "CapabilityCreated", resource: own.arn() });
            tx.after(MILLIS, Settle { key: own.key(), mark: own.mark.clone() });
            let answer = api::CreateCapabilityResponse { capability: Some(shape(&own)) };
            tx.put(own);
            Ok(answer)
        })
    })
}

/// A capability has come, or is gone.
#[derive(Serialize, Deserialize)]
pub(crate) struct Settle {
    key: String,
    mark: String,
}

impl Job for Settle {
    const KIND: &'static str = "eks.capability";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let found = tx.get::<Capability>(self.key.as_str()).filter(|own| own.mark == self.mark);
        let Some(own) = found else { return Ok(()) };
        match own.status {
            Status::Creating => tx.put(Capability { status: Status::Active, ..(*own).clone() }),
            Status::Deleting => {
                let of = cluster::find(tx, &own.scope, &own.cluster_name);
                if let Ok(of) = of {
                    update::forget(tx, &of, Some(&Owner::Capability(own.capability_name.clone())));
                }
                tx.emit(&Changed { kind: "CapabilityDeleted", resource: own.arn() });
                tx.delete::<Capability>(self.key.as_str());
            }
            Status::Active | Status::Updating => {}
        }
        Ok(())
    }
}

/// `DescribeCapability`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Eks,
    input: api::DescribeCapabilityRequest,
) -> Result<api::DescribeCapabilityResponse, Error> {
    cx.read(|view| {
        let of = cluster::find(view, cx.scope(), &input.cluster_name.unwrap_or_default())?;
        let own = find(view, &of, &input.capability_name.unwrap_or_default())?;
        Ok(api::DescribeCapabilityResponse { capability: Some(shape(&own)) })
    })
}

/// `ListCapabilities`, by name.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Eks,
    input: api::ListCapabilitiesRequest,
) -> Result<api::ListCapabilitiesResponse, Error> {
    let name = input.cluster_name.unwrap_or_default();
    let found = cx.read(|view| cluster::find(view, cx.scope(), &name).map(|of| all(view, &of)))?;
    let asked = Asked { token: input.next_token, most: input.max_results };
    let (page, next_token) =
        asked.page(cx, &["ListCapabilities", &name], found, |own| own.capability_name.clone())?;
    let capabilities = page.iter().map(|own| document::shape(&told(own))).collect();
    Ok(api::ListCapabilitiesResponse { capabilities: Some(capabilities), next_token })
}

/// `UpdateCapability`.
pub(crate) fn update(
    cx: &Cx,
    svc: &Eks,
    input: api::UpdateCapabilityRequest,
) -> Result<api::UpdateCapabilityResponse, Error> {
    let cluster = input.cluster_name.clone().unwrap_or_default();
    let name = input.capability_name.clone().unwrap_or_default();
    let token = input.client_request_token.as_deref();
    let call = Call { operation: "UpdateCapability", token, input: &input };
    if let Some(role) = &input.role_arn {
        role::require(cx, svc, role, role::CAPABILITY).map_err(|error| error.of(&cluster))?;
    }
    cx.write(|tx| {
        repeat::once(tx, cx.scope(), &call, |tx| {
            let of = cluster::find(tx, cx.scope(), &cluster)?;
            let own = find(tx, &of, &name)?;
            if own.status != Status::Active {
                let busy = Beside::CapabilityBusy(name.clone(), own.status.name());
                return Err(busy.about(&cluster));
            }
            let mut config = own.config.clone();
            let mut params = Vec::new();
            if let Some(role) = &input.role_arn {
                config.role_arn.clone_from(role);
                params.push(("RoleArn", role.clone()));
            }
            if let Some(asked) = &input.configuration {
                change(&mut config.configuration, asked, &mut params).map_err(|error| error.of(&cluster))?;
            }
            tx.put(Capability { status: Status::Updating, ..(*own).clone() });
            let begun = Begun {
                owner: Owner::Capability(name.clone()),
                kind: "CapabilityUpdate",
                params,
                wanted: json!(config),
                millis: Some(MILLIS),
            };
            Ok(api::UpdateCapabilityResponse { update: Some(update::begin(tx, cx, &of, begun)?) })
        })
    })
}

/// Changes the block of a kind.
fn change(
    own: &mut Value,
    asked: &api::UpdateCapabilityConfiguration,
    params: &mut Vec<(&'static str, String)>,
) -> Result<(), Error> {
    if asked.ack.is_some() && own["ack"].is_null() || asked.argo_cd.is_some() && own["argoCd"].is_null() {
        return Err(Beside::OtherCapability.into());
    }
    if let Some(ack) = &asked.ack {
        if let Some(crosses) = ack.enable_cross_namespace {
            own["ack"]["enableCrossNamespace"] = json!(crosses);
            params.push(("EnableCrossNamespace", crosses.to_string()));
        }
        if let Some(disabled) = &ack.disabled_services {
            own["ack"]["disabledServices"] = json!(disabled);
            params.push(("DisabledServices", json!(disabled).to_string()));
        }
    }
    let Some(argo) = &asked.argo_cd else { return Ok(()) };
    if let Some(access) = &argo.network_access {
        own["argoCd"]["networkAccess"] = Value::Object(document::members(access));
        params.push(("NetworkAccess", document::text(access)));
    }
    let Some(mappings) = &argo.rbac_role_mappings else { return Ok(()) };
    let list = |all: &Option<Vec<api::ArgoCdRoleMapping>>| -> Vec<Value> {
        all.iter().flatten().map(|mapping| Value::Object(document::members(mapping))).collect()
    };
    let (added, removed) =
        (list(&mappings.add_or_update_role_mappings), list(&mappings.remove_role_mappings));
    let mut kept: Vec<Value> = own["argoCd"]["rbacRoleMappings"].as_array().cloned().unwrap_or_default();
    kept.retain(|mapping| !added.iter().chain(&removed).any(|other| other["role"] == mapping["role"]));
    kept.extend(added.clone());
    own["argoCd"]["rbacRoleMappings"] = json!(kept);
    if !added.is_empty() {
        params.push(("RoleMappingsToAddOrUpdate", json!(added).to_string()));
    }
    if !removed.is_empty() {
        params.push(("RoleMappingsToRemove", json!(removed).to_string()));
    }
    Ok(())
}

/// An update of a capability is done.
pub(crate) fn finish(tx: &mut Tx, cluster: &Cluster, name: &str, update: &Update) {
    let Ok(own) = find(tx, cluster, name) else { return };
    let config = serde_json::from_value::<Config>(update.wanted.clone());
    let config = config.unwrap_or_else(|_| own.config.clone());
    let modified_at = tx.now();
    tx.put(Capability { status: Status::Active, config, modified_at, ..(*own).clone() });
}

/// `DeleteCapability`: what it made in the cluster stays.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Eks,
    input: api::DeleteCapabilityRequest,
) -> Result<api::DeleteCapabilityResponse, Error> {
    let cluster = input.cluster_name.unwrap_or_default();
    let name = input.capability_name.unwrap_or_default();
    cx.write(|tx| {
        let of = cluster::find(tx, cx.scope(), &cluster)?;
        let own = find(tx, &of, &name)?;
        if own.status == Status::Updating {
            return Err(Beside::CapabilityBusy(name.clone(), own.status.name()).about(&cluster));
        }
        let own = Capability { status: Status::Deleting, modified_at: cx.now(), ..(*own).clone() };
        tx.after(MILLIS, Settle { key: own.key(), mark: own.mark.clone() });
        let answer = api::DeleteCapabilityResponse { capability: Some(shape(&own)) };
        tx.put(own);
        Ok(answer)
    })
}

fn told(own: &Capability) -> Value {
    let mut told = json!(own);
    told["arn"] = json!(own.arn());
    told["roleArn"] = json!(own.config.role_arn);
    told["configuration"] = own.config.configuration.clone();
    told["health"] = json!({ "issues": [] });
    told
}

fn shape(own: &Capability) -> api::Capability {
    document::shape(&told(own))
}
