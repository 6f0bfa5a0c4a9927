//! Policies of an organization decide about the calls of its members, and explanations name their level.

use serde_json::{Value, json};
use testkit::{Client, Options, Server};

const MANAGEMENT: &str = "000000000000";
const SECRET: &str = "root of the default account";

/// A server that enforces policies, of which an organization with a unit and an account in it.
struct Organized {
    server: Server,
    root: String,
    unit: String,
    account: String,
}

impl Organized {
    fn new() -> Self {
        let key = format!("{MANAGEMENT}:{SECRET}");
        let flags = ["--iam", "enforce", "--bootstrap-key", &key];
        let server = Server::start_with(Options::default().flags(&flags));
        let client = server.client("organizations").key(MANAGEMENT, SECRET, None);
        client.call("CreateOrganization", &json!({})).ok();
        let root = client.call("ListRoots", &json!({})).ok().text("Roots.Id");
        for kind in ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"] {
            client.call("EnablePolicyType", &json!({ "RootId": root, "PolicyType": kind })).ok();
        }
        let unit = client.call("CreateOrganizationalUnit", &json!({ "ParentId": root, "Name": "work" })).ok();
        let unit = unit.text("OrganizationalUnit.Id");
        let create = json!({ "AccountName": "dev", "Email": "dev@example.org" });
        let request = client.call("CreateAccount", &create).ok().text("CreateAccountStatus.Id");
        let status =
            client.call("DescribeCreateAccountStatus", &json!({ "CreateAccountRequestId": request }));
        let account = status.ok().text("CreateAccountStatus.AccountId");
        let step = json!({ "AccountId": account, "SourceParentId": root, "DestinationParentId": unit });
        client.call("MoveAccount", &step).ok();
        Self { server, root, unit, account }
    }

    fn client(&self, service: &str) -> Client {
        self.server.client(service).key(MANAGEMENT, SECRET, None)
    }

    /// A policy of one statement, attached to a root, unit or account; its id and ARN.
    fn attach(&self, kind: &str, statement: &str, target: &str) -> (String, String) {
        let content = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
        let create = json!({ "Name": "own", "Description": "", "Type": kind, "Content": content });
        let made = self.client("organizations").call("CreatePolicy", &create).ok();
        let text = |name: &str| made.text(&format!("Policy.PolicySummary.{name}"));
        let (id, arn) = (text("Id"), text("Arn"));
        self.client("organizations")
            .call("AttachPolicy", &json!({ "PolicyId": id, "TargetId": target }))
            .ok();
        (id, arn)
    }

    /// What is said of the member's root user and an action.
    fn explained(&self, who: &str, action: &str, resource: &str) -> Value {
        let target =
            format!("/_angae/iam/explain?as=arn:aws:iam::{who}:root&action={action}&resource={resource}");
        self.server.page("GET", &target, &Value::Null)
    }
}

#[test]
fn a_deny_at_a_unit_binds_the_root_user_of_its_accounts() {
    let organized = Organized::new();
    let deny = r#"{"Sid":"Frozen","Effect":"Deny","Action":"ec2:*","Resource":"*"}"#;
    let (_, arn) = organized.attach("SERVICE_CONTROL_POLICY", deny, &organized.unit);
    let told = organized.explained(&organized.account, "ec2:DescribeVpcs", "*");
    assert_eq!(told["decision"], "explicitDeny");
    let first = &told["blocking"][0];
    assert_eq!(first["reason"], format!("with an explicit deny in a service control policy: {arn}"));
    assert_eq!((&first["target"], &first["level"]), (&json!(organized.unit), &json!(1)));
    assert_eq!(first["statement"]["sid"], "Frozen");
    // The management account is bound by none.
    assert_eq!(organized.explained(MANAGEMENT, "ec2:DescribeVpcs", "*")["decision"], "allowed");
    let who = format!("arn:aws:iam::{}:root", organized.account);
    let said = organized.server.run(&["iam", "explain", "--as", &who, "ec2:DescribeVpcs"], b"");
    let said = String::from_utf8(said.stdout).unwrap();
    let level = format!("level      service control policy of {}\n", organized.unit);
    assert!(said.contains(&level), "{said}");
}

#[test]
fn a_level_without_an_allow_closes_what_is_below() {
    let organized = Organized::new();
    let allow = r#"{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#;
    organized.attach("SERVICE_CONTROL_POLICY", allow, &organized.unit);
    let decision = |action: &str| organized.explained(&organized.account, action, "*");
    assert_eq!(decision("ec2:DescribeVpcs")["decision"], "allowed");
    let full = json!({ "PolicyId": "p-FullAWSAccess", "TargetId": organized.unit });
    organized.client("organizations").call("DetachPolicy", &full).ok();
    assert_eq!(decision("s3:ListAllMyBuckets")["decision"], "allowed");
    let told = decision("ec2:DescribeVpcs");
    let first = &told["blocking"][0];
    assert_eq!(first["reason"], "because no service control policy allows the ec2:DescribeVpcs action");
    assert_eq!(first["target"], json!(organized.unit));
    // Policies that are not enabled bind nobody.
    let kind = json!({ "RootId": organized.root, "PolicyType": "SERVICE_CONTROL_POLICY" });
    organized.client("organizations").call("DisablePolicyType", &kind).ok();
    assert_eq!(decision("ec2:DescribeVpcs")["decision"], "allowed");
}

#[test]
fn resource_control_policies_bind_resources_of_some_services() {
    let organized = Organized::new();
    let deny = r#"{"Effect":"Deny","Principal":"*","Action":["s3:*","ec2:*"],"Resource":"*","Condition":{"StringEquals":{"aws:ResourceOrgPaths":"nowhere"},"Null":{"aws:ResourceOrgID":"true"}}}"#;
    organized.attach("RESOURCE_CONTROL_POLICY", deny, &organized.account);
    let decision = |who: &str, action: &str| organized.explained(who, action, "*")["decision"].clone();
    assert_eq!(decision(&organized.account, "s3:ListAllMyBuckets"), "allowed");
    let organization = organized
        .client("organizations")
        .call("DescribeOrganization", &json!({}))
        .ok()
        .text("Organization.Id");
    let path = format!("{organization}/{}/{}/", organized.root, organized.unit);
    let deny = json!({
        "Effect": "Deny", "Principal": "*", "Action": ["s3:*", "ec2:*"], "Resource": "*",
        "Condition": {
            "ForAnyValue:StringEquals": { "aws:ResourceOrgPaths": path },
            "StringEquals": { "aws:ResourceOrgID": organization },
        },
    });
    let content = json!({ "Version": "2012-10-17", "Statement": [deny] }).to_string();
    let create = json!({
        "Name": "closed", "Description": "", "Type": "RESOURCE_CONTROL_POLICY", "Content": content,
    });
    let client = organized.client("organizations");
    let id = client.call("CreatePolicy", &create).ok().text("Policy.PolicySummary.Id");
    client.call("AttachPolicy", &json!({ "PolicyId": id, "TargetId": organized.unit })).ok();
    assert_eq!(decision(&organized.account, "s3:ListAllMyBuckets"), "explicitDeny");
    assert_eq!(decision(&organized.account, "ec2:DescribeVpcs"), "allowed");
    assert_eq!(decision(MANAGEMENT, "s3:ListAllMyBuckets"), "allowed");
    let told = organized.explained(&organized.account, "s3:ListAllMyBuckets", "*");
    assert_eq!(told["blocking"][0]["target"], json!(organized.unit));
}

/// Source: IAM API Reference, GenerateOrganizationsAccessReport: services that every level allows, with the last use of an
/// account below the entity.
#[test]
fn an_access_report_tells_what_the_accounts_of_a_unit_used() {
    let organized = Organized::new();
    let allow = r#"{"Effect":"Allow","Action":["ec2:*","iam:*","s3:*"],"Resource":"*"}"#;
    let (policy, _) = organized.attach("SERVICE_CONTROL_POLICY", allow, &organized.unit);
    let full = json!({ "PolicyId": "p-FullAWSAccess", "TargetId": organized.unit });
    organized.client("organizations").call("DetachPolicy", &full).ok();
    let organization = organized.client("organizations").call("DescribeOrganization", &json!({})).ok();
    let root = format!("{}/{}", organization.text("Organization.Id"), organized.root);
    let unit = format!("{root}/{}", organized.unit);
    let account = format!("{unit}/{}", organized.account);
    // The management account enters the member by the role made for it.
    let iam = organized.client("iam");
    iam.call("CreateUser", &json!({ "UserName": "anna" })).ok();
    let all = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
    let put = json!({ "UserName": "anna", "PolicyName": "all", "PolicyDocument": all });
    iam.call("PutUserPolicy", &put).ok();
    let key = iam.call("CreateAccessKey", &json!({ "UserName": "anna" })).ok();
    let text = |name: &str| key.text(&format!("CreateAccessKeyResult.AccessKey.{name}"));
    let sts = organized.server.client("sts").key(&text("AccessKeyId"), &text("SecretAccessKey"), None);
    let role = format!("arn:aws:iam::{}:role/OrganizationAccountAccessRole", organized.account);
    let session = sts.call("AssumeRole", &json!({ "RoleArn": role, "RoleSessionName": "s1" })).ok();
    let text = |name: &str| session.text(&format!("AssumeRoleResult.Credentials.{name}"));
    let ec2 = organized.server.client("ec2");
    let ec2 = ec2.key(&text("AccessKeyId"), &text("SecretAccessKey"), Some(&text("SessionToken")));
    ec2.call("DescribeVpcs", &json!({})).ok();
    let report = |ask: &Value, more: Value| {
        let job = iam.call("GenerateOrganizationsAccessReport", ask).ok();
        let mut get = more;
        get["JobId"] = json!(job.text("GenerateOrganizationsAccessReportResult.JobId"));
        let told = iam.call("GetOrganizationsAccessReport", &get).ok();
        move |name: &str| told.texts(&format!("GetOrganizationsAccessReportResult.{name}"))
    };
    let told = report(&json!({ "EntityPath": unit }), json!({}));
    assert_eq!(told("JobStatus"), ["COMPLETED"]);
    assert_eq!(told("NumberOfServicesAccessible"), ["3"]);
    assert_eq!(told("NumberOfServicesNotAccessed"), ["2"]);
    assert_eq!(told("AccessDetails.member.ServiceNamespace"), ["ec2", "iam", "s3"]);
    assert_eq!(told("AccessDetails.member.TotalAuthenticatedEntities"), ["1", "0", "0"]);
    assert_eq!(told("AccessDetails.member.EntityPath"), [account.as_str()]);
    assert_eq!(told("AccessDetails.member.Region"), ["us-east-1"]);
    assert_eq!(told("AccessDetails.member.LastAuthenticatedTime"), ["2026-01-01T12:00:00Z"]);
    let down = json!({ "SortKey": "SERVICE_NAMESPACE_DESCENDING", "MaxItems": 2 });
    let told = report(&json!({ "EntityPath": account }), down);
    assert_eq!(told("AccessDetails.member.ServiceNamespace"), ["s3", "iam"]);
    assert_eq!(told("IsTruncated"), ["true"]);
    let told = report(&json!({ "EntityPath": root, "OrganizationsPolicyId": policy }), json!({}));
    assert_eq!(told("AccessDetails.member.TotalAuthenticatedEntities"), ["1", "0", "0"]);
    // The management account is bound by nothing, and what it did is its own.
    let told = report(&json!({ "EntityPath": format!("{root}/{MANAGEMENT}") }), json!({}));
    assert!(told("AccessDetails.member.ServiceNamespace").contains(&"route53".to_owned()));
    assert_eq!(told("AccessDetails.member.EntityPath"), [format!("{root}/{MANAGEMENT}")]);
    let elsewhere = "o-a1b2c3d4e5/r-f6g7";
    iam.call("GenerateOrganizationsAccessReport", &json!({ "EntityPath": elsewhere })).refused(
        400,
        "InvalidInput",
        "The entity path o-a1b2c3d4e5/r-f6g7 is not in your organization.",
    );
    let other = json!({ "EntityPath": root, "OrganizationsPolicyId": "p-12345678" });
    iam.call("GenerateOrganizationsAccessReport", &other).refused(
        400,
        "InvalidInput",
        "The service control policy p-12345678 is not in your organization.",
    );
    let kind = json!({ "RootId": organized.root, "PolicyType": "SERVICE_CONTROL_POLICY" });
    organized.client("organizations").call("DisablePolicyType", &kind).ok();
    iam.call("GenerateOrganizationsAccessReport", &json!({ "EntityPath": root })).refused(
        400,
        "InvalidInput",
        "Service control policies must be enabled for the root of your organization.",
    );
}
