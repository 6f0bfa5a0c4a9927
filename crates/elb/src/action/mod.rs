//! Actions of listeners and rules.

mod check;
mod model;
mod redirect;
mod shape;

pub(crate) use check::{Listening, check, groups_of};
pub(crate) use model::{Action, groups};
pub(crate) use shape::shapes;

use crate::error::{Action as Bad, Error, Validation};
use crate::listener::Listener;
use crate::rule::Rule;
use base::Scope;
use model::{Cognito, FixedResponse, Forward, Jwt, Oidc, Session, What};
use shapes_elbv2 as api;
use store::Rows;

/// Actions of one rule at the most: several that authenticate or validate, and one that ends it.
const MOST: usize = 5;
/// Content types of fixed responses. Source: ELB API reference, FixedResponseActionConfig.
const CONTENT_TYPES: [&str; 5] =
    ["text/plain", "text/css", "text/html", "application/javascript", "application/json"];
/// Parameters that a redirect to a sign-in page carries at the most, and claims of a token that are checked.
const MOST_EXTRA: usize = 10;
/// Characters of the issuer of a token at the most. Source: ELB API reference, JwtValidationActionConfig.
const MOST_ISSUER: usize = 256;

/// Where target groups are used.
pub(crate) struct Uses;

impl Uses {
    /// The keys of load balancers of which a listener or rule leads to a target group, given by ARN.
    pub(crate) fn of(rows: &impl Rows, scope: &Scope, group: &str) -> Vec<String> {
        let key = |tail: &str| crate::arn::key(scope, &format!("loadbalancer/{tail}"));
        let listeners = rows.listed(&Listener::GROUP, group);
        let rules = rows.listed(&Rule::GROUP, group);
        let behind = listeners.iter().map(|own| key(&own.load_balancer));
        behind.chain(rules.iter().map(|own| key(&own.load_balancer))).collect()
    }
}

/// Reads the actions of a request, in their order.
pub(crate) fn read(given: Option<Vec<api::Action>>) -> Result<Vec<Action>, Error> {
    let given = given.unwrap_or_default();
    if given.is_empty() {
        return Err(Validation::NoAction.into());
    }
    if given.len() > MOST {
        return Err(crate::error::Limit::Actions.into());
    }
    let is_alone = given.len() == 1;
    let mut actions: Vec<Action> = given.into_iter().map(read_one).collect::<Result<_, Error>>()?;
    if !is_alone && actions.iter().any(|action| action.order.is_none()) {
        return Err(Bad::NoOrder.into());
    }
    actions.sort_by_key(|action| action.order);
    if actions.windows(2).any(|pair| pair[0].order == pair[1].order) {
        return Err(Bad::OrderTwice.into());
    }
    let ends: Vec<bool> = actions.iter().map(|action| action.what.ends()).collect();
    if ends.iter().filter(|ends| **ends).count() != 1 || ends.last() != Some(&true) {
        return Err(Bad::Last.into());
    }
    Ok(actions)
}

fn read_one(given: api::Action) -> Result<Action, Error> {
    let kind = given.type_.clone().unwrap_or_default();
    let order = given.order;
    let missing = |field: &'static str| Error::from(Bad::NoConfig(kind.clone(), field));
    let what = match kind.as_str() {
        "forward" => What::Forward(read_forward(given)?),
        "redirect" => {
            What::Redirect(redirect::read(given.redirect_config.ok_or_else(|| missing("RedirectConfig"))?)?)
        }
        "fixed-response" => {
            let config = given.fixed_response_config.ok_or_else(|| missing("FixedResponseConfig"))?;
            What::FixedResponse(read_fixed(config)?)
        }
        "authenticate-oidc" => {
            let config = given.authenticate_oidc_config.ok_or_else(|| missing("AuthenticateOidcConfig"))?;
            What::Oidc(read_oidc(config)?)
        }
        "authenticate-cognito" => {
            let config = given.authenticate_cognito_config;
            What::Cognito(read_cognito(config.ok_or_else(|| missing("AuthenticateCognitoConfig"))?)?)
        }
        _ => What::Jwt(read_jwt(given.jwt_validation_config.ok_or_else(|| missing("JwtValidationConfig"))?)?),
    };
    Ok(Action { order, what })
}

fn read_forward(given: api::Action) -> Result<Forward, Error> {
    let config = given.forward_config.unwrap_or_default();
    let listed = config.target_groups.unwrap_or_default();
    let mut groups: Vec<(String, Option<i32>)> =
        listed.into_iter().map(|group| (group.target_group_arn.unwrap_or_default(), group.weight)).collect();
    match (given.target_group_arn, groups.as_slice()) {
        (Some(arn), []) => groups.push((arn, None)),
        (Some(arn), [(one, _)]) if arn == *one => {}
        (Some(_), _) => return Err(Bad::GroupsDiffer.into()),
        (None, []) => return Err(Bad::NoConfig("forward".to_owned(), "TargetGroupArn").into()),
        (None, _) => {}
    }
    if groups.iter().any(|(_, weight)| weight.is_some_and(|weight| !(0..=999).contains(&weight))) {
        return Err(Bad::Weight.into());
    }
    let unique: std::collections::BTreeSet<&String> = groups.iter().map(|(arn, _)| arn).collect();
    if unique.len() != groups.len() {
        return Err(Bad::GroupTwice.into());
    }
    let sticky = config.target_group_stickiness_config.unwrap_or_default();
    let is_sticky = sticky.enabled == Some(true);
    let seconds = sticky.duration_seconds;
    if is_sticky && seconds.is_none() || seconds.is_some_and(|own| !(1..=604_800).contains(&own)) {
        return Err(Bad::Stickiness.into());
    }
    Ok(Forward { groups, is_sticky, sticky_seconds: seconds })
}

fn read_fixed(config: api::FixedResponseActionConfig) -> Result<FixedResponse, Error> {
    let content_type = config.content_type.filter(|own| !own.is_empty());
    if content_type.as_deref().is_some_and(|own| !CONTENT_TYPES.contains(&own)) {
        return Err(Bad::ContentType.into());
    }
    Ok(FixedResponse {
        status: config.status_code.unwrap_or_default(),
        content_type,
        body: config.message_body,
    })
}

fn is_https(url: &str) -> bool {
    url.strip_prefix("https://").is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
}

fn read_oidc(config: api::AuthenticateOidcActionConfig) -> Result<Oidc, Error> {
    let given = [
        ("Issuer", config.issuer.clone()),
        ("AuthorizationEndpoint", config.authorization_endpoint.clone()),
        ("TokenEndpoint", config.token_endpoint.clone()),
        ("UserInfoEndpoint", config.user_info_endpoint.clone()),
    ];
    for (name, url) in given {
        if !is_https(url.as_deref().unwrap_or_default()) {
            return Err(Bad::Url(name).into());
        }
    }
    let keeps_secret = config.use_existing_client_secret == Some(true);
    if config.client_secret.is_some() == keeps_secret {
        return Err(Bad::ClientSecret.into());
    }
    Ok(Oidc {
        issuer: config.issuer.unwrap_or_default(),
        authorization_endpoint: config.authorization_endpoint.unwrap_or_default(),
        token_endpoint: config.token_endpoint.unwrap_or_default(),
        user_info_endpoint: config.user_info_endpoint.unwrap_or_default(),
        client_id: config.client_id.unwrap_or_default(),
        client_secret: config.client_secret,
        session: session(Session {
            cookie: config.session_cookie_name,
            scope: config.scope,
            timeout: config.session_timeout,
            extra: config.authentication_request_extra_params.unwrap_or_default(),
            on_unauthenticated: config.on_unauthenticated_request,
        })?,
    })
}

fn read_cognito(config: api::AuthenticateCognitoActionConfig) -> Result<Cognito, Error> {
    Ok(Cognito {
        pool: config.user_pool_arn.unwrap_or_default(),
        client_id: config.user_pool_client_id.unwrap_or_default(),
        domain: config.user_pool_domain.unwrap_or_default(),
        session: session(Session {
            cookie: config.session_cookie_name,
            scope: config.scope,
            timeout: config.session_timeout,
            extra: config.authentication_request_extra_params.unwrap_or_default(),
            on_unauthenticated: config.on_unauthenticated_request,
        })?,
    })
}

/// Seconds of a session at the most: seven days. Source: ELB API reference, AuthenticateOidcActionConfig.
fn session(session: Session) -> Result<Session, Error> {
    if session.extra.len() > MOST_EXTRA {
        return Err(Bad::ExtraParameters.into());
    }
    if session.timeout.is_some_and(|timeout| !(1..=604_800).contains(&timeout)) {
        return Err(Bad::SessionTimeout.into());
    }
    Ok(session)
}

fn read_jwt(config: api::JwtValidationActionConfig) -> Result<Jwt, Error> {
    let endpoint = config.jwks_endpoint.unwrap_or_default();
    if !is_https(&endpoint) {
        return Err(Bad::Url("JwksEndpoint").into());
    }
    let issuer = config.issuer.unwrap_or_default();
    if issuer.chars().count() > MOST_ISSUER {
        return Err(Bad::Issuer.into());
    }
    let claims = config.additional_claims.unwrap_or_default();
    if claims.len() > MOST_EXTRA {
        return Err(Bad::Claims.into());
    }
    let claims = claims.into_iter().map(|claim| model::Claim {
        format: claim.format.unwrap_or_default(),
        name: claim.name.unwrap_or_default(),
        values: claim.values.unwrap_or_default(),
    });
    Ok(Jwt { endpoint, issuer, claims: claims.collect() })
}

/// A secret that is not told again is taken from the actions before.
pub(crate) fn keep_secrets(new: &mut [Action], old: &[Action]) -> Result<(), Error> {
    for action in new {
        let What::Oidc(oidc) = &mut action.what else { continue };
        if oidc.client_secret.is_some() {
            continue;
        }
        let known = old.iter().find_map(|action| match &action.what {
            What::Oidc(old) if old.client_id == oidc.client_id => old.client_secret.clone(),
            _ => None,
        });
        oidc.client_secret = Some(known.ok_or(Bad::ClientSecret)?);
    }
    Ok(())
}
