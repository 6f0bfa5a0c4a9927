//! What is rewritten of a request after its rule was found.

use crate::error::{Error, Validation};
use serde::{Deserialize, Serialize};
use shapes_elbv2 as api;

/// Characters of a pattern and of what replaces it at the most. Source: ELB API reference, RewriteConfig.
const MOST: usize = 1024;

/// A rewriting of the host, or of path and query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Transform {
    /// `host-header-rewrite` or `url-rewrite`.
    kind: String,
    regex: String,
    replace: String,
}

/// Reads the transforms of a request: of each kind one at the most.
pub(super) fn read(given: Option<Vec<api::RuleTransform>>) -> Result<Vec<Transform>, Error> {
    let mut found: Vec<Transform> = Vec::new();
    for own in given.unwrap_or_default() {
        let transform = read_one(own)?;
        if found.iter().any(|other| other.kind == transform.kind) {
            return Err(Validation::TransformTwice(transform.kind).into());
        }
        found.push(transform);
    }
    Ok(found)
}

fn read_one(given: api::RuleTransform) -> Result<Transform, Error> {
    let kind = given.type_.unwrap_or_default();
    let host = given.host_header_rewrite_config.and_then(|own| own.rewrites);
    let url = given.url_rewrite_config.and_then(|own| own.rewrites);
    let (own, other, name) = match kind.as_str() {
        "host-header-rewrite" => (host, url, "HostHeaderRewriteConfig"),
        _ => (url, host, "UrlRewriteConfig"),
    };
    let mut rewrites = own.unwrap_or_default();
    let (Some(rewrite), true, None) = (rewrites.pop(), rewrites.is_empty(), other) else {
        return Err(Validation::TransformConfig(name, kind).into());
    };
    let (regex, replace) = (rewrite.regex.unwrap_or_default(), rewrite.replace.unwrap_or_default());
    if regex.is_empty() || regex.len() > MOST || replace.len() > MOST {
        return Err(Validation::TransformConfig(name, kind).into());
    }
    Ok(Transform { kind, regex, replace })
}

/// Transforms as answers show them.
pub(super) fn shapes(own: &[Transform]) -> Vec<api::RuleTransform> {
    own.iter().map(shape).collect()
}

fn shape(own: &Transform) -> api::RuleTransform {
    let rewrite = api::RewriteConfig { regex: Some(own.regex.clone()), replace: Some(own.replace.clone()) };
    let rewrites = Some(vec![rewrite]);
    let mut shape = api::RuleTransform { type_: Some(own.kind.clone()), ..api::RuleTransform::default() };
    if own.kind == "host-header-rewrite" {
        shape.host_header_rewrite_config = Some(api::HostHeaderRewriteConfig { rewrites });
    } else {
        shape.url_rewrite_config = Some(api::UrlRewriteConfig { rewrites });
    }
    shape
}
