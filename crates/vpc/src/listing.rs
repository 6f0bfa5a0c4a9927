//! Every Describe of this crate, after the default VPC is there.

use crate::error::Error;
use crate::home;
use crate::resource::Resource;
pub(crate) use ec2_resource::listing::{Page, Wish};
use ports::Cx;
use store::View;

/// Lists resources by id, filtered and paged. `shape` makes the answer's form, with the same view at hand.
pub(crate) fn list<R: Resource, T>(
    cx: &Cx,
    operation: &str,
    wish: Wish,
    shape: impl Fn(&View, &R) -> T,
) -> Result<Page<T>, Error> {
    home::read(cx, |_| Ok(()))?;
    ec2_resource::listing::list(cx, operation, wish, shape)
}
