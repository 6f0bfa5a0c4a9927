//! Traffic mirroring, as it is set up: targets, filters with their rules, and sessions. No packet is mirrored, for
//! nothing carries packets.
//! Sources: EC2 API reference; Traffic Mirroring guide, "Traffic mirror sources, targets, filters, sessions" and "Quotas".

mod filter;
mod rule;
mod session;
mod target;

pub(crate) use filter::{
    TrafficMirrorFilter, create as create_filter, delete as delete_filter, describe as describe_filters,
    modify_network_services,
};
pub(crate) use rule::{
    TrafficMirrorFilterRule, create as create_rule, delete as delete_rule, describe as describe_rules,
    modify as modify_rule,
};
pub(crate) use session::{
    TrafficMirrorSession, create as create_session, delete as delete_session, describe as describe_sessions,
    leave_interface, modify as modify_session,
};
pub(crate) use target::{
    TrafficMirrorTarget, create as create_target, delete as delete_target, describe as describe_targets,
};

use crate::error::Error;

/// Characters of a description at the most.
const LONGEST_DESCRIPTION: usize = 255;
/// Numbers of rules and of sessions: EC2 API reference, CreateTrafficMirrorSession.
const NUMBERS: std::ops::RangeInclusive<i32> = 1..=32_766;

fn description(text: Option<String>) -> Result<Option<String>, Error> {
    match text {
        Some(text) if text.chars().count() > LONGEST_DESCRIPTION => {
            let reason = "Descriptions are at most 255 characters.".to_owned();
            Err(Error::Value("description", text, reason))
        }
        text => Ok(text.filter(|text| !text.is_empty())),
    }
}

/// A number of a rule or of a session.
fn number(name: &'static str, number: i32) -> Result<i32, Error> {
    if NUMBERS.contains(&number) {
        return Ok(number);
    }
    Err(Error::Value(name, number.to_string(), "Valid values are 1 to 32766.".to_owned()))
}

/// The members that a Modify takes away: each is one of those that may go.
fn fields(given: Option<Vec<String>>, known: &[&str]) -> Result<Vec<String>, Error> {
    let given = given.unwrap_or_default();
    match given.iter().find(|field| !known.contains(&field.as_str())) {
        None => Ok(given),
        Some(field) => {
            let reason = format!("Valid values are {}.", known.join(", "));
            Err(Error::Value("removeField", field.clone(), reason))
        }
    }
}
