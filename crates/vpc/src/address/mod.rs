//! Elastic addresses.

mod association;
mod attribute;
mod model;
pub(crate) mod pool;

pub(crate) use association::{associate, disassociate, follow, lead, leave, leave_interface};
pub(crate) use attribute::{describe_attribute, modify_attribute, reset_attribute};
pub(crate) use model::{Address, Named};

use crate::error::{Addresses, Elastic, Error, Kind};
use crate::event::Changed;
use crate::id::AllocationId;
use crate::ipam::{self, FromPool};
use crate::listing::{self, Wish};
use crate::resource::{self, Resource, required, tag_set, take};
use crate::{Vpc as Service, home, tag};
use ports::Cx;
use shape::Empty;
use shapes_ec2 as ec2;
use std::net::Ipv4Addr;
use store::View;

/// Addresses of an account in a Region at the most: the quota that an account begins with.
const MOST_ADDRESSES: usize = 5;

/// `AllocateAddress`: one of AWS's, or of a block that a pool of IPAM was lent. The quota counts AWS's own.
pub(crate) fn allocate(
    cx: &Cx,
    _svc: &Service,
    input: ec2::AllocateAddressRequest,
) -> Result<ec2::AllocateAddressResult, Error> {
    if input.customer_owned_ipv4_pool.is_some() {
        return Err(Error::Parameter("Pools of customers are not built yet".to_owned()));
    }
    let from = input.ipam_pool_id.filter(|pool| !pool.is_empty());
    if from.is_some() && input.public_ipv4_pool.is_some() {
        let sentence = "The parameter ipamPoolId cannot be used with the parameter publicIpv4Pool";
        return Err(Error::Combination(sentence.to_owned()));
    }
    if let Some(pool) = input.public_ipv4_pool.filter(|pool| pool != "amazon") {
        let reason = "The pool does not exist.".to_owned();
        return Err(Error::Value("publicIpv4Pool", pool, reason));
    }
    if let Some(group) = input.network_border_group.filter(|group| group != cx.region().as_str()) {
        let reason = format!("Valid values are: {}.", cx.region());
        return Err(Error::Value("networkBorderGroup", group, reason));
    }
    if let Some(domain) = input.domain.filter(|domain| domain != "vpc" && domain != "standard") {
        return Err(Error::Value("domain", domain, "Valid values are vpc and standard.".to_owned()));
    }
    let from = match (from, input.address) {
        (Some(pool), wanted) => Some(FromPool::address(pool, wanted.map(alone).transpose()?)?),
        (None, None) => None,
        // An address that was released goes back to everybody: none can be had again by its number.
        (None, Some(wanted)) => return Err(Elastic::NoPublicAddress(wanted).into()),
    };
    let tags = tag::of_specifications(input.tag_specifications, Address::TYPE)?;
    let address = home::write(cx, |tx| {
        let here = resource::prefix(cx.scope());
        let of_amazon = tx.range::<Address>(&here).filter(|own| own.pool.is_none()).count();
        if from.is_none() && of_amazon >= MOST_ADDRESSES {
            return Err(Elastic::TooMany.into());
        }
        let public_ip = match &from {
            Some(from) => from.draw_address(tx, cx, &tags)?,
            None => pool::draw(tx, cx.ids()).ok_or(Elastic::PoolEmpty)?,
        };
        let address = Address {
            scope: cx.scope().clone(),
            id: AllocationId::new(cx.ids()),
            public_ip,
            pool: from.as_ref().map(|from| from.pool().to_owned()),
            association: None,
            ptr: None,
            ptr_update: None,
            tags: tags.clone(),
        };
        if from.is_some() {
            ipam::hold(tx, cx, from.as_ref(), ("eip", address.id.as_str()), public_ip)?;
        }
        tx.emit(&Changed { kind: "AddressAllocated", resource: address.arn() });
        tx.put(address.clone());
        Ok(address)
    })?;
    Ok(ec2::AllocateAddressResult {
        allocation_id: Some(address.id.to_string()),
        public_ip: Some(address.public_ip.to_string()),
        domain: Some("vpc".to_owned()),
        public_ipv4_pool: Some(address.pool().to_owned()),
        network_border_group: Some(cx.region().to_string()),
        ..ec2::AllocateAddressResult::default()
    })
}

/// `ReleaseAddress`: not while it leads anywhere or has a name.
pub(crate) fn release(cx: &Cx, _svc: &Service, input: ec2::ReleaseAddressRequest) -> Result<Empty, Error> {
    let id = match (input.allocation_id, input.public_ip) {
        (Some(id), _) => id_of(id)?,
        (None, Some(_)) => {
            let sentence = "You must specify an allocation id when releasing a VPC elastic IP address";
            return Err(Error::Parameter(sentence.to_owned()));
        }
        (None, None) => {
            return Err(Error::MissingOneOf("Either public IP or allocation id must be specified"));
        }
    };
    home::write(cx, |tx| {
        let address: Address = take(tx, cx.scope(), id.as_str())?;
        match &address.association {
            Some(own) if own.is_service => return Err(Addresses::NotYours.into()),
            Some(_) => return Err(Addresses::InUse(address.public_ip.to_string()).into()),
            None => {}
        }
        if address.ptr.is_some() || address.ptr_update.is_some() {
            return Err(Elastic::PtrSet(id.to_string()).into());
        }
        ipam::let_go(tx, cx.scope(), id.as_str(), None);
        tx.delete::<Address>(&resource::key(cx.scope(), id.as_str()));
        tx.emit(&Changed { kind: "AddressReleased", resource: address.arn() });
        Ok(Empty {})
    })
}

/// `DescribeAddresses`: by allocation or by address. There are no pages.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeAddressesRequest,
) -> Result<ec2::DescribeAddressesResult, Error> {
    let mut ids = input.allocation_ids.unwrap_or_default();
    let named = input.public_ips.unwrap_or_default();
    if !named.is_empty() {
        ids.extend(home::read(cx, |view| {
            let find = |public: &String| {
                let mut found = view.by(&Address::PUBLIC, public).filter(|own| own.scope == *cx.scope());
                let id = found.next().map(|own| own.id.to_string());
                id.ok_or_else(|| Error::from(Elastic::NoPublicAddress(public.clone())))
            };
            named.iter().map(find).collect::<Result<Vec<_>, Error>>()
        })?);
    }
    let wish = Wish { ids: Some(ids), filters: input.filters, ..Wish::default() };
    let page = listing::list(cx, "DescribeAddresses", wish, shape)?;
    Ok(ec2::DescribeAddressesResult { addresses: Some(page.items) })
}

/// One address as a block.
fn alone(text: String) -> Result<ipam::Block, Error> {
    let address: Option<Ipv4Addr> = text.parse().ok();
    address.map(Into::into).ok_or_else(|| Elastic::NoPublicAddress(text).into())
}

/// An allocation's id.
fn id_of(text: String) -> Result<AllocationId, Error> {
    let text = required(Some(text), "allocationId")?;
    AllocationId::parse(&text).map_err(|error| Error::Malformed(Kind::Allocation, error.given, error.prefix))
}

fn shape(view: &View, address: &Address) -> ec2::Address {
    let own = address.association.as_ref();
    ec2::Address {
        allocation_id: Some(address.id.to_string()),
        public_ip: Some(address.public_ip.to_string()),
        domain: Some("vpc".to_owned()),
        public_ipv4_pool: Some(address.pool().to_owned()),
        network_border_group: Some(address.scope.region.to_string()),
        association_id: own.map(|own| own.id.to_string()),
        instance_id: address.instance(view),
        network_interface_id: own.map(|own| own.interface.to_string()),
        network_interface_owner_id: own.map(|_| address.scope.account.to_string()),
        private_ip_address: own.map(|own| own.private_ip.to_string()),
        tags: tag_set(&address.tags),
        ..ec2::Address::default()
    }
}
