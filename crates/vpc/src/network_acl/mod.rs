//! Network ACLs.

mod model;

pub(crate) use model::{Entry, NetworkAcl};

use crate::error::{Error, Kind};
use crate::event::Changed;
use crate::id::{NetworkAclAssociationId, NetworkAclId};
use crate::listing::{self, Wish};
use crate::resource::{self, Resource, required, tag_set, take};
use crate::token::{self, Once, once};
use crate::vpc::{self, Vpc};
use crate::{Vpc as Service, home, tag};
use base::{Ipv4Block, Ipv6Block};
use model::{Association, LAST};
use ports::Cx;
use shape::Empty;
use shapes_ec2 as ec2;

/// `CreateNetworkAcl`: one that denies everything. The same client token gives the same ACL.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateNetworkAclRequest,
) -> Result<ec2::CreateNetworkAclResult, Error> {
    let digest = token::digest(&input);
    let vpc_id = vpc::id(input.vpc_id)?;
    let tags = tag::of_specifications(input.tag_specifications, NetworkAcl::TYPE)?;
    let call = Once { operation: "CreateNetworkAcl", token: input.client_token.as_deref(), digest: &digest };
    let acl = home::write(cx, |tx| {
        once(tx, cx.scope(), &call, |tx| {
            let parent: Vpc = take(tx, cx.scope(), vpc_id.as_str())?;
            let acl = NetworkAcl::new(&parent, cx.ids(), tags.clone());
            tx.emit(&Changed { kind: "NetworkAclCreated", resource: acl.arn() });
            tx.put(acl.clone());
            Ok(acl)
        })
    })?;
    Ok(ec2::CreateNetworkAclResult { network_acl: Some(shape(&acl)), client_token: input.client_token })
}

/// `DescribeNetworkAcls`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeNetworkAclsRequest,
) -> Result<ec2::DescribeNetworkAclsResult, Error> {
    let wish = Wish {
        ids: input.network_acl_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let page = listing::list(cx, "DescribeNetworkAcls", wish, |_, row: &NetworkAcl| shape(row))?;
    Ok(ec2::DescribeNetworkAclsResult { network_acls: Some(page.items), next_token: page.next_token })
}

/// `DeleteNetworkAcl`: neither the default one nor one in use.
pub(crate) fn delete(cx: &Cx, _svc: &Service, input: ec2::DeleteNetworkAclRequest) -> Result<Empty, Error> {
    let id = id(input.network_acl_id)?;
    home::write(cx, |tx| {
        let acl: NetworkAcl = take(tx, cx.scope(), id.as_str())?;
        if acl.is_default {
            return Err(Error::Parameter(format!("cannot delete default network ACL {id}")));
        }
        if !acl.associations.is_empty() {
            return Err(Error::Dependency("networkAcl", id.to_string()));
        }
        tx.delete::<NetworkAcl>(&resource::key(cx.scope(), id.as_str()));
        tx.emit(&Changed { kind: "NetworkAclDeleted", resource: acl.arn() });
        Ok(Empty {})
    })
}

/// `CreateNetworkAclEntry`.
pub(crate) fn create_entry(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateNetworkAclEntryRequest,
) -> Result<Empty, Error> {
    let id = id(input.network_acl_id.clone())?;
    let entry = entry(input)?;
    home::write(cx, |tx| {
        let mut acl: NetworkAcl = take(tx, cx.scope(), id.as_str())?;
        if acl.entries.iter().any(|own| own.is(entry.egress, entry.number)) {
            return Err(Error::EntryExists(entry.number));
        }
        acl.insert(entry.clone());
        tx.emit(&Changed { kind: "NetworkAclChanged", resource: acl.arn() });
        tx.put(acl);
        Ok(Empty {})
    })
}

/// `ReplaceNetworkAclEntry`.
pub(crate) fn replace_entry(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ReplaceNetworkAclEntryRequest,
) -> Result<Empty, Error> {
    let id = id(input.network_acl_id.clone())?;
    let entry = entry(ec2::CreateNetworkAclEntryRequest {
        network_acl_id: input.network_acl_id,
        rule_number: input.rule_number,
        protocol: input.protocol,
        rule_action: input.rule_action,
        egress: input.egress,
        cidr_block: input.cidr_block,
        ipv6_cidr_block: input.ipv6_cidr_block,
        icmp_type_code: input.icmp_type_code,
        port_range: input.port_range,
        dry_run: None,
    })?;
    home::write(cx, |tx| {
        let mut acl: NetworkAcl = take(tx, cx.scope(), id.as_str())?;
        acl.remove(entry.egress, entry.number)?;
        acl.insert(entry.clone());
        tx.emit(&Changed { kind: "NetworkAclChanged", resource: acl.arn() });
        tx.put(acl);
        Ok(Empty {})
    })
}

/// `DeleteNetworkAclEntry`.
pub(crate) fn delete_entry(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DeleteNetworkAclEntryRequest,
) -> Result<Empty, Error> {
    let id = id(input.network_acl_id)?;
    let number = rule_number(input.rule_number)?;
    let egress = input.egress == Some(true);
    home::write(cx, |tx| {
        let mut acl: NetworkAcl = take(tx, cx.scope(), id.as_str())?;
        acl.remove(egress, number)?;
        tx.emit(&Changed { kind: "NetworkAclChanged", resource: acl.arn() });
        tx.put(acl);
        Ok(Empty {})
    })
}

/// `ReplaceNetworkAclAssociation`: gives a subnet another ACL; the answer is the association's new id.
pub(crate) fn replace_association(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ReplaceNetworkAclAssociationRequest,
) -> Result<ec2::ReplaceNetworkAclAssociationResult, Error> {
    let wanted = required(input.association_id, "associationId")?;
    let id = id(input.network_acl_id)?;
    let new = home::write(cx, |tx| {
        let prefix = resource::prefix(cx.scope());
        let holder = tx
            .range::<NetworkAcl>(&prefix)
            .find(|acl| acl.associations.iter().any(|own| own.id.as_str() == wanted))
            .map(|acl| (**acl).clone());
        let mut from = holder.ok_or_else(|| Error::NotFound(Kind::Association, vec![wanted.clone()]))?;
        let target: NetworkAcl = take(tx, cx.scope(), id.as_str())?;
        if target.vpc_id != from.vpc_id {
            let sentence =
                format!("network ACL {id} and network {} belong to different networks", from.vpc_id);
            return Err(Error::Parameter(sentence));
        }
        let (moved, kept) = from.associations.into_iter().partition(|own| own.id.as_str() == wanted);
        from.associations = kept;
        let moved: Vec<Association> = moved;
        tx.put(from);
        // Read again: it may be the same ACL.
        let mut to: NetworkAcl = take(tx, cx.scope(), id.as_str())?;
        let new = NetworkAclAssociationId::new(cx.ids());
        for association in moved {
            to.associations.push(Association { id: new.clone(), subnet_id: association.subnet_id });
        }
        tx.emit(&Changed { kind: "NetworkAclChanged", resource: to.arn() });
        tx.put(to);
        Ok(new)
    })?;
    Ok(ec2::ReplaceNetworkAclAssociationResult { new_association_id: Some(new.to_string()) })
}

fn id(text: Option<String>) -> Result<NetworkAclId, Error> {
    let text = required(text, "networkAclId")?;
    NetworkAclId::parse(&text).map_err(|error| Error::Malformed(Kind::NetworkAcl, error.given, error.prefix))
}

/// 1 to 32766; the rule behind all others cannot be named.
fn rule_number(number: Option<i32>) -> Result<i32, Error> {
    let number = number.ok_or(Error::Missing("ruleNumber"))?;
    if (1..LAST).contains(&number) {
        return Ok(number);
    }
    let reason = format!("Rule numbers are 1 to {}.", LAST - 1);
    Err(Error::Value("ruleNumber", number.to_string(), reason))
}

/// An entry as it is stored: the protocol as a number, the block in its canonical form.
fn entry(input: ec2::CreateNetworkAclEntryRequest) -> Result<Entry, Error> {
    let number = rule_number(input.rule_number)?;
    let protocol = match required(input.protocol, "protocol")?.as_str() {
        "all" | "-1" => "-1".to_owned(),
        "tcp" | "6" => "6".to_owned(),
        "udp" | "17" => "17".to_owned(),
        "icmp" | "1" => "1".to_owned(),
        "icmpv6" | "58" => "58".to_owned(),
        other if other.parse::<u8>().is_ok() => other.to_owned(),
        other => {
            return Err(Error::Parameter(format!(
                "Invalid value '{other}' for IP protocol. Unknown protocol."
            )));
        }
    };
    let action = required(input.rule_action, "ruleAction")?;
    if !matches!(action.as_str(), "allow" | "deny") {
        return Err(Error::Value("ruleAction", action, "Valid values are allow and deny.".to_owned()));
    }
    let block = match (input.cidr_block, input.ipv6_cidr_block) {
        (Some(text), None) => {
            let block: Ipv4Block = text.parse().map_err(|_| vpc::not_a_block("cidrBlock", &text))?;
            block.to_string()
        }
        (None, Some(text)) => {
            let block: Ipv6Block = text.parse().map_err(|_| vpc::not_a_block("ipv6CidrBlock", &text))?;
            block.to_string()
        }
        (None, None) => return Err(Error::Missing("cidrBlock")),
        (Some(_), Some(_)) => {
            let sentence = "Only one of cidrBlock and ipv6CidrBlock can be specified";
            return Err(Error::Combination(sentence.to_owned()));
        }
    };
    let ports = input.port_range.map(|range| (range.from.unwrap_or(0), range.to.unwrap_or(65_535)));
    let icmp = input.icmp_type_code.map(|icmp| (icmp.type_.unwrap_or(-1), icmp.code.unwrap_or(-1)));
    let ported = matches!(protocol.as_str(), "6" | "17");
    if ported && ports.is_none() {
        return Err(Error::Missing("portRange"));
    }
    if let Some((from, to)) = ports.filter(|(from, to)| from > to || *from < 0 || *to > 65_535) {
        return Err(Error::Parameter(format!("Invalid TCP/UDP port range ({from}:{to})")));
    }
    Ok(Entry {
        number,
        egress: input.egress == Some(true),
        allow: action == "allow",
        block,
        ports: ports.filter(|_| ported),
        icmp: icmp.filter(|_| matches!(protocol.as_str(), "1" | "58")),
        protocol,
    })
}

fn shape(acl: &NetworkAcl) -> ec2::NetworkAcl {
    let association = |own: &Association| ec2::NetworkAclAssociation {
        network_acl_association_id: Some(own.id.to_string()),
        network_acl_id: Some(acl.id.to_string()),
        subnet_id: Some(own.subnet_id.to_string()),
    };
    ec2::NetworkAcl {
        network_acl_id: Some(acl.id.to_string()),
        vpc_id: Some(acl.vpc_id.to_string()),
        owner_id: Some(acl.scope.account.to_string()),
        is_default: Some(acl.is_default),
        associations: Some(acl.associations.iter().map(association).collect()),
        entries: Some(acl.entries.iter().map(shape_entry).collect()),
        tags: tag_set(&acl.tags),
    }
}

fn shape_entry(entry: &Entry) -> ec2::NetworkAclEntry {
    let is_v6 = entry.block.contains(':');
    let block = Some(entry.block.clone());
    ec2::NetworkAclEntry {
        cidr_block: block.clone().filter(|_| !is_v6),
        ipv6_cidr_block: block.filter(|_| is_v6),
        egress: Some(entry.egress),
        icmp_type_code: entry
            .icmp
            .map(|(kind, code)| ec2::IcmpTypeCode { type_: Some(kind), code: Some(code) }),
        port_range: entry.ports.map(|(from, to)| ec2::PortRange { from: Some(from), to: Some(to) }),
        protocol: Some(entry.protocol.clone()),
        rule_action: Some(entry.action().to_owned()),
        rule_number: Some(entry.number),
    }
}
