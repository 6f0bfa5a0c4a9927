//! Where instances stand: what is changed of it, and how near to each other they are.

use super::attribute::{self, id, put};
use super::describe::ids;
use super::model::{Instance, PlacementGroup};
use super::standing::on_host;
use super::wish::one_of;
use crate::Compute;
use crate::dedicated_host::Host;
use crate::error::{Capacity, Error, Launch};
use crate::filter::Filters;
use crate::placement_group;
use crate::resource::{Resource, prefix, take};
use base::Ids;
use ec2_resource::listing::{cut, of_ids, page_size};
use ec2_resource::neighbour::InstanceState;
use ports::Cx;
use shapes_ec2 as ec2;
use std::sync::Arc;
use store::Tx;

/// `ModifyInstancePlacement`: of one that is stopped. Tenancy changes between that of a dedicated instance and that of a
/// host.
pub(crate) fn modify(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::ModifyInstancePlacementRequest,
) -> Result<ec2::ModifyInstancePlacementResult, Error> {
    let id = id(input.instance_id.clone())?;
    if input.host_resource_group_arn.is_some() {
        return Err(Error::Parameter("HostResourceGroupArn is not built yet".to_owned()));
    }
    if let Some(word) = &input.tenancy {
        one_of("tenancy", word, &["default", "dedicated", "host"])?;
    }
    let named = match (&input.group_name, &input.group_id) {
        (Some(_), Some(_)) => {
            let sentence = "The parameter groupName cannot be used with the parameter groupId";
            return Err(Error::Combination(sentence.to_owned()));
        }
        (name, id) => name.as_ref().or(id.as_ref()),
    };
    cx.write(|tx| {
        let mut own = attribute::take(cx, tx, &id)?;
        if own.state != InstanceState::Stopped {
            return Err(Launch::NotInState(id.to_string(), "stopped").into());
        }
        match named.map(String::as_str) {
            None => {}
            // No name takes it out of its group.
            Some("") => (own.placement.group, own.placement.partition) = (None, None),
            Some(name) => {
                let group = placement_group::find(tx, cx.scope(), name)?;
                placement_group::require_zone(tx, &group, &own.zone)?;
                own.placement.group =
                    Some(PlacementGroup { id: group.id.to_string(), name: group.name.clone() });
                own.placement.partition = None;
            }
        }
        if let Some(number) = input.partition_number {
            let group = own.placement.group.as_ref();
            let group = group.map(|group| placement_group::find(tx, cx.scope(), &group.id)).transpose()?;
            placement_group::require_partition(group.as_deref(), number)?;
            own.placement.partition = Some(number);
        }
        stand(tx, &mut own, &input)?;
        put(tx, own);
        Ok(ec2::ModifyInstancePlacementResult { return_: Some(true) })
    })
}

/// On what kind of machine it is to stand, and on which.
fn stand(tx: &Tx, own: &mut Instance, input: &ec2::ModifyInstancePlacementRequest) -> Result<(), Error> {
    let before = own.placement.tenancy.clone();
    let tenancy = input.tenancy.clone().unwrap_or_else(|| before.clone());
    if tenancy != before && (tenancy == "default" || before == "default") {
        let reason = "Tenancy can only be changed between dedicated and host.".to_owned();
        return Err(Error::Value("tenancy", tenancy, reason));
    }
    let (named, affinity) = on_host(&tenancy, input.host_id.clone(), input.affinity.clone())?;
    if tenancy != "host" {
        (own.placement.host, own.placement.affinity) = (None, None);
        own.placement.tenancy = tenancy;
        return Ok(());
    }
    if own.placement.group.is_some() {
        return Err(Capacity::GroupOnHost.into());
    }
    let affinity = match (&input.affinity, own.placement.affinity.take()) {
        (None, Some(kept)) => Some(kept),
        _ => affinity,
    };
    match &named {
        Some(id) => {
            take::<Host>(tx, &own.scope, id)?;
            own.placement.host = named;
        }
        // It is bound to none from now on.
        None if affinity.as_deref() == Some("default") => own.placement.host = None,
        None => {}
    }
    own.placement.affinity = affinity;
    own.placement.tenancy = tenancy;
    Ok(())
}

/// The filters of DescribeInstanceTopology.
const FILTERS: &[&str] = &["availability-zone", "instance-type", "zone-id"];
/// Results of a page.
const PAGE: (i32, i32) = (1, 100);
/// Families whose place in the network is told. Source: EC2 user guide, "Prerequisites for Amazon EC2 topology".
const FAMILIES: [&str; 17] = [
    "hpc6a",
    "hpc6id",
    "hpc7a",
    "hpc7g",
    "hpc8a",
    "p3dn",
    "p4d",
    "p4de",
    "p5",
    "p5e",
    "p5en",
    "p6-b200",
    "p6-b300",
    "p6e-gb200",
    "trn1",
    "trn1n",
    "trn2",
];

/// `DescribeInstanceTopology`: of the families whose place is told, while they run. Those of a cluster stand at one node
/// of the network; no machine is there, so the nodes are names alone.
pub(crate) fn topology(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DescribeInstanceTopologyRequest,
) -> Result<ec2::DescribeInstanceTopologyResult, Error> {
    let filters = Filters::tagless(input.filters, FILTERS)?;
    let ids = ids(input.instance_ids)?;
    let groups = input.group_names.filter(|names| !names.is_empty());
    if input.max_results.is_some() && (ids.is_some() || groups.is_some()) {
        let other = if ids.is_some() { "instancesSet" } else { "groupNames" };
        let sentence = format!("The parameter {other} cannot be used with the parameter maxResults");
        return Err(Error::Combination(sentence));
    }
    let limit = page_size(input.max_results, PAGE)?.min(100);
    cx.read(|view| {
        let scope = cx.scope();
        let rows: Vec<Arc<Instance>> = match &ids {
            None => view.range::<Instance>(&prefix(scope)).cloned().collect(),
            Some(ids) => of_ids(view, scope, ids)?,
        };
        for name in groups.iter().flatten() {
            placement_group::known(view, scope, name)?;
        }
        let shown = rows.into_iter().filter(|own| {
            let group = own.placement.group.as_ref().map(|group| &group.name);
            own.state == InstanceState::Running
                && FAMILIES.contains(&own.instance_type.split('.').next().unwrap_or_default())
                && groups.as_ref().is_none_or(|names| group.is_some_and(|name| names.contains(name)))
                && filters.pass(&own.tags, |name| match name {
                    "zone-id" => own.filter("availability-zone-id"),
                    name => own.filter(name),
                })
        });
        let call = ["DescribeInstanceTopology", &scope.to_string(), &format!("{ids:?}{groups:?}{filters:?}")];
        let place = |own: &Arc<Instance>| own.id.to_string();
        let (rows, next_token) = cut(cx, &call, shown, place, (input.next_token, limit))?;
        let instances = rows.iter().map(|own| shape(own)).collect();
        Ok(ec2::DescribeInstanceTopologyResult { instances: Some(instances), next_token })
    })
}

fn shape(own: &Instance) -> ec2::InstanceTopology {
    let node = |what: &str| Ids::seeded(0, &format!("network node {} {what}", own.zone.id)).hex_id("nn-");
    let group = own.placement.group.as_ref();
    let last = group.map_or_else(|| own.id.to_string(), |group| group.id.clone());
    ec2::InstanceTopology {
        instance_id: Some(own.id.to_string()),
        instance_type: Some(own.instance_type.to_string()),
        group_name: group.map(|group| group.name.clone()),
        network_nodes: Some(vec![node("first"), node("second"), node(&last)]),
        availability_zone: Some(own.zone.name.to_string()),
        zone_id: Some(own.zone.id.to_string()),
        ..ec2::InstanceTopology::default()
    }
}
