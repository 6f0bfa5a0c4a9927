//! What S3 does by itself, beside the jobs of its resources: loops over what they recorded.

mod compact;
mod deliver;
mod release;

pub(crate) use compact::Compact;
pub(crate) use deliver::Deliver;
pub(crate) use release::Release;
