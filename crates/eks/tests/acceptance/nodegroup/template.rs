//! Groups whose nodes are launched as a launch template of the user's says.

use super::*;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Makes a launch template, and answers its id.
#[track_caller]
fn template(server: &Server, name: &str, data: Value) -> String {
    let asked = json!({ "LaunchTemplateName": name, "LaunchTemplateData": data });
    server.client("ec2").call("CreateLaunchTemplate", &asked).ok().text("launchTemplate.launchTemplateId")
}

/// The public image of that name.
#[track_caller]
fn image(server: &Server, name: &str) -> String {
    let asked = json!({ "Filter": [{ "Name": "name", "Value": [name] }] });
    let found = server.client("ec2").call("DescribeImages", &asked).ok();
    found.texts("imagesSet.item.imageId")[0].clone()
}

#[test]
fn nodes_are_launched_as_a_template_says() {
    let (server, eks) = start();
    cluster(&server, "one");
    let mime = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"==B==\"\n\n--==B==\nContent-Type: text/x-shellscript\n\n\
                echo hello\n--==B==--\n";
    let data = json!({
        "InstanceType": "m5.large",
        "UserData": STANDARD.encode(mime),
        "TagSpecification": [{ "ResourceType": "instance", "Tag": [{ "Key": "Name", "Value": "node" }] }],
        "MetadataOptions": { "HttpPutResponseHopLimit": 1 },
    });
    let id = template(&server, "web", data);
    let own =
        group(&server, "one", "ng", with(sizes(1, 1, 1), json!({ "launchTemplate": { "name": "web" } })));
    assert_eq!(own["launchTemplate"], json!({ "id": id, "name": "web", "version": "1" }));
    assert_eq!((&own["instanceTypes"], &own["diskSize"]), (&Value::Null, &Value::Null));
    let node = count(&server, "ng", 1)[0].clone();
    assert_eq!(of_instance(&server, &node, "instanceType"), ["m5.large"]);
    assert_eq!(of_instance(&server, &node, "metadataOptions.httpPutResponseHopLimit"), ["1"]);
    assert_eq!(of_instance(&server, &node, "metadataOptions.httpTokens"), ["required"]);
    assert!(tags(&server, &node).contains(&("Name".to_owned(), "node".to_owned())));
    let asked = json!({ "InstanceId": node, "Attribute": "userData" });
    let data = server.client("ec2").call("DescribeInstanceAttribute", &asked).ok().text("userData.value");
    let data = String::from_utf8(STANDARD.decode(data).unwrap()).unwrap();
    assert!(data.starts_with(mime.trim_end().trim_end_matches("--==B==--").trim_end()), "{data}");
    for part in ["kind: NodeConfig", "eks.amazonaws.com/sourceLaunchTemplateVersion=1"] {
        assert!(data.contains(part), "{part}: {data}");
    }
    // Another version of the template is another release: the nodes are replaced.
    let version = json!({ "LaunchTemplateId": id, "LaunchTemplateData": { "InstanceType": "m5.xlarge" } });
    server.client("ec2").call("CreateLaunchTemplateVersion", &version).ok();
    let asked = with(named("one", "ng"), json!({ "launchTemplate": { "id": id, "version": "2" } }));
    let update = eks.call("UpdateNodegroupVersion", &asked).ok().tree()["update"].clone();
    let kinds: Vec<&Value> = update["params"].as_array().unwrap().iter().map(|own| &own["type"]).collect();
    assert_eq!(kinds, ["Version", "ReleaseVersion", "LaunchTemplateName", "LaunchTemplateVersion"]);
    assert_eq!(updated(&server, "one", "ng", &update)["status"], "Successful");
    let other = count(&server, "ng", 1)[0].clone();
    assert_eq!(of_instance(&server, &other, "instanceType"), ["m5.xlarge"]);
    assert_eq!(settled(&server, "one", "ng", &["ACTIVE"])["launchTemplate"]["version"], "2");
}

#[test]
fn interfaces_of_a_template_stand_in_the_groups_subnets() {
    let (server, eks) = start();
    cluster(&server, "one");
    let data = json!({ "NetworkInterface": [{ "DeviceIndex": 0, "AssociatePublicIpAddress": true }] });
    template(&server, "web", data);
    group(&server, "one", "ng", json!({ "launchTemplate": { "name": "web" } }));
    let mut places: Vec<String> = instances(&server, "ng").into_iter().map(|(_, _, subnet)| subnet).collect();
    places.sort();
    places.dedup();
    assert_eq!(places.len(), 2);
    let node = count(&server, "ng", 2)[0].clone();
    let group = eks.call("DescribeCluster", &json!({ "name": "one" })).ok();
    let group = group.text("cluster.resourcesVpcConfig.clusterSecurityGroupId");
    assert_eq!(of_instance(&server, &node, "groupSet.item.groupId"), [group]);
}

#[test]
fn an_image_of_the_users_own_is_a_release_of_its_own() {
    let (server, eks) = start();
    cluster(&server, "one");
    let own_image = image(&server, "amazon-eks-node-al2023-x86_64-standard-1.33-*");
    template(&server, "web", json!({ "ImageId": own_image, "UserData": STANDARD.encode("#!/bin/sh") }));
    let more = with(sizes(1, 1, 1), json!({ "launchTemplate": { "name": "web", "version": "$Latest" } }));
    let own = group(&server, "one", "ng", more);
    assert_eq!((&own["amiType"], &own["releaseVersion"]), (&json!("CUSTOM"), &json!(own_image)));
    let node = count(&server, "ng", 1)[0].clone();
    assert_eq!(of_instance(&server, &node, "imageId"), std::slice::from_ref(&own_image));
    let asked = json!({ "InstanceId": node, "Attribute": "userData" });
    let data = server.client("ec2").call("DescribeInstanceAttribute", &asked).ok().text("userData.value");
    assert_eq!(STANDARD.decode(data).unwrap(), b"#!/bin/sh", "what starts such nodes is the user's");
    refuses(
        &eks,
        &[
            (
                "UpdateNodegroupVersion",
                with(named("one", "ng"), json!({ "version": "1.33" })),
                400,
                PARAMETER,
                "Launch template details can't be null for Custom ami type node group",
            ),
            (
                "UpdateNodegroupVersion",
                with(named("one", "ng"), json!({ "version": "1.33", "launchTemplate": { "name": "web" } })),
                400,
                PARAMETER,
                "You cannot specify the field kubernetesVersion when using custom AMIs",
            ),
        ],
    );
}

/// Recorded of the sentence: terraform-provider-aws, aws_eks_node_group.
#[test]
fn user_data_has_to_be_in_parts() {
    let (server, eks) = start();
    cluster(&server, "one");
    let id = template(&server, "web", json!({ "UserData": STANDARD.encode("#!/bin/sh") }));
    let wish = with(asked(&server, "one", "ng"), json!({ "launchTemplate": { "name": "web" } }));
    eks.call("CreateNodegroup", &wish).ok();
    let own = settled(&server, "one", "ng", &["CREATE_FAILED"]);
    let want = json!([{
        "code": "Ec2LaunchTemplateInvalidConfiguration",
        "message": "User data was not in the MIME multipart format.",
        "resourceIds": [id],
    }]);
    assert_eq!(own["health"]["issues"], want);
}

#[test]
fn templates_that_say_what_the_group_says_are_refused() {
    let (server, eks) = start();
    cluster(&server, "one");
    let subnet = subnets(&server)[0].clone();
    let own_image = image(&server, "amazon-eks-node-al2023-x86_64-standard-1.33-*");
    for (name, data) in [
        ("plain", json!({ "KeyName": "k" })),
        ("typed", json!({ "InstanceType": "m5.large" })),
        ("profile", json!({ "IamInstanceProfile": { "Name": "p" } })),
        ("placed", json!({ "NetworkInterface": [{ "DeviceIndex": 0, "SubnetId": subnet }] })),
        ("image", json!({ "ImageId": own_image })),
        ("arm", json!({ "InstanceType": "t4g.medium" })),
    ] {
        template(&server, name, data);
    }
    let base = asked(&server, "one", "base");
    let of = |name: &str, more: Value| {
        with(with(base.clone(), json!({ "launchTemplate": { "name": name } })), more)
    };
    let create = "CreateNodegroup";
    refuses(
        &eks,
        &[
            (
                create,
                of("plain", json!({ "diskSize": 30 })),
                400,
                PARAMETER,
                "Disk size must be specified within the launch template.",
            ),
            (
                create,
                of("plain", json!({ "remoteAccess": { "ec2SshKey": "k" } })),
                400,
                PARAMETER,
                "Remote access configuration cannot be specified with a launch template.",
            ),
            (
                create,
                of("plain", json!({ "launchTemplate": { "version": "1" } })),
                400,
                PARAMETER,
                "Either a launch template ID or a launch template name must be specified in the request.",
            ),
            (
                create,
                of("plain", json!({ "launchTemplate": { "name": "plain", "id": "lt-1" } })),
                400,
                PARAMETER,
                "Either provide launch template ID or launch template name in the request.",
            ),
            (
                create,
                of("typed", json!({ "instanceTypes": ["m5.large"] })),
                400,
                REQUEST,
                "Cannot specify instance types in launch template and API request",
            ),
            (
                create,
                of("profile", json!({})),
                400,
                PARAMETER,
                "Launch template profile should not specify an instance profile. The noderole in your request will be used to construct an instance profile.",
            ),
            (
                create,
                of("placed", json!({})),
                400,
                PARAMETER,
                "You must not specify a subnet in your launch template. All subnets must be specified in the API.",
            ),
            (
                create,
                of("image", json!({ "amiType": "AL2023_x86_64_STANDARD" })),
                400,
                PARAMETER,
                "You cannot specify an AMI Type other than CUSTOM, when specifying an image id in your launch template.",
            ),
            (
                create,
                of("image", json!({ "version": "1.34" })),
                400,
                PARAMETER,
                "You cannot specify a kubernetes version to use when specifying an image id to use within the launch template.",
            ),
            (
                create,
                of("arm", json!({})),
                400,
                PARAMETER,
                "[t4g.medium] is not a valid instance type for requested amiType AL2023_x86_64_STANDARD",
            ),
            (
                create,
                of("none", json!({})),
                400,
                PARAMETER,
                "The specified launch template, with template name none, does not exist.",
            ),
        ],
    );
    group(&server, "one", "ng", with(sizes(0, 1, 0), json!({ "launchTemplate": { "name": "plain" } })));
    group(&server, "one", "bare", sizes(0, 1, 0));
    let update =
        |group: &str, name: &str| with(named("one", group), json!({ "launchTemplate": { "name": name } }));
    let version = "UpdateNodegroupVersion";
    refuses(
        &eks,
        &[
            (
                version,
                update("ng", "typed"),
                400,
                PARAMETER,
                "The launch template must have the same ID or name as the one that the node group was created with",
            ),
            (
                version,
                update("bare", "plain"),
                400,
                PARAMETER,
                "You cannot specify a launch template for a node group that was created without one",
            ),
        ],
    );
}

#[test]
fn other_images_and_ways_to_buy_are_taken() {
    let (server, _) = start();
    cluster(&server, "one");
    for (name, more, image, lifecycle) in [
        (
            "rocket",
            json!({ "amiType": "BOTTLEROCKET_ARM_64", "instanceTypes": ["t4g.medium"] }),
            "bottlerocket-aws-k8s-1.33-aarch64-",
            "",
        ),
        (
            "spot",
            json!({ "capacityType": "SPOT", "instanceTypes": ["m5.large", "m4.large"] }),
            "amazon-eks-node-al2023-x86_64-standard-1.33-",
            "spot",
        ),
    ] {
        let own = group(&server, "one", name, with(sizes(1, 1, 1), more.clone()));
        assert_eq!(own["instanceTypes"], more["instanceTypes"]);
        let node = count(&server, name, 1)[0].clone();
        let id = of_instance(&server, &node, "imageId");
        let found = server.client("ec2").call("DescribeImages", &json!({ "ImageId": id })).ok();
        let found = found.text("imagesSet.item.name");
        assert!(found.starts_with(image), "{found}");
        assert_eq!(of_instance(&server, &node, "instanceLifecycle").concat(), lifecycle);
    }
}
