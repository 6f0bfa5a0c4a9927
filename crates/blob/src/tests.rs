//! The whole byte store, against a model.

use crate::{BlobError, BlobRef, Blobs, Options, Sync};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;

fn options(folder: &Path) -> Options {
    Options::new(folder).sync(Sync::None).limits(64, 512)
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().unwrap()
}

fn put(blobs: &Blobs, bytes: &[u8]) -> BlobRef {
    let mut writer = blobs.writer();
    for piece in bytes.chunks(7) {
        writer.write(piece).unwrap();
    }
    runtime().block_on(writer.finish()).unwrap()
}

/// Tells what was kept at the opening.
pub(crate) fn reconcile(blobs: &Blobs, kept: impl IntoIterator<Item = BlobRef>) {
    blobs.reconcile(kept.into_iter().map(Ok::<_, BlobError>)).unwrap();
}

fn get(blobs: &Blobs, reference: &BlobRef) -> Vec<u8> {
    blobs.read(reference, 0, usize::try_from(reference.len()).unwrap()).unwrap()
}

#[test]
fn small_and_large_blobs_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let (blobs, _) = Blobs::open(options(folder.path())).unwrap();
    for length in [0, 1, 63, 64, 65, 5000] {
        let bytes: Vec<u8> = (0..length).map(|i| u8::try_from(i % 251).unwrap()).collect();
        let reference = put(&blobs, &bytes);
        assert_eq!(reference.segment().is_some(), length <= 64, "{length}");
        assert_eq!(get(&blobs, &reference), bytes);
        if length > 10 {
            assert_eq!(blobs.read(&reference, 3, 5).unwrap(), &bytes[3..8]);
        }
    }
    assert_eq!(blobs.scan().unwrap().damaged, []);
}

#[test]
fn what_is_being_read_stays_until_it_was_read() {
    let folder = tempfile::tempdir().unwrap();
    let (blobs, _) = Blobs::open(options(folder.path())).unwrap();
    let (small, large) = (put(&blobs, &[1; 60]), put(&blobs, &[2; 5000]));
    // Others, so that the segment of the small one is not the one that is filled.
    let others: Vec<BlobRef> = (0..20).map(|_| put(&blobs, &[3; 60])).collect();
    let (first, second) = (blobs.hold(vec![small, large]), blobs.hold(vec![large]));
    for reference in others.iter().chain([&small, &large]) {
        blobs.release(reference).unwrap();
    }
    assert_eq!(get(&blobs, &small), [1; 60]);
    assert_eq!(get(&blobs, &large), [2; 5000]);
    drop(first);
    assert!(blobs.read(&small, 0, 60).is_err(), "its segment went with the last hold on it");
    assert_eq!(get(&blobs, &large), [2; 5000], "somebody else holds it");
    drop(second);
    assert!(blobs.read(&large, 0, 5000).is_err());
    assert_eq!(blobs.usage().live_bytes, 0);
}

#[test]
fn an_unfinished_writer_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (blobs, _) = Blobs::open(options(folder.path())).unwrap();
    let mut writer = blobs.writer();
    writer.write(&[1; 1000]).unwrap();
    drop(writer);
    let spool = std::fs::read_dir(folder.path().join("files/spool")).unwrap();
    assert_eq!(spool.count(), 0);
}

#[test]
fn a_torn_tail_is_cut_at_every_byte() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second);
    {
        let (blobs, _) = Blobs::open(options(folder.path())).unwrap();
        first = put(&blobs, b"first");
        second = put(&blobs, b"second");
        blobs.close();
    }
    let segment = folder.path().join("segments/00000001.log");
    let whole = std::fs::read(&segment).unwrap();
    let BlobRef::Record { offset, .. } = second else { panic!("it is small") };
    for cut in usize::try_from(offset).unwrap()..whole.len() {
        std::fs::write(&segment, &whole[..cut]).unwrap();
        let (blobs, recovery) = Blobs::open(options(folder.path())).unwrap();
        assert_eq!(recovery.cut_bytes, cut as u64 - offset);
        assert_eq!(get(&blobs, &first), b"first");
        let third = put(&blobs, b"third");
        assert_eq!(get(&blobs, &third), b"third");
        assert_eq!(blobs.scan().unwrap().damaged, []);
    }
}

#[test]
fn damage_is_told_and_never_read() {
    let folder = tempfile::tempdir().unwrap();
    let (blobs, _) = Blobs::open(options(folder.path())).unwrap();
    let reference = put(&blobs, b"payload");
    let segment = folder.path().join("segments/00000001.log");
    let mut bytes = std::fs::read(&segment).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&segment, bytes).unwrap();
    assert!(blobs.read(&reference, 0, 7).is_err());
    assert_eq!(blobs.scan().unwrap().damaged.len(), 1);
}

#[test]
fn copies_share_what_was_there_and_own_what_they_write() {
    let folder = tempfile::tempdir().unwrap();
    let (main, _) = Blobs::open(options(folder.path())).unwrap();
    let shared = put(&main, &[1; 100]);
    let copy = main.fork();
    let own = put(&copy, &[2; 100]);
    main.release(&shared).unwrap();
    copy.release(&shared).unwrap();
    assert_eq!(get(&copy, &shared), [1; 100], "the copy still reads what its origin released");
    drop(copy);
    assert!(main.read(&shared, 0, 1).is_err(), "it goes with the last copy");
    assert!(main.read(&own, 0, 1).is_err(), "what the copy wrote goes with it");
}

#[derive(Clone, Debug)]
enum Step {
    Put(Vec<u8>),
    Release(usize),
    Reopen,
    Reconcile,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => proptest::collection::vec(any::<u8>(), 0..200).prop_map(Step::Put),
        2 => any::<usize>().prop_map(Step::Release),
        1 => Just(Step::Reopen),
        1 => Just(Step::Reconcile),
    ];
    proptest::collection::vec(step, 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn what_is_kept_is_there(steps in steps()) {
        let folder = tempfile::tempdir().unwrap();
        let (mut blobs, _) = Blobs::open(options(folder.path())).unwrap();
        let mut model: BTreeMap<BlobRef, Vec<u8>> = BTreeMap::new();
        // What was kept at the opening, until it is told: writes and releases go on meanwhile.
        let mut untold: Option<Vec<BlobRef>> = None;
        for step in steps {
            match step {
                Step::Put(bytes) => {
                    let reference = put(&blobs, &bytes);
                    model.insert(reference, bytes);
                }
                Step::Release(index) => {
                    if let Some(reference) = model.keys().nth(index % model.len().max(1)).copied() {
                        model.remove(&reference);
                        blobs.release(&reference).unwrap();
                    }
                }
                Step::Reopen => {
                    blobs.close();
                    blobs = Blobs::open(options(folder.path())).unwrap().0;
                    untold = Some(model.keys().copied().collect());
                }
                Step::Reconcile => {
                    if let Some(kept) = untold.take() {
                        reconcile(&blobs, kept);
                    }
                }
            }
            for (reference, bytes) in &model {
                prop_assert_eq!(&get(&blobs, reference), bytes);
            }
        }
        prop_assert_eq!(blobs.scan().unwrap().damaged, vec![]);
        if let Some(kept) = untold {
            reconcile(&blobs, kept);
        }
        for (reference, bytes) in &model {
            prop_assert_eq!(&get(&blobs, reference), bytes);
        }
    }
}
