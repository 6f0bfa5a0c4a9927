//! Placement groups: a wish where instances stand to each other. It is kept and told; nothing stands anywhere.

mod model;

pub(crate) use model::{PlacementGroup, Strategy};

use crate::Compute;
use crate::instance::Instance;
use base::{Scope, Zone};
use ec2_resource::error::{Error, Placement};
use ec2_resource::event::Changed;
use ec2_resource::id::PlacementGroupId;
use ec2_resource::listing::{self, Names, Wish};
use ec2_resource::resource::{self, Resource, required, tag_set};
use ec2_resource::tag;
use model::{SpreadLevel, State};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shape::Empty;
use shapes_ec2 as ec2;
use std::sync::Arc;
use store::{Job, JobError, Rows, Tx};

/// How long AWS shows a new group as `pending`, in milliseconds.
const PENDING_MILLIS: u32 = 2_000;
/// How long AWS shows one that goes as `deleting`.
const DELETING_MILLIS: u32 = 5_000;
/// Characters of a name at the most.
const LONGEST_NAME: usize = 255;
/// Partitions of a group, and how many it has where nothing is asked for. Source: EC2 user guide, "Placement groups".
const PARTITIONS: std::ops::RangeInclusive<i32> = 1..=7;
const PARTITIONS_UNASKED: i32 = 2;

/// `CreatePlacementGroup`.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::CreatePlacementGroupRequest,
) -> Result<ec2::CreatePlacementGroupResult, Error> {
    if input.linked_group_id.is_some() || input.parent_group_id.is_some() || input.operator.is_some() {
        let sentence = "Placement groups that belong to others, or to an operator, are not built yet";
        return Err(Error::Parameter(sentence.to_owned()));
    }
    let strategy = strategy(&input)?;
    let tags = tag::of_specifications(input.tag_specifications, PlacementGroup::TYPE)?;
    let name = required(input.group_name, "groupName")?;
    if name.chars().count() > LONGEST_NAME || !name.is_ascii() {
        let reason = format!("Names have up to {LONGEST_NAME} ASCII characters.");
        return Err(Error::Value("groupName", name, reason));
    }
    let key = cx.write(|tx| {
        if PlacementGroup::of_name(tx, cx.scope(), &name).is_some() {
            return Err(Placement::Duplicate(name.clone()).into());
        }
        let group = PlacementGroup {
            scope: cx.scope().clone(),
            id: PlacementGroupId::new(cx.ids()),
            name: name.clone(),
            strategy,
            state: State::Pending,
            tags: tags.clone(),
        };
        let key = resource::key(cx.scope(), group.id.as_str());
        tx.after(PENDING_MILLIS, Settle { key: key.clone() });
        tx.emit(&Changed { kind: "PlacementGroupCreated", resource: group.arn() });
        tx.put(group);
        Ok::<_, Error>(key)
    })?;
    // AWS answers with the state of after, which at once is `available`.
    let made = cx.read(|view| view.get::<PlacementGroup>(&key));
    Ok(ec2::CreatePlacementGroupResult { placement_group: made.map(|group| shape(&group)) })
}

fn strategy(input: &ec2::CreatePlacementGroupRequest) -> Result<Strategy, Error> {
    let word = input.strategy.as_deref().unwrap_or("cluster");
    let refuse = |other: &str| {
        let sentence = format!("The parameter {other} cannot be used with the parameter Strategy {word}");
        Err(Error::Combination(sentence))
    };
    if word != "partition" && input.partition_count.is_some() {
        return refuse("PartitionCount");
    }
    if word != "spread" && input.spread_level.is_some() {
        return refuse("SpreadLevel");
    }
    match word {
        "cluster" => Ok(Strategy::Cluster),
        "spread" => match input.spread_level.as_deref() {
            None | Some("rack") => Ok(Strategy::Spread(SpreadLevel::Rack)),
            Some("host") => Ok(Strategy::Spread(SpreadLevel::Host)),
            Some(other) => {
                let reason = "Valid values are rack and host.".to_owned();
                Err(Error::Value("spreadLevel", other.to_owned(), reason))
            }
        },
        "partition" => match input.partition_count.unwrap_or(PARTITIONS_UNASKED) {
            count if PARTITIONS.contains(&count) => Ok(Strategy::Partition(count)),
            count => {
                let reason = "It must be between 1 and 7.".to_owned();
                Err(Error::Value("partitionCount", count.to_string(), reason))
            }
        },
        _ => {
            let reason = "Valid values are cluster, spread and partition.".to_owned();
            Err(Error::Value("strategy", word.to_owned(), reason))
        }
    }
}

/// The end of `pending` and of `deleting`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Settle {
    key: String,
}

impl Job for Settle {
    const KIND: &'static str = "compute.placement-group-settle";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let Some(found) = tx.get::<PlacementGroup>(&self.key) else { return Ok(()) };
        let mut group = (*found).clone();
        match group.state {
            State::Pending => {
                group.state = State::Available;
                tx.emit(&Changed { kind: "PlacementGroupChanged", resource: group.arn() });
                tx.put(group);
            }
            State::Deleting => {
                tx.delete::<PlacementGroup>(&self.key);
                tx.emit(&Changed { kind: "PlacementGroupDeleted", resource: group.arn() });
            }
            State::Available => {}
        }
        Ok(())
    }
}

/// `DescribePlacementGroups`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DescribePlacementGroupsRequest,
) -> Result<ec2::DescribePlacementGroupsResult, Error> {
    let wish = Wish { ids: input.group_ids, filters: input.filters, ..Wish::default() };
    let names = Names {
        names: input.group_names.unwrap_or_default(),
        find: PlacementGroup::of_name,
        missing: |names| Placement::Unknown(names.join(", ")).into(),
    };
    let page =
        listing::list_named(cx, "DescribePlacementGroups", wish, Some(names), |_, row: &PlacementGroup| {
            shape(row)
        })?;
    Ok(ec2::DescribePlacementGroupsResult { placement_groups: Some(page.items) })
}

/// `DeletePlacementGroup`, by name or by id: not while instances are in it.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DeletePlacementGroupRequest,
) -> Result<Empty, Error> {
    let name = required(input.group_name, "groupName")?;
    cx.write(|tx| {
        let found = PlacementGroup::of_arn(tx, cx.scope(), &name);
        let found = found.ok_or_else(|| Placement::Unknown(name.clone()))?;
        let key = resource::key(cx.scope(), found.id.as_str());
        if tx.by(&Instance::PLACEMENT_GROUP, &key).next().is_some() {
            return Err(Placement::InUse(name.clone()).into());
        }
        if found.state != State::Deleting {
            tx.after(DELETING_MILLIS, Settle { key });
            tx.put(PlacementGroup { state: State::Deleting, ..(*found).clone() });
        }
        Ok(Empty {})
    })
}

/// The group that a launch names, by name or by id.
pub(crate) fn find(tx: &Tx, scope: &Scope, name: &str) -> Result<Arc<PlacementGroup>, Error> {
    let found = PlacementGroup::of_arn(tx, scope, name);
    let usable = found.filter(|group| group.state != State::Deleting);
    usable.ok_or_else(|| Placement::Unknown(name.to_owned()).into())
}

/// Refuses a partition that a group does not have: none has any but those that are made of them.
pub(crate) fn require_partition(group: Option<&PlacementGroup>, number: i32) -> Result<(), Error> {
    let most = group.and_then(PlacementGroup::partitions).unwrap_or(0);
    if (1..=most).contains(&number) {
        return Ok(());
    }
    let reason = format!("The placement group has {most} partitions.");
    Err(Error::Value("partitionNumber", number.to_string(), reason))
}

/// The zone that a group is bound to: a cluster is in one, as long as an instance is in it.
///
/// Source: EC2 user guide, "Placement groups": a cluster placement group can't span multiple Availability Zones.
pub(crate) fn bound_to(tx: &Tx, group: &PlacementGroup) -> Option<Zone> {
    if group.strategy != Strategy::Cluster {
        return None;
    }
    let key = resource::key(&group.scope, group.id.as_str());
    tx.by(&Instance::PLACEMENT_GROUP, &key).next().map(|own| own.zone.clone())
}

/// Refuses a zone beside the one that a group is bound to.
pub(crate) fn require_zone(tx: &Tx, group: &PlacementGroup, zone: &Zone) -> Result<(), Error> {
    match bound_to(tx, group) {
        Some(bound) if bound != *zone => Err(Placement::InZone(group.name.clone(), bound.name).into()),
        _ => Ok(()),
    }
}

/// The group of a name, to read.
pub(crate) fn known(rows: &impl Rows, scope: &Scope, name: &str) -> Result<Arc<PlacementGroup>, Error> {
    let found = PlacementGroup::of_name(rows, scope, name);
    found.ok_or_else(|| Placement::Unknown(name.to_owned()).into())
}

fn shape(group: &PlacementGroup) -> ec2::PlacementGroup {
    let (level, count) = match group.strategy {
        Strategy::Cluster => (None, None),
        Strategy::Spread(level) => (Some(level), None),
        Strategy::Partition(count) => (None, Some(count)),
    };
    ec2::PlacementGroup {
        group_name: Some(group.name.clone()),
        state: Some(group.state.word().to_owned()),
        strategy: Some(group.strategy.word().to_owned()),
        partition_count: count,
        group_id: Some(group.id.to_string()),
        tags: tag_set(&group.tags),
        group_arn: Some(group.arn()),
        spread_level: level.map(|level| level.word().to_owned()),
        ..ec2::PlacementGroup::default()
    }
}
