//! VPCs.

pub(crate) mod birth;
mod model;

pub(crate) use model::{Available, CidrAssociation, State, Vpc};

use crate::egress_only_internet_gateway::EgressOnlyInternetGateway;
use crate::error::{Error, Kind};
use crate::event::Changed;
use crate::id::VpcId;
use crate::internet_gateway::InternetGateway;
use crate::listing::{self, Wish};
use crate::network_acl::NetworkAcl;
use crate::resource::{self, Resource, required, tag_set, take};
use crate::route_table::RouteTable;
use crate::security_group::{Rule, SecurityGroup};
use crate::subnet::Subnet;
use crate::vpc_endpoint::VpcEndpoint;
use crate::{Vpc as Service, home, tag};
use base::Ipv4Block;
use ports::Cx;
use shape::Empty;
use shapes_ec2 as ec2;
use store::Tx;

/// How long AWS shows a new VPC as `pending`, in milliseconds.
const PENDING_MILLIS: u32 = 1_000;

/// `CreateVpc`: an IPv4 network with its main route table, default network ACL and default security group.
///
/// Refuses a block that is not /16 to /28 (`InvalidVpc.Range`). Blocks from IPAM pools and IPv6 blocks are refused
/// by name until there are pools.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateVpcRequest,
) -> Result<ec2::CreateVpcResult, Error> {
    refuse_pools(
        input.ipv4_ipam_pool_id.is_some() || input.ipv6_ipam_pool_id.is_some(),
        input.amazon_provided_ipv6_cidr_block == Some(true) || input.ipv6_cidr_block.is_some(),
    )?;
    let Some(text) = input.cidr_block else {
        return Err(Error::MissingOneOf("Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided."));
    };
    let block = vpc_block(&text)?;
    let tenancy = input.instance_tenancy.unwrap_or_else(|| "default".to_owned());
    if !matches!(tenancy.as_str(), "default" | "dedicated" | "host") {
        return Err(Error::Tenancy(tenancy));
    }
    let tags = tag::of_specifications(input.tag_specifications, Vpc::TYPE)?;
    let vpc = home::write(cx, |tx| {
        let vpc = birth::vpc(tx, cx.scope(), cx.ids(), block, &tenancy, false, tags.clone());
        tx.after(PENDING_MILLIS, Available { scope: cx.scope().clone(), id: vpc.id.clone() });
        tx.emit(&Changed { kind: "VpcCreated", resource: vpc.arn() });
        Ok(vpc)
    })?;
    Ok(ec2::CreateVpcResult { vpc: Some(shape(&vpc)) })
}

/// `CreateDefaultVpc`: the one that every Region had at first, again after it was deleted.
pub(crate) fn create_default(
    cx: &Cx,
    _svc: &Service,
    _input: ec2::CreateDefaultVpcRequest,
) -> Result<ec2::CreateDefaultVpcResult, Error> {
    let vpc = home::write(cx, |tx| {
        if default(tx, cx).is_some() {
            return Err(Error::DefaultVpcExists);
        }
        let vpc = birth::default_vpc(tx, cx.scope(), cx.ids());
        tx.emit(&Changed { kind: "VpcCreated", resource: vpc.arn() });
        Ok(vpc)
    })?;
    Ok(ec2::CreateDefaultVpcResult { vpc: Some(shape(&vpc)) })
}

/// The default VPC of the call's account and Region.
pub(crate) fn default(tx: &Tx, cx: &Cx) -> Option<Vpc> {
    let prefix = resource::prefix(cx.scope());
    let found = tx.range::<Vpc>(&prefix).find(|vpc| vpc.is_default);
    found.map(|vpc| (**vpc).clone())
}

/// `DescribeVpcs`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeVpcsRequest,
) -> Result<ec2::DescribeVpcsResult, Error> {
    let wish = Wish {
        ids: input.vpc_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    if wish.ids.as_ref().is_some_and(|ids| !ids.is_empty()) && wish.max_results.is_some() {
        let sentence = "The parameter VpcIds cannot be used with the parameter MaxResults";
        return Err(Error::Combination(sentence.to_owned()));
    }
    let page = listing::list(cx, "DescribeVpcs", wish, |_, row: &Vpc| shape(row))?;
    Ok(ec2::DescribeVpcsResult { vpcs: Some(page.items), next_token: page.next_token })
}

/// `DeleteVpc`: with what came with it, and only once nothing else is left.
pub(crate) fn delete(cx: &Cx, _svc: &Service, input: ec2::DeleteVpcRequest) -> Result<Empty, Error> {
    let id = id(input.vpc_id)?;
    home::write(cx, |tx| {
        let vpc: Vpc = take(tx, cx.scope(), id.as_str())?;
        let of = resource::key(cx.scope(), id.as_str());
        let tables: Vec<_> = tx.by(&RouteTable::VPC, &of).cloned().collect();
        let acls: Vec<_> = tx.by(&NetworkAcl::VPC, &of).cloned().collect();
        let groups: Vec<_> = tx.by(&SecurityGroup::VPC, &of).cloned().collect();
        let in_use = tx.by(&Subnet::VPC, &of).next().is_some()
            || tx.by(&InternetGateway::VPC, &of).next().is_some()
            || tx.by(&EgressOnlyInternetGateway::VPC, &of).next().is_some()
            || tx.by(&VpcEndpoint::VPC, &of).next().is_some()
            || tables.iter().any(|table| !table.is_main())
            || acls.iter().any(|acl| !acl.is_default)
            || groups.iter().any(|group| !group.is_default());
        if in_use {
            return Err(Error::Dependency("vpc", id.to_string()));
        }
        for group in groups {
            let rules: Vec<_> = tx.by(&Rule::GROUP, &group.key_text()).map(|rule| rule.key_text()).collect();
            for rule in rules {
                tx.delete::<Rule>(&rule);
            }
            tx.delete::<SecurityGroup>(&group.key_text());
        }
        for table in tables {
            tx.delete::<RouteTable>(&resource::key(cx.scope(), table.id.as_str()));
        }
        for acl in acls {
            tx.delete::<NetworkAcl>(&resource::key(cx.scope(), acl.id.as_str()));
        }
        tx.delete::<Vpc>(&of);
        tx.emit(&Changed { kind: "VpcDeleted", resource: vpc.arn() });
        Ok(Empty {})
    })
}

/// `ModifyVpcAttribute`: one attribute a call.
pub(crate) fn modify_attribute(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ModifyVpcAttributeRequest,
) -> Result<Empty, Error> {
    let id = id(input.vpc_id)?;
    let value =
        |attribute: Option<ec2::AttributeBooleanValue>| attribute.and_then(|attribute| attribute.value);
    let support = value(input.enable_dns_support);
    let hostnames = value(input.enable_dns_hostnames);
    let metrics = value(input.enable_network_address_usage_metrics);
    match [support, hostnames, metrics].into_iter().flatten().count() {
        0 => return Err(Error::Missing("attribute")),
        1 => {}
        _ => {
            let sentence = "Fields for multiple attribute types specified";
            return Err(Error::Combination(sentence.to_owned()));
        }
    }
    home::write(cx, |tx| {
        let mut vpc: Vpc = take(tx, cx.scope(), id.as_str())?;
        vpc.dns_support = support.unwrap_or(vpc.dns_support);
        vpc.dns_hostnames = hostnames.unwrap_or(vpc.dns_hostnames);
        vpc.address_metrics = metrics.unwrap_or(vpc.address_metrics);
        tx.emit(&Changed { kind: "VpcChanged", resource: vpc.arn() });
        tx.put(vpc);
        Ok(Empty {})
    })
}

/// `DescribeVpcAttribute`: the one that is asked for.
pub(crate) fn describe_attribute(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeVpcAttributeRequest,
) -> Result<ec2::DescribeVpcAttributeResult, Error> {
    let id = id(input.vpc_id)?;
    let attribute = required(input.attribute, "attribute")?;
    let vpc = home::read(cx, |view| {
        let found = view.get::<Vpc>(&resource::key(cx.scope(), id.as_str()));
        found.ok_or_else(|| Error::NotFound(Kind::Vpc, vec![id.to_string()]))
    })?;
    let value = |value: bool| Some(ec2::AttributeBooleanValue { value: Some(value) });
    let mut result = ec2::DescribeVpcAttributeResult {
        vpc_id: Some(id.to_string()),
        ..ec2::DescribeVpcAttributeResult::default()
    };
    match attribute.as_str() {
        "enableDnsSupport" => result.enable_dns_support = value(vpc.dns_support),
        "enableDnsHostnames" => result.enable_dns_hostnames = value(vpc.dns_hostnames),
        "enableNetworkAddressUsageMetrics" => {
            result.enable_network_address_usage_metrics = value(vpc.address_metrics);
        }
        _ => return Err(Error::Value("attribute", attribute, "Unknown attribute.".to_owned())),
    }
    Ok(result)
}

/// `AssociateVpcCidrBlock`: a further IPv4 block.
pub(crate) fn associate_cidr_block(
    cx: &Cx,
    _svc: &Service,
    input: ec2::AssociateVpcCidrBlockRequest,
) -> Result<ec2::AssociateVpcCidrBlockResult, Error> {
    refuse_pools(
        input.ipv4_ipam_pool_id.is_some() || input.ipv6_ipam_pool_id.is_some(),
        input.amazon_provided_ipv6_cidr_block == Some(true) || input.ipv6_cidr_block.is_some(),
    )?;
    let id = id(input.vpc_id)?;
    let block = vpc_block(&required(input.cidr_block, "cidrBlock")?)?;
    let association = home::write(cx, |tx| {
        let mut vpc: Vpc = take(tx, cx.scope(), id.as_str())?;
        if vpc.blocks().any(|own| own.overlaps(block)) {
            return Err(Error::CidrConflict(block.to_string()));
        }
        let association = CidrAssociation::new(cx.ids(), block);
        vpc.associations.push(association.clone());
        birth::add_local_routes(tx, &vpc);
        tx.emit(&Changed { kind: "VpcChanged", resource: vpc.arn() });
        tx.put(vpc);
        Ok(association)
    })?;
    Ok(ec2::AssociateVpcCidrBlockResult {
        vpc_id: Some(id.to_string()),
        cidr_block_association: Some(shape_association(&association, "associating")),
        ipv6_cidr_block_association: None,
    })
}

/// `DisassociateVpcCidrBlock`: not the first block, and none in use.
pub(crate) fn disassociate_cidr_block(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DisassociateVpcCidrBlockRequest,
) -> Result<ec2::DisassociateVpcCidrBlockResult, Error> {
    let wanted = required(input.association_id, "associationId")?;
    let unknown = || Error::NotFound(Kind::CidrAssociation, vec![wanted.clone()]);
    let (vpc, association) = home::write(cx, |tx| {
        let prefix = resource::prefix(cx.scope());
        let owner = tx
            .range::<Vpc>(&prefix)
            .find(|vpc| vpc.associations.iter().any(|association| association.id.as_str() == wanted));
        let mut vpc = owner.map(|vpc| (**vpc).clone()).ok_or_else(unknown)?;
        let position = vpc.associations.iter().position(|association| association.id.as_str() == wanted);
        let position = position.ok_or_else(unknown)?;
        if position == 0 {
            return Err(Error::PrimaryCidr(wanted.clone()));
        }
        let association = vpc.associations.remove(position);
        let of = resource::key(cx.scope(), vpc.id.as_str());
        if tx.by(&Subnet::VPC, &of).any(|subnet| association.block.covers(subnet.block)) {
            return Err(Error::CidrInUse(wanted.clone()));
        }
        birth::remove_local_routes(tx, &vpc, association.block);
        tx.emit(&Changed { kind: "VpcChanged", resource: vpc.arn() });
        tx.put(vpc.clone());
        Ok((vpc, association))
    })?;
    Ok(ec2::DisassociateVpcCidrBlockResult {
        vpc_id: Some(vpc.id.to_string()),
        cidr_block_association: Some(shape_association(&association, "disassociating")),
        ipv6_cidr_block_association: None,
    })
}

/// A VPC's id.
pub(crate) fn id(text: Option<String>) -> Result<VpcId, Error> {
    let text = required(text, "vpcId")?;
    VpcId::parse(&text).map_err(|error| Error::Malformed(Kind::Vpc, error.given, error.prefix))
}

fn vpc_block(text: &str) -> Result<Ipv4Block, Error> {
    let block: Ipv4Block = text.parse().map_err(|_| not_a_block("cidrBlock", text))?;
    if (16..=28).contains(&block.prefix()) { Ok(block) } else { Err(Error::VpcRange(text.to_owned())) }
}

/// The text is no block at all.
pub(crate) fn not_a_block(parameter: &'static str, text: &str) -> Error {
    Error::Value(parameter, text.to_owned(), "This is not a valid CIDR block.".to_owned())
}

fn refuse_pools(pool: bool, ipv6: bool) -> Result<(), Error> {
    if pool {
        return Err(Error::Parameter("IPAM pools are not built yet: give a cidrBlock".to_owned()));
    }
    if ipv6 {
        return Err(Error::Parameter("IPv6 blocks are not built yet".to_owned()));
    }
    Ok(())
}

fn shape_association(association: &CidrAssociation, state: &str) -> ec2::VpcCidrBlockAssociation {
    ec2::VpcCidrBlockAssociation {
        association_id: Some(association.id.to_string()),
        cidr_block: Some(association.block.to_string()),
        cidr_block_state: Some(ec2::VpcCidrBlockState {
            state: Some(state.to_owned()),
            status_message: None,
        }),
    }
}

fn shape(vpc: &Vpc) -> ec2::Vpc {
    let associations =
        vpc.associations.iter().map(|association| shape_association(association, "associated"));
    ec2::Vpc {
        vpc_id: Some(vpc.id.to_string()),
        owner_id: Some(vpc.scope.account.to_string()),
        state: Some(vpc.state.word().to_owned()),
        cidr_block: vpc.blocks().next().map(|block| block.to_string()),
        cidr_block_association_set: Some(associations.collect()),
        ipv6_cidr_block_association_set: Some(Vec::new()),
        dhcp_options_id: Some(vpc.dhcp_options.clone()),
        instance_tenancy: Some(vpc.tenancy.clone()),
        is_default: Some(vpc.is_default),
        tags: tag_set(&vpc.tags),
        ..ec2::Vpc::default()
    }
}
