//! Simulations: what policies would decide, from the engine that decides calls. Nothing of the caller's own request
//! counts: neither its time nor its address, unless they are given.

mod exclusion;
pub(crate) mod keys;
mod positions;
mod result;
mod scenario;
mod sources;
#[cfg(test)]
mod tests;

use crate::Iam;
use crate::entity::Home;
use crate::error::{Error, SimulationRefusal};
use crate::listing::{Asked, Page};
use base::Arn;
use exclusion::Exclusions;
use policy::compile::{Action, Kind, PolicySet};
use policy::context::fixed::Fixed;
use policy::decide::CallerKind;
use ports::Cx;
use shapes_iam as api;
use sources::{Given, Source};

/// What is simulated.
struct Simulation {
    /// Who calls; nobody in particular where only policies are given.
    caller: Simulated,
    identity: Vec<Given>,
    boundary: Option<Vec<Given>>,
    /// One entry per level, from the root.
    organization: Option<Vec<Vec<Given>>>,
    resource_policy: Option<Given>,
    /// The account of resources that do not name theirs.
    owner: String,
    context: Fixed,
    /// The names of the keys that were given, in lower case.
    given_keys: Vec<String>,
    resources: Vec<String>,
}

/// The simulated caller.
struct Simulated {
    account: String,
    source: Source,
}

/// What both operations are asked.
struct Asks {
    actions: Vec<String>,
    resources: Vec<String>,
    resource_policy: Option<String>,
    resource_owner: Option<String>,
    caller_arn: Option<String>,
    context: Vec<api::ContextEntry>,
    scenario: Option<String>,
    marker: Option<String>,
    max_items: Option<i32>,
}

/// The policies of a simulation.
struct Policies {
    source: Source,
    identity: Vec<Given>,
    boundary: Option<Vec<Given>>,
    organization: Option<Vec<Vec<Given>>>,
}

/// `SimulateCustomPolicy`.
pub(crate) fn custom(
    cx: &Cx,
    _svc: &Iam,
    input: api::SimulateCustomPolicyRequest,
) -> Result<api::SimulatePolicyResponse, Error> {
    let levels = input.ordered_organization_policy_input_list.map(|levels| {
        let level = |level: api::OrderedOrganizationPolicyType| {
            let given = level.service_control_policy_input_list.unwrap_or_default();
            sources::written("OrderedOrganizationPolicyInputList", given, Kind::ServiceControl)
        };
        levels.into_iter().map(level).collect::<Result<Vec<_>, _>>()
    });
    let policies = Policies {
        source: Source::Nobody,
        identity: sources::inputs(input.policy_input_list)?,
        boundary: sources::boundary(input.permissions_boundary_policy_input_list)?,
        organization: levels.transpose()?,
    };
    let asks = Asks {
        actions: input.action_names.unwrap_or_default(),
        resources: input.resource_arns.unwrap_or_default(),
        resource_policy: input.resource_policy,
        resource_owner: input.resource_owner,
        caller_arn: input.caller_arn,
        context: input.context_entries.unwrap_or_default(),
        scenario: input.resource_handling_option,
        marker: input.marker,
        max_items: input.max_items,
    };
    run(cx, "SimulateCustomPolicy", policies, asks)
}

/// `SimulatePrincipalPolicy`: the policies of a user, group or role, and what is given beside them.
pub(crate) fn principal(
    cx: &Cx,
    svc: &Iam,
    input: api::SimulatePrincipalPolicyRequest,
) -> Result<api::SimulatePolicyResponse, Error> {
    let arn = input.policy_source_arn.unwrap_or_default();
    let excluded = Exclusions::read(input.policy_exclusion_list.unwrap_or_default())?;
    let home = Home::of(cx);
    let found = cx.read(|view| sources::find(view, &home, &arn))?;
    let mut identity = found.policies;
    identity.retain(|given| !excluded.cover(given));
    identity.extend(sources::inputs(input.policy_input_list)?);
    // One that is given stands in the place of the principal's own.
    let boundary = match sources::boundary(input.permissions_boundary_policy_input_list)? {
        Some(given) => Some(given),
        None => found.boundary.filter(|_| !excluded.boundary()),
    };
    let organization = sources::organization(svc, cx);
    let policies = Policies { source: found.source, identity, boundary, organization };
    let asks = Asks {
        actions: input.action_names.unwrap_or_default(),
        resources: input.resource_arns.unwrap_or_default(),
        resource_policy: input.resource_policy,
        resource_owner: input.resource_owner,
        caller_arn: input.caller_arn,
        context: input.context_entries.unwrap_or_default(),
        scenario: input.resource_handling_option,
        marker: input.marker,
        max_items: input.max_items,
    };
    run(cx, "SimulatePrincipalPolicy", policies, asks)
}

fn run(cx: &Cx, call: &str, policies: Policies, asks: Asks) -> Result<api::SimulatePolicyResponse, Error> {
    let (actions, marker, max_items) = (asks.actions.clone(), asks.marker.clone(), asks.max_items);
    for action in &actions {
        let named =
            action.split_once(':').is_some_and(|(service, name)| !service.is_empty() && !name.is_empty());
        if !named || action.contains(['*', '?']) {
            return Err(SimulationRefusal::Action(action.clone()).into());
        }
    }
    let simulation = Simulation::new(cx, policies, asks)?;
    let asked = Asked { marker: marker.as_deref(), max_items };
    let text = format!("{actions:?} {:?}", simulation.resources);
    let numbered: Vec<(usize, String)> = actions.into_iter().enumerate().collect();
    let page: Page<(usize, String)> =
        asked.page(cx, &[call, &text], numbered, |(index, _)| format!("{index:08}"))?;
    let is_truncated = page.truncated();
    let results = page.items.iter().map(|(_, action)| simulation.evaluate(&Action::new(action))).collect();
    Ok(api::SimulatePolicyResponse { evaluation_results: Some(results), is_truncated, marker: page.marker })
}

impl Simulation {
    fn new(cx: &Cx, policies: Policies, asks: Asks) -> Result<Self, Error> {
        let home = Home::of(cx);
        let source = match &asks.caller_arn {
            Some(arn) => cx.read(|view| sources::caller(view, arn))?,
            None => policies.source,
        };
        if asks.resource_policy.is_some() && !matches!(source, Source::User { .. }) {
            return Err(SimulationRefusal::Caller.into());
        }
        let account = source.account().map_or_else(|| home.account.to_string(), str::to_owned);
        let owner = asks.resource_owner.as_deref().map(owner).transpose()?;
        for arn in &asks.resources {
            if arn != "*" && arn.parse::<Arn>().is_err() {
                return Err(SimulationRefusal::Resource(arn.clone()).into());
            }
        }
        if let Some(option) = &asks.scenario {
            scenario::check(option, &asks.resources)?;
        }
        let mut context = Fixed::default();
        let mut given_keys = Vec::new();
        for entry in asks.context {
            let entry = scenario::entry(entry)?;
            given_keys.push(entry.key.to_lowercase());
            context.set(&entry.key, entry.values, entry.is_list);
        }
        Ok(Self {
            owner: owner.unwrap_or_else(|| account.clone()),
            caller: Simulated { account, source },
            identity: policies.identity,
            boundary: policies.boundary,
            organization: policies.organization,
            resource_policy: asks.resource_policy.map(sources::resource).transpose()?,
            context,
            given_keys,
            resources: asks.resources,
        })
    }

    /// The account a resource belongs to.
    fn account_of(&self, arn: &str) -> String {
        let named = arn.split(':').nth(4).unwrap_or_default();
        let is_account = named.len() == 12 && named.bytes().all(|byte| byte.is_ascii_digit());
        if is_account { named.to_owned() } else { self.owner.clone() }
    }

    /// A document by what the answer calls its policy.
    fn given(&self, id: &str) -> Option<&Given> {
        self.identity.iter().chain(&self.resource_policy).find(|given| given.id == id)
    }

    /// Keys that the policies name and nobody gave. AWS names those of all their statements (recorded), those of
    /// service control policies aside.
    fn missing_keys(&self) -> Vec<String> {
        let own = self.identity.iter().chain(&self.resource_policy);
        let mut missing = keys::of(own);
        missing.retain(|key| !self.given_keys.contains(&key.to_lowercase()));
        missing
    }
}

impl Source {
    /// As decisions know callers.
    fn kind(&self) -> CallerKind<'_> {
        match self {
            Self::User { arn, unique_id, .. } => CallerKind::User { arn, unique_id },
            Self::Role { arn, unique_id, session, .. } => {
                CallerKind::RoleSession { role_arn: arn, role_id: unique_id, session_arn: session }
            }
            // Nobody's ARN stands in no policy.
            Self::Group { .. } | Self::Nobody => CallerKind::User { arn: "", unique_id: "" },
        }
    }
}

/// `arn:aws:iam::111122223333:root`.
fn owner(text: &str) -> Result<String, Error> {
    let refused = || Error::from(SimulationRefusal::Owner(text.to_owned()));
    let arn: Arn = text.parse().map_err(|_| refused())?;
    let home = Home::of_arn(&arn).filter(|_| arn.resource == "root").ok_or_else(refused)?;
    Ok(home.account.to_string())
}

/// Policies as one set.
fn set(given: &[Given]) -> PolicySet {
    PolicySet::new(given.iter().map(Given::attached).collect())
}
