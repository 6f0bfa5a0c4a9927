//! Domains on their way to other accounts.

use super::{FOURTEEN_DAYS, of, refuses, register, start, start_real};
use serde_json::json;
use testkit::ec2::advance;

#[test]
fn a_domain_goes_to_another_account_with_a_password() {
    let (server, client) = start();
    let theirs = server.client("route53domains").key("111111111111", "of nobody", None);
    register(&client, "a.com");
    advance(&server, FOURTEEN_DAYS);
    let offer = json!({ "DomainName": "a.com", "AccountId": "111111111111" });
    let offered = client.call("TransferDomainToAnotherAwsAccount", &offer).ok();
    let operation = json!({ "OperationId": offered.text("OperationId") });
    let detail = client.call("GetOperationDetail", &operation).ok();
    assert_eq!(detail.text("StatusFlag"), "PENDING_ACCEPTANCE");
    let accept = |password: &str| json!({ "DomainName": "a.com", "Password": password });
    refuses(
        &theirs,
        &[(
            "AcceptDomainTransferFromAnotherAwsAccount",
            accept("wrong"),
            "InvalidInput",
            "The password is not valid",
        )],
    );
    theirs.call("RejectDomainTransferFromAnotherAwsAccount", &of("a.com")).ok();
    assert_eq!(client.call("GetOperationDetail", &operation).ok().text("Status"), "FAILED");
    let offered = client.call("TransferDomainToAnotherAwsAccount", &offer).ok();
    client.call("CancelDomainTransferToAnotherAwsAccount", &of("a.com")).ok();
    let none = "No transfer of the domain a.com is in progress";
    let password = offered.text("Password");
    refuses(
        &theirs,
        &[("AcceptDomainTransferFromAnotherAwsAccount", accept(&password), "InvalidInput", none)],
    );
    let offered = client.call("TransferDomainToAnotherAwsAccount", &offer).ok();
    theirs.call("AcceptDomainTransferFromAnotherAwsAccount", &accept(&offered.text("Password"))).ok();
    assert_eq!(theirs.call("ListDomains", &json!({})).ok().texts("Domains.DomainName"), ["a.com"]);
    assert!(client.call("ListDomains", &json!({})).ok().texts("Domains.DomainName").is_empty());
}

#[test]
fn nobody_accepts_an_offer_after_three_days() {
    let (server, client) = start();
    let theirs = server.client("route53domains").key("111111111111", "of nobody", None);
    register(&client, "a.com");
    advance(&server, FOURTEEN_DAYS);
    let offer = json!({ "DomainName": "a.com", "AccountId": "111111111111" });
    let offered = client.call("TransferDomainToAnotherAwsAccount", &offer).ok();
    let operation = json!({ "OperationId": offered.text("OperationId") });
    let told = || client.call("GetOperationDetail", &operation).ok();
    let statuses = || client.call("GetDomainDetail", &of("a.com")).ok().texts("StatusList");
    assert_eq!(statuses(), ["clientTransferProhibited", "pendingTransfer"]);
    assert_eq!(told().text("Status"), "IN_PROGRESS");
    advance(&server, "259201s");
    assert_eq!(told().text("Status"), "FAILED");
    assert_eq!(told().text("Message"), "The transfer has expired.");
    assert_eq!(statuses(), ["clientTransferProhibited"]);
    let accept = json!({ "DomainName": "a.com", "Password": offered.text("Password") });
    let none = "No transfer of the domain a.com is in progress";
    refuses(&theirs, &[("AcceptDomainTransferFromAnotherAwsAccount", accept, "InvalidInput", none)]);
}

/// The sentences are not recorded.
#[test]
fn what_is_new_or_about_to_go_stays() {
    let (server, client) = start_real();
    let theirs = server.client("route53domains").key("111111111111", "of nobody", None);
    register(&client, "a.com");
    advance(&server, "121s");
    let offer = json!({ "DomainName": "a.com", "AccountId": "111111111111" });
    let new = "The domain a.com can't be transferred within 14 days of its registration.";
    refuses(&client, &[("TransferDomainToAnotherAwsAccount", offer.clone(), "InvalidInput", new)]);
    advance(&server, FOURTEEN_DAYS);
    let offered = client.call("TransferDomainToAnotherAwsAccount", &offer).ok();
    client.call("DeleteDomain", &of("a.com")).ok();
    let statuses = client.call("GetDomainDetail", &of("a.com")).ok().texts("StatusList");
    assert_eq!(statuses, ["clientTransferProhibited", "pendingDelete", "pendingTransfer"]);
    let accept = json!({ "DomainName": "a.com", "Password": offered.text("Password") });
    let going = "The domain a.com can't be transferred: its status is pendingDelete.";
    refuses(&theirs, &[("AcceptDomainTransferFromAnotherAwsAccount", accept, "InvalidInput", going)]);
    client.call("CancelDomainTransferToAnotherAwsAccount", &of("a.com")).ok();
    refuses(&client, &[("TransferDomainToAnotherAwsAccount", offer, "InvalidInput", going)]);
}
