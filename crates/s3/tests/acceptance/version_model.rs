//! Versions against a plain map: random scripts, judged by what is listed and read.

use crate::{delete, get, put, versioning};
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::test_runner::{Config, RngSeed, TestRunner};
use std::collections::{BTreeMap, BTreeSet};
use testkit::{Client, Server};

/// One line of a script.
#[derive(Clone, Copy, Debug)]
enum Line {
    /// Into one of the keys.
    Put(usize),
    Delete(usize),
    /// One of the versions there are, or were.
    DeleteVersion(usize),
    Enable,
    Suspend,
}

const KEYS: [&str; 3] = ["a", "a/b", "b"];

fn lines() -> impl Strategy<Value = Vec<Line>> {
    let line = prop_oneof![
        4 => any::<usize>().prop_map(|n| Line::Put(n % KEYS.len())),
        2 => any::<usize>().prop_map(|n| Line::Delete(n % KEYS.len())),
        3 => any::<usize>().prop_map(Line::DeleteVersion),
        1 => Just(Line::Enable),
        1 => Just(Line::Suspend),
    ];
    proptest::collection::vec(line, 1..25)
}

/// What a bucket should hold.
#[derive(Default)]
struct Model {
    /// Never switched on, on, or suspended.
    versioning: Option<bool>,
    /// Of each key its versions, the newest first: ids, and contents; nothing is a delete marker.
    keys: BTreeMap<&'static str, Vec<(String, Option<String>)>>,
    /// Every version that ever was.
    known: Vec<(&'static str, String)>,
}

impl Model {
    /// A version or a marker comes, under the id it was answered with.
    fn add(&mut self, key: &'static str, id: Option<&str>, content: Option<String>) {
        let id = id.unwrap_or("null").to_owned();
        let versions = self.keys.entry(key).or_default();
        if self.versioning == Some(true) {
            assert!(id != "null" && !self.known.contains(&(key, id.clone())), "the id {id} was given before");
        } else {
            assert_eq!(id, "null", "without versioning there is one version, and it has no id");
            versions.retain(|(own, _)| own != "null");
        }
        // Without versions a deletion leaves nothing.
        if content.is_some() || self.versioning.is_some() {
            versions.insert(0, (id.clone(), content));
            self.known.push((key, id));
        }
    }

    fn remove(&mut self, key: &str, id: &str) {
        if let Some(versions) = self.keys.get_mut(key) {
            versions.retain(|(own, _)| own != id);
        }
    }

    /// As they are listed: key, id, whether it is a marker, whether it is the newest.
    fn listed(&self) -> Vec<(String, String, bool, bool)> {
        let mut listed = Vec::new();
        for (key, versions) in &self.keys {
            for (index, (id, content)) in versions.iter().enumerate() {
                listed.push(((*key).to_owned(), id.clone(), content.is_none(), index == 0));
            }
        }
        listed
    }
}

fn play(s3: &Client, script: &[Line]) {
    let mut model = Model::default();
    for (number, line) in script.iter().enumerate() {
        match *line {
            Line::Put(key) => {
                let (key, content) = (KEYS[key], format!("content {number}"));
                let answer = put(s3, &format!("/photos/{key}"), content.as_bytes()).ok();
                model.add(key, answer.header("x-amz-version-id"), Some(content));
            }
            Line::Delete(key) => {
                let answer = delete(s3, &format!("/photos/{}", KEYS[key])).ok();
                model.add(KEYS[key], answer.header("x-amz-version-id"), None);
            }
            Line::DeleteVersion(index) => {
                let count = model.known.len().max(1);
                let Some((key, id)) = model.known.get(index % count).cloned() else { continue };
                delete(s3, &format!("/photos/{key}?versionId={id}")).ok();
                model.remove(key, &id);
            }
            Line::Enable => {
                versioning(s3, "Enabled");
                model.versioning = Some(true);
            }
            Line::Suspend => {
                versioning(s3, "Suspended");
                model.versioning = Some(false);
            }
        }
        judge(s3, &model);
    }
}

fn judge(s3: &Client, model: &Model) {
    let wanted = model.listed();
    for most in [1, 2, 1000] {
        assert_eq!(listed(s3, most), wanted, "pages of {most}");
    }
    for key in KEYS {
        let newest = model.keys.get(key).and_then(|versions| versions.first());
        reads(s3, &format!("/photos/{key}"), newest.and_then(|(_, content)| content.as_ref()), 404);
    }
    let there: BTreeSet<(&str, &str)> =
        model.keys.iter().flat_map(|(key, all)| all.iter().map(|(id, _)| (*key, id.as_str()))).collect();
    for (key, id) in &model.known {
        let target = format!("/photos/{key}?versionId={id}");
        let content =
            model.keys[key].iter().find(|(own, _)| own == id).and_then(|(_, content)| content.as_ref());
        reads(s3, &target, content, if there.contains(&(*key, id.as_str())) { 405 } else { 404 });
    }
}

#[track_caller]
fn reads(s3: &Client, target: &str, wanted: Option<&String>, otherwise: u16) {
    let answer = get(s3, target);
    match wanted {
        Some(content) => assert_eq!((answer.status, &answer.body_text()), (200, content), "{target}"),
        None => assert_eq!(answer.status, otherwise, "{target}"),
    }
}

/// ListObjectVersions page by page, in the order of the pages; within one, versions and markers are put together by
/// key, and by the model's word that the newest comes first.
fn listed(s3: &Client, most: usize) -> Vec<(String, String, bool, bool)> {
    let mut found = Vec::new();
    let mut next = String::new();
    loop {
        let page = get(s3, &format!("/photos?versions&max-keys={most}{next}")).ok();
        found.extend(in_order(&page.body_text()));
        if page.text("IsTruncated") == "false" {
            return found;
        }
        let (key, id) = (page.text("NextKeyMarker"), page.text("NextVersionIdMarker"));
        next = format!("&key-marker={key}&version-id-marker={id}");
    }
}

/// The entries of a page in the order of the document.
pub(crate) fn in_order(document: &str) -> Vec<(String, String, bool, bool)> {
    let text = |entry: &str, name: &str| {
        let (_, rest) = entry.split_once(&format!("<{name}>")).expect("every entry has it");
        rest.split_once('<').expect("it is closed").0.to_owned()
    };
    let mut found = Vec::new();
    let mut rest = document;
    loop {
        let version = rest.find("<Version>").map(|at| (at, "</Version>", false));
        let marker = rest.find("<DeleteMarker>").map(|at| (at, "</DeleteMarker>", true));
        let Some((at, end, is_marker)) = version.into_iter().chain(marker).min() else { return found };
        let (entry, after) = rest[at..].split_once(end).expect("the entry is closed");
        let is_latest = text(entry, "IsLatest") == "true";
        found.push((text(entry, "Key"), text(entry, "VersionId"), is_marker, is_latest));
        rest = after;
    }
}

/// A script that fails is printed, shortened to what it takes.
#[test]
fn versions_are_what_a_plain_map_says() {
    let server = Server::start();
    let config = Config {
        cases: 20,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(26_005),
        ..Config::default()
    };
    TestRunner::new(config)
        .run(&lines(), |script| {
            let s3 = server.client("s3");
            put(&s3, "/photos", b"").ok();
            let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| play(&s3, &script)));
            empty(&s3);
            match outcome {
                Ok(()) => Ok(()),
                Err(_) => Err(proptest::test_runner::TestCaseError::fail("see above")),
            }
        })
        .unwrap();
}

/// Deletes all versions, and the bucket.
fn empty(s3: &Client) {
    for (key, id, _, _) in listed(s3, 1000) {
        delete(s3, &format!("/photos/{key}?versionId={id}")).ok();
    }
    delete(s3, "/photos").ok();
}

#[test]
fn a_new_version_never_has_the_id_of_a_deleted_one() {
    let (_server, s3) = crate::start();
    versioning(&s3, "Enabled");
    let id = |body| put(&s3, "/photos/k", body).ok().header("x-amz-version-id").unwrap().to_owned();
    let first = id(b"first");
    delete(&s3, &format!("/photos/k?versionId={first}")).ok();
    let second = id(b"second");
    assert_ne!(first, second);
    assert_eq!(get(&s3, &format!("/photos/k?versionId={first}")).refusal().code, "NoSuchVersion");
}

#[test]
fn a_page_that_ends_at_the_null_version_hides_none_of_the_others() {
    let (_server, s3) = crate::start();
    versioning(&s3, "Enabled");
    let id = |body| put(&s3, "/photos/k", body).ok().header("x-amz-version-id").unwrap().to_owned();
    let (first, second) = (id(b"first"), id(b"second"));
    versioning(&s3, "Suspended");
    put(&s3, "/photos/k", b"null").ok();
    let page = get(&s3, "/photos?versions&max-keys=1").ok();
    assert_eq!(
        (page.text("Version.VersionId"), page.text("NextVersionIdMarker")),
        ("null".into(), "null".into())
    );
    let rest = |what: &str| {
        let rest = get(&s3, "/photos?versions&key-marker=k&version-id-marker=null").ok();
        assert_eq!(rest.texts("Version.VersionId"), [second.as_str(), first.as_str()], "{what}");
    };
    rest("it is there");
    // Whoever deletes what was listed, page by page, asks for the rest by a version that is gone.
    delete(&s3, "/photos/k?versionId=null").ok();
    rest("it is gone");
}

#[test]
fn versions_and_markers_are_listed_from_the_middle_of_a_key() {
    let (_server, s3) = crate::start();
    versioning(&s3, "Enabled");
    let version = |answer: testkit::Answer| answer.ok().header("x-amz-version-id").unwrap().to_owned();
    let mut wanted: Vec<(String, String, bool, bool)> = Vec::new();
    for key in ["a", "dir/b", "dir/c", "e"] {
        let target = format!("/photos/{key}");
        let oldest = version(put(&s3, &target, b"1"));
        let marker = version(delete(&s3, &target));
        let newest = version(put(&s3, &target, b"2"));
        for (id, is_marker, is_latest) in
            [(newest, false, true), (marker, true, false), (oldest, false, false)]
        {
            wanted.push((key.to_owned(), id, is_marker, is_latest));
        }
    }
    let ask = |query: &str| in_order(&get(&s3, &format!("/photos?versions{query}")).ok().body_text());
    assert_eq!(ask(""), wanted);
    for (index, (key, id, _, _)) in wanted.iter().enumerate() {
        let from = format!("&key-marker={key}&version-id-marker={id}");
        assert_eq!(ask(&from), wanted[index + 1..], "after entry {index}");
        assert_eq!(ask(&format!("{from}&prefix=dir%2F")), {
            let rest = wanted[index + 1..].iter();
            rest.filter(|(key, ..)| key.starts_with("dir/")).cloned().collect::<Vec<_>>()
        });
    }
    assert_eq!(ask("&key-marker=a"), wanted[3..], "a key alone passes over all of its versions");
    let page = get(&s3, "/photos?versions&delimiter=%2F&max-keys=4").ok();
    assert_eq!(
        (page.texts("CommonPrefixes.Prefix"), page.text("NextKeyMarker")),
        (vec!["dir/".into()], "dir/".into())
    );
    assert_eq!(in_order(&page.body_text()), wanted[..3]);
    let rest = ask("&delimiter=%2F&key-marker=dir%2F");
    assert_eq!(rest, wanted[9..], "after the prefix");
    let rest =
        get(&s3, &format!("/photos?versions&delimiter=%2F&key-marker=a&version-id-marker={}", wanted[0].1));
    assert_eq!(in_order(&rest.body_text())[..2], wanted[1..3]);
    assert_eq!(rest.texts("CommonPrefixes.Prefix"), ["dir/"]);
}

#[test]
fn a_key_is_not_taken_for_one_that_goes_on_with_a_control_character() {
    let (_server, s3) = crate::start();
    versioning(&s3, "Enabled");
    for longer in ["a%00", "a%01", "a%00%01"] {
        put(&s3, &format!("/photos/{longer}"), b"of the longer key").ok();
    }
    crate::no_such_key(&get(&s3, "/photos/a"), "a");
    let marker = delete(&s3, "/photos/a").ok();
    assert_eq!(marker.header("x-amz-delete-marker"), Some("true"));
    for longer in ["a%00", "a%01", "a%00%01"] {
        assert_eq!(get(&s3, &format!("/photos/{longer}")).ok().body_text(), "of the longer key");
    }
    let missing = get(&s3, "/photos/a?versionId=null");
    assert_eq!((missing.status, missing.refusal().code.as_str()), (404, "NoSuchVersion"));
}
