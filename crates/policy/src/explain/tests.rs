//! Explanations, kind by kind: specification, chapter IAM, sections 7 and 11.

use super::{Explanation, Fix, Outcome, Part, context_keys};
use crate::compile::Kind;
use crate::decide::Gate::{Boundary, Endpoint, Identity, Resource, ResourceControl, ServiceControl, Session};
use crate::decide::{CallerKind, PolicyRule};
use crate::document::Document;
use crate::testing::{Case, ROLE, SERVICE, USER, set, shown};

const ALLOW: &[&str] = &["+s3:GetObject on arn:aws:s3:::b/*"];
const OTHER: &[&str] = &["+s3:PutObject on arn:aws:s3:::b/*"];

fn blocking(case: &Case) -> Vec<String> {
    case.explained(|explanation| {
        let decisions = explanation.blocking.iter().map(|denial| crate::decide::Decision::Deny(*denial));
        decisions.map(|decision| shown(&decision)).collect()
    })
}

/// Section 11, point 3: AWS names one gate at a time; here all that would still deny.
#[test]
fn all_gates_that_would_still_deny_are_named() {
    let open = &[r#"+s3:* on * for "*""#][..];
    let closed = &[r#"+s3:Put* on * for "*""#, r#"-s3:GetObject on * for "*""#][..];
    for (case, want) in [
        (Case::get(ROLE).with(Identity, ALLOW), &[][..]),
        (Case::get(ROLE).with(Identity, OTHER), &["identity"]),
        (
            Case::get(ROLE).with(Identity, OTHER).with(Boundary, OTHER).with(Session, OTHER),
            &["identity", "boundary", "session"],
        ),
        (
            Case::get(ROLE).with(Identity, ALLOW).with(Boundary, &["-* on *", "-s3:* on *"]),
            &["boundary: #1", "boundary: #2", "boundary"],
        ),
        (
            Case::get(USER)
                .with(Identity, OTHER)
                .with(ServiceControl, &["+* on *"])
                .with(ServiceControl, OTHER)
                .with(ServiceControl, &[]),
            &["scp1", "scp2", "identity"],
        ),
        (
            Case::get(USER).with(ResourceControl, closed).with(Endpoint, closed).with(Identity, ALLOW),
            &["rcp0: #2", "endpoint: #2", "rcp0", "endpoint"],
        ),
        (Case::get(USER).across(), &["resource", "identity"]),
        (Case::get(USER).across().with(Resource, open), &["identity"]),
        (Case::get(USER).across().with(Identity, ALLOW), &["resource"]),
        (Case::get(SERVICE), &["resource"]),
        (Case::get(CallerKind::Root).across(), &["resource"]),
    ] {
        assert_eq!(blocking(&case), want);
    }
    // A trust policy that names the caller is all it takes.
    let mut trust = Case::new(USER, "sts:AssumeRole", "arn:aws:iam::111111111111:role/r").with(Resource, &[]);
    trust.rule = PolicyRule::Required;
    assert_eq!(blocking(&trust), ["resource"]);
}

fn checks(explanation: &Explanation<'_>) -> Vec<(String, Outcome, usize)> {
    let shown = |check: &super::Check<'_>| {
        (format!("{:?}{}", check.gate, check.level), check.outcome, check.matched.len())
    };
    explanation.checks.iter().map(shown).collect()
}

/// Section 11: the checks of GetRequestAuthorizationDetails, in its order.
#[test]
fn each_gate_says_what_it_did() {
    let case = Case::get(ROLE)
        .with(ResourceControl, &[r#"+* on * for "*""#])
        .with(ServiceControl, &["+* on *"])
        .with(ServiceControl, &["+* on *", "-s3:Get* on *", "-s3:* on *", "-ec2:* on *"])
        .with(Endpoint, &[r#"+s3:Put* on * for "*""#])
        .with(Resource, &[r#"+s3:* on * for {"AWS":"222222222222"}"#])
        .with(Identity, &["+s3:Get* on *", "+s3:*Object on *", "+s3:Put* on *"])
        .with(Boundary, OTHER);
    let want = [
        ("ResourceControl0", Outcome::Allow, 1),
        ("ServiceControl0", Outcome::Allow, 1),
        ("ServiceControl1", Outcome::ExplicitDeny, 2),
        ("Endpoint0", Outcome::ImplicitDeny, 0),
        ("Resource0", Outcome::NoImpact, 0),
        ("Identity0", Outcome::Allow, 2),
        ("Boundary0", Outcome::ImplicitDeny, 0),
    ];
    let got = case.explained(checks);
    assert_eq!(got, want.map(|(gate, outcome, count)| (gate.to_owned(), outcome, count)));
    // What is not there cannot allow, and a policy that may only deny grants nothing.
    let across = Case::get(USER).across().with(Identity, ALLOW).explained(checks);
    assert_eq!(across[0], ("Resource0".to_owned(), Outcome::ImplicitDeny, 0));
    let mut only_denies = Case::get(USER).with(Identity, ALLOW).with(Resource, &[r#"+* on * for "*""#]);
    only_denies.rule = PolicyRule::OnlyDenies;
    assert_eq!(only_denies.explained(checks)[0], ("Resource0".to_owned(), Outcome::NoImpact, 0));
}

/// A level that decides hides none of those below it.
#[test]
fn each_level_says_what_it_did() {
    let levels = |case: &Case| {
        let all = case.explained(checks).into_iter();
        all.filter(|(gate, ..)| gate.starts_with("ServiceControl"))
            .map(|(_, outcome, count)| (outcome, count))
            .collect::<Vec<_>>()
    };
    let user = Case::get(USER).with(Identity, ALLOW);
    let unnamed = user.clone().with(ServiceControl, OTHER).with(ServiceControl, &["+* on *"]);
    assert_eq!(levels(&unnamed), [(Outcome::ImplicitDeny, 0), (Outcome::Allow, 1)]);
    let denied = user
        .with(ServiceControl, &["+* on *", "-s3:Get* on *"])
        .with(ServiceControl, &["+* on *", "-s3:* on *", "-* on *"]);
    assert_eq!(levels(&denied), [(Outcome::ExplicitDeny, 1), (Outcome::ExplicitDeny, 2)]);
}

/// Section 11, point 1: the decisive line, in the document as stored.
#[test]
fn the_decisive_statement_is_told_by_line_and_column() {
    let source = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"},\n    {\"Sid\": \"NoReading\",\n     \"Effect\": \"Deny\", \"Action\": \"s3:Get*\", \"Resource\": \"*\"}\n  ]\n}";
    let set = set(Kind::Identity, &[Document::parse(source).unwrap()]);
    let case = Case::get(USER).with_set(Identity, set);
    case.check("identity: NoReading");
    case.explained(|explanation| {
        let statement = explanation.blocking[0].by.unwrap();
        assert_eq!(statement.place(), "policy p0, statement NoReading at 5:5");
        let statement = statement.statement;
        assert_eq!((statement.start().line, statement.start().column), (5, 5));
        assert_eq!((statement.end().line, statement.end().column), (6, 61));
        let span = statement.span();
        assert!(source[span.start as usize..span.end as usize].ends_with("\"*\"}"));
        let want = Fix::Change {
            gate: Identity,
            level: 0,
            place: "policy p0, statement NoReading at 5:5".to_owned(),
        };
        assert_eq!(explanation.fixes, [want]);
        assert!(explanation.nearest.is_empty());
    });
}

/// Section 7: the documented example of positions, a brace at index 39, the closing one at index 111.
#[test]
fn positions_are_those_of_simulations() {
    let source = format!(
        "{:<39}{{{:<71}}}{}",
        r#"{"Version":"2012-10-17","Statement":["#, r#""Effect":"Allow","Action":"*","Resource":"*""#, "]}"
    );
    let set = set(Kind::Identity, &[Document::parse(source).unwrap()]);
    Case::get(USER).with_set(Identity, set).explained(|explanation| {
        let statement = explanation.checks[0].matched[0].statement;
        assert_eq!((statement.start().column + 1, statement.end().column), (41, 113));
    });
}

/// Section 11, point 2: the nearest miss, with both values.
#[test]
fn the_nearest_miss_is_told_with_both_values() {
    let by_team = r#""Sid":"ByTeam","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*",
        "Condition":{"StringEquals":{"aws:PrincipalTag/Team":["red","green"]}}"#;
    let case = Case::get(USER)
        .with(
            Identity,
            &[
                "+s3:GetObject on arn:aws:s3:::c/*",
                "+s3:PutObject on arn:aws:s3:::b/*",
                by_team,
                "+ec2:* on arn:aws:ec2:*:*:*",
            ],
        )
        .key("aws:PrincipalTag/Team", &["blue"]);
    case.check("identity");
    case.explained(|explanation| {
        let told: Vec<String> = explanation.nearest.iter().map(ToString::to_string).collect();
        assert!(told[0].ends_with(
            "allows s3:getobject on arn:aws:s3:::b/*, but StringEquals aws:PrincipalTag/Team wanted red or green; the request had blue"
        ), "{}", told[0]);
        assert!(told[0].starts_with("policy p0, statement ByTeam at 1:"));
        assert_eq!(told[1].split(", but ").nth(1).unwrap(), "its resource wanted arn:aws:s3:::c/*; the request had arn:aws:s3:::b/k");
        assert_eq!(told[2].split(", but ").nth(1).unwrap(), "its action wanted s3:putobject; the request had s3:GetObject");
        // Of another action and another resource: no near miss.
        assert_eq!(told.len(), 3);
        let nearest = &explanation.nearest[0];
        assert_eq!(nearest.origin, Some(crate::context::Origin::Given));
        assert_eq!(nearest.misses, 1);
        assert!(matches!(&nearest.part, Part::Condition { operator, .. } if operator == "StringEquals"));
        assert!(nearest.at > nearest.matched.statement.start());
    });
    let absent = Case::get(USER).with(Identity, &[by_team]);
    absent.explained(|explanation| {
        assert!(explanation.nearest[0].to_string().ends_with("wanted red or green; the request had none"));
    });
    let other = Case::get(USER).across().with(Identity, ALLOW);
    let other = other
        .with(Resource, &[r#"+s3:* on * for {"AWS":["333333333333","arn:aws:iam::111111111111:user/x"]}"#]);
    other.explained(|explanation| {
        assert!(explanation.nearest[0].to_string().ends_with(
            "but its principal wanted 333333333333, arn:aws:iam::111111111111:user/x; the request had arn:aws:iam::111111111111:user/team/anna"
        ));
    });
}

/// Section 11, point 2: of the action, the principal, the resource and each condition, one at least has to fit.
#[test]
fn a_statement_that_fits_in_nothing_is_no_near_miss() {
    let null = |wanted: &str| {
        format!(
            r#""Effect":"Allow","Action":"ec2:*","Resource":"arn:aws:ec2:*:*:*","Condition":{{"Null":{{"x:k":"{wanted}"}}}}"#
        )
    };
    for (gate, statement, want) in [
        (Identity, "+ec2:* on arn:aws:ec2:*:*:*", 0),
        (Identity, "+ec2:* on *", 1),
        (Identity, &null("true"), 1),
        (Identity, &null("false"), 0),
        (Resource, r#"+ec2:* on arn:aws:ec2:*:*:* for "*""#, 1),
        (Resource, r#"+ec2:* on arn:aws:ec2:*:*:* for {"AWS":"333333333333"}"#, 0),
        (Resource, r#"+ec2:* on * for {"AWS":"333333333333"}"#, 1),
        (Resource, r#"+ec2:* for {"AWS":"333333333333"}"#, 0),
        (Resource, r#"+ec2:* for "*""#, 1),
    ] {
        let case = if gate == Resource { Case::get(USER).across() } else { Case::get(USER) };
        let near = case.with(gate, &[statement]).explained(|explanation| explanation.nearest.len());
        assert_eq!(near, want, "{statement}");
    }
}

/// What the operators of a condition wanted, in words a policy's author knows.
#[test]
fn wanted_values_are_shown_as_policies_write_them() {
    for (operator, wanted, shown) in [
        ("StringNotLikeIfExists", r#"["a*","b?"]"#, "StringNotLikeIfExists x:k wanted a* or b?"),
        ("ForAnyValue:StringEqualsIgnoreCase", r#""A""#, "ForAnyValue:StringEqualsIgnoreCase x:k wanted A"),
        ("ForAllValues:StringNotEquals", r#""a1""#, "ForAllValues:StringNotEquals x:k wanted a1"),
        ("NumericNotEquals", r#"["1.50","x"]"#, "NumericNotEquals x:k wanted 1.5 or an unreadable value"),
        ("NumericEquals", "5", "NumericEquals x:k wanted 5"),
        ("NumericLessThanEquals", "-5", "NumericLessThanEquals x:k wanted -5"),
        ("NumericGreaterThan", "500", "NumericGreaterThan x:k wanted 500"),
        ("DateGreaterThanEquals", r#""2026-01-02""#, "DateGreaterThanEquals x:k wanted 2026-01-02T00:00:00Z"),
        ("DateLessThan", r#""x""#, "DateLessThan x:k wanted an unreadable value"),
        ("Bool", "true", "Bool x:k wanted true"),
        ("BinaryEquals", r#""QmluYXJ5""#, "BinaryEquals x:k wanted QmluYXJ5"),
        ("NotIpAddress", r#""x""#, "NotIpAddress x:k wanted an unreadable value"),
        ("IpAddress", r#""10.0.0.0/8""#, "IpAddress x:k wanted 10.0.0.0/8"),
        ("ArnEquals", r#""arn:aws:s3:::${x:v}""#, "ArnLike x:k wanted arn:aws:s3:::${x:v}"),
        ("ArnNotLike", r#""a""#, "ArnNotLike x:k wanted an unreadable value"),
        ("Null", "true", "Null x:k wanted true"),
        ("StringSame", r#""a""#, "an unknown operator x:k wanted "),
    ] {
        let statement = format!(
            r#""Effect":"Allow","Action":"*","Resource":"*","Condition":{{"{operator}":{{"x:k":{wanted}}}}}"#
        );
        Case::get(USER).with(Identity, &[&statement]).key("x:k", &["a1"]).explained(|explanation| {
            let told = explanation.nearest[0].to_string();
            assert!(told.contains(&format!("but {shown}; ")), "{told}");
        });
    }
}

/// Section 11, point 3: the least statement that helps, proved by adding it.
#[test]
fn the_least_statement_lifts_its_gate() {
    let oidc = crate::testing::OIDC;
    let trust = |kind| {
        let mut case =
            Case::new(kind, "sts:AssumeRole", "arn:aws:iam::111111111111:role/r").with(Resource, &[]);
        case.rule = PolicyRule::Required;
        case
    };
    let odd = Case::new(USER, "s3:GetObject", r#"arn:aws:s3:::b/a*b?c${d}"e\f"#);
    for case in [
        Case::get(USER),
        Case::get(USER).across(),
        Case::get(ROLE).across().with(Session, &[]),
        Case::get(ROLE).with(Boundary, &[]).with(ServiceControl, &[]).with(ServiceControl, &[]),
        Case::get(USER).with(ResourceControl, &[]).with(Endpoint, &[]),
        Case::get(crate::testing::FEDERATED).across(),
        Case::get(CallerKind::Root).across(),
        Case::get(CallerKind::Anonymous),
        Case::get(SERVICE),
        Case::new(USER, "ec2:DescribeInstances", "*"),
        trust(USER),
        trust(oidc),
        odd,
    ] {
        let fixes = case.explained(|explanation| {
            assert!(!explanation.decision.is_allowed());
            explanation.fixes.clone()
        });
        // Each gate anew, with the statements it needs.
        let mut mended = case.clone();
        for fix in fixes {
            let Fix::Add { gate, level, statement } = fix else { panic!("{fix:?}") };
            mended = mended.replace(gate, level, statement.trim_start_matches('{').trim_end_matches('}'));
        }
        mended.check("allow");
    }
    let new = Case::new(USER, "ec2:RunInstances", "arn:aws:ec2:us-east-1:111111111111:instance/*");
    let new = new.explained(|explanation| explanation.fixes.clone());
    let want = r#"{"Effect":"Allow","Action":"ec2:RunInstances","Resource":"arn:aws:ec2:us-east-1:111111111111:instance/*"}"#;
    assert_eq!(new, [Fix::Add { gate: Identity, level: 0, statement: want.to_owned() }]);
    let least = Case::get(ROLE).across().explained(|explanation| explanation.fixes.clone());
    let want = r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:role/app/reader"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/k"}"#;
    assert_eq!(least[0], Fix::Add { gate: Resource, level: 0, statement: want.to_owned() });
}

/// Section 7, MissingContextValues: keys of statements whose action and resource fit, that were not supplied.
#[test]
fn missing_keys_are_those_of_statements_about_the_request() {
    let with = |action: &str, resource: &str, key: &str| {
        format!(
            r#""Effect":"Allow","Action":"{action}","Resource":"{resource}","Condition":{{"StringEquals":{{"{key}":"${{x:Variable}}"}}}}"#
        )
    };
    let all = "arn:aws:s3:::b/*";
    let statements = [
        with("s3:GetObject", all, "x:Wanted"),
        with("s3:Get*", all, "X:wanted"),
        with("s3:Get*", all, "x:Given"),
        with("s3:PutObject", all, "x:OtherAction"),
        with("s3:GetObject", "arn:aws:s3:::c/*", "x:OtherResource"),
        with("s3:GetObject", "arn:aws:s3:::b/${x:InResource}", "x:Behind"),
    ];
    let case = Case::get(USER)
        .with(Identity, &statements.iter().map(String::as_str).collect::<Vec<_>>())
        .key("x:given", &["1"]);
    let missing = case.explained(|explanation| explanation.missing_keys.clone());
    assert_eq!(missing, ["x:InResource", "x:Variable", "X:wanted"]);
}

/// GetContextKeysForCustomPolicy: all keys, in conditions and in variables.
#[test]
fn the_keys_of_a_policy_are_listed_once() {
    let document = crate::testing::document(&[
        r#""Effect":"Allow","Action":"*","Resource":["*","arn:aws:s3:::${aws:username}/${aws:PrincipalTag/t, 'd'}"],
           "Condition":{"StringLike":{"s3:prefix":["${s3:x}","${*}"]},"ArnLike":{"aws:SourceArn":"arn:aws:s3:::${z:z}"}}"#,
        r#""Effect":"Deny","NotAction":"*","NotResource":"arn:aws:s3:${aws:RequestedRegion}:*:*",
           "Condition":{"Null":{"AWS:Username":"true"}}"#,
    ]);
    let keys = context_keys(&document);
    let want = [
        "aws:PrincipalTag/t",
        "aws:RequestedRegion",
        "aws:SourceArn",
        "aws:username",
        "s3:prefix",
        "s3:x",
        "z:z",
    ];
    assert_eq!(keys, want);
}

/// 6.1: what a denial says, by the kind of its policy; the ARN of a managed one is told.
#[test]
fn a_denial_has_its_reason_in_words() {
    let managed = |gate, kind| {
        let document =
            crate::testing::document(&[r#""Effect":"Deny","Principal":"*","Action":"*","Resource":"*""#]);
        let policy = crate::compile::Policy::compile(&document, kind, &crate::compile::no_unique_ids);
        let source = crate::compile::Source::managed("Locked", "arn:aws:iam::111111111111:policy/Locked");
        let set =
            crate::compile::PolicySet::new(vec![crate::compile::Attached { policy: policy.into(), source }]);
        Case::get(ROLE).with_set(gate, set)
    };
    let reason = |case: &Case| case.explained(|explanation| explanation.blocking[0].reason(&case.action));
    let because = |kind: &str| format!("because no {kind} allows the s3:GetObject action");
    let explicit = |kind: &str| format!("with an explicit deny in {kind}");
    let all = &["+* on *"][..];
    for (case, want) in [
        (Case::get(USER), because("identity-based policy")),
        (Case::get(USER).across(), because("resource-based policy")),
        (Case::get(USER).with(Identity, all).with(Boundary, &[]), because("permissions boundary")),
        (Case::get(USER).with(Identity, all).with(Session, &[]), because("session policy")),
        (Case::get(USER).with(ServiceControl, &[]), because("service control policy")),
        (Case::get(USER).with(ResourceControl, &[]), because("resource control policy")),
        (Case::get(USER).with(Endpoint, &[]), because("VPC endpoint policy")),
        (Case::get(USER).with(Identity, &["-* on *"]), explicit("an identity-based policy")),
        (Case::get(USER).with(Boundary, &["-* on *"]), explicit("a permissions boundary")),
        (Case::get(USER).with(Session, &["-* on *"]), explicit("a session policy")),
        (
            managed(Identity, Kind::Identity),
            explicit("an identity-based policy: arn:aws:iam::111111111111:policy/Locked"),
        ),
        (
            managed(ServiceControl, Kind::ServiceControl),
            explicit("a service control policy: arn:aws:iam::111111111111:policy/Locked"),
        ),
    ] {
        assert_eq!(reason(&case), want);
    }
}
