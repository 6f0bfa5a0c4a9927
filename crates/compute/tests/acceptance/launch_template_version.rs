use crate::launch_template::template;
use crate::{found, refuses, start};
use serde_json::{Value, json};
use testkit::Client;

const NUMBERS: &str = "launchTemplateVersionSet.item.versionNumber";

#[track_caller]
fn version(ec2: &Client, id: &str, content: &Value) -> String {
    let parameters = json!({ "LaunchTemplateId": id, "LaunchTemplateData": content });
    ec2.call("CreateLaunchTemplateVersion", &parameters).ok().text("launchTemplateVersion.versionNumber")
}

/// The numbers of the versions that a Describe finds.
#[track_caller]
fn numbers(ec2: &Client, parameters: Value) -> Vec<String> {
    ec2.call("DescribeLaunchTemplateVersions", &parameters).ok().texts(NUMBERS)
}

#[test]
fn versions_are_asked_for_in_many_ways() {
    let (_server, ec2) = start();
    let id = template(&ec2, "web", &json!({ "ImageId": "ami-1" }));
    for number in 2..=4 {
        assert_eq!(version(&ec2, &id, &json!({ "ImageId": format!("ami-{number}") })), number.to_string());
    }
    ec2.call("ModifyLaunchTemplate", &json!({ "LaunchTemplateId": id, "SetDefaultVersion": "2" })).ok();
    let of = |wish: Value| {
        let mut parameters = json!({ "LaunchTemplateName": "web" });
        parameters.as_object_mut().unwrap().extend(wish.as_object().unwrap().clone());
        parameters
    };
    for (wish, want) in [
        (json!({}), vec!["4", "3", "2", "1"]),
        (json!({ "LaunchTemplateVersion": ["$Latest"] }), vec!["4"]),
        (json!({ "LaunchTemplateVersion": ["$Default"] }), vec!["2"]),
        (json!({ "LaunchTemplateVersion": ["1", "$Latest", "4"] }), vec!["4", "1"]),
        (json!({ "MinVersion": "3" }), vec!["4", "3"]),
        (json!({ "MaxVersion": "2" }), vec!["2", "1"]),
        (json!({ "MinVersion": "2", "MaxVersion": "3" }), vec!["3", "2"]),
        (json!({ "MinVersion": "5" }), vec![]),
    ] {
        assert_eq!(numbers(&ec2, of(wish.clone())), want, "{wish}");
    }
    let other = template(&ec2, "db1", &json!({ "ImageId": "ami-1" }));
    let of_all = |versions: Value| {
        let all = json!({ "LaunchTemplateVersion": versions });
        let answer = ec2.call("DescribeLaunchTemplateVersions", &all).ok();
        let ids = answer.texts("launchTemplateVersionSet.item.launchTemplateId");
        let mut found: Vec<_> = ids.into_iter().zip(answer.texts(NUMBERS)).collect();
        found.sort();
        found
    };
    let pair = |id: &String, number: &str| (id.clone(), number.to_owned());
    let mut want = vec![pair(&id, "4"), pair(&other, "1")];
    want.sort();
    assert_eq!(of_all(json!(["$Latest"])), want);
    want.push(pair(&id, "2"));
    want.sort();
    assert_eq!(of_all(json!(["$Latest", "$Default"])), want);
}

#[test]
fn pages_hold_each_version_once() {
    let (_server, ec2) = start();
    let id = template(&ec2, "web", &json!({ "ImageId": "ami-1" }));
    for _ in 2..=7 {
        version(&ec2, &id, &json!({ "ImageId": "ami-1" }));
    }
    let mut seen = Vec::new();
    let mut token = Value::Null;
    loop {
        let wish = json!({ "LaunchTemplateId": id, "MaxResults": 2, "NextToken": token });
        let page = ec2.call("DescribeLaunchTemplateVersions", &wish).ok();
        seen.extend(page.texts(NUMBERS));
        let Some(next) = page.texts("nextToken").pop() else { break };
        token = Value::from(next);
        // One that was shown already goes; what is still to come is not skipped.
        let gone = json!({ "LaunchTemplateId": id, "LaunchTemplateVersion": [seen.last()] });
        ec2.call("DeleteLaunchTemplateVersions", &gone).ok();
    }
    assert_eq!(seen, ["7", "6", "5", "4", "3", "2", "1"]);
}

#[test]
fn every_filter_finds_its_version_and_no_other() {
    let (server, ec2) = start();
    let profile = "arn:aws:iam::000000000000:instance-profile/web";
    let licence = "arn:aws:license-manager:us-east-1:000000000000:license-configuration:lic-1";
    let group = "arn:aws:resource-groups:us-east-1:000000000000:group/hosts";
    let one = json!({
        "ImageId": "ami-1", "InstanceType": "t3.micro", "KernelId": "aki-1", "RamDiskId": "ari-1",
        "EbsOptimized": true, "IamInstanceProfile": { "Arn": profile },
        "MetadataOptions": { "HttpEndpoint": "enabled", "HttpTokens": "required" },
        "LicenseSpecification": [{ "LicenseConfigurationArn": licence }],
        "Placement": { "HostResourceGroupArn": group },
        "NetworkInterface": [{ "DeviceIndex": 0, "NetworkCardIndex": 1 }]
    });
    let id = template(&ec2, "web", &one);
    server.page("POST", "/_angae/clock", &json!({ "advance": "3600s" }));
    let two = json!({
        "ImageId": "ami-2", "InstanceType": "m5.large", "KernelId": "aki-2", "RamDiskId": "ari-2",
        "EbsOptimized": false, "MetadataOptions": { "HttpEndpoint": "disabled", "HttpTokens": "optional" },
        "NetworkInterface": [{ "DeviceIndex": 0, "NetworkCardIndex": 0 }]
    });
    assert_eq!(version(&ec2, &id, &two), "2");
    let of = |name: &str, value: &str| {
        let filter = json!([{ "Name": name, "Value": [value] }]);
        numbers(&ec2, json!({ "LaunchTemplateId": id, "Filter": filter }))
    };
    for (name, value) in [
        ("image-id", "ami-1"),
        ("instance-type", "t3.*"),
        ("kernel-id", "aki-1"),
        ("ram-disk-id", "ari-1"),
        ("ebs-optimized", "true"),
        ("iam-instance-profile", profile),
        ("http-endpoint", "enabled"),
        ("http-tokens", "required"),
        ("license-configuration-arn", licence),
        ("host-resource-group-arn", group),
        ("network-card-index", "1"),
        ("is-default-version", "true"),
    ] {
        assert_eq!(of(name, value), ["1"], "{name}");
        assert_eq!(of(name, "else"), [""; 0], "{name}");
    }
    assert_eq!(of("is-default-version", "false"), ["2"]);
    assert_eq!(of("http-protocol-ipv4", "*"), [""; 0]);
    let all = json!({ "LaunchTemplateId": id, "LaunchTemplateVersion": ["1"] });
    let answer = ec2.call("DescribeLaunchTemplateVersions", &all).ok();
    let made = answer.text("launchTemplateVersionSet.item.createTime");
    assert_eq!(of("create-time", &made), ["1"]);
}

#[test]
fn versions_are_deleted_one_by_one() {
    let (_server, ec2) = start();
    let id = template(&ec2, "web", &json!({ "ImageId": "ami-1" }));
    for _ in 2..=3 {
        version(&ec2, &id, &json!({ "ImageId": "ami-1" }));
    }
    let delete = json!({ "LaunchTemplateId": id, "LaunchTemplateVersion": ["1", "3", "9"] });
    let answer = ec2.call("DeleteLaunchTemplateVersions", &delete).ok();
    let deleted = "successfullyDeletedLaunchTemplateVersionSet.item.versionNumber";
    assert_eq!(answer.texts(deleted), ["3"]);
    let kept =
        |path: &str| answer.texts(&format!("unsuccessfullyDeletedLaunchTemplateVersionSet.item.{path}"));
    assert_eq!(kept("versionNumber"), ["1", "9"]);
    assert_eq!(kept("launchTemplateName"), ["web", "web"]);
    assert_eq!(kept("responseError.code"), ["unexpectedError", "launchTemplateVersionDoesNotExist"]);
    assert_eq!(
        kept("responseError.message"),
        [
            "The default version of a launch template cannot be deleted; assign another default version first.",
            "The launch template version does not exist."
        ]
    );
    assert_eq!(numbers(&ec2, json!({ "LaunchTemplateId": id })), ["2", "1"]);
    let path = "launchTemplates.item.latestVersionNumber";
    assert_eq!(found(&ec2, "DescribeLaunchTemplates", ("launch-template-name", "web"), path), ["2"]);
    // No number comes twice.
    assert_eq!(version(&ec2, &id, &json!({ "ImageId": "ami-1" })), "4");
}

#[test]
fn what_versions_refuse() {
    let (_server, ec2) = start();
    let id = template(&ec2, "web", &json!({ "ImageId": "resolve:ssm:/image" }));
    let describe = |wish: Value| {
        let mut parameters = json!({ "LaunchTemplateId": id });
        parameters.as_object_mut().unwrap().extend(wish.as_object().unwrap().clone());
        ("DescribeLaunchTemplateVersions", parameters)
    };
    let how = "To describe the launch template data for all your launch templates, for ‘--versions’ specify ‘$Latest’, ‘$Default’, or both, and omit ‘--launch-template-id’, ‘--launch-template-name’, and version numbers. To describe the launch template data for a specific launch template, specify ‘--launch-template-id’ or ‘--launch-template-name’, and for ‘--versions’ specify one or more of the following values: ‘$Latest’, ‘$Default’, or one or more version numbers.";
    let no_version = &format!("Could not find the specified version 9 for the launch template with ID {id}.");
    let version_code = "InvalidLaunchTemplateId.VersionNotFound";
    let alias = "Aliases of images are not resolved yet: leave ResolveAlias out";
    let cases = [
        (
            ("DescribeLaunchTemplateVersions", json!({ "LaunchTemplateName": "other" })),
            "InvalidLaunchTemplateName.NotFoundException",
            "The specified launch template, with template name other, does not exist.",
        ),
        (("DescribeLaunchTemplateVersions", json!({})), "MissingParameter", how),
        (
            ("DescribeLaunchTemplateVersions", json!({ "LaunchTemplateVersion": ["$Latest", "1"] })),
            "InvalidParameterValue",
            how,
        ),
        (describe(json!({ "LaunchTemplateVersion": ["9"] })), version_code, no_version),
        (
            describe(json!({ "LaunchTemplateVersion": ["1"], "MinVersion": "1" })),
            "InvalidParameterCombination",
            "The parameter launchTemplateVersion cannot be used with the parameter minVersion or maxVersion",
        ),
        (
            describe(json!({ "MinVersion": "one" })),
            "InvalidParameterValue",
            "Value (one) for parameter minVersion is invalid. It must be a version number.",
        ),
        (
            describe(json!({ "MaxResults": 201 })),
            "InvalidParameterValue",
            "Value ( 201 ) for parameter maxResults is invalid. Expecting a value less than or equal to 200",
        ),
        (
            describe(json!({ "Filter": [{ "Name": "key-name", "Value": ["k"] }] })),
            "InvalidParameterValue",
            "The filter 'key-name' is invalid",
        ),
        (describe(json!({ "ResolveAlias": true })), "InvalidParameterValue", alias),
        (
            (
                "CreateLaunchTemplateVersion",
                json!({ "LaunchTemplateId": id, "SourceVersion": "9",
                    "LaunchTemplateData": { "ImageId": "ami-1" } }),
            ),
            version_code,
            no_version,
        ),
        (
            (
                "CreateLaunchTemplateVersion",
                json!({ "LaunchTemplateId": id, "SourceVersion": "1", "ResolveAlias": true,
                    "LaunchTemplateData": { "InstanceType": "t3.micro" } }),
            ),
            "InvalidParameterValue",
            alias,
        ),
        (
            ("DeleteLaunchTemplateVersions", json!({ "LaunchTemplateId": id })),
            "MissingParameter",
            "The request must contain the parameter launchTemplateVersionSet",
        ),
        (
            (
                "DeleteLaunchTemplateVersions",
                json!({ "LaunchTemplateId": id, "LaunchTemplateVersion": vec!["5"; 201] }),
            ),
            "InvalidParameterValue",
            "The maximum number of versions of one call is 200",
        ),
    ];
    for ((operation, parameters), code, sentence) in cases {
        refuses(&ec2, &[(operation, parameters, code, sentence)]);
    }
    // None of that made a version.
    assert_eq!(numbers(&ec2, json!({ "LaunchTemplateId": id })), ["1"]);
}
