//! What a request for a Spot Instance is, and how it stands.

use crate::instance_type;
use crate::passing::{Passing, What};
use crate::price::Price;
use base::{Scope, Tags, Timestamp, Zone};
use ec2_resource::error::Kind;
use ec2_resource::id::InstanceId;
use ec2_resource::resource::{self, Resource};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::{Index, Record};

/// A request: an instance that runs while there is spare capacity at its price.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SpotRequest {
    pub(crate) scope: Scope,
    /// `sir-` and eight letters and digits.
    pub(crate) id: String,
    pub(crate) created_at: Timestamp,
    pub(crate) state: State,
    pub(crate) status: Status,
    pub(crate) status_at: Timestamp,
    pub(crate) terms: Terms,
    /// The launch, as RunInstances takes it, of one instance.
    pub(crate) launch: Map<String, Value>,
    pub(crate) instance_type: String,
    pub(crate) is_windows: bool,
    /// The instance it has.
    pub(crate) instance: Option<InstanceId>,
    pub(crate) zone: Option<Zone>,
    /// Code and sentence of why it has failed.
    pub(crate) fault: Option<(String, String)>,
    /// Whether it is to be evaluated now.
    pub(crate) is_due: bool,
    pub(crate) tags: Tags,
}

/// What was agreed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Terms {
    /// Whether it asks again when its instance has gone.
    pub(crate) is_persistent: bool,
    /// The highest price, where one was given; else that of instances on demand.
    pub(crate) max_price: Option<String>,
    pub(crate) valid_from: Option<Timestamp>,
    pub(crate) valid_until: Option<Timestamp>,
    /// `terminate`, `stop` or `hibernate`.
    pub(crate) interruption: String,
    pub(crate) launch_group: Option<String>,
    pub(crate) zone_group: Option<String>,
}

/// The states. Source: EC2 user guide, "Spot request status".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum State {
    Open,
    Active,
    Closed,
    Cancelled,
    Failed,
    Disabled,
}

impl State {
    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Active => "active",
            Self::Closed => "closed",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
            Self::Disabled => "disabled",
        }
    }
}

/// Why it is in its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Status {
    PendingEvaluation,
    NotScheduledYet,
    PriceTooLow,
    Fulfilled,
    BadParameters,
    ScheduleExpired,
    CanceledBeforeFulfillment,
    RequestCanceledAndInstanceRunning,
    InstanceTerminatedByUser,
    InstanceStoppedByUser,
}

impl Status {
    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::PendingEvaluation => "pending-evaluation",
            Self::NotScheduledYet => "not-scheduled-yet",
            Self::PriceTooLow => "price-too-low",
            Self::Fulfilled => "fulfilled",
            Self::BadParameters => "bad-parameters",
            Self::ScheduleExpired => "schedule-expired",
            Self::CanceledBeforeFulfillment => "canceled-before-fulfillment",
            Self::RequestCanceledAndInstanceRunning => "request-canceled-and-instance-running",
            Self::InstanceTerminatedByUser => "instance-terminated-by-user",
            Self::InstanceStoppedByUser => "instance-stopped-by-user",
        }
    }
}

impl SpotRequest {
    /// Those that are to be evaluated, whosever they are: all under one text.
    pub(crate) const DUE: Index<Self> = Index {
        name: "due",
        keys: |own| match own.is_due && own.state == State::Open {
            true => vec![String::new()],
            false => Vec::new(),
        },
    };

    /// In another state.
    pub(crate) fn turn(&mut self, state: State, status: Status, at: Timestamp) {
        self.state = state;
        self.status = status;
        self.status_at = at.whole_seconds();
        self.is_due = false;
    }

    /// What spare capacity of its kind costs, and instances on demand.
    pub(crate) fn prices(&self) -> Option<(Price, Price)> {
        let of = instance_types::by_name(&self.instance_type)?;
        Some((Price::spot(&of, self.is_windows), Price::on_demand(&of, self.is_windows)))
    }

    /// The highest price, as it is told.
    pub(crate) fn price(&self) -> Option<String> {
        let given = self.terms.max_price.as_deref().and_then(Price::parse);
        given.or_else(|| self.prices().map(|(_, on_demand)| on_demand)).map(|price| price.to_string())
    }

    /// Whether it offers less than spare capacity costs.
    pub(crate) fn is_cheap(&self) -> bool {
        let most = self.terms.max_price.as_deref().and_then(Price::parse);
        most.zip(self.prices()).is_some_and(|(most, (spot, _))| most < spot)
    }

    /// AWS's word for what runs on it.
    pub(crate) fn product(&self) -> &'static str {
        instance_type::product(self.is_windows)
    }

    /// Sentence of the status.
    pub(crate) fn message(&self) -> String {
        match self.status {
            Status::PendingEvaluation => {
                "Your Spot request has been submitted for review, and is pending evaluation.".to_owned()
            }
            Status::NotScheduledYet => {
                "Your Spot request will not be evaluated until the scheduled date.".to_owned()
            }
            Status::PriceTooLow => {
                let most = self.price().unwrap_or_default();
                let least = self.prices().map(|(spot, _)| spot.to_string()).unwrap_or_default();
                format!(
                    "Your Spot request price of {most} is lower than the minimum required Spot request fulfillment price of {least}."
                )
            }
            Status::Fulfilled => "Your Spot request is fulfilled.".to_owned(),
            Status::BadParameters => {
                let reason = self.fault.as_ref().map(|(_, sentence)| sentence.as_str()).unwrap_or_default();
                format!("Your Spot request failed due to bad parameters: {reason}")
            }
            Status::ScheduleExpired => "Your Spot request expired before it could be fulfilled.".to_owned(),
            Status::CanceledBeforeFulfillment => {
                "Your Spot request is canceled before it was fulfilled.".to_owned()
            }
            Status::RequestCanceledAndInstanceRunning => {
                "Your Spot request is canceled, but your Spot Instance is still running.".to_owned()
            }
            Status::InstanceTerminatedByUser => {
                "Spot Instance terminated due to user-initiated termination.".to_owned()
            }
            Status::InstanceStoppedByUser => "Spot Instance stopped due to user-initiated stop.".to_owned(),
        }
    }
}

impl Record for SpotRequest {
    const TABLE: &'static str = "compute_spot_request";
    const INDEXES: &'static [Index<Self>] = &[Self::DUE];
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, &self.id)
    }
}

impl Passing for SpotRequest {
    const WHAT: What = What::SpotRequest;

    fn is_over(&self) -> bool {
        matches!(self.state, State::Closed | State::Cancelled | State::Failed)
    }
}

impl Resource for SpotRequest {
    const TYPE: &'static str = "spot-instances-request";
    const PREFIX: &'static str = "sir-";
    const KIND: Kind = Kind::SpotRequest;
    const FILTERS: &'static [&'static str] = super::filter::FILTERS;

    resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        super::filter::own(self, name)
    }
}
