//! AWS Organizations: accounts, the tree they stand in, and the policies that bind them.

mod account;
mod authority;
mod error;
mod event;
mod handshake;
mod listing;
mod node;
mod organization;
mod placement;
mod policy;
mod root;
mod service_access;
mod subtree;
mod tag;
mod tree;
mod unit;

use ports::{AccountRoles, Registrar, Registry, Service};
use shapes_organizations as api;
use std::sync::Arc;

/// The service.
pub struct Organizations {
    /// Who makes the role through which the management account enters a new account.
    roles: Arc<dyn AccountRoles>,
    /// Where accounts stand, with the policies of each level made ready.
    placed: placement::Placed,
}

impl Service for Organizations {
    type Error = error::Error;
}

/// Registers the tables, the jobs and the operations; the answer tells where accounts stand.
pub fn install(registry: &mut Registry, roles: Arc<dyn AccountRoles>) -> Arc<Organizations> {
    let organizations = Arc::new(Organizations { roles, placed: placement::Placed::default() });
    let mut ops = registry.service(organizations.clone());
    ops.tables()
        .record::<organization::Organization>()
        .record::<unit::Unit>()
        .record::<account::Account>()
        .record::<account::creation::Creation>()
        .record::<policy::Policy>()
        .record::<handshake::Handshake>()
        .job::<account::creation::Finish>()
        .job::<account::Suspend>()
        .job::<account::Forget>();
    tree(&mut ops);
    accounts(&mut ops);
    policies(&mut ops);
    organizations
}

/// The organization itself, its root and its units.
fn tree(ops: &mut Registrar<'_, Organizations>) {
    ops.answer::<api::CreateOrganization>(organization::create)
        .answer::<api::DescribeOrganization>(organization::describe)
        .answer::<api::DeleteOrganization>(organization::delete)
        .answer::<api::EnableAWSServiceAccess>(service_access::enable)
        .answer::<api::DisableAWSServiceAccess>(service_access::disable)
        .answer::<api::ListAWSServiceAccessForOrganization>(service_access::list)
        .answer::<api::ListRoots>(root::list)
        .answer::<api::EnablePolicyType>(root::enable_policy_type)
        .answer::<api::DisablePolicyType>(root::disable_policy_type)
        .answer::<api::CreateOrganizationalUnit>(unit::create)
        .answer::<api::UpdateOrganizationalUnit>(unit::update)
        .answer::<api::DeleteOrganizationalUnit>(unit::delete)
        .answer::<api::DescribeOrganizationalUnit>(unit::describe)
        .answer::<api::ListOrganizationalUnitsForParent>(unit::list)
        .answer::<api::ListParents>(tree::parents)
        .answer::<api::ListChildren>(tree::children)
        .answer::<api::TagResource>(tag::add)
        .answer::<api::UntagResource>(tag::remove)
        .answer::<api::ListTagsForResource>(tag::list);
}

fn accounts(ops: &mut Registrar<'_, Organizations>) {
    ops.answer::<api::CreateAccount>(account::creation::create)
        .answer::<api::DescribeCreateAccountStatus>(account::creation::describe)
        .answer::<api::ListCreateAccountStatus>(account::creation::list)
        .answer::<api::DescribeAccount>(account::describe)
        .answer::<api::ListAccounts>(account::list)
        .answer::<api::ListAccountsForParent>(account::list_for_parent)
        .answer::<api::MoveAccount>(account::relocate)
        .answer::<api::CloseAccount>(account::close)
        .answer::<api::RemoveAccountFromOrganization>(account::remove)
        .answer::<api::LeaveOrganization>(account::leave)
        .answer::<api::InviteAccountToOrganization>(handshake::invite)
        .answer::<api::DescribeHandshake>(handshake::describe)
        .answer::<api::AcceptHandshake>(handshake::accept)
        .answer::<api::DeclineHandshake>(handshake::decline)
        .answer::<api::CancelHandshake>(handshake::cancel)
        .answer::<api::ListHandshakesForAccount>(handshake::list_for_account)
        .answer::<api::ListHandshakesForOrganization>(handshake::list_for_organization);
}

fn policies(ops: &mut Registrar<'_, Organizations>) {
    ops.answer::<api::CreatePolicy>(policy::create)
        .answer::<api::UpdatePolicy>(policy::update)
        .answer::<api::DeletePolicy>(policy::delete)
        .answer::<api::DescribePolicy>(policy::describe)
        .answer::<api::ListPolicies>(policy::list)
        .answer::<api::DescribeEffectivePolicy>(policy::effective)
        .answer::<api::AttachPolicy>(policy::attachment::attach)
        .answer::<api::DetachPolicy>(policy::attachment::detach)
        .answer::<api::ListPoliciesForTarget>(policy::attachment::list_for_target)
        .answer::<api::ListTargetsForPolicy>(policy::attachment::list_targets);
}
