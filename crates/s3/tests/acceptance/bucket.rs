use crate::{delete, get, golden, invalid_argument, not_implemented, put, refused, start};
use testkit::Server;

#[test]
fn the_life_of_a_bucket() {
    let server = Server::start();
    let s3 = server.client("s3");
    let mut golden = golden("bucket");
    golden.note("CreateBucket", put(&s3, "/photos", b"")).ok();
    golden.note("HeadBucket", s3.request("HEAD", "/photos").send()).ok();
    golden.note("ListBuckets", get(&s3, "/")).ok();
    golden.note("GetBucketLocation", get(&s3, "/photos?location")).ok();
    golden.note("GetBucketVersioning", get(&s3, "/photos?versioning")).ok();
    let on = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    golden.note("PutBucketVersioning", put(&s3, "/photos?versioning", on)).ok();
    golden.note("versioned", get(&s3, "/photos?versioning")).ok();
    golden.note("GetBucketEncryption", get(&s3, "/photos?encryption")).ok();
    golden.note("GetBucketOwnershipControls", get(&s3, "/photos?ownershipControls")).ok();
    golden.note("DeleteBucket", delete(&s3, "/photos")).ok();
    golden.note("it is gone", get(&s3, "/photos?location"));
    golden.check();
}

#[test]
fn what_creating_a_bucket_refuses() {
    let (server, s3) = start();
    for name in ["ab", "Photos", "a_b", "192.168.5.4", "xn--abc", "abc-s3alias", "logs-an"] {
        let answer = put(&s3, &format!("/{name}"), b"");
        let sentence = "The specified bucket is not valid.";
        refused(&answer, 400, "InvalidBucketName", sentence, &[("BucketName", name)]);
    }
    let other = server.client("s3").key("123456789012", "x", None);
    let taken = "The requested bucket name is not available. The bucket namespace is shared by all users of the system. \
                 Please select a different name and try again.";
    refused(&put(&other, "/photos", b""), 409, "BucketAlreadyExists", taken, &[("BucketName", "photos")]);
    put(&s3, "/photos", b"").ok();
    let tagged = b"<CreateBucketConfiguration><Tags><Tag><Key>a</Key><Value>1</Value></Tag></Tags></CreateBucketConfiguration>";
    let own = "Your previous request to create the named bucket succeeded and you already own it.";
    refused(&put(&s3, "/photos", tagged), 409, "BucketAlreadyOwnedByYou", own, &[("BucketName", "photos")]);
    let dublin = server.client("s3").region("eu-west-1");
    let at = |place: &str| {
        format!(
            "<CreateBucketConfiguration><LocationConstraint>{place}</LocationConstraint></CreateBucketConfiguration>"
        )
    };
    for (body, named) in [(String::new(), "unspecified"), (at("eu-west-2"), "eu-west-2")] {
        let sentence = format!(
            "The {named} location constraint is incompatible for the region specific endpoint this request was sent to."
        );
        put(&dublin, "/elsewhere", body.as_bytes()).refused(
            400,
            "IllegalLocationConstraintException",
            &sentence,
        );
    }
    put(&dublin, "/dublin", at("EU").as_bytes()).ok();
    let sentence = "The specified location-constraint is not valid";
    let mars = put(&s3, "/elsewhere", at("mars-1").as_bytes());
    refused(&mars, 400, "InvalidLocationConstraint", sentence, &[("LocationConstraint", "mars-1")]);
    let with = |name: &str, value: &str| s3.request("PUT", "/other").header(name, value).send();
    with("x-amz-bucket-namespace", "account-regional").refused(
        400,
        "InvalidNamespaceHeader",
        "The requested bucket name did not include the account-regional namespace suffix, but the provided \
         x-amz-bucket-namespace header value is account-regional.",
    );
    with("x-amz-acl", "public-read").refused(
        400,
        "InvalidBucketAclWithObjectOwnership",
        "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
    );
    let writer = s3.request("PUT", "/other").header("x-amz-object-ownership", "ObjectWriter");
    writer.header("x-amz-acl", "public-read").send().refused(
        400,
        "InvalidBucketAclWithBlockPublicAccessError",
        "Bucket cannot have public ACLs set with BlockPublicAccess enabled",
    );
    let nonsense = with("x-amz-object-ownership", "Nobody");
    invalid_argument(
        &nonsense,
        "x-amz-object-ownership",
        "Invalid x-amz-object-ownership header: Nobody",
        None,
    );
}

#[test]
fn what_a_bucket_refuses() {
    let (_server, s3) = start();
    let missing = "The specified bucket does not exist";
    for (method, target) in [
        ("GET", "/nowhere"),
        ("GET", "/nowhere?location"),
        ("GET", "/nowhere?versioning"),
        ("GET", "/nowhere?tagging"),
        ("GET", "/nowhere?versions"),
        ("GET", "/nowhere?uploads"),
        ("GET", "/nowhere/key"),
        ("PUT", "/nowhere/key"),
        ("DELETE", "/nowhere/key"),
        ("DELETE", "/nowhere"),
        ("POST", "/nowhere/key?uploads"),
    ] {
        let answer = s3.request(method, target).send();
        refused(&answer, 404, "NoSuchBucket", missing, &[("BucketName", "nowhere")]);
    }
    assert_eq!(s3.request("HEAD", "/nowhere").send().status, 404);
    let owner = |account: &str| {
        s3.request("GET", "/photos?location").header("x-amz-expected-bucket-owner", account).send()
    };
    owner("000000000000").ok();
    owner("123456789012").refused(403, "AccessDenied", "Access Denied");
    let sentence = "The value of the expected bucket owner parameter must be an AWS Account ID... [me]";
    owner("me").refused(400, "InvalidBucketOwnerAWSAccountID", sentence);
    put(&s3, "/photos/k", b"x").ok();
    let full = "The bucket you tried to delete is not empty";
    refused(&delete(&s3, "/photos"), 409, "BucketNotEmpty", full, &[("BucketName", "photos")]);
    crate::versioning(&s3, "Enabled");
    let full = "The bucket you tried to delete is not empty. You must delete all versions in the bucket.";
    refused(&delete(&s3, "/photos"), 409, "BucketNotEmpty", full, &[("BucketName", "photos")]);
}

#[test]
fn what_versioning_refuses() {
    let (_server, s3) = start();
    let set = |inner: &str| {
        let body = format!("<VersioningConfiguration>{inner}</VersioningConfiguration>");
        put(&s3, "/photos?versioning", body.as_bytes())
    };
    let missing = "The Versioning element must be specified";
    set("").refused(400, "IllegalVersioningConfigurationException", missing);
    set("<Status>Maybe</Status>").refused(400, "MalformedXML", crate::MALFORMED_XML);
    set("<Status>Enabled</Status><MfaDelete>Maybe</MfaDelete>").refused(
        400,
        "MalformedXML",
        crate::MALFORMED_XML,
    );
    not_implemented(&set("<Status>Enabled</Status><MfaDelete>Enabled</MfaDelete>"), "x-amz-mfa");
    put(&s3, "/photos?versioning", b"<Versioning").refused(400, "MalformedXML", crate::MALFORMED_XML);
}

#[test]
fn buckets_are_listed_by_account_prefix_and_region() {
    let (server, s3) = start();
    let dublin = b"<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>";
    put(&s3, "/dublin", dublin).ok();
    put(&s3, "/papers", b"").ok();
    put(&server.client("s3").key("123456789012", "x", None), "/pictures", b"").ok();
    for (query, want) in [
        ("", vec!["dublin", "papers", "photos"]),
        ("?prefix=p", vec!["papers", "photos"]),
        ("?bucket-region=eu-west-1", vec!["dublin"]),
        ("?prefix=x", vec![]),
    ] {
        assert_eq!(get(&s3, &format!("/{query}")).ok().texts("Buckets.Bucket.Name"), want, "{query}");
    }
    let first = get(&s3, "/?max-buckets=2").ok();
    let token = first.text("ContinuationToken");
    assert_eq!(
        get(&s3, &format!("/?max-buckets=2&continuation-token={token}")).texts("Buckets.Bucket.Name"),
        ["photos"]
    );
    let sentence = "The continuation token provided is incorrect";
    invalid_argument(&get(&s3, "/?continuation-token=made-up"), "continuation-token", sentence, None);
    let sentence = "Argument value mars-1 is not a valid AWS Region";
    invalid_argument(&get(&s3, "/?bucket-region=mars-1"), "bucket-region", sentence, None);
}
