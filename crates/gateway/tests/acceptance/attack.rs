//! Ways to become more than one is, where policies are enforced.

use crate::enforce::{allow, denied, root, server, user};
use serde_json::{Value, json};

const TRUST_EC2: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

/// Allows everything of instance profiles, and passes roles under these statements.
fn profiles(pass: &[Value]) -> Value {
    let own = json!({ "Effect": "Allow", "Action": "iam:*InstanceProfile*", "Resource": "*" });
    let statements: Vec<Value> = std::iter::once(own).chain(pass.iter().cloned()).collect();
    json!({ "Version": "2012-10-17", "Statement": statements })
}

fn pass(resource: &str, service: &str) -> Value {
    json!({
        "Effect": "Allow", "Action": "iam:PassRole", "Resource": resource,
        "Condition": { "StringEquals": { "iam:PassedToService": service } },
    })
}

/// IAM User Guide, "Granting a user permissions to pass a role to an AWS service": who may make machines does not thereby
/// get the permissions of every role there is.
#[test]
fn a_role_is_passed_by_whom_may_pass_it_to_that_service() {
    let server = server("enforce");
    let iam = root(&server, "iam");
    for name in ["admin", "worker"] {
        iam.call("CreateRole", &json!({ "RoleName": name, "AssumeRolePolicyDocument": TRUST_EC2 })).ok();
    }
    let arn = |role: &str| format!("arn:aws:iam::000000000000:role/{role}");
    for (name, statements, role, passes) in [
        ("nothing", vec![], "worker", false),
        ("other-service", vec![pass("*", "lambda.amazonaws.com")], "worker", false),
        ("worker-only", vec![pass(&arn("worker"), "ec2.amazonaws.com")], "admin", false),
        ("worker-only-too", vec![pass(&arn("worker"), "ec2.amazonaws.com")], "worker", true),
        ("by-prefix", vec![pass(&arn("work*"), "ec2.amazonaws.com")], "admin", false),
        (
            "session-of-it",
            vec![pass("arn:aws:sts::000000000000:assumed-role/*", "ec2.amazonaws.com")],
            "admin",
            false,
        ),
    ] {
        let own = user(&server, name, &profiles(&statements))("iam");
        own.call("CreateInstanceProfile", &json!({ "InstanceProfileName": name })).ok();
        let add = json!({ "InstanceProfileName": name, "RoleName": role });
        let answer = own.call("AddRoleToInstanceProfile", &add);
        if passes {
            answer.ok();
            continue;
        }
        let sentence = format!(
            "User: arn:aws:iam::000000000000:user/{name} is not authorized to perform: iam:PassRole on resource: {} \
             because no identity-based policy allows the iam:PassRole action. Go to ",
            arn(role)
        );
        let told = denied(&answer, 403, "AccessDenied");
        assert!(told.starts_with(&sentence), "{name}: {told}");
        let got = iam.call("GetInstanceProfile", &json!({ "InstanceProfileName": name })).ok();
        assert!(!got.body_text().contains("role/"), "{name}: nothing was passed");
    }
}

/// The same of instances, whose metadata service hands the role's credentials out: by every call that gives one a role, also
/// where a template names it, and where the instances are launched later.
#[test]
fn a_machine_gets_no_role_that_its_maker_may_not_pass() {
    let server = server("enforce");
    let (iam, ec2) = (root(&server, "iam"), root(&server, "ec2"));
    for name in ["admin", "worker"] {
        iam.call("CreateRole", &json!({ "RoleName": name, "AssumeRolePolicyDocument": TRUST_EC2 })).ok();
        iam.call("CreateInstanceProfile", &json!({ "InstanceProfileName": name })).ok();
        let add = json!({ "InstanceProfileName": name, "RoleName": name });
        iam.call("AddRoleToInstanceProfile", &add).ok();
    }
    let image =
        json!({ "Owner": ["amazon"], "Filter": [{ "Name": "name", "Value": ["al2023-ami-2023*-x86_64"] }] });
    let image = ec2.call("DescribeImages", &image).ok().texts("imagesSet.item.imageId").swap_remove(0);
    let profile = |name: &str| json!({ "Name": name });
    for name in ["admin", "worker"] {
        let data =
            json!({ "ImageId": image, "InstanceType": "t3.micro", "IamInstanceProfile": profile(name) });
        let template = json!({ "LaunchTemplateName": name, "LaunchTemplateData": data });
        ec2.call("CreateLaunchTemplate", &template).ok();
    }
    let launch = |more: Value| {
        let mut wish = json!({ "ImageId": image, "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1 });
        wish.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        wish
    };
    let bare = ec2.call("RunInstances", &launch(json!({}))).ok().text("instancesSet.item.instanceId");
    let fleet = |kind: &str, name: &str| {
        let specification = json!({ "LaunchTemplateName": name, "Version": "$Latest" });
        json!({
            "Type": kind, "LaunchTemplateConfigs": [{ "LaunchTemplateSpecification": specification }],
            "TargetCapacitySpecification": { "TotalTargetCapacity": 1, "DefaultTargetCapacityType": "on-demand" },
        })
    };
    let statements = [
        json!({ "Effect": "Allow", "Action": "ec2:*", "Resource": "*" }),
        pass("arn:aws:iam::000000000000:role/worker", "ec2.amazonaws.com"),
    ];
    let anna = user(&server, "anna", &json!({ "Version": "2012-10-17", "Statement": statements }))("ec2");
    let template = |name: &str| launch(json!({ "LaunchTemplate": { "LaunchTemplateName": name } }));
    let calls = |name: &str| {
        let spot =
            json!({ "ImageId": image, "InstanceType": "t3.micro", "IamInstanceProfile": profile(name) });
        [
            ("RunInstances", launch(json!({ "IamInstanceProfile": profile(name) }))),
            ("RunInstances", template(name)),
            ("RequestSpotInstances", json!({ "LaunchSpecification": spot })),
            ("CreateFleet", fleet("request", name)),
            ("CreateFleet", fleet("maintain", name)),
            (
                "AssociateIamInstanceProfile",
                json!({ "InstanceId": bare, "IamInstanceProfile": profile(name) }),
            ),
        ]
    };
    let sentence = "You are not authorized to perform this operation. User: arn:aws:iam::000000000000:user/anna is \
                    not authorized to perform: iam:PassRole on resource: arn:aws:iam::000000000000:role/admin because \
                    no identity-based policy allows the iam:PassRole action. Encoded authorization failure message: ";
    let instances = || {
        ec2.call("DescribeInstances", &json!({}))
            .ok()
            .texts("reservationSet.item.instancesSet.item.instanceId")
            .len()
    };
    for (operation, wish) in calls("admin") {
        let told = denied(&anna.call(operation, &wish), 403, "UnauthorizedOperation");
        assert!(told.starts_with(sentence), "{operation}: {told}");
        let sealed = json!({ "EncodedMessage": told.rsplit(' ').next() });
        root(&server, "sts").call("DecodeAuthorizationMessage", &sealed).ok();
        assert_eq!(instances(), 1, "{operation}");
    }
    // A dry run tells the same, and makes nothing either way.
    let dry = |wish: &Value| {
        let mut wish = wish.clone();
        wish["DryRun"] = json!(true);
        wish
    };
    let has_dry_runs = |(operation, _): &(&str, Value)| *operation != "AssociateIamInstanceProfile";
    for (operation, wish) in calls("admin").into_iter().filter(has_dry_runs) {
        let told = denied(&anna.call(operation, &dry(&wish)), 403, "UnauthorizedOperation");
        assert!(told.starts_with(sentence), "{operation}: {told}");
    }
    for (operation, wish) in calls("worker").into_iter().filter(has_dry_runs) {
        denied(&anna.call(operation, &dry(&wish)), 412, "DryRunOperation");
    }
    assert_eq!(instances(), 1);
    // An instant fleet tells it beside what it has launched.
    let tried = anna.call("CreateFleet", &fleet("instant", "admin")).ok();
    assert_eq!(tried.texts("errorSet.item.errorCode"), ["UnauthorizedOperation"]);
    assert_eq!(instances(), 1);
    for (operation, wish) in calls("worker") {
        anna.call(operation, &wish).ok();
    }
    let association = ec2.call("DescribeIamInstanceProfileAssociations", &json!({})).ok();
    let path = "iamInstanceProfileAssociationSet.item.associationId";
    for association in association.texts(path) {
        let other = json!({ "AssociationId": association, "IamInstanceProfile": profile("admin") });
        denied(&anna.call("ReplaceIamInstanceProfileAssociation", &other), 403, "UnauthorizedOperation");
    }
}

/// IAM User Guide, "Delegating responsibility to others using permissions boundaries": whoever may attach policies to those
/// alone whom a boundary limits cannot make anybody more than that.
#[test]
fn policies_are_given_only_to_whom_a_boundary_limits() {
    let server = server("enforce");
    let iam = root(&server, "iam");
    let limit = allow("s3:*", "*").to_string();
    let made = iam.call("CreatePolicy", &json!({ "PolicyName": "limit", "PolicyDocument": limit })).ok();
    let limit = made.text("CreatePolicyResult.Policy.Arn");
    for (name, bound) in [("bounded", json!({ "PermissionsBoundary": limit })), ("free", json!({}))] {
        let mut user = bound.clone();
        user["UserName"] = json!(name);
        iam.call("CreateUser", &user).ok();
        let mut role = bound;
        role["RoleName"] = json!(name);
        role["AssumeRolePolicyDocument"] = json!(TRUST_EC2);
        iam.call("CreateRole", &role).ok();
    }
    let delegated = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow", "Action": ["iam:*UserPolicy", "iam:*RolePolicy"], "Resource": "*",
            "Condition": { "StringEquals": { "iam:PermissionsBoundary": limit } },
        }],
    });
    let dana = user(&server, "dana", &delegated)("iam");
    let all = allow("*", "*").to_string();
    for (kind, member) in [("User", "UserName"), ("Role", "RoleName")] {
        for (operation, wish) in [
            ("Attach", json!({ "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess" })),
            ("Detach", json!({ "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess" })),
            ("Put", json!({ "PolicyName": "own", "PolicyDocument": all })),
            ("Delete", json!({ "PolicyName": "own" })),
        ] {
            let operation = format!("{operation}{kind}Policy");
            let call = |name: &str| {
                let mut wish = wish.clone();
                wish[member] = json!(name);
                dana.call(&operation, &wish)
            };
            call("bounded").ok();
            let word = kind.to_lowercase();
            let sentence = format!(
                "User: arn:aws:iam::000000000000:user/dana is not authorized to perform: iam:{operation} on resource: \
                 {word} free because no identity-based policy allows the iam:{operation} action. Go to "
            );
            let told = denied(&call("free"), 403, "AccessDenied");
            assert!(told.starts_with(&sentence), "{told}");
        }
    }
}

/// The path belongs to a role's name: one that the caller's policy would allow is not the one that exists without it.
#[test]
fn a_role_is_not_assumed_by_another_path() {
    let server = server("enforce");
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"000000000000"},"Action":"sts:AssumeRole"}]}"#;
    for (name, path) in [("admin", "/"), ("reader", "/team/")] {
        let create = json!({ "RoleName": name, "Path": path, "AssumeRolePolicyDocument": trust });
        root(&server, "iam").call("CreateRole", &create).ok();
    }
    let anna =
        user(&server, "anna", &allow("sts:AssumeRole", "arn:aws:iam::000000000000:role/team/*"))("sts");
    let assume = |role: &str| {
        let arn = format!("arn:aws:iam::000000000000:role/{role}");
        anna.call("AssumeRole", &json!({ "RoleArn": arn, "RoleSessionName": "s1" }))
    };
    assume("team/reader").ok();
    for role in [
        "admin",
        "team/admin",
        "team/../admin",
        "team//admin",
        "team/./reader",
        "TEAM/reader",
        "team/reader/",
    ] {
        let refusal = assume(role).refusal();
        let is_refused = matches!(refusal.code.as_str(), "AccessDenied" | "ValidationError");
        assert!(is_refused, "{role}: {} {}", refusal.code, refusal.message);
    }
    denied(&assume("admin"), 403, "AccessDenied");
    denied(&assume("team/admin"), 403, "AccessDenied");
}
