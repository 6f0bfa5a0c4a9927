//! The policy of a form: what it allows, field by field.
//!
//! Source: Amazon S3 API Reference, "POST policy"; sentences as recorded from AWS.

use super::multipart::Fields;
use crate::error::{Error, PostFault};
use base::Timestamp;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use shape::TimestampFormat;
use wire::codec::timestamp;

/// Fields that no condition has to speak of: what is signed, and by what.
const FREE: [&str; 5] = ["awsaccesskeyid", "file", "policy", "signature", "x-amz-signature"];
/// Fields of this prefix are the page's own.
const IGNORED: &str = "x-ignore-";

/// A policy, read.
#[derive(Debug)]
pub(crate) struct Policy {
    expires_at: Timestamp,
    conditions: Vec<Condition>,
}

/// One condition.
#[derive(Debug, PartialEq, Eq)]
enum Condition {
    /// A field is this.
    Eq(String, String),
    /// A field begins with this.
    StartsWith(String, String),
    /// The file is not shorter and not longer.
    Length(u64, u64),
    /// One that can never hold: as it stands.
    Malformed(String),
}

fn invalid(what: &'static str) -> Error {
    Error::Post(PostFault::InvalidPolicy(what))
}

impl Policy {
    /// Reads a policy as it stands in a form: base64 of JSON.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let bytes = STANDARD.decode(text).map_err(|_| invalid("Invalid JSON."))?;
        let document: Value = serde_json::from_slice(&bytes).map_err(|_| invalid("Invalid JSON."))?;
        let expiration = document.get("expiration").and_then(Value::as_str);
        let expiration = expiration.ok_or_else(|| invalid("Policy missing expiration."))?;
        let expires_at = timestamp::parse(expiration, TimestampFormat::Iso8601);
        let expires_at = expires_at.ok_or_else(|| invalid("Invalid 'expiration' value."))?.into();
        let conditions = document.get("conditions").and_then(Value::as_array);
        let conditions = conditions.ok_or_else(|| invalid("Policy missing conditions."))?;
        let conditions = conditions.iter().map(Condition::parse).collect::<Result<_, _>>()?;
        Ok(Self { expires_at, conditions })
    }

    /// Judges a form for a bucket; answers the sizes its file may have, where the policy says.
    pub(crate) fn check(
        &self,
        fields: &Fields,
        bucket: &str,
        now: Timestamp,
    ) -> Result<Option<(u64, u64)>, Error> {
        if now > self.expires_at {
            return Err(Error::Post(PostFault::Expired));
        }
        let mut sizes = None;
        for condition in &self.conditions {
            if let Condition::Length(least, most) = condition {
                sizes = Some((*least, *most));
            } else if !condition.holds(fields, bucket) {
                return Err(Error::Post(PostFault::Condition(condition.shown())));
            }
        }
        match fields.values.iter().find(|(name, _)| !self.covers(&name.to_ascii_lowercase())) {
            Some((name, _)) => Err(Error::Post(PostFault::Extra(name.clone()))),
            None => Ok(sizes),
        }
    }

    /// Whether a field is spoken of, or need not be.
    fn covers(&self, name: &str) -> bool {
        let spoken_of = self.conditions.iter().any(|condition| match condition {
            Condition::Eq(field, _) | Condition::StartsWith(field, _) => field.eq_ignore_ascii_case(name),
            Condition::Length(..) | Condition::Malformed(_) => false,
        });
        spoken_of || FREE.contains(&name) || name.starts_with(IGNORED)
    }
}

impl Condition {
    fn parse(condition: &Value) -> Result<Self, Error> {
        match condition {
            Value::Object(simple) => {
                let mut members = simple.iter();
                let (Some((field, Value::String(value))), None) = (members.next(), members.next()) else {
                    return Err(invalid(
                        "Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.",
                    ));
                };
                Ok(Self::Eq(field.clone(), value.clone()))
            }
            Value::Array(parts) => {
                Ok(Self::parse_list(parts).unwrap_or_else(|| Self::Malformed(shown_list(parts))))
            }
            _ => Err(invalid("Invalid Condition: it is neither an object nor an array.")),
        }
    }

    fn parse_list(parts: &[Value]) -> Option<Self> {
        let [operator, first, second] = parts else { return None };
        let operator = operator.as_str()?.to_ascii_lowercase();
        if operator == "content-length-range" {
            return Some(Self::Length(number(first)?, number(second)?));
        }
        let field = first.as_str()?.strip_prefix('$')?.to_owned();
        let value = second.as_str()?.to_owned();
        match operator.as_str() {
            "eq" => Some(Self::Eq(field, value)),
            "starts-with" => Some(Self::StartsWith(field, value)),
            _ => None,
        }
    }

    fn holds(&self, fields: &Fields, bucket: &str) -> bool {
        // The bucket is no field: it stands in the address.
        let value = |field: &str| match fields.get(field) {
            None if field.eq_ignore_ascii_case("bucket") => Some(bucket.to_owned()),
            found => found.map(str::to_owned),
        };
        match self {
            Self::Eq(field, wanted) => value(field).as_deref() == Some(wanted),
            Self::StartsWith(_, beginning) if beginning.is_empty() => true,
            // A list of types has to begin so in each of its entries.
            Self::StartsWith(field, beginning) if field.eq_ignore_ascii_case("content-type") => value(field)
                .is_some_and(|value| value.split(',').all(|one| one.trim().starts_with(beginning))),
            Self::StartsWith(field, beginning) => {
                value(field).is_some_and(|value| value.starts_with(beginning))
            }
            Self::Length(..) => true,
            Self::Malformed(_) => false,
        }
    }

    /// As the refusal shows it.
    fn shown(&self) -> String {
        let list = |operator: &str, field: &str, value: &str| {
            shown_list(&[operator.into(), format!("${field}").into(), value.into()])
        };
        match self {
            Self::Eq(field, value) => list("eq", field, value),
            Self::StartsWith(field, value) => list("starts-with", field, value),
            Self::Length(least, most) => format!("[\"content-length-range\", {least}, {most}]"),
            Self::Malformed(shown) => shown.clone(),
        }
    }
}

/// A number, or digits.
fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

fn shown_list(parts: &[Value]) -> String {
    let parts: Vec<String> = parts.iter().map(Value::to_string).collect();
    format!("[{}]", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::{Policy, STANDARD};
    use crate::post::multipart::Fields;
    use base::Timestamp;
    use base64::Engine;
    use wire::AwsError;

    const NOW: Timestamp = Timestamp::from_millis(1_767_268_800_000);

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        let values = pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
        Fields { values, filename: None }
    }

    /// What a policy with these conditions says of a form.
    fn outcome(conditions: &str, form: &[(&str, &str)]) -> String {
        let policy =
            format!("{{\"expiration\": \"2026-12-01T12:00:00.000Z\", \"conditions\": {conditions}}}");
        let policy = Policy::parse(&STANDARD.encode(policy));
        match policy.and_then(|policy| policy.check(&fields(form), "bkt", NOW)) {
            Ok(None) => "ok".to_owned(),
            Ok(Some((least, most))) => format!("{least} to {most}"),
            Err(error) => {
                let fault = error.fault();
                let message = fault.message.unwrap_or_default();
                format!("{} {}", fault.code, message.replace("Invalid according to Policy: ", ""))
            }
        }
    }

    #[test]
    fn a_form_is_judged_field_by_field() {
        let key = ("key", "user/eric/a");
        for (conditions, form, want) in [
            (r#"[{"bucket": "bkt"}, ["starts-with", "$key", "user/eric/"]]"#, &[key][..], "ok"),
            (
                r#"[{"bucket": "other"}, {"key": "user/eric/a"}]"#,
                &[key],
                r#"AccessDenied Policy Condition failed: ["eq", "$bucket", "other"]"#,
            ),
            (
                r#"[["eq", "$key", "User/eric/a"]]"#,
                &[key],
                r#"AccessDenied Policy Condition failed: ["eq", "$key", "User/eric/a"]"#,
            ),
            (
                r#"[["eq", "key", "user/eric/a"]]"#,
                &[key],
                r#"AccessDenied Policy Condition failed: ["eq", "key", "user/eric/a"]"#,
            ),
            (
                r#"[["like", "$key", "a"]]"#,
                &[key],
                r#"AccessDenied Policy Condition failed: ["like", "$key", "a"]"#,
            ),
            (r#"[["starts-with", "$key", ""], ["content-length-range", 1, "10"]]"#, &[key], "1 to 10"),
            (
                r#"[["starts-with", "$key", ""]]"#,
                &[key, ("acl", "private")],
                "AccessDenied Extra input fields: acl",
            ),
            (
                r#"[["starts-with", "$key", ""]]"#,
                &[key, ("x-ignore-me", "1"), ("x-amz-signature", "s")],
                "ok",
            ),
            (
                r#"[["starts-with", "$key", ""], ["starts-with", "$Content-Type", "image/"]]"#,
                &[key, ("content-type", "image/png,image/gif")],
                "ok",
            ),
            (
                r#"[["starts-with", "$key", ""], ["starts-with", "$Content-Type", "image/"]]"#,
                &[key, ("content-type", "image/png,text/html")],
                r#"AccessDenied Policy Condition failed: ["starts-with", "$Content-Type", "image/"]"#,
            ),
            (
                r#"[{"key": "user/eric/a", "acl": "private"}]"#,
                &[key],
                "InvalidPolicyDocument Invalid Policy: Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.",
            ),
            (
                "[{}]",
                &[key],
                "InvalidPolicyDocument Invalid Policy: Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.",
            ),
        ] {
            assert_eq!(outcome(conditions, form), want, "{conditions}");
        }
    }

    #[test]
    fn what_is_no_policy_is_refused() {
        for (text, want) in [
            ("no base64!", "Invalid Policy: Invalid JSON."),
            (&STANDARD.encode("x"), "Invalid Policy: Invalid JSON."),
            (&STANDARD.encode("{}"), "Invalid Policy: Policy missing expiration."),
            (
                &STANDARD.encode(r#"{"expiration": "2026-12-01T12:00:00Z"}"#),
                "Invalid Policy: Policy missing conditions.",
            ),
        ] {
            let fault = Policy::parse(text).unwrap_err().fault();
            assert_eq!((&*fault.code, fault.message.as_deref()), ("InvalidPolicyDocument", Some(want)));
        }
        let old = STANDARD.encode(r#"{"expiration": "2025-12-01T12:00:00Z", "conditions": []}"#);
        let fault = Policy::parse(&old).unwrap().check(&fields(&[]), "bkt", NOW).unwrap_err().fault();
        assert_eq!(fault.message.as_deref(), Some("Invalid according to Policy: Policy expired."));
    }
}
