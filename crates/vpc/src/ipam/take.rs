//! Blocks of pools for networks and their subnets.

use super::allocation::{Ask, IpamPoolAllocation, draw, forget, require_locale};
use super::block::{Block, Family};
use super::pool::{self, IpamPool};
use super::{anywhere, length, long_id};
use crate::error::{Error, IpamRefusal};
use crate::event::Changed;
use crate::id::{IpamPoolId, VpcId};
use crate::resource::{self, Resource};
use crate::vpc::Vpc;
use base::{Ids, Scope, Tags};
use ports::Cx;
use std::net::Ipv4Addr;
use store::{Rows, Tx};

/// What a call wants of a pool.
#[derive(Clone, Debug)]
pub(crate) struct FromPool {
    family: Family,
    pool: IpamPoolId,
    block: Option<Block>,
    length: Option<u8>,
}

/// What calls name a pool and a length of a family by.
fn names(family: Family) -> (&'static str, &'static str) {
    match family {
        Family::V4 => ("ipv4IpamPoolId", "ipv4NetmaskLength"),
        Family::V6 => ("ipv6IpamPoolId", "ipv6NetmaskLength"),
    }
}

impl FromPool {
    /// Reads the parameters; none where no pool is named. A length without a pool is refused.
    pub(crate) fn parse(
        family: Family,
        pool: Option<String>,
        block: Option<Block>,
        mask: Option<i32>,
    ) -> Result<Option<Self>, Error> {
        let (of_pool, of_length) = names(family);
        let length = mask.map(|own| length(of_length, own, family)).transpose()?;
        match pool.filter(|text| !text.is_empty()) {
            Some(text) => Ok(Some(Self { family, pool: pool::id(Some(text))?, block, length })),
            None if length.is_some() => {
                let sentence =
                    format!("The parameter {of_length} can be used only with the parameter {of_pool}");
                Err(Error::Combination(sentence))
            }
            None => Ok(None),
        }
    }

    /// One address of a pool: that one, or the first that is free.
    pub(crate) fn address(pool: String, address: Option<Block>) -> Result<Self, Error> {
        let length = address.is_none().then_some(32);
        Ok(Self { family: Family::V4, pool: pool::id(Some(pool))?, block: address, length })
    }

    /// The pool's id.
    pub(crate) fn pool(&self) -> &str {
        self.pool.as_str()
    }

    /// The address that a pool of the public scope gives.
    pub(crate) fn draw_address(&self, tx: &Tx, cx: &Cx, tags: &Tags) -> Result<Ipv4Addr, Error> {
        let pool = pool::find(tx, cx.scope(), &self.pool)?;
        if !pool.is_lent() {
            let reason = "It is no pool of public IPv4 addresses.".to_owned();
            return Err(Error::Value("ipamPoolId", pool.id.to_string(), reason));
        }
        let block = self.draw(tx, cx, tags, None)?.v4().ok_or(IpamRefusal::TooBig)?;
        Ok(block.network())
    }

    /// The block that the pool gives, for a resource with these tags; `network` for a subnet of it.
    pub(crate) fn draw(
        &self,
        tx: &Tx,
        cx: &Cx,
        tags: &Tags,
        network: Option<&VpcId>,
    ) -> Result<Block, Error> {
        let pool = pool::find(tx, cx.scope(), &self.pool)?;
        if pool.family != self.family {
            let reason = format!("It is a pool of the address family {}.", pool.family.word());
            return Err(Error::Value(names(self.family).0, pool.id.to_string(), reason));
        }
        require_locale(cx, &pool)?;
        let is_planned = pool.locale.is_some() && pool.network.as_ref() == network;
        if !is_planned {
            let locale = pool.locale.as_ref().map_or_else(|| "None".to_owned(), ToString::to_string);
            return match (&pool.locale, network) {
                (Some(_), Some(network)) => {
                    let reason = format!("It is no pool for the subnets of {network}.");
                    Err(Error::Value(names(self.family).0, pool.id.to_string(), reason))
                }
                _ => Err(IpamRefusal::Locale(pool.id.to_string(), locale).into()),
            };
        }
        if !pool.rules.has_tags(tags) {
            return Err(IpamRefusal::Tags(pool.id.to_string()).into());
        }
        let (allowed, excluded) = (Vec::new(), Vec::new());
        draw(tx, &pool, &Ask { block: self.block, length: self.length, allowed, excluded })
    }
}

/// Writes down that a resource has a block: of the pool that it was drawn from, or of one that imports what lies in it.
pub(crate) fn hold(
    tx: &mut Tx,
    cx: &Cx,
    from: Option<&FromPool>,
    (kind, holder): (&'static str, &str),
    block: impl Into<Block>,
) -> Result<(), Error> {
    let block = block.into();
    let pool = match from {
        Some(from) => Some(pool::find(tx, cx.scope(), &from.pool)?),
        None if kind == "vpc" => importing(tx, cx.scope(), block),
        None => None,
    };
    if let Some(pool) = pool {
        put(tx, cx.ids(), &pool, (kind, holder, cx.region().as_str()), block);
    }
    Ok(())
}

fn put(tx: &mut Tx, ids: &Ids, pool: &IpamPool, (kind, holder, region): (&str, &str, &str), block: Block) {
    let own = IpamPoolAllocation {
        scope: pool.scope.clone(),
        id: long_id(ids, IpamPoolAllocation::PREFIX),
        pool_id: pool.id.to_string(),
        block,
        description: None,
        holder: Some(holder.to_owned()),
        kind: kind.to_owned(),
        region: Some(region.to_owned()),
        tags: Tags::default(),
    };
    tx.emit(&Changed { kind: "IpamPoolAllocationCreated", resource: own.arn() });
    tx.put(own);
}

/// The pool that imports a block of the caller's Region.
fn importing(rows: &impl Rows, scope: &Scope, block: Block) -> Option<IpamPool> {
    let pools = rows.listed(&IpamPool::IMPORTS, &anywhere(scope, scope.region.as_str()));
    pools.into_iter().find(|pool| pool.space(rows).is_free(block)).map(|pool| (*pool).clone())
}

/// A pool that imports takes what lies in it: the networks of its locale.
pub(super) fn import(tx: &mut Tx, cx: &Cx, pool: &IpamPool) {
    let Some(locale) = pool.locale.as_ref().filter(|_| pool.imports) else { return };
    let there = Scope::new(pool.scope.account, locale.clone());
    for network in tx.below::<Vpc>(&resource::prefix(&there)) {
        for block in network.blocks().map(Block::from) {
            let held = tx.listed(&IpamPoolAllocation::HOLDER, &anywhere(&there, network.id.as_str()));
            if held.iter().all(|own| own.block != block) && pool.space(tx).is_free(block) {
                put(tx, cx.ids(), pool, ("vpc", network.id.as_str(), locale.as_str()), block);
            }
        }
    }
}

/// A resource has its blocks no more, or one of them.
pub(crate) fn let_go(tx: &mut Tx, scope: &Scope, holder: &str, block: Option<Block>) {
    for own in tx.listed(&IpamPoolAllocation::HOLDER, &anywhere(scope, holder)) {
        if block.is_none_or(|block| own.block == block) {
            forget(tx, &own);
        }
    }
}
