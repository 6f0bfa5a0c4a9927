//! Conditions of the list of domains: judged all together, whatever domains there are.
//!
//! What is wrong with them is told as moto's contributors saw it of AWS.

use super::domain::Domain;
use crate::error::DomainsError as Error;
use base::Timestamp;
use shapes_route53domains as domains_api;

/// What a domain of the list is like.
pub(super) enum Condition {
    /// Its name begins with this.
    Begins(String),
    /// It runs out at this time or later.
    From(Timestamp),
    /// It runs out at this time or earlier.
    Until(Timestamp),
}

impl Condition {
    /// Whether a domain is.
    pub(super) fn passes(&self, domain: &Domain) -> bool {
        match self {
            Self::Begins(beginning) => domain.name.starts_with(beginning),
            Self::From(at) => domain.expires_at.millis_since(*at) >= 0,
            Self::Until(at) => domain.expires_at.millis_since(*at) <= 0,
        }
    }
}

/// Reads conditions, or tells everything that is wrong with them.
pub(super) fn read(given: &[domains_api::FilterCondition]) -> Result<Vec<Condition>, Error> {
    let (mut conditions, mut wrong) = (Vec::new(), Vec::new());
    for condition in given {
        conditions.extend(one(condition, &mut wrong));
    }
    if wrong.is_empty() { Ok(conditions) } else { Err(Error::Wrong(wrong)) }
}

/// Reads one. What is wrong with it is added to `wrong`.
fn one(given: &domains_api::FilterCondition, wrong: &mut Vec<String>) -> Option<Condition> {
    let name = given.name.as_deref().unwrap_or_default();
    let operator = given.operator.as_deref().unwrap_or_default();
    let values = given.values.as_deref().unwrap_or_default();
    if !["DomainName", "Expiry"].contains(&name) {
        wrong.push(format!("Cannot filter by field {name}"));
    }
    if !["BEGINS_WITH", "GE", "LE"].contains(&operator) {
        wrong.push(format!("Invalid filter operator {operator}"));
    }
    if values.len() != 1 {
        wrong.push("Multiple filter values are not currently supported".to_owned());
    }
    let value = values.first().map(String::as_str).unwrap_or_default();
    match (name, operator) {
        ("DomainName", "BEGINS_WITH") => Some(Condition::Begins(value.to_ascii_lowercase())),
        ("Expiry", "GE" | "LE") => {
            let Ok(seconds) = value.parse::<f64>() else {
                wrong.push(format!("Invalid filter value {value}"));
                return None;
            };
            #[expect(clippy::cast_possible_truncation, reason = "a time in seconds, rounded to milliseconds")]
            let at = Timestamp::from_millis((seconds * 1000.0) as i64);
            Some(if operator == "GE" { Condition::From(at) } else { Condition::Until(at) })
        }
        ("DomainName" | "Expiry", other) => {
            wrong.push(format!("Operator {other} cannot be used with the {name} filter"));
            None
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::error::DomainsError as Error;
    use shapes_route53domains::FilterCondition;

    fn condition(name: &str, operator: &str, values: &[&str]) -> FilterCondition {
        FilterCondition {
            name: Some(name.to_owned()),
            operator: Some(operator.to_owned()),
            values: Some(values.iter().map(|value| (*value).to_owned()).collect()),
        }
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        for (given, want) in [
            (vec![condition("DomainName", "BEGINS_WITH", &["a"]), condition("Expiry", "GE", &["1"])], vec![]),
            (vec![condition("Color", "GE", &["a"])], vec!["Cannot filter by field Color"]),
            (
                vec![condition("Expiry", "IS", &["1"])],
                vec!["Invalid filter operator IS", "Operator IS cannot be used with the Expiry filter"],
            ),
            (
                vec![condition("DomainName", "LE", &["a", "b"]), condition("Expiry", "LE", &["soon"])],
                vec![
                    "Multiple filter values are not currently supported",
                    "Operator LE cannot be used with the DomainName filter",
                    "Invalid filter value soon",
                ],
            ),
        ] {
            let found = match read(&given) {
                Ok(_) => Vec::new(),
                Err(Error::Wrong(found)) => found,
                Err(other) => panic!("{other:?}"),
            };
            assert_eq!(found, want);
        }
    }
}
