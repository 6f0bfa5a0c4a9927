//! Identity provider configs: OIDC providers by which people enter a cluster.

use crate::cluster::{self, Cluster};
use crate::document;
use crate::error::{Access, Error};
use crate::event::Changed;
use crate::listing::Asked;
use crate::repeat::{self, Call};
use crate::update::{self, Begun, Owner, Update};
use crate::{Eks, key, tag, version};
use base::{Scope, Tags, Timestamp};
use ports::Cx;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shapes_eks as api;
use std::sync::Arc;
use store::{Record, Rows, Tx};

/// Milliseconds until a config counts, or does no longer.
const MILLIS: u32 = 900_000;
/// Configs of a cluster at the most, and before 1.32.
const MOST: usize = 10;
const MOST_BEFORE: usize = 1;
const MANY_SINCE: u32 = 32;
/// Bytes that the configs of a cluster have together at the most. Source: EKS user guide, "Grant users access to Kubernetes
/// with an external OIDC provider". How AWS counts them it does not say: here it is the text of their members.
const MOST_BYTES: usize = 12 * 1024;

/// An identity provider config.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct IdentityProvider {
    scope: Scope,
    cluster: String,
    name: String,
    mark: String,
    /// The members that were given, by their names.
    oidc: Value,
    status: Status,
    created_at: Timestamp,
    pub(crate) tags: Tags,
}

/// The states of a config.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

impl Record for IdentityProvider {
    const TABLE: &'static str = "eks_identity_provider_config";
    type Key = String;

    fn key(&self) -> String {
        key::child(&self.scope, &self.cluster, &self.name)
    }
}

impl IdentityProvider {
    pub(crate) fn arn(&self) -> String {
        let resource = format!("identityproviderconfig/{}/oidc/{}/{}", self.cluster, self.name, self.mark);
        key::arn(&self.scope, &resource)
    }
}

fn all(rows: &impl Rows, cluster: &Cluster) -> Vec<Arc<IdentityProvider>> {
    rows.below::<IdentityProvider>(&key::below(&cluster.scope, &cluster.name))
}

fn find(rows: &impl Rows, cluster: &Cluster, kind: &str, name: &str) -> Option<Arc<IdentityProvider>> {
    let found = rows.row::<IdentityProvider>(&key::child(&cluster.scope, &cluster.name, name));
    found.filter(|_| kind == "oidc")
}

/// The configs that a cluster is going to have, as updates tell them.
fn set_after(configs: impl Iterator<Item = String>) -> String {
    let set: Value = configs.map(|name| json!({ "type": "oidc", "name": name })).collect();
    set.to_string()
}

/// Refuses what no cluster takes of a provider.
fn require(cluster: &Cluster, own: &[Arc<IdentityProvider>], oidc: &Value) -> Result<(), Error> {
    let issuer = oidc["issuerUrl"].as_str().unwrap_or_default();
    if issuer == cluster.issuer() {
        return Err(Access::OwnIssuer.into());
    }
    let host = issuer.strip_prefix("https://").ok_or(Access::IssuerScheme)?;
    if host.is_empty() || issuer.contains('?') {
        return Err(Access::IssuerUrl(issuer.to_owned()).into());
    }
    for prefix in ["usernamePrefix", "groupsPrefix"] {
        if oidc[prefix].as_str().is_some_and(|prefix| prefix.contains("system:")) {
            return Err(Access::ProviderPrefix.into());
        }
    }
    let minor = version::find(&cluster.config.version).map_or(0, |version| version.minor);
    let most = if minor < MANY_SINCE { MOST_BEFORE } else { MOST };
    if own.len() >= most {
        return Err(Access::TooManyProviders.into());
    }
    if let Some(other) = own.iter().find(|other| other.oidc["issuerUrl"] == oidc["issuerUrl"]) {
        return Err(Access::IssuerTaken(other.name.clone()).into());
    }
    let all = own.iter().map(|other| &other.oidc).chain(std::iter::once(oidc));
    let bytes: usize = all.map(|oidc| oidc.to_string().len()).sum();
    if bytes >= MOST_BYTES { Err(Access::ProvidersLong.into()) } else { Ok(()) }
}

/// `AssociateIdentityProviderConfig`.
pub(crate) fn associate(
    cx: &Cx,
    _svc: &Eks,
    input: api::AssociateIdentityProviderConfigRequest,
) -> Result<api::AssociateIdentityProviderConfigResponse, Error> {
    let cluster = input.cluster_name.clone().unwrap_or_default();
    let tags = tag::read(input.tags.as_ref()).map_err(|error| error.of(&cluster))?;
    let asked = input.oidc.clone().unwrap_or_default();
    let name = asked.identity_provider_config_name.clone().unwrap_or_default();
    let mut oidc = Value::Object(document::members(&asked));
    if oidc["usernameClaim"].is_null() {
        oidc["usernameClaim"] = json!("sub");
    }
    let token = input.client_request_token.as_deref();
    let call = Call { operation: "AssociateIdentityProviderConfig", token, input: &input };
    cx.write(|tx| {
        repeat::once(tx, cx.scope(), &call, |tx| {
            let of = cluster::find(tx, cx.scope(), &cluster)?;
            let own = all(tx, &of);
            if own.iter().any(|other| other.name == name) {
                return Err(Access::ProviderExists(name.clone()).about(&cluster));
            }
            require(&of, &own, &oidc).map_err(|error| error.of(&cluster))?;
            let names = own.iter().map(|other| other.name.clone()).chain(std::iter::once(name.clone()));
            let begun = Begun {
                owner: Owner::Cluster,
                kind: "AssociateIdentityProviderConfig",
                params: vec![("IdentityProviderConfig", set_after(names))],
                wanted: json!(name),
                millis: Some(MILLIS),
            };
            update::require_free(tx, &of, &begun)?;
            of.require_active()?;
            let config = IdentityProvider {
                scope: of.scope.clone(),
                cluster: of.name.clone(),
                name: name.clone(),
                mark: key::mark(cx.ids()),
                oidc: oidc.clone(),
                status: Status::Creating,
                created_at: cx.now(),
                tags: tags.clone(),
            };
            tx.emit(&Changed { kind: "IdentityProviderConfigAssociated", resource: config.arn() });
            tx.put(config);
            let update = update::begin(tx, cx, &of, begun)?;
            Ok(api::AssociateIdentityProviderConfigResponse {
                update: Some(update),
                tags: Some(tags.0.clone()),
            })
        })
    })
}

/// `DisassociateIdentityProviderConfig`.
pub(crate) fn disassociate(
    cx: &Cx,
    _svc: &Eks,
    input: api::DisassociateIdentityProviderConfigRequest,
) -> Result<api::DisassociateIdentityProviderConfigResponse, Error> {
    let cluster = input.cluster_name.clone().unwrap_or_default();
    let asked = input.identity_provider_config.clone().unwrap_or_default();
    let (kind, name) = (asked.type_.unwrap_or_default(), asked.name.unwrap_or_default());
    let token = input.client_request_token.as_deref();
    let call = Call { operation: "DisassociateIdentityProviderConfig", token, input: &input };
    cx.write(|tx| {
        repeat::once(tx, cx.scope(), &call, |tx| {
            let of = cluster::find(tx, cx.scope(), &cluster)?;
            let missing = || Access::ProviderNotAssociated(cluster.clone()).about(&cluster);
            let own = find(tx, &of, &kind, &name).ok_or_else(missing)?;
            let rest = all(tx, &of);
            let rest = rest.iter().map(|other| other.name.clone()).filter(|other| *other != name);
            let begun = Begun {
                owner: Owner::Cluster,
                kind: "DisassociateIdentityProviderConfig",
                params: vec![("IdentityProviderConfig", set_after(rest))],
                wanted: json!(name),
                millis: Some(MILLIS),
            };
            update::require_free(tx, &of, &begun)?;
            of.require_active()?;
            tx.put(IdentityProvider { status: Status::Deleting, ..(*own).clone() });
            let update = update::begin(tx, cx, &of, begun)?;
            Ok(api::DisassociateIdentityProviderConfigResponse { update: Some(update) })
        })
    })
}

/// An association has come, or is gone.
pub(crate) fn finish(tx: &mut Tx, cluster: &Cluster, update: &Update) {
    let name = update.wanted.as_str().unwrap_or_default();
    let Some(own) = find(tx, cluster, "oidc", name) else { return };
    if update.kind == "AssociateIdentityProviderConfig" {
        tx.put(IdentityProvider { status: Status::Active, ..(*own).clone() });
    } else {
        tx.delete::<IdentityProvider>(&own.key());
    }
}

/// `DescribeIdentityProviderConfig`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Eks,
    input: api::DescribeIdentityProviderConfigRequest,
) -> Result<api::DescribeIdentityProviderConfigResponse, Error> {
    let cluster = input.cluster_name.unwrap_or_default();
    let asked = input.identity_provider_config.unwrap_or_default();
    let (kind, name) = (asked.type_.unwrap_or_default(), asked.name.unwrap_or_default());
    cx.read(|view| {
        let of = cluster::find(view, cx.scope(), &cluster)?;
        let own = find(view, &of, &kind, &name);
        let own = own.ok_or_else(|| Access::NoProvider(cluster.clone(), kind, name).about(&cluster))?;
        let mut told = own.oidc.clone();
        told["identityProviderConfigArn"] = json!(own.arn());
        told["clusterName"] = json!(own.cluster);
        told["status"] = json!(own.status.name());
        told["tags"] = json!(own.tags);
        let oidc = Some(document::shape(&told));
        let identity_provider_config = Some(api::IdentityProviderConfigResponse { oidc });
        Ok(api::DescribeIdentityProviderConfigResponse { identity_provider_config })
    })
}

/// `ListIdentityProviderConfigs`, by name.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Eks,
    input: api::ListIdentityProviderConfigsRequest,
) -> Result<api::ListIdentityProviderConfigsResponse, Error> {
    let name = input.cluster_name.unwrap_or_default();
    let found = cx.read(|view| cluster::find(view, cx.scope(), &name).map(|of| all(view, &of)))?;
    let asked = Asked { token: input.next_token, most: input.max_results };
    let (page, next_token) =
        asked.page(cx, &["ListIdentityProviderConfigs", &name], found, |own| own.name.clone())?;
    let shape = |own: &Arc<IdentityProvider>| api::IdentityProviderConfig {
        type_: Some("oidc".to_owned()),
        name: Some(own.name.clone()),
    };
    let configs = page.iter().map(shape).collect();
    Ok(api::ListIdentityProviderConfigsResponse { identity_provider_configs: Some(configs), next_token })
}

/// The cluster is gone.
pub(crate) fn forget(tx: &mut Tx, cluster: &Cluster) {
    for own in all(tx, cluster) {
        tx.delete::<IdentityProvider>(&own.key());
    }
}
