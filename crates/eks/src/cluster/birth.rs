//! `CreateCluster`: what is asked for, what it means where nothing is, and what is made beside it.

use super::blocks::{self, Around};
use super::config::{AutoMode, Config, ElasticLoadBalancing, NetworkConfig, VpcConfig};
use super::network::{self, Place};
use super::{Arrive, CREATING_MILLIS, Cluster, Seen, Status, authority, components, encryption, shape_of};
use crate::access_entry::{self, Known};
use crate::error::{Error, Refusal, Setup};
use crate::event::Changed;
use crate::issuer::IssuerKey;
use crate::repeat::{self, Call};
use crate::version::{self, FIRST_WITH_COMPONENTS, Support, Version};
use crate::{Eks, document, key, role, tag};
use base::{Partition, Tags};
use ports::Cx;
use serde_json::Value;
use shape::Shape;
use shapes_eks as api;
use store::Tx;

/// Clusters of a Region at the most.
const MOST: usize = 100;

/// `CreateCluster`.
pub(crate) fn create(
    cx: &Cx,
    svc: &Eks,
    input: api::CreateClusterRequest,
) -> Result<api::CreateClusterResponse, Error> {
    let name = input.name.clone().unwrap_or_default();
    let tags = tag::read(input.tags.as_ref())?;
    let token = input.client_request_token.as_deref();
    let call = Call { operation: "CreateCluster", token, input: &input };
    let is_new = cx.read(|view| view.get::<Cluster>(&key::own(cx.scope(), &name)).is_none());
    let made = if is_new { Some(Made::new(cx, svc, &input)?) } else { None };
    if is_new {
        role::ensure_linked(cx, svc, &role::OF_CLUSTERS).map_err(|error| error.of(&name))?;
    }
    let compute = input.compute_config.as_ref();
    let node = compute.and_then(|compute| compute.node_role_arn.as_deref()).unwrap_or_default();
    let own = access_entry::own_role(cx.scope());
    let known = Known::of(cx, svc, &[&own, input.role_arn.as_deref().unwrap_or_default(), node]);
    cx.write(|tx| {
        repeat::once(tx, cx.scope(), &call, |tx| {
            let (Some(made), None) = (&made, tx.get::<Cluster>(&key::own(cx.scope(), &name))) else {
                return Err(Refusal::ClusterExists(name.clone()).about(&name));
            };
            found(cx, svc, tx, (&input, &tags), (made, &known))
        })
    })
}

/// What is made before the transaction: keys take a while, and other services are asked.
struct Made {
    id: String,
    cell: String,
    authority: authority::Draft,
    issuer: IssuerKey,
    /// Who becomes its administrator, where it is that there are access entries.
    creator: Option<access_entry::Draft>,
    /// The prefix of IPv6 addresses of services.
    service_ipv6: String,
}

impl Made {
    fn new(cx: &Cx, svc: &Eks, input: &api::CreateClusterRequest) -> Result<Self, Error> {
        let name = input.name.clone().unwrap_or_default();
        let role = input.role_arn.clone().unwrap_or_default();
        let compute = input.compute_config.as_ref();
        let is_auto = compute.is_some_and(|compute| compute.enabled == Some(true));
        let purpose = if is_auto { role::AUTO_CLUSTER } else { role::CLUSTER };
        role::require(cx, svc, &role, purpose).map_err(|error| error.of(&name))?;
        if let Some(node) = compute.and_then(|compute| compute.node_role_arn.as_deref()) {
            role::require(cx, svc, node, role::NODE).map_err(|error| error.of(&name))?;
        }
        let id = cx.ids().text(b"0123456789ABCDEF", 32);
        let cell = ["gr7", "yl4", "sk1"].map(str::to_owned);
        let cell = cell[usize::try_from(cx.ids().below(3)).unwrap_or(0)].clone();
        let bytes = cx.ids().bytes::<5>();
        Ok(Self {
            authority: authority::Draft::first(cx.ids(), cx.now())?,
            issuer: IssuerKey::new(cx.ids(), cx.scope(), &id, cx.now()),
            creator: access_entry::Draft::of_creator(cx, svc),
            service_ipv6: format!(
                "fd{:02x}:{:02x}{:02x}:{:02x}{:02x}::/108",
                bytes[0], bytes[1], bytes[2], bytes[3], bytes[4]
            ),
            id,
            cell,
        })
    }
}

fn found(
    cx: &Cx,
    svc: &Eks,
    tx: &mut Tx,
    (input, tags): (&api::CreateClusterRequest, &Tags),
    (made, known): (&Made, &Known),
) -> Result<api::CreateClusterResponse, Error> {
    let name = input.name.clone().unwrap_or_default();
    let count = tx.range::<Cluster>(&key::home(cx.scope())).filter(|own| own.connector.is_none()).count();
    if count >= MOST {
        return Err(Refusal::TooManyClusters.about(&name));
    }
    if let Some(outposts) = &input.outpost_config {
        let arn = outposts.outpost_arns.iter().flatten().next().cloned().unwrap_or_default();
        return Err(Refusal::NoOutpost(arn).about(&name));
    }
    let wanted = version_of(cx, input).map_err(|error| error.of(&name))?;
    let network = input.resources_vpc_config.clone().unwrap_or_default();
    let is_ipv6 = is_ipv6(input);
    let asked = (
        network.subnet_ids.clone().unwrap_or_default(),
        network.security_group_ids.clone().unwrap_or_default(),
    );
    let place = Place::look(tx, svc, cx.scope(), (&name, is_ipv6), (&asked.0, &asked.1))?;
    let config =
        config_of(cx, input, (wanted, &place), &made.service_ipv6).map_err(|error| error.of(&name))?;
    let mut own = Cluster {
        scope: cx.scope().clone(),
        name,
        id: made.id.clone(),
        cell: made.cell.clone(),
        created_at: cx.now(),
        role: input.role_arn.clone().unwrap_or_default(),
        status: Status::Creating,
        config,
        seen: Seen { reason: Some("no Kubernetes endpoint is built yet".to_owned()), ..Seen::default() },
        upgraded: None,
        connector: None,
        has_self_managed_addons: input.bootstrap_self_managed_addons != Some(false),
        tags: tags.clone(),
    };
    network::make_group(cx, svc, tx, &mut own)?;
    own.seen.interfaces = network::make_interfaces(cx, svc, tx, &own, &place)?;
    made.authority.clone().found(tx, &own);
    tx.put(made.issuer.clone());
    if own.config.has_access_entries() {
        let access = input.access_config.as_ref();
        let bootstraps = access.and_then(|access| access.bootstrap_cluster_creator_admin_permissions);
        if let Some(creator) = made.creator.as_ref().filter(|_| bootstraps != Some(false)) {
            access_entry::make_creator(cx, tx, &own, creator);
        }
        access_entry::make_of_insights(tx, &own, cx.ids(), known);
        access_entry::make_of_auto_mode(tx, &own, cx.ids(), known);
    }
    tx.emit(&Changed { kind: "ClusterCreated", resource: own.arn() });
    tx.after(CREATING_MILLIS, Arrive { key: key::own(&own.scope, &own.name), id: own.id.clone() });
    let answer = api::CreateClusterResponse { cluster: Some(shape_of(tx, &own)) };
    tx.put(own);
    Ok(answer)
}

fn is_ipv6(input: &api::CreateClusterRequest) -> bool {
    let network = input.kubernetes_network_config.as_ref();
    network.and_then(|network| network.ip_family.as_deref()) == Some("ipv6")
}

fn version_of(cx: &Cx, input: &api::CreateClusterRequest) -> Result<&'static Version, Error> {
    match &input.version {
        None => Ok(version::default(cx.now())),
        Some(name) => {
            let known = version::find(name).filter(|version| version.is_supported(cx.now()));
            known.ok_or_else(|| Refusal::Version(name.clone()).into())
        }
    }
}

/// What the cluster is set to: what is asked for, and the defaults.
fn config_of(
    cx: &Cx,
    input: &api::CreateClusterRequest,
    (version, place): (&Version, &Place),
    service_ipv6: &str,
) -> Result<Config, Error> {
    let is_ipv6 = is_ipv6(input);
    let access = input.access_config.clone().unwrap_or_default();
    let mode = access.authentication_mode.unwrap_or_else(|| "CONFIG_MAP".to_owned());
    if mode == "CONFIG_MAP" && access.bootstrap_cluster_creator_admin_permissions == Some(false) {
        return Err(Setup::CreatorNeeded.into());
    }
    let support_type = input.upgrade_policy.as_ref().and_then(|policy| policy.support_type.clone());
    let support_type = support_type.unwrap_or_else(|| "EXTENDED".to_owned());
    if support_type == "STANDARD" && version.support(cx.now()) != Support::Standard {
        return Err(Setup::StandardSupport(version.name.to_owned()).into());
    }
    let scaling = input.control_plane_scaling_config.as_ref().and_then(|scaling| scaling.tier.clone());
    let has_components = version.minor >= FIRST_WITH_COMPONENTS;
    let mut config = Config {
        version: version.name.to_owned(),
        resources_vpc_config: vpc_config(input, place, is_ipv6)?,
        kubernetes_network_config: network_config(input, place, service_ipv6)?,
        encryption_key: encryption::read(cx, input.encryption_config.as_deref())?,
        authentication_mode: mode,
        support_type,
        zonal_shift: input.zonal_shift_config.as_ref().map(|shift| shift.enabled == Some(true)),
        deletion_protection: input.deletion_protection == Some(true),
        tier: scaling.unwrap_or_else(|| "standard".to_owned()),
        components: if has_components { components::defaults() } else { Value::Null },
        ..Config::default()
    };
    if let Some(logging) = &input.logging {
        config.set_logging(logging);
    }
    if let Some(remote) = &input.remote_network_config {
        config.require_remote_networks()?;
        let services = config.kubernetes_network_config.service_ipv4_cidr.as_deref();
        let networks = blocks::remote(remote, &Around { vpc: place.blocks(), services })?;
        config.remote_network_config = Some(networks.ok_or(Setup::RemoteNodesMissing)?);
    }
    let blocks: [(&str, Option<&dyn Shape>); 3] = [
        ("kubeApiServerConfig", input.kube_api_server_config.as_ref().map(|block| block as &dyn Shape)),
        ("kubeSchedulerConfig", input.kube_scheduler_config.as_ref().map(|block| block as &dyn Shape)),
        (
            "kubeControllerManagerConfig",
            input.kube_controller_manager_config.as_ref().map(|block| block as &dyn Shape),
        ),
    ];
    config.set_components(&blocks)?;
    config.set_auto_mode(&AutoMode {
        compute: input.compute_config.as_ref(),
        storage: input.storage_config.as_ref(),
        network: input.kubernetes_network_config.as_ref(),
    })?;
    if config.is_auto() {
        if input.bootstrap_self_managed_addons != Some(false) {
            return Err(Setup::AutoModeAddons.into());
        }
        if !config.has_access_entries() {
            return Err(Setup::AutoModeAccess.into());
        }
    }
    Ok(config)
}

fn vpc_config(input: &api::CreateClusterRequest, place: &Place, is_ipv6: bool) -> Result<VpcConfig, Error> {
    let asked = input.resources_vpc_config.clone().unwrap_or_default();
    let own = VpcConfig {
        subnet_ids: place.subnet_ids(),
        security_group_ids: place.group_ids(),
        vpc_id: place.vpc.id.clone(),
        endpoint_public_access: asked.endpoint_public_access.unwrap_or(true),
        endpoint_private_access: asked.endpoint_private_access.unwrap_or(false),
        public_access_cidrs: blocks::public(asked.public_access_cidrs.as_ref(), is_ipv6)?,
        control_plane_egress_mode: asked
            .control_plane_egress_mode
            .unwrap_or_else(|| "AWS_MANAGED".to_owned()),
    };
    if own.endpoint_public_access || own.endpoint_private_access {
        Ok(own)
    } else {
        Err(Setup::NoEndpoint.into())
    }
}

/// Refuses addresses of IPv6 where there are no such clusters. Source: EKS user guide, "Learn about IPv6 addresses to clusters,
/// Pods, and services".
fn require_ipv6(partition: Partition) -> Result<(), Error> {
    match partition {
        Partition::AwsCn => Err(Setup::Ipv6Elsewhere.into()),
        Partition::Aws | Partition::AwsUsGov => Ok(()),
    }
}

fn network_config(
    input: &api::CreateClusterRequest,
    place: &Place,
    service_ipv6: &str,
) -> Result<NetworkConfig, Error> {
    let asked = input.kubernetes_network_config.clone().unwrap_or_default();
    let is_ipv6 = is_ipv6(input);
    if is_ipv6 {
        require_ipv6(place.partition)?;
    }
    if is_ipv6 && asked.service_ipv4_cidr.is_some() {
        return Err(Setup::ServiceBlockOfIpv6.into());
    }
    let ipv4 = if is_ipv6 {
        None
    } else {
        let name = input.name.as_deref().unwrap_or_default();
        Some(blocks::services(asked.service_ipv4_cidr.as_deref(), place.blocks(), name)?)
    };
    Ok(NetworkConfig {
        service_ipv4_cidr: ipv4,
        service_ipv6_cidr: is_ipv6.then(|| service_ipv6.to_owned()),
        ip_family: if is_ipv6 { "ipv6" } else { "ipv4" }.to_owned(),
        elastic_load_balancing: ElasticLoadBalancing {
            enabled: false,
            gateway_api: asked
                .elastic_load_balancing
                .and_then(|balancing| balancing.gateway_api)
                .map(|gateway| Value::Object(document::members(&gateway))),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::require_ipv6;
    use crate::error::{Error, Setup};
    use base::Partition;

    #[test]
    fn there_are_no_clusters_of_ipv6_in_china() {
        assert_eq!(require_ipv6(Partition::AwsCn), Err(Error::from(Setup::Ipv6Elsewhere)));
        assert!(require_ipv6(Partition::Aws).is_ok() && require_ipv6(Partition::AwsUsGov).is_ok());
    }
}
