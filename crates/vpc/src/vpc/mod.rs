//! VPCs.

pub(crate) mod birth;
mod block;
mod model;
mod range;

pub(crate) use block::{associate as associate_cidr_block, disassociate as disassociate_cidr_block};
pub(crate) use model::{Associated, Available, CidrAssociation, State, Vpc};

use crate::carrier_gateway::CarrierGateway;
use crate::egress_only_internet_gateway::EgressOnlyInternetGateway;
use crate::error::{Error, Kind};
use crate::event::Changed;
use crate::id::VpcId;
use crate::internet_gateway::InternetGateway;
use crate::ipam::{self, Family, FromPool};
use crate::listing::{self, Wish};
use crate::network_acl::NetworkAcl;
use crate::resource::{self, Resource, required, tag_set, take};
use crate::route_table::RouteTable;
use crate::security_group::{self, Rule, SecurityGroup};
use crate::subnet::Subnet;
use crate::transit_gateway::TransitGatewayAttachment;
use crate::vpc_endpoint::VpcEndpoint;
use crate::vpc_peering_connection::VpcPeeringConnection;
use crate::vpn_gateway::VpnGateway;
use crate::{Vpc as Service, home, public_access, tag};
use block::{Ipv6Wish, drawn};
use ports::Cx;
use shape::Empty;
use shapes_ec2 as ec2;
use store::Tx;

/// How long AWS shows a new VPC as `pending`, in milliseconds.
const PENDING_MILLIS: u32 = 1_000;

/// `CreateVpc`: a network with its main route table, default network ACL and default security group, and an IPv6 block
/// where AWS is asked to lend one.
///
/// Refuses a block that is not /16 to /28 (`InvalidVpc.Range`). An IPAM pool gives the first free block of a length, or
/// the one that is named; so does one of IPv6 blocks.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateVpcRequest,
) -> Result<ec2::CreateVpcResult, Error> {
    if input.vpc_encryption_control.is_some() {
        return Err(Error::Parameter("VpcEncryptionControl is not built yet".to_owned()));
    }
    let ipv6 = Ipv6Wish {
        from_amazon: input.amazon_provided_ipv6_cidr_block,
        border_group: input.ipv6_cidr_block_network_border_group,
        block: input.ipv6_cidr_block,
        pool: input.ipv6_pool,
        ipam_pool: input.ipv6_ipam_pool_id,
        length: input.ipv6_netmask_length,
    };
    let ipv6 = ipv6.source(cx)?;
    let given = input.cidr_block.as_deref().map(block::ipv4).transpose()?;
    let named = given.map(Into::into);
    let from = FromPool::parse(Family::V4, input.ipv4_ipam_pool_id, named, input.ipv4_netmask_length)?;
    if given.is_none() && from.is_none() {
        return Err(Error::MissingOneOf("Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided."));
    }
    let tenancy = input.instance_tenancy.unwrap_or_else(|| "default".to_owned());
    if !matches!(tenancy.as_str(), "default" | "dedicated" | "host") {
        return Err(Error::Tenancy(tenancy));
    }
    let tags = tag::of_specifications(input.tag_specifications, Vpc::TYPE)?;
    let vpc = home::write(cx, |tx| {
        let block = drawn(tx, cx, given, from.as_ref(), &tags)?;
        let mut vpc = birth::vpc(tx, cx.scope(), cx.ids(), block, &tenancy, false, tags.clone());
        ipam::hold(tx, cx, from.as_ref(), ("vpc", vpc.id.as_str()), block)?;
        if let Some(source) = &ipv6 {
            block::add_ipv6(tx, cx, &mut vpc, source)?;
        }
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
    let page = listing::list(cx, "DescribeVpcs", wish, |view, own: &Vpc| ec2::Vpc {
        block_public_access_states: Some(public_access::states(view, &own.scope, &own.id, None)),
        ..shape(own)
    })?;
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
            || tx.by(&VpnGateway::VPC, &of).next().is_some()
            || tx.by(&VpcPeeringConnection::VPC, &of).any(|own| own.state.lives())
            || tx.by(&TransitGatewayAttachment::VPC, &of).any(|own| own.lasts())
            || tx.by(&VpcEndpoint::VPC, &of).next().is_some()
            || tx.by(&CarrierGateway::VPC, &of).next().is_some()
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
        security_group::forget(tx, &vpc);
        public_access::forget(tx, &vpc.arn());
        tx.delete::<Vpc>(&of);
        ipam::let_go(tx, cx.scope(), id.as_str(), None);
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

/// `ModifyVpcTenancy`: instances to come need no machines of their own any more.
pub(crate) fn modify_tenancy(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ModifyVpcTenancyRequest,
) -> Result<ec2::ModifyVpcTenancyResult, Error> {
    let id = id(input.vpc_id)?;
    let tenancy = required(input.instance_tenancy, "instanceTenancy")?;
    if tenancy != "default" {
        return Err(Error::Tenancy(tenancy));
    }
    home::write(cx, |tx| {
        let vpc: Vpc = take(tx, cx.scope(), id.as_str())?;
        tx.emit(&Changed { kind: "VpcChanged", resource: vpc.arn() });
        tx.put(Vpc { tenancy: tenancy.clone(), ..vpc });
        Ok(ec2::ModifyVpcTenancyResult { return_value: Some(true) })
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

/// A VPC's id.
pub(crate) fn id(text: Option<String>) -> Result<VpcId, Error> {
    let text = required(text, "vpcId")?;
    VpcId::parse(&text).map_err(|error| Error::Malformed(Kind::Vpc, error.given, error.prefix))
}

/// The id of a VPC to which an internet gateway is attached.
pub(crate) fn attached_id(text: Option<String>) -> Result<VpcId, Error> {
    let text = required(text, "vpcId")?;
    VpcId::parse(&text).map_err(|error| Error::Malformed(Kind::AttachedVpc, error.given, error.prefix))
}

/// The text is no block at all.
pub(crate) fn not_a_block(parameter: &'static str, text: &str) -> Error {
    Error::Value(parameter, text.to_owned(), "This is not a valid CIDR block.".to_owned())
}

fn shape(vpc: &Vpc) -> ec2::Vpc {
    let associations = vpc.associations.iter().map(|own| block::shape(own, own.state.word()));
    let ipv6 = vpc.ipv6.iter().map(|own| block::shape_ipv6(own, own.state.word()));
    ec2::Vpc {
        vpc_id: Some(vpc.id.to_string()),
        owner_id: Some(vpc.scope.account.to_string()),
        state: Some(vpc.state.word().to_owned()),
        cidr_block: vpc.blocks().next().map(|block| block.to_string()),
        cidr_block_association_set: Some(associations.collect()),
        ipv6_cidr_block_association_set: Some(ipv6.collect()),
        dhcp_options_id: Some(vpc.dhcp_options.clone()),
        instance_tenancy: Some(vpc.tenancy.clone()),
        is_default: Some(vpc.is_default),
        tags: tag_set(&vpc.tags),
        ..ec2::Vpc::default()
    }
}
