//! A stop answers what is open, and waits for nobody who only listens.

use testkit::{Feed, Server};

#[test]
fn a_stop_ends_those_who_follow() {
    let mut server = Server::start();
    let followers = ["/_angae/events", "/_angae/iam/audit.jsonl?follow=true"].map(|page| server.follow(page));
    server.ask_to_stop();
    for follower in followers {
        follower.end();
    }
    server.stopped();
}

#[test]
fn a_world_that_is_dropped_ends_those_who_follow_it() {
    let server = Server::start();
    let follower = Feed::open(server.fork("other"), "/_angae/events");
    server.page("DELETE", "/_angae/worlds/other", &serde_json::Value::Null);
    follower.end();
}
