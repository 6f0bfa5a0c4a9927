//! `GetWebIdentityToken`: tokens that tell the world outside who a caller is.

mod key;

pub(crate) use key::{Hosted, SigningKey};

use crate::Iam;
use crate::entity::Home;
use crate::error::{Error, Refusal};
use crate::role::Role;
use crate::sts::provider;
use crate::user::User;
use base::{Arn, Tags};
use key::Algorithm;
use ports::{CallerKind, Cx};
use serde_json::{Map, Value, json};
use shapes_sts as sts;

/// Seconds a token lasts where nothing is asked for.
const TOKEN_SECONDS: i32 = 300;
/// Bytes of a token's claims at the most.
const MOST_CLAIMS_BYTES: usize = 8192;
/// The claim that holds what AWS says beside the standard claims.
const NAMESPACE: &str = "https://sts.amazonaws.com/";

/// `GetWebIdentityToken`.
pub(super) fn get(
    cx: &Cx,
    _svc: &Iam,
    input: sts::GetWebIdentityTokenRequest,
) -> Result<sts::GetWebIdentityTokenResponse, Error> {
    let algorithm = input.signing_algorithm.as_deref().and_then(Algorithm::parse);
    let algorithm = algorithm.ok_or_else(|| {
        Error::Invalid(
            "1 validation error detected: Value at 'signingAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: [RS256, ES384]".to_owned(),
        )
    })?;
    let home = Home::of(cx);
    let issuer = cx.read(|view| provider::outbound(view, &home)).ok_or(Refusal::OutboundDisabled)?;
    let subject = subject(cx).ok_or_else(|| super::trust::denied(cx, "sts:GetWebIdentityToken", "*"))?;
    let seconds = i64::from(input.duration_seconds.unwrap_or(TOKEN_SECONDS));
    let expires_at = cx.now().plus_millis(seconds * 1000).whole_seconds();
    if cx.caller().session.as_ref().is_some_and(|session| session.expires_at < expires_at) {
        return Err(Refusal::Escalation.into());
    }
    let request_tags = super::session_tags::read(input.tags, None)?;
    let request_tags: Map<String, Value> =
        request_tags.into_iter().map(|tag| (tag.key, Value::String(tag.value))).collect();
    let mut audiences = input.audience.unwrap_or_default();
    let audience = if audiences.len() == 1 { json!(audiences.remove(0)) } else { json!(audiences) };
    let mut claims = json!({
        "aud": audience,
        "sub": subject,
        "iss": issuer,
        "iat": cx.now().millis.div_euclid(1000),
        "exp": expires_at.millis / 1000,
        "jti": cx.ids().uuid(),
        NAMESPACE: about(cx, &home, &subject, request_tags),
    });
    if let Some(scope) = input.scope {
        claims["scope"] = Value::String(scope);
    }
    let claims = claims.to_string();
    if claims.len() > MOST_CLAIMS_BYTES {
        return Err(Refusal::Payload.into());
    }
    let key = key::own(cx, algorithm)?;
    let token = key.sign(&claims).ok_or_else(|| Error::Invalid("the signing key is damaged".to_owned()))?;
    Ok(sts::GetWebIdentityTokenResponse {
        web_identity_token: Some(token),
        expiration: Some(expires_at.into()),
    })
}

/// Whom the token is about: the user, or the role of a session.
fn subject(cx: &Cx) -> Option<String> {
    let home = Home::of(cx);
    match &cx.caller().kind {
        CallerKind::User { path_and_name, .. } => Some(home.arn(&format!("user{path_and_name}"))),
        CallerKind::RoleSession { role, .. } => {
            cx.read(|view| view.get::<Role>(&home.key(role)).map(|role| role.arn()))
        }
        CallerKind::Root => Some(home.arn("root")),
        CallerKind::FederatedUser { name } => {
            let resource = format!("federated-user/{name}");
            Some(Arn::global(home.partition, "sts", home.account, resource).to_string())
        }
        CallerKind::Service(_) | CallerKind::Anonymous => None,
    }
}

/// What AWS says of the caller.
fn about(cx: &Cx, home: &Home, subject: &str, request_tags: Map<String, Value>) -> Value {
    let mut about = json!({
        "aws_account": home.account.to_string(),
        "source_region": cx.region().as_str(),
        "principal_id": subject,
    });
    let tags = tags(cx, home);
    if !tags.is_empty() {
        about["principal_tags"] = Value::Object(tags);
    }
    if !request_tags.is_empty() {
        about["request_tags"] = Value::Object(request_tags);
    }
    if let Some(session) = &cx.caller().session {
        about["original_session_exp"] = Value::String(session.expires_at.rfc3339());
        if let Some(provider) = &session.provider {
            about["federated_provider"] = Value::String(provider.clone());
        }
        if let Some(identity) = &session.source_identity {
            about["source_identity"] = Value::String(identity.clone());
        }
    }
    about
}

/// The tags of the user or role, and over them those of the session.
fn tags(cx: &Cx, home: &Home) -> Map<String, Value> {
    let own: Option<Tags> = match &cx.caller().kind {
        CallerKind::User { path_and_name, .. } => {
            let name = path_and_name.rsplit('/').next().unwrap_or_default();
            cx.read(|view| view.get::<User>(&home.key(name)).map(|user| user.tags.clone()))
        }
        CallerKind::RoleSession { role, .. } => {
            cx.read(|view| view.get::<Role>(&home.key(role)).map(|role| role.tags.clone()))
        }
        CallerKind::Root
        | CallerKind::FederatedUser { .. }
        | CallerKind::Service(_)
        | CallerKind::Anonymous => None,
    };
    let mut tags: Map<String, Value> = Map::new();
    for (key, value) in own.iter().flat_map(Tags::iter) {
        tags.insert(key.to_owned(), Value::String(value.to_owned()));
    }
    for tag in cx.caller().session.iter().flat_map(|session| &session.tags) {
        let lower = tag.key.to_lowercase();
        tags.retain(|key, _| key.to_lowercase() != lower);
        tags.insert(tag.key.clone(), Value::String(tag.value.clone()));
    }
    tags
}
