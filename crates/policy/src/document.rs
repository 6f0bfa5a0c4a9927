//! A policy document as written: statements, elements and values, each with its place in the text.
//!
//! Read leniently, as IAM reads: a text stands for a list of one, an object for a list of one statement, and booleans
//! and numbers among the values of a condition are texts. What AWS refuses on write is the business of [`crate::grammar`].

use crate::json::{self, Node, Value};
use crate::span::{Position, Span, Walk};
use std::sync::Arc;

/// A policy document.
#[derive(Clone, Debug)]
pub struct Document {
    source: Arc<str>,
    /// The language of the document. Without `Version`, the old one.
    pub version: Version,
    /// `Id`.
    pub id: Option<Text>,
    /// In the order of the document.
    pub statements: Vec<Statement>,
}

/// The versions of the policy language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// `2008-10-17`: knows no policy variables.
    V2008,
    /// `2012-10-17`.
    V2012,
}

/// A text and where it stands; of a JSON text the quotes belong to the span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// As it means, escapes resolved.
    pub value: String,
    /// Where it stands.
    pub span: Span,
}

/// Allow or Deny.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// `Allow`.
    Allow,
    /// `Deny`.
    Deny,
}

/// One statement.
#[derive(Clone, Debug)]
pub struct Statement {
    /// From its `{` to behind its `}`.
    pub span: Span,
    /// `Sid`, unless it is empty.
    pub sid: Option<Text>,
    /// `Effect`.
    pub effect: Effect,
    /// `Principal` or `NotPrincipal`.
    pub principals: Option<Element<Principal>>,
    /// `Action` or `NotAction`.
    pub actions: Option<Element<Text>>,
    /// `Resource` or `NotResource`.
    pub resources: Option<Element<Text>>,
    /// All of `Condition`, one entry per operator and key.
    pub conditions: Vec<Condition>,
}

/// An element that may be turned round by `Not`.
#[derive(Clone, Debug)]
pub struct Element<T> {
    /// Whether it is the `Not…` one.
    pub negated: bool,
    /// Its values.
    pub values: Vec<T>,
    /// Of the values.
    pub span: Span,
}

/// One principal. `"*"` alone is of kind `AWS`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// `AWS`, `Service`, `Federated`, `CanonicalUser`, as written.
    pub kind: String,
    /// The principal.
    pub text: Text,
}

/// One key under one operator.
#[derive(Clone, Debug)]
pub struct Condition {
    /// `StringEquals`, with prefix and suffix.
    pub operator: Text,
    /// `aws:SourceIp`, as written.
    pub key: Text,
    /// What it is compared with.
    pub values: Vec<Text>,
    /// From the key to behind its values.
    pub span: Span,
}

/// Why a text is no policy document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// It is not JSON, from this place on.
    NotJson(Position),
    /// It is JSON, but the element at this place has not the form of a policy.
    NotPolicy(Position),
}

impl Document {
    /// Reads a document. One that is shared already is not copied.
    pub fn parse(source: impl Into<Arc<str>>) -> Result<Self, Malformed> {
        let source = source.into();
        let root = json::parse(&source)
            .map_err(|wrong| Malformed::NotJson(position(&source, Span::new(wrong.0, wrong.0))))?;
        let place = |span| Malformed::NotPolicy(position(&source, span));
        Self::from_node(source.clone(), &root).map_err(place)
    }

    /// Reads JSON as a document, or names the element that has not the form.
    pub(crate) fn from_node(source: Arc<str>, root: &Node) -> Result<Self, Span> {
        root.members().ok_or(root.span)?;
        let version = match root.get("Version") {
            Some(node) if node.text() == Some("2012-10-17") => Version::V2012,
            Some(node) if node.text().is_none() => return Err(node.span),
            _ => Version::V2008,
        };
        let id = root.get("Id").map(text).transpose()?;
        let statements = root.get("Statement").ok_or(root.span)?;
        let statements = statements.each().iter().map(statement).collect::<Result<_, _>>()?;
        Ok(Self { source, version, id, statements })
    }

    /// The text, to the byte.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The same, shared.
    pub(crate) fn shared(&self) -> Arc<str> {
        self.source.clone()
    }

    /// Line and column of the start of a span.
    pub fn position(&self, span: Span) -> Position {
        position(&self.source, span)
    }
}

fn position(source: &str, span: Span) -> Position {
    Walk::new(source).position(span.start)
}

fn text(node: &Node) -> Result<Text, Span> {
    let value = node.text().ok_or(node.span)?.to_owned();
    Ok(Text { value, span: node.span })
}

fn texts(node: &Node) -> Result<Vec<Text>, Span> {
    node.each().iter().map(text).collect()
}

fn statement(node: &Node) -> Result<Statement, Span> {
    node.members().ok_or(node.span)?;
    let effect = match node.get("Effect") {
        Some(effect) if effect.text() == Some("Allow") => Effect::Allow,
        Some(effect) if effect.text() == Some("Deny") => Effect::Deny,
        Some(other) => return Err(other.span),
        None => return Err(node.span),
    };
    let sid = node.get("Sid").map(text).transpose()?.filter(|sid| !sid.value.is_empty());
    let conditions = node.get("Condition").map(conditions).transpose()?.unwrap_or_default();
    Ok(Statement {
        span: node.span,
        sid,
        effect,
        principals: element(node, "Principal", "NotPrincipal", principals)?,
        actions: element(node, "Action", "NotAction", texts)?,
        resources: element(node, "Resource", "NotResource", texts)?,
        conditions,
    })
}

fn element<T>(
    statement: &Node,
    name: &str,
    negation: &str,
    read: fn(&Node) -> Result<Vec<T>, Span>,
) -> Result<Option<Element<T>>, Span> {
    let (node, negated) = match (statement.get(name), statement.get(negation)) {
        (Some(node), None) => (node, false),
        (None, Some(node)) => (node, true),
        (None, None) => return Ok(None),
        (Some(_), Some(both)) => return Err(both.span),
    };
    Ok(Some(Element { negated, values: read(node)?, span: node.span }))
}

fn principals(node: &Node) -> Result<Vec<Principal>, Span> {
    if let Some("*") = node.text() {
        return Ok(vec![Principal { kind: "AWS".to_owned(), text: text(node)? }]);
    }
    let mut principals = Vec::new();
    for member in node.members().ok_or(node.span)? {
        for text in texts(&member.value)? {
            principals.push(Principal { kind: member.name.clone(), text });
        }
    }
    Ok(principals)
}

fn conditions(node: &Node) -> Result<Vec<Condition>, Span> {
    let mut conditions = Vec::new();
    for operator in node.members().ok_or(node.span)? {
        for key in operator.value.members().ok_or(operator.value.span)? {
            let values = key.value.each().iter().map(scalar).collect::<Result<_, _>>()?;
            conditions.push(Condition {
                operator: Text { value: operator.name.clone(), span: operator.span },
                key: Text { value: key.name.clone(), span: key.span },
                values,
                span: Span { start: key.span.start, end: key.value.span.end },
            });
        }
    }
    Ok(conditions)
}

/// A value of a condition: booleans and numbers become texts.
fn scalar(node: &Node) -> Result<Text, Span> {
    let value = match &node.value {
        Value::Text(text) | Value::Number(text) => text.clone(),
        Value::Bool(flag) => flag.to_string(),
        Value::Null | Value::List(_) | Value::Object(_) => return Err(node.span),
    };
    Ok(Text { value, span: node.span })
}

#[cfg(test)]
mod tests {
    use super::{Document, Effect, Malformed, Version};
    use crate::span::Position;

    #[test]
    fn a_scalar_stands_for_a_list_of_one() {
        let source = "{\n \"Statement\": {\"Sid\": \"\", \"Effect\": \"Deny\", \"NotPrincipal\": \"*\",\n  \
            \"NotAction\": \"s3:*\", \"Resource\": [\"a\", \"b\"],\n  \
            \"Condition\": {\"Bool\": {\"x:y\": [true, 1.0, \"t\"]}, \"Null\": {\"k\": \"true\"}}}}";
        let document = Document::parse(source).unwrap();
        assert_eq!((document.version, document.statements.len()), (Version::V2008, 1));
        let statement = &document.statements[0];
        assert_eq!((statement.effect, &statement.sid), (Effect::Deny, &None));
        assert_eq!(document.position(statement.span), Position { line: 2, column: 15 });
        let principals = statement.principals.as_ref().unwrap();
        assert!(principals.negated);
        assert_eq!(
            (principals.values[0].kind.as_str(), principals.values[0].text.value.as_str()),
            ("AWS", "*")
        );
        assert!(statement.actions.as_ref().unwrap().negated);
        let resources = statement.resources.as_ref().unwrap();
        assert_eq!((resources.negated, resources.values.len()), (false, 2));
        let values: Vec<&str> =
            statement.conditions[0].values.iter().map(|text| text.value.as_str()).collect();
        assert_eq!(values, ["true", "1.0", "t"]);
        assert_eq!(statement.conditions[1].key.value, "k");
        assert_eq!(document.source(), source);
    }

    #[test]
    fn what_is_no_policy_is_told_by_its_place() {
        let at = |line, column| Position { line, column };
        for (source, want) in [
            ("{\"a\"\n,}", Malformed::NotJson(at(2, 1))),
            ("[]", Malformed::NotPolicy(at(1, 1))),
            ("{}", Malformed::NotPolicy(at(1, 1))),
            ("{\"Version\": 2, \"Statement\": []}", Malformed::NotPolicy(at(1, 13))),
            ("{\"Statement\": [1]}", Malformed::NotPolicy(at(1, 16))),
            ("{\"Statement\": {\"Effect\": \"allow\"}}", Malformed::NotPolicy(at(1, 26))),
            ("{\"Statement\": {\"Effect\": \"Allow\", \"Action\": [1]}}", Malformed::NotPolicy(at(1, 46))),
            (
                "{\"Statement\": {\"Effect\": \"Allow\", \"Action\": [], \"NotAction\": []}}",
                Malformed::NotPolicy(at(1, 62)),
            ),
            (
                "{\"Statement\": {\"Effect\": \"Allow\", \"Principal\": \"x\"}}",
                Malformed::NotPolicy(at(1, 48)),
            ),
            (
                "{\"Statement\": {\"Effect\": \"Allow\", \"Condition\": {\"Bool\": {\"a\": null}}}}",
                Malformed::NotPolicy(at(1, 63)),
            ),
        ] {
            assert_eq!(Document::parse(source).unwrap_err(), want, "{source}");
        }
    }
}
