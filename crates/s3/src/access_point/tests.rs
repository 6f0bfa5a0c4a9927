//! Rules of access points, over the operations.

use crate::configuration::record;
use crate::error::Configuration;
use crate::tests::{bucket_id, code, filled, local};
use base::AccountId;
use ports::Caller;
use serde_json::json;
use shapes_s3 as s3api;
use shapes_s3control as api;
use store::StoreError;
use testkit::Local;
use wire::Fault;

const ACCOUNT: &str = "000000000000";

fn with_bucket() -> Local {
    let s3 = local();
    s3.call::<s3api::CreateBucket>(s3api::CreateBucketRequest {
        bucket: Some("bkt".to_owned()),
        ..s3api::CreateBucketRequest::default()
    })
    .unwrap();
    s3
}

fn create(s3: &Local, name: &str, bucket: &str) -> Result<api::CreateAccessPointResult, Fault> {
    s3.call::<api::CreateAccessPoint>(api::CreateAccessPointRequest {
        account_id: Some(ACCOUNT.to_owned()),
        name: Some(name.to_owned()),
        bucket: Some(bucket.to_owned()),
        ..api::CreateAccessPointRequest::default()
    })
}

#[test]
fn what_cannot_be_an_access_point_is_refused() {
    let s3 = with_bucket();
    create(&s3, "taken", "bkt").unwrap();
    for (name, bucket, want) in [
        ("ap_1", "bkt", "InvalidURI"),
        ("xn--ap", "bkt", "InvalidURI"),
        ("ap1", "missing", "InvalidRequest"),
        ("taken", "bkt", "AccessPointAlreadyOwnedByYou"),
    ] {
        assert_eq!(code(create(&s3, name, bucket)), want, "{name}");
    }
    let others = s3.call::<api::ListAccessPoints>(api::ListAccessPointsRequest {
        account_id: Some("111122223333".to_owned()),
        ..api::ListAccessPointsRequest::default()
    });
    assert_eq!(code(others), "AccessDenied");
}

#[test]
fn data_is_reached_by_alias_arn_and_host_label() {
    let s3 = with_bucket();
    let made = create(&s3, "my-point", "bkt").unwrap();
    let (arn, alias) = (made.access_point_arn.unwrap(), made.alias.unwrap());
    assert_eq!(arn, "arn:aws:s3:us-east-1:000000000000:accesspoint/my-point");
    for (index, name) in [alias.as_str(), "my-point-000000000000", &arn, "bkt"].into_iter().enumerate() {
        let key = Some(index.to_string());
        s3.call::<s3api::PutObject>(s3api::PutObjectRequest {
            bucket: Some(name.to_owned()),
            key: key.clone(),
            ..s3api::PutObjectRequest::default()
        })
        .unwrap();
        s3.call::<s3api::HeadObject>(s3api::HeadObjectRequest {
            bucket: Some("bkt".to_owned()),
            key,
            ..s3api::HeadObjectRequest::default()
        })
        .unwrap();
    }
    let copied = s3.call::<s3api::CopyObject>(s3api::CopyObjectRequest {
        bucket: Some("bkt".to_owned()),
        key: Some("copy".to_owned()),
        copy_source: Some(format!("{arn}/object/0")),
        ..s3api::CopyObjectRequest::default()
    });
    assert!(copied.is_ok());
    let head = |name: &str| {
        s3.call::<s3api::HeadBucket>(s3api::HeadBucketRequest {
            bucket: Some(name.to_owned()),
            ..s3api::HeadBucketRequest::default()
        })
    };
    assert_eq!(head(&alias).unwrap().access_point_alias, Some(true));
    assert_eq!(head("bkt").unwrap().access_point_alias, Some(false));
    assert_eq!(code(head("other-000000000000")), "NoSuchBucket");
}

#[test]
fn a_bucket_stays_while_it_has_access_points() {
    let s3 = with_bucket();
    let alias = create(&s3, "point", "bkt").unwrap().alias.unwrap();
    let delete_bucket = |name: &str| {
        s3.call::<s3api::DeleteBucket>(s3api::DeleteBucketRequest {
            bucket: Some(name.to_owned()),
            ..s3api::DeleteBucketRequest::default()
        })
    };
    assert_eq!(code(delete_bucket("bkt")), "BucketHasAccessPointsAttached");
    // Another name of it is not the bucket itself.
    assert_eq!(code(delete_bucket(&alias)), "MethodNotAllowed");
    let delete = || {
        s3.call::<api::DeleteAccessPoint>(api::DeleteAccessPointRequest {
            account_id: Some(ACCOUNT.to_owned()),
            name: Some("point".to_owned()),
        })
    };
    delete().unwrap();
    assert_eq!(code(delete()), "NoSuchAccessPoint");
    assert!(delete_bucket("bkt").is_ok());
}

#[test]
fn an_access_point_is_described_and_listed() {
    let s3 = with_bucket();
    for name in ["bbb", "aaa"] {
        create(&s3, name, "bkt").unwrap();
    }
    let got = s3
        .call::<api::GetAccessPoint>(api::GetAccessPointRequest {
            account_id: Some(ACCOUNT.to_owned()),
            name: Some("aaa".to_owned()),
        })
        .unwrap();
    assert_eq!(got.network_origin.as_deref(), Some("Internet"));
    assert_eq!(got.public_access_block_configuration.unwrap().restrict_public_buckets, Some(true));
    assert_eq!(got.endpoints.unwrap()["ipv4"], "s3-accesspoint.us-east-1.amazonaws.com");
    let list = |most: i32, next_token: Option<String>| {
        let found = s3
            .call::<api::ListAccessPoints>(api::ListAccessPointsRequest {
                account_id: Some(ACCOUNT.to_owned()),
                bucket: Some("bkt".to_owned()),
                max_results: Some(most),
                next_token,
                ..api::ListAccessPointsRequest::default()
            })
            .unwrap();
        let names = found.access_point_list.unwrap().into_iter().map(|point| point.name.unwrap());
        (names.collect::<Vec<_>>(), found.next_token)
    };
    let (page, token) = list(1, None);
    assert_eq!(page, ["aaa"]);
    assert_eq!(list(1, token), (vec!["bbb".to_owned()], None));
}

#[test]
fn a_policy_comes_back_as_it_was_sent() {
    let s3 = with_bucket();
    create(&s3, "point", "bkt").unwrap();
    let (account_id, name) = (Some(ACCOUNT.to_owned()), Some("point".to_owned()));
    let get = || {
        let (account_id, name) = (account_id.clone(), name.clone());
        s3.call::<api::GetAccessPointPolicy>(api::GetAccessPointPolicyRequest { account_id, name })
    };
    let put = |policy: &str| {
        s3.call::<api::PutAccessPointPolicy>(api::PutAccessPointPolicyRequest {
            account_id: account_id.clone(),
            name: name.clone(),
            policy: Some(policy.to_owned()),
        })
    };
    assert_eq!(code(get()), "NoSuchAccessPointPolicy");
    assert_eq!(code(put("[]")), "MalformedPolicy");
    assert_eq!(code(put("{}")), "MalformedPolicy");
    let policy = "{ \"Statement\": [] }";
    put(policy).unwrap();
    assert_eq!(get().unwrap().policy.as_deref(), Some(policy));
    s3.call::<api::DeleteAccessPointPolicy>(api::DeleteAccessPointPolicyRequest {
        account_id: account_id.clone(),
        name: name.clone(),
    })
    .unwrap();
    assert_eq!(code(get()), "NoSuchAccessPointPolicy");
}

#[test]
fn its_own_block_keeps_public_acls_out() {
    let s3 = with_bucket();
    let id = bucket_id(&s3, "bkt");
    s3.cx(Caller::root(AccountId::DEFAULT, None), "us-east-1")
        .write(|tx| {
            record::remove(tx, &id, Configuration::PublicAccessBlock);
            record::remove(tx, &id, Configuration::OwnershipControls);
            Ok::<_, StoreError>(())
        })
        .unwrap();
    let closed = create(&s3, "closed", "bkt").unwrap().alias;
    let open = s3.call::<api::CreateAccessPoint>(filled(&json!({"AccountId": ACCOUNT, "Name": "open",
        "Bucket": "bkt", "PublicAccessBlockConfiguration": {"BlockPublicAcls": false}})));
    let open = open.unwrap().alias;
    let label = format!("closed-{ACCOUNT}");
    for (through, acl, allowed) in [
        (Some("bkt"), "public-read", true),
        (open.as_deref(), "public-read", true),
        (closed.as_deref(), "private", true),
        (closed.as_deref(), "public-read", false),
        (Some(&label), "authenticated-read", false),
    ] {
        let input = json!({"Bucket": through, "Key": "k", "ACL": acl});
        let put = s3.call::<s3api::PutObject>(filled(&input));
        assert_eq!(put.is_ok(), allowed, "{input}");
        let put = s3.call::<s3api::PutObjectAcl>(filled(&input));
        assert_eq!(
            put.err().map(|fault| fault.code.into_owned()).as_deref(),
            (!allowed).then_some("AccessDenied")
        );
    }
}

#[test]
fn a_public_policy_is_taken_only_where_neither_the_point_nor_its_account_is_closed() {
    let s3 = with_bucket();
    create(&s3, "closed", "bkt").unwrap();
    s3.call::<api::CreateAccessPoint>(filled(&json!({"AccountId": ACCOUNT, "Name": "open",
        "Bucket": "bkt", "PublicAccessBlockConfiguration": {"BlockPublicAcls": false}})))
        .unwrap();
    let put = |name: &str, principal: &str| {
        let resource = format!("arn:aws:s3:us-east-1:{ACCOUNT}:accesspoint/{name}/object/*");
        let statement = json!({"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "s3:GetObject",
            "Resource": resource});
        let policy = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
        let put = filled(&json!({"AccountId": ACCOUNT, "Name": name, "Policy": policy}));
        s3.call::<api::PutAccessPointPolicy>(put)
            .map_or_else(|fault| fault.code.into_owned(), |_| String::new())
    };
    assert_eq!(put("closed", "*"), "AccessDenied");
    assert_eq!(put("closed", "111122223333"), "");
    assert_eq!(put("open", "*"), "");
    let block = json!({"AccountId": ACCOUNT, "PublicAccessBlockConfiguration": {"BlockPublicPolicy": true}});
    s3.call::<api::PutPublicAccessBlock>(filled(&block)).unwrap();
    assert_eq!(put("open", "*"), "AccessDenied");
}
