//! Table 3.2: buckets and their configurations. What is missing is in `missing`, what an argument says in `argument`.
//!
//! Never answered: `InvalidTargetBucketForLogging` for a target whose ACL keeps the log out: a log is
//! written whatever the ACL says.

use super::{DIGITS, NO_BUCKET, Row, ask, check, control, make};
use crate::{MALFORMED_XML, put, start};
use std::thread;

fn malformed(line: &str, body: &str) -> Row {
    ask(line).body(body).refused(400, "MalformedXML", MALFORMED_XML)
}

fn located(name: &str) -> String {
    format!(
        "<CreateBucketConfiguration><LocationConstraint>{name}</LocationConstraint></CreateBucketConfiguration>"
    )
}

fn versioning(inner: &str) -> String {
    format!("<VersioningConfiguration>{inner}</VersioningConfiguration>")
}

#[test]
fn a_bucket_that_is_not_there() {
    let (_server, s3) = start();
    put(&s3, "/photos/k", b"x").ok();
    let mut rows: Vec<Row> = [
        "GET /nowhere",
        "GET /nowhere?list-type=2",
        "GET /nowhere?versions",
        "GET /nowhere?uploads",
        "GET /nowhere?location",
        "GET /nowhere?acl",
        "PUT /nowhere?acl",
        "DELETE /nowhere",
        "GET /nowhere/key",
        "PUT /nowhere/key",
        "DELETE /nowhere/key",
        "GET /nowhere/key?tagging",
        "GET /nowhere/key?acl",
        "POST /nowhere/key?uploads",
        "PUT /nowhere/key?partNumber=1&uploadId=none",
    ]
    .map(|line| ask(line).refused(404, "NoSuchBucket", NO_BUCKET).with("BucketName", "nowhere"))
    .into();
    for configuration in [
        "abac",
        "accelerate",
        "cors",
        "encryption",
        "lifecycle",
        "logging",
        "notification",
        "object-lock",
        "ownershipControls",
        "policy",
        "publicAccessBlock",
        "replication",
        "requestPayment",
        "tagging",
        "versioning",
        "website",
    ] {
        // It comes before whatever is wrong with the body.
        for ask in [
            ask(&format!("GET /nowhere?{configuration}")),
            ask(&format!("PUT /nowhere?{configuration}")).body("<"),
        ] {
            rows.push(ask.refused(404, "NoSuchBucket", NO_BUCKET).with("BucketName", "nowhere"));
        }
    }
    rows.push(
        ask("PUT /photos/c")
            .header("x-amz-copy-source", "/nowhere/k")
            .refused(404, "NoSuchBucket", NO_BUCKET)
            .with("BucketName", "nowhere"),
    );
    rows.push(
        ask("POST /nowhere?delete")
            .body("<")
            .vouched()
            .refused(404, "NoSuchBucket", NO_BUCKET)
            .with("BucketName", "nowhere"),
    );
    check(&s3, rows);
    assert_eq!(s3.request("HEAD", "/nowhere").send().status, 404);
}

#[test]
fn names() {
    let (server, s3) = start();
    let long = "b".repeat(64);
    check(
        &s3,
        [
            "ab",
            &long,
            "Photos",
            "a_b",
            "-ab",
            "ab-",
            "a..b",
            "192.168.5.4",
            "xn--abc",
            "sthree-abc",
            "amzn-s3-demo-abc",
            "abc-s3alias",
            "abc--ol-s3",
            "abc.mrap",
            "abc--table-s3",
            "logs-an",
        ]
        .map(|name| {
            ask(&format!("PUT /{name}"))
                .refused(400, "InvalidBucketName", "The specified bucket is not valid.")
                .with("BucketName", name)
        }),
    );
    let taken = "The requested bucket name is not available. The bucket namespace is shared by all users of the \
                 system. Please select a different name and try again.";
    check(
        &server.client("s3").key("123456789012", "x", None),
        [ask("PUT /photos").refused(409, "BucketAlreadyExists", taken).with("BucketName", "photos")],
    );
    let own = "Your previous request to create the named bucket succeeded and you already own it.";
    let owned =
        |ask: super::Ask| ask.refused(409, "BucketAlreadyOwnedByYou", own).with("BucketName", "photos");
    let tags = "<CreateBucketConfiguration><Tags><Tag><Key>a</Key><Value>1</Value></Tag></Tags></CreateBucketConfiguration>";
    let suffix = "The requested bucket name did not include the account-regional namespace suffix, but the provided \
                  x-amz-bucket-namespace header value is account-regional.";
    put(&s3, "/photos", b"").ok();
    check(
        &s3,
        [
            owned(ask("PUT /photos").body(tags)),
            owned(ask("PUT /photos").body(located("eu-west-1"))),
            ask("PUT /other").header("x-amz-bucket-namespace", "account-regional").refused(
                400,
                "InvalidNamespaceHeader",
                suffix,
            ),
        ],
    );
    check(&server.client("s3").region("eu-west-1"), [owned(ask("PUT /photos").body(located("eu-west-1")))]);
}

#[test]
fn places() {
    let (server, s3) = start();
    let unknown = "The specified location-constraint is not valid";
    check(
        &s3,
        ["mars-1", "us-east-1", "aws-global"].map(|name| {
            ask("PUT /elsewhere")
                .body(located(name))
                .refused(400, "InvalidLocationConstraint", unknown)
                .with("LocationConstraint", name)
        }),
    );
    let illegal = |named: &str, body: String| {
        let message = format!(
            "The {named} location constraint is incompatible for the region specific endpoint this request was sent to."
        );
        ask("PUT /elsewhere").body(body).refused(400, "IllegalLocationConstraintException", &message)
    };
    let elsewhere = |region: &str, rows: Vec<Row>| check(&server.client("s3").region(region), rows);
    elsewhere(
        "eu-west-1",
        vec![
            illegal("unspecified", String::new()),
            illegal("unspecified", located("")),
            illegal("eu-west-2", located("eu-west-2")),
            illegal("mars-1", located("mars-1")),
        ],
    );
    elsewhere("eu-west-2", vec![illegal("EU", located("EU"))]);
    make(&server.client("s3").region("eu-west-1"), [ask("PUT /dublin").body(located("EU"))]);
}

#[test]
fn what_a_bucket_is_created_with() {
    let (_server, s3) = start();
    let enforced = "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting";
    let blocked = "Bucket cannot have public ACLs set with BlockPublicAccess enabled";
    check(
        &s3,
        [
            ask("PUT /other").header("x-amz-acl", "public-read").refused(
                400,
                "InvalidBucketAclWithObjectOwnership",
                enforced,
            ),
            ask("PUT /other")
                .header("x-amz-object-ownership", "ObjectWriter")
                .header("x-amz-acl", "public-read")
                .refused(400, "InvalidBucketAclWithBlockPublicAccessError", blocked),
            malformed("PUT /other", "<CreateBucketConfiguration>"),
        ],
    );
}

#[test]
fn a_bucket_that_is_not_empty() {
    let (_server, s3) = start();
    put(&s3, "/photos/k", b"x").ok();
    let full = |message: &str| {
        ask("DELETE /photos").refused(409, "BucketNotEmpty", message).with("BucketName", "photos")
    };
    check(&s3, [full("The bucket you tried to delete is not empty")]);
    crate::versioning(&s3, "Enabled");
    make(&s3, [ask("DELETE /photos/k")]);
    check(
        &s3,
        [full("The bucket you tried to delete is not empty. You must delete all versions in the bucket.")],
    );
    make(&s3, [ask("PUT /other")]);
    let point = "<CreateAccessPointRequest><Bucket>other</Bucket></CreateAccessPointRequest>";
    make(&s3, [control("PUT /v20180820/accesspoint/door").body(point)]);
    let attached = "The bucket you are attempting to delete has access points attached. Delete your access points \
                    before deleting your bucket.";
    check(
        &s3,
        [ask("DELETE /other")
            .refused(400, "BucketHasAccessPointsAttached", attached)
            .with("BucketName", "other")],
    );
}

/// As many as an account may have: made by several clients at once, which takes a few seconds.
#[test]
fn more_buckets_than_an_account_may_have() {
    let (server, s3) = start();
    thread::scope(|scope| {
        for client in 0..8 {
            let server = &server;
            scope.spawn(move || {
                let s3 = server.client("s3");
                (client..9_999)
                    .step_by(8)
                    .for_each(|number| make(&s3, [ask(&format!("PUT /bucket-{number}"))]));
            });
        }
    });
    let many = "You have attempted to create more buckets than allowed";
    check(&s3, [ask("PUT /one-more").refused(400, "TooManyBuckets", many)]);
    make(&s3, [ask("PUT /bucket-7"), ask("DELETE /bucket-7"), ask("PUT /one-more")]);
    make(&server.client("s3").key("123456789012", "x", None), [ask("PUT /of-another")]);
}

#[test]
fn versions_that_cannot_be_switched() {
    let (_server, s3) = start();
    make(&s3, [ask("PUT /locked").header("x-amz-bucket-object-lock-enabled", "true"), ask("PUT /target")]);
    for bucket in ["photos", "target"] {
        let on = versioning("<Status>Enabled</Status>");
        make(&s3, [ask(&format!("PUT /{bucket}?versioning")).body(on)]);
    }
    let rule = "<ReplicationConfiguration><Role>arn:aws:iam::000000000000:role/r</Role><Rule><ID>r</ID>\
                <Priority>0</Priority><Filter/><Status>Enabled</Status>\
                <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>\
                <Destination><Bucket>arn:aws:s3:::target</Bucket></Destination></Rule></ReplicationConfiguration>";
    make(&s3, [ask("PUT /photos?replication").body(rule), ask("PUT /plain")]);
    let suspended = versioning("<Status>Suspended</Status>");
    let locked =
        "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.";
    let replicated = "A replication configuration is present on this bucket, so you cannot change the versioning \
                      state. To change the versioning state, first delete the replication configuration.";
    let needed = "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration";
    let lock =
        "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>";
    let missing = "The Versioning element must be specified";
    check(
        &s3,
        [
            ask("PUT /locked?versioning").body(&*suspended).refused(409, "InvalidBucketState", locked),
            ask("PUT /photos?versioning").body(&*suspended).refused(409, "InvalidBucketState", replicated),
            ask("PUT /plain?object-lock").body(lock).vouched().refused(409, "InvalidBucketState", needed),
            ask("PUT /plain?versioning").body(versioning("")).refused(
                400,
                "IllegalVersioningConfigurationException",
                missing,
            ),
            malformed("PUT /plain?versioning", &versioning("<Status>Maybe</Status>")),
            malformed("PUT /plain?versioning", &versioning("<Status>enabled</Status>")),
            malformed(
                "PUT /plain?versioning",
                &versioning("<Status>Enabled</Status><MfaDelete>Maybe</MfaDelete>"),
            ),
            malformed("PUT /plain?versioning", "<Versioning"),
        ],
    );
}

#[test]
fn documents_that_break_the_schema() {
    let (_server, s3) = start();
    let cors = |inner: &str| format!("<CORSConfiguration>{inner}</CORSConfiguration>");
    let lifecycle = |inner: &str| {
        format!(
            "<LifecycleConfiguration><Rule><Status>Enabled</Status>{inner}</Rule></LifecycleConfiguration>"
        )
    };
    let expires = "<Expiration><Days>1</Days></Expiration>";
    let unfiltered = "<Filter/>";
    check(
        &s3,
        [
            malformed("PUT /photos?cors", &cors("")),
            malformed("PUT /photos?cors", &cors("<CORSRule/>")),
            malformed("PUT /photos?cors", &cors("<Colour/>")),
            malformed("PUT /photos?cors", "<CORSConfiguration>"),
            malformed(
                "PUT /photos?cors",
                "<!DOCTYPE a [<!ENTITY e 'x'>]><CORSConfiguration>&e;</CORSConfiguration>",
            ),
            malformed("PUT /photos?lifecycle", &lifecycle(expires)),
            malformed(
                "PUT /photos?lifecycle",
                &lifecycle(&format!(
                    "<Filter><Prefix>a</Prefix><And><Prefix>a</Prefix></And></Filter>{expires}"
                )),
            ),
            malformed(
                "PUT /photos?lifecycle",
                &lifecycle(&format!("{unfiltered}<NoncurrentVersionExpiration/>")),
            ),
            malformed(
                "PUT /photos?lifecycle",
                &lifecycle(
                    "<Filter/><Expiration><Days>1</Days><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>",
                ),
            ),
            malformed("PUT /photos?lifecycle", "<LifecycleConfiguration/>"),
            malformed(
                "PUT /photos?replication",
                "<ReplicationConfiguration><Role>r</Role></ReplicationConfiguration>",
            ),
            malformed("PUT /photos?requestPayment", "<R><Payer>Nobody</Payer></R>"),
            malformed("PUT /photos?accelerate", "<A><Status>Maybe</Status></A>"),
            malformed("PUT /photos?ownershipControls", "<OwnershipControls/>"),
            malformed(
                "PUT /photos?ownershipControls",
                "<O><Rule><ObjectOwnership>Nobody</ObjectOwnership></Rule></O>",
            ),
            malformed(
                "PUT /photos?website",
                "<W><IndexDocument><Suffix>i</Suffix></IndexDocument><RoutingRules/></W>",
            ),
            malformed(
                "PUT /photos?website",
                "<W><IndexDocument><Suffix>i</Suffix></IndexDocument><ErrorDocument/></W>",
            ),
            malformed("PUT /photos?encryption", "<ServerSideEncryptionConfiguration/>"),
            malformed(
                "PUT /photos?notification",
                "<N><QueueConfiguration><Queue>arn:aws:sqs:us-east-1:000000000000:q</Queue></QueueConfiguration></N>",
            ),
            malformed("PUT /photos?metrics&id=a", "<MetricsConfiguration><Colour/></MetricsConfiguration>"),
            // The id in the document is another than the query's.
            malformed(
                "PUT /photos?analytics&id=a",
                "<AnalyticsConfiguration><Id>b</Id><StorageClassAnalysis/></AnalyticsConfiguration>",
            ),
            malformed(
                "PUT /photos?intelligent-tiering&id=a",
                "<IntelligentTieringConfiguration><Id>b</Id><Status>Enabled</Status><Tiering><AccessTier>ARCHIVE_ACCESS</AccessTier><Days>90</Days></Tiering></IntelligentTieringConfiguration>",
            ),
        ],
    );
    let lock = |inner: &str| {
        let body = format!("<ObjectLockConfiguration>{inner}</ObjectLockConfiguration>");
        ask("PUT /photos?object-lock").body(body).vouched().refused(400, "MalformedXML", MALFORMED_XML)
    };
    let enabled = "<ObjectLockEnabled>Enabled</ObjectLockEnabled>";
    let rule =
        |inner: &str| lock(&format!("{enabled}<Rule><DefaultRetention>{inner}</DefaultRetention></Rule>"));
    check(
        &s3,
        [
            lock(""),
            lock(&format!("{enabled}<Rule/>")),
            rule("<Mode>GOVERNANCE</Mode>"),
            rule("<Days>1</Days>"),
            rule("<Mode>GOVERNANCE</Mode><Days>1</Days><Years>1</Years>"),
        ],
    );
}

#[test]
fn policies_that_are_none() {
    let (_server, s3) = start();
    let statement = |member: &str, value: &str| {
        let members = [
            ("Effect", "\"Allow\""),
            ("Principal", "{\"AWS\":\"000000000000\"}"),
            ("Action", "\"s3:GetObject\""),
            ("Resource", "\"arn:aws:s3:::photos/*\""),
        ];
        let members =
            members.map(|(name, own)| format!("\"{name}\":{}", if name == member { value } else { own }));
        format!("{{\"Statement\":{{{}}}}}", members.join(","))
    };
    let long = format!("{{\"Id\":\"{}\"}}", "x".repeat(20_480));
    let json = "Policies must be valid JSON and the first byte must be '{'";
    check(
        &s3,
        [
            ("", json),
            ("nonsense", json),
            (" {}", json),
            ("{", json),
            ("[]", json),
            ("{}", "Missing required field Statement"),
            (&statement("Resource", "\"arn:aws:s3:::other/*\""), "Policy has invalid resource"),
            (&statement("Principal", "{\"AWS\":\"anna\"}"), "Invalid principal in policy"),
            (&statement("Action", "\"s3:HeadObject\""), "Policy has invalid action"),
            (
                &statement("Resource", "\"arn:aws:s3:::photos\""),
                "Action does not apply to any resource(s) in statement",
            ),
            (&statement("Effect", "\"Perhaps\""), "Invalid effect: Perhaps"),
            (&long, "Normalized policy document exceeds the maximum allowed size of 20480 bytes"),
        ]
        .map(|(policy, message)| {
            ask("PUT /photos?policy").body(policy).refused(400, "MalformedPolicy", message)
        }),
    );
}

#[test]
fn access_control_lists() {
    let (_server, s3) = start();
    make(
        &s3,
        [
            ask("PUT /open").header("x-amz-object-ownership", "ObjectWriter"),
            ask("PUT /open/k").body("x"),
            ask("PUT /granted").header("x-amz-object-ownership", "ObjectWriter"),
            ask("PUT /granted?acl").header("x-amz-acl", "log-delivery-write"),
            ask("PUT /photos/k").body("x"),
        ],
    );
    let off =
        |ask: super::Ask| ask.refused(400, "AccessControlListNotSupported", "The bucket does not allow ACLs");
    let owner = "<Owner><ID>79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be</ID></Owner>";
    let acl = |inner: &str| {
        let body = format!("<AccessControlPolicy>{inner}</AccessControlPolicy>");
        ask("PUT /open?acl").body(body).refused(400, "MalformedACLError", MALFORMED_XML)
    };
    let grant = |grantee: &str, permission: &str| {
        acl(&format!(
            "{owner}<AccessControlList><Grant>{grantee}<Permission>{permission}</Permission></Grant></AccessControlList>"
        ))
    };
    let xsi = "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";
    let group = format!(
        "<Grantee {xsi} xsi:type=\"Group\"><URI>http://acs.amazonaws.com/groups/s3/LogDelivery</URI></Grantee>"
    );
    // Grants by e-mail address ended in October 2025.
    let by_email = |ask: super::Ask, method: &str, resource: &str| {
        let refused = ask.refused(405, "MethodNotAllowed", super::NOT_ALLOWED);
        refused.with("Method", method).with("ResourceType", resource)
    };
    let email = "id=\"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be\", emailAddress=\"a@b.example\"";
    check(
        &s3,
        [
            off(ask("PUT /photos?acl").header("x-amz-acl", "private")),
            off(ask("PUT /photos/k?acl").header("x-amz-acl", "private")),
            off(ask("PUT /photos/k").header("x-amz-acl", "public-read").body(DIGITS)),
            off(ask("POST /photos/k?uploads").header("x-amz-acl", "public-read")),
            off(ask("PUT /photos/c")
                .header("x-amz-copy-source", "/photos/k")
                .header("x-amz-acl", "public-read")),
            ask("PUT /granted?ownershipControls")
                .body("<O><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></O>")
                .refused(
                    400,
                    "InvalidBucketAclWithObjectOwnership",
                    "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
                ),
            acl(owner),
            acl("<AccessControlList/>"),
            grant(&group, "KNOW"),
            grant(&format!("<Grantee {xsi} xsi:type=\"Person\"><ID>a</ID></Grantee>"), "READ"),
            // A new bucket blocks public ACLs.
            ask("PUT /open?acl").header("x-amz-acl", "public-read").refused(
                403,
                "AccessDenied",
                "Access Denied",
            ),
            by_email(ask("PUT /open?acl").header("x-amz-grant-read", email), "PUT", "ACL"),
            by_email(ask("PUT /open/k?acl").header("x-amz-grant-read", email), "PUT", "ACL"),
            by_email(ask("PUT /open/k").header("x-amz-grant-read", email), "PUT", "OBJECT"),
            by_email(ask("POST /open/k?uploads").header("x-amz-grant-read", email), "POST", "OBJECT"),
            by_email(ask("PUT /new").header("x-amz-grant-read", email), "PUT", "BUCKET"),
        ],
    );
}

#[test]
fn logs() {
    let (server, s3) = start();
    let locked = "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>\
                  <Mode>GOVERNANCE</Mode><Days>1</Days></DefaultRetention></Rule></ObjectLockConfiguration>";
    make(
        &s3,
        [
            ask("PUT /dublin").body(located("eu-west-1")),
            ask("PUT /london").body(located("eu-west-2")),
            ask("PUT /locked").header("x-amz-bucket-object-lock-enabled", "true"),
            ask("PUT /locked?object-lock").body(locked).vouched(),
        ],
    );
    make(&server.client("s3").key("123456789012", "x", None), [ask("PUT /of-another")]);
    let log = |bucket: &str, target: &str| {
        ask(&format!("PUT /{bucket}?logging")).body(format!(
            "<BucketLoggingStatus><LoggingEnabled><TargetBucket>{target}</TargetBucket><TargetPrefix>l</TargetPrefix>\
             </LoggingEnabled></BucketLoggingStatus>"
        ))
    };
    let target = |bucket: &str, message: &str| {
        log("photos", bucket)
            .refused(400, "InvalidTargetBucketForLogging", message)
            .with("TargetBucket", bucket)
    };
    let across = |from: &str, to: &str, there: &str| {
        log(from, to)
            .refused(403, "CrossLocationLoggingProhibitted", "Cross S3 location logging not allowed. ")
            .with("TargetBucketLocation", there)
    };
    check(
        &s3,
        [
            target("nowhere", "The target bucket for logging does not exist"),
            target(
                "of-another",
                "The owner for the bucket to be logged and the target bucket must be the same.",
            ),
            target(
                "locked",
                "The target bucket for logging cannot have a default retention period configuration",
            ),
            across("photos", "dublin", "eu-west-1"),
            across("dublin", "london", "eu-west-2").with("SourceBucketLocation", "eu-west-1"),
            across("dublin", "photos", "us-east-1").with("SourceBucketLocation", "eu-west-1"),
        ],
    );
}

#[test]
fn configurations_by_their_ids() {
    let (_server, s3) = start();
    let inventory = |id: &str, bucket: &str| {
        ask("PUT /photos?inventory&id=a").body(format!(
            "<InventoryConfiguration><Destination><S3BucketDestination><Bucket>{bucket}</Bucket><Format>CSV</Format>\
             </S3BucketDestination></Destination><IsEnabled>true</IsEnabled><Id>{id}</Id>\
             <IncludedObjectVersions>All</IncludedObjectVersions><Schedule><Frequency>Daily</Frequency></Schedule>\
             </InventoryConfiguration>"
        ))
    };
    let metrics = |number: usize| {
        ask(&format!("PUT /photos?metrics&id=m{number}"))
            .body(format!("<MetricsConfiguration><Id>m{number}</Id></MetricsConfiguration>"))
    };
    make(&s3, (0..1000).map(metrics));
    let id = "Document ID does not match the specified configuration ID.";
    let many = "You are attempting to create a new configuration but have already reached the 1,000-configuration limit.";
    check(
        &s3,
        [
            inventory("b", "arn:aws:s3:::to").refused(400, "IdMismatch", id),
            inventory("a", "to").refused(400, "InvalidS3DestinationBucket", "Invalid bucket ARN."),
            metrics(1000).refused(400, "TooManyConfigurations", many),
        ],
    );
    make(&s3, [metrics(7)]);
}
