//! Whether a policy is public, as `GetBucketPolicyStatus` and the public access block mean it: a pure function over
//! the document.
//!
//! Public is a statement that allows something to everybody and does not pin the caller by a fixed value of certain
//! condition keys. A value is fixed that has neither a wildcard nor a policy variable. Denials do not count.
//! Source: Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage", "The meaning of public".

use super::each;
use serde_json::Value;

/// Keys a fixed value of which says who calls, or from where, in lower case.
const PINNING: [&str; 15] = [
    "aws:principalaccount",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principalarn",
    "aws:sourcearn",
    "aws:sourceaccount",
    "aws:sourceowner",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:sourcevpcarn",
    "aws:vpceaccount",
    "aws:vpceorgid",
    "aws:userid",
    "s3:dataaccesspointarn",
    "s3:dataaccesspointaccount",
];

/// Whether a statement of the policy is public.
pub(crate) fn is_public(document: &Value) -> bool {
    document.get("Statement").is_some_and(|statements| {
        each(statements).iter().any(|statement| {
            statement["Effect"] == "Allow" && speaks_to_everybody(statement) && !is_pinned(statement)
        })
    })
}

fn speaks_to_everybody(statement: &Value) -> bool {
    // Everybody but some is nearly everybody.
    statement.get("NotPrincipal").is_some()
        || statement.get("Principal").is_some_and(|principal| match principal {
            Value::Object(kinds) => kinds.values().flat_map(each).any(is_wildcard),
            text => is_wildcard(text),
        })
}

fn is_wildcard(principal: &Value) -> bool {
    principal.as_str().is_some_and(|text| text.contains('*'))
}

/// Whether one condition pins the caller: all conditions have to hold, so one is enough.
fn is_pinned(statement: &Value) -> bool {
    let operators = statement.get("Condition").and_then(Value::as_object);
    operators.into_iter().flatten().any(|(operator, keys)| {
        let keys = keys.as_object().into_iter().flatten();
        keys.into_iter().any(|(key, values)| {
            let values: Vec<&str> = each(values).iter().filter_map(Value::as_str).collect();
            !values.is_empty() && pins(operator, &key.to_ascii_lowercase(), &values)
        })
    })
}

/// Whether a condition holds for pinned callers only. `IfExists` and `ForAllValues` hold where the key is absent.
fn pins(operator: &str, key: &str, values: &[&str]) -> bool {
    let operator = operator.strip_prefix("ForAnyValue:").unwrap_or(operator);
    match operator {
        "IpAddress" => key == "aws:sourceip" && values.iter().all(|range| is_narrow(range)),
        "StringEquals" | "StringEqualsIgnoreCase" | "StringLike" | "ArnEquals" | "ArnLike" => {
            PINNING.contains(&key) && values.iter().all(|value| is_fixed(key, value))
        }
        _ => false,
    }
}

/// The name of an access point may be anything once its account is fixed.
fn is_fixed(key: &str, value: &str) -> bool {
    let has_wildcard = |text: &str| text.contains(['*', '?']) || text.contains("${");
    if key == "s3:dataaccesspointarn" {
        return value.split(':').nth(4).is_some_and(|account| !account.is_empty() && !has_wildcard(account));
    }
    !has_wildcard(value)
}

/// Ranges wider than a /8 of IPv4 or a /32 of IPv6 are as good as everybody.
fn is_narrow(range: &str) -> bool {
    let (address, length) = range.split_once('/').unwrap_or((range, "128"));
    match (address.parse(), length.parse::<u8>()) {
        (Ok(std::net::IpAddr::V4(_)), Ok(length)) => length >= 8,
        (Ok(std::net::IpAddr::V6(_)), Ok(length)) => length >= 32,
        (Ok(_), Err(_)) | (Err(_), _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_public;
    use serde_json::{Value, json};

    fn check(principal: &Value, condition: &Value, want: bool) {
        let mut statement =
            json!({"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": "*"});
        if !condition.is_null() {
            statement["Condition"] = condition.clone();
        }
        let policy = json!({"Statement": [{"Effect": "Deny", "Principal": "*"}, statement]});
        assert_eq!(is_public(&policy), want, "{principal} {condition}");
    }

    #[test]
    fn everybody_is_public_and_somebody_is_not() {
        for (principal, want) in [
            (json!("*"), true),
            (json!({"AWS": "*"}), true),
            (json!({"AWS": ["000000000000", "*"]}), true),
            (json!({"AWS": "000000000000"}), false),
            (json!({"Service": "cloudtrail.amazonaws.com"}), false),
            (json!({"CanonicalUser": "0"}), false),
        ] {
            check(&principal, &json!(null), want);
        }
        let except = json!({"Statement": {"Effect": "Allow", "NotPrincipal": {"AWS": "000000000000"}}});
        assert!(is_public(&except));
        let denial = json!({"Statement": {"Effect": "Deny", "Principal": "*"}});
        assert!(!is_public(&denial));
        assert!(!is_public(&json!({})));
    }

    #[test]
    fn a_fixed_value_pins_the_caller() {
        for (condition, want) in [
            (json!({"StringEquals": {"aws:SourceVpc": "vpc-1"}}), false),
            (json!({"StringEquals": {"AWS:sourcevpc": ["vpc-1", "vpc-2"]}}), false),
            (json!({"StringLike": {"aws:SourceVpc": "vpc-*"}}), true),
            (json!({"StringEquals": {"aws:SourceVpc": ["vpc-1", "${aws:username}"]}}), true),
            (json!({"StringLike": {"aws:PrincipalOrgID": "o-1"}}), false),
            (json!({"StringEquals": {"aws:PrincipalAccount": "000000000000"}}), false),
            (json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::000000000000:role/r"}}), false),
            (json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::000000000000:role/*"}}), true),
            (json!({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-1/r-1/"}}), false),
            (json!({"ForAllValues:StringLike": {"aws:PrincipalOrgPaths": "o-1/r-1/"}}), true),
            (json!({"StringEqualsIfExists": {"aws:SourceVpc": "vpc-1"}}), true),
            (json!({"StringNotEquals": {"aws:SourceVpc": "vpc-1"}}), true),
            (json!({"StringEquals": {"aws:Referer": "x"}}), true),
            (json!({"Bool": {"aws:SecureTransport": "true"}}), true),
            (
                json!({"Bool": {"aws:SecureTransport": "true"}, "StringEquals": {"aws:SourceVpce": "vpce-1"}}),
                false,
            ),
            (
                json!({"StringLike": {"s3:DataAccessPointArn": "arn:aws:s3:us-east-1:000000000000:accesspoint/*"}}),
                false,
            ),
            (json!({"StringLike": {"s3:DataAccessPointArn": "arn:aws:s3:us-east-1:*:accesspoint/a"}}), true),
            (json!({"StringEquals": {"aws:SourceVpc": []}}), true),
        ] {
            check(&json!("*"), &condition, want);
        }
    }

    #[test]
    fn a_narrow_range_of_addresses_pins_the_caller() {
        for (range, want) in [
            (json!("192.0.2.7"), false),
            (json!("10.0.0.0/8"), false),
            (json!("8.0.0.0/7"), true),
            (json!("0.0.0.0/0"), true),
            (json!("2001:db8::/32"), false),
            (json!("2001:db8::/31"), true),
            (json!(["192.0.2.0/24", "0.0.0.0/0"]), true),
            (json!("nowhere"), true),
        ] {
            check(&json!("*"), &json!({"IpAddress": {"aws:SourceIp": range}}), want);
            check(&json!("*"), &json!({"NotIpAddress": {"aws:SourceIp": range}}), true);
        }
    }
}
