//! STS in process: what is refused, what a session carries, and which tokens are taken.

mod trust;

use crate::error::Refusal;
use crate::neighbours::nowhere;
use base::{AccountId, Timestamp};
use ports::{Caller, Credentials, Found, IamMode, Issuers, Session};
use shape::Operation;
use shapes_iam as iam;
use shapes_sts as sts;
use std::sync::Arc;
use testkit::Local;
use wire::Fault;

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}"#;
const DOCUMENT: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#;

/// A world with roles, and whoever knows keys.
struct World {
    local: Local,
    keys: Arc<dyn Credentials>,
}

impl World {
    fn new(roles: &[&str]) -> Self {
        let mut keys = None;
        let local = Local::new(|registry| {
            keys = Some(crate::install(registry, Issuers::default(), nowhere()));
        });
        let world = Self { local, keys: keys.unwrap() };
        for role in roles {
            world.role(role);
        }
        world
    }

    fn role(&self, name: &str) {
        self.trusting(name, TRUST);
    }

    fn trusting(&self, name: &str, trust: &str) {
        let input = iam::CreateRoleRequest {
            role_name: Some(name.to_owned()),
            assume_role_policy_document: Some(trust.to_owned()),
            ..iam::CreateRoleRequest::default()
        };
        self.local.call::<iam::CreateRole>(input).unwrap();
    }

    fn call<O: Operation>(&self, caller: &Caller, input: O::Input) -> Result<O::Output, Fault> {
        self.local.call_with::<O>(&self.local.cx(caller.clone(), "us-east-1"), input)
    }

    /// Whom credentials speak for.
    fn look_up(&self, credentials: &sts::Credentials) -> Found {
        let (id, token) = (credentials.access_key_id.as_deref(), credentials.session_token.as_deref());
        self.keys.look_up(self.local.world(), id.unwrap(), token, Timestamp::default())
    }

    #[track_caller]
    fn caller(&self, credentials: Option<sts::Credentials>) -> Caller {
        match self.look_up(&credentials.unwrap()) {
            Found::Known(known) => known.caller,
            Found::Unknown => panic!("the key is not known"),
            Found::Refused(why) => panic!("{why:?}"),
        }
    }

    fn assume(
        &self,
        caller: &Caller,
        input: sts::AssumeRoleRequest,
    ) -> Result<sts::AssumeRoleResponse, Fault> {
        self.call::<sts::AssumeRole>(caller, input)
    }
}

fn root() -> Caller {
    Caller::root(AccountId::DEFAULT, None)
}

fn arn(role: &str) -> String {
    format!("arn:aws:iam::000000000000:role/{role}")
}

fn role(name: &str) -> sts::AssumeRoleRequest {
    sts::AssumeRoleRequest {
        role_arn: Some(arn(name)),
        role_session_name: Some("s1".to_owned()),
        ..sts::AssumeRoleRequest::default()
    }
}

fn tag(key: &str, value: &str) -> sts::Tag {
    sts::Tag { key: Some(key.to_owned()), value: Some(value.to_owned()) }
}

fn policies(arns: &[&str]) -> Option<Vec<sts::PolicyDescriptorType>> {
    Some(arns.iter().map(|arn| sts::PolicyDescriptorType { arn: Some((*arn).to_owned()) }).collect())
}

fn strings(texts: &[&str]) -> Option<Vec<String>> {
    Some(texts.iter().map(|text| (*text).to_owned()).collect())
}

#[track_caller]
fn refused<T>(answer: Result<T, Fault>, want: &Refusal) {
    let Err(fault) = answer else { panic!("not refused with {want:?}") };
    let want = want.fault();
    assert_eq!((fault.status, fault.code, fault.message), (want.status, want.code, want.message));
}

#[test]
fn a_session_carries_what_it_was_opened_with() {
    let world = World::new(&["first", "second", "third"]);
    let input = sts::AssumeRoleRequest {
        tags: Some(vec![tag("Team", "blue"), tag("Project", "x")]),
        transitive_tag_keys: strings(&["team"]),
        source_identity: Some("anna".to_owned()),
        policy: Some(DOCUMENT.to_owned()),
        policy_arns: policies(&["arn:aws:iam::aws:policy/ReadOnlyAccess"]),
        ..role("first")
    };
    let answer = world.assume(&root(), input).unwrap();
    assert_eq!(answer.source_identity.as_deref(), Some("anna"));
    assert_eq!(answer.packed_policy_size, Some(21));
    let first = world.caller(answer.credentials);
    let session: &Session = first.session.as_deref().unwrap();
    assert_eq!(session.expires_at.millis_since(session.issued_at), 3_600_000);
    assert_eq!((session.chain_depth, session.mfa_at), (1, None));
    assert_eq!(session.policies[0].inline.as_deref(), Some(DOCUMENT));
    assert_eq!(session.policies[0].arns, ["arn:aws:iam::aws:policy/ReadOnlyAccess"]);
    // Only what is transitive goes on, and it cannot be changed on the way, however it is written.
    let conflict = Refusal::Value(
        "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    );
    for key in ["Team", "TEAM"] {
        let input = sts::AssumeRoleRequest { tags: Some(vec![tag(key, "red")]), ..role("second") };
        refused(world.assume(&first, input), &conflict);
    }
    let other = sts::AssumeRoleRequest { source_identity: Some("eve".to_owned()), ..role("second") };
    let fixed =
        Refusal::Value("SourceIdentity cannot be changed once it has been set by the calling session.");
    refused(world.assume(&first, other), &fixed);
    let input = sts::AssumeRoleRequest { tags: Some(vec![tag("Project", "y")]), ..role("second") };
    let second = world.caller(world.assume(&first, input).unwrap().credentials);
    let third = world.caller(world.assume(&second, role("third")).unwrap().credentials);
    let session: &Session = third.session.as_deref().unwrap();
    let tags: Vec<_> = session.tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str())).collect();
    assert_eq!(tags, [("Team", "blue")]);
    assert_eq!((session.source_identity.as_deref(), session.chain_depth), (Some("anna"), 3));
    assert_eq!(session.policies, []);
}

#[test]
fn what_assume_role_refuses() {
    let world = World::new(&["first", "second"]);
    let first = world.caller(world.assume(&root(), role("first")).unwrap().credentials);
    let many: Vec<String> = (0..11).map(|n| format!("arn:aws:iam::aws:policy/P{n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let long = DOCUMENT.replace("s3:GetObject", &"s3:GetObject*".repeat(160));
    let wide = DOCUMENT.replace("s3:GetObject", &format!("s3:{}", "x".repeat(1167)));
    let heavy: Vec<sts::Tag> = (0..12).map(|n| tag(&format!("k{n}"), &"v".repeat(100))).collect();
    let with = |change: &dyn Fn(&mut sts::AssumeRoleRequest)| {
        let mut input = role("first");
        change(&mut input);
        input
    };
    for (input, want) in [
        (with(&|input| input.duration_seconds = Some(3601)), Refusal::TooLong),
        (
            with(&|input| {
                input.tags = Some(vec![tag("a", "1"), tag("A", "2")]);
            }),
            Refusal::Value("Duplicate tag keys found. Please note that Tag keys are case insensitive."),
        ),
        (
            with(&|input| input.transitive_tag_keys = strings(&["a"])),
            Refusal::Value("The specified transitive tag key must be included in the requested tags."),
        ),
        (with(&|input| input.policy = Some(long.clone())), Refusal::Constraint("policy", 2048)),
        (with(&|input| input.policy = Some(wide.clone())), Refusal::Packed(119)),
        (with(&|input| input.tags = Some(heavy.clone())), Refusal::PackedTags(112)),
        (with(&|input| input.policy_arns = policies(&many)), Refusal::Constraint("policyArns", 10)),
        (
            with(&|input| input.policy_arns = policies(&["arn:aws:iam::000000000000:policy/nobody"])),
            Refusal::Value(
                "At least one Policy ARN in the PolicyArns parameter does not match an existing IAM Managed Policy ARN.",
            ),
        ),
        (with(&|input| input.serial_number = Some("arn:aws:iam::1:mfa/x".to_owned())), Refusal::HalfMfa),
        (with(&|input| input.token_code = Some("123456".to_owned())), Refusal::HalfMfa),
        (
            with(&|input| {
                input.serial_number = Some("arn:aws:iam::000000000000:mfa/x".to_owned());
                input.token_code = Some("123456".to_owned());
            }),
            Refusal::MfaDevice,
        ),
        (
            with(&|input| input.source_identity = Some("aws:anna".to_owned())),
            Refusal::Value("SourceIdentity must not begin with aws:"),
        ),
        (
            with(&|input| {
                input.provided_contexts = Some(vec![sts::ProvidedContext::default()]);
            }),
            Refusal::Context,
        ),
    ] {
        refused(world.assume(&root(), input), &want);
    }
    let chained = sts::AssumeRoleRequest { duration_seconds: Some(3601), ..role("second") };
    refused(world.assume(&first, chained), &Refusal::Chained);
    let malformed = sts::AssumeRoleRequest { policy: Some("{".to_owned()), ..role("first") };
    assert_eq!(world.assume(&root(), malformed).map(|_| ()).unwrap_err().code, "MalformedPolicyDocument");
}

#[test]
fn a_role_that_is_gone_takes_its_sessions_along() {
    let world = World::new(&["first"]);
    let credentials = world.assume(&root(), role("first")).unwrap().credentials.unwrap();
    assert!(matches!(world.look_up(&credentials), Found::Known(_)));
    let delete = iam::DeleteRoleRequest { role_name: Some("first".to_owned()) };
    world.local.call::<iam::DeleteRole>(delete).unwrap();
    assert!(matches!(world.look_up(&credentials), Found::Refused(ports::Refusal::BadToken)));
    world.role("first");
    assert!(matches!(world.look_up(&credentials), Found::Refused(ports::Refusal::BadToken)));
    let again = world.assume(&root(), role("first")).unwrap().credentials.unwrap();
    assert!(matches!(world.look_up(&again), Found::Known(_)));
}

#[test]
fn tokens_are_taken_whole_or_not_at_all() {
    let world = World::new(&["first"]);
    let credentials = world.assume(&root(), role("first")).unwrap().credentials.unwrap();
    let token = credentials.session_token.clone().unwrap();
    // Opened before: the cache must not make a difference.
    assert!(matches!(world.look_up(&credentials), Found::Known(_)));
    for at in (0..token.len()).step_by(7).chain([token.len() - 2]) {
        let other = if token.as_bytes()[at] == b'A' { "B" } else { "A" };
        let forged = format!("{}{other}{}", &token[..at], &token[at + 1..]);
        let forged = sts::Credentials { session_token: Some(forged), ..credentials.clone() };
        assert!(matches!(world.look_up(&forged), Found::Refused(ports::Refusal::BadToken)), "at {at}");
    }
    for cut in [0, 1, 16, 40, token.len() - 4] {
        let forged = sts::Credentials { session_token: Some(token[..cut].to_owned()), ..credentials.clone() };
        assert!(matches!(world.look_up(&forged), Found::Refused(ports::Refusal::BadToken)), "cut at {cut}");
    }
    // Another key's token, and a message that only the world itself could have sealed.
    let other = world.assume(&root(), role("first")).unwrap().credentials.unwrap();
    let swapped = sts::Credentials { session_token: other.session_token, ..credentials.clone() };
    assert!(matches!(world.look_up(&swapped), Found::Refused(ports::Refusal::BadToken)));
    let message = crate::encode_authorization_message(&world.local.cx(root(), "us-east-1"), "{}").unwrap();
    let message = sts::Credentials { session_token: Some(message), ..credentials.clone() };
    assert!(matches!(world.look_up(&message), Found::Refused(ports::Refusal::BadToken)));
    // It ends by the world's clock.
    world.local.advance(3_599_999);
    assert!(matches!(world.look_up(&credentials), Found::Known(_)));
    world.local.advance(1);
    assert!(matches!(world.look_up(&credentials), Found::Refused(ports::Refusal::Expired)));
}

#[test]
fn a_token_is_as_long_as_it_is_asked_to_be() {
    let world = World::new(&["first"]);
    for minimum in [0, 700, 1024, 4095, 4096] {
        let input = sts::AssumeRoleRequest { minimum_session_token_size: Some(minimum), ..role("first") };
        let answer = world.assume(&root(), input).unwrap();
        let size = answer.session_token_size.unwrap();
        assert!(size >= minimum, "{size} of {minimum}");
        assert!(minimum < 700 || size <= minimum + 4, "{size} of {minimum}");
        assert_eq!(answer.session_token_utilization, Some(size * 100 / 4096).map(|percent| percent.min(100)));
        let token = answer.credentials.as_ref().unwrap().session_token.as_ref().unwrap();
        assert_eq!(token.len(), usize::try_from(size).unwrap());
        world.caller(answer.credentials);
    }
}

#[test]
fn long_term_keys_only() {
    let world = World::new(&["first"]);
    let session = sts::GetSessionTokenRequest { duration_seconds: Some(7200), ..Default::default() };
    let answer = world.call::<sts::GetSessionToken>(&root(), session.clone()).unwrap();
    let own = world.caller(answer.credentials);
    // Root's lasts an hour, whatever is asked for.
    assert_eq!(own.session.as_ref().unwrap().expires_at.millis_since(testkit::START), 3_600_000);
    let federation = sts::GetFederationTokenRequest {
        name: Some("bob".to_owned()),
        policy: Some(DOCUMENT.to_owned()),
        tags: Some(vec![tag("Team", "blue")]),
        ..Default::default()
    };
    let answer = world.call::<sts::GetFederationToken>(&root(), federation.clone()).unwrap();
    assert_eq!(
        answer.federated_user.unwrap().arn.as_deref(),
        Some("arn:aws:sts::000000000000:federated-user/bob")
    );
    let bob = world.caller(answer.credentials);
    assert_eq!(bob.session.as_ref().unwrap().tags[0].value, "blue");
    // Without a policy it may nothing: an empty set is not the same as none.
    let bare = sts::GetFederationTokenRequest { name: Some("bob".to_owned()), ..Default::default() };
    let bare = world.call::<sts::GetFederationToken>(&root(), bare).unwrap();
    assert_eq!(bare.packed_policy_size, Some(0));
    assert_eq!(world.caller(bare.credentials).session.unwrap().policies, [ports::SessionPolicies::default()]);
    let assumed = world.caller(world.assume(&root(), role("first")).unwrap().credentials);
    for caller in [&own, &bob, &assumed] {
        refused(
            world.call::<sts::GetSessionToken>(caller, session.clone()),
            &Refusal::Session("GetSessionToken"),
        );
        refused(
            world.call::<sts::GetFederationToken>(caller, federation.clone()),
            &Refusal::Session("GetFederationToken"),
        );
    }
    // Federated users assume no roles; a session of root's may.
    assert_eq!(world.assume(&bob, role("first")).map(|_| ()).unwrap_err().code, "AccessDenied");
    assert!(world.assume(&own, role("first")).is_ok());
}

#[test]
fn a_session_can_only_be_narrowed() {
    let world = World::new(&["first"]);
    let scope = |seconds: Option<i32>| sts::GetScopedCredentialsRequest {
        policy: Some(DOCUMENT.to_owned()),
        duration_seconds: seconds,
        ..Default::default()
    };
    refused(world.call::<sts::GetScopedCredentials>(&root(), scope(None)), &Refusal::Subject);
    let first = world.caller(world.assume(&root(), role("first")).unwrap().credentials);
    refused(world.call::<sts::GetScopedCredentials>(&first, scope(Some(3601))), &Refusal::Lifetime);
    let answer = world.call::<sts::GetScopedCredentials>(&first, scope(Some(60))).unwrap();
    assert_eq!(answer.scoped_policies_count, Some(1));
    let narrow = world.caller(answer.credentials);
    assert_eq!(narrow.kind, first.kind);
    let session = narrow.session.clone().unwrap();
    assert_eq!(session.expires_at.millis_since(testkit::START), 60_000);
    let answer = world.call::<sts::GetScopedCredentials>(&narrow, scope(None)).unwrap();
    assert_eq!(answer.scoped_policies_count, Some(2));
    let narrower = world.caller(answer.credentials).session.unwrap();
    // Each call's policy limits what the others leave.
    assert_eq!((narrower.policies.len(), narrower.expires_at), (2, session.expires_at));
}

#[test]
fn messages_open_in_the_world_that_sealed_them() {
    let world = World::new(&[]);
    let record = r#"{"allowed":false}"#;
    let sealed = crate::encode_authorization_message(&world.local.cx(root(), "us-east-1"), record).unwrap();
    let decode = |message: &str| {
        let input = sts::DecodeAuthorizationMessageRequest { encoded_message: Some(message.to_owned()) };
        world.call::<sts::DecodeAuthorizationMessage>(&root(), input)
    };
    assert_eq!(decode(&sealed).unwrap().decoded_message.as_deref(), Some(record));
    let token = world.call::<sts::GetSessionToken>(&root(), Default::default()).unwrap();
    let token = token.credentials.unwrap().session_token.unwrap();
    for message in ["x", &sealed[1..], &sealed[..sealed.len() - 4], &token] {
        refused(decode(message), &Refusal::Message);
    }
}

#[test]
fn root_of_another_account_for_one_task() {
    let world = World::new(&[]);
    let ask = |target: &str, task: &str| sts::AssumeRootRequest {
        target_principal: Some(target.to_owned()),
        task_policy_arn: Some(sts::PolicyDescriptorType { arn: Some(task.to_owned()) }),
        ..Default::default()
    };
    let task = "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy";
    for target in ["111111111111", "arn:aws:iam::111111111111:root"] {
        let answer = world.call::<sts::AssumeRoot>(&root(), ask(target, task)).unwrap();
        let caller = world.caller(answer.credentials);
        assert_eq!(caller.account.to_string(), "111111111111");
        let session = caller.session.unwrap();
        assert!(session.is_assumed_root);
        assert_eq!(session.policies[0].arns, [task]);
        assert_eq!(session.expires_at.millis_since(session.issued_at), 900_000);
    }
    let unknown = Refusal::Value("The specified TaskPolicyArn is not a supported task policy.");
    refused(
        world.call::<sts::AssumeRoot>(&root(), ask("111111111111", "arn:aws:iam::aws:policy/ReadOnlyAccess")),
        &unknown,
    );
    let user = ask("arn:aws:iam::111111111111:user/anna", task);
    assert_eq!(world.call::<sts::AssumeRoot>(&root(), user).map(|_| ()).unwrap_err().code, "ValidationError");
    world.local.world().iam.set(IamMode::Enforce);
    let denied = world.call::<sts::AssumeRoot>(&root(), ask("111111111111", task)).map(|_| ()).unwrap_err();
    assert_eq!(
        denied.message.unwrap_or_default(),
        "User: arn:aws:iam::000000000000:root is not authorized to perform: sts:AssumeRoot on resource: arn:aws:iam::111111111111:root"
    );
}

#[test]
fn no_trade_in_token_is_good() {
    let world = World::new(&[]);
    let input = sts::GetDelegatedAccessTokenRequest { trade_in_token: Some("t".to_owned()) };
    refused(world.call::<sts::GetDelegatedAccessToken>(&root(), input), &Refusal::TradeIn);
}
