use crate::{DOCUMENT, TRUST, arn, golden, policy, refuses, role, start};
use serde_json::json;

#[test]
fn the_life_of_a_service_linked_role() {
    let (_server, iam) = start();
    let mut golden = golden("service-linked-role");
    let create = json!({ "AWSServiceName": "autoscaling.amazonaws.com", "Description": "scales" });
    golden.note("CreateServiceLinkedRole", iam.call("CreateServiceLinkedRole", &create)).ok();
    let own = json!({ "RoleName": "AWSServiceRoleForAutoScaling" });
    golden.note("GetRole", iam.call("GetRole", &own)).ok();
    golden.note("ListAttachedRolePolicies", iam.call("ListAttachedRolePolicies", &own)).ok();
    // Descriptions and tags are the account's.
    let described = json!({ "RoleName": "AWSServiceRoleForAutoScaling", "Description": "still scales" });
    iam.call("UpdateRoleDescription", &described).ok();
    iam.call("UpdateRole", &described).ok();
    let tag = json!({ "RoleName": "AWSServiceRoleForAutoScaling", "Tags": [{ "Key": "a", "Value": "1" }] });
    iam.call("TagRole", &tag).ok();
    let deleted = golden.note("DeleteServiceLinkedRole", iam.call("DeleteServiceLinkedRole", &own)).ok();
    let task = deleted.text("DeleteServiceLinkedRoleResult.DeletionTaskId");
    let status = iam.call("GetServiceLinkedRoleDeletionStatus", &json!({ "DeletionTaskId": task }));
    golden.note("GetServiceLinkedRoleDeletionStatus", status).ok();
    golden.check();
    let gone = "The role with name AWSServiceRoleForAutoScaling cannot be found.";
    refuses(&iam, &[("GetRole", own, 404, "NoSuchEntity", gone)]);
}

#[test]
fn the_services_in_scope_have_their_roles() {
    let (_server, iam) = start();
    for (service, name, policy) in [
        ("eks", "AmazonEKS", "AmazonEKSServiceRolePolicy"),
        ("eks-nodegroup", "AmazonEKSNodegroup", "AWSServiceRoleForAmazonEKSNodegroup"),
        ("eks-fargate", "AmazonEKSForFargate", "AmazonEKSForFargateServiceRolePolicy"),
        ("elasticloadbalancing", "ElasticLoadBalancing", "AWSElasticLoadBalancingServiceRolePolicy"),
        ("elasticfilesystem", "AmazonElasticFileSystem", "AmazonElasticFileSystemServiceRolePolicy"),
        ("spot", "EC2Spot", "AWSEC2SpotServiceRolePolicy"),
        ("replication.ecr", "ECRReplication", "ECRReplicationServiceRolePolicy"),
    ] {
        let principal = format!("{service}.amazonaws.com");
        let made = iam.call("CreateServiceLinkedRole", &json!({ "AWSServiceName": principal })).ok();
        let name = format!("AWSServiceRoleFor{name}");
        let found = made.text("CreateServiceLinkedRoleResult.Role.Arn");
        assert_eq!(found, arn(&format!("role/aws-service-role/{principal}/{name}")));
        let attached = iam.call("ListAttachedRolePolicies", &json!({ "RoleName": name })).ok();
        let found = attached.texts("ListAttachedRolePoliciesResult.AttachedPolicies.member.PolicyArn");
        let policy = format!("arn:aws:iam::aws:policy/aws-service-role/{policy}");
        assert_eq!(found.concat(), policy);
        // The policy is one of AWS's, and there to read.
        iam.call("GetPolicy", &json!({ "PolicyArn": policy })).ok();
    }
}

#[test]
fn a_suffix_makes_further_roles_where_the_service_takes_one() {
    let (_server, iam) = start();
    let create =
        |suffix: &str| json!({ "AWSServiceName": "autoscaling.amazonaws.com", "CustomSuffix": suffix });
    let made = iam.call("CreateServiceLinkedRole", &create("blue")).ok();
    let name = made.text("CreateServiceLinkedRoleResult.Role.RoleName");
    assert_eq!(name, "AWSServiceRoleForAutoScaling_blue");
    iam.call("CreateServiceLinkedRole", &create("red")).ok();
    refuses(
        &iam,
        &[
            (
                "CreateServiceLinkedRole",
                create("red"),
                400,
                "InvalidInput",
                "Service role name AWSServiceRoleForAutoScaling_red has been taken in this account, please try a different suffix.",
            ),
            (
                "CreateServiceLinkedRole",
                json!({ "AWSServiceName": "eks.amazonaws.com", "CustomSuffix": "x" }),
                400,
                "InvalidInput",
                "Custom suffix is not allowed for eks.amazonaws.com",
            ),
            (
                "CreateServiceLinkedRole",
                json!({ "AWSServiceName": "tea.amazonaws.com" }),
                403,
                "AccessDenied",
                "Cannot find Service Linked Role template for tea.amazonaws.com",
            ),
        ],
    );
}

#[test]
fn nobody_changes_the_role_of_a_service() {
    let (_server, iam) = start();
    iam.call("CreateServiceLinkedRole", &json!({ "AWSServiceName": "eks.amazonaws.com" })).ok();
    iam.call("CreateInstanceProfile", &json!({ "InstanceProfileName": "nodes" })).ok();
    role(&iam, "builder");
    let read = policy(&iam, "read");
    let name = "AWSServiceRoleForAmazonEKS";
    let protected = "Cannot perform the operation on the protected role 'AWSServiceRoleForAmazonEKS' - this role is only modifiable by AWS";
    let with = |extra: serde_json::Value| {
        let mut parameters = json!({ "RoleName": name });
        parameters.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        parameters
    };
    let inline = json!({ "PolicyName": "p", "PolicyDocument": DOCUMENT });
    let attached = json!({ "PolicyArn": read });
    let profile = json!({ "InstanceProfileName": "nodes" });
    for (operation, extra) in [
        ("UpdateAssumeRolePolicy", json!({ "PolicyDocument": TRUST })),
        ("PutRolePolicy", inline.clone()),
        ("DeleteRolePolicy", json!({ "PolicyName": "p" })),
        ("AttachRolePolicy", attached.clone()),
        ("DetachRolePolicy", attached),
        ("PutRolePermissionsBoundary", json!({ "PermissionsBoundary": read })),
        ("DeleteRolePermissionsBoundary", json!({})),
        ("AddRoleToInstanceProfile", profile.clone()),
        ("RemoveRoleFromInstanceProfile", profile),
        ("DeleteRole", json!({})),
    ] {
        refuses(&iam, &[(operation, with(extra), 400, "UnmodifiableEntity", protected)]);
    }
    refuses(
        &iam,
        &[
            (
                "UpdateRole",
                with(json!({ "MaxSessionDuration": 7200 })),
                400,
                "UnmodifiableEntity",
                "AWSServiceRoleForAmazonEKS is an AWS service linked role, max session duration cannot be changed.",
            ),
            (
                "DeleteServiceLinkedRole",
                json!({ "RoleName": "builder" }),
                400,
                "InvalidInput",
                "The role with name builder is not a service-linked role.",
            ),
            (
                "DeleteServiceLinkedRole",
                json!({ "RoleName": "nobody" }),
                404,
                "NoSuchEntity",
                "The role with name nobody cannot be found.",
            ),
            (
                "GetServiceLinkedRoleDeletionStatus",
                json!({ "DeletionTaskId": "task/none" }),
                404,
                "NoSuchEntity",
                "The deletion task task/none cannot be found.",
            ),
        ],
    );
}
