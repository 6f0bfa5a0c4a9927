//! Decisions, rule by rule. Each table names the paragraph of the specification (chapter IAM) it holds to.

mod principals;

use super::Gate::{Boundary, Endpoint, Identity, Resource, ResourceControl, ServiceControl, Session};
use super::{CallerKind, PolicyRule, Reach};
use crate::compile::Kind;
use crate::document::Document;
use crate::testing::{Case, FEDERATED, LINKED, OIDC, ROLE, SERVICE, USER, document, set};

const ALLOW: &[&str] = &["+s3:GetObject on arn:aws:s3:::b/*"];
const OTHER: &[&str] = &["+s3:PutObject on arn:aws:s3:::b/*"];
const ALL: &[&str] = &["+* on *"];
const DENY: &[&str] = &["-s3:Get* on *"];
const FOR_USER: &[&str] = &[r#"+s3:* on * for {"AWS":"arn:aws:iam::111111111111:user/team/anna"}"#];
const FOR_ROLE: &[&str] = &[r#"+s3:* on * for {"AWS":"arn:aws:iam::111111111111:role/app/reader"}"#];
const FOR_SESSION: &[&str] =
    &[r#"+s3:* on * for {"AWS":"arn:aws:sts::111111111111:assumed-role/reader/s1"}"#];
const FOR_GUEST: &[&str] = &[r#"+s3:* on * for {"AWS":"arn:aws:sts::111111111111:federated-user/guest"}"#];
const FOR_ACCOUNT: &[&str] = &[r#"+s3:* on * for {"AWS":"111111111111"}"#];
const FOR_ALL: &[&str] = &[r#"+s3:* on * for "*""#];
const FOR_SERVICE: &[&str] = &[r#"+s3:* on * for {"Service":"ec2.amazonaws.com"}"#];

/// 1.3: without an Allow, nothing; with a Deny anywhere, nothing either.
#[test]
fn an_identity_policy_allows_and_any_deny_wins() {
    for (identity, want) in [
        (None, "identity"),
        (Some(OTHER), "identity"),
        (Some(ALLOW), "allow"),
        (Some(ALL), "allow"),
        (Some(DENY), "identity: #1"),
        (Some(&["+* on *", "-s3:Get* on *"][..]), "identity: #2"),
        (Some(&["-s3:Get* on *", "+* on *"]), "identity: #1"),
        (Some(&["-s3:Put* on *", "+* on *"]), "allow"),
    ] {
        let case = Case::get(USER);
        let case = identity.map_or(case.clone(), |statements| case.with(Identity, statements));
        case.check(want);
    }
}

/// 1.2, "Policy variables": without a value an Allow is not granted and a Deny does not apply; a negated operator holds.
#[test]
fn a_variable_without_a_value_neither_allows_nor_denies() {
    let deny_if = |operator: &str| {
        format!(
            r#""Effect":"Deny","Action":"*","Resource":"*","Condition":{{"{operator}":{{"x:k":"${{x:no}}"}}}}"#
        )
    };
    for (statement, want) in [
        ("+s3:* on arn:aws:s3:::${x:no}/*", "identity"),
        ("+s3:* on arn:aws:s3:::${x:no, 'b'}/*", "allow"),
        ("-s3:* on arn:aws:s3:::${x:no}/*", "allow"),
        ("-s3:* on arn:aws:s3:::${x:no, 'b'}/*", "identity: #1"),
        (&deny_if("StringEquals"), "allow"),
        (&deny_if("StringNotEquals"), "identity: #1"),
    ] {
        let statements = [statement, "+* on *"];
        let count = if statement.starts_with('+') { 1 } else { 2 };
        Case::get(USER).with(Identity, &statements[..count]).key("x:k", &["v"]).check(want);
    }
}

/// 1.2, "Policy variables": never in Action, Principal or a condition key; in documents of 2008 nowhere.
#[test]
fn variables_are_text_where_they_are_not_known() {
    let case = || {
        Case::get(USER).key("x:v", &["GetObject"]).key("x:u", &["arn:aws:iam::111111111111:user/team/anna"])
    };
    case().with(Identity, &["+s3:${x:v} on *"]).check("identity");
    case().with(Resource, &[r#"+s3:* on * for {"AWS":"${x:u}"}"#]).check("identity");
    let of_key =
        r#""Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"${x:v}":"GetObject"}}"#;
    case().with(Identity, &[of_key]).check("identity");
    let statement = r#""Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::b/${x:v}"}"#;
    for (version, arn, want) in [
        (r#""Version":"2012-10-17","#, "arn:aws:s3:::b/GetObject", "allow"),
        (r#""Version":"2012-10-17","#, "arn:aws:s3:::b/${x:v}", "identity"),
        (r#""Version":"2008-10-17","#, "arn:aws:s3:::b/GetObject", "identity"),
        (r#""Version":"2008-10-17","#, "arn:aws:s3:::b/${x:v}", "allow"),
        // 5.1: the version of a document without one.
        ("", "arn:aws:s3:::b/${x:v}", "allow"),
    ] {
        let document = Document::parse(format!("{{{version}{statement}}}")).unwrap();
        let mut case = case();
        arn.clone_into(&mut case.arn);
        case.with_set(Identity, set(Kind::Identity, &[document])).check(want);
    }
}

/// 1.2: `Resource` is absent only in trust policies and, of a resource's policy, where it means that resource.
#[test]
fn a_statement_without_resource_is_about_what_it_is_attached_to() {
    let open = r#"+s3:* for "*""#;
    Case::get(USER).with(Resource, &[open]).check("allow");
    Case::get(USER).with(Identity, &["+s3:*"]).check("identity");
    Case::get(USER).with(Identity, &["+* on *", "-s3:*"]).check("allow");
    Case::get(USER).with(Identity, ALL).with(Endpoint, &[open]).check("endpoint");
    Case::get(USER).with(Identity, ALL).with(ResourceControl, &[open]).check("rcp0");
    let document =
        document(&[r#""Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"sts:AssumeRole""#]);
    let mut trust = Case::new(USER, "sts:AssumeRole", "arn:aws:iam::111111111111:role/target");
    trust.rule = PolicyRule::Required;
    trust.with_set(Resource, set(Kind::Trust, &[document])).with(Identity, ALL).check("allow");
}

/// 1.3 and 1.6: of several Allows the one that reaches furthest counts, of several Denys the first is named.
#[test]
fn the_order_of_statements_decides_nothing() {
    let (role, account) = (FOR_ROLE[0], FOR_ACCOUNT[0]);
    Case::get(ROLE).with(Resource, &[account]).check("identity");
    for statements in [[role, account], [account, role]] {
        Case::get(ROLE).with(Resource, &statements).check("allow");
    }
    let (nearer, further) = (account.replacen('+', "-", 1), FOR_ALL[0].replacen('+', "-", 1));
    for statements in [[&*nearer, &*further], [&*further, &*nearer]] {
        Case::get(ROLE).with(Identity, ALL).with(Resource, &statements).check("resource: #1");
    }
}

/// 1.4: a user's own policies are united with those of its groups, and the policies of a session with each other.
#[test]
fn the_policies_of_a_set_are_united() {
    let united = |kind, statements: &[&str]| {
        let documents: Vec<Document> =
            statements.iter().map(|short| document(&[&crate::testing::statement(short)])).collect();
        set(kind, &documents)
    };
    for (statements, want) in [
        (&["+s3:PutObject on *", "+s3:GetObject on *"][..], "allow"),
        (&["+s3:PutObject on *", "+ec2:* on *"], "="),
        (&["+s3:GetObject on *", "-s3:GetObject on *"], "=: #1"),
    ] {
        let identity = Case::get(ROLE).with_set(Identity, united(Kind::Identity, statements));
        identity.check(&want.replace('=', "identity"));
        let session =
            Case::get(ROLE).with(Identity, ALL).with_set(Session, united(Kind::Session, statements));
        session.check(&want.replace('=', "session"));
    }
}

/// 1.3, step 1: a Deny of every gate counts, and the first gate in the order of the decision is named.
#[test]
fn the_first_deny_in_the_order_of_the_gates_is_named() {
    let deny_for_all = &[r#"-s3:Get* on * for "*""#, r#"+* on * for "*""#][..];
    let deny = &["-s3:Get* on *", "+* on *"][..];
    let gates = [
        (ResourceControl, deny_for_all, "rcp0: #1"),
        (ServiceControl, deny, "scp0: #1"),
        (Endpoint, deny_for_all, "endpoint: #1"),
        (Resource, deny_for_all, "resource: #1"),
        (Identity, deny, "identity: #1"),
        (Boundary, deny, "boundary: #1"),
        (Session, deny, "session: #1"),
    ];
    for first in 0..gates.len() {
        let mut case = Case::get(ROLE);
        if first > 4 {
            case = case.with(Identity, ALL);
        }
        for (gate, statements, _) in gates.iter().skip(first) {
            case = case.with(*gate, statements);
        }
        case.check(gates[first].2);
    }
}

/// 6.1: of several implicit denials the first in the order RCP, SCP, endpoint, identity, boundary, session is named.
#[test]
fn the_first_missing_allow_in_the_order_of_the_gates_is_named() {
    let other_for_all = &[r#"+s3:PutObject on * for "*""#][..];
    let gates = [
        (ResourceControl, other_for_all, "rcp0"),
        (ServiceControl, OTHER, "scp0"),
        (Endpoint, other_for_all, "endpoint"),
        (Identity, OTHER, "identity"),
        (Boundary, OTHER, "boundary"),
        (Session, OTHER, "session"),
    ];
    for first in 0..gates.len() {
        let mut case = Case::get(ROLE);
        if first > 3 {
            case = case.with(Identity, ALL);
        }
        for (gate, statements, _) in gates.iter().skip(first) {
            case = case.with(*gate, statements);
        }
        case.check(gates[first].2);
    }
}

/// 1.3, step 0; 3.1: GetCallerIdentity and GetSessionToken are allowed over an explicit Deny.
#[test]
fn some_actions_of_sts_need_no_permission() {
    for (kind, action, identity, want) in [
        (USER, "sts:GetCallerIdentity", &["-* on *"][..], "allow"),
        (USER, "STS:getcalleridentity", &["-* on *"], "allow"),
        (USER, "sts:GetSessionToken", &["+s3:* on *"], "allow"),
        (USER, "sts:GetSessionToken", &["-sts:* on *"], "allow"),
        (CallerKind::Root, "sts:GetSessionToken", &[], "allow"),
        (USER, "sts:GetAccessKeyInfo", &["+s3:* on *"], "identity"),
        (CallerKind::Anonymous, "sts:GetCallerIdentity", &[], "resource"),
        (CallerKind::Anonymous, "sts:GetSessionToken", &[], "resource"),
    ] {
        Case::new(kind, action, "*").with(Identity, identity).check(want);
    }
}

/// 1.3, step 5; 1.4: the root user needs no policy in its account; Denies and the organization's policies bind it.
#[test]
fn the_root_user_needs_no_policy_in_its_own_account() {
    let root = || Case::get(CallerKind::Root);
    root().check("allow");
    root().with(Resource, &[r#"-* on * for "*""#]).check("resource: #1");
    root().with(ServiceControl, OTHER).check("scp0");
    root().with(ServiceControl, &["+* on *", "-s3:* on *"]).check("scp0: #2");
    // A root user of another account is allowed by the resource alone (1.4).
    root().across().check("resource");
    root().across().with(Resource, FOR_ACCOUNT).check("allow");
    for (action, want) in [
        ("s3:PutBucketPolicy", "allow"),
        ("s3:GetBucketPolicy", "allow"),
        ("s3:DeleteBucketPolicy", "allow"),
        ("s3:PutBucketAcl", "resource: #1"),
    ] {
        let lock = &[r#"-s3:* on * for "*""#];
        Case::new(CallerKind::Root, action, "arn:aws:s3:::b").with(Resource, lock).check(want);
        let other = if want == "allow" { "resource: #1" } else { want };
        let admin = Case::new(USER, action, "arn:aws:s3:::b").with(Identity, ALL);
        admin.with(Resource, lock).check(other);
        Case::new(CallerKind::Root, action, "arn:aws:s3:::b").across().with(Resource, lock).check(other);
    }
}

/// 1.3, step 5; 1.4: root's account allows it everything, also by a session, but a session policy narrows that.
#[test]
fn a_session_of_the_root_user_may_what_its_policy_allows() {
    let trust = |statements| {
        let mut case = Case::get(CallerKind::Root).with(Resource, statements);
        case.rule = PolicyRule::Required;
        case
    };
    for (case, session, want) in [
        (Case::get(CallerKind::Root), ALLOW, "allow"),
        (Case::get(CallerKind::Root), OTHER, "session"),
        (Case::get(CallerKind::Root), &[][..], "session"),
        (Case::get(CallerKind::Root), &["+* on *", "-s3:* on *"], "session: #2"),
        (Case::get(CallerKind::Root).with(Resource, FOR_ACCOUNT), OTHER, "session"),
        (Case::get(CallerKind::Root).with(Resource, FOR_ALL), OTHER, "allow"),
        (Case::get(CallerKind::Root).across().with(Resource, FOR_ACCOUNT), ALLOW, "allow"),
        (Case::get(CallerKind::Root).across().with(Resource, FOR_ACCOUNT), OTHER, "session"),
        (Case::get(CallerKind::Root).across(), ALLOW, "resource"),
        (trust(FOR_ACCOUNT), ALLOW, "allow"),
        (trust(FOR_ACCOUNT), OTHER, "session"),
        (trust(FOR_USER), ALLOW, "resource"),
    ] {
        case.with(Session, session).check(want);
    }
}

/// 1.3, step 7; 1.4; 1.6: how far a resource policy's grant reaches within one account.
#[test]
fn a_resource_policy_of_the_own_account_reaches_as_far_as_it_names() {
    for (kind, resource, limit, want) in [
        (USER, FOR_USER, None, "allow"),
        (USER, FOR_USER, Some(Boundary), "allow"),
        (USER, FOR_ACCOUNT, None, "identity"),
        (USER, FOR_ROLE, None, "identity"),
        (USER, FOR_ALL, Some(Boundary), "allow"),
        (ROLE, FOR_ROLE, None, "allow"),
        (ROLE, FOR_ROLE, Some(Boundary), "boundary"),
        (ROLE, FOR_ROLE, Some(Session), "session"),
        (ROLE, FOR_SESSION, Some(Boundary), "allow"),
        (ROLE, FOR_SESSION, Some(Session), "allow"),
        (ROLE, FOR_ALL, Some(Session), "allow"),
        (ROLE, FOR_ACCOUNT, None, "identity"),
        (ROLE, FOR_USER, None, "identity"),
        (FEDERATED, FOR_GUEST, Some(Session), "allow"),
        (FEDERATED, FOR_USER, None, "allow"),
        (FEDERATED, FOR_USER, Some(Session), "session"),
        (FEDERATED, FOR_USER, Some(Boundary), "boundary"),
        (FEDERATED, FOR_ACCOUNT, None, "identity"),
    ] {
        let case = Case::get(kind).with(Resource, resource);
        limit.map_or(case.clone(), |gate| case.with(gate, OTHER)).check(want);
    }
    // The statement that reaches furthest counts, wherever it stands.
    let both = [FOR_ACCOUNT[0], FOR_ROLE[0], FOR_SESSION[0]];
    Case::get(ROLE).with(Resource, &both).with(Session, OTHER).check("allow");
}

/// 1.3, step 7; 1.4: boundary and session only limit; sessions are intersected with the identity policies.
#[test]
fn boundary_and_session_never_grant() {
    for (identity, boundary, session, want) in [
        (OTHER, ALL, ALL, "identity"),
        (ALL, ALLOW, ALLOW, "allow"),
        (ALL, OTHER, ALLOW, "boundary"),
        (ALL, ALLOW, OTHER, "session"),
        (ALL, ALLOW, &[][..], "session"),
    ] {
        Case::get(ROLE).with(Identity, identity).with(Boundary, boundary).with(Session, session).check(want);
    }
}

/// 1.3, step 8: across accounts both sides have to allow, and naming the session waives nothing.
#[test]
fn across_accounts_both_sides_allow() {
    for (kind, resource, identity, limit, want) in [
        (USER, None, Some(ALL), None, "resource"),
        (USER, Some(FOR_USER), None, None, "identity"),
        (USER, Some(FOR_USER), Some(ALL), None, "allow"),
        (USER, Some(FOR_ACCOUNT), Some(ALL), None, "allow"),
        (USER, Some(FOR_ACCOUNT), Some(OTHER), None, "identity"),
        (USER, Some(FOR_ALL), Some(ALL), None, "allow"),
        (USER, Some(FOR_USER), Some(ALL), Some(Boundary), "boundary"),
        (ROLE, Some(FOR_SESSION), Some(ALL), Some(Session), "session"),
        (ROLE, Some(FOR_SESSION), Some(ALL), Some(Boundary), "boundary"),
        (ROLE, Some(FOR_ROLE), Some(ALL), None, "allow"),
        (FEDERATED, Some(FOR_GUEST), Some(ALL), Some(Session), "session"),
    ] {
        let mut case = Case::get(kind).across();
        for (gate, statements) in [(Resource, resource), (Identity, identity), (Boundary, None)] {
            case = statements.map_or(case.clone(), |statements| case.with(gate, statements));
        }
        limit.map_or(case.clone(), |gate| case.with(gate, OTHER)).check(want);
    }
}

/// 1.3, step 6: services, federated callers and nobody are allowed by the resource alone.
#[test]
fn callers_without_account_are_allowed_by_the_resource_alone() {
    let for_oidc =
        &[r#"+s3:* on * for {"Federated":"arn:aws:iam::111111111111:oidc-provider/oidc.example.com/id/1"}"#]
            [..];
    for (kind, resource, want) in [
        (SERVICE, None, "resource"),
        (SERVICE, Some(FOR_SERVICE), "allow"),
        (SERVICE, Some(FOR_ALL), "allow"),
        (SERVICE, Some(FOR_ACCOUNT), "resource"),
        (OIDC, Some(for_oidc), "allow"),
        (OIDC, Some(FOR_SERVICE), "resource"),
        (CallerKind::Anonymous, Some(FOR_ALL), "allow"),
        (CallerKind::Anonymous, Some(FOR_ACCOUNT), "resource"),
        (CallerKind::Anonymous, None, "resource"),
    ] {
        let case = Case::get(kind).with(Identity, ALL);
        resource.map_or(case.clone(), |statements| case.with(Resource, statements)).check(want);
    }
    let denied = Case::get(SERVICE).with(Resource, &[FOR_SERVICE[0], r#"-s3:Get* on * for "*""#]);
    denied.check("resource: #2");
    // They have no policies of their own.
    Case::get(SERVICE).with(Resource, FOR_SERVICE).with(Identity, DENY).check("allow");
}

/// Section 2: access control lists are one more source of Allow, and an object of another account's heeds no grant of
/// the bucket's policy.
#[test]
fn access_control_lists_grant_too() {
    for (kind, across, granted, want) in [
        (CallerKind::Anonymous, false, Some(Reach::Direct), "allow"),
        (CallerKind::Anonymous, false, None, "resource"),
        (USER, true, Some(Reach::Account), "allow"),
        (USER, true, None, "resource"),
    ] {
        let mut case = Case::get(kind).with(Identity, ALL);
        case.granted = granted;
        let case = if across { case.across() } else { case };
        case.check(want);
    }
    let mut case = Case::get(USER).across().with(Identity, ALL).with(Resource, FOR_USER);
    case.rule = PolicyRule::OnlyDenies;
    case.check("resource");
    case.granted = Some(Reach::Account);
    case.check("allow");
    case.with(Resource, &[]).with(Identity, &[]).check("allow");
    let mut denied = Case::get(USER).with(Identity, ALL).with(Resource, &[r#"-s3:* on * for "*""#]);
    denied.rule = PolicyRule::OnlyDenies;
    denied.check("resource: #1");
}

/// 1.8: a trust policy has to allow, whatever the caller's own policies say.
#[test]
fn a_trust_policy_is_more_than_additive() {
    let trust = |kind, resource: &[&str]| {
        let mut case = Case::new(kind, "sts:AssumeRole", "arn:aws:iam::111111111111:role/target");
        case.rule = PolicyRule::Required;
        case.with(Resource, resource)
    };
    let by = |principal: &str| format!(r#"+sts:AssumeRole for {principal}"#);
    let account = by(r#"{"AWS":"arn:aws:iam::111111111111:root"}"#);
    let user = by(r#"{"AWS":"arn:aws:iam::111111111111:user/team/anna"}"#);
    let role = by(r#"{"AWS":"arn:aws:iam::111111111111:role/app/reader"}"#);
    let service = by(r#"{"Service":"ec2.amazonaws.com"}"#);
    // 1.4: a Deny of the trust policy stops it too.
    let denied = account.replace('+', "-");
    for (kind, resource, identity, want) in [
        (USER, &account, Some(ALL), "allow"),
        (USER, &account, Some(OTHER), "identity"),
        (USER, &account, Some(&["-sts:* on *"][..]), "identity: #1"),
        (USER, &user, Some(OTHER), "allow"),
        (USER, &service, Some(ALL), "resource"),
        (USER, &denied, Some(ALL), "resource: #1"),
        (ROLE, &role, Some(OTHER), "allow"),
        (ROLE, &user, Some(ALL), "resource"),
        (SERVICE, &service, None, "allow"),
        (SERVICE, &account, None, "resource"),
        // A root user's account has to be named.
        (CallerKind::Root, &account, None, "allow"),
        (CallerKind::Root, &user, None, "resource"),
    ] {
        let case = trust(kind, &[resource]);
        identity.map_or(case.clone(), |statements| case.with(Identity, statements)).check(want);
    }
    let limited = trust(ROLE, &[&role]).with(Boundary, OTHER);
    limited.check("boundary");
    // A KMS key without a policy belongs to nobody.
    let mut key =
        Case::new(USER, "kms:Decrypt", "arn:aws:kms:us-east-1:111111111111:key/1").with(Identity, ALL);
    key.rule = PolicyRule::Required;
    key.check("resource");
}

/// 1.3, steps 2 and 3; 1.4: each level allows; whom the organization's policies do not bind.
#[test]
fn every_level_of_an_organization_allows() {
    let all = &[r#"+* on * for "*""#][..];
    let other = &[r#"+s3:PutObject on * for "*""#][..];
    let member = |kind, gate, levels: &[&[&str]]| {
        levels.iter().fold(Case::get(kind).with(Identity, ALL), |case, level| case.with(gate, level))
    };
    for (gate, name) in [(ServiceControl, "scp"), (ResourceControl, "rcp")] {
        member(USER, gate, &[all, all, all]).check("allow");
        member(USER, gate, &[all, other, other]).check(&format!("{name}1"));
        member(USER, gate, &[all, all, &[]]).check(&format!("{name}2"));
        member(USER, gate, &[all, all, &[all[0], r#"-s3:* on * for "*""#]]).check(&format!("{name}2: #2"));
        member(LINKED, gate, &[other]).check("allow");
        let mut management = member(USER, gate, &[other]);
        management.management = true;
        management.check("allow");
        member(CallerKind::Root, gate, &[all, other]).check(&format!("{name}1"));
    }
    // Service control policies are about callers of the account only.
    for kind in [SERVICE, CallerKind::Anonymous] {
        let open = Case::get(kind).with(Resource, FOR_ALL);
        open.clone().with(ServiceControl, OTHER).check("allow");
        open.with(ResourceControl, other).check("rcp0");
    }
    // Resource control policies know some services only.
    let route53 = Case::new(USER, "route53:GetHostedZone", "arn:aws:route53:::hostedzone/Z");
    route53.clone().with(Identity, ALL).with(ResourceControl, other).check("allow");
    route53.with(Identity, ALL).with(ServiceControl, OTHER).check("scp0");
}

/// 1.3, step 4.
#[test]
fn the_policy_of_a_vpc_endpoint_allows_too() {
    for (endpoint, want) in [
        (&[r#"+* on * for "*""#][..], "allow"),
        (&[r#"+s3:Put* on * for "*""#], "endpoint"),
        (&[r#"+* on * for {"AWS":"222222222222"}"#], "endpoint"),
        (&[r#"+* on * for "*""#, r#"-* on arn:aws:s3:::b/* for "*""#], "endpoint: #2"),
    ] {
        Case::get(USER).with(Identity, ALL).with(Endpoint, endpoint).check(want);
    }
}
