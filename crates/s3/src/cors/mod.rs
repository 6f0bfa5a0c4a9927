//! Cross-origin sharing: what a browser is told of a bucket before a request, and with its answer.
//!
//! The request itself is never refused for its origin: that is the browser's business.

mod rule;
#[cfg(test)]
mod tests;

use crate::bucket;
use crate::configuration::record;
use crate::error::{Configuration, CorsFault, Error};
use ports::{Cx, Headers};
use rule::Asked;
use shapes_s3 as api;

/// Answers a preflight.
pub(crate) fn preflight(cx: &Cx, bucket: &str, is_object: bool) -> Result<Headers, Error> {
    let head = cx.head();
    let origin = head.header("origin").ok_or(Error::Cors(CorsFault::NoOrigin))?;
    let method = head.header("access-control-request-method").unwrap_or("OPTIONS").to_owned();
    let requested = rule::list(head.header("access-control-request-headers").unwrap_or_default());
    let missing = |_| Error::Cors(CorsFault::NoBucket(method.clone()));
    let bucket = bucket::resolve(cx, Some(bucket), None).map_err(missing)?;
    let rules = rules(cx, &bucket.id)?.ok_or_else(|| Error::Cors(CorsFault::Disabled(method.clone())))?;
    let asked = Asked { origin, method: &method, headers: &requested };
    match rules.iter().find(|rule| rule::matches(rule, &asked)) {
        Some(rule) => Ok(rule::headers(rule, &asked)),
        None => Err(Error::Cors(CorsFault::NoMatch { method, is_object })),
    }
}

/// The headers of an actual answer; none at all where no rule matches.
pub(crate) fn actual(cx: &Cx, bucket: &str) -> Result<Headers, Error> {
    let Some(origin) = cx.head().header("origin") else { return Ok(Headers::new()) };
    let bucket = bucket::resolve(cx, Some(bucket), None)?;
    let asked = Asked { origin, method: cx.head().method.as_str(), headers: &[] };
    let rules = rules(cx, &bucket.id)?.unwrap_or_default();
    let found = rules.iter().find(|rule| rule::matches(rule, &asked));
    Ok(found.map(|rule| rule::headers(rule, &asked)).unwrap_or_default())
}

fn rules(cx: &Cx, bucket: &str) -> Result<Option<Vec<api::CORSRule>>, Error> {
    let stored = cx.read(|view| record::stored(view, bucket, Configuration::Cors))?;
    Ok(stored.map(|configuration: api::CORSConfiguration| configuration.cors_rules.unwrap_or_default()))
}
