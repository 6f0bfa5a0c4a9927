//! What a transit gateway is.

use crate::error::{Error, Kind};
use crate::id::{TransitGatewayId, TransitGatewayRouteTableId};
use crate::resource::{self, Resource};
use crate::staged::{HOUR_MILLIS, Staged, step_at};
use base::{Scope, Tags, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Index, Record, Rows, Tx};

/// A router of a Region, to which networks are attached.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct TransitGateway {
    pub(crate) scope: Scope,
    pub(crate) id: TransitGatewayId,
    pub(crate) state: Life,
    pub(crate) description: Option<String>,
    pub(crate) asn: i64,
    pub(crate) blocks: Vec<String>,
    /// Whether attachments of other accounts are accepted at once.
    pub(crate) accepts: bool,
    pub(crate) associates: bool,
    /// The table that attachments are associated with by default; kept while that is off.
    pub(crate) association_table: Option<TransitGatewayRouteTableId>,
    pub(crate) propagates: bool,
    /// The table that attachments propagate to by default.
    pub(crate) propagation_table: Option<TransitGatewayRouteTableId>,
    pub(crate) has_ecmp: bool,
    pub(crate) has_dns: bool,
    pub(crate) has_group_references: bool,
    pub(crate) has_multicast: bool,
    pub(crate) created_at: Timestamp,
    pub(crate) tags: Tags,
}

/// Whether a gateway or a table of one can be used.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Life {
    /// Not yet.
    Pending,
    /// It can.
    Available,
    /// It is being changed.
    Modifying,
    /// Soon no more.
    Deleting,
    /// No more; it is shown for a while.
    Deleted,
}

impl Life {
    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Available => "available",
            Self::Modifying => "modifying",
            Self::Deleting => "deleting",
            Self::Deleted => "deleted",
        }
    }

    /// Whether it has not gone.
    pub(crate) fn lasts(self) -> bool {
        match self {
            Self::Pending | Self::Available | Self::Modifying => true,
            Self::Deleting | Self::Deleted => false,
        }
    }

    /// What follows; none where it stays or ends.
    pub(super) fn next(self) -> Option<Self> {
        match self {
            Self::Pending | Self::Modifying => Some(Self::Available),
            Self::Deleting => Some(Self::Deleted),
            Self::Available | Self::Deleted => None,
        }
    }
}

/// `enable` or `disable`.
pub(super) fn switch(is_on: bool) -> Option<String> {
    Some(if is_on { "enable" } else { "disable" }.to_owned())
}

/// What a call says of a switch; what it was where it says nothing.
pub(super) fn switched(name: &'static str, given: Option<String>, was: bool) -> Result<bool, Error> {
    match given.as_deref() {
        None => Ok(was),
        Some("enable") => Ok(true),
        Some("disable") => Ok(false),
        Some(word) => {
            Err(Error::Value(name, word.to_owned(), "Valid values are enable and disable.".to_owned()))
        }
    }
}

impl TransitGateway {
    /// Those of a Region, of any account, by their ids.
    const REGION: Index<Self> =
        Index { name: "region", keys: |own| vec![format!("{}/{}", own.scope.region, own.id)] };

    /// The one of a Region with an id: every account of the world may use it.
    pub(crate) fn of_region(rows: &impl Rows, scope: &Scope, id: &TransitGatewayId) -> Option<Arc<Self>> {
        rows.first(&Self::REGION, &format!("{}/{id}", scope.region))
    }
}

impl Record for TransitGateway {
    const TABLE: &'static str = "vpc_transit_gateway";
    const INDEXES: &'static [Index<Self>] = &[Self::REGION];
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Resource for TransitGateway {
    const TYPE: &'static str = "transit-gateway";
    const PREFIX: &'static str = TransitGatewayId::PREFIX;
    const KIND: Kind = Kind::TransitGateway;
    const FILTERS: &'static [&'static str] = &[
        "options.amazon-side-asn",
        "options.association-default-route-table-id",
        "options.auto-accept-shared-attachments",
        "options.default-route-table-association",
        "options.default-route-table-propagation",
        "options.dns-support",
        "options.propagation-default-route-table-id",
        "options.vpn-ecmp-support",
        "owner-id",
        "state",
        "transit-gateway-id",
    ];

    crate::resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        let on = |is_on| switch(is_on).into_iter().collect();
        let table = |is_on: bool, own: &Option<TransitGatewayRouteTableId>| {
            own.iter().filter(|_| is_on).map(ToString::to_string).collect()
        };
        match name {
            "options.amazon-side-asn" => vec![self.asn.to_string()],
            "options.association-default-route-table-id" => table(self.associates, &self.association_table),
            "options.auto-accept-shared-attachments" => on(self.accepts),
            "options.default-route-table-association" => on(self.associates),
            "options.default-route-table-propagation" => on(self.propagates),
            "options.dns-support" => on(self.has_dns),
            "options.propagation-default-route-table-id" => table(self.propagates, &self.propagation_table),
            "options.vpn-ecmp-support" => on(self.has_ecmp),
            "owner-id" => vec![self.scope.account.to_string()],
            "state" => vec![self.state.word().to_owned()],
            "transit-gateway-id" => vec![self.id.to_string()],
            _ => Vec::new(),
        }
    }
}

impl Staged for TransitGateway {
    const STEP: &'static str = "vpc.transit-gateway-step";

    fn stage(&self) -> &'static str {
        self.state.word()
    }

    fn step(mut self, tx: &mut Tx) {
        match self.state.next() {
            Some(next) => {
                self.state = next;
                if next == Life::Deleted {
                    step_at(tx, &self, HOUR_MILLIS);
                }
                tx.emit(&crate::event::Changed { kind: "TransitGatewayChanged", resource: self.arn() });
                tx.put(self);
            }
            None if self.state == Life::Deleted => {
                tx.delete::<Self>(&resource::key(&self.scope, self.id.as_str()));
            }
            None => {}
        }
    }
}
