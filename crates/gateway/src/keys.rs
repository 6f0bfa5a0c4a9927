//! Whose key is this: one that IAM issued, or the one that is configured as an account's root.

use crate::settings::BootstrapKey;
use base::Timestamp;
use ports::{Caller, Credentials, Cx, Found, KnownKey, World};
use shape::OperationMeta;
use std::sync::Arc;

/// All keys there are.
pub(crate) struct Keys {
    pub(crate) issued: Arc<dyn Credentials>,
    pub(crate) bootstrap: Option<BootstrapKey>,
}

impl Credentials for Keys {
    fn look_up(
        &self,
        world: &World,
        access_key_id: &str,
        session_token: Option<&str>,
        now: Timestamp,
    ) -> Found {
        let found = self.issued.look_up(world, access_key_id, session_token, now);
        match (found, &self.bootstrap) {
            (Found::Unknown, Some(key)) if key.id == access_key_id => {
                Found::Known(KnownKey { secret: key.secret.clone(), caller: Caller::unissued(&key.id) })
            }
            (found, _) => found,
        }
    }

    fn used(&self, cx: &Cx, service: &str, action: Option<&str>) {
        self.issued.used(cx, service, action);
    }
}

/// The action of an operation, where IAM tracks its last use: what is done to objects it does not.
/// Source: IAM User Guide, "Refine permissions in AWS using last accessed information": data plane events are not tracked.
pub(crate) fn tracked_action(operation: &OperationMeta) -> Option<&'static str> {
    let action = authz::of(operation)?.evaluations.first()?.action;
    let is_data = action.resources.iter().any(|resource| resource.kind.name.ends_with("object"));
    (!is_data).then_some(action.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::tracked_action;

    #[test]
    fn what_is_done_to_objects_is_not_tracked() {
        for (api, operation, want) in [
            ("ec2", "DescribeVpcs", Some("ec2:DescribeVpcs")),
            ("s3", "ListBuckets", Some("s3:ListAllMyBuckets")),
            ("s3", "CreateBucket", Some("s3:CreateBucket")),
            ("s3", "GetObject", None),
            ("s3", "PutObject", None),
        ] {
            let api = apis::APIS.into_iter().find(|own| own.id == api).unwrap();
            let operation = api.operations.iter().find(|own| own.name == operation).unwrap();
            assert_eq!(tracked_action(operation), want, "{}", operation.name);
        }
    }
}
