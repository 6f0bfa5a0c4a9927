//! What is changed of an instance by calls of their own.

use super::attribute::{id, look, put, take};
use super::model::Instance;
use super::{answer, wish};
use crate::Compute;
use crate::account::Account;
use crate::capacity_reservation::CapacityReservation;
use crate::error::{Error, Launch};
use crate::filter::Filters;
use crate::id::InstanceId;
use crate::repeat::{Call, many};
use crate::resource::{self, required};
use crate::shared::Shared;
use base::Scope;
use ec2_resource::listing::{cut, page_size};
use ec2_resource::neighbour::InstanceState;
use ec2_resource::token;
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_ec2 as ec2;
use store::{Job, JobError, Tx};

/// How long AWS shows new metadata options as `pending`, in milliseconds.
const APPLYING_MILLIS: u32 = 5_000;

/// `ModifyInstanceMetadataOptions`: answered as pending.
pub(crate) fn metadata(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::ModifyInstanceMetadataOptionsRequest,
) -> Result<ec2::ModifyInstanceMetadataOptionsResult, Error> {
    let id = id(input.instance_id)?;
    let wish = wish::metadata(ec2::InstanceMetadataOptionsRequest {
        http_tokens: input.http_tokens,
        http_put_response_hop_limit: input.http_put_response_hop_limit,
        http_endpoint: input.http_endpoint,
        http_protocol_ipv6: input.http_protocol_ipv6,
        instance_metadata_tags: input.instance_metadata_tags,
    })?;
    let options = cx.write(|tx| {
        let mut own = take(cx, tx, &id)?;
        own.metadata = Shared::new(wish.over(&own.metadata));
        let enforces = Account::of(tx, cx.scope()).metadata.enforces_tokens == Some(true);
        if enforces && wish.tokens.as_deref() == Some("optional") {
            return Err(Launch::TokensKept.into());
        }
        let options = answer::metadata(&own.metadata);
        tx.after(APPLYING_MILLIS, Applied { scope: cx.scope().clone(), id: id.clone() });
        put(tx, own);
        Ok::<_, Error>(options)
    })?;
    Ok(ec2::ModifyInstanceMetadataOptionsResult {
        instance_id: Some(id.to_string()),
        instance_metadata_options: Some(options),
    })
}

/// New metadata options have reached the instance.
#[derive(Serialize, Deserialize)]
pub(crate) struct Applied {
    scope: Scope,
    id: InstanceId,
}

impl Job for Applied {
    const KIND: &'static str = "compute.metadata-options-applied";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        if let Some(own) = tx.get::<Instance>(&resource::key(&self.scope, self.id.as_str())) {
            let mut own = (*own).clone();
            own.metadata.is_pending = false;
            put(tx, own);
        }
        Ok(())
    }
}

/// `MonitorInstances`: each is watched closely.
pub(crate) fn monitor(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::MonitorInstancesRequest,
) -> Result<ec2::MonitorInstancesResult, Error> {
    let monitorings = watch(cx, input.instance_ids, true)?;
    Ok(ec2::MonitorInstancesResult { instance_monitorings: Some(monitorings) })
}

/// `UnmonitorInstances`: each is watched every five minutes.
pub(crate) fn unmonitor(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::UnmonitorInstancesRequest,
) -> Result<ec2::UnmonitorInstancesResult, Error> {
    let monitorings = watch(cx, input.instance_ids, false)?;
    Ok(ec2::UnmonitorInstancesResult { instance_monitorings: Some(monitorings) })
}

fn watch(cx: &Cx, ids: Option<Vec<String>>, is_on: bool) -> Result<Vec<ec2::InstanceMonitoring>, Error> {
    let ids = ids.filter(|ids| !ids.is_empty()).ok_or(Launch::NoInstances)?;
    let ids: Vec<InstanceId> = ids.into_iter().map(|text| id(Some(text))).collect::<Result<_, _>>()?;
    cx.write(|tx| {
        let mut monitorings = Vec::new();
        for id in &ids {
            let mut own = take(cx, tx, id)?;
            let word = match (own.options.monitoring, is_on) {
                (before, now) if before == now => own.monitoring(),
                (_, true) => "pending",
                (_, false) => "disabling",
            };
            own.options.monitoring = is_on;
            monitorings.push(ec2::InstanceMonitoring {
                instance_id: Some(id.to_string()),
                monitoring: Some(ec2::Monitoring {
                    state: Some(word.to_owned()),
                    ..ec2::Monitoring::default()
                }),
            });
            put(tx, own);
        }
        Ok(monitorings)
    })
}

/// `DescribeInstanceCreditSpecifications`: of burstable instances; those that pay for more where none is named.
pub(crate) fn credits(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DescribeInstanceCreditSpecificationsRequest,
) -> Result<ec2::DescribeInstanceCreditSpecificationsResult, Error> {
    let filters = Filters::tagless(input.filters, &["instance-id"])?;
    let given = input.instance_ids.unwrap_or_default();
    if !given.is_empty() && input.max_results.is_some() {
        let sentence = "The parameter instancesSet cannot be used with the parameter maxResults";
        return Err(Error::Combination(sentence.to_owned()));
    }
    let limit = page_size(input.max_results, (5, 1000))?;
    let ids: Vec<InstanceId> = given.iter().map(|text| id(Some(text.clone()))).collect::<Result<_, _>>()?;
    cx.read(|view| {
        let mut rows = Vec::new();
        for id in &ids {
            let own = look(cx, view, id)?;
            if own.options.credits.is_none() {
                return Err(Launch::NoCredits(own.instance_type.clone()).into());
            }
            rows.push(own);
        }
        if ids.is_empty() {
            let pays = |own: &Instance| own.options.credits.as_deref() == Some("unlimited") && !own.is_gone();
            let prefix = resource::prefix(cx.scope());
            rows.extend(view.range::<Instance>(&prefix).filter(|own| pays(own)).cloned());
        }
        rows.sort_by(|one, other| one.id.cmp(&other.id));
        rows.retain(|own| filters.pass(&own.tags, |_| vec![own.id.to_string()]));
        let call = [
            "DescribeInstanceCreditSpecifications",
            &cx.scope().to_string(),
            &format!("{given:?}{filters:?}"),
        ];
        let (rows, next_token) = cut(cx, &call, rows, |own| own.id.to_string(), (input.next_token, limit))?;
        let shape = |own: &Instance| ec2::InstanceCreditSpecification {
            instance_id: Some(own.id.to_string()),
            cpu_credits: own.options.credits.clone(),
        };
        Ok(ec2::DescribeInstanceCreditSpecificationsResult {
            instance_credit_specifications: Some(rows.iter().map(|own| shape(own)).collect()),
            next_token,
        })
    })
}

/// `ModifyInstanceCreditSpecification`: each by itself; what cannot be done is told beside what was. The same client token
/// changes nothing of what was done, and tries the rest again.
pub(crate) fn modify_credits(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::ModifyInstanceCreditSpecificationRequest,
) -> Result<ec2::ModifyInstanceCreditSpecificationResult, Error> {
    let digest = token::digest(&input);
    let wishes = input.instance_credit_specifications.unwrap_or_default();
    let call = Call {
        operation: "ModifyInstanceCreditSpecification",
        token: input.client_token.as_deref(),
        digest: &digest,
    };
    cx.write(|tx| {
        let done = many(tx, cx.scope(), &call, |tx| {
            let paid = wishes.iter().filter(|wish| pay(cx, tx, wish).is_ok());
            Ok(paid.filter_map(|wish| wish.instance_id.clone()).collect())
        })?;
        let is_done = |wish: &ec2::InstanceCreditSpecificationRequest| {
            wish.instance_id.as_ref().is_some_and(|id| done.contains(id))
        };
        let (mut successful, mut failed) = (Vec::new(), Vec::new());
        for wish in &wishes {
            let instance_id = wish.instance_id.clone();
            let outcome = if is_done(wish) { Ok(()) } else { pay(cx, tx, wish) };
            match outcome {
                Ok(()) => successful.push(ec2::SuccessfulInstanceCreditSpecificationItem { instance_id }),
                Err(error) => {
                    let (code, message) = error.words();
                    let error = Some(ec2::UnsuccessfulInstanceCreditSpecificationItemError {
                        code: Some(code),
                        message: Some(message),
                    });
                    failed.push(ec2::UnsuccessfulInstanceCreditSpecificationItem { instance_id, error });
                }
            }
        }
        Ok(ec2::ModifyInstanceCreditSpecificationResult {
            successful_instance_credit_specifications: Some(successful),
            unsuccessful_instance_credit_specifications: Some(failed),
        })
    })
}

fn pay(cx: &Cx, tx: &mut Tx, wish: &ec2::InstanceCreditSpecificationRequest) -> Result<(), Error> {
    let id = id(wish.instance_id.clone())?;
    let mut own = take(cx, tx, &id)?;
    let word = required(wish.cpu_credits.clone(), "cpuCredits")?;
    let known = instance_types::by_name(&own.instance_type);
    let known = known.ok_or_else(|| Launch::NoType(own.instance_type.clone()))?;
    own.options.credits = wish::credits(Some(word), &known)?;
    put(tx, own);
    Ok(())
}

/// `ModifyInstanceMaintenanceOptions`.
pub(crate) fn maintenance(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::ModifyInstanceMaintenanceOptionsRequest,
) -> Result<ec2::ModifyInstanceMaintenanceOptionsResult, Error> {
    let id = id(input.instance_id)?;
    for (name, word) in [("autoRecovery", &input.auto_recovery), ("rebootMigration", &input.reboot_migration)]
    {
        if let Some(word) = word {
            wish::one_of(name, word, &["default", "disabled"])?;
        }
    }
    cx.write(|tx| {
        let mut own = take(cx, tx, &id)?;
        if let Some(word) = &input.auto_recovery {
            own.options.auto_recovery.clone_from(word);
        }
        if let Some(word) = &input.reboot_migration {
            own.options.reboot_migration.clone_from(word);
        }
        let answer = ec2::ModifyInstanceMaintenanceOptionsResult {
            instance_id: Some(id.to_string()),
            auto_recovery: Some(own.options.auto_recovery.clone()),
            reboot_migration: Some(own.options.reboot_migration.clone()),
        };
        put(tx, own);
        Ok(answer)
    })
}

/// `ModifyPrivateDnsNameOptions`: of one that is stopped, where the kind of its name changes.
pub(crate) fn names(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::ModifyPrivateDnsNameOptionsRequest,
) -> Result<ec2::ModifyPrivateDnsNameOptionsResult, Error> {
    let id = id(input.instance_id)?;
    if let Some(word) = &input.private_dns_hostname_type {
        wish::one_of("privateDnsHostnameType", word, &["ip-name", "resource-name"])?;
    }
    cx.write(|tx| {
        let mut own = take(cx, tx, &id)?;
        if let Some(word) =
            input.private_dns_hostname_type.as_ref().filter(|word| **word != own.names.hostname_type)
        {
            if own.state != InstanceState::Stopped {
                return Err(Launch::NotInState(id.to_string(), "stopped").into());
            }
            own.names.hostname_type.clone_from(word);
        }
        own.names.a_record = input.enable_resource_name_dns_a_record.unwrap_or(own.names.a_record);
        own.names.aaaa_record = input.enable_resource_name_dns_aaaa_record.unwrap_or(own.names.aaaa_record);
        put(tx, own);
        Ok(ec2::ModifyPrivateDnsNameOptionsResult { return_: Some(true) })
    })
}

/// `ModifyInstanceCpuOptions`: of one that is stopped.
pub(crate) fn cpu(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::ModifyInstanceCpuOptionsRequest,
) -> Result<ec2::ModifyInstanceCpuOptionsResult, Error> {
    let id = id(input.instance_id)?;
    let wish = ec2::CpuOptionsRequest {
        core_count: input.core_count,
        threads_per_core: input.threads_per_core,
        ..ec2::CpuOptionsRequest::default()
    };
    cx.write(|tx| {
        let mut own = take(cx, tx, &id)?;
        if own.state != InstanceState::Stopped {
            return Err(Launch::NotInState(id.to_string(), "stopped").into());
        }
        let known = instance_types::by_name(&own.instance_type);
        let known = known.ok_or_else(|| Launch::NoType(own.instance_type.clone()))?;
        (own.options.cores, own.options.threads_per_core) = wish::cpu(Some(&wish), &known)?;
        let answer = ec2::ModifyInstanceCpuOptionsResult {
            instance_id: Some(id.to_string()),
            core_count: Some(own.options.cores),
            threads_per_core: Some(own.options.threads_per_core),
            ..ec2::ModifyInstanceCpuOptionsResult::default()
        };
        put(tx, own);
        Ok(answer)
    })
}

/// `ModifyInstanceNetworkPerformanceOptions`: of one that is stopped.
pub(crate) fn bandwidth(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::ModifyInstanceNetworkPerformanceRequest,
) -> Result<ec2::ModifyInstanceNetworkPerformanceResult, Error> {
    let id = id(input.instance_id)?;
    let word = required(input.bandwidth_weighting, "bandwidthWeighting")?;
    wish::one_of("bandwidthWeighting", &word, &["default", "vpc-1", "ebs-1"])?;
    cx.write(|tx| {
        let mut own = take(cx, tx, &id)?;
        if own.state != InstanceState::Stopped {
            return Err(Launch::NotInState(id.to_string(), "stopped").into());
        }
        own.options.bandwidth_weighting.clone_from(&word);
        put(tx, own);
        Ok(ec2::ModifyInstanceNetworkPerformanceResult {
            instance_id: Some(id.to_string()),
            bandwidth_weighting: Some(word.clone()),
        })
    })
}

/// `ModifyInstanceCapacityReservationAttributes`: of one that is stopped; it counts when it starts.
pub(crate) fn capacity(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::ModifyInstanceCapacityReservationAttributesRequest,
) -> Result<ec2::ModifyInstanceCapacityReservationAttributesResult, Error> {
    let id = id(input.instance_id)?;
    let wish = input.capacity_reservation_specification.unwrap_or_default();
    let target = wish::target(Some(wish.clone()))?;
    let word = match (wish.capacity_reservation_preference, &target) {
        (Some(word), _) => word,
        (None, Some(_)) => "capacity-reservations-only".to_owned(),
        (None, None) => return Err(Error::Missing("capacityReservationPreference")),
    };
    wish::one_of("capacityReservationPreference", &word, &["open", "none", "capacity-reservations-only"])?;
    cx.write(|tx| {
        let mut own = take(cx, tx, &id)?;
        if own.state != InstanceState::Stopped {
            return Err(Launch::NotInState(id.to_string(), "stopped").into());
        }
        if let Some(target) = &target {
            resource::take::<CapacityReservation>(tx, cx.scope(), target)?;
        }
        own.options.capacity_preference.clone_from(&word);
        own.ties.set_target(target.clone());
        put(tx, own);
        Ok(ec2::ModifyInstanceCapacityReservationAttributesResult { return_: Some(true) })
    })
}

/// How an account has the instances of a burstable type pay; `None` where AWS decides.
pub(super) fn family_credits<'a>(account: &'a Account, instance_type: &str) -> Option<&'a String> {
    account.credits.get(instance_type.split('.').next().unwrap_or_default())
}
