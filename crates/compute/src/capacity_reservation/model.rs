//! What a reservation of capacity is.

use crate::instance::Instance;
use crate::passing::{Passing, What};
use base::{Scope, Tags, Timestamp, Zone};
use ec2_resource::error::Kind;
use ec2_resource::filter::moment;
use ec2_resource::id::CapacityReservationId;
use ec2_resource::resource::{self, Resource};
use serde::{Deserialize, Serialize};
use store::{Record, Rows};

/// A reservation: room for so many instances of a type in a zone.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct CapacityReservation {
    pub(crate) scope: Scope,
    pub(crate) id: CapacityReservationId,
    pub(crate) instance_type: String,
    /// `Linux/UNIX`.
    pub(crate) platform: String,
    pub(crate) zone: Zone,
    pub(crate) tenancy: String,
    pub(crate) total: i32,
    pub(crate) ebs_optimized: bool,
    pub(crate) ephemeral_storage: bool,
    pub(crate) end_date: Option<Timestamp>,
    /// Only instances that name it run in it.
    pub(crate) is_targeted: bool,
    pub(crate) created_at: Timestamp,
    pub(crate) state: State,
    pub(crate) placement_group: Option<String>,
    pub(crate) tags: Tags,
}

/// The states that one here can be in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum State {
    Active,
    Cancelled,
    Expired,
}

impl State {
    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }
}

impl CapacityReservation {
    /// How many instances run in it.
    pub(crate) fn used(&self, rows: &impl Rows) -> i32 {
        let key = resource::key(&self.scope, self.id.as_str());
        i32::try_from(rows.count(&Instance::CAPACITY, &key)).unwrap_or(i32::MAX)
    }

    /// How many more can.
    pub(crate) fn available(&self, rows: &impl Rows) -> i32 {
        match self.state {
            State::Active => (self.total - self.used(rows)).max(0),
            State::Cancelled | State::Expired => 0,
        }
    }

    /// Whether an instance is of the kind it is for.
    pub(crate) fn suits(&self, own: &Instance) -> bool {
        self.state == State::Active
            && self.instance_type == own.instance_type
            && self.platform == own.image.platform_details
            && self.zone == own.zone
            && self.tenancy == own.placement.tenancy
            && self.placement_group_id() == own.placement.group.as_ref().map(|group| group.name.as_str())
    }

    fn placement_group_id(&self) -> Option<&str> {
        self.placement_group.as_deref().and_then(|arn| arn.rsplit('/').next())
    }

    /// AWS's word for who runs in it.
    pub(crate) fn criteria(&self) -> &'static str {
        if self.is_targeted { "targeted" } else { "open" }
    }
}

impl Record for CapacityReservation {
    const TABLE: &'static str = "compute_capacity_reservation";
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Passing for CapacityReservation {
    const WHAT: What = What::CapacityReservation;

    fn is_over(&self) -> bool {
        self.state != State::Active
    }
}

impl Resource for CapacityReservation {
    const TYPE: &'static str = "capacity-reservation";
    const PREFIX: &'static str = CapacityReservationId::PREFIX;
    const KIND: Kind = Kind::CapacityReservation;
    const FILTERS: &'static [&'static str] = &[
        "availability-zone",
        "availability-zone-id",
        "end-date",
        "end-date-type",
        "instance-match-criteria",
        "instance-platform",
        "instance-type",
        "outpost-arn",
        "owner-id",
        "placement-group-arn",
        "start-date",
        "state",
        "tenancy",
    ];
    const PAGE: (i32, i32) = (1, 1000);

    resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        let word = |text: &str| vec![text.to_owned()];
        match name {
            "availability-zone" => word(&self.zone.name),
            "availability-zone-id" => word(&self.zone.id),
            "end-date" => self.end_date.iter().flat_map(|at| moment(*at)).collect(),
            "end-date-type" => word(if self.end_date.is_some() { "limited" } else { "unlimited" }),
            "instance-match-criteria" => word(self.criteria()),
            "instance-platform" => word(&self.platform),
            "instance-type" => word(&self.instance_type),
            "owner-id" => vec![self.scope.account.to_string()],
            "placement-group-arn" => self.placement_group.iter().cloned().collect(),
            "start-date" => moment(self.created_at),
            "state" => word(self.state.word()),
            "tenancy" => word(&self.tenancy),
            _ => Vec::new(),
        }
    }
}
