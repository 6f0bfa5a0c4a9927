//! Subnets.

mod block;
mod default;
mod facts;
mod model;
pub(crate) mod reservation;
mod space;

pub(crate) use block::{associate as associate_cidr_block, disassociate as disassociate_cidr_block};
pub(crate) use default::create as create_default;
pub(crate) use facts::OfMachines;
pub(crate) use model::{Associated, Available, Subnet, join_default_acl};
pub(crate) use reservation::CidrReservation;

use crate::error::{Error, Ipv6, Kind};
use crate::event::Changed;
use crate::id::SubnetId;
use crate::ipam::{self, Block, Family, FromPool};
use crate::listing::{self, Wish};
use crate::network_acl::NetworkAcl;
use crate::network_interface::NetworkInterface;
use crate::resource::{self, Resource, required, tag_set, take};
use crate::route_table::RouteTable;
use crate::vpc::{self, Vpc};
use crate::{Vpc as Service, home, ipv6, public_access, tag};
use base::{Ipv4Block, Ipv6Block, Zone};
use ports::Cx;
use shape::Empty;
use shapes_ec2 as ec2;
use store::Tx;

/// How long AWS shows a new subnet as `pending`, in milliseconds.
const PENDING_MILLIS: u32 = 1_000;

/// `CreateSubnet`: carves one CIDR block out of a VPC, or one of each family.
///
/// Refuses a block outside the VPC (`InvalidSubnet.Range`) or overlapping a sibling (`InvalidSubnet.Conflict`).
pub(crate) fn create(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateSubnetRequest,
) -> Result<ec2::CreateSubnetResult, Error> {
    refuse_ipv6_pool(input.ipv6_ipam_pool_id.is_some() || input.ipv6_netmask_length.is_some())?;
    if input.outpost_arn.is_some() {
        return Err(Error::Parameter("Outposts are not built yet".to_owned()));
    }
    let vpc_id = vpc::id(input.vpc_id)?;
    let is_native = input.ipv6_native == Some(true);
    let (given, ipv6) =
        blocks(input.cidr_block.filter(|text| !text.is_empty()), input.ipv6_cidr_block, is_native)?;
    let named = given.map(Into::into);
    let from = FromPool::parse(Family::V4, input.ipv4_ipam_pool_id, named, input.ipv4_netmask_length)?;
    match (is_native, given.is_some() || from.is_some()) {
        (true, true) => return Err(Ipv6::NativeWithIpv4.into()),
        (false, false) => return Err(Error::Missing("cidrBlock")),
        (true, false) | (false, true) => {}
    }
    let zone = zone(cx, input.availability_zone.as_deref(), input.availability_zone_id.as_deref())?;
    let tags = tag::of_specifications(input.tag_specifications, Subnet::TYPE)?;
    let subnet = home::write(cx, |tx| {
        let parent: Vpc = take(tx, cx.scope(), vpc_id.as_str())?;
        let drawn = from.as_ref().map(|from| from.draw(tx, cx, &tags, Some(&vpc_id))).transpose()?;
        let block = drawn.and_then(Block::v4).or(given);
        block.map_or(Ok(()), |block| require_free(tx, &parent, block))?;
        ipv6.map_or(Ok(()), |block| block::require_free(tx, &parent, block))?;
        let mut subnet = Subnet::new(cx.ids(), &parent, block, zone.clone(), tags.clone());
        if let Some(block) = ipv6 {
            block::give(tx, cx, &mut subnet, block);
        }
        join_default_acl(tx, &subnet, cx.ids());
        tx.put(subnet.clone());
        if let Some(block) = block {
            ipam::hold(tx, cx, from.as_ref(), ("subnet", subnet.id.as_str()), block)?;
        }
        tx.after(PENDING_MILLIS, Available { scope: cx.scope().clone(), id: subnet.id.clone() });
        tx.emit(&Changed { kind: "SubnetCreated", resource: subnet.arn() });
        Ok(subnet)
    })?;
    Ok(ec2::CreateSubnetResult { subnet: Some(shape(&subnet)) })
}

/// The blocks that are named for a subnet.
fn blocks(
    v4: Option<String>,
    v6: Option<String>,
    is_native: bool,
) -> Result<(Option<Ipv4Block>, Option<Ipv6Block>), Error> {
    if is_native && v6.is_none() {
        let sentence = "Either 'ipv6CidrBlock' or 'ipv6IpamPoolId' should be provided.";
        return Err(Error::MissingOneOf(sentence));
    }
    let read = |text: String| text.parse().map_err(|_| vpc::not_a_block("cidrBlock", &text));
    let v6 = v6.map(|text| ipv6::subnet_block(&text)).transpose()?;
    Ok((v4.map(read).transpose()?, v6))
}

/// Refuses a block that is not the VPC's, not /16 to /28, or a sibling's already.
fn require_free(tx: &Tx, parent: &Vpc, block: Ipv4Block) -> Result<(), Error> {
    let inside = parent.blocks().any(|own| own.covers(block));
    if !inside || !(16..=28).contains(&block.prefix()) {
        return Err(Error::SubnetRange(block.to_string()));
    }
    let of = resource::key(&parent.scope, parent.id.as_str());
    if tx.by(&Subnet::VPC, &of).filter_map(|sibling| sibling.block).any(|own| own.overlaps(block)) {
        return Err(Error::SubnetConflict(block.to_string()));
    }
    Ok(())
}

fn refuse_ipv6_pool(pool: bool) -> Result<(), Error> {
    match pool {
        true => {
            Err(Error::Parameter("IPAM pools of IPv6 are not built yet: give an ipv6CidrBlock".to_owned()))
        }
        false => Ok(()),
    }
}

/// The zone by name or id; the Region's first where neither is given.
fn zone(cx: &Cx, name: Option<&str>, id: Option<&str>) -> Result<Zone, Error> {
    let zones = cx.region().zones();
    let found = match (name, id) {
        (Some(name), _) => zones.iter().find(|zone| zone.name == name),
        (None, Some(id)) => zones.iter().find(|zone| zone.id == id),
        (None, None) => zones.first(),
    };
    found.cloned().ok_or_else(|| {
        let names: Vec<&str> = zones.iter().map(|zone| zone.name.as_str()).collect();
        let reason = format!(
            "Subnets can currently only be created in the following availability zones: {}.",
            names.join(", ")
        );
        Error::Value("availabilityZone", name.or(id).unwrap_or_default().to_owned(), reason)
    })
}

/// `DescribeSubnets`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeSubnetsRequest,
) -> Result<ec2::DescribeSubnetsResult, Error> {
    let wish = Wish {
        ids: input.subnet_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let page = listing::list(cx, "DescribeSubnets", wish, |view, own: &Subnet| ec2::Subnet {
        block_public_access_states: Some(public_access::states(view, &own.scope, &own.vpc_id, Some(&own.id))),
        ..shape(own)
    })?;
    Ok(ec2::DescribeSubnetsResult { subnets: Some(page.items), next_token: page.next_token })
}

/// `DeleteSubnet`: not while an interface is in it. Its associations with route tables and network ACLs go with it.
pub(crate) fn delete(cx: &Cx, _svc: &Service, input: ec2::DeleteSubnetRequest) -> Result<Empty, Error> {
    let id = id(input.subnet_id)?;
    home::write(cx, |tx| {
        let subnet: Subnet = take(tx, cx.scope(), id.as_str())?;
        let own = resource::key(cx.scope(), id.as_str());
        if tx.by(&NetworkInterface::SUBNET, &own).next().is_some() {
            return Err(Error::Dependency("subnet", id.to_string()));
        }
        let of = resource::key(cx.scope(), subnet.vpc_id.as_str());
        let tables: Vec<_> = tx.by(&RouteTable::VPC, &of).cloned().collect();
        for table in tables.iter().filter(|table| table.has_subnet(&id)) {
            let mut table = (**table).clone();
            table.associations.retain(|association| association.subnet_id.as_ref() != Some(&id));
            tx.put(table);
        }
        let acls: Vec<_> = tx.by(&NetworkAcl::VPC, &of).cloned().collect();
        for acl in acls.iter().filter(|acl| acl.has_subnet(&id)) {
            let mut acl = (**acl).clone();
            acl.associations.retain(|association| association.subnet_id != id);
            tx.put(acl);
        }
        reservation::forget(tx, &subnet);
        public_access::forget(tx, &subnet.arn());
        tx.delete::<Subnet>(&own);
        ipam::let_go(tx, cx.scope(), id.as_str(), None);
        tx.emit(&Changed { kind: "SubnetDeleted", resource: subnet.arn() });
        Ok(Empty {})
    })
}

/// `ModifySubnetAttribute`: one attribute a call.
pub(crate) fn modify_attribute(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ModifySubnetAttributeRequest,
) -> Result<Empty, Error> {
    let id = id(input.subnet_id.clone())?;
    let changes = changes(&input);
    match changes.len() {
        0 => return Err(Error::Missing("attribute")),
        1 => {}
        _ => {
            let sentence = "Fields for multiple attribute types specified";
            return Err(Error::Combination(sentence.to_owned()));
        }
    }
    home::write(cx, |tx| {
        let mut subnet: Subnet = take(tx, cx.scope(), id.as_str())?;
        for change in &changes {
            change(&mut subnet)?;
        }
        tx.emit(&Changed { kind: "SubnetChanged", resource: subnet.arn() });
        tx.put(subnet);
        Ok(Empty {})
    })
}

type Change = Box<dyn Fn(&mut Subnet) -> Result<(), Error>>;

/// What a ModifySubnetAttribute asks for.
fn changes(input: &ec2::ModifySubnetAttributeRequest) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    let flag = |attribute: &Option<ec2::AttributeBooleanValue>| attribute.as_ref().and_then(|a| a.value);
    let mut set = |value: Option<bool>, place: fn(&mut Subnet) -> &mut bool| {
        if let Some(value) = value {
            changes.push(Box::new(move |subnet| {
                *place(subnet) = value;
                Ok(())
            }));
        }
    };
    set(flag(&input.map_public_ip_on_launch), |subnet| &mut subnet.map_public_ip);
    set(flag(&input.enable_dns64), |subnet| &mut subnet.dns64);
    set(flag(&input.map_customer_owned_ip_on_launch), |subnet| &mut subnet.map_customer_owned_ip);
    set(flag(&input.enable_resource_name_dns_a_record_on_launch), |subnet| &mut subnet.dns_a_record);
    set(flag(&input.enable_resource_name_dns_aaaa_record_on_launch), |subnet| &mut subnet.dns_aaaa_record);
    if let Some(value) = flag(&input.assign_ipv6_address_on_creation) {
        changes.push(Box::new(move |subnet| {
            if value && subnet.ipv6.is_none() {
                let id = subnet.id.to_string();
                return Err(Ipv6::NeedsBlock("assign-ipv6-address-on-creation", id).into());
            }
            subnet.assigns_ipv6 = value;
            Ok(())
        }));
    }
    if let Some(kind) = input.private_dns_hostname_type_on_launch.clone() {
        changes.push(Box::new(move |subnet| {
            if !matches!(kind.as_str(), "ip-name" | "resource-name") {
                let reason = "Valid values are ip-name and resource-name.".to_owned();
                return Err(Error::Value("privateDnsHostnameTypeOnLaunch", kind.clone(), reason));
            }
            subnet.hostname_type.clone_from(&kind);
            Ok(())
        }));
    }
    if let Some(index) = input.enable_lni_at_device_index {
        changes.push(Box::new(move |subnet| {
            subnet.lni_device_index = Some(index);
            Ok(())
        }));
    }
    if flag(&input.disable_lni_at_device_index) == Some(true) {
        changes.push(Box::new(|subnet| {
            subnet.lni_device_index = None;
            Ok(())
        }));
    }
    changes
}

/// A subnet's id.
pub(crate) fn id(text: Option<String>) -> Result<SubnetId, Error> {
    let text = required(text, "subnetId")?;
    SubnetId::parse(&text).map_err(|error| Error::Malformed(Kind::Subnet, error.given, error.prefix))
}

fn shape(subnet: &Subnet) -> ec2::Subnet {
    let ipv6 = subnet.ipv6.iter().map(|own| block::shape(own, own.state.word()));
    ec2::Subnet {
        subnet_id: Some(subnet.id.to_string()),
        subnet_arn: Some(subnet.arn()),
        vpc_id: Some(subnet.vpc_id.to_string()),
        owner_id: Some(subnet.scope.account.to_string()),
        state: Some(subnet.state.word().to_owned()),
        cidr_block: subnet.block.map(|block| block.to_string()),
        available_ip_address_count: Some(subnet.free_addresses()),
        availability_zone: Some(subnet.zone.name.clone()),
        availability_zone_id: Some(subnet.zone.id.clone()),
        default_for_az: Some(subnet.default_for_az),
        map_public_ip_on_launch: Some(subnet.map_public_ip),
        map_customer_owned_ip_on_launch: Some(subnet.map_customer_owned_ip),
        assign_ipv6_address_on_creation: Some(subnet.assigns_ipv6),
        ipv6_cidr_block_association_set: Some(ipv6.collect()),
        ipv6_native: Some(subnet.is_native()),
        enable_dns64: Some(subnet.dns64),
        enable_lni_at_device_index: subnet.lni_device_index,
        private_dns_name_options_on_launch: Some(ec2::PrivateDnsNameOptionsOnLaunch {
            hostname_type: Some(subnet.hostname_type.clone()),
            enable_resource_name_dns_a_record: Some(subnet.dns_a_record),
            enable_resource_name_dns_aaaa_record: Some(subnet.dns_aaaa_record),
        }),
        tags: tag_set(&subnet.tags),
        ..ec2::Subnet::default()
    }
}
