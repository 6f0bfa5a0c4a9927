//! What networks bring to decisions about calls.

use crate::KINDS;
use ec2_resource::authority::Known;
use ports::Resources;
use std::sync::Arc;

/// Knows the resources of this crate.
pub fn resources() -> Arc<dyn Resources> {
    Arc::new(Known(KINDS))
}

#[cfg(test)]
mod tests {
    use super::resources;
    use base::AccountId;
    use ec2_resource::neighbour::NoInstances;
    use ports::{Caller, NoLogBuckets};
    use shapes_ec2 as ec2;
    use std::sync::Arc;
    use testkit::Local;

    #[test]
    fn resources_tell_their_tags_and_their_vpc() {
        let local = Local::new(|registry| {
            crate::install(registry, Arc::new(NoInstances), Vec::new(), Arc::new(NoLogBuckets));
        });
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
        let look = |arn: &str| resources().look_up(&cx, "ec2:DeleteSubnet", arn);
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
        // What has no zone tells none.
        let groups = ec2::DescribeSecurityGroupRulesRequest::default();
        let rules = local.call_with::<ec2::DescribeSecurityGroupRules>(&cx, groups).unwrap();
        let rule = rules.security_group_rules.unwrap().remove(0);
        let (group, rule) = (rule.group_id.unwrap(), rule.security_group_rule_id.unwrap());
        for arn in [arn("security-group", &group), arn("security-group-rule", &rule)] {
            let found = look(&arn).unwrap();
            assert!(found.keys.iter().all(|(key, _)| key != "ec2:AvailabilityZone"), "{arn}");
            let vpcs = found.keys.iter().filter(|(key, _)| key == "ec2:Vpc");
            assert!(vpcs.flat_map(|(_, values)| values).all(|value| value.contains(":vpc/vpc-")), "{arn}");
        }
        for unknown in [arn("subnet", "subnet-0"), arn("subnet", "*"), "arn:aws:ec2:*:1:vpc/x".to_owned()] {
            assert!(look(&unknown).is_none(), "{unknown}");
        }
    }

    #[test]
    fn interfaces_and_addresses_tell_where_they_are() {
        let local = Local::new(|registry| {
            crate::install(registry, Arc::new(NoInstances), Vec::new(), Arc::new(NoLogBuckets));
        });
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
            let found = resources().look_up(&cx, "ec2:DescribeTags", arn).unwrap();
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
