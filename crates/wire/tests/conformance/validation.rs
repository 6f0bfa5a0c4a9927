//! What clients read when an input breaks the model: code, status and sentence of each service.

use crate::dynamic::{Structure, leak_api, model};
use serde_json::{Value as Json, json};
use wire::validate;

/// Checks one input of one operation. An empty code means that nothing is wrong.
#[track_caller]
fn check(api: &str, operation: &str, input: &Json, code: &str, sentence: &str) {
    let api = leak_api(&model(api, &[operation]));
    let input = Structure::of(api.operations[0].input, input);
    let violations = validate::check(api, &input);
    if code.is_empty() {
        assert_eq!(violations, []);
        return;
    }
    let fault = validate::fault(api, &violations);
    let message = fault.message.as_deref().unwrap_or_default();
    assert_eq!((fault.status, &*fault.code, message), (400, code, sentence), "{violations:?}");
}

/// The sentence after the count.
fn one(value: &str, path: &str, rule: &str) -> String {
    format!("1 validation error detected: Value {value} at '{path}' failed to satisfy constraint: {rule}")
}

const NULL: &str = "Member must not be null";

#[test]
fn each_service_has_its_code() {
    for (api, operation, input, code, path) in [
        ("sts", "DecodeAuthorizationMessage", json!({}), "ValidationError", "encodedMessage"),
        ("cloudformation", "CreateStack", json!({}), "ValidationError", "stackName"),
        ("autoscaling", "CreateOrUpdateTags", json!({}), "ValidationError", "tags"),
        ("elb", "DescribeTags", json!({}), "ValidationError", "loadBalancerNames"),
        ("elbv2", "DeleteRule", json!({}), "ValidationError", "ruleArn"),
        ("kms", "DescribeKey", json!({}), "ValidationException", "keyId"),
        ("ssm", "GetParameter", json!({}), "ValidationException", "name"),
        ("acm", "RequestCertificate", json!({}), "ValidationException", "domainName"),
        ("route53resolver", "GetResolverRule", json!({}), "ValidationException", "resolverRuleId"),
        ("route53", "GetHostedZone", json!({}), "InvalidInput", "id"),
        ("route53domains", "CheckDomainAvailability", json!({}), "InvalidInput", "domainName"),
        ("eks", "DescribeCluster", json!({}), "InvalidParameterException", "name"),
        (
            "eks-auth",
            "AssumeRoleForPodIdentity",
            json!({"token": "a.b.c"}),
            "InvalidParameterException",
            "clusterName",
        ),
        ("efs", "CreateFileSystem", json!({}), "ValidationException", "creationToken"),
        ("ebs", "StartSnapshot", json!({}), "ValidationException", "volumeSize"),
    ] {
        check(api, operation, &input, code, &one("null", path, NULL));
    }
}

/// STS and CloudFormation: recorded.
#[test]
fn a_value_is_shown_with_the_rule_it_breaks() {
    let role = "arn:aws:iam::123456789012:role/r";
    check(
        "sts",
        "AssumeRole",
        &json!({"RoleArn": role, "RoleSessionName": "Session1:2"}),
        "ValidationError",
        &one(
            "'Session1:2'",
            "roleSessionName",
            r"Member must satisfy regular expression pattern: [\w+=,.@-]*",
        ),
    );
    check(
        "sts",
        "AssumeRole",
        &json!({"RoleArn": role, "RoleSessionName": "s1", "DurationSeconds": 899}),
        "ValidationError",
        &one("'899'", "durationSeconds", "Member must have value greater than or equal to 900"),
    );
    check(
        "sts",
        "AssumeRole",
        &json!({"RoleArn": role, "RoleSessionName": "s1", "DurationSeconds": 43201}),
        "ValidationError",
        &one("'43201'", "durationSeconds", "Member must have value less than or equal to 43200"),
    );
    check(
        "sts",
        "AssumeRole",
        &json!({"RoleArn": role, "RoleSessionName": "s1", "DurationSeconds": 900}),
        "",
        "",
    );
    check(
        "kms",
        "CreateKey",
        &json!({"KeyUsage": "SING"}),
        "ValidationException",
        &one(
            "'SING'",
            "keyUsage",
            "Member must satisfy enum value set: \
             [SIGN_VERIFY, ENCRYPT_DECRYPT, GENERATE_VERIFY_MAC, KEY_AGREEMENT, ENCAPSULATE_DECAPSULATE]",
        ),
    );
    check(
        "cloudformation",
        "GetTemplate",
        &json!({"ChangeSetName": ""}),
        "ValidationError",
        "2 validation errors detected: Value '' at 'changeSetName' failed to satisfy constraint: Member must satisfy \
         regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/]*; \
         Value '' at 'changeSetName' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
}

#[test]
fn violations_are_counted_and_joined_and_bounded() {
    check(
        "ssm",
        "PutParameter",
        &json!({"Tier": "Free"}),
        "ValidationException",
        "3 validation errors detected: Value null at 'name' failed to satisfy constraint: Member must not be null; \
         Value null at 'value' failed to satisfy constraint: Member must not be null; \
         Value 'Free' at 'tier' failed to satisfy constraint: \
         Member must satisfy enum value set: [Standard, Advanced, Intelligent-Tiering]",
    );
    let api = leak_api(&model("iam", &["TagUser"]));
    let tags: Vec<Json> = (0..50).map(|_| json!({"Key": "k"})).collect();
    let input = Structure::of(api.operations[0].input, &json!({"UserName": "u", "Tags": tags}));
    assert_eq!(validate::check(api, &input).len(), 10);
}

#[test]
fn list_steps_are_numbered_from_one() {
    let tags = json!([{"Key": "k", "Value": "v"}, {"Key": "k"}]);
    check(
        "iam",
        "TagUser",
        &json!({"UserName": "u", "Tags": tags}),
        "ValidationError",
        "1 validation error detected: Value at 'tags.2.member.value' failed to satisfy constraint: \
         Member must not be null",
    );
    check(
        "elbv2",
        "ModifyRule",
        &json!({"RuleArn": "r", "Actions": [{"Type": "forward", "Order": 0}]}),
        "ValidationError",
        &one("'0'", "actions.1.member.order", "Member must have value greater than or equal to 1"),
    );
    // What is no number lies in no range.
    check(
        "efs",
        "CreateFileSystem",
        &json!({"CreationToken": "t", "ProvisionedThroughputInMibps": "NaN"}),
        "ValidationException",
        &one("'NaN'", "provisionedThroughputInMibps", "Member must have value greater than or equal to 1"),
    );
}

/// The whole list is shown, with every constraint that its elements have (recorded for CloudFormation and ECR).
#[test]
fn elements_of_a_list_are_judged_together() {
    check(
        "cloudformation",
        "CreateStack",
        &json!({"StackName": "s", "Capabilities": ["CAPABILITY_IAM", "X"]}),
        "ValidationError",
        &one(
            "'[CAPABILITY_IAM, X]'",
            "capabilities",
            "Member must satisfy constraint: [Member must satisfy enum value set: \
             [CAPABILITY_IAM, CAPABILITY_NAMED_IAM, CAPABILITY_AUTO_EXPAND]]",
        ),
    );
    check(
        "ecr",
        "GetAuthorizationToken",
        &json!({"registryIds": ["123"]}),
        "InvalidParameterException",
        "Invalid parameter at 'registryIds' failed to satisfy constraint: 'Member must satisfy constraint: \
         [Member must satisfy regular expression pattern: [0-9]{12}]'",
    );
    check(
        "elb",
        "DescribeTags",
        &json!({"LoadBalancerNames": []}),
        "ValidationError",
        &one("'[]'", "loadBalancerNames", "Member must have length greater than or equal to 1"),
    );
}

#[test]
fn keys_and_values_of_a_map_are_judged_together() {
    check(
        "eks",
        "TagResource",
        &json!({"resourceArn": "arn", "tags": {"": "v"}}),
        "InvalidParameterException",
        &one(
            "'{=v}'",
            "tags",
            "Map keys must satisfy constraint: [Member must have length less than or equal to 128, \
             Member must have length greater than or equal to 1]",
        ),
    );
    let long = "v".repeat(257);
    check(
        "eks",
        "TagResource",
        &json!({"resourceArn": "arn", "tags": {"k": long}}),
        "InvalidParameterException",
        &one(
            &format!("'{{k={long}}}'"),
            "tags",
            "Map value must satisfy constraint: [Member must have length less than or equal to 256]",
        ),
    );
}

/// Recorded.
#[test]
fn iam_shows_neither_values_nor_the_set_of_an_enum() {
    check(
        "iam",
        "GetPolicyVersion",
        &json!({"PolicyArn": "arn:aws:iam::123456789012:policy/p", "VersionId": "1"}),
        "ValidationError",
        "1 validation error detected: Value at 'versionId' failed to satisfy constraint: \
         Member must satisfy regular expression pattern: v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?",
    );
    check(
        "iam",
        "UpdateAccessKey",
        &json!({"AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "Status": "active"}),
        "ValidationError",
        "1 validation error detected: Value at 'status' failed to satisfy constraint: \
         Member must satisfy enum value set",
    );
}

#[test]
fn a_sensitive_value_is_not_shown() {
    check(
        "iam",
        "CreateLoginProfile",
        &json!({"UserName": "u", "Password": ""}),
        "ValidationError",
        "1 validation error detected: Value at 'password' failed to satisfy constraint: \
         Member must have length greater than or equal to 1",
    );
}

/// Recorded for paths; reports of AWS's answers for the others.
#[test]
fn iam_has_sentences_of_its_own_for_the_form_of_values() {
    let long = "a/".repeat(100);
    for (operation, input, sentence) in [
        (
            "CreateUser",
            json!({"UserName": "a b"}),
            "The specified value for userName is invalid. It must contain only alphanumeric characters and/or the \
             following: +=,.@_-",
        ),
        (
            "CreateUser",
            json!({"UserName": "u", "Path": "team/"}),
            "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric \
             characters and/or / characters.",
        ),
        (
            "ListUsers",
            json!({"PathPrefix": "team"}),
            "The specified value for pathPrefix is invalid. It must begin with the / character and contain only \
             alphanumeric characters and/or / characters.",
        ),
        (
            "PutUserPolicy",
            json!({"UserName": "u", "PolicyName": "p", "PolicyDocument": "\u{2028}"}),
            "The specified value for policyDocument is invalid. It must contain only printable ASCII characters.",
        ),
        // What else is broken comes first.
        (
            "CreateUser",
            json!({"UserName": long}),
            "1 validation error detected: Value at 'userName' failed to satisfy constraint: Member must have length \
             less than or equal to 64",
        ),
    ] {
        let shown = format!("Value '{long}' at");
        let api = leak_api(&model("iam", &[operation]));
        let found = validate::check(api, &Structure::of(api.operations[0].input, &input));
        let message = validate::fault(api, &found).message.unwrap_or_default().replace(&shown, "Value at");
        assert_eq!(message, sentence);
    }
}

#[test]
fn ecr_quotes_its_pattern() {
    check(
        "ecr",
        "ListImages",
        &json!({"repositoryName": "UPPER"}),
        "InvalidParameterException",
        "Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression \
         '[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(\\/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*''",
    );
    check(
        "ecr",
        "ListImages",
        &json!({}),
        "InvalidParameterException",
        "Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must not be null'",
    );
}

#[test]
fn ec2_names_what_is_missing_and_leaves_its_enums_open() {
    check("ec2", "DeleteVpc", &json!({}), "MissingParameter", "The request must contain the parameter vpcId");
    let type_of_tomorrow = json!({"MinCount": 1, "MaxCount": 1, "InstanceType": "z99.mega"});
    check("ec2", "RunInstances", &type_of_tomorrow, "", "");
}

#[test]
fn s3_never_has_the_common_text() {
    check(
        "s3",
        "PutBucketVersioning",
        &json!({"Bucket": "b", "VersioningConfiguration": {"Status": "On"}}),
        "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published schema",
    );
    let api = leak_api(&model("s3", &["HeadObject"]));
    let input =
        Structure::of(api.operations[0].input, &json!({"Bucket": "b", "Key": "k", "RequestPayer": "ON"}));
    let fault = validate::fault(api, &validate::check(api, &input));
    assert_eq!((fault.status, &*fault.code), (400, "InvalidArgument"));
    assert_eq!(fault.extra[1], ("ArgumentValue", "ON".to_owned()));
}

/// Members that the service's error shape requires.
#[test]
fn file_systems_and_snapshots_say_more() {
    for (api, operation, member) in [
        ("efs", "CreateFileSystem", ("ErrorCode", "ValidationException")),
        ("ebs", "StartSnapshot", ("Reason", "INVALID_PARAMETER_VALUE")),
    ] {
        let api = leak_api(&model(api, &[operation]));
        let input = Structure::new(api.operations[0].input);
        let fault = validate::fault(api, &validate::check(api, &input));
        assert_eq!(fault.extra, [(member.0, member.1.to_owned())]);
    }
}

/// Organizations names no member. Patterns and enums were recorded; the others are in its API reference.
#[test]
fn organizations_says_the_rule_and_no_more() {
    let policy = json!({"Name": "n", "Description": "", "Type": "SERVICE_CONTROL_POLICY", "Content": "{}"});
    let with = |member: &str, value: serde_json::Value| {
        let mut input = policy.clone();
        input[member] = value;
        input
    };
    let required = "You must include a value for all required parameters.";
    let shorter = "You provided a string parameter that is shorter than allowed.";
    let longer = "You provided a string parameter that is longer than allowed.";
    let pattern = "You provided a value that does not match the required pattern.";
    let value = "You specified an invalid value.";
    let smaller = "You provided a numeric parameter that has a smaller value than allowed.";
    for (operation, input, reason, sentence) in [
        ("DescribePolicy", json!({}), "INPUT_REQUIRED", required),
        ("CreatePolicy", with("Name", json!("")), "MIN_LENGTH_EXCEEDED", shorter),
        ("CreatePolicy", with("Name", json!("n".repeat(129))), "MAX_LENGTH_EXCEEDED", longer),
        ("CreatePolicy", with("Type", json!("NONE")), "INVALID_ENUM_POLICY_TYPE", value),
        ("CreateOrganization", json!({"FeatureSet": "SOME"}), "INVALID_ENUM", value),
        ("DescribeAccount", json!({"AccountId": "1"}), "INVALID_PATTERN", pattern),
        ("ListRoots", json!({"MaxResults": 0}), "MIN_VALUE_EXCEEDED", smaller),
    ] {
        check("organizations", operation, &input, "InvalidInputException", sentence);
        let api = leak_api(&model("organizations", &[operation]));
        let found = validate::check(api, &Structure::of(api.operations[0].input, &input));
        assert_eq!(validate::fault(api, &found).extra, [("Reason", reason.to_owned())], "{operation}");
    }
}
