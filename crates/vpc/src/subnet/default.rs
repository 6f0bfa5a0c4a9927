//! The default subnets of the default VPC.

use super::block::{give, require_free};
use super::model::{Subnet, join_default_acl};
use crate::error::{Error, Ipv6};
use crate::event::Changed;
use crate::resource::{self, Resource};
use crate::vpc::{self, State, Vpc};
use crate::{Vpc as Service, home};
use base::{Ipv4Block, Ipv6Block, Tags};
use ports::Cx;
use shapes_ec2 as ec2;
use store::Tx;

/// Bits of the block of a default subnet.
const PREFIX: u8 = 20;
/// The same of IPv6.
const IPV6_PREFIX: u8 = 64;

/// `CreateDefaultSubnet`: that of a zone, again after it was deleted. It has the first /20 of the default VPC that is free.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateDefaultSubnetRequest,
) -> Result<ec2::CreateDefaultSubnetResult, Error> {
    if input.availability_zone.is_none() && input.availability_zone_id.is_none() {
        return Err(Error::Missing("availabilityZone"));
    }
    let zone = super::zone(cx, input.availability_zone.as_deref(), input.availability_zone_id.as_deref())?;
    let is_native = input.ipv6_native == Some(true);
    let subnet = home::write(cx, |tx| {
        let parent = vpc::default(tx, cx).ok_or(Error::DefaultVpcMissing)?;
        let of = resource::key(cx.scope(), parent.id.as_str());
        let sibling = tx.by(&Subnet::VPC, &of).find(|own| own.default_for_az && own.zone == zone);
        if let Some(sibling) = sibling {
            return Err(Error::DefaultSubnetExists(sibling.id.to_string(), zone.name.clone()));
        }
        let block = if is_native { None } else { Some(free_block(tx, &parent)?) };
        let mut subnet = Subnet::new(cx.ids(), &parent, block, zone.clone(), Tags::default());
        subnet.default_for_az = true;
        subnet.map_public_ip = !is_native;
        subnet.state = State::Available;
        if is_native {
            let block = free_ipv6_block(tx, &parent)?;
            give(tx, cx, &mut subnet, block);
        }
        join_default_acl(tx, &subnet, cx.ids());
        tx.emit(&Changed { kind: "SubnetCreated", resource: subnet.arn() });
        tx.put(subnet.clone());
        Ok(subnet)
    })?;
    Ok(ec2::CreateDefaultSubnetResult { subnet: Some(super::shape(&subnet)) })
}

/// The first /20 of a VPC that no subnet lies in.
fn free_block(tx: &Tx, parent: &Vpc) -> Result<Ipv4Block, Error> {
    let of = resource::key(&parent.scope, parent.id.as_str());
    let taken: Vec<Ipv4Block> = tx.by(&Subnet::VPC, &of).filter_map(|own| own.block).collect();
    for own in parent.blocks() {
        let step = 1_usize << (32 - u32::from(PREFIX));
        let size = u32::try_from(own.size()).unwrap_or(u32::MAX);
        for offset in (0..size).step_by(step) {
            let block = own.nth(offset).and_then(|address| Ipv4Block::new(address, PREFIX));
            let fits = |block: &Ipv4Block| own.covers(*block) && !taken.iter().any(|t| t.overlaps(*block));
            if let Some(block) = block.filter(fits) {
                return Ok(block);
            }
        }
    }
    let own = parent.blocks().next().map(|block| block.to_string());
    Err(Error::SubnetConflict(own.unwrap_or_default()))
}

/// The first /64 of a VPC that no subnet lies in.
fn free_ipv6_block(tx: &Tx, parent: &Vpc) -> Result<Ipv6Block, Error> {
    let own = parent.ipv6_blocks().next().ok_or_else(|| {
        let none = Ipv6Block::ANYWHERE.to_string();
        Ipv6::SubnetRange(none)
    })?;
    let count = 1_u128 << (IPV6_PREFIX - own.prefix());
    let nth =
        |number: u128| Ipv6Block::new(own.with_host(number << (128 - u32::from(IPV6_PREFIX))), IPV6_PREFIX);
    let mut blocks = (0..count).filter_map(nth);
    blocks
        .find(|block| require_free(tx, parent, *block).is_ok())
        .ok_or_else(|| Ipv6::SubnetConflict(own.to_string()).into())
}
