//! Which instances have what a filter names: what a list of all of them need not be looked through for.

use base::Scope;
use store::View;

/// What lists of instances ask of those who keep what instances have. Met by `ebs` and `vpc`.
pub trait Holders: Send + Sync {
    /// The ids of the instances of a scope that alone can have this value under this filter's name; `None` where only
    /// looking at each tells it.
    fn holders(&self, view: &View, scope: &Scope, filter: &str, value: &str) -> Option<Vec<String>>;
}
