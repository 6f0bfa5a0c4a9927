//! What identities bring to decisions about calls: their tags, their permissions boundaries, and their ARNs, in which
//! their paths stand.

use crate::Iam;
use crate::entity::{Home, Named};
use crate::group::Group;
use crate::instance_profile::InstanceProfile;
use crate::mfa_device::MfaDevice;
use crate::oidc_provider::OidcProvider;
use crate::policy::Policy;
use crate::role::Role;
use crate::saml_provider::SamlProvider;
use crate::server_certificate::ServerCertificate;
use crate::user::User;
use base::{Arn, Tags};
use ports::{Cx, ResourceFacts, Resources};
use store::View;

impl Resources for Iam {
    fn services(&self) -> &'static [&'static str] {
        &["iam"]
    }

    /// Roles have trust policies, which STS asks itself.
    fn have_policies(&self) -> bool {
        false
    }

    fn true_arn(&self, cx: &Cx, arn: &str) -> Option<String> {
        let (home, kind, name) = parts(arn)?;
        // Requests name things without their paths.
        if name.contains('/') {
            return None;
        }
        cx.read(|view| found(view, &home, &kind, &name)).map(|found| found.arn)
    }

    fn look_up(&self, cx: &Cx, action: &str, arn: &str) -> Option<ResourceFacts> {
        let (home, kind, name) = parts(arn)?;
        let Found { arn: own, tags, boundary } = cx.read(|view| found(view, &home, &kind, &name))?;
        let mut facts = ResourceFacts::of(home.account);
        if own == arn {
            facts.tags = tags.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
            let boundary = boundary.filter(|_| BOUNDED.contains(&action));
            facts
                .keys
                .extend(boundary.map(|boundary| ("iam:PermissionsBoundary".to_owned(), vec![boundary])));
        }
        Some(facts)
    }

    fn condition_keys(&self) -> &'static [&'static str] {
        &["iam:PermissionsBoundary"]
    }
}

/// The actions that know the boundary of the user or role they are about. Source: Service Authorization Reference, AWS IAM;
/// that of a new user or role, and one that is to be put, stand in the request.
const BOUNDED: [&str; 15] = [
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:DeleteRole",
    "iam:DeleteRolePermissionsBoundary",
    "iam:DeleteRolePolicy",
    "iam:DeleteUserPermissionsBoundary",
    "iam:DeleteUserPolicy",
    "iam:DetachRolePolicy",
    "iam:DetachUserPolicy",
    "iam:GetRole",
    "iam:PutRolePolicy",
    "iam:PutUserPolicy",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
    "iam:UpdateRoleDescription",
];

/// What is known of a resource.
struct Found {
    arn: String,
    tags: Tags,
    /// The ARN of its permissions boundary. Source: IAM User Guide, "Delegating responsibility to others using permissions
    /// boundaries": who may attach policies only to those who have one.
    boundary: Option<String>,
}

impl Found {
    fn new(arn: String, tags: &Tags) -> Self {
        Self { arn, tags: tags.clone(), boundary: None }
    }
}

/// Account, kind and name of a resource; the name with its path.
fn parts(arn: &str) -> Option<(Home, String, String)> {
    let arn = arn.parse::<Arn>().ok()?;
    let (kind, name) = arn.resource.split_once('/')?;
    Some((Home::of_arn(&arn)?, kind.to_owned(), name.to_owned()))
}

/// What has that name, whatever its path.
fn found(view: &View, home: &Home, kind: &str, name: &str) -> Option<Found> {
    let last = name.rsplit('/').next().unwrap_or_default();
    let key = home.key(last);
    Some(match kind {
        "user" => {
            let user = view.get::<User>(&key)?;
            Found { boundary: user.permissions.boundary.clone(), ..Found::new(user.arn(), &user.tags) }
        }
        "role" => {
            let role = view.get::<Role>(&key)?;
            Found { boundary: role.permissions.boundary.clone(), ..Found::new(role.arn(), &role.tags) }
        }
        "group" => Found::new(view.get::<Group>(&key)?.arn(), &Tags::default()),
        "instance-profile" => {
            view.get::<InstanceProfile>(&key).map(|profile| Found::new(profile.arn(), &profile.tags))?
        }
        "server-certificate" => {
            view.get::<ServerCertificate>(&key).map(|own| Found::new(own.arn(), &own.tags))?
        }
        "policy" => {
            view.by(&Policy::NAME, &key).next().map(|policy| Found::new(policy.arn(), &policy.tags))?
        }
        "oidc-provider" => {
            let provider = view.get::<OidcProvider>(&OidcProvider::key_of(home, name))?;
            Found::new(provider.arn(), &provider.tags)
        }
        "saml-provider" => {
            let provider = view.get::<SamlProvider>(&SamlProvider::key_of(home, name))?;
            Found::new(provider.arn(), &provider.tags)
        }
        "mfa" => {
            let device = view.get::<MfaDevice>(&home.arn(&format!("mfa/{name}")))?;
            Found::new(device.serial(), &device.tags)
        }
        _ => return None,
    })
}
