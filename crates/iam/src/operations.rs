//! Which operation is which function.

use crate::access_report::{granting, last_accessed};
use crate::account::{alias, authorization_details, credential_report, password_policy, summary};
use crate::policy::version;
use crate::{Iam, access_key, group, instance_profile, login_profile, policy, role, simulate, user};
use ports::Registrar;
use shapes_iam as api;

/// Registers them all.
pub(crate) fn register(ops: &mut Registrar<'_, Iam>) {
    users(ops);
    credentials(ops);
    groups(ops);
    roles(ops);
    instance_profiles(ops);
    policies(ops);
    account(ops);
    reports(ops);
    simulations(ops);
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
        .answer::<api::PutUserPolicy>(user::policy::put)
        .answer::<api::GetUserPolicy>(user::policy::get)
        .answer::<api::DeleteUserPolicy>(user::policy::delete)
        .answer::<api::ListUserPolicies>(user::policy::list)
        .answer::<api::AttachUserPolicy>(user::policy::attach)
        .answer::<api::DetachUserPolicy>(user::policy::detach)
        .answer::<api::ListAttachedUserPolicies>(user::policy::list_attached)
        .answer::<api::PutUserPermissionsBoundary>(user::policy::put_boundary)
        .answer::<api::DeleteUserPermissionsBoundary>(user::policy::delete_boundary);
}

fn credentials(ops: &mut Registrar<'_, Iam>) {
    ops.answer::<api::CreateAccessKey>(access_key::create)
        .answer::<api::ListAccessKeys>(access_key::list)
        .answer::<api::UpdateAccessKey>(access_key::update)
        .answer::<api::DeleteAccessKey>(access_key::delete)
        .answer::<api::GetAccessKeyLastUsed>(access_key::last_used::get)
        .answer::<api::CreateLoginProfile>(login_profile::create)
        .answer::<api::GetLoginProfile>(login_profile::get)
        .answer::<api::UpdateLoginProfile>(login_profile::update)
        .answer::<api::DeleteLoginProfile>(login_profile::delete)
        .answer::<api::ChangePassword>(login_profile::change_password);
}

fn groups(ops: &mut Registrar<'_, Iam>) {
    ops.answer::<api::CreateGroup>(group::create)
        .answer::<api::GetGroup>(group::get)
        .answer::<api::ListGroups>(group::list)
        .answer::<api::UpdateGroup>(group::update)
        .answer::<api::DeleteGroup>(group::delete)
        .answer::<api::AddUserToGroup>(group::membership::add)
        .answer::<api::RemoveUserFromGroup>(group::membership::remove)
        .answer::<api::ListGroupsForUser>(group::membership::list_of_user)
        .answer::<api::PutGroupPolicy>(group::policy::put)
        .answer::<api::GetGroupPolicy>(group::policy::get)
        .answer::<api::DeleteGroupPolicy>(group::policy::delete)
        .answer::<api::ListGroupPolicies>(group::policy::list)
        .answer::<api::AttachGroupPolicy>(group::policy::attach)
        .answer::<api::DetachGroupPolicy>(group::policy::detach)
        .answer::<api::ListAttachedGroupPolicies>(group::policy::list_attached);
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
        .answer::<api::PutRolePolicy>(role::policy::put)
        .answer::<api::GetRolePolicy>(role::policy::get)
        .answer::<api::DeleteRolePolicy>(role::policy::delete)
        .answer::<api::ListRolePolicies>(role::policy::list)
        .answer::<api::AttachRolePolicy>(role::policy::attach)
        .answer::<api::DetachRolePolicy>(role::policy::detach)
        .answer::<api::ListAttachedRolePolicies>(role::policy::list_attached)
        .answer::<api::PutRolePermissionsBoundary>(role::policy::put_boundary)
        .answer::<api::DeleteRolePermissionsBoundary>(role::policy::delete_boundary)
        .answer::<api::CreateServiceLinkedRole>(role::service_linked::create)
        .answer::<api::DeleteServiceLinkedRole>(role::service_linked::delete)
        .answer::<api::GetServiceLinkedRoleDeletionStatus>(role::service_linked::deletion_status);
}

fn instance_profiles(ops: &mut Registrar<'_, Iam>) {
    ops.answer::<api::CreateInstanceProfile>(instance_profile::create)
        .answer::<api::GetInstanceProfile>(instance_profile::get)
        .answer::<api::ListInstanceProfiles>(instance_profile::list)
        .answer::<api::ListInstanceProfilesForRole>(instance_profile::list_of_role)
        .answer::<api::DeleteInstanceProfile>(instance_profile::delete)
        .answer::<api::AddRoleToInstanceProfile>(instance_profile::add_role)
        .answer::<api::RemoveRoleFromInstanceProfile>(instance_profile::remove_role)
        .answer::<api::TagInstanceProfile>(instance_profile::tag)
        .answer::<api::UntagInstanceProfile>(instance_profile::untag)
        .answer::<api::ListInstanceProfileTags>(instance_profile::list_tags);
}

fn policies(ops: &mut Registrar<'_, Iam>) {
    ops.answer::<api::CreatePolicy>(policy::create)
        .answer::<api::GetPolicy>(policy::get)
        .answer::<api::ListPolicies>(policy::list)
        .answer::<api::DeletePolicy>(policy::delete)
        .answer::<api::TagPolicy>(policy::tag)
        .answer::<api::UntagPolicy>(policy::untag)
        .answer::<api::ListPolicyTags>(policy::list_tags)
        .answer::<api::ListEntitiesForPolicy>(policy::entities::list)
        .answer::<api::CreatePolicyVersion>(version::create)
        .answer::<api::GetPolicyVersion>(version::get)
        .answer::<api::ListPolicyVersions>(version::list)
        .answer::<api::SetDefaultPolicyVersion>(version::set_default)
        .answer::<api::DeletePolicyVersion>(version::delete);
}

fn account(ops: &mut Registrar<'_, Iam>) {
    ops.answer::<api::CreateAccountAlias>(alias::create)
        .answer::<api::DeleteAccountAlias>(alias::delete)
        .answer::<api::ListAccountAliases>(alias::list)
        .answer::<api::UpdateAccountPasswordPolicy>(password_policy::update)
        .answer::<api::GetAccountPasswordPolicy>(password_policy::get)
        .answer::<api::DeleteAccountPasswordPolicy>(password_policy::delete)
        .answer::<api::GetAccountSummary>(summary::get)
        .answer::<api::GetAccountAuthorizationDetails>(authorization_details::get);
}

fn reports(ops: &mut Registrar<'_, Iam>) {
    ops.answer::<api::GenerateCredentialReport>(credential_report::generate)
        .answer::<api::GetCredentialReport>(credential_report::get)
        .answer::<api::GenerateServiceLastAccessedDetails>(last_accessed::generate)
        .answer::<api::GetServiceLastAccessedDetails>(last_accessed::get)
        .answer::<api::GetServiceLastAccessedDetailsWithEntities>(last_accessed::get_with_entities)
        .answer::<api::ListPoliciesGrantingServiceAccess>(granting::list);
}

fn simulations(ops: &mut Registrar<'_, Iam>) {
    ops.answer::<api::SimulateCustomPolicy>(simulate::custom)
        .answer::<api::SimulatePrincipalPolicy>(simulate::principal)
        .answer::<api::GetContextKeysForCustomPolicy>(simulate::keys::of_custom)
        .answer::<api::GetContextKeysForPrincipalPolicy>(simulate::keys::of_principal);
}
