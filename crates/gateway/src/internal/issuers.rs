//! What OIDC issuers in the process publish: their configuration and their keys. Clients outside find under
//! `/_angae/issuers/HOST/PATH` what AWS shows under `https://HOST/PATH`. The issuers of clusters have paths of their own
//! (`/id/…`), which no API has: whoever reaches angae by their host finds them where AWS shows them.

use super::{Page, problem};
use crate::house::House;
use crate::pipeline::{self, OutBody};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use ports::World;
use serde_json::{Value, json};
use wire::Head;

const CONFIGURATION: &str = "/.well-known/openid-configuration";
const KEYS: &str = "/.well-known/jwks.json";
/// Where issuers of clusters have their keys.
const KEYS_OF_CLUSTERS: &str = "/keys";
/// What the hosts of those begin with.
const HOSTS_OF_CLUSTERS: [&str; 2] = ["oidc.eks.", "oidc-eks."];

/// One document of an issuer.
pub(super) async fn document(
    State(page): State<Page>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Some((issuer, wants_keys)) = asked(&path) else { return missing() };
    let url = format!("https://{issuer}");
    let Some(keys) = page.house.issuers.key_set(&page.world, &url) else { return missing() };
    if wants_keys {
        return ([(CONTENT_TYPE, "application/json")], keys).into_response();
    }
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    Json(if is_of_a_cluster(issuer) {
        of_cluster(&url, &format!("http://{host}/_angae/issuers/{issuer}{KEYS_OF_CLUSTERS}"))
    } else {
        json!({
            "issuer": url,
            "jwks_uri": format!("http://{host}/_angae/issuers/{issuer}{KEYS}"),
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "ES384"],
        })
    })
    .into_response()
}

/// The issuer whose document a path names, and whether it is that of its keys.
fn asked(path: &str) -> Option<(&str, bool)> {
    if let Some(issuer) = path.strip_suffix(CONFIGURATION) {
        return Some((issuer, false));
    }
    let of_cluster = path.strip_suffix(KEYS_OF_CLUSTERS).filter(|issuer| is_of_a_cluster(issuer));
    path.strip_suffix(KEYS).or(of_cluster).map(|issuer| (issuer, true))
}

fn is_of_a_cluster(issuer: &str) -> bool {
    HOSTS_OF_CLUSTERS.iter().any(|host| issuer.starts_with(host))
}

/// Source: answers of issuers of EKS.
fn of_cluster(url: &str, keys: &str) -> Value {
    json!({
        "issuer": url,
        "jwks_uri": keys,
        "authorization_endpoint": "urn:kubernetes:programmatic_authorization",
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "claims_supported": ["sub", "iss"],
        "id_token_signing_alg_values_supported": ["RS256"],
    })
}

/// What the host of a cluster's issuer is asked for; `None` of every other request.
pub(crate) fn published(house: &House, world: &World, head: &Head) -> Option<http::Response<OutBody>> {
    let host = head.host.split(':').next().unwrap_or_default();
    if head.method != http::Method::GET || !is_of_a_cluster(host) || !head.path.starts_with("/id/") {
        return None;
    }
    let place = format!("{host}{}", head.path);
    let known = asked(&place).and_then(|(issuer, wants_keys)| {
        let url = format!("https://{issuer}");
        let keys = house.issuers.key_set(world, &url)?;
        Some(if wants_keys {
            keys
        } else {
            of_cluster(&url, &format!("{url}{KEYS_OF_CLUSTERS}")).to_string()
        })
    });
    Some(match known {
        Some(text) => pipeline::plain(StatusCode::OK, "application/json", text),
        None => super::refuse(StatusCode::NOT_FOUND, "no issuer of this world publishes that"),
    })
}

fn missing() -> Response {
    problem(
        StatusCode::NOT_FOUND,
        "no issuer of this world publishes that; see GetOutboundWebIdentityFederationInfo and DescribeCluster",
    )
}
