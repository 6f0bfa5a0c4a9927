//! EC2's ids, whose prefix tells the type of a resource.

use crate::{Request, ResourceType, tables};

/// Prefixes and types as the table of actions calls them. Source: the ids of the EC2 API reference's examples.
const PREFIXES: [(&str, &str); 76] = [
    ("acl", "network-acl"),
    ("aki", "image"),
    ("ami", "image"),
    ("ari", "image"),
    ("cagw", "carrier-gateway"),
    ("cgw", "customer-gateway"),
    ("coip-pool", "coip-pool"),
    ("cr", "capacity-reservation"),
    ("crf", "capacity-reservation-fleet"),
    ("cvpn-endpoint", "client-vpn-endpoint"),
    ("dopt", "dhcp-options"),
    ("eice", "instance-connect-endpoint"),
    ("eigw", "egress-only-internet-gateway"),
    ("eipalloc", "elastic-ip"),
    ("eni", "network-interface"),
    ("export-ami", "export-image-task"),
    ("export-i", "export-instance-task"),
    ("afi", "fpga-image"),
    ("fl", "vpc-flow-log"),
    ("fleet", "fleet"),
    ("h", "dedicated-host"),
    ("hr", "host-reservation"),
    ("i", "instance"),
    ("iew", "instance-event-window"),
    ("igw", "internet-gateway"),
    ("import-ami", "import-image-task"),
    ("import-snap", "import-snapshot-task"),
    ("ipam", "ipam"),
    ("ipam-ext-res-ver-token", "ipam-external-resource-verification-token"),
    ("ipam-policy", "ipam-policy"),
    ("ipam-pool", "ipam-pool"),
    ("ipam-pool-alloc", "ipam-pool-allocation"),
    ("ipam-res-disco", "ipam-resource-discovery"),
    ("ipam-res-disco-assoc", "ipam-resource-discovery-association"),
    ("ipam-scope", "ipam-scope"),
    ("ipv4pool-ec2", "ipv4pool-ec2"),
    ("ipv6pool-ec2", "ipv6pool-ec2"),
    ("key", "key-pair"),
    ("lgw", "local-gateway"),
    ("lgw-rtb", "local-gateway-route-table"),
    ("lgw-vif", "local-gateway-virtual-interface"),
    ("lgw-vif-grp", "local-gateway-virtual-interface-group"),
    ("lt", "launch-template"),
    ("nat", "natgateway"),
    ("nia", "network-insights-analysis"),
    ("nip", "network-insights-path"),
    ("nis", "network-insights-access-scope"),
    ("nisa", "network-insights-access-scope-analysis"),
    ("pcx", "vpc-peering-connection"),
    ("pg", "placement-group"),
    ("pl", "prefix-list"),
    ("replacevol", "replace-root-volume-task"),
    ("rs", "route-server"),
    ("rse", "route-server-endpoint"),
    ("rsp", "route-server-peer"),
    ("rtb", "route-table"),
    ("scr", "subnet-cidr-reservation"),
    ("sfr", "spot-fleet-request"),
    ("sg", "security-group"),
    ("sgr", "security-group-rule"),
    ("sir", "spot-instances-request"),
    ("snap", "snapshot"),
    ("subnet", "subnet"),
    ("tgw", "transit-gateway"),
    ("tgw-attach", "transit-gateway-attachment"),
    ("tgw-connect-peer", "transit-gateway-connect-peer"),
    ("tgw-mcast-domain", "transit-gateway-multicast-domain"),
    ("tgw-ptb", "transit-gateway-policy-table"),
    ("tgw-rtb", "transit-gateway-route-table"),
    ("vgw", "vpn-gateway"),
    ("vol", "volume"),
    ("vpc", "vpc"),
    ("vpce", "vpc-endpoint"),
    ("vpce-svc", "vpc-endpoint-service"),
    ("vpcbpa-exclude", "vpc-block-public-access-exclusion"),
    ("vpn", "vpn-connection"),
];

/// The type of an id: what stands before its last hyphen.
pub(crate) fn kind(id: &str) -> Option<&'static ResourceType> {
    let (prefix, _) = id.rsplit_once('-')?;
    let (_, name) = PREFIXES.iter().find(|(own, _)| *own == prefix)?;
    tables::service("ec2")?.kind(name)
}

/// Whether Systems Manager's id is one of the other kind of node: `mi-` are those outside EC2.
pub(crate) fn is_of_other_kind(kind: &ResourceType, id: &str) -> bool {
    match (kind.service.as_str(), kind.name.as_str()) {
        ("ssm", "managed-instance") => !id.starts_with("mi-"),
        ("ssm", "instance") => id.starts_with("mi-"),
        _ => false,
    }
}

/// An ARN of EC2's of a type without a template.
pub(crate) fn unknown(request: &Request<'_>, resource: &str) -> String {
    let Request { partition, region, account, .. } = request;
    format!("arn:{partition}:ec2:{region}:{account}:{resource}")
}

#[cfg(test)]
mod tests {
    use super::{PREFIXES, kind};

    #[test]
    fn every_prefix_leads_to_a_type() {
        for (prefix, name) in PREFIXES {
            let found = kind(&format!("{prefix}-0123456789abcdef0"));
            assert_eq!(found.map(|kind| kind.name.as_str()), Some(name), "{prefix}");
        }
        assert!(kind("nothing").is_none());
        assert!(kind("xyz-0123").is_none());
    }
}
