//! The other protocols: who calls, and what is not built.

use crate::clients::{refused, s3_settings, settings};
use crate::server::Server;

#[tokio::test]
async fn caller_is_the_accounts_root() {
    let server = Server::start(&[]);
    let sts = aws_sdk_sts::Client::from_conf(settings!(aws_sdk_sts, server.endpoint()).build());
    let caller = sts.get_caller_identity().send().await.unwrap();
    assert_eq!(caller.account(), Some("000000000000"));
    assert_eq!(caller.arn(), Some("arn:aws:iam::000000000000:root"));
}

/// Operations that no service answers yet; whoever builds one takes another.
#[tokio::test]
async fn what_is_not_built_says_so_in_each_protocol() {
    let server = Server::start(&[]);
    let endpoint = server.endpoint();
    let xml = aws_sdk_s3::Client::from_conf(s3_settings(endpoint).build());
    refused(xml.get_object_torrent().bucket("bkt").key("k").send().await, "NotImplemented", 501);
    let json = aws_sdk_ecrpublic::Client::from_conf(settings!(aws_sdk_ecrpublic, endpoint).build());
    refused(json.describe_registries().send().await, "NotImplemented", 501);
}

#[tokio::test]
async fn refusals_of_rest_json_are_read() {
    let server = Server::start(&[]);
    let client = aws_sdk_eksauth::Client::from_conf(settings!(aws_sdk_eksauth, server.endpoint()).build());
    let assume = client.assume_role_for_pod_identity().cluster_name("c").token("header.payload.signature");
    refused(assume.send().await, "ResourceNotFoundException", 404);
}
