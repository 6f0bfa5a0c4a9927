//! Conditions of generated statements: every operator, with its prefixes and suffix, over keys the request has and keys
//! it has not.

use super::case::Subject;
use super::random::Random;
use super::words::{BYTES, GLOBAL, Key, OPERATORS, Type};
use serde_json::{Map, Value, json};

/// The `Condition` of a statement; often none.
pub(super) fn some(subject: &Subject, random: &mut Random) -> Map<String, Value> {
    let count = *random.one(&[0, 0, 0, 1, 1, 1, 1, 2, 2, 3]);
    let mut conditions = Map::new();
    for _ in 0..count {
        let (operator, key, values) = one(subject, random);
        let keys = conditions.entry(operator).or_insert_with(|| json!({}));
        keys[key.name] = values;
    }
    conditions
}

fn one(subject: &Subject, random: &mut Random) -> (String, &'static Key, Value) {
    if random.chance(6) {
        let key = key(subject, random, None);
        return ("Null".to_owned(), key, (*random.one(&["true", "false"])).into());
    }
    let (name, kind) = *random.one(OPERATORS);
    // Most conditions compare what is of their type; some do not.
    let wanted = if kind == Type::Binary { Type::Text } else { kind };
    let wanted = (!random.chance(4)).then_some(wanted);
    let key = key(subject, random, wanted);
    let prefix = match (key.is_list, random.below(100)) {
        (true, 0..=44) | (false, 0..=9) => "ForAllValues:",
        (true, 45..=89) | (false, 10..=19) => "ForAnyValue:",
        _ => "",
    };
    let suffix = if random.chance(25) { "IfExists" } else { "" };
    let values = super::case::some(random, |random| value(name, kind, key, subject, random));
    (format!("{prefix}{name}{suffix}"), key, values)
}

fn key(subject: &Subject, random: &mut Random, wanted: Option<Type>) -> &'static Key {
    let fits = |key: &&Key| wanted.is_none_or(|wanted| wanted == key.kind);
    let all: Vec<&'static Key> = GLOBAL.iter().chain(subject.target.keys).filter(fits).collect();
    all[random.below(all.len())]
}

/// A value an operator may be given, more often than not near the request's.
fn value(operator: &str, kind: Type, key: &'static Key, subject: &Subject, random: &mut Random) -> String {
    let given = match &subject.context.get(key.name) {
        Some(Value::String(text)) => text.as_str(),
        Some(Value::Array(texts)) if !texts.is_empty() => random.one(texts).as_str().unwrap_or(""),
        _ => *random.one(key.values),
    };
    let other = *random.one(key.values);
    match kind {
        Type::Text if operator.ends_with("Like") => like(given, other, random),
        Type::Text => match random.below(10) {
            0..=3 => given.to_owned(),
            4 | 5 => other.to_owned(),
            6 => given.to_uppercase(),
            7 => variable(random),
            8 => format!("{given}*"),
            _ => "${*}".to_owned(),
        },
        Type::Arn => arn(given, other, random),
        Type::Number => match random.below(12) {
            0..=6 => given.to_owned(),
            7 => "ten".to_owned(),
            _ => other.to_owned(),
        },
        // A date that cannot be read is refused on write.
        Type::Date if key.kind != Type::Date => "2026-01-02T00:00:00Z".to_owned(),
        Type::Date => match random.below(12) {
            0..=6 => given.to_owned(),
            7 => "2026-01-02".to_owned(),
            8 => "2026-01-02T12:04:05+09:00".to_owned(),
            9 if random.chance(20) => "1767323045".to_owned(),
            _ => other.to_owned(),
        },
        Type::Bool => match random.below(10) {
            0 => "TRUE".to_owned(),
            1 => "yes".to_owned(),
            _ => (*random.one(&["true", "false"])).to_owned(),
        },
        Type::Address => match random.below(10) {
            0..=3 => given.to_owned(),
            4 => "10.0.0.0/8".to_owned(),
            5 => "192.0.2.0/24".to_owned(),
            6 => "2001:db8::/32".to_owned(),
            7 => "0.0.0.0/0".to_owned(),
            8 => "::/0".to_owned(),
            _ => other.to_owned(),
        },
        Type::Binary => (*random.one(BYTES)).to_owned(),
    }
}

fn like(given: &str, other: &str, random: &mut Random) -> String {
    let cut = |text: &str, at: usize| text.char_indices().nth(at).map_or(text.len(), |(at, _)| at);
    let middle = cut(given, given.chars().count() / 2);
    match random.below(10) {
        0 => given.to_owned(),
        1 => other.to_owned(),
        2 => format!("{}*", &given[..middle]),
        3 => format!("*{}", &given[middle..]),
        4 => format!("{}?{}", &given[..middle], &given[cut(given, given[..middle].chars().count() + 1)..]),
        5 => "*".to_owned(),
        6 => format!("*{}*", &other[cut(other, 1)..]),
        7 => format!("{}*", variable(random)),
        8 => "${*}*".to_owned(),
        _ => format!("{}*", given.to_uppercase()),
    }
}

fn arn(given: &str, other: &str, random: &mut Random) -> String {
    let segments: Vec<&str> = given.splitn(6, ':').collect();
    let [_, _, service, region, account, tail] = segments[..] else { return given.to_owned() };
    match random.below(10) {
        0 | 1 => given.to_owned(),
        2 => other.to_owned(),
        3 => format!("arn:aws:{service}:*:{account}:{tail}"),
        4 => format!("arn:aws:{service}:{region}:{account}:*"),
        5 => format!("arn:*:{service}:*:*:{}*", &tail[..1]),
        6 => format!("arn:aws:*:{tail}"),
        7 => "*".to_owned(),
        8 if random.chance(20) => format!("arn:aws:{service}:{region}:${{aws:PrincipalAccount}}:{tail}"),
        8 => format!("arn:aws:{service}:{region}:{account}:*{}*", variable(random)),
        _ => format!("ARN:aws:{service}:{region}:{account}:{tail}"),
    }
}

/// A policy variable, with a default or without. A default is written as AWS's guide writes it, with a blank; what one
/// means for a key of several values nobody says.
pub(super) fn variable(random: &mut Random) -> String {
    let name = *random.one(&[
        "aws:username",
        "aws:PrincipalTag/team",
        "aws:principaltag/TEAM",
        "aws:RequestTag/team",
        "aws:PrincipalAccount",
        "aws:TagKeys",
    ]);
    let default = *random.one(&["", "", ", 'red'", ", 'a*'", ", 'anna'"]);
    if name == "aws:TagKeys" { format!("${{{name}}}") } else { format!("${{{name}{default}}}") }
}
