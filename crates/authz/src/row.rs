//! A row of the table, and how its words are read.

use crate::tables::Service;
use crate::{Action, ResourceType};

/// What one operation asks for. Every evaluation whose condition holds must pass.
#[derive(Debug)]
pub struct Authz {
    /// In the order in which they are decided: what the operation does itself, then what depends on it.
    pub evaluations: Vec<Evaluation>,
}

/// One action on its resources.
#[derive(Debug)]
pub struct Evaluation {
    /// The action.
    pub action: &'static Action,
    /// All must hold, else the evaluation is left out.
    pub when: Vec<When>,
    /// The handler asks by itself, for it alone knows the resources (keys of a multi-delete, the source of a copy).
    pub deferred: bool,
    /// Condition keys with the value this evaluation gives them.
    pub context: Vec<(String, Text)>,
    /// The resources; empty for actions that know only `*`.
    pub resources: Vec<Resource>,
}

/// A condition on the input: `?Path` where it was sent, `!Path` where not; `?Path=value` and `?Path^prefix` compare.
/// `?Path|Path` is met by either. Empty lists and empty texts count as not sent, and a false one too.
#[derive(Debug)]
pub struct When {
    /// The members.
    pub paths: Vec<Path>,
    /// What one of them must be.
    pub test: Test,
    /// None of them may be.
    pub negated: bool,
}

/// What a member is tested for.
#[derive(Debug)]
pub enum Test {
    /// It was sent.
    Sent,
    /// Its value is this.
    Equals(String),
    /// Its value begins with this.
    Begins(String),
}

/// Resources of an evaluation.
#[derive(Debug)]
pub enum Resource {
    /// `type=fill`, `type?=fill`, or `type` alone for a new one or any.
    Typed {
        /// Whose template is filled.
        kind: &'static ResourceType,
        /// Left out where the input names none; otherwise that is `*`.
        optional: bool,
        /// Each gives ARNs of its own.
        fills: Vec<Fill>,
    },
    /// `new:Path`: a new resource of the type the member names (EC2's tag specifications).
    New(Path),
    /// `any:Path`: resources whose type is told by the prefix of their id (EC2's tags).
    Any(Path),
    /// `arn:…` with `${…}`: written out.
    Arn(Text),
}

/// What fills the holes of a template, one part a hole. A single value that is an ARN already is taken whole where it
/// fits the template, and is a resource of another type where it does not.
#[derive(Debug)]
pub struct Fill(pub Vec<Part>);

/// What fills one hole.
#[derive(Debug)]
pub enum Part {
    /// `*`.
    Any,
    /// `Path+Path`: values joined, absent ones empty. A leading `/` is dropped.
    Joined(Vec<Source>),
    /// `Path~`: the member, else the calling user; `~` alone: the calling user.
    OrCaller(Path),
}

/// A member and the prefix its values lose (`Path#/prefix/`).
#[derive(Debug)]
pub struct Source {
    /// The member.
    pub path: Path,
    /// The prefix.
    pub without: Option<String>,
}

/// A text with `${Path}` in it.
#[derive(Debug)]
pub struct Text(pub Vec<Piece>);

/// A piece of a text.
#[derive(Debug)]
pub enum Piece {
    /// Itself.
    Literal(String),
    /// A member's value, `Partition`, `Region` or `Account`.
    Variable(Path, Form),
}

/// How the values of a variable are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As they were sent.
    Sent,
    /// `|dns`: a record's name as Route 53 compares it.
    Dns,
    /// `|query-keys`: the keys of a text in the form of a query.
    QueryKeys,
}

/// Names of members from the input down; every list on the way is walked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path(pub Vec<String>);

impl Path {
    pub(crate) fn parse(text: &str) -> Self {
        Self(text.split('.').map(|name| name.trim_end_matches("[]").to_owned()).collect())
    }
}

impl Authz {
    /// Reads a row.
    pub(crate) fn parse(prefix: &str, operation: &str, entries: &[&str]) -> Result<Self, String> {
        let read = |entry: &&str| {
            Evaluation::parse(prefix, operation, entry).map_err(|why| format!("{entry}: {why}"))
        };
        Ok(Self { evaluations: entries.iter().map(read).collect::<Result<_, _>>()? })
    }
}

impl Evaluation {
    fn parse(prefix: &str, operation: &str, entry: &str) -> Result<Self, String> {
        if entry == "+tags" {
            return Self::parse(prefix, operation, &tags_on_creation(operation));
        }
        let mut words = entry.split(' ');
        let name = match words.next().unwrap_or_default() {
            "." => format!("{prefix}:{operation}"),
            name if name.contains(':') => name.to_owned(),
            name => format!("{prefix}:{name}"),
        };
        let action = crate::action(&name).ok_or_else(|| format!("there is no action {name}"))?;
        let mut evaluation =
            Self { action, when: Vec::new(), deferred: false, context: Vec::new(), resources: Vec::new() };
        for word in words {
            evaluation.word(name.split(':').next().unwrap_or(prefix), word)?;
        }
        Ok(evaluation)
    }

    fn word(&mut self, prefix: &str, word: &str) -> Result<(), String> {
        if word == "later" {
            self.deferred = true;
        } else if let Some(rest) = word.strip_prefix(['?', '!']) {
            self.when.push(When::parse(rest, word.starts_with('!')));
        } else if let Some(rest) = word.strip_prefix('@') {
            let (key, value) = rest.split_once('=').ok_or("a condition key without a value")?;
            self.context.push((key.to_owned(), Text::parse(value)));
        } else if let Some(rest) = word.strip_prefix("new:") {
            self.resources.push(Resource::New(Path::parse(rest)));
        } else if let Some(rest) = word.strip_prefix("any:") {
            self.resources.push(Resource::Any(Path::parse(rest)));
        } else if word.starts_with("arn:") {
            self.resources.push(Resource::Arn(Text::parse(word)));
        } else {
            self.resources.push(typed(prefix, word)?);
        }
        Ok(())
    }
}

/// What `+tags` stands for: EC2's tags on creation.
fn tags_on_creation(operation: &str) -> String {
    let made = "TagSpecifications[].ResourceType";
    format!("CreateTags ?TagSpecifications @ec2:CreateAction={operation} new:{made}")
}

impl When {
    fn parse(text: &str, negated: bool) -> Self {
        let (paths, test) = if let Some((paths, value)) = text.split_once('=') {
            (paths, Test::Equals(value.to_owned()))
        } else if let Some((paths, value)) = text.split_once('^') {
            (paths, Test::Begins(value.to_owned()))
        } else {
            (text, Test::Sent)
        };
        Self { paths: paths.split('|').map(Path::parse).collect(), test, negated }
    }
}

fn typed(prefix: &str, word: &str) -> Result<Resource, String> {
    let (left, fills) = match word.split_once('=') {
        Some((left, fills)) => (left, Some(fills)),
        None => (word, None),
    };
    let (left, optional) = left.strip_suffix('?').map_or((left, false), |left| (left, true));
    let (service, name) = left.split_once(':').unwrap_or((prefix, left));
    let kind = crate::tables::service(service).and_then(|service| Service::kind(service, name));
    let kind = kind.ok_or_else(|| format!("there is no resource type {service}:{name}"))?;
    let fills = fills.into_iter().flat_map(|fills| fills.split('|')).map(Fill::parse).collect();
    Ok(Resource::Typed { kind, optional, fills })
}

impl Fill {
    fn parse(text: &str) -> Self {
        Self(text.split(',').map(Part::parse).collect())
    }
}

impl Part {
    fn parse(text: &str) -> Self {
        if text == "*" {
            return Self::Any;
        }
        if let Some(path) = text.strip_suffix('~') {
            return Self::OrCaller(Path::parse(path));
        }
        let source = |text: &str| {
            let (path, without) = match text.split_once('#') {
                Some((path, without)) => (path, Some(without.to_owned())),
                None => (text, None),
            };
            Source { path: Path::parse(path), without }
        };
        Self::Joined(text.split('+').map(source).collect())
    }
}

impl Text {
    fn parse(text: &str) -> Self {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((literal, after)) = rest.split_once("${") {
            let Some((name, tail)) = after.split_once('}') else { break };
            pieces.extend((!literal.is_empty()).then(|| Piece::Literal(literal.to_owned())));
            let (name, form) = match name.split_once('|') {
                Some((name, "dns")) => (name, Form::Dns),
                Some((name, _)) => (name, Form::QueryKeys),
                None => (name, Form::Sent),
            };
            pieces.push(Piece::Variable(Path::parse(name), form));
            rest = tail;
        }
        pieces.extend((!rest.is_empty()).then(|| Piece::Literal(rest.to_owned())));
        Self(pieces)
    }
}
