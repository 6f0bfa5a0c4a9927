//! The conditions of a rule, all of which have to hold.

use crate::error::{Condition as Bad, Error, Limit};
use crate::limit;
use base::{Ipv4Block, Ipv6Block};
use serde::{Deserialize, Serialize};
use shapes_elbv2 as api;

/// What a condition looks at.
const FIELDS: [&str; 6] =
    ["path-pattern", "host-header", "http-header", "http-request-method", "query-string", "source-ip"];
/// Characters of one value, of a header's name and of a method at the most.
const MOST_VALUE: usize = 128;
const MOST_WORD: usize = 40;

/// One condition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Condition {
    pub(crate) field: String,
    pub(crate) values: Vec<String>,
    pub(crate) regexes: Vec<String>,
    /// Of `http-header`, the header's name.
    pub(crate) header: Option<String>,
    /// Of `query-string`, keys and values.
    pub(crate) pairs: Vec<(Option<String>, String)>,
    /// Of `source-ip`, the family it was said to be of.
    pub(crate) family: Option<String>,
}

/// Reads the conditions of a request.
pub(super) fn read(given: Option<Vec<api::RuleCondition>>) -> Result<Vec<Condition>, Error> {
    let given = given.unwrap_or_default();
    if given.is_empty() {
        return Err(Bad::None.into());
    }
    let conditions: Vec<Condition> = given.into_iter().map(read_one).collect::<Result<_, Error>>()?;
    check_all(&conditions)?;
    Ok(conditions)
}

fn read_one(given: api::RuleCondition) -> Result<Condition, Error> {
    let field = given.field.clone().unwrap_or_default();
    if field.is_empty() {
        return Err(Bad::NoField.into());
    }
    if !FIELDS.contains(&field.as_str()) {
        return Err(Bad::Field(field).into());
    }
    let condition = parts(field, given)?;
    check(&condition)?;
    Ok(condition)
}

/// The values of a condition, from whichever of its members has them.
fn parts(field: String, given: api::RuleCondition) -> Result<Condition, Error> {
    let plain = given.values.filter(|values| !values.is_empty());
    let plain_regexes = given.regex_values.unwrap_or_default();
    let mut own = Condition {
        values: Vec::new(),
        regexes: Vec::new(),
        header: None,
        pairs: Vec::new(),
        family: None,
        field,
    };
    let pattern = |name: &'static str, config: Option<(Option<Vec<String>>, Option<Vec<String>>)>| match (
        &plain, config,
    ) {
        (Some(_), Some(_)) => Err(Error::from(Bad::Twice(name, own.field.clone()))),
        (Some(values), None) => Ok((values.clone(), plain_regexes.clone())),
        (None, Some((values, regexes))) => Ok((values.unwrap_or_default(), regexes.unwrap_or_default())),
        (None, None) if !plain_regexes.is_empty() => Ok((Vec::new(), plain_regexes.clone())),
        (None, None) => Err(Bad::NoValue.into()),
    };
    let missing = |name: &'static str| Error::from(Bad::NoConfig(name, own.field.clone()));
    match own.field.as_str() {
        "host-header" => {
            let config = given.host_header_config.map(|own| (own.values, own.regex_values));
            (own.values, own.regexes) = pattern("HostHeaderConfig", config)?;
        }
        "path-pattern" => {
            let config = given.path_pattern_config.map(|own| (own.values, own.regex_values));
            (own.values, own.regexes) = pattern("PathPatternConfig", config)?;
        }
        field if plain.is_some() => return Err(Bad::ValuesOf(field.to_owned()).into()),
        "http-header" => {
            let config = given.http_header_config.ok_or_else(|| missing("HttpHeaderConfig"))?;
            own.header = config.http_header_name;
            own.values = config.values.unwrap_or_default();
            own.regexes = config.regex_values.unwrap_or_default();
        }
        "http-request-method" => {
            let config = given.http_request_method_config;
            let config = config.ok_or_else(|| missing("HttpRequestMethodConfig"))?;
            own.values = config.values.unwrap_or_default();
        }
        "query-string" => {
            let config = given.query_string_config.ok_or_else(|| missing("QueryStringConfig"))?;
            let pairs = config.values.unwrap_or_default();
            own.pairs = pairs.into_iter().map(|pair| (pair.key, pair.value.unwrap_or_default())).collect();
        }
        _ => {
            let config = given.source_ip_config.ok_or_else(|| missing("SourceIpConfig"))?;
            own.values = config.values.unwrap_or_default();
            own.family = config.ip_address_type;
        }
    }
    Ok(own)
}

fn check(own: &Condition) -> Result<(), Error> {
    let is_empty = own.values.is_empty() && own.regexes.is_empty() && own.pairs.is_empty();
    match own.field.as_str() {
        "query-string" => return check_pairs(own),
        "source-ip" if is_empty => return Err(Bad::NoSource.into()),
        "source-ip" => return own.values.iter().try_for_each(|value| check_source(value)),
        "http-header" => check_header(own.header.as_deref())?,
        _ => {}
    }
    if is_empty {
        return Err(Bad::NoValue.into());
    }
    let most = if own.field == "http-request-method" { MOST_WORD } else { MOST_VALUE };
    for value in own.values.iter().chain(&own.regexes) {
        if value.is_empty() {
            return Err(Bad::NoValue.into());
        }
        if value.chars().count() > most {
            return Err(Bad::TooLong(own.field.clone(), most).into());
        }
    }
    own.values.iter().try_for_each(|value| check_letters(&own.field, value))
}

fn check_letters(field: &str, value: &str) -> Result<(), Error> {
    let only = |more: &str| value.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c));
    let is_fit = match field {
        "http-request-method" => {
            let is_method = value.chars().all(|c| c.is_ascii_uppercase() || c == '-' || c == '_');
            return if is_method { Ok(()) } else { Err(Bad::Method.into()) };
        }
        "host-header" => {
            return if is_host(value) { Ok(()) } else { Err(Bad::Host(field.to_owned()).into()) };
        }
        "path-pattern" => only(" _-.$/~\"'@:+&*?\\"),
        _ => value.chars().all(|c| !c.is_control()),
    };
    if is_fit { Ok(()) } else { Err(Bad::Letters(field.to_owned(), value.to_owned()).into()) }
}

/// Whether a text is a pattern of hosts: dots in it, and nothing but letters after the last. Source: ELB user guide, "Add
/// a listener rule"; wildcards are taken after the last dot too.
fn is_host(text: &str) -> bool {
    let Some((front, last)) = text.rsplit_once('.') else { return false };
    front.chars().all(|c| c.is_ascii_alphanumeric() || "-_.*?".contains(c))
        && last.chars().all(|c| c.is_ascii_alphabetic() || "*?".contains(c))
        && !last.is_empty()
}

fn check_header(name: Option<&str>) -> Result<(), Error> {
    let name = name.unwrap_or_default();
    if name.is_empty() {
        return Err(Bad::NoHeader.into());
    }
    if name.len() > MOST_WORD {
        return Err(Bad::TooLong("HttpHeaderName".to_owned(), MOST_WORD).into());
    }
    let is_token = name.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c));
    if !is_token || name.eq_ignore_ascii_case("host") {
        return Err(Bad::Header(name.to_owned()).into());
    }
    Ok(())
}

fn check_pairs(own: &Condition) -> Result<(), Error> {
    if own.pairs.is_empty() {
        return Err(Bad::NoPair.into());
    }
    for (key, value) in &own.pairs {
        if value.is_empty() {
            return Err(Bad::NoPair.into());
        }
        if key.as_ref().is_some_and(|key| key.chars().count() > MOST_VALUE) {
            return Err(Bad::TooLong("Key".to_owned(), MOST_VALUE).into());
        }
        if value.chars().count() > MOST_VALUE {
            return Err(Bad::TooLong("Value".to_owned(), MOST_VALUE).into());
        }
    }
    Ok(())
}

fn check_source(value: &str) -> Result<(), Error> {
    let is_block = value.parse::<Ipv4Block>().is_ok() || value.parse::<Ipv6Block>().is_ok();
    if is_block && value != "255.255.255.255/32" { Ok(()) } else { Err(Bad::Source(value.to_owned()).into()) }
}

/// What a rule may have of everything, and what only once.
fn check_all(conditions: &[Condition]) -> Result<(), Error> {
    for field in ["host-header", "path-pattern", "http-request-method", "source-ip"] {
        if conditions.iter().filter(|own| own.field == field).count() > 1 {
            return Err(Bad::FieldTwice(field).into());
        }
    }
    let values = |own: &Condition| own.values.len() + own.regexes.len() + own.pairs.len();
    if conditions.iter().map(values).sum::<usize>() > limit::CONDITION_VALUES {
        return Err(Bad::TooManyValues(limit::CONDITION_VALUES).into());
    }
    let wild = |text: &String| wildcards(text);
    let all = conditions.iter().filter(|own| own.field != "source-ip");
    let of_pairs = |own: &Condition| -> usize {
        own.pairs.iter().map(|(key, value)| key.as_ref().map_or(0, wild) + wild(value)).sum()
    };
    let total: usize = all.map(|own| own.values.iter().map(wild).sum::<usize>() + of_pairs(own)).sum();
    if total > limit::CONDITION_WILDCARDS { Err(Limit::Wildcards.into()) } else { Ok(()) }
}

/// `*` and `?` that stand for anything: not after a backslash.
fn wildcards(text: &str) -> usize {
    let (mut count, mut is_escaped) = (0, false);
    for c in text.chars() {
        if !is_escaped && (c == '*' || c == '?') {
            count += 1;
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    count
}

/// A condition as answers show it: of hosts and paths the values stand twice.
pub(super) fn shape(own: &Condition) -> api::RuleCondition {
    let some = |list: &Vec<String>| (!list.is_empty()).then(|| list.clone());
    let (values, regex_values) = (some(&own.values), some(&own.regexes));
    let mut shape = api::RuleCondition { field: Some(own.field.clone()), ..api::RuleCondition::default() };
    match own.field.as_str() {
        "host-header" => {
            shape.values.clone_from(&values);
            shape.regex_values.clone_from(&regex_values);
            shape.host_header_config = Some(api::HostHeaderConditionConfig { values, regex_values });
        }
        "path-pattern" => {
            shape.values.clone_from(&values);
            shape.regex_values.clone_from(&regex_values);
            shape.path_pattern_config = Some(api::PathPatternConditionConfig { values, regex_values });
        }
        "http-header" => {
            let http_header_name = own.header.clone();
            let config = api::HttpHeaderConditionConfig { http_header_name, values, regex_values };
            shape.http_header_config = Some(config);
        }
        "http-request-method" => {
            shape.http_request_method_config = Some(api::HttpRequestMethodConditionConfig { values });
        }
        "query-string" => {
            let pair = |(key, value): &(Option<String>, String)| api::QueryStringKeyValuePair {
                key: key.clone(),
                value: Some(value.clone()),
            };
            let values = Some(own.pairs.iter().map(pair).collect());
            shape.query_string_config = Some(api::QueryStringConditionConfig { values });
        }
        _ => {
            let config = api::SourceIpConditionConfig { values, ip_address_type: own.family.clone() };
            shape.source_ip_config = Some(config);
        }
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::{is_host, wildcards};

    #[test]
    fn hosts_have_a_dot_and_end_in_letters() {
        for (text, want) in [
            ("www.example.com", true),
            ("my_app.example.com", true),
            ("*.example.com", true),
            ("www.example.*", true),
            ("localhost", false),
            ("a.b1", false),
            ("10.0.0.1", false),
            ("example.com:8443", false),
            ("example.", false),
        ] {
            assert_eq!(is_host(text), want, "{text}");
        }
    }

    #[test]
    fn a_backslash_takes_the_meaning_from_a_wildcard() {
        for (text, want) in [("*.example.com", 1), (r"a\*b?", 1), (r"a\\*", 1), ("plain", 0), ("*?*", 3)] {
            assert_eq!(wildcards(text), want, "{text}");
        }
    }
}
