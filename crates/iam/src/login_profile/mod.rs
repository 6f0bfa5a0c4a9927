//! Passwords of users: made, changed and held against the account's policy. angae has no page to sign in on; what a
//! password is good for is that its rules are those of AWS.

mod secret;
mod strength;

use crate::Iam;
use crate::account::password_policy::PasswordPolicy;
use crate::entity::{Home, Named, Rows, find};
use crate::error::Error;
use crate::event::Changed;
use crate::user::{self, User};
use base::{AccountId, Timestamp};
use ports::{CallerKind, Cx};
use secret::Secret;
use serde::{Deserialize, Serialize};
use shape::Empty;
use shapes_iam as api;
use std::sync::Arc;
use store::{Record, Tx};

/// Passwords a policy may forbid to use again, at the most.
const MOST_REMEMBERED: usize = 24;

/// A user's password. Found by the user's unique id, so that a renamed user keeps it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct LoginProfile {
    /// The user's unique id.
    pub(crate) user: String,
    pub(crate) created_at: Timestamp,
    /// When the password was set.
    pub(crate) changed_at: Timestamp,
    reset_required: bool,
    secret: Secret,
    /// The passwords before, the newest first.
    former: Vec<Secret>,
    /// Minutes a session of the console lasts at the most, where the user has a limit of their own.
    #[serde(default)]
    session_minutes: Option<i32>,
}

impl Record for LoginProfile {
    const TABLE: &'static str = "iam_login_profile";
    type Key = String;

    fn key(&self) -> String {
        self.user.clone()
    }
}

/// Refuses a password the account's policy does not take; `profile` holds those that were used before.
fn require_strong(
    rows: &impl Rows,
    account: AccountId,
    user: &User,
    password: &str,
    profile: Option<&LoginProfile>,
) -> Result<(), Error> {
    let policy = PasswordPolicy::of(rows, account);
    if !strength::holds(policy.as_deref(), user.name(), password) {
        return Err(Error::WeakPassword);
    }
    let remembered = policy.and_then(|policy| policy.reuse_prevention).unwrap_or(0);
    let Some(profile) = profile else { return Ok(()) };
    let used = std::iter::once(&profile.secret).chain(&profile.former);
    let mut used = used.take(usize::try_from(remembered).unwrap_or(0));
    if used.any(|secret| secret.is(password)) { Err(Error::WeakPassword) } else { Ok(()) }
}

/// The user of that name, and the password they have.
fn look_up(tx: &Tx, home: &Home, name: &str) -> Result<(Arc<User>, Option<Arc<LoginProfile>>), Error> {
    let user: Arc<User> = find(tx, home, name)?;
    let profile = tx.get::<LoginProfile>(&user.id);
    Ok((user, profile))
}

/// `CreateLoginProfile`. A password may be left out only for the root of another account, which angae has no
/// sessions of.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Iam,
    input: api::CreateLoginProfileRequest,
) -> Result<api::CreateLoginProfileResponse, Error> {
    let home = Home::of(cx);
    let name = user::named_or_own(cx, input.user_name)?;
    let password = input.password.ok_or(Error::NoPassword)?;
    let now = cx.now().whole_seconds();
    let user = cx.read(|view| view.get::<User>(&home.key(&name))).ok_or_else(|| User::missing(&name))?;
    cx.read(|view| require_strong(view, home.account, &user, &password, None))?;
    let secret = Secret::new(&password, cx.ids());
    let (user, profile) = cx.write(|tx| {
        let (user, old) = look_up(tx, &home, &name)?;
        if old.is_some() {
            return Err(Error::LoginProfileExists(user.name.clone()));
        }
        let profile = LoginProfile {
            user: user.id.clone(),
            created_at: now,
            changed_at: now,
            reset_required: input.password_reset_required == Some(true),
            secret: secret.clone(),
            former: Vec::new(),
            session_minutes: input.max_signin_session_duration,
        };
        tx.emit(&Changed { kind: "LoginProfileCreated", resource: user.arn() });
        tx.put(profile.clone());
        Ok::<_, Error>((user, profile))
    })?;
    Ok(api::CreateLoginProfileResponse { login_profile: Some(shape(&user, &profile)) })
}

/// `GetLoginProfile`.
pub(crate) fn get(
    cx: &Cx,
    _svc: &Iam,
    input: api::GetLoginProfileRequest,
) -> Result<api::GetLoginProfileResponse, Error> {
    let home = Home::of(cx);
    let name = user::named_or_own(cx, input.user_name)?;
    cx.read(|view| {
        let user = view.get::<User>(&home.key(&name)).ok_or_else(|| User::missing(&name))?;
        let profile = view.get::<LoginProfile>(&user.id);
        let profile = profile.ok_or_else(|| Error::NoLoginProfile(user.name.clone()))?;
        Ok(api::GetLoginProfileResponse { login_profile: Some(shape(&user, &profile)) })
    })
}

/// `UpdateLoginProfile`: another password, another say on whether it must be changed.
pub(crate) fn update(cx: &Cx, _svc: &Iam, input: api::UpdateLoginProfileRequest) -> Result<Empty, Error> {
    let home = Home::of(cx);
    let name = input.user_name.unwrap_or_default();
    let prepared = prepare(cx, &home, &name, input.password.as_deref(), None)?;
    cx.write(|tx| {
        let (user, profile) = look_up(tx, &home, &name)?;
        let profile = profile.ok_or_else(|| Error::NoLoginProfile(user.name.clone()))?;
        let mut profile = (*profile).clone();
        if let Some(secret) = &prepared {
            profile.replace(secret, cx.now().whole_seconds());
        }
        if let Some(required) = input.password_reset_required {
            profile.reset_required = required;
        }
        if input.reset_max_signin_session_duration == Some(true) {
            profile.session_minutes = None;
        } else if input.max_signin_session_duration.is_some() {
            profile.session_minutes = input.max_signin_session_duration;
        }
        tx.emit(&Changed { kind: "LoginProfileChanged", resource: user.arn() });
        tx.put(profile);
        Ok(Empty {})
    })
}

/// Judges a new password and hashes it, outside of the transaction: hashing takes its time on purpose. `old` has to
/// be the password so far, where it is given.
fn prepare(
    cx: &Cx,
    home: &Home,
    name: &str,
    new: Option<&str>,
    old: Option<&str>,
) -> Result<Option<Secret>, Error> {
    cx.read(|view| {
        let user = view.get::<User>(&home.key(name)).ok_or_else(|| User::missing(name))?;
        let profile = view.get::<LoginProfile>(&user.id);
        let profile = profile.ok_or_else(|| Error::NoLoginProfile(user.name.clone()))?;
        if old.is_some_and(|old| !profile.secret.is(old)) {
            return Err(Error::WrongPassword);
        }
        let Some(new) = new else { return Ok(None) };
        require_strong(view, home.account, &user, new, Some(&profile))?;
        Ok(Some(Secret::new(new, cx.ids())))
    })
}

/// `DeleteLoginProfile`.
pub(crate) fn delete(cx: &Cx, _svc: &Iam, input: api::DeleteLoginProfileRequest) -> Result<Empty, Error> {
    let home = Home::of(cx);
    let name = user::named_or_own(cx, input.user_name)?;
    cx.write(|tx| {
        let (user, profile) = look_up(tx, &home, &name)?;
        profile.ok_or_else(|| Error::NoLoginProfile(user.name.clone()))?;
        tx.delete::<LoginProfile>(&user.id);
        tx.emit(&Changed { kind: "LoginProfileDeleted", resource: user.arn() });
        Ok(Empty {})
    })
}

/// `ChangePassword`: the caller's own.
pub(crate) fn change_password(
    cx: &Cx,
    _svc: &Iam,
    input: api::ChangePasswordRequest,
) -> Result<Empty, Error> {
    let CallerKind::User { .. } = &cx.caller().kind else { return Err(Error::NotAUser) };
    let home = Home::of(cx);
    let name = user::named_or_own(cx, None)?;
    let old = input.old_password.unwrap_or_default();
    let new = input.new_password.unwrap_or_default();
    let Some(secret) = prepare(cx, &home, &name, Some(&new), Some(&old))? else { return Ok(Empty {}) };
    cx.write(|tx| {
        let (user, profile) = look_up(tx, &home, &name)?;
        let profile = profile.ok_or_else(|| Error::NoLoginProfile(user.name.clone()))?;
        let mut profile = (*profile).clone();
        profile.replace(&secret, cx.now().whole_seconds());
        profile.reset_required = false;
        tx.emit(&Changed { kind: "LoginProfileChanged", resource: user.arn() });
        tx.put(profile);
        Ok(Empty {})
    })
}

impl LoginProfile {
    /// Sets another password and remembers the one before.
    fn replace(&mut self, secret: &Secret, now: Timestamp) {
        let before = std::mem::replace(&mut self.secret, secret.clone());
        self.former.insert(0, before);
        self.former.truncate(MOST_REMEMBERED);
        self.changed_at = now;
    }
}

fn shape(user: &User, profile: &LoginProfile) -> api::LoginProfile {
    api::LoginProfile {
        user_name: Some(user.name.clone()),
        create_date: Some(profile.created_at.into()),
        password_reset_required: Some(profile.reset_required),
        max_signin_session_duration: profile.session_minutes,
    }
}
