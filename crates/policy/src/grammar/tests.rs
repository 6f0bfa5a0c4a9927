//! Refusals, sentence by sentence. Sources: specification, chapter IAM, section 5.1; the documents of IAM's own parser
//! are facts recorded by contributors of moto (Apache-2.0), written here anew.

use super::{Bucket, Grammar, Reach, Refusal, check};

/// What stands in for a whole: `@` is one right statement, `%` the members of one without its braces.
fn expand(source: &str) -> String {
    let members = r#""Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::b""#;
    source.replace('@', &format!("{{{members}}}")).replace('%', members)
}

/// A policy of one statement.
fn one(statement: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":{{{}}}}}"#, expand(statement))
}

fn refusal(grammar: &Grammar<'_>, source: &str) -> String {
    check(grammar, source).err().map_or_else(|| "fine".to_owned(), |refusal| refusal.sentence())
}

const SYNTAX: &str = "Syntax errors in policy.";
const LEGACY: &str = "The policy failed legacy parsing";
const OLD: &str = "Policy document must be version 2012-10-17 or greater.";
const NO_ACTIONS: &str = "Policy statement must contain actions.";
const NO_RESOURCES: &str = "Policy statement must contain resources.";
const NO_VENDOR: &str = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
const COLONS: &str = "Actions/Condition can contain only one colon.";
const SIDS: &str = "Statement IDs (SID) in a single policy must be unique.";

#[test]
fn identity_policies_are_refused_as_a_whole() {
    let two = r#"{"Sid":"s",%},{"Sid":"s","Effect":"Allow"}"#;
    for (source, want) in [
        ("This is not a json document".to_owned(), SYNTAX),
        ("[]".to_owned(), SYNTAX),
        (r#"{"Version":"2012-10-17"}"#.to_owned(), SYNTAX),
        (r#"{"Version":"2012-10-17","Statement":[]}"#.to_owned(), SYNTAX),
        (r#"{"Version":"2012-10-17","Statement":["afd"]}"#.to_owned(), SYNTAX),
        (r#"{"Version":"2012-10-17","Statement":"afd"}"#.to_owned(), SYNTAX),
        (r#"{"Version":"2013-10-17","Statement":@}"#.to_owned(), SYNTAX),
        (r#"{"Version":2012,"Statement":@}"#.to_owned(), SYNTAX),
        (r#"{"Version":"2012-10-17","Statement":@,"Extra field":"value"}"#.to_owned(), SYNTAX),
        (r#"{"Version":"2012-10-17","Id":["a"],"Statement":@}"#.to_owned(), SYNTAX),
        (r#"{"Version":"2012-10-17","Id":{},"Statement":@}"#.to_owned(), SYNTAX),
        (r#"{"Version":"2012-10-17","Version":"2012-10-17","Statement":@}"#.to_owned(), SYNTAX),
        (r#"{"Statement":@}"#.to_owned(), OLD),
        (r#"{"Version":"2008-10-17","Statement":@}"#.to_owned(), OLD),
        (format!(r#"{{"Statement":[{two}]}}"#), OLD),
        (format!(r#"{{"Version":"2012-10-17","Statement":[{two}]}}"#), SIDS),
        (r#"{"Statement":{"Effect":"denY","Action":"s3:L","Resource":"*"}}"#.to_owned(), OLD),
        (r#"{"Version":"2012-10-17","Id":"i","Statement":[@,@]}"#.to_owned(), "fine"),
        (r#"{"Version":"2012-10-17","Statement":@}"#.to_owned(), "fine"),
        (r#"{"Version":"2012-10-17","Statement":[{"Sid":"",%},{"Sid":"",%}]}"#.to_owned(), "fine"),
        (r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny"},@]}"#.to_owned(), NO_ACTIONS),
        (
            r#"{"Version":"2012-10-17","Statement":[{"Sid":"s","Effect":"aLLow","Action":"s3:L","Resource":"*"},{"Sid":"s","Effect":"Allow"}]}"#.to_owned(),
            LEGACY,
        ),
    ] {
        for grammar in [Grammar::Identity, Grammar::Session] {
            assert_eq!(refusal(&grammar, &expand(&source)), want, "{source}");
        }
    }
}

#[test]
fn identity_statements_are_refused_by_their_elements() {
    let action = r#""Effect":"Allow","Action":"s3:ListBucket","#;
    let resource = r#""Effect":"Allow","Resource":"arn:aws:s3:::b","#;
    for (statement, want) in [
        (r#"%,"Extra field":"value""#.to_owned(), SYNTAX),
        (r#"%,"Sid":{}"#.to_owned(), SYNTAX),
        (r#"%,"Sid":[]"#.to_owned(), SYNTAX),
        (
            r#"%,"Sid":"a-b""#.to_owned(),
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
        ),
        (r#"%,"Sid":"aB9""#.to_owned(), "fine"),
        (r#"%,"Principal":"*""#.to_owned(), "Policy document should not specify a principal."),
        (r#"%,"NotPrincipal":"*""#.to_owned(), "Policy document should not specify a principal."),
        (r#""Effect":"invalid","Action":"s3:L","Resource":"*""#.to_owned(), SYNTAX),
        (r#""Effect":"denY","Action":"s3:L","Resource":"*""#.to_owned(), LEGACY),
        (r#""Action":"s3:ListBucket","Resource":"arn:aws:s3:::b""#.to_owned(), SYNTAX),
        (r#""Effect":"Allow""#.to_owned(), NO_ACTIONS),
        (r#""Effect":"Allow","Resource":"arn:aws:s3:::b""#.to_owned(), NO_ACTIONS),
        (format!(r#"{resource}"Action":[]"#), NO_ACTIONS),
        (format!(r#"{resource}"Action":{{}}"#), SYNTAX),
        (format!(r#"{resource}"Action":[[]]"#), SYNTAX),
        (format!(r#"{resource}"Action":[],"NotAction":"s3:L""#), SYNTAX),
        (format!(r#"{resource}"Action":"invalid""#), NO_VENDOR),
        (format!(r#"{resource}"NotAction":"""#), NO_VENDOR),
        (format!(r#"{resource}"Action":"a a:ListBucket""#), "Vendor a a is not valid"),
        (format!(r#"{resource}"Action":"s*:Get*""#), "Vendor s* is not valid"),
        (format!(r#"{resource}"Action":":Get*""#), "Vendor  is not valid"),
        (format!(r#"{resource}"Action":"s3:List:Bucket""#), COLONS),
        (format!(r#"{resource}"Action":["s3s:ListBucket","s:3s:ListBucket"]"#), COLONS),
        (r#""Effect":"Allow","Action":"invalid""#.to_owned(), NO_VENDOR),
        (r#""Effect":"Allow","Action":"s3:ListBucket""#.to_owned(), NO_RESOURCES),
        (format!(r#"{action}"Resource":[]"#), NO_RESOURCES),
        (format!(r#"{action}"Resource":{{"a":"arn:aws:s3:::b"}}"#), SYNTAX),
        (format!(r#"{action}"Resource":["adfdf",{{}}]"#), SYNTAX),
        (format!(r#"{action}"Resource":"*","NotResource":[]"#), SYNTAX),
        (format!(r#"{resource}"Action":"*""#), "fine"),
        (format!(r#"{resource}"Action":"*:*""#), "fine"),
        (format!(r#"{resource}"Action":"iam: asdf safdsf af ""#), "fine"),
        (format!(r#"{resource}"Action":"s3-s.x:ListBucket""#), "fine"),
        (r#""Effect":"Allow","NotAction":"s3:L","NotResource":"*""#.to_owned(), "fine"),
    ] {
        assert_eq!(refusal(&Grammar::Identity, &one(&statement)), want, "{statement}");
    }
}

#[test]
fn resources_of_identity_policies() {
    let paths = "IAM resource path must either be \"*\" or start with user/, federated-user/, role/, group/, instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/.";
    let vendor = "Resource vendor must be fully qualified and cannot contain regexes.";
    let no_arn = |text: &str| format!("Resource {text} must be in ARN format or \"*\".");
    let partition =
        |text: &str, arn: &str| format!("Partition \"{text}\" is not valid for resource \"{arn}\".");
    for (resource, want) in [
        (r#""invalid resource""#, no_arn("invalid resource")),
        (r#""""#, no_arn("")),
        (r#"["*","adf"]"#, no_arn("adf")),
        (r#""a:bsdfdsafsad""#, partition("bsdfdsafsad", "arn:bsdfdsafsad:*:*:*:*")),
        (r#""a:b:cadfsdf""#, partition("b", "arn:b:cadfsdf:*:*:*")),
        (r#""a:b:c:d:e:f:g:h""#, partition("b", "arn:b:c:d:e:f:g:h")),
        (r#""aws:s3:::b""#, partition("s3", "arn:s3:::b:*")),
        (r#"["arn:error:s3:::b","arn:error:s3::b"]"#, partition("error", "arn:error:s3:::b")),
        (
            r#""arn:aws:iam:us-east-1::b""#,
            "IAM resource arn:aws:iam:us-east-1::b cannot contain region information.".to_owned(),
        ),
        (
            r#""arn:aws:s3:us-east-1::b""#,
            "Resource arn:aws:s3:us-east-1::b can not contain region information.".to_owned(),
        ),
        (r#""arn:aws:iam:::b""#, paths.to_owned()),
        (r#""arn:aws""#, vendor.to_owned()),
        (r#""arn:aws:s3::b""#, LEGACY.to_owned()),
        (r#""arn:aws::::b""#, LEGACY.to_owned()),
        (r#""arn:aws::fdsasf""#, LEGACY.to_owned()),
        (r#""arn:aws:fdsasf""#, "fine".to_owned()),
        (r#""arn:aws:s3:*""#, "fine".to_owned()),
        (r#""arn:*:s3:::b""#, "fine".to_owned()),
        (r#""arn:aws-cn:s3:::b""#, "fine".to_owned()),
        (r#""arn:aws:iam:::user/b""#, "fine".to_owned()),
        (r#""arn:aws:iam::111111111111:*""#, "fine".to_owned()),
        (r#""arn:aws:iam::*:user/${aws:username}""#, "fine".to_owned()),
        (r#""arn:aws:s3:us-west-2:123456789012:accesspoint/p""#, "fine".to_owned()),
        (r#""arn:aws:ec2:us-east-1::b""#, "fine".to_owned()),
        (r#""arn:aws:invalid-service:::b""#, "fine".to_owned()),
    ] {
        for name in ["Resource", "NotResource"] {
            let statement = format!(r#""Effect":"Allow","Action":"s3:ListBucket","{name}":{resource}"#);
            assert_eq!(refusal(&Grammar::Identity, &one(&statement)), want, "{statement}");
        }
    }
    // Of two faults the one that comes first in AWS's order.
    for (statement, want) in [
        (r#""Effect":"Allow","Action":"s:3:L","Resource":"sdfsadf""#, no_arn("sdfsadf")),
        (r#""Effect":"allow","Resource":"arn:aws:s3:us-east-1::b""#, LEGACY.to_owned()),
        (r#""Effect":"Allow","Resource":"arn:aws:s3::b""#, LEGACY.to_owned()),
        (
            r#""Effect":"Allow","Action":"s3:L","Resource":"arn:error:s3:::b","Condition":{"DateLessThan":{"a":"x"}}"#,
            LEGACY.to_owned(),
        ),
    ] {
        assert_eq!(refusal(&Grammar::Identity, &one(statement)), want, "{statement}");
    }
}

#[test]
fn conditions_of_identity_policies() {
    for (condition, want) in [
        ("[]", SYNTAX),
        (r#""a""#, SYNTAX),
        (r#"{"a":"b"}"#, SYNTAX),
        (r#"{"DateGreaterThan":"b"}"#, SYNTAX),
        (r#"{"DateGreaterThan":[]}"#, SYNTAX),
        (r#"{"DateGreaterThan":{"a":{}}}"#, SYNTAX),
        (r#"{"DateGreaterThan":{"a":null}}"#, SYNTAX),
        (r#"{"x":{"a":"1"}}"#, SYNTAX),
        (r#"{"ForAnyValue::StringEqualsIfExists":{"a":"asf"}}"#, SYNTAX),
        (r#"[{"ForAllValues:StringEquals":{"aws:TagKeys":"D"}}]"#, SYNTAX),
        (r#"{"StringEquals":{"a":"1","a":"2"}}"#, SYNTAX),
        (r#"{"DateGreaterThan":{"a":"sdfdsf"}}"#, LEGACY),
        (r#"{"DateLessThanEquals":{"a":"234-13"}}"#, LEGACY),
        (r#"{"DateLessThanEquals":{"a":"2016-12-13t2:00:00.593194+1"}}"#, LEGACY),
        (r#"{"DateLessThanEquals":{"a":"2016-12-13t2:00:00.1999999999+10:59"}}"#, LEGACY),
        (r#"{"ForAnyValue:DateLessThan":{"a":"9223372036854775808"}}"#, LEGACY),
        ("{}", "fine"),
        (r#"{"ForAllValues:StringEquals":{"aws:TagKeys":"D"}}"#, "fine"),
        (r#"{"DateGreaterThan":{}}"#, "fine"),
        (r#"{"DateGreaterThan":{"a":[]}}"#, "fine"),
        (r#"{"a":{}}"#, "fine"),
        (r#"{"x":{},"y":{}}"#, "fine"),
        (r#"{"DateGreaterThan":{"a":"01T"}}"#, "fine"),
        (r#"{"DateLessThan":{"a":"-292275054"}}"#, "fine"),
        (r#"{"DateLessThan":{"a":1767323045}}"#, "fine"),
        (r#"{"DateLessThanEquals":{"a":"2016-12-13t2:00:00.593194+23"}}"#, "fine"),
        (r#"{"DateLessThanEquals":{"a":"2016-12-13T21:20:37.593194+00:00"}}"#, "fine"),
        (
            r#"{"StringEqualsIfExists":{"a":"asf"},"ForAnyValue:StringEqualsIfExists":{"a":["asf",true,1]}}"#,
            "fine",
        ),
    ] {
        let source = one(&format!(r#"%,"Condition":{condition}"#));
        assert_eq!(refusal(&Grammar::Identity, &source), want, "{condition}");
    }
}

#[test]
fn trust_policies() {
    let assume = r#""Effect":"Allow","Action":"sts:AssumeRole""#;
    let whole = format!(r#"{assume},"Principal":{{"AWS":"111111111111"}}"#);
    let named = |name: &str| format!("Invalid principal in policy: {name}");
    for (statement, want) in [
        (format!(r#"{assume},"Principal":"*""#), "fine".to_owned()),
        (whole.clone(), "fine".to_owned()),
        (format!(r#"{whole},"Condition":{{"StringEquals":{{"sts:ExternalId":"1"}}}}"#), "fine".to_owned()),
        (format!(r#"{assume},"Principal":{{"Service":["ec2.amazonaws.com","eks.amazonaws.com"]}}"#), "fine".to_owned()),
        (format!(r#"{assume},"Principal":{{"Federated":"accounts.google.com"}}"#), "fine".to_owned()),
        (
            r#""Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":["sts:AssumeRole","sts:TagSession","STS:SetContext"]"#.to_owned(),
            "fine".to_owned(),
        ),
        (assume.to_owned(), "Missing required field Principal".to_owned()),
        (format!(r#"{assume},"Principal":{{}}"#), "Missing required field Principal cannot be empty!".to_owned()),
        (format!(r#"{assume},"Principal":"anna""#), "Principal must be a JSON object.".to_owned()),
        (format!(r#"{assume},"Principal":{{"AWS":[]}}"#), "Invalid policy syntax.".to_owned()),
        (
            format!(r#"{assume},"Principal":{{"AWS":"arn:aws:iam::*:root"}}"#),
            named(r#""AWS":"arn:aws:iam::*:root""#),
        ),
        (
            format!(r#"{assume},"Principal":{{"AWS":"arn:aws:iam::111111111111:role/*"}}"#),
            named(r#""AWS":"arn:aws:iam::111111111111:role/*""#),
        ),
        (format!(r#"{assume},"Principal":{{"Service":"codepipeline"}}"#), named(r#""SERVICE":"codepipeline""#)),
        (format!(r#"{assume},"Principal":{{"CanonicalUser":"*"}}"#), named(r#""CANONICALUSER":"*""#)),
        (r#""Action":"sts:AssumeRole","Principal":"*""#.to_owned(), "Missing required field Effect".to_owned()),
        (r#""Effect":"allow","Action":"sts:AssumeRole","Principal":"*""#.to_owned(), "Invalid effect: allow".to_owned()),
        (r#""Effect":"Allow","Principal":"*""#.to_owned(), "Missing required field Action".to_owned()),
        (
            r#""Effect":"Allow","Principal":"*","Action":"*""#.to_owned(),
            "AssumeRole policy may only specify STS AssumeRole actions.".to_owned(),
        ),
        (format!(r#"{whole},"Resource":"*""#), "Has prohibited field Resource".to_owned()),
        (format!(r#"{whole},"NotResource":"*""#), "AssumeRole policy must not contain resources.".to_owned()),
        (format!(r#"{assume},"NotPrincipal":"*""#), "Allow with NotPrincipal is not allowed.".to_owned()),
        (
            r#""Effect":"Deny","Action":"sts:AssumeRole","NotPrincipal":{"AWS":"111111111111"}"#.to_owned(),
            "AssumeRole policy must not contain NotPrincipal field.".to_owned(),
        ),
        (
            format!(r#"{whole},"Condition":{{"StringSame":{{"a":"b"}}}}"#),
            "Invalid Condition type : StringSame".to_owned(),
        ),
        (format!(r#"{whole},"Condition":[]"#), "Invalid policy syntax.".to_owned()),
        (format!(r#"{assume},"Principal":"*","NotAction":"sts:GetX""#), "Invalid policy syntax.".to_owned()),
    ] {
        assert_eq!(refusal(&Grammar::Trust, &one(&statement)), want, "{statement}");
    }
    for (source, want) in [
        ("{", "This policy contains invalid Json"),
        ("[]", "This policy contains invalid Json"),
        (r#"{"Statement":[],"Statement":[]}"#, "This policy contains invalid Json"),
        ("{}", "Missing required field Statement"),
        (r#"{"Statement":[]}"#, "Could not parse the policy: Statement is empty!"),
        (r#"{"Version":"2013-01-01","Statement":[]}"#, "The policy must contain a valid version string"),
        (r#"{"Statement":["a"]}"#, "Invalid policy syntax."),
        (&format!(r#"{{"Statement":[{{{whole}}},{{{whole}}}]}}"#), "fine"),
        (
            &format!(r#"{{"Statement":[{{"Sid":"a",{whole}}},{{"Sid":"a",{whole}}}]}}"#),
            "The Statement Ids in the policy are not unique",
        ),
        (&format!(r#"{{"Statement":[{{"Sid":"",{whole}}},{{"Sid":"",{whole}}}]}}"#), "fine"),
    ] {
        assert_eq!(refusal(&Grammar::Trust, source), want, "{source}");
    }
}

/// What S3 would say of its actions, in small.
fn reach(action: &str) -> Option<Reach> {
    match action {
        "s3:GetObject" => Some(Reach { buckets: false, objects: true }),
        "s3:ListBucket" => Some(Reach { buckets: true, objects: false }),
        "s3:*" => Some(Reach { buckets: true, objects: true }),
        _ => None,
    }
}

fn has_key(action: &str, key: &str) -> bool {
    action == "s3:*" || (action == "s3:ListBucket") == key.eq_ignore_ascii_case("s3:prefix")
}

#[test]
fn bucket_policies() {
    let grammar: Grammar<'_> = Bucket { name: "bkt", reach: &reach, has_key: &has_key }.into();
    let whole = r#""Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::bkt/*""#;
    let with = |name: &str, value: &str| {
        // The later of two members counts.
        format!(r#"{whole},"{name}":{value}"#)
    };
    for (statement, want) in [
        (whole.to_owned(), "fine"),
        (with("Resource", r#"["arn:aws:s3:::bkt","arn:aws:s3:::bkt/a*"]"#), "fine"),
        (with("Resource", r#""arn:aws:s3:::bkt*""#), "fine"),
        (with("Resource", r#""arn:aws:s3:::bkt""#), "Action does not apply to any resource(s) in statement"),
        (
            with("Action", r#"["s3:GetObject","s3:ListBucket"]"#),
            "Action does not apply to any resource(s) in statement",
        ),
        (with("Resource", r#""arn:aws:s3:::other/*""#), "Policy has invalid resource"),
        (with("Resource", r#""arn:aws:s3:::bkt2""#), "Policy has invalid resource"),
        (with("Resource", r#""*""#), "Policy has invalid resource"),
        (with("NotResource", r#""*""#), "Invalid policy syntax."),
        (with("Action", r#""iam:GetUser""#), "Policy has invalid action"),
        (with("Action", "[]"), "Invalid policy syntax."),
        (with("Effect", r#""allow""#), "Invalid effect: allow"),
        (with("Effect", "1"), "Invalid policy syntax."),
        (with("Principal", r#""anna""#), "Invalid principal in policy"),
        (with("Principal", r#"{"AWS":"arn:aws:iam::12:root"}"#), "Invalid principal in policy"),
        (with("Principal", r#"{"AWS":"arn:aws:sts::111111111111:root"}"#), "Invalid principal in policy"),
        (with("Principal", r#"{"AWS":"arn:aws:iam::111111111111:user/"}"#), "Invalid principal in policy"),
        (with("Principal", r#"{"Person":"*"}"#), "Invalid principal in policy"),
        (with("Principal", r#"{"CanonicalUser":"c0ffee"}"#), "Invalid principal in policy"),
        (with("Principal", r#"{"Federated":""}"#), "Invalid principal in policy"),
        (with("Principal", r#"{"AWS":"arn:aws:iam::111111111111:role/*"}"#), "Invalid principal in policy"),
        (with("Principal", r#"{"Service":"s3"}"#), "Invalid principal in policy"),
        (with("NotPrincipal", r#""*""#), "Invalid policy syntax."),
        (
            with(
                "Principal",
                r#"{"AWS":["*","AIDAANNA000000000","arn:aws:sts::111111111111:assumed-role/r/s"]}"#,
            ),
            "fine",
        ),
        (
            with(
                "Principal",
                r#"{"AWS":"arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"}"#,
            ),
            "fine",
        ),
        (with("Condition", r#"{"StringSame":{}}"#), "Invalid Condition type : StringSame"),
        (with("Condition", r#"{"StringEquals":{"aws:x":{}}}"#), "Invalid policy syntax."),
        (with("Condition", r#"{"StringEquals":{"aws:x":"1","s3:versionid":"1"}}"#), "fine"),
        (
            with("Condition", r#"{"StringEquals":{"S3:prefix":"1"}}"#),
            "Conditions do not apply to combination of actions and resources in statement",
        ),
        (whole.replace("Principal", "Sid"), "Missing required field Principal"),
        (whole.replace("Action", "Sid"), "Missing required field Action"),
        (whole.replace("Resource", "Sid"), "Missing required field Resource"),
        (whole.replace("\"Effect\"", "\"Sid\""), "Missing required field Effect"),
        (whole.replace("Action", "NotAction").replace("/*", ""), "fine"),
        (whole.replace("Action", "NotAction") + r#","Condition":{"StringEquals":{"s3:prefix":"1"}}"#, "fine"),
    ] {
        let source = format!(r#"{{"Version":"2012-10-17","Statement":[{{{statement}}}]}}"#);
        assert_eq!(refusal(&grammar, &source), want, "{statement}");
    }
}

#[test]
fn bucket_policies_as_a_whole() {
    let grammar: Grammar<'_> = Bucket { name: "bkt", reach: &reach, has_key: &has_key }.into();
    let whole = r#""Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::bkt/*""#;
    let json = "Policies must be valid JSON and the first byte must be '{'";
    let large = "Normalized policy document exceeds the maximum allowed size of 20480 bytes";
    let sized = |bytes: usize| {
        let policy = |sid: &str| format!(r#"{{"Statement":[{{"Sid":"{sid}",{whole}}}],"Id":"x"}}"#);
        policy(&"x".repeat(bytes - policy("").len())).replace("],", &format!("]{},", " ".repeat(1_000)))
    };
    for (source, want) in [
        ("", json),
        (" {}", json),
        ("[]", json),
        ("{", json),
        ("{}", "Missing required field Statement"),
        (r#"{"Statement":[]}"#, "Could not parse the policy: Statement is empty!"),
        (r#"{"Version":"2013-01-01","Statement":[]}"#, "The policy must contain a valid version string"),
        (&sized(20_480), "fine"),
        (&sized(20_481), large),
    ] {
        assert_eq!(refusal(&grammar, source), want, "{source}");
    }
}

#[test]
fn policies_of_other_resources_and_of_endpoints() {
    let whole = r#""Effect":"Allow","Principal":{"AWS":"*"},"Action":"elasticfilesystem:ClientMount""#;
    for (statement, want) in [
        (whole.to_owned(), "fine"),
        (format!(r#"{whole},"Resource":"*""#), "fine"),
        (format!(r#"{whole},"Resource":"x""#), "Policy has invalid resource"),
        (whole.replace("Principal", "Sid"), "Missing required field Principal"),
        (whole.replace("elasticfilesystem:", ""), "Policy has invalid action"),
        (whole.replace('*', "anna"), "Invalid principal in policy"),
    ] {
        assert_eq!(refusal(&Grammar::Resource, &one(&statement)), want, "{statement}");
        let of_endpoint = match want {
            "fine" => want.to_owned(),
            sentence => format!("The Policy Document is not valid. {sentence}"),
        };
        assert_eq!(refusal(&Grammar::Endpoint, &one(&statement)), of_endpoint, "{statement}");
    }
    let broken = refusal(&Grammar::Endpoint, "{\n \"Statement\" []}");
    assert_eq!(broken, "The Policy Document is not valid. Syntax error at position (2,14)");
    assert_eq!(refusal(&Grammar::Resource, "{"), "This policy contains invalid Json");
}

/// Organizations says one sentence for every fault.
#[test]
fn policies_of_organizations() {
    let refused = "The provided policy document does not meet the requirements of the specified policy type.";
    let resource = r#""Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*""#;
    let cases = [
        (Grammar::ServiceControl, r#""Effect":"Allow","Action":"*","Resource":"*""#.to_owned(), true),
        (Grammar::ServiceControl, r#""Effect":"Allow","NotAction":"iam:*","Resource":"*""#.to_owned(), true),
        (
            Grammar::ServiceControl,
            r#""Effect":"Deny","Principal":"*","Action":"*","Resource":"*""#.to_owned(),
            false,
        ),
        (Grammar::ServiceControl, r#""Effect":"Deny","Action":"*""#.to_owned(), false),
        (Grammar::ResourceControl, resource.to_owned(), true),
        (Grammar::ResourceControl, resource.replace("s3:*", "*"), false),
        (Grammar::ResourceControl, resource.replace("Deny", "Allow"), false),
        (Grammar::ResourceControl, resource.replace("Principal", "NotPrincipal"), false),
        (Grammar::ResourceControl, resource.replace("\"Action", "\"NotAction"), false),
        (Grammar::ResourceControl, resource.replace("Resource", "NotResource"), true),
        (Grammar::ResourceControl, resource.replace(r#"Resource":"*"#, r#"Resource":"arn:aws:s3:*"#), false),
        (Grammar::ResourceControl, format!(r#"{resource},"Condition":{{"Bool":{{"a":"true"}}}}"#), true),
        (Grammar::ResourceControl, format!(r#"{resource},"Condition":{{"Same":{{"a":"true"}}}}"#), false),
    ];
    for (grammar, statement, fits) in &cases {
        let want = if *fits { "fine" } else { refused };
        assert_eq!(refusal(grammar, &one(statement)), want, "{statement}");
    }
    for (grammar, _, _) in &cases {
        assert_eq!(refusal(grammar, "{"), refused);
        assert_eq!(refusal(grammar, r#"{"Version":"2012-10-17","Statement":[]}"#), refused);
    }
}

/// A principal that does not exist is for IAM to find; the sentence is here.
#[test]
fn a_principal_that_does_not_exist_has_its_sentence() {
    let gone =
        Refusal::NamedPrincipal { kind: "AWS".to_owned(), principal: "arn:aws:iam::1:user/x".to_owned() };
    assert_eq!(gone.sentence(), r#"Invalid principal in policy: "AWS":"arn:aws:iam::1:user/x""#);
}
