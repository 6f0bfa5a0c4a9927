//! Who may launch what, where policies are enforced: by itself, from a template, and through fleets that launch later.

use crate::enforce::{denied, root, server, user};
use serde_json::{Value, json};
use testkit::{Client, Server};

fn policy(statements: &[Value]) -> Value {
    json!({ "Version": "2012-10-17", "Statement": statements })
}

fn everything() -> Value {
    json!({ "Effect": "Allow", "Action": "ec2:*", "Resource": "*" })
}

/// The newest Amazon Linux 2023.
fn image(ec2: &Client) -> String {
    let wish =
        json!({ "Owner": ["amazon"], "Filter": [{ "Name": "name", "Value": ["al2023-ami-2023*-x86_64"] }] });
    ec2.call("DescribeImages", &wish).ok().texts("imagesSet.item.imageId").swap_remove(0)
}

fn instances(server: &Server) -> usize {
    let all = root(server, "ec2").call("DescribeInstances", &json!({})).ok();
    all.texts("reservationSet.item.instancesSet.item.instanceId").len()
}

#[track_caller]
fn template(ec2: &Client, name: &str, data: &Value) -> String {
    let made = json!({ "LaunchTemplateName": name, "LaunchTemplateData": data });
    ec2.call("CreateLaunchTemplate", &made).ok().text("launchTemplate.launchTemplateId")
}

fn run(more: &Value) -> Value {
    let mut wish = json!({ "MinCount": 1, "MaxCount": 1 });
    let more = more.as_object().cloned().unwrap_or_default();
    wish.as_object_mut().expect("it is one").extend(more);
    wish
}

fn from(name: &str, more: &Value) -> Value {
    let mut wish = run(more);
    wish["LaunchTemplate"] = json!({ "LaunchTemplateName": name });
    wish
}

fn fleet(kind: &str, name: &str, overrides: &Value) -> Value {
    let specification = json!({ "LaunchTemplateName": name, "Version": "$Latest" });
    json!({
        "Type": kind,
        "LaunchTemplateConfigs": [{ "LaunchTemplateSpecification": specification, "Overrides": overrides }],
        "TargetCapacitySpecification": { "TotalTargetCapacity": 1, "DefaultTargetCapacityType": "on-demand" },
    })
}

fn spot_fleet(image: &str, kind: &str) -> Value {
    json!({ "SpotFleetRequestConfig": {
        "IamFleetRole": "arn:aws:iam::000000000000:role/fleet", "TargetCapacity": 1,
        "LaunchSpecifications": [{ "ImageId": image, "InstanceType": kind }],
    } })
}

/// EC2 user guide, "EC2 Fleet prerequisites": who makes a fleet needs `ec2:RunInstances` too; else a fleet would be a way
/// around what policies say of launches.
#[test]
fn a_fleet_launches_what_its_maker_may_launch_and_nothing_else() {
    let server = server("enforce");
    let ec2 = root(&server, "ec2");
    let image = image(&ec2);
    let subnets = ec2.call("DescribeSubnets", &json!({})).ok();
    let barred = subnets.texts("subnetSet.item.subnetId").swap_remove(0);
    for (name, kind) in [("small", "t3.micro"), ("large", "m5.large")] {
        template(&ec2, name, &json!({ "ImageId": image, "InstanceType": kind }));
    }
    let card = json!([{ "DeviceIndex": 0, "SubnetId": barred }]);
    template(
        &ec2,
        "barred",
        &json!({ "ImageId": image, "InstanceType": "t3.micro", "NetworkInterface": card }),
    );
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"spotfleet.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    let role = json!({ "RoleName": "fleet", "AssumeRolePolicyDocument": trust });
    root(&server, "iam").call("CreateRole", &role).ok();
    let anna = user(
        &server,
        "anna",
        &policy(&[
            everything(),
            json!({ "Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::000000000000:role/fleet" }),
            json!({
                "Effect": "Deny", "Action": "ec2:RunInstances", "Resource": "arn:aws:ec2:*:*:instance/*",
                "Condition": { "StringNotLike": { "ec2:InstanceType": "t3.*" } },
            }),
            json!({
                "Effect": "Deny", "Action": "ec2:RunInstances",
                "Resource": format!("arn:aws:ec2:us-east-1:000000000000:subnet/{barred}"),
            }),
        ]),
    )("ec2");
    let none = json!([]);
    let into_barred = json!([{ "SubnetId": barred }]);
    let to_large = json!([{ "InstanceType": "m5.large" }]);
    let by_needs = json!([{ "InstanceRequirements": { "VCpuCount": { "Min": 2, "Max": 2 }, "MemoryMiB": { "Min": 8192, "Max": 8192 } } }]);
    let instance = "arn:aws:ec2:us-east-1:000000000000:instance/*";
    let subnet = format!("arn:aws:ec2:us-east-1:000000000000:subnet/{barred}");
    for (operation, wish, resource) in [
        ("RunInstances", run(&json!({ "ImageId": image, "InstanceType": "m5.large" })), instance),
        ("RunInstances", from("large", &json!({})), instance),
        ("RunInstances", from("small", &json!({ "InstanceType": "m5.large" })), instance),
        ("RunInstances", from("barred", &json!({})), &subnet),
        ("CreateFleet", fleet("request", "large", &none), instance),
        ("CreateFleet", fleet("maintain", "large", &none), instance),
        ("CreateFleet", fleet("maintain", "small", &to_large), instance),
        ("CreateFleet", fleet("maintain", "small", &into_barred), &subnet),
        ("CreateFleet", fleet("request", "barred", &none), &subnet),
        ("CreateFleet", fleet("maintain", "small", &by_needs), instance),
        ("RequestSpotFleet", spot_fleet(&image, "m5.large"), instance),
    ] {
        let sentence = format!(
            "You are not authorized to perform this operation. User: arn:aws:iam::000000000000:user/anna is not \
             authorized to perform: ec2:RunInstances on resource: {resource} with an explicit deny in an \
             identity-based policy. Encoded authorization failure message: "
        );
        let mut dry = wish.clone();
        dry["DryRun"] = json!(true);
        for wish in [wish, dry] {
            let told = denied(&anna.call(operation, &wish), 403, "UnauthorizedOperation");
            assert!(told.starts_with(&sentence), "{operation} {wish}: {told}");
        }
        assert_eq!(instances(&server), 0, "{operation}");
    }
    // An instant fleet takes what it may, and tells the rest.
    let both = json!([{ "InstanceType": "m5.large", "Priority": 0.0 }, { "InstanceType": "t3.small", "Priority": 1.0 }]);
    let mut wish = fleet("instant", "small", &both);
    wish["OnDemandOptions"] = json!({ "AllocationStrategy": "prioritized" });
    let made = anna.call("CreateFleet", &wish).ok();
    assert_eq!(made.texts("errorSet.item.errorCode"), ["UnauthorizedOperation"]);
    assert_eq!(made.texts("fleetInstanceSet.item.instanceType"), ["t3.small"]);
    for (count, (operation, wish)) in (2..).zip([
        ("RunInstances", from("small", &json!({}))),
        ("CreateFleet", fleet("request", "small", &none)),
        ("CreateFleet", fleet("maintain", "small", &none)),
        ("RequestSpotFleet", spot_fleet(&image, "t3.micro")),
    ]) {
        anna.call(operation, &wish).ok();
        assert_eq!(instances(&server), count, "{operation}");
    }
    // A fleet that was made does not change into another.
    let kept = root(&server, "ec2").call("DescribeFleets", &json!({})).ok();
    let kept = kept.texts("fleetSet.item.fleetId");
    for id in &kept {
        let modify = json!({
            "FleetId": id,
            "LaunchTemplateConfig": fleet("maintain", "large", &none)["LaunchTemplateConfigs"],
            "TargetCapacitySpecification": { "TotalTargetCapacity": 1 },
        });
        denied(&anna.call("ModifyFleet", &modify), 403, "UnauthorizedOperation");
    }
    assert_eq!((kept.len(), instances(&server)), (2, 5));
}

/// EC2 user guide, "Control access to EC2 resources using launch templates": the two conditions that make users launch from
/// templates, and from them alone.
#[test]
fn a_policy_may_demand_a_template_and_nothing_over_it() {
    let server = server("enforce");
    let ec2 = root(&server, "ec2");
    let image = image(&ec2);
    let id = template(&ec2, "web", &json!({ "ImageId": image, "InstanceType": "t3.micro" }));
    let other = template(&ec2, "other", &json!({ "ImageId": image, "InstanceType": "t3.micro" }));
    let arn = |id: &str| format!("arn:aws:ec2:us-east-1:000000000000:launch-template/{id}");
    let anna = user(
        &server,
        "anna",
        &policy(&[json!({
            "Effect": "Allow", "Action": "ec2:RunInstances", "Resource": "*",
            "Condition": {
                "ArnLike": { "ec2:LaunchTemplate": arn(&id) },
                "Bool": { "ec2:IsLaunchTemplateResource": "true" },
            },
        })]),
    )("ec2");
    let subnet = ec2.call("DescribeSubnets", &json!({})).ok().texts("subnetSet.item.subnetId").swap_remove(0);
    for (wish, resource) in [
        (
            run(&json!({ "ImageId": image, "InstanceType": "t3.micro" })),
            "arn:aws:ec2:us-east-1:000000000000:instance/*".to_owned(),
        ),
        (from("other", &json!({})), arn(&other)),
        (
            from("web", &json!({ "SubnetId": subnet })),
            format!("arn:aws:ec2:us-east-1:000000000000:subnet/{subnet}"),
        ),
        (from("web", &json!({ "ImageId": image })), format!("arn:aws:ec2:us-east-1::image/{image}")),
    ] {
        let told = denied(&anna.call("RunInstances", &wish), 403, "UnauthorizedOperation");
        assert!(told.contains(&format!(" on resource: {resource} because no")), "{wish}: {told}");
    }
    assert_eq!(instances(&server), 0);
    anna.call("RunInstances", &from("web", &json!({}))).ok();
    let mut by_id = run(&json!({}));
    by_id["LaunchTemplate"] = json!({ "LaunchTemplateId": id, "Version": "1" });
    anna.call("RunInstances", &by_id).ok();
    assert_eq!(instances(&server), 2);
}

/// EC2 user guide, "Example: Require the use of IMDSv2", whose statement denies what does not say so.
#[test]
fn what_an_instance_is_to_be_decides_whether_it_may_be() {
    let server = server("enforce");
    let ec2 = root(&server, "ec2");
    let image = image(&ec2);
    let anna = user(
        &server,
        "anna",
        &policy(&[
            everything(),
            json!({
                "Effect": "Deny", "Action": "ec2:RunInstances", "Resource": "arn:aws:ec2:*:*:instance/*",
                "Condition": { "StringNotEquals": { "ec2:MetadataHttpTokens": "required" } },
            }),
        ]),
    )("ec2");
    let wish = |metadata: &Value| {
        run(&json!({ "ImageId": image, "InstanceType": "t3.micro", "MetadataOptions": metadata }))
    };
    for metadata in [json!({}), json!({ "HttpTokens": "optional" }), json!({ "HttpEndpoint": "enabled" })] {
        denied(&anna.call("RunInstances", &wish(&metadata)), 403, "UnauthorizedOperation");
    }
    anna.call("RunInstances", &wish(&json!({ "HttpTokens": "required" }))).ok();
    template(
        &ec2,
        "safe",
        &json!({
            "ImageId": image, "InstanceType": "t3.micro", "MetadataOptions": { "HttpTokens": "required" },
        }),
    );
    anna.call("RunInstances", &from("safe", &json!({}))).ok();
    assert_eq!(instances(&server), 2);
}
