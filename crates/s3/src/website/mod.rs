//! Website hosting: a bucket as a site for people. Index and error documents, redirects, refusals in HTML.
//!
//! Source: Amazon S3 User Guide, "Hosting a static website using Amazon S3"; bodies and order as recorded from AWS.

mod html;
mod object;
mod redirect;
#[cfg(test)]
mod tests;

use crate::S3;
use crate::bucket;
use crate::configuration::record;
use crate::error::{Configuration, Error};
use bytes::Bytes;
use html::Ids;
use http::{HeaderName, HeaderValue, Method};
use percent_encoding::percent_decode_str;
use ports::{BodyOut, Cx, Page};
use redirect::Origin;
use shapes_s3 as api;
use std::sync::Arc;
use wire::{AwsError, Fault};

/// One visit to a site.
struct Visit<'r> {
    cx: &'r Cx,
    svc: &'r Arc<S3>,
    bucket: &'r str,
    site: api::WebsiteConfiguration,
    /// The path without its first slash, decoded: what the visitor asks for.
    path: String,
}

/// Answers a request to a bucket's website.
pub(crate) async fn serve(cx: Cx, svc: Arc<S3>, bucket: String) -> Page {
    match visit(&cx, &svc, &bucket) {
        Ok(visit) => Page { key: visit.logged_key(), ..visit.answer().await },
        Err(error) => refusal(&cx, &error.fault(), None),
    }
}

/// What must hold before anything is looked up.
fn visit<'r>(cx: &'r Cx, svc: &'r Arc<S3>, name: &'r str) -> Result<Visit<'r>, Error> {
    let bucket = bucket::resolve(cx, Some(name), None)?;
    let site = cx.read(|view| record::stored(view, &bucket.id, Configuration::Website))?;
    let site = site.ok_or_else(|| Error::NotConfigured(Configuration::Website, name.to_owned()))?;
    let head = cx.head();
    if head.method != Method::GET && head.method != Method::HEAD {
        return Err(Error::WebsiteMethod(head.method.to_string()));
    }
    let path = percent_decode_str(head.path.strip_prefix('/').unwrap_or(&head.path));
    Ok(Visit { cx, svc, bucket: name, site, path: path.decode_utf8_lossy().into_owned() })
}

impl Visit<'_> {
    async fn answer(&self) -> Page {
        let head = self.cx.head();
        if let Some(to) = &self.site.redirect_all_requests_to {
            return to_location(301, &redirect::of_all(to, self.origin(), &head.path, head.query.as_deref()));
        }
        if let Some(rule) = redirect::rule(&self.site, &self.path, None) {
            let (status, location) = redirect::of_rule(rule, self.origin(), &self.path);
            return to_location(status, &location);
        }
        let (suffix, is_folder) = (self.suffix(), self.is_folder());
        let key = if is_folder { format!("{}{suffix}", self.path) } else { self.path.clone() };
        let fault = match object::fetch(self.cx, self.svc, self.bucket, &key, true).await {
            Ok(page) => return page,
            Err(error) => error.fault(),
        };
        // Whoever may not list is not told that a key is missing.
        let may_be_missing = fault.code == "NoSuchKey" || fault.status == 403;
        if may_be_missing && !is_folder {
            // A folder without its slash: the index document is one step away.
            let index = format!("{}/{suffix}", self.path);
            if object::fetch(self.cx, self.svc, self.bucket, &index, false).await.is_ok() {
                return to_location(302, &redirect::path_of(&format!("{}/", self.path)));
            }
        }
        self.refuse(&fault).await
    }

    /// What the key of a folder's index document ends with.
    fn suffix(&self) -> &str {
        self.site.index_document.as_ref().and_then(|index| index.suffix.as_deref()).unwrap_or_default()
    }

    fn is_folder(&self) -> bool {
        self.path.is_empty() || self.path.ends_with('/')
    }

    /// The key that is looked for, as access logs name it.
    fn logged_key(&self) -> Option<String> {
        let path = &self.cx.head().path;
        let sent = path.strip_prefix('/').unwrap_or(path);
        let index = if self.is_folder() { redirect::encoded(self.suffix()) } else { String::new() };
        Some(format!("{sent}{index}")).filter(|key| !key.is_empty())
    }

    fn origin(&self) -> Origin<'_> {
        Origin { secure: self.cx.head().secure, host: &self.cx.head().host }
    }

    /// A rule for the status, else the site's own error document, else a page of ours.
    async fn refuse(&self, fault: &Fault) -> Page {
        if fault.status == 304 {
            return plain(304, headers(fault));
        }
        if let Some(rule) = redirect::rule(&self.site, &self.path, Some(fault.status)) {
            let (status, location) = redirect::of_rule(rule, self.origin(), &self.path);
            return to_location(status, &location);
        }
        let document = self.site.error_document.as_ref().and_then(|document| document.key.as_deref());
        let Some(key) = document.filter(|_| matches!(fault.status, 403 | 404)) else {
            return refusal(self.cx, fault, None);
        };
        match object::fetch(self.cx, self.svc, self.bucket, key, false).await {
            Ok(page) => Page { status: fault.status, code: Some(fault.code.to_string()), ..page },
            Err(error) => refusal(self.cx, fault, Some(&error.fault())),
        }
    }
}

fn header(name: &'static str, value: &str) -> Option<(HeaderName, HeaderValue)> {
    Some((HeaderName::from_static(name), HeaderValue::from_bytes(value.as_bytes()).ok()?))
}

/// The headers a refusal brings itself.
fn headers(fault: &Fault) -> Vec<(HeaderName, HeaderValue)> {
    fault.headers.iter().filter_map(|(name, value)| header(name, value)).collect()
}

/// A page without a body.
fn plain(status: u16, headers: Vec<(HeaderName, HeaderValue)>) -> Page {
    Page { key: None, code: None, status, headers, body: BodyOut::EMPTY }
}

fn to_location(status: u16, location: &str) -> Page {
    plain(status, header("location", location).into_iter().collect())
}

/// A refusal as a page. `HEAD` is told the status alone.
fn refusal(cx: &Cx, fault: &Fault, document: Option<&Fault>) -> Page {
    let host_id = hex::encode(cx.request_id());
    let ids = Ids { request_id: cx.request_id(), host_id: &host_id };
    let mut headers = headers(fault);
    headers.extend(header("content-type", "text/html; charset=utf-8"));
    headers.extend(header("x-amz-error-code", &fault.code));
    headers.extend(header("x-amz-error-message", fault.message.as_deref().unwrap_or_default()));
    headers.extend(header("x-amz-id-2", &host_id));
    let body = match cx.head().method {
        Method::HEAD => BodyOut::EMPTY,
        _ => BodyOut::Bytes(Bytes::from(html::page(fault, document, &ids))),
    };
    Page { code: Some(fault.code.to_string()), body, ..plain(fault.status, headers) }
}
