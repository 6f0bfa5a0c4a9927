//! Dedicated hosts: machines of one account, with as much room as the largest type of their family has cores.

mod model;

pub(crate) use model::Host;

use crate::Compute;
use crate::instance::{self, Instance};
use crate::passing;
use crate::repeat::{Call, many};
use crate::resource::{self, Resource, tag_set, take};
use crate::zone;
use base::Tags;
use ec2_resource::error::{Capacity, Error, ItemKept, Kind, Launch};
use ec2_resource::event::Changed;
use ec2_resource::id::HostId;
use ec2_resource::listing::{self, Wish};
use ec2_resource::tag;
use ec2_resource::token::digest;
use model::{family, machine, switch, types};
use ports::Cx;
use shapes_ec2 as ec2;
use std::sync::Arc;
use store::{Tx, View};

/// How long a host of a Mac is kept at the least, in milliseconds. Source: EC2 user guide, "Amazon EC2 Mac instances".
const MAC_MILLIS: i64 = 86_400_000;

/// What runs on hosts: one type, or a family.
struct Kinds {
    instance_type: Option<String>,
    family: String,
}

fn kinds(instance_type: Option<String>, given: Option<String>) -> Result<Kinds, Error> {
    let present = |text: Option<String>| text.filter(|text| !text.is_empty());
    let refuse = |name: &'static str, value: String| {
        Err(Error::Value(name, value, "It is not supported on dedicated hosts.".to_owned()))
    };
    match (present(instance_type), present(given)) {
        (None, None) => {
            Err(Error::MissingOneOf("The request must contain the parameter InstanceType or InstanceFamily"))
        }
        (Some(_), Some(_)) => Err(Error::Combination(
            "The parameter InstanceType cannot be used with the parameter InstanceFamily".to_owned(),
        )),
        (Some(name), None) => match instance_types::by_name(&name) {
            None => Err(Launch::NoType(name).into()),
            Some(own) if !own.on_dedicated_hosts => refuse("instanceType", name),
            Some(_) => Ok(Kinds { family: family(&name).to_owned(), instance_type: Some(name) }),
        },
        (None, Some(name)) if types(&name).is_empty() => refuse("instanceFamily", name),
        (None, Some(family)) => Ok(Kinds { instance_type: None, family }),
    }
}

fn on(name: &'static str, word: Option<&str>, otherwise: bool) -> Result<bool, Error> {
    let Some(word) = word else { return Ok(otherwise) };
    instance::one_of(name, word, &["on", "off"])?;
    Ok(word == "on")
}

/// `AllocateHosts`: the same client token gives the same hosts.
pub(crate) fn allocate(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::AllocateHostsRequest,
) -> Result<ec2::AllocateHostsResult, Error> {
    let digest = digest(&input);
    let lists = input.asset_ids.as_ref().is_some_and(|ids| !ids.is_empty());
    if input.outpost_arn.is_some() || lists || input.cpu_options.is_some() {
        return Err(Error::Parameter("OutpostArn, AssetIds and CpuOptions are not built yet".to_owned()));
    }
    let tags: Tags = tag::of_specifications(input.tag_specifications.clone(), Host::TYPE)?;
    let Kinds { instance_type, family } = kinds(input.instance_type.clone(), input.instance_family.clone())?;
    let quantity = input.quantity.unwrap_or(1);
    if quantity < 1 {
        let reason = "It must be a positive integer.".to_owned();
        return Err(Error::Value("quantity", quantity.to_string(), reason));
    }
    let zone = zone::named(cx, input.availability_zone.as_deref(), input.availability_zone_id.as_deref())?;
    let offers = |name: &str| instance_types::zones(name, cx.region()).contains(&zone);
    let is_offered = match &instance_type {
        Some(name) => offers(name),
        None => types(&family).iter().any(|own| offers(own.name)),
    };
    if !is_offered {
        let name = instance_type.clone().unwrap_or(family);
        return Err(Launch::NotOffered(name, zone.name, Vec::new()).into());
    }
    let auto_placement = on("autoPlacement", input.auto_placement.as_deref(), true)?;
    let recovery = on("hostRecovery", input.host_recovery.as_deref(), false)?;
    let maintenance = on("hostMaintenance", input.host_maintenance.as_deref(), false)?;
    let call = Call { operation: "AllocateHosts", token: input.client_token.as_deref(), digest: &digest };
    let ids = cx.write(|tx| {
        many(tx, cx.scope(), &call, |tx| {
            let mut ids = Vec::new();
            for _ in 0..quantity {
                let own = Host {
                    scope: cx.scope().clone(),
                    id: HostId::new(cx.ids()),
                    instance_type: instance_type.clone(),
                    family: family.clone(),
                    zone: zone.clone(),
                    auto_placement,
                    recovery,
                    maintenance,
                    allocated_at: cx.now().whole_seconds(),
                    released_at: None,
                    client_token: input.client_token.clone().filter(|token| !token.is_empty()),
                    tags: tags.clone(),
                };
                ids.push(own.id.to_string());
                tx.emit(&Changed { kind: "HostAllocated", resource: own.arn() });
                tx.put(own);
            }
            Ok(ids)
        })
    })?;
    Ok(ec2::AllocateHostsResult { host_ids: Some(ids) })
}

/// What is done to each of some hosts by itself; what cannot be done is told beside what was.
type Done = (Vec<String>, Vec<ec2::UnsuccessfulItem>);

fn each(cx: &Cx, tx: &mut Tx, ids: &[String], act: impl Fn(&mut Tx, Host) -> Result<(), ItemKept>) -> Done {
    let (mut done, mut kept) = (Vec::new(), Vec::new());
    for id in ids {
        let found = tx.get::<Host>(&resource::key(cx.scope(), id)).filter(|own| own.released_at.is_none());
        let acted = match found {
            Some(own) => act(tx, (*own).clone()),
            None => Err(ItemKept::NoHost(id.clone())),
        };
        match acted {
            Ok(()) => done.push(id.clone()),
            Err(reason) => {
                let (code, message) = reason.said();
                kept.push(ec2::UnsuccessfulItem {
                    error: Some(ec2::UnsuccessfulItemError {
                        code: Some(code.to_owned()),
                        message: Some(message),
                    }),
                    resource_id: Some(id.clone()),
                });
            }
        }
    }
    (done, kept)
}

fn named(ids: Option<Vec<String>>) -> Result<Vec<String>, Error> {
    let ids = ids.filter(|ids| !ids.is_empty()).ok_or(Error::Missing("HostId"))?;
    match ids.iter().find(|id| HostId::parse(id).is_err()) {
        Some(id) => Err(Error::Malformed(Kind::Host, id.clone(), HostId::PREFIX)),
        None => Ok(ids),
    }
}

/// `ReleaseHosts`: those that are empty.
pub(crate) fn release(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::ReleaseHostsRequest,
) -> Result<ec2::ReleaseHostsResult, Error> {
    let ids = named(input.host_ids)?;
    let (done, kept) = cx.write(|tx| {
        Ok::<_, Error>(each(cx, tx, &ids, |tx, mut own| {
            if !own.instances(tx).is_empty() {
                return Err(ItemKept::HostOccupied(own.id.to_string()));
            }
            let until = own.allocated_at.plus_millis(MAC_MILLIS);
            if own.family.starts_with("mac") && cx.now() < until {
                let kind = own.instance_type.clone().unwrap_or_else(|| own.family.clone());
                return Err(ItemKept::MacHost(own.id.to_string(), kind, until.rfc3339()));
            }
            own.released_at = Some(cx.now().whole_seconds());
            tx.emit(&Changed { kind: "HostReleased", resource: own.arn() });
            passing::put(tx, own);
            Ok(())
        }))
    })?;
    Ok(ec2::ReleaseHostsResult { successful: Some(done), unsuccessful: Some(kept) })
}

/// `ModifyHosts`.
pub(crate) fn modify(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::ModifyHostsRequest,
) -> Result<ec2::ModifyHostsResult, Error> {
    let ids = named(input.host_ids)?;
    for (name, word) in [
        ("autoPlacement", &input.auto_placement),
        ("hostRecovery", &input.host_recovery),
        ("hostMaintenance", &input.host_maintenance),
    ] {
        on(name, word.as_deref(), false)?;
    }
    let kinds = match (&input.instance_type, &input.instance_family) {
        (None, None) => None,
        (name, family) => Some(kinds(name.clone(), family.clone())?),
    };
    let is_on = |word: &Option<String>, before: bool| word.as_deref().map_or(before, |word| word == "on");
    let (done, kept) = cx.write(|tx| {
        Ok::<_, Error>(each(cx, tx, &ids, |tx, mut own| {
            if let Some(kinds) = &kinds {
                let stays = |on: &Arc<Instance>| match &kinds.instance_type {
                    Some(name) => on.instance_type == *name,
                    None => true,
                };
                if kinds.family != own.family || !own.instances(tx).iter().all(stays) {
                    let wanted = kinds.instance_type.clone().unwrap_or_else(|| kinds.family.clone());
                    return Err(ItemKept::HostOfOtherType(own.id.to_string(), wanted));
                }
                own.instance_type.clone_from(&kinds.instance_type);
            }
            own.auto_placement = is_on(&input.auto_placement, own.auto_placement);
            own.recovery = is_on(&input.host_recovery, own.recovery);
            own.maintenance = is_on(&input.host_maintenance, own.maintenance);
            tx.emit(&Changed { kind: "HostChanged", resource: own.arn() });
            tx.put(own);
            Ok(())
        }))
    })?;
    Ok(ec2::ModifyHostsResult { successful: Some(done), unsuccessful: Some(kept) })
}

/// `DescribeHosts`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DescribeHostsRequest,
) -> Result<ec2::DescribeHostsResult, Error> {
    let wish = Wish {
        ids: input.host_ids,
        filters: input.filter,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let page = listing::list(cx, "DescribeHosts", wish, shape)?;
    Ok(ec2::DescribeHostsResult { hosts: Some(page.items), next_token: page.next_token })
}

/// The host that an instance which begins to run runs on: the one it names, or one that takes what comes.
pub(crate) fn admit(tx: &Tx, own: &Instance) -> Result<Option<String>, Error> {
    if own.placement.tenancy != "host" {
        return Ok(None);
    }
    if let Some(id) = &own.placement.host {
        let named: Host = take(tx, &own.scope, id)?;
        if named.zone == own.zone && named.has_room(tx, &own.instance_type) {
            return Ok(Some(id.clone()));
        }
        return Err(Capacity::HostFull(id.clone()).into());
    }
    let zone = resource::key(&own.scope, &own.zone.name);
    let found = tx.by(&Host::AUTO, &zone).find(|host| host.has_room(tx, &own.instance_type));
    found.map(|host| Some(host.id.to_string())).ok_or_else(|| Capacity::NoHost.into())
}

fn shape(view: &View, own: &Host) -> ec2::Host {
    let int = |value: u32| i32::try_from(value).ok();
    let of = machine(&own.family);
    let room = |(name, total, available): (String, u32, u32)| ec2::InstanceCapacity {
        available_capacity: int(available),
        instance_type: Some(name),
        total_capacity: int(total),
    };
    let on = |instance: &Arc<Instance>| ec2::HostInstance {
        instance_id: Some(instance.id.to_string()),
        instance_type: Some(instance.instance_type.clone()),
        owner_id: Some(instance.scope.account.to_string()),
    };
    ec2::Host {
        auto_placement: Some(switch(own.auto_placement)),
        availability_zone: Some(own.zone.name.clone()),
        available_capacity: Some(ec2::AvailableCapacity {
            available_instance_capacity: Some(own.room(view).into_iter().map(room).collect()),
            available_v_cpus: int(own.free_vcpus(view)),
        }),
        client_token: own.client_token.clone(),
        host_id: Some(own.id.to_string()),
        host_properties: Some(ec2::HostProperties {
            cores: int(of.cores),
            instance_type: own.instance_type.clone(),
            instance_family: Some(own.family.clone()),
            sockets: int(of.sockets),
            total_v_cpus: int(of.vcpus),
        }),
        instances: Some(own.instances(view).iter().map(on).collect()),
        state: Some(own.state().to_owned()),
        allocation_time: Some(own.allocated_at.into()),
        release_time: own.released_at.map(Into::into),
        tags: tag_set(&own.tags),
        host_recovery: Some(switch(own.recovery)),
        allows_multiple_instance_types: Some(switch(own.instance_type.is_none())),
        owner_id: Some(own.scope.account.to_string()),
        availability_zone_id: Some(own.zone.id.clone()),
        member_of_service_linked_resource_group: Some(false),
        host_maintenance: Some(switch(own.maintenance)),
        ..ec2::Host::default()
    }
}
