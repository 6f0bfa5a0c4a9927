//! Invitations.

use crate::{account, refuses, start};
use serde_json::json;

const GUEST: &str = "222222222222";

#[test]
fn an_invited_account_says_yes_or_no() {
    let (server, client, root) = start();
    let invite = json!({ "Target": { "Id": GUEST, "Type": "ACCOUNT" }, "Notes": "come in" });
    let guest = account(&server, GUEST);
    let mut ends = Vec::new();
    for (ends_it, operation, state) in [
        (&client, "CancelHandshake", "CANCELED"),
        (&guest, "DeclineHandshake", "DECLINED"),
        (&guest, "AcceptHandshake", "ACCEPTED"),
    ] {
        let asked = client.call("InviteAccountToOrganization", &invite).ok();
        assert_eq!(asked.text("Handshake.State"), "OPEN");
        let id = json!({ "HandshakeId": asked.text("Handshake.Id") });
        let seen = guest.call("DescribeHandshake", &id).ok();
        assert_eq!(seen.text("Handshake.Arn"), asked.text("Handshake.Arn"));
        let ended = ends_it.call(operation, &id).ok();
        assert_eq!(ended.text("Handshake.State"), state);
        ends.push((operation, id));
    }
    let (_, accepted) = &ends[2];
    let (_, canceled) = &ends[0];
    let joined = client.call("DescribeAccount", &json!({ "AccountId": GUEST })).ok();
    assert_eq!(joined.text("Account.JoinedMethod"), "INVITED");
    let parents = client.call("ListParents", &json!({ "ChildId": GUEST })).ok();
    assert_eq!(parents.text("Parents.Id"), root);
    let listed = guest.call("ListHandshakesForAccount", &json!({})).ok();
    assert_eq!(listed.texts("Handshakes.Id").len(), 3);
    let filter = json!({ "Filter": { "ActionType": "ENABLE_ALL_FEATURES" } });
    assert!(client.call("ListHandshakesForOrganization", &filter).ok().texts("Handshakes.Id").is_empty());
    refuses(
        &guest,
        &[
            (
                "AcceptHandshake",
                accepted.clone(),
                "HandshakeAlreadyInStateException",
                "The specified handshake is already in the requested state.",
                "",
            ),
            (
                "AcceptHandshake",
                canceled.clone(),
                "InvalidHandshakeTransitionException",
                "You can't perform the operation on the handshake in its current state.",
                "",
            ),
            (
                "CancelHandshake",
                canceled.clone(),
                "AccessDeniedException",
                "You don't have permissions to access this resource.",
                "",
            ),
        ],
    );
    refuses(
        &client,
        &[(
            "InviteAccountToOrganization",
            invite,
            "HandshakeConstraintViolationException",
            "The handshake request is invalid because the account is already a member of an organization.",
            "ALREADY_IN_AN_ORGANIZATION",
        )],
    );
}

#[test]
fn an_invitation_is_open_for_fifteen_days() {
    let (server, client, _) = start();
    let invite = json!({ "Target": { "Id": GUEST, "Type": "ACCOUNT" } });
    let asked = client.call("InviteAccountToOrganization", &invite).ok();
    let id = json!({ "HandshakeId": asked.text("Handshake.Id") });
    let sentence = "A handshake with the same action and target already exists.";
    refuses(&client, &[("InviteAccountToOrganization", invite, "DuplicateHandshakeException", sentence, "")]);
    server.page("POST", "/_angae/clock", &json!({ "advance": "15d" }));
    assert_eq!(client.call("DescribeHandshake", &id).ok().text("Handshake.State"), "EXPIRED");
    refuses(
        &account(&server, "333333333333"),
        &[(
            "DescribeHandshake",
            id,
            "HandshakeNotFoundException",
            "We can't find a handshake with the HandshakeId that you specified.",
            "",
        )],
    );
}

#[test]
fn only_accounts_are_invited() {
    let (_server, client, _) = start();
    let invite = |kind: &str, id: &str| json!({ "Target": { "Id": id, "Type": kind } });
    refuses(
        &client,
        &[
            (
                "InviteAccountToOrganization",
                invite("EMAIL", "nobody@example.org"),
                "InvalidInputException",
                "You specified an invalid email address for the invited account owner.",
                "INVALID_EMAIL_ADDRESS_TARGET",
            ),
            (
                "InviteAccountToOrganization",
                invite("ORGANIZATION", "o-1234567890"),
                "InvalidInputException",
                "You specified an invalid value.",
                "INVALID_PARTY_TYPE_TARGET",
            ),
        ],
    );
}
