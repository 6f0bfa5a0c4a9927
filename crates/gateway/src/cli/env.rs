//! `angae env`: the variables that point AWS clients here.

use super::print;
use crate::failure::Failure;
use crate::settings::Settings;
use std::process::ExitCode;

/// The variables. Both Region variables are set because botocore reads only the second, the other SDKs only the
/// first; the address is an IP because every SDK then uses path style for S3 by itself.
pub(crate) fn variables(settings: &Settings) -> Vec<(&'static str, String)> {
    let (id, secret) = match &settings.bootstrap_key {
        Some(key) => (key.id.clone(), key.secret.clone()),
        None => ("test".to_owned(), "test".to_owned()),
    };
    vec![
        ("AWS_ENDPOINT_URL", settings.endpoint(settings.address.port())),
        ("AWS_ACCESS_KEY_ID", id),
        ("AWS_SECRET_ACCESS_KEY", secret),
        ("AWS_REGION", "us-east-1".to_owned()),
        ("AWS_DEFAULT_REGION", "us-east-1".to_owned()),
        ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
    ]
}

pub(crate) fn run(settings: &Settings) -> Result<ExitCode, Failure> {
    let variables = variables(settings);
    if settings.json {
        let object: serde_json::Map<String, serde_json::Value> =
            variables.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        print::json(&object);
        return Ok(ExitCode::SUCCESS);
    }
    for (name, value) in variables {
        print::text(format_args!("export {name}={value}"));
    }
    print::text("unset AWS_SESSION_TOKEN AWS_PROFILE");
    Ok(ExitCode::SUCCESS)
}
