//! The attributes of an instance that can be read and changed one by one.

use super::model::Instance;
use super::{answer, wish};
use crate::Compute;
use crate::error::{Error, Kind, Launch};
use crate::event::Changed;
use crate::id::InstanceId;
use crate::resource::{self, Resource, required};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ec2_resource::neighbour::{CardChange, InstanceState};
use ports::Cx;
use shape::Empty;
use shapes_ec2 as ec2;
use std::sync::Arc;
use store::{Tx, View};

/// The attributes that can be read. Source: EC2 API reference, DescribeInstanceAttribute.
const ATTRIBUTES: &[&str] = &[
    "instanceType",
    "kernel",
    "ramdisk",
    "userData",
    "disableApiTermination",
    "instanceInitiatedShutdownBehavior",
    "rootDeviceName",
    "blockDeviceMapping",
    "productCodes",
    "sourceDestCheck",
    "groupSet",
    "ebsOptimized",
    "sriovNetSupport",
    "enaSupport",
    "enclaveOptions",
    "disableApiStop",
];

/// An instance's id.
pub(crate) fn id(text: Option<String>) -> Result<InstanceId, Error> {
    let text = required(text, "instanceId")?;
    InstanceId::parse(&text).map_err(|error| Error::Malformed(Kind::Instance, error.given, error.prefix))
}

/// The instance of an id, to read.
pub(crate) fn look(cx: &Cx, view: &View, id: &InstanceId) -> Result<Arc<Instance>, Error> {
    let found = view.get::<Instance>(&resource::key(cx.scope(), id.as_str()));
    found.ok_or_else(|| Error::NotFound(Kind::Instance, vec![id.to_string()]))
}

/// The instance of an id, to change: one that has ended is not changed any more.
pub(super) fn take(cx: &Cx, tx: &Tx, id: &InstanceId) -> Result<Instance, Error> {
    let own: Instance = resource::take(tx, cx.scope(), id.as_str())?;
    if own.is_gone() {
        return Err(Launch::NotInState(id.to_string(), "running").into());
    }
    Ok(own)
}

/// Puts a changed instance.
pub(super) fn put(tx: &mut Tx, mut own: Instance) {
    own.settle();
    tx.emit(&Changed { kind: "InstanceChanged", resource: own.arn() });
    tx.put(own);
}

/// `DescribeInstanceAttribute`: the one that is asked for.
pub(crate) fn describe(
    cx: &Cx,
    svc: &Compute,
    input: ec2::DescribeInstanceAttributeRequest,
) -> Result<ec2::InstanceAttribute, Error> {
    let id = id(input.instance_id)?;
    let attribute = required(input.attribute, "attribute")?;
    wish::one_of("attribute", &attribute, ATTRIBUTES)?;
    cx.read(|view| {
        let own = look(cx, view, &id)?;
        let shape = answer::shape(&svc.neighbours, view, &own);
        let text = |value: Option<String>| Some(ec2::AttributeValue { value });
        let truth = |value: bool| Some(ec2::AttributeBooleanValue { value: Some(value) });
        let mut answer =
            ec2::InstanceAttribute { instance_id: Some(id.to_string()), ..ec2::InstanceAttribute::default() };
        match attribute.as_str() {
            "instanceType" => answer.instance_type = text(Some(own.instance_type.clone())),
            "kernel" => answer.kernel_id = text(own.image.kernel.clone()),
            "ramdisk" => answer.ramdisk_id = text(own.image.ramdisk.clone()),
            "userData" => answer.user_data = text(own.user_data.clone()),
            "disableApiTermination" => {
                answer.disable_api_termination = truth(own.options.disable_api_termination);
            }
            "disableApiStop" => answer.disable_api_stop = truth(own.options.disable_api_stop),
            "instanceInitiatedShutdownBehavior" => {
                answer.instance_initiated_shutdown_behavior =
                    text(Some(own.options.shutdown_behavior.clone()));
            }
            "rootDeviceName" => answer.root_device_name = text(Some(own.image.root_device.clone())),
            "blockDeviceMapping" => answer.block_device_mappings = shape.block_device_mappings,
            "productCodes" => answer.product_codes = Some(Vec::new()),
            "sourceDestCheck" => {
                answer.source_dest_check =
                    Some(ec2::AttributeBooleanValue { value: shape.source_dest_check });
            }
            "groupSet" => answer.groups = shape.security_groups,
            "ebsOptimized" => answer.ebs_optimized = truth(own.options.ebs_optimized),
            "sriovNetSupport" => answer.sriov_net_support = text(None),
            "enaSupport" => answer.ena_support = truth(own.image.ena),
            _ => {
                answer.enclave_options = Some(ec2::EnclaveOptions { enabled: Some(own.options.enclave) });
            }
        }
        Ok(answer)
    })
}

/// A change of one attribute.
enum Change {
    Type(String),
    UserData(Option<String>),
    EbsOptimized(bool),
    Termination(bool),
    Stop(bool),
    Shutdown(String),
    Ena(bool),
    Kernel(String),
    Ramdisk(String),
    SourceDestCheck(bool),
    Groups(Vec<String>),
    Volumes(Vec<(String, bool)>),
}

/// `ModifyInstanceAttribute`: one attribute a call, by its member or by name and value.
pub(crate) fn modify(
    cx: &Cx,
    svc: &Compute,
    input: ec2::ModifyInstanceAttributeRequest,
) -> Result<Empty, Error> {
    let id = id(input.instance_id.clone())?;
    let change = change(input)?;
    cx.write(|tx| {
        let mut own = take(cx, tx, &id)?;
        let networks = &svc.neighbours.networks;
        match &change {
            Change::SourceDestCheck(check) => {
                networks.change(cx, tx, &id, &CardChange::SourceDestCheck(*check))?;
            }
            Change::Groups(ids) => networks.change(cx, tx, &id, &CardChange::Groups(ids.clone()))?,
            Change::Volumes(volumes) => {
                for (device, goes) in volumes {
                    if !svc.neighbours.volumes.go_with(tx, cx.scope(), &id, device, *goes) {
                        return Err(Launch::NoDevice(id.to_string(), device.clone()).into());
                    }
                }
            }
            _ => {}
        }
        apply(&mut own, &change)?;
        put(tx, own);
        Ok(Empty {})
    })
}

/// What of a change concerns the record.
fn apply(own: &mut Instance, change: &Change) -> Result<(), Error> {
    let stopped = |own: &Instance| match own.state {
        InstanceState::Stopped => Ok(()),
        _ => Err(Launch::NotInState(own.id.to_string(), "stopped")),
    };
    match change {
        Change::Type(name) => {
            stopped(own)?;
            let known = instance_types::by_name(name).ok_or_else(|| Launch::NoType(name.clone()))?;
            if !known.processor.architectures.iter().any(|one| one == own.image.architecture) {
                let of_type: Vec<&str> = known.processor.architectures.iter().collect();
                return Err(Launch::Architecture(of_type.join(", "), own.image.architecture.clone()).into());
            }
            own.instance_type.clone_from(name);
            (own.options.cores, own.options.threads_per_core) = wish::cpu(None, &known)?;
            own.options.credits = wish::credits(None, &known)?;
        }
        Change::UserData(text) => {
            stopped(own)?;
            own.user_data.clone_from(text);
        }
        Change::EbsOptimized(value) => {
            stopped(own)?;
            own.options.ebs_optimized = *value;
        }
        Change::Kernel(id) => {
            stopped(own)?;
            own.image.kernel = Some(id.clone());
        }
        Change::Ramdisk(id) => {
            stopped(own)?;
            own.image.ramdisk = Some(id.clone());
        }
        Change::Ena(value) => {
            stopped(own)?;
            own.image.ena = *value;
        }
        Change::Termination(value) => own.options.disable_api_termination = *value,
        Change::Stop(value) => own.options.disable_api_stop = *value,
        Change::Shutdown(word) => own.options.shutdown_behavior.clone_from(word),
        Change::SourceDestCheck(_) | Change::Groups(_) | Change::Volumes(_) => {}
    }
    Ok(())
}

fn change(input: ec2::ModifyInstanceAttributeRequest) -> Result<Change, Error> {
    let mut changes = Vec::new();
    let truth = |own: Option<ec2::AttributeBooleanValue>| own.and_then(|own| own.value);
    let text = |own: Option<ec2::AttributeValue>| own.and_then(|own| own.value);
    changes.extend(text(input.instance_type).map(Change::Type));
    if let Some(own) = input.user_data {
        let encoded = own.value.filter(|bytes| !bytes.is_empty()).map(|bytes| STANDARD.encode(bytes));
        changes.push(Change::UserData(encoded));
    }
    changes.extend(truth(input.ebs_optimized).map(Change::EbsOptimized));
    changes.extend(truth(input.disable_api_termination).map(Change::Termination));
    changes.extend(truth(input.disable_api_stop).map(Change::Stop));
    changes.extend(text(input.instance_initiated_shutdown_behavior).map(Change::Shutdown));
    changes.extend(truth(input.ena_support).map(Change::Ena));
    changes.extend(text(input.kernel).map(Change::Kernel));
    changes.extend(text(input.ramdisk).map(Change::Ramdisk));
    changes.extend(truth(input.source_dest_check).map(Change::SourceDestCheck));
    changes.extend(input.groups.filter(|groups| !groups.is_empty()).map(Change::Groups));
    if let Some(mappings) = input.block_device_mappings.filter(|list| !list.is_empty()) {
        changes.push(Change::Volumes(volumes(mappings)?));
    }
    if text(input.sriov_net_support).is_some() {
        return Err(Error::Parameter("SriovNetSupport is not built yet".to_owned()));
    }
    if let Some(name) = input.attribute {
        changes.push(named(&name, input.value.unwrap_or_default())?);
    }
    match (changes.pop(), changes.is_empty()) {
        (Some(Change::Shutdown(word)), true) => {
            wish::one_of("instanceInitiatedShutdownBehavior", &word, &["stop", "terminate"])?;
            Ok(Change::Shutdown(word))
        }
        (Some(Change::UserData(Some(text))), true) => {
            wish::check_user_data(&text)?;
            Ok(Change::UserData(Some(text)))
        }
        (Some(change), true) => Ok(change),
        (Some(_), false) => {
            Err(Error::Combination("Fields for multiple attribute types specified".to_owned()))
        }
        (None, _) => Err(Error::Combination("No attributes specified.".to_owned())),
    }
}

fn volumes(
    mappings: Vec<ec2::InstanceBlockDeviceMappingSpecification>,
) -> Result<Vec<(String, bool)>, Error> {
    let of = |mapping: ec2::InstanceBlockDeviceMappingSpecification| {
        let device = required(mapping.device_name, "deviceName")?;
        let goes = mapping.ebs.and_then(|own| own.delete_on_termination);
        Ok((device, goes.ok_or(Error::Missing("ebs"))?))
    };
    mappings.into_iter().map(of).collect()
}

/// A change by name and value, as older clients write it.
fn named(name: &str, value: String) -> Result<Change, Error> {
    let truth = |value: &str| match value {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => {
            let reason = "Valid values are true and false.".to_owned();
            Err(Error::Value("value", value.to_owned(), reason))
        }
    };
    Ok(match name {
        "instanceType" => Change::Type(value),
        "userData" => Change::UserData(Some(value).filter(|text| !text.is_empty())),
        "ebsOptimized" => Change::EbsOptimized(truth(&value)?),
        "disableApiTermination" => Change::Termination(truth(&value)?),
        "disableApiStop" => Change::Stop(truth(&value)?),
        "instanceInitiatedShutdownBehavior" => Change::Shutdown(value),
        "enaSupport" => Change::Ena(truth(&value)?),
        "kernel" => Change::Kernel(value),
        "ramdisk" => Change::Ramdisk(value),
        "sourceDestCheck" => Change::SourceDestCheck(truth(&value)?),
        _ => {
            let reason = "The attribute cannot be changed.".to_owned();
            return Err(Error::Value("attribute", name.to_owned(), reason));
        }
    })
}

/// `ResetInstanceAttribute`: the source and destination check is on again; kernel and RAM disk are the image's.
pub(crate) fn reset(
    cx: &Cx,
    svc: &Compute,
    input: ec2::ResetInstanceAttributeRequest,
) -> Result<Empty, Error> {
    let id = id(input.instance_id)?;
    let attribute = required(input.attribute, "attribute")?;
    wish::one_of("attribute", &attribute, &["kernel", "ramdisk", "sourceDestCheck"])?;
    cx.write(|tx| {
        let mut own = take(cx, tx, &id)?;
        match attribute.as_str() {
            "sourceDestCheck" => {
                let networks = &svc.neighbours.networks;
                networks.change(cx, tx, &id, &CardChange::SourceDestCheck(true))?;
            }
            word => {
                if own.state != InstanceState::Stopped {
                    return Err(Launch::NotInState(id.to_string(), "stopped").into());
                }
                if word == "kernel" {
                    own.image.kernel = None;
                } else {
                    own.image.ramdisk = None;
                }
            }
        }
        put(tx, own);
        Ok(Empty {})
    })
}
