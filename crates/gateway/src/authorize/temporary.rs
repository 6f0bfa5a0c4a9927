//! What temporary credentials are not for, whatever policies allow.
//!
//! Source: STS API Reference, GetSessionToken and GetFederationToken ("Permissions"), AssumeRole; the refusals as recorded.

use ports::{Caller, CallerKind};
use wire::route::Route;
use wire::{Fault, sender};

/// What of STS a session from GetSessionToken may call.
const OF_SESSION_TOKENS: &[&str] = &[
    "AssumeRole",
    "GetCallerIdentity",
    "GetScopedCredentials",
    "GetWebIdentityToken",
    "GetDelegatedAccessToken",
];
/// What of STS a federated user may call.
const OF_FEDERATED_USERS: &[&str] = &["GetCallerIdentity", "GetScopedCredentials", "GetDelegatedAccessToken"];
/// What of STS asks for long-term credentials, whoever else calls.
const OF_LONG_TERM_KEYS: &[&str] = &["GetSessionToken", "GetFederationToken"];

/// The refusal of a call that the caller's kind of credentials is not for.
pub(super) fn refuse(caller: &Caller, route: &Route) -> Option<Fault> {
    refusal(caller, route.api.id, route.operation.name)
}

fn refusal(caller: &Caller, api: &str, operation: &str) -> Option<Fault> {
    let session = caller.session.as_deref()?;
    let (iam, sts) = match &caller.kind {
        CallerKind::Root if session.is_assumed_root => (true, None),
        // A device that opened the session opens IAM too.
        CallerKind::Root | CallerKind::User { .. } => (session.mfa_at.is_some(), Some(OF_SESSION_TOKENS)),
        CallerKind::FederatedUser { .. } => (false, Some(OF_FEDERATED_USERS)),
        CallerKind::RoleSession { .. } => (true, None),
        CallerKind::Service(_) | CallerKind::Anonymous => return None,
    };
    match api {
        "iam" if !iam => {
            let sentence = "The security token included in the request is invalid";
            Some(sender(403, "InvalidClientTokenId", sentence))
        }
        "sts" => {
            let may = match sts {
                Some(operations) => operations.contains(&operation),
                None => !OF_LONG_TERM_KEYS.contains(&operation),
            };
            let sentence = || format!("Cannot call {operation} with session credentials");
            (!may).then(|| sender(403, "AccessDenied", sentence()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::refusal;
    use base::{AccountId, Timestamp};
    use ports::{Caller, CallerKind, Session};
    use std::sync::Arc;

    fn caller(kind: CallerKind, session: Option<Session>) -> Caller {
        Caller { account: AccountId::DEFAULT, access_key_id: None, kind, session: session.map(Arc::new) }
    }

    fn user() -> CallerKind {
        CallerKind::User { path_and_name: "/anna".to_owned(), unique_id: "AIDA".to_owned() }
    }

    fn role() -> CallerKind {
        let (role, role_id, session) = ("r".to_owned(), "AROA".to_owned(), "s".to_owned());
        CallerKind::RoleSession { role, role_id, session }
    }

    /// Which of the calls are refused.
    #[track_caller]
    fn check(caller: &Caller, refused: &[&str]) {
        for call in [
            "iam:ListUsers",
            "sts:GetCallerIdentity",
            "sts:AssumeRole",
            "sts:GetScopedCredentials",
            "sts:GetWebIdentityToken",
            "sts:GetDelegatedAccessToken",
            "sts:GetSessionToken",
            "sts:GetFederationToken",
            "sts:DecodeAuthorizationMessage",
            "sts:GetAccessKeyInfo",
            "ec2:DescribeVpcs",
        ] {
            let (api, operation) = call.split_once(':').unwrap();
            let fault = refusal(caller, api, operation);
            assert_eq!(fault.is_some(), refused.contains(&call), "{call} by {:?}", caller.kind);
        }
    }

    #[test]
    fn each_kind_of_credentials_has_its_limits() {
        let plain = Session::default;
        let with_device = || Session { mfa_at: Some(Timestamp::from_millis(1)), ..plain() };
        let of_keys = ["sts:GetSessionToken", "sts:GetFederationToken"];
        let of_sessions = [of_keys[0], of_keys[1], "sts:DecodeAuthorizationMessage", "sts:GetAccessKeyInfo"];
        let with_iam = [&["iam:ListUsers"], &of_sessions[..]].concat();
        let of_federated = [&["sts:AssumeRole", "sts:GetWebIdentityToken"], &with_iam[..]].concat();
        for long_term in [CallerKind::Root, user()] {
            check(&caller(long_term.clone(), None), &[]);
            check(&caller(long_term.clone(), Some(plain())), &with_iam);
            check(&caller(long_term, Some(with_device())), &of_sessions);
        }
        let federated = CallerKind::FederatedUser { name: "bob".to_owned() };
        check(&caller(federated, Some(plain())), &of_federated);
        check(&caller(role(), Some(plain())), &of_keys);
        let assumed_root = Session { is_assumed_root: true, ..plain() };
        check(&caller(CallerKind::Root, Some(assumed_root)), &of_keys);
    }
}
