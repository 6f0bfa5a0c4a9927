//! Reservations of capacity: how many instances of a type are sure to have room in a zone, and which run in it.

mod model;

pub(crate) use model::{CapacityReservation, State};

use crate::Compute;
use crate::instance::{self, Instance};
use crate::passing;
use crate::placement_group::{self, PlacementGroup, Strategy};
use crate::resource::{self, Resource, required, tag_set, take};
use crate::zone;
use base::{Scope, Timestamp};
use ec2_resource::error::{Capacity, Error, Kind, Launch, Placement};
use ec2_resource::event::Changed;
use ec2_resource::id::CapacityReservationId;
use ec2_resource::listing::{self, Wish, cut, page_size};
use ec2_resource::neighbour::InstanceState;
use ec2_resource::tag;
use ec2_resource::token::{Once, digest, once};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_ec2 as ec2;
use std::sync::Arc;
use store::{Job, JobError, Tx, View};

/// Instances of a reservation.
const COUNT: std::ops::RangeInclusive<i32> = 1..=1000;
/// What runs on instances. Source: EC2 API reference, CreateCapacityReservation.
const PLATFORMS: &[&str] = &[
    "Linux/UNIX",
    "Red Hat Enterprise Linux",
    "SUSE Linux",
    "Windows",
    "Windows with SQL Server",
    "Windows with SQL Server Enterprise",
    "Windows with SQL Server Standard",
    "Windows with SQL Server Web",
    "Linux with SQL Server Standard",
    "Linux with SQL Server Web",
    "Linux with SQL Server Enterprise",
    "RHEL with SQL Server Standard",
    "RHEL with SQL Server Enterprise",
    "RHEL with SQL Server Web",
    "RHEL with HA",
    "RHEL with HA and SQL Server Standard",
    "RHEL with HA and SQL Server Enterprise",
    "Ubuntu Pro",
];

/// `CreateCapacityReservation`: instances that run already, and are as it wants them, run in it from now on.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::CreateCapacityReservationRequest,
) -> Result<ec2::CreateCapacityReservationResult, Error> {
    let digest = digest(&input);
    refuse_unbuilt(&input)?;
    let tags = tag::of_specifications(input.tag_specifications.clone(), CapacityReservation::TYPE)?;
    let name = required(input.instance_type.clone(), "InstanceType")?;
    let known = instance_types::by_name(&name).ok_or_else(|| Launch::NoType(name.clone()))?;
    let platform = required(input.instance_platform.clone(), "InstancePlatform")?;
    instance::one_of("instancePlatform", &platform, PLATFORMS)?;
    let total = counted(input.instance_count.ok_or(Error::Missing("InstanceCount"))?)?;
    let tenancy = input.tenancy.clone().unwrap_or_else(|| "default".to_owned());
    instance::one_of("tenancy", &tenancy, &["default", "dedicated"])?;
    let criteria = input.instance_match_criteria.as_deref().unwrap_or("open");
    instance::one_of("instanceMatchCriteria", criteria, &["open", "targeted"])?;
    let zone = zone::named(cx, input.availability_zone.as_deref(), input.availability_zone_id.as_deref())?;
    let zones = instance_types::zones(known.name, cx.region());
    if !zones.contains(&zone) {
        let others = zones.into_iter().map(|zone| zone.name).collect();
        return Err(Launch::NotOffered(name, zone.name, others).into());
    }
    let end_date = end(cx, input.end_date_type.as_deref(), input.end_date.map(Into::into))?;
    let call = Once {
        operation: "CreateCapacityReservation",
        token: input.client_token.as_deref().filter(|token| !token.is_empty()),
        digest: &digest,
    };
    let made = cx.write(|tx| {
        once(tx, cx.scope(), &call, |tx| {
            let group = input.placement_group_arn.as_deref();
            group.map_or(Ok(()), |arn| require_cluster(tx, cx.scope(), arn))?;
            let own = CapacityReservation {
                scope: cx.scope().clone(),
                id: CapacityReservationId::new(cx.ids()),
                instance_type: name.clone(),
                platform: platform.clone(),
                zone: zone.clone(),
                tenancy: tenancy.clone(),
                total,
                ebs_optimized: input.ebs_optimized == Some(true),
                ephemeral_storage: input.ephemeral_storage == Some(true),
                end_date,
                is_targeted: criteria == "targeted",
                created_at: cx.now().whole_seconds(),
                state: State::Active,
                placement_group: input.placement_group_arn.clone(),
                tags: tags.clone(),
            };
            tx.emit(&Changed { kind: "CapacityReservationCreated", resource: own.arn() });
            ends(tx, &own);
            tx.put(own.clone());
            adopt(tx, &own);
            Ok(own)
        })
    })?;
    let shaped = cx.read(|view| shape(view, &made));
    Ok(ec2::CreateCapacityReservationResult { capacity_reservation: Some(shaped) })
}

/// What no part of angae has yet is refused by name.
fn refuse_unbuilt(input: &ec2::CreateCapacityReservationRequest) -> Result<(), Error> {
    let unbuilt = [
        ("OutpostArn", input.outpost_arn.is_some()),
        ("StartDate", input.start_date.is_some()),
        ("CommitmentDuration", input.commitment_duration.is_some()),
        ("DeliveryPreference", input.delivery_preference.is_some()),
    ];
    match unbuilt.into_iter().find(|(_, given)| *given) {
        Some((name, _)) => Err(Error::Parameter(format!("{name} is not built yet"))),
        None => Ok(()),
    }
}

/// A reservation within a placement group is within one of the strategy `cluster`.
/// Source: EC2 user guide, "Create Capacity Reservations in cluster placement groups".
fn require_cluster(tx: &Tx, scope: &Scope, arn: &str) -> Result<(), Error> {
    let name = arn.rsplit('/').next().unwrap_or_default();
    if resource::arn(scope, PlacementGroup::TYPE, name) != arn {
        return Err(Placement::Unknown(arn.to_owned()).into());
    }
    match placement_group::find(tx, scope, name)?.strategy {
        Strategy::Cluster => Ok(()),
        Strategy::Spread(_) | Strategy::Partition(_) => {
            let reason = "It must be a cluster placement group.".to_owned();
            Err(Error::Value("placementGroupArn", arn.to_owned(), reason))
        }
    }
}

fn counted(count: i32) -> Result<i32, Error> {
    if COUNT.contains(&count) { Ok(count) } else { Err(Capacity::InstanceCount(count).into()) }
}

/// When it ends: at a date, or when it is cancelled.
fn end(cx: &Cx, kind: Option<&str>, date: Option<Timestamp>) -> Result<Option<Timestamp>, Error> {
    instance::one_of("endDateType", kind.unwrap_or("unlimited"), &["limited", "unlimited"])?;
    match (kind, date) {
        (None, None) | (Some("unlimited"), None) => Ok(None),
        (Some("unlimited"), Some(_)) => Err(Error::Combination(
            "The parameter EndDate cannot be used with the parameter EndDateType unlimited".to_owned(),
        )),
        (_, None) => Err(Error::Missing("EndDate")),
        (_, Some(date)) if date <= cx.now() => {
            Err(Error::Value("endDate", date.rfc3339(), "It must be in the future.".to_owned()))
        }
        (_, Some(date)) => Ok(Some(date)),
    }
}

/// Sees to its end.
fn ends(tx: &mut Tx, own: &CapacityReservation) {
    if let Some(end) = own.end_date {
        tx.at(end, &Expire { scope: own.scope.clone(), id: own.id.clone() });
    }
}

/// The end of a reservation has come.
#[derive(Serialize, Deserialize)]
pub(crate) struct Expire {
    scope: Scope,
    id: CapacityReservationId,
}

impl Job for Expire {
    const KIND: &'static str = "compute.capacity-reservation-expire";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let found = tx.get::<CapacityReservation>(&resource::key(&self.scope, self.id.as_str()));
        // Its end may have been moved since.
        if let Some(own) =
            found.filter(|own| own.state == State::Active && own.end_date.is_some_and(|end| end <= tx.now()))
        {
            close(tx, &own, State::Expired);
        }
        Ok(())
    }
}

/// Ends a reservation; its instances run on, on demand.
fn close(tx: &mut Tx, own: &CapacityReservation, state: State) {
    let key = resource::key(&own.scope, own.id.as_str());
    let within: Vec<Arc<Instance>> = tx.by(&Instance::CAPACITY, &key).cloned().collect();
    for instance in within {
        let mut instance = (*instance).clone();
        instance.ties.set_reservation(None);
        tx.put(instance);
    }
    tx.emit(&Changed { kind: "CapacityReservationChanged", resource: own.arn() });
    passing::put(tx, CapacityReservation { state, ..own.clone() });
}

/// Instances that run on demand, take what is open, and suit it, run in it as far as there is room.
fn adopt(tx: &mut Tx, own: &CapacityReservation) {
    if own.is_targeted {
        return;
    }
    let running = |instance: &Instance| {
        matches!(instance.state, InstanceState::Pending | InstanceState::Running)
            && instance.options.lifecycle.is_none()
            && instance.options.capacity_preference == "open"
            && instance.ties.target.is_none()
            && instance.ties.reservation.is_none()
    };
    let prefix = resource::prefix(&own.scope);
    let fitting: Vec<Arc<Instance>> = tx
        .range::<Instance>(&prefix)
        .filter(|instance| running(instance) && own.suits(instance))
        .take(usize::try_from(own.available(tx)).unwrap_or_default())
        .cloned()
        .collect();
    for instance in fitting {
        let mut instance = (*instance).clone();
        instance.ties.set_reservation(Some(own.id.to_string()));
        tx.put(instance);
    }
}

/// The reservation that an instance which begins to run runs in: the one it names, or one that is open and has room.
pub(crate) fn admit(tx: &Tx, own: &Instance) -> Result<Option<String>, Error> {
    if own.options.lifecycle.is_some() {
        return Ok(None);
    }
    if let Some(target) = &own.ties.target {
        let named: CapacityReservation = take(tx, &own.scope, target)?;
        if named.suits(own) && named.available(tx) > 0 {
            return Ok(Some(target.clone()));
        }
        return Err(Capacity::ReservationFull.into());
    }
    if own.options.capacity_preference == "none" {
        return Ok(None);
    }
    let prefix = resource::prefix(&own.scope);
    let open = tx
        .range::<CapacityReservation>(&prefix)
        .find(|known| !known.is_targeted && known.suits(own) && known.available(tx) > 0)
        .map(|known| known.id.to_string());
    match open {
        None if own.options.capacity_preference == "capacity-reservations-only" => {
            Err(Capacity::ReservationFull.into())
        }
        open => Ok(open),
    }
}

/// `ModifyCapacityReservation`: of one that is active.
pub(crate) fn modify(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::ModifyCapacityReservationRequest,
) -> Result<ec2::ModifyCapacityReservationResult, Error> {
    let id = id(input.capacity_reservation_id)?;
    if input.start_date.is_some() || input.quote_id.is_some() {
        return Err(Error::Parameter("StartDate and QuoteId are not built yet".to_owned()));
    }
    let total = input.instance_count.map(counted).transpose()?;
    let criteria = input.instance_match_criteria.as_deref();
    criteria.map_or(Ok(()), |word| instance::one_of("instanceMatchCriteria", word, &["open", "targeted"]))?;
    let changes_end = input.end_date_type.is_some() || input.end_date.is_some();
    let date = end(cx, input.end_date_type.as_deref(), input.end_date.map(Into::into))?;
    cx.write(|tx| {
        let mut own = active(tx, cx.scope(), &id)?;
        if let Some(total) = total {
            if total < own.used(tx) {
                let reason = "It must not be less than the number of instances that run in it.".to_owned();
                return Err(Error::Value("InstanceCount", total.to_string(), reason));
            }
            own.total = total;
        }
        if changes_end {
            own.end_date = date;
            ends(tx, &own);
        }
        if let Some(word) = criteria {
            own.is_targeted = word == "targeted";
        }
        tx.emit(&Changed { kind: "CapacityReservationChanged", resource: own.arn() });
        tx.put(own.clone());
        adopt(tx, &own);
        Ok(ec2::ModifyCapacityReservationResult {
            return_: Some(true),
            ..ec2::ModifyCapacityReservationResult::default()
        })
    })
}

/// `CancelCapacityReservation`: its instances run on.
pub(crate) fn cancel(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::CancelCapacityReservationRequest,
) -> Result<ec2::CancelCapacityReservationResult, Error> {
    let id = id(input.capacity_reservation_id)?;
    if input.quote_id.is_some() || input.apply_cancellation_charges.is_some() {
        return Err(Error::Parameter("QuoteId and ApplyCancellationCharges are not built yet".to_owned()));
    }
    cx.write(|tx| {
        let own = active(tx, cx.scope(), &id)?;
        close(tx, &own, State::Cancelled);
        Ok(ec2::CancelCapacityReservationResult { return_: Some(true) })
    })
}

fn id(text: Option<String>) -> Result<CapacityReservationId, Error> {
    let text = required(text, "CapacityReservationId")?;
    CapacityReservationId::parse(&text)
        .map_err(|error| Error::Malformed(Kind::CapacityReservation, error.given, error.prefix))
}

/// The reservation of an id that instances of its scope may name.
pub(crate) fn target(text: String) -> Result<String, Error> {
    id(Some(text)).map(|id| id.to_string())
}

fn active(tx: &Tx, scope: &Scope, id: &CapacityReservationId) -> Result<CapacityReservation, Error> {
    let own: CapacityReservation = take(tx, scope, id.as_str())?;
    match own.state {
        State::Active => Ok(own),
        state => Err(Capacity::ReservationState(id.to_string(), state.word()).into()),
    }
}

/// `DescribeCapacityReservations`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DescribeCapacityReservationsRequest,
) -> Result<ec2::DescribeCapacityReservationsResult, Error> {
    let wish = Wish {
        ids: input.capacity_reservation_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let page = listing::list(cx, "DescribeCapacityReservations", wish, shape)?;
    Ok(ec2::DescribeCapacityReservationsResult {
        next_token: page.next_token,
        capacity_reservations: Some(page.items),
    })
}

/// `GetCapacityReservationUsage`: by account, of which there is one.
pub(crate) fn usage(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::GetCapacityReservationUsageRequest,
) -> Result<ec2::GetCapacityReservationUsageResult, Error> {
    let id = id(input.capacity_reservation_id)?;
    let limit = page_size(input.max_results, (1, 1000))?;
    cx.read(|view| {
        let found = listing::of_ids::<CapacityReservation>(view, cx.scope(), &[id.to_string()])?;
        let own =
            found.first().ok_or_else(|| Error::NotFound(Kind::CapacityReservation, vec![id.to_string()]))?;
        let used = own.used(view);
        let usages = (used > 0).then(|| ec2::InstanceUsage {
            account_id: Some(own.scope.account.to_string()),
            used_instance_count: Some(used),
        });
        let call = ["GetCapacityReservationUsage", &cx.scope().to_string(), id.as_str()];
        let place = |usage: &ec2::InstanceUsage| usage.account_id.clone().unwrap_or_default();
        let (usages, next_token) = cut(cx, &call, usages, place, (input.next_token, limit))?;
        Ok(ec2::GetCapacityReservationUsageResult {
            next_token,
            capacity_reservation_id: Some(id.to_string()),
            instance_type: Some(own.instance_type.clone()),
            total_instance_count: Some(own.total),
            available_instance_count: Some(own.available(view)),
            state: Some(own.state.word().to_owned()),
            instance_usages: Some(usages),
            interruptible: Some(false),
            ..ec2::GetCapacityReservationUsageResult::default()
        })
    })
}

fn shape(view: &View, own: &CapacityReservation) -> ec2::CapacityReservation {
    let used = Some(own.used(view)).filter(|used| *used > 0);
    let allocations = used.map(|count| ec2::CapacityAllocation {
        allocation_type: Some("used".to_owned()),
        count: Some(count),
        ..ec2::CapacityAllocation::default()
    });
    ec2::CapacityReservation {
        capacity_reservation_id: Some(own.id.to_string()),
        owner_id: Some(own.scope.account.to_string()),
        capacity_reservation_arn: Some(own.arn()),
        availability_zone_id: Some(own.zone.id.clone()),
        instance_type: Some(own.instance_type.clone()),
        instance_platform: Some(own.platform.clone()),
        availability_zone: Some(own.zone.name.clone()),
        tenancy: Some(own.tenancy.clone()),
        total_instance_count: Some(own.total),
        available_instance_count: Some(own.available(view)),
        ebs_optimized: Some(own.ebs_optimized),
        ephemeral_storage: Some(own.ephemeral_storage),
        state: Some(own.state.word().to_owned()),
        start_date: Some(own.created_at.into()),
        end_date: own.end_date.map(Into::into),
        end_date_type: Some(if own.end_date.is_some() { "limited" } else { "unlimited" }.to_owned()),
        instance_match_criteria: Some(own.criteria().to_owned()),
        create_date: Some(own.created_at.into()),
        tags: tag_set(&own.tags),
        placement_group_arn: own.placement_group.clone(),
        capacity_allocations: Some(allocations.into_iter().collect()),
        reservation_type: Some("default".to_owned()),
        interruptible: Some(false),
        ..ec2::CapacityReservation::default()
    }
}
