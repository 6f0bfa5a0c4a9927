//! What IAM does for organizations. No account here is in one: every call is refused as AWS refuses it to an account
//! without an organization, after the model has judged the input.

use crate::Iam;
use crate::error::{AccountRefusal, Error};
use ports::Cx;
use shapes_iam as api;

/// `ListOrganizationsFeatures`.
pub(crate) fn list_features(
    _cx: &Cx,
    _svc: &Iam,
    _input: api::ListOrganizationsFeaturesRequest,
) -> Result<api::ListOrganizationsFeaturesResponse, Error> {
    Err(AccountRefusal::NoOrganization.into())
}

/// `EnableOrganizationsRootCredentialsManagement`.
pub(crate) fn enable_root_credentials(
    _cx: &Cx,
    _svc: &Iam,
    _input: api::EnableOrganizationsRootCredentialsManagementRequest,
) -> Result<api::EnableOrganizationsRootCredentialsManagementResponse, Error> {
    Err(AccountRefusal::NoOrganization.into())
}

/// `DisableOrganizationsRootCredentialsManagement`.
pub(crate) fn disable_root_credentials(
    _cx: &Cx,
    _svc: &Iam,
    _input: api::DisableOrganizationsRootCredentialsManagementRequest,
) -> Result<api::DisableOrganizationsRootCredentialsManagementResponse, Error> {
    Err(AccountRefusal::NoOrganization.into())
}

/// `EnableOrganizationsRootSessions`.
pub(crate) fn enable_root_sessions(
    _cx: &Cx,
    _svc: &Iam,
    _input: api::EnableOrganizationsRootSessionsRequest,
) -> Result<api::EnableOrganizationsRootSessionsResponse, Error> {
    Err(AccountRefusal::NoOrganization.into())
}

/// `DisableOrganizationsRootSessions`.
pub(crate) fn disable_root_sessions(
    _cx: &Cx,
    _svc: &Iam,
    _input: api::DisableOrganizationsRootSessionsRequest,
) -> Result<api::DisableOrganizationsRootSessionsResponse, Error> {
    Err(AccountRefusal::NoOrganization.into())
}

/// `GenerateOrganizationsAccessReport`.
pub(crate) fn generate_access_report(
    _cx: &Cx,
    _svc: &Iam,
    _input: api::GenerateOrganizationsAccessReportRequest,
) -> Result<api::GenerateOrganizationsAccessReportResponse, Error> {
    Err(AccountRefusal::NoOrganization.into())
}

/// `GetOrganizationsAccessReport`: no job was ever begun.
pub(crate) fn access_report(
    _cx: &Cx,
    _svc: &Iam,
    input: api::GetOrganizationsAccessReportRequest,
) -> Result<api::GetOrganizationsAccessReportResponse, Error> {
    Err(AccountRefusal::NoJob(input.job_id.unwrap_or_default()).into())
}
