//! Ids and dates, replaced by stable marks.

use regex::{Captures, Regex};
use std::collections::BTreeMap;

/// What differs from run to run, and what it is called. A name with `$` takes the id's own prefix: `vpc-1`.
const RULES: [(&str, &str); 11] = [
    // S3's second id, and its form of a request's.
    (r"[A-Za-z0-9+/]{74,75}={1,2}", "host-id"),
    (r"\b[0-9A-F]{16}\b", "request-id"),
    (r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "uuid"),
    // EC2: vpc-0123456789abcdef0.
    (r"\b([a-z]+(?:-[a-z]+)*)-[0-9a-f]{17}\b", "$"),
    // IAM: AIDA and 17 characters; access keys: AKIA and 16.
    (r"\b(AIDA|AROA|ANPA|AGPA|AIPA)[A-Z0-9]{17}\b", "$"),
    (r"\b(AKIA|ASIA)[A-Z2-7]{16}\b", "$"),
    (r"\b(ASCA|APKA|ACCA)[A-Z2-7]{17}\b", "$"),
    (r"\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z", "date"),
    (r"\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} 20\d\d \d\d:\d\d:\d\d GMT", "date"),
    (
        r"<(SecretAccessKey|SessionToken|NextToken|nextToken|Marker|NextContinuationToken|UploadId|VersionId|CertificateId|KeyId|SAMLProviderUUID|Base32StringSeed|QRCodePNG|ServicePassword|ServiceCredentialSecret)>[^<>\n]+",
        "<>",
    ),
    (r"(?m)^(x-amz-version-id|x-amz-object-version-id|x-amz-copy-source-version-id): .+$", ":"),
];

/// The marks given so far: one value has one mark, wherever it stands.
pub(crate) struct Marks {
    rules: Vec<(Regex, &'static str)>,
    given: BTreeMap<String, String>,
    counts: BTreeMap<String, u32>,
}

impl Marks {
    pub(crate) fn new() -> Self {
        let rules = RULES.map(|(pattern, name)| (Regex::new(pattern).expect("the rules are tested"), name));
        Self { rules: rules.into(), given: BTreeMap::new(), counts: BTreeMap::new() }
    }

    /// `text` with marks.
    pub(crate) fn apply(&mut self, text: &str) -> String {
        let Self { rules, given, counts } = self;
        let mut text = text.to_owned();
        for (rule, name) in rules {
            text = rule
                .replace_all(&text, |found: &Captures<'_>| {
                    let prefix = found.get(1).map_or("", |prefix| prefix.as_str());
                    match *name {
                        "<>" => format!("<{prefix}>…"),
                        ":" => format!("{prefix}: …"),
                        "$" => mark(given, counts, &found[0], prefix),
                        fixed => mark(given, counts, &found[0], fixed),
                    }
                })
                .into_owned();
        }
        text
    }
}

fn mark(
    given: &mut BTreeMap<String, String>,
    counts: &mut BTreeMap<String, u32>,
    value: &str,
    name: &str,
) -> String {
    let mark = given.entry(value.to_owned()).or_insert_with(|| {
        let count = counts.entry(name.to_owned()).or_default();
        *count += 1;
        format!("{name}-{count}")
    });
    mark.clone()
}

#[cfg(test)]
mod tests {
    use super::Marks;

    #[test]
    fn equal_values_have_equal_marks() {
        let mut marks = Marks::new();
        for (text, want) in [
            ("<vpcId>vpc-0123456789abcdef0", "<vpcId>vpc-1"),
            ("vpc-0123456789abcdef1 vpc-0123456789abcdef0", "vpc-2 vpc-1"),
            ("vpc-cidr-assoc-0123456789abcdef0", "vpc-cidr-assoc-1"),
            ("AIDAABCDEFGHIJKLMNOPQ", "AIDA-1"),
            ("2026-01-01T12:00:00.000Z", "date-1"),
            ("Thu, 01 Jan 2026 12:00:00 GMT", "date-2"),
            ("<SecretAccessKey>abc/def", "<SecretAccessKey>…"),
            ("i-0123 10.0.0.0/16 us-east-1a", "i-0123 10.0.0.0/16 us-east-1a"),
        ] {
            assert_eq!(marks.apply(text), want);
        }
    }
}
