//! The organization, its root and its units.

use crate::{MANAGEMENT, account, member, refuses, start, unit};
use serde_json::json;
use testkit::Server;

const NOT_IN_USE: &str = "Your account is not a member of an organization.";
const NOT_MANAGEMENT: &str = "You don't have permissions to access this resource.";

#[test]
fn an_account_has_one_organization_or_none() {
    let server = Server::start();
    let client = server.client("organizations");
    let none = json!({});
    for operation in ["DescribeOrganization", "ListRoots", "ListAccounts", "LeaveOrganization"] {
        refuses(&client, &[(operation, none.clone(), "AWSOrganizationsNotInUseException", NOT_IN_USE, "")]);
    }
    let made = client.call("CreateOrganization", &none).ok();
    let id = made.text("Organization.Id");
    assert!(id.starts_with("o-") && id.len() == 12, "{id}");
    assert_eq!(
        made.text("Organization.Arn"),
        format!("arn:aws:organizations::{MANAGEMENT}:organization/{id}")
    );
    assert_eq!(
        made.text("Organization.MasterAccountArn"),
        format!("arn:aws:organizations::{MANAGEMENT}:account/{id}/{MANAGEMENT}")
    );
    assert_eq!(made.text("Organization.FeatureSet"), "ALL");
    let sentence = "The AWS account is already a member of an organization.";
    refuses(&client, &[("CreateOrganization", none.clone(), "AlreadyInOrganizationException", sentence, "")]);
    let member = member(&client, "dev");
    let dev = account(&server, &member);
    assert_eq!(dev.call("DescribeOrganization", &none).ok().text("Organization.Id"), id);
    for operation in ["ListRoots", "ListAccounts", "DeleteOrganization"] {
        refuses(&dev, &[(operation, none.clone(), "AccessDeniedException", NOT_MANAGEMENT, "")]);
    }
    let sentence = "To delete an organization you must first remove all member accounts (except the master).";
    refuses(&client, &[("DeleteOrganization", none.clone(), "OrganizationNotEmptyException", sentence, "")]);
    dev.call("LeaveOrganization", &none).ok();
    client.call("DeleteOrganization", &none).ok();
    refuses(&client, &[("DescribeOrganization", none, "AWSOrganizationsNotInUseException", NOT_IN_USE, "")]);
}

#[test]
fn units_lie_in_each_other_five_deep() {
    let (_server, client, root) = start();
    let organization = client.call("DescribeOrganization", &json!({})).ok().text("Organization.Id");
    let first = unit(&client, &root, "first");
    assert!(first.starts_with(&root.replacen("r-", "ou-", 1)), "{first} in {root}");
    let mut deepest = first.clone();
    let mut path = format!("{organization}/{root}/{first}/");
    for name in ["second", "third", "fourth", "fifth"] {
        deepest = unit(&client, &deepest, name);
        path = format!("{path}{deepest}/");
    }
    let described =
        client.call("DescribeOrganizationalUnit", &json!({ "OrganizationalUnitId": deepest })).ok();
    assert_eq!(described.text("OrganizationalUnit.Path"), path);
    let parents = client.call("ListParents", &json!({ "ChildId": first })).ok();
    assert_eq!((parents.text("Parents.Id"), parents.text("Parents.Type")), (root.clone(), "ROOT".to_owned()));
    let children = json!({ "ParentId": root, "ChildType": "ORGANIZATIONAL_UNIT" });
    assert_eq!(client.call("ListChildren", &children).ok().texts("Children.Id"), [first.as_str()]);
    let nowhere = "ou-none-12345678";
    refuses(
        &client,
        &[
            (
                "CreateOrganizationalUnit",
                json!({ "ParentId": deepest, "Name": "sixth" }),
                "ConstraintViolationException",
                "You attempted to create an OU tree that is too many levels deep.",
                "OU_DEPTH_LIMIT_EXCEEDED",
            ),
            (
                "CreateOrganizationalUnit",
                json!({ "ParentId": root, "Name": "first" }),
                "DuplicateOrganizationalUnitException",
                "An OU with the same name already exists.",
                "",
            ),
            (
                "CreateOrganizationalUnit",
                json!({ "ParentId": nowhere, "Name": "x" }),
                "ParentNotFoundException",
                "You specified parent that doesn't exist.",
                "",
            ),
            (
                "DescribeOrganizationalUnit",
                json!({ "OrganizationalUnitId": nowhere }),
                "OrganizationalUnitNotFoundException",
                "You specified an organizational unit that doesn't exist.",
                "",
            ),
            (
                "DeleteOrganizationalUnit",
                json!({ "OrganizationalUnitId": first }),
                "OrganizationalUnitNotEmptyException",
                "The specified OU is not empty. Move all accounts to another root or to other OUs, remove all child OUs, and try the operation again.",
                "",
            ),
            (
                "ListParents",
                json!({ "ChildId": nowhere }),
                "ChildNotFoundException",
                "We can't find an organizational unit (OU) or AWS account with the ChildId that you specified.",
                "",
            ),
        ],
    );
    client.call("DeleteOrganizationalUnit", &json!({ "OrganizationalUnitId": deepest })).ok();
}

#[test]
fn names_are_given_anew_and_lists_come_in_pages() {
    let (_server, client, root) = start();
    let mut ids: Vec<String> = (0..3).map(|n| unit(&client, &root, &format!("u{n}"))).collect();
    let rename = json!({ "OrganizationalUnitId": ids[0], "Name": "other" });
    let renamed = client.call("UpdateOrganizationalUnit", &rename).ok();
    assert_eq!(renamed.text("OrganizationalUnit.Name"), "other");
    let taken = json!({ "OrganizationalUnitId": ids[1], "Name": "other" });
    let sentence = "An OU with the same name already exists.";
    refuses(
        &client,
        &[("UpdateOrganizationalUnit", taken, "DuplicateOrganizationalUnitException", sentence, "")],
    );
    ids.sort_unstable();
    let list = json!({ "ParentId": root, "MaxResults": 2 });
    let first = client.call("ListOrganizationalUnitsForParent", &list).ok();
    assert_eq!(first.texts("OrganizationalUnits.Id"), ids[..2]);
    let next = json!({ "ParentId": root, "MaxResults": 2, "NextToken": first.text("NextToken") });
    let second = client.call("ListOrganizationalUnitsForParent", &next).ok();
    assert_eq!(second.texts("OrganizationalUnits.Id"), ids[2..]);
    assert!(second.texts("NextToken").is_empty());
}

#[test]
fn everything_in_the_tree_has_tags() {
    let (_server, client, root) = start();
    let unit = unit(&client, &root, "tagged");
    let keys =
        |id: &str| client.call("ListTagsForResource", &json!({ "ResourceId": id })).ok().texts("Tags.Key");
    for id in [root.as_str(), unit.as_str(), MANAGEMENT] {
        let tags = json!([{ "Key": "team", "Value": "red" }, { "Key": "cost", "Value": "1" }]);
        client.call("TagResource", &json!({ "ResourceId": id, "Tags": tags })).ok();
        client.call("UntagResource", &json!({ "ResourceId": id, "TagKeys": ["cost", "none"] })).ok();
        assert_eq!(keys(id), ["team"], "{id}");
    }
    let many: Vec<_> = (0..50).map(|n| json!({ "Key": format!("k{n}"), "Value": "" })).collect();
    let twice = json!([{ "Key": "a", "Value": "1" }, { "Key": "a", "Value": "2" }]);
    refuses(
        &client,
        &[
            (
                "TagResource",
                json!({ "ResourceId": unit, "Tags": many }),
                "ConstraintViolationException",
                "You have exceeded the number of tags allowed on this resource.",
                "MAX_TAG_LIMIT_EXCEEDED",
            ),
            (
                "TagResource",
                json!({ "ResourceId": unit, "Tags": twice }),
                "InvalidInputException",
                "Tag keys must be unique among the tags attached to the same entity.",
                "DUPLICATE_TAG_KEY",
            ),
            (
                "ListTagsForResource",
                json!({ "ResourceId": "p-12345678" }),
                "TargetNotFoundException",
                "You specified a target that doesn't exist.",
                "",
            ),
        ],
    );
}

#[test]
fn services_are_trusted_while_they_are_enabled() {
    let (_server, client, _) = start();
    let service = |name: &str| json!({ "ServicePrincipal": name });
    let enabled = || {
        let list = client.call("ListAWSServiceAccessForOrganization", &json!({})).ok();
        list.texts("EnabledServicePrincipals.ServicePrincipal")
    };
    for _ in 0..2 {
        client.call("EnableAWSServiceAccess", &service("iam.amazonaws.com")).ok();
    }
    assert_eq!(enabled(), ["iam.amazonaws.com"]);
    client.call("DisableAWSServiceAccess", &service("iam.amazonaws.com")).ok();
    assert!(enabled().is_empty());
    let sentence = "You specified an unrecognized service principal.";
    let reason = "UNRECOGNIZED_SERVICE_PRINCIPAL";
    refuses(
        &client,
        &[("EnableAWSServiceAccess", service("iam"), "InvalidInputException", sentence, reason)],
    );
}

#[test]
fn an_organization_for_one_bill_has_no_policies() {
    let server = Server::start();
    let client = server.client("organizations");
    let made = client.call("CreateOrganization", &json!({ "FeatureSet": "CONSOLIDATED_BILLING" })).ok();
    assert_eq!(made.text("Organization.FeatureSet"), "CONSOLIDATED_BILLING");
    let root = client.call("ListRoots", &json!({})).ok().text("Roots.Id");
    let sentence = "You can't use the specified policy type with the feature set currently enabled for this organization.";
    let billing = "You attempted to perform an operation that requires an organization to be configured to support all features.";
    refuses(
        &client,
        &[
            (
                "EnablePolicyType",
                json!({ "RootId": root, "PolicyType": "SERVICE_CONTROL_POLICY" }),
                "PolicyTypeNotAvailableForOrganizationException",
                sentence,
                "",
            ),
            (
                "EnableAWSServiceAccess",
                json!({ "ServicePrincipal": "iam.amazonaws.com" }),
                "ConstraintViolationException",
                billing,
                "ORGANIZATION_NOT_IN_ALL_FEATURES_MODE",
            ),
        ],
    );
}
