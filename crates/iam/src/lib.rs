//! IAM and STS: identities, their keys and documents, and temporary credentials.

mod access_key;
mod account_features;
mod certificate;
mod context_provider;
mod delegation_request;
mod document;
mod entity;
mod error;
mod event;
mod key_id;
mod listing;
mod mfa_device;
mod oidc_provider;
mod organization;
mod owner;
mod policy;
mod provider_arn;
mod registration;
mod role;
mod role_template;
mod saml_provider;
mod seal;
mod server_certificate;
mod service_credential;
mod signing_certificate;
mod ssh_public_key;
mod status;
mod sts;
mod tagging;
mod user;

use ports::{Credentials, Registrar, Registry, Service};
use shapes_iam as api;
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
        .record::<role::Role>()
        .record::<policy::Policy>()
        .record::<access_key::AccessKey>()
        .record::<seal::SealKey>();
    users(&mut ops);
    roles(&mut ops);
    policies(&mut ops);
    registration::federation(&mut ops);
    ops.answer::<shapes_sts::GetCallerIdentity>(sts::caller_identity)
        .answer::<shapes_sts::GetAccessKeyInfo>(sts::access_key_info)
        .answer::<shapes_sts::GetSessionToken>(sts::session_token)
        .answer::<shapes_sts::AssumeRole>(sts::assume_role);
    iam
}

fn users(ops: &mut Registrar<'_, Iam>) {
    ops.answer::<api::CreateUser>(user::create)
        .answer::<api::GetUser>(user::get)
        .answer::<api::ListUsers>(user::list)
        .answer::<api::UpdateUser>(user::update)
        .answer::<api::DeleteUser>(user::delete)
        .answer::<api::TagUser>(user::tag)
        .answer::<api::UntagUser>(user::untag)
        .answer::<api::ListUserTags>(user::list_tags)
        .answer::<api::PutUserPolicy>(user::put_policy)
        .answer::<api::GetUserPolicy>(user::get_policy)
        .answer::<api::DeleteUserPolicy>(user::delete_policy)
        .answer::<api::ListUserPolicies>(user::list_policies)
        .answer::<api::AttachUserPolicy>(user::attach_policy)
        .answer::<api::DetachUserPolicy>(user::detach_policy)
        .answer::<api::ListAttachedUserPolicies>(user::list_attached_policies)
        .answer::<api::ListGroupsForUser>(user::list_groups)
        .answer::<api::CreateAccessKey>(access_key::create)
        .answer::<api::ListAccessKeys>(access_key::list)
        .answer::<api::UpdateAccessKey>(access_key::update)
        .answer::<api::DeleteAccessKey>(access_key::delete);
}

fn roles(ops: &mut Registrar<'_, Iam>) {
    ops.answer::<api::CreateRole>(role::create)
        .answer::<api::GetRole>(role::get)
        .answer::<api::ListRoles>(role::list)
        .answer::<api::UpdateRole>(role::update)
        .answer::<api::UpdateRoleDescription>(role::update_description)
        .answer::<api::UpdateAssumeRolePolicy>(role::update_trust)
        .answer::<api::DeleteRole>(role::delete)
        .answer::<api::TagRole>(role::tag)
        .answer::<api::UntagRole>(role::untag)
        .answer::<api::ListRoleTags>(role::list_tags)
        .answer::<api::PutRolePolicy>(role::put_policy)
        .answer::<api::GetRolePolicy>(role::get_policy)
        .answer::<api::DeleteRolePolicy>(role::delete_policy)
        .answer::<api::ListRolePolicies>(role::list_policies)
        .answer::<api::AttachRolePolicy>(role::attach_policy)
        .answer::<api::DetachRolePolicy>(role::detach_policy)
        .answer::<api::ListAttachedRolePolicies>(role::list_attached_policies)
        .answer::<api::ListInstanceProfilesForRole>(role::list_instance_profiles);
}

fn policies(ops: &mut Registrar<'_, Iam>) {
    ops.answer::<api::CreatePolicy>(policy::create)
        .answer::<api::GetPolicy>(policy::get)
        .answer::<api::ListPolicies>(policy::list)
        .answer::<api::DeletePolicy>(policy::delete)
        .answer::<api::CreatePolicyVersion>(policy::create_version)
        .answer::<api::GetPolicyVersion>(policy::get_version)
        .answer::<api::ListPolicyVersions>(policy::list_versions)
        .answer::<api::SetDefaultPolicyVersion>(policy::set_default_version)
        .answer::<api::DeletePolicyVersion>(policy::delete_version)
        .answer::<api::ListPolicyTags>(policy::list_tags);
}
