//! Add-ons.

mod catalogue;
mod check;
mod schema;
mod supported;
mod yaml;

pub(crate) use supported::{configuration, versions};

use crate::Eks;
use crate::cluster::{self, Cluster};
use crate::document;
use crate::error::{Error, Within};
use crate::event::Changed;
use crate::key;
use crate::listing::Asked;
use crate::pod_identity;
use crate::repeat::{self, Call};
use crate::update::{self, Begun, Owner, Update};
use crate::{role, tag};
use base::{Scope, Tags, Timestamp};
use check::{known, require_roles, require_text, require_values};
use ports::Cx;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shapes_eks as api;
use std::sync::Arc;
use store::{Job, JobError, Record, Rows, Tx};

/// Milliseconds until an add-on is there, changed, or gone.
const MILLIS: u32 = 45_000;

/// An add-on of a cluster.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Addon {
    pub(crate) scope: Scope,
    cluster_name: String,
    addon_name: String,
    /// The end of its ARN.
    mark: String,
    status: Status,
    created_at: Timestamp,
    modified_at: Timestamp,
    pub(crate) tags: Tags,
    config: Config,
    namespace: String,
}

/// What an update changes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Config {
    addon_version: String,
    service_account_role_arn: Option<String>,
    configuration_values: Option<String>,
}

/// The states of an add-on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

impl Record for Addon {
    const TABLE: &'static str = "eks_addon";
    type Key = String;

    fn key(&self) -> String {
        key::child(&self.scope, &self.cluster_name, &self.addon_name)
    }
}

impl Addon {
    pub(crate) fn arn(&self) -> String {
        key::arn(&self.scope, &format!("addon/{}/{}/{}", self.cluster_name, self.addon_name, self.mark))
    }
}

/// The add-on of that name.
pub(crate) fn find(rows: &impl Rows, cluster: &Cluster, name: &str) -> Result<Arc<Addon>, Error> {
    let found = rows.row::<Addon>(&key::child(&cluster.scope, &cluster.name, name));
    let missing = || Within::NoAddon(name.to_owned(), cluster.name.clone());
    found.ok_or_else(|| missing().about(&cluster.name).addon(name))
}

/// Every add-on of a cluster.
pub(crate) fn all(rows: &impl Rows, cluster: &Cluster) -> Vec<Arc<Addon>> {
    rows.below::<Addon>(&key::below(&cluster.scope, &cluster.name))
}

/// Names and versions of a cluster's add-ons that do not go with a minor version.
pub(crate) fn misfits(rows: &impl Rows, cluster: &Cluster, minor: u32) -> Vec<(String, Vec<String>)> {
    let own = all(rows, cluster);
    let misfit = |addon: &Arc<Addon>| {
        let known = catalogue::find(&addon.addon_name)?;
        let fits = known.version(&addon.config.addon_version).is_some_and(|version| version.fits(minor));
        let compatible = known.versions.iter().filter(|version| version.fits(minor));
        (!fits)
            .then(|| (addon.addon_name.clone(), compatible.map(|version| version.name.to_owned()).collect()))
    };
    own.iter().filter_map(misfit).collect()
}

/// `CreateAddon`.
pub(crate) fn create(
    cx: &Cx,
    svc: &Eks,
    input: api::CreateAddonRequest,
) -> Result<api::CreateAddonResponse, Error> {
    let cluster = input.cluster_name.clone().unwrap_or_default();
    let name = input.addon_name.clone().unwrap_or_default();
    let words = |error: Error| error.of(&cluster).addon(&name);
    let tags = tag::read(input.tags.as_ref())?;
    let pods = input.pod_identity_associations.as_ref();
    let call = Call { operation: "CreateAddon", token: input.client_request_token.as_deref(), input: &input };
    let roles = || require_roles(cx, svc, input.service_account_role_arn.as_deref(), pods).map_err(words);
    require_text(input.configuration_values.as_deref()).map_err(words)?;
    role::require_account(cx, input.service_account_role_arn.as_deref().unwrap_or_default())
        .map_err(words)?;
    cx.read(|view| cluster::find(view, cx.scope(), &cluster).map(|_| ()))?;
    roles()?;
    cx.write(|tx| {
        repeat::once(tx, cx.scope(), &call, |tx| {
            let of = cluster::find(tx, cx.scope(), &cluster)?;
            let (known, version) = known(&of, &name, input.addon_version.as_deref()).map_err(words)?;
            if tx.get::<Addon>(&key::child(&of.scope, &of.name, &name)).is_some() {
                return Err(words(Within::AddonExists.into()));
            }
            of.require_active()?;
            require_values(&name, input.configuration_values.as_deref()).map_err(words)?;
            let namespace = input.namespace_config.as_ref().and_then(|namespace| namespace.namespace.clone());
            if namespace.as_deref().is_some_and(|namespace| !pod_identity::is_label(namespace)) {
                return Err(words(Within::AddonNamespace.into()));
            }
            let own = Addon {
                scope: of.scope.clone(),
                cluster_name: of.name.clone(),
                addon_name: name.clone(),
                mark: key::mark(cx.ids()),
                status: Status::Creating,
                created_at: cx.now(),
                modified_at: cx.now(),
                tags: tags.clone(),
                config: Config {
                    addon_version: version.to_owned(),
                    service_account_role_arn: input.service_account_role_arn.clone(),
                    configuration_values: input.configuration_values.clone(),
                },
                namespace: namespace.unwrap_or_else(|| known.namespace.to_owned()),
            };
            for association in pods.into_iter().flatten() {
                pod_identity::make_owned(cx, tx, &of, (&own.arn(), &own.namespace), association)?;
            }
            tx.emit(&Changed { kind: "AddonCreated", resource: own.arn() });
            settle(tx, &of, &own);
            let answer = api::CreateAddonResponse { addon: Some(shape(tx, &own)) };
            tx.put(own);
            Ok(answer)
        })
    })
}

fn settle(tx: &mut Tx, of: &Cluster, own: &Addon) {
    tx.after(MILLIS, Settle { key: own.key(), mark: own.mark.clone(), cluster: of.id.clone() });
}

/// An add-on has come, or is gone.
#[derive(Serialize, Deserialize)]
pub(crate) struct Settle {
    key: String,
    mark: String,
    cluster: String,
}

impl Job for Settle {
    const KIND: &'static str = "eks.addon";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let found = tx.get::<Addon>(self.key.as_str()).filter(|own| own.mark == self.mark);
        let Some(own) = found else { return Ok(()) };
        match own.status {
            Status::Creating => tx.put(Addon { status: Status::Active, ..(*own).clone() }),
            Status::Deleting => {
                let cluster = tx.get::<Cluster>(&key::own(&own.scope, &own.cluster_name));
                if let Some(cluster) = cluster.filter(|cluster| cluster.id == self.cluster) {
                    pod_identity::forget_owned(tx, &cluster, &own.arn());
                    update::forget(tx, &cluster, Some(&Owner::Addon(own.addon_name.clone())));
                }
                tx.emit(&Changed { kind: "AddonDeleted", resource: own.arn() });
                tx.delete::<Addon>(self.key.as_str());
            }
            Status::Active | Status::Updating => {}
        }
        Ok(())
    }
}

/// `DescribeAddon`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Eks,
    input: api::DescribeAddonRequest,
) -> Result<api::DescribeAddonResponse, Error> {
    cx.read(|view| {
        let cluster = cluster::find(view, cx.scope(), &input.cluster_name.unwrap_or_default())?;
        let own = find(view, &cluster, &input.addon_name.unwrap_or_default())?;
        Ok(api::DescribeAddonResponse { addon: Some(shape(view, &own)) })
    })
}

/// `ListAddons`, by name.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Eks,
    input: api::ListAddonsRequest,
) -> Result<api::ListAddonsResponse, Error> {
    let name = input.cluster_name.unwrap_or_default();
    let found = cx.read(|view| cluster::find(view, cx.scope(), &name).map(|cluster| all(view, &cluster)))?;
    let asked = Asked { token: input.next_token, most: input.max_results };
    let (page, next_token) = asked.page(cx, &["ListAddons", &name], found, |own| own.addon_name.clone())?;
    let addons = page.iter().map(|own| own.addon_name.clone()).collect();
    Ok(api::ListAddonsResponse { addons: Some(addons), next_token })
}

/// `UpdateAddon`.
pub(crate) fn update(
    cx: &Cx,
    svc: &Eks,
    input: api::UpdateAddonRequest,
) -> Result<api::UpdateAddonResponse, Error> {
    let cluster = input.cluster_name.clone().unwrap_or_default();
    let name = input.addon_name.clone().unwrap_or_default();
    let words = |error: Error| error.of(&cluster).addon(&name);
    let pods = input.pod_identity_associations.as_ref();
    let call = Call { operation: "UpdateAddon", token: input.client_request_token.as_deref(), input: &input };
    require_text(input.configuration_values.as_deref()).map_err(words)?;
    require_roles(cx, svc, input.service_account_role_arn.as_deref(), pods).map_err(words)?;
    cx.write(|tx| {
        repeat::once(tx, cx.scope(), &call, |tx| {
            let of = cluster::find(tx, cx.scope(), &cluster)?;
            let own = find(tx, &of, &name)?;
            if own.status != Status::Active {
                return Err(words(Within::AddonBusy(name.clone(), own.status.name()).into()));
            }
            let mut config = own.config.clone();
            if let Some(version) = &input.addon_version {
                known(&of, &name, Some(version)).map_err(words)?;
                config.addon_version.clone_from(version);
            }
            if let Some(role) = &input.service_account_role_arn {
                config.service_account_role_arn = Some(role.clone()).filter(|role| !role.is_empty());
            }
            if let Some(values) = &input.configuration_values {
                require_values(&name, Some(values)).map_err(words)?;
                config.configuration_values = Some(values.clone()).filter(|values| !values.is_empty());
            }
            if let Some(pods) = pods {
                pod_identity::forget_owned(tx, &of, &own.arn());
                for association in pods {
                    pod_identity::make_owned(cx, tx, &of, (&own.arn(), &own.namespace), association)?;
                }
            }
            tx.put(Addon { status: Status::Updating, ..(*own).clone() });
            let begun = Begun {
                owner: Owner::Addon(name.clone()),
                kind: "AddonUpdate",
                params: params(&input),
                wanted: json!(config),
                millis: Some(MILLIS),
            };
            Ok(api::UpdateAddonResponse { update: Some(update::begin(tx, cx, &of, begun)?) })
        })
    })
}

/// What an update is told by: only what was sent, in this order.
fn params(input: &api::UpdateAddonRequest) -> Vec<(&'static str, String)> {
    let pods = input.pod_identity_associations.as_ref().map(|pods| {
        let pods: Value = pods.iter().map(|pod| Value::Object(document::members(pod))).collect();
        pods.to_string()
    });
    [
        ("AddonVersion", input.addon_version.clone()),
        ("ServiceAccountRoleArn", input.service_account_role_arn.clone()),
        ("ResolveConflicts", input.resolve_conflicts.clone()),
        ("ConfigurationValues", input.configuration_values.clone()),
        ("PodIdentityAssociations", pods),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name, value?)))
    .collect()
}

/// An update of an add-on is done.
pub(crate) fn finish(tx: &mut Tx, cluster: &Cluster, name: &str, update: &Update) {
    let Ok(own) = find(tx, cluster, name) else { return };
    let config = serde_json::from_value::<Config>(update.wanted.clone());
    let config = config.unwrap_or_else(|_| own.config.clone());
    let modified_at = tx.now();
    tx.put(Addon { status: Status::Active, config, modified_at, ..(*own).clone() });
}

/// `DeleteAddon`: what it put into the cluster may stay there. Nothing is there yet.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Eks,
    input: api::DeleteAddonRequest,
) -> Result<api::DeleteAddonResponse, Error> {
    let cluster = input.cluster_name.clone().unwrap_or_default();
    let name = input.addon_name.clone().unwrap_or_default();
    cx.write(|tx| {
        let of = cluster::find(tx, cx.scope(), &cluster)?;
        let own = find(tx, &of, &name)?;
        if own.status == Status::Updating {
            let busy = Within::AddonBusy(name.clone(), own.status.name());
            return Err(busy.about(&cluster).addon(&name));
        }
        let own = Addon { status: Status::Deleting, modified_at: cx.now(), ..(*own).clone() };
        settle(tx, &of, &own);
        let answer = api::DeleteAddonResponse { addon: Some(shape(tx, &own)) };
        tx.put(own);
        Ok(answer)
    })
}

/// The cluster is gone.
pub(crate) fn forget(tx: &mut Tx, cluster: &Cluster) {
    for own in all(tx, cluster) {
        tx.delete::<Addon>(&own.key());
    }
}

/// AWS leaves publisher and owner out of its own add-ons.
fn shape(rows: &impl Rows, own: &Addon) -> api::Addon {
    let associations = pod_identity::owned(rows, (&own.scope, &own.cluster_name), &own.arn());
    let associations: Vec<String> = associations.iter().map(|association| association.arn()).collect();
    document::shape(&json!({
        "addonName": own.addon_name,
        "clusterName": own.cluster_name,
        "status": own.status.name(),
        "addonVersion": own.config.addon_version,
        "health": { "issues": [] },
        "addonArn": own.arn(),
        "createdAt": own.created_at,
        "modifiedAt": own.modified_at,
        "serviceAccountRoleArn": own.config.service_account_role_arn,
        "configurationValues": own.config.configuration_values,
        "tags": own.tags,
        "podIdentityAssociations": (!associations.is_empty()).then_some(associations),
        "namespaceConfig": { "namespace": own.namespace },
    }))
}
