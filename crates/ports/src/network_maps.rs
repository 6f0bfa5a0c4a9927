//! The gateway's need: what a network looks like. Met by `vpc`.

use crate::World;
use base::Scope;
use net_map::Map;

/// Describes networks for their picture.
pub trait NetworkMaps: Send + Sync {
    /// The VPCs of an account in a Region, or the one of that id; `None` where there is none of that id.
    fn map(&self, world: &World, scope: &Scope, vpc: Option<&str>) -> Option<Map>;
}
