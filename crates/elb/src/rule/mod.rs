//! Rules of application load balancers' listeners.

pub(crate) mod condition;
pub(crate) mod priority;
mod record;
mod shape;
mod transform;

pub(crate) use record::Rule;

use crate::Elb;
use crate::action::{self, Listening};
use crate::arn;
use crate::error::{Error, Limit, Missing, Refused, Validation};
use crate::event::Changed;
use crate::limit;
use crate::listener::{self, Listener};
use crate::listing::{Asked, place};
use crate::load_balancer::{Kind, LoadBalancer};
use crate::names;
use crate::tag;
use crate::target;
use base::Scope;
use ports::Cx;
use shapes_elbv2 as api;
use std::sync::Arc;
use store::{Record, Rows, Tx};

/// A rule of an ARN: one of its own, or the actions of a listener.
pub(crate) enum Found {
    Own(Arc<Rule>),
    Default(Arc<Listener>),
}

/// The rule of an ARN.
pub(crate) fn find(rows: &impl Rows, scope: &Scope, text: &str) -> Result<Found, Error> {
    let resource = arn::resource(scope, text, arn::Kind::Rule)?;
    let own = rows.row::<Rule>(&arn::key(scope, &resource)).map(Found::Own);
    let default = || Listener::of_default_rule(rows, scope, &resource).map(Found::Default);
    own.or_else(default).ok_or_else(|| Missing::Rules.into())
}

fn check(svc: &Elb, tx: &Tx, balancer: &LoadBalancer, listener: &Listener, own: &Rule) -> Result<(), Error> {
    let key = own.key();
    let protocol = listener.protocol.as_deref();
    let on = Listening { svc, load_balancer: balancer, protocol, in_place_of: Some(&key) };
    action::check(tx, &on, &own.actions)
}

/// `CreateRule`: a priority that is taken is refused, even by an equal rule.
pub(crate) fn create(
    cx: &Cx,
    svc: &Elb,
    input: api::CreateRuleInput,
) -> Result<api::CreateRuleOutput, Error> {
    let text = input.listener_arn.unwrap_or_default();
    let conditions = condition::read(input.conditions)?;
    let actions = action::read(input.actions)?;
    let transforms = transform::read(input.transforms)?;
    let (priority, tags) = (input.priority.unwrap_or_default(), tag::read(input.tags)?);
    let id = names::id(cx.ids());
    let made = cx.write(|tx| {
        let listener = listener::find(tx, cx.scope(), &text)?;
        let balancer = listener::balancer(tx, &listener)?;
        if balancer.kind != Kind::Application {
            return Err(Refused::RulesOfKind(balancer.kind).into());
        }
        let mut own = Rule {
            scope: cx.scope().clone(),
            load_balancer: listener.load_balancer.clone(),
            listener: listener.id.clone(),
            id: id.clone(),
            priority,
            conditions: conditions.clone(),
            actions: actions.clone(),
            transforms: transforms.clone(),
            tags: tags.clone(),
        };
        action::keep_secrets(&mut own.actions, &[])?;
        if Rule::of_listener(tx, &listener).iter().any(|other| other.priority == priority) {
            return Err(Refused::Priority(priority).into());
        }
        if Rule::of_load_balancer(tx, &balancer).len() >= limit::RULES {
            return Err(Limit::Rules.into());
        }
        check(svc, tx, &balancer, &listener, &own)?;
        tx.emit(&Changed { kind: "RuleCreated", resource: own.arn() });
        target::put_with(tx, &balancer, &action::groups(&own.actions), own.clone());
        Ok::<_, Error>(own)
    })?;
    Ok(api::CreateRuleOutput { rules: Some(vec![shape::rule(&made)]) })
}

/// `ModifyRule`: each list that is given replaces the one that is there.
pub(crate) fn modify(
    cx: &Cx,
    svc: &Elb,
    input: api::ModifyRuleInput,
) -> Result<api::ModifyRuleOutput, Error> {
    let text = input.rule_arn.unwrap_or_default();
    let resets = input.reset_transforms == Some(true);
    if input.conditions.is_none() && input.actions.is_none() && input.transforms.is_none() && !resets {
        return Err(Validation::NothingOfRule.into());
    }
    if resets && input.transforms.is_some() {
        return Err(Validation::TransformsTwice.into());
    }
    let conditions = input.conditions.map(|own| condition::read(Some(own))).transpose()?;
    let actions = input.actions.map(|own| action::read(Some(own))).transpose()?;
    let transforms = match input.transforms {
        Some(given) => Some(transform::read(Some(given))?),
        None => resets.then(Vec::new),
    };
    let made = cx.write(|tx| {
        let old = match find(tx, cx.scope(), &text)? {
            Found::Own(own) => own,
            Found::Default(_) => return Err(Refused::DefaultRuleModified(text.clone()).into()),
        };
        let listener = listener_of(tx, &old)?;
        let balancer = listener::balancer(tx, &listener)?;
        let mut own = (*old).clone();
        own.conditions = conditions.clone().unwrap_or(own.conditions);
        own.transforms = transforms.clone().unwrap_or(own.transforms);
        if let Some(actions) = &actions {
            own.actions.clone_from(actions);
            action::keep_secrets(&mut own.actions, &old.actions)?;
        }
        check(svc, tx, &balancer, &listener, &own)?;
        tx.emit(&Changed { kind: "RuleChanged", resource: own.arn() });
        target::put_with(tx, &balancer, &action::groups(&own.actions), own.clone());
        Ok::<_, Error>(own)
    })?;
    Ok(api::ModifyRuleOutput { rules: Some(vec![shape::rule(&made)]) })
}

fn listener_of(rows: &impl Rows, own: &Rule) -> Result<Arc<Listener>, Error> {
    let key = arn::key(&own.scope, &format!("listener/{}/{}", own.load_balancer, own.listener));
    rows.row::<Listener>(&key).ok_or_else(|| Missing::Rules.into())
}

/// `DeleteRule`: of any but the default one.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Elb,
    input: api::DeleteRuleInput,
) -> Result<api::DeleteRuleOutput, Error> {
    let text = input.rule_arn.unwrap_or_default();
    cx.write(|tx| match find(tx, cx.scope(), &text)? {
        Found::Own(own) => {
            tx.delete::<Rule>(&own.key());
            tx.emit(&Changed { kind: "RuleDeleted", resource: text.clone() });
            Ok(api::DeleteRuleOutput {})
        }
        Found::Default(_) => Err(Refused::DefaultRuleDeleted(text.clone()).into()),
    })
}

/// `DescribeRules`: of a listener by priority, the default one last; or of ARNs.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Elb,
    input: api::DescribeRulesInput,
) -> Result<api::DescribeRulesOutput, Error> {
    let arns = input.rule_arns.unwrap_or_default();
    let listener = input.listener_arn;
    let shapes = cx.read(|view| match (&listener, arns.is_empty()) {
        (None, true) => Err(Error::from(Validation::NoRuleSelector)),
        (Some(_), false) => Err(Validation::TwoRuleSelectors.into()),
        (Some(listener), true) => {
            let own = listener::find(view, cx.scope(), listener)?;
            let rules = Rule::of_listener(view, &own);
            let default = std::iter::once(shape::default(&own));
            Ok(rules.iter().map(|own| shape::rule(own)).chain(default).collect::<Vec<_>>())
        }
        (None, false) => arns.iter().map(|arn| Ok(shape_of(find(view, cx.scope(), arn)?))).collect(),
    })?;
    let asked = Asked { marker: input.marker, size: input.page_size };
    let call = ["DescribeRules", listener.as_deref().unwrap_or_default(), &arns.join(",")];
    let (page, next_marker) = asked.page(cx, &call, shapes.into_iter().enumerate(), place)?;
    let rules = page.into_iter().map(|(_, rule)| rule).collect();
    Ok(api::DescribeRulesOutput { rules: Some(rules), next_marker })
}

fn shape_of(found: Found) -> api::Rule {
    match found {
        Found::Own(own) => shape::rule(&own),
        Found::Default(listener) => shape::default(&listener),
    }
}
