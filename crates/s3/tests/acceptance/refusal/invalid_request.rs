//! Section 3.5: `InvalidRequest`, which says all it has to say in its sentence.
//!
//! Never answered: sources past 5 GiB, which would first have to be stored.

use super::{Ask, CRC32, DIGITS, Row, ask, begin, check, complete, control, make, part};
use crate::{put, start, versioning};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use md5::{Digest, Md5};

const DIGEST: &str = "Missing required header for this request: Content-MD5 OR x-amz-checksum-*";

#[test]
fn reads() {
    let (server, s3) = start();
    put(&s3, "/photos/k", b"x").ok();
    let mode = ask("GET /photos/k").header("x-amz-checksum-mode", "none");
    check(
        &s3,
        [
            ask("GET /photos/k?partNumber=1")
                .header("range", "bytes=0-1")
                .invalid("Cannot specify both Range header and partNumber query parameter"),
            mode.invalid("Value for x-amz-checksum-mode header is invalid."),
        ],
    );
    let overrides = "Request specific response headers cannot be used for anonymous GET requests.";
    check(
        &server.client("s3").anonymous(),
        [ask("GET /photos/k?response-content-type=text%2Fplain").invalid(overrides)],
    );
}

#[test]
fn signed_requests_vouch_for_their_bodies() {
    let (server, s3) = start();
    put(&s3, "/photos/k", b"x").ok();
    make(
        &s3,
        [
            ask("PUT /locked").header("x-amz-bucket-object-lock-enabled", "true"),
            ask("PUT /locked/k").body("x"),
        ],
    );
    let signed = ask("GET /photos").header(
        "authorization",
        "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0",
    );
    let hash = "Missing required header for this request: x-amz-content-sha256";
    check(&server.client("s3").anonymous(), [signed.invalid(hash)]);
    let delete = "<Delete><Object><Key>k</Key></Object></Delete>";
    let hold = "<LegalHold><Status>OFF</Status></LegalHold>";
    let lock = "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>\
                <Mode>GOVERNANCE</Mode><Days>1</Days></DefaultRetention></Rule></ObjectLockConfiguration>";
    let documents = || {
        [
            ask("POST /photos?delete").body(delete),
            ask("PUT /locked/k?legal-hold").body(hold),
            ask("PUT /locked/k?retention").body("<Retention/>"),
            ask("PUT /locked?object-lock").body(lock),
        ]
    };
    check(&s3, documents().map(|ask| ask.invalid(DIGEST)));
    // A hold is one of the parameters, and so is what the bucket does by default.
    let bytes = "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters";
    let held = || ask("PUT /locked/k").header("x-amz-object-lock-legal-hold", "OFF").body(DIGITS);
    check(&s3, [held().invalid(bytes)]);
    make(
        &s3,
        [ask("PUT /locked/k").body(DIGITS), held().header("x-amz-checksum-crc32", CRC32), held().vouched()],
    );
    make(&s3, documents().map(Ask::vouched));
    check(&s3, [ask("PUT /locked/k").body(DIGITS).invalid(bytes)]);
    make(&s3, [ask("PUT /locked/k").body(DIGITS).vouched()]);
}

#[test]
fn copies() {
    let (_server, s3) = start();
    put(&s3, "/photos/k", b"0123456789").ok();
    let copy = |line: &str, source: &str| ask(line).header("x-amz-copy-source", source);
    let itself = "This copy request is illegal because it is trying to copy an object to itself without changing the \
                  object's metadata, storage class, website redirect location or encryption attributes.";
    let upload = begin(&s3, &[]);
    let part = copy(&format!("PUT /photos/big?partNumber=1&uploadId={upload}"), "/photos/k");
    check(
        &s3,
        [
            copy("PUT /photos/k", "/photos/k").invalid(itself),
            part.header("x-amz-copy-source-range", "bytes=10-20")
                .invalid("The specified copy range is invalid for the source object size"),
        ],
    );
    versioning(&s3, "Enabled");
    let marker = ask("DELETE /photos/k").send(&s3).ok().header("x-amz-version-id").unwrap().to_owned();
    let marked = "The source of a copy request may not specifically refer to a delete marker by version id.";
    check(&s3, [copy("PUT /photos/c", &format!("/photos/k?versionId={marker}")).invalid(marked)]);
}

#[test]
fn completions() {
    let (_server, s3) = start();
    let upload = begin(&s3, &[]);
    let e_tag = part(&s3, &upload, 1, "small");
    let size = "The provided 'x-amz-mp-object-size' header value 6 does not match what was computed: 5";
    check(
        &s3,
        [
            complete(&upload, &[]).invalid("You must specify at least one part"),
            complete(&upload, &[(1, &e_tag, "")]).header("x-amz-mp-object-size", "6").invalid(size),
        ],
    );
    make(&s3, [complete(&upload, &[(1, &e_tag, "")]).header("x-amz-mp-object-size", "5")]);
}

#[test]
fn locks_and_lists_of_access() {
    let (_server, s3) = start();
    put(&s3, "/photos/k", b"x").ok();
    make(&s3, [ask("PUT /open").header("x-amz-object-ownership", "ObjectWriter")]);
    let none = "Bucket is missing Object Lock Configuration";
    let hold = "<LegalHold><Status>ON</Status></LegalHold>";
    let lock = |ask: Ask| {
        ask.header("x-amz-object-lock-mode", "GOVERNANCE")
            .header("x-amz-object-lock-retain-until-date", "2027-01-01T00:00:00Z")
            .header("x-amz-checksum-crc32", CRC32)
            .body(DIGITS)
    };
    let both = ask("PUT /open?acl").header("x-amz-acl", "private").header("x-amz-grant-read", "id=\"a\"");
    check(
        &s3,
        [
            ask("GET /photos/k?retention").invalid(none),
            ask("GET /photos/k?legal-hold").invalid(none),
            ask("PUT /photos/k?legal-hold").body(hold).vouched().invalid(none),
            ask("PUT /photos/k?retention").body("<Retention/>").vouched().invalid(none),
            lock(ask("PUT /photos/k")).invalid(none),
            ask("PUT /photos/k").header("x-amz-object-lock-legal-hold", "ON").body("x").invalid(none),
            both.invalid("Specifying both Canned ACLs and Header Grants is not allowed"),
        ],
    );
}

#[test]
fn configurations() {
    let (_server, s3) = start();
    make(&s3, [ask("PUT /a.dotted.name"), ask("PUT /plain"), ask("PUT /target"), ask("PUT /versioned")]);
    let on = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    make(&s3, [ask("PUT /versioned?versioning").body(on)]);
    let cors = |inner: &str| {
        ask("PUT /photos?cors")
            .body(format!("<CORSConfiguration><CORSRule>{inner}</CORSRule></CORSConfiguration>"))
    };
    let replicate = |bucket: &str, inner: &str| {
        ask(&format!("PUT /{bucket}?replication")).body(format!(
            "<ReplicationConfiguration><Role>arn:aws:iam::000000000000:role/r</Role><Rule><ID>r</ID>\
             <Status>Enabled</Status>{inner}</Rule></ReplicationConfiguration>"
        ))
    };
    let to = |bucket: &str| format!("<Destination><Bucket>arn:aws:s3:::{bucket}</Bucket></Destination>");
    let source = "Versioning must be 'Enabled' on the bucket to apply a replication configuration";
    let destination = "Destination bucket must have versioning enabled.";
    let method = "Found unsupported HTTP method in CORS config. Unsupported method is PATCH";
    let dots = "S3 Transfer Acceleration is not supported for buckets with periods (.) in their names";
    let nothing = "Must specify at least one configuration.";
    let empty = "<PublicAccessBlockConfiguration/>";
    check(
        &s3,
        [
            ask("PUT /photos?publicAccessBlock").body(empty).invalid(nothing),
            cors("<AllowedMethod>PATCH</AllowedMethod><AllowedOrigin>*</AllowedOrigin>").invalid(method),
            cors("<AllowedMethod>GET</AllowedMethod><AllowedOrigin>*.*</AllowedOrigin>")
                .invalid("AllowedOrigin \"*.*\" can not have more than one wildcard."),
            ask("PUT /a.dotted.name?accelerate")
                .body("<AccelerateConfiguration><Status>Enabled</Status></AccelerateConfiguration>")
                .invalid(dots),
            // The source comes before the destination.
            replicate("plain", &to("nowhere")).invalid(source),
            replicate("versioned", &to("nowhere")).invalid(destination),
            replicate("versioned", &to("target")).invalid(destination),
        ],
    );
    let point = "<CreateAccessPointRequest><Bucket>nowhere</Bucket></CreateAccessPointRequest>";
    check(
        &s3,
        [
            control("PUT /v20180820/accesspoint/door")
                .body(point)
                .invalid("Amazon S3 AccessPoint can only be created for existing bucket"),
            control("PUT /v20180820/configuration/publicAccessBlock").body(empty).invalid(nothing),
        ],
    );
}

#[test]
fn lifecycles() {
    let (_server, s3) = start();
    let rule = |inner: &str| {
        ask("PUT /photos?lifecycle").body(format!(
            "<LifecycleConfiguration><Rule><ID>a</ID><Status>Enabled</Status>{inner}</Rule></LifecycleConfiguration>"
        ))
    };
    let tag = "<Tag><Key>a</Key><Value>1</Value></Tag>";
    let day = "<Expiration><Days>1</Days></Expiration>";
    let date =
        "<Transition><Date>2027-01-01T00:00:00Z</Date><StorageClass>GLACIER</StorageClass></Transition>";
    let mixed = "Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle rule for prefix ''";
    check(
        &s3,
        [
            rule(&format!("<Filter><And>{tag}{tag}</And></Filter>{day}"))
                .invalid("Duplicate Tag Keys are not allowed."),
            rule(&format!("<Filter/>{day}"))
                .header("x-amz-transition-default-minimum-object-size", "huge")
                .invalid("Invalid TransitionDefaultMinimumObjectSize found: huge"),
            rule("<Filter/>").invalid("At least one action needs to be specified in a rule"),
            rule(&format!("<Filter/>{day}{date}")).invalid(mixed),
        ],
    );
}

#[test]
fn websites() {
    let (_server, s3) = start();
    let rule = |inner: &str| {
        ask("PUT /photos?website").body(format!(
            "<WebsiteConfiguration><IndexDocument><Suffix>i</Suffix></IndexDocument><RoutingRules><RoutingRule>{inner}\
             </RoutingRule></RoutingRules></WebsiteConfiguration>"
        ))
    };
    let redirect = |inner: &str| rule(&format!("<Redirect>{inner}</Redirect>"));
    let protocol = "Invalid protocol, protocol can be http or https. If not defined the protocol will be selected \
                    automatically.";
    let condition = "Condition cannot be empty. To redirect all requests without a condition, the condition element \
                     shouldn't be present.";
    let all = "<WebsiteConfiguration><RedirectAllRequestsTo><HostName>a</HostName><Protocol>ftp</Protocol>\
               </RedirectAllRequestsTo></WebsiteConfiguration>";
    check(
        &s3,
        [
            redirect("<Protocol>ftp</Protocol>").invalid(protocol),
            ask("PUT /photos?website").body(all).invalid(protocol),
            redirect("<ReplaceKeyPrefixWith>a</ReplaceKeyPrefixWith><ReplaceKeyWith>b</ReplaceKeyWith>")
                .invalid("You can only define ReplaceKeyPrefix or ReplaceKey but not both."),
            rule("<Condition/><Redirect><HostName>a</HostName></Redirect>").invalid(condition),
        ],
    );
}

#[test]
fn customers_keys() {
    let (_server, s3) = start();
    let prefix = "x-amz-server-side-encryption-customer-";
    let with = |ask: Ask, key: u8| {
        let (text, md5) = (BASE64.encode([key; 32]), BASE64.encode(Md5::digest([key; 32])));
        let headers = [("algorithm", "AES256"), ("key", &text), ("key-md5", &md5)];
        headers.iter().fold(ask, |ask, (name, value)| ask.header(&format!("{prefix}{name}"), value))
    };
    make(&s3, [with(ask("PUT /photos/sealed").body("x"), 1), ask("PUT /photos/plain").body("x")]);
    let needed = "The object was stored using a form of Server Side Encryption. The correct parameters must be provided \
                  to retrieve the object.";
    let idle = "The encryption parameters are not applicable to this object.";
    let missing = "The multipart upload initiate requested encryption. Subsequent part requests must include the \
                   appropriate encryption parameters.";
    let other = "The provided encryption parameters did not match the ones used originally.";
    let upload = with(ask("POST /photos/big?uploads"), 1).send(&s3).ok().text("UploadId");
    let part = || ask(&format!("PUT /photos/big?partNumber=1&uploadId={upload}")).body("x");
    let secret = "Requests specifying Server Side Encryption with Customer provided keys must provide the correct \
                  secret key.";
    let wrong = |ask: Ask| -> Row { ask.refused(403, "AccessDenied", secret) };
    check(
        &s3,
        [
            ask("GET /photos/sealed").invalid(needed),
            ask("PUT /photos/c").header("x-amz-copy-source", "/photos/sealed").invalid(needed),
            with(ask("GET /photos/plain"), 1).invalid(idle),
            part().invalid(missing),
            with(part(), 2).invalid(other),
            wrong(with(ask("GET /photos/sealed"), 2)),
            wrong(
                ask("GET /photos/sealed")
                    .header(&format!("{prefix}algorithm"), "AES256")
                    .header(&format!("{prefix}key"), &BASE64.encode([1; 32])),
            ),
        ],
    );
    for (request, status) in [(ask("HEAD /photos/sealed"), 400), (with(ask("HEAD /photos/sealed"), 2), 403)] {
        assert_eq!(request.send(&s3).status, status);
    }
}
