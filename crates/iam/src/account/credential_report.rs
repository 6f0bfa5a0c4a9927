//! The credential report: a table of every user's credentials, made from what is there.

use crate::Iam;
use crate::access_key::AccessKey;
use crate::access_key::last_used;
use crate::account::password_policy::PasswordPolicy;
use crate::entity::{Home, Rows};
use crate::error::Error;
use crate::login_profile::LoginProfile;
use crate::mfa_device::MfaDevice;
use crate::owner;
use crate::signing_certificate::SigningCertificate;
use crate::status::Status;
use crate::user::User;
use base::{AccountId, Timestamp};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shape::Empty;
use shapes_iam as api;
use std::fmt::Write as _;
use store::{Record, View};

/// A report is shown, and no other made, for four hours. Source: IAM user guide, "Get credential reports".
const LIFE_MILLIS: i64 = 4 * 3600 * 1000;
const DAY_MILLIS: i64 = 24 * 3600 * 1000;

/// Source: IAM user guide, "Get credential reports for your AWS account".
const COLUMNS: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,\
    password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,\
    access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,\
    access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,\
    cert_1_last_rotated,cert_2_active,cert_2_last_rotated";

/// The account's last report.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Report {
    account: AccountId,
    made_at: Timestamp,
    text: String,
}

impl Report {
    fn is_current(&self, now: Timestamp) -> bool {
        now.millis_since(self.made_at) < LIFE_MILLIS
    }
}

impl Record for Report {
    const TABLE: &'static str = "iam_credential_report";
    type Key = String;

    fn key(&self) -> String {
        self.account.to_string()
    }
}

/// `GenerateCredentialReport`: begins one where there is none of the last four hours. It is there at once; AWS too
/// says first that it has begun.
pub(crate) fn generate(
    cx: &Cx,
    _svc: &Iam,
    _input: Empty,
) -> Result<api::GenerateCredentialReportResponse, Error> {
    let account = cx.account();
    let last = cx.read(|view| view.get::<Report>(account.as_str()));
    if last.is_some_and(|report| report.is_current(cx.now())) {
        return Ok(api::GenerateCredentialReportResponse {
            state: Some("COMPLETE".to_owned()),
            description: None,
        });
    }
    let text = cx.read(|view| table(view, &Home::of(cx)));
    let report = Report { account, made_at: cx.now().whole_seconds(), text };
    cx.write(|tx| {
        tx.put(report.clone());
        Ok::<_, Error>(())
    })?;
    Ok(api::GenerateCredentialReportResponse {
        state: Some("STARTED".to_owned()),
        description: Some("No report exists. Starting a new report generation task".to_owned()),
    })
}

/// `GetCredentialReport`.
pub(crate) fn get(cx: &Cx, _svc: &Iam, _input: Empty) -> Result<api::GetCredentialReportResponse, Error> {
    let report = cx.read(|view| view.get::<Report>(cx.account().as_str())).ok_or(Error::NoReport)?;
    if !report.is_current(cx.now()) {
        return Err(Error::ReportExpired);
    }
    Ok(api::GetCredentialReportResponse {
        content: Some(report.text.clone().into_bytes()),
        report_format: Some("text/csv".to_owned()),
        generated_time: Some(report.made_at.into()),
    })
}

/// The table: root first, then the users by name.
fn table(view: &View, home: &Home) -> String {
    let mut text = COLUMNS.to_owned();
    let root = home.arn("root");
    let none = "false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A";
    let born = moment(Timestamp::from_millis(0));
    let _written = write!(
        text,
        "\n<root_account>,{root},{born},not_supported,no_information,not_supported,not_supported,false,{none}"
    );
    for user in view.range::<User>(&home.prefix()) {
        text.push('\n');
        text.push_str(&row(view, home, user));
    }
    text
}

fn row(view: &View, home: &Home, user: &User) -> String {
    let mut cells = vec![user.name.clone(), user.arn(), moment(user.created_at)];
    cells.extend(password(view, home, user));
    let own = owner::key(home, &user.id);
    cells.push(view.by(&MfaDevice::OWNER, &own).next().is_some().to_string());
    let keys = view.by(&AccessKey::USER, &home.key(&user.name));
    let mut keys: Vec<_> = keys.filter(|key| key.is_there()).collect();
    keys.sort_by_key(|key| key.created_at);
    for index in 0..2 {
        cells.extend(access_key(view, keys.get(index).copied().map(|key| &**key)));
    }
    let mut certificates = view.listed(&SigningCertificate::OWNER, &own);
    certificates.sort_by_key(|certificate| certificate.uploaded_at);
    for index in 0..2 {
        cells.extend(match certificates.get(index) {
            Some(own) => [(own.status == Status::Active).to_string(), moment(own.uploaded_at)],
            None => ["false".to_owned(), "N/A".to_owned()],
        });
    }
    cells.join(",")
}

/// Enabled, last used, last changed, next rotation.
fn password(view: &View, home: &Home, user: &User) -> [String; 4] {
    let na = || "N/A".to_owned();
    let Some(profile) = view.get::<LoginProfile>(&user.id) else {
        return ["false".to_owned(), na(), na(), na()];
    };
    let policy = PasswordPolicy::of(view, home.account);
    let days = policy.and_then(|policy| policy.max_age_days);
    let next = days.map(|days| moment(profile.changed_at.plus_millis(i64::from(days) * DAY_MILLIS)));
    ["true".to_owned(), "no_information".to_owned(), moment(profile.changed_at), next.unwrap_or_else(na)]
}

/// Active, last rotated, last used: date, Region, service.
fn access_key(rows: &impl Rows, key: Option<&AccessKey>) -> [String; 5] {
    let na = || "N/A".to_owned();
    let Some(key) = key else { return ["false".to_owned(), na(), na(), na(), na()] };
    let used = last_used::shape(rows, &key.id);
    [
        key.is_active().to_string(),
        moment(key.created_at),
        used.last_used_date.map_or_else(na, |at| moment(at.into())),
        used.region.unwrap_or_else(na),
        used.service_name.unwrap_or_else(na),
    ]
}

/// `2026-01-01T12:00:00+00:00`.
fn moment(at: Timestamp) -> String {
    at.whole_seconds().rfc3339().replace('Z', "+00:00")
}
