//! `angae coverage`: what is answered and what is refused.

use super::print;
use crate::courier::Places;
use crate::failure::Failure;
use crate::fetch::Found;
use crate::house;
use crate::settings::Settings;
use std::process::ExitCode;

pub(crate) fn run(settings: &Settings, service: Option<&str>) -> Result<ExitCode, Failure> {
    let pages = ebs::BlockPages::default();
    let registry = house::services(Places::default(), Found::default(), None, pages)?.registry;
    let mut rows = house::coverage(&registry);
    if let Some(service) = service {
        rows.retain(|row| row.api == service);
        if rows.is_empty() {
            let known: Vec<_> = house::coverage(&registry).iter().map(|row| row.api).collect();
            return Err(Failure::new(format!("{service:?} is no API; there are {}", known.join(", "))));
        }
    }
    if settings.json {
        print::json(&rows);
        return Ok(ExitCode::SUCCESS);
    }
    let mut table = print::table(&["api", "answered", "of"]);
    for row in &rows {
        let total = row.answered.len() + row.not_implemented.len();
        table.add_row([row.api.to_owned(), row.answered.len().to_string(), total.to_string()]);
    }
    print::text(table);
    if service.is_some() {
        for row in &rows {
            print::text(format_args!("\nanswered: {}", row.answered.join(" ")));
            print::text(format_args!("\nNotImplemented: {}", row.not_implemented.join(" ")));
        }
    }
    Ok(ExitCode::SUCCESS)
}
