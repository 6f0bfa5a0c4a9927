//! Section 18: what a browser's question before a request is refused for.

use super::{Row, ask, check, make};
use crate::start;

const NO_MATCH: &str = "CORSResponse: This CORS request is not allowed. This is usually because the evalution of \
                        Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are \
                        not whitelisted by the resource's CORS spec.";

/// `OPTIONS` from an origin, about a method that is named or not.
fn forbidden(target: &str, method: Option<&str>, sentence: &str, resource: &str) -> Row {
    let asked = ask(&format!("OPTIONS {target}")).header("origin", "https://a.example");
    let asked = match method {
        Some(method) => asked.header("access-control-request-method", method),
        None => asked,
    };
    asked
        .refused(403, "AccessForbidden", sentence)
        .with("Method", method.unwrap_or("OPTIONS"))
        .with("ResourceType", resource)
}

#[test]
fn preflights() {
    let (server, s3) = start();
    let nobody = server.client("s3").anonymous();
    let no_origin = "Insufficient information. Origin request header needed.";
    let (no_bucket, off) =
        ("CORSResponse: Bucket not found", "CORSResponse: CORS is not enabled for this bucket.");
    check(
        &nobody,
        [
            ask("OPTIONS /photos/k").refused(400, "BadRequest", no_origin).header("connection", "close"),
            ask("OPTIONS /nowhere").refused(400, "BadRequest", no_origin).header("connection", "close"),
            forbidden("/nowhere/k", Some("PUT"), no_bucket, "BUCKET"),
            forbidden("/nowhere", None, no_bucket, "BUCKET"),
            forbidden("/photos/k", Some("PUT"), off, "BUCKET"),
            forbidden("/photos", None, off, "BUCKET"),
        ],
    );
    let rules = "<CORSConfiguration><CORSRule><AllowedOrigin>https://a.example</AllowedOrigin>\
                 <AllowedMethod>PUT</AllowedMethod></CORSRule></CORSConfiguration>";
    make(&s3, [ask("PUT /photos?cors").body(rules).vouched()]);
    let from = |origin: &str| ask("OPTIONS /photos/k").header("origin", origin);
    check(
        &nobody,
        [
            forbidden("/photos/k", Some("DELETE"), NO_MATCH, "OBJECT"),
            forbidden("/photos/k", None, NO_MATCH, "OBJECT"),
            forbidden("/photos", Some("GET"), NO_MATCH, "BUCKET"),
            from("https://b.example")
                .header("access-control-request-method", "PUT")
                .refused(403, "AccessForbidden", NO_MATCH)
                .with("Method", "PUT")
                .with("ResourceType", "OBJECT"),
            from("https://a.example")
                .header("access-control-request-method", "PUT")
                .header("access-control-request-headers", "x-amz-meta-a")
                .refused(403, "AccessForbidden", NO_MATCH)
                .with("Method", "PUT")
                .with("ResourceType", "OBJECT"),
        ],
    );
    let allowed = from("https://a.example").header("access-control-request-method", "PUT");
    assert_eq!(allowed.send(&nobody).ok().header("access-control-allow-methods"), Some("PUT"));
}
