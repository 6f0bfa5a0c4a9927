//! What callers bring to decisions, for the gateway. It is gathered once and kept until identities change.

use crate::Iam;
use crate::entity::Home;
use crate::group::Group;
use crate::policy::Policy;
use crate::role::{Role, service_linked};
use crate::sts::{encode_authorization_message, gathered};
use crate::user::User;
use base::{Arn, Partition};
use ports::{Acting, Caller, CallerKind, Cx, Principal, Principals, World};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use store::{Mark, View};

/// Callers kept at the most; then all are forgotten.
const KEPT: usize = 512;

/// What was gathered for callers, by world and access key.
#[derive(Default)]
pub(crate) struct Gathered(Mutex<BTreeMap<(String, String), Kept>>);

struct Kept {
    caller: Caller,
    since: Mark,
    principal: Arc<Principal>,
}

impl Kept {
    fn holds(&self, view: &View, caller: &Caller) -> bool {
        self.caller == *caller
            && view.is_unchanged::<User>(&self.since)
            && view.is_unchanged::<Group>(&self.since)
            && view.is_unchanged::<Role>(&self.since)
            && view.is_unchanged::<Policy>(&self.since)
    }
}

/// A session of a role, by its ARN: what policies say of it but for what only its credentials know.
fn session(view: &View, arn: &Arn) -> Option<Caller> {
    let home = Home::of_arn(&Arn { service: "iam".to_owned(), ..arn.clone() })?;
    let (name, session) = arn.resource.strip_prefix("assumed-role/")?.split_once('/')?;
    let role = view.get::<Role>(&home.key(name))?;
    let kind = CallerKind::RoleSession {
        role: role.name.clone(),
        role_id: role.id.clone(),
        session: session.to_owned(),
    };
    Some(Caller { account: home.account, access_key_id: None, kind, session: None })
}

impl Principals for Iam {
    fn of(&self, world: &World, caller: &Caller) -> Arc<Principal> {
        let view = world.store.view();
        let key = (world.name.clone(), caller.access_key_id.clone().unwrap_or_default());
        let mut kept = self.gathered.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = kept.get(&key).filter(|kept| kept.holds(&view, caller)) {
            return found.principal.clone();
        }
        let home = Home { partition: Partition::Aws, account: caller.account };
        let principal = Arc::new(gathered(&view, &home, caller));
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(key, Kept { caller: caller.clone(), since: view.mark(), principal: principal.clone() });
        principal
    }

    fn named(&self, world: &World, arn: &str) -> Option<Caller> {
        let arn = arn.parse::<Arn>().ok()?;
        let view = world.store.view();
        if arn.service == "sts" {
            return session(&view, &arn);
        }
        let home = Home::of_arn(&arn)?;
        let caller = |kind| Caller { account: home.account, access_key_id: None, kind, session: None };
        let (kind, name) = arn.resource.split_once('/').unwrap_or((&arn.resource, ""));
        let last = name.rsplit('/').next().unwrap_or_default();
        match kind {
            "root" => Some(Caller::root(home.account, None)),
            "user" => {
                let user = view.get::<User>(&home.key(last)).filter(|user| user.arn() == arn.to_string())?;
                Some(caller(CallerKind::User {
                    path_and_name: user.path_and_name(),
                    unique_id: user.id.clone(),
                }))
            }
            "role" => {
                let role = view.get::<Role>(&home.key(last)).filter(|role| role.arn() == arn.to_string())?;
                Some(caller(CallerKind::RoleSession {
                    role: role.name.clone(),
                    role_id: role.id.clone(),
                    session: "explain".to_owned(),
                }))
            }
            _ => None,
        }
    }

    fn of_service(&self, cx: &Cx, acting: &Acting) -> Option<Caller> {
        let home = Home::of(cx);
        let name = service_linked::role_name(acting.service)?;
        let role = cx.world().store.view().get::<Role>(&home.key(&name))?;
        role.service.as_ref()?;
        let (role, role_id, session) = (role.name.clone(), role.id.clone(), acting.session.to_owned());
        let kind = CallerKind::RoleSession { role, role_id, session };
        Some(Caller { account: home.account, access_key_id: None, kind, session: None })
    }

    fn seal(&self, cx: &Cx, record: &str) -> Option<String> {
        encode_authorization_message(cx, record).ok()
    }
}
