//! What AWS refuses when a policy is written, by the kind of policy, with its own sentences.
//!
//! There are two parsers behind AWS's answers: that of IAM's own policies, which says little, and that of access
//! policies (buckets, trust policies, file systems), which names the field. Both report the first fault they come to.

mod access;
mod bucket;
mod identity;
mod organization;
mod refusal;
#[cfg(test)]
mod tests;
mod trust;

pub use bucket::{Bucket, Reach};
pub use refusal::Refusal;

use crate::document::Document;
use crate::json;
use crate::span::{Position, Span, Walk};

/// What is written, and therefore which rules hold.
#[derive(Clone, Copy)]
pub enum Grammar<'a> {
    /// A managed or inline policy, a boundary.
    Identity,
    /// Passed to AssumeRole and its kin.
    Session,
    /// Who may assume a role.
    Trust,
    /// Of a bucket.
    Bucket(Bucket<'a>),
    /// Of any other resource: a file system, a repository.
    Resource,
    /// A service control policy.
    ServiceControl,
    /// A resource control policy.
    ResourceControl,
    /// Of a VPC endpoint.
    Endpoint,
}

/// Reads a document that is about to be stored, or says why AWS would refuse it.
pub fn check(grammar: &Grammar<'_>, source: &str) -> Result<Document, Refusal> {
    let root = match json::parse(source) {
        Ok(root) => root,
        Err(wrong) => {
            let at = Walk::new(source).position(u32::try_from(wrong.0).unwrap_or(u32::MAX));
            return Err(not_json(grammar, at));
        }
    };
    match grammar {
        Grammar::Identity | Grammar::Session => identity::check(&root)?,
        Grammar::Trust => trust::check(&root)?,
        Grammar::Bucket(bucket) => bucket::check(source, &root, bucket)?,
        Grammar::Resource => access::check(&root, &access::Rules::RESOURCE)?,
        Grammar::ServiceControl => organization::check_service_control(&root)?,
        Grammar::ResourceControl => organization::check_resource_control(&root)?,
        Grammar::Endpoint => access::check(&root, &access::Rules::RESOURCE)
            .map_err(|refusal| Refusal::Endpoint(Box::new(refusal)))?,
    }
    let unreadable = |span: Span| {
        let at = Walk::new(source).position(span.start);
        match grammar {
            Grammar::Endpoint => Refusal::EndpointSyntax(at),
            Grammar::ServiceControl | Grammar::ResourceControl => Refusal::Organization,
            Grammar::Identity | Grammar::Session => Refusal::Syntax,
            Grammar::Trust | Grammar::Bucket(_) | Grammar::Resource => Refusal::AccessSyntax,
        }
    };
    Document::from_node(source.into(), &root).map_err(unreadable)
}

fn not_json(grammar: &Grammar<'_>, at: Position) -> Refusal {
    match grammar {
        Grammar::Identity | Grammar::Session => Refusal::Syntax,
        Grammar::Trust | Grammar::Resource => Refusal::InvalidJson,
        Grammar::Bucket(_) => Refusal::BucketNotJson,
        Grammar::ServiceControl | Grammar::ResourceControl => Refusal::Organization,
        Grammar::Endpoint => Refusal::EndpointSyntax(at),
    }
}
