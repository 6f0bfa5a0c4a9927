//! Section 23: what S3 Control refuses of access points. `BucketHasAccessPointsAttached` is in `bucket`, a bucket that
//! is missing in `invalid_request`.

use super::{Row, ask, check, control, make};
use crate::start;

#[test]
fn access_points() {
    let (_server, s3) = start();
    let body = "<CreateAccessPointRequest><Bucket>photos</Bucket></CreateAccessPointRequest>";
    let point = |name: &str| control(&format!("PUT /v20180820/accesspoint/{name}")).body(body);
    make(&s3, [point("door")]);
    let invalid = |name: &str| {
        point(name)
            .refused(400, "InvalidURI", "Couldn't parse the specified URI.")
            .with("URI", &format!("accesspoint/{name}"))
    };
    let missing = |line: &str| {
        control(line)
            .refused(404, "NoSuchAccessPoint", "The specified accesspoint does not exist")
            .with("AccessPointName", "none")
    };
    let bare = |line: &str| {
        control(line)
            .refused(404, "NoSuchAccessPointPolicy", "The specified accesspoint policy does not exist")
            .with("AccessPointName", "door")
    };
    let twice = "Your previous request to create the named accesspoint succeeded and you already own it.";
    let mut rows: Vec<Row> = ["Door", "a_b", "-door", "door-", "xn--door"].map(invalid).into();
    rows.extend(
        [
            "GET /v20180820/accesspoint/none",
            "DELETE /v20180820/accesspoint/none",
            "GET /v20180820/accesspoint/none/policy",
            "GET /v20180820/accesspoint/none/policyStatus",
            "DELETE /v20180820/accesspoint/none/policy",
        ]
        .map(missing),
    );
    rows.extend(
        ["GET /v20180820/accesspoint/door/policy", "GET /v20180820/accesspoint/door/policyStatus"].map(bare),
    );
    rows.extend([
        point("door").refused(409, "AccessPointAlreadyOwnedByYou", twice),
        control("GET /v20180820/accesspoint?nextToken=x")
            .argument("nextToken", "The continuation token provided is incorrect"),
        ask("GET /v20180820/accesspoint/door").header("x-amz-account-id", "111111111111").refused(
            403,
            "AccessDenied",
            "Access Denied",
        ),
    ]);
    check(&s3, rows);
}
