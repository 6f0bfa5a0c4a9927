//! What a client sees. Nothing here knows the crate under test; another implementation at the endpoint would be judged by
//! the same words.

use serde_json::json;
use testkit::Server;

#[test]
fn what_is_not_built_is_refused_by_name() {
    let server = Server::start();
    let refusal = server.client("route53").call("GetHostedZoneCount", &json!({})).refusal();
    assert_eq!((refusal.status, refusal.code.as_str()), (501, "NotImplemented"));
}
