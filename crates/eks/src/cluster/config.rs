//! What a cluster is set to: every block that an update may change, and the defaults of those that are not asked for.

use crate::cluster::components;
use crate::document;
use crate::error::{Error, Setup};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shape::Shape;
use shapes_eks as api;
use std::collections::BTreeSet;

/// Types of logs that a control plane writes.
pub(crate) const LOG_TYPES: [&str; 5] = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

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
    /// Whether traffic may leave a zone; `None` where nobody ever said.
    pub(crate) zonal_shift: Option<bool>,
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

    /// Refuses hybrid nodes of a cluster that cannot have them.
    pub(crate) fn require_remote_networks(&self) -> Result<(), Error> {
        if !self.has_access_entries() {
            return Err(Setup::RemoteAccess.into());
        }
        if self.kubernetes_network_config.ip_family == "ipv6" {
            return Err(Setup::RemoteOfIpv6.into());
        }
        Ok(())
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
                return Err(Setup::NoComponents(self.version.clone()).into());
            }
            components::merge(&mut self.components[*name], &Value::Object(document::members(*block)));
        }
        if self.components.is_null() { Ok(()) } else { components::check(&self.components, &self.tier) }
    }

    /// Takes the switches of Auto Mode of a new cluster, which have to agree; one that is not sent is off.
    ///
    /// # Errors
    /// One is on and another is not.
    pub(crate) fn set_auto_mode(&mut self, asked: &AutoMode<'_>) -> Result<(), Error> {
        let [compute, storage, balancing] = asked.switches().map(|switch| switch == Some(true));
        if storage != compute || balancing != compute {
            return Err(Setup::AutoModeSwitches.into());
        }
        self.turn_auto_mode(asked, compute)
    }

    /// Takes the switches of Auto Mode of a cluster that there is: all of them, also where only node pools or their role
    /// change. Source: EKS API reference, UpdateClusterConfig.
    ///
    /// # Errors
    /// They do not agree, or one is missing; or the role of nodes would change.
    pub(crate) fn change_auto_mode(&mut self, asked: &AutoMode<'_>) -> Result<(), Error> {
        match asked.switches() {
            [Some(compute), Some(storage), Some(balancing)] if storage == compute && balancing == compute => {
                self.turn_auto_mode(asked, compute)
            }
            _ => Err(Setup::AutoModeSwitches.into()),
        }
    }

    fn turn_auto_mode(&mut self, asked: &AutoMode<'_>, is_on: bool) -> Result<(), Error> {
        let had = self.compute_config.clone();
        if !is_on && had.is_none() {
            return Ok(());
        }
        let wanted = asked.compute;
        let role = wanted.and_then(|compute| compute.node_role_arn.clone()).filter(|role| !role.is_empty());
        let old = had.as_ref().filter(|had| had.enabled).and_then(|had| had.node_role_arn.clone());
        if let (Some(old), Some(role)) = (&old, &role)
            && old != role
        {
            return Err(Setup::NodeRoleStays.into());
        }
        let pools = wanted.and_then(|compute| compute.node_pools.clone());
        let pools = pools.or(had.map(|had| had.node_pools)).unwrap_or_default();
        if let Some(pool) = pools.iter().find(|pool| !["general-purpose", "system"].contains(&pool.as_str()))
        {
            return Err(Setup::NodePool(pool.clone()).into());
        }
        if is_on && role.is_some() && pools.is_empty() {
            return Err(Setup::NodePoolsMissing.into());
        }
        let node_role_arn = role.or(old);
        if is_on && !pools.is_empty() && node_role_arn.is_none() {
            return Err(Setup::NodeRoleMissing.into());
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

impl AutoMode<'_> {
    /// Nodes, volumes, load balancers.
    fn switches(&self) -> [Option<bool>; 3] {
        [
            self.compute.and_then(|compute| compute.enabled),
            self.storage.and_then(|storage| storage.block_storage.as_ref()?.enabled),
            self.network.and_then(|network| network.elastic_load_balancing.as_ref()?.enabled),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::Config;
    use serde_json::json;

    /// Folders of older versions hold a switch that is never absent.
    #[test]
    fn an_older_cluster_is_read() {
        let old: Config = serde_json::from_value(json!({ "version": "1.33", "zonalShift": true })).unwrap();
        assert_eq!(old.zonal_shift, Some(true));
        let old: Config = serde_json::from_value(json!({ "zonalShift": false })).unwrap();
        assert_eq!(old.zonal_shift, Some(false));
    }
}
