//! `AssumeRoleForPodIdentity`: a pod shows a token of its service account, and is given credentials of the role that is
//! associated with it.
//!
//! Source: EKS Auth API reference; EKS user guide, "Understand how EKS Pod Identity works" and "Grant Pods access to AWS
//! resources based on tags".

use super::{Association, all};
use crate::cluster::{self, Cluster};
use crate::error::{Beside, Error, Refusal};
use crate::{Eks, issuer};
use base::Timestamp;
use ports::{Cx, NotDelivered, PodSession};
use serde_json::Value;
use shapes_eks_auth as auth;
use std::sync::Arc;

/// Whom the tokens are for.
const AUDIENCE: &str = "pods.eks.amazonaws.com";
/// Seconds that credentials hold, and those of a role behind another.
const SECONDS: i32 = 21_600;
const CHAINED_SECONDS: i32 = 3_540;
/// Characters of a session's name at the most.
const LONGEST_NAME: usize = 64;

/// Who a token speaks for.
struct Pod {
    namespace: String,
    account: String,
    pod: String,
    uid: String,
}

/// `AssumeRoleForPodIdentity`.
pub(crate) fn assume(
    cx: &Cx,
    svc: &Eks,
    input: auth::AssumeRoleForPodIdentityRequest,
) -> Result<auth::AssumeRoleForPodIdentityResponse, Error> {
    let name = input.cluster_name.unwrap_or_default();
    let token = input.token.unwrap_or_default();
    let (cluster, pod, own) = cx.read(|view| {
        let found = cluster::find(view, cx.scope(), &name);
        let cluster = found.map_err(|_| Beside::AuthNoCluster(name.clone()))?;
        let key = issuer::of(view, &cluster).ok_or_else(|| Beside::AuthNoCluster(name.clone()))?;
        let claims = key.claims(&token).ok_or(Beside::AuthToken)?;
        let pod = speaks_for(&cluster, &claims, cx.now())?;
        let associated = all(view, (&cluster.scope, &cluster.name));
        let own = associated
            .into_iter()
            .find(|own| own.namespace == pod.namespace && own.service_account == pod.account);
        let own = own.ok_or_else(|| Beside::AuthNoAssociation(pod.namespace.clone(), pod.account.clone()))?;
        Ok::<_, Error>((cluster, pod, own))
    })?;
    let tags = if own.disable_session_tags { Vec::new() } else { tags(&cluster, &pod) };
    let external = own.external_id();
    let session = format!("eks-{name}-{}-{}", pod.pod, cx.ids().uuid());
    let session: String = session.chars().take(LONGEST_NAME).collect();
    let target = own.target_role_arn.as_deref().map(|target| (target, external.as_str()));
    let wish = PodSession {
        role: &own.role_arn,
        session: &session,
        seconds: if target.is_some() { CHAINED_SECONDS } else { SECONDS },
        tags: &tags,
        policy: own.policy.as_deref(),
        target,
    };
    let given = svc.roles.deliver_to_pod(cx, &wish).map_err(|problem| match problem {
        NotDelivered::Untrusted => Error::from(Beside::AuthDenied(own.role_arn.clone())),
        NotDelivered::Failed(why) => Refusal::Broken(why).into(),
    })?;
    Ok(answer(&own, pod, given))
}

fn answer(
    own: &Arc<Association>,
    pod: Pod,
    given: ports::PodCredentials,
) -> auth::AssumeRoleForPodIdentityResponse {
    let ports::PodCredentials { credentials, arn, id } = given;
    auth::AssumeRoleForPodIdentityResponse {
        subject: Some(auth::Subject { namespace: Some(pod.namespace), service_account: Some(pod.account) }),
        audience: Some(AUDIENCE.to_owned()),
        pod_identity_association: Some(auth::PodIdentityAssociation {
            association_arn: Some(own.arn()),
            association_id: Some(own.association_id.clone()),
        }),
        assumed_role_user: Some(auth::AssumedRoleUser { arn: Some(arn), assume_role_id: Some(id) }),
        credentials: Some(auth::Credentials {
            session_token: Some(credentials.token),
            secret_access_key: Some(credentials.secret),
            access_key_id: Some(credentials.access_key_id),
            expiration: Some(credentials.expires_at.into()),
        }),
        ..auth::AssumeRoleForPodIdentityResponse::default()
    }
}

/// Whom a token speaks for, where it is for us and holds.
fn speaks_for(cluster: &Cluster, claims: &Value, now: Timestamp) -> Result<Pod, Error> {
    let audience = &claims["aud"];
    let is_for_us =
        audience == AUDIENCE || audience.as_array().is_some_and(|all| all.iter().any(|one| one == AUDIENCE));
    if !is_for_us || claims["iss"] != cluster.issuer() {
        return Err(Beside::AuthToken.into());
    }
    let ends = claims["exp"].as_i64().map(|seconds| Timestamp::from_millis(seconds.saturating_mul(1000)));
    let ends = ends.ok_or(Beside::AuthToken)?;
    if ends <= now {
        return Err(Beside::AuthExpired(now, ends).into());
    }
    let subject = claims["sub"].as_str().and_then(|subject| subject.strip_prefix("system:serviceaccount:"));
    let (namespace, account) =
        subject.and_then(|subject| subject.split_once(':')).ok_or(Beside::AuthToken)?;
    let pod = |name: &str| claims["kubernetes.io"]["pod"][name].as_str().unwrap_or_default().to_owned();
    Ok(Pod {
        namespace: namespace.to_owned(),
        account: account.to_owned(),
        pod: pod("name"),
        uid: pod("uid"),
    })
}

fn tags(cluster: &Cluster, pod: &Pod) -> Vec<(String, String)> {
    [
        ("eks-cluster-arn", cluster.arn()),
        ("eks-cluster-name", cluster.name.clone()),
        ("kubernetes-namespace", pod.namespace.clone()),
        ("kubernetes-service-account", pod.account.clone()),
        ("kubernetes-pod-name", pod.pod.clone()),
        ("kubernetes-pod-uid", pod.uid.clone()),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .to_vec()
}
