//! Role templates: services publish them, and none does here.

use crate::Iam;
use crate::error::{AccountRefusal, Error, ProviderRefusal};
use base::Arn;
use ports::Cx;
use shapes_iam as api;

/// Refuses a template: what is no ARN as such, any other as one that is not there.
fn refusal(arn: Option<String>) -> Error {
    let arn = arn.unwrap_or_default();
    match arn.parse::<Arn>() {
        Ok(_) => AccountRefusal::NoRoleTemplate(arn).into(),
        Err(_) => ProviderRefusal::NoArn(arn).into(),
    }
}

/// `AcquireRole`.
pub(crate) fn acquire_role(
    _cx: &Cx,
    _svc: &Iam,
    input: api::AcquireRoleRequest,
) -> Result<api::AcquireRoleResponse, Error> {
    Err(refusal(input.template_arn))
}

/// `GetRoleTemplateVersion`.
pub(crate) fn get_version(
    _cx: &Cx,
    _svc: &Iam,
    input: api::GetRoleTemplateVersionRequest,
) -> Result<api::GetRoleTemplateVersionResponse, Error> {
    Err(refusal(input.template_arn))
}
