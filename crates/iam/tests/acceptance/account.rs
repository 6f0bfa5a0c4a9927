use crate::{DOCUMENT, TRUST, golden, policy, refuses, role, start, user};
use serde_json::{Value, json};
use testkit::Client;

#[test]
fn an_account_has_one_alias_that_is_nobody_else_s() {
    let (server, iam) = start();
    let other = server.client("iam").key("123456789012", "x", None);
    let alias = |name: &str| json!({ "AccountAlias": name });
    let listed = |iam: &Client| {
        let answer = iam.call("ListAccountAliases", &json!({})).ok();
        answer.texts("ListAccountAliasesResult.AccountAliases.member")
    };
    assert!(listed(&iam).is_empty());
    iam.call("CreateAccountAlias", &alias("first-team")).ok();
    iam.call("CreateAccountAlias", &alias("second-team")).ok();
    assert_eq!(listed(&iam), ["second-team"]);
    // The one before is free again.
    other.call("CreateAccountAlias", &alias("first-team")).ok();
    assert_eq!(listed(&other), ["first-team"]);
    refuses(
        &iam,
        &[
            (
                "CreateAccountAlias",
                alias("first-team"),
                409,
                "EntityAlreadyExists",
                "The account alias first-team already exists.",
            ),
            (
                "DeleteAccountAlias",
                alias("first-team"),
                404,
                "NoSuchEntity",
                "The account alias with name first-team cannot be found.",
            ),
        ],
    );
    iam.call("DeleteAccountAlias", &alias("second-team")).ok();
    assert!(listed(&iam).is_empty());
}

#[test]
fn the_password_policy() {
    let (_server, iam) = start();
    let mut golden = golden("password-policy");
    let none = "The Password Policy with domain name 000000000000 cannot be found.";
    golden.note("none", iam.call("GetAccountPasswordPolicy", &json!({}))).refused(404, "NoSuchEntity", none);
    let full = json!({
        "MinimumPasswordLength": 10, "RequireSymbols": true, "RequireNumbers": true,
        "RequireUppercaseCharacters": true, "RequireLowercaseCharacters": true,
        "AllowUsersToChangePassword": true, "MaxPasswordAge": 60, "PasswordReusePrevention": 3, "HardExpiry": true,
    });
    golden.note("UpdateAccountPasswordPolicy", iam.call("UpdateAccountPasswordPolicy", &full)).ok();
    golden.note("GetAccountPasswordPolicy", iam.call("GetAccountPasswordPolicy", &json!({}))).ok();
    // What is not given goes back to its default (recorded).
    iam.call("UpdateAccountPasswordPolicy", &json!({})).ok();
    golden.note("defaults", iam.call("GetAccountPasswordPolicy", &json!({}))).ok();
    golden.note("DeleteAccountPasswordPolicy", iam.call("DeleteAccountPasswordPolicy", &json!({}))).ok();
    golden.check();
    let gone = "The account policy with name PasswordPolicy cannot be found.";
    refuses(&iam, &[("DeleteAccountPasswordPolicy", json!({}), 404, "NoSuchEntity", gone)]);
}

#[test]
fn the_summary_counts_what_is_there() {
    let (_server, iam) = start();
    let summary = |iam: &Client| {
        let answer = iam.call("GetAccountSummary", &json!({})).ok();
        let keys = answer.texts("GetAccountSummaryResult.SummaryMap.entry.key");
        let values = answer.texts("GetAccountSummaryResult.SummaryMap.entry.value");
        keys.into_iter().zip(values).collect::<std::collections::BTreeMap<_, _>>()
    };
    let before = summary(&iam);
    assert_eq!(before.len(), 34);
    for (name, quota) in [
        ("Users", "0"),
        ("UsersQuota", "5000"),
        ("GroupsQuota", "300"),
        ("AttachedPoliciesPerRoleQuota", "10"),
        ("AssumeRolePolicySizeQuota", "2048"),
        ("PolicyVersionsInUseQuota", "10000"),
        ("VersionsPerPolicyQuota", "5"),
    ] {
        assert_eq!(before[name], quota, "{name}");
    }
    user(&iam, "anna");
    user(&iam, "berta");
    role(&iam, "builder");
    let arn = policy(&iam, "read");
    iam.call("CreatePolicyVersion", &json!({ "PolicyArn": arn, "PolicyDocument": DOCUMENT })).ok();
    iam.call("CreateGroup", &json!({ "GroupName": "red" })).ok();
    iam.call("CreateInstanceProfile", &json!({ "InstanceProfileName": "nodes" })).ok();
    iam.call("CreateVirtualMFADevice", &json!({ "VirtualMFADeviceName": "phone" })).ok();
    let provider = json!({ "Url": "https://issuer.example.com", "ThumbprintList": ["a".repeat(40)] });
    iam.call("CreateOpenIDConnectProvider", &provider).ok();
    let tokens = json!({ "GlobalEndpointTokenVersion": "v2Token" });
    iam.call("SetSecurityTokenServicePreferences", &tokens).ok();
    let after = summary(&iam);
    for (name, count) in [
        ("Users", "2"),
        ("Roles", "1"),
        ("Groups", "1"),
        ("InstanceProfiles", "1"),
        ("Policies", "1"),
        ("PolicyVersionsInUse", "2"),
        ("MFADevices", "1"),
        ("MFADevicesInUse", "0"),
        ("Providers", "1"),
        ("GlobalEndpointTokenVersion", "2"),
    ] {
        assert_eq!(after[name], count, "{name}");
    }
}

/// One identity of each kind, each with an inline and an attached policy.
fn furnished(iam: &Client) -> String {
    let arn = policy(iam, "read");
    user(iam, "anna");
    iam.call("TagUser", &json!({ "UserName": "anna", "Tags": [{ "Key": "a", "Value": "1" }] })).ok();
    let create = json!({ "RoleName": "builder", "AssumeRolePolicyDocument": TRUST, "Path": "/ci/" });
    iam.call("CreateRole", &create).ok();
    iam.call("CreateGroup", &json!({ "GroupName": "red" })).ok();
    iam.call("AddUserToGroup", &json!({ "GroupName": "red", "UserName": "anna" })).ok();
    iam.call("CreateInstanceProfile", &json!({ "InstanceProfileName": "nodes" })).ok();
    let pair = json!({ "InstanceProfileName": "nodes", "RoleName": "builder" });
    iam.call("AddRoleToInstanceProfile", &pair).ok();
    for (kind, parameter, name) in
        [("User", "UserName", "anna"), ("Role", "RoleName", "builder"), ("Group", "GroupName", "red")]
    {
        let inline = json!({ parameter: name, "PolicyName": "p", "PolicyDocument": DOCUMENT });
        iam.call(&format!("Put{kind}Policy"), &inline).ok();
        iam.call(&format!("Attach{kind}Policy"), &json!({ parameter: name, "PolicyArn": arn })).ok();
    }
    arn
}

#[test]
fn the_details_show_every_identity_and_policy() {
    let (_server, iam) = start();
    furnished(&iam);
    let aws = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly";
    iam.call("AttachUserPolicy", &json!({ "UserName": "anna", "PolicyArn": aws })).ok();
    let mut golden = golden("authorization-details");
    let details = |filter: &[&str]| iam.call("GetAccountAuthorizationDetails", &json!({ "Filter": filter }));
    golden
        .note(
            "users, groups, roles, policies of the account",
            details(&["User", "Group", "Role", "LocalManagedPolicy"]),
        )
        .ok();
    golden.check();
    let names = |answer: &testkit::Answer, path: &str| {
        answer.texts(&format!("GetAccountAuthorizationDetailsResult.{path}"))
    };
    let all = details(&[]).ok();
    assert_eq!(
        names(&all, "Policies.member.PolicyName"),
        ["read", "AmazonEC2ContainerRegistryPullOnly"],
        "of AWS's policies those that are attached"
    );
    for (filter, shown) in [("User", [1, 0, 0, 0]), ("Group", [0, 1, 0, 0]), ("Role", [0, 0, 1, 0])] {
        let answer = details(&[filter]).ok();
        let counts = [
            names(&answer, "UserDetailList.member.UserName").len(),
            names(&answer, "GroupDetailList.member.GroupName").len(),
            names(&answer, "RoleDetailList.member.RoleName").len(),
            names(&answer, "Policies.member.PolicyName").len(),
        ];
        assert_eq!(counts, shown, "{filter}");
    }
    let aws_only = details(&["AWSManagedPolicy"]).ok();
    assert_eq!(names(&aws_only, "Policies.member.Arn"), [aws]);
}

#[test]
fn the_details_come_in_pages() {
    let (_server, iam) = start();
    furnished(&iam);
    let mut marker = Value::Null;
    let mut kinds = Vec::new();
    loop {
        let page = json!({ "MaxItems": 1, "Marker": marker });
        let answer = iam.call("GetAccountAuthorizationDetails", &page).ok();
        let text = |path: &str| answer.texts(&format!("GetAccountAuthorizationDetailsResult.{path}"));
        for list in ["UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"] {
            kinds.extend(text(&format!("{list}.member.Arn")).iter().map(|_| list));
        }
        match text("Marker").first() {
            Some(next) => marker = json!(next),
            None => break,
        }
    }
    assert_eq!(kinds, ["UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"]);
}
