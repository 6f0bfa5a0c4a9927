//! Clusters.

pub(crate) mod authority;
mod birth;
pub(crate) mod blocks;
pub(crate) mod components;
pub(crate) mod config;
pub(crate) mod encryption;
mod model;
mod network;
mod shape;
pub(crate) mod update_config;
pub(crate) mod version;

pub(crate) use birth::create;
pub(crate) use model::{Cluster, Connector, Seen, Status, Upgrade, any, find, issuer_place};
pub(crate) use shape::cluster as shape_of;

use crate::error::{Error, Refusal};
use crate::event::Changed;
use crate::listing::Asked;
use crate::update::{self, Owner, Update};
use crate::{
    Eks, Ports, access_entry, addon, capability, fargate_profile, identity_provider, insight, issuer, key,
    nodegroup, pod_identity,
};
use base::Ids;
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_eks as api;
use store::{Job, JobError, Tx};

/// Milliseconds until a cluster is there, and until it is gone.
const CREATING_MILLIS: u32 = 540_000;
const DELETING_MILLIS: u32 = 180_000;

/// `DescribeCluster`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Eks,
    input: api::DescribeClusterRequest,
) -> Result<api::DescribeClusterResponse, Error> {
    let name = input.name.unwrap_or_default();
    cx.read(|view| {
        let own = any(view, cx.scope(), &name)?;
        Ok(api::DescribeClusterResponse { cluster: Some(shape_of(view, &own)) })
    })
}

/// `ListClusters`, by name; those that run elsewhere only where they are asked for.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Eks,
    input: api::ListClustersRequest,
) -> Result<api::ListClustersResponse, Error> {
    let everything = input.include.iter().flatten().any(|kind| kind == "all");
    if let Some(kind) = input.include.iter().flatten().find(|kind| *kind != "all") {
        return Err(Refusal::Include(kind.clone()).into());
    }
    let mut all = cx.read(|view| view.range::<Cluster>(&key::home(cx.scope())).cloned().collect::<Vec<_>>());
    all.retain(|cluster| everything || cluster.connector.is_none());
    let asked = Asked { token: input.next_token, most: input.max_results };
    let call = ["ListClusters", if everything { "all" } else { "" }];
    let (page, next_token) = asked.page(cx, &call, all, |cluster| cluster.name.clone())?;
    let clusters = page.iter().map(|cluster| cluster.name.clone()).collect();
    Ok(api::ListClustersResponse { clusters: Some(clusters), next_token })
}

/// A cluster's creation has come to its end.
#[derive(Serialize, Deserialize)]
pub(crate) struct Arrive {
    key: String,
    id: String,
}

impl Job for Arrive {
    const KIND: &'static str = "eks.cluster-created";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let found = tx.get::<Cluster>(self.key.as_str()).filter(|cluster| cluster.id == self.id);
        if let Some(cluster) = found.filter(|cluster| cluster.status == Status::Creating) {
            tx.emit(&Changed { kind: "ClusterActive", resource: cluster.arn() });
            tx.put(Cluster { status: Status::Active, ..(*cluster).clone() });
        }
        Ok(())
    }
}

/// `DeleteCluster`.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Eks,
    input: api::DeleteClusterRequest,
) -> Result<api::DeleteClusterResponse, Error> {
    let name = input.name.unwrap_or_default();
    cx.write(|tx| {
        let own = any(tx, cx.scope(), &name)?;
        if own.connector.is_some() {
            return Err(Refusal::Connected(name.clone()).about(&name));
        }
        if own.status == Status::Active && own.config.deletion_protection {
            return Err(Refusal::Protected(name.clone()).about(&name));
        }
        nodegroup::require_none(tx, &own)?;
        if let Some(profile) = fargate_profile::any(tx, &own) {
            return Err(profile.in_the_way(&own));
        }
        if capability::any(tx, &own).is_some() {
            return Err(Refusal::HasCapabilities.about(&name));
        }
        if own.status == Status::Updating && update::running(tx, &own, &Owner::Cluster).is_some() {
            return Err(Refusal::DeletingUpdated(name.clone()).about(&name));
        }
        let own = Cluster { status: Status::Deleting, ..(*own).clone() };
        tx.emit(&Changed { kind: "ClusterDeleting", resource: own.arn() });
        tx.after(DELETING_MILLIS, Leave { key: key::own(&own.scope, &own.name), id: own.id.clone() });
        let answer = api::DeleteClusterResponse { cluster: Some(shape_of(tx, &own)) };
        tx.put(own);
        Ok(answer)
    })
}

/// A cluster is gone, with everything in it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Leave {
    key: String,
    id: String,
}

impl Job for Leave {
    const KIND: &'static str = "eks.cluster-deleted";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let found = tx.get::<Cluster>(self.key.as_str()).filter(|cluster| cluster.id == self.id);
        let Some(own) = found.filter(|cluster| cluster.status == Status::Deleting) else { return Ok(()) };
        let ports = tx.given::<Ports>();
        for interface in &own.seen.interfaces {
            ports.interfaces.remove(tx, &own.scope, interface);
        }
        if let Some(group) = &own.seen.group {
            ports.groups.remove(tx, &own.scope, group);
        }
        authority::forget(tx, &own);
        issuer::forget(tx, &own);
        access_entry::forget(tx, &own);
        addon::forget(tx, &own);
        pod_identity::forget(tx, &own);
        identity_provider::forget(tx, &own);
        insight::forget(tx, &own);
        update::forget(tx, &own, None);
        tx.emit(&Changed { kind: "ClusterDeleted", resource: own.arn() });
        tx.delete::<Cluster>(self.key.as_str());
        Ok(())
    }
}

/// An update of the cluster itself is done.
pub(crate) fn finish(tx: &mut Tx, own: &Cluster, update: &Update) {
    let mut own = own.clone();
    own.status = Status::Active;
    match update.kind.as_str() {
        "CertificateAuthorityUpdate" => authority::finish(tx, &own, update),
        "AssociateIdentityProviderConfig" | "DisassociateIdentityProviderConfig" => {
            identity_provider::finish(tx, &own, update);
        }
        _ => update_config::finish(tx, &mut own, update),
    }
    network::restore_group(tx, &own, &Ids::seeded(0, &update.id));
    tx.put(own);
}
