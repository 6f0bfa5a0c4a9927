//! Actions as answers show them.

use super::model::{Action, Cognito, FixedResponse, Forward, Jwt, Oidc, Redirect, What};
use shapes_elbv2 as api;

/// All of a list.
pub(crate) fn shapes(actions: &[Action]) -> Vec<api::Action> {
    actions.iter().map(shape).collect()
}

fn shape(own: &Action) -> api::Action {
    let mut shape =
        api::Action { type_: Some(own.what.word().to_owned()), order: own.order, ..api::Action::default() };
    match &own.what {
        What::Forward(forward) => {
            if let [(arn, _)] = forward.groups.as_slice() {
                shape.target_group_arn = Some(arn.clone());
            }
            shape.forward_config = Some(self::forward(forward));
        }
        What::Redirect(own) => shape.redirect_config = Some(redirect(own)),
        What::FixedResponse(own) => shape.fixed_response_config = Some(fixed(own)),
        What::Oidc(own) => shape.authenticate_oidc_config = Some(oidc(own)),
        What::Cognito(own) => shape.authenticate_cognito_config = Some(cognito(own)),
        What::Jwt(own) => shape.jwt_validation_config = Some(jwt(own)),
    }
    shape
}

/// One group is answered with its weight of 1; of several, each has its own.
fn forward(own: &Forward) -> api::ForwardActionConfig {
    let tuple = |(arn, weight): &(String, Option<i32>)| api::TargetGroupTuple {
        target_group_arn: Some(arn.clone()),
        weight: Some(weight.unwrap_or(1)),
    };
    let sticky = api::TargetGroupStickinessConfig {
        enabled: Some(own.is_sticky),
        duration_seconds: own.sticky_seconds,
    };
    api::ForwardActionConfig {
        target_groups: Some(own.groups.iter().map(tuple).collect()),
        target_group_stickiness_config: Some(sticky),
    }
}

fn redirect(own: &Redirect) -> api::RedirectActionConfig {
    api::RedirectActionConfig {
        protocol: Some(own.protocol.clone()),
        port: Some(own.port.clone()),
        host: Some(own.host.clone()),
        path: Some(own.path.clone()),
        query: Some(own.query.clone()),
        status_code: Some(own.status.clone()),
    }
}

fn fixed(own: &FixedResponse) -> api::FixedResponseActionConfig {
    api::FixedResponseActionConfig {
        message_body: own.body.clone(),
        status_code: Some(own.status.clone()),
        content_type: own.content_type.clone(),
    }
}

const COOKIE: &str = "AWSELBAuthSessionCookie";
const SCOPE: &str = "openid";
const TIMEOUT: i64 = 604_800;
const UNAUTHENTICATED: &str = "authenticate";

fn oidc(own: &Oidc) -> api::AuthenticateOidcActionConfig {
    let session = &own.session;
    let or = |given: &Option<String>, default: &str| given.clone().or_else(|| Some(default.to_owned()));
    api::AuthenticateOidcActionConfig {
        issuer: Some(own.issuer.clone()),
        authorization_endpoint: Some(own.authorization_endpoint.clone()),
        token_endpoint: Some(own.token_endpoint.clone()),
        user_info_endpoint: Some(own.user_info_endpoint.clone()),
        client_id: Some(own.client_id.clone()),
        client_secret: None,
        session_cookie_name: or(&session.cookie, COOKIE),
        scope: or(&session.scope, SCOPE),
        session_timeout: session.timeout.or(Some(TIMEOUT)),
        authentication_request_extra_params: (!session.extra.is_empty()).then(|| session.extra.clone()),
        on_unauthenticated_request: or(&session.on_unauthenticated, UNAUTHENTICATED),
        use_existing_client_secret: None,
    }
}

fn cognito(own: &Cognito) -> api::AuthenticateCognitoActionConfig {
    let session = &own.session;
    let or = |given: &Option<String>, default: &str| given.clone().or_else(|| Some(default.to_owned()));
    api::AuthenticateCognitoActionConfig {
        user_pool_arn: Some(own.pool.clone()),
        user_pool_client_id: Some(own.client_id.clone()),
        user_pool_domain: Some(own.domain.clone()),
        session_cookie_name: or(&session.cookie, COOKIE),
        scope: or(&session.scope, SCOPE),
        session_timeout: session.timeout.or(Some(TIMEOUT)),
        authentication_request_extra_params: (!session.extra.is_empty()).then(|| session.extra.clone()),
        on_unauthenticated_request: or(&session.on_unauthenticated, UNAUTHENTICATED),
    }
}

fn jwt(own: &Jwt) -> api::JwtValidationActionConfig {
    let claim = |claim: &super::model::Claim| api::JwtValidationActionAdditionalClaim {
        format: Some(claim.format.clone()),
        name: Some(claim.name.clone()),
        values: Some(claim.values.clone()),
    };
    let claims: Vec<_> = own.claims.iter().map(claim).collect();
    api::JwtValidationActionConfig {
        jwks_endpoint: Some(own.endpoint.clone()),
        issuer: Some(own.issuer.clone()),
        additional_claims: (!claims.is_empty()).then_some(claims),
    }
}
