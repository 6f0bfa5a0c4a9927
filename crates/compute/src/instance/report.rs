//! What is told to AWS about instances, and the events that AWS has for them, of which there are none.

use super::attribute::{id, look};
use super::wish::one_of;
use crate::Compute;
use crate::error::{Error, Launch};
use crate::resource::required;
use ec2_resource::neighbour::InstanceState;
use ports::Cx;
use shape::Empty;
use shapes_ec2 as ec2;

/// Why an instance is not well. Source: EC2 API reference, ReportInstanceStatus.
const REASONS: &[&str] = &[
    "instance-stuck-in-state",
    "unresponsive",
    "not-accepting-credentials",
    "password-not-available",
    "performance-network",
    "performance-instance-store",
    "performance-ebs-volume",
    "performance-other",
    "other",
];

/// `ReportInstanceStatus`: of those that run. It changes nothing of them.
pub(crate) fn status(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::ReportInstanceStatusRequest,
) -> Result<Empty, Error> {
    let ids = input.instances.filter(|ids| !ids.is_empty()).ok_or(Error::Missing("instanceId"))?;
    one_of("status", &required(input.status, "status")?, &["ok", "impaired"])?;
    let reasons = input.reason_codes.filter(|list| !list.is_empty()).ok_or(Error::Missing("reasonCode"))?;
    for reason in &reasons {
        one_of("reasonCode", reason, REASONS)?;
    }
    let ids = ids.into_iter().map(|text| id(Some(text))).collect::<Result<Vec<_>, _>>()?;
    cx.read(|view| {
        for id in &ids {
            let own = look(cx, view, id)?;
            if own.state != InstanceState::Running {
                return Err(Launch::NotInState(id.to_string(), "running").into());
            }
        }
        Ok(Empty {})
    })
}

/// `ModifyInstanceEventStartTime`: no instance has a scheduled event.
pub(crate) fn event(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::ModifyInstanceEventStartTimeRequest,
) -> Result<ec2::ModifyInstanceEventStartTimeResult, Error> {
    let id = id(input.instance_id)?;
    let event = required(input.instance_event_id, "instanceEventId")?;
    input.not_before.ok_or(Error::Missing("notBefore"))?;
    cx.read(|view| look(cx, view, &id))?;
    Err(Launch::NoEvent(event).into())
}
