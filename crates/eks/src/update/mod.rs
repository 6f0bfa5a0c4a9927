//! Updates: what was asked of a cluster or of something in it, and how that went.
//!
//! What is asked for stands in the update until it is done; only then does the resource show it.

use crate::addon;
use crate::capability;
use crate::cluster::{self, Cluster, Status};
use crate::document;
use crate::error::{Error, Refusal};
use crate::event::Changed;
use crate::key;
use crate::listing::Asked;
use crate::nodegroup::{self, Issue};
use crate::repeat::{self, Call};
use crate::{Eks, Ports};
use base::{Scope, Timestamp};
use ports::Cx;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shapes_eks as api;
use std::sync::Arc;
use store::{Job, JobError, Record, Rows, Tx};

/// What an update is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Owner {
    Cluster,
    Nodegroup(String),
    Addon(String),
    Capability(String),
}

impl Owner {
    /// Its part of keys.
    fn text(&self) -> String {
        match self {
            Self::Cluster => "cluster".to_owned(),
            Self::Nodegroup(name) => format!("nodegroup {name}"),
            Self::Addon(name) => format!("addon {name}"),
            Self::Capability(name) => format!("capability {name}"),
        }
    }

    fn read(nodegroup: Option<String>, addon: Option<String>, capability: Option<String>) -> Self {
        let nodegroup = nodegroup.map(Self::Nodegroup);
        nodegroup
            .or_else(|| addon.map(Self::Addon))
            .or_else(|| capability.map(Self::Capability))
            .unwrap_or(Self::Cluster)
    }
}

/// An update.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Update {
    scope: Scope,
    cluster: String,
    pub(crate) owner: Owner,
    pub(crate) id: String,
    pub(crate) kind: String,
    /// Types and values, in the order of the API.
    params: Vec<(String, String)>,
    created_at: Timestamp,
    pub(crate) status: UpdateStatus,
    /// What is to be, in the form of whom it is about.
    pub(crate) wanted: Value,
    /// Why it was called off.
    cancelled: Option<String>,
    /// Why it failed.
    #[serde(default)]
    problems: Vec<Problem>,
}

/// Why an update failed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Problem {
    error_code: String,
    error_message: String,
    resource_ids: Vec<String>,
}

impl Problem {
    /// What is wrong with a node group keeps its update from being done.
    pub(crate) fn of(issue: &Issue) -> Self {
        Self {
            error_code: issue.update_code().to_owned(),
            error_message: issue.message.clone(),
            resource_ids: issue.resource_ids.clone(),
        }
    }
}

/// The states of an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum UpdateStatus {
    InProgress,
    Successful,
    Cancelled,
    Failed,
}

impl UpdateStatus {
    fn name(self) -> &'static str {
        match self {
            Self::InProgress => "InProgress",
            Self::Successful => "Successful",
            Self::Cancelled => "Cancelled",
            Self::Failed => "Failed",
        }
    }
}

impl Record for Update {
    const TABLE: &'static str = "eks_update";
    type Key = String;

    fn key(&self) -> String {
        format!("{}{}", below(&self.scope, &self.cluster, &self.owner), self.id)
    }
}

fn below(scope: &Scope, cluster: &str, owner: &Owner) -> String {
    format!("{}{}/", key::below(scope, cluster), owner.text())
}

/// What an update is to be.
pub(crate) struct Begun {
    pub(crate) owner: Owner,
    pub(crate) kind: &'static str,
    pub(crate) params: Vec<(&'static str, String)>,
    pub(crate) wanted: Value,
    /// How long it takes; `None` where it takes as long as what is done, and [`succeed`] or [`fail`] ends it.
    pub(crate) millis: Option<u32>,
}

/// The update of an owner that is running.
pub(crate) fn running(rows: &impl Rows, cluster: &Cluster, owner: &Owner) -> Option<Arc<Update>> {
    let all = rows.below::<Update>(&below(&cluster.scope, &cluster.name, owner));
    all.into_iter().find(|update| update.status == UpdateStatus::InProgress)
}

/// Refuses what would run beside another update of the same owner.
pub(crate) fn require_free(rows: &impl Rows, cluster: &Cluster, begun: &Begun) -> Result<(), Error> {
    match running(rows, cluster, &begun.owner) {
        None => Ok(()),
        Some(other) => {
            let (kind, name) = (begun.kind, cluster.name.clone());
            Err(Refusal::Updating(kind, name, other.id.clone()).about(&cluster.name))
        }
    }
}

/// Begins an update; the cluster is updating until it is done, where the update is about the cluster itself.
///
/// # Errors
/// Another one is running.
pub(crate) fn begin(tx: &mut Tx, cx: &Cx, cluster: &Cluster, begun: Begun) -> Result<api::Update, Error> {
    require_free(tx, cluster, &begun)?;
    let update = Update {
        scope: cluster.scope.clone(),
        cluster: cluster.name.clone(),
        owner: begun.owner,
        id: cx.ids().uuid(),
        kind: begun.kind.to_owned(),
        params: begun.params.into_iter().map(|(kind, value)| (kind.to_owned(), value)).collect(),
        created_at: cx.now(),
        status: UpdateStatus::InProgress,
        wanted: begun.wanted,
        cancelled: None,
        problems: Vec::new(),
    };
    if update.owner == Owner::Cluster {
        tx.put(Cluster { status: Status::Updating, ..cluster.clone() });
    }
    tx.emit(&Changed { kind: "UpdateBegun", resource: cluster.arn() });
    if let Some(millis) = begun.millis {
        tx.after(millis, Finish { key: update.key(), cluster: cluster.id.clone() });
    }
    let shape = shape(&update);
    tx.put(update);
    Ok(shape)
}

/// An update is done.
#[derive(Serialize, Deserialize)]
pub(crate) struct Finish {
    key: String,
    /// The id of its cluster: another one may have its name by now.
    cluster: String,
}

impl Job for Finish {
    const KIND: &'static str = "eks.update";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let found = tx.get::<Update>(self.key.as_str());
        let Some(update) = found.filter(|update| update.status == UpdateStatus::InProgress) else {
            return Ok(());
        };
        let cluster = tx.get::<Cluster>(&key::own(&update.scope, &update.cluster));
        let Some(cluster) = cluster.filter(|cluster| cluster.id == self.cluster) else { return Ok(()) };
        tx.put(Update { status: UpdateStatus::Successful, ..(*update).clone() });
        match &update.owner {
            Owner::Cluster => cluster::finish(tx, &cluster, &update),
            Owner::Addon(name) => addon::finish(tx, &cluster, name, &update),
            Owner::Capability(name) => capability::finish(tx, &cluster, name, &update),
            Owner::Nodegroup(name) => nodegroup::finish(tx, &cluster, name, &update),
        }
        tx.emit(&Changed { kind: "UpdateFinished", resource: cluster.arn() });
        Ok(())
    }
}

/// What an owner's running update was to do is done.
pub(crate) fn succeed(tx: &mut Tx, cluster: &Cluster, owner: &Owner) {
    end(tx, cluster, owner, (UpdateStatus::Successful, Vec::new()));
}

/// What an owner's running update was to do cannot be done.
pub(crate) fn fail(tx: &mut Tx, cluster: &Cluster, owner: &Owner, problems: Vec<Problem>) {
    end(tx, cluster, owner, (UpdateStatus::Failed, problems));
}

fn end(tx: &mut Tx, cluster: &Cluster, owner: &Owner, (status, problems): (UpdateStatus, Vec<Problem>)) {
    let Some(update) = running(tx, cluster, owner) else { return };
    tx.put(Update { status, problems, ..(*update).clone() });
    tx.emit(&Changed { kind: "UpdateFinished", resource: cluster.arn() });
}

/// Everything of an owner is forgotten with it.
pub(crate) fn forget(tx: &mut Tx, cluster: &Cluster, owner: Option<&Owner>) {
    let prefix = match owner {
        Some(owner) => below(&cluster.scope, &cluster.name, owner),
        None => key::below(&cluster.scope, &cluster.name),
    };
    for update in tx.below::<Update>(&prefix) {
        tx.delete::<Update>(&update.key());
    }
}

/// `ListUpdates`, by id.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Eks,
    input: api::ListUpdatesRequest,
) -> Result<api::ListUpdatesResponse, Error> {
    let name = input.name.unwrap_or_default();
    let owner = Owner::read(input.nodegroup_name, input.addon_name, input.capability_name);
    let found = cx.read(|view| {
        let cluster = require(view, cx.scope(), &name, &owner)?;
        Ok::<_, Error>(view.below::<Update>(&below(&cluster.scope, &cluster.name, &owner)))
    })?;
    let asked = Asked { token: input.next_token, most: input.max_results };
    let call = ["ListUpdates", &name, &owner.text()];
    let (page, next_token) = asked.page(cx, &call, found, |update| update.id.clone())?;
    let update_ids = page.iter().map(|update| update.id.clone()).collect();
    Ok(api::ListUpdatesResponse { update_ids: Some(update_ids), next_token })
}

/// `DescribeUpdate`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Eks,
    input: api::DescribeUpdateRequest,
) -> Result<api::DescribeUpdateResponse, Error> {
    let name = input.name.unwrap_or_default();
    let id = input.update_id.unwrap_or_default();
    let owner = Owner::read(input.nodegroup_name, input.addon_name, input.capability_name);
    cx.read(|view| {
        require(view, cx.scope(), &name, &owner)?;
        let found = view.get::<Update>(&format!("{}{id}", below(cx.scope(), &name, &owner)));
        let update = found.ok_or_else(|| Refusal::NoUpdate(id.clone()).about(&name))?;
        Ok(api::DescribeUpdateResponse { update: Some(shape(&update)) })
    })
}

/// The cluster, where it is there with whatever of it the call names.
fn require(rows: &impl Rows, scope: &Scope, name: &str, owner: &Owner) -> Result<Arc<Cluster>, Error> {
    let cluster = cluster::find(rows, scope, name)?;
    match owner {
        Owner::Cluster => {}
        Owner::Addon(addon) => {
            addon::find(rows, &cluster, addon)?;
        }
        Owner::Capability(own) => {
            capability::find(rows, &cluster, own)?;
        }
        Owner::Nodegroup(own) => {
            nodegroup::find(rows, &cluster, own)?;
        }
    }
    Ok(cluster)
}

/// `CancelUpdate`: only a version that is taken back can be called off.
pub(crate) fn cancel(
    cx: &Cx,
    _svc: &Eks,
    input: api::CancelUpdateRequest,
) -> Result<api::CancelUpdateResponse, Error> {
    let name = input.name.clone().unwrap_or_default();
    let id = input.update_id.clone().unwrap_or_default();
    let token = input.client_request_token.as_deref();
    let call = Call { operation: "CancelUpdate", token, input: &input };
    cx.write(|tx| {
        repeat::once(tx, cx.scope(), &call, |tx| {
            let cluster = cluster::find(tx, cx.scope(), &name)?;
            let found = tx.get::<Update>(&format!("{}{id}", below(cx.scope(), &name, &Owner::Cluster)));
            let update = found.ok_or_else(|| Refusal::NoUpdate(id.clone()).about(&name))?;
            // It is while nodes of Auto Mode roll back that it can be: there are none that would.
            if update.kind != "VersionRollback"
                || update.status != UpdateStatus::InProgress
                || !cluster.config.is_auto()
            {
                return Err(Refusal::NotCancellable(id.clone()).about(&name));
            }
            let cancelled = Some("Cancelled by the user".to_owned());
            let update = Update { status: UpdateStatus::Cancelled, cancelled, ..(*update).clone() };
            // Those of the control plane that was to take over.
            let ports = tx.given::<Ports>();
            for id in update.wanted["interfaces"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                ports.interfaces.remove(tx, cx.scope(), id);
            }
            tx.put(Cluster { status: Status::Active, ..(*cluster).clone() });
            let answer = api::CancelUpdateResponse { update: Some(shape(&update)) };
            tx.put(update);
            Ok(answer)
        })
    })
}

fn shape(update: &Update) -> api::Update {
    let params: Vec<Value> =
        update.params.iter().map(|(kind, value)| json!({ "type": kind, "value": value })).collect();
    document::shape(&json!({
        "id": update.id,
        "status": update.status.name(),
        "type": update.kind,
        "params": params,
        "createdAt": update.created_at,
        "errors": update.problems,
        "cancellation": update.cancelled.as_ref().map(|reason| json!({ "status": "Successful", "reason": reason })),
    }))
}
