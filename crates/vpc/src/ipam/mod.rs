//! IPAM: pools of addresses, and who has which of them.
//!
//! An IPAM belongs to its account in its home Region. Its pools can be used in their locales. Blocks are those of IPv4 in
//! private scopes, and those of both families that Amazon lends to public ones: addresses of one's own would have to be
//! proven to AWS.
//! Sources: EC2 API reference; VPC IPAM guide, "How IPAM works", "Allocate CIDRs from an IPAM pool".

mod allocation;
mod block;
mod cidr;
mod instance;
mod lent;
mod pool;
mod resource_cidr;
mod rules;
mod scope;
mod space;
mod state;
mod take;

pub(crate) use allocation::{IpamPoolAllocation, allocate, list as list_allocations, release};
pub(crate) use block::{Block, Family};
pub(crate) use cidr::{IpamPoolCidr, SettleCidr, deprovision, list as list_cidrs, provision};
pub(crate) use instance::{Ipam, create, delete, describe, modify};
pub(crate) use lent::{has_address, has_block};
pub(crate) use pool::{
    IpamPool, create as create_pool, delete as delete_pool, describe as describe_pools, modify as modify_pool,
};
pub(crate) use resource_cidr::get as resource_cidrs;
pub(crate) use scope::{
    IpamScope, create as create_scope, delete as delete_scope, describe as describe_scopes,
    modify as modify_scope,
};
pub(crate) use state::Settle;
pub(crate) use take::{FromPool, hold, let_go};

use crate::error::Error;
use base::{Arn, Ids, Scope};

/// ARNs of IPAM name no Region.
fn arn(scope: &Scope, kind: &str, id: &str) -> String {
    Arn::global(scope.partition, "ec2", scope.account, format!("{kind}/{id}")).to_string()
}

/// An id of the longer kind that blocks and allocations have: a nought and 32 digits.
fn long_id(ids: &Ids, prefix: &str) -> String {
    format!("{prefix}0{}", ids.text(b"0123456789abcdef", 32))
}

/// Where an account's things are found, whatever Region asks.
fn anywhere(scope: &Scope, id: &str) -> String {
    format!("{}/{id}", scope.account)
}

/// A block, as it must be written: the host bits clear.
fn block(name: &'static str, text: &str) -> Result<Block, Error> {
    let parsed: Option<Block> = text.parse().ok();
    parsed.filter(|own| own.to_string() == text).ok_or_else(|| crate::vpc::not_a_block(name, text))
}

/// A netmask's length, in a family.
fn length(name: &'static str, length: i32, family: Family) -> Result<u8, Error> {
    let most = family.bits();
    let parsed = u8::try_from(length).ok().filter(|own| *own <= most);
    parsed.ok_or_else(|| Error::Value(name, length.to_string(), format!("Valid values are 0 to {most}.")))
}

/// Description: of at most 255 characters.
fn description(text: Option<String>) -> Result<Option<String>, Error> {
    match text {
        Some(text) if text.chars().count() > 255 => {
            let reason = "Descriptions are at most 255 characters.".to_owned();
            Err(Error::Value("description", text, reason))
        }
        text => Ok(text),
    }
}
