//! Condition keys: which there are, and where the gateway gets each from.

use crate::tables;
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// Where the values of a key come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// Members of the input, where a row does not name them: the key is called like what it tells.
    Request,
    /// Head and connection: addresses, headers, how it was signed.
    Connection,
    /// The world's clock.
    Clock,
    /// Who calls, and how the credentials came about.
    Caller,
    /// Claims and assertions that identified the caller, as the session keeps them.
    Token,
    /// The resource as it is stored, or as it is about to be made: a state read.
    Resource,
    /// A service that calls in somebody's name.
    Service,
    /// A handler, or whoever makes a session: what neither the request nor the resource tells.
    Handler,
    /// Nobody: the key is always missing, for this reason.
    Missing(String),
}

/// One line of `keys.toml`: a pattern with at most one `*` at its end, and the source.
struct Line {
    pattern: String,
    source: KeySource,
}

/// Where a key's values come from. None: no such key is known.
pub fn key_source(key: &str) -> Option<&'static KeySource> {
    let matches = |line: &&Line| match line.pattern.strip_suffix('*') {
        Some(prefix) => key.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix)),
        None => line.pattern.eq_ignore_ascii_case(key),
    };
    lines().iter().filter(matches).max_by_key(|line| line.pattern.len()).map(|line| &line.source)
}

/// The keys that every service has, `*` for any tag.
pub fn global_keys() -> impl Iterator<Item = &'static str> {
    tables::GLOBAL_KEYS.lines()
}

/// All keys: those that every service has, those that services have, and those that their actions name.
pub fn keys() -> BTreeSet<&'static str> {
    let own = tables::services().flat_map(|service| service.keys().keys().map(String::as_str));
    let used = tables::services().flat_map(|service| service.actions()).flat_map(|action| {
        let of_resources = action.resources.iter().flat_map(|resource| resource.keys);
        action.keys.iter().chain(of_resources).map(String::as_str)
    });
    own.chain(used).chain(global_keys()).collect()
}

/// The published type of a service's key (`String`, `ArrayOfString`, `Bool`, `Numeric`, `ARN`, `Date`, `IPAddress`),
/// spelled as the tables have it: `ec2:ResourceTag/*`.
pub fn key_type(key: &str) -> Option<&'static str> {
    tables::services().find_map(|service| service.keys().get(key)).map(String::as_str)
}

/// `keys.toml`, read.
fn lines() -> &'static [Line] {
    static LINES: OnceLock<Vec<Line>> = OnceLock::new();
    LINES.get_or_init(|| {
        let table: toml::Table = toml::from_str(include_str!("../keys.toml")).expect("a test reads it");
        let mut lines = Vec::new();
        for (section, value) in &table {
            match value {
                toml::Value::Table(missing) => {
                    for (patterns, reason) in missing {
                        let source = KeySource::Missing(reason.as_str().unwrap_or_default().to_owned());
                        let lines_of = patterns.split_whitespace();
                        lines.extend(
                            lines_of
                                .map(|pattern| Line { pattern: pattern.to_owned(), source: source.clone() }),
                        );
                    }
                }
                patterns => {
                    let source = source(section);
                    let patterns = patterns.as_str().unwrap_or_default().split_whitespace();
                    lines.extend(
                        patterns.map(|pattern| Line { pattern: pattern.to_owned(), source: source.clone() }),
                    );
                }
            }
        }
        lines
    })
}

fn source(section: &str) -> KeySource {
    match section {
        "request" => KeySource::Request,
        "connection" => KeySource::Connection,
        "clock" => KeySource::Clock,
        "caller" => KeySource::Caller,
        "token" => KeySource::Token,
        "resource" => KeySource::Resource,
        "service" => KeySource::Service,
        "handler" => KeySource::Handler,
        other => KeySource::Missing(format!("there is no source {other}")),
    }
}
