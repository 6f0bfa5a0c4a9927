//! Table 3.1: authentication, and the request as such.
//!
//! Never answered: `PermanentRedirect` and `TemporaryRedirect` (one endpoint serves every Region, so that nobody is
//! sent elsewhere); `AuthorizationHeaderMalformed` for a bucket of another Region, for the same reason;
//! `ServiceUnavailable` and `SlowDown` (nothing
//! is throttled). `InternalError` and `OperationAborted` need a broken disk, and writers that meet at one row again
//! and again: no request leads there by itself. `RequestTimeout` takes a minute of silence, for which
//! `tests/clients/test_hostile_clients.py` waits.

use super::{A_MOMENT, Ask, DIGITS, NO_KEY, NOT_ALLOWED, NOT_IMPLEMENTED, Row, ask, check, make};
use crate::{get, put, start};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use testkit::{Answer, Client, Server};

pub(super) const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your key \
                        and signing method.";
/// A day on which nobody signs any more.
const LONG_AGO: &str = "20260101T120000Z";

/// A key that the server has issued, whose signatures it therefore judges.
pub(super) struct Issued {
    pub(super) id: String,
    secret: String,
}

pub(super) fn issued(server: &Server, user: &str) -> Issued {
    let iam = server.client("iam");
    iam.call("CreateUser", &json!({ "UserName": user })).ok();
    let key = iam.call("CreateAccessKey", &json!({ "UserName": user })).ok();
    let member = |name: &str| key.text(&format!("CreateAccessKeyResult.AccessKey.{name}"));
    Issued { id: member("AccessKeyId"), secret: member("SecretAccessKey") }
}

impl Issued {
    fn scope(date: &str) -> String {
        format!("{}/us-east-1/s3/aws4_request", &date[..8])
    }

    /// A request with a signature that is none.
    fn signs(&self, line: &str, date: &str) -> Ask {
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={}/{}, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature={}",
            self.id,
            Self::scope(date),
            "0".repeat(64)
        );
        ask(line)
            .header("authorization", &authorization)
            .header("x-amz-date", date)
            .header("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
    }

    /// A URL of SigV4 with some parameters replaced, and some left out.
    fn presigns(&self, date: &str, changes: &[(&str, Option<&str>)]) -> Ask {
        let credential = format!("{}/{}", self.id, Self::scope(date)).replace('/', "%2F");
        let zeros = "0".repeat(64);
        let mut parameters = vec![
            ("X-Amz-Algorithm", Some("AWS4-HMAC-SHA256")),
            ("X-Amz-Credential", Some(&credential)),
            ("X-Amz-Date", Some(date)),
            ("X-Amz-Expires", Some("60")),
            ("X-Amz-SignedHeaders", Some("host")),
            ("X-Amz-Signature", Some(&zeros)),
        ];
        for (name, value) in changes {
            parameters.retain(|(other, _)| other != name);
            parameters.push((name, *value));
        }
        let sent = parameters.iter().filter_map(|(name, value)| Some(format!("{name}={}", (*value)?)));
        ask(&format!("GET /photos/k?{}", sent.collect::<Vec<_>>().join("&")))
    }

    /// The server's time, as signatures carry it.
    fn now(&self, nobody: &Client) -> String {
        let refused = self.signs("GET /photos", LONG_AGO).send(nobody).refusal();
        refused.members["ServerTime"].chars().filter(char::is_ascii_alphanumeric).collect()
    }
}

pub(super) fn spaced(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}

#[test]
fn signatures_in_headers() {
    let (server, _s3) = start();
    let anna = issued(&server, "anna");
    let nobody = server.client("s3").anonymous();
    let now = anna.now(&nobody);
    let malformed = "The authorization header is malformed; the Credential is mal-formed; expecting \
                     \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".";
    let region =
        "The authorization header is malformed; the region 'aws-global' is wrong; expecting 'us-east-1'";
    let skewed = "The difference between the request time and the current time is too large.";
    let unsigned = "There were headers present in the request which were not signed";
    let authorized = |line: &str, authorization: &str| {
        ask(line).header("authorization", authorization).header("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
    };
    check(
        &nobody,
        [
            anna.signs("GET /photos/k", LONG_AGO)
                .refused(403, "RequestTimeTooSkewed", skewed)
                .with("RequestTime", LONG_AGO)
                .with("ServerTime", A_MOMENT)
                .with("MaxAllowedSkewMilliseconds", "900000"),
            anna.signs("PUT /photos/k", &now)
                .header("x-amz-meta-a", "1")
                .header("x-amz-acl", "private")
                .refused(403, "AccessDenied", unsigned)
                .with("HeadersNotSigned", "x-amz-meta-a, x-amz-acl"),
            anna.signs("PUT /photos/k", &now)
                .body(DIGITS)
                .vouched()
                .refused(403, "AccessDenied", unsigned)
                .with("HeadersNotSigned", "content-md5"),
            authorized(
                "GET /photos",
                "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host;x-amz-date, Signature=0",
            )
            .refused(400, "AuthorizationHeaderMalformed", malformed),
            authorized("GET /photos", "Bearer x")
                .argument("Authorization", "Unsupported Authorization Type")
                .value("Bearer"),
        ],
    );
    check(
        &server.client("s3").region("aws-global"),
        ["GET /photos", "PUT /other"].map(|line| {
            ask(line).refused(400, "AuthorizationHeaderMalformed", region).with("Region", "us-east-1")
        }),
    );
    let text = format!(
        "GET\n/photos/k\n\nhost:{}\nx-amz-content-sha256:UNSIGNED-PAYLOAD\nx-amz-date:{now}\n\n\
         host;x-amz-content-sha256;x-amz-date\nUNSIGNED-PAYLOAD",
        server.address()
    );
    let digest = hex::encode(Sha256::digest(text.as_bytes()));
    let signed = format!("AWS4-HMAC-SHA256\n{now}\n{}\n{digest}", Issued::scope(&now));
    let signed_v2 = format!("GET\n\n\n\nx-amz-date:{now}\n/photos/k");
    check(
        &nobody,
        [
            anna.signs("GET /photos/k", &now)
                .refused(403, "SignatureDoesNotMatch", MISMATCH)
                .with("AWSAccessKeyId", &anna.id)
                .with("StringToSign", &signed)
                .with("StringToSignBytes", &spaced(&signed))
                .with("SignatureProvided", &"0".repeat(64))
                .with("CanonicalRequest", &text)
                .with("CanonicalRequestBytes", &spaced(&text)),
            ask("GET /photos/k")
                .header("authorization", &format!("AWS {}:AAAA", anna.id))
                .header("x-amz-date", &now)
                .refused(403, "SignatureDoesNotMatch", MISMATCH)
                .with("AWSAccessKeyId", &anna.id)
                .with("StringToSign", &signed_v2)
                .with("StringToSignBytes", &spaced(&signed_v2))
                .with("SignatureProvided", "AAAA"),
        ],
    );
    check(
        &server.client("s3").key(&anna.id, &anna.secret, None),
        [ask("GET /photos/none").refused(404, "NoSuchKey", NO_KEY).with("Key", "none")],
    );
}

#[test]
fn signatures_in_urls() {
    let (server, _s3) = start();
    let anna = issued(&server, "anna");
    let nobody = server.client("s3").anonymous();
    let now = anna.now(&nobody);
    let needed = "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, \
                  X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.";
    let names = ["Algorithm", "Credential", "Signature", "Date", "SignedHeaders", "Expires"];
    let parameters = |ask: Ask, message: &str| ask.refused(400, "AuthorizationQueryParametersError", message);
    check(
        &nobody,
        names.map(|name| parameters(anna.presigns(&now, &[(&format!("X-Amz-{name}"), None)]), needed)),
    );
    let with = |name: &str, value: &str| anna.presigns(&now, &[(name, Some(value))]);
    let malformed = "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting \
                     \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".";
    let week = "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less \
                than 604800 seconds";
    let region = "Error parsing the X-Amz-Credential parameter; the region 'aws-global' is wrong; expecting \
                  'us-east-1'";
    let elsewhere = format!("{}%2F{}%2Faws-global%2Fs3%2Faws4_request", anna.id, &now[..8]);
    check(
        &nobody,
        [
            parameters(with("X-Amz-Credential", "a%2Fb"), malformed),
            // As a credential that was encoded twice arrives.
            parameters(
                with("X-Amz-Credential", "a%252F20260101%252Fus-east-1%252Fs3%252Faws4_request"),
                malformed,
            ),
            parameters(with("X-Amz-Credential", &elsewhere), region).with("Region", "us-east-1"),
            parameters(with("X-Amz-Expires", "604801"), week),
            parameters(with("X-Amz-Expires", "-1"), "X-Amz-Expires must be non-negative"),
            parameters(with("X-Amz-Algorithm", "none"), "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\""),
            anna.presigns(LONG_AGO, &[])
                .refused(403, "AccessDenied", "Request has expired")
                .with("X-Amz-Expires", "60")
                .with("Expires", "2026-01-01T12:01:00Z")
                .with("ServerTime", A_MOMENT),
            ask(&format!("GET /photos/k?AWSAccessKeyId={}&Signature=AAAA&Expires=1767268860", anna.id))
                .refused(403, "AccessDenied", "Request has expired")
                .with("Expires", "2026-01-01T12:01:00Z")
                .with("ServerTime", A_MOMENT),
        ],
    );
    let unsigned = "There were headers present in the request which were not signed";
    let vouched = anna.presigns(&now, &[]).vouched().refused(403, "AccessDenied", unsigned);
    check(&nobody, [vouched.with("HeadersNotSigned", "content-md5")]);
    let halves = ["AWSAccessKeyId=a&Expires=1", "Signature=a&Expires=1", "AWSAccessKeyId=a&Signature=a"];
    let sentence =
        "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters";
    check(
        &nobody,
        halves.map(|query| ask(&format!("GET /photos/k?{query}")).refused(403, "AccessDenied", sentence)),
    );
}

#[test]
fn keys_and_tokens() {
    let (server, _s3) = start();
    let (anna, otto) = (issued(&server, "anna"), issued(&server, "otto"));
    let off = json!({ "UserName": "otto", "AccessKeyId": otto.id, "Status": "Inactive" });
    server.client("iam").call("UpdateAccessKey", &off).ok();
    let unknown = "The AWS Access Key Id you provided does not exist in our records.";
    check(
        &server.client("s3").key(&otto.id, &otto.secret, None),
        [ask("GET /photos").refused(403, "InvalidAccessKeyId", unknown).with("AWSAccessKeyId", &otto.id)],
    );
    let malformed = "The provided token is malformed or otherwise invalid.";
    check(
        &server.client("s3").key(&anna.id, &anna.secret, Some("nonsense")),
        [ask("GET /photos").refused(400, "InvalidToken", malformed).with("Token-0", "nonsense")],
    );
    // Where the clock is stepped, what the world issues ends by that clock: root's after an hour at the latest.
    let session = server.client("sts").call("GetSessionToken", &json!({})).ok();
    server.page("POST", "/_angae/clock", &json!({ "advance": "2h" }));
    let member = |name: &str| session.text(&format!("GetSessionTokenResult.Credentials.{name}"));
    let token = member("SessionToken");
    check(
        &server.client("s3").key(&member("AccessKeyId"), &member("SecretAccessKey"), Some(&token)),
        [ask("GET /photos")
            .refused(400, "ExpiredToken", "The provided token has expired.")
            .with("Token-0", &token)],
    );
}

#[test]
fn callers_and_owners() {
    let (_server, s3) = start();
    let owner = |value: &str| ask("GET /photos?location").header("x-amz-expected-bucket-owner", value);
    let no_account = "The value of the expected bucket owner parameter must be an AWS Account ID... [me]";
    let public = r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::photos/*"}}"#;
    let blocked = "User: arn:aws:iam::000000000000:root is not authorized to perform: s3:PutBucketPolicy on \
                   resource: \"arn:aws:s3:::photos\" because public policies are blocked by the BlockPublicPolicy \
                   block public access setting.";
    check(
        &s3,
        [
            owner("123456789012").refused(403, "AccessDenied", "Access Denied"),
            owner("me").refused(400, "InvalidBucketOwnerAWSAccountID", no_account),
            ask("PUT /photos?policy").body(public).refused(403, "AccessDenied", blocked),
            // The bucket comes before its owner.
            ask("GET /nowhere")
                .header("x-amz-expected-bucket-owner", "me")
                .refused(404, "NoSuchBucket", super::NO_BUCKET)
                .with("BucketName", "nowhere"),
        ],
    );
    assert_eq!(owner("000000000000").send(&s3).status, 200);
}

#[test]
fn targets_and_methods() {
    let (_server, s3) = start();
    put(&s3, "/photos/k", b"x").ok();
    let target = |line: &str| {
        let target = line.split_once(' ').unwrap().1;
        let path = target.split_once('?').map_or(target, |(path, _)| path);
        ask(line).refused(400, "InvalidURI", "Couldn't parse the specified URI.").with("URI", path)
    };
    let method = |line: &str, resource: &str, allowed: &str| {
        ask(line)
            .refused(405, "MethodNotAllowed", NOT_ALLOWED)
            .with("Method", line.split_once(' ').unwrap().0)
            .with("ResourceType", resource)
            .header("allow", allowed)
    };
    check(
        &s3,
        [
            target("GET /photos/%ff"),
            target("PUT /photos/%c3%28"),
            target("GET /photos?prefix=%ff"),
            method("PUT /", "SERVICE", "GET"),
            method("DELETE /", "SERVICE", "GET"),
            method("PATCH /photos", "BUCKET", "GET, HEAD, PUT, POST, DELETE"),
            method("POST /photos/k", "OBJECT", "GET, HEAD, PUT, DELETE"),
        ],
    );
}

#[test]
fn headers_that_mean_more_than_there_is() {
    let (_server, s3) = start();
    put(&s3, "/photos/k", b"x").ok();
    let refused =
        |ask: Ask, header: &str| ask.refused(501, "NotImplemented", NOT_IMPLEMENTED).with("Header", header);
    let with = |name: &str, value: &str| ask("PUT /photos/k").header(name, value).body(DIGITS);
    let words = |name: &str| format!("We don't accept the provided value of {name} header for this API");
    let several = "Multiple conditional request headers present in the request";
    let delete = |name: &str, value: &str| ask("DELETE /photos/k").header(name, value);
    let mfa = "<VersioningConfiguration><Status>Enabled</Status><MfaDelete>Enabled</MfaDelete></VersioningConfiguration>";
    check(
        &s3,
        [
            refused(with("if-none-match", "\"e\""), "If-None-Match")
                .with("additionalMessage", &words("If-None-Match")),
            refused(with("if-match", "*"), "If-Match").with("additionalMessage", &words("If-Match")),
            // The form of the condition comes before the key.
            refused(ask("PUT /photos/none").header("if-match", "*"), "If-Match")
                .with("additionalMessage", &words("If-Match")),
            refused(with("if-match", "\"e\"").header("if-none-match", "*"), "If-Match,If-None-Match")
                .with("additionalMessage", several),
            refused(with("x-amz-write-offset-bytes", "1"), "x-amz-write-offset-bytes"),
            refused(
                delete("x-amz-if-match-last-modified-time", "Thu, 01 Jan 2026 12:00:00 GMT"),
                "x-amz-if-match-last-modified-time",
            ),
            refused(delete("x-amz-if-match-size", "1"), "x-amz-if-match-size"),
            refused(ask("PUT /photos?versioning").body(mfa), "x-amz-mfa"),
        ],
    );
}

#[test]
fn bodies_that_do_not_fit_the_request() {
    let (_server, s3) = start();
    make(&s3, [ask("PUT /open").header("x-amz-object-ownership", "ObjectWriter")]);
    let zeros = "0".repeat(64);
    let digest = hex::encode(Sha256::digest(DIGITS));
    let sentence = "The provided 'x-amz-content-sha256' header does not match what was computed.";
    let mut rows: Vec<Row> = ["PUT /photos/k", "PUT /photos?policy"]
        .map(|line| {
            ask(line)
                .header("x-amz-content-sha256", &zeros)
                .body(DIGITS)
                .refused(400, "XAmzContentSHA256Mismatch", sentence)
                .with("ClientComputedContentSHA256", &zeros)
                .with("S3ComputedContentSHA256", &digest)
        })
        .into();
    rows.extend(["cors", "lifecycle", "tagging", "website", "notification", "logging"].map(
        |configuration| {
            ask(&format!("PUT /photos?{configuration}")).refused(
                400,
                "MissingRequestBodyError",
                "Request Body is empty",
            )
        },
    ));
    rows.extend([
        ask("PUT /open?acl")
            .refused(400, "MissingSecurityHeader", "Your request was missing a required header")
            .with("MissingHeaderName", "x-amz-acl"),
        ask("PUT /open?acl")
            .header("x-amz-acl", "private")
            .body("<AccessControlPolicy><Owner><ID>a</ID></Owner><AccessControlList/></AccessControlPolicy>")
            .refused(400, "UnexpectedContent", "This request does not support content"),
    ]);
    check(&s3, rows);
    assert_eq!(get(&s3, "/photos/k").status, 404, "a body of another hash is not kept");
}

/// Sends a PUT of `/photos/k` byte by byte as it is given, says that nothing more will come, and reads the answer.
fn raw(server: &Server, head: &str, body: &str) -> Answer {
    let mut stream = TcpStream::connect(server.address()).expect("the server listens");
    let request =
        format!("PUT /photos/k HTTP/1.1\r\nhost: s3.localhost\r\nconnection: close\r\n{head}\r\n{body}");
    stream.write_all(request.as_bytes()).expect("the server reads");
    stream.shutdown(Shutdown::Write).expect("the server waits for more");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("the server answers");
    let text = String::from_utf8(answer).expect("refusals are text");
    let (head, body) = text.split_once("\r\n\r\n").expect("an answer has a head");
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|status| status.parse().ok());
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
    Answer { status: status.expect("an answer has a status"), headers, body: body.to_owned().into() }
}

#[test]
fn lengths() {
    let (server, s3) = start();
    let row = |status, code, message| ask("PUT /photos/k").refused(status, code, message);
    let length = "You must provide the Content-Length HTTP header.";
    row(411, "MissingContentLength", length).meets(&raw(&server, "", ""));
    let framed = "x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER\r\n";
    let length_of_content = format!("{framed}content-length: 5\r\n");
    row(411, "MissingContentLength", length).meets(&raw(&server, &length_of_content, "0\r\n\r\n"));
    let short = "You did not provide the number of bytes specified by the Content-Length HTTP header";
    row(400, "IncompleteBody", short).meets(&raw(&server, "content-length: 10\r\n", "123"));
    let ends = "The request body terminated unexpectedly";
    let announced = format!("{framed}content-length: 11\r\nx-amz-decoded-content-length: 4\r\n");
    row(400, "IncompleteBody", ends).meets(&raw(&server, &announced, "1\r\nx\r\n0\r\n\r\n"));
    assert_eq!(get(&s3, "/photos/k").status, 404, "half a body is not kept");
}
