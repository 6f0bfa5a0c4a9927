//! Interfaces that users plug into instances and take out again.

use super::birth::{MOST_ADDRESSES, require_room};
use super::model::{Attachment, AttachmentState, NetworkInterface};
use super::{id, of_instance};
use crate::error::{Addresses, Attach, Error, Kind};
use crate::event::Changed;
use crate::id::{AttachmentId, InstanceId, NetworkInterfaceId};
use crate::resource::{self, Resource, required, take};
use crate::{Vpc as Service, home};
use base::Scope;
use ec2_resource::neighbour::{InstanceFacts, InstanceState};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shape::Empty;
use shapes_ec2 as ec2;
use store::{Job, JobError, Tx};

/// How long AWS shows an attachment as `attaching` and `detaching`, in milliseconds.
pub(super) const TURNING_MILLIS: u32 = 1_000;

/// `AttachNetworkInterface`: to an instance of the same zone that runs or is stopped.
pub(crate) fn attach(
    cx: &Cx,
    svc: &Service,
    input: ec2::AttachNetworkInterfaceRequest,
) -> Result<ec2::AttachNetworkInterfaceResult, Error> {
    let interface_id = id(input.network_interface_id)?;
    let instance_id = instance_id(input.instance_id)?;
    let device_index = index(input.device_index.ok_or(Error::Missing("deviceIndex"))?, "deviceIndex")?;
    let network_card_index = index(input.network_card_index.unwrap_or(0), "networkCardIndex")?;
    let attachment = home::write(cx, |tx| {
        let mut own: NetworkInterface = take(tx, cx.scope(), interface_id.as_str())?;
        own.require_own()?;
        let instance = instance(tx, cx.scope(), svc, &instance_id)?;
        if own.attachment.is_some() {
            return Err(Addresses::InterfaceInUse(interface_id.to_string()).into());
        }
        require_fitting(tx, &own, &instance_id, &instance, device_index)?;
        let attachment = Attachment {
            id: AttachmentId::new(cx.ids()).to_string(),
            instance_owner: cx.account().to_string(),
            instance_id: Some(instance_id.to_string()),
            device_index,
            network_card_index,
            state: AttachmentState::Attaching,
            delete_on_termination: false,
            attached_at: tx.now(),
        };
        own.is_pending = false;
        own.attachment = Some(attachment.clone());
        tx.emit(&Changed { kind: "NetworkInterfaceChanged", resource: own.arn() });
        tx.put(own);
        let (scope, id) = (cx.scope().clone(), interface_id.clone());
        tx.after(TURNING_MILLIS, Attached { scope, id });
        Ok(attachment.id)
    })?;
    Ok(ec2::AttachNetworkInterfaceResult {
        attachment_id: Some(attachment),
        network_card_index: i32::try_from(network_card_index).ok(),
    })
}

fn index(value: i32, name: &'static str) -> Result<u32, Error> {
    let reason = "It must not be negative.";
    u32::try_from(value).map_err(|_| Error::Value(name, value.to_string(), reason.to_owned()))
}

/// An instance's id.
pub(crate) fn instance_id(text: Option<String>) -> Result<InstanceId, Error> {
    let text = required(text, "instanceId")?;
    InstanceId::parse(&text).map_err(|error| Error::Malformed(Kind::Instance, error.given, error.prefix))
}

/// The instance of an id, as long as anything can be done with it.
pub(crate) fn instance(
    tx: &Tx,
    scope: &Scope,
    svc: &Service,
    id: &InstanceId,
) -> Result<InstanceFacts, Error> {
    let found = svc.instances.get(tx, scope, id).filter(|own| own.state != InstanceState::Terminated);
    found.ok_or_else(|| Error::NotFound(Kind::Instance, vec![id.to_string()]))
}

fn require_fitting(
    tx: &Tx,
    own: &NetworkInterface,
    id: &InstanceId,
    instance: &InstanceFacts,
    device_index: u32,
) -> Result<(), Error> {
    if !matches!(instance.state, InstanceState::Running | InstanceState::Stopped) {
        return Err(Attach::State(id.to_string()).into());
    }
    if own.zone != instance.zone {
        return Err(Attach::OtherZone.into());
    }
    let plugged: Vec<_> = of_instance::cards(tx, &own.scope, id);
    if plugged.len() >= instance.most_interfaces {
        return Err(Attach::Full(plugged.len() + 1, instance.instance_type.clone()).into());
    }
    let taken = |card: &NetworkInterface| {
        card.attachment.as_ref().is_some_and(|attachment| attachment.device_index == device_index)
    };
    if plugged.iter().any(|card| taken(card)) {
        return Err(Attach::IndexTaken(id.to_string(), device_index).into());
    }
    require_room(own.addresses.len(), own.prefixes.len(), instance.most_addresses)?;
    require_room(own.ipv6_addresses.len(), own.ipv6_prefixes.len(), instance.most_ipv6_addresses)?;
    Ok(())
}

/// IPv4 and IPv6 addresses that an interface may have: what the type of its instance allows, or the most of any type.
/// Recorded for interfaces of instances: amazon-vpc-cni-k8s issue 989, cilium issue 36428.
pub(super) fn most_addresses(tx: &Tx, svc: &Service, own: &NetworkInterface) -> (usize, usize) {
    let held = own.attachment.as_ref().and_then(|held| held.instance_id.as_deref());
    let id = held.and_then(|id| InstanceId::parse(id).ok());
    let facts = id.and_then(|id| svc.instances.get(tx, &own.scope, &id));
    facts.map_or((MOST_ADDRESSES, MOST_ADDRESSES), |facts| (facts.most_addresses, facts.most_ipv6_addresses))
}

/// `DetachNetworkInterface`: any but the primary one. By force it is out at once.
pub(crate) fn detach(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DetachNetworkInterfaceRequest,
) -> Result<Empty, Error> {
    let attachment_id = required(input.attachment_id, "attachmentId")?;
    if attachment_id.starts_with("ela-attach-") {
        return Err(Addresses::ServiceAttachment.into());
    }
    AttachmentId::parse(&attachment_id)
        .map_err(|error| Error::Malformed(Kind::Attachment, error.given, error.prefix))?;
    let is_forced = input.force == Some(true);
    home::write(cx, |tx| {
        let key = resource::key(cx.scope(), &attachment_id);
        let found = tx.by(&NetworkInterface::ATTACHMENT, &key).next().map(|own| (**own).clone());
        let mut own = found.ok_or_else(|| Error::NotFound(Kind::Attachment, vec![attachment_id.clone()]))?;
        let Some(attachment) = own.attachment.as_mut() else { return Ok(Empty {}) };
        if attachment.device_index == 0 {
            return Err(Attach::Primary(attachment.network_card_index).into());
        }
        attachment.state = AttachmentState::Detaching;
        let (scope, id) = (own.scope.clone(), own.id.clone());
        let detached = Detached { scope, id, attachment: attachment_id.clone() };
        tx.emit(&Changed { kind: "NetworkInterfaceChanged", resource: own.arn() });
        tx.put(own);
        if is_forced {
            detached.apply(tx);
        } else {
            tx.after(TURNING_MILLIS, detached);
        }
        Ok(Empty {})
    })
}

/// The end of `attaching`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Attached {
    pub(super) scope: Scope,
    pub(super) id: NetworkInterfaceId,
}

impl Job for Attached {
    const KIND: &'static str = "vpc.network-interface-attached";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let found = tx.get::<NetworkInterface>(&resource::key(&self.scope, self.id.as_str()));
        let Some(mut own) = found.map(|own| (*own).clone()) else { return Ok(()) };
        match own.attachment.as_mut() {
            Some(attachment) if attachment.state == AttachmentState::Attaching => {
                attachment.state = AttachmentState::Attached;
                tx.put(own);
            }
            _ => {}
        }
        Ok(())
    }
}

/// The end of `detaching`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Detached {
    scope: Scope,
    id: NetworkInterfaceId,
    /// The attachment that ends: the interface may have another one by then.
    attachment: String,
}

impl Detached {
    fn apply(self, tx: &mut Tx) {
        let found = tx.get::<NetworkInterface>(&resource::key(&self.scope, self.id.as_str()));
        let Some(own) = found else { return };
        if own.attachment.as_ref().is_some_and(|attachment| attachment.id == self.attachment) {
            let own = own.unplugged();
            tx.emit(&Changed { kind: "NetworkInterfaceChanged", resource: own.arn() });
            tx.put(own);
        }
    }
}

impl Job for Detached {
    const KIND: &'static str = "vpc.network-interface-detached";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        self.apply(tx);
        Ok(())
    }
}
