//! What S3 does by itself, beside the jobs of its resources: loops over what they recorded.

mod access_log;
mod compact;
mod deliver;
mod log;
mod release;

pub(crate) use access_log::WriteLogs;
pub(crate) use compact::{Compact, whole};
pub(crate) use deliver::Deliver;
pub(crate) use log::Logs;
pub(crate) use release::Release;
