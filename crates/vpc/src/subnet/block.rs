//! The IPv6 blocks of subnets.

use super::model::{Associated, Ipv6Association, Subnet};
use crate::error::{Error, Ipv6, Kind};
use crate::event::Changed;
use crate::id::SubnetCidrAssociationId;
use crate::ipv6::{ASSOCIATING_MILLIS, BlockState, subnet_block};
use crate::network_interface::NetworkInterface;
use crate::resource::{self, Resource, required, take};
use crate::vpc::Vpc;
use crate::{Vpc as Service, home};
use base::Ipv6Block;
use ports::Cx;
use shapes_ec2 as ec2;
use store::Tx;

/// `AssociateSubnetCidrBlock`: one IPv6 block, inside those of the VPC.
pub(crate) fn associate(
    cx: &Cx,
    _svc: &Service,
    input: ec2::AssociateSubnetCidrBlockRequest,
) -> Result<ec2::AssociateSubnetCidrBlockResult, Error> {
    super::refuse_ipv6_pool(input.ipv6_ipam_pool_id.is_some() || input.ipv6_netmask_length.is_some())?;
    let id = super::id(input.subnet_id)?;
    let block = subnet_block(&required(input.ipv6_cidr_block, "ipv6CidrBlock")?)?;
    let association = home::write(cx, |tx| {
        let mut subnet: Subnet = take(tx, cx.scope(), id.as_str())?;
        if subnet.ipv6.is_some() {
            return Err(Ipv6::SubnetHasBlock(id.to_string()).into());
        }
        let parent: Vpc = take(tx, cx.scope(), subnet.vpc_id.as_str())?;
        require_free(tx, &parent, block)?;
        let association = give(tx, cx, &mut subnet, block);
        tx.emit(&Changed { kind: "SubnetChanged", resource: subnet.arn() });
        tx.put(subnet);
        Ok(association)
    })?;
    Ok(ec2::AssociateSubnetCidrBlockResult {
        subnet_id: Some(id.to_string()),
        ipv6_cidr_block_association: Some(shape(&association, BlockState::Associating.word())),
    })
}

/// Refuses a block that is not the VPC's, or a sibling's already.
pub(super) fn require_free(tx: &Tx, parent: &Vpc, block: Ipv6Block) -> Result<(), Ipv6> {
    if !parent.ipv6_blocks().any(|own| own.covers(block)) {
        return Err(Ipv6::SubnetRange(block.to_string()));
    }
    let of = resource::key(&parent.scope, parent.id.as_str());
    let mut siblings = tx.by(&Subnet::VPC, &of).filter_map(|sibling| sibling.ipv6_block());
    if siblings.any(|own| own.overlaps(block)) {
        return Err(Ipv6::SubnetConflict(block.to_string()));
    }
    Ok(())
}

/// Gives a subnet its block.
pub(super) fn give(tx: &mut Tx, cx: &Cx, subnet: &mut Subnet, block: Ipv6Block) -> Ipv6Association {
    let id = SubnetCidrAssociationId::new(cx.ids());
    let association = Ipv6Association { id, block, state: BlockState::Associating };
    subnet.ipv6 = Some(association.clone());
    let (scope, id) = (subnet.scope.clone(), subnet.id.clone());
    tx.after(ASSOCIATING_MILLIS, Associated { scope, id, association: association.id.clone() });
    association
}

/// `DisassociateSubnetCidrBlock`: not while the subnet gives out addresses of it, nor while anything has one.
pub(crate) fn disassociate(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DisassociateSubnetCidrBlockRequest,
) -> Result<ec2::DisassociateSubnetCidrBlockResult, Error> {
    let text = required(input.association_id, "associationId")?;
    let id = SubnetCidrAssociationId::parse(&text)
        .map_err(|error| Error::Malformed(Kind::SubnetCidrAssociation, error.given, error.prefix))?;
    home::write(cx, |tx| {
        let prefix = resource::prefix(cx.scope());
        let has = |subnet: &Subnet| subnet.ipv6.as_ref().is_some_and(|own| own.id == id);
        let owner = tx.range::<Subnet>(&prefix).find(|subnet| has(subnet)).map(|subnet| (**subnet).clone());
        let unknown = || Error::NotFound(Kind::SubnetCidrAssociation, vec![id.to_string()]);
        let mut subnet = owner.ok_or_else(unknown)?;
        if subnet.assigns_ipv6 {
            return Err(Ipv6::BlockAssigns(id.to_string()).into());
        }
        let of = resource::key(cx.scope(), subnet.id.as_str());
        if tx.by(&NetworkInterface::SUBNET, &of).any(|own| own.has_ipv6()) {
            return Err(Ipv6::BlockInUse(id.to_string()).into());
        }
        let association = subnet.ipv6.take().ok_or_else(unknown)?;
        tx.emit(&Changed { kind: "SubnetChanged", resource: subnet.arn() });
        let subnet_id = Some(subnet.id.to_string());
        tx.put(subnet);
        let ipv6_cidr_block_association = Some(shape(&association, "disassociating"));
        Ok(ec2::DisassociateSubnetCidrBlockResult { subnet_id, ipv6_cidr_block_association })
    })
}

/// The block as it is answered.
pub(super) fn shape(own: &Ipv6Association, state: &str) -> ec2::SubnetIpv6CidrBlockAssociation {
    let state = ec2::SubnetCidrBlockState { state: Some(state.to_owned()), status_message: None };
    ec2::SubnetIpv6CidrBlockAssociation {
        association_id: Some(own.id.to_string()),
        ipv6_cidr_block: Some(own.block.to_string()),
        ipv6_cidr_block_state: Some(state),
        ipv6_address_attribute: Some("public".to_owned()),
        ip_source: Some("amazon".to_owned()),
    }
}
