//! What happens to a NAT gateway after its call was answered.

use super::model::{AddressState, Connectivity, NatAddress, NatGateway, State};
use crate::address::{self, Address};
use crate::error::{Addresses, Error, NatFailure};
use crate::event::Changed;
use crate::id::{AddressAssociationId, NatGatewayId};
use crate::internet_gateway::InternetGateway;
use crate::network_interface::{self, Birth, Draw, NetworkInterface, Plan, Requester};
use crate::resource::{self, Resource};
use crate::subnet::Subnet;
use base::{Scope, Tags};
use serde::{Deserialize, Serialize};
use std::net::Ipv4Addr;
use store::{Job, JobError, Tx};

/// How long a gateway that has gone is shown, in milliseconds: about an hour.
const SHOWN_MILLIS: i64 = 3_600_000;
/// What its interface's attachment calls the service.
const SERVICE: &str = "amazon-aws";

fn find(tx: &Tx, scope: &Scope, id: &NatGatewayId) -> Option<NatGateway> {
    tx.get::<NatGateway>(&resource::key(scope, id.as_str())).map(|own| (*own).clone())
}

/// The end of `pending`: the gateway gets its interface and its addresses, or fails.
#[derive(Serialize, Deserialize)]
pub(crate) struct Open {
    pub(crate) scope: Scope,
    pub(crate) id: NatGatewayId,
    pub(crate) draw: Draw,
    pub(crate) plan: Plan,
    /// Drawn for each of its elastic addresses.
    pub(crate) associations: Vec<AddressAssociationId>,
}

impl Job for Open {
    const KIND: &'static str = "vpc.nat-gateway-open";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let found = find(tx, &self.scope, &self.id).filter(|own| own.state == State::Pending);
        let Some(mut gateway) = found else { return Ok(()) };
        match self.open(tx, &mut gateway) {
            Ok(()) => gateway.state = State::Available,
            Err(failure) => {
                let (code, sentence) = failure.said();
                gateway.state = State::Failed;
                gateway.failure = Some((code.to_owned(), sentence));
                forget_later(tx, &gateway);
            }
        }
        tx.emit(&Changed { kind: "NatGatewayChanged", resource: gateway.arn() });
        tx.put(gateway);
        Ok(())
    }
}

impl Open {
    /// Nothing is changed before everything has been looked at.
    fn open(self, tx: &mut Tx, gateway: &mut NatGateway) -> Result<(), NatFailure> {
        let subnet_key = resource::key(&self.scope, gateway.subnet_id.as_str());
        if tx.get::<Subnet>(&subnet_key).is_none() {
            return Err(NatFailure::NoSubnet(gateway.subnet_id.to_string()));
        }
        let vpc = resource::key(&self.scope, gateway.vpc_id.as_str());
        let is_public = gateway.connectivity == Connectivity::Public;
        if is_public && tx.by(&InternetGateway::VPC, &vpc).next().is_none() {
            return Err(NatFailure::NoInternetGateway(gateway.vpc_id.to_string()));
        }
        let mut elastic = Vec::new();
        for id in gateway.addresses.iter().filter_map(|own| own.allocation.as_ref()) {
            let found = tx.get::<Address>(&resource::key(&self.scope, id.as_str()));
            let address = found.ok_or_else(|| NatFailure::NoAllocation(id.to_string()))?;
            if address.association.is_some() {
                return Err(NatFailure::Associated(id.to_string()));
            }
            elastic.push((*address).clone());
        }
        let birth = Birth {
            draw: self.draw,
            subnet: gateway.subnet_id.clone(),
            plan: self.plan,
            groups: Vec::new(),
            kind: "nat_gateway".to_owned(),
            description: format!("Interface for NAT Gateway {}", gateway.id),
            source_dest_check: false,
            requester: Requester { id: SERVICE.to_owned(), is_service: true },
            tags: Tags::default(),
        };
        let interface = network_interface::make_managed(tx, &self.scope, SERVICE, birth).map_err(failure)?;
        gateway.interface = Some(interface.id.clone());
        gateway.addresses.resize_with(interface.addresses.len(), Default::default);
        for (own, private_ip) in gateway.addresses.iter_mut().zip(&interface.addresses) {
            own.private_ip = Some(*private_ip);
        }
        for ((own, address), association) in gateway.addresses.iter_mut().zip(elastic).zip(self.associations)
        {
            let Some(private_ip) = own.private_ip else { continue };
            own.public_ip = Some(address.public_ip);
            own.association = Some(association.clone());
            address::lead(tx, address, association, &interface, private_ip);
        }
        Ok(())
    }
}

fn failure(error: Error) -> NatFailure {
    match error {
        Error::Addresses(refusal) => refusal.into(),
        // The subnet is there: only its addresses can be refused.
        _ => NatFailure::Address(Addresses::SubnetFull),
    }
}

/// The end of what addresses are on their way to: they are there, or gone.
#[derive(Serialize, Deserialize)]
pub(crate) struct Settle {
    pub(crate) scope: Scope,
    pub(crate) id: NatGatewayId,
    /// The private ones of those that it is about.
    pub(crate) addresses: Vec<Ipv4Addr>,
}

impl Job for Settle {
    const KIND: &'static str = "vpc.nat-gateway-settle";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let Some(mut gateway) = find(tx, &self.scope, &self.id).filter(NatGateway::is_available) else {
            return Ok(());
        };
        let is_meant = |own: &NatAddress| own.private_ip.is_some_and(|ip| self.addresses.contains(&ip));
        let (gone, mut kept): (Vec<NatAddress>, Vec<NatAddress>) =
            gateway.addresses.into_iter().partition(|own| is_meant(own) && own.state.goes());
        kept.iter_mut().filter(|own| is_meant(own) && !own.state.goes()).for_each(|own| {
            own.state = AddressState::Succeeded;
        });
        gateway.addresses = kept;
        let card = gateway.interface.as_ref();
        let card = card.and_then(|id| tx.get::<NetworkInterface>(&resource::key(&self.scope, id.as_str())));
        if let Some(card) = card {
            let gone: Vec<Ipv4Addr> = gone.iter().filter_map(|own| own.private_ip).collect();
            network_interface::give_back(tx, &card, &gone);
        }
        tx.emit(&Changed { kind: "NatGatewayChanged", resource: gateway.arn() });
        tx.put(gateway);
        Ok(())
    }
}

/// The end of `deleting`: the interface goes, and the elastic addresses lead nowhere.
#[derive(Serialize, Deserialize)]
pub(crate) struct Close {
    pub(crate) scope: Scope,
    pub(crate) id: NatGatewayId,
}

impl Job for Close {
    const KIND: &'static str = "vpc.nat-gateway-close";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let found = find(tx, &self.scope, &self.id).filter(|own| own.state == State::Deleting);
        let Some(mut gateway) = found else { return Ok(()) };
        let interface = gateway.interface.as_ref();
        let interface =
            interface.and_then(|id| tx.get::<NetworkInterface>(&resource::key(&self.scope, id.as_str())));
        if let Some(interface) = interface {
            network_interface::remove(tx, &interface);
        }
        gateway.state = State::Deleted;
        forget_later(tx, &gateway);
        tx.emit(&Changed { kind: "NatGatewayDeleted", resource: gateway.arn() });
        tx.put(gateway);
        Ok(())
    }
}

fn forget_later(tx: &mut Tx, gateway: &NatGateway) {
    let job = Forget { scope: gateway.scope.clone(), id: gateway.id.clone() };
    tx.at(tx.now().plus_millis(SHOWN_MILLIS), &job);
}

/// The gateway is shown no longer.
#[derive(Serialize, Deserialize)]
pub(crate) struct Forget {
    scope: Scope,
    id: NatGatewayId,
}

impl Job for Forget {
    const KIND: &'static str = "vpc.nat-gateway-forget";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let gone = |own: &NatGateway| matches!(own.state, State::Deleted | State::Failed);
        if let Some(gateway) = find(tx, &self.scope, &self.id).filter(gone) {
            tx.delete::<NatGateway>(&gateway.key_text());
        }
        Ok(())
    }
}
