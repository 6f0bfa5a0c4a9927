//! When files move between storage classes.

use crate::Efs;
use crate::error::{Bad, Error};
use crate::file_system::{FileSystem, Performance, Throughput, changed};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_efs as api;

/// One move.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Transition {
    /// To infrequent access: `AFTER_30_DAYS`.
    Infrequent(String),
    /// To the archive.
    Archive(String),
    /// Back: `AFTER_1_ACCESS`.
    Primary(String),
}

/// `PutLifecycleConfiguration`: all moves at once; none clears them.
pub(crate) fn put(
    cx: &Cx,
    _svc: &Efs,
    input: api::PutLifecycleConfigurationRequest,
) -> Result<api::LifecycleConfigurationDescription, Error> {
    let text = input.file_system_id.unwrap_or_default();
    let transitions = read(input.lifecycle_policies.unwrap_or_default())?;
    cx.write(|tx| {
        let mut own = FileSystem::available(tx, cx.scope(), &text)?;
        require_archive(&transitions, own.wanted, own.performance)?;
        own.transitions.clone_from(&transitions);
        changed(tx, &own);
        Ok(shape(&own))
    })
}

/// `DescribeLifecycleConfiguration`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Efs,
    input: api::DescribeLifecycleConfigurationRequest,
) -> Result<api::LifecycleConfigurationDescription, Error> {
    let text = input.file_system_id.unwrap_or_default();
    cx.read(|view| FileSystem::find(view, cx.scope(), &text)).map(|own| shape(&own))
}

/// Each says one move, and none is said twice.
fn read(given: Vec<api::LifecyclePolicy>) -> Result<Vec<Transition>, Error> {
    let mut transitions: Vec<Transition> = Vec::new();
    for policy in given {
        let to = (
            policy.transition_to_ia,
            policy.transition_to_archive,
            policy.transition_to_primary_storage_class,
        );
        let transition = match to {
            (Some(after), None, None) => Transition::Infrequent(after),
            (None, Some(after), None) => Transition::Archive(after),
            (None, None, Some(after)) => Transition::Primary(after),
            _ => return Err(Bad::Transition.into()),
        };
        let is_same =
            |other: &Transition| std::mem::discriminant(other) == std::mem::discriminant(&transition);
        if transitions.iter().any(is_same) {
            return Err(Bad::Transition.into());
        }
        transitions.push(transition);
    }
    Ok(transitions)
}

/// The archive comes after infrequent access, and with elastic throughput alone.
/// Source: Amazon EFS API reference, LifecyclePolicy.
fn require_archive(
    transitions: &[Transition],
    throughput: Throughput,
    performance: Performance,
) -> Result<(), Error> {
    let days = |wanted: fn(&Transition) -> Option<&String>| {
        transitions.iter().find_map(wanted).map(|after| days_of(after))
    };
    let archive = days(|own| if let Transition::Archive(after) = own { Some(after) } else { None });
    let infrequent = days(|own| if let Transition::Infrequent(after) = own { Some(after) } else { None });
    let Some(archive) = archive else { return Ok(()) };
    let is_later = infrequent.is_none_or(|infrequent| archive > infrequent);
    match (throughput, performance) {
        (Throughput::Elastic, Performance::GeneralPurpose) if is_later => Ok(()),
        _ => Err(Bad::Archive.into()),
    }
}

/// The days in `AFTER_30_DAYS`.
fn days_of(after: &str) -> u32 {
    after.split('_').nth(1).and_then(|days| days.parse().ok()).unwrap_or_default()
}

fn shape(own: &FileSystem) -> api::LifecycleConfigurationDescription {
    let policy = |transition: &Transition| {
        let mut policy = api::LifecyclePolicy::default();
        match transition.clone() {
            Transition::Infrequent(after) => policy.transition_to_ia = Some(after),
            Transition::Archive(after) => policy.transition_to_archive = Some(after),
            Transition::Primary(after) => policy.transition_to_primary_storage_class = Some(after),
        }
        policy
    };
    api::LifecycleConfigurationDescription {
        lifecycle_policies: Some(own.transitions.iter().map(policy).collect()),
    }
}
