//! What instances ask of networks: a place to stand, and their interfaces.

use super::answer;
use super::attach::{Attached, TURNING_MILLIS};
use super::birth::{self, Birth, Draw, Plan};
use super::ipv6::Plan6;
use super::model::{Attachment, AttachmentState, NetworkInterface, Requester};
use super::{address, assign, remove};
use crate::address::pool;
use crate::error::{Addresses, Attach, Elastic, Error, Kind};
use crate::event::Changed;
use crate::id::{AttachmentId, InstanceId, NetworkInterfaceId, SubnetId};
use crate::resource::{self, Resource, take};
use crate::security_group::{SecurityGroup, group_id, serves};
use crate::subnet::Subnet;
use crate::vpc::Vpc;
use crate::{home, resource::key};
use base::Scope;
use ec2_resource::neighbour::{Card, CardChange, Networks, Place, PlaceWish, Row};
use ports::Cx;
use shapes_ec2 as ec2;
use std::sync::Arc;
use store::{Tx, View};

/// Networks, as instances see them.
pub(crate) struct OfInstances;

impl Networks for OfInstances {
    fn place(&self, cx: &Cx, tx: &mut Tx, wish: &PlaceWish) -> Result<Place, Error> {
        home::ensure(tx, cx);
        let subnet = subnet(tx, cx.scope(), wish)?;
        let network: Vpc = take(tx, cx.scope(), subnet.vpc_id.as_str())?;
        Ok(Place {
            groups: groups(tx, cx.scope(), &network, &subnet, wish)?,
            subnet: subnet.id.to_string(),
            vpc: subnet.vpc_id.to_string(),
            zone: subnet.zone.clone(),
            lends_public: subnet.map_public_ip,
            names_by_id: subnet.hostname_type == "resource-name",
            names_by_a: subnet.dns_a_record,
            names_by_aaaa: subnet.dns_aaaa_record,
        })
    }

    fn plug(&self, cx: &Cx, tx: &mut Tx, card: &Card) -> Result<(), Error> {
        let mut own = match &card.interface {
            Some(id) => existing(tx, cx.scope(), id, card)?,
            None => make(cx, tx, card)?,
        };
        let index = |value: i32| u32::try_from(value).unwrap_or_default();
        own.attachment = Some(Attachment {
            id: AttachmentId::new(cx.ids()).to_string(),
            instance_owner: cx.account().to_string(),
            instance_id: Some(card.instance.to_string()),
            device_index: index(card.device_index),
            network_card_index: index(card.network_card_index),
            state: AttachmentState::Attaching,
            delete_on_termination: card.delete_on_termination,
            attached_at: tx.now().whole_seconds(),
        });
        let (scope, id) = (own.scope.clone(), own.id.clone());
        tx.after(TURNING_MILLIS, Attached { scope, id });
        own.is_pending = false;
        own.borrows = card.public;
        if own.borrows {
            lend(cx, tx, &mut own)?;
        }
        tx.emit(&Changed { kind: "NetworkInterfaceChanged", resource: own.arn() });
        tx.put(own);
        Ok(())
    }

    fn change(&self, cx: &Cx, tx: &mut Tx, instance: &InstanceId, change: &CardChange) -> Result<(), Error> {
        let cards = match change {
            CardChange::On | CardChange::Off => cards(tx, cx.scope(), instance),
            CardChange::Groups(_) | CardChange::SourceDestCheck(_) => {
                vec![only(tx, cx.scope(), instance.as_str())?]
            }
        };
        for card in cards {
            let mut own = (*card).clone();
            match change {
                CardChange::On if own.borrows => lend(cx, tx, &mut own)?,
                CardChange::On => {}
                CardChange::Off => own.lent = None,
                CardChange::Groups(ids) => {
                    ids.iter().try_for_each(|id| group_id(id).map(|_| ()))?;
                    own.groups = birth::groups(tx, cx.scope(), &own.subnet_id, ids)?;
                }
                CardChange::SourceDestCheck(check) => own.source_dest_check = *check,
            }
            tx.emit(&Changed { kind: "NetworkInterfaceChanged", resource: own.arn() });
            tx.put(own);
        }
        Ok(())
    }

    fn end(&self, tx: &mut Tx, scope: &Scope, instance: &InstanceId) {
        for card in cards(tx, scope, instance) {
            if card.attachment.as_ref().is_some_and(|attachment| attachment.delete_on_termination) {
                remove(tx, &card);
                continue;
            }
            let own = card.unplugged();
            tx.emit(&Changed { kind: "NetworkInterfaceChanged", resource: own.arn() });
            tx.put(own);
        }
    }

    fn of_instance(
        &self,
        view: &View,
        scope: &Scope,
        instance: &InstanceId,
    ) -> Vec<ec2::InstanceNetworkInterface> {
        let of = key(scope, instance.as_str());
        let mut cards: Vec<&Arc<NetworkInterface>> = view.by(&NetworkInterface::INSTANCE, &of).collect();
        cards.sort_by_key(|card| device_index(card));
        cards.into_iter().map(|card| answer::card(view, card)).collect()
    }

    fn rows_of_instance(&self, view: &View, scope: &Scope, instance: &InstanceId) -> Vec<Row> {
        let mut rows: Vec<Row> = Vec::new();
        for card in view.by(&NetworkInterface::INSTANCE, &key(scope, instance.as_str())) {
            rows.push(card.clone());
            rows.extend(answer::rows(view, card));
        }
        rows
    }
}

/// The interfaces of an instance, by device index.
pub(super) fn cards(tx: &Tx, scope: &Scope, instance: &InstanceId) -> Vec<Arc<NetworkInterface>> {
    let of = key(scope, instance.as_str());
    let mut cards: Vec<_> = tx.by(&NetworkInterface::INSTANCE, &of).cloned().collect();
    cards.sort_by_key(|card| device_index(card));
    cards
}

/// The one interface of an instance: where there are several, one has to be named.
pub(crate) fn only(tx: &Tx, scope: &Scope, instance: &str) -> Result<Arc<NetworkInterface>, Error> {
    let id = InstanceId::parse(instance)
        .map_err(|error| Error::Malformed(Kind::Instance, error.given, error.prefix))?;
    let mut cards = cards(tx, scope, &id);
    match (cards.pop(), cards.is_empty()) {
        (Some(card), true) => Ok(card),
        (Some(_), false) => Err(Attach::Several(id.to_string()).into()),
        (None, _) => Err(Error::NotFound(Kind::Instance, vec![id.to_string()])),
    }
}

fn device_index(card: &NetworkInterface) -> Option<u32> {
    card.attachment.as_ref().map(|attachment| attachment.device_index)
}

/// The named subnet, or that of the named interface, or the default one of a zone; where none is named, of the first one
/// that is preferred.
fn subnet(tx: &Tx, scope: &Scope, wish: &PlaceWish) -> Result<Subnet, Error> {
    let subnet: Subnet = match (&wish.subnet, &wish.interface) {
        (Some(text), _) => {
            let id = SubnetId::parse(text)
                .map_err(|error| Error::Malformed(Kind::Subnet, error.given, error.prefix))?;
            take(tx, scope, id.as_str())?
        }
        (None, Some(id)) => {
            let own = interface(tx, scope, id)?;
            take(tx, scope, own.subnet_id.as_str())?
        }
        (None, None) => return default_subnet(tx, scope, wish),
    };
    match &wish.zone {
        Some(zone) if *zone != subnet.zone.name => {
            let own = (subnet.id.to_string(), subnet.zone.name.clone());
            Err(Attach::SubnetZone(zone.clone(), own.0, own.1).into())
        }
        _ => Ok(subnet),
    }
}

fn default_subnet(tx: &Tx, scope: &Scope, wish: &PlaceWish) -> Result<Subnet, Error> {
    let prefix = resource::prefix(scope);
    let network = tx.range::<Vpc>(&prefix).find(|vpc| vpc.is_default).ok_or(Attach::NoDefaultVpc)?;
    let of = key(scope, network.id.as_str());
    let defaults = tx.by(&Subnet::VPC, &of).filter(|own| own.default_for_az);
    let fitting = defaults.filter(|own| wish.zone.as_ref().is_none_or(|zone| *zone == own.zone.name));
    let first = fitting.min_by_key(|own| (!wish.zones.contains(&own.zone.name), own.zone.clone()));
    first.map(|own| (**own).clone()).ok_or_else(|| match &wish.zone {
        Some(zone) => Attach::NoDefaultSubnet(zone.clone()).into(),
        None => Attach::NoDefaultSubnets(network.id.to_string()).into(),
    })
}

/// The ids of the groups that are asked for. Names are those of the default VPC: nobody names groups beside a subnet.
fn groups(
    tx: &Tx,
    scope: &Scope,
    network: &Vpc,
    subnet: &Subnet,
    wish: &PlaceWish,
) -> Result<Vec<String>, Error> {
    let mut ids = Vec::new();
    for text in &wish.groups {
        let id = group_id(text)?;
        let group: SecurityGroup = take(tx, scope, id.as_str())?;
        if !serves(tx, &group, &network.id) {
            return Err(Attach::OtherNetwork(id.to_string(), subnet.id.to_string()).into());
        }
        ids.push(id.to_string());
    }
    let of = key(scope, network.id.as_str());
    for name in &wish.group_names {
        let found = tx.by(&SecurityGroup::VPC, &of).find(|group| group.name == *name);
        let group = found.ok_or_else(|| Attach::NoGroup(name.clone(), network.id.to_string()))?;
        ids.push(group.id.to_string());
    }
    Ok(ids)
}

fn interface(tx: &Tx, scope: &Scope, text: &str) -> Result<NetworkInterface, Error> {
    let id = NetworkInterfaceId::parse(text)
        .map_err(|error| Error::Malformed(Kind::NetworkInterface, error.given, error.prefix))?;
    take(tx, scope, id.as_str())
}

fn existing(tx: &Tx, scope: &Scope, id: &str, card: &Card) -> Result<NetworkInterface, Error> {
    let own = interface(tx, scope, id)?;
    own.require_own()?;
    if own.attachment.is_some() {
        return Err(Attach::InUse(id.to_owned()).into());
    }
    if own.addresses.len() + own.prefixes.len() > card.most_addresses
        || own.ipv6_addresses.len() + own.ipv6_prefixes.len() > card.most_ipv6_addresses
    {
        return Err(Addresses::PerInterface.into());
    }
    Ok(own)
}

fn make(cx: &Cx, tx: &mut Tx, card: &Card) -> Result<NetworkInterface, Error> {
    let subnet = SubnetId::parse(&card.subnet)
        .map_err(|error| Error::Malformed(Kind::Subnet, error.given, error.prefix))?;
    let secondary: Result<Vec<_>, _> = card.secondary.iter().map(|text| address(text)).collect();
    let plan = Plan {
        primary: card.primary.as_deref().map(address).transpose()?,
        secondary: assign::asked(secondary?, card.secondary_count, "secondaryPrivateIpAddressCount")?,
        prefixes: assign::prefixes(card.prefixes.clone(), card.prefix_count)?,
        ipv6: Plan6::read(card.ipv6.clone())?,
    };
    let birth = Birth {
        draw: Draw::new(cx.ids()),
        groups: birth::groups(tx, cx.scope(), &subnet, &card.groups)?,
        subnet,
        plan,
        kind: card.kind.clone().unwrap_or_else(|| "interface".to_owned()),
        description: card.description.clone(),
        source_dest_check: true,
        requester: Requester { id: cx.caller().user_id(), is_service: false },
        tags: card.tags.clone(),
    };
    birth::make(tx, cx.scope(), birth).map_err(|error| match error {
        Error::Addresses(Addresses::SubnetFull) => Attach::NoRoom(card.subnet.clone()).into(),
        other => other,
    })
}

/// Lends a public address, unless one leads there already.
fn lend(cx: &Cx, tx: &Tx, own: &mut NetworkInterface) -> Result<(), Error> {
    let has_elastic = tx.by(&crate::address::Address::INTERFACE, &own.key_text()).next().is_some();
    if own.lent.is_none() && !has_elastic {
        own.lent = Some(pool::draw(tx, cx.ids()).ok_or(Elastic::PoolEmpty)?);
    }
    Ok(())
}
