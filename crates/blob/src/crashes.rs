//! Crashes at every write, against a model.
//!
//! A crash is what the folder looks like at that moment: it is copied between two writes, and of what the last write
//! appended only a part is left, as it was or as zeros. Whatever was acknowledged before must be there afterwards.

use crate::tests::reconcile;
use crate::{BlobRef, Blobs, Options, Sync};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

type Model = BTreeMap<BlobRef, Vec<u8>>;

fn open(folder: &Path) -> Blobs {
    Blobs::open(Options::new(folder).sync(Sync::None).limits(64, 400)).expect("a crashed folder opens").0
}

fn put(blobs: &Blobs, bytes: &[u8]) -> BlobRef {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut writer = blobs.writer();
    writer.write(bytes).unwrap();
    runtime.block_on(writer.finish()).unwrap()
}

/// Every file below a folder with its bytes.
fn snapshot(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_path_buf();
                found.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

fn restore(files: &BTreeMap<PathBuf, Vec<u8>>) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    folder
}

/// Opens the folder as a crash left it: everything acknowledged is there, the logs hold, and writing goes on.
fn survives(files: &BTreeMap<PathBuf, Vec<u8>>, model: &Model, what: &str) {
    let folder = restore(files);
    let mut model = model.clone();
    for life in 0..2 {
        let blobs = open(folder.path());
        reconcile(&blobs, model.keys().copied());
        for (reference, bytes) in &model {
            blobs.verify(reference).unwrap_or_else(|error| panic!("{what}, life {life}: {error}"));
            assert_eq!(&blobs.read(reference, 0, bytes.len()).unwrap(), bytes, "{what}, life {life}");
        }
        assert_eq!(blobs.scan().unwrap().damaged, [], "{what}, life {life}");
        for bytes in [&b"after the crash"[..], &[life; 100]] {
            model.insert(put(&blobs, bytes), bytes.to_vec());
        }
    }
}

/// The folders a crash may leave between `before` and `after`: of every file that grew or is new, each part of what
/// was added, as it was written or as zeros.
fn torn(
    before: &BTreeMap<PathBuf, Vec<u8>>,
    after: &BTreeMap<PathBuf, Vec<u8>>,
    model: &Model,
    stride: usize,
) {
    for (name, bytes) in after {
        let old = before.get(name).map_or(0, Vec::len);
        if old == bytes.len() {
            continue;
        }
        for end in (old..bytes.len()).step_by(stride.max(1)) {
            let mut files = before.clone();
            files.insert(name.clone(), bytes[..end].to_vec());
            survives(&files, model, &format!("{} ends at {end}", name.display()));
            // A header of zeros is no header we wrote: the file's own stands before the records.
            if end >= 16 {
                let mut zeros = bytes[..end].to_vec();
                zeros.resize(bytes.len(), 0);
                files.insert(name.clone(), zeros);
                survives(&files, model, &format!("{} is zero from {end}", name.display()));
            }
        }
    }
}

#[derive(Clone, Debug)]
enum Step {
    Put(Vec<u8>),
    Release(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => proptest::collection::vec(any::<u8>(), 0..150).prop_map(Step::Put),
        1 => any::<usize>().prop_map(Step::Release),
    ];
    proptest::collection::vec(step, 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn what_was_acknowledged_survives_a_crash_at_any_write(steps in steps(), stride in 5_usize..40) {
        let folder = tempfile::tempdir().unwrap();
        let blobs = open(folder.path());
        reconcile(&blobs, []);
        let mut model = Model::new();
        for step in steps {
            let before = snapshot(folder.path());
            match step {
                Step::Put(bytes) => {
                    let reference = put(&blobs, &bytes);
                    torn(&before, &snapshot(folder.path()), &model, stride);
                    model.insert(reference, bytes);
                }
                Step::Release(index) => {
                    // The owner's row goes first: from then on nobody asks for the bytes.
                    if let Some(reference) = model.keys().nth(index % model.len().max(1)).copied() {
                        model.remove(&reference);
                        survives(&before, &model, "the row is gone, the bytes are not");
                        blobs.release(&reference).unwrap();
                    }
                }
            }
            survives(&snapshot(folder.path()), &model, "between two writes");
        }
    }
}

#[test]
fn a_spooled_file_that_nobody_kept_goes_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = open(folder.path());
    let kept = put(&blobs, &[7; 100]);
    let mut writer = blobs.writer();
    writer.write(&[8; 100]).unwrap();
    let crashed = snapshot(folder.path());
    assert!(crashed.keys().any(|name| name.starts_with("files/spool")), "it was being spooled");
    let model = Model::from([(kept, vec![7; 100])]);
    survives(&crashed, &model, "a blob was being spooled");
    let restored = restore(&crashed);
    let blobs = open(restored.path());
    reconcile(&blobs, [kept]);
    assert_eq!(snapshot(&restored.path().join("files")).len(), 1, "only the kept one is left");
}
