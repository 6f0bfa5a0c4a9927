//! Whom a policy names, and how: principals of every kind, those that are spared, and ids that are pinned.

use super::ALL;
use crate::compile::Kind;
use crate::decide::CallerKind;
use crate::decide::Gate::{Boundary, Identity, Resource};
use crate::testing::{A, B, Case, FEDERATED, OIDC, ROLE, SERVICE, USER};

/// 1.6: who is named how.
#[test]
fn principals_of_every_kind() {
    let for_principal = |kind, principal: &str| {
        let account = if kind == CallerKind::Anonymous { "" } else { A };
        let mut case = Case::get(kind).across().with(Identity, ALL);
        case.account = if kind.has_account() { account } else { "" };
        match case.with(Resource, &[&format!("+s3:* on * for {principal}")]).outcome().as_str() {
            "allow" => true,
            "resource" => false,
            other => panic!("{principal} {kind:?}: {other}"),
        }
    };
    let user_id = r#"{"AWS":"AIDAANNA000000000"}"#;
    let role_id = r#"{"AWS":"AROAREADER0000000"}"#;
    for (principal, fitting) in [
        (r#""*""#, &[USER, ROLE, FEDERATED, SERVICE, OIDC, CallerKind::Root, CallerKind::Anonymous][..]),
        (r#"{"AWS":"*"}"#, &[USER, ROLE, FEDERATED, SERVICE, OIDC, CallerKind::Root, CallerKind::Anonymous]),
        (r#"{"AWS":"111111111111"}"#, &[USER, ROLE, FEDERATED, CallerKind::Root]),
        (r#"{"AWS":"arn:aws:iam::111111111111:root"}"#, &[USER, ROLE, FEDERATED, CallerKind::Root]),
        (r#"{"AWS":"222222222222"}"#, &[]),
        (r#"{"AWS":["222222222222","111111111111"]}"#, &[USER, ROLE, FEDERATED, CallerKind::Root]),
        (r#"{"CanonicalUser":"c0ffee"}"#, &[USER, ROLE, FEDERATED, CallerKind::Root]),
        (r#"{"CanonicalUser":"decaf"}"#, &[]),
        (r#"{"AWS":"arn:aws:iam::111111111111:user/team/anna"}"#, &[USER, FEDERATED]),
        // The path belongs to the name.
        (r#"{"AWS":"arn:aws:iam::111111111111:user/anna"}"#, &[]),
        (r#"{"AWS":"arn:aws:iam::111111111111:user/team/*"}"#, &[]),
        (r#"{"AWS":"arn:aws:iam::111111111111:role/app/reader"}"#, &[ROLE]),
        (r#"{"AWS":"arn:aws:sts::111111111111:assumed-role/reader/s1"}"#, &[ROLE]),
        (r#"{"AWS":"arn:aws:sts::111111111111:assumed-role/reader/s2"}"#, &[]),
        (r#"{"AWS":"arn:aws:sts::111111111111:federated-user/guest"}"#, &[FEDERATED]),
        (user_id, &[USER, FEDERATED]),
        (role_id, &[ROLE]),
        (r#"{"Service":"ec2.amazonaws.com"}"#, &[SERVICE]),
        (r#"{"Service":"ec2.us-east-1.amazonaws.com"}"#, &[SERVICE]),
        (r#"{"Service":"eks.amazonaws.com"}"#, &[]),
        (r#"{"Service":"*"}"#, &[SERVICE]),
        (r#"{"Federated":"arn:aws:iam::111111111111:oidc-provider/oidc.example.com/id/1"}"#, &[OIDC]),
        (r#"{"Federated":"*"}"#, &[OIDC]),
        (r#"{"Federated":"accounts.google.com"}"#, &[]),
        (r#"{"Person":"*"}"#, &[]),
        (r#"{"AWS":"anna"}"#, &[]),
    ] {
        for kind in [USER, ROLE, FEDERATED, SERVICE, OIDC, CallerKind::Root, CallerKind::Anonymous] {
            assert_eq!(for_principal(kind, principal), fitting.contains(&kind), "{principal} {kind:?}");
        }
    }
    // A caller without a name, as a simulation may have it, is not named by an empty text.
    let mut nameless = Case::get(CallerKind::User { arn: "", unique_id: "" });
    nameless.account = "";
    nameless.with(Resource, &[r#"+s3:* on * for {"AWS":""}"#]).with(Identity, ALL).check("resource");
    let mut saml = Case::get(CallerKind::Saml { provider: "arn:aws:iam::111111111111:saml-provider/idp" });
    saml = saml
        .with(Resource, &[r#"+s3:* on * for {"Federated":"arn:aws:iam::111111111111:saml-provider/idp"}"#]);
    saml.check("allow");
}

/// 1.6, NotPrincipal; open point 1; 1.4: whoever has a boundary is denied.
#[test]
fn not_principal_spares_whom_it_lists_with_the_account() {
    let account = r#""arn:aws:iam::111111111111:root""#;
    let user = r#""arn:aws:iam::111111111111:user/team/anna""#;
    let role = r#""arn:aws:iam::111111111111:role/app/reader""#;
    let session = r#""arn:aws:sts::111111111111:assumed-role/reader/s1""#;
    let denied = "resource: #1";
    let not = |effect: &str, principals: &str| {
        format!(r#""Effect":"{effect}","NotPrincipal":{principals},"Action":"*","Resource":"*""#)
    };
    for (kind, listed, want) in [
        (USER, format!("[{account},{user}]"), "allow"),
        (USER, format!("[{user}]"), denied),
        (USER, format!("[{account}]"), denied),
        (USER, format!("[{account},{role}]"), denied),
        (ROLE, format!("[{account},{role},{session}]"), "allow"),
        (ROLE, format!("[{account},{session}]"), "allow"),
        (ROLE, format!("[{account}]"), denied),
        (CallerKind::Root, format!("[{account}]"), "allow"),
        (CallerKind::Root, format!("[{user}]"), denied),
        (USER, r#""*""#.to_owned(), "allow"),
        (CallerKind::Anonymous, format!("[{account},{user}]"), denied),
        (SERVICE, format!("[{account}]"), denied),
    ] {
        let deny = not("Deny", &format!(r#"{{"AWS":{listed}}}"#));
        let case = Case::get(kind).with(Identity, ALL).with(Resource, &[&deny, r#"+s3:* on * for "*""#]);
        case.check(want);
        case.with(Boundary, ALL).check(denied);
    }
    let service = not("Deny", r#"{"Service":"ec2.amazonaws.com"}"#);
    Case::get(SERVICE).with(Resource, &[&service, r#"+s3:* on * for "*""#]).check("allow");
    let provider =
        not("Deny", r#"{"Federated":"arn:aws:iam::111111111111:oidc-provider/oidc.example.com/id/1"}"#);
    Case::get(OIDC).with(Resource, &[&provider, r#"+s3:* on * for "*""#]).check("allow");
    // With Allow it is not supported.
    let allow = not("Allow", &format!(r#"{{"AWS":[{user}]}}"#));
    Case::get(ROLE).with(Resource, &[&allow]).check("identity");
    Case::get(ROLE).across().with(Identity, ALL).with(Resource, &[&allow]).check("resource");
}

/// 1.6: a principal made again under the same name is somebody else.
#[test]
fn principals_are_pinned_to_their_unique_ids() {
    use crate::compile::{Attached, Policy, PolicySet, Source};
    for (kind, arn, id, want) in [
        (USER, "arn:aws:iam::111111111111:user/team/anna", Some("AIDAANNA000000000"), "allow"),
        (USER, "arn:aws:iam::111111111111:user/team/anna", Some("AIDAOTHER00000000"), "identity"),
        (USER, "arn:aws:iam::111111111111:user/team/anna", None, "allow"),
        // Renamed since, but the same.
        (USER, "arn:aws:iam::111111111111:user/anna", Some("AIDAANNA000000000"), "allow"),
        (ROLE, "arn:aws:iam::111111111111:role/app/reader", Some("AROAREADER0000000"), "allow"),
        (ROLE, "arn:aws:iam::111111111111:role/app/reader", Some("AROAOTHER00000000"), "identity"),
        (FEDERATED, "arn:aws:iam::111111111111:user/team/anna", Some("AIDAOTHER00000000"), "identity"),
    ] {
        let statement =
            format!(r#""Effect":"Allow","Principal":{{"AWS":"{arn}"}},"Action":"*","Resource":"*""#);
        let document = crate::testing::document(&[&statement]);
        let policy = Policy::compile(&document, Kind::Resource, &|asked| {
            assert_eq!(asked, arn);
            id.map(str::to_owned)
        });
        let attached = Attached { policy: policy.into(), source: Source::inline("p") };
        let set = PolicySet::new(vec![attached]);
        Case::get(kind).with_set(Resource, set).check(want);
    }
}

/// A resource's account decides, not its ARN.
#[test]
fn accounts_are_compared_by_id() {
    let mut case = Case::get(USER).with(Identity, ALL);
    case.owner = B;
    case.check("resource");
    case.account = B;
    case.check("allow");
}
