//! IAM and STS: identities, their keys and documents, and temporary credentials.

mod access_key;
mod access_report;
mod account;
mod account_features;
mod authority;
mod certificate;
mod context_provider;
mod delegation_request;
mod document;
mod entity;
mod error;
mod event;
mod group;
mod instance_profile;
mod key_id;
mod listing;
mod login_profile;
mod mfa_device;
mod named;
#[cfg(test)]
mod neighbours;
mod oidc_provider;
mod operations;
mod organization;
mod owner;
mod policy;
mod principals;
mod provider_arn;
mod quota;
mod registration;
mod role;
mod role_template;
mod saml_provider;
mod seal;
mod server_certificate;
mod service_credential;
mod signing_certificate;
mod simulate;
mod ssh_public_key;
mod status;
mod sts;
mod tagging;
mod toolbox;
mod usage;
mod user;

use ports::{
    AccountRoles, CertificateUses, Denials, Fetch, Issuers, Organizations, Registry, ServerCertificates,
    Service,
};
use std::sync::Arc;

pub use sts::encode_authorization_message;

/// The service.
pub struct Iam {
    /// Who hosts issuers of web identity tokens in the process.
    issuers: Issuers,
    /// What fetches the keys of all others.
    fetch: Arc<dyn Fetch>,
    /// Where accounts stand in organizations.
    organizations: Arc<dyn Organizations>,
    /// Keys that were fetched.
    key_sets: sts::KeySets,
    /// Session tokens that were opened.
    opened: seal::Opened,
    /// What callers bring to decisions.
    gathered: principals::Gathered,
    /// Who keeps what was denied.
    denials: Arc<dyn Denials>,
    /// Who uses server certificates.
    certificate_uses: Arc<dyn CertificateUses>,
}

/// What IAM needs of others.
pub struct Neighbours {
    /// What fetches the keys of issuers that are not in the process.
    pub fetch: Arc<dyn Fetch>,
    /// Who keeps what was denied.
    pub denials: Arc<dyn Denials>,
    /// Where accounts stand in organizations.
    pub organizations: Arc<dyn Organizations>,
    /// Who uses server certificates.
    pub certificate_uses: Arc<dyn CertificateUses>,
}

impl Service for Iam {
    type Error = error::Error;
}

/// What makes roles in accounts that an organization makes.
pub fn account_roles() -> Arc<dyn AccountRoles> {
    Arc::new(role::access::AccessRoles)
}

/// What load balancers ask of certificates.
pub fn server_certificates() -> Arc<dyn ServerCertificates> {
    Arc::new(server_certificate::OfListeners)
}

/// Registers the tables and the operations; the answer tells whose keys are whose. The accounts' own issuers are
/// added to `issuers`.
pub fn install(registry: &mut Registry, issuers: Issuers, beside: Neighbours) -> Arc<Iam> {
    let Neighbours { fetch, denials, organizations, certificate_uses } = beside;
    issuers.add(Arc::new(sts::Hosted));
    let iam = Arc::new(Iam {
        issuers,
        fetch,
        organizations,
        key_sets: sts::KeySets::default(),
        opened: seal::Opened::default(),
        gathered: principals::Gathered::default(),
        denials,
        certificate_uses,
    });
    let mut ops = registry.service(iam.clone());
    ops.tables()
        .record::<user::User>()
        .record::<group::Group>()
        .record::<role::Role>()
        .record::<role::service_linked::Deletion>()
        .record::<policy::Policy>()
        .record::<instance_profile::InstanceProfile>()
        .record::<access_key::AccessKey>()
        .record::<login_profile::LoginProfile>()
        .record::<usage::Usage>()
        .record::<access_report::last_accessed::Job>()
        .record::<access_report::organization::Job>()
        .record::<account::alias::Alias>()
        .record::<account::credential_report::Report>()
        .record::<account::password_policy::PasswordPolicy>()
        .record::<organization::OrganizationFeatures>()
        .record::<seal::SealKey>();
    operations::register(&mut ops);
    registration::federation(&mut ops);
    sts::register(&mut ops);
    toolbox::register(&mut ops);
    iam
}
