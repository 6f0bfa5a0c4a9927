use crate::{Imds, launch, open};
use serde_json::{Value, json};
use testkit::ec2::with;
use testkit::{Answer, Client, Options, Server};

/// The root user's key, where policies are enforced.
const ROOT: (&str, &str) = ("000000000000", "root of the default account");

fn server(mode: &str) -> Server {
    let key = format!("{}:{}", ROOT.0, ROOT.1);
    Server::start_with(Options::default().flags(&["--iam", mode, "--bootstrap-key", &key]))
}

fn root(server: &Server, service: &str) -> Client {
    server.client(service).key(ROOT.0, ROOT.1, None)
}

fn policy(statement: &Value) -> String {
    json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
}

fn trust(service: &str) -> String {
    policy(&json!({ "Effect": "Allow", "Principal": { "Service": service }, "Action": "sts:AssumeRole" }))
}

/// A role with a policy, in an instance profile of its name.
fn role(iam: &Client, name: &str, trusted: &str, statement: &Value) {
    iam.call("CreateRole", &json!({ "RoleName": name, "AssumeRolePolicyDocument": trust(trusted) })).ok();
    let put = json!({ "RoleName": name, "PolicyName": "own", "PolicyDocument": policy(statement) });
    iam.call("PutRolePolicy", &put).ok();
    iam.call("CreateInstanceProfile", &json!({ "InstanceProfileName": name })).ok();
    iam.call("AddRoleToInstanceProfile", &json!({ "InstanceProfileName": name, "RoleName": name })).ok();
}

fn with_profile(name: &str) -> Value {
    with(&open(), &json!({ "IamInstanceProfile": { "Name": name } }))
}

fn credentials(imds: &Imds, role: &str) -> Value {
    let text = imds.text(&format!("/latest/meta-data/iam/security-credentials/{role}"));
    serde_json::from_str(&text).expect("credentials are JSON")
}

/// A client with credentials of the service.
fn client(server: &Server, service: &str, own: &Value) -> Client {
    let text = |name: &str| own[name].as_str().expect("credentials have all parts");
    server.client(service).key(text("AccessKeyId"), text("SecretAccessKey"), Some(text("Token")))
}

fn advance(server: &Server, by: &str) {
    testkit::ec2::advance(server, by);
}

fn caller(answer: &Answer) -> (String, String) {
    let answer = answer.clone().ok();
    (answer.text("GetCallerIdentityResult.Arn"), answer.text("GetCallerIdentityResult.UserId"))
}

#[test]
fn the_role_of_an_instance_may_what_its_policies_allow() {
    let server = server("enforce");
    let (iam, ec2) = (root(&server, "iam"), root(&server, "ec2"));
    role(&iam, "web", "ec2.amazonaws.com", &json!({ "Effect": "Allow", "Action": "s3:*", "Resource": "*" }));
    let id = launch(&ec2, &with_profile("web"));
    let imds = Imds::new(&server, &id);
    assert_eq!(imds.text("/latest/meta-data/iam/"), "info\nsecurity-credentials/");
    assert_eq!(imds.text("/latest/meta-data/iam/security-credentials/"), "web");
    let own = credentials(&imds, "web");
    assert_eq!((&own["Code"], &own["Type"]), (&json!("Success"), &json!("AWS-HMAC")));
    let (arn, user_id) = caller(&client(&server, "sts", &own).call("GetCallerIdentity", &json!({})));
    assert_eq!(arn, format!("arn:aws:sts::000000000000:assumed-role/web/{id}"));
    assert!(user_id.ends_with(&format!(":{id}")), "{user_id}");
    client(&server, "s3", &own).request("PUT", "/photos").send().ok();
    let refusal = client(&server, "ec2", &own).call("DescribeVpcs", &json!({})).refusal();
    assert_eq!((refusal.status, refusal.code.as_str()), (403, "UnauthorizedOperation"));
    // Whoever asks again gets the same, and with a token others.
    assert_eq!(credentials(&imds, "web"), own);
    let second = credentials(&Imds::new(&server, &id).with_token(), "web");
    assert_ne!(second["AccessKeyId"], own["AccessKeyId"]);
    assert_eq!(imds.get("/latest/meta-data/iam/security-credentials/other").status, 404);
}

#[test]
fn credentials_are_renewed_before_they_end_and_outlive_a_crash() {
    let mut server = server("enforce");
    let (iam, ec2) = (root(&server, "iam"), root(&server, "ec2"));
    role(&iam, "web", "ec2.amazonaws.com", &json!({ "Effect": "Allow", "Action": "s3:*", "Resource": "*" }));
    let id = launch(&ec2, &with_profile("web"));
    let first = credentials(&Imds::new(&server, &id), "web");
    server.restart();
    let imds = Imds::new(&server, &id);
    assert_eq!(credentials(&imds, "web"), first);
    client(&server, "s3", &first).request("PUT", "/photos").send().ok();
    // The clock begins anew with the process.
    advance(&server, "18000s");
    let second = credentials(&imds, "web");
    assert_ne!(second["AccessKeyId"], first["AccessKeyId"]);
    // The old ones hold until their end.
    client(&server, "s3", &first).request("HEAD", "/photos").send().ok();
    advance(&server, "3600s");
    let refusal = client(&server, "s3", &first).request("GET", "/photos").send().refusal();
    assert_eq!(refusal.code, "ExpiredToken");
    client(&server, "s3", &second).request("HEAD", "/photos").send().ok();
}

#[test]
fn policies_tell_how_and_from_where_credentials_were_delivered() {
    let server = server("enforce");
    let (iam, ec2) = (root(&server, "iam"), root(&server, "ec2"));
    let by_two = json!({
        "Effect": "Allow", "Action": "s3:*", "Resource": "*",
        "Condition": {
            "NumericGreaterThanEquals": { "ec2:RoleDelivery": "2.0" },
            "ArnLike": { "ec2:SourceInstanceARN": "arn:aws:ec2:us-east-1:000000000000:instance/i-*" },
            "StringLike": { "aws:Ec2InstanceSourceVpc": "vpc-*", "aws:Ec2InstanceSourcePrivateIPv4": "172.31.*" },
        },
    });
    role(&iam, "web", "ec2.amazonaws.com", &by_two);
    let id = launch(&ec2, &with_profile("web"));
    let one = credentials(&Imds::new(&server, &id), "web");
    let refusal = client(&server, "s3", &one).request("PUT", "/photos").send().refusal();
    assert_eq!(refusal.code, "AccessDenied");
    let two = credentials(&Imds::new(&server, &id).with_token(), "web");
    client(&server, "s3", &two).request("PUT", "/photos").send().ok();
}

#[test]
fn a_role_that_does_not_trust_ec2_is_not_handed_out() {
    let server = server("enforce");
    let (iam, ec2) = (root(&server, "iam"), root(&server, "ec2"));
    role(
        &iam,
        "web",
        "lambda.amazonaws.com",
        &json!({ "Effect": "Allow", "Action": "s3:*", "Resource": "*" }),
    );
    let imds = Imds::new(&server, &launch(&ec2, &with_profile("web")));
    let own = credentials(&imds, "web");
    assert_eq!(own["Code"], "AssumeRoleUnauthorizedAccess");
    assert_eq!(
        own["Message"],
        "EC2 cannot assume the role web.  Please see documentation at \
         https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html#troubleshoot_iam-ec2_errors-info-doc."
    );
    let trusts = json!({ "RoleName": "web", "PolicyDocument": trust("ec2.amazonaws.com") });
    iam.call("UpdateAssumeRolePolicy", &trusts).ok();
    assert_eq!(credentials(&imds, "web")["Code"], "Success");
}

#[test]
fn a_profile_that_is_gone_is_told() {
    let server = server("off");
    let (iam, ec2) = (root(&server, "iam"), root(&server, "ec2"));
    let made = iam.call("CreateInstanceProfile", &json!({ "InstanceProfileName": "web" })).ok();
    let profile = made.text("CreateInstanceProfileResult.InstanceProfile.InstanceProfileId");
    let imds = Imds::new(&server, &launch(&ec2, &with_profile("web")));
    let info = |name: &str| {
        let info: Value = serde_json::from_str(&imds.text("/latest/meta-data/iam/info")).expect("it is JSON");
        info[name].clone()
    };
    assert_eq!((info("Code"), info("InstanceProfileId")), (json!("Success"), json!(profile)));
    // No role is in it.
    assert_eq!(imds.text("/latest/meta-data/iam/"), "info");
    iam.call("DeleteInstanceProfile", &json!({ "InstanceProfileName": "web" })).ok();
    assert_eq!(info("Code"), "InstanceProfileNotFound");
    let sentence = info("Message").as_str().unwrap_or_default().to_owned();
    assert!(
        sentence.starts_with(&format!("Instance Profile with Id {profile} cannot be found.  ")),
        "{sentence}"
    );
    // One of the same name is another one.
    iam.call("CreateInstanceProfile", &json!({ "InstanceProfileName": "web" })).ok();
    assert_eq!(info("Code"), "InstanceProfileNotFound");
}

#[test]
fn a_role_that_was_made_again_is_another_one() {
    let server = server("enforce");
    let (iam, ec2) = (root(&server, "iam"), root(&server, "ec2"));
    let statement = json!({ "Effect": "Allow", "Action": "s3:*", "Resource": "*" });
    role(&iam, "web", "ec2.amazonaws.com", &statement);
    let imds = Imds::new(&server, &launch(&ec2, &with_profile("web")));
    let first = credentials(&imds, "web");
    let both = json!({ "InstanceProfileName": "web", "RoleName": "web" });
    iam.call("RemoveRoleFromInstanceProfile", &both).ok();
    iam.call("DeleteRolePolicy", &json!({ "RoleName": "web", "PolicyName": "own" })).ok();
    iam.call("DeleteRole", &json!({ "RoleName": "web" })).ok();
    let again = json!({ "RoleName": "web", "AssumeRolePolicyDocument": trust("ec2.amazonaws.com") });
    iam.call("CreateRole", &again).ok();
    iam.call("AddRoleToInstanceProfile", &both).ok();
    let second = credentials(&imds, "web");
    assert_ne!(second["AccessKeyId"], first["AccessKeyId"]);
    client(&server, "sts", &second).call("GetCallerIdentity", &json!({})).ok();
}

#[test]
fn an_instance_shows_who_it_is_and_may_nothing() {
    let server = server("enforce");
    let ec2 = root(&server, "ec2");
    let id = launch(&ec2, &open());
    let imds = Imds::new(&server, &id);
    let base = "/latest/meta-data/identity-credentials/ec2";
    let info: Value = serde_json::from_str(&imds.text(&format!("{base}/info"))).expect("it is JSON");
    assert_eq!((&info["Code"], &info["AccountId"]), (&json!("Success"), &json!("000000000000")));
    assert_eq!(imds.text(&format!("{base}/security-credentials/")), "ec2-instance");
    let own = imds.text(&format!("{base}/security-credentials/ec2-instance"));
    let own: Value = serde_json::from_str(&own).expect("it is JSON");
    let (arn, user_id) = caller(&client(&server, "sts", &own).call("GetCallerIdentity", &json!({})));
    assert_eq!(arn, format!("arn:aws:sts::000000000000:assumed-role/aws:ec2-instance/{id}"));
    assert_eq!(user_id, format!("000000000000:aws:ec2-instance:{id}"));
    let refusal = client(&server, "s3", &own).request("PUT", "/photos").send().refusal();
    assert_eq!(refusal.code, "AccessDenied");
}
