//! What S3 tells of its resources, as tables.

use super::grants::{Visitor, on_bucket, on_object};
use super::{Known, Named, request};
use crate::acl::{Acl, Permission};
use crate::error::Configuration;
use crate::tests::{answer, bucket, configure, filled};
use base::AccountId;
use http::{HeaderValue, Method};
use policy::decide::{PolicyRule, Reach};
use ports::{Caller, Cx, ResourceFacts, Resources};
use serde_json::{Value, json};
use shapes_s3 as api;
use testkit::Local;
use wire::Head;

const OTHER: &str = "111111111111";
const PUBLIC: &str = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*",
    "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bkt/*"}}"#;

fn root(account: &str) -> Caller {
    Caller::root(account.parse().unwrap(), None)
}

fn facts(s3: &Local, caller: Caller, action: &str, arn: &str) -> Option<ResourceFacts> {
    Known::default().look_up(&s3.cx(caller, "us-east-1"), action, arn)
}

#[test]
fn arns_name_buckets_objects_and_access_points() {
    for (arn, want) in [
        ("arn:aws:s3:::b", Some(Named::Bucket("b"))),
        ("arn:aws:s3:::b/k/x:y", Some(Named::Object("b", "k/x:y"))),
        ("arn:aws:s3:us-east-1:1:accesspoint/p", Some(Named::Point("1", "us-east-1", "p"))),
        ("arn:aws:s3:us-east-1:1:accesspoint/p/object/k/object/x", Some(Named::Point("1", "us-east-1", "p"))),
        ("arn:aws:s3:us-east-1:1:job/x", None),
        ("arn:aws:iam::1:user/x", None),
        ("*", None),
    ] {
        assert_eq!(Named::parse(arn), want, "{arn}");
    }
}

/// Source: Amazon S3 User Guide, "Mapping of ACL permissions and access policy permissions".
#[test]
fn acl_permissions_grant_their_actions_and_no_others() {
    let actions = [
        ("s3:ListBucket", Some(Permission::Read), None),
        ("s3:ListBucketVersions", Some(Permission::Read), None),
        ("s3:ListBucketMultipartUploads", Some(Permission::Read), None),
        ("s3:PutObject", Some(Permission::Write), None),
        ("s3:GetBucketAcl", Some(Permission::ReadAcp), None),
        ("s3:PutBucketAcl", Some(Permission::WriteAcp), None),
        ("s3:GetObject", None, Some(Permission::Read)),
        ("s3:GetObjectVersion", None, Some(Permission::Read)),
        ("s3:GetObjectAcl", None, Some(Permission::ReadAcp)),
        ("s3:GetObjectVersionAcl", None, Some(Permission::ReadAcp)),
        ("s3:PutObjectAcl", None, Some(Permission::WriteAcp)),
        ("s3:PutObjectVersionAcl", None, Some(Permission::WriteAcp)),
        ("s3:DeleteObject", None, None),
        ("s3:GetBucketPolicy", None, None),
        ("s3:GetObjectTagging", None, None),
    ];
    for (action, of_bucket, of_object) in actions {
        assert_eq!((on_bucket(action), on_object(action)), (of_bucket, of_object), "{action}");
    }
}

#[test]
fn grants_reach_accounts_and_groups() {
    let s3 = bucket();
    let acl = |grantee: Value, permission: &str| -> Acl {
        serde_json::from_value(json!([{ "grantee": grantee, "permission": permission }])).unwrap()
    };
    let account = |id: &str| json!({ "Account": crate::owner::canonical_id(id.parse().unwrap()) });
    let group = |name: &str| json!({ "Group": name });
    let (own, foreign, nobody) = (root("000000000000"), root(OTHER), Caller::anonymous());
    for (caller, acl, ignores, want) in [
        (&own, acl(account("000000000000"), "READ"), true, Some(Reach::Account)),
        (&foreign, acl(account("000000000000"), "READ"), false, None),
        (&foreign, acl(account(OTHER), "FULL_CONTROL"), true, Some(Reach::Account)),
        (&foreign, acl(account(OTHER), "WRITE"), false, None),
        (&foreign, acl(group("AllUsers"), "READ"), false, Some(Reach::Direct)),
        (&foreign, acl(group("AllUsers"), "READ"), true, None),
        (&nobody, acl(group("AllUsers"), "READ"), false, Some(Reach::Direct)),
        (&nobody, acl(group("AllUsers"), "READ_ACP"), false, None),
        (&nobody, acl(group("AuthenticatedUsers"), "READ"), false, None),
        (&foreign, acl(group("AuthenticatedUsers"), "READ"), false, Some(Reach::Direct)),
        (&foreign, acl(group("AuthenticatedUsers"), "READ"), true, None),
        (&foreign, acl(group("LogDelivery"), "READ"), false, None),
        // The canonical id of the account that stands for nobody is not the anonymous caller's.
        (&nobody, acl(account("000000000000"), "READ"), false, None),
    ] {
        let cx: Cx = s3.cx(caller.clone(), "us-east-1");
        let granted = Visitor::of(&cx, ignores).granted(&acl, Some(Permission::Read));
        assert_eq!(granted, want, "{caller:?} {acl:?} {ignores}");
    }
}

#[test]
fn a_restricted_public_policy_only_denies_outside_its_account() {
    let s3 = bucket();
    let stored = api::GetBucketPolicyOutput { policy: Some(PUBLIC.to_owned()), ..Default::default() };
    configure(&s3, "bkt", Configuration::Policy, &stored);
    let look = |caller: Caller| facts(&s3, caller, "s3:GetObject", "arn:aws:s3:::bkt/k").unwrap();
    let service = Caller { kind: ports::CallerKind::Service("logging.s3.amazonaws.com"), ..root(OTHER) };
    let all = || [root("000000000000"), service.clone(), root(OTHER), Caller::anonymous()];
    let rules = || all().map(|caller| look(caller).rule);
    let (additive, denies) = (PolicyRule::Additive, PolicyRule::OnlyDenies);
    assert_eq!(rules(), [additive, additive, denies, denies]);
    answer::<api::DeletePublicAccessBlock>(&s3, json!({ "Bucket": "bkt" }));
    assert_eq!(rules(), [additive; 4]);
    assert!(look(root(OTHER)).policy.is_some());
    // A policy that is put anew is another one at once, and none is none.
    let known = Known::default();
    let cx = || s3.cx(root(OTHER), "us-east-1");
    let statements = || {
        let facts = known.look_up(&cx(), "s3:GetObject", "arn:aws:s3:::bkt/k").unwrap();
        facts.policy.map(|set| set.policies().iter().map(|own| own.policy.statements().len()).sum::<usize>())
    };
    assert_eq!(statements(), Some(1));
    let two = r#"{"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"},
        {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}]}"#;
    let stored = api::GetBucketPolicyOutput { policy: Some(two.to_owned()), ..Default::default() };
    configure(&s3, "bkt", Configuration::Policy, &stored);
    assert_eq!(statements(), Some(2));
    answer::<api::DeleteBucketPolicy>(&s3, json!({ "Bucket": "bkt" }));
    assert_eq!(statements(), None);
}

#[test]
fn tags_and_accounts_are_told() {
    let s3 = bucket();
    let tagging: api::Tagging = filled(&json!({ "TagSet": [{ "Key": "team", "Value": "red" }] }));
    configure(&s3, "bkt", Configuration::Tagging, &tagging);
    let told = || {
        let facts = facts(&s3, root(OTHER), "s3:ListBucket", "arn:aws:s3:::bkt").unwrap();
        let of =
            |name: &str| facts.keys.iter().find(|(key, _)| key == name).map(|(_, values)| values.concat());
        (facts.account, of("s3:ResourceAccount"), of("s3:BucketTag/team"), facts.tags.len())
    };
    let own = Some("000000000000".to_owned());
    assert_eq!(told(), (AccountId::DEFAULT, own.clone(), None, 0));
    let enabled: api::AbacStatus = filled(&json!({ "Status": "Enabled" }));
    configure(&s3, "bkt", Configuration::Abac, &enabled);
    assert_eq!(told(), (AccountId::DEFAULT, own, Some("red".to_owned()), 1));
    assert!(facts(&s3, root(OTHER), "s3:ListBucket", "arn:aws:s3:::none").is_none());
}

#[test]
fn an_access_point_leads_to_its_bucket() {
    let s3 = bucket();
    let asked = json!({ "AccountId": "000000000000", "Name": "point", "Bucket": "bkt" });
    let made = answer::<shapes_s3control::CreateAccessPoint>(&s3, asked);
    let alias = made["Alias"].as_str().unwrap();
    let cx = s3.cx(root(OTHER), "us-east-1");
    let known = Known::default();
    let own = "arn:aws:s3:us-east-1:000000000000:accesspoint/point";
    for (arn, want) in [
        (format!("arn:aws:s3:::{alias}"), Some(own.to_owned())),
        (format!("arn:aws:s3:::{alias}/a/b"), Some(format!("{own}/object/a/b"))),
        ("arn:aws:s3:::point-000000000000/a".to_owned(), Some(format!("{own}/object/a"))),
        ("arn:aws:s3:::bkt/a".to_owned(), None),
        (own.to_owned(), None),
    ] {
        assert_eq!(known.true_arn(&cx, &arn), want, "{arn}");
    }
    for (arn, want) in [
        (own.to_owned(), Some("arn:aws:s3:::bkt")),
        (format!("{own}/object/a/b"), Some("arn:aws:s3:::bkt/a/b")),
        ("arn:aws:s3:::bkt/a".to_owned(), None),
        (format!("{own}-none"), None),
    ] {
        let behind = known.behind(&cx, &arn);
        assert_eq!(behind.as_ref().map(|behind| behind.arn.as_str()), want, "{arn}");
        assert!(
            behind
                .is_none_or(|behind| behind.keys.contains(&("s3:DataAccessPointArn", vec![own.to_owned()])))
        );
    }
    let facts = known.look_up(&cx, "s3:GetObject", own).unwrap();
    assert_eq!((facts.account, facts.policy.is_none()), (AccountId::DEFAULT, true));
    let policy = json!({ "AccountId": "000000000000", "Name": "point", "Policy": r#"{"Statement": [{"Effect": "Allow",
        "Principal": {"AWS": "111111111111"}, "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:us-east-1:000000000000:accesspoint/point/object/*"}]}"# });
    answer::<shapes_s3control::PutAccessPointPolicy>(&s3, policy);
    let facts = known.look_up(&cx, "s3:GetObject", own).unwrap();
    assert_eq!(facts.canonical_id, Some(crate::owner::canonical_id(OTHER.parse().unwrap())));
    assert!(facts.policy.is_some());
}

#[test]
fn a_request_tells_how_it_is_signed_and_what_it_is_about() {
    let s3 = bucket();
    let cx = |method: Method, target: &str, authorization: Option<&'static str>| {
        let mut head = Head::new(method, target);
        if let Some(text) = authorization {
            head.headers.insert("authorization", HeaderValue::from_static(text));
            head.headers.insert("x-amz-content-sha256", HeaderValue::from_static("UNSIGNED-PAYLOAD"));
        }
        s3.visitor(head)
    };
    let told = |cx: &Cx, name: &str| {
        let keys = request::keys(cx);
        keys.iter().find(|(key, _)| key == name).map(|(_, values)| values.concat())
    };
    let header =
        "AWS4-HMAC-SHA256 Credential=AK/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0";
    let link = "/b/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AK%2F20260101%2Fus-east-1%2Fs3%2Faws4_request\
                &X-Amz-Date=20200101T000000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=0";
    let v4 = || Some("AWS4-HMAC-SHA256".to_owned());
    for (cx, kind, version, hash, has_age) in [
        (cx(Method::GET, "/b/k", Some(header)), Some("REST-HEADER"), v4(), Some("UNSIGNED-PAYLOAD"), false),
        (cx(Method::GET, link, None), Some("REST-QUERY-STRING"), v4(), None, true),
        (
            cx(Method::GET, "/b/k", Some("AWS AK:sig")),
            Some("REST-HEADER"),
            Some("AWS".to_owned()),
            Some("UNSIGNED-PAYLOAD"),
            false,
        ),
        (cx(Method::GET, "/b/k", None), None, None, None, false),
    ] {
        assert_eq!(told(&cx, "s3:authType").as_deref(), kind);
        assert_eq!(told(&cx, "s3:signatureversion"), version);
        assert_eq!(told(&cx, "s3:x-amz-content-sha256").as_deref(), hash);
        // It was signed years ago.
        let age = told(&cx, "s3:signatureAge").map(|millis| millis.parse::<i64>().unwrap());
        assert_eq!(age.is_some_and(|millis| millis > 157_680_000_000), has_age, "{age:?}");
    }
    for (method, target, action, makes) in [
        (Method::PUT, "/b", "s3:CreateBucket", true),
        (Method::PUT, "/b?x-id=CreateBucket", "s3:PutBucketAcl", true),
        (Method::PUT, "/b?acl", "s3:PutBucketAcl", false),
        (Method::PUT, "/b?versioning", "s3:PutBucketVersioning", false),
        (Method::PUT, "/b", "s3:PutBucketPolicy", false),
        (Method::DELETE, "/b", "s3:DeleteBucket", false),
    ] {
        assert_eq!(request::makes_bucket(&cx(method, target, None), action), makes, "{target} {action}");
    }
    let version = |target: &str| request::version_id(&cx(Method::GET, target, None));
    assert_eq!(version("/b/k?versionId=a%2Bb&tagging").as_deref(), Some("a+b"));
    assert_eq!(version("/b/k"), None);
}
