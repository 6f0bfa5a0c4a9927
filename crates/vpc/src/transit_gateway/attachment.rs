//! What is attached to transit gateways: networks, VPN connections, other transit gateways.

use super::model::TransitGateway;
use super::table::{self, TransitGatewayRouteTable};
use super::{STEP_MILLIS, usable};
use crate::error::{Connect, Error, Kind};
use crate::event::Changed;
use crate::id::{
    NetworkInterfaceId, SubnetId, TransitGatewayAttachmentId, TransitGatewayId, TransitGatewayRouteTableId,
    VpcId, VpnConnectionId,
};
use crate::network_interface::{self, NetworkInterface};
use crate::resource::{self, Resource, required, take};
use crate::shared::{self, Shared};
use crate::staged::{HOUR_MILLIS, Staged, step_after, step_at};
use base::{Scope, Tags, Timestamp};
use ports::Cx;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Index, Record, Tx, View};

/// An attachment, as one of the accounts that are part of it sees it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct TransitGatewayAttachment {
    pub(crate) scope: Scope,
    pub(crate) id: TransitGatewayAttachmentId,
    /// Whose the gateway is.
    pub(crate) gateway_scope: Scope,
    pub(crate) gateway_id: TransitGatewayId,
    pub(crate) state: State,
    /// Whether the gateway's owner has agreed.
    pub(crate) is_accepted: bool,
    pub(crate) what: What,
    pub(crate) association: Option<Association>,
    pub(crate) created_at: Timestamp,
    pub(crate) tags: Tags,
}

/// What is attached.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum What {
    /// A network, by one subnet of each zone.
    Vpc {
        /// Whose it is.
        owner: Scope,
        /// The network.
        vpc_id: VpcId,
        /// The subnets, and the interfaces in them once there are any.
        subnets: Vec<(SubnetId, Option<NetworkInterfaceId>)>,
        /// Its switches.
        options: VpcOptions,
    },
    /// A VPN connection.
    Vpn {
        /// Whose it is.
        owner: Scope,
        /// The connection.
        connection: VpnConnectionId,
    },
    /// Another transit gateway; each of the two has an attachment.
    Peering {
        /// The end that asked.
        requester: End,
        /// The end that is asked.
        accepter: End,
        /// Whether this is the attachment of the one that asked.
        is_requester: bool,
        /// Whether routes are told across.
        is_dynamic: bool,
    },
}

/// The switches of a network's attachment.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct VpcOptions {
    pub(crate) dns: bool,
    pub(crate) group_references: bool,
    pub(crate) ipv6: bool,
    pub(crate) appliance: bool,
}

/// One of two transit gateways that are attached to each other.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct End {
    pub(crate) scope: Scope,
    pub(crate) gateway_id: TransitGatewayId,
    pub(crate) attachment: TransitGatewayAttachmentId,
}

/// The table that tells where what comes from the attachment goes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Association {
    pub(crate) table: TransitGatewayRouteTableId,
    pub(crate) state: AssociationState,
}

/// Whether it does.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum AssociationState {
    /// Not yet.
    Associating,
    /// It does.
    Associated,
    /// Soon no more.
    Disassociating,
}

impl AssociationState {
    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Associating => "associating",
            Self::Associated => "associated",
            Self::Disassociating => "disassociating",
        }
    }
}

/// Whether an attachment can be used.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum State {
    /// The other side is looked for.
    Initiating,
    /// There is no other side.
    Failed,
    /// Not yet.
    Pending,
    /// The owner of the gateway has not agreed.
    PendingAcceptance,
    /// The owner does not agree.
    Rejecting,
    /// The owner did not agree; it is shown for a while.
    Rejected,
    /// It can.
    Available,
    /// It is being changed.
    Modifying,
    /// Soon no more.
    Deleting,
    /// No more; it is shown for a while.
    Deleted,
}

impl State {
    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Initiating => "initiatingRequest",
            Self::Failed => "failed",
            Self::Pending => "pending",
            Self::PendingAcceptance => "pendingAcceptance",
            Self::Rejecting => "rejecting",
            Self::Rejected => "rejected",
            Self::Available => "available",
            Self::Modifying => "modifying",
            Self::Deleting => "deleting",
            Self::Deleted => "deleted",
        }
    }
}

impl TransitGatewayAttachment {
    /// Those of a gateway, as its owner sees them.
    pub(crate) const GATEWAY: Index<Self> = Index {
        name: "gateway",
        keys: |own| {
            let is_owners = own.scope == own.gateway_scope;
            Some(own.gateway_id.to_string()).filter(|_| is_owners).into_iter().collect()
        },
    };
    /// Those of a network, as its owner sees them.
    pub(crate) const VPC: Index<Self> = Index {
        name: "vpc",
        keys: |own| match &own.what {
            What::Vpc { owner, vpc_id, .. } if *owner == own.scope => {
                vec![resource::key(owner, vpc_id.as_str())]
            }
            What::Vpc { .. } | What::Vpn { .. } | What::Peering { .. } => Vec::new(),
        },
    };

    /// Whether it has not gone.
    pub(crate) fn lasts(&self) -> bool {
        !matches!(self.state, State::Failed | State::Rejecting | State::Rejected | State::Deleted)
    }

    /// Whether packets pass.
    pub(crate) fn works(&self) -> bool {
        matches!(self.state, State::Available | State::Modifying)
    }

    /// AWS's word for what is attached.
    pub(crate) fn word(&self) -> &'static str {
        match self.what {
            What::Vpc { .. } => "vpc",
            What::Vpn { .. } => "vpn",
            What::Peering { .. } => "peering",
        }
    }

    /// The id of what is attached.
    pub(crate) fn resource_id(&self) -> String {
        match &self.what {
            What::Vpc { vpc_id, .. } => vpc_id.to_string(),
            What::Vpn { connection, .. } => connection.to_string(),
            What::Peering { .. } => self.across().map(|end| end.gateway_id.to_string()).unwrap_or_default(),
        }
    }

    /// The other transit gateway.
    pub(crate) fn across(&self) -> Option<&End> {
        match &self.what {
            What::Peering { requester, accepter, is_requester, .. } => {
                Some(if *is_requester { accepter } else { requester })
            }
            What::Vpc { .. } | What::Vpn { .. } => None,
        }
    }

    /// Whose what is attached is.
    pub(crate) fn resource_owner(&self) -> &Scope {
        match &self.what {
            What::Vpc { owner, .. } | What::Vpn { owner, .. } => owner,
            What::Peering { requester, accepter, is_requester, .. } => {
                if *is_requester {
                    &accepter.scope
                } else {
                    &requester.scope
                }
            }
        }
    }

    /// Refuses to go on where packets do not pass.
    pub(super) fn require_available(&self) -> Result<(), Connect> {
        if self.state == State::Available { Ok(()) } else { Err(Connect::State(self.id.to_string())) }
    }
}

impl Shared for TransitGatewayAttachment {
    fn seen_by(&self) -> Vec<Scope> {
        let mut scopes = vec![self.gateway_scope.clone()];
        match &self.what {
            What::Vpc { owner, .. } | What::Vpn { owner, .. } if *owner != self.gateway_scope => {
                scopes.push(owner.clone());
            }
            What::Vpc { .. } | What::Vpn { .. } | What::Peering { .. } => {}
        }
        scopes
    }

    fn seen_from(&self, scope: &Scope) -> Self {
        Self { scope: scope.clone(), ..self.clone() }
    }
}

impl Record for TransitGatewayAttachment {
    const TABLE: &'static str = "vpc_transit_gateway_attachment";
    const INDEXES: &'static [Index<Self>] = &[Self::GATEWAY, Self::VPC];
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Resource for TransitGatewayAttachment {
    const TYPE: &'static str = "transit-gateway-attachment";
    const PREFIX: &'static str = TransitGatewayAttachmentId::PREFIX;
    const KIND: Kind = Kind::TransitGatewayAttachment;
    const FILTERS: &'static [&'static str] = &[
        "association.state",
        "association.transit-gateway-route-table-id",
        "resource-id",
        "resource-owner-id",
        "resource-type",
        "state",
        "transit-gateway-attachment-id",
        "transit-gateway-id",
        "transit-gateway-owner-id",
    ];

    crate::resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        let association = self.association.iter().filter(|_| self.scope == self.gateway_scope);
        match name {
            "association.state" => association.map(|own| own.state.word().to_owned()).collect(),
            "association.transit-gateway-route-table-id" => {
                association.map(|own| own.table.to_string()).collect()
            }
            "resource-id" => vec![self.resource_id()],
            "resource-owner-id" => vec![self.resource_owner().account.to_string()],
            "resource-type" => vec![self.word().to_owned()],
            "state" => vec![self.state.word().to_owned()],
            "transit-gateway-attachment-id" => vec![self.id.to_string()],
            "transit-gateway-id" => vec![self.gateway_id.to_string()],
            "transit-gateway-owner-id" => vec![self.gateway_scope.account.to_string()],
            "vpc-id" if self.word() == "vpc" => vec![self.resource_id()],
            "local-owner-id" => vec![self.gateway_scope.account.to_string()],
            "remote-owner-id" => vec![self.resource_owner().account.to_string()],
            _ => Vec::new(),
        }
    }
}

impl Staged for TransitGatewayAttachment {
    const STEP: &'static str = "vpc.transit-gateway-attachment-step";

    fn stage(&self) -> &'static str {
        match (&self.association, self.state) {
            (Some(own), State::Available) => own.state.word(),
            (_, state) => state.word(),
        }
    }

    fn step(mut self, tx: &mut Tx) {
        match self.state {
            State::Initiating => super::peering::meet(tx, self),
            State::Pending if self.is_accepted => {
                self.state = State::Available;
                open(tx, self);
            }
            State::Pending => {
                self.state = State::PendingAcceptance;
                put(tx, &self);
            }
            State::Modifying => {
                self.state = State::Available;
                put(tx, &self);
                if self.association.as_ref().is_some_and(|own| own.state != AssociationState::Associated) {
                    step_after(tx, &self, STEP_MILLIS);
                }
            }
            State::Rejecting => {
                self.state = State::Rejected;
                end(tx, self);
            }
            State::Deleting => {
                self.state = State::Deleted;
                end(tx, self);
            }
            State::Available => {
                self.association = self.association.and_then(|own| match own.state {
                    AssociationState::Associating | AssociationState::Associated => {
                        Some(Association { state: AssociationState::Associated, ..own })
                    }
                    AssociationState::Disassociating => None,
                });
                put(tx, &self);
            }
            State::PendingAcceptance => {}
            State::Failed | State::Rejected | State::Deleted => {
                tx.delete::<Self>(&resource::key(&self.scope, self.id.as_str()));
            }
        }
    }
}

/// Stores a change.
pub(super) fn put(tx: &mut Tx, own: &TransitGatewayAttachment) {
    shared::put(tx, own);
    tx.emit(&Changed { kind: "TransitGatewayAttachmentChanged", resource: own.arn() });
}

/// The row of the other transit gateway, where there is one.
fn partner(tx: &Tx, own: &TransitGatewayAttachment) -> Option<TransitGatewayAttachment> {
    let end = own.across()?;
    let found = tx.get::<TransitGatewayAttachment>(&resource::key(&end.scope, end.attachment.as_str()));
    found.map(|row| (*row).clone())
}

/// Gives the attachments of two transit gateways the same state.
pub(super) fn put_both(tx: &mut Tx, own: &TransitGatewayAttachment) {
    put(tx, own);
    if let Some(other) = partner(tx, own) {
        let (state, is_accepted) = (own.state, own.is_accepted);
        put(tx, &TransitGatewayAttachment { state, is_accepted, ..other });
    }
}

/// The beginning: the gateway's default tables are used.
fn open(tx: &mut Tx, own: TransitGatewayAttachment) {
    let other = partner(tx, &own);
    for mut row in [Some(own.clone()), other].into_iter().flatten() {
        row.state = own.state;
        row.is_accepted = own.is_accepted;
        let key = resource::key(&row.gateway_scope, row.gateway_id.as_str());
        let Some(gateway) = tx.get::<TransitGateway>(&key) else { continue };
        let is_there = |id: &TransitGatewayRouteTableId| {
            let table = tx.get::<TransitGatewayRouteTable>(&resource::key(&row.gateway_scope, id.as_str()));
            gateway.associates && table.is_some_and(|own| own.state.lasts())
        };
        if let Some(table) = gateway.association_table.as_ref().filter(|id| is_there(id)) {
            let state = AssociationState::Associating;
            row.association = Some(Association { table: table.clone(), state });
            step_after(tx, &row, STEP_MILLIS);
        }
        let is_peering = matches!(row.what, What::Peering { .. });
        if let Some(id) = gateway.propagation_table.as_ref().filter(|_| gateway.propagates && !is_peering) {
            table::propagate(tx, &row.gateway_scope, id, &row.id);
        }
        put(tx, &row);
    }
}

/// The end: interfaces go, and so do the association and what is propagated. Listed routes stay, as blackholes.
pub(super) fn end(tx: &mut Tx, own: TransitGatewayAttachment) {
    let other = partner(tx, &own);
    for mut row in [Some(own.clone()), other].into_iter().flatten() {
        row.state = own.state;
        row.association = None;
        if let What::Vpc { owner, subnets, .. } = &mut row.what {
            for (_, interface) in subnets {
                take_away(tx, owner, interface.take());
            }
        }
        for table in tx_tables(tx, &row) {
            table::withdraw(tx, &table, &row.id);
        }
        for scope in row.seen_by() {
            step_at(tx, &row.seen_from(&scope), HOUR_MILLIS);
        }
        put(tx, &row);
    }
}

fn tx_tables(tx: &Tx, own: &TransitGatewayAttachment) -> Vec<Arc<TransitGatewayRouteTable>> {
    tx.by(&TransitGatewayRouteTable::GATEWAY, own.gateway_id.as_str()).cloned().collect()
}

/// Takes an interface of an attachment away.
pub(super) fn take_away(tx: &mut Tx, owner: &Scope, id: Option<NetworkInterfaceId>) {
    let found = id.and_then(|id| tx.get::<NetworkInterface>(&resource::key(owner, id.as_str())));
    if let Some(interface) = found {
        network_interface::remove(tx, &interface);
    }
}

/// Attaches a VPN connection to a transit gateway.
pub(crate) fn attach_vpn(
    tx: &mut Tx,
    cx: &Cx,
    gateway: &TransitGatewayId,
    connection: &VpnConnectionId,
) -> Result<TransitGatewayAttachmentId, Error> {
    let gateway = usable(tx, cx.scope(), gateway)?;
    let own = TransitGatewayAttachment {
        scope: cx.scope().clone(),
        id: TransitGatewayAttachmentId::new(cx.ids()),
        gateway_scope: gateway.scope,
        gateway_id: gateway.id,
        state: State::Pending,
        is_accepted: true,
        what: What::Vpn { owner: cx.scope().clone(), connection: connection.clone() },
        association: None,
        created_at: cx.now(),
        tags: Tags::default(),
    };
    step_after(tx, &own, STEP_MILLIS);
    put(tx, &own);
    Ok(own.id)
}

/// Ends the attachment of a VPN connection.
pub(crate) fn end_vpn(tx: &mut Tx, scope: &Scope, id: &TransitGatewayAttachmentId) {
    let found = tx.get::<TransitGatewayAttachment>(&resource::key(scope, id.as_str()));
    if let Some(own) = found {
        end(tx, TransitGatewayAttachment { state: State::Deleted, ..(*own).clone() });
    }
}

/// An attachment, whatever is attached.
pub(super) fn find(
    tx: &Tx,
    scope: &Scope,
    id: &TransitGatewayAttachmentId,
) -> Result<TransitGatewayAttachment, Error> {
    take(tx, scope, id.as_str())
}

/// An attachment's id.
pub(super) fn id(text: Option<String>) -> Result<TransitGatewayAttachmentId, Error> {
    let text = required(text, "transitGatewayAttachmentId")?;
    TransitGatewayAttachmentId::parse(&text)
        .map_err(|error| Error::Malformed(Kind::TransitGatewayAttachment, error.given, error.prefix))
}

/// The attachment a view has.
pub(super) fn seen(
    view: &View,
    scope: &Scope,
    id: &TransitGatewayAttachmentId,
) -> Result<Arc<TransitGatewayAttachment>, Error> {
    let found = view.get::<TransitGatewayAttachment>(&resource::key(scope, id.as_str()));
    found.ok_or_else(|| Error::NotFound(Kind::TransitGatewayAttachment, vec![id.to_string()]))
}
