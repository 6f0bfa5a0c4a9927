//! The order of a listener's rules, changed for several of them at once.

use super::{Found, Rule, find, shape};
use crate::Elb;
use crate::error::{Error, Refused, Validation};
use crate::event::Changed;
use crate::listener::Listener;
use ports::Cx;
use shapes_elbv2 as api;
use std::collections::{BTreeMap, BTreeSet};
use store::{Record, Tx};

/// `SetRulePriorities`: all of them change, or none. A priority that another rule of the call gives up is free.
pub(crate) fn set(
    cx: &Cx,
    _svc: &Elb,
    input: api::SetRulePrioritiesInput,
) -> Result<api::SetRulePrioritiesOutput, Error> {
    let given = input.rule_priorities.unwrap_or_default();
    let wanted: Vec<(String, i32)> = given
        .into_iter()
        .map(|pair| (pair.rule_arn.unwrap_or_default(), pair.priority.unwrap_or_default()))
        .collect();
    check_once(&wanted)?;
    let moved = cx.write(|tx| {
        let mut moved = Vec::new();
        for (text, priority) in &wanted {
            match find(tx, cx.scope(), text)? {
                Found::Own(own) => moved.push(Rule { priority: *priority, ..(*own).clone() }),
                Found::Default(_) => return Err(Refused::DefaultRulePriority.into()),
            }
        }
        let Some(first) = moved.first() else { return Err(Validation::NoPriorities.into()) };
        if moved.iter().any(|own| own.listener != first.listener) {
            return Err(Validation::SeveralListeners.into());
        }
        check_free(tx, &moved)?;
        for own in &moved {
            tx.emit(&Changed { kind: "RuleChanged", resource: own.arn() });
            tx.put(own.clone());
        }
        Ok::<_, Error>(moved)
    })?;
    Ok(api::SetRulePrioritiesOutput { rules: Some(moved.iter().map(shape::rule).collect()) })
}

fn check_once(wanted: &[(String, i32)]) -> Result<(), Error> {
    let mut rules = BTreeSet::new();
    let mut priorities = BTreeMap::new();
    for (rule, priority) in wanted {
        if !rules.insert(rule) {
            return Err(Validation::RuleTwice(rule.clone()).into());
        }
        if priorities.insert(priority, rule).is_some() {
            return Err(Validation::PriorityTwice(*priority).into());
        }
    }
    Ok(())
}

/// Checks that nobody who stays has one of the new priorities.
fn check_free(tx: &Tx, moved: &[Rule]) -> Result<(), Error> {
    let Some(first) = moved.first() else { return Ok(()) };
    let listener =
        crate::arn::key(&first.scope, &format!("listener/{}/{}", first.load_balancer, first.listener));
    let Some(listener) = tx.get::<Listener>(&listener) else { return Ok(()) };
    let keys: BTreeSet<String> = moved.iter().map(Record::key).collect();
    let stay = Rule::of_listener(tx, &listener).into_iter().filter(|own| !keys.contains(&own.key()));
    let taken: BTreeSet<i32> = stay.map(|own| own.priority).collect();
    match moved.iter().find(|own| taken.contains(&own.priority)) {
        Some(own) => Err(Refused::Priority(own.priority).into()),
        None => Ok(()),
    }
}
