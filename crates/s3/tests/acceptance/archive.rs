//! Archived objects that come back for a while.

use crate::{get, start};
use serde_json::json;

#[test]
fn a_restored_copy_is_shown_until_it_goes() {
    let (server, s3) = start();
    s3.request("PUT", "/photos/cold").header("x-amz-storage-class", "GLACIER").body("x").send().ok();
    s3.request("PUT", "/photos/warm").body("x").send().ok();
    let lists = ["/photos", "/photos?list-type=2", "/photos?versions"];
    let listed = |target: &str| {
        let kind = if target.ends_with("versions") { "Version" } else { "Contents" };
        let answer =
            s3.request("GET", target).header("x-amz-optional-object-attributes", "RestoreStatus").send().ok();
        answer.texts(&format!("{kind}.RestoreStatus.IsRestoreInProgress"))
    };
    let body = "<RestoreRequest><Days>1</Days></RestoreRequest>";
    for list in lists {
        assert_eq!(listed(list), [""; 0], "{list}");
    }
    assert_eq!(s3.request("POST", "/photos/cold?restore").body(body).send().status, 202);
    let until = "ongoing-request=\"false\", expiry-date=\"Sat, 03 Jan 2026 00:00:00 GMT\"";
    assert_eq!(get(&s3, "/photos/cold").ok().header("x-amz-restore"), Some(until));
    for list in lists {
        assert_eq!(listed(list), ["false"], "{list}");
        assert_eq!(get(&s3, list).ok().body_text().matches("RestoreStatus").count(), 0, "{list}");
    }
    server.page("POST", "/_angae/clock", &json!({ "advance": "2d" }));
    assert_eq!(get(&s3, "/photos/cold").refusal().code, "InvalidObjectState");
    assert_eq!(s3.request("HEAD", "/photos/cold").send().ok().header("x-amz-restore"), None);
    for list in lists {
        assert_eq!(listed(list), [""; 0], "{list}");
    }
    let again = s3.request("POST", "/photos/cold?restore").body(body).send();
    assert_eq!(again.status, 202, "it is restored anew");
}
