//! What identities bring to decisions about calls: their tags, and their ARNs, in which their paths stand.

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
        let (own, _) = cx.read(|view| found(view, &home, &kind, &name))?;
        Some(own)
    }

    fn look_up(&self, cx: &Cx, _action: &str, arn: &str) -> Option<ResourceFacts> {
        let (home, kind, name) = parts(arn)?;
        let (own, tags) = cx.read(|view| found(view, &home, &kind, &name))?;
        let mut facts = ResourceFacts::of(home.account);
        if own == arn {
            facts.tags = tags.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        }
        Some(facts)
    }
}

/// Account, kind and name of a resource; the name with its path.
fn parts(arn: &str) -> Option<(Home, String, String)> {
    let arn = arn.parse::<Arn>().ok()?;
    let (kind, name) = arn.resource.split_once('/')?;
    Some((Home::of_arn(&arn)?, kind.to_owned(), name.to_owned()))
}

/// The ARN and the tags of what has that name, whatever its path.
fn found(view: &View, home: &Home, kind: &str, name: &str) -> Option<(String, Tags)> {
    let last = name.rsplit('/').next().unwrap_or_default();
    let key = home.key(last);
    Some(match kind {
        "user" => view.get::<User>(&key).map(|user| (user.arn(), user.tags.clone()))?,
        "role" => view.get::<Role>(&key).map(|role| (role.arn(), role.tags.clone()))?,
        "group" => view.get::<Group>(&key).map(|group| (group.arn(), Tags::default()))?,
        "instance-profile" => {
            view.get::<InstanceProfile>(&key).map(|profile| (profile.arn(), profile.tags.clone()))?
        }
        "server-certificate" => {
            view.get::<ServerCertificate>(&key).map(|own| (own.arn(), own.tags.clone()))?
        }
        "policy" => view.by(&Policy::NAME, &key).next().map(|policy| (policy.arn(), policy.tags.clone()))?,
        "oidc-provider" => {
            let provider = view.get::<OidcProvider>(&OidcProvider::key_of(home, name))?;
            (provider.arn(), provider.tags.clone())
        }
        "saml-provider" => {
            let provider = view.get::<SamlProvider>(&SamlProvider::key_of(home, name))?;
            (provider.arn(), provider.tags.clone())
        }
        "mfa" => {
            let device = view.get::<MfaDevice>(&home.arn(&format!("mfa/{name}")))?;
            (device.serial(), device.tags.clone())
        }
        _ => return None,
    })
}
