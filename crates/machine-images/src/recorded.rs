//! The images that were recorded: those of Amazon Linux and of ECS, with their true ids.
//!
//! `recorded.txt` is written by `cargo xtask machine-images`; `SOURCE` names the package it comes from. Each line has a
//! word that says what it is, then its columns, a tab between them:
//!
//! - `regions`: the Regions, a space between them; further lines have one word for each;
//! - `owners`: a publisher and its accounts;
//! - `image`: publisher, name, architecture, description, ids without their prefix (`-` where there is none);
//! - `parameter`: a public parameter and the image it leads to; where there are further columns, they are facts
//!   `key=value` of a group of parameters at that path.

use crate::owner::Owner;
use crate::parameter::{Fact, Lead};
use crate::template::Template;
use base::Region;
use std::collections::BTreeMap;

/// What every `expect` here rests on.
const WRITTEN: &str = "cargo xtask machine-images wrote the file, and a test reads all of it";

/// The file.
pub(crate) static RECORDED: &str = include_str!("recorded.txt");

/// Lines of a kind, without the word.
fn lines(kind: &str) -> impl Iterator<Item = std::str::Split<'static, char>> {
    RECORDED
        .lines()
        .filter_map(move |line| line.strip_prefix(kind)?.strip_prefix('\t'))
        .map(|line| line.split('\t'))
}

fn regions() -> impl Iterator<Item = &'static str> {
    lines("regions").flatten().flat_map(|regions| regions.split(' '))
}

/// The account of a publisher in a Region.
pub(crate) fn owner(publisher: &str, region: &Region) -> Option<&'static str> {
    let mut columns = lines("owners").find(|columns| columns.clone().next() == Some(publisher))?;
    let accounts = columns.nth(1)?.split(' ');
    regions().zip(accounts).find(|(at, _)| *at == region.as_str()).map(|(_, account)| account)
}

/// The images.
pub(crate) fn images() -> Vec<Template> {
    let mut leads = BTreeMap::<&str, Vec<Lead>>::new();
    for mut columns in lines("parameter") {
        let mut next = || columns.next().expect(WRITTEN);
        let (parameter, image) = (next(), next());
        leads.entry(image).or_default().push(lead(parameter, columns));
    }
    lines("image").map(|columns| image(columns, &mut leads)).collect()
}

fn image(mut columns: std::str::Split<'static, char>, leads: &mut BTreeMap<&str, Vec<Lead>>) -> Template {
    let mut next = || columns.next().expect(WRITTEN);
    let (publisher, name, architecture, description, ids) = (next(), next(), next(), next(), next());
    let architecture = if architecture == "arm64" { "arm64" } else { "x86_64" };
    let owner = if publisher == "ecs" { Owner::Ecs } else { Owner::AmazonLinux };
    let is_new = name.starts_with("al20");
    let mut template = Template::linux(name.to_owned(), owner, architecture, day(name).expect(WRITTEN));
    if is_new && architecture == "x86_64" {
        template.boot_mode = Some("uefi-preferred");
    }
    template.description = Some(description.to_owned());
    template.wants_tokens = is_new;
    template.volumes =
        vec![(template.root_device, size_gib(owner, name), volume_type(is_new, name, description))];
    template.leads = leads.remove(name).unwrap_or_default();
    let known = regions().zip(ids.split(' ')).filter(|(_, digits)| *digits != "-");
    template.recorded_ids = known.collect();
    template
}

/// Source: the documentation of these images; their recordings here have no mappings.
fn size_gib(owner: Owner, name: &str) -> u32 {
    match owner {
        Owner::Ecs => 30,
        _ if name.contains("minimal") => 2,
        _ => 8,
    }
}

/// `gp3` since Amazon Linux 2023; before, the end of the name or of the description says it, and `ebs` is the magnetic
/// one.
fn volume_type(is_new: bool, name: &str, description: &str) -> &'static str {
    if is_new {
        "gp3"
    } else if name.ends_with("gp2") || description.ends_with("GP2") {
        "gp2"
    } else {
        "standard"
    }
}

/// The day in a name: eight digits.
fn day(name: &str) -> Option<(i32, u32, u32)> {
    let is_day = |word: &&str| word.len() == 8 && word.bytes().all(|byte| byte.is_ascii_digit());
    let word = name.split(['.', '-']).find(is_day)?;
    Some((word[..4].parse().ok()?, word[4..6].parse().ok()?, word[6..].parse().ok()?))
}

fn lead(parameter: &str, facts: std::str::Split<'static, char>) -> Lead {
    let mut known = vec![("image_id", Fact::Id), ("image_name", Fact::Name)];
    let before = known.len();
    known.extend(facts.map(|fact| {
        let (key, value) = fact.split_once('=').expect(WRITTEN);
        match (key, value.parse()) {
            ("schema_version", Ok(number)) => (key, Fact::Number(number)),
            _ => (key, Fact::Text(value.to_owned())),
        }
    }));
    if known.len() == before {
        return Lead::Id(parameter.to_owned());
    }
    known.sort_by_key(|(key, _)| *key);
    Lead::Group { path: parameter.to_owned(), has_json: true, facts: known }
}
