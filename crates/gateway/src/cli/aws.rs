//! `angae aws …`: the installed AWS CLI, pointed here.

use super::env;
use crate::failure::Failure;
use crate::settings::Settings;
use std::process::{Command, ExitCode};

pub(crate) fn run(settings: &Settings, arguments: &[String]) -> Result<ExitCode, Failure> {
    let mut command = Command::new("aws");
    command.args(arguments).envs(env::variables(settings));
    command.env_remove("AWS_SESSION_TOKEN").env_remove("AWS_PROFILE");
    let status = command.status().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            Failure::new("the AWS CLI is not installed (pip install awscli, or the installer of version 2)")
        }
        _ => Failure::new(format!("the AWS CLI cannot be run: {error}")),
    })?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(ExitCode::from(code.unwrap_or(1)))
}
