//! What a request's host says: the endpoint itself, a bucket, an account.

use std::net::IpAddr;

/// The names under which this endpoint is known.
#[derive(Clone, Debug)]
pub struct Hosts {
    /// Our own base domains, the longest first.
    bases: Vec<String>,
}

/// What the host says to S3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum S3Host {
    /// The endpoint itself: the bucket, if any, stands in the path.
    Endpoint,
    /// Virtual-host style; also an access point, as `name-ACCOUNT`.
    Bucket(String),
    /// The website of a bucket.
    Website(String),
    /// Twelve digits: S3 Control's account, or a bucket that is called so.
    Account(String),
}

impl Default for Hosts {
    /// `localhost`, Docker's name for the host, LocalStack's public name for loopback, and AWS's own.
    fn default() -> Self {
        Self::new(
            [
                "localhost",
                "host.docker.internal",
                "localhost.localstack.cloud",
                "amazonaws.com",
                "amazonaws.com.cn",
            ]
            .map(str::to_owned)
            .to_vec(),
        )
    }
}

impl Hosts {
    /// These base domains.
    pub fn new(mut bases: Vec<String>) -> Self {
        bases.sort_by_key(|base| std::cmp::Reverse(base.len()));
        Self { bases }
    }

    /// What `host`, as it stands in the header, says to S3.
    pub fn s3(&self, host: &str) -> S3Host {
        let name = bare_name(host);
        if name.parse::<IpAddr>().is_ok() {
            return S3Host::Endpoint;
        }
        for base in &self.bases {
            if name == *base {
                return S3Host::Endpoint;
            }
            if let Some(prefix) = name.strip_suffix(base.as_str()).and_then(|rest| rest.strip_suffix('.')) {
                return before_base(prefix);
            }
        }
        // `111111111111.127.0.0.1`, `ap-111111111111.127.0.0.1`: SDKs put S3 Control's account and the access point of
        // an ARN before any endpoint.
        match name.split_once('.').filter(|(_, rest)| rest.parse::<IpAddr>().is_ok()) {
            Some((account, _)) if is_account(account) => S3Host::Account(account.to_owned()),
            Some((point, _)) if point.rsplit_once('-').is_some_and(|(_, account)| is_account(account)) => {
                S3Host::Bucket(point.to_owned())
            }
            _ => S3Host::Endpoint,
        }
    }
}

/// The host without port, brackets, capitals and trailing dot.
pub(crate) fn bare_name(host: &str) -> String {
    let name = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    name.trim_end_matches('.').to_ascii_lowercase()
}

/// `bkt`, `bkt.s3`, `bkt.s3.eu-west-1`, `bkt.s3.dualstack.eu-west-1`, `s3`, `s3.eu-west-1`.
fn before_base(prefix: &str) -> S3Host {
    let labels: Vec<&str> = prefix.split('.').collect();
    // The service's labels are the last or, before a Region, the last but one.
    let mut end = labels.len();
    if end >= 2 && !is_s3_label(labels[end - 1]) && is_s3_label(labels[end - 2]) {
        end -= 1;
    }
    let is_website = labels[..end].last().is_some_and(|label| label.starts_with("s3-website"));
    while end > 0 && is_s3_label(labels[end - 1]) {
        end -= 1;
    }
    let named_service = labels[end..].iter().any(|label| is_s3_label(label));
    let bucket = if named_service { labels[..end].join(".") } else { prefix.to_owned() };
    match bucket.as_str() {
        "" => S3Host::Endpoint,
        _ if is_website => S3Host::Website(bucket),
        account if is_account(account) => S3Host::Account(bucket),
        _ => S3Host::Bucket(bucket),
    }
}

fn is_s3_label(label: &str) -> bool {
    let known = [
        "dualstack",
        "s3",
        "s3-accelerate",
        "s3-accesspoint",
        "s3-accesspoint-fips",
        "s3-control",
        "s3-control-fips",
        "s3-fips",
        "s3-global",
        "s3-object-lambda",
        "s3-outposts",
        "s3express-control",
    ];
    known.contains(&label) || label.starts_with("s3-website")
}

fn is_account(label: &str) -> bool {
    label.len() == 12 && label.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{Hosts, S3Host};

    #[test]
    fn hosts_name_buckets_accounts_or_nothing() {
        let bucket = |name: &str| S3Host::Bucket(name.to_owned());
        let account = S3Host::Account("123456789012".to_owned());
        let website = |name: &str| S3Host::Website(name.to_owned());
        for (host, want) in [
            ("127.0.0.1:4566", S3Host::Endpoint),
            ("localhost:4566", S3Host::Endpoint),
            ("LOCALHOST.", S3Host::Endpoint),
            ("[::1]:4566", S3Host::Endpoint),
            ("s3.localhost:4566", S3Host::Endpoint),
            ("bkt.localhost:4566", bucket("bkt")),
            ("bkt.s3.localhost", bucket("bkt")),
            ("my.bkt.s3.eu-west-1.localhost", bucket("my.bkt")),
            ("bkt.s3.amazonaws.com", bucket("bkt")),
            ("bkt.s3.us-east-1.amazonaws.com", bucket("bkt")),
            ("bkt.s3.dualstack.us-east-1.amazonaws.com", bucket("bkt")),
            ("s3.dualstack.us-east-1.amazonaws.com", S3Host::Endpoint),
            ("ap-123456789012.s3-object-lambda.us-east-1.amazonaws.com", bucket("ap-123456789012")),
            ("alias.mrap.accesspoint.s3-global.amazonaws.com", bucket("alias.mrap.accesspoint")),
            ("s3.us-east-1.amazonaws.com", S3Host::Endpoint),
            ("bkt.s3-accelerate.amazonaws.com", bucket("bkt")),
            ("ap-123456789012.s3-accesspoint.us-east-1.amazonaws.com", bucket("ap-123456789012")),
            ("ap-123456789012.s3-accesspoint.dualstack.us-east-1.amazonaws.com", bucket("ap-123456789012")),
            ("ap-123456789012.localhost:4566", bucket("ap-123456789012")),
            ("bkt.s3-website.localhost:4566", website("bkt")),
            ("my.bkt.s3-website-us-east-1.localhost:4566", website("my.bkt")),
            ("bkt.s3-website.eu-central-1.amazonaws.com", website("bkt")),
            ("s3-website.localhost", S3Host::Endpoint),
            ("123456789012.localhost:4566", account.clone()),
            ("123456789012.127.0.0.1:4566", account.clone()),
            ("ap-123456789012.127.0.0.1:4566", bucket("ap-123456789012")),
            ("s3.127.0.0.1:4566", S3Host::Endpoint),
            ("123456789012.s3-control.us-east-1.amazonaws.com", account),
            ("somewhere.example.com", S3Host::Endpoint),
            ("", S3Host::Endpoint),
        ] {
            assert_eq!(Hosts::default().s3(host), want, "{host}");
        }
    }
}
