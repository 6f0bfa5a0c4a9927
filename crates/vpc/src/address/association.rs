//! Where elastic addresses lead.

use super::id_of;
use super::model::{Address, Association};
use crate::error::{Addresses, Elastic, Error, Kind};
use crate::event::Changed;
use crate::id::{AddressAssociationId, InstanceId, VpcId};
use crate::internet_gateway::InternetGateway;
use crate::network_interface::{self, NetworkInterface};
use crate::resource::{self, Resource, required, take};
use crate::{Vpc as Service, home};
use ports::Cx;
use shape::Empty;
use shapes_ec2 as ec2;
use std::net::Ipv4Addr;
use store::Tx;

/// What is said where a call does not say where the address is to lead.
const NOWHERE: &str = "Either instance ID or network interface id must be specified";

/// `AssociateAddress`: with an address of an interface, the primary one where none is named. An address that leads
/// elsewhere is led here, unless the call forbids that; one that led here before leads nowhere.
pub(crate) fn associate(
    cx: &Cx,
    svc: &Service,
    input: ec2::AssociateAddressRequest,
) -> Result<ec2::AssociateAddressResult, Error> {
    let id = match (input.allocation_id, input.public_ip) {
        (Some(id), _) => id_of(id)?,
        (None, Some(_)) => {
            let sentence = "You must specify an allocation id when mapping an address to a VPC instance";
            return Err(Error::Parameter(sentence.to_owned()));
        }
        (None, None) => {
            return Err(Error::MissingOneOf("Either public IP or allocation id must be specified"));
        }
    };
    if input.instance_id.is_none() && input.network_interface_id.is_none() {
        return Err(Error::MissingOneOf(NOWHERE));
    }
    let interface_id =
        input.network_interface_id.map(|text| network_interface::id(Some(text))).transpose()?;
    let wanted = input.private_ip_address.as_deref().map(network_interface::address).transpose()?;
    let may_move = input.allow_reassociation != Some(false);
    let instance_id = input.instance_id.map(|text| network_interface::instance_id(Some(text))).transpose()?;
    let association = home::write(cx, |tx| {
        let address: Address = take(tx, cx.scope(), id.as_str())?;
        let interface = match (&interface_id, &instance_id) {
            (Some(id), _) => take(tx, cx.scope(), id.as_str())?,
            (None, Some(id)) => of_instance(tx, cx, svc, id)?,
            (None, None) => return Err(Error::MissingOneOf(NOWHERE)),
        };
        interface.require_own()?;
        let private_ip = wanted.or(interface.primary()).filter(|own| interface.addresses.contains(own));
        let private_ip = private_ip.ok_or_else(|| Addresses::NotAssigned(interface.id.to_string()))?;
        if let Some(own) = &address.association {
            if own.is_service {
                return Err(Addresses::NotYours.into());
            }
            if !may_move {
                return Err(Elastic::Associated(id.to_string(), own.id.to_string()).into());
            }
            if own.interface == interface.id && own.private_ip == private_ip {
                return Ok(own.id.clone());
            }
        }
        require_internet_gateway(tx, &address, &interface.vpc_id)?;
        leave(tx, &interface, private_ip);
        let association = AddressAssociationId::new(cx.ids());
        lead(tx, address, association.clone(), &interface, private_ip);
        Ok(association)
    })?;
    Ok(ec2::AssociateAddressResult { association_id: Some(association.to_string()) })
}

/// The one interface of an instance that is there. Where it has several, one has to be named: recorded, cilium pull request
/// 39654.
fn of_instance(tx: &Tx, cx: &Cx, svc: &Service, id: &InstanceId) -> Result<NetworkInterface, Error> {
    network_interface::instance(tx, cx.scope(), svc, id)?;
    Ok((*network_interface::only(tx, cx.scope(), id.as_str())?).clone())
}

fn require_internet_gateway(tx: &Tx, address: &Address, vpc: &VpcId) -> Result<(), Elastic> {
    let of = resource::key(&address.scope, vpc.as_str());
    match tx.by(&InternetGateway::VPC, &of).next() {
        Some(_) => Ok(()),
        None => Err(Elastic::NoInternetGateway(vpc.to_string())),
    }
}

/// Leads an address to a private one of an interface.
pub(crate) fn lead(
    tx: &mut Tx,
    mut address: Address,
    id: AddressAssociationId,
    interface: &NetworkInterface,
    private_ip: Ipv4Addr,
) {
    address.association = Some(Association {
        id,
        interface: interface.id.clone(),
        vpc_id: interface.vpc_id.clone(),
        private_ip,
        is_service: interface.requester.is_service,
    });
    tx.emit(&Changed { kind: "AddressAssociated", resource: address.arn() });
    tx.put(address);
    // What AWS lent goes back when an address of the user's own leads there.
    if interface.lent.is_some() && interface.primary() == Some(private_ip) {
        tx.put(NetworkInterface { lent: None, ..interface.clone() });
    }
}

/// `DisassociateAddress`: by the association. One that a service made stays.
pub(crate) fn disassociate(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DisassociateAddressRequest,
) -> Result<Empty, Error> {
    let text = match (input.association_id, input.public_ip) {
        (Some(id), _) => required(Some(id), "associationId")?,
        (None, Some(_)) => {
            let sentence = "You must specify an association id when unmapping an address from a VPC instance";
            return Err(Error::Parameter(sentence.to_owned()));
        }
        (None, None) => {
            return Err(Error::MissingOneOf("Either public IP or association id must be specified"));
        }
    };
    let id = AddressAssociationId::parse(&text)
        .map_err(|error| Error::Malformed(Kind::Association, error.given, error.prefix))?;
    home::write(cx, |tx| {
        let of = resource::key(cx.scope(), id.as_str());
        let found = tx.by(&Address::ASSOCIATION, &of).next().map(|address| (**address).clone());
        let address = found.ok_or_else(|| Error::NotFound(Kind::Association, vec![id.to_string()]))?;
        if address.association.as_ref().is_some_and(|own| own.is_service) {
            return Err(Addresses::NotYours.into());
        }
        unlead(tx, address);
        Ok(Empty {})
    })
}

fn unlead(tx: &mut Tx, mut address: Address) {
    address.association = None;
    tx.emit(&Changed { kind: "AddressDisassociated", resource: address.arn() });
    tx.put(address);
}

fn leading(tx: &Tx, interface: &NetworkInterface, of: impl Fn(Ipv4Addr) -> bool) -> Vec<Address> {
    let all = tx.by(&Address::INTERFACE, &interface.key_text()).map(|address| (**address).clone());
    all.filter(|address| address.association.as_ref().is_some_and(|own| of(own.private_ip))).collect()
}

/// Whatever leads to one private address of an interface leads nowhere.
pub(crate) fn leave(tx: &mut Tx, interface: &NetworkInterface, private_ip: Ipv4Addr) {
    for address in leading(tx, interface, |own| own == private_ip) {
        unlead(tx, address);
    }
}

/// Whatever leads to an interface leads nowhere.
pub(crate) fn leave_interface(tx: &mut Tx, interface: &NetworkInterface) {
    for address in leading(tx, interface, |_| true) {
        unlead(tx, address);
    }
}

/// Whatever leads to these private addresses in the interface's VPC leads to the interface from now on: they have moved
/// there.
pub(crate) fn follow(tx: &mut Tx, interface: &NetworkInterface, moved: &[Ipv4Addr]) {
    let of = resource::key(&interface.scope, interface.vpc_id.as_str());
    let all: Vec<Address> = tx.by(&Address::VPC, &of).map(|address| (**address).clone()).collect();
    for mut address in all {
        if let Some(own) = address.association.as_mut().filter(|own| moved.contains(&own.private_ip)) {
            own.interface = interface.id.clone();
            tx.put(address);
        }
    }
}
