//! What instances, and what they are made from, bring to decisions about calls.

use crate::KINDS;
use ec2_resource::authority::Known;
use ports::Resources;
use std::sync::Arc;

/// Knows the resources of this crate.
pub fn resources() -> Arc<dyn Resources> {
    Arc::new(Known(KINDS))
}
