//! Whose key is this: one that IAM issued, or the one that is configured as an account's root.

use crate::settings::BootstrapKey;
use base::Timestamp;
use ports::{Caller, Credentials, Cx, Found, KnownKey, World};
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

    fn used(&self, cx: &Cx, service: &str) {
        self.issued.used(cx, service);
    }
}
