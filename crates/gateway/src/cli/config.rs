//! `angae config`: the settings in force.

use super::print;
use crate::failure::Failure;
use crate::settings::Settings;
use std::process::ExitCode;

pub(crate) fn run(settings: &Settings) -> Result<ExitCode, Failure> {
    if settings.json {
        print::json(&settings.origins);
        return Ok(ExitCode::SUCCESS);
    }
    let mut table = print::table(&["setting", "value", "from"]);
    for setting in &settings.origins {
        table.add_row([setting.name, &setting.value, &setting.from]);
    }
    print::text(table);
    Ok(ExitCode::SUCCESS)
}
