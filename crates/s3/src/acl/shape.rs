//! ACLs as answers show them.

use super::model::{Acl, Grantee};
use shapes_s3 as api;

/// The grants, as documents list them.
pub(crate) fn grants(acl: &Acl) -> Vec<api::Grant> {
    let shown = acl.grants.iter().map(|grant| api::Grant {
        grantee: Some(grantee(&grant.grantee)),
        permission: Some(grant.permission.name().to_owned()),
    });
    shown.collect()
}

fn grantee(grantee: &Grantee) -> api::Grantee {
    match grantee {
        Grantee::Account(id) => api::Grantee {
            id: Some(id.clone()),
            type_: Some("CanonicalUser".to_owned()),
            ..api::Grantee::default()
        },
        Grantee::Group(group) => api::Grantee {
            uri: Some(group.uri()),
            type_: Some("Group".to_owned()),
            ..api::Grantee::default()
        },
    }
}
