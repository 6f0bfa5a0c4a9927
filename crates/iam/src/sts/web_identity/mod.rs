//! `AssumeRoleWithWebIdentity`: the tokens of OIDC providers.

mod claims;
mod jwk;
mod jwt;
mod keys;
#[cfg(test)]
mod tests;

pub(super) use jwk::thumbprint;
pub(super) use jwt::base64url;
pub(crate) use keys::KeySets;

use super::provider::{self, Oidc};
use super::session_policy;
use super::session_tags;
use super::target::{self, ROLE_SECONDS, Target};
use super::vouched::Opening;
use crate::Iam;
use crate::error::{Error, Refusal};
use base::Clock;
use claims::Claims;
use jwt::Jwt;
use keys::Place;
use ports::{BodyIn, Cx, StreamAnswer};
use shapes_sts as sts;
use std::sync::Arc;

/// What trust policies have to allow.
pub(super) const ACTION: &str = "sts:AssumeRoleWithWebIdentity";

/// `AssumeRoleWithWebIdentity`.
pub(super) async fn assume(
    cx: Cx,
    svc: Arc<Iam>,
    input: sts::AssumeRoleWithWebIdentityRequest,
    _body: BodyIn,
) -> Result<StreamAnswer<sts::AssumeRoleWithWebIdentityResponse>, Error> {
    let target = Target::parse(input.role_arn, cx.partition())?;
    let token = input.web_identity_token.unwrap_or_default();
    let name = input.role_session_name.unwrap_or_default();
    let policies = session_policy::read(input.policy, input.policy_arns)?;
    let token = Jwt::parse(&token)?;
    let claims = Claims::read(&token)?;
    let provider = cx.read(|view| provider::oidc(view, &target.home, claims.issuer_path()));
    let provider = provider.ok_or_else(|| {
        Refusal::Token(format!("No OpenIDConnect provider found in your account for {}", claims.issuer))
    })?;
    let audience = judge(&cx, &svc, &token, &claims, &provider).await?;
    let tags = session_tags::read(Some(claims.tags.clone()), Some(claims.transitive.clone()))?;
    let opening = Opening {
        target: &target,
        action: ACTION,
        provider: &provider.arn,
        context: claims.context(&provider, &audience),
        name: &name,
        duration_seconds: input.duration_seconds,
        seconds: input.duration_seconds.unwrap_or(ROLE_SECONDS),
        packed: session_policy::packed(policies.as_slice(), &tags)?,
        policies,
        tags,
        source_identity: session_tags::source_identity(None, claims.source_identity.clone())?,
        minimum_token_bytes: input.minimum_session_token_size,
    };
    opening.require_trust(&cx, &svc)?;
    let (role, vended) = cx.write(|tx| opening.open(tx, &cx))?;
    Ok(StreamAnswer::plain(sts::AssumeRoleWithWebIdentityResponse {
        credentials: Some(vended.credentials),
        subject_from_web_identity_token: Some(claims.subject),
        assumed_role_user: Some(target::assumed_user(&role, &name)),
        packed_policy_size: opening.packed,
        provider: Some(provider.arn.clone()),
        audience: Some(audience),
        source_identity: opening.source_identity.clone(),
        session_token_size: vended.token_bytes,
        session_token_utilization: vended.utilization,
        ..sts::AssumeRoleWithWebIdentityResponse::default()
    }))
}

/// Whether the provider vouches for the token, now; the answer is the audience that it is for.
async fn judge(cx: &Cx, svc: &Iam, token: &Jwt, claims: &Claims, provider: &Oidc) -> Result<String, Refusal> {
    // Some issuers leave `https://` out of their own name.
    let url = format!("https://{}", provider.issuer);
    let hosted = svc.issuers.key_set(cx.world(), &url);
    // Issuers in the process live by the world's clock, all others by the machine's.
    let now = if hosted.is_some() { cx.now() } else { Clock::machine() };
    claims.require_time(now)?;
    let audience = claims.audience(provider)?;
    let keys = match hosted {
        Some(document) => Arc::new(keys::parse(document.as_bytes())?),
        None => {
            let place = Place { url, issuer: &claims.issuer, thumbprints: &provider.thumbprints };
            svc.key_sets.of(svc.fetch.as_ref(), cx, &place, token.key_id.as_deref()).await?
        }
    };
    token.verify(&keys)?;
    Ok(audience)
}
