//! Where AWS says that a statement begins and ends.
//!
//! Its reader counts from behind the token before the statement is entered: behind the `[` for the first of a list,
//! behind the `}` of the one before for the others, and behind its own `{` where there is no list. The end is behind
//! its `}`. Lines and columns count from 1. Sources: the examples of the API reference and of the AWS CLI, and recorded
//! answers with several statements on one line.

use policy::document::Document;
use policy::span::{Position, Span};

/// Start and end of a statement by its index.
pub(super) fn of(document: &Document, index: usize) -> Option<(Position, Position)> {
    let span = document.statements.get(index)?.span;
    let at = |offset: u32| document.position(Span { start: offset, end: offset });
    let start = match index.checked_sub(1) {
        Some(before) => document.statements.get(before)?.span.end,
        None => first(document.source(), span.start),
    };
    Some((at(start), at(span.end)))
}

/// Behind the `[` in front of the first statement, or behind its own brace.
fn first(source: &str, brace: u32) -> u32 {
    let before = usize::try_from(brace).ok().and_then(|brace| source.get(..brace)).unwrap_or_default();
    let trimmed = before.trim_end();
    match trimmed.strip_suffix('[') {
        Some(_) => u32::try_from(trimmed.len()).unwrap_or(brace),
        None => brace + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::of;
    use policy::document::Document;

    #[track_caller]
    fn check(text: &str, index: usize, want: ((u32, u32), (u32, u32))) {
        let (start, end) = of(&Document::parse(text).unwrap(), index).unwrap();
        assert_eq!(((start.line, start.column), (end.line, end.column)), want, "{text}");
    }

    /// Sources: `simulate-custom-policy` of the AWS CLI's examples; SimulatePrincipalPolicy of the API reference; an
    /// answer about AdministratorAccess; an answer about four statements that Python wrote on one line.
    #[test]
    fn statements_stand_where_recorded_answers_say() {
        let alone = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}"#;
        check(alone, 0, ((1, 38), (1, 167)));
        let lines = "{\n  \"Version\":\"2012-10-17\",\n  \"Statement\":{\n    \"Effect\":\"Allow\",\n    \
                     \"Action\":\"s3:PutObject\",\n    \"Resource\":\"arn:aws:s3:::my-test-bucket\"\n  }\n}";
        check(lines, 0, ((3, 16), (7, 4)));
        let listed = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n      \"Effect\": \"Allow\",\n      \
                      \"Action\": \"*\",\n      \"Resource\": \"*\"\n    }\n  ]\n}";
        check(listed, 0, ((3, 17), (8, 6)));
        let first = r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}"#;
        let two = format!(r#"{{"Version": "2012-10-17", "Statement": [{first}, {first}]}}"#);
        let behind = 41 + u32::try_from(first.len()).unwrap();
        check(&two, 0, ((1, 41), (1, behind)));
        check(&two, 1, ((1, behind), (1, behind + 2 + u32::try_from(first.len()).unwrap())));
    }
}
