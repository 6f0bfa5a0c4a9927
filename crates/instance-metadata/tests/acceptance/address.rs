use crate::{launch, open};
use serde_json::{Value, json};
use std::net::{IpAddr, SocketAddr};
use testkit::ec2::start;
use testkit::{Client, Options, Server};

/// Opens the address of an instance.
#[track_caller]
fn opened(server: &Server, id: &str) -> Value {
    server.page("POST", &format!("/_angae/instances/{id}/address"), &Value::Null)
}

/// Where it is, which has to be in the block and on the port of angae.
#[track_caller]
fn address(server: &Server, told: &Value) -> SocketAddr {
    let text = told["address"].as_str().and_then(|url| url.strip_prefix("http://"));
    let address: SocketAddr = text.and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("{told}"));
    assert_eq!(address.port(), server.address().port());
    address
}

#[test]
fn an_instance_is_reached_at_an_address_of_its_own() {
    let (mut server, ec2) = start();
    let (own, other) = (launch(&ec2, &open()), launch(&ec2, &open()));
    let told = server.page("GET", "/_angae/instances", &Value::Null);
    let listed = told["instances"].as_array().expect("it is a list");
    assert_eq!(listed.len(), 2);
    assert!(listed.iter().all(|row| row["address"].is_null() && row["state"] == "running"), "{told}");
    let path = format!("http://{}/_angae/instances/{own}/metadata", server.address());
    assert!(listed.iter().any(|row| row["path"] == path), "{told}");
    let first = address(&server, &opened(&server, &own));
    let IpAddr::V4(ip) = first.ip() else { panic!("{first}") };
    assert_eq!(ip.octets()[..2], [127, 169]);
    let second = address(&server, &opened(&server, &other));
    assert_ne!(first, second);
    // Whoever asks again is told the same.
    assert_eq!(address(&server, &opened(&server, &own)), first);
    let ask = |address: SocketAddr| {
        let client = Client::new(address, "ec2").anonymous();
        client.request("GET", "/latest/meta-data/instance-id").send().ok().body_text()
    };
    assert_eq!((ask(first), ask(second)), (own.clone(), other));
    // Nothing else is found there.
    let answer = Client::new(first, "ec2").anonymous().request("GET", "/_angae/health").send();
    assert_eq!(answer.status, 404);
    server.restart();
    let again = SocketAddr::new(first.ip(), server.address().port());
    assert_eq!(ask(again), own, "the address is there before anybody asks for it");
}

#[test]
fn what_has_ended_answers_no_more() {
    let (server, ec2) = start();
    let id = launch(&ec2, &open());
    let address = address(&server, &opened(&server, &id));
    ec2.call("TerminateInstances", &json!({ "InstanceId": [id] })).ok();
    ec2.call("DescribeInstances", &json!({ "InstanceId": [id] })).ok();
    let client = Client::new(address, "ec2").anonymous();
    assert!(client.request("GET", "/latest/meta-data/instance-id").try_send().is_err());
    let unknown = server.client("angae").anonymous();
    let answer = unknown.request("POST", "/_angae/instances/i-00000000000000000/address").send();
    assert_eq!(answer.status, 404);
}

#[test]
fn where_instances_have_no_addresses_the_path_is_told() {
    let server = Server::start_with(Options::default().flags(&["--instance-addresses", "none"]));
    let id = launch(&server.client("ec2"), &open());
    let told = opened(&server, &id);
    assert!(told["address"].is_null());
    assert_eq!(told["why"], "instances have no addresses here (--instance-addresses none)");
    let said = server.run(&["instance", "metadata", &id], b"");
    let said = String::from_utf8(said.stdout).expect("it prints text");
    let path = format!("http://{}/_angae/instances/{id}/metadata", server.address());
    assert!(said.contains(&format!("export AWS_EC2_METADATA_SERVICE_ENDPOINT={path}\n")), "{said}");
}

#[test]
fn a_wildcard_listener_answers_at_the_addresses_of_instances() {
    let server = Server::start_with(Options::default().flags(&["--host", "0.0.0.0"]));
    let id = launch(&server.client("ec2"), &open());
    let told = server.run(&["instance", "metadata", &id], b"");
    let said = String::from_utf8(told.stdout).expect("it prints text");
    let own = format!(
        "export AWS_EC2_METADATA_SERVICE_ENDPOINT={}\n",
        opened(&server, &id)["address"].as_str().unwrap_or_default()
    );
    assert!(said.starts_with(&own), "{said}");
    let client = Client::new(address(&server, &opened(&server, &id)), "ec2").anonymous();
    let answer = client.request("GET", "/latest/meta-data/instance-id").send().ok();
    assert_eq!(answer.body_text(), id);
    // The port itself is angae's, as before.
    server.page("GET", "/_angae/health", &Value::Null);
    let list = server.run(&["instance", "list"], b"");
    assert!(String::from_utf8_lossy(&list.stdout).contains(&id));
}
