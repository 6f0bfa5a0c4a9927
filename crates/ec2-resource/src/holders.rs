//! Which instances have what a filter names, where that stands with other owners than theirs.

use crate::id::InstanceId;
use base::Scope;
use store::View;

/// What lists of instances ask of those who keep what instances have. Met by `ebs` and `vpc`.
pub trait Holders: Send + Sync {
    /// The ids of the instances of a scope that alone can have this value under this filter's name; `None` where only
    /// looking at each tells it.
    fn holders(&self, view: &View, scope: &Scope, filter: &str, value: &str) -> Option<Vec<String>>;

    /// What an instance has under a filter's name, of what its own answer does not tell.
    fn values(&self, _view: &View, _scope: &Scope, _instance: &InstanceId, _filter: &str) -> Vec<String> {
        Vec::new()
    }
}
