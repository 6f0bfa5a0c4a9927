//! Lists of domains out of files in buckets.

use super::{pages, refuses, start, start_real};
use serde_json::{Value, json};
use testkit::ec2::advance;
use testkit::{Client, Options, Server};

fn list(client: &Client) -> String {
    let create = json!({ "CreatorRequestId": "l", "Name": "l" });
    client.call("CreateFirewallDomainList", &create).ok().text("FirewallDomainList.Id")
}

fn import(list: &str, url: &str) -> Value {
    json!({ "FirewallDomainListId": list, "Operation": "REPLACE", "DomainFileUrl": url })
}

fn put(server: &Server, key: &str, body: &str) {
    let s3 = server.client("s3");
    s3.request("PUT", "/lists").send();
    s3.request("PUT", &format!("/lists/{key}")).body(body).send().ok();
}

/// Status, its message and the number of domains.
fn told(client: &Client, list: &str) -> [String; 3] {
    let got = client.call("GetFirewallDomainList", &json!({ "FirewallDomainListId": list })).ok();
    ["Status", "StatusMessage", "DomainCount"].map(|member| got.text(&format!("FirewallDomainList.{member}")))
}

#[test]
fn a_list_is_imported_from_a_bucket() {
    let (server, client) = start_real();
    let id = list(&client);
    let old = json!({ "FirewallDomainListId": id, "Operation": "ADD", "Domains": ["old.example"] });
    client.call("UpdateFirewallDomains", &old).ok();
    put(&server, "bad.txt", "B.example.\r\n\n*.a.example\nc.example");
    let imported = client.call("ImportFirewallDomains", &import(&id, "s3://lists/bad.txt")).ok();
    assert_eq!(
        [imported.text("Id"), imported.text("Name"), imported.text("Status")],
        [&id, "l", "IMPORTING"]
    );
    advance(&server, "61s");
    assert_eq!(told(&client, &id), ["COMPLETE", "Finished domain list import", "3"]);
    let of = json!({ "FirewallDomainListId": id });
    assert_eq!(
        pages(&client, "ListFirewallDomains", &of, "Domains"),
        ["*.a.example.", "b.example.", "c.example."]
    );
    for url in [
        "https://lists.s3.amazonaws.com/bad.txt",
        "https://lists.s3.us-east-1.amazonaws.com/bad.txt",
        "https://s3.us-east-1.amazonaws.com/lists/bad.txt",
    ] {
        client.call("ImportFirewallDomains", &import(&id, url)).ok();
        advance(&server, "61s");
        assert_eq!(told(&client, &id)[0], "COMPLETE", "{url}");
    }
}

#[test]
fn a_file_that_cannot_be_imported_leaves_the_list_as_it_is() {
    let (server, client) = start();
    let id = list(&client);
    put(&server, "good.txt", "good.example\n");
    put(&server, "bad.txt", "good.example\nno domain\n");
    client.call("ImportFirewallDomains", &import(&id, "s3://lists/good.txt")).ok();
    for (key, message) in
        [("bad.txt", "Invalid domain: no domain"), ("none.txt", "The domain file can't be read.")]
    {
        let imported = client.call("ImportFirewallDomains", &import(&id, &format!("s3://lists/{key}"))).ok();
        assert_eq!(imported.text("Status"), "IMPORTING");
        assert_eq!(told(&client, &id), ["COMPLETE_IMPORT_FAILED", message, "1"]);
    }
    let update = json!({ "FirewallDomainListId": id, "Operation": "ADD", "Domains": ["b.example"] });
    client.call("UpdateFirewallDomains", &update).ok();
    assert_eq!(told(&client, &id), ["COMPLETE", "Finished domain list update", "2"]);
    let url = "The domain file URL 'https://example.com/a' is not the URL of a file in Amazon S3.";
    refuses(
        &client,
        &[
            ("ImportFirewallDomains", import(&id, "https://example.com/a"), "ValidationException", url),
            (
                "ImportFirewallDomains",
                import("none", "s3://lists/good.txt"),
                "ResourceNotFoundException",
                "[RSLVR-02025] Can’t find the resource with ID \"none\".",
            ),
        ],
    );
}

#[test]
fn a_file_holds_a_quarter_of_a_million_domains() {
    let (server, client) = start();
    let id = list(&client);
    let mut file: String = (0..250_000).map(|n| format!("d{n}.example\n")).collect();
    put(&server, "large.txt", &file);
    client.call("ImportFirewallDomains", &import(&id, "s3://lists/large.txt")).ok();
    assert_eq!(told(&client, &id), ["COMPLETE", "Finished domain list import", "250000"]);
    file.push_str("one-more.example\n");
    put(&server, "larger.txt", &file);
    client.call("ImportFirewallDomains", &import(&id, "s3://lists/larger.txt")).ok();
    let message = "The domain file has more than 250000 domains.";
    assert_eq!(told(&client, &id), ["COMPLETE_IMPORT_FAILED", message, "250000"]);
    let of = json!({ "FirewallDomainListId": id, "MaxResults": 5000 });
    let first = client.call("ListFirewallDomains", &of).ok();
    assert_eq!(first.texts("Domains").len(), 5000);
}

#[test]
fn whoever_imports_a_file_may_read_it() {
    let server = Server::start_with(Options::default().flags(&[
        "--iam",
        "enforce",
        "--bootstrap-key",
        "000000000000:secret",
    ]));
    let root = |service: &str| server.client(service).key("000000000000", "secret", None);
    root("s3").request("PUT", "/lists").send().ok();
    for key in ["open.txt", "closed.txt"] {
        root("s3").request("PUT", &format!("/lists/{key}")).body("a.example\n").send().ok();
    }
    let id = list(&root("route53resolver"));
    let anna = super::permission::user(
        &server,
        &json!([
            { "Effect": "Allow", "Action": "route53resolver:*", "Resource": "*" },
            { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::lists/open.txt" },
        ]),
    );
    anna.call("ImportFirewallDomains", &import(&id, "s3://lists/open.txt")).ok();
    let refusal = anna.call("ImportFirewallDomains", &import(&id, "s3://lists/closed.txt")).refusal();
    assert_eq!((refusal.status, refusal.code.as_str()), (400, "AccessDeniedException"));
    let sentence = "User: arn:aws:iam::000000000000:user/anna is not authorized to perform: s3:GetObject on resource: \
                    \"arn:aws:s3:::lists/closed.txt\"";
    assert!(refusal.message.starts_with(sentence), "{}", refusal.message);
}
