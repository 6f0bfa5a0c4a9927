//! The documented examples, in our own words: specification, chapter IAM, section 14. Each says which page it is from.

use super::Gate::{Boundary, Identity, Resource, ResourceControl, ServiceControl, Session};
use super::{CallerKind, PolicyRule};
use crate::testing::{B, Case, ROLE, SERVICE, USER};

/// An Allow of actions on a resource, with a condition.
fn allow(actions: &str, resource: &str, condition: &str) -> String {
    statement("Allow", actions, resource, condition)
}

fn deny(actions: &str, resource: &str, condition: &str) -> String {
    statement("Deny", actions, resource, condition)
}

fn statement(effect: &str, actions: &str, resource: &str, condition: &str) -> String {
    let condition =
        if condition.is_empty() { String::new() } else { format!(r#","Condition":{{{condition}}}"#) };
    format!(r#""Effect":"{effect}","Action":{actions},"Resource":"{resource}"{condition}"#)
}

/// 1: "Policy evaluation logic": Carlos may list, a bucket policy lets him write to his own folder, logs are closed.
#[test]
fn identity_and_resource_policies_unite_and_a_deny_wins() {
    let identity = [
        allow(r#""s3:List*""#, "*", ""),
        deny(r#""s3:*""#, "arn:aws:s3:::logs/*", ""),
        deny(r#""s3:*""#, "arn:aws:s3:::logs", ""),
    ];
    let identity: Vec<&str> = identity.iter().map(String::as_str).collect();
    let bucket = r#"+s3:PutObject on arn:aws:s3:::shared/carlos/* for {"AWS":"arn:aws:iam::111111111111:user/team/anna"}"#;
    for (action, arn, want) in [
        ("s3:ListBucket", "arn:aws:s3:::shared", "allow"),
        ("s3:ListBucket", "arn:aws:s3:::logs", "identity: #3"),
        ("s3:PutObject", "arn:aws:s3:::shared/carlos/a", "allow"),
        ("s3:PutObject", "arn:aws:s3:::shared/zoe/a", "identity"),
        ("s3:PutObject", "arn:aws:s3:::logs/a", "identity: #2"),
    ] {
        Case::new(USER, action, arn).with(Identity, &identity).with(Resource, &[bucket]).check(want);
    }
}

/// 2: "Permissions boundaries": a manager may make users only under the boundary, and never lift his own.
#[test]
fn a_delegated_manager_stays_under_the_boundary() {
    let bounded =
        r#""StringEquals":{"iam:PermissionsBoundary":"arn:aws:iam::111111111111:policy/XCompanyBoundaries"}"#;
    let boundary = [
        allow(r#""s3:*""#, "*", ""),
        allow(r#"["iam:CreateUser","iam:AttachUserPolicy","iam:PutUserPermissionsBoundary"]"#, "*", bounded),
        deny(
            r#"["iam:CreatePolicyVersion","iam:DeletePolicy","iam:SetDefaultPolicyVersion"]"#,
            "arn:aws:iam::111111111111:policy/XCompanyBoundaries",
            "",
        ),
        deny(r#""iam:DeleteUserPermissionsBoundary""#, "*", ""),
    ];
    let boundary: Vec<&str> = boundary.iter().map(String::as_str).collect();
    let user = "arn:aws:iam::111111111111:user/nikhil";
    let policy = "arn:aws:iam::111111111111:policy/XCompanyBoundaries";
    for (action, arn, sets, want) in [
        ("iam:CreateUser", user, Some("XCompanyBoundaries"), "allow"),
        ("iam:CreateUser", user, Some("Loose"), "boundary"),
        ("iam:CreateUser", user, None, "boundary"),
        ("iam:DeleteUserPermissionsBoundary", user, None, "boundary: #4"),
        ("iam:CreatePolicyVersion", policy, None, "boundary: #3"),
        ("s3:CreateBucket", "arn:aws:s3:::b", None, "allow"),
        ("ec2:RunInstances", "*", None, "boundary"),
    ] {
        let case = Case::new(USER, action, arn).with(Identity, &["+* on *"]).with(Boundary, &boundary);
        let key = |name: &str| format!("arn:aws:iam::111111111111:policy/{name}");
        sets.map_or(case.clone(), |name| case.key("iam:PermissionsBoundary", &[&key(name)])).check(want);
    }
}

/// 3: "Cross-account policy evaluation logic": John is allowed by both accounts, Maria by one.
#[test]
fn both_accounts_let_john_in_but_not_maria() {
    let john = [allow(r#"["s3:GetObject","s3:PutObject"]"#, "arn:aws:s3:::production/*", "")];
    let bucket = r#"+s3:GetObject on arn:aws:s3:::production/* for {"AWS":"arn:aws:iam::111111111111:user/team/anna"}"#;
    let on = |action| Case::new(USER, action, "arn:aws:s3:::production/k").across().with(Resource, &[bucket]);
    on("s3:GetObject").with(Identity, &[&john[0]]).check("allow");
    on("s3:PutObject").with(Identity, &[&john[0]]).check("resource");
    on("s3:GetObject").check("identity");
}

/// 4: "Session policies": what identity and session share; a policy that names the role against one that names the
/// session.
#[test]
fn a_session_has_what_identity_and_session_policy_share() {
    for (action, want) in
        [("s3:GetObject", "allow"), ("s3:PutObject", "session"), ("s3:DeleteObject", "identity")]
    {
        Case::new(ROLE, action, "arn:aws:s3:::b/k")
            .with(Identity, &["+s3:GetObject on *", "+s3:PutObject on *"])
            .with(Session, &["+s3:GetObject on *", "+s3:DeleteObject on *"])
            .check(want);
    }
    let role = r#"+s3:* on * for {"AWS":"arn:aws:iam::111111111111:role/app/reader"}"#;
    let session = r#"+s3:* on * for {"AWS":"arn:aws:sts::111111111111:assumed-role/reader/s1"}"#;
    for (named, want) in [(role, "session"), (session, "allow")] {
        Case::get(ROLE).with(Resource, &[named]).with(Session, &["+s3:PutObject on *"]).check(want);
    }
}

/// 5: "Multivalued context keys": tags on creation, the empty set included.
#[test]
fn tag_keys_are_limited_by_set_operators() {
    let all = r#""ForAllValues:StringEquals":{"aws:TagKeys":["environment","cost-center"]}"#;
    let any = r#""ForAnyValue:StringEquals":{"aws:TagKeys":["environment","cost-center"]}"#;
    let both = format!(r#"{all},"Null":{{"aws:TagKeys":"false"}}"#);
    for (condition, tags, want) in [
        (all, Some(&["environment"][..]), "allow"),
        (all, Some(&["environment", "cost-center"]), "allow"),
        (all, Some(&["environment", "stage"]), "identity"),
        (all, Some(&[]), "allow"),
        (all, None, "allow"),
        (any, Some(&["environment", "stage"]), "allow"),
        (any, Some(&["stage"]), "identity"),
        (any, Some(&[]), "identity"),
        (any, None, "identity"),
        (&both, None, "identity"),
        (&both, Some(&["environment"]), "allow"),
    ] {
        let case = Case::new(USER, "ec2:CreateTags", "arn:aws:ec2:us-east-1:111111111111:instance/i-1");
        let case = case.with(Identity, &[&allow(r#""ec2:CreateTags""#, "*", condition)]);
        tags.map_or(case.clone(), |tags| case.key("aws:TagKeys", tags)).check(want);
    }
}

/// 6: "IAM policy elements: Variables and tags": home folders, and a default where the tag is missing.
#[test]
fn variables_make_home_folders() {
    let home = allow(r#""s3:*""#, "arn:aws:s3:::b/home/${aws:username}/*", "");
    let list = allow(
        r#""s3:ListBucket""#,
        "arn:aws:s3:::b",
        r#""StringLike":{"s3:prefix":["","home/${aws:username}/*"]}"#,
    );
    let team = allow(r#""s3:GetObject""#, "arn:aws:s3:::b/${aws:PrincipalTag/team, 'company-wide'}/*", "");
    let case = |action, arn| Case::new(USER, action, arn).with(Identity, &[&home, &list, &team]);
    let anna = |action, arn| case(action, arn).key("aws:username", &["anna"]);
    anna("s3:PutObject", "arn:aws:s3:::b/home/anna/x").check("allow");
    anna("s3:PutObject", "arn:aws:s3:::b/home/otto/x").check("identity");
    case("s3:PutObject", "arn:aws:s3:::b/home//x").check("identity");
    case("s3:PutObject", "arn:aws:s3:::b/home/${aws:username}/x").check("identity");
    anna("s3:ListBucket", "arn:aws:s3:::b").key("s3:prefix", &["home/anna/x"]).check("allow");
    anna("s3:ListBucket", "arn:aws:s3:::b").key("s3:prefix", &[""]).check("allow");
    anna("s3:ListBucket", "arn:aws:s3:::b").key("s3:prefix", &["home/otto/x"]).check("identity");
    case("s3:GetObject", "arn:aws:s3:::b/company-wide/x").check("allow");
    let red = |arn| case("s3:GetObject", arn).key("aws:PrincipalTag/team", &["red"]);
    red("arn:aws:s3:::b/red/x").check("allow");
    red("arn:aws:s3:::b/company-wide/x").check("identity");
}

/// 7: "AWS global condition context keys", aws:MultiFactorAuthPresent: absent for long-term keys.
#[test]
fn a_deny_without_if_exists_misses_long_term_keys() {
    for (operator, mfa, want) in [
        ("Bool", None, "allow"),
        ("Bool", Some("false"), "identity: #2"),
        ("Bool", Some("true"), "allow"),
        ("BoolIfExists", None, "identity: #2"),
        ("BoolIfExists", Some("false"), "identity: #2"),
        ("BoolIfExists", Some("true"), "allow"),
    ] {
        let condition = format!(r#""{operator}":{{"aws:MultiFactorAuthPresent":"false"}}"#);
        let case = Case::get(USER).with(Identity, &["+* on *", &deny(r#""*""#, "*", &condition)]);
        mfa.map_or(case.clone(), |mfa| case.key("aws:MultiFactorAuthPresent", &[mfa])).check(want);
    }
}

/// 8: "SCP evaluation": an allow list missing at one unit closes all below it.
#[test]
fn a_unit_without_an_allow_list_closes_what_is_below() {
    let full = &["+* on *"][..];
    let list = &["+s3:* on *"][..];
    let none: &[&str] = &[];
    for (levels, want) in [
        ([full, full, full], "allow"),
        ([full, list, full], "allow"),
        ([full, none, full], "scp1"),
        ([full, full, &["+ec2:* on *"]], "scp2"),
        ([full, &["+* on *", "-s3:GetObject on *"], full], "scp1: #2"),
        ([none, full, full], "scp0"),
    ] {
        let case = Case::get(USER).with(Identity, full);
        levels.iter().fold(case, |case, level| case.with(ServiceControl, level)).check(want);
    }
}

/// 9: "Resource control policies", the perimeter: nobody from outside but services.
#[test]
fn the_perimeter_of_an_organization_lets_services_in() {
    let perimeter = r#""Sid":"Perimeter","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{
        "StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-1"},
        "BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}"#;
    let open = r#"+s3:* on * for "*""#;
    let case = |kind| Case::get(kind).with(ResourceControl, &[open, perimeter]).with(Resource, &[open]);
    let user = case(USER).with(Identity, &["+* on *"]).key("aws:PrincipalIsAWSService", &["false"]);
    user.clone().key("aws:PrincipalOrgID", &["o-1"]).check("allow");
    user.clone().key("aws:PrincipalOrgID", &["o-2"]).check("rcp0: Perimeter");
    user.check("rcp0: Perimeter");
    case(SERVICE).key("aws:PrincipalIsAWSService", &["true"]).check("allow");
    case(CallerKind::Anonymous).check("rcp0: Perimeter");
}

/// 10: the walkthroughs of the S3 User Guide, "Managing access": users of the bucket's own account and of another, and
/// an object that the other account owns.
#[test]
fn walkthroughs_of_s3() {
    // 1: the owner's account lets a user list by the bucket's policy and read by his own.
    let list = r#"+s3:ListBucket on arn:aws:s3:::b for {"AWS":"arn:aws:iam::111111111111:user/team/anna"}"#;
    let one = |action, arn| {
        Case::new(USER, action, arn)
            .with(Resource, &[list])
            .with(Identity, &["+s3:GetObject on arn:aws:s3:::b/*"])
    };
    one("s3:ListBucket", "arn:aws:s3:::b").check("allow");
    one("s3:GetObject", "arn:aws:s3:::b/k").check("allow");
    one("s3:PutObject", "arn:aws:s3:::b/k").check("identity");
    // 2: another account is let in, and delegates to its user.
    let account = r#"+s3:ListBucket on arn:aws:s3:::b for {"AWS":"arn:aws:iam::111111111111:root"}"#;
    let two = |kind| Case::new(kind, "s3:ListBucket", "arn:aws:s3:::b").across().with(Resource, &[account]);
    two(CallerKind::Root).check("allow");
    two(USER).check("identity");
    two(USER).with(Identity, &["+s3:List* on *"]).check("allow");
    // 3: an object that another account wrote: the bucket's policy grants nothing over it.
    let reader = r#"+s3:GetObject on arn:aws:s3:::b/* for {"AWS":"111111111111"}"#;
    let mut three = Case::get(USER).with(Identity, &["+s3:* on *"]).with(Resource, &[reader]);
    three.owner = B;
    three.rule = PolicyRule::OnlyDenies;
    three.check("resource");
    // 4: a role of the owner's account, assumed across accounts, reads it for others.
    let mut trust = Case::new(USER, "sts:AssumeRole", "arn:aws:iam::222222222222:role/examplerole").across();
    trust.rule = PolicyRule::Required;
    trust = trust.with(Resource, &[r#"+sts:AssumeRole for {"AWS":"arn:aws:iam::111111111111:root"}"#]);
    trust.check("identity");
    trust.with(Identity, &["+sts:AssumeRole on arn:aws:iam::222222222222:role/examplerole"]).check("allow");
}

/// 11: "Example policies for EC2": RunInstances needs every resource, tags only while creating.
#[test]
fn resources_of_run_instances() {
    let statements = [
        allow(r#""ec2:RunInstances""#, "arn:aws:ec2:us-east-1::image/ami-*", r#""StringEquals":{"ec2:ResourceTag/department":"dev"}"#),
        r#""Effect":"Allow","Action":"ec2:RunInstances","Resource":["arn:aws:ec2:us-east-1:111111111111:instance/*","arn:aws:ec2:us-east-1:111111111111:volume/*","arn:aws:ec2:us-east-1:111111111111:subnet/subnet-1"]"#.to_owned(),
        allow(r#""ec2:CreateTags""#, "arn:aws:ec2:us-east-1:111111111111:*/*", r#""StringEquals":{"ec2:CreateAction":"RunInstances"}"#),
    ];
    let statements: Vec<&str> = statements.iter().map(String::as_str).collect();
    let case = |action, arn| Case::new(USER, action, arn).with(Identity, &statements);
    case("ec2:RunInstances", "arn:aws:ec2:us-east-1::image/ami-1").check("identity");
    case("ec2:RunInstances", "arn:aws:ec2:us-east-1::image/ami-1")
        .key("ec2:ResourceTag/department", &["dev"])
        .check("allow");
    case("ec2:RunInstances", "arn:aws:ec2:us-east-1:111111111111:instance/*").check("allow");
    case("ec2:RunInstances", "arn:aws:ec2:us-east-1:111111111111:subnet/subnet-1").check("allow");
    case("ec2:RunInstances", "arn:aws:ec2:us-east-1:111111111111:subnet/subnet-2").check("identity");
    case("ec2:RunInstances", "arn:aws:ec2:us-east-1:111111111111:security-group/sg-1").check("identity");
    let tags = || case("ec2:CreateTags", "arn:aws:ec2:us-east-1:111111111111:instance/i-1");
    tags().key("ec2:CreateAction", &["RunInstances"]).check("allow");
    tags().key("ec2:CreateAction", &["CreateVolume"]).check("identity");
    tags().check("identity");
}

/// "The confused deputy problem": a service acts for whoever asked it, and the resource's policy says for whom it may.
#[test]
fn a_service_is_let_in_for_one_account_or_resource_only() {
    let account = r#""Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"s3:PutObject","Resource":"*",
        "Condition":{"StringEquals":{"aws:SourceAccount":"111111111111"}}"#;
    let resource = r#""Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"s3:PutObject","Resource":"*",
        "Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:ec2:*:111111111111:vpc/*"}}"#;
    for (statement, key, value, want) in [
        (account, "aws:SourceAccount", "111111111111", "allow"),
        (account, "aws:SourceAccount", B, "resource"),
        (account, "x:other", "111111111111", "resource"),
        (resource, "aws:SourceArn", "arn:aws:ec2:eu-west-1:111111111111:vpc/vpc-1", "allow"),
        (resource, "aws:SourceArn", "arn:aws:ec2:eu-west-1:222222222222:vpc/vpc-1", "resource"),
        (resource, "aws:SourceArn", "arn:aws:ec2:eu-west-1:222222222222:x:111111111111:vpc/v", "resource"),
        (resource, "x:other", "arn:aws:ec2:eu-west-1:111111111111:vpc/vpc-1", "resource"),
    ] {
        let case = Case::new(SERVICE, "s3:PutObject", "arn:aws:s3:::logs/k").with(Resource, &[statement]);
        case.key(key, &[value]).check(want);
    }
}
