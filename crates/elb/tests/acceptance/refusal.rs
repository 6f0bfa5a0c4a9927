//! What each operation refuses beside what the tests of its resource show: each documented refusal of each operation.

use crate::quota::refuses_actions;
use crate::{NOTHING, Place, fixed, forward, refuses, with};
use serde_json::{Value, json};

const TAGS: &str =
    "The quota for the number of tags that can be assigned to a load balancer has been reached";
const TWICE: &str = "A tag key was specified more than once.";
const CODE: &str = "InvalidConfigurationRequest";

fn redirect() -> Value {
    json!({ "Type": "redirect", "RedirectConfig": { "StatusCode": "HTTP_301" } })
}

#[test]
fn tags_of_creations_are_checked() {
    let place = Place::new();
    let balancer = place.balancer("application", "web");
    let group = place.group("web", "HTTP", &json!({}));
    let listener = place.listener(&balancer, "HTTP", 80, &group);
    let many: Vec<Value> = (0..51).map(|n| json!({ "Key": n.to_string(), "Value": "" })).collect();
    let twice = json!([{ "Key": "a", "Value": "1" }, { "Key": "a", "Value": "2" }]);
    let condition = json!([{ "Field": "path-pattern", "Values": ["/"] }]);
    let creations = [
        ("CreateLoadBalancer", json!({ "Name": "other", "Subnets": place.two() })),
        ("CreateTargetGroup", json!({ "Name": "other", "Protocol": "HTTP", "Port": 80, "VpcId": place.vpc })),
        (
            "CreateListener",
            json!({ "LoadBalancerArn": balancer, "Protocol": "HTTP", "Port": 81, "DefaultActions": [fixed()] }),
        ),
        (
            "CreateRule",
            json!({ "ListenerArn": listener, "Priority": 1, "Conditions": condition, "Actions": [fixed()] }),
        ),
        (
            "CreateTrustStore",
            json!({ "Name": "other", "CaCertificatesBundleS3Bucket": "b", "CaCertificatesBundleS3Key": "k" }),
        ),
    ];
    for (operation, wish) in creations {
        refuses(
            &place.v2,
            &[
                (operation, with(&wish, &json!({ "Tags": many })), "TooManyTags", TAGS),
                (operation, with(&wish, &json!({ "Tags": twice })), "DuplicateTagKeys", TWICE),
            ],
        );
    }
    let classic = crate::classic::wish(&place, "old");
    let own = |tags: &Value| json!({ "LoadBalancerNames": ["old"], "Tags": tags });
    for (tags, code, sentence) in [(json!(many), "TooManyTags", TAGS), (twice, "DuplicateTagKeys", TWICE)] {
        let wish = with(&classic, &json!({ "Tags": tags }));
        refuses(&place.v1, &[("CreateLoadBalancer", wish, code, sentence)]);
    }
    place.v1.call("CreateLoadBalancer", &with(&classic, &json!({ "Tags": many[..50] }))).ok();
    let one = json!([{ "Key": "one-more", "Value": "" }]);
    refuses(&place.v1, &[("AddTags", own(&one), "TooManyTags", TAGS)]);
    let again = own(&json!(many[..50]));
    place.v1.call("AddTags", &again).ok();
    // What was refused left nothing behind.
    let shown = place.v2.call("DescribeTargetGroups", &json!({})).ok();
    assert_eq!(shown.texts("DescribeTargetGroupsResult.TargetGroups.member.TargetGroupName"), ["web"]);
}

#[test]
fn every_operation_with_actions_checks_where_they_lead() {
    let place = Place::new();
    let balancer = place.balancer("application", "web");
    let elsewhere = place.balancer("application", "other");
    let busy = place.group("busy", "HTTP", &json!({}));
    place.listener(&elsewhere, "HTTP", 80, &busy);
    let tcp = place.group("tcp", "TCP", &json!({}));
    let grpc = place.group("grpc", "HTTP", &json!({ "ProtocolVersion": "GRPC" }));
    let nothing = format!("{}/{NOTHING}", busy.rsplit_once('/').expect("an ARN has parts").0);
    for (action, code, sentence) in [
        (forward(&nothing), "TargetGroupNotFound", format!("Target group '{nothing}' not found")),
        (
            forward(&busy),
            "TargetGroupAssociationLimit",
            format!(
                "The following target groups cannot be associated with more than one load balancer: {busy}"
            ),
        ),
        (
            forward(&tcp),
            "IncompatibleProtocols",
            format!(
                "The listener and its associated target group '{tcp}' have incompatible protocols: 'HTTP' and 'TCP'"
            ),
        ),
        (
            forward(&grpc),
            CODE,
            "Listener protocol 'HTTP' is not supported with a target group with the protocol-version 'GRPC'"
                .to_owned(),
        ),
        (
            redirect(),
            "InvalidLoadBalancerAction",
            "The redirect configuration is not valid because it creates a loop.".to_owned(),
        ),
    ] {
        refuses_actions(&place, &balancer, &json!([action]), (code, &sentence));
    }
}

#[test]
fn listeners_of_tls_are_checked_when_they_are_made_and_when_they_change() {
    let place = Place::at("real");
    let (web, net) = (place.balancer("application", "web"), place.balancer("network", "net"));
    let tls = place.group("tls", "TLS", &json!({}));
    let certificates = json!([{ "CertificateArn": place.certificate("www") }]);
    let https = |port: u16, more: Value| {
        let own = json!({
            "LoadBalancerArn": web, "Protocol": "HTTPS", "Port": port, "Certificates": certificates,
            "DefaultActions": [fixed()],
        });
        with(&own, &more)
    };
    let secure = |port: u16, more: Value| {
        let own = json!({
            "LoadBalancerArn": net, "Protocol": "TLS", "Port": port, "Certificates": certificates,
            "DefaultActions": [forward(&tls)],
        });
        with(&own, &more)
    };
    let path = "CreateListenerResult.Listeners.member.ListenerArn";
    let own = place.v2.call("CreateListener", &https(443, json!({}))).ok().text(path);
    let of_net = place.v2.call("CreateListener", &secure(443, json!({}))).ok().text(path);
    let s3 = place.server.client("s3");
    s3.request("PUT", "/trust").send().ok();
    s3.request("PUT", "/trust/bundle.pem").body(crate::LEAF).send().ok();
    let store = json!({ "Name": "s", "CaCertificatesBundleS3Bucket": "trust", "CaCertificatesBundleS3Key": "bundle.pem" });
    let made = place.v2.call("CreateTrustStore", &store).ok();
    let store = made.text("CreateTrustStoreResult.TrustStores.member.TrustStoreArn");
    let nothing = format!("{}/{NOTHING}", store.rsplit_once('/').expect("an ARN has parts").0);
    let verify = |arn: &str| json!({ "MutualAuthentication": { "Mode": "verify", "TrustStoreArn": arn } });
    let unready = format!("Trust store with ARN '{store}' is not in ACTIVE state");
    let nowhere = "arn:aws:iam::000000000000:server-certificate/nowhere";
    for (change, code, sentence) in [
        (verify(&nothing), "TrustStoreNotFound", "The specified trust store does not exist.".to_owned()),
        (verify(&store), "TrustStoreNotReady", unready),
        (json!({ "SslPolicy": "x" }), "SSLPolicyNotFound", "SSL policy 'x' not found".to_owned()),
        (
            json!({ "Certificates": [{ "CertificateArn": nowhere }] }),
            "CertificateNotFound",
            format!("Certificate '{nowhere}' not found"),
        ),
    ] {
        let modify = with(&json!({ "ListenerArn": own }), &change);
        refuses(
            &place.v2,
            &[
                ("CreateListener", https(444, change), code, &sentence),
                ("ModifyListener", modify, code, &sentence),
            ],
        );
    }
    let alpn = json!({ "AlpnPolicy": ["x"] });
    let sentence = "The specified ALPN policy is not supported.";
    let modify = with(&json!({ "ListenerArn": of_net }), &alpn);
    let plain = json!({ "Protocol": "TCP", "MutualAuthentication": { "Mode": "passthrough" } });
    let mutual = "Mutual authentication is supported only on HTTPS listeners";
    refuses(
        &place.v2,
        &[
            ("CreateListener", secure(444, alpn), "ALPNPolicyNotFound", sentence),
            ("ModifyListener", modify, "ALPNPolicyNotFound", sentence),
            ("ModifyListener", with(&json!({ "ListenerArn": of_net }), &plain), CODE, mutual),
        ],
    );
}

#[test]
fn places_of_load_balancers_are_checked_again_when_they_change() {
    let place = Place::new();
    let (web, net) = (place.balancer("application", "web"), place.balancer("network", "net"));
    let gateway = place.balancer("gateway", "gwy");
    let other = place.ec2.call("CreateVpc", &json!({ "CidrBlock": "10.9.0.0/16" })).ok().text("vpc.vpcId");
    let foreign = json!({ "GroupName": "g", "GroupDescription": "g", "VpcId": other });
    let foreign = place.ec2.call("CreateSecurityGroup", &foreign).ok().text("groupId");
    let small = json!({ "VpcId": place.vpc, "CidrBlock": "10.0.9.0/28", "AvailabilityZone": "us-east-1d" });
    let small = place.ec2.call("CreateSubnet", &small).ok().text("subnet.subnetId");
    for _ in 0..4 {
        place.ec2.call("CreateNetworkInterface", &json!({ "SubnetId": small })).ok();
    }
    let full = format!(
        "Not enough IP space available in {small}. ELB requires at least 8 free IP addresses in each subnet."
    );
    let lone = json!({ "VpcId": other, "CidrBlock": "10.9.1.0/24", "AvailabilityZone": "us-east-1a" });
    let lone = place.ec2.call("CreateSubnet", &lone).ok().text("subnet.subnetId");
    let no_ipv6 = format!("The subnet '{}' does not have an IPv6 CIDR block", place.subnets[0]);
    let of = |arn: &str, more: Value| with(&json!({ "LoadBalancerArn": arn }), &more);
    let mapping = json!([{ "SubnetId": place.subnets[2], "AllocationId": "eipalloc-0" }]);
    refuses(
        &place.v2,
        &[
            (
                "SetSubnets",
                of(&web, json!({ "Subnets": ["subnet-0", place.subnets[1]] })),
                "SubnetNotFound",
                "The subnet ID 'subnet-0' does not exist",
            ),
            ("SetSubnets", of(&web, json!({ "Subnets": [place.subnets[0], small] })), "InvalidSubnet", &full),
            (
                "SetSubnets",
                of(&web, json!({ "Subnets": [place.subnets[1], lone] })),
                CODE,
                "All subnets must belong to the same VPC",
            ),
            (
                "SetSubnets",
                of(&net, json!({ "SubnetMappings": mapping })),
                "AllocationIdNotFound",
                "The allocation IDs 'eipalloc-0' do not exist",
            ),
            (
                "SetSecurityGroups",
                of(&web, json!({ "SecurityGroups": ["sg-0"] })),
                "InvalidSecurityGroup",
                "Security group 'sg-0' does not exist",
            ),
            (
                "SetSecurityGroups",
                of(&web, json!({ "SecurityGroups": [foreign] })),
                "InvalidSecurityGroup",
                "One or more security groups are invalid",
            ),
            (
                "SetSecurityGroups",
                of(&gateway, json!({ "SecurityGroups": [foreign] })),
                CODE,
                "Security groups are not supported for load balancers with type 'gateway'",
            ),
            (
                "SetIpAddressType",
                of(&net, json!({ "IpAddressType": "dualstack" })),
                "InvalidSubnet",
                &no_ipv6,
            ),
            (
                "ModifyCapacityReservation",
                of(&gateway, json!({ "ResetCapacityReservation": true })),
                CODE,
                "Capacity reservations are not supported for Gateway Load Balancers",
            ),
            (
                "ModifyIpPools",
                of(&net, json!({ "IpamPools": { "Ipv4IpamPoolId": "ipam-pool-0" } })),
                CODE,
                "IPAM pools are supported only for internet-facing Application Load Balancers",
            ),
        ],
    );
}

#[test]
fn datagrams_keep_a_load_balancer_from_two_families_of_addresses() {
    let place = Place::new();
    crate::family::ipv6(&place);
    let net = place.balancer("network", "net");
    let udp = place.group("udp", "UDP", &json!({}));
    place.listener(&net, "UDP", 53, &udp);
    let wish = json!({ "LoadBalancerArn": net, "IpAddressType": "dualstack" });
    let sentence = "UDP listeners on dualstack load balancers require a prefix for IPv6 source NAT";
    refuses(&place.v2, &[("SetIpAddressType", wish.clone(), CODE, sentence)]);
    let both = with(&wish, &json!({ "Subnets": place.two(), "EnablePrefixForIpv6SourceNat": "on" }));
    place.v2.call("SetSubnets", &both).ok();
    place.v2.call("SetIpAddressType", &wish).ok();
    let addresses = place.interfaces("ELB net/net/*", "ipv6AddressesSet.item.ipv6Address");
    assert_eq!(addresses.len(), 2, "{addresses:?}");
}

#[test]
fn what_else_the_older_api_refuses() {
    let place = Place::new();
    place.v1.call("CreateLoadBalancer", &crate::classic::wish(&place, "web")).ok();
    let own = |more: Value| with(&json!({ "LoadBalancerName": "web" }), &more);
    let other = place.ec2.call("CreateVpc", &json!({ "CidrBlock": "10.9.0.0/16" })).ok().text("vpc.vpcId");
    let foreign = json!({ "GroupName": "g", "GroupDescription": "g", "VpcId": other });
    let foreign = place.ec2.call("CreateSecurityGroup", &foreign).ok().text("groupId");
    let subnet = |vpc: &str, block: &str, zone: &str| {
        let wish = json!({ "VpcId": vpc, "CidrBlock": block, "AvailabilityZone": zone });
        place.ec2.call("CreateSubnet", &wish).ok().text("subnet.subnetId")
    };
    let (small, lone) =
        (subnet(&place.vpc, "10.0.9.0/28", "us-east-1d"), subnet(&other, "10.9.1.0/24", "us-east-1d"));
    let twin = subnet(&place.vpc, "10.0.8.0/24", "us-east-1a");
    for _ in 0..11 {
        place.ec2.call("CreateNetworkInterface", &json!({ "SubnetId": small })).ok();
    }
    let full = format!("Not enough IP space available in {small}.");
    let no_gateway = format!("VPC {other} has no internet gateway");
    let listener = |more: Value| {
        let http = json!({ "Protocol": "HTTP", "LoadBalancerPort": 81, "InstancePort": 81 });
        own(json!({ "Listeners": [with(&http, &more)] }))
    };
    let group = "One or more of the specified security groups do not exist.";
    let certificate = json!({ "Protocol": "HTTPS", "SSLCertificateId": "arn:x" });
    let cookie = own(json!({ "PolicyName": "p" }));
    place.v1.call("CreateLBCookieStickinessPolicy", &cookie).ok();
    let taken = "A policy with the specified name already exists for this load balancer.";
    let proxy = with(
        &cookie,
        &json!({
            "PolicyTypeName": "ProxyProtocolPolicyType",
            "PolicyAttributes": [{ "AttributeName": "ProxyProtocol", "AttributeValue": "true" }],
        }),
    );
    let backend = own(json!({ "InstancePort": 8080, "PolicyNames": ["none"] }));
    let attribute =
        own(json!({ "LoadBalancerAttributes": { "AdditionalAttributes": [{ "Key": "x", "Value": "y" }] } }));
    let elsewhere = with(&crate::classic::wish(&place, "other"), &json!({ "Subnets": [lone] }));
    let scheme = with(&crate::classic::wish(&place, "other"), &json!({ "Scheme": "x" }));
    refuses(
        &place.v1,
        &[
            (
                "ApplySecurityGroupsToLoadBalancer",
                own(json!({ "SecurityGroups": ["sg-0"] })),
                "InvalidSecurityGroup",
                group,
            ),
            (
                "AttachLoadBalancerToSubnets",
                own(json!({ "Subnets": ["subnet-0"] })),
                "SubnetNotFound",
                "Could not find subnets: subnet-0",
            ),
            ("AttachLoadBalancerToSubnets", own(json!({ "Subnets": [small] })), "InvalidSubnet", &full),
            ("CreateLoadBalancer", elsewhere, "InvalidSubnet", &no_gateway),
            (
                "CreateLoadBalancer",
                scheme,
                "InvalidScheme",
                "The specified value for the schema is not valid. You can only specify a scheme for load balancers in a VPC.",
            ),
            (
                "CreateLoadBalancerListeners",
                listener(certificate),
                "CertificateNotFound",
                "Server Certificate not found for the key: arn:x",
            ),
            ("CreateLBCookieStickinessPolicy", cookie, "DuplicatePolicyName", taken),
            ("CreateLoadBalancerPolicy", proxy, "DuplicatePolicyName", taken),
            (
                "SetLoadBalancerPoliciesForBackendServer",
                backend,
                "PolicyNotFound",
                "There is no policy with name none for load balancer web",
            ),
            (
                "ModifyLoadBalancerAttributes",
                attribute,
                "LoadBalancerAttributeNotFound",
                "The specified load balancer attribute does not exist.",
            ),
        ],
    );
    let vpc = format!("Security group \"{foreign}\" does not belong to VPC \"{}\"", place.vpc);
    let of_group = json!({ "SecurityGroups": [foreign] });
    let zone = "A load balancer cannot be attached to multiple subnets in the same Availability Zone.";
    let layers = "Protocols HTTP and TCP do not operate on the same layer";
    for (operation, parameters, sentence) in [
        ("ApplySecurityGroupsToLoadBalancer", own(of_group.clone()), vpc.as_str()),
        ("CreateLoadBalancer", with(&crate::classic::wish(&place, "other"), &of_group), &vpc),
        ("AttachLoadBalancerToSubnets", own(json!({ "Subnets": [twin] })), zone),
        (
            "AttachLoadBalancerToSubnets",
            own(json!({ "Subnets": [lone] })),
            "The subnets must belong to the same VPC.",
        ),
        ("CreateLoadBalancerListeners", listener(json!({ "InstanceProtocol": "TCP" })), layers),
        (
            "DetachLoadBalancerFromSubnets",
            own(json!({ "Subnets": place.two() })),
            "A load balancer must stay in at least one Availability Zone.",
        ),
    ] {
        place.v1.call(operation, &parameters).refused(409, CODE, sentence);
    }
}

#[test]
fn lists_that_are_long_are_told_in_pages() {
    let place = Place::new();
    let s3 = place.server.client("s3");
    s3.request("PUT", "/trust").send().ok();
    s3.request("PUT", "/trust/bundle.pem").body(crate::LEAF).send().ok();
    let store = json!({ "Name": "s", "CaCertificatesBundleS3Bucket": "trust", "CaCertificatesBundleS3Key": "bundle.pem" });
    let made = place.v2.call("CreateTrustStore", &store).ok();
    let store = made.text("CreateTrustStoreResult.TrustStores.member.TrustStoreArn");
    let web = place.balancer("application", "web");
    let certificate = place.certificate("www");
    for port in 443..450 {
        let wish = json!({
            "LoadBalancerArn": web, "Protocol": "HTTPS", "Port": port, "DefaultActions": [fixed()],
            "Certificates": [{ "CertificateArn": certificate }],
            "MutualAuthentication": { "Mode": "verify", "TrustStoreArn": store },
        });
        place.v2.call("CreateListener", &wish).ok();
    }
    for (service, operation, parameters, path, size) in [
        ("elbv2", "DescribeListeners", json!({ "LoadBalancerArn": web }), "Listeners.member.ListenerArn", 3),
        (
            "elbv2",
            "DescribeTrustStoreAssociations",
            json!({ "TrustStoreArn": store }),
            "TrustStoreAssociations.member.ResourceArn",
            3,
        ),
        ("elbv2", "DescribeSSLPolicies", json!({}), "SslPolicies.member.Name", 10),
        ("elb", "DescribeAccountLimits", json!({}), "Limits.member.Name", 2),
    ] {
        let client = place.server.client(service);
        let path = format!("{operation}Result.{path}");
        let whole = client.call(operation, &parameters).ok().texts(&path);
        assert!(whole.len() > size, "{operation}");
        let (mut marker, mut found) = (Value::Null, Vec::new());
        loop {
            let page = with(&parameters, &json!({ "PageSize": size, "Marker": marker }));
            let page = client.call(operation, &page).ok();
            let own = page.texts(&path);
            assert!(own.len() <= size, "{operation}");
            found.extend(own);
            match page.texts(&format!("{operation}Result.NextMarker")).pop() {
                Some(next) => marker = next.into(),
                None => break,
            }
        }
        assert_eq!(found, whole, "{operation}");
    }
}
