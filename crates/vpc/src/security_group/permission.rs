//! `IpPermissions` into rules, and rules into what is answered.

use super::model::{Peer, Rule, Traffic};
use crate::error::{Error, Kind};
use crate::id::{PrefixListId, SecurityGroupId};
use crate::resource::{Resource, tag_set};
use base::{AccountId, Ipv4Block, Ipv6Block};
use shapes_ec2 as ec2;
use std::sync::Arc;

/// One rule that is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) traffic: Traffic,
    pub(crate) peer: Peer,
    pub(crate) description: Option<String>,
}

/// The flat parameters of the older form, as a permission.
pub(crate) struct Flat {
    pub(crate) protocol: Option<String>,
    pub(crate) from: Option<i32>,
    pub(crate) to: Option<i32>,
    pub(crate) cidr: Option<String>,
    pub(crate) group: Option<String>,
    pub(crate) group_owner: Option<String>,
}

impl Flat {
    /// The permission; `None` where none of the parameters is given.
    pub(crate) fn permission(self) -> Option<ec2::IpPermission> {
        let Self { protocol, from, to, cidr, group, group_owner } = self;
        if protocol.is_none() && cidr.is_none() && group.is_none() {
            return None;
        }
        let range = |cidr| ec2::IpRange { cidr_ip: Some(cidr), description: None };
        let pair = |name| ec2::UserIdGroupPair {
            group_name: Some(name),
            user_id: group_owner,
            ..ec2::UserIdGroupPair::default()
        };
        Some(ec2::IpPermission {
            // Naming only a group opens all protocols, as it did in EC2-Classic.
            ip_protocol: protocol.or_else(|| group.is_some().then(|| "-1".to_owned())),
            from_port: from,
            to_port: to,
            ip_ranges: cidr.map(|cidr| vec![range(cidr)]),
            user_id_group_pairs: group.map(|name| vec![pair(name)]),
            ..ec2::IpPermission::default()
        })
    }
}

/// Reads permissions into rules, one a peer. `group` finds a peer group by its id or name, `list` a prefix list by its id.
pub(crate) fn rules(
    permissions: &[ec2::IpPermission],
    group: &dyn Fn(&ec2::UserIdGroupPair) -> Result<(AccountId, SecurityGroupId), Error>,
    list: &dyn Fn(&str) -> Result<PrefixListId, Error>,
) -> Result<Vec<Wanted>, Error> {
    let mut wanted = Vec::new();
    for permission in permissions {
        let traffic = traffic(permission)?;
        let before = wanted.len();
        let mut add = |peer, description: &Option<String>| {
            wanted.push(Wanted { traffic: traffic.clone(), peer, description: description.clone() });
        };
        for range in permission.ip_ranges.iter().flatten() {
            add(Peer::Ipv4(ipv4(range.cidr_ip.as_deref().unwrap_or_default())?), &range.description);
        }
        for range in permission.ipv6_ranges.iter().flatten() {
            add(Peer::Ipv6(ipv6(range.cidr_ipv6.as_deref().unwrap_or_default())?), &range.description);
        }
        for pair in permission.user_id_group_pairs.iter().flatten() {
            let (owner, id) = group(pair)?;
            add(Peer::Group { owner, id }, &pair.description);
        }
        for own in permission.prefix_list_ids.iter().flatten() {
            let id = own.prefix_list_id.as_deref().unwrap_or_default();
            add(Peer::PrefixList(list(id)?), &own.description);
        }
        if wanted.len() == before {
            return Err(Error::MissingOneOf(
                "Missing source specification: include source security group or CIDR information",
            ));
        }
    }
    Ok(wanted)
}

/// Protocol and ports, normalised: words for the four known protocols, no ports where the protocol has none.
fn traffic(permission: &ec2::IpPermission) -> Result<Traffic, Error> {
    let Some(given) = permission.ip_protocol.as_deref() else {
        let sentence =
            "Invalid value 'null' for protocol. VPC security group rules must specify protocols explicitly.";
        return Err(Error::Parameter(sentence.to_owned()));
    };
    let (from, to) = (permission.from_port, permission.to_port);
    let lower = given.to_ascii_lowercase();
    let protocol = match lower.as_str() {
        "-1" | "all" => "-1",
        "tcp" | "6" => "tcp",
        "udp" | "17" => "udp",
        "icmp" | "1" => "icmp",
        "icmpv6" | "58" => "icmpv6",
        other if other.parse::<u8>().is_ok() => other,
        _ => {
            return Err(Error::Parameter(format!(
                "Invalid value '{given}' for IP protocol. Unknown protocol."
            )));
        }
    };
    let ports = match protocol {
        "tcp" | "udp" => {
            let (Some(from), Some(to)) = (from, to) else {
                let sentence =
                    "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.";
                return Err(Error::Parameter(sentence.to_owned()));
            };
            if from > to || from < 0 || to > 65_535 {
                return Err(Error::Parameter(format!("Invalid TCP/UDP port range ({from}:{to})")));
            }
            Some((from, to))
        }
        "icmp" | "icmpv6" => Some((from.unwrap_or(-1), to.unwrap_or(-1))),
        _ => None,
    };
    Ok(Traffic { protocol: protocol.to_owned(), ports })
}

fn ipv4(text: &str) -> Result<String, Error> {
    let block: Result<Ipv4Block, _> = text.parse();
    block
        .map(|block| block.to_string())
        .map_err(|_| Error::Parameter(format!("CIDR block {text} is malformed")))
}

fn ipv6(text: &str) -> Result<String, Error> {
    let block: Result<Ipv6Block, _> = text.parse();
    block
        .map(|block| block.to_string())
        .map_err(|_| Error::Parameter(format!("CIDR block {text} is malformed")))
}

/// How InvalidPermission.Duplicate describes a rule.
pub(crate) fn describe(traffic: &Traffic, peer: &Peer) -> String {
    let peer = peer.text();
    let Traffic { protocol, ports } = traffic;
    match (protocol.as_str(), ports) {
        ("-1", _) => format!("peer: {peer}, ALL, ALLOW"),
        ("icmp" | "icmpv6", Some((kind, code))) => {
            format!("peer: {peer}, {}, type: {kind}, code: {code}, ALLOW", protocol.to_uppercase())
        }
        (_, Some((from, to))) => {
            format!("peer: {peer}, {}, from port: {from}, to port: {to}, ALLOW", protocol.to_uppercase())
        }
        (_, None) => format!("peer: {peer}, protocol: {protocol}, ALLOW"),
    }
}

/// Rules merged into permissions: one for each protocol and range of ports, in the order of their first rule.
pub(crate) fn permissions(rules: &[Arc<Rule>], egress: bool) -> Vec<ec2::IpPermission> {
    let mut merged: Vec<(Traffic, ec2::IpPermission)> = Vec::new();
    for rule in rules.iter().filter(|rule| rule.egress == egress) {
        let position = merged.iter().position(|(traffic, _)| *traffic == rule.traffic);
        let position = position.unwrap_or_else(|| {
            merged.push((rule.traffic.clone(), empty_permission(&rule.traffic)));
            merged.len() - 1
        });
        add_peer(&mut merged[position].1, rule);
    }
    merged.into_iter().map(|(_, permission)| permission).collect()
}

fn empty_permission(traffic: &Traffic) -> ec2::IpPermission {
    ec2::IpPermission {
        ip_protocol: Some(traffic.protocol.clone()),
        from_port: traffic.ports.map(|(from, _)| from),
        to_port: traffic.ports.map(|(_, to)| to),
        ip_ranges: Some(Vec::new()),
        ipv6_ranges: Some(Vec::new()),
        user_id_group_pairs: Some(Vec::new()),
        prefix_list_ids: Some(Vec::new()),
    }
}

fn add_peer(permission: &mut ec2::IpPermission, rule: &Rule) {
    let description = rule.description.clone();
    match &rule.peer {
        Peer::Ipv4(block) => {
            let range = ec2::IpRange { cidr_ip: Some(block.clone()), description };
            permission.ip_ranges.get_or_insert_default().push(range);
        }
        Peer::Ipv6(block) => {
            let range = ec2::Ipv6Range { cidr_ipv6: Some(block.clone()), description };
            permission.ipv6_ranges.get_or_insert_default().push(range);
        }
        Peer::Group { owner, id } => {
            let pair = ec2::UserIdGroupPair {
                user_id: Some(owner.to_string()),
                group_id: Some(id.to_string()),
                description,
                ..ec2::UserIdGroupPair::default()
            };
            permission.user_id_group_pairs.get_or_insert_default().push(pair);
        }
        Peer::PrefixList(id) => {
            let list = ec2::PrefixListId { prefix_list_id: Some(id.to_string()), description };
            permission.prefix_list_ids.get_or_insert_default().push(list);
        }
    }
}

/// A rule by itself.
pub(crate) fn shape(rule: &Rule) -> ec2::SecurityGroupRule {
    let ports = rule.traffic.ports.unwrap_or((-1, -1));
    let mut shape = ec2::SecurityGroupRule {
        security_group_rule_id: Some(rule.id.to_string()),
        security_group_rule_arn: Some(rule.arn()),
        group_id: Some(rule.group_id.to_string()),
        group_owner_id: Some(rule.scope.account.to_string()),
        is_egress: Some(rule.egress),
        ip_protocol: Some(rule.traffic.protocol.clone()),
        from_port: Some(ports.0),
        to_port: Some(ports.1),
        description: rule.description.clone(),
        tags: tag_set(&rule.tags),
        ..ec2::SecurityGroupRule::default()
    };
    match &rule.peer {
        Peer::Ipv4(block) => shape.cidr_ipv4 = Some(block.clone()),
        Peer::Ipv6(block) => shape.cidr_ipv6 = Some(block.clone()),
        Peer::Group { owner, id } => {
            shape.referenced_group_info = Some(ec2::ReferencedSecurityGroup {
                group_id: Some(id.to_string()),
                user_id: Some(owner.to_string()),
                ..ec2::ReferencedSecurityGroup::default()
            });
        }
        Peer::PrefixList(id) => shape.prefix_list_id = Some(id.to_string()),
    }
    shape
}

/// A group's id as a parameter.
pub(crate) fn group_id(text: &str) -> Result<SecurityGroupId, Error> {
    SecurityGroupId::parse(text)
        .map_err(|error| Error::Malformed(Kind::SecurityGroup, error.given, error.prefix))
}

#[cfg(test)]
mod tests {
    use super::traffic;
    use shapes_ec2::IpPermission;

    #[test]
    fn protocols_are_normalised_and_ports_checked() {
        for (protocol, from, to, want) in [
            (Some("tcp"), Some(80), Some(80), Ok(("tcp", Some((80, 80))))),
            (Some("6"), Some(0), Some(65_535), Ok(("tcp", Some((0, 65_535))))),
            (Some("-1"), Some(1), Some(2), Ok(("-1", None))),
            (Some("all"), None, None, Ok(("-1", None))),
            (Some("icmp"), None, None, Ok(("icmp", Some((-1, -1))))),
            (Some("50"), Some(1), Some(2), Ok(("50", None))),
            (Some("tcp"), Some(90), Some(80), Err("Invalid TCP/UDP port range (90:80)")),
            (Some("tcp"), None, None, Err("Must specify both from and to ports")),
            (Some("foo"), None, None, Err("Unknown protocol.")),
            (None, None, None, Err("must specify protocols explicitly")),
        ] {
            let permission = IpPermission {
                ip_protocol: protocol.map(str::to_owned),
                from_port: from,
                to_port: to,
                ..IpPermission::default()
            };
            match (traffic(&permission), want) {
                (Ok(found), Ok((protocol, ports))) => {
                    assert_eq!((found.protocol.as_str(), found.ports), (protocol, ports));
                }
                (Err(error), Err(part)) => assert!(format!("{error:?}").contains(part), "{error:?}"),
                (found, want) => panic!("{found:?} is not {want:?}"),
            }
        }
    }
}
