//! What clusters ask of identities: whom their access entries name, what their roles trust, and sessions for pods.
//!
//! Source: EKS user guide, "How EKS Pod Identity works" and "Access AWS Resources using EKS Pod Identity Target IAM
//! Roles"; EKS Auth API reference, AssumeRoleForPodIdentity.

use super::target::{self, Target};
use super::trust::{self, Asked};
use super::vend::vend;
use crate::Iam;
use crate::entity::Home;
use crate::error::Error;
use crate::event::Changed;
use crate::role::{Role, service_linked};
use crate::user::User;
use base::Arn;
use ports::{
    CallerKind, ClusterRoles, Cx, Delivered, KnownPrincipal, NotDelivered, PodCredentials, PodSession,
    Principals, Session, SessionPolicies, SessionTag,
};

/// Who hands roles to pods.
const PODS: &str = "pods.eks.amazonaws.com";

impl ClusterRoles for Iam {
    fn principal(&self, cx: &Cx, arn: &str) -> Option<KnownPrincipal> {
        let parsed: Arn = arn.parse().ok()?;
        let home = Home::of_arn(&parsed)?;
        let (kind, path) = parsed.resource.split_once('/')?;
        let key = home.key(path.rsplit('/').next()?);
        cx.read(|view| match kind {
            "role" => view.get::<Role>(&key).filter(|role| role.arn() == arn).map(|role| KnownPrincipal {
                id: role.id.clone(),
                is_service_linked: role.service.is_some(),
            }),
            "user" => view
                .get::<User>(&key)
                .filter(|user| user.arn() == arn)
                .map(|user| KnownPrincipal { id: user.id.clone(), is_service_linked: false }),
            _ => None,
        })
    }

    fn of_caller(&self, cx: &Cx) -> Option<String> {
        let arn = cx.caller().arn(cx.partition())?;
        match cx.caller().kind {
            CallerKind::RoleSession { .. } => Some(self.of(cx.world(), cx.caller()).arn.clone()),
            _ => Some(arn),
        }
    }

    fn trusts(&self, cx: &Cx, role: &str, service: &'static str, actions: &[&'static str]) -> bool {
        let Ok(target) = Target::parse(Some(role.to_owned()), cx.partition()) else { return false };
        cx.read(|view| target.find(view)).is_some()
            && actions.iter().all(|action| {
                let asked = Asked {
                    target: &target,
                    action,
                    name: "eks",
                    duration_seconds: None,
                    tags: &[],
                    source_identity: None,
                    keys: vec![("aws:SourceAccount", vec![cx.account().to_string()])],
                };
                trust::lets(cx, self, &[service], asked)
            })
    }

    fn ensure_service_linked(&self, cx: &Cx, service: &'static str) {
        // An account that has no room for it goes without, as with AWS.
        let _made = service_linked::ensure(cx, service);
    }

    fn deliver_to_pod(&self, cx: &Cx, wish: &PodSession<'_>) -> Result<PodCredentials, NotDelivered> {
        let tags: Vec<SessionTag> = wish
            .tags
            .iter()
            .map(|(key, value)| SessionTag { key: key.clone(), value: value.clone(), is_transitive: true })
            .collect();
        let hop = Hop { name: wish.session, seconds: wish.seconds, tags: &tags };
        let Some((behind, external)) = wish.target else {
            let asked = Target::parse(Some(wish.role.to_owned()), cx.partition());
            let target = asked.map_err(|_| NotDelivered::Untrusted)?;
            hop.trusted(cx, self, &target)?;
            return hop.open(cx, &target, wish.policy, 1);
        };
        let first = hop.first(cx, self, wish.role)?;
        let target = Target::parse(Some(behind.to_owned()), cx.partition());
        let target = target.map_err(|_| NotDelivered::Untrusted)?;
        let keys =
            if tags.is_empty() { vec![("sts:ExternalId", vec![external.to_owned()])] } else { Vec::new() };
        trust::assume_role(&first, self, hop.asked(&target, keys)).map_err(|_| NotDelivered::Untrusted)?;
        hop.open(cx, &target, wish.policy, 2)
    }
}

/// One role on the way to a pod.
#[derive(Clone, Copy)]
struct Hop<'a> {
    name: &'a str,
    seconds: i32,
    tags: &'a [SessionTag],
}

impl<'a> Hop<'a> {
    fn asked(&self, target: &'a Target, keys: Vec<(&'a str, Vec<String>)>) -> Asked<'a> {
        Asked {
            target,
            action: "sts:AssumeRole",
            name: self.name,
            duration_seconds: None,
            tags: self.tags,
            source_identity: None,
            keys,
        }
    }

    /// Whether a role trusts pods. EKS looks for itself, whatever is enforced, as it does when it is told of the role.
    fn trusted(self, cx: &Cx, svc: &Iam, target: &Target) -> Result<(), NotDelivered> {
        let asked = || self.asked(target, Vec::new());
        let enforced = trust::service(cx, svc, &[PODS], asked());
        enforced.map_err(|_| NotDelivered::Untrusted)?;
        if trust::lets(cx, svc, &[PODS], asked()) { Ok(()) } else { Err(NotDelivered::Untrusted) }
    }

    /// The call as the first of two roles makes it.
    fn first(self, cx: &Cx, svc: &Iam, role: &str) -> Result<Cx, NotDelivered> {
        let target = Target::parse(Some(role.to_owned()), cx.partition());
        let target = target.map_err(|_| NotDelivered::Untrusted)?;
        self.trusted(cx, svc, &target)?;
        let role = cx.read(|view| target.find(view)).ok_or(NotDelivered::Untrusted)?;
        let tags = self.tags.to_vec();
        let session =
            Session { issued_at: cx.now().whole_seconds(), tags, chain_depth: 1, ..Session::default() };
        Ok(target::acting(cx, &role, self.name, session))
    }

    /// Makes the credentials and tells of it.
    fn open(
        &self,
        cx: &Cx,
        target: &Target,
        policy: Option<&str>,
        chain_depth: u8,
    ) -> Result<PodCredentials, NotDelivered> {
        let role = cx.read(|view| target.find(view)).ok_or(NotDelivered::Untrusted)?;
        let inline = policy.map(str::to_owned);
        let policies = inline.map(|inline| SessionPolicies { inline: Some(inline), arns: Vec::new() });
        let session = Session {
            tags: self.tags.to_vec(),
            policies: policies.into_iter().collect(),
            chain_depth,
            ..Session::default()
        };
        let grant = target::grant(&role, self.name, self.seconds, None, session);
        let vended = cx.write(|tx| {
            let vended = vend(tx, cx, &grant)?;
            tx.emit(&Changed { kind: "RoleAssumed", resource: role.arn() });
            Ok::<_, Error>(vended)
        });
        let given = vended.map_err(|error| NotDelivered::Failed(format!("{error:?}")))?.credentials;
        let assumed = target::assumed_user(&role, self.name);
        Ok(PodCredentials {
            credentials: Delivered {
                access_key_id: given.access_key_id.unwrap_or_default(),
                secret: given.secret_access_key.unwrap_or_default(),
                token: given.session_token.unwrap_or_default(),
                expires_at: cx.now().plus_millis(i64::from(self.seconds) * 1000).whole_seconds(),
            },
            arn: assumed.arn.unwrap_or_default(),
            id: assumed.assumed_role_id.unwrap_or_default(),
        })
    }
}
