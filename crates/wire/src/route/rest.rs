//! Operations by method, path and query.

use crate::Head;
use shape::{ApiMeta, Location, OperationMeta, PathSegment};

/// The operations of one REST API.
pub(crate) struct RestTable {
    methods: Vec<Method>,
}

/// The operations of one method.
struct Method {
    name: &'static str,
    /// Those with literal query keys stand first.
    operations: Vec<&'static OperationMeta>,
    /// How many those are.
    keyed: usize,
}

/// An operation and its labels, still percent-encoded.
pub(crate) type Match = (&'static OperationMeta, Vec<(&'static str, String)>);

impl RestTable {
    pub(crate) fn new(api: &'static ApiMeta) -> Self {
        let mut methods: Vec<Method> = Vec::new();
        for &operation in api.operations {
            let method = match methods.iter_mut().find(|method| method.name == operation.method) {
                Some(method) => method,
                None => methods.push_mut(Method { name: operation.method, operations: Vec::new(), keyed: 0 }),
            };
            if operation.query.is_empty() {
                method.operations.push(operation);
            } else {
                method.operations.insert(method.keyed, operation);
                method.keyed += 1;
            }
        }
        Self { methods }
    }

    /// Whether the path begins as one of its own does, whatever follows.
    pub(crate) fn begins(&self, path: &str) -> bool {
        let first = split(path).first().copied();
        let mut operations = self.methods.iter().flat_map(|method| &method.operations);
        operations.any(|operation| match operation.path.first() {
            Some(PathSegment::Literal(literal)) => first == Some(*literal),
            Some(PathSegment::Label(_) | PathSegment::Greedy(_)) | None => false,
        })
    }

    /// The best match by method, path and query.
    pub(crate) fn find(&self, head: &Head, path: &str) -> Option<Match> {
        let segments: Vec<&str> = split(path);
        let operation = self.best(head, |operation| match_path(operation, &segments).is_some())?;
        Some((operation, match_path(operation, &segments)?))
    }

    /// S3's own reading of a path: the first segment is the bucket, all the rest, slashes included, the key.
    pub(crate) fn find_s3(&self, head: &Head, path: &str) -> Option<Match> {
        let rest = path.strip_prefix('/').unwrap_or(path);
        let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
        let query = head.query.as_deref().unwrap_or_default();
        // What is told apart by no literal key is told apart by those it must have: `uploadId`.
        let is_named =
            |operation: &OperationMeta| !operation.query.is_empty() || has_required(operation, query);
        let operation = self.best(head, |operation| {
            let fits = match operation.path {
                [] => bucket.is_empty(),
                [PathSegment::Label(_)] => !bucket.is_empty() && key.is_empty(),
                [PathSegment::Label(_), PathSegment::Greedy(_)] => !bucket.is_empty() && !key.is_empty(),
                [PathSegment::Literal(literal)] => *literal == bucket && key.is_empty(),
                _ => false,
            };
            fits && is_named(operation)
        })?;
        let labels = operation.path.iter().zip([bucket, key]).filter_map(|(segment, text)| match segment {
            PathSegment::Label(name) | PathSegment::Greedy(name) => Some((*name, text.to_owned())),
            PathSegment::Literal(_) => None,
        });
        Some((operation, labels.collect()))
    }

    /// The operation the head fits best, of those whose path does.
    fn best(
        &self,
        head: &Head,
        fits: impl Fn(&'static OperationMeta) -> bool,
    ) -> Option<&'static OperationMeta> {
        let query = head.query.as_deref().unwrap_or_default();
        let method = self.methods.iter().find(|method| method.name == head.method)?;
        let could_fit =
            if query.is_empty() { &method.operations[method.keyed..] } else { &method.operations };
        let mut best: Option<(i32, &'static OperationMeta)> = None;
        for &operation in could_fit {
            // Most operations fall out by a key that the query has not, the others by their path: both cost less
            // than the score.
            if operation.query.iter().any(|(key, _)| query_value(query, key).is_none()) || !fits(operation) {
                continue;
            }
            let Some(score) = score(operation, head, query) else { continue };
            if best.is_none_or(|(found, _)| found < score) {
                best = Some((score, operation));
            }
        }
        best.map(|(_, operation)| operation)
    }
}

/// How well the head fits an operation, its path aside; `None` where a literal query key is missing.
///
/// More literals win; then more *required* query and header members that are there, and fewer that are missing.
/// Deprecated twins lose.
fn score(operation: &OperationMeta, head: &Head, query: &str) -> Option<i32> {
    let mut score = 0;
    for segment in operation.path {
        score += i32::from(matches!(segment, PathSegment::Literal(_)));
    }
    for (key, value) in operation.query {
        let found = query_value(query, key)?;
        if value.is_some_and(|value| value != found) {
            return None;
        }
        score += 1_000;
    }
    for field in operation.input.fields.iter().filter(|field| field.required) {
        let present = match field.location {
            Location::Query => query_value(query, field.wire).is_some(),
            Location::Header => head.headers.contains_key(field.wire),
            _ => continue,
        };
        score += if present { 100 } else { -150 };
    }
    if operation.deprecated {
        score -= 50;
    }
    // The same `GET /`, told apart by a host that is not ours.
    if operation.name == "ListDirectoryBuckets" {
        score -= 50;
    }
    Some(score)
}

/// Whether every query key is there that an operation must have.
fn has_required(operation: &OperationMeta, query: &str) -> bool {
    let mut fields = operation.input.fields.iter();
    fields.all(|field| {
        !field.required || field.location != Location::Query || query_value(query, field.wire).is_some()
    })
}

/// The raw value of a query key; `?k` equals `?k=`.
fn query_value<'q>(query: &'q str, key: &str) -> Option<&'q str> {
    query.split('&').find_map(|pair| match pair.split_once('=') {
        Some((name, value)) => (name == key).then_some(value),
        None => (pair == key).then_some(""),
    })
}

/// The raw segments of a path. One trailing slash is dropped; S3 keys never come here.
pub(crate) fn split(path: &str) -> Vec<&str> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let path = path.strip_suffix('/').unwrap_or(path);
    if path.is_empty() { Vec::new() } else { path.split('/').collect() }
}

/// The labels of `segments` under an operation's template; `None` where they do not fit.
pub fn match_path(operation: &OperationMeta, segments: &[&str]) -> Option<Vec<(&'static str, String)>> {
    let mut labels = Vec::new();
    let mut rest = segments;
    for (position, segment) in operation.path.iter().enumerate() {
        match segment {
            PathSegment::Greedy(name) => {
                // It takes all but what the rest of the template needs.
                let behind = operation.path.len() - position - 1;
                let taken = rest.len().checked_sub(behind).filter(|taken| *taken > 0)?;
                labels.push((*name, rest[..taken].join("/")));
                rest = &rest[taken..];
            }
            PathSegment::Literal(text) => {
                let (first, tail) = rest.split_first()?;
                if first != text {
                    return None;
                }
                rest = tail;
            }
            PathSegment::Label(name) => {
                let (first, tail) = rest.split_first()?;
                if first.is_empty() {
                    return None;
                }
                labels.push((*name, (*first).to_owned()));
                rest = tail;
            }
        }
    }
    rest.is_empty().then_some(labels)
}
