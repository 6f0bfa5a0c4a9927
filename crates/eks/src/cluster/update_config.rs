//! `UpdateClusterConfig`: one kind of change a call, each an update of its own.

use super::blocks::{self, Around};
use super::config::{AutoMode, Config};
use super::network::{self, Place};
use super::{Cluster, find};
use crate::access_entry::{self, Known};
use crate::document;
use crate::error::{Error, Refusal, Setup};
use crate::repeat::{self, Call};
use crate::update::{self, Begun, Owner, Update};
use crate::version::{self, Support};
use crate::{Eks, Ports, role};
use base::Ids;
use ports::Cx;
use serde_json::{Value, json};
use shape::Shape;
use shapes_eks as api;
use store::Tx;

/// Milliseconds that a change takes.
const MILLIS: u32 = 180_000;

/// What an update wants a cluster to be set to.
pub(crate) fn wanted(config: &Config) -> Value {
    json!({ "config": config })
}

/// A change that is asked for: its kind, what it is told by, and what the cluster is to be set to.
struct Change {
    kind: &'static str,
    params: Vec<(&'static str, String)>,
    config: Config,
    /// The place that the cluster moves to.
    place: Option<Place>,
}

/// `UpdateClusterConfig`.
pub(crate) fn update(
    cx: &Cx,
    svc: &Eks,
    input: api::UpdateClusterConfigRequest,
) -> Result<api::UpdateClusterConfigResponse, Error> {
    let name = input.name.clone().unwrap_or_default();
    let token = input.client_request_token.as_deref();
    let call = Call { operation: "UpdateClusterConfig", token, input: &input };
    let compute = input.compute_config.as_ref();
    if let Some(node) = compute.and_then(|compute| compute.node_role_arn.as_deref()) {
        role::require(cx, svc, node, role::NODE).map_err(|error| error.of(&name))?;
    }
    let known = of_auto_mode(cx, svc, &name, compute).map_err(|error| error.of(&name))?;
    cx.write(|tx| {
        repeat::once(tx, cx.scope(), &call, |tx| {
            let own = find(tx, cx.scope(), &name)?;
            let kind = kind_of(&input).map_err(|error| error.of(&name))?;
            let change = change(cx, svc, tx, (&own, &input, kind)).map_err(|error| error.of(&name))?;
            let mut told = wanted(&change.config);
            let begun = |wanted: Value| Begun {
                owner: Owner::Cluster,
                kind: change.kind,
                params: change.params.clone(),
                wanted,
                millis: Some(MILLIS),
            };
            update::require_free(tx, &own, &begun(Value::Null))?;
            own.require_active()?;
            if let Some(place) = &change.place {
                let moved = Cluster { config: change.config.clone(), ..(*own).clone() };
                told["interfaces"] = json!(network::make_interfaces(cx, svc, tx, &moved, place)?);
            }
            told["seed"] = json!(cx.ids().below(u64::MAX));
            told["known"] = json!(known);
            let update = update::begin(tx, cx, &own, begun(told))?;
            Ok(api::UpdateClusterConfigResponse { update: Some(update) })
        })
    })
}

/// The roles that Auto Mode would act by. That of the cluster has to trust EKS with sessions that have tags.
fn of_auto_mode(
    cx: &Cx,
    svc: &Eks,
    name: &str,
    compute: Option<&api::ComputeConfigRequest>,
) -> Result<Known, Error> {
    let Some(compute) = compute.filter(|compute| compute.enabled == Some(true)) else {
        return Ok(Known::default());
    };
    let own = cx.read(|view| find(view, cx.scope(), name))?;
    if !own.config.is_auto() {
        role::require(cx, svc, &own.role, role::AUTO_CLUSTER)?;
    }
    Ok(Known::of(cx, svc, &[&own.role, compute.node_role_arn.as_deref().unwrap_or_default()]))
}

/// The kinds of changes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Endpoint,
    Place,
    Egress,
    Logging,
    Access,
    UpgradePolicy,
    ZonalShift,
    AutoMode,
    RemoteNetwork,
    Protection,
    Tier,
    Components,
}

/// The one kind that is asked for.
fn kind_of(input: &api::UpdateClusterConfigRequest) -> Result<Kind, Error> {
    let network = input.resources_vpc_config.as_ref();
    let of_network = |asks: fn(&api::VpcConfigRequest) -> bool| network.is_some_and(asks);
    let is_auto = input.compute_config.is_some()
        || input.storage_config.is_some()
        || input.kubernetes_network_config.is_some();
    let has_components = input.kube_api_server_config.is_some()
        || input.kube_scheduler_config.is_some()
        || input.kube_controller_manager_config.is_some();
    let asked = [
        (
            Kind::Endpoint,
            of_network(|network| {
                network.endpoint_public_access.is_some()
                    || network.endpoint_private_access.is_some()
                    || network.public_access_cidrs.is_some()
            }),
        ),
        (
            Kind::Place,
            of_network(|network| network.subnet_ids.is_some() || network.security_group_ids.is_some()),
        ),
        (Kind::Egress, of_network(|network| network.control_plane_egress_mode.is_some())),
        (Kind::Logging, input.logging.is_some()),
        (Kind::Access, input.access_config.is_some()),
        (Kind::UpgradePolicy, input.upgrade_policy.is_some()),
        (Kind::ZonalShift, input.zonal_shift_config.is_some()),
        (Kind::AutoMode, is_auto),
        (Kind::RemoteNetwork, input.remote_network_config.is_some()),
        (Kind::Protection, input.deletion_protection.is_some()),
        (Kind::Tier, input.control_plane_scaling_config.is_some()),
        (Kind::Components, has_components),
    ];
    let mut kinds = asked.iter().filter(|(_, is_asked)| *is_asked).map(|(kind, _)| *kind);
    match (kinds.next(), kinds.next()) {
        (Some(kind), None) => Ok(kind),
        (Some(_), Some(_)) => Err(Refusal::OneKind.into()),
        (None, _) => Err(Refusal::NoKind.into()),
    }
}

fn change(
    cx: &Cx,
    svc: &Eks,
    tx: &Tx,
    (own, input, kind): (&Cluster, &api::UpdateClusterConfigRequest, Kind),
) -> Result<Change, Error> {
    let config = own.config.clone();
    match kind {
        Kind::Endpoint => endpoint(config, input),
        Kind::Place => moved(svc, tx, own, input),
        Kind::Egress => egress(config, input),
        Kind::Logging => logging(config, input),
        Kind::Access => access(config, input),
        Kind::UpgradePolicy => upgrade_policy(cx, config, input),
        Kind::AutoMode => auto_mode(config, input),
        Kind::RemoteNetwork => remote_network(svc, tx, own, input),
        Kind::ZonalShift | Kind::Protection | Kind::Tier | Kind::Components => simple(config, input, kind),
    }
}

fn plain(kind: &'static str, params: Vec<(&'static str, String)>, config: Config) -> Change {
    Change { kind, params, config, place: None }
}

fn endpoint(mut config: Config, input: &api::UpdateClusterConfigRequest) -> Result<Change, Error> {
    let asked = input.resources_vpc_config.clone().unwrap_or_default();
    let before = config.resources_vpc_config.clone();
    let own = &mut config.resources_vpc_config;
    let mut params = Vec::new();
    if let Some(public) = asked.endpoint_public_access {
        own.endpoint_public_access = public;
        params.push(("EndpointPublicAccess", public.to_string()));
    }
    if let Some(private) = asked.endpoint_private_access {
        own.endpoint_private_access = private;
        params.push(("EndpointPrivateAccess", private.to_string()));
    }
    if let Some(blocks) = &asked.public_access_cidrs {
        let is_ipv6 = config.kubernetes_network_config.ip_family == "ipv6";
        own.public_access_cidrs = blocks::public(Some(blocks), is_ipv6)?;
        params.push(("PublicAccessCidrs", json!(own.public_access_cidrs).to_string()));
    }
    if !own.endpoint_public_access && !own.endpoint_private_access {
        return Err(Setup::NoEndpoint.into());
    }
    if *own == before {
        let (private, public) = (own.endpoint_private_access, own.endpoint_public_access);
        return Err(Setup::SameEndpoint(private, public, own.public_access_cidrs.clone()).into());
    }
    Ok(plain("EndpointAccessUpdate", params, config))
}

fn moved(
    svc: &Eks,
    tx: &Tx,
    own: &Cluster,
    input: &api::UpdateClusterConfigRequest,
) -> Result<Change, Error> {
    let asked = input.resources_vpc_config.clone().unwrap_or_default();
    let before = &own.config.resources_vpc_config;
    let subnets = asked.subnet_ids.clone().unwrap_or_else(|| before.subnet_ids.clone());
    let groups = asked.security_group_ids.clone().unwrap_or_else(|| before.security_group_ids.clone());
    let is_ipv6 = own.config.kubernetes_network_config.ip_family == "ipv6";
    let place = Place::look(tx, svc, &own.scope, (&own.name, is_ipv6), (&subnets, &groups))?;
    if place.vpc.id != before.vpc_id {
        return Err(Refusal::SubnetsOutside(before.vpc_id.clone()).into());
    }
    let known = before.subnet_ids.iter().filter_map(|id| svc.networks.subnet(tx, &own.scope, id));
    let mut zones: Vec<String> = known.map(|subnet| subnet.zone.name).collect();
    zones.sort();
    zones.dedup();
    if place.zones() != zones {
        return Err(Refusal::OtherZones(place.zones(), zones).into());
    }
    let mut config = own.config.clone();
    config.resources_vpc_config = network::with(before, &place);
    let mut params = Vec::new();
    if asked.subnet_ids.is_some() {
        params.push(("Subnets", json!(subnets).to_string()));
    }
    if asked.security_group_ids.is_some() {
        params.push(("SecurityGroups", json!(groups).to_string()));
    }
    Ok(Change { kind: "VpcConfigUpdate", params, config, place: Some(place) })
}

fn egress(mut config: Config, input: &api::UpdateClusterConfigRequest) -> Result<Change, Error> {
    let asked = input.resources_vpc_config.as_ref();
    let mode = asked.and_then(|asked| asked.control_plane_egress_mode.clone()).unwrap_or_default();
    let own = &mut config.resources_vpc_config.control_plane_egress_mode;
    if mode == "AWS_MANAGED" && *own != "AWS_MANAGED" {
        return Err(Setup::EgressStays.into());
    }
    own.clone_from(&mode);
    Ok(plain("ControlPlaneEgressUpdate", vec![("ControlPlaneEgressMode", mode)], config))
}

fn logging(mut config: Config, input: &api::UpdateClusterConfigRequest) -> Result<Change, Error> {
    let asked = input.logging.clone().unwrap_or_default();
    let before = config.logs.clone();
    config.set_logging(&asked);
    if config.logs == before {
        return Err(Setup::SameLogging.into());
    }
    Ok(plain("LoggingUpdate", vec![("ClusterLogging", document::text(&asked))], config))
}

/// From the config map to both, and from both to access entries alone: one step at a time, and never back.
fn access(mut config: Config, input: &api::UpdateClusterConfigRequest) -> Result<Change, Error> {
    let asked = input.access_config.as_ref().and_then(|access| access.authentication_mode.clone());
    let (from, to) = (config.authentication_mode.clone(), asked.unwrap_or_default());
    if !matches!((&*from, &*to), ("CONFIG_MAP", "API_AND_CONFIG_MAP") | ("API_AND_CONFIG_MAP", "API")) {
        return Err(Setup::AuthenticationMode(from, to).into());
    }
    config.authentication_mode.clone_from(&to);
    Ok(plain("AccessConfigUpdate", vec![("AuthenticationMode", to)], config))
}

fn upgrade_policy(
    cx: &Cx,
    mut config: Config,
    input: &api::UpdateClusterConfigRequest,
) -> Result<Change, Error> {
    let asked = input.upgrade_policy.clone().unwrap_or_default();
    let support = asked.support_type.clone().unwrap_or_else(|| config.support_type.clone());
    let version = version::find(&config.version);
    let is_standard = version.is_none_or(|version| version.support(cx.now()) == Support::Standard);
    if support == "STANDARD" && !is_standard {
        return Err(Setup::StandardSupport(config.version).into());
    }
    config.support_type = support;
    Ok(plain("UpgradePolicyUpdate", vec![("UpgradePolicy", document::text(&asked))], config))
}

fn auto_mode(mut config: Config, input: &api::UpdateClusterConfigRequest) -> Result<Change, Error> {
    let asked = AutoMode {
        compute: input.compute_config.as_ref(),
        storage: input.storage_config.as_ref(),
        network: input.kubernetes_network_config.as_ref(),
    };
    let enables = asked.compute.is_some_and(|compute| compute.enabled == Some(true));
    if !config.is_auto() && !enables {
        return Err(Setup::NotAutoMode.into());
    }
    config.change_auto_mode(&asked)?;
    if config.is_auto() && !config.has_access_entries() {
        return Err(Setup::AutoModeAccess.into());
    }
    let blocks: [(&str, Option<&dyn Shape>); 3] = [
        ("ComputeConfig", asked.compute.map(|block| block as &dyn Shape)),
        ("StorageConfig", asked.storage.map(|block| block as &dyn Shape)),
        ("KubernetesNetworkConfig", asked.network.map(|block| block as &dyn Shape)),
    ];
    Ok(plain("AutoModeUpdate", texts(&blocks), config))
}

/// The blocks that were sent, as text.
fn texts(blocks: &[(&'static str, Option<&dyn Shape>)]) -> Vec<(&'static str, String)> {
    blocks.iter().filter_map(|(name, block)| Some((*name, document::text((*block)?)))).collect()
}

fn remote_network(
    svc: &Eks,
    tx: &Tx,
    own: &Cluster,
    input: &api::UpdateClusterConfigRequest,
) -> Result<Change, Error> {
    let asked = input.remote_network_config.clone().unwrap_or_default();
    let mut config = own.config.clone();
    config.require_remote_networks()?;
    let vpc = svc.networks.vpc(tx, &own.scope, &config.resources_vpc_config.vpc_id);
    let vpc = vpc.map(|vpc| vpc.blocks).unwrap_or_default();
    let services = config.kubernetes_network_config.service_ipv4_cidr.as_deref();
    // Empty networks take away those that there are.
    config.remote_network_config = blocks::remote(&asked, &Around { vpc: &vpc, services })?;
    let params = vec![("RemoteNetworkConfig", document::text(&asked))];
    Ok(plain("RemoteNetworkConfigUpdate", params, config))
}

fn simple(mut config: Config, input: &api::UpdateClusterConfigRequest, kind: Kind) -> Result<Change, Error> {
    if kind == Kind::ZonalShift {
        let asked = input.zonal_shift_config.clone().unwrap_or_default();
        config.zonal_shift = Some(asked.enabled == Some(true));
        return Ok(plain(
            "ZonalShiftConfigUpdate",
            vec![("ZonalShiftConfig", document::text(&asked))],
            config,
        ));
    }
    if kind == Kind::Protection {
        config.deletion_protection = input.deletion_protection == Some(true);
        let params = vec![("DeletionProtection", config.deletion_protection.to_string())];
        return Ok(plain("DeletionProtectionUpdate", params, config));
    }
    if kind == Kind::Tier {
        let asked = input.control_plane_scaling_config.as_ref().and_then(|scaling| scaling.tier.clone());
        let (from, to) = (config.tier.clone(), asked.unwrap_or_else(|| config.tier.clone()));
        config.tier.clone_from(&to);
        config.set_components(&[])?;
        let params = vec![("PreviousTier", from), ("UpdatedTier", to)];
        return Ok(plain("ControlPlaneScalingConfigUpdate", params, config));
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
    let named: [(&str, Option<&dyn Shape>); 3] = [
        ("KubeApiServerConfig", blocks[0].1),
        ("KubeSchedulerConfig", blocks[1].1),
        ("KubeControllerManagerConfig", blocks[2].1),
    ];
    Ok(plain("ControlPlaneComponentConfigUpdate", texts(&named), config))
}

/// What was wanted is so.
pub(super) fn finish(tx: &mut Tx, own: &mut Cluster, update: &Update) {
    let config = serde_json::from_value::<Config>(update.wanted["config"].clone());
    let Ok(config) = config else { return };
    let before = std::mem::replace(&mut own.config, config);
    if let Some(interfaces) = update.wanted["interfaces"].as_array() {
        let ports = tx.given::<Ports>();
        for old in std::mem::take(&mut own.seen.interfaces) {
            ports.interfaces.remove(tx, &own.scope, &old);
        }
        own.seen.interfaces = interfaces.iter().filter_map(|id| id.as_str()).map(str::to_owned).collect();
    }
    if own.config.version != before.version {
        let from = before.version.clone();
        own.upgraded = (update.kind == "VersionUpdate").then(|| super::Upgrade { from, at: tx.now() });
    }
    if own.config.is_auto() && !before.is_auto() {
        let seed = update.wanted["seed"].as_u64().unwrap_or_default();
        let known = serde_json::from_value::<Known>(update.wanted["known"].clone()).unwrap_or_default();
        access_entry::make_of_auto_mode(tx, own, &Ids::seeded(seed, "eks"), &known);
    }
}
