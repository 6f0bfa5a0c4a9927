//! What a cluster is set to: every block that an update may change, and the defaults of those that are not asked for.

use crate::cluster::components;
use crate::document;
use crate::error::{Error, Refusal};
use base::Ipv4Block;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shape::Shape;
use shapes_eks as api;
use std::collections::BTreeSet;

/// Types of logs that a control plane writes.
pub(crate) const LOG_TYPES: [&str; 5] = ["api", "audit", "authenticator", "controllerManager", "scheduler"];
/// Blocks that may enter by the public endpoint, at the most.
const MOST_PUBLIC_BLOCKS: usize = 40;
/// Blocks of remote networks of one kind at the most.
const MOST_REMOTE_BLOCKS: usize = 15;

/// What a cluster is set to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Config {
    pub(crate) version: String,
    pub(crate) resources_vpc_config: VpcConfig,
    pub(crate) kubernetes_network_config: NetworkConfig,
    /// The types of logs that are on.
    pub(crate) logs: BTreeSet<String>,
    /// The key that secrets are wrapped with.
    pub(crate) encryption_key: Option<String>,
    pub(crate) authentication_mode: String,
    pub(crate) support_type: String,
    pub(crate) zonal_shift: bool,
    pub(crate) remote_network_config: Option<Value>,
    /// Of Auto Mode; `None` where it was never on.
    pub(crate) compute_config: Option<ComputeConfig>,
    pub(crate) deletion_protection: bool,
    pub(crate) tier: String,
    /// The settings of components, by the names of their members; `Null` of a version that takes none.
    pub(crate) components: Value,
}

/// The network a cluster stands in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct VpcConfig {
    pub(crate) subnet_ids: Vec<String>,
    pub(crate) security_group_ids: Vec<String>,
    pub(crate) vpc_id: String,
    pub(crate) endpoint_public_access: bool,
    pub(crate) endpoint_private_access: bool,
    pub(crate) public_access_cidrs: Vec<String>,
    pub(crate) control_plane_egress_mode: String,
}

/// The network within a cluster.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct NetworkConfig {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) service_ipv4_cidr: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) service_ipv6_cidr: Option<String>,
    pub(crate) ip_family: String,
    pub(crate) elastic_load_balancing: ElasticLoadBalancing,
}

/// Load balancers of Auto Mode.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ElasticLoadBalancing {
    pub(crate) enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) gateway_api: Option<Value>,
}

/// Nodes of Auto Mode. Its volumes and load balancers are on and off with them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ComputeConfig {
    pub(crate) enabled: bool,
    pub(crate) node_pools: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) node_role_arn: Option<String>,
}

impl Config {
    /// Whether Auto Mode is on.
    pub(crate) fn is_auto(&self) -> bool {
        self.compute_config.as_ref().is_some_and(|compute| compute.enabled)
    }

    /// Whether access entries count.
    pub(crate) fn has_access_entries(&self) -> bool {
        self.authentication_mode != "CONFIG_MAP"
    }

    /// `logging` as it is shown: the types that are on, and the others.
    pub(crate) fn logging(&self) -> Value {
        let (on, off): (Vec<&str>, Vec<&str>) = LOG_TYPES.iter().partition(|kind| self.logs.contains(**kind));
        let setup = |types: Vec<&str>, enabled: bool| {
            (!types.is_empty()).then(|| json!({ "types": types, "enabled": enabled }))
        };
        let setups: Vec<Value> = [setup(on, true), setup(off, false)].into_iter().flatten().collect();
        json!({ "clusterLogging": setups })
    }

    /// Turns types of logs on and off.
    pub(crate) fn set_logging(&mut self, logging: &api::Logging) {
        for setup in logging.cluster_logging.iter().flatten() {
            for kind in setup.types.iter().flatten() {
                if setup.enabled == Some(true) {
                    self.logs.insert(kind.clone());
                } else {
                    self.logs.remove(kind);
                }
            }
        }
    }

    /// Puts settings of components over those there are, and holds them to what is taken.
    pub(crate) fn set_components(&mut self, asked: &[(&str, Option<&dyn Shape>)]) -> Result<(), Error> {
        for (name, block) in asked {
            let Some(block) = block else { continue };
            if self.components.is_null() {
                return Err(Refusal::NoComponents(self.version.clone()).into());
            }
            components::merge(&mut self.components[*name], &Value::Object(document::members(*block)));
        }
        if self.components.is_null() { Ok(()) } else { components::check(&self.components, &self.tier) }
    }

    /// Takes the switches of Auto Mode, which have to agree.
    ///
    /// # Errors
    /// One is on and another is not; or the role of nodes would change.
    pub(crate) fn set_auto_mode(&mut self, asked: &AutoMode<'_>) -> Result<(), Error> {
        let compute = asked.compute.and_then(|compute| compute.enabled);
        let storage = asked.storage.and_then(|storage| storage.block_storage.as_ref()?.enabled);
        let balancing = asked.network.and_then(|network| network.elastic_load_balancing.as_ref()?.enabled);
        // A switch that is not sent stays as it is.
        let is_on = compute.unwrap_or(self.is_auto());
        if [storage, balancing].iter().any(|switch| switch.unwrap_or(self.is_auto()) != is_on) {
            return Err(Refusal::AutoModeSwitches.into());
        }
        let had = self.compute_config.clone();
        if !is_on && had.is_none() {
            return Ok(());
        }
        let wanted = asked.compute;
        let role = wanted.and_then(|compute| compute.node_role_arn.clone());
        let old = had.as_ref().filter(|had| had.enabled).and_then(|had| had.node_role_arn.clone());
        if let (Some(old), Some(role)) = (&old, &role)
            && old != role
        {
            return Err(Refusal::NodeRoleStays.into());
        }
        let pools = wanted.and_then(|compute| compute.node_pools.clone());
        let pools = pools.or(had.map(|had| had.node_pools)).unwrap_or_default();
        if let Some(pool) = pools.iter().find(|pool| !["general-purpose", "system"].contains(&pool.as_str()))
        {
            return Err(Refusal::NodePool(pool.clone()).into());
        }
        let node_role_arn = role.or(old);
        if is_on && !pools.is_empty() && node_role_arn.is_none() {
            return Err(Refusal::NodeRoleMissing.into());
        }
        self.compute_config = Some(ComputeConfig {
            enabled: is_on,
            node_pools: if is_on { pools } else { Vec::new() },
            node_role_arn: node_role_arn.filter(|_| is_on),
        });
        self.kubernetes_network_config.elastic_load_balancing.enabled = is_on;
        Ok(())
    }
}

/// What a call asks of Auto Mode.
pub(crate) struct AutoMode<'a> {
    pub(crate) compute: Option<&'a api::ComputeConfigRequest>,
    pub(crate) storage: Option<&'a api::StorageConfigRequest>,
    pub(crate) network: Option<&'a api::KubernetesNetworkConfigRequest>,
}

/// The blocks that may enter by the public endpoint, as they are shown.
pub(crate) fn public_blocks(asked: Option<&Vec<String>>, is_ipv6: bool) -> Result<Vec<String>, Error> {
    let everything = || {
        let six = is_ipv6.then_some("::/0");
        std::iter::once("0.0.0.0/0").chain(six).map(str::to_owned).collect()
    };
    let Some(asked) = asked.filter(|asked| !asked.is_empty()) else { return Ok(everything()) };
    let is_block = |text: &String| {
        text.parse::<Ipv4Block>().is_ok_and(|block| block.to_string() == *text)
            || is_ipv6 && text.parse::<base::Ipv6Block>().is_ok()
    };
    let bad: Vec<String> = asked.iter().filter(|text| !is_block(text)).cloned().collect();
    if !bad.is_empty() {
        return Err(Refusal::PublicBlocks(bad).into());
    }
    if asked.len() > MOST_PUBLIC_BLOCKS {
        return Err(Refusal::TooManyPublicBlocks.into());
    }
    Ok(asked.clone())
}

/// The block that services of a cluster get addresses of. `vpc` are the blocks around it.
pub(crate) fn service_block(asked: Option<&str>, vpc: &[Ipv4Block]) -> Result<String, Error> {
    let private = |text: &str| text.parse::<Ipv4Block>().expect("a block that stands here");
    let tens = private("10.0.0.0/8");
    let Some(asked) = asked else {
        let is_in_tens = vpc.iter().any(|block| tens.covers(*block));
        return Ok(if is_in_tens { "172.20.0.0/16" } else { "10.100.0.0/16" }.to_owned());
    };
    let block: Ipv4Block = asked.parse().map_err(|_| Refusal::ServiceBlock(asked.to_owned()))?;
    let is_private = [tens, private("172.16.0.0/12"), private("192.168.0.0/16")]
        .iter()
        .any(|private| private.covers(block));
    if !is_private || !(12..=24).contains(&block.prefix()) {
        return Err(Refusal::ServiceBlock(asked.to_owned()).into());
    }
    if vpc.iter().any(|other| other.overlaps(block)) {
        return Err(Refusal::ServiceBlockOverlaps(asked.to_owned()).into());
    }
    Ok(block.to_string())
}

/// The networks of hybrid nodes, as they are shown; `None` where they are taken away.
pub(crate) fn remote_networks(
    asked: &api::RemoteNetworkConfigRequest,
    around: &[Ipv4Block],
) -> Result<Option<Value>, Error> {
    let nodes: Vec<&Vec<String>> =
        asked.remote_node_networks.iter().flatten().filter_map(|network| network.cidrs.as_ref()).collect();
    let pods: Vec<&Vec<String>> =
        asked.remote_pod_networks.iter().flatten().filter_map(|network| network.cidrs.as_ref()).collect();
    let mut seen: Vec<Ipv4Block> = around.to_vec();
    for blocks in [&nodes, &pods] {
        let blocks: Vec<&String> = blocks.iter().copied().flatten().collect();
        if blocks.len() > MOST_REMOTE_BLOCKS {
            return Err(Refusal::TooManyRemoteBlocks.into());
        }
        for text in blocks {
            let bad = || Refusal::RemoteBlock(text.clone());
            let block: Ipv4Block = text.parse().map_err(|_| bad())?;
            if block.prefix() < 8 || seen.iter().any(|other| other.overlaps(block)) {
                return Err(bad().into());
            }
            seen.push(block);
        }
    }
    let is_empty = nodes.iter().chain(&pods).all(|blocks| blocks.is_empty());
    Ok((!is_empty).then(|| Value::Object(document::members(asked))))
}

#[cfg(test)]
mod tests {
    use super::{public_blocks, service_block};

    #[test]
    fn services_get_a_private_block_beside_the_network() {
        for (asked, vpc, want) in [
            (None, "10.0.0.0/16", Some("172.20.0.0/16")),
            (None, "192.168.0.0/16", Some("10.100.0.0/16")),
            (Some("10.1.0.0/16"), "10.0.0.0/16", Some("10.1.0.0/16")),
            (Some("10.0.128.0/20"), "10.0.0.0/16", None),
            (Some("176.22.0.0/16"), "10.0.0.0/16", None),
            (Some("10.1.0.0/25"), "10.0.0.0/16", None),
            (Some("10.0.0.0/8"), "192.168.0.0/16", None),
            (Some("nothing"), "10.0.0.0/16", None),
        ] {
            let got = service_block(asked, &[vpc.parse().unwrap()]).ok();
            assert_eq!(got.as_deref(), want, "{asked:?} {vpc}");
        }
    }

    #[test]
    fn public_blocks_are_blocks() {
        let blocks = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        assert_eq!(public_blocks(None, true).unwrap(), ["0.0.0.0/0", "::/0"]);
        assert!(public_blocks(Some(&blocks(&["10.0.0.0/8", "1.2.3.4/32"])), false).is_ok());
        assert!(public_blocks(Some(&blocks(&["2001:db8::/32"])), false).is_err());
        assert!(public_blocks(Some(&blocks(&["1.2.3.4"])), false).is_err());
        assert!(public_blocks(Some(&blocks(&["1.2.3.4/8"])), false).is_err());
        assert!(public_blocks(Some(&vec!["1.2.3.4/32".to_owned(); 41]), false).is_err());
    }
}
