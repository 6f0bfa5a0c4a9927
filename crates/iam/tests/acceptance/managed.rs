use crate::{DOCUMENT, TRUST, arn, policy, refuses, role, start, user};
use serde_json::{Value, json};
use testkit::Client;

const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";
const CSI: &str = "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy";
const EKS: &str = "arn:aws:iam::aws:policy/aws-service-role/AmazonEKSServiceRolePolicy";

#[test]
fn aws_s_policies_are_there_to_read() {
    let (_server, iam) = start();
    let found = iam.call("GetPolicy", &json!({ "PolicyArn": CSI })).ok();
    let text = |name: &str| found.text(&format!("GetPolicyResult.Policy.{name}"));
    assert_eq!(text("PolicyName"), "AmazonEBSCSIDriverPolicy");
    assert_eq!(text("Path"), "/service-role/");
    assert_eq!(text("AttachmentCount"), "0");
    let id = text("PolicyId");
    assert!(id.starts_with("ANPA") && id.len() == 21, "{id}");
    let default = text("DefaultVersionId");
    let versions = iam.call("ListPolicyVersions", &json!({ "PolicyArn": CSI })).ok();
    let ids = versions.texts("ListPolicyVersionsResult.Versions.member.VersionId");
    assert_eq!(ids[0], default, "the newest comes first");
    assert!(ids.len() > 5, "its history is there: {ids:?}");
    for id in [&default, ids.last().unwrap()] {
        let version = iam.call("GetPolicyVersion", &json!({ "PolicyArn": CSI, "VersionId": id })).ok();
        let document = version.text("GetPolicyVersionResult.PolicyVersion.Document");
        assert!(document.contains("ec2%3ACreateSnapshot"), "{document}");
        let is_default = version.text("GetPolicyVersionResult.PolicyVersion.IsDefaultVersion");
        assert_eq!(is_default == "true", *id == default);
    }
}

#[test]
fn aws_s_policies_are_attached_and_counted_by_account() {
    let (server, iam) = start();
    user(&iam, "anna");
    role(&iam, "builder");
    iam.call("AttachUserPolicy", &json!({ "UserName": "anna", "PolicyArn": ADMINISTRATOR })).ok();
    iam.call("AttachRolePolicy", &json!({ "RoleName": "builder", "PolicyArn": ADMINISTRATOR })).ok();
    let bound = json!({ "UserName": "anna", "PermissionsBoundary": ADMINISTRATOR });
    iam.call("PutUserPermissionsBoundary", &bound).ok();
    let counts = |iam: &Client| {
        let found = iam.call("GetPolicy", &json!({ "PolicyArn": ADMINISTRATOR })).ok();
        ["AttachmentCount", "PermissionsBoundaryUsageCount"]
            .map(|name| found.text(&format!("GetPolicyResult.Policy.{name}")))
    };
    assert_eq!(counts(&iam), ["2", "1"]);
    let other = server.client("iam").key("123456789012", "x", None);
    assert_eq!(counts(&other), ["0", "0"]);
    let attached = iam.call("ListAttachedUserPolicies", &json!({ "UserName": "anna" })).ok();
    let path = "ListAttachedUserPoliciesResult.AttachedPolicies.member.PolicyArn";
    assert_eq!(attached.texts(path), [ADMINISTRATOR]);
    iam.call("DetachUserPolicy", &json!({ "UserName": "anna", "PolicyArn": ADMINISTRATOR })).ok();
    assert_eq!(counts(&iam), ["1", "1"]);
}

/// The ARNs of all pages.
#[track_caller]
fn listed(iam: &Client, parameters: &Value) -> Vec<String> {
    let mut parameters = parameters.clone();
    let mut arns = Vec::new();
    loop {
        let page = iam.call("ListPolicies", &parameters).ok();
        arns.extend(page.texts("ListPoliciesResult.Policies.member.Arn"));
        match page.texts("ListPoliciesResult.Marker").first() {
            Some(marker) => parameters["Marker"] = json!(marker),
            None => return arns,
        }
    }
}

#[test]
fn policies_are_listed_by_scope_path_and_use() {
    let (_server, iam) = start();
    let (read, bound) = (policy(&iam, "read"), policy(&iam, "bound"));
    let team = json!({ "PolicyName": "team", "Path": "/team/", "PolicyDocument": DOCUMENT });
    iam.call("CreatePolicy", &team).ok();
    let team = arn("policy/team/team");
    user(&iam, "anna");
    for policy in [&*read, ADMINISTRATOR] {
        iam.call("AttachUserPolicy", &json!({ "UserName": "anna", "PolicyArn": policy })).ok();
    }
    let boundary = json!({ "UserName": "anna", "PermissionsBoundary": bound });
    iam.call("PutUserPermissionsBoundary", &boundary).ok();
    let own = [bound.as_str(), &read, &team];
    assert_eq!(listed(&iam, &json!({ "Scope": "Local" })), own);
    let aws = listed(&iam, &json!({ "Scope": "AWS", "MaxItems": 1000 }));
    assert!(aws.len() >= 1_594 && aws.iter().all(|arn| arn.starts_with("arn:aws:iam::aws:policy/")));
    let all = listed(&iam, &json!({ "MaxItems": 1000 }));
    assert_eq!(all.len(), aws.len() + own.len());
    let job_functions = listed(&iam, &json!({ "PathPrefix": "/job-function/", "MaxItems": 1000 }));
    assert!(job_functions.contains(&"arn:aws:iam::aws:policy/job-function/Billing".to_owned()));
    assert!(job_functions.iter().all(|arn| arn.contains(":policy/job-function/")));
    for (filter, want) in [
        (json!({ "OnlyAttached": true }), vec![bound.as_str(), &read, ADMINISTRATOR]),
        (json!({ "OnlyAttached": true, "Scope": "AWS" }), vec![ADMINISTRATOR]),
        (json!({ "PolicyUsageFilter": "PermissionsPolicy" }), vec![&read, ADMINISTRATOR]),
        (json!({ "PolicyUsageFilter": "PermissionsBoundary" }), vec![&bound]),
        (json!({ "PathPrefix": "/team/" }), vec![&team]),
    ] {
        assert_eq!(listed(&iam, &filter), want, "{filter}");
    }
}

#[test]
fn entities_of_a_policy_by_kind_path_and_use() {
    let (_server, iam) = start();
    let read = policy(&iam, "read");
    for (name, path) in [("anna", "/team/"), ("berta", "/")] {
        iam.call("CreateUser", &json!({ "UserName": name, "Path": path })).ok();
        let create = json!({ "RoleName": name, "Path": path, "AssumeRolePolicyDocument": TRUST });
        iam.call("CreateRole", &create).ok();
        iam.call("AttachRolePolicy", &json!({ "RoleName": name, "PolicyArn": read })).ok();
    }
    iam.call("CreateGroup", &json!({ "GroupName": "red" })).ok();
    iam.call("AttachGroupPolicy", &json!({ "GroupName": "red", "PolicyArn": read })).ok();
    iam.call("AttachUserPolicy", &json!({ "UserName": "anna", "PolicyArn": read })).ok();
    let bound = |name: &str| json!({ "UserName": name, "PermissionsBoundary": read });
    iam.call("PutUserPermissionsBoundary", &bound("anna")).ok();
    iam.call("PutUserPermissionsBoundary", &bound("berta")).ok();
    let entities = |extra: Value| {
        let mut parameters = json!({ "PolicyArn": read });
        parameters.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        let answer = iam.call("ListEntitiesForPolicy", &parameters).ok();
        ["PolicyGroups.member.GroupName", "PolicyRoles.member.RoleName", "PolicyUsers.member.UserName"]
            .map(|path| answer.texts(&format!("ListEntitiesForPolicyResult.{path}")).join(" "))
    };
    for (filter, want) in [
        (json!({}), ["red", "anna berta", "anna berta"]),
        (json!({ "EntityFilter": "User" }), ["", "", "anna berta"]),
        (json!({ "EntityFilter": "Role" }), ["", "anna berta", ""]),
        (json!({ "EntityFilter": "Group" }), ["red", "", ""]),
        (json!({ "PathPrefix": "/team/" }), ["", "anna", "anna"]),
        (json!({ "PolicyUsageFilter": "PermissionsPolicy" }), ["red", "anna berta", "anna"]),
        (json!({ "PolicyUsageFilter": "PermissionsBoundary" }), ["", "", "anna berta"]),
        (json!({ "MaxItems": 2 }), ["red", "anna", ""]),
    ] {
        assert_eq!(entities(filter.clone()), want, "{filter}");
    }
    let gone = arn("policy/gone");
    let missing = format!("Policy {gone} was not found.");
    refuses(&iam, &[("ListEntitiesForPolicy", json!({ "PolicyArn": gone }), 404, "NoSuchEntity", &missing)]);
}

#[test]
fn what_is_aws_s_is_changed_by_nobody() {
    let (_server, iam) = start();
    user(&iam, "anna");
    role(&iam, "builder");
    let own = |extra: Value| {
        let mut parameters = json!({ "PolicyArn": ADMINISTRATOR });
        parameters.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        parameters
    };
    for (operation, parameters) in [
        ("DeletePolicy", own(json!({}))),
        ("CreatePolicyVersion", own(json!({ "PolicyDocument": DOCUMENT }))),
        ("SetDefaultPolicyVersion", own(json!({ "VersionId": "v1" }))),
        ("DeletePolicyVersion", own(json!({ "VersionId": "v1" }))),
        ("TagPolicy", own(json!({ "Tags": [{ "Key": "a", "Value": "1" }] }))),
        ("UntagPolicy", own(json!({ "TagKeys": ["a"] }))),
    ] {
        let sentence = format!(
            "User: arn:aws:iam::000000000000:root is not authorized to perform: iam:{operation} on resource: policy {ADMINISTRATOR}"
        );
        refuses(&iam, &[(operation, parameters, 403, "AccessDenied", &sentence)]);
    }
    let not_attachable = "Cannot attach a Service Role Policy to a Customer Role.";
    let gone = "arn:aws:iam::aws:policy/NoSuchPolicy";
    let missing = format!("Policy {gone} was not found.");
    let none = format!("Policy {gone} does not exist or is not attachable.");
    let no_version = format!("Policy {ADMINISTRATOR} version v99 does not exist or is not attachable.");
    refuses(
        &iam,
        &[
            (
                "AttachRolePolicy",
                json!({ "RoleName": "builder", "PolicyArn": EKS }),
                400,
                "PolicyNotAttachable",
                not_attachable,
            ),
            (
                "AttachUserPolicy",
                json!({ "UserName": "anna", "PolicyArn": gone }),
                404,
                "NoSuchEntity",
                &none,
            ),
            (
                "DetachUserPolicy",
                json!({ "UserName": "anna", "PolicyArn": gone }),
                404,
                "NoSuchEntity",
                &missing,
            ),
            ("GetPolicy", json!({ "PolicyArn": gone }), 404, "NoSuchEntity", &missing),
            (
                "GetPolicyVersion",
                json!({ "PolicyArn": ADMINISTRATOR, "VersionId": "v99" }),
                404,
                "NoSuchEntity",
                &no_version,
            ),
            (
                "AttachRolePolicy",
                json!({ "RoleName": "builder", "PolicyArn": "longpolicynamebutnoarn" }),
                400,
                "ValidationError",
                "ARN longpolicynamebutnoarn is not valid.",
            ),
            (
                "DetachUserPolicy",
                json!({ "UserName": "anna", "PolicyArn": "arn:aws:iam::000000000000:role/builder" }),
                400,
                "ValidationError",
                "ARN arn:aws:iam::000000000000:role/builder is not valid.",
            ),
        ],
    );
}

/// Recorded of GetPolicy, through CloudFormation's GetResource of a ManagedPolicy: the ARN of the policy itself is told
/// in other words than that of one to attach.
#[test]
fn a_policy_is_asked_for_by_an_arn() {
    let (_server, iam) = start();
    let name = "service-role/AWSLambdaBasicExecutionRole";
    let own = json!({ "PolicyArn": name });
    let version = json!({ "PolicyArn": name, "VersionId": "v1" });
    let sentence = "Invalid ARN:  Could not be parsed!";
    for (operation, parameters) in [
        ("GetPolicy", own.clone()),
        ("GetPolicyVersion", version.clone()),
        ("ListPolicyVersions", own.clone()),
        ("ListEntitiesForPolicy", own.clone()),
        ("ListPolicyTags", own.clone()),
        ("CreatePolicyVersion", json!({ "PolicyArn": name, "PolicyDocument": crate::DOCUMENT })),
        ("SetDefaultPolicyVersion", version.clone()),
        ("DeletePolicyVersion", version),
        ("TagPolicy", json!({ "PolicyArn": name, "Tags": [{ "Key": "a", "Value": "1" }] })),
        ("UntagPolicy", json!({ "PolicyArn": name, "TagKeys": ["a"] })),
        ("DeletePolicy", own),
    ] {
        refuses(&iam, &[(operation, parameters, 400, "ValidationError", sentence)]);
    }
}
