//! Where accounts stand, for decisions: the organization's policies on the way from the root, made ready once.

use crate::Organizations;
use crate::account::Account;
use crate::node::{Node, lineage, path};
use crate::organization::Organization;
use crate::policy::{Found, Policy, PolicyKind};
use crate::subtree::subtree;
use crate::unit::Unit;
use base::AccountId;
use policy::compile::{Attached, Kind, PolicySet, Source, shared};
use ports::{NoSubtree, Placement, Subtree, World};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use store::Rows;
use store::{Mark, View};

/// Accounts kept at the most; then all are forgotten.
const KEPT: usize = 1024;

/// Where accounts stand, by world and account.
#[derive(Default)]
pub(crate) struct Placed(Mutex<BTreeMap<(String, AccountId), Kept>>);

struct Kept {
    since: Mark,
    /// `None`: in no organization.
    placement: Option<Arc<Placement>>,
}

impl Kept {
    fn holds(&self, view: &View) -> bool {
        view.is_unchanged::<Account>(&self.since)
            && view.is_unchanged::<Organization>(&self.since)
            && view.is_unchanged::<Unit>(&self.since)
            && view.is_unchanged::<Policy>(&self.since)
    }
}

impl ports::Organizations for Organizations {
    fn of(&self, world: &World, account: AccountId) -> Option<Arc<Placement>> {
        let view = world.store.view();
        if view.count::<Account>() == 0 {
            return None;
        }
        let key = (world.name.clone(), account);
        let mut kept = self.placed.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = kept.get(&key).filter(|kept| kept.holds(&view)) {
            return found.placement.clone();
        }
        let placement = place(&view, account).map(Arc::new);
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(key, Kept { since: view.mark(), placement: placement.clone() });
        placement
    }

    fn subtree(
        &self,
        world: &World,
        account: AccountId,
        path: &str,
        policy: Option<&str>,
    ) -> Result<Subtree, NoSubtree> {
        subtree(&world.store.view(), account, path, policy)
    }
}

fn place(rows: &impl Rows, account: AccountId) -> Option<Placement> {
    let account = rows.row::<Account>(account.as_str())?;
    let organization = rows.row::<Organization>(&account.organization)?;
    let lineage = lineage(rows, &organization, &Node::Account((*account).clone()));
    let (_, above) = lineage.split_last()?;
    let levels = |kind: PolicyKind| {
        let is_enabled = organization.enabled.contains(&kind);
        let lineage = if is_enabled { lineage.as_slice() } else { &[] };
        lineage.iter().map(|id| level(rows, &organization, kind, id)).collect()
    };
    Some(Placement {
        path: path(&organization, above),
        is_management: organization.management == account.id,
        has_all_features: organization.has_all_features,
        services: organization.services.keys().cloned().collect(),
        service_control: levels(PolicyKind::ServiceControl),
        resource_control: levels(PolicyKind::ResourceControl),
        organization: organization.id.clone(),
        lineage,
    })
}

/// The policies that are attached to one root, unit or account, made ready.
fn level(rows: &impl Rows, organization: &Arc<Organization>, kind: PolicyKind, id: &str) -> PolicySet {
    let node = Node::find(rows, organization, id);
    let ids = node.as_ref().map_or(&[][..], |node| node.attached().of(kind));
    let found = ids.iter().filter_map(|id| Found::find(rows, organization, id));
    PolicySet::new(found.filter_map(|policy| attached(&policy, organization)).collect())
}

fn attached(found: &Found, organization: &Organization) -> Option<Attached> {
    let kind = match found.kind() {
        PolicyKind::ServiceControl => Kind::ServiceControl,
        PolicyKind::ResourceControl => Kind::ResourceControl,
    };
    // What was taken is what parses; what does not, allows and denies nothing.
    let policy = shared(found.content(), kind)?;
    Some(Attached { policy, source: Source::managed(found.name(), &found.arn(organization)) })
}

#[cfg(test)]
mod tests {
    use base::{AccountId, Ids};
    use policy::compile::PolicySet;
    use ports::{AccessRole, AccountRoles, NoSubtree, Organizations as _, Placement};
    use shapes_organizations as api;
    use std::sync::Arc;
    use store::Tx;
    use testkit::Local;

    /// Nobody enters here.
    struct NoRoles;

    impl AccountRoles for NoRoles {
        fn admit(&self, _tx: &mut Tx, _ids: &Ids, _wanted: &AccessRole<'_>) {}
    }

    struct Tree {
        local: Local,
        service: Arc<crate::Organizations>,
        root: String,
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    impl Tree {
        fn new() -> Self {
            let mut service = None;
            let local = Local::new(|registry| service = Some(crate::install(registry, Arc::new(NoRoles))));
            local.call::<api::CreateOrganization>(api::CreateOrganizationRequest::default()).unwrap();
            let roots =
                local.call::<api::ListRoots>(api::ListRootsRequest::default()).unwrap().roots.unwrap();
            Self { local, service: service.unwrap(), root: roots[0].id.clone().unwrap() }
        }

        fn place(&self, account: &str) -> Option<Arc<Placement>> {
            self.service.of(self.local.world(), account.parse().unwrap())
        }

        fn unit(&self, name: &str) -> String {
            let create = api::CreateOrganizationalUnitRequest {
                parent_id: some(&self.root),
                name: some(name),
                tags: None,
            };
            let made = self.local.call::<api::CreateOrganizationalUnit>(create).unwrap();
            made.organizational_unit.unwrap().id.unwrap()
        }

        fn account(&self) -> String {
            let create = api::CreateAccountRequest {
                email: some("dev@example.org"),
                account_name: some("dev"),
                ..api::CreateAccountRequest::default()
            };
            self.local.call::<api::CreateAccount>(create).unwrap();
            let all = self.local.call::<api::ListAccounts>(api::ListAccountsRequest::default()).unwrap();
            let ids = all.accounts.unwrap().into_iter().filter_map(|account| account.id);
            ids.filter(|id| *id != AccountId::DEFAULT.as_str()).collect()
        }

        fn enable(&self) {
            let kind = api::EnablePolicyTypeRequest {
                root_id: some(&self.root),
                policy_type: some("SERVICE_CONTROL_POLICY"),
            };
            self.local.call::<api::EnablePolicyType>(kind).unwrap();
        }
    }

    fn names(levels: &[PolicySet]) -> Vec<Vec<&str>> {
        levels.iter().map(|level| level.policies().iter().map(|own| &*own.source.name).collect()).collect()
    }

    #[test]
    fn a_place_follows_every_change_of_the_tree() {
        let tree = Tree::new();
        let (unit, dev) = (tree.unit("work"), tree.account());
        let before = tree.place(&dev).unwrap();
        assert_eq!(before.lineage, [tree.root.clone(), dev.clone()]);
        assert_eq!(before.path, format!("{}/{}/", before.organization, tree.root));
        assert!(before.service_control.is_empty(), "nothing is enabled yet");
        tree.enable();
        let full = || vec!["FullAWSAccess"];
        assert_eq!(names(&tree.place(&dev).unwrap().service_control), [full(), full()]);
        let step = api::MoveAccountRequest {
            account_id: some(&dev),
            source_parent_id: some(&tree.root),
            destination_parent_id: some(&unit),
        };
        tree.local.call::<api::MoveAccount>(step).unwrap();
        let after = tree.place(&dev).unwrap();
        assert_eq!(after.path, format!("{}/{}/{unit}/", after.organization, tree.root));
        assert_eq!(names(&after.service_control), [full(), full(), full()]);
        assert!(after.resource_control.is_empty());
        let policy = api::CreatePolicyRequest {
            name: some("own"),
            description: some(""),
            type_: some("SERVICE_CONTROL_POLICY"),
            content: some(
                r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}"#,
            ),
            tags: None,
        };
        let made = tree.local.call::<api::CreatePolicy>(policy).unwrap().policy.unwrap();
        let id = made.policy_summary.unwrap().id;
        let attach = api::AttachPolicyRequest { policy_id: id, target_id: some(&unit) };
        tree.local.call::<api::AttachPolicy>(attach).unwrap();
        let levels = tree.place(&dev).unwrap();
        assert_eq!(names(&levels.service_control)[1], ["FullAWSAccess", "own"]);
        assert!(!levels.is_management && tree.place(AccountId::DEFAULT.as_str()).unwrap().is_management);
        let remove = api::RemoveAccountFromOrganizationRequest { account_id: some(&dev) };
        tree.local.call::<api::RemoveAccountFromOrganization>(remove).unwrap();
        assert!(tree.place(&dev).is_none());
    }

    /// Source: IAM API Reference, GenerateOrganizationsAccessReport.
    #[test]
    fn an_entity_stands_for_the_accounts_below_it_that_its_policies_bind() {
        let tree = Tree::new();
        let (unit, dev, management) = (tree.unit("work"), tree.account(), AccountId::DEFAULT.to_string());
        tree.enable();
        let step = api::MoveAccountRequest {
            account_id: some(&dev),
            source_parent_id: some(&tree.root),
            destination_parent_id: some(&unit),
        };
        tree.local.call::<api::MoveAccount>(step).unwrap();
        let organization = tree.place(&dev).unwrap().organization.clone();
        let (root, other) = (format!("{organization}/{}", tree.root), tree.unit("idle"));
        let found = |path: &str, policy: Option<&str>| {
            let world = tree.local.world();
            let found = tree.service.subtree(world, AccountId::DEFAULT, path, policy)?;
            let accounts: Vec<String> = found.accounts.into_iter().map(|(_, path)| path).collect();
            Ok::<_, NoSubtree>((found.levels.len(), accounts))
        };
        let of_dev = format!("{root}/{unit}/{dev}");
        let create = api::CreatePolicyRequest {
            name: some("own"),
            description: some(""),
            type_: some("SERVICE_CONTROL_POLICY"),
            content: some(
                r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#,
            ),
            tags: None,
        };
        let made = tree.local.call::<api::CreatePolicy>(create).unwrap().policy.unwrap();
        let own = made.policy_summary.unwrap().id.unwrap();
        let attach =
            |target: &str| api::AttachPolicyRequest { policy_id: some(&own), target_id: some(target) };
        tree.local.call::<api::AttachPolicy>(attach(&other)).unwrap();
        let only_dev = || vec![of_dev.clone()];
        for (path, policy, want) in [
            (root.clone(), None, Ok((1, only_dev()))),
            (format!("{root}/{unit}"), None, Ok((2, only_dev()))),
            (format!("{root}/{unit}/"), None, Ok((2, only_dev()))),
            (of_dev.clone(), None, Ok((3, only_dev()))),
            (format!("{root}/{other}"), None, Ok((2, vec![]))),
            (format!("{root}/{management}"), None, Ok((0, vec![format!("{root}/{management}")]))),
            // The policy is attached to the other unit alone.
            (root.clone(), Some(own.as_str()), Ok((1, vec![]))),
            (root.clone(), Some("p-FullAWSAccess"), Ok((1, only_dev()))),
            (root.clone(), Some("p-12345678"), Err(NoSubtree::Policy)),
            (root.clone(), Some("p-RCPFullAWSAccess"), Err(NoSubtree::Policy)),
            (format!("{root}/{dev}"), None, Err(NoSubtree::Entity)),
            (format!("o-a1b2c3d4e5/{}", tree.root), None, Err(NoSubtree::Entity)),
            (organization.clone(), None, Err(NoSubtree::Entity)),
        ] {
            assert_eq!(found(&path, policy), want, "{path} {policy:?}");
        }
        tree.local.call::<api::AttachPolicy>(attach(&unit)).unwrap();
        assert_eq!(found(&root, Some(&own)), Ok((1, only_dev())));
    }

    #[test]
    fn what_was_gathered_is_kept_until_something_changes() {
        let tree = Tree::new();
        let own = || tree.place(AccountId::DEFAULT.as_str()).unwrap();
        let first = own();
        assert!(Arc::ptr_eq(&first, &own()));
        tree.enable();
        assert!(!Arc::ptr_eq(&first, &own()));
        assert!(tree.place("999999999999").is_none());
    }
}
