//! How a peering connection is answered.

use super::model::{Side, State, VpcPeeringConnection};
use crate::resource::tag_set;
use shapes_ec2 as ec2;
use store::View;

pub(super) fn shape(view: &View, own: &VpcPeeringConnection) -> ec2::VpcPeeringConnection {
    // The other side's network is told once it has agreed; options are there while the connection is.
    let is_active = own.is_active();
    let status = ec2::VpcPeeringConnectionStateReason {
        code: Some(own.state.word().to_owned()),
        message: Some(own.message()),
    };
    ec2::VpcPeeringConnection {
        vpc_peering_connection_id: Some(own.id.to_string()),
        requester_vpc_info: Some(side(view, &own.requester, true, is_active)),
        accepter_vpc_info: Some(side(view, &own.accepter, is_active, is_active)),
        expiration_time: matches!(own.state, State::Initiating | State::Pending)
            .then(|| own.expires_at.into()),
        status: Some(status),
        tags: tag_set(&own.tags),
        ..ec2::VpcPeeringConnection::default()
    }
}

fn side(view: &View, own: &Side, has_blocks: bool, has_options: bool) -> ec2::VpcPeeringConnectionVpcInfo {
    let mut info = ec2::VpcPeeringConnectionVpcInfo {
        owner_id: Some(own.scope.account.to_string()),
        region: Some(own.scope.region.to_string()),
        vpc_id: Some(own.vpc_id.to_string()),
        ..ec2::VpcPeeringConnectionVpcInfo::default()
    };
    if has_blocks {
        let blocks = own.blocks(view);
        let block = |block: &base::Ipv4Block| ec2::CidrBlock { cidr_block: Some(block.to_string()) };
        info.cidr_block = blocks.first().map(ToString::to_string);
        info.cidr_block_set = Some(blocks.iter().map(block).collect());
    }
    if has_options {
        info.peering_options = Some(ec2::VpcPeeringConnectionOptionsDescription {
            allow_dns_resolution_from_remote_vpc: Some(own.resolves_dns),
            allow_egress_from_local_classic_link_to_remote_vpc: Some(false),
            allow_egress_from_local_vpc_to_remote_classic_link: Some(false),
            ..ec2::VpcPeeringConnectionOptionsDescription::default()
        });
    }
    info
}

pub(super) fn options(own: &Side) -> ec2::PeeringConnectionOptions {
    ec2::PeeringConnectionOptions {
        allow_dns_resolution_from_remote_vpc: Some(own.resolves_dns),
        allow_egress_from_local_classic_link_to_remote_vpc: Some(false),
        allow_egress_from_local_vpc_to_remote_classic_link: Some(false),
        ..ec2::PeeringConnectionOptions::default()
    }
}
