use crate::{Imds, launch, open, refused};
use serde_json::json;
use std::fmt::Write;
use testkit::ec2::{start, with};
use testkit::{Answer, Client, Golden};

/// Every leaf below a folder with what it holds, as one answer; credentials and signatures are other tests'.
fn everything(imds: &Imds, folder: &str, text: &mut String) {
    for name in imds.text(folder).lines() {
        // Keys are listed with their names, and are folders of their own.
        let is_key = folder.ends_with("/public-keys/");
        let name =
            if is_key { format!("{}/", name.split('=').next().unwrap_or_default()) } else { name.to_owned() };
        let path = format!("{folder}{name}");
        let skipped = ["security-credentials/", "pkcs7", "rsa2048", "signature"];
        if skipped.iter().any(|end| path.ends_with(end)) {
            continue;
        }
        if name.ends_with('/') {
            everything(imds, &path, text);
        } else {
            let _never = writeln!(text, "{path}: {}", imds.text(&path).replace('\n', "\n    "));
        }
    }
}

/// An instance with everything there is to be told.
fn whole(ec2: &Client, iam: &Client) -> String {
    iam.call("CreateInstanceProfile", &json!({ "InstanceProfileName": "web" })).ok();
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICFJBdBzMaoGdOkSoYUuGOWkx9wa5p/qLYGK3gvjgyOS me@home";
    let material = base64(key);
    ec2.call("ImportKeyPair", &json!({ "KeyName": "deployer", "PublicKeyMaterial": material })).ok();
    ec2.call(
        "CreatePlacementGroup",
        &json!({ "GroupName": "parts", "Strategy": "partition", "PartitionCount": 3 }),
    )
    .ok();
    let more = json!({
        "KeyName": "deployer",
        "IamInstanceProfile": { "Name": "web" },
        "InstanceType": "m5.large",
        "Placement": { "GroupName": "parts", "PartitionNumber": 2 },
        "UserData": base64("#!/bin/sh\necho hello\n"),
        "BlockDeviceMapping": [{ "DeviceName": "/dev/sdf", "Ebs": { "VolumeSize": 1 } }],
        "MetadataOptions": { "HttpTokens": "optional", "InstanceMetadataTags": "enabled" },
        "TagSpecification": [{
            "ResourceType": "instance",
            "Tag": [{ "Key": "Name", "Value": "web 1" }, { "Key": "a:b", "Value": "" }],
        }],
    });
    launch(ec2, &with(&open(), &more))
}

/// Base64 of a text: clients send it so.
fn base64(text: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(text)
}

#[test]
fn everything_is_told() {
    let (server, ec2) = start();
    let id = whole(&ec2, &server.client("iam"));
    let imds = Imds::new(&server, &id);
    let mut text = String::new();
    for folder in ["/latest/meta-data/", "/latest/dynamic/"] {
        everything(&imds, folder, &mut text);
    }
    let _never = writeln!(text, "/: {}", imds.text("/").replace('\n', " "));
    let _never = writeln!(text, "/latest: {}", imds.text("/latest").replace('\n', " "));
    let mut golden = Golden::new("everything");
    golden.note("everything", Answer { status: 200, headers: Vec::new(), body: text.into_bytes().into() });
    golden.note("one", imds.get("/latest/meta-data/ami-id"));
    golden.note("nothing", imds.get("/latest/meta-data/no-such-thing"));
    golden.check();
    let own = imds.get("/latest/user-data").ok();
    assert_eq!(own.body_text(), "#!/bin/sh\necho hello\n");
    assert_eq!(own.header("content-type"), Some("application/octet-stream"));
    // The key stays with the instance that was born with it.
    ec2.call("DeleteKeyPair", &json!({ "KeyName": "deployer" })).ok();
    let key = imds.text("/latest/meta-data/public-keys/0/openssh-key");
    assert!(key.starts_with("ssh-ed25519 AAAA") && key.ends_with(" deployer"), "{key}");
}

#[test]
fn folders_are_listed_with_and_without_their_slash() {
    let (server, ec2) = start();
    let imds = Imds::new(&server, &launch(&ec2, &open()));
    for folder in ["/latest", "/latest/meta-data", "/latest/meta-data/placement", "/latest/dynamic"] {
        assert_eq!(imds.text(folder), imds.text(&format!("{folder}/")), "{folder}");
    }
    let placement = "availability-zone\navailability-zone-id\nregion";
    assert_eq!(imds.text("/latest/meta-data/placement/"), placement);
    // A version has what there was when it came.
    assert_eq!(imds.text("/2008-02-01/meta-data/placement/"), "availability-zone");
    assert_eq!(imds.text("/1.0/meta-data/ami-launch-index"), "0");
    for (path, status) in [
        ("/1.0/meta-data/placement/", 404),
        ("/1.0/dynamic", 404),
        ("/2001-01-01/meta-data/", 404),
        ("/latest/meta-data/iam/info", 404),
        ("/latest/meta-data/public-keys/", 404),
        ("/latest/meta-data/tags/instance/", 404),
        ("/latest/meta-data/spot/termination-time", 404),
        ("/latest/meta-data/autoscaling/target-lifecycle-state", 404),
        ("/latest/user-data", 404),
        ("/latest/meta-data/iam/security-credentials-extended/", 404),
    ] {
        refused(&imds.get(path), status, "404 - Not Found");
    }
    let head = imds.send("HEAD", "/latest/meta-data/");
    assert_eq!((head.status, head.body.len()), (200, 0));
}

#[test]
fn further_interfaces_and_addresses_are_told() {
    let (server, ec2) = start();
    let subnets = ec2.call("DescribeSubnets", &json!({})).ok().texts("subnetSet.item.subnetId");
    let id = launch(&ec2, &with(&open(), &json!({ "SubnetId": subnets[0], "InstanceType": "m5.large" })));
    let create = json!({ "SubnetId": subnets[0], "SecondaryPrivateIpAddressCount": 2 });
    let made = ec2.call("CreateNetworkInterface", &create).ok();
    let card = made.text("networkInterface.networkInterfaceId");
    let attach = json!({ "NetworkInterfaceId": card, "InstanceId": id, "DeviceIndex": 1 });
    ec2.call("AttachNetworkInterface", &attach).ok();
    let prefix = json!({ "NetworkInterfaceId": card, "Ipv4PrefixCount": 1 });
    ec2.call("AssignPrivateIpAddresses", &prefix).ok();
    let allocated = ec2.call("AllocateAddress", &json!({ "Domain": "vpc" })).ok();
    let public = allocated.text("publicIp");
    let pair = json!({ "AllocationId": allocated.text("allocationId"), "NetworkInterfaceId": card });
    ec2.call("AssociateAddress", &pair).ok();
    let imds = Imds::new(&server, &id);
    let mac = made.text("networkInterface.macAddress");
    let base = format!("/latest/meta-data/network/interfaces/macs/{mac}");
    let shown = |name: &str| imds.text(&format!("{base}/{name}"));
    assert_eq!(imds.text("/latest/meta-data/network/interfaces/macs/").lines().count(), 2);
    assert_eq!((shown("device-number"), shown("interface-id")), ("1".to_owned(), card));
    let addresses = shown("local-ipv4s");
    assert_eq!(addresses.lines().count(), 3);
    assert_eq!(shown("public-ipv4s"), public);
    assert!(shown("ipv4-prefix").ends_with("/28"));
    assert_eq!(shown(&format!("ipv4-associations/{public}")), addresses.lines().next().unwrap());
}
