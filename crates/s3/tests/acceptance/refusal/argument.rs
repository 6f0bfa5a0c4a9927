//! Table 3.4: `InvalidArgument`, by the argument it names.
//!
//! Never answered: `ArgumentName1` for queues, topics and functions that do not exist or let nobody publish (they are
//! outside angae; FIFO ones are refused by it).

use super::{Ask, CRC32, DIGITS, Row, ask, begin, check, make};
use crate::{MALFORMED_XML, get, put, start};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use md5::{Digest, Md5};

const ENCODING: &str = "Invalid Encoding Method specified in Request";
const SSE: &str = "x-amz-server-side-encryption";
const VERSION: &str = "Invalid version id specified";

/// A query parameter that is wrong, under its own name.
fn parameter(line: &str, message: &str) -> Row {
    let last = line.rsplit_once(['?', '&']).and_then(|(_, last)| last.split_once('='));
    let (name, value) = last.expect("the line ends with a parameter");
    ask(line).argument(name, message).value(value)
}

#[test]
fn part_numbers() {
    let (_server, s3) = start();
    put(&s3, "/photos/k", b"x").ok();
    let upload = begin(&s3, &[]);
    let sentence = "Part number must be an integer between 1 and 10000, inclusive";
    for number in ["0", "-1", "10001", "one", "2147483648"] {
        let numbered = |line: &str| parameter(&format!("{line}partNumber={number}"), sentence);
        check(&s3, [numbered("GET /photos/k?"), numbered(&format!("PUT /photos/big?uploadId={upload}&"))]);
        // It comes before the upload.
        check(&s3, [numbered("PUT /photos/big?uploadId=none&")]);
    }
}

#[test]
fn counts_and_encodings_of_lists() {
    let (_server, s3) = start();
    let upload = begin(&s3, &[]);
    let parts = format!("GET /photos/big?uploadId={upload}&");
    for (list, count, named) in [
        ("GET /photos?", "max-keys", "maxKeys"),
        ("GET /photos?list-type=2&", "max-keys", "maxKeys"),
        ("GET /photos?versions&", "max-keys", "maxKeys"),
        ("GET /photos?uploads&", "max-uploads", "max-uploads"),
        (&parts, "max-parts", "max-parts"),
        (&parts, "part-number-marker", "part-number-marker"),
    ] {
        let negative = format!("Argument {named} must be an integer between 0 and 2147483647");
        let no_number = format!("Provided {count} not an integer or within integer range");
        check(&s3, [ask(&format!("{list}{count}=-1")).argument(named, &negative).value("-1")]);
        check(
            &s3,
            ["abc", "2147483648", "1.5"].map(|text| parameter(&format!("{list}{count}={text}"), &no_number)),
        );
    }
    for list in ["GET /photos?", "GET /photos?list-type=2&", "GET /photos?versions&", "GET /photos?uploads&"]
    {
        check(&s3, ["rot13", ""].map(|name| parameter(&format!("{list}encoding-type={name}"), ENCODING)));
    }
    let buckets = "Argument max-buckets must be an integer between 1 and 10000";
    check(&s3, ["0", "-1", "10001"].map(|count| parameter(&format!("GET /?max-buckets={count}"), buckets)));
    let no_number = "Provided max-buckets not an integer or within integer range";
    check(&s3, [parameter("GET /?max-buckets=many", no_number)]);
}

#[test]
fn a_number_without_digits_counts_as_not_sent() {
    let (_server, s3) = start();
    put(&s3, "/photos/k", b"0123456789").ok();
    let upload = begin(&s3, &[]);
    put(&s3, &format!("/photos/big?uploadId={upload}&partNumber=1"), b"x").ok();
    let parts = format!("/photos/big?uploadId={upload}&");
    for (list, count, limit, found) in [
        ("/photos?", "max-keys", "MaxKeys", "Contents.Key"),
        ("/photos?list-type=2&", "max-keys", "MaxKeys", "Contents.Key"),
        ("/photos?versions&", "max-keys", "MaxKeys", "Version.Key"),
        ("/photos?uploads&", "max-uploads", "MaxUploads", "Upload.Key"),
        (&parts, "max-parts", "MaxParts", "Part.PartNumber"),
        (&parts, "part-number-marker", "MaxParts", "Part.PartNumber"),
    ] {
        let page = get(&s3, &format!("{list}{count}=")).ok();
        assert_eq!((page.text(limit).as_str(), page.texts(found).len()), ("1000", 1), "{list}{count}");
        assert_eq!(page.text("IsTruncated"), "false", "{list}{count}");
    }
    assert_eq!(get(&s3, "/?max-buckets=").ok().texts("Buckets.Bucket.Name"), ["photos"]);
    let whole = get(&s3, "/photos/k?partNumber=").ok();
    assert_eq!((whole.status, whole.body_text().as_str()), (200, "0123456789"));
    // A part that is sent has its number.
    let sentence = "Part number must be an integer between 1 and 10000, inclusive";
    check(&s3, [parameter(&format!("PUT /photos/big?uploadId={upload}&partNumber="), sentence)]);
}

#[test]
fn markers_and_tokens_of_lists() {
    let (_server, s3) = start();
    make(&s3, (0..3).map(|number| ask(&format!("PUT /photos/{number}")).body("x")));
    let upload = begin(&s3, &[]);
    let token = get(&s3, "/photos?list-type=2&max-keys=1").ok().text("NextContinuationToken");
    let continues =
        |line: &str| ask(line).argument("continuation-token", "The continuation token provided is incorrect");
    let region = "Argument value mars-1 is not a valid AWS Region";
    let alone = "A version-id marker cannot be specified without a key marker.";
    check(
        &s3,
        [
            continues("GET /photos?list-type=2&continuation-token="),
            continues("GET /photos?list-type=2&continuation-token=made-up"),
            // A token of another list.
            continues(&format!("GET /photos?list-type=2&prefix=x&continuation-token={token}")),
            continues("GET /?continuation-token=made-up"),
            parameter("GET /photos?versions&version-id-marker=v", alone),
            ask("GET /photos?versions&key-marker=0&version-id-marker=v")
                .argument("versionId", VERSION)
                .value("v"),
            parameter(
                "GET /photos?uploads&key-marker=big&upload-id-marker=made-up",
                "Invalid uploadId marker",
            ),
            // The id of another key's upload.
            parameter(
                &format!("GET /photos?uploads&key-marker=other&upload-id-marker={upload}"),
                "Invalid uploadId marker",
            ),
            ask("GET /?bucket-region=mars-1").argument("bucket-region", region),
        ],
    );
    make(&s3, [ask("GET /?continuation-token="), ask("GET /photos?uploads&upload-id-marker=made-up")]);
}

#[test]
fn access_control_lists_and_ownership() {
    let (_server, s3) = start();
    make(
        &s3,
        [ask("PUT /open").header("x-amz-object-ownership", "ObjectWriter"), ask("PUT /open/k").body("x")],
    );
    let canned = |line: &str| ask(line).header("x-amz-acl", "mine").argument("x-amz-acl", "").value("mine");
    let grant = |name: &str, sent: &str| ask("PUT /open?acl").header(name, sent);
    let xml = |owner: &str, grantee: &str| {
        ask("PUT /open?acl").body(format!(
            "<AccessControlPolicy><Owner><ID>{owner}</ID></Owner><AccessControlList><Grant>\
             <Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" {grantee}</Grantee>\
             <Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>"
        ))
    };
    let group = "xsi:type=\"Group\"><URI>http://acs.amazonaws.com/groups/none</URI>";
    let (format, id) = ("Argument format not recognized", "c".repeat(64));
    let create = |ownership: &str| {
        let sentence = format!("Invalid x-amz-object-ownership header: {ownership}");
        ask("PUT /other")
            .header("x-amz-object-ownership", ownership)
            .argument("x-amz-object-ownership", &sentence)
    };
    check(
        &s3,
        [
            canned("PUT /open?acl"),
            canned("PUT /open/k?acl"),
            canned("PUT /open/k"),
            canned("PUT /other"),
            grant("x-amz-grant-read", "uri=\"http://acs.amazonaws.com/groups/none\"")
                .argument("uri", "Invalid group uri")
                .value("http://acs.amazonaws.com/groups/none"),
            grant("x-amz-grant-write", "id=\"none\"").argument("id", "Invalid id").value("none"),
            grant("x-amz-grant-read", "nobody").argument("x-amz-grant-read", format).value("nobody"),
            grant("x-amz-grant-full-control", &format!("id=\"{id}\", name=\"a\""))
                .argument("x-amz-grant-full-control", format)
                .value("name=\"a\""),
            xml(&id, group)
                .argument("Group/URI", "Invalid group uri")
                .value("http://acs.amazonaws.com/groups/none"),
            xml(&id, "xsi:type=\"CanonicalUser\"><ID>none</ID>")
                .argument("CanonicalUser/ID", "Invalid id")
                .value("none"),
            xml("me", group).argument("CanonicalUser/ID", "Invalid id").value("me"),
            create("Nobody"),
            create(""),
        ],
    );
}

#[test]
fn copies() {
    let (_server, s3) = start();
    put(&s3, "/photos/k", b"0123456789").ok();
    let upload = begin(&s3, &[]);
    let copy = |source: &str| {
        ask("PUT /photos/c")
            .header("x-amz-copy-source", source)
            .argument("x-amz-copy-source", "Invalid copy source object key")
            .value("x-amz-copy-source")
    };
    check(&s3, ["photos", "/photos", "/photos/", "/"].map(copy));
    let cut = |range: &str, sentence: &str| {
        ask(&format!("PUT /photos/big?partNumber=1&uploadId={upload}"))
            .header("x-amz-copy-source", "/photos/k")
            .header("x-amz-copy-source-range", range)
            .argument("x-amz-copy-source-range", sentence)
            .value(range)
    };
    let form = "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the \
                zero-based offsets of the first and last bytes to copy";
    check(&s3, ["bytes=1-", "bytes=-2", "0-8", "bytes=1-0", "bytes=0-1,3-4"].map(|range| cut(range, form)));
    check(&s3, [cut("bytes=5-10", "Range specified is not valid for source object of size: 10")]);
}

#[test]
fn headers_of_objects() {
    let (_server, s3) = start();
    put(&s3, "/photos/k", b"x").ok();
    let tagging = "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without \
                   tag name duplicates.";
    check(
        &s3,
        ["a=1&a=2", "=1", "%ff=1"].map(|header| {
            ask("PUT /photos/k")
                .header("x-amz-tagging", header)
                .body("x")
                .argument("x-amz-tagging", tagging)
                .value(header)
        }),
    );
    let latin = "Header value cannot be represented using ISO-8859-1.";
    check(
        &s3,
        ["cache-control", "content-disposition", "content-encoding", "content-language", "content-type"].map(
            |header| {
                let name = format!("response-{header}");
                ask(&format!("GET /photos/k?{name}=%E2%82%AC")).argument(&name, latin).value("€")
            },
        ),
    );
}

#[test]
fn locks() {
    let (_server, s3) = start();
    make(
        &s3,
        [
            ask("PUT /locked").header("x-amz-bucket-object-lock-enabled", "true"),
            ask("PUT /locked/k").body("x"),
            ask("PUT /photos/k").body("x"),
        ],
    );
    let (mode, until) = ("x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date");
    let with = |headers: &[(&str, &str)]| {
        let write = ask("PUT /locked/k").header("x-amz-checksum-crc32", CRC32).body(DIGITS);
        headers.iter().fold(write, |write, (name, value)| write.header(name, value))
    };
    let half = "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied";
    let past = |ask: Ask| {
        ask.argument("RetainUntilDate", "The retain until date must be in the future!")
            .value("Tue Dec 31 16:00:00 PST 2019")
    };
    let document = "<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>2020-01-01T00:00:00Z</RetainUntilDate></Retention>";
    let name = "x-amz-bypass-governance-retention";
    let bypass = |line: &str| {
        ask(line).header(name, "true").argument(
            name,
            "x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.",
        )
    };
    check(
        &s3,
        [
            with(&[(mode, "FOREVER"), (until, "2027-01-01T00:00:00Z")])
                .argument(mode, "Unknown wormMode directive.")
                .value("FOREVER"),
            with(&[(mode, "GOVERNANCE")]).argument(until, half),
            with(&[(until, "2027-01-01T00:00:00Z")]).argument(mode, half),
            past(with(&[(mode, "GOVERNANCE"), (until, "2020-01-01T00:00:00Z")])),
            past(ask("PUT /locked/k?retention").body(document).vouched()),
            bypass("DELETE /photos/k"),
            ask("POST /photos?delete")
                .header(name, "true")
                .body("<Delete><Object><Key>k</Key></Object></Delete>")
                .vouched()
                .argument(
                    name,
                    "x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.",
                ),
        ],
    );
    let period = |days: &str| {
        let body = format!(
            "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>\
             <Mode>GOVERNANCE</Mode><Days>{days}</Days></DefaultRetention></Rule></ObjectLockConfiguration>"
        );
        ask("PUT /locked?object-lock")
            .body(body)
            .vouched()
            .argument("DefaultRetention", "Default retention period must be a positive integer value.")
            .value(days)
    };
    check(&s3, ["0", "-1"].map(period));
}

#[test]
fn encryption() {
    let (_server, s3) = start();
    let key = [7; 32];
    let (text, md5) = (BASE64.encode(key), BASE64.encode(Md5::digest(key)));
    let customer = "x-amz-server-side-encryption-customer-";
    let with = |headers: &[(&str, &str)]| {
        let write = ask("PUT /photos/k").body("x");
        headers.iter().fold(write, |write, (name, value)| {
            let prefix = if name.starts_with("x-amz-") { "" } else { customer };
            write.header(&format!("{prefix}{name}"), value)
        })
    };
    let algorithm = ("algorithm", "AES256");
    let asks = |what: &str| {
        format!("Requests specifying Server Side Encryption with Customer provided keys must provide {what}.")
    };
    let size = "The secret key was invalid for the specified algorithm.";
    let other = "The calculated MD5 hash of the key did not match the hash that was provided.";
    let both = "Server Side Encryption with Customer provided key is incompatible with the encryption method specified";
    let by_kms = "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms";
    let default = "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault>\
                   <SSEAlgorithm>AES256</SSEAlgorithm><KMSMasterKeyID>k</KMSMasterKeyID>\
                   </ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>";
    check(
        &s3,
        [
            with(&[algorithm, ("key", &text), ("key-md5", &md5), (SSE, "AES256")]).argument(SSE, both).value("AES256"),
            with(&[("key", &text), ("key-md5", &md5)]).argument(SSE, &asks("a valid encryption algorithm")),
            with(&[algorithm]).argument(SSE, &asks("an appropriate secret key")),
            with(&[algorithm, ("key", &text)]).argument(SSE, size),
            with(&[algorithm, ("key", "AAAA"), ("key-md5", &md5)]).argument(SSE, size),
            with(&[algorithm, ("key", &text), ("key-md5", "AAAAAAAAAAAAAAAAAAAAAA==")]).argument(SSE, other),
            with(&[("x-amz-server-side-encryption-aws-kms-key-id", "1234abcd-12ab-34cd-56ef-1234567890ab")])
                .argument(SSE, by_kms),
            ask("PUT /photos?encryption").body(default).argument(
                "ApplyServerSideEncryptionByDefault",
                "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
            ),
        ],
    );
}

#[test]
fn lifecycles() {
    let (_server, s3) = start();
    let rules = |rules: &str| {
        ask("PUT /photos?lifecycle").body(format!("<LifecycleConfiguration>{rules}</LifecycleConfiguration>"))
    };
    let rule =
        |id: &str, inner: &str| format!("<Rule><ID>{id}</ID><Status>Enabled</Status><Filter/>{inner}</Rule>");
    let expires = |inner: &str| format!("<Expiration>{inner}</Expiration>");
    let moves = |days: &str, class: &str| {
        format!("<Transition><Days>{days}</Days><StorageClass>{class}</StorageClass></Transition>")
    };
    let one = |inner: &str| rules(&rule("a", inner));
    let day = expires("<Days>1</Days>");
    let long = "i".repeat(256);
    check(
        &s3,
        [
            one(&expires("<Date>2020-01-01T01:00:00Z</Date>"))
                .argument("Date", "'Date' must be at midnight GMT")
                .value("Tue Dec 31 17:00:00 PST 2019"),
            rules(&format!("{}{}", rule("a", &day), rule("a", &day)))
                .argument("ID", "Rule ID must be unique. Found same ID for more than one rule")
                .value("a"),
            rules(&rule(&long, &day)).argument("ID", "ID length should not exceed allowed limit of 255").value(&long),
            one(&expires("<Days>0</Days>"))
                .argument("Days", "'Days' for Expiration action must be a positive integer")
                .value("0"),
            one(&moves("29", "STANDARD_IA"))
                .argument(
                    "Days",
                    "'Days' in Transition action must be greater than or equal to 30 for storageClass 'STANDARD_IA'",
                )
                .value("29"),
            one(&format!("{}{}", moves("60", "GLACIER"), expires("<Days>60</Days>"))).argument(
                "Days",
                "'Days' in the Expiration action for prefix '' must be greater than 'Days' in the Transition action",
            ),
        ],
    );
}

#[test]
fn websites() {
    let (_server, s3) = start();
    let site = |inner: &str| {
        ask("PUT /photos?website").body(format!("<WebsiteConfiguration>{inner}</WebsiteConfiguration>"))
    };
    let index = |suffix: &str| format!("<IndexDocument><Suffix>{suffix}</Suffix></IndexDocument>");
    let all = "<RedirectAllRequestsTo><HostName>a.example</HostName></RedirectAllRequestsTo>";
    let formed = "The IndexDocument Suffix is not well formed";
    check(
        &s3,
        [
            site(&format!("{all}{}", index("i")))
                .argument(
                    "RedirectAllRequestsTo",
                    "RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.",
                )
                .value("not null"),
            site("<ErrorDocument><Key>e</Key></ErrorDocument>")
                .argument(
                    "IndexDocument",
                    "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty",
                )
                .value("null"),
            site(&index("")).argument("IndexDocument", formed).value(""),
            site(&index("a/b")).argument("IndexDocument", formed).value("a/b"),
        ],
    );
}

#[test]
fn notifications() {
    let (_server, s3) = start();
    let entry = |kind: &str, arn: &str, more: &str| {
        let (configuration, event) = (format!("{kind}Configuration"), "s3:ObjectCreated:*");
        format!("<{configuration}><{kind}>{arn}</{kind}><Event>{event}</Event>{more}</{configuration}>")
    };
    let put = |entries: &str| {
        ask("PUT /photos?notification")
            .body(format!("<NotificationConfiguration>{entries}</NotificationConfiguration>"))
    };
    let queue = "arn:aws:sqs:us-east-1:000000000000:q";
    let filter = |name: &str| {
        format!(
            "<Filter><S3Key><FilterRule><Name>{name}</Name><Value>a</Value></FilterRule></S3Key></Filter>"
        )
    };
    let parsed = "The ARN could not be parsed";
    let fifo = "arn:aws:sqs:us-east-1:000000000000:q.fifo";
    let destinations = "Unable to validate the following destination configurations";
    let overlap =
        "Configurations overlap. Configurations on the same bucket cannot share a common event type.";
    let twice = format!("{}{}", entry("Queue", queue, ""), entry("Queue", queue, ""));
    check(
        &s3,
        [
            put(&entry("Queue", "q", "")).argument("Queue", parsed).value("q"),
            put(&entry("Topic", queue, "")).argument("Topic", parsed).value(queue),
            put(&entry("CloudFunction", queue, "")).argument("CloudFunction", parsed).value(queue),
            put(&entry("Queue", queue, &filter("colour")))
                .argument("FilterRule.Name", "filter rule name must be either prefix or suffix")
                .value("colour"),
            put(&twice).argument("Event", overlap).value("s3:ObjectCreated:*"),
            put(&entry("Queue", fifo, ""))
                .refused(400, "InvalidArgument", destinations)
                .with("ArgumentName1", fifo)
                .with("ArgumentValue1", "FIFO queues are not supported"),
            put("<QueueConfiguration><Event>s3:ObjectCreated:*</Event></QueueConfiguration>").refused(
                400,
                "MalformedXML",
                MALFORMED_XML,
            ),
        ],
    );
}

#[test]
fn forms() {
    let (_server, s3) = start();
    let form = |fields: &[(&str, &str)]| {
        let field = |(name, value): &(&str, &str)| {
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let fields: String = fields.iter().map(field).collect();
        let file =
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\nx\r\n--b--\r\n";
        ask("POST /photos")
            .header("content-type", "multipart/form-data; boundary=b")
            .body(format!("{fields}{file}"))
    };
    let lacks = |fields: &[(&str, &str)], name: &str| {
        let sentence = format!(
            "Bucket POST must contain a field named '{name}'.  If it is specified, please check the order of the fields."
        );
        form(fields).argument(name, &sentence).value("")
    };
    let (key, policy) = (("key", "k"), ("policy", "e30="));
    let (algorithm, date) = (("X-Amz-Algorithm", "AWS4-HMAC-SHA256"), ("X-Amz-Date", "20260101T000000Z"));
    let credential = ("X-Amz-Credential", "k/20260101/us-east-1/s3/aws4_request");
    let signature = ("X-Amz-Signature", "0");
    check(
        &s3,
        [
            lacks(&[policy], "key"),
            lacks(&[key, policy, algorithm, date, credential], "X-Amz-Signature"),
            lacks(&[key, policy, date, credential, signature], "X-Amz-Algorithm"),
            lacks(&[key, policy, ("AWSAccessKeyId", "k")], "Signature"),
            lacks(&[key, policy, ("Signature", "s")], "AWSAccessKeyId"),
        ],
    );
    make(&s3, [form(&[key])]);
}
