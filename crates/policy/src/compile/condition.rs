//! Conditions: one operator, one key, the values it is compared with.

use super::arn::{ArnPattern, ArnText};
use super::instant;
use super::network::Range;
use super::number::Decimal;
use crate::context::{Context, Key, Value, Values};
use crate::decide::Tracer;
use crate::document::Condition as Written;
use crate::pattern::{Pattern, Reading};
use crate::semantics;
use crate::span::Position;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::cmp::Ordering;

/// A condition, made ready.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    pub(crate) key: Key,
    operator: Operator,
    test: Test,
    /// Of the key.
    pub(crate) at: Position,
}

/// An operator's name, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Operator {
    pub(crate) quantifier: Quantifier,
    pub(crate) comparison: Comparison,
    pub(crate) negated: bool,
    pub(crate) if_exists: bool,
}

/// How the values of a key of several are combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quantifier {
    None,
    All,
    Any,
}

/// What is compared, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    String,
    StringIgnoringCase,
    StringLike,
    Numeric(Relation),
    Date(Relation),
    Bool,
    Binary,
    Address,
    Arn,
    Null,
}

/// An order relation: the request's value to the policy's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// The policy's values, read ahead. What cannot be read is `None` and fits nothing.
#[derive(Clone, Debug)]
enum Test {
    Text(Box<[Pattern]>),
    TextIgnoringCase(Box<[Pattern]>),
    Number(Relation, Box<[Option<Decimal>]>),
    Instant(Relation, Box<[Option<i64>]>),
    Binary(Box<[Option<Box<[u8]>>]>),
    Address(Box<[Option<Range>]>),
    Arn(Box<[Option<ArnPattern>]>),
    /// Whether the key has to be absent.
    Null(Box<[bool]>),
    /// No operator AWS knows.
    Unknown,
}

impl Operator {
    /// `ForAnyValue:StringNotLikeIfExists`, taken apart. Operators are written as AWS writes them, case included.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (quantifier, rest) = match text.split_once(':') {
            Some(("ForAllValues", rest)) => (Quantifier::All, rest),
            Some(("ForAnyValue", rest)) => (Quantifier::Any, rest),
            Some(_) => return None,
            None => (Quantifier::None, text),
        };
        let (name, if_exists) = match rest.strip_suffix("IfExists") {
            Some(name) => (name, true),
            None => (rest, false),
        };
        let (comparison, negated) = comparison(name)?;
        // `Null` asks for existence itself.
        let fits = comparison != Comparison::Null || !if_exists;
        fits.then_some(Self { quantifier, comparison, negated, if_exists })
    }
}

fn comparison(name: &str) -> Option<(Comparison, bool)> {
    let relation = |name: &str| match name {
        "Equals" => Some((Relation::Equal, false)),
        "NotEquals" => Some((Relation::Equal, true)),
        "LessThan" => Some((Relation::Less, false)),
        "LessThanEquals" => Some((Relation::LessOrEqual, false)),
        "GreaterThan" => Some((Relation::Greater, false)),
        "GreaterThanEquals" => Some((Relation::GreaterOrEqual, false)),
        _ => None,
    };
    if let Some(rest) = name.strip_prefix("Numeric") {
        return relation(rest).map(|(relation, negated)| (Comparison::Numeric(relation), negated));
    }
    if let Some(rest) = name.strip_prefix("Date") {
        return relation(rest).map(|(relation, negated)| (Comparison::Date(relation), negated));
    }
    Some(match name {
        "StringEquals" => (Comparison::String, false),
        "StringNotEquals" => (Comparison::String, true),
        "StringEqualsIgnoreCase" => (Comparison::StringIgnoringCase, false),
        "StringNotEqualsIgnoreCase" => (Comparison::StringIgnoringCase, true),
        "StringLike" => (Comparison::StringLike, false),
        "StringNotLike" => (Comparison::StringLike, true),
        "Bool" => (Comparison::Bool, false),
        "BinaryEquals" => (Comparison::Binary, false),
        "IpAddress" => (Comparison::Address, false),
        "NotIpAddress" => (Comparison::Address, true),
        "ArnEquals" | "ArnLike" => (Comparison::Arn, false),
        "ArnNotEquals" | "ArnNotLike" => (Comparison::Arn, true),
        "Null" => (Comparison::Null, false),
        _ => return None,
    })
}

impl Relation {
    fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

/// What one value of the request says: whether a value of the policy fits; `None` if they cannot be compared at all,
/// which holds for no operator, a negated one included (open point 14).
type Fit = Option<bool>;

impl Condition {
    pub(crate) fn new(written: &Written, variables: bool, at: Position) -> Self {
        let key = Key::new(&written.key.value);
        let texts = || written.values.iter().map(|text| text.value.as_str());
        let Some(operator) = Operator::parse(&written.operator.value) else {
            // A positive one, which holds for no missing key and, without a test, for no value.
            let operator = Operator {
                quantifier: Quantifier::None,
                comparison: Comparison::String,
                negated: false,
                if_exists: false,
            };
            return Self { key, operator, test: Test::Unknown, at };
        };
        let patterns = |wildcards| {
            texts().map(|text| Pattern::new(text, Reading { wildcards, variables })).collect::<Box<[_]>>()
        };
        let test = match operator.comparison {
            Comparison::String => Test::Text(patterns(false)),
            Comparison::StringLike => Test::Text(patterns(true)),
            Comparison::StringIgnoringCase | Comparison::Bool => Test::TextIgnoringCase(patterns(false)),
            Comparison::Numeric(relation) => Test::Number(relation, texts().map(Decimal::parse).collect()),
            Comparison::Date(relation) => Test::Instant(relation, texts().map(instant::parse).collect()),
            Comparison::Binary => Test::Binary(texts().map(binary).collect()),
            Comparison::Address => Test::Address(texts().map(Range::parse).collect()),
            Comparison::Arn => {
                let reading = Reading { wildcards: true, variables };
                Test::Arn(texts().map(|text| ArnPattern::of_condition(text, reading)).collect())
            }
            Comparison::Null => Test::Null(texts().map(|text| text.eq_ignore_ascii_case("true")).collect()),
        };
        Self { key, operator, test, at }
    }

    /// Spec 1.7, the table.
    pub(crate) fn holds<C: Context + ?Sized, T: Tracer>(&self, context: &C, tracer: &mut T) -> bool {
        let values = context.values(&self.key);
        if values.is_none() {
            tracer.missing(&self.key);
        }
        let holds = self.holds_for(values.as_ref(), context, tracer);
        tracer.condition(self, values.as_ref(), holds);
        holds
    }

    fn holds_for<C: Context + ?Sized, T: Tracer>(
        &self,
        values: Option<&Values<'_>>,
        context: &C,
        tracer: &mut T,
    ) -> bool {
        let present = values.filter(|values| values.count() > 0);
        if let Test::Null(wanted) = &self.test {
            return wanted.iter().any(|absent| *absent == present.is_none());
        }
        let Operator { quantifier, negated, if_exists, .. } = self.operator;
        let Some(present) = present else {
            return match quantifier {
                Quantifier::None => negated || if_exists,
                Quantifier::All => true,
                Quantifier::Any => if_exists && semantics::ANY_VALUE_IF_EXISTS_WITHOUT_KEY,
            };
        };
        let mut fits =
            |value: Value<'_>| self.fits(&value, context, tracer).is_some_and(|fit| fit != negated);
        match quantifier {
            Quantifier::None => present.single().is_some_and(fits),
            Quantifier::All => present.iter().all(fits),
            Quantifier::Any => present.iter().any(&mut fits),
        }
    }

    /// Whether one of the policy's values fits one of the request's.
    fn fits<C: Context + ?Sized, T: Tracer>(&self, value: &Value<'_>, context: &C, tracer: &mut T) -> Fit {
        match &self.test {
            Test::Text(patterns) => {
                let text = value.text();
                Some(patterns.iter().any(|pattern| pattern.matches(&text, context, tracer)))
            }
            Test::TextIgnoringCase(patterns) => {
                let text = value.text();
                let is_comparable = self.operator.comparison != Comparison::Bool || is_bool(&text);
                is_comparable.then(|| {
                    patterns.iter().any(|pattern| pattern.matches_ignoring_case(&text, context, tracer))
                })
            }
            Test::Number(relation, wanted) => {
                let number = number(value)?;
                any(wanted, |wanted| relation.holds(number.compare(*wanted)))
            }
            Test::Instant(relation, wanted) => {
                let at = millis(value)?;
                any(wanted, |wanted| relation.holds(at.cmp(wanted)))
            }
            Test::Binary(wanted) => {
                let bytes = binary(&value.text())?;
                any(wanted, |wanted| *wanted == bytes)
            }
            Test::Address(wanted) => {
                let address = match value {
                    Value::Address(address) => *address,
                    other => other.text().parse().ok()?,
                };
                any(wanted, |range| range.contains(address))
            }
            Test::Arn(wanted) => {
                let text = value.text();
                let arn = ArnText::parse(&text)?;
                any(wanted, |pattern| pattern.matches(&arn, context, tracer))
            }
            Test::Null(_) | Test::Unknown => None,
        }
    }

    /// The variables among its values.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &Key> {
        let (texts, arns): (&[Pattern], &[Option<ArnPattern>]) = match &self.test {
            Test::Text(patterns) | Test::TextIgnoringCase(patterns) => (patterns, &[]),
            Test::Arn(patterns) => (&[], patterns),
            _ => (&[], &[]),
        };
        texts.iter().flat_map(Pattern::keys).chain(arns.iter().flatten().flat_map(ArnPattern::keys))
    }

    /// The operator, as a policy writes it.
    pub(crate) fn operator(&self) -> String {
        if matches!(self.test, Test::Unknown) {
            "an unknown operator".to_owned()
        } else {
            self.operator.to_string()
        }
    }

    /// The policy's values, as a policy writes them.
    pub(crate) fn wanted(&self) -> Vec<String> {
        fn all<T: ToString>(values: &[Option<T>]) -> Vec<String> {
            let text =
                |value: &Option<T>| value.as_ref().map_or("an unreadable value".to_owned(), T::to_string);
            values.iter().map(text).collect()
        }
        match &self.test {
            Test::Text(patterns) | Test::TextIgnoringCase(patterns) => {
                patterns.iter().map(Pattern::to_string).collect()
            }
            Test::Number(_, numbers) => all(numbers),
            Test::Instant(_, instants) => instants
                .iter()
                .map(|at| at.map_or("an unreadable value".to_owned(), instant::format))
                .collect(),
            Test::Binary(values) => all(&values
                .iter()
                .map(|bytes| bytes.as_ref().map(|bytes| STANDARD.encode(bytes)))
                .collect::<Vec<_>>()),
            Test::Address(ranges) => all(ranges),
            Test::Arn(patterns) => all(patterns),
            Test::Null(flags) => flags.iter().map(bool::to_string).collect(),
            Test::Unknown => Vec::new(),
        }
    }
}

/// Whether a readable value fits. One that cannot be read makes the comparison none (open point 14).
fn any<V>(wanted: &[Option<V>], mut fits: impl FnMut(&V) -> bool) -> Fit {
    let mut readable = true;
    for value in wanted {
        match value {
            Some(value) if fits(value) => return Some(true),
            Some(_) => {}
            None => readable = false,
        }
    }
    readable.then_some(false)
}

fn is_bool(text: &str) -> bool {
    text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")
}

fn binary(text: &str) -> Option<Box<[u8]>> {
    STANDARD.decode(text).ok().map(Vec::into_boxed_slice)
}

fn number(value: &Value<'_>) -> Option<Decimal> {
    match value {
        Value::Integer(number) => Some(Decimal::whole(*number)),
        Value::Instant(at) => Some(Decimal::whole(at.div_euclid(1_000))),
        Value::Bool(_) | Value::Address(_) => None,
        Value::Text(text) => Decimal::parse(text),
    }
}

fn millis(value: &Value<'_>) -> Option<i64> {
    match value {
        Value::Instant(at) => Some(*at),
        Value::Integer(seconds) => seconds.checked_mul(1_000),
        Value::Bool(_) | Value::Address(_) => None,
        Value::Text(text) => instant::parse(text),
    }
}

impl std::fmt::Display for Operator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.quantifier {
            Quantifier::None => "",
            Quantifier::All => "ForAllValues:",
            Quantifier::Any => "ForAnyValue:",
        })?;
        let not = if self.negated { "Not" } else { "" };
        let relation = |relation| match relation {
            Relation::Equal if self.negated => "NotEquals",
            Relation::Equal => "Equals",
            Relation::Less => "LessThan",
            Relation::LessOrEqual => "LessThanEquals",
            Relation::Greater => "GreaterThan",
            Relation::GreaterOrEqual => "GreaterThanEquals",
        };
        match self.comparison {
            Comparison::String => write!(f, "String{not}Equals")?,
            Comparison::StringIgnoringCase => write!(f, "String{not}EqualsIgnoreCase")?,
            Comparison::StringLike => write!(f, "String{not}Like")?,
            Comparison::Numeric(name) => write!(f, "Numeric{}", relation(name))?,
            Comparison::Date(name) => write!(f, "Date{}", relation(name))?,
            Comparison::Bool => f.write_str("Bool")?,
            Comparison::Binary => f.write_str("BinaryEquals")?,
            Comparison::Address => write!(f, "{not}IpAddress")?,
            Comparison::Arn => write!(f, "Arn{not}Like")?,
            Comparison::Null => f.write_str("Null")?,
        }
        f.write_str(if self.if_exists { "IfExists" } else { "" })
    }
}
