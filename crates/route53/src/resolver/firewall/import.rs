//! `ImportFirewallDomains`: the domains of a file in a bucket, one a line.

use super::list::{List, State, read};
use crate::error::ResolverError as Error;
use crate::resolver::Resolver;
use ports::{Asked, Cx, NamedObject, NoObject};
use shapes_route53resolver as resolver_api;
use std::collections::BTreeSet;

/// Domains of a file at the most. Source: Route 53 Developer Guide, "Quotas on Route 53 Resolver DNS Firewall".
const MOST: usize = 250_000;
/// Octets of a file at the most: so many domains of 255 octets, each with its end of line.
const MOST_BYTES: u64 = 250_000 * 257;

/// The object that a URL names: `s3://bucket/key`, or one of S3's own.
fn named(url: &str, suffix: &str) -> Option<NamedObject> {
    let of = |bucket: &str, key: &str| {
        let is_whole = !bucket.is_empty() && !key.is_empty();
        is_whole.then(|| NamedObject { bucket: bucket.to_owned(), key: key.to_owned(), version: None })
    };
    if let Some(rest) = url.strip_prefix("s3://") {
        let (bucket, key) = rest.split_once('/')?;
        return of(bucket, key);
    }
    let (host, path) = url.strip_prefix("https://")?.split_once('/')?;
    let host = host.strip_suffix(suffix)?.strip_suffix('.')?;
    let path = unescaped(path)?;
    let is_s3 = |labels: &str| labels == "s3" || labels.starts_with("s3.") || labels.starts_with("s3-");
    if is_s3(host) {
        let (bucket, key) = path.split_once('/')?;
        return of(bucket, key);
    }
    // Buckets' names may hold dots, and even `.s3.`: what follows the last one is the Region at the most.
    let begin = host.rfind(".s3").filter(|begin| is_s3(&host[begin + 1..]))?;
    of(&host[..begin], &path)
}

/// A path without its escapes.
fn unescaped(path: &str) -> Option<String> {
    let mut octets = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(octet) = rest.next() {
        octets.push(if octet == b'%' {
            let digits = [rest.next()?, rest.next()?];
            u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
        } else {
            octet
        });
    }
    String::from_utf8(octets).ok()
}

/// The domains of a file, or what is wrong with it. Lines without anything are no domains.
fn domains(bytes: Vec<u8>) -> Result<BTreeSet<String>, String> {
    let text = String::from_utf8(bytes).map_err(|_| "The domain file is not a text file.".to_owned())?;
    let mut domains = BTreeSet::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        domains.insert(read(line).ok_or_else(|| format!("Invalid domain: {line}"))?);
        if domains.len() > MOST {
            return Err(format!("The domain file has more than {MOST} domains."));
        }
    }
    Ok(domains)
}

/// `ImportFirewallDomains`: what is wrong with the file is told by the list's state, once the import is over.
pub(in crate::resolver) fn import(
    cx: &Cx,
    svc: &Resolver,
    input: resolver_api::ImportFirewallDomainsRequest,
) -> Result<resolver_api::ImportFirewallDomainsResponse, Error> {
    let (id, url) = (input.firewall_domain_list_id, input.domain_file_url.unwrap_or_default());
    let object = named(&url, cx.partition().dns_suffix()).ok_or_else(|| Error::BadFileUrl(url.clone()))?;
    cx.read(|view| List::changeable(view, cx, id.as_deref()))?;
    let arn = format!("arn:{}:s3:::{}/{}", cx.partition().as_str(), object.bucket, object.key);
    cx.decide(&Asked::new("s3:GetObject", &arn)).map_err(Error::Denied)?;
    let file = svc.objects.read(cx, &object, MOST_BYTES).map_err(|reason| match reason {
        NoObject::Missing => "The domain file can't be read.".to_owned(),
        NoObject::TooLarge => "The domain file is too large.".to_owned(),
    });
    let found = file.and_then(domains);
    let list = cx.write(|tx| {
        let list = List::changeable(tx, cx, id.as_deref())?;
        Ok::<_, Error>(match &found {
            Ok(domains) => {
                let list = list.with_domains(domains.clone());
                list.moved(tx, cx, State::Importing, "Importing domains into the Firewall Domain List")
            }
            Err(sentence) => list.moved(tx, cx, State::Failing, sentence),
        })
    })?;
    let [id, name, status, status_message] = list.told();
    Ok(resolver_api::ImportFirewallDomainsResponse { id, name, status, status_message })
}

#[cfg(test)]
mod tests {
    use super::{domains, named};

    #[test]
    fn files_are_named_by_urls_of_s3() {
        for (url, want) in [
            ("s3://lists/bad.txt", Some(("lists", "bad.txt"))),
            ("s3://lists/a/b.txt", Some(("lists", "a/b.txt"))),
            ("https://lists.s3.amazonaws.com/bad.txt", Some(("lists", "bad.txt"))),
            ("https://lists.s3.eu-west-1.amazonaws.com/bad%20one.txt", Some(("lists", "bad one.txt"))),
            ("https://my.s3.lists.s3.eu-west-1.amazonaws.com/a", Some(("my.s3.lists", "a"))),
            ("https://s3.eu-west-1.amazonaws.com/lists/a/b", Some(("lists", "a/b"))),
            ("https://s3.amazonaws.com/lists/a", Some(("lists", "a"))),
            ("https://s3.amazonaws.com/lists", None),
            ("https://lists.s3.amazonaws.com/", None),
            ("https://lists.s3.amazonaws.com/%zz", None),
            ("https://lists.s3.example.com/a", None),
            ("https://amazonaws.com/a", None),
            ("http://lists.s3.amazonaws.com/a", None),
            ("s3://lists", None),
            ("s3:///a", None),
            ("", None),
        ] {
            let found = named(url, "amazonaws.com");
            let found = found.as_ref().map(|found| (found.bucket.as_str(), found.key.as_str()));
            assert_eq!(found, want, "{url}");
        }
    }

    #[test]
    fn a_file_has_a_domain_a_line() {
        for (file, want) in [
            ("b.example\r\n*.A.example.\n\n  c.example  ", Ok(vec!["*.a.example", "b.example", "c.example"])),
            ("", Ok(vec![])),
            ("a.example\na b", Err("Invalid domain: a b")),
        ] {
            let found = domains(file.as_bytes().to_vec());
            let found = found.as_ref().map(|found| found.iter().map(String::as_str).collect());
            assert_eq!(found.map_err(String::as_str), want, "{file}");
        }
        assert!(domains(vec![0xff]).is_err());
    }
}
