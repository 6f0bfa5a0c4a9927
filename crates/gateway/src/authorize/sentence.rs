//! The sentences in which AWS denies.
//!
//! Sources: recorded answers. IAM names what a request names by its name alone as `user anna`, whether it is there or not,
//! and what is to be made, listed or passed by its ARN; policies by their ARN behind the word, or by the name that a new one
//! is to have. EFS names no resource and gives no reason; its user guide, "Troubleshooting", writes the same.

use super::Record;
use std::borrow::Cow;

/// What IAM calls the kinds of ARNs whose resources requests name by name.
const NAMED: [(&str, &str); 5] = [
    ("group", "group"),
    ("instance-profile", "instance profile"),
    ("role", "role"),
    ("server-certificate", "server certificate"),
    ("user", "user"),
];
/// Actions whose requests name a resource by its ARN, or by path and name.
const BY_ARN: [&str; 10] = [
    "CreateGroup",
    "CreateInstanceProfile",
    "CreateRole",
    "CreateServiceLinkedRole",
    "CreateUser",
    "GenerateServiceLastAccessedDetails",
    "GetContextKeysForPrincipalPolicy",
    "PassRole",
    "SimulatePrincipalPolicy",
    "UploadServerCertificate",
];
/// What lists of IAM are lists of, below the path that the request names.
const LISTS: [(&str, &str); 7] = [
    ("ListGroups", "group/"),
    ("ListInstanceProfiles", "instance-profile/"),
    ("ListOpenIDConnectProviders", "oidc-provider/*"),
    ("ListRoles", "role/"),
    ("ListServerCertificates", "server-certificate/"),
    ("ListUsers", "user/"),
    ("ListVirtualMFADevices", "mfa/"),
];

impl Record {
    /// AWS's sentence.
    pub(crate) fn sentence(&self) -> String {
        let Self { caller, action, reason, .. } = self;
        if action.starts_with("elasticfilesystem:") {
            return format!(
                "User: {caller} is not authorized to perform: {action} on the specified resource"
            );
        }
        let resource = self.named();
        format!("User: {caller} is not authorized to perform: {action} on resource: {resource} {reason}")
    }

    /// The same with where it is explained, as IAM ends it. Source: recorded answers; IAM User Guide, "Troubleshoot access
    /// denied error messages with authorization ID", by which no other service does yet.
    pub(crate) fn sentence_with_id(&self) -> String {
        let (sentence, id) = (self.sentence(), &self.id);
        let Some(region) = self.kept.as_ref().map(|kept| kept.region.as_str()) else { return sentence };
        format!(
            "{sentence}. Go to https://{region}.console.aws.amazon.com/iam/home?region={region}#/authorization-details/{id} \
             for complete details, or call the GetRequestAuthorizationDetails API with the following authorization id: \
             {id}"
        )
    }

    /// S3 puts the ARN in quotes, and explains nothing across accounts but within an organization.
    pub(crate) fn sentence_of_s3(&self) -> String {
        if self.account != self.resource_account && !self.is_within_organization {
            return "Access Denied".to_owned();
        }
        let Self { caller, action, resource, reason, .. } = self;
        format!("User: {caller} is not authorized to perform: {action} on resource: \"{resource}\" {reason}")
    }

    /// The resource, as the service of the action calls it.
    fn named(&self) -> Cow<'_, str> {
        let of_iam = self.action.strip_prefix("iam:").and_then(|action| {
            let mapping = &self.told["mapping"];
            let operation = mapping["operation"].as_str().unwrap_or_default();
            let path = mapping["path"].as_str().unwrap_or("/");
            of_iam(action, &self.resource, (operation, path), &self.account)
        });
        of_iam.map_or(Cow::Borrowed(self.resource.as_str()), Cow::Owned)
    }
}

/// A resource as IAM calls it; `None` where that is by its ARN. `operation` and `path` are those of the request.
fn of_iam(action: &str, arn: &str, (operation, path): (&str, &str), account: &str) -> Option<String> {
    if action == "ListPolicies" {
        return Some(format!("policy path {path}"));
    }
    if let Some((_, below)) = LISTS.iter().find(|(list, _)| *list == action) {
        return Some(format!("arn:aws:iam::{account}:{below}{}", path.trim_start_matches('/')));
    }
    let (kind, path_and_name) = arn.splitn(6, ':').nth(5)?.split_once('/')?;
    let name = path_and_name.rsplit('/').next()?;
    if kind == "policy" {
        return Some(format!("policy {}", if operation == "CreatePolicy" { name } else { arn }));
    }
    // The tags of what is to be made are those of an ARN too.
    let is_tag_of_new = action.starts_with("Tag") && operation.starts_with("Create");
    if is_tag_of_new || BY_ARN.contains(&action) {
        return None;
    }
    let (_, word) = NAMED.iter().find(|(known, _)| *known == kind)?;
    Some(format!("{word} {name}"))
}

#[cfg(test)]
mod tests {
    use super::of_iam;

    /// Sources: recorded answers of each form but ListServerCertificates, which is written after the other lists.
    #[test]
    fn iam_calls_resources_by_what_the_request_names() {
        let arn = |rest: &str| format!("arn:aws:iam::111111111111:{rest}");
        let plain = |action: &'static str| (action, "/");
        for (action, resource, request, want) in [
            ("GetUser", arn("user/team/anna"), plain("GetUser"), "user anna".to_owned()),
            ("CreateAccessKey", arn("user/nobody"), plain("CreateAccessKey"), "user nobody".to_owned()),
            ("PutRolePolicy", arn("role/app"), plain("PutRolePolicy"), "role app".to_owned()),
            ("TagRole", arn("role/app"), plain("TagRole"), "role app".to_owned()),
            ("TagRole", arn("role/app"), plain("CreateRole"), arn("role/app")),
            ("CreateRole", arn("role/team/app"), plain("CreateRole"), arn("role/team/app")),
            ("CreateUser", arn("user/anna"), plain("CreateUser"), arn("user/anna")),
            ("CreateGroup", arn("group/ops"), plain("CreateGroup"), arn("group/ops")),
            ("AddUserToGroup", arn("group/ops"), plain("AddUserToGroup"), "group ops".to_owned()),
            ("PassRole", arn("role/app"), plain("AddRoleToInstanceProfile"), arn("role/app")),
            (
                "GetInstanceProfile",
                arn("instance-profile/nodes"),
                plain("GetInstanceProfile"),
                "instance profile nodes".to_owned(),
            ),
            (
                "DeleteServerCertificate",
                arn("server-certificate/web"),
                plain("DeleteServerCertificate"),
                "server certificate web".to_owned(),
            ),
            ("CreatePolicy", arn("policy/team/p"), plain("CreatePolicy"), "policy p".to_owned()),
            ("TagPolicy", arn("policy/p"), plain("CreatePolicy"), "policy p".to_owned()),
            (
                "CreatePolicyVersion",
                arn("policy/p"),
                plain("CreatePolicyVersion"),
                format!("policy {}", arn("policy/p")),
            ),
            ("ListPolicies", "*".to_owned(), plain("ListPolicies"), "policy path /".to_owned()),
            ("ListUsers", "*".to_owned(), plain("ListUsers"), arn("user/")),
            ("ListRoles", "*".to_owned(), ("ListRoles", "/aws-service-role/"), arn("role/aws-service-role/")),
            ("ListGroups", "*".to_owned(), plain("ListGroups"), arn("group/")),
            ("ListInstanceProfiles", "*".to_owned(), plain("ListInstanceProfiles"), arn("instance-profile/")),
            ("ListVirtualMFADevices", "*".to_owned(), plain("ListVirtualMFADevices"), arn("mfa/")),
            ("ListAccountAliases", "*".to_owned(), plain("ListAccountAliases"), "*".to_owned()),
            ("CreateVirtualMFADevice", arn("mfa/d"), plain("CreateVirtualMFADevice"), arn("mfa/d")),
            ("SimulatePrincipalPolicy", arn("user/anna"), plain("SimulatePrincipalPolicy"), arn("user/anna")),
        ] {
            let found = of_iam(action, &resource, request, "111111111111").unwrap_or(resource);
            assert_eq!(found, want, "{action} {request:?}");
        }
    }
}
