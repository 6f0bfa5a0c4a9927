//! Who may assume what, where policies are enforced. Source of each row: IAM user guide, "Policy evaluation logic"
//! and "How to use trust policies"; the sentence names the gate that denies.

use super::{World, arn, role, root, tag};
use crate::error::Refusal;
use base::{AccountId, Timestamp};
use ports::{Caller, CallerKind, FederatedBy, IamMode, Session, SessionPolicies};
use shapes_iam as iam;
use shapes_sts as sts;
use std::sync::Arc;

/// A statement that lets somebody do something.
fn statement(effect: &str, principal: &str, action: &str, rest: &str) -> String {
    format!(r#"{{"Effect":"{effect}","Principal":{principal},"Action":{action}{rest}}}"#)
}

fn trust(statements: &[String]) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","))
}

const ACCOUNT: &str = r#"{"AWS":"000000000000"}"#;
const ANNA: &str = r#"{"AWS":"arn:aws:iam::000000000000:user/anna"}"#;
const EVERYBODY: &str = r#"{"AWS":"*"}"#;
const ASSUME: &str = r#""sts:AssumeRole""#;
const ALLOWED: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:*","Resource":"*"}]}"#;
const FORBIDDEN: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:*","Resource":"*"},{"Effect":"Deny","Action":"sts:AssumeRole","Resource":"*"}]}"#;

impl World {
    /// A user of that name, as a caller.
    fn user(&self, name: &str, policy: Option<&str>) -> Caller {
        let create =
            iam::CreateUserRequest { user_name: Some(name.to_owned()), ..iam::CreateUserRequest::default() };
        let made = self.local.call::<iam::CreateUser>(create).unwrap().user.unwrap();
        if let Some(policy) = policy {
            let put = iam::PutUserPolicyRequest {
                user_name: Some(name.to_owned()),
                policy_name: Some("p".to_owned()),
                policy_document: Some(policy.to_owned()),
            };
            self.local.call::<iam::PutUserPolicy>(put).unwrap();
        }
        Caller {
            account: AccountId::DEFAULT,
            access_key_id: None,
            kind: CallerKind::User { path_and_name: format!("/{name}"), unique_id: made.user_id.unwrap() },
            session: None,
        }
    }

    fn enforce(&self) {
        self.local.world().iam.set(IamMode::Enforce);
    }

    /// The end of the sentence by which `caller` is denied the role `target`; `None` where it is not.
    #[track_caller]
    fn verdict(&self, caller: &Caller, input: sts::AssumeRoleRequest) -> Option<String> {
        let action_and_rest = self.assume(caller, input).map(|_| ()).err()?;
        assert_eq!((action_and_rest.status, action_and_rest.code.as_ref()), (403, "AccessDenied"));
        let sentence = action_and_rest.message.unwrap();
        let (_, end) = sentence.split_once("is not authorized to perform: ").unwrap_or(("", &sentence));
        Some(end.replace(&format!(" on resource: {}", arn("target")), ""))
    }
}

#[test]
fn trust_and_the_callers_own_policies() {
    let explicit = |noun: &str| Some(format!("sts:AssumeRole with an explicit deny in {noun}"));
    let nobody = Some("sts:AssumeRole".to_owned());
    let not_itself =
        Some("sts:AssumeRole because no identity-based policy allows the sts:AssumeRole action".to_owned());
    let allow = |principal| statement("Allow", principal, ASSUME, "");
    for (what, statements, own, want) in [
        ("an account delegates", vec![allow(ACCOUNT)], None, not_itself.clone()),
        ("an account delegates to who may", vec![allow(ACCOUNT)], Some(ALLOWED), None),
        ("a user who is named needs no more", vec![allow(ANNA)], None, None),
        ("everybody", vec![allow(EVERYBODY)], None, None),
        (
            "another user",
            vec![allow(r#"{"AWS":"arn:aws:iam::000000000000:user/bob"}"#)],
            Some(ALLOWED),
            nobody.clone(),
        ),
        ("a service", vec![allow(r#"{"Service":"ec2.amazonaws.com"}"#)], Some(ALLOWED), nobody.clone()),
        (
            "another action",
            vec![statement("Allow", ANNA, r#""sts:TagSession""#, "")],
            Some(ALLOWED),
            nobody.clone(),
        ),
        (
            "trust denies",
            vec![allow(ANNA), statement("Deny", ANNA, ASSUME, "")],
            Some(ALLOWED),
            explicit("a resource-based policy"),
        ),
        ("its own policy denies", vec![allow(ANNA)], Some(FORBIDDEN), explicit("an identity-based policy")),
    ] {
        let world = World::new(&[]);
        world.user("bob", None);
        let anna = world.user("anna", own);
        world.trusting("target", &trust(&statements));
        // Nothing is evaluated where nothing is enforced.
        for mode in [IamMode::Off, IamMode::Audit] {
            world.local.world().iam.set(mode);
            assert_eq!(world.verdict(&anna, role("target")), None, "{what}");
        }
        world.enforce();
        assert_eq!(world.verdict(&anna, role("target")), want, "{what}");
    }
}

#[test]
fn root_assumes_nothing() {
    let world = World::new(&["target"]);
    world.enforce();
    super::refused(world.assume(&root(), role("target")), &Refusal::Root);
}

/// The confused deputy: whoever is trusted for others has to say for whom.
#[test]
fn conditions_of_trust_hold() {
    let condition = |text: &str| format!(r#","Condition":{{{text}}}"#);
    let external = condition(r#""StringEquals":{"sts:ExternalId":"c-17"}"#);
    let mfa = condition(r#""Bool":{"aws:MultiFactorAuthPresent":"true"}"#);
    let named = condition(r#""StringLike":{"sts:RoleSessionName":"${aws:username}-*"}"#);
    let short = condition(r#""NumericLessThanEquals":{"sts:DurationSeconds":"1800"}"#);
    let tagged = condition(
        r#""StringEquals":{"aws:RequestTag/Team":"blue"},"ForAllValues:StringEquals":{"aws:TagKeys":["Team"]}"#,
    );
    let with = |change: &dyn Fn(&mut sts::AssumeRoleRequest)| {
        let mut input = role("target");
        change(&mut input);
        input
    };
    for (what, rest, input, is_allowed) in [
        ("no external id", &external, role("target"), false),
        ("a wrong one", &external, with(&|input| input.external_id = Some("c-18".to_owned())), false),
        ("the right one", &external, with(&|input| input.external_id = Some("c-17".to_owned())), true),
        ("no device", &mfa, role("target"), false),
        ("a session of another name", &named, role("target"), false),
        (
            "of the user's name",
            &named,
            with(&|input| input.role_session_name = Some("anna-1".to_owned())),
            true,
        ),
        ("a length that is not given", &short, role("target"), false),
        ("a short one", &short, with(&|input| input.duration_seconds = Some(1800)), true),
        ("a long one", &short, with(&|input| input.duration_seconds = Some(1801)), false),
        (
            "a tag that is asked for",
            &tagged,
            with(&|input| input.tags = Some(vec![tag("Team", "blue")])),
            true,
        ),
        ("another value", &tagged, with(&|input| input.tags = Some(vec![tag("Team", "red")])), false),
        (
            "another tag beside it",
            &tagged,
            with(&|input| input.tags = Some(vec![tag("Team", "blue"), tag("x", "y")])),
            false,
        ),
    ] {
        let world = World::new(&[]);
        let anna = world.user("anna", None);
        world.trusting(
            "target",
            &trust(&[statement("Allow", ANNA, r#"["sts:AssumeRole","sts:TagSession"]"#, rest)]),
        );
        world.enforce();
        let verdict = world.verdict(&anna, input);
        assert_eq!(verdict.is_none(), is_allowed, "{what}: {verdict:?}");
    }
}

#[test]
fn a_device_counts_for_the_roles_of_its_session() {
    let rest = r#","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"},"NumericLessThan":{"aws:MultiFactorAuthAge":"60"}}"#;
    let world = World::new(&[]);
    let anna = world.user("anna", None);
    world.trusting("target", &trust(&[statement("Allow", ANNA, ASSUME, rest)]));
    world.enforce();
    let session = |mfa_at: Option<Timestamp>| {
        let session = Session {
            issued_at: testkit::START,
            expires_at: testkit::START.plus_millis(3_600_000),
            mfa_at,
            ..Session::default()
        };
        Caller { session: Some(Arc::new(session)), ..anna.clone() }
    };
    assert!(world.verdict(&session(None), role("target")).is_some());
    assert_eq!(world.verdict(&session(Some(testkit::START)), role("target")), None);
    assert!(world.verdict(&session(Some(testkit::START.plus_millis(-60_000))), role("target")).is_some());
}

#[test]
fn tags_and_source_identity_are_permissions_of_their_own() {
    let world = World::new(&[]);
    let anna = world.user("anna", None);
    world.trusting("target", &trust(&[statement("Allow", ANNA, ASSUME, "")]));
    world.enforce();
    let tags = sts::AssumeRoleRequest { tags: Some(vec![tag("Team", "blue")]), ..role("target") };
    assert_eq!(world.verdict(&anna, tags).as_deref(), Some("sts:TagSession"));
    let identity = sts::AssumeRoleRequest { source_identity: Some("anna".to_owned()), ..role("target") };
    assert_eq!(world.verdict(&anna, identity).as_deref(), Some("sts:SetSourceIdentity"));
    assert_eq!(world.verdict(&anna, role("target")), None);
}

#[test]
fn somebody_made_again_is_somebody_else() {
    let world = World::new(&[]);
    let anna = world.user("anna", None);
    world.trusting("target", &trust(&[statement("Allow", ANNA, ASSUME, "")]));
    let delete = iam::DeleteUserRequest { user_name: Some("anna".to_owned()) };
    world.local.call::<iam::DeleteUser>(delete).unwrap();
    let other = world.user("anna", Some(ALLOWED));
    world.enforce();
    assert_ne!(anna.kind, other.kind);
    assert_eq!(world.verdict(&other, role("target")).as_deref(), Some("sts:AssumeRole"));
}

#[test]
fn boundaries_and_session_policies_limit() {
    let world = World::new(&[]);
    let anna = world.user("anna", Some(ALLOWED));
    world.trusting("target", &trust(&[statement("Allow", ACCOUNT, ASSUME, "")]));
    world.trusting("first", &trust(&[statement("Allow", EVERYBODY, ASSUME, "")]));
    let put = iam::PutRolePolicyRequest {
        role_name: Some("first".to_owned()),
        policy_name: Some("p".to_owned()),
        policy_document: Some(ALLOWED.to_owned()),
    };
    world.local.call::<iam::PutRolePolicy>(put).unwrap();
    world.enforce();
    let open = |policy: Option<&str>| {
        let input = sts::AssumeRoleRequest { policy: policy.map(str::to_owned), ..role("first") };
        world.caller(world.assume(&anna, input).unwrap().credentials)
    };
    assert_eq!(world.verdict(&open(None), role("target")), None);
    assert_eq!(world.verdict(&open(Some(ALLOWED)), role("target")), None);
    assert_eq!(
        world.verdict(&open(Some(super::DOCUMENT)), role("target")).as_deref(),
        Some("sts:AssumeRole because no session policy allows the sts:AssumeRole action")
    );
    // Each narrowing counts: the second set allows what the first did not.
    let first = open(Some(super::DOCUMENT));
    let session = first.session.as_deref().unwrap();
    let mut policies = session.policies.clone();
    policies.push(SessionPolicies { inline: Some(ALLOWED.to_owned()), arns: Vec::new() });
    let session = Some(Arc::new(Session { policies, ..session.clone() }));
    let twice = Caller { session, ..first.clone() };
    assert!(world.verdict(&twice, role("target")).is_some());
    let bound = iam::PutUserPermissionsBoundaryRequest {
        user_name: Some("anna".to_owned()),
        permissions_boundary: Some("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess".to_owned()),
    };
    world.local.call::<iam::PutUserPermissionsBoundary>(bound).unwrap();
    assert_eq!(
        world.verdict(&anna, role("target")).as_deref(),
        Some("sts:AssumeRole because no permissions boundary allows the sts:AssumeRole action")
    );
    // A federated user assumes nothing, whatever its user may.
    let CallerKind::User { path_and_name, unique_id } = anna.kind.clone() else { panic!() };
    let federated_by = Some(FederatedBy { path_and_name, unique_id });
    let session = Session { federated_by, policies: vec![], ..Session::default() };
    let bob = Caller {
        kind: CallerKind::FederatedUser { name: "bob".to_owned() },
        session: Some(Arc::new(session)),
        ..anna
    };
    assert!(world.verdict(&bob, role("target")).is_some());
}

/// Another account: both sides have to allow.
#[test]
fn across_accounts_both_sides_allow() {
    let stranger: AccountId = "111111111111".parse().unwrap();
    let world = World::new(&[]);
    let cx = world.local.cx(Caller::root(stranger, None), "us-east-1");
    let create = iam::CreateUserRequest { user_name: Some("carl".to_owned()), ..Default::default() };
    let made = world.local.call_with::<iam::CreateUser>(&cx, create).unwrap().user.unwrap();
    let carl = Caller {
        account: stranger,
        access_key_id: None,
        kind: CallerKind::User { path_and_name: "/carl".to_owned(), unique_id: made.user_id.unwrap() },
        session: None,
    };
    let carls = r#"{"AWS":"arn:aws:iam::111111111111:user/carl"}"#;
    world.trusting("target", &trust(&[statement("Allow", carls, ASSUME, "")]));
    world.enforce();
    assert_eq!(
        world.verdict(&carl, role("target")).as_deref(),
        Some("sts:AssumeRole because no identity-based policy allows the sts:AssumeRole action")
    );
    let put = iam::PutUserPolicyRequest {
        user_name: Some("carl".to_owned()),
        policy_name: Some("p".to_owned()),
        policy_document: Some(ALLOWED.to_owned()),
    };
    world.local.call_with::<iam::PutUserPolicy>(&cx, put).unwrap();
    assert_eq!(world.verdict(&carl, role("target")), None);
    world.trusting("closed", &trust(&[statement("Allow", ACCOUNT, ASSUME, "")]));
    assert!(world.verdict(&carl, role("closed")).is_some());
}

/// IRSA: who shows a token is trusted by issuer, audience and subject. Source: EKS user guide, "IAM roles for service
/// accounts".
#[test]
fn a_role_trusts_a_provider_under_conditions() {
    let world = World::new(&[]);
    let enabled = world.local.call::<iam::EnableOutboundWebIdentityFederation>(shape::Empty {}).unwrap();
    let issuer = enabled.issuer_identifier.unwrap();
    let host = issuer.strip_prefix("https://").unwrap();
    let create = iam::CreateOpenIDConnectProviderRequest {
        url: Some(issuer.clone()),
        client_id_list: Some(vec!["sts.amazonaws.com".to_owned()]),
        ..Default::default()
    };
    world.local.call::<iam::CreateOpenIDConnectProvider>(create).unwrap();
    let anna = world.user("anna", None);
    let ask = sts::GetWebIdentityTokenRequest {
        audience: Some(vec!["sts.amazonaws.com".to_owned()]),
        signing_algorithm: Some("ES384".to_owned()),
        ..Default::default()
    };
    let token = world.call::<sts::GetWebIdentityToken>(&anna, ask).unwrap().web_identity_token.unwrap();
    let subject = "arn:aws:iam::000000000000:user/anna";
    let action = r#""sts:AssumeRoleWithWebIdentity""#;
    let provider = format!(r#"{{"Federated":"arn:aws:iam::000000000000:oidc-provider/{host}"}}"#);
    let other = r#"{"Federated":"arn:aws:iam::000000000000:oidc-provider/other.example"}"#;
    let equals =
        |key: &str, value: &str| format!(r#","Condition":{{"StringEquals":{{"{host}:{key}":"{value}"}}}}"#);
    world.enforce();
    for (index, (what, statements, is_allowed)) in [
        ("the provider", vec![statement("Allow", &provider, action, "")], true),
        ("its subject", vec![statement("Allow", &provider, action, &equals("sub", subject))], true),
        (
            "its audience",
            vec![statement("Allow", &provider, action, &equals("aud", "sts.amazonaws.com"))],
            true,
        ),
        ("another subject", vec![statement("Allow", &provider, action, &equals("sub", "other"))], false),
        ("another audience", vec![statement("Allow", &provider, action, &equals("aud", "other"))], false),
        ("another provider", vec![statement("Allow", other, action, "")], false),
        ("another action", vec![statement("Allow", &provider, ASSUME, "")], false),
        ("an account", vec![statement("Allow", ACCOUNT, action, "")], false),
        (
            "a denial",
            vec![
                statement("Allow", &provider, action, ""),
                statement("Deny", &provider, action, &equals("sub", subject)),
            ],
            false,
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("pod{index}");
        world.trusting(&name, &trust(&statements));
        let input = sts::AssumeRoleWithWebIdentityRequest {
            role_arn: Some(arn(&name)),
            role_session_name: Some("s1".to_owned()),
            web_identity_token: Some(token.clone()),
            ..Default::default()
        };
        let answer = world.call::<sts::AssumeRoleWithWebIdentity>(&Caller::anonymous(), input);
        if is_allowed {
            let session = world.caller(answer.unwrap().credentials).session.unwrap();
            assert_eq!(
                session.provider.as_deref(),
                Some(&*format!("arn:aws:iam::000000000000:oidc-provider/{host}"))
            );
            let sub = session.context.iter().find(|(key, _)| *key == format!("{host}:sub"));
            assert_eq!(sub.map(|(_, values)| values.join(" ")).as_deref(), Some(subject), "{what}");
        } else {
            super::refused(answer, &Refusal::NotAuthorized("sts:AssumeRoleWithWebIdentity"));
        }
    }
}
