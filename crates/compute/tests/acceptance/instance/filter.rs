use super::{IMAGE, SET, launch, said};
use crate::{found, refuses, start};
use serde_json::json;

/// Each filter finds the one instance it is about, and not the other.
#[test]
fn every_filter_finds_and_leaves_out() {
    let (server, ec2) = start();
    let profile =
        server.client("iam").call("CreateInstanceProfile", &json!({ "InstanceProfileName": "own" })).ok();
    let arn = profile.text("CreateInstanceProfileResult.InstanceProfile.Arn");
    let other = launch(
        &ec2,
        &json!({ "InstanceType": "m5.large", "Placement": { "AvailabilityZone": "us-east-1b" } }),
    );
    ec2.call("StopInstances", &json!({ "InstanceId": [other] })).ok();
    let id = launch(
        &ec2,
        &json!({
            "IamInstanceProfile": { "Name": "own" }, "ClientToken": "own-token", "KernelId": "aki-1", "RamdiskId": "ari-1",
            "EbsOptimized": true, "Monitoring": { "Enabled": true }, "HibernationOptions": { "Configured": true },
            "EnclaveOptions": { "Enabled": true },
            "MetadataOptions": { "HttpTokens": "optional", "HttpPutResponseHopLimit": 9, "InstanceMetadataTags": "enabled", "HttpEndpoint": "disabled", "HttpProtocolIpv6": "enabled" },
            "MaintenanceOptions": { "AutoRecovery": "disabled" }, "NetworkPerformanceOptions": { "BandwidthWeighting": "vpc-1" },
            "CapacityReservationSpecification": { "CapacityReservationPreference": "none" },
            "PrivateDnsNameOptions": { "HostnameType": "resource-name", "EnableResourceNameDnsARecord": true, "EnableResourceNameDnsAAAARecord": true },
            "TagSpecification": [{ "ResourceType": "instance", "Tag": [{ "Key": "team", "Value": "red" }] }],
            "NetworkInterface": [{ "DeviceIndex": 0, "Description": "own card", "AssociatePublicIpAddress": true, "DeleteOnTermination": false }],
        }),
    );
    let one = |path: &str| said(&ec2, &id, path)[0].clone();
    let card = |path: &str| one(&format!("networkInterfaceSet.item.{path}"));
    let reservation = ec2
        .call("DescribeInstances", &json!({ "InstanceId": [id] }))
        .ok()
        .text("reservationSet.item.reservationId");
    let cases = [
        ("availability-zone", one("placement.availabilityZone")),
        ("availability-zone-id", one("placement.availabilityZoneId")),
        ("capacity-reservation-specification.capacity-reservation-preference", "none".to_owned()),
        ("client-token", "own-token".to_owned()),
        ("dns-name", one("dnsName")),
        ("ebs-optimized", "true".to_owned()),
        ("enclave-options.enabled", "true".to_owned()),
        ("hibernation-options.configured", "true".to_owned()),
        ("iam-instance-profile.arn", arn),
        ("iam-instance-profile.id", "AIPA*".to_owned()),
        ("iam-instance-profile.name", "own".to_owned()),
        ("instance-id", id.clone()),
        ("instance-state-code", "16".to_owned()),
        ("instance-state-name", "running".to_owned()),
        ("instance-type", "t3.*".to_owned()),
        ("ip-address", one("ipAddress")),
        ("kernel-id", "aki-1".to_owned()),
        ("maintenance-options.auto-recovery", "disabled".to_owned()),
        ("metadata-options.http-endpoint", "disabled".to_owned()),
        ("metadata-options.http-protocol-ipv6", "enabled".to_owned()),
        ("metadata-options.http-put-response-hop-limit", "9".to_owned()),
        ("metadata-options.http-tokens", "optional".to_owned()),
        ("metadata-options.instance-metadata-tags", "enabled".to_owned()),
        ("monitoring-state", "enabled".to_owned()),
        ("network-interface.addresses.association.public-ip", one("ipAddress")),
        ("network-interface.addresses.association.ip-owner-id", "amazon".to_owned()),
        ("network-interface.addresses.association.public-dns-name", one("dnsName")),
        ("network-interface.addresses.private-dns-name", card("privateDnsName")),
        ("network-interface.addresses.private-ip-address", one("privateIpAddress")),
        ("network-interface.association.public-ip", one("ipAddress")),
        ("network-interface.association.ip-owner-id", "amazon".to_owned()),
        ("network-interface.association.public-dns-name", one("dnsName")),
        ("network-interface.attachment.attachment-id", card("attachment.attachmentId")),
        ("network-interface.attachment.delete-on-termination", "false".to_owned()),
        ("network-interface.description", "own card".to_owned()),
        ("network-interface.mac-address", card("macAddress")),
        ("network-interface.network-interface-id", card("networkInterfaceId")),
        ("network-interface.private-dns-name", card("privateDnsName")),
        ("network-interface.private-ip-address", one("privateIpAddress")),
        ("network-interface.public-dns-name", one("dnsName")),
        ("network-interface.subnet-id", one("subnetId")),
        ("network-performance-options.bandwidth-weighting", "vpc-1".to_owned()),
        ("private-dns-name", one("privateDnsName")),
        ("private-dns-name-options.enable-resource-name-dns-a-record", "true".to_owned()),
        ("private-dns-name-options.enable-resource-name-dns-aaaa-record", "true".to_owned()),
        ("private-dns-name-options.hostname-type", "resource-name".to_owned()),
        ("private-ip-address", one("privateIpAddress")),
        ("ramdisk-id", "ari-1".to_owned()),
        ("reservation-id", reservation),
        ("subnet-id", one("subnetId")),
        ("tag:team", "r?d".to_owned()),
        ("tag-key", "team".to_owned()),
        ("tag-value", "red".to_owned()),
    ];
    for (name, value) in &cases {
        assert_eq!(
            found(&ec2, "DescribeInstances", (name, value), &format!("{SET}.instanceId")),
            [id.as_str()],
            "{name} {value}"
        );
    }
    // What only the other one has.
    for (name, value) in [
        ("reason", "User initiated*"),
        ("state-reason-code", "Client.UserInitiatedShutdown"),
        ("state-reason-message", "Client.*shutdown"),
    ] {
        assert_eq!(
            found(&ec2, "DescribeInstances", (name, value), &format!("{SET}.instanceId")),
            [other.as_str()],
            "{name}"
        );
    }
    // What both have, and neither otherwise.
    for (name, value) in [
        ("architecture", "x86_64"),
        ("boot-mode", "uefi-preferred"),
        ("current-instance-boot-mode", "uefi"),
        ("ena-support", "true"),
        ("hypervisor", "xen"),
        ("image-id", IMAGE),
        ("instance.group-name", "default"),
        ("instance.group-id", "sg-*"),
        ("launch-index", "0"),
        ("launch-time", "20??-*"),
        ("metadata-options.state", "applied"),
        ("metadata-options.http-protocol-ipv4", "enabled"),
        ("network-interface.addresses.primary", "true"),
        ("network-interface.attachment.device-index", "0"),
        ("network-interface.attachment.network-card-index", "0"),
        ("network-interface.attachment.status", "attached"),
        ("network-interface.attachment.instance-owner-id", "000000000000"),
        ("network-interface.group-id", "sg-*"),
        ("network-interface.group-name", "default"),
        ("network-interface.owner-id", "0*"),
        ("network-interface.requester-managed", "false"),
        ("network-interface.source-dest-check", "true"),
        ("network-interface.status", "in-use"),
        ("network-interface.vpc-id", "vpc-*"),
        ("operator.managed", "false"),
        ("owner-id", "000000000000"),
        ("platform-details", "Linux/UNIX"),
        ("root-device-name", "/dev/xvda"),
        ("root-device-type", "ebs"),
        ("source-dest-check", "true"),
        ("tenancy", "default"),
        ("usage-operation", "RunInstances"),
        ("usage-operation-update-time", "20*"),
        ("virtualization-type", "hvm"),
        ("vpc-id", "vpc-*"),
    ] {
        assert_eq!(
            found(&ec2, "DescribeInstances", (name, value), &format!("{SET}.instanceId")).len(),
            2,
            "{name}"
        );
        assert_eq!(
            found(&ec2, "DescribeInstances", (name, "no such"), &format!("{SET}.instanceId")).len(),
            0,
            "{name}"
        );
    }
    // Filters of what instances do not have yet find none.
    for name in [
        "affinity",
        "host-id",
        "ipv6-address",
        "outpost-arn",
        "platform",
        "product-code",
        "spot-instance-request-id",
        "capacity-reservation-id",
        "instance-lifecycle",
    ] {
        assert_eq!(
            found(&ec2, "DescribeInstances", (name, "*"), &format!("{SET}.instanceId")).len(),
            0,
            "{name}"
        );
    }
    let unknown = json!({ "Filter": [{ "Name": "public-ip", "Value": ["*"] }] });
    refuses(
        &ec2,
        &[("DescribeInstances", unknown, "InvalidParameterValue", "The filter 'public-ip' is invalid")],
    );
}
