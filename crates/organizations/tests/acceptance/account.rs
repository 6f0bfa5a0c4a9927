//! Accounts: made, moved, closed, removed.

use crate::{MANAGEMENT, account, member, refuses, start, unit};
use serde_json::{Value, json};
use testkit::{Options, Server};

#[test]
fn an_account_is_made_by_and_by() {
    let server = Server::start_with(Options::default().flags(&["--pace", "real"]));
    let client = server.client("organizations");
    client.call("CreateOrganization", &json!({})).ok();
    let create = json!({ "AccountName": "dev", "Email": "dev@example.org" });
    let asked = client.call("CreateAccount", &create).ok();
    let id = asked.text("CreateAccountStatus.Id");
    assert!(id.starts_with("car-") && id.len() == 36, "{id}");
    assert_eq!(asked.text("CreateAccountStatus.State"), "IN_PROGRESS");
    assert!(asked.texts("CreateAccountStatus.AccountId").is_empty());
    let again = client.call("CreateAccount", &create).ok().text("CreateAccountStatus.Id");
    let status = |id: &str| {
        let asked = json!({ "CreateAccountRequestId": id });
        client.call("DescribeCreateAccountStatus", &asked).ok().tree()["CreateAccountStatus"].clone()
    };
    assert_eq!(status(&id)["State"], "IN_PROGRESS");
    let mut events = server.events(0);
    server.page("POST", "/_angae/clock", &json!({ "advance": "30s" }));
    events.wait_for("AccountCreationFailed");
    let made = status(&id);
    assert_eq!(made["State"], "SUCCEEDED");
    let failed = status(&again);
    assert_eq!(
        (&failed["State"], &failed["FailureReason"]),
        (&json!("FAILED"), &json!("EMAIL_ALREADY_EXISTS"))
    );
    assert_eq!(failed["AccountId"], Value::Null);
    let failures = client.call("ListCreateAccountStatus", &json!({ "States": ["FAILED"] })).ok();
    assert_eq!(failures.texts("CreateAccountStatuses.Id"), [again]);
    let described = client.call("DescribeAccount", &json!({ "AccountId": made["AccountId"] })).ok();
    let text = |name: &str| described.text(&format!("Account.{name}"));
    assert_eq!(
        [text("Name"), text("Email"), text("Status"), text("State"), text("JoinedMethod")],
        ["dev", "dev@example.org", "ACTIVE", "ACTIVE", "CREATED"]
    );
    refuses(
        &client,
        &[(
            "DescribeCreateAccountStatus",
            json!({ "CreateAccountRequestId": "car-12345678" }),
            "CreateAccountStatusNotFoundException",
            "We can't find an create account request with the CreateAccountRequestId that you specified.",
            "",
        )],
    );
}

#[test]
fn the_management_account_enters_by_a_role() {
    let (server, client, _) = start();
    for (name, given, want) in
        [("plain", None, "OrganizationAccountAccessRole"), ("named", Some("Door"), "Door")]
    {
        let create =
            json!({ "AccountName": name, "Email": format!("{name}@example.org"), "RoleName": given });
        let request = client.call("CreateAccount", &create).ok().text("CreateAccountStatus.Id");
        let status = json!({ "CreateAccountRequestId": request });
        let made = client.call("DescribeCreateAccountStatus", &status).ok();
        let id = made.text("CreateAccountStatus.AccountId");
        let iam = server.client("iam").key(&id, "of nobody", None);
        let role = iam.call("GetRole", &json!({ "RoleName": want })).ok();
        let trust = role.text("GetRoleResult.Role.AssumeRolePolicyDocument");
        assert!(trust.contains(&format!("iam%3A%3A{MANAGEMENT}%3Aroot")), "{trust}");
        let attached = iam.call("ListAttachedRolePolicies", &json!({ "RoleName": want })).ok();
        assert_eq!(
            attached.text("ListAttachedRolePoliciesResult.AttachedPolicies.member.PolicyName"),
            "AdministratorAccess"
        );
    }
}

#[test]
fn accounts_move_between_units() {
    let (_server, client, root) = start();
    let (dev, workloads) = (member(&client, "dev"), unit(&client, &root, "workloads"));
    let within = |parent: &str| {
        client.call("ListAccountsForParent", &json!({ "ParentId": parent })).ok().texts("Accounts.Id")
    };
    assert_eq!(within(&root), [MANAGEMENT, &dev]);
    let step =
        |from: &str, to: &str| json!({ "AccountId": dev, "SourceParentId": from, "DestinationParentId": to });
    client.call("MoveAccount", &step(&root, &workloads)).ok();
    assert_eq!((within(&root), within(&workloads)), (vec![MANAGEMENT.to_owned()], vec![dev.clone()]));
    let paths = client.call("DescribeAccount", &json!({ "AccountId": dev })).ok().text("Account.Paths");
    assert!(paths.ends_with(&format!("/{root}/{workloads}/{dev}/")), "{paths}");
    let nowhere = "ou-none-12345678";
    refuses(
        &client,
        &[
            (
                "MoveAccount",
                step(&root, &workloads),
                "SourceParentNotFoundException",
                "We can't find a source root or OU with the ParentId that you specified.",
                "",
            ),
            (
                "MoveAccount",
                step(&workloads, nowhere),
                "DestinationParentNotFoundException",
                "We can't find the destination container (a root or OU) with the ParentId that you specified.",
                "",
            ),
            (
                "MoveAccount",
                step(&workloads, &workloads),
                "DuplicateAccountException",
                "That account is already present in the specified destination.",
                "",
            ),
            (
                "DescribeAccount",
                json!({ "AccountId": "999999999999" }),
                "AccountNotFoundException",
                "You specified an account that doesn't exist.",
                "",
            ),
        ],
    );
}

#[test]
fn the_management_account_stays_and_the_others_go() {
    let (server, client, _) = start();
    let (dev, test) = (member(&client, "dev"), member(&client, "test"));
    let one = |id: &str| json!({ "AccountId": id });
    client.call("CloseAccount", &one(&dev)).ok();
    let closed = client.call("DescribeAccount", &one(&dev)).ok();
    assert_eq!(closed.text("Account.Status"), "SUSPENDED");
    client.call("RemoveAccountFromOrganization", &one(&test)).ok();
    assert_eq!(client.call("ListAccounts", &json!({})).ok().texts("Accounts.Id"), [MANAGEMENT, &dev]);
    let stays = "You can't remove a management account from an organization.";
    refuses(
        &client,
        &[
            (
                "CloseAccount",
                one(&dev),
                "AccountAlreadyClosedException",
                "The provided account is already closed.",
                "",
            ),
            (
                "CloseAccount",
                one(MANAGEMENT),
                "ConstraintViolationException",
                "You attempted to close the management account. To close the management account for the organization, you must first either remove or close all member accounts in the organization.",
                "CANNOT_CLOSE_MANAGEMENT_ACCOUNT",
            ),
            (
                "RemoveAccountFromOrganization",
                one(MANAGEMENT),
                "MasterCannotLeaveOrganizationException",
                stays,
                "",
            ),
            ("LeaveOrganization", json!({}), "MasterCannotLeaveOrganizationException", stays, ""),
        ],
    );
    let sentence = "Your account is not a member of an organization.";
    let test = account(&server, &test);
    refuses(&test, &[("LeaveOrganization", json!({}), "AWSOrganizationsNotInUseException", sentence, "")]);
}

#[test]
fn ten_accounts_may_be_closed_in_a_month() {
    let (_server, client, _) = start();
    let members: Vec<String> = (0..11).map(|n| member(&client, &format!("a{n}"))).collect();
    for id in &members[..10] {
        client.call("CloseAccount", &json!({ "AccountId": id })).ok();
    }
    refuses(
        &client,
        &[(
            "CloseAccount",
            json!({ "AccountId": members[10] }),
            "ConstraintViolationException",
            "You have exceeded close account quota for the past 30 days.",
            "CLOSE_ACCOUNT_QUOTA_EXCEEDED",
        )],
    );
}
