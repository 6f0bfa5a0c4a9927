use crate::{refuses, role, start, user};
use serde_json::{Value, json};
use testkit::Client;

fn trusting(principal: &Value) -> String {
    json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Principal": { "AWS": principal }, "Action": "sts:AssumeRole" }],
    })
    .to_string()
}

/// The trust policy of the role `trusting` as it is shown.
#[track_caller]
fn shown(iam: &Client) -> String {
    let answer = iam.call("GetRole", &json!({ "RoleName": "trusting" })).ok();
    let encoded = answer.text("GetRoleResult.Role.AssumeRolePolicyDocument");
    encoded.split('%').enumerate().fold(String::new(), |text, (place, part)| match place {
        0 => part.to_owned(),
        _ => {
            let code = u8::from_str_radix(&part[..2], 16).expect("two digits follow");
            format!("{text}{}{}", char::from(code), &part[2..])
        }
    })
}

/// Source: IAM user guide, "AWS JSON policy elements: Principal".
#[test]
fn a_principal_that_is_gone_shows_by_its_unique_id() {
    let (_server, iam) = start();
    for (kind, parameter) in [("user", "UserName"), ("role", "RoleName")] {
        let make = |iam: &Client| match kind {
            "user" => user(iam, "anna"),
            _ => drop(role(iam, "anna")),
        };
        let title = if kind == "user" { "User" } else { "Role" };
        make(&iam);
        let named = json!({ parameter: "anna" });
        let found = iam.call(&format!("Get{title}"), &named).ok();
        let text = |name: &str| found.text(&format!("Get{title}Result.{title}.{name}"));
        let (arn, id) = (text("Arn"), text(&format!("{title}Id")));
        let document = trusting(&json!([arn, "123456789012"]));
        let create = json!({ "RoleName": "trusting", "AssumeRolePolicyDocument": document });
        iam.call("CreateRole", &create).ok();
        assert_eq!(shown(&iam), document);
        iam.call(&format!("Delete{title}"), &named).ok();
        assert_eq!(shown(&iam), trusting(&json!([id, "123456789012"])));
        // Somebody else of the same name is not the one that was trusted.
        make(&iam);
        assert_eq!(shown(&iam), trusting(&json!([id, "123456789012"])));
        // Nobody can be trusted who is gone.
        let sentence = format!("Invalid principal in policy: \"AWS\":\"{id}\"");
        let update = json!({ "RoleName": "trusting", "PolicyDocument": shown(&iam) });
        refuses(&iam, &[("UpdateAssumeRolePolicy", update, 400, "MalformedPolicyDocument", &sentence)]);
        // Named again, it is the new one.
        let update = json!({ "RoleName": "trusting", "PolicyDocument": document });
        iam.call("UpdateAssumeRolePolicy", &update).ok();
        assert_eq!(shown(&iam), document);
        iam.call("DeleteRole", &json!({ "RoleName": "trusting" })).ok();
    }
}

#[test]
fn a_renamed_principal_stays_trusted() {
    let (_server, iam) = start();
    user(&iam, "anna");
    let document = trusting(&json!("arn:aws:iam::000000000000:user/anna"));
    let create = json!({ "RoleName": "trusting", "AssumeRolePolicyDocument": document });
    iam.call("CreateRole", &create).ok();
    iam.call("UpdateUser", &json!({ "UserName": "anna", "NewUserName": "berta", "NewPath": "/team/" })).ok();
    assert_eq!(shown(&iam), trusting(&json!("arn:aws:iam::000000000000:user/team/berta")));
}

#[test]
fn a_trust_policy_names_somebody_who_exists() {
    let (server, iam) = start();
    role(&iam, "builder");
    let other = server.client("iam").key("123456789012", "x", None);
    user(&other, "eve");
    for (principal, good) in [
        ("*", true),
        ("123456789012", true),
        ("arn:aws:iam::123456789012:root", true),
        ("arn:aws:iam::123456789012:user/eve", true),
        ("arn:aws:iam::000000000000:role/builder", true),
        ("arn:aws:sts::000000000000:assumed-role/builder/session", true),
        ("arn:aws:iam::000000000000:user/eve", false),
        ("arn:aws:iam::000000000000:role/team/builder", false),
        ("arn:aws:iam::000000000000:role/*", false),
        ("arn:aws:iam::000000000000:group/builders", false),
        ("arn:aws:s3:::bucket", false),
        ("AIDAAAAAAAAAAAAAAAAAA", false),
        ("12345678901", false),
        ("anna", false),
    ] {
        let document = trusting(&json!(principal));
        let update = json!({ "RoleName": "builder", "PolicyDocument": document });
        if good {
            iam.call("UpdateAssumeRolePolicy", &update).ok();
        } else {
            let sentence = format!("Invalid principal in policy: \"AWS\":\"{principal}\"");
            refuses(&iam, &[("UpdateAssumeRolePolicy", update, 400, "MalformedPolicyDocument", &sentence)]);
        }
    }
}

/// Sources: recorded answers of AWS.
#[test]
fn what_is_no_trust_policy_is_refused() {
    let (_server, iam) = start();
    role(&iam, "builder");
    let statement = |extra: Value| {
        let mut statement = json!({ "Effect": "Allow", "Principal": { "Service": "ec2.amazonaws.com" }, "Action": "sts:AssumeRole" });
        for (name, value) in extra.as_object().into_iter().flatten() {
            statement[name] = value.clone();
        }
        json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
    };
    for (document, sentence) in [
        ("{".to_owned(), "This policy contains invalid Json"),
        (
            statement(json!({ "Action": "s3:GetObject" })),
            "AssumeRole policy may only specify STS AssumeRole actions.",
        ),
        (statement(json!({ "Resource": "*" })), "Has prohibited field Resource"),
    ] {
        let update = json!({ "RoleName": "builder", "PolicyDocument": document });
        let create = json!({ "RoleName": "new", "AssumeRolePolicyDocument": document });
        refuses(
            &iam,
            &[
                ("UpdateAssumeRolePolicy", update, 400, "MalformedPolicyDocument", sentence),
                ("CreateRole", create, 400, "MalformedPolicyDocument", sentence),
            ],
        );
    }
    let many: Vec<String> = (0..600).map(|n| format!("{n:012}")).collect();
    let update = json!({ "RoleName": "builder", "PolicyDocument": trusting(&json!(many)) });
    let sentence = "Cannot exceed quota for ACLSizePerRole: 8192";
    refuses(&iam, &[("UpdateAssumeRolePolicy", update, 409, "LimitExceeded", sentence)]);
}
