use crate::{arn, key, policy, refuses, role, start, user};
use serde_json::{Value, json};
use testkit::{Client, Server};

#[track_caller]
fn last_used(iam: &Client, id: &str) -> [Vec<String>; 3] {
    let answer = iam.call("GetAccessKeyLastUsed", &json!({ "AccessKeyId": id })).ok();
    ["LastUsedDate", "ServiceName", "Region"]
        .map(|name| answer.texts(&format!("GetAccessKeyLastUsedResult.AccessKeyLastUsed.{name}")))
}

fn used(date: &str, service: &str, region: &str) -> [Vec<String>; 3] {
    [date, service, region].map(|text| if text.is_empty() { Vec::new() } else { vec![text.to_owned()] })
}

#[test]
fn a_key_tells_when_and_for_what_it_was_used() {
    let (server, iam) = start();
    user(&iam, "anna");
    let (id, secret) = key(&iam, "anna");
    assert_eq!(last_used(&iam, &id), used("", "N/A", "N/A"));
    let of_anna = |service: &str| server.client(service).key(&id, &secret, None);
    // A signature that does not hold is no use of the key.
    let forger = server.client("sts").key(&id, "not the secret", None);
    forger.call("GetCallerIdentity", &json!({})).refusal();
    assert_eq!(last_used(&iam, &id), used("", "N/A", "N/A"));
    of_anna("sts").call("GetCallerIdentity", &json!({})).ok();
    assert_eq!(last_used(&iam, &id), used("2026-01-01T12:00:00Z", "sts", "us-east-1"));
    server.page("POST", "/_angae/clock", &json!({ "advance": "5m" }));
    of_anna("ec2").region("eu-west-1").call("DescribeVpcs", &json!({})).ok();
    assert_eq!(last_used(&iam, &id), used("2026-01-01T12:05:00Z", "ec2", "eu-west-1"));
    // Within a minute the use is not written again.
    server.page("POST", "/_angae/clock", &json!({ "advance": "30s" }));
    let ec2 = of_anna("ec2").region("eu-west-1");
    ec2.call("DescribeVpcs", &json!({})).ok();
    assert_eq!(last_used(&iam, &id), used("2026-01-01T12:05:00Z", "ec2", "eu-west-1"));
    server.page("POST", "/_angae/clock", &json!({ "advance": "30s" }));
    ec2.call("DescribeVpcs", &json!({})).ok();
    assert_eq!(last_used(&iam, &id), used("2026-01-01T12:06:00Z", "ec2", "eu-west-1"));
}

#[test]
fn whose_key_it_is_is_told_to_its_account_alone() {
    let (server, iam) = start();
    user(&iam, "anna");
    let (id, _) = key(&iam, "anna");
    let other = server.client("iam").key("123456789012", "x", None);
    let sentence = |account: &str, id: &str| {
        format!(
            "User: arn:aws:iam::{account}:root is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key {id}"
        )
    };
    let of = |id: &str| json!({ "AccessKeyId": id });
    let unknown = "AKIAIOSFODNN7EXAMPLE";
    let denied = sentence("123456789012", &id);
    refuses(&other, &[("GetAccessKeyLastUsed", of(&id), 403, "AccessDenied", &denied)]);
    let denied = sentence("000000000000", unknown);
    refuses(&iam, &[("GetAccessKeyLastUsed", of(unknown), 403, "AccessDenied", &denied)]);
}

/// A session of the role `builder`.
#[track_caller]
fn session(server: &Server, arn: &str, service: &str) -> Client {
    let assume = json!({ "RoleArn": arn, "RoleSessionName": "s1" });
    let assumed = server.client("sts").call("AssumeRole", &assume).ok();
    let text = |name: &str| assumed.text(&format!("AssumeRoleResult.Credentials.{name}"));
    let (id, secret, token) = (text("AccessKeyId"), text("SecretAccessKey"), text("SessionToken"));
    server.client(service).key(&id, &secret, Some(&token))
}

#[test]
fn a_role_tells_when_it_was_last_used() {
    let server = Server::start_with(testkit::Options::default().running_clock());
    let iam = server.client("iam");
    let arn = role(&iam, "builder");
    let last = || {
        let answer = iam.call("GetRole", &json!({ "RoleName": "builder" })).ok();
        ["LastUsedDate", "Region"]
            .map(|name| answer.texts(&format!("GetRoleResult.Role.RoleLastUsed.{name}")))
    };
    assert_eq!(last(), [Vec::<String>::new(), Vec::new()]);
    session(&server, &arn, "ec2").region("eu-west-1").call("DescribeVpcs", &json!({})).ok();
    let [date, region] = last();
    assert_eq!((date.len(), region), (1, vec!["eu-west-1".to_owned()]));
}

fn csv(answer: &testkit::Answer) -> Vec<Vec<String>> {
    let encoded = answer.text("GetCredentialReportResult.Content");
    let bytes =
        base64::Engine::decode(&base64::engine::general_purpose::STANDARD, encoded).expect("it is base64");
    let text = String::from_utf8(bytes).expect("it is text");
    text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

#[test]
fn the_credential_report_is_true() {
    let (server, iam) = start();
    let none = iam.call("GetCredentialReport", &json!({})).refusal();
    assert_eq!((none.status, none.code.as_str()), (410, "ReportNotPresent"));
    user(&iam, "anna");
    user(&iam, "berta");
    let (id, secret) = key(&iam, "anna");
    let (second, _) = key(&iam, "anna");
    let off = json!({ "UserName": "anna", "AccessKeyId": second, "Status": "Inactive" });
    iam.call("UpdateAccessKey", &off).ok();
    iam.call("UpdateAccountPasswordPolicy", &json!({ "MaxPasswordAge": 10 })).ok();
    iam.call("CreateLoginProfile", &json!({ "UserName": "anna", "Password": "Correct-Horse-1" })).ok();
    server.client("sts").key(&id, &secret, None).call("GetCallerIdentity", &json!({})).ok();
    let state = |iam: &Client| {
        iam.call("GenerateCredentialReport", &json!({})).ok().text("GenerateCredentialReportResult.State")
    };
    assert_eq!(state(&iam), "STARTED");
    assert_eq!(state(&iam), "COMPLETE");
    let report = iam.call("GetCredentialReport", &json!({})).ok();
    assert_eq!(report.text("GetCredentialReportResult.ReportFormat"), "text/csv");
    assert_eq!(report.text("GetCredentialReportResult.GeneratedTime"), "2026-01-01T12:00:00Z");
    let rows = csv(&report);
    assert!(rows.iter().all(|row| row.len() == 22), "{rows:?}");
    let names: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(names, ["user", "<root_account>", "anna", "berta"]);
    let noon = "2026-01-01T12:00:00+00:00";
    let cell = |row: usize, column: &str| {
        let position = rows[0].iter().position(|name| name == column).unwrap();
        rows[row][position].as_str()
    };
    let order = if cell(2, "access_key_1_active") == "true" { ["1", "2"] } else { ["2", "1"] };
    for (row, column, want) in [
        (1, "password_enabled", "not_supported"),
        (2, "user_creation_time", noon),
        (2, "password_enabled", "true"),
        (2, "password_last_changed", noon),
        (2, "password_next_rotation", "2026-01-11T12:00:00+00:00"),
        (2, "mfa_active", "false"),
        (2, &format!("access_key_{}_active", order[0]), "true"),
        (2, &format!("access_key_{}_last_used_date", order[0]), noon),
        (2, &format!("access_key_{}_last_used_service", order[0]), "sts"),
        (2, &format!("access_key_{}_last_used_region", order[0]), "us-east-1"),
        (2, &format!("access_key_{}_active", order[1]), "false"),
        (2, &format!("access_key_{}_last_rotated", order[1]), noon),
        (2, &format!("access_key_{}_last_used_date", order[1]), "N/A"),
        (3, "password_enabled", "false"),
        (3, "access_key_1_active", "false"),
        (3, "access_key_1_last_rotated", "N/A"),
    ] {
        assert_eq!(cell(row, column), want, "{column} of row {row}");
    }
    server.page("POST", "/_angae/clock", &json!({ "advance": "4h" }));
    let old = iam.call("GetCredentialReport", &json!({})).refusal();
    assert_eq!((old.status, old.code.as_str()), (410, "ReportExpired"));
    assert_eq!(state(&iam), "STARTED");
}

#[test]
fn services_last_accessed_are_those_that_were() {
    let (server, iam) = start();
    user(&iam, "anna");
    let read = policy(&iam, "read");
    iam.call("AttachUserPolicy", &json!({ "UserName": "anna", "PolicyArn": read })).ok();
    let (id, secret) = key(&iam, "anna");
    server.client("ec2").key(&id, &secret, None).call("DescribeVpcs", &json!({})).ok();
    let details = |subject: &str| {
        let job = iam.call("GenerateServiceLastAccessedDetails", &json!({ "Arn": subject })).ok();
        let job = job.text("GenerateServiceLastAccessedDetailsResult.JobId");
        (iam.call("GetServiceLastAccessedDetails", &json!({ "JobId": job })).ok(), job)
    };
    let (answer, _) = details(&arn("user/anna"));
    let text = |name: &str| answer.texts(&format!("GetServiceLastAccessedDetailsResult.{name}"));
    assert_eq!(text("JobStatus"), ["COMPLETED"]);
    assert_eq!(text("ServicesLastAccessed.member.ServiceNamespace"), ["ec2", "s3"]);
    assert_eq!(text("ServicesLastAccessed.member.ServiceName"), ["Amazon EC2", "Amazon S3"]);
    assert_eq!(text("ServicesLastAccessed.member.TotalAuthenticatedEntities"), ["1", "0"]);
    assert_eq!(text("ServicesLastAccessed.member.LastAuthenticated"), ["2026-01-01T12:00:00Z"]);
    assert_eq!(text("ServicesLastAccessed.member.LastAuthenticatedEntity"), [arn("user/anna")]);
    let (answer, job) = details(&read);
    let text = |name: &str| answer.texts(&format!("GetServiceLastAccessedDetailsResult.{name}"));
    assert_eq!(text("ServicesLastAccessed.member.ServiceNamespace"), ["s3"]);
    let entities = json!({ "JobId": job, "ServiceNamespace": "s3" });
    let entities = iam.call("GetServiceLastAccessedDetailsWithEntities", &entities).ok();
    let found = entities
        .texts("GetServiceLastAccessedDetailsWithEntitiesResult.EntityDetailsList.member.EntityInfo.Name");
    assert_eq!(found, ["anna"]);
    refuses(
        &iam,
        &[
            (
                "GenerateServiceLastAccessedDetails",
                json!({ "Arn": arn("user/nobody") }),
                404,
                "NoSuchEntity",
                &format!("ARN {} cannot be found.", arn("user/nobody")),
            ),
            (
                "GetServiceLastAccessedDetails",
                json!({ "JobId": "98a765b4-3cde-2101-2345-example678f9" }),
                404,
                "NoSuchEntity",
                "The job with id 98a765b4-3cde-2101-2345-example678f9 cannot be found.",
            ),
        ],
    );
}

#[test]
fn a_report_by_action_names_what_was_done() {
    let (server, iam) = start();
    user(&iam, "anna");
    let (id, secret) = key(&iam, "anna");
    let of_anna = |service: &str| server.client(service).key(&id, &secret, None);
    of_anna("ec2").call("DescribeVpcs", &json!({})).ok();
    // Another action is written within the minute too.
    server.page("POST", "/_angae/clock", &json!({ "advance": "5s" }));
    let there = of_anna("ec2").region("eu-west-1");
    there.call("DescribeVpcs", &json!({})).ok();
    of_anna("ec2").call("DescribeSubnets", &json!({})).ok();
    of_anna("s3").request("GET", "/").send().ok();
    of_anna("s3").request("PUT", "/photos").send().ok();
    of_anna("s3").request("PUT", "/photos/cat").body("miaow").send().ok();
    let details = |granularity: &str| {
        let ask = json!({ "Arn": arn("user/anna"), "Granularity": granularity });
        let job = iam.call("GenerateServiceLastAccessedDetails", &ask).ok();
        let job = job.text("GenerateServiceLastAccessedDetailsResult.JobId");
        iam.call("GetServiceLastAccessedDetails", &json!({ "JobId": job })).ok()
    };
    let answer = details("ACTION_LEVEL");
    let services = "GetServiceLastAccessedDetailsResult.ServicesLastAccessed.member";
    let path = format!("{services}.TrackedActionsLastAccessed.member");
    let text = |name: &str| answer.texts(&format!("{path}.{name}"));
    assert_eq!(answer.text("GetServiceLastAccessedDetailsResult.JobType"), "ACTION_LEVEL");
    assert_eq!(text("ActionName"), ["DescribeSubnets", "DescribeVpcs", "CreateBucket", "ListAllMyBuckets"]);
    assert_eq!(text("LastAccessedEntity"), [(); 4].map(|()| arn("user/anna")));
    assert_eq!(text("LastAccessedTime"), ["2026-01-01T12:00:05Z"; 4]);
    assert_eq!(text("LastAccessedRegion"), ["us-east-1", "eu-west-1", "us-east-1", "us-east-1"]);
    assert_eq!(details("SERVICE_LEVEL").texts(&format!("{path}.ActionName")), Vec::<String>::new());
}

#[test]
fn policies_that_grant_a_service_are_found_in_groups_too() {
    let (_server, iam) = start();
    user(&iam, "anna");
    iam.call("CreateGroup", &json!({ "GroupName": "red" })).ok();
    iam.call("AddUserToGroup", &json!({ "GroupName": "red", "UserName": "anna" })).ok();
    let all = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    let inline = json!({ "GroupName": "red", "PolicyName": "everything", "PolicyDocument": all });
    iam.call("PutGroupPolicy", &inline).ok();
    let read = policy(&iam, "read");
    iam.call("AttachUserPolicy", &json!({ "UserName": "anna", "PolicyArn": read })).ok();
    let asked = json!({ "Arn": arn("user/anna"), "ServiceNamespaces": ["s3", "ec2"] });
    let answer = iam.call("ListPoliciesGrantingServiceAccess", &asked).ok().tree();
    let entries =
        &answer["ListPoliciesGrantingServiceAccessResult"]["PoliciesGrantingServiceAccess"]["member"];
    let names = |place: usize| -> Vec<Value> {
        let policies = &entries[place]["Policies"]["member"];
        let list = policies.as_array().cloned().unwrap_or_else(|| vec![policies.clone()]);
        list.into_iter().map(|policy| policy["PolicyName"].clone()).collect()
    };
    assert_eq!(names(0), ["read", "everything"]);
    assert_eq!(names(1), ["everything"]);
    let wrong = json!({ "Arn": read, "ServiceNamespaces": ["s3"] });
    let sentence = format!("ARN {read} is not valid.");
    refuses(&iam, &[("ListPoliciesGrantingServiceAccess", wrong, 400, "InvalidInput", &sentence)]);
}
