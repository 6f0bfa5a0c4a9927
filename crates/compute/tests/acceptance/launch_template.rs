use crate::{found, golden, nowhere, refuses, start};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use testkit::Client;

/// A template of that name; its id.
#[track_caller]
pub(crate) fn template(ec2: &Client, name: &str, content: &Value) -> String {
    let parameters = json!({ "LaunchTemplateName": name, "LaunchTemplateData": content });
    ec2.call("CreateLaunchTemplate", &parameters).ok().text("launchTemplate.launchTemplateId")
}

#[test]
fn the_life_of_a_launch_template() {
    let (_server, ec2) = start();
    let mut golden = golden("launch-template");
    let content = json!({
        "ImageId": "ami-0123456789abcdef0", "InstanceType": "t3.micro", "KeyName": "deployer",
        "EbsOptimized": false, "UserData": "IyEvYmluL3No", "SecurityGroupId": ["sg-2", "sg-1"],
        "IamInstanceProfile": { "Name": "web" }, "Monitoring": { "Enabled": true },
        "BlockDeviceMapping": [{ "DeviceName": "/dev/xvda",
            "Ebs": { "VolumeSize": 20, "VolumeType": "gp3", "DeleteOnTermination": true, "Encrypted": true } }],
        "NetworkInterface": [{ "DeviceIndex": 0, "AssociatePublicIpAddress": true, "SecurityGroupId": ["sg-1"] }],
        "MetadataOptions": { "HttpTokens": "required", "HttpPutResponseHopLimit": 2 },
        "InstanceMarketOptions": { "MarketType": "spot", "SpotOptions": { "MaxPrice": "0.05" } },
        "CreditSpecification": { "CpuCredits": "unlimited" },
        "TagSpecification": [{ "ResourceType": "instance", "Tag": [{ "Key": "Name", "Value": "web" }] }]
    });
    let create = json!({ "LaunchTemplateName": "web", "VersionDescription": "first",
        "LaunchTemplateData": content,
        "TagSpecification": [{ "ResourceType": "launch-template", "Tag": [{ "Key": "team", "Value": "red" }] }] });
    let created = golden.note("CreateLaunchTemplate", ec2.call("CreateLaunchTemplate", &create)).ok();
    let id = created.text("launchTemplate.launchTemplateId");
    let named = json!({ "LaunchTemplateName": ["web"] });
    golden.note("DescribeLaunchTemplates", ec2.call("DescribeLaunchTemplates", &named)).ok();
    let versions = json!({ "LaunchTemplateId": id });
    golden.note("DescribeLaunchTemplateVersions", ec2.call("DescribeLaunchTemplateVersions", &versions)).ok();
    let version = json!({ "LaunchTemplateId": id, "VersionDescription": "second", "SourceVersion": "1",
        "LaunchTemplateData": { "InstanceType": "t3.small" } });
    golden.note("CreateLaunchTemplateVersion", ec2.call("CreateLaunchTemplateVersion", &version)).ok();
    let modify = json!({ "LaunchTemplateId": id, "SetDefaultVersion": "2" });
    golden.note("ModifyLaunchTemplate", ec2.call("ModifyLaunchTemplate", &modify)).ok();
    for (name, value) in
        [("launch-template-name", "w?b"), ("tag:team", "red"), ("tag-key", "team"), ("create-time", "20*")]
    {
        let path = "launchTemplates.item.launchTemplateId";
        assert_eq!(found(&ec2, "DescribeLaunchTemplates", (name, value), path), [id.as_str()], "{name}");
    }
    let path = "launchTemplates.item.launchTemplateId";
    assert_eq!(found(&ec2, "DescribeLaunchTemplates", ("launch-template-name", "db"), path), [""; 0]);
    let delete = json!({ "LaunchTemplateName": "web" });
    golden.note("DeleteLaunchTemplate", ec2.call("DeleteLaunchTemplate", &delete)).ok();
    let by_id = format!("The specified launch template, with template ID {id}, does not exist.");
    refuses(
        &ec2,
        &[
            (
                "DescribeLaunchTemplates",
                named,
                "InvalidLaunchTemplateName.NotFoundException",
                "At least one of the launch templates specified in the request does not exist.",
            ),
            ("DescribeLaunchTemplateVersions", versions, "InvalidLaunchTemplateId.NotFound", &by_id),
        ],
    );
    golden.check();
}

#[test]
fn a_token_gives_the_same_again() {
    let (_server, ec2) = start();
    let create = |name: &str| {
        let content = json!({ "ImageId": "ami-1" });
        json!({ "LaunchTemplateName": name, "LaunchTemplateData": content, "ClientToken": "t" })
    };
    let path = "launchTemplate.launchTemplateId";
    let id = ec2.call("CreateLaunchTemplate", &create("web")).ok().text(path);
    assert_eq!(ec2.call("CreateLaunchTemplate", &create("web")).ok().text(path), id);
    let version = |image: &str| json!({ "LaunchTemplateId": id, "LaunchTemplateData": { "ImageId": image }, "ClientToken": "t" });
    let make = |image: &str| ec2.call("CreateLaunchTemplateVersion", &version(image));
    let path = "launchTemplateVersion.versionNumber";
    assert_eq!(make("ami-2").ok().text(path), "2");
    assert_eq!(make("ami-2").ok().text(path), "2");
    let modify =
        |number: &str| json!({ "LaunchTemplateId": id, "SetDefaultVersion": number, "ClientToken": "t" });
    for _ in 0..2 {
        let modified = ec2.call("ModifyLaunchTemplate", &modify("2")).ok();
        assert_eq!(modified.text("launchTemplate.defaultVersionNumber"), "2");
    }
    let code = "IdempotentParameterMismatch";
    let sentence =
        "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).";
    refuses(
        &ec2,
        &[
            ("CreateLaunchTemplate", create("other"), code, sentence),
            ("CreateLaunchTemplateVersion", version("ami-3"), code, sentence),
            ("ModifyLaunchTemplate", modify("1"), code, sentence),
        ],
    );
}

#[test]
fn pages_hold_each_template_once() {
    let (_server, ec2) = start();
    for number in 0..7 {
        template(&ec2, &format!("template-{number}"), &json!({ "ImageId": "ami-1" }));
    }
    let mut seen = Vec::new();
    let mut token = Value::Null;
    loop {
        let wish = json!({ "MaxResults": 3, "NextToken": token });
        let page = ec2.call("DescribeLaunchTemplates", &wish).ok();
        seen.extend(page.texts("launchTemplates.item.launchTemplateName"));
        let Some(next) = page.texts("nextToken").pop() else { break };
        token = Value::from(next);
    }
    seen.sort();
    assert_eq!(seen, (0..7).map(|number| format!("template-{number}")).collect::<Vec<_>>());
    refuses(
        &ec2,
        &[
            (
                "DescribeLaunchTemplates",
                json!({ "MaxResults": 0 }),
                "InvalidParameterValue",
                "Value ( 0 ) for parameter maxResults is invalid. Expecting a value greater than 1.",
            ),
            (
                "DescribeLaunchTemplates",
                json!({ "MaxResults": 201 }),
                "InvalidParameterValue",
                "Value ( 201 ) for parameter maxResults is invalid. Expecting a value less than or equal to 200",
            ),
        ],
    );
}

#[test]
fn names_that_templates_have() {
    let (_server, ec2) = start();
    let code = "InvalidLaunchTemplateName.MalformedException";
    let sentence = "A launch template name must be between 3 and 128 characters, and may contain letters, numbers, and the following characters: - ( ) . / _.";
    let content = json!({ "ImageId": "ami-1" });
    for name in ["abc", "a-(b).c/d_e", &"n".repeat(128)] {
        template(&ec2, name, &content);
    }
    for name in ["ab", "a b c", "ümlaut", "a+b", &"n".repeat(129)] {
        let parameters = json!({ "LaunchTemplateName": name, "LaunchTemplateData": content });
        refuses(&ec2, &[("CreateLaunchTemplate", parameters, code, sentence)]);
    }
}

#[test]
fn what_launch_templates_refuse() {
    let (_server, ec2) = start();
    let id = template(&ec2, "web", &json!({ "ImageId": "ami-1" }));
    let create = |content: Value| json!({ "LaunchTemplateName": "new", "LaunchTemplateData": content });
    let tags = |tags: Value| create(json!({ "TagSpecification": [tags] }));
    let none = nowhere("lt");
    let no_id = &format!("The specified launch template, with template ID {none}, does not exist.");
    let no_name = "The specified launch template, with template name other, does not exist.";
    let empty =
        "No launch template data was provided. Launch template data is required to create a launch template.";
    let both = "Either provide launch template ID or launch template name to modify the template.";
    let neither = "The request must contain the parameter launch template ID or launch template name";
    let long = STANDARD.encode("x".repeat(16_385));
    let name = "InvalidLaunchTemplateName.NotFoundException";
    let malformed = "Invalid id: \"web\" (expecting \"lt-...\")";
    refuses(
        &ec2,
        &[
            (
                "CreateLaunchTemplate",
                json!({ "LaunchTemplateName": "web", "LaunchTemplateData": { "ImageId": "ami-2" } }),
                "InvalidLaunchTemplateName.AlreadyExistsException",
                "Launch template name already in use.",
            ),
            ("CreateLaunchTemplate", json!({ "LaunchTemplateName": "new" }), "MissingParameter", empty),
            ("CreateLaunchTemplateVersion", json!({ "LaunchTemplateId": id }), "MissingParameter", empty),
            (
                "CreateLaunchTemplate",
                json!({ "LaunchTemplateData": { "ImageId": "ami-2" } }),
                "MissingParameter",
                "The request must contain the parameter launchTemplateName",
            ),
            (
                "CreateLaunchTemplate",
                create(json!({ "UserData": "#!/bin/sh" })),
                "InvalidUserData.Malformed",
                "Invalid BASE64 encoding of user data.",
            ),
            (
                "CreateLaunchTemplate",
                create(json!({ "UserData": long })),
                "InvalidUserData.Malformed",
                "User data is limited to 16384 bytes",
            ),
            (
                "CreateLaunchTemplate",
                tags(json!({ "Tag": [{ "Key": "a", "Value": "1" }] })),
                "InvalidTagSpecification.Malformed",
                "The resource type cannot be null or empty.",
            ),
            (
                "CreateLaunchTemplate",
                tags(json!({ "ResourceType": "instance" })),
                "InvalidTagSpecification.Malformed",
                "The tags cannot be null or empty.",
            ),
            (
                "CreateLaunchTemplate",
                tags(json!({ "ResourceType": "vpc", "Tag": [{ "Key": "a", "Value": "1" }] })),
                "InvalidParameterValue",
                "'vpc' is not a valid taggable resource type for this operation.",
            ),
            (
                "DescribeLaunchTemplates",
                json!({ "LaunchTemplateId": [none] }),
                "InvalidLaunchTemplateId.NotFound",
                no_id,
            ),
            (
                "DescribeLaunchTemplates",
                json!({ "LaunchTemplateId": ["web"] }),
                "InvalidLaunchTemplateId.Malformed",
                malformed,
            ),
            (
                "DeleteLaunchTemplate",
                json!({ "LaunchTemplateId": none }),
                "InvalidLaunchTemplateId.NotFound",
                no_id,
            ),
            ("DeleteLaunchTemplate", json!({ "LaunchTemplateName": "other" }), name, no_name),
            (
                "DeleteLaunchTemplate",
                json!({ "LaunchTemplateId": "web" }),
                "InvalidLaunchTemplateId.Malformed",
                malformed,
            ),
            ("DeleteLaunchTemplate", json!({}), "MissingParameter", neither),
            (
                "ModifyLaunchTemplate",
                json!({ "LaunchTemplateId": id, "LaunchTemplateName": "web", "SetDefaultVersion": "1" }),
                "InvalidParameterCombination",
                both,
            ),
            ("ModifyLaunchTemplate", json!({ "SetDefaultVersion": "1" }), "MissingParameter", neither),
            (
                "ModifyLaunchTemplate",
                json!({ "LaunchTemplateId": id }),
                "MissingParameter",
                "The request must contain the parameter SetDefaultVersion",
            ),
            (
                "ModifyLaunchTemplate",
                json!({ "LaunchTemplateId": id, "SetDefaultVersion": "2" }),
                "InvalidLaunchTemplateId.VersionNotFound",
                "The launch template version 2 is not found for the specified launch template.",
            ),
        ],
    );
}
