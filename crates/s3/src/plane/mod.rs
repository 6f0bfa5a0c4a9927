//! What S3 does by itself, beside the jobs of its resources: loops over what they recorded.

mod access_log;
mod compact;
mod deliver;
mod release;

pub(crate) use access_log::WriteLogs;
pub(crate) use compact::{Compact, whole};
pub(crate) use deliver::Deliver;
pub(crate) use release::Release;
