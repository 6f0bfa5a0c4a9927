//! The suites' files: small API models with their cases, and the list of cases that no server can run.

use crate::dynamic::leak_api;
use serde_json::{Map, Value as Json, json};
use shape::ApiMeta;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The protocols' files, in each direction's folder.
const FILES: [&str; 6] = ["ec2", "query", "rest-xml", "rest-json", "json", "json_1_0"];

/// Reasons of the skip list that are none any more: what they name is in scope now.
const BUILT: [&str; 1] = ["document_type"];

/// Which way the cases go.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// Requests.
    Input,
    /// Responses.
    Output,
}

impl Direction {
    fn folder(self) -> &'static str {
        match self {
            Self::Input => "protocols/input",
            Self::Output => "protocols/output",
        }
    }
}

/// One case, with the API it belongs to.
pub(crate) struct Case {
    /// The file it stands in.
    pub(crate) file: String,
    /// Its name, unique in the file.
    pub(crate) id: String,
    /// The operation's name.
    pub(crate) operation: String,
    /// The suite's API.
    pub(crate) api: &'static ApiMeta,
    /// The case as it stands.
    pub(crate) json: Json,
}

/// All cases of a direction that run, and how many each reason removed.
pub(crate) struct Suites {
    /// Those that run.
    pub(crate) cases: Vec<Case>,
    skipped: BTreeMap<String, usize>,
}

impl Suites {
    /// How many cases each reason removed, as text.
    pub(crate) fn removed(&self) -> String {
        let total: usize = self.skipped.values().sum();
        let reasons: Vec<String> =
            self.skipped.iter().map(|(reason, count)| format!("{reason} {count}")).collect();
        format!("{total} removed: {}", reasons.join(", "))
    }
}

/// Reads a direction's files. An entry of the skip list that names no case is an error.
pub(crate) fn load(folder: &Path, direction: Direction) -> Suites {
    let mut listed = skip_list(folder, direction);
    let mut suites = Suites { cases: Vec::new(), skipped: BTreeMap::new() };
    for name in FILES {
        let file = format!("{}/{name}.json", direction.folder());
        let mut seen = BTreeSet::new();
        for suite in read(&folder.join(&file)).as_array().expect("a file is a list of suites") {
            let api = api(suite);
            for case in suite["cases"].as_array().expect("a suite has cases") {
                let id = text(&case["id"]);
                assert!(seen.insert(id.clone()), "{file} has two cases {id}");
                match listed.remove(&(file.clone(), id.clone())) {
                    Some(reason) => *suites.skipped.entry(reason).or_default() += 1,
                    None => suites.cases.push(Case {
                        file: file.clone(),
                        id,
                        operation: text(&case["given"]["name"]),
                        api,
                        json: case.clone(),
                    }),
                }
            }
        }
    }
    assert_eq!(listed, BTreeMap::new(), "the skip list names cases that do not exist");
    suites
}

/// Reason by file and case.
fn skip_list(folder: &Path, direction: Direction) -> BTreeMap<(String, String), String> {
    let list = read(&folder.join("skip.json"));
    let mut listed = BTreeMap::new();
    for entry in list["skip"].as_array().expect("a list of cases") {
        let (file, id, reason) = (text(&entry["file"]), text(&entry["id"]), text(&entry["reason"]));
        assert!(list["reasons"].get(&reason).is_some(), "{id}: the reason {reason} is not explained");
        let known = [Direction::Input, Direction::Output].iter().find(|way| file.starts_with(way.folder()));
        let way = known.unwrap_or_else(|| panic!("{id}: {file} is no file of the suites"));
        if *way == direction && !BUILT.contains(&reason.as_str()) {
            assert_eq!(listed.insert((file, id.clone()), reason), None, "{id} is listed twice");
        }
    }
    listed
}

/// The suite's API: its shapes, and the operations of its cases.
fn api(suite: &Json) -> &'static ApiMeta {
    let mut operations = Map::new();
    for case in suite["cases"].as_array().into_iter().flatten() {
        let given = &case["given"];
        let older = operations.insert(text(&given["name"]), given.clone());
        assert!(older.is_none_or(|older| older == *given), "two operations are called {}", given["name"]);
    }
    let mut metadata = suite["metadata"].clone();
    metadata["endpointPrefix"] = "conformance".into();
    let model = json!({"metadata": metadata, "shapes": suite["shapes"], "operations": operations});
    leak_api(&codegen::model::lower("conformance", &model).expect("the suites are models"))
}

fn read(path: &Path) -> Json {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn text(value: &Json) -> String {
    value.as_str().expect("a text").to_owned()
}
