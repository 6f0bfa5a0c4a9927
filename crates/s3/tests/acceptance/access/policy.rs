//! The caller's own policies, the bucket's, and its ACLs.

use super::{OTHER, OWN, Scene, allow, denied, get, not_allowed, shut};
use serde_json::{Value, json};

#[test]
fn a_user_may_what_its_own_policies_allow() {
    let mut scene = Scene::new();
    let reader = scene.user(OWN, "reader", &allow("s3:GetObject", "arn:aws:s3:::photos/*"));
    scene.enforce();
    let s3 = scene.of(&reader);
    assert_eq!(get(&s3, "/photos/k").ok().body_text(), "hello");
    let put = s3.request("PUT", "/photos/k").body("x").send();
    denied(&put, &not_allowed("reader", "s3:PutObject", "arn:aws:s3:::photos/k", "identity-based"));
    let list = get(&s3, "/photos");
    denied(&list, &not_allowed("reader", "s3:ListBucket", "arn:aws:s3:::photos", "identity-based"));
    shut(&get(&scene.anonymous(), "/photos/k"));
}

#[test]
fn a_bucket_policy_grants_and_denies_within_its_account() {
    let mut scene = Scene::new();
    let none = scene.user(OWN, "none", &Value::Null);
    let admin = scene.user(OWN, "admin", &allow("s3:*", "*"));
    scene.put("/photos/secret/k", "hidden");
    scene.policy(
        "photos",
        &json!([
            { "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:iam::{OWN}:user/none") },
              "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*" },
            { "Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/secret/*" },
        ]),
    );
    scene.enforce();
    get(&scene.of(&none), "/photos/k").ok();
    get(&scene.of(&admin), "/photos/k").ok();
    for (key, name) in [(&none, "none"), (&admin, "admin")] {
        let sentence = format!(
            "User: arn:aws:iam::{OWN}:user/{name} is not authorized to perform: s3:GetObject on resource: \
             \"arn:aws:s3:::photos/secret/k\" with an explicit deny in a resource-based policy"
        );
        denied(&get(&scene.of(key), "/photos/secret/k"), &sentence);
    }
}

/// A key is what it spells, to policies as to the bucket: no way of writing it leads from what is open to what is not.
#[test]
fn paths_do_not_lead_out_of_what_a_policy_allows() {
    let mut scene = Scene::new();
    let reader = scene.user(OWN, "reader", &allow("s3:GetObject", "arn:aws:s3:::photos/open/*"));
    scene.put("/photos/open/k", "open");
    scene.put("/photos/secret/k", "hidden");
    scene.enforce();
    let s3 = scene.of(&reader);
    assert_eq!(get(&s3, "/photos/open/k").ok().body_text(), "open");
    for target in [
        "/photos/secret/k",
        "/photos/open/../secret/k",
        "/photos/open/%2E%2E/secret/k",
        "/photos/open%2F..%2Fsecret%2Fk",
        "/photos/./secret/k",
        "/photos//secret/k",
        "/photos/open//k",
        "/photos/OPEN/k",
        "/photos/open/../../photos/secret/k",
        "/photos/open*/../secret/k",
    ] {
        let answer = get(&s3, target);
        let refusal = answer.refusal();
        assert_eq!((refusal.status, refusal.code.as_str()), (403, "AccessDenied"), "{target}");
        assert!(!answer.body_text().contains("hidden"), "{target}");
    }
}

#[test]
fn another_account_needs_both_policies() {
    let mut scene = Scene::new();
    let may = scene.user(OTHER, "may", &allow("s3:*", "*"));
    let none = scene.user(OTHER, "none", &Value::Null);
    scene.put("/closed", "");
    scene.put("/closed/k", "x");
    scene.policy(
        "photos",
        &json!([{ "Effect": "Allow", "Principal": { "AWS": OTHER }, "Action": "s3:GetObject",
                  "Resource": "arn:aws:s3:::photos/*" }]),
    );
    scene.enforce();
    get(&scene.of(&may), "/photos/k").ok();
    shut(&get(&scene.of(&none), "/photos/k"));
    // Its own policies alone open nothing of somebody else's, and let it make what is its own.
    let may = scene.of(&may);
    shut(&get(&may, "/closed/k"));
    may.request("PUT", "/theirs").send().ok();
    assert_eq!(may.request("PUT", "/closed").send().refusal().code, "BucketAlreadyExists");
}

#[test]
fn a_public_policy_opens_until_it_is_restricted() {
    let mut scene = Scene::new();
    let foreign = scene.user(OTHER, "foreign", &allow("s3:*", "*"));
    let none = scene.user(OWN, "none", &Value::Null);
    let open = |bucket: &str| {
        json!([{ "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
                 "Resource": format!("arn:aws:s3:::{bucket}/*") }])
    };
    scene.policy("photos", &open("photos"));
    scene.put("/restricted", "");
    scene.lift("restricted");
    scene.put("/restricted/k", "x");
    scene.policy("restricted", &open("restricted"));
    scene.put(
        "/restricted?publicAccessBlock",
        "<PublicAccessBlockConfiguration><RestrictPublicBuckets>true</RestrictPublicBuckets>\
         </PublicAccessBlockConfiguration>",
    );
    scene.enforce();
    for client in [scene.anonymous(), scene.of(&foreign), scene.of(&none)] {
        get(&client, "/photos/k").ok();
    }
    shut(&get(&scene.anonymous(), "/restricted/k"));
    shut(&get(&scene.of(&foreign), "/restricted/k"));
    // The bucket's own account is not restricted.
    get(&scene.of(&none), "/restricted/k").ok();
}

#[test]
fn acls_grant_where_they_count_and_public_grants_unless_they_are_ignored() {
    let mut scene = Scene::new();
    for bucket in ["photos", "ignoring", "enforced"] {
        if bucket != "photos" {
            scene.put(&format!("/{bucket}"), "");
            scene.lift(bucket);
        }
        scene.with_acls(bucket);
        let write = scene.s3.request("PUT", &format!("/{bucket}/open")).header("x-amz-acl", "public-read");
        write.body("x").send().ok();
        scene.put(&format!("/{bucket}/shut"), "x");
    }
    scene.put(
        "/ignoring?publicAccessBlock",
        "<PublicAccessBlockConfiguration><IgnorePublicAcls>true</IgnorePublicAcls>\
         </PublicAccessBlockConfiguration>",
    );
    scene.put(
        "/enforced?ownershipControls",
        "<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>",
    );
    scene.enforce();
    let anonymous = scene.anonymous();
    get(&anonymous, "/photos/open").ok();
    for target in ["/photos/shut", "/ignoring/open", "/enforced/open", "/photos/open?acl"] {
        shut(&get(&anonymous, target));
    }
}

#[test]
fn an_object_of_another_account_is_reached_by_its_own_acl_alone() {
    let mut scene = Scene::new();
    scene.with_acls("photos");
    let writer = scene.user(OTHER, "writer", &allow("s3:*", "*"));
    let admin = scene.user(OWN, "admin", &allow("s3:*", "*"));
    scene.policy(
        "photos",
        &json!([
            { "Effect": "Allow", "Principal": { "AWS": [OTHER, OWN] }, "Action": ["s3:PutObject", "s3:PutObjectAcl", "s3:GetObject"],
              "Resource": "arn:aws:s3:::photos/*" },
            { "Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/no" },
        ]),
    );
    scene.enforce();
    let (writer, admin) = (scene.of(&writer), scene.of(&admin));
    writer.request("PUT", "/photos/theirs").body("x").send().ok();
    writer.request("PUT", "/photos/no").body("x").send().ok();
    let shared = writer.request("PUT", "/photos/shared").header("x-amz-acl", "bucket-owner-full-control");
    shared.body("x").send().ok();
    // What they write again is a new object, whoever's the old one was.
    let again = writer.request("PUT", "/photos/shared").header("x-amz-acl", "bucket-owner-full-control");
    again.body("x").send().ok();
    get(&writer, "/photos/theirs").ok();
    shut(&get(&admin, "/photos/theirs"));
    get(&admin, "/photos/shared").ok();
    // The bucket's owner denies whosever object it is, and deletes it.
    assert_eq!(get(&writer, "/photos/no").status, 403);
    admin.request("DELETE", "/photos/theirs").send().ok();
}

#[test]
fn tags_of_objects_decide() {
    let mut scene = Scene::new();
    for (key, team) in [("red", "red"), ("blue", "blue")] {
        let tagged = scene.s3.request("PUT", &format!("/photos/{key}"));
        tagged.header("x-amz-tagging", &format!("team={team}")).body("x").send().ok();
    }
    let mut statement = allow("s3:GetObject", "arn:aws:s3:::photos/*");
    statement["Condition"] = json!({ "StringEquals": { "s3:ExistingObjectTag/team": "red" } });
    let key = scene.user(OWN, "red", &statement);
    scene.enforce();
    get(&scene.of(&key), "/photos/red").ok();
    let blue = get(&scene.of(&key), "/photos/blue");
    denied(&blue, &not_allowed("red", "s3:GetObject", "arn:aws:s3:::photos/blue", "identity-based"));
}

#[test]
fn an_access_point_needs_its_own_policy_and_its_buckets() {
    let mut scene = Scene::new();
    let none = scene.user(OWN, "none", &Value::Null);
    let point = scene.s3.request("PUT", "/v20180820/accesspoint/point").header("x-amz-account-id", OWN);
    let body = "<CreateAccessPointRequest xmlns=\"http://awss3control.amazonaws.com/doc/2018-08-20/\">\
                <Bucket>photos</Bucket></CreateAccessPointRequest>";
    let alias = point.body(body).send().ok().text("Alias");
    let arn = format!("arn:aws:s3:us-east-1:{OWN}:accesspoint/point");
    let policy = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:iam::{OWN}:user/none") },
        "Action": "s3:GetObject", "Resource": format!("{arn}/object/*") }] });
    let put = scene.s3.request("PUT", "/v20180820/accesspoint/point/policy").header("x-amz-account-id", OWN);
    let wrapped = format!(
        "<PutAccessPointPolicyRequest xmlns=\"http://awss3control.amazonaws.com/doc/2018-08-20/\">\
         <Policy>{}</Policy></PutAccessPointPolicyRequest>",
        policy.to_string().replace('"', "&quot;")
    );
    put.body(wrapped).send().ok();
    // The bucket delegates what is done to red keys.
    scene.put("/photos/red/k", "x");
    scene.policy(
        "photos",
        &json!([{ "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "arn:aws:s3:::photos/red/*",
                  "Condition": { "StringEquals": { "s3:DataAccessPointAccount": OWN } } }]),
    );
    scene.enforce();
    let s3 = scene.of(&none);
    get(&s3, &format!("/{alias}/red/k")).ok();
    let bucket = not_allowed("none", "s3:GetObject", "arn:aws:s3:::photos/k", "identity-based");
    denied(&get(&s3, &format!("/{alias}/k")), &bucket);
    let object = format!("{arn}/object/red/k");
    let put = s3.request("PUT", &format!("/{alias}/red/k")).body("y").send();
    denied(&put, &not_allowed("none", "s3:PutObject", &object, "identity-based"));
    // Without the access point nothing is delegated.
    let own = not_allowed("none", "s3:GetObject", "arn:aws:s3:::photos/red/k", "identity-based");
    denied(&get(&s3, "/photos/red/k"), &own);
}

#[test]
fn tags_of_a_new_object_decide() {
    let mut scene = Scene::new();
    let mut statement = allow("s3:PutObject*", "arn:aws:s3:::photos/*");
    statement["Condition"] = json!({ "StringEquals": { "s3:RequestObjectTag/team": "red" } });
    let key = scene.user(OWN, "red", &statement);
    scene.enforce();
    let s3 = scene.of(&key);
    let put = |tags: &str| s3.request("PUT", "/photos/new").header("x-amz-tagging", tags).body("x").send();
    put("team=red").ok();
    denied(
        &put("team=blue"),
        &not_allowed("red", "s3:PutObject", "arn:aws:s3:::photos/new", "identity-based"),
    );
}

/// Source: IAM user guide, "AWS JSON policy elements: Principal": policies keep the unique ids of those they name.
#[test]
fn a_policy_means_whom_it_named_and_nobody_made_again_under_the_name() {
    let scene = Scene::new();
    let set = |mode: &str| scene.server.page("PUT", "/_angae/iam/mode", &json!({ "mode": mode }));
    let anna = scene.user(OWN, "anna", &Value::Null);
    let arn = format!("arn:aws:iam::{OWN}:user/anna");
    let statement = |principal: &str| {
        json!([{
            "Effect": "Allow", "Principal": { "AWS": principal }, "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::photos/*",
        }])
    };
    let missing = json!({ "Version": "2012-10-17", "Statement": statement(&arn.replace("anna", "nobody")) });
    let put = scene.s3.request("PUT", "/photos?policy").body(missing.to_string()).send();
    put.refused(400, "MalformedPolicy", "Invalid principal in policy");
    scene.policy("photos", &statement(&arn));
    set("enforce");
    get(&scene.of(&anna), "/photos/k").ok();
    set("off");
    let shown = || serde_json::from_str::<Value>(&get(&scene.s3, "/photos?policy").ok().body_text()).unwrap();
    assert_eq!(shown()["Statement"], statement(&arn));
    let iam = scene.server.client("iam");
    iam.call("DeleteAccessKey", &json!({ "UserName": "anna", "AccessKeyId": anna.id })).ok();
    let id = iam.call("GetUser", &json!({ "UserName": "anna" })).ok().text("GetUserResult.User.UserId");
    iam.call("DeleteUser", &json!({ "UserName": "anna" })).ok();
    assert_eq!(shown()["Statement"], statement(&id), "whoever is gone is shown by its id");
    let again = scene.user(OWN, "anna", &Value::Null);
    assert_eq!(shown()["Statement"], statement(&id));
    set("enforce");
    let sentence = not_allowed("anna", "s3:GetObject", "arn:aws:s3:::photos/k", "identity-based");
    denied(&get(&scene.of(&again), "/photos/k"), &sentence);
}
