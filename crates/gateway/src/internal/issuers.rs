//! What OIDC issuers in the process publish: their configuration and their keys. Clients outside find under
//! `/_angae/issuers/HOST/PATH` what AWS shows under `https://HOST/PATH`.

use super::{Page, problem};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

const CONFIGURATION: &str = "/.well-known/openid-configuration";
const KEYS: &str = "/.well-known/jwks.json";

/// One document of an issuer.
pub(super) async fn document(
    State(page): State<Page>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Response {
    let (issuer, wants_keys) = match (path.strip_suffix(CONFIGURATION), path.strip_suffix(KEYS)) {
        (Some(issuer), _) => (issuer, false),
        (None, Some(issuer)) => (issuer, true),
        (None, None) => return missing(),
    };
    let url = format!("https://{issuer}");
    let Some(keys) = page.house.issuers.key_set(&page.world, &url) else { return missing() };
    if wants_keys {
        return ([(CONTENT_TYPE, "application/json")], keys).into_response();
    }
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    Json(json!({
        "issuer": url,
        "jwks_uri": format!("http://{host}/_angae/issuers/{issuer}{KEYS}"),
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES384"],
    }))
    .into_response()
}

fn missing() -> Response {
    problem(
        StatusCode::NOT_FOUND,
        "no issuer of this world publishes that; see GetOutboundWebIdentityFederationInfo",
    )
}
