use crate::{Imds, launch, open, refused};
use serde_json::json;
use testkit::ec2::{advance, start};

#[test]
fn a_token_opens_the_service_of_its_instance_for_its_time() {
    let (server, ec2) = start();
    let (own, other) = (launch(&ec2, &json!({})), launch(&ec2, &json!({})));
    let mut imds = Imds::new(&server, &own);
    // The image wants tokens.
    refused(&imds.get("/latest/meta-data/instance-id"), 401, "401 - Unauthorized");
    let answer = imds.put("21600").ok();
    assert_eq!(answer.header("x-aws-ec2-metadata-token-ttl-seconds"), Some("21600"));
    assert_eq!((answer.header("server"), answer.header("content-type")), (Some("EC2ws"), Some("text/plain")));
    let token = answer.body_text();
    assert_eq!(token.len(), 56);
    imds.token = Some(token.clone());
    advance(&server, "60s");
    let answer = imds.get("/latest/meta-data/instance-id").ok();
    assert_eq!(answer.body_text(), own);
    assert_eq!(answer.header("x-aws-ec2-metadata-token-ttl-seconds"), Some("21540"));
    // It is nobody else's.
    let mut theirs = Imds::new(&server, &other);
    theirs.token = Some(token);
    refused(&theirs.get("/latest/meta-data/instance-id"), 401, "401 - Unauthorized");
    advance(&server, "21540s");
    refused(&imds.get("/latest/meta-data/instance-id"), 401, "401 - Unauthorized");
}

#[test]
fn wishes_for_tokens_are_refused_as_the_service_refuses_them() {
    let (server, ec2) = start();
    let imds = Imds::new(&server, &launch(&ec2, &json!({})));
    for seconds in ["0", "21601", "-1", "x", ""] {
        refused(&imds.put(seconds), 400, "400 - Bad Request");
    }
    let target = format!("{}/latest/api/token", imds.base);
    refused(&imds.client.request("PUT", &target).send(), 400, "400 - Bad Request");
    let through_a_proxy = imds
        .client
        .request("PUT", &target)
        .header("x-aws-ec2-metadata-token-ttl-seconds", "60")
        .header("x-forwarded-for", "203.0.113.9")
        .send();
    refused(&through_a_proxy, 403, "403 - Forbidden");
    for (method, path, allowed) in [
        ("GET", "/latest/api/token", "OPTIONS, PUT"),
        ("POST", "/latest/api/token", "OPTIONS, PUT"),
        ("PUT", "/latest/meta-data/instance-id", "OPTIONS, GET, HEAD"),
        ("DELETE", "/latest/user-data", "OPTIONS, GET, HEAD"),
    ] {
        let answer = imds.send(method, path);
        assert_eq!((answer.status, answer.header("allow")), (405, Some(allowed)), "{method} {path}");
    }
}

#[test]
fn options_of_the_instance_decide_who_is_answered() {
    let (server, ec2) = start();
    let id = launch(&ec2, &open());
    let mut imds = Imds::new(&server, &id);
    assert_eq!(imds.text("/latest/meta-data/instance-id"), id);
    // A token that is shown has to be one.
    imds.token = Some("AQAAAnoToken==".to_owned());
    refused(&imds.get("/latest/meta-data/instance-id"), 401, "401 - Unauthorized");
    imds.token = None;
    let change = |name: &str, value: &str| {
        ec2.call("ModifyInstanceMetadataOptions", &json!({ "InstanceId": id, name: value })).ok();
    };
    change("HttpTokens", "required");
    refused(&imds.get("/latest/meta-data/instance-id"), 401, "401 - Unauthorized");
    change("HttpEndpoint", "disabled");
    refused(&imds.get("/latest/meta-data/instance-id"), 403, "403 - Forbidden");
    refused(&imds.put("60"), 403, "403 - Forbidden");
    change("HttpEndpoint", "enabled");
    assert_eq!(imds.with_token().text("/latest/meta-data/instance-id"), id);
}

#[test]
fn only_what_runs_asks() {
    let (server, ec2) = start();
    let id = launch(&ec2, &open());
    let imds = Imds::new(&server, &id);
    ec2.call("StopInstances", &json!({ "InstanceId": [id] })).ok();
    ec2.call("DescribeInstances", &json!({ "InstanceId": [id] })).ok();
    let answer = imds.get("/latest/meta-data/instance-id");
    assert_eq!(answer.status, 409);
    assert_eq!(answer.tree()["error"], format!("the instance {id} is stopped: nothing asks from it"));
    ec2.call("StartInstances", &json!({ "InstanceId": [id] })).ok();
    assert_eq!(imds.text("/latest/meta-data/instance-id"), id);
    ec2.call("TerminateInstances", &json!({ "InstanceId": [id] })).ok();
    assert_eq!(imds.get("/latest/meta-data/instance-id").status, 409);
    for unknown in ["i-00000000000000000", "nothing"] {
        let answer = Imds::new(&server, unknown).get("/latest/meta-data/instance-id");
        assert_eq!(answer.status, 404);
        assert_eq!(answer.tree()["error"], format!("there is no instance {unknown:?}"));
    }
}

#[test]
fn tokens_outlive_a_crash_and_are_of_one_world() {
    let (mut server, ec2) = start();
    let id = launch(&ec2, &json!({}));
    let imds = Imds::new(&server, &id).with_token();
    let fork = testkit::Client::new(server.fork("other"), "ec2").anonymous();
    let token = imds.token.clone().unwrap();
    let ask = |client: &testkit::Client, path: &str| {
        let request = client.request("GET", &format!("{}{path}", imds.base));
        request.header("x-aws-ec2-metadata-token", &token).send()
    };
    refused(&ask(&fork, "/latest/meta-data/instance-id"), 401, "401 - Unauthorized");
    server.restart();
    let again = server.client("ec2").anonymous();
    assert_eq!(ask(&again, "/latest/meta-data/instance-id").ok().body_text(), id);
}
