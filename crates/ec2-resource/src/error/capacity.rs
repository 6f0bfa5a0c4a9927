//! What is refused of spare, reserved and dedicated capacity: Spot Instances, fleets, reservations of capacity, hosts.

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Capacity {
    /// The highest price is below the price: both.
    PriceTooLow(String, String),
    /// A request of that type cannot have that way of being interrupted: type and way.
    Interruption(String, String),
    /// Persistent requests are not interrupted for good.
    PersistentEnds,
    /// Spot Instances of a stated duration are sold no more.
    SpotBlock,
    /// The type is not sold so.
    NotSold,
    /// A Spot Instance of a one-time request is not stopped.
    OneTimeStop(String),
    /// There is no data feed.
    NoDatafeed,
    /// The fleet is of type instant, and the call is not for it: id and the call in words.
    InstantFleet(String, &'static str),
    /// The fleet is not one that changes.
    FixedFleet(String),
    /// The Spot Fleet is not one that changes.
    FixedSpotFleet(String),
    /// What a fleet is to be made of is no good.
    FleetConfig(String),
    /// What a Spot Fleet is to be made of is no good.
    SpotFleetConfig(String),
    /// More structures of requirements than AWS takes.
    ManyRequirements,
    /// A number of instances out of bounds.
    InstanceCount(i32),
    /// A reservation has no room for it, or not for such instances.
    ReservationFull,
    /// The reservation is in a state that does not allow it: id and state.
    ReservationState(String, &'static str),
    /// The host has no room for it.
    HostFull(String),
    /// No host has.
    NoHost,
    /// Something is said of hosts, and the tenancy is another.
    NotOnHost(&'static str),
    /// An instance on a host is in no placement group.
    GroupOnHost,
}

impl Capacity {
    /// Code and sentence.
    pub(crate) fn said(&self) -> (&'static str, String) {
        match self {
            Self::PriceTooLow(most, price) => (
                "SpotMaxPriceTooLow",
                format!("Your Spot request price of {most} is lower than the minimum required Spot request fulfillment price of {price}."),
            ),
            Self::Interruption(kind, way) => (
                "InvalidParameterCombination",
                format!("The request with type '{kind}' is not supported when instanceInterruptionBehavior is set to '{way}'."),
            ),
            Self::PersistentEnds => (
                "InvalidParameterCombination",
                "The terminate InstanceInterruptionBehavior is not supported when requestType is set to persistent."
                    .to_owned(),
            ),
            Self::SpotBlock => {
                ("Unsupported", "Spot Instances with a defined duration are no longer available.".to_owned())
            }
            Self::NotSold => (
                "Unsupported",
                "The requested configuration is currently not supported. Please check the documentation for supported configurations."
                    .to_owned(),
            ),
            Self::OneTimeStop(id) => (
                "UnsupportedOperation",
                format!("You can't stop the Spot Instance '{id}' because it is associated with a one-time Spot Instance request. You can only stop Spot Instances associated with persistent Spot Instance requests."),
            ),
            Self::NoDatafeed => {
                ("InvalidSpotDatafeed.NotFound", "Spot datafeed subscription does not exist.".to_owned())
            }
            Self::InstantFleet(id, call) => (
                "Unsupported",
                format!("Fleet {id} is instant fleet. {call} is not supported by this type of fleet"),
            ),
            Self::FixedFleet(id) => ("InvalidFleetState", fixed("fleet", id)),
            Self::FixedSpotFleet(id) => ("InvalidSpotFleetRequestState", fixed("spot fleet request", id)),
            Self::FleetConfig(sentence) => ("InvalidFleetConfig", sentence.clone()),
            Self::SpotFleetConfig(sentence) => ("InvalidSpotFleetRequestConfig", sentence.clone()),
            Self::ManyRequirements => (
                "InvalidParameterValue",
                "Your request contains more than the maximum allowed number of InstanceRequirements (4)".to_owned(),
            ),
            Self::InstanceCount(count) => (
                "InvalidParameterValue",
                format!("{count} is an invalid value for InstanceCount. InstanceCount must be between 1 and 1000."),
            ),
            Self::ReservationFull => (
                "ReservationCapacityExceeded",
                "The requested reservation does not have sufficient compatible and available capacity for this request."
                    .to_owned(),
            ),
            Self::ReservationState(id, state) => (
                "InvalidCapacityReservationState",
                format!("The capacity reservation '{id}' is in the state '{state}'."),
            ),
            Self::HostFull(id) => (
                "InsufficientCapacityOnHost",
                format!("Dedicated host {id} has insufficient capacity to launch the instances in this request."),
            ),
            Self::NoHost => (
                "InsufficientHostCapacity",
                "You do not have a host with a matching configuration and sufficient capacity. Either target a host resource group that can automatically allocate hosts on your behalf, or manually allocate a new host to your account and then try again."
                    .to_owned(),
            ),
            Self::NotOnHost(name) => (
                "InvalidParameterCombination",
                format!("The parameter {name} cannot be used without specifying a tenancy of 'host'"),
            ),
            Self::GroupOnHost => (
                "InvalidParameterCombination",
                "You cannot launch an instance with a tenancy of ''host'' into a placement group. Either remove the placement group from the request, or specify a different tenancy."
                    .to_owned(),
            ),
        }
    }
}

fn fixed(word: &str, id: &str) -> String {
    format!("The {word} '{id}' is not in a modifiable state or is not of type maintain.")
}

/// Why one of the things that a call names was left as it was, while the others were not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemKept {
    /// No fleet has that id.
    NoFleet(String),
    /// The text is no fleet's id.
    FleetMalformed(String),
    /// The fleet has gone already.
    FleetGone(String),
    /// A fleet of type instant goes with its instances only.
    InstantFleet,
    /// No Spot Fleet has that id.
    NoSpotFleet(String),
    /// The text is no Spot Fleet's id.
    SpotFleetMalformed(String),
    /// The Spot Fleet has been cancelled already.
    SpotFleetGone(String),
    /// No host has that id.
    NoHost(String),
    /// Instances are on the host.
    HostOccupied(String),
    /// A host of a Mac is kept for a day: id, type and until when.
    MacHost(String, String, String),
    /// The host cannot have the type: id and type.
    HostOfOtherType(String, String),
}

impl ItemKept {
    /// Code and sentence.
    pub fn said(&self) -> (&'static str, String) {
        match self {
            Self::NoFleet(id) => ("fleetIdDoesNotExist", format!("The fleet ID '{id}' does not exist")),
            Self::FleetMalformed(id) => ("fleetIdMalformed", format!("The fleet ID '{id}' is malformed")),
            Self::FleetGone(id) => {
                ("fleetNotInDeletableState", format!("The fleet '{id}' is not in a deletable state"))
            }
            Self::InstantFleet => (
                "unexpectedError",
                "NoTerminateInstances option is not supported for instant fleet".to_owned(),
            ),
            Self::NoSpotFleet(id) => {
                ("fleetRequestIdDoesNotExist", format!("The spot fleet request ID '{id}' does not exist"))
            }
            Self::SpotFleetMalformed(id) => {
                ("fleetRequestIdMalformed", format!("The spot fleet request ID '{id}' is malformed"))
            }
            Self::SpotFleetGone(id) => (
                "fleetRequestNotInCancellableState",
                format!("The spot fleet request '{id}' is not in a cancellable state"),
            ),
            Self::NoHost(id) => {
                ("Client.InvalidHostID.NotFound", format!("The host ID '{id}' does not exist"))
            }
            Self::HostOccupied(id) => (
                "Client.InvalidHost.Occupied",
                format!("Dedicated host '{id}' cannot be released as it is occupied."),
            ),
            Self::MacHost(id, kind, until) => (
                "Client.HostMinAllocationPeriodUnexpired",
                format!(
                    "Unable to release Dedicated Host {id}. {kind} hosts must be allocated to your AWS account for at least 24 hour(s). You can release this host any time after {until}."
                ),
            ),
            Self::HostOfOtherType(id, kind) => (
                "Client.InvalidParameterValue",
                format!("The dedicated host '{id}' cannot be changed to '{kind}'."),
            ),
        }
    }
}
