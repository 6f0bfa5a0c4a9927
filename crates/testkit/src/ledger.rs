//! What the tests saw: which operation answered, refused with which code, and was tried in which ways.
//!
//! Where `ANGAE_LEDGER` names a folder, every [`Client`](crate::Client) writes it there, one fact a line and each once
//! a process, in a file named after the process. `cargo xtask test` holds the facts against what the models document.

use crate::answer::Answer;
use crate::spoken;
use serde_json::Value;
use shape::OperationMeta;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::{LazyLock, Mutex, PoisonError};

/// The root that calls with a key nobody issued.
const FIRST_ACCOUNT: &str = "000000000000";
const FIRST_REGION: &str = "us-east-1";

/// One call as it was made.
pub(crate) struct Called<'c> {
    pub(crate) service: &'c str,
    pub(crate) operation: &'c str,
    pub(crate) parameters: &'c Value,
    pub(crate) region: &'c str,
    /// The access key; twelve digits are an account.
    pub(crate) key: Option<&'c str>,
}

/// The file of this process, and what is in it.
static LEDGER: LazyLock<Option<Mutex<(File, BTreeSet<String>)>>> = LazyLock::new(|| {
    #[expect(clippy::disallowed_methods, reason = "the harness is steered by its environment")]
    let folder = std::env::var_os("ANGAE_LEDGER")?;
    let file = Path::new(&folder).join(format!("{}.txt", std::process::id()));
    let file = File::options().create(true).append(true).open(&file);
    Some(Mutex::new((file.expect("the ledger's folder takes files"), BTreeSet::new())))
});

/// Notes what a call showed.
pub(crate) fn note(called: &Called<'_>, answer: &Answer) {
    let Some(ledger) = &*LEDGER else { return };
    let Some(meta) = operation(called) else { return };
    let mut ledger = ledger.lock().unwrap_or_else(PoisonError::into_inner);
    for fact in facts(called, meta, answer) {
        let line = format!("{}\t{}\t{fact}\n", called.service, called.operation);
        if ledger.1.insert(line.clone()) {
            ledger.0.write_all(line.as_bytes()).expect("the ledger takes lines");
        }
    }
}

fn operation(called: &Called<'_>) -> Option<&'static OperationMeta> {
    spoken::api(called.service)?.operations.iter().copied().find(|meta| meta.name == called.operation)
}

fn facts(called: &Called<'_>, meta: &OperationMeta, answer: &Answer) -> Vec<String> {
    let is_answered = (200..300).contains(&answer.status);
    let mut facts = Vec::new();
    if is_answered {
        facts.push("answered".to_owned());
    } else if answer.status >= 400 && !answer.body.is_empty() {
        facts.push(format!("refused {}", answer.refusal().code));
    }
    let is_given = |name: &str| {
        let mut names = called.parameters.as_object().into_iter().flat_map(|given| given.keys());
        names.any(|given| given.split('.').next() == Some(name))
    };
    if called.region != FIRST_REGION {
        facts.push("from another Region".to_owned());
    }
    if called.key.is_some_and(|key| key.len() == 12 && key != FIRST_ACCOUNT && is_number(key)) {
        facts.push("from another account".to_owned());
    }
    if !is_answered {
        return facts;
    }
    if meta.paginator.is_some_and(|pages| pages.input_tokens.iter().any(|token| is_given(token))) {
        facts.push("with the token of a page".to_owned());
    }
    for field in meta.input.fields {
        if field.idempotency_token && is_given(field.name) {
            facts.push("with a token of the client's".to_owned());
        }
        if field.name.eq_ignore_ascii_case("tags") && is_given(field.name) {
            facts.push("with tags".to_owned());
        }
    }
    facts
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{Called, facts, operation};
    use crate::answer::Answer;
    use bytes::Bytes;
    use serde_json::{Value, json};

    #[test]
    fn a_call_shows_how_it_was_made_and_what_became_of_it() {
        let page = json!({ "MaxItems": 1, "Marker": "m" });
        let named = json!({ "CreationToken": "t", "Tags": [] });
        let refusal = r#"{"__type":"BadRequest","message":"no"}"#;
        let cases: [(&str, &Value, &str, &str, (u16, &str), &[&str]); 4] = [
            (
                "DescribeFileSystems",
                &page,
                "us-east-1",
                "test",
                (200, "{}"),
                &["answered", "with the token of a page"],
            ),
            (
                "CreateFileSystem",
                &named,
                "eu-west-1",
                "000000000000",
                (201, "{}"),
                &["answered", "from another Region", "with a token of the client's", "with tags"],
            ),
            (
                "CreateFileSystem",
                &named,
                "us-east-1",
                "111122223333",
                (400, refusal),
                &["refused BadRequest", "from another account"],
            ),
            ("DescribeFileSystems", &json!({}), "us-east-1", "AKIA1", (200, "{}"), &["answered"]),
        ];
        for (name, parameters, region, key, (status, body), want) in cases {
            let called = Called { service: "efs", operation: name, parameters, region, key: Some(key) };
            let meta = operation(&called).expect("EFS has it");
            let answer =
                Answer { status, headers: Vec::new(), body: Bytes::copy_from_slice(body.as_bytes()) };
            assert_eq!(facts(&called, meta, &answer), want, "{name}");
        }
    }
}
