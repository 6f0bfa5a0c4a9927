//! The addresses of endpoints, each with an interface in its subnet.

use super::{Endpoint, FEWEST, MOST, State, settle};
use crate::error::ResolverError as Error;
use crate::resolver::Resolver;
use crate::resolver::shared::Asked;
use base::{Ipv4Block, Tags, Timestamp};
use ports::{Cx, NotPlaced, PublicAddress, WishedInterface};
use serde::{Deserialize, Serialize};
use shapes_route53resolver as resolver_api;
use std::net::{Ipv4Addr, Ipv6Addr};
use store::Tx;

/// An address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Address {
    id: String,
    subnet: String,
    interface: String,
    ipv4: Option<Ipv4Addr>,
    ipv6: Option<Ipv6Addr>,
    is_attached: bool,
    created_at: Timestamp,
    changed_at: Timestamp,
}

impl Address {
    /// The address can be reached.
    pub(super) fn attach(&mut self) {
        self.is_attached = true;
    }

    /// Whether it is one of these.
    pub(super) fn is_any(&self, ipv4: Option<Ipv4Addr>, ipv6: Option<Ipv6Addr>) -> bool {
        (ipv4.is_some() && ipv4 == self.ipv4) || (ipv6.is_some() && ipv6 == self.ipv6)
    }

    /// Takes the interface away.
    pub(super) fn leave(&self, cx: &Cx, svc: &Resolver, tx: &mut Tx) {
        svc.interfaces.remove(tx, cx.scope(), &self.interface);
    }

    fn shape(&self) -> resolver_api::IpAddressResponse {
        let (status, message) = if self.is_attached {
            ("ATTACHED", "This IP address is operational.")
        } else {
            ("ATTACHING", "This IP address is being attached.")
        };
        resolver_api::IpAddressResponse {
            ip_id: Some(self.id.clone()),
            subnet_id: Some(self.subnet.clone()),
            ip: self.ipv4.map(|address| address.to_string()),
            ipv6: self.ipv6.map(|address| address.to_string()),
            status: Some(status.to_owned()),
            status_message: Some(message.to_owned()),
            creation_time: Some(self.created_at.rfc3339()),
            modification_time: Some(self.changed_at.rfc3339()),
        }
    }
}

/// Why an interface cannot stand there, in the Resolver's words.
fn refused(reason: NotPlaced, address: &str, subnet: &str) -> Error {
    let (address, subnet) = (address.to_owned(), subnet.to_owned());
    match reason {
        NotPlaced::NoSubnet(id) => Error::NoSubnet(id),
        NotPlaced::NoGroup(id) | NotPlaced::GroupElsewhere(id) => Error::NoGroup(id),
        NotPlaced::TooManyGroups => Error::TooManyGroups,
        NotPlaced::SubnetFull(id) => Error::SubnetFull(id),
        NotPlaced::AddressInUse(_) => Error::AddressTaken { address, subnet },
        NotPlaced::AddressOutside(_) | NotPlaced::WrongFamily(_) => Error::AddressOutside { address, subnet },
        NotPlaced::NoAllocation(text) | NotPlaced::AllocationInUse(text) | NotPlaced::Other(text) => {
            Error::BadTarget(text)
        }
    }
}

/// Whether an address of a subnet is AWS's own: the first four and the last.
/// Source: VPC User Guide, "Subnet CIDR blocks".
fn is_reserved(block: Ipv4Block, address: Ipv4Addr) -> bool {
    (0..4).any(|n| block.nth(n) == Some(address)) || address == block.last()
}

/// Puts an address of an endpoint into its subnet.
pub(super) fn place(
    cx: &Cx,
    svc: &Resolver,
    tx: &mut Tx,
    endpoint: &mut Endpoint,
    wanted: &resolver_api::IpAddressRequest,
) -> Result<(), Error> {
    let subnet = wanted.subnet_id.clone().unwrap_or_default();
    let known = svc.networks.subnet(tx, cx.scope(), &subnet);
    let known = known.ok_or_else(|| Error::NoSubnet(subnet.clone()))?;
    if endpoint.vpc.is_empty() {
        endpoint.vpc.clone_from(&known.vpc);
    } else if endpoint.vpc != known.vpc {
        return Err(Error::OtherVpc);
    }
    let text = wanted.ip.clone().or_else(|| wanted.ipv6.clone()).unwrap_or_default();
    let outside = || Error::AddressOutside { address: text.clone(), subnet: subnet.clone() };
    let ipv4 = wanted.ip.as_deref().map(str::parse::<Ipv4Addr>).transpose().map_err(|_| outside())?;
    let ipv6 = wanted.ipv6.as_deref().map(str::parse::<Ipv6Addr>).transpose().map_err(|_| outside())?;
    if let (Some(address), Some(block)) = (ipv4, known.block)
        && is_reserved(block, address)
    {
        return Err(outside());
    }
    let is_taken = |own: &Address| {
        own.subnet == subnet && ((ipv4.is_some() && own.ipv4 == ipv4) || (ipv6.is_some() && own.ipv6 == ipv6))
    };
    if endpoint.addresses.iter().any(is_taken) {
        return Err(Error::AddressTaken { address: text, subnet });
    }
    let id = cx.ids().hex_id("rni-");
    let wish = WishedInterface {
        subnet: subnet.clone(),
        groups: endpoint.groups.clone(),
        kind: "interface",
        description: format!("Route 53 Resolver: {}:{id}", endpoint.id),
        requester: "amazon-route53resolver".to_owned(),
        instance_owner: "amazon-aws".to_owned(),
        address: ipv4,
        ipv6_address: ipv6,
        has_ipv6: endpoint.kind != "IPV4",
        public: PublicAddress::None,
        tags: Tags::default(),
    };
    let made = svc.interfaces.make(cx.ids(), tx, cx.scope(), &wish);
    let made = made.map_err(|reason| refused(reason, &text, &subnet))?;
    endpoint.addresses.push(Address {
        id,
        subnet,
        interface: made.id,
        ipv4: made.address.filter(|_| endpoint.kind != "IPV6"),
        ipv6: made.ipv6_address,
        is_attached: false,
        created_at: cx.now(),
        changed_at: cx.now(),
    });
    Ok(())
}

/// `AssociateResolverEndpointIpAddress`.
pub(in crate::resolver) fn associate(
    cx: &Cx,
    svc: &Resolver,
    input: resolver_api::AssociateResolverEndpointIpAddressRequest,
) -> Result<resolver_api::AssociateResolverEndpointIpAddressResponse, Error> {
    let given = input.ip_address.unwrap_or_default();
    let wanted =
        resolver_api::IpAddressRequest { subnet_id: given.subnet_id, ip: given.ip, ipv6: given.ipv6 };
    let shape = cx.write(|tx| {
        let mut endpoint = Endpoint::changeable(tx, cx, input.resolver_endpoint_id.as_deref())?;
        if endpoint.addresses.len() >= MOST {
            return Err(Error::ManyAddresses);
        }
        place(cx, svc, tx, &mut endpoint, &wanted)?;
        Ok(settle(tx, endpoint.moved(cx, State::Updating, "Updating the Resolver Endpoint")))
    })?;
    Ok(resolver_api::AssociateResolverEndpointIpAddressResponse { resolver_endpoint: Some(shape) })
}

/// `DisassociateResolverEndpointIpAddress`: two remain.
pub(in crate::resolver) fn disassociate(
    cx: &Cx,
    svc: &Resolver,
    input: resolver_api::DisassociateResolverEndpointIpAddressRequest,
) -> Result<resolver_api::DisassociateResolverEndpointIpAddressResponse, Error> {
    let given = input.ip_address.unwrap_or_default();
    let by_place = given.subnet_id.is_some() && (given.ip.is_some() || given.ipv6.is_some());
    if given.ip_id.is_none() && !by_place {
        return Err(Error::WhichAddress);
    }
    let shape = cx.write(|tx| {
        let mut endpoint = Endpoint::changeable(tx, cx, input.resolver_endpoint_id.as_deref())?;
        let is_named = |own: &Address| match &given.ip_id {
            Some(id) => own.id == *id,
            None => {
                let shape = own.shape();
                shape.subnet_id == given.subnet_id && (shape.ip == given.ip || shape.ipv6 == given.ipv6)
            }
        };
        let place = endpoint.addresses.iter().position(is_named);
        let named = given.ip_id.clone().or_else(|| given.ip.clone()).unwrap_or_default();
        let place = place.ok_or(Error::NoAddress(named))?;
        if endpoint.addresses.len() <= FEWEST {
            return Err(Error::FewAddresses);
        }
        endpoint.addresses.remove(place).leave(cx, svc, tx);
        Ok(settle(tx, endpoint.moved(cx, State::Updating, "Updating the Resolver Endpoint")))
    })?;
    Ok(resolver_api::DisassociateResolverEndpointIpAddressResponse { resolver_endpoint: Some(shape) })
}

/// `ListResolverEndpointIpAddresses`, by id.
pub(in crate::resolver) fn list(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::ListResolverEndpointIpAddressesRequest,
) -> Result<resolver_api::ListResolverEndpointIpAddressesResponse, Error> {
    let endpoint = cx.read(|view| Endpoint::own(view, cx, input.resolver_endpoint_id.as_deref()))?;
    let mut all = endpoint.addresses.clone();
    all.sort_by(|one, other| one.id.cmp(&other.id));
    let call = ["ListResolverEndpointIpAddresses", &endpoint.id];
    let asked = Asked { call: &call, token: input.next_token.as_deref(), most: input.max_results };
    let (page, next_token) = asked.page(cx, all, |own| own.id.clone())?;
    Ok(resolver_api::ListResolverEndpointIpAddressesResponse {
        next_token,
        max_results: i32::try_from(asked.limit()).ok(),
        ip_addresses: Some(page.iter().map(Address::shape).collect()),
    })
}
