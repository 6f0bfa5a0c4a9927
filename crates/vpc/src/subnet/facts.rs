//! What the metadata service may know of subnets.

use super::model::Subnet;
use crate::resource::key;
use crate::vpc::Vpc;
use base::Scope;
use ec2_resource::metadata::{SubnetBlocks, SubnetFacts};
use store::View;

/// Subnets, as instances are told of them.
pub(crate) struct OfMachines;

impl SubnetFacts for OfMachines {
    fn blocks(&self, view: &View, scope: &Scope, subnet: &str) -> Option<SubnetBlocks> {
        let own = view.get::<Subnet>(&key(scope, subnet))?;
        let network = view.get::<Vpc>(&key(scope, own.vpc_id.as_str()))?;
        Some(SubnetBlocks {
            subnet_ipv4: own.block.map(|block| block.to_string()),
            subnet_ipv6: own.ipv6_block().map(|block| block.to_string()).into_iter().collect(),
            vpc_ipv4: network.blocks().map(|block| block.to_string()).collect(),
            vpc_ipv6: network.ipv6_blocks().map(|block| block.to_string()).collect(),
        })
    }
}
