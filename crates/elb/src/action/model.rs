//! What an action does.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One action.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Action {
    /// None where it stands alone and no order was given.
    pub(crate) order: Option<i32>,
    pub(crate) what: What,
}

/// The six kinds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum What {
    Forward(Forward),
    Redirect(Redirect),
    FixedResponse(FixedResponse),
    Oidc(Oidc),
    Cognito(Cognito),
    Jwt(Jwt),
}

impl What {
    /// Whether it ends a rule.
    pub(crate) fn ends(&self) -> bool {
        matches!(self, Self::Forward(_) | Self::Redirect(_) | Self::FixedResponse(_))
    }

    /// AWS's word.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Forward(_) => "forward",
            Self::Redirect(_) => "redirect",
            Self::FixedResponse(_) => "fixed-response",
            Self::Oidc(_) => "authenticate-oidc",
            Self::Cognito(_) => "authenticate-cognito",
            Self::Jwt(_) => "jwt-validation",
        }
    }
}

/// To target groups, given by ARN, each with its weight.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Forward {
    pub(crate) groups: Vec<(String, Option<i32>)>,
    pub(crate) is_sticky: bool,
    pub(crate) sticky_seconds: Option<i32>,
}

/// To another address; every part is there, if only as what it was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Redirect {
    pub(crate) protocol: String,
    pub(crate) host: String,
    pub(crate) port: String,
    pub(crate) path: String,
    pub(crate) query: String,
    /// `HTTP_301` or `HTTP_302`.
    pub(crate) status: String,
}

/// The same answer to everybody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct FixedResponse {
    pub(crate) status: String,
    pub(crate) content_type: Option<String>,
    pub(crate) body: Option<String>,
}

/// How a session of somebody who signed in is kept; none of it where the default serves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) cookie: Option<String>,
    pub(crate) scope: Option<String>,
    pub(crate) timeout: Option<i64>,
    pub(crate) extra: BTreeMap<String, String>,
    pub(crate) on_unauthenticated: Option<String>,
}

/// Who calls has to have signed in with a provider of OpenID Connect.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Oidc {
    pub(crate) issuer: String,
    pub(crate) authorization_endpoint: String,
    pub(crate) token_endpoint: String,
    pub(crate) user_info_endpoint: String,
    pub(crate) client_id: String,
    /// Never answered.
    pub(crate) client_secret: Option<String>,
    pub(crate) session: Session,
}

/// The same with a user pool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Cognito {
    pub(crate) pool: String,
    pub(crate) client_id: String,
    pub(crate) domain: String,
    pub(crate) session: Session,
}

/// Who calls has to bring a token.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Jwt {
    pub(crate) endpoint: String,
    pub(crate) issuer: String,
    pub(crate) claims: Vec<Claim>,
}

/// What a token has to say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Claim {
    pub(crate) format: String,
    pub(crate) name: String,
    pub(crate) values: Vec<String>,
}

/// The ARNs of the target groups that actions lead to.
pub(crate) fn groups(actions: &[Action]) -> Vec<String> {
    let of = |action: &Action| match &action.what {
        What::Forward(forward) => forward.groups.iter().map(|(arn, _)| arn.clone()).collect(),
        _ => Vec::new(),
    };
    actions.iter().flat_map(of).collect()
}
