//! What a pool asks of its allocations.

use super::block::{Block, Family};
use super::length;
use crate::error::{Error, IpamRefusal};
use base::Tags;
use serde::{Deserialize, Serialize};
use shapes_ec2 as ec2;
use std::collections::BTreeMap;

/// The rules.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Rules {
    pub(super) least: Option<u8>,
    pub(super) most: Option<u8>,
    pub(super) default: Option<u8>,
    /// Tags that resources must have.
    pub(super) tags: BTreeMap<String, String>,
}

/// Tags as calls name them.
pub(super) fn tags(
    given: Option<Vec<ec2::RequestIpamResourceTag>>,
) -> Result<BTreeMap<String, String>, Error> {
    let tag = |own: ec2::RequestIpamResourceTag| {
        let key = own.key.filter(|key| !key.is_empty()).ok_or(Error::Missing("key"))?;
        Ok((key, own.value.unwrap_or_default()))
    };
    given.unwrap_or_default().into_iter().map(tag).collect()
}

/// A rule about lengths, as calls have it.
pub(super) fn rule(name: &'static str, given: Option<i32>, family: Family) -> Result<Option<u8>, Error> {
    given.map(|own| length(name, own, family)).transpose()
}

impl Rules {
    /// The least is not above the most, and the default lies between them.
    pub(super) fn check(&self, family: Family) -> Result<(), Error> {
        let (least, most) = (self.least.unwrap_or(0), self.most.unwrap_or(family.bits()));
        if least > most {
            let reason = "It must not be above the maximum netmask length.".to_owned();
            return Err(Error::Value("allocationMinNetmaskLength", least.to_string(), reason));
        }
        match self.default {
            Some(default) if !(least..=most).contains(&default) => {
                let reason = format!("It must be between {least} and {most}.");
                Err(Error::Value("allocationDefaultNetmaskLength", default.to_string(), reason))
            }
            _ => Ok(()),
        }
    }

    /// Whether a length is allowed.
    pub(super) fn require_length(&self, length: u8, family: Family) -> Result<(), IpamRefusal> {
        let (least, most) = (self.least.unwrap_or(0), self.most.unwrap_or(family.bits()));
        if (least..=most).contains(&length) { Ok(()) } else { Err(IpamRefusal::Length(length, least, most)) }
    }

    /// Whether a resource has the tags.
    pub(super) fn has_tags(&self, own: &Tags) -> bool {
        self.tags.iter().all(|(key, value)| own.get(key) == Some(value))
    }

    /// Whether a resource with that block and those tags is as the rules want it.
    pub(super) fn are_kept(&self, block: Block, tags: &Tags) -> bool {
        self.require_length(block.prefix(), block.family()).is_ok() && self.has_tags(tags)
    }
}
