//! What the acceptance tests saw, held against what the models document: for each operation that is built an answer,
//! each documented refusal, a second page, a token of the client's, tags at creation, another account and another Region.
//!
//! An API is judged where its crate has a file `tests/unseen/<api>.txt`: there stands what cannot be seen, a line each:
//! `OPERATION FACT: reason`, where the operation may be `*`. What stands there and was seen is a breach as well.

use crate::workspace;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Letters of a reason at the least.
const SHORTEST: usize = 10;

/// An operation, and something about it.
type Fact = (String, String);

/// Holds the facts in `folder` against the models: of one API, or of all that are judged.
pub(crate) fn check(folder: &Path, only: Option<&str>) -> Result<()> {
    let mut breaches = Vec::new();
    for (api, file) in judged()? {
        if only.is_some_and(|only| only != api) {
            continue;
        }
        let root = workspace::root();
        let model = std::fs::read_to_string(root.join("crates/shapes").join(&api).join("model.json"))?;
        let model: Value = serde_json::from_str(&model).with_context(|| format!("the model of {api}"))?;
        let refused = std::fs::read_to_string(root.join(format!("coverage/{api}.txt")))?;
        let wanted = wanted(&model, &refused.lines().collect());
        let unseen = std::fs::read_to_string(&file)?;
        let found = compare(&wanted, &seen(folder, &api)?, &unseen);
        breaches.extend(found.into_iter().map(|breach| format!("{api}: {breach}")));
    }
    if !breaches.is_empty() {
        bail!(
            "{} facts of the APIs are not as the tests have them:\n  {}",
            breaches.len(),
            breaches.join("\n  ")
        );
    }
    Ok(())
}

/// The APIs that are judged, and where it stands what cannot be seen of them.
fn judged() -> Result<BTreeMap<String, PathBuf>> {
    let mut judged = BTreeMap::new();
    for folder in workspace::crates()? {
        let Ok(files) = std::fs::read_dir(folder.join("tests/unseen")) else { continue };
        for file in files {
            let file = file?.path();
            let api = file.file_stem().and_then(|stem| stem.to_str()).context("a file without a name")?;
            judged.insert(api.to_owned(), file.clone());
        }
    }
    Ok(judged)
}

/// What the tests wrote down of one API.
fn seen(folder: &Path, api: &str) -> Result<BTreeSet<Fact>> {
    let mut seen = BTreeSet::new();
    for file in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        for line in std::fs::read_to_string(file?.path())?.lines() {
            let mut parts = line.split('\t');
            if let (Some(of), Some(operation), Some(fact)) = (parts.next(), parts.next(), parts.next())
                && of == api
            {
                seen.insert((operation.to_owned(), fact.to_owned()));
            }
        }
    }
    Ok(seen)
}

/// What is to be seen of each operation that is built.
fn wanted(model: &Value, refused: &BTreeSet<&str>) -> BTreeSet<Fact> {
    let mut wanted = BTreeSet::new();
    let operations = model["operations"].as_object().into_iter().flatten();
    for (name, operation) in operations.filter(|(name, _)| !refused.contains(name.as_str())) {
        let mut want = |fact: &str| wanted.insert((name.clone(), fact.to_owned()));
        want("answered");
        want("from another account");
        want("from another Region");
        for error in operation["errors"].as_array().into_iter().flatten() {
            let shape = error["shape"].as_str().unwrap_or_default();
            let code = model["shapes"][shape]["error"]["code"].as_str().unwrap_or(shape);
            want(&format!("refused {code}"));
        }
        if model["paginators"].get(name).is_some() {
            want("with the token of a page");
        }
        let input = operation["input"]["shape"].as_str().unwrap_or_default();
        for (member, of) in model["shapes"][input]["members"].as_object().into_iter().flatten() {
            if of["idempotencyToken"].as_bool() == Some(true) {
                want("with a token of the client's");
            }
            if member.eq_ignore_ascii_case("tags") {
                want("with tags");
            }
        }
    }
    wanted
}

/// Where the facts differ from what is wanted and excused.
fn compare(wanted: &BTreeSet<Fact>, seen: &BTreeSet<Fact>, unseen: &str) -> Vec<String> {
    let mut breaches = Vec::new();
    let mut excused = BTreeSet::new();
    for line in unseen.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let parts = line.split_once(": ").and_then(|(what, reason)| Some((what.split_once(' ')?, reason)));
        let Some(((operation, fact), reason)) = parts else {
            breaches.push(format!("this is no `OPERATION FACT: reason`: {line}"));
            continue;
        };
        if reason.chars().filter(|c| c.is_alphabetic()).count() < SHORTEST {
            breaches.push(format!("no reason is given for `{operation} {fact}`"));
        }
        let of = |(name, what): &&Fact| what == fact && (operation == "*" || name == operation);
        if seen.iter().any(|one| of(&one)) {
            breaches.push(format!("`{operation} {fact}` is excused and was seen"));
        }
        let found: Vec<&Fact> = wanted.iter().filter(of).collect();
        if found.is_empty() {
            breaches.push(format!("`{operation} {fact}` is excused and nobody asks for it"));
        }
        excused.extend(found);
    }
    let missing = wanted.difference(seen).filter(|fact| !excused.contains(fact));
    breaches.extend(missing.map(|(operation, fact)| format!("{operation} was never {}", spoken(fact))));
    breaches
}

/// A fact as it stands in a sentence.
fn spoken(fact: &str) -> String {
    match fact.split_once(' ') {
        Some(("from" | "with", _)) => format!("called {fact}"),
        _ => fact.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{compare, wanted};
    use serde_json::json;
    use std::collections::BTreeSet;

    #[test]
    fn what_a_model_documents_is_seen_or_excused() {
        let model = json!({
            "operations": {
                "MakeIt": { "input": { "shape": "In" }, "errors": [{ "shape": "Gone" }, { "shape": "Busy" }] },
                "NotBuilt": { "errors": [{ "shape": "Gone" }] },
            },
            "paginators": { "MakeIt": {} },
            "shapes": {
                "In": { "members": { "tags": {}, "Token": { "idempotencyToken": true } } },
                "Gone": { "error": { "code": "IsGone" } },
                "Busy": {},
            },
        });
        let wanted = wanted(&model, &BTreeSet::from(["NotBuilt"]));
        let all = [
            "answered",
            "from another Region",
            "from another account",
            "refused Busy",
            "refused IsGone",
            "with a token of the client's",
            "with tags",
            "with the token of a page",
        ];
        let facts: Vec<&str> = wanted.iter().map(|(_, fact)| fact.as_str()).collect();
        assert_eq!(facts, all);
        let mut seen = wanted.clone();
        assert!(compare(&wanted, &seen, "# nothing\n").is_empty());
        seen.remove(&("MakeIt".to_owned(), "refused Busy".to_owned()));
        for (unseen, want) in [
            ("", vec!["MakeIt was never refused Busy"]),
            ("* refused Busy: nothing is ever busy here", vec![]),
            ("MakeIt refused Busy: nothing is ever busy here", vec![]),
            ("MakeIt refused Busy: no", vec!["no reason is given for `MakeIt refused Busy`"]),
            ("Busy", vec!["this is no `OPERATION FACT: reason`: Busy", "MakeIt was never refused Busy"]),
            (
                "* refused Busy: nothing is ever busy here\nMakeIt answered: it cannot be made",
                vec!["`MakeIt answered` is excused and was seen"],
            ),
            (
                "* refused Busy: nothing is ever busy here\n* refused Lazy: nobody knows it",
                vec!["`* refused Lazy` is excused and nobody asks for it"],
            ),
        ] {
            assert_eq!(compare(&wanted, &seen, unseen), want, "{unseen}");
        }
    }
}
