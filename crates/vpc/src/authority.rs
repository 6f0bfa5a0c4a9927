//! What networks bring to decisions about calls: whose they are, their tags, and the VPC they lie in.

use crate::address::Address;
use crate::dhcp_options::DhcpOptions;
use crate::egress_only_internet_gateway::EgressOnlyInternetGateway;
use crate::internet_gateway::InternetGateway;
use crate::nat_gateway::NatGateway;
use crate::network_acl::NetworkAcl;
use crate::network_insights_analysis::NetworkInsightsAnalysis;
use crate::network_insights_path::NetworkInsightsPath;
use crate::network_interface::NetworkInterface;
use crate::resource::{self, Resource};
use crate::route_table::RouteTable;
use crate::security_group::{Rule, SecurityGroup};
use crate::subnet::{CidrReservation, Subnet};
use crate::tag::by_prefix;
use crate::vpc::Vpc;
use base::{Arn, Region, Scope};
use ports::{Cx, ResourceFacts, Resources};
use store::View;

/// Knows the resources of this crate.
pub(crate) struct Known;

impl Resources for Known {
    fn services(&self) -> &'static [&'static str] {
        &["ec2"]
    }

    fn have_policies(&self) -> bool {
        false
    }

    fn look_up(&self, cx: &Cx, _action: &str, arn: &str) -> Option<ResourceFacts> {
        let arn = arn.parse::<Arn>().ok()?;
        let (_, id) = arn.resource.split_once('/')?;
        let scope = Scope::new(arn.account.parse().ok()?, Region::parse(&arn.region)?);
        cx.read(|view| by_prefix!(id, facts(view, &scope, id), else None))
    }
}

fn facts<R: Resource>(view: &View, scope: &Scope, id: &str) -> Option<ResourceFacts> {
    let row = view.get::<R>(&resource::key(scope, id))?;
    let mut facts = ResourceFacts::of(scope.account);
    facts.tags = row.tags().iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    let mut key = |name: &str, value: String| facts.keys.push((format!("ec2:{name}"), vec![value]));
    key("Region", scope.region.to_string());
    if let Some(name) = own_key(R::TYPE) {
        key(name, id.to_owned());
    }
    // A VPC does not lie in one.
    if R::TYPE != Vpc::TYPE {
        for vpc in row.filter("vpc-id") {
            key("Vpc", resource::arn(scope, Vpc::TYPE, &vpc));
        }
    }
    for zone in row.filter("availability-zone") {
        key("AvailabilityZone", zone);
    }
    if R::TYPE == NetworkInterface::TYPE {
        for subnet in row.filter("subnet-id") {
            key("Subnet", resource::arn(scope, Subnet::TYPE, &subnet));
        }
    }
    if R::TYPE == Address::TYPE {
        for (name, filter) in [("Domain", "domain"), ("PublicIpAddress", "public-ip")] {
            row.filter(filter).into_iter().for_each(|value| key(name, value));
        }
    }
    Some(facts)
}

/// The condition key that holds a resource's own id. Source: Service Authorization Reference, Amazon EC2.
fn own_key(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "vpc" => "VpcID",
        "subnet" => "SubnetID",
        "route-table" => "RouteTableID",
        "internet-gateway" => "InternetGatewayID",
        "security-group" => "SecurityGroupID",
        "network-acl" => "NetworkAclID",
        "dhcp-options" => "DhcpOptionsID",
        "network-interface" => "NetworkInterfaceID",
        "elastic-ip" => "AllocationId",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::Known;
    use base::AccountId;
    use ports::{Caller, Resources};
    use shapes_ec2 as ec2;
    use testkit::Local;

    #[test]
    fn resources_tell_their_tags_and_their_vpc() {
        let local = Local::new(crate::install);
        let cx = local.cx(Caller::root(AccountId::DEFAULT, None), "us-east-1");
        let subnets = local.call_with::<ec2::DescribeSubnets>(&cx, ec2::DescribeSubnetsRequest::default());
        let subnet = subnets.unwrap().subnets.unwrap().remove(0);
        let (id, vpc) = (subnet.subnet_id.unwrap(), subnet.vpc_id.unwrap());
        let tag = ec2::Tag { key: Some("team".to_owned()), value: Some("red".to_owned()) };
        let tagged = ec2::CreateTagsRequest {
            resources: Some(vec![id.clone()]),
            tags: Some(vec![tag]),
            ..ec2::CreateTagsRequest::default()
        };
        local.call_with::<ec2::CreateTags>(&cx, tagged).unwrap();
        let arn = |kind: &str, id: &str| format!("arn:aws:ec2:us-east-1:000000000000:{kind}/{id}");
        let look = |arn: &str| Known.look_up(&cx, "ec2:DeleteSubnet", arn);
        let found = look(&arn("subnet", &id)).unwrap();
        assert_eq!(found.tags, [("team".to_owned(), "red".to_owned())]);
        let of =
            |name: &str| found.keys.iter().find(|(key, _)| key == name).map(|(_, values)| values.concat());
        assert_eq!(of("ec2:Vpc"), Some(arn("vpc", &vpc)));
        assert_eq!((of("ec2:SubnetID"), of("ec2:Region")), (Some(id), Some("us-east-1".to_owned())));
        assert_eq!(of("ec2:AvailabilityZone"), subnet.availability_zone);
        let own = look(&arn("vpc", &vpc)).unwrap();
        assert!(own.keys.iter().any(|(key, values)| key == "ec2:VpcID" && values.concat() == vpc));
        assert!(own.keys.iter().all(|(key, _)| key != "ec2:Vpc"));
        for unknown in [arn("subnet", "subnet-0"), arn("subnet", "*"), "arn:aws:ec2:*:1:vpc/x".to_owned()] {
            assert!(look(&unknown).is_none(), "{unknown}");
        }
    }

    #[test]
    fn interfaces_and_addresses_tell_where_they_are() {
        let local = Local::new(crate::install);
        let cx = local.cx(Caller::root(AccountId::DEFAULT, None), "us-east-1");
        let subnets = local.call_with::<ec2::DescribeSubnets>(&cx, ec2::DescribeSubnetsRequest::default());
        let subnet = subnets.unwrap().subnets.unwrap().remove(0);
        let subnet_id = subnet.subnet_id.unwrap();
        let create = ec2::CreateNetworkInterfaceRequest {
            subnet_id: Some(subnet_id.clone()),
            ..ec2::CreateNetworkInterfaceRequest::default()
        };
        let made = local.call_with::<ec2::CreateNetworkInterface>(&cx, create).unwrap();
        let card = made.network_interface.unwrap().network_interface_id.unwrap();
        let address = ec2::AllocateAddressRequest::default();
        let address = local.call_with::<ec2::AllocateAddress>(&cx, address).unwrap();
        let allocation = address.allocation_id.unwrap();
        let nat = ec2::CreateNatGatewayRequest {
            subnet_id: Some(subnet_id.clone()),
            connectivity_type: Some("private".to_owned()),
            ..ec2::CreateNatGatewayRequest::default()
        };
        let nat = local.call_with::<ec2::CreateNatGateway>(&cx, nat).unwrap();
        let nat = nat.nat_gateway.unwrap().nat_gateway_id.unwrap();
        let arn = |kind: &str, id: &str| format!("arn:aws:ec2:us-east-1:000000000000:{kind}/{id}");
        let of = |arn: &str, name: &str| {
            let found = Known.look_up(&cx, "ec2:DescribeTags", arn).unwrap();
            found.keys.into_iter().find(|(key, _)| key == name).map(|(_, values)| values.concat())
        };
        let vpc = arn("vpc", &subnet.vpc_id.unwrap());
        for (arn, name, want) in [
            (arn("network-interface", &card), "ec2:Subnet", arn("subnet", &subnet_id)),
            (arn("network-interface", &card), "ec2:NetworkInterfaceID", card.clone()),
            (arn("network-interface", &card), "ec2:Vpc", vpc.clone()),
            (arn("elastic-ip", &allocation), "ec2:AllocationId", allocation.clone()),
            (arn("elastic-ip", &allocation), "ec2:PublicIpAddress", address.public_ip.unwrap()),
            (arn("elastic-ip", &allocation), "ec2:Domain", "vpc".to_owned()),
            (arn("natgateway", &nat), "ec2:Vpc", vpc),
        ] {
            assert_eq!(of(&arn, name), Some(want), "{arn} {name}");
        }
    }
}
