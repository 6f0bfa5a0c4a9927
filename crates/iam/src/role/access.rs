//! The role through which an organization's management account enters an account that was made for it.

use super::{Role, SESSION_SECONDS};
use crate::entity::{Home, Permissions};
use crate::event::Changed;
use crate::key_id;
use base::{Ids, Tags};
use ports::{AccessRole, AccountRoles};
use std::collections::BTreeMap;
use store::Tx;

/// Makes them.
pub(crate) struct AccessRoles;

impl AccountRoles for AccessRoles {
    /// It trusts the whole management account and may everything, as AWS makes it.
    /// Source: AWS Organizations User Guide, "OrganizationAccountAccessRole".
    fn admit(&self, tx: &mut Tx, ids: &Ids, wanted: &AccessRole<'_>) {
        let home = Home { partition: wanted.partition, account: wanted.account };
        let partition = wanted.partition.as_str();
        let trusted = format!("arn:{partition}:iam::{}:root", wanted.trusted);
        let administrator = format!("arn:{partition}:iam::aws:policy/AdministratorAccess");
        let role = Role {
            home,
            name: wanted.name.to_owned(),
            path: "/".to_owned(),
            id: key_id::unique("AROA", ids),
            created_at: tx.now().whole_seconds(),
            trust: format!(
                r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"{trusted}"}},"Action":"sts:AssumeRole"}}]}}"#
            ),
            principals: BTreeMap::new(),
            description: None,
            max_session_seconds: SESSION_SECONDS,
            permissions: Permissions { attached: vec![administrator], ..Permissions::default() },
            tags: Tags::default(),
            service: None,
        };
        tx.emit(&Changed { kind: "RoleCreated", resource: role.arn() });
        tx.put(role);
    }
}
