//! What cases are made of: actions with the resources and condition keys they know, callers, condition keys with their
//! values. All of it is small, so that what a policy says and what a request brings meet often.

/// The account of the caller, and of most resources.
pub(super) const HOME: &str = "111111111111";
/// Another one.
pub(super) const AWAY: &str = "222222222222";

/// An action, and what it is about. `{owner}` in the ARN is the account that owns the resource.
pub(super) struct Target {
    pub(super) action: &'static str,
    pub(super) arn: &'static str,
    /// Whether the resource has a policy.
    pub(super) has_policy: bool,
    /// Whether resource control policies bind it. Of services whose binding the two sides know differently none are asked.
    pub(super) is_controlled: bool,
    /// Condition keys beside the global ones.
    pub(super) keys: &'static [Key],
}

/// The type of a condition key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Text,
    Number,
    Date,
    Bool,
    Address,
    Arn,
    Binary,
}

/// A condition key, its type, whether it has several values, and values it may have.
#[derive(Clone, Copy)]
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) kind: Type,
    pub(super) is_list: bool,
    pub(super) values: &'static [&'static str],
}

const fn key(name: &'static str, kind: Type, values: &'static [&'static str]) -> Key {
    Key { name, kind, is_list: false, values }
}

const fn list(name: &'static str, kind: Type, values: &'static [&'static str]) -> Key {
    Key { name, kind, is_list: true, values }
}

const fn target(action: &'static str, arn: &'static str, keys: &'static [Key]) -> Target {
    Target { action, arn, has_policy: false, is_controlled: false, keys }
}

const fn shared(action: &'static str, arn: &'static str, keys: &'static [Key]) -> Target {
    Target { action, arn, has_policy: true, is_controlled: false, keys }
}

const fn bound(action: &'static str, arn: &'static str, keys: &'static [Key]) -> Target {
    Target { action, arn, has_policy: true, is_controlled: true, keys }
}

const TEAMS: &[&str] = &["red", "blue", "Red", "re*d", "", "anna"];
const SIZES: &[&str] = &["0", "10", "10.0", "9.5", "-3", "1000"];
const TIMES: &[&str] =
    &["2026-01-02T03:04:05Z", "2026-01-02T00:00:00Z", "2025-12-31T23:59:59Z", "2026-06-30T12:00:00.500Z"];
const FLAGS: &[&str] = &["true", "false"];
const ADDRESSES: &[&str] = &["10.1.2.3", "192.0.2.7", "2001:db8::1", "203.0.113.255", "::1"];
const ARNS: &[&str] = &[
    "arn:aws:sns:eu-west-1:111111111111:topic",
    "arn:aws:s3:::photos",
    "arn:aws:lambda:us-east-1:222222222222:function:resize:3",
    "arn:aws:sns:eu-west-1:222222222222:Topic",
];
const PATHS: &[&str] = &[
    "o-abcdefghij/r-ab12/ou-ab12-11111111/",
    "o-abcdefghij/r-ab12/ou-ab12-22222222/",
    "o-zyxwvutsrq/r-zz99/",
];
const SERVICES: &[&str] = &["athena.amazonaws.com", "glue.amazonaws.com", "cloudformation.amazonaws.com"];

/// Keys that every action knows.
pub(super) const GLOBAL: &[Key] = &[
    key("aws:PrincipalTag/team", Type::Text, TEAMS),
    key("aws:RequestTag/team", Type::Text, TEAMS),
    key("aws:RequestedRegion", Type::Text, &["eu-west-1", "us-east-1", "eu-west-2"]),
    key("aws:UserAgent", Type::Text, &["cli/2", "boto3", "cli/1", "a b"]),
    key("aws:Referer", Type::Text, &["https://example.com/a", "https://example.org/"]),
    key("aws:SourceAccount", Type::Text, &[HOME, AWAY]),
    key("aws:SourceVpc", Type::Text, &["vpc-1a", "vpc-2b"]),
    key("aws:SourceArn", Type::Arn, ARNS),
    key("aws:SourceIp", Type::Address, ADDRESSES),
    key("aws:VpcSourceIp", Type::Address, ADDRESSES),
    key("aws:SecureTransport", Type::Bool, FLAGS),
    key("aws:MultiFactorAuthPresent", Type::Bool, FLAGS),
    key("aws:ViaAWSService", Type::Bool, FLAGS),
    key("aws:MultiFactorAuthAge", Type::Number, SIZES),
    key("aws:CurrentTime", Type::Date, TIMES),
    key("aws:TokenIssueTime", Type::Date, TIMES),
    list("aws:TagKeys", Type::Text, &["team", "cost", "Team", "owner"]),
    list("aws:PrincipalOrgPaths", Type::Text, PATHS),
    list("aws:CalledVia", Type::Text, SERVICES),
];

/// A value of no key: what conditions of bytes compare.
pub(super) const BYTES: &[&str] = &["YWJj", "AAEC", "/w==", "YWJjZA=="];

const LISTING: &[Key] = &[
    key("s3:prefix", Type::Text, &["", "team/", "team/red/", "home/anna"]),
    key("s3:max-keys", Type::Number, SIZES),
];
const READING: &[Key] = &[key("s3:ExistingObjectTag/class", Type::Text, TEAMS)];
const WRITING: &[Key] = &[key("s3:x-amz-acl", Type::Text, &["private", "public-read"])];
const ASSUMING: &[Key] = &[
    key("sts:ExternalId", Type::Text, &["x-1", "x-2"]),
    key("sts:RoleSessionName", Type::Text, &["anna", "s1", "build-17"]),
];
const PASSING: &[Key] =
    &[key("iam:PassedToService", Type::Text, &["ec2.amazonaws.com", "lambda.amazonaws.com"])];
const OF_EC2: &[Key] = &[
    key("ec2:ResourceTag/team", Type::Text, TEAMS),
    key("ec2:InstanceType", Type::Text, &["t3.micro", "m5.large"]),
];

/// Everything that is asked for.
pub(super) const TARGETS: &[Target] = &[
    bound("s3:GetObject", "arn:aws:s3:::photos/team/red/cat.jpg", READING),
    bound("s3:PutObject", "arn:aws:s3:::photos/home/anna/a.txt", WRITING),
    bound("s3:ListBucket", "arn:aws:s3:::photos", LISTING),
    target("s3:ListAllMyBuckets", "*", &[]),
    target("ec2:DescribeInstances", "*", &[]),
    target("ec2:TerminateInstances", "arn:aws:ec2:eu-west-1:{owner}:instance/i-0123456789abcdef0", OF_EC2),
    target("iam:GetUser", "arn:aws:iam::{owner}:user/team/anna", &[]),
    target("iam:PassRole", "arn:aws:iam::{owner}:role/app/worker", PASSING),
    shared("sqs:SendMessage", "arn:aws:sqs:eu-west-1:{owner}:orders", &[]),
    shared("sns:Publish", "arn:aws:sns:eu-west-1:{owner}:news", &[]),
    shared("lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:{owner}:function:resize", &[]),
    shared("dynamodb:GetItem", "arn:aws:dynamodb:eu-west-1:{owner}:table/books", &[]),
    bound("ecr:BatchGetImage", "arn:aws:ecr:eu-west-1:{owner}:repository/team/app", &[]),
    bound("kms:Decrypt", "arn:aws:kms:eu-west-1:{owner}:key/1234abcd-12ab-34cd-56ef-1234567890ab", &[]),
    bound("sts:AssumeRole", "arn:aws:iam::{owner}:role/worker", ASSUMING),
    bound(WEB_IDENTITY, "arn:aws:iam::{owner}:role/worker", &[]),
    bound(SAML, "arn:aws:iam::{owner}:role/worker", &[]),
];

/// What only who shows a token asks for.
pub(super) const WEB_IDENTITY: &str = "sts:AssumeRoleWithWebIdentity";
/// What only who shows an assertion asks for.
pub(super) const SAML: &str = "sts:AssumeRoleWithSAML";

/// A caller: its kind, its name, the role it is a session of.
pub(super) struct Caller {
    pub(super) kind: &'static str,
    pub(super) principal: &'static str,
    pub(super) role: Option<&'static str>,
}

const fn caller(kind: &'static str, principal: &'static str) -> Caller {
    Caller { kind, principal, role: None }
}

const fn session(principal: &'static str, role: &'static str) -> Caller {
    Caller { kind: "role", principal, role: Some(role) }
}

/// Callers with policies of their own. Roles have no path: their sessions' ARNs, which are all the simulator knows of
/// them, do not tell it.
pub(super) const IDENTITIES: &[Caller] = &[
    caller("user", "arn:aws:iam::111111111111:user/team/anna"),
    caller("user", "arn:aws:iam::111111111111:user/bob"),
    session("arn:aws:sts::111111111111:assumed-role/reader/s1", "arn:aws:iam::111111111111:role/reader"),
    session("arn:aws:sts::111111111111:assumed-role/reader/s2", "arn:aws:iam::111111111111:role/reader"),
    session(
        "arn:aws:sts::111111111111:assumed-role/AWSServiceRoleForAmazonEKS/s1",
        "arn:aws:iam::111111111111:role/aws-service-role/eks.amazonaws.com/AWSServiceRoleForAmazonEKS",
    ),
    caller("federated", "arn:aws:sts::111111111111:federated-user/guest"),
];
/// Whom nothing has to allow: asked for seldom, because the simulator wants it allowed.
pub(super) const ROOT: Caller = caller("root", "arn:aws:iam::111111111111:root");
/// Callers without.
pub(super) const SERVICE: Caller = caller("service", "ec2.amazonaws.com");
pub(super) const ANONYMOUS: Caller = caller("anonymous", "*");
pub(super) const OIDC: Caller =
    caller("oidc", "arn:aws:iam::111111111111:oidc-provider/oidc.example.com/id/1");
pub(super) const PROVIDER: Caller = caller("saml", "arn:aws:iam::111111111111:saml-provider/corp");

/// Operators, with the type of what they compare. Each also comes with `IfExists` and with either set prefix.
pub(super) const OPERATORS: &[(&str, Type)] = &[
    ("StringEquals", Type::Text),
    ("StringNotEquals", Type::Text),
    ("StringEqualsIgnoreCase", Type::Text),
    ("StringNotEqualsIgnoreCase", Type::Text),
    ("StringLike", Type::Text),
    ("StringNotLike", Type::Text),
    ("NumericEquals", Type::Number),
    ("NumericNotEquals", Type::Number),
    ("NumericLessThan", Type::Number),
    ("NumericLessThanEquals", Type::Number),
    ("NumericGreaterThan", Type::Number),
    ("NumericGreaterThanEquals", Type::Number),
    ("DateEquals", Type::Date),
    ("DateNotEquals", Type::Date),
    ("DateLessThan", Type::Date),
    ("DateLessThanEquals", Type::Date),
    ("DateGreaterThan", Type::Date),
    ("DateGreaterThanEquals", Type::Date),
    ("Bool", Type::Bool),
    ("BinaryEquals", Type::Binary),
    ("IpAddress", Type::Address),
    ("NotIpAddress", Type::Address),
    ("ArnEquals", Type::Arn),
    ("ArnLike", Type::Arn),
    ("ArnNotEquals", Type::Arn),
    ("ArnNotLike", Type::Arn),
];
