//! How things are named: by ids, and by ARNs wherever an id goes in.

use base::{Arn, Scope};

/// The signing name, and that of the ARNs.
pub(crate) const SERVICE: &str = "elasticfilesystem";
/// Who EFS is where it assumes roles.
pub(crate) const PRINCIPAL: &str = "elasticfilesystem.amazonaws.com";

/// The key of something in an account and Region.
pub(crate) fn key(scope: &Scope, id: &str) -> String {
    format!("{scope}/{id}")
}

/// What the keys of a scope begin with.
pub(crate) fn prefix(scope: &Scope) -> String {
    format!("{scope}/")
}

/// The ARN of a file system or an access point.
pub(crate) fn arn(scope: &Scope, kind: &str, id: &str) -> String {
    Arn::regional(scope, SERVICE, format!("{kind}/{id}")).to_string()
}

/// The id in what names something: itself, or the end of its ARN. `None` for an ARN of another account or Region.
pub(crate) fn id<'t>(scope: &Scope, text: &'t str) -> Option<&'t str> {
    let Some((head, id)) = text.rsplit_once('/') else { return Some(text) };
    let arn = head.parse::<Arn>().ok()?;
    let is_here = arn.region == scope.region.as_str() && arn.account == scope.account.to_string();
    is_here.then_some(id)
}

#[cfg(test)]
mod tests {
    use super::id;
    use base::{AccountId, Region, Scope};

    #[test]
    fn things_are_named_by_ids_and_by_their_own_arns() {
        let scope = Scope::new(AccountId::DEFAULT, Region::us_east_1());
        let own = "arn:aws:elasticfilesystem:us-east-1:000000000000";
        for (text, want) in [
            ("fs-01234567", Some("fs-01234567")),
            (&format!("{own}:file-system/fs-01234567"), Some("fs-01234567")),
            (&format!("{own}:access-point/fsap-01234567"), Some("fsap-01234567")),
            ("arn:aws:elasticfilesystem:us-west-2:000000000000:file-system/fs-01234567", None),
            ("arn:aws:elasticfilesystem:us-east-1:111111111111:file-system/fs-01234567", None),
        ] {
            assert_eq!(id(&scope, text), want, "{text}");
        }
    }
}
