//! IAM and STS: identities, their keys and documents, and temporary credentials.

mod access_key;
mod access_report;
mod account;
mod document;
mod entity;
mod error;
mod event;
mod group;
mod instance_profile;
mod key_id;
mod listing;
mod login_profile;
mod operations;
mod policy;
mod quota;
mod role;
mod seal;
mod sts;
mod usage;
mod user;

use ports::{Credentials, Registry, Service};
use std::sync::Arc;

/// The service.
pub struct Iam;

impl Service for Iam {
    type Error = error::Error;
}

/// Registers the tables and the operations; the answer tells whose keys are whose.
pub fn install(registry: &mut Registry) -> Arc<dyn Credentials> {
    let iam = Arc::new(Iam);
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
        .record::<account::alias::Alias>()
        .record::<account::credential_report::Report>()
        .record::<account::password_policy::PasswordPolicy>()
        .record::<seal::SealKey>();
    operations::register(&mut ops);
    ops.answer::<shapes_sts::GetCallerIdentity>(sts::caller_identity)
        .answer::<shapes_sts::GetAccessKeyInfo>(sts::access_key_info)
        .answer::<shapes_sts::GetSessionToken>(sts::session_token)
        .answer::<shapes_sts::AssumeRole>(sts::assume_role);
    iam
}
