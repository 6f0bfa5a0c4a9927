//! Managed node groups: what they are, and the instances that they are made of.

mod failing;
mod life;
mod permission;
mod refusal;
mod rollout;
mod template;

use super::*;

/// The instances of a group: id, state, subnet.
type Instance = (String, String, String);

/// What is asked for of a group in the first two subnets, whose role is made.
#[track_caller]
fn asked(server: &Server, cluster: &str, name: &str) -> Value {
    let subnets = subnets(server);
    json!({
        "clusterName": cluster,
        "nodegroupName": name,
        "subnets": [subnets[0], subnets[1]],
        "nodeRole": role(server, &format!("{name}-nodes"), "ec2.amazonaws.com"),
    })
}

fn sizes(min: i32, max: i32, desired: i32) -> Value {
    json!({ "scalingConfig": { "minSize": min, "maxSize": max, "desiredSize": desired } })
}

fn named(cluster: &str, name: &str) -> Value {
    json!({ "clusterName": cluster, "nodegroupName": name })
}

#[track_caller]
fn shown(eks: &Client, cluster: &str, name: &str) -> Value {
    eks.call("DescribeNodegroup", &named(cluster, name)).ok().tree()["nodegroup"].clone()
}

/// Waits until something is so, looking again whenever an event of that kind is told.
#[track_caller]
fn until<T>(server: &Server, kind: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let mut events = server.events(0);
    loop {
        if let Some(found) = look() {
            return found;
        }
        events.wait_for(kind);
    }
}

/// Waits until a group has one of these states, and answers the group.
#[track_caller]
fn settled(server: &Server, cluster: &str, name: &str, states: &[&str]) -> Value {
    let eks = server.client("eks");
    until(server, "NodegroupChanged", || {
        let own = shown(&eks, cluster, name);
        let state = own["status"].as_str().unwrap_or_default().to_owned();
        states.contains(&state.as_str()).then_some(own)
    })
}

/// Waits until a group is gone.
#[track_caller]
fn gone(server: &Server, cluster: &str, name: &str) {
    let eks = server.client("eks");
    until(server, "NodegroupDeleted", || {
        (eks.call("DescribeNodegroup", &named(cluster, name)).status == 404).then_some(())
    });
}

/// Every instance that was ever made for a group.
#[track_caller]
fn instances(server: &Server, name: &str) -> Vec<Instance> {
    let filter = json!({ "Filter": [{ "Name": "tag:eks:nodegroup-name", "Value": [name] }] });
    let all = server.client("ec2").call("DescribeInstances", &filter).ok();
    let tree = all.tree();
    let list = |value: &Value| value["item"].as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let reservations = list(&tree["reservationSet"]).into_iter();
    let one =
        |own: Value| (text(&own["instanceId"]), text(&own["instanceState"]["name"]), text(&own["subnetId"]));
    reservations.flat_map(|own| list(&own["instancesSet"])).map(one).collect()
}

/// Those that run.
#[track_caller]
fn running(server: &Server, name: &str) -> Vec<String> {
    let all = instances(server, name).into_iter();
    all.filter(|(_, state, _)| state == "running").map(|(id, ..)| id).collect()
}

/// Waits until so many run and no other is there.
#[track_caller]
fn count(server: &Server, name: &str, want: usize) -> Vec<String> {
    until(server, "InstanceChanged", || {
        let all = instances(server, name);
        let is_over = |state: &str| matches!(state, "running" | "terminated");
        let own = running(server, name);
        (own.len() == want && all.iter().all(|(_, state, _)| is_over(state))).then_some(own)
    })
}

/// Makes a group and waits until its nodes run.
#[track_caller]
fn group(server: &Server, cluster: &str, name: &str, more: Value) -> Value {
    let wish = with(asked(server, cluster, name), more);
    server.client("eks").call("CreateNodegroup", &wish).ok();
    settled(server, cluster, name, &["ACTIVE"])
}

/// One fact of an instance.
#[track_caller]
fn of_instance(server: &Server, id: &str, path: &str) -> Vec<String> {
    let found = server.client("ec2").call("DescribeInstances", &json!({ "InstanceId": [id] })).ok();
    found.texts(&format!("reservationSet.item.instancesSet.item.{path}"))
}

/// The tags of an instance.
#[track_caller]
fn tags(server: &Server, id: &str) -> Vec<(String, String)> {
    let (keys, values) =
        (of_instance(server, id, "tagSet.item.key"), of_instance(server, id, "tagSet.item.value"));
    keys.into_iter().zip(values).collect()
}

/// Waits until an update is over, and answers it.
#[track_caller]
fn updated(server: &Server, cluster: &str, name: &str, update: &Value) -> Value {
    let eks = server.client("eks");
    let of = json!({ "name": cluster, "nodegroupName": name, "updateId": update["id"] });
    until(server, "UpdateFinished", || {
        let found = eks.call("DescribeUpdate", &of).ok().tree()["update"].clone();
        (found["status"] != "InProgress").then_some(found)
    })
}
