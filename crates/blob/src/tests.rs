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
fn room_taken_ahead_is_no_record_and_is_used_again() {
    let folder = tempfile::tempdir().unwrap();
    let segment = |number: u32| folder.path().join(format!("segments/{number:08}.log"));
    let on_disk = |number| std::fs::metadata(segment(number)).unwrap().len();
    let open = || Blobs::open(options(folder.path()).sync(Sync::Full)).unwrap();
    let mut model = Vec::new();
    {
        let (blobs, _) = open();
        model.push((put(&blobs, b"first"), &b"first"[..]));
        // As a crash would leave it: nothing is closed.
        std::mem::forget(blobs);
    }
    let reach = on_disk(1);
    let (blobs, recovery) = open();
    assert_eq!(recovery.cut_bytes, 0, "zeros are no torn record");
    model.push((put(&blobs, b"second"), b"second"));
    blobs.sync().unwrap();
    assert_eq!(on_disk(1), reach, "it lies in the room that was there");
    assert_eq!((blobs.segment_bytes().unwrap(), blobs.scan().unwrap().records), (16 + 2 * 16 + 11, 2));
    blobs.trim().unwrap();
    assert_eq!(on_disk(1), 16 + 2 * 16 + 11);
    for _ in 0..20 {
        model.push((put(&blobs, &[7; 50]), &[7; 50]));
    }
    assert_eq!(blobs.scan().unwrap(), crate::Scan { records: 22, damaged: Vec::new() });
    assert_eq!(on_disk(1), 16 + 2 * 16 + 11 + 66 * 7, "a segment that is full ends with its last record");
    for (reference, bytes) in model {
        assert_eq!(get(&blobs, &reference), bytes);
    }
}

#[test]
fn a_torn_tail_is_cut_at_every_byte() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second);
    {
        let (blobs, _) = Blobs::open(options(folder.path())).unwrap();
        first = put(&blobs, b"first");
        second = put(&blobs, b"second");
        blobs.sync().unwrap();
        drop(blobs);
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

#[test]
fn what_is_being_read_stays_until_it_was_read() {
    let folder = tempfile::tempdir().unwrap();
    let (blobs, _) = Blobs::open(options(folder.path())).unwrap();
    let large = put(&blobs, &[1; 1000]);
    let reading = blobs.reading();
    blobs.release(&large).unwrap();
    assert_eq!(get(&blobs, &large), [1; 1000], "who began before it was released reads on");
    assert_eq!(blobs.usage().files, 1);
    drop(reading);
    assert!(blobs.read(&large, 0, 1).is_err(), "nobody reads it any more");
    assert_eq!((blobs.usage().files, blobs.usage().file_bytes), (0, 0));
}

#[test]
fn a_caller_that_went_away_leaves_nothing_that_counts_as_live() {
    let folder = tempfile::tempdir().unwrap();
    let (blobs, _) = Blobs::open(options(folder.path())).unwrap();
    for length in [10, 1000] {
        let mut writer = blobs.writer();
        writer.write(&vec![1; length]).unwrap();
        let runtime = runtime();
        runtime.block_on(async {
            let mut finish = Box::pin(writer.finish());
            // Asked for, and given up before it is answered; where the answer is there at once, it is given back.
            let polled =
                std::future::poll_fn(|context| std::task::Poll::Ready(finish.as_mut().poll(context)));
            if let std::task::Poll::Ready(reference) = polled.await {
                blobs.release(&reference.unwrap()).unwrap();
            }
        });
        // Waits for the thread that keeps the file.
        drop(runtime);
    }
    // What is appended after it is answered after it.
    let kept = put(&blobs, b"kept");
    let usage = blobs.usage();
    assert_eq!((usage.live_records, usage.live_bytes, usage.files), (1, 4, 0));
    assert_eq!(blobs.files_on_disk().unwrap(), [0; 0]);
    blobs.release(&kept).unwrap();
}

#[test]
fn a_segment_that_was_emptied_while_it_was_the_newest_goes_once_it_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let (blobs, _) = Blobs::open(options(folder.path())).unwrap();
    let first = put(&blobs, &[1; 60]);
    blobs.release(&first).unwrap();
    assert_eq!(blobs.sweep().unwrap(), 0, "it is being filled");
    let wasteful = blobs.wasteful_segments().unwrap();
    assert_eq!(wasteful, [1]);
    assert_eq!(blobs.sweep().unwrap(), 1);
    let usage = blobs.usage();
    assert_eq!((usage.segments, blobs.segment_bytes().unwrap()), (1, usage.least_segment_bytes()));
}

#[test]
fn a_slow_reader_keeps_what_it_reads_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let (blobs, _) = Blobs::open(options(folder.path())).unwrap();
    let (read, other) = (put(&blobs, &[1; 1000]), put(&blobs, &[2; 1000]));
    let early = blobs.reading();
    blobs.release(&read).unwrap();
    let (slow, twin) = (early.only(vec![read]), blobs.reading().only(vec![read]));
    blobs.release(&other).unwrap();
    assert!(blobs.read(&other, 0, 1).is_err(), "nobody reads it");
    drop(slow);
    assert_eq!(get(&blobs, &read), [1; 1000], "somebody else reads it");
    drop(twin);
    assert!(blobs.read(&read, 0, 1).is_err());
    assert_eq!((blobs.usage().files, blobs.usage().file_bytes), (0, 0));
}

#[test]
fn a_copy_of_a_copy_reads_what_either_wrote() {
    let folder = tempfile::tempdir().unwrap();
    let (main, _) = Blobs::open(options(folder.path())).unwrap();
    let inherited = put(&main, &[1; 1000]);
    let child = main.fork();
    let (deleted, kept) = (put(&child, &[2; 1000]), put(&child, &[3; 1000]));
    let grandchild = child.fork();
    for (world, reference) in [(&main, &inherited), (&child, &deleted)] {
        world.release(reference).unwrap();
    }
    drop(child);
    for (reference, byte) in [(&inherited, 1), (&deleted, 2), (&kept, 3)] {
        assert_eq!(get(&grandchild, reference), [byte; 1000]);
    }
    drop(grandchild);
    for reference in [&inherited, &deleted, &kept] {
        assert!(main.read(reference, 0, 1).is_err(), "nobody refers to it any more");
    }
    assert_eq!(main.usage().files, 0);
    assert!(!main.has_copies());
}

#[test]
fn what_is_named_again_stays_and_is_counted_once() {
    let folder = tempfile::tempdir().unwrap();
    let (main, _) = Blobs::open(options(folder.path())).unwrap();
    let (held, shared, gone) = (put(&main, &[1; 1000]), put(&main, &[2; 1000]), put(&main, &[3; 1000]));
    main.release(&gone).unwrap();
    assert!(main.take_in(&gone).is_err(), "its bytes are not there");
    let reader = main.reading().only(vec![held]);
    main.release(&held).unwrap();
    let copy = main.fork();
    main.release(&shared).unwrap();
    for reference in [&held, &shared] {
        main.take_in(reference).unwrap();
    }
    drop((reader, copy));
    assert_eq!((get(&main, &held), get(&main, &shared)), (vec![1; 1000], vec![2; 1000]));
    assert_eq!((main.usage().files, main.usage().file_bytes), (2, 2000));
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
                    blobs.sync().unwrap();
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
