//! Who may use images, what keeps them, and what an account lets itself use.

use crate::instance::{IMAGE, launch, run};
use crate::own_image::{IDS, image, made};
use crate::{advance, found, nowhere, refuses, start, with};
use serde_json::{Value, json};
use testkit::{Client, Server};

/// Another account.
fn friend(server: &Server) -> Client {
    server.client("ec2").key("222222222222", "secret", None)
}

fn permission(id: &str, verb: &str, items: &Value) -> Value {
    json!({ "ImageId": id, "LaunchPermission": { verb: items } })
}

#[test]
fn an_image_is_given_to_accounts_and_to_everybody() {
    let (server, ec2) = start();
    let friend = friend(&server);
    let (id, _) = made(&ec2, "web");
    let not_given = format!("Not authorized for images: [{id}]");
    let one = json!({ "ImageId": id, "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1 });
    let hidden = [
        ("DescribeImages", json!({ "ImageId": [id] }), "AuthFailure", not_given.as_str()),
        ("RunInstances", one, "AuthFailure", not_given.as_str()),
    ];
    refuses(&friend, &hidden);
    assert_eq!(found(&friend, "DescribeImages", ("name", "web"), IDS), [""; 0]);
    ec2.call("ModifyImageAttribute", &permission(&id, "Add", &json!([{ "UserId": "222222222222" }]))).ok();
    assert_eq!(found(&friend, "DescribeImages", ("name", "web"), IDS), [id.as_str()]);
    launch(&friend, &json!({ "ImageId": id }));
    // What only its owner knows is not told.
    assert_eq!(image(&friend, &id, "sourceInstanceId"), [""; 0]);
    assert_eq!(image(&friend, &id, "imageOwnerId"), ["000000000000"]);
    let by = |ec2: &Client, who: &str| {
        ec2.call(
            "DescribeImages",
            &json!({ "ExecutableBy": [who], "Filter": [{ "Name": "name", "Value": ["web"] }] }),
        )
        .ok()
        .texts(IDS)
    };
    assert_eq!(by(&friend, "self"), [id.as_str()]);
    assert_eq!(by(&ec2, "222222222222"), [id.as_str()]);
    assert_eq!(by(&ec2, "all"), [""; 0]);
    let told = json!({ "ImageId": id, "Attribute": "launchPermission" });
    let given = ec2.call("DescribeImageAttribute", &told).ok();
    assert_eq!(given.texts("launchPermission.item.userId"), ["222222222222"]);
    // It may be given back.
    friend.call("CancelImageLaunchPermission", &json!({ "ImageId": id })).ok();
    refuses(&friend, &hidden);

    let public = permission(&id, "Add", &json!([{ "Group": "all" }]));
    let blocked =
        "You can't publicly share this image because block public access for AMIs is enabled in this Region.";
    refuses(&ec2, &[("ModifyImageAttribute", public.clone(), "OperationNotPermitted", blocked)]);
    let state = |ec2: &Client| {
        ec2.call("GetImageBlockPublicAccessState", &json!({})).ok().text("imageBlockPublicAccessState")
    };
    assert_eq!(state(&ec2), "block-new-sharing");
    ec2.call("DisableImageBlockPublicAccess", &json!({})).ok();
    assert_eq!((state(&ec2).as_str(), state(&friend).as_str()), ("unblocked", "block-new-sharing"));
    ec2.call("ModifyImageAttribute", &public).ok();
    assert_eq!(by(&friend, "all"), [id.as_str()]);
    assert_eq!(image(&friend, &id, "isPublic"), ["true"]);
    // What is public stays so.
    let block = json!({ "ImageBlockPublicAccessState": "block-new-sharing" });
    ec2.call("EnableImageBlockPublicAccess", &block).ok();
    assert_eq!(by(&friend, "all"), [id.as_str()]);
    ec2.call("ResetImageAttribute", &json!({ "ImageId": id, "Attribute": "launchPermission" })).ok();
    refuses(&friend, &hidden);
}

#[test]
fn an_image_is_given_to_organizations_and_to_their_units() {
    let (server, ec2) = start();
    let owner = server.client("organizations");
    let organization = owner.call("CreateOrganization", &json!({})).ok().text("Organization.Arn");
    let root = owner.call("ListRoots", &json!({})).ok().text("Roots.Id");
    let unit = json!({ "ParentId": root, "Name": "dev" });
    let unit = owner.call("CreateOrganizationalUnit", &unit).ok();
    let (unit, unit_id) = (unit.text("OrganizationalUnit.Arn"), unit.text("OrganizationalUnit.Id"));
    let account = |name: &str| {
        let wish = json!({ "AccountName": name, "Email": format!("{name}@example.org") });
        let asked = owner.call("CreateAccount", &wish).ok().text("CreateAccountStatus.Id");
        let status = json!({ "CreateAccountRequestId": asked });
        owner.call("DescribeCreateAccountStatus", &status).ok().text("CreateAccountStatus.AccountId")
    };
    let (inside, beside) = (account("inside"), account("beside"));
    let moves = json!({ "AccountId": inside, "SourceParentId": root, "DestinationParentId": unit_id });
    owner.call("MoveAccount", &moves).ok();
    let (id, _) = made(&ec2, "web");
    let sees = |account: &str| {
        let ec2 = server.client("ec2").key(account, "secret", None);
        !found(&ec2, "DescribeImages", ("name", "web"), IDS).is_empty()
    };
    assert!(!sees(&inside) && !sees(&beside));
    let to_unit = json!([{ "OrganizationalUnitArn": unit }]);
    ec2.call("ModifyImageAttribute", &permission(&id, "Add", &to_unit)).ok();
    assert!(sees(&inside) && !sees(&beside) && !sees("222222222222"));
    let to_all = json!([{ "OrganizationArn": organization }]);
    ec2.call("ModifyImageAttribute", &permission(&id, "Add", &to_all)).ok();
    assert!(sees(&inside) && sees(&beside) && !sees("222222222222"));
    ec2.call("ModifyImageAttribute", &permission(&id, "Remove", &to_unit)).ok();
    ec2.call("ModifyImageAttribute", &permission(&id, "Remove", &to_all)).ok();
    assert!(!sees(&inside) && !sees(&beside));
}

#[test]
fn attributes_are_read_and_changed_one_by_one() {
    let (server, ec2) = start();
    let (id, _) = made(&ec2, "web");
    let read = |attribute: &str, path: &str| {
        let wish = json!({ "ImageId": id, "Attribute": attribute });
        ec2.call("DescribeImageAttribute", &wish).ok().texts(path)
    };
    for (attribute, path, want) in [
        ("description", "description.value", vec![]),
        ("kernel", "kernel.value", vec![]),
        ("ramdisk", "ramdisk.value", vec![]),
        ("sriovNetSupport", "sriovNetSupport.value", vec!["simple"]),
        ("bootMode", "bootMode.value", vec!["uefi-preferred"]),
        ("tpmSupport", "tpmSupport.value", vec![]),
        ("uefiData", "uefiData.value", vec![]),
        ("lastLaunchedTime", "lastLaunchedTime.value", vec![]),
        ("imdsSupport", "imdsSupport.value", vec!["v2.0"]),
        ("deregistrationProtection", "deregistrationProtection.value", vec!["disabled"]),
        ("productCodes", "productCodes.item.productCode", vec![]),
        ("launchPermission", "launchPermission.item.userId", vec![]),
    ] {
        assert_eq!(read(attribute, path), want, "{attribute}");
    }
    let described = json!({ "ImageId": id, "Description": { "Value": "one" } });
    ec2.call("ModifyImageAttribute", &described).ok();
    assert_eq!(read("description", "description.value"), ["one"]);
    let described = json!({ "ImageId": id, "Attribute": "description", "Value": "two" });
    ec2.call("ModifyImageAttribute", &described).ok();
    assert_eq!(read("description", "description.value"), ["two"]);
    let shares = json!({ "ImageId": id, "Attribute": "launchPermission", "OperationType": "add",
        "UserId": ["222222222222", "333333333333"],
        "OrganizationArn": ["arn:aws:organizations::000000000000:organization/o-abcdefghij"],
        "OrganizationalUnitArn": ["arn:aws:organizations::000000000000:ou/o-abcdefghij/ou-abcd-12345678"] });
    ec2.call("ModifyImageAttribute", &shares).ok();
    assert_eq!(read("launchPermission", "launchPermission.item.userId").len(), 2);
    assert_eq!(read("launchPermission", "launchPermission.item.organizationArn").len(), 1);
    assert_eq!(read("launchPermission", "launchPermission.item.organizationalUnitArn").len(), 1);
    let takes = permission(&id, "Remove", &json!([{ "UserId": "222222222222" }]));
    ec2.call("ModifyImageAttribute", &takes).ok();
    assert_eq!(read("launchPermission", "launchPermission.item.userId"), ["333333333333"]);

    let none = nowhere("ami");
    let missing = format!("The image id '[{none}]' does not exist");
    let foreign = format!("Not authorized for image:{id}");
    let amazon = format!("Not authorized for image:{IMAGE}");
    let modify = |more: Value| with(&json!({ "ImageId": id }), &more);
    let of = |id: &str, attribute: &str| json!({ "ImageId": id, "Attribute": attribute });
    refuses(&friend(&server), &[("DescribeImageAttribute", of(&id, "description"), "AuthFailure", &foreign)]);
    refuses(
        &ec2,
        &[
            ("DescribeImageAttribute", of(&none, "description"), "InvalidAMIID.NotFound", &missing),
            ("DescribeImageAttribute", of(IMAGE, "description"), "AuthFailure", &amazon),
            (
                "DescribeImageAttribute",
                of(&id, "blockDeviceMapping"),
                "AuthFailure",
                "Unauthorized attempt to access restricted resource",
            ),
            (
                "ResetImageAttribute",
                of(&id, "description"),
                "InvalidRequest",
                "The request received was invalid.",
            ),
            (
                "ModifyImageAttribute",
                modify(json!({})),
                "InvalidParameterCombination",
                "No attributes specified.",
            ),
            (
                "ModifyImageAttribute",
                modify(json!({ "Attribute": "launchPermission", "UserId": ["222222222222"] })),
                "InvalidParameterCombination",
                "No operation specified for launchPermission attribute.",
            ),
            (
                "ModifyImageAttribute",
                permission(&id, "Add", &json!([{ "UserId": "me" }])),
                "InvalidAMIAttributeItemValue",
                "Invalid attribute item value \"me\" for userId item type.",
            ),
            (
                "ModifyImageAttribute",
                permission(&id, "Add", &json!([{ "Group": "some" }])),
                "InvalidAMIAttributeItemValue",
                "Invalid attribute item value \"some\" for userGroup item type.",
            ),
            (
                "ModifyImageAttribute",
                permission(&id, "Add", &json!([{ "OrganizationArn": "o-abcdefghij" }])),
                "InvalidAMIAttributeItemValue",
                "Invalid attribute item value \"o-abcdefghij\" for organizationArn item type.",
            ),
            (
                "ModifyImageAttribute",
                modify(json!({ "ImdsSupport": { "Value": "v1.0" } })),
                "InvalidParameterValue",
                "Value (v1.0) for parameter imdsSupport is invalid. Valid values are v2.0.",
            ),
        ],
    );
}

#[test]
fn an_image_that_is_put_away_is_shown_where_that_is_asked_for() {
    let (server, ec2) = start();
    let (id, _) = made(&ec2, "web");
    ec2.call("ModifyImageAttribute", &permission(&id, "Add", &json!([{ "UserId": "222222222222" }]))).ok();
    assert_eq!(ec2.call("DisableImage", &json!({ "ImageId": id })).ok().text("return"), "true");
    assert_eq!(found(&ec2, "DescribeImages", ("name", "web"), IDS), [""; 0]);
    let all = json!({ "Owner": ["self"], "IncludeDisabled": true });
    let shown = ec2.call("DescribeImages", &all).ok();
    assert_eq!(shown.texts("imagesSet.item.imageState"), ["disabled"]);
    let runs = format!("AMI '{id}' is disabled, and cannot be run");
    let refusal = run(&ec2, &json!({ "ImageId": id })).refusal();
    assert_eq!((refusal.code.as_str(), refusal.message), ("InvalidAMIID.Unavailable", runs));
    ec2.call("EnableImage", &json!({ "ImageId": id })).ok();
    assert_eq!(image(&ec2, &id, "imageState"), ["available"]);
    // Those who were given it have lost it.
    assert_eq!(found(&friend(&server), "DescribeImages", ("name", "web"), IDS), [""; 0]);
}

#[test]
fn an_image_whose_time_is_over_is_hidden_from_others() {
    let (server, ec2) = start();
    let friend = friend(&server);
    let (id, _) = made(&ec2, "web");
    ec2.call("ModifyImageAttribute", &permission(&id, "Add", &json!([{ "UserId": "222222222222" }]))).ok();
    let at = json!({ "ImageId": id, "DeprecateAt": "2026-01-10T10:00:31Z" });
    ec2.call("EnableImageDeprecation", &at).ok();
    assert_eq!(image(&ec2, &id, "deprecationTime"), ["2026-01-10T10:01:00.000Z"]);
    assert_eq!(found(&friend, "DescribeImages", ("name", "web"), IDS), [id.as_str()]);
    advance(&server, "1000h");
    assert_eq!(found(&friend, "DescribeImages", ("name", "web"), IDS), [""; 0]);
    let all = json!({ "IncludeDeprecated": true, "Owner": ["000000000000"] });
    assert_eq!(friend.call("DescribeImages", &all).ok().texts(IDS), [id.as_str()]);
    assert_eq!(image(&friend, &id, "imageId"), [id.as_str()]);
    assert_eq!(found(&ec2, "DescribeImages", ("name", "web"), IDS), [id.as_str()]);
    let over = "The deprecation date must be in the future and at most 10 years from now.";
    refuses(&ec2, &[("EnableImageDeprecation", at, "InvalidParameterValue", over)]);
    ec2.call("DisableImageDeprecation", &json!({ "ImageId": id })).ok();
    assert_eq!(image(&ec2, &id, "deprecationTime"), [""; 0]);
}

#[test]
fn a_protected_image_stays_and_a_day_longer_where_that_was_asked_for() {
    let (server, ec2) = start();
    let (id, _) = made(&ec2, "web");
    let own = json!({ "ImageId": id });
    let protect = json!({ "ImageId": id, "WithCooldown": true });
    let answer = ec2.call("EnableImageDeregistrationProtection", &protect).ok();
    assert_eq!(answer.text("return"), "enabled-with-cooldown");
    assert_eq!(image(&ec2, &id, "deregistrationProtection"), ["enabled-with-cooldown"]);
    let kept = format!("The image {id} can't be deregistered because deregistration protection is enabled.");
    refuses(&ec2, &[("DeregisterImage", own.clone(), "OperationNotPermitted", &kept)]);
    ec2.call("DisableImageDeregistrationProtection", &own).ok();
    let cools = format!(
        "The image {id} can't be deregistered before 24 hours have passed since deregistration protection was disabled."
    );
    refuses(&ec2, &[("DeregisterImage", own.clone(), "OperationNotPermitted", &cools)]);
    advance(&server, "24h");
    ec2.call("DeregisterImage", &own).ok();
}

#[test]
fn an_account_lets_itself_use_some_images_only() {
    let (_server, ec2) = start();
    let (id, _) = made(&ec2, "web");
    let first = ec2.call("GetAllowedImagesSettings", &json!({})).ok();
    assert_eq!(first.text("state"), "disabled");
    let criteria =
        json!({ "ImageCriterion": [{ "ImageProvider": ["137112412989"], "ImageName": ["al2023-*"] }] });
    ec2.call("ReplaceImageCriteriaInAllowedImagesSettings", &criteria).ok();
    let audit = json!({ "AllowedImagesSettingsState": "audit-mode" });
    ec2.call("EnableAllowedImagesSettings", &audit).ok();
    let allowed =
        |name: &str, value: &str| found(&ec2, "DescribeImages", (name, value), "imagesSet.item.imageAllowed");
    assert_eq!(allowed("image-id", IMAGE), ["true"]);
    assert_eq!(allowed("name", "debian-12-amd64-*"), ["false"]);
    assert_eq!(allowed("image-id", &id), ["true"]);
    let debian = found(&ec2, "DescribeImages", ("name", "debian-12-amd64-*"), IDS).remove(0);
    launch(&ec2, &json!({ "ImageId": debian }));
    ec2.call("EnableAllowedImagesSettings", &json!({ "AllowedImagesSettingsState": "enabled" })).ok();
    assert_eq!(allowed("name", "debian-12-amd64-*"), [""; 0]);
    let refusal = run(&ec2, &json!({ "ImageId": debian })).refusal();
    assert_eq!(refusal.code, "InvalidAMIID.NotFound");
    launch(&ec2, &json!({}));
    launch(&ec2, &json!({ "ImageId": id }));
    let own = ec2.call("GetAllowedImagesSettings", &json!({})).ok();
    assert_eq!(own.text("state"), "enabled");
    assert_eq!(own.texts("imageCriterionSet.item.imageNameSet.item"), ["al2023-*"]);
    ec2.call("DisableAllowedImagesSettings", &json!({})).ok();
    launch(&ec2, &json!({ "ImageId": debian }));
    let bad = json!({ "ImageCriterion": [{ "ImageProvider": ["me"] }] });
    let sentence = "Value (me) for parameter imageProvider is invalid. It must be an account or one of amazon, aws-marketplace, aws-backup-vault and none.";
    refuses(&ec2, &[("ReplaceImageCriteriaInAllowedImagesSettings", bad, "InvalidParameterValue", sentence)]);
}

#[test]
fn instances_tell_of_their_images_also_when_those_have_gone() {
    let (_server, ec2) = start();
    let (id, instance) = made(&ec2, "web");
    let of_it = launch(&ec2, &json!({ "ImageId": id, "InstanceType": "t3.small" }));
    const OWN: &str = "instanceImageMetadataSet.item";
    let told = |wish: Value, path: &str| {
        ec2.call("DescribeInstanceImageMetadata", &wish).ok().texts(&format!("{OWN}.{path}"))
    };
    let one = json!({ "InstanceId": [of_it] });
    assert_eq!(told(one.clone(), "imageMetadata.name"), ["web"]);
    assert_eq!(told(one.clone(), "imageMetadata.imageState"), ["available"]);
    assert_eq!(told(json!({ "InstanceId": [instance] }), "imageMetadata.imageOwnerAlias"), ["amazon"]);
    for (name, value, want) in [
        ("instance-type", "t3.small", &of_it),
        ("owner-alias", "amazon", &instance),
        ("instance-id", of_it.as_str(), &of_it),
    ] {
        let wish = json!({ "Filter": [{ "Name": name, "Value": [value] }] });
        assert_eq!(told(wish, "instanceId"), [want.as_str()], "{name}");
    }
    ec2.call("DeregisterImage", &json!({ "ImageId": id })).ok();
    assert_eq!(told(one.clone(), "imageMetadata.imageState"), ["deregistered"]);
    let paged = with(&one, &json!({ "MaxResults": 5 }));
    let sentence = "The parameter instancesSet cannot be used with the parameter maxResults";
    refuses(&ec2, &[("DescribeInstanceImageMetadata", paged, "InvalidParameterCombination", sentence)]);
}

#[test]
fn nothing_is_in_the_recycle_bin() {
    let (_server, ec2) = start();
    let (id, _) = made(&ec2, "web");
    ec2.call("DeregisterImage", &json!({ "ImageId": id })).ok();
    let bin = ec2.call("ListImagesInRecycleBin", &json!({})).ok();
    assert_eq!(bin.texts("imageSet.item.imageId"), [""; 0]);
    let missing = format!("The image id '[{id}]' does not exist");
    refuses(
        &ec2,
        &[
            ("ListImagesInRecycleBin", json!({ "ImageId": [id] }), "InvalidAMIID.NotFound", &missing),
            ("RestoreImageFromRecycleBin", json!({ "ImageId": id }), "InvalidAMIID.NotFound", &missing),
        ],
    );
}
