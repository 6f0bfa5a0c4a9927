//! Rules of ACLs, over the operations.

use crate::configuration::record;
use crate::error::Configuration;
use crate::owner::canonical_id;
use crate::tests::{bucket_id, code, local};
use base::AccountId;
use ports::Caller;
use shapes_s3 as api;
use testkit::Local;
use wire::Fault;

/// A world with a bucket of this ownership.
fn with_bucket(ownership: &str) -> Local {
    let s3 = local();
    s3.call::<api::CreateBucket>(api::CreateBucketRequest {
        bucket: Some("bkt".to_owned()),
        object_ownership: Some(ownership.to_owned()),
        ..api::CreateBucketRequest::default()
    })
    .unwrap();
    s3
}

fn put_object(s3: &Local, by: &Caller, acl: Option<&str>) -> Result<(), Fault> {
    let input = api::PutObjectRequest {
        bucket: Some("bkt".to_owned()),
        key: Some("k".to_owned()),
        acl: acl.map(str::to_owned),
        ..api::PutObjectRequest::default()
    };
    s3.call_with::<api::PutObject>(&s3.cx(by.clone(), "us-east-1"), input).map(drop)
}

/// The owner and the grants of the object, as `id or group=PERMISSION`.
fn object_acl(s3: &Local) -> (String, String) {
    let found = s3
        .call::<api::GetObjectAcl>(api::GetObjectAclRequest {
            bucket: Some("bkt".to_owned()),
            key: Some("k".to_owned()),
            ..api::GetObjectAclRequest::default()
        })
        .unwrap();
    (found.owner.unwrap().id.unwrap(), shown(found.grants.unwrap()))
}

fn shown(grants: Vec<api::Grant>) -> String {
    let texts = grants.into_iter().map(|grant| {
        let grantee = grant.grantee.unwrap();
        let name = match grantee.id {
            Some(id) if id == canonical_id(AccountId::DEFAULT) => "owner".to_owned(),
            Some(id) if id == canonical_id(other().account) => "other".to_owned(),
            Some(id) => id,
            None => grantee.uri.unwrap().rsplit('/').next().unwrap().to_owned(),
        };
        format!("{name}={}", grant.permission.unwrap())
    });
    texts.collect::<Vec<_>>().join(" ")
}

fn owner() -> Caller {
    Caller::root(AccountId::DEFAULT, None)
}

fn other() -> Caller {
    Caller::root("111122223333".parse().unwrap(), None)
}

#[test]
fn who_owns_an_object_follows_the_ownership_of_its_bucket() {
    let (own, others) = (canonical_id(AccountId::DEFAULT), canonical_id(other().account));
    let anonymous = "65a011a29cdf8ec533ec3d1ccaae921c".to_owned();
    for (ownership, caller, acl, want_owner, want) in [
        ("BucketOwnerEnforced", other(), None, &own, "owner=FULL_CONTROL"),
        ("BucketOwnerEnforced", other(), Some("bucket-owner-full-control"), &own, "owner=FULL_CONTROL"),
        ("BucketOwnerPreferred", other(), None, &others, "other=FULL_CONTROL"),
        ("BucketOwnerPreferred", other(), Some("bucket-owner-full-control"), &own, "owner=FULL_CONTROL"),
        (
            "ObjectWriter",
            other(),
            Some("bucket-owner-full-control"),
            &others,
            "other=FULL_CONTROL owner=FULL_CONTROL",
        ),
        ("ObjectWriter", other(), Some("bucket-owner-read"), &others, "other=FULL_CONTROL owner=READ"),
        ("ObjectWriter", owner(), Some("public-read"), &own, "owner=FULL_CONTROL AllUsers=READ"),
        (
            "ObjectWriter",
            Caller::anonymous(),
            None,
            &anonymous,
            "65a011a29cdf8ec533ec3d1ccaae921c=FULL_CONTROL",
        ),
    ] {
        let s3 = with_bucket(ownership);
        allow_public(&s3);
        put_object(&s3, &caller, acl).unwrap();
        let (found, grants) = object_acl(&s3);
        assert_eq!((&found, grants.as_str()), (want_owner, want), "{ownership} {acl:?}");
    }
}

#[test]
fn without_acls_only_what_is_true_anyway_is_taken() {
    let s3 = with_bucket("BucketOwnerEnforced");
    for (caller, acl, want) in [
        (owner(), None, "ok"),
        (owner(), Some("bucket-owner-full-control"), "ok"),
        (owner(), Some("private"), "ok"),
        (owner(), Some("public-read"), "AccessControlListNotSupported"),
        (owner(), Some("nonsense"), "InvalidArgument"),
        (other(), Some("bucket-owner-full-control"), "ok"),
        (other(), Some("private"), "AccessControlListNotSupported"),
    ] {
        let got = put_object(&s3, &caller, acl).err().map_or("ok".into(), |fault| fault.code);
        assert_eq!(got, want, "{caller:?} {acl:?}");
    }
    let canned = |name: &str| Ask { canned: Some(name.to_owned()), ..Ask::default() };
    let own = canonical_id(AccountId::DEFAULT);
    let true_anyway =
        Ask { document: Some(document(&own, vec![granted(&own, "FULL_CONTROL")])), ..Ask::default() };
    for (ask, want) in [
        (canned("private"), "AccessControlListNotSupported"),
        (true_anyway, "ok"),
        (canned("bucket-owner-full-control"), "ok"),
    ] {
        assert_eq!(put_bucket_acl(&s3, ask).0, want);
    }
}

/// What a PutBucketAcl says.
#[derive(Clone, Default)]
struct Ask {
    canned: Option<String>,
    read: Option<String>,
    document: Option<api::AccessControlPolicy>,
}

fn put_bucket_acl(s3: &Local, ask: Ask) -> (String, Vec<(&'static str, String)>) {
    let outcome = s3.call::<api::PutBucketAcl>(api::PutBucketAclRequest {
        bucket: Some("bkt".to_owned()),
        acl: ask.canned,
        grant_read: ask.read,
        access_control_policy: ask.document,
        ..api::PutBucketAclRequest::default()
    });
    match outcome {
        Ok(_) => ("ok".to_owned(), Vec::new()),
        Err(fault) => (fault.code.into_owned(), fault.extra),
    }
}

fn document(owner: &str, grants: Vec<api::Grant>) -> api::AccessControlPolicy {
    let owner = api::Owner { id: Some(owner.to_owned()), display_name: None };
    api::AccessControlPolicy { owner: Some(owner), grants: Some(grants) }
}

fn granted(id: &str, permission: &str) -> api::Grant {
    let grantee = api::Grantee {
        id: Some(id.to_owned()),
        type_: Some("CanonicalUser".to_owned()),
        ..api::Grantee::default()
    };
    api::Grant { grantee: Some(grantee), permission: Some(permission.to_owned()) }
}

fn allow_public(s3: &Local) {
    let cx = s3.cx(owner(), "us-east-1");
    let id = bucket_id(s3, "bkt");
    cx.write(|tx| {
        record::remove(tx, &id, Configuration::PublicAccessBlock);
        Ok::<_, store::StoreError>(())
    })
    .unwrap();
}

#[test]
fn what_a_bucket_is_granted_comes_back() {
    let s3 = with_bucket("ObjectWriter");
    allow_public(&s3);
    let others = canonical_id(other().account);
    let own = canonical_id(AccountId::DEFAULT);
    let uri = "http://acs.amazonaws.com/groups/s3/LogDelivery";
    for (ask, want) in [
        (
            Ask { canned: Some("public-read-write".to_owned()), ..Ask::default() },
            "owner=FULL_CONTROL AllUsers=READ AllUsers=WRITE".to_owned(),
        ),
        (
            Ask { read: Some(format!("id=\"{others}\", uri=\"{uri}\"")), ..Ask::default() },
            "other=READ LogDelivery=READ".to_owned(),
        ),
        (
            Ask {
                document: Some(document(&own, vec![granted(&others, "WRITE_ACP"), granted(&own, "READ")])),
                ..Ask::default()
            },
            "other=WRITE_ACP owner=READ".to_owned(),
        ),
        (Ask { document: Some(document(&own, vec![])), ..Ask::default() }, String::new()),
        (Ask { canned: Some("private".to_owned()), ..Ask::default() }, "owner=FULL_CONTROL".to_owned()),
    ] {
        assert_eq!(put_bucket_acl(&s3, ask).0, "ok");
        let input = api::GetBucketAclRequest {
            bucket: Some("bkt".to_owned()),
            ..api::GetBucketAclRequest::default()
        };
        assert_eq!(shown(s3.call::<api::GetBucketAcl>(input).unwrap().grants.unwrap()), want);
    }
}

#[test]
fn what_is_no_acl_is_refused_by_its_part() {
    let s3 = with_bucket("ObjectWriter");
    let own = canonical_id(AccountId::DEFAULT);
    let header = |text: &str| Ask { read: Some(text.to_owned()), ..Ask::default() };
    let of = |policy: api::AccessControlPolicy| Ask { document: Some(policy), ..Ask::default() };
    let group = |uri: &str| api::Grant {
        grantee: Some(api::Grantee {
            uri: Some(uri.to_owned()),
            type_: Some("Group".to_owned()),
            ..api::Grantee::default()
        }),
        permission: Some("READ".to_owned()),
    };
    let untyped = api::Grant { grantee: Some(api::Grantee::default()), permission: Some("READ".to_owned()) };
    let both = Ask { canned: Some("private".to_owned()), ..header("id=x") };
    let body_too = Ask { canned: Some("private".to_owned()), ..of(document(&own, vec![])) };
    let ownerless = api::AccessControlPolicy { owner: None, grants: Some(vec![]) };
    let grantless = api::AccessControlPolicy { grants: None, ..document(&own, vec![]) };
    let foreign = canonical_id(other().account);
    for (ask, code, members) in [
        (Ask::default(), "MissingSecurityHeader", "MissingHeaderName=x-amz-acl"),
        (
            Ask { canned: Some("mine".to_owned()), ..Ask::default() },
            "InvalidArgument",
            "ArgumentName=x-amz-acl ArgumentValue=mine",
        ),
        (both, "InvalidRequest", ""),
        (body_too, "UnexpectedContent", ""),
        (header("uri=\"x\""), "InvalidArgument", "ArgumentName=uri ArgumentValue=x"),
        (header("id=\"x\""), "InvalidArgument", "ArgumentName=id ArgumentValue=x"),
        (header("x=\"y\""), "InvalidArgument", "ArgumentName=x-amz-grant-read ArgumentValue=x=\"y\""),
        (header("x"), "InvalidArgument", "ArgumentName=x-amz-grant-read ArgumentValue=x"),
        (header("emailAddress=\"a@b.c\""), "MethodNotAllowed", "Method=POST ResourceType=BUCKET"),
        (of(ownerless), "MalformedACLError", ""),
        (of(grantless), "MalformedACLError", ""),
        (of(document("x", vec![])), "InvalidArgument", "ArgumentName=CanonicalUser/ID ArgumentValue=x"),
        (of(document(&foreign, vec![])), "AccessDenied", ""),
        (
            of(document(&own, vec![granted("x", "READ")])),
            "InvalidArgument",
            "ArgumentName=CanonicalUser/ID ArgumentValue=x",
        ),
        (of(document(&own, vec![granted(&own, "ALL")])), "MalformedACLError", ""),
        (of(document(&own, vec![untyped])), "MalformedACLError", ""),
        (of(document(&own, vec![group("x")])), "InvalidArgument", "ArgumentName=Group/URI ArgumentValue=x"),
    ] {
        let (got, extra) = put_bucket_acl(&s3, ask);
        let extra: Vec<String> = extra.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!((got.as_str(), extra.join(" ").as_str()), (code, members));
    }
}

#[test]
fn public_acls_are_blocked_where_the_bucket_says_so() {
    let s3 = with_bucket("ObjectWriter");
    let cx = s3.cx(owner(), "us-east-1");
    let id = bucket_id(&s3, "bkt");
    cx.write(|tx| {
        let block = api::PublicAccessBlockConfiguration {
            block_public_acls: Some(true),
            ..api::PublicAccessBlockConfiguration::default()
        };
        record::put(tx, &id, Configuration::PublicAccessBlock, &block);
        Ok::<_, store::StoreError>(())
    })
    .unwrap();
    let canned = |name: &str| Ask { canned: Some(name.to_owned()), ..Ask::default() };
    assert_eq!(put_bucket_acl(&s3, canned("public-read")).0, "AccessDenied");
    assert_eq!(put_bucket_acl(&s3, canned("log-delivery-write")).0, "ok");
    assert_eq!(code(put_object(&s3, &owner(), Some("public-read"))), "AccessDenied");
    assert!(put_object(&s3, &owner(), Some("private")).is_ok());
}

#[test]
fn a_bucket_is_not_created_public_nor_with_acls_that_are_off() {
    let s3 = local();
    let create = |ownership: Option<&str>, acl: &str| {
        let outcome = s3.call::<api::CreateBucket>(api::CreateBucketRequest {
            bucket: Some("bkt".to_owned()),
            object_ownership: ownership.map(str::to_owned),
            acl: Some(acl.to_owned()),
            ..api::CreateBucketRequest::default()
        });
        outcome.err().map_or("ok".into(), |fault| fault.code)
    };
    assert_eq!(create(None, "log-delivery-write"), "InvalidBucketAclWithObjectOwnership");
    assert_eq!(create(Some("ObjectWriter"), "public-read"), "InvalidBucketAclWithBlockPublicAccessError");
    assert_eq!(create(None, "mine"), "InvalidArgument");
    assert_eq!(create(None, "private"), "ok");
}

#[test]
fn a_delete_marker_has_no_acl() {
    let s3 = with_bucket("ObjectWriter");
    s3.call::<api::PutBucketVersioning>(api::PutBucketVersioningRequest {
        bucket: Some("bkt".to_owned()),
        versioning_configuration: Some(api::VersioningConfiguration {
            status: Some("Enabled".to_owned()),
            mfa_delete: None,
        }),
        ..api::PutBucketVersioningRequest::default()
    })
    .unwrap();
    put_object(&s3, &owner(), None).unwrap();
    let (bucket, key) = (Some("bkt".to_owned()), Some("k".to_owned()));
    let marker = s3
        .call::<api::DeleteObject>(api::DeleteObjectRequest {
            bucket: bucket.clone(),
            key: key.clone(),
            ..api::DeleteObjectRequest::default()
        })
        .unwrap()
        .version_id;
    let get = |version_id: Option<String>| {
        let (bucket, key) = (bucket.clone(), key.clone());
        s3.call::<api::GetObjectAcl>(api::GetObjectAclRequest {
            bucket,
            key,
            version_id,
            ..api::GetObjectAclRequest::default()
        })
    };
    assert_eq!(code(get(None)), "NoSuchKey");
    assert_eq!(code(get(marker)), "MethodNotAllowed");
    let put = s3.call::<api::PutObjectAcl>(api::PutObjectAclRequest {
        bucket: bucket.clone(),
        key: key.clone(),
        acl: Some("private".to_owned()),
        ..api::PutObjectAclRequest::default()
    });
    assert_eq!(code(put), "MethodNotAllowed");
}
