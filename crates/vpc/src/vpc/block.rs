//! The blocks of VPCs.

use super::model::{Associated, CidrAssociation, Ipv6Association, Vpc};
use super::{birth, range};
use crate::error::{Error, Ipv6, Kind};
use crate::event::Changed;
use crate::id::CidrAssociationId;
use crate::ipam::{self, Block, Family, FromPool};
use crate::ipv6::{self, ASSOCIATING_MILLIS, BlockState};
use crate::network_acl::NetworkAcl;
use crate::resource::{self, Resource, required, take};
use crate::subnet::Subnet;
use crate::{Vpc as Service, home, security_group};
use base::{Ipv4Block, Ipv6Block, Tags};
use ports::Cx;
use shapes_ec2 as ec2;
use store::Tx;

/// IPv4 blocks of a VPC at the most, the first one among them: the quota that an account begins with.
const MOST_IPV4_BLOCKS: usize = 5;
/// IPv6 blocks of a VPC at the most: the quota that an account begins with.
const MOST_IPV6_BLOCKS: usize = 5;

/// The lengths of a VPC's IPv6 block that is not lent by itself. Source: EC2 API reference, CreateVpc.
const IPV6_LENGTHS: [u8; 5] = [44, 48, 52, 56, 60];

/// What a call says of an IPv6 block.
pub(super) struct Ipv6Wish {
    pub(super) from_amazon: Option<bool>,
    pub(super) border_group: Option<String>,
    pub(super) block: Option<String>,
    pub(super) pool: Option<String>,
    pub(super) ipam_pool: Option<String>,
    pub(super) length: Option<i32>,
}

/// Where a VPC's IPv6 block comes from.
pub(super) enum Ipv6Source {
    /// AWS lends it, and announces it there.
    Amazon(String),
    /// A pool of IPAM gives it.
    Ipam(FromPool),
}

impl Ipv6Wish {
    /// Where the block comes from, if one is asked for.
    ///
    /// Blocks of one's own come from pools that accounts bring to AWS; there are none.
    pub(super) fn source(self, cx: &Cx) -> Result<Option<Ipv6Source>, Error> {
        let Self { from_amazon, border_group, block, pool, ipam_pool, length } = self;
        if let Some(pool) = pool {
            return Err(Ipv6::NoPool(pool).into());
        }
        let ipam_pool = ipam_pool.filter(|pool| !pool.is_empty());
        if block.is_some() && ipam_pool.is_none() {
            return Err(Error::Missing("ipv6Pool"));
        }
        let block = block.as_deref().map(ipv6::subnet_block).transpose()?.map(Into::into);
        let Some(from) = FromPool::parse(Family::V6, ipam_pool, block, length)? else {
            return Ok(border_group_of(cx, from_amazon == Some(true), border_group)?.map(Ipv6Source::Amazon));
        };
        if from_amazon == Some(true) || border_group.is_some() {
            let sentence =
                "The parameter ipv6IpamPoolId cannot be used with the parameter amazonProvidedIpv6CidrBlock";
            return Err(Error::Combination(sentence.to_owned()));
        }
        Ok(Some(Ipv6Source::Ipam(from)))
    }
}

/// The border group of the block that AWS is asked to lend, if it is.
fn border_group_of(cx: &Cx, from_amazon: bool, asked: Option<String>) -> Result<Option<String>, Error> {
    let here = cx.region().to_string();
    match (from_amazon, asked) {
        (true, None) => Ok(Some(here)),
        (true, Some(group)) if group == here => Ok(Some(group)),
        (true, Some(group)) => {
            let reason = "There is no such network border group in the Region.".to_owned();
            Err(Error::Value("ipv6CidrBlockNetworkBorderGroup", group, reason))
        }
        (false, None) => Ok(None),
        (false, Some(_)) => {
            let sentence = "The parameter ipv6CidrBlockNetworkBorderGroup cannot be used without the parameter amazonProvidedIpv6CidrBlock";
            Err(Error::Combination(sentence.to_owned()))
        }
    }
}

/// The block that is given, or that a pool gives: /16 to /28.
pub(super) fn drawn(
    tx: &Tx,
    cx: &Cx,
    given: Option<Ipv4Block>,
    from: Option<&FromPool>,
    tags: &Tags,
) -> Result<Ipv4Block, Error> {
    let drawn = from.map(|from| from.draw(tx, cx, tags, None)).transpose()?.and_then(Block::v4);
    let block = drawn.or(given).ok_or(Error::Missing("cidrBlock"))?;
    if (16..=28).contains(&block.prefix()) { Ok(block) } else { Err(Error::VpcRange(block.to_string())) }
}

/// `AssociateVpcCidrBlock`: a further IPv4 block, or an IPv6 block that AWS lends; or one of an IPAM pool, of either family.
pub(crate) fn associate(
    cx: &Cx,
    _svc: &Service,
    input: ec2::AssociateVpcCidrBlockRequest,
) -> Result<ec2::AssociateVpcCidrBlockResult, Error> {
    let id = super::id(input.vpc_id)?;
    let ipv6 = Ipv6Wish {
        from_amazon: input.amazon_provided_ipv6_cidr_block,
        border_group: input.ipv6_cidr_block_network_border_group,
        block: input.ipv6_cidr_block,
        pool: input.ipv6_pool,
        ipam_pool: input.ipv6_ipam_pool_id,
        length: input.ipv6_netmask_length,
    };
    let result = |vpc_id| ec2::AssociateVpcCidrBlockResult {
        vpc_id: Some(vpc_id),
        ..ec2::AssociateVpcCidrBlockResult::default()
    };
    if let Some(source) = ipv6.source(cx)? {
        if input.cidr_block.is_some() || input.ipv4_ipam_pool_id.is_some() {
            let sentence = "Only one of cidrBlock and amazonProvidedIpv6CidrBlock can be specified";
            return Err(Error::Combination(sentence.to_owned()));
        }
        let association = home::write(cx, |tx| {
            let mut vpc: Vpc = take(tx, cx.scope(), id.as_str())?;
            add_ipv6(tx, cx, &mut vpc, &source)
        })?;
        let ipv6_cidr_block_association = Some(shape_ipv6(&association, BlockState::Associating.word()));
        return Ok(ec2::AssociateVpcCidrBlockResult {
            ipv6_cidr_block_association,
            ..result(id.to_string())
        });
    }
    let given = input.cidr_block.as_deref().map(ipv4).transpose()?;
    let block = given.map(Into::into);
    let from = FromPool::parse(Family::V4, input.ipv4_ipam_pool_id, block, input.ipv4_netmask_length)?;
    if given.is_none() && from.is_none() {
        return Err(Error::Missing("cidrBlock"));
    }
    let association = home::write(cx, |tx| {
        let mut vpc: Vpc = take(tx, cx.scope(), id.as_str())?;
        if vpc.associations.len() >= MOST_IPV4_BLOCKS {
            return Err(Error::CidrLimit(id.to_string()));
        }
        let block = drawn(tx, cx, given, from.as_ref(), &vpc.tags)?;
        let own: Vec<Ipv4Block> = vpc.blocks().collect();
        if own.iter().any(|own| own.overlaps(block)) {
            return Err(Error::CidrConflict(block.to_string()));
        }
        if range::is_restricted(&own, block) {
            return Err(Error::CidrRestricted(block.to_string()));
        }
        let state = BlockState::Associating;
        let association = CidrAssociation { state, ..CidrAssociation::new(cx.ids(), block) };
        vpc.associations.push(association.clone());
        birth::add_local_routes(tx, &vpc);
        settle_later(tx, &vpc, &association.id);
        ipam::hold(tx, cx, from.as_ref(), ("vpc", id.as_str()), block)?;
        tx.emit(&Changed { kind: "VpcChanged", resource: vpc.arn() });
        tx.put(vpc);
        Ok(association)
    })?;
    let cidr_block_association = Some(shape(&association, BlockState::Associating.word()));
    Ok(ec2::AssociateVpcCidrBlockResult { cidr_block_association, ..result(id.to_string()) })
}

/// The IPv6 block that a pool of IPAM gives a VPC.
fn drawn_ipv6(tx: &Tx, cx: &Cx, vpc: &Vpc, from: &FromPool) -> Result<Ipv6Block, Error> {
    let block = from.draw(tx, cx, &vpc.tags, None)?;
    match block.v6().filter(|block| IPV6_LENGTHS.contains(&block.prefix())) {
        Some(block) => Ok(block),
        None => Err(Ipv6::NoBlock(block.to_string()).into()),
    }
}

/// Gives a VPC an IPv6 block; with its first one come routes, entries of its ACLs and a rule of its default group.
pub(super) fn add_ipv6(
    tx: &mut Tx,
    cx: &Cx,
    vpc: &mut Vpc,
    source: &Ipv6Source,
) -> Result<Ipv6Association, Error> {
    if vpc.ipv6.len() >= MOST_IPV6_BLOCKS {
        return Err(Ipv6::TooManyBlocks(vpc.id.to_string()).into());
    }
    let is_first = vpc.ipv6.is_empty();
    let (block, border_group, pool) = match source {
        Ipv6Source::Amazon(group) => (ipv6::draw(tx, cx.ids()), group.clone(), None),
        Ipv6Source::Ipam(from) => {
            let block = drawn_ipv6(tx, cx, vpc, from)?;
            ipam::hold(tx, cx, Some(from), ("vpc", vpc.id.as_str()), block)?;
            (block, cx.region().to_string(), Some(from.pool().to_owned()))
        }
    };
    let association = Ipv6Association {
        id: CidrAssociationId::new(cx.ids()),
        block,
        border_group,
        pool,
        state: BlockState::Associating,
    };
    vpc.ipv6.push(association.clone());
    birth::add_local_routes(tx, vpc);
    if is_first {
        let of = resource::key(&vpc.scope, vpc.id.as_str());
        let acls: Vec<NetworkAcl> = tx.by(&NetworkAcl::VPC, &of).map(|acl| (**acl).clone()).collect();
        for mut acl in acls {
            acl.meet_ipv6();
            tx.put(acl);
        }
        security_group::meet_ipv6(tx, vpc, cx.ids());
    }
    settle_later(tx, vpc, &association.id);
    tx.emit(&Changed { kind: "VpcChanged", resource: vpc.arn() });
    tx.put(vpc.clone());
    Ok(association)
}

fn settle_later(tx: &mut Tx, vpc: &Vpc, association: &CidrAssociationId) {
    let (scope, id) = (vpc.scope.clone(), vpc.id.clone());
    tx.after(ASSOCIATING_MILLIS, Associated { scope, id, association: association.clone() });
}

/// `DisassociateVpcCidrBlock`: not the first block, and none in use.
pub(crate) fn disassociate(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DisassociateVpcCidrBlockRequest,
) -> Result<ec2::DisassociateVpcCidrBlockResult, Error> {
    let wanted = required(input.association_id, "associationId")?;
    let unknown = || Error::NotFound(Kind::CidrAssociation, vec![wanted.clone()]);
    home::write(cx, |tx| {
        let prefix = resource::prefix(cx.scope());
        let has = |vpc: &Vpc| {
            vpc.associations.iter().any(|own| own.id.as_str() == wanted)
                || vpc.ipv6.iter().any(|own| own.id.as_str() == wanted)
        };
        let owner = tx.range::<Vpc>(&prefix).find(|vpc| has(vpc));
        let mut vpc = owner.map(|vpc| (**vpc).clone()).ok_or_else(unknown)?;
        let mut result = ec2::DisassociateVpcCidrBlockResult {
            vpc_id: Some(vpc.id.to_string()),
            ..ec2::DisassociateVpcCidrBlockResult::default()
        };
        let of = resource::key(cx.scope(), vpc.id.as_str());
        let in_use = |tx: &Tx, lies: &dyn Fn(&Subnet) -> bool| {
            let used = tx.by(&Subnet::VPC, &of).any(|subnet| lies(subnet));
            if used { Err(Error::CidrInUse(wanted.clone())) } else { Ok(()) }
        };
        let block = match vpc.associations.iter().position(|own| own.id.as_str() == wanted) {
            Some(0) => return Err(Error::PrimaryCidr(wanted.clone())),
            Some(position) => {
                let own = vpc.associations.remove(position);
                in_use(tx, &|subnet| subnet.block.is_some_and(|block| own.block.covers(block)))?;
                ipam::let_go(tx, cx.scope(), vpc.id.as_str(), Some(own.block.into()));
                result.cidr_block_association = Some(shape(&own, "disassociating"));
                own.block.to_string()
            }
            None => {
                let position = vpc.ipv6.iter().position(|own| own.id.as_str() == wanted);
                let own = vpc.ipv6.remove(position.ok_or_else(unknown)?);
                in_use(tx, &|subnet| subnet.ipv6_block().is_some_and(|block| own.block.covers(block)))?;
                ipam::let_go(tx, cx.scope(), vpc.id.as_str(), Some(own.block.into()));
                result.ipv6_cidr_block_association = Some(shape_ipv6(&own, "disassociating"));
                own.block.to_string()
            }
        };
        birth::remove_local_routes(tx, &vpc, &block);
        tx.emit(&Changed { kind: "VpcChanged", resource: vpc.arn() });
        tx.put(vpc);
        Ok(result)
    })
}

/// An IPv4 block as it is answered.
pub(super) fn shape(association: &CidrAssociation, state: &str) -> ec2::VpcCidrBlockAssociation {
    ec2::VpcCidrBlockAssociation {
        association_id: Some(association.id.to_string()),
        cidr_block: Some(association.block.to_string()),
        cidr_block_state: Some(in_state(state)),
    }
}

/// An IPv6 block as it is answered.
pub(super) fn shape_ipv6(association: &Ipv6Association, state: &str) -> ec2::VpcIpv6CidrBlockAssociation {
    ec2::VpcIpv6CidrBlockAssociation {
        association_id: Some(association.id.to_string()),
        ipv6_cidr_block: Some(association.block.to_string()),
        ipv6_cidr_block_state: Some(in_state(state)),
        network_border_group: Some(association.border_group.clone()),
        ipv6_pool: Some(association.pool_word().to_owned()),
        ipv6_address_attribute: Some("public".to_owned()),
        ip_source: Some("amazon".to_owned()),
    }
}

fn in_state(state: &str) -> ec2::VpcCidrBlockState {
    ec2::VpcCidrBlockState { state: Some(state.to_owned()), status_message: None }
}

/// The IPv4 block that a VPC is asked to have: /16 to /28.
pub(super) fn ipv4(text: &str) -> Result<Ipv4Block, Error> {
    let block: Ipv4Block = text.parse().map_err(|_| super::not_a_block("cidrBlock", text))?;
    if (16..=28).contains(&block.prefix()) { Ok(block) } else { Err(Error::VpcRange(text.to_owned())) }
}
