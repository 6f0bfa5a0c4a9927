//! Files of a world with one kind of row, cut and damaged wherever it can be.

use crate::{ImportError, Snapshot, Summary, import};
use blob::BlobRef;
use ports::{BodyStream, Each, Named, NamesBlobs, World};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::pin::Pin;
use std::task::{Context, Poll};
use store::{Record, StoreError, WriteCall};
use testkit::Local;

/// A row that names one blob.
#[derive(Clone, Serialize, Deserialize)]
struct Row {
    key: String,
    blob: BlobRef,
    shared: bool,
}

impl Record for Row {
    const TABLE: &'static str = "t_row";
    type Key = String;

    fn key(&self) -> String {
        self.key.clone()
    }
}

impl NamesBlobs for Row {
    fn blobs(&mut self, each: &mut Each<'_>) -> Result<(), String> {
        each(&mut self.blob, if self.shared { Named::Shared } else { Named::Alone })
    }
}

/// How many rows share a blob.
#[derive(Clone, Serialize, Deserialize)]
struct Count {
    blob: BlobRef,
    rows: u64,
}

impl Record for Count {
    const TABLE: &'static str = "t_share";
    type Key = String;

    fn key(&self) -> String {
        self.blob.to_string()
    }
}

impl NamesBlobs for Count {
    const IN_KEY: bool = true;

    fn blobs(&mut self, each: &mut Each<'_>) -> Result<(), String> {
        each(&mut self.blob, Named::Counted)
    }
}

/// What is about to be thrown away.
#[derive(Clone, Serialize, Deserialize)]
struct Passing {
    blob: BlobRef,
}

impl Record for Passing {
    const TABLE: &'static str = "t_passing";
    type Key = String;

    fn key(&self) -> String {
        self.blob.to_string()
    }
}

impl NamesBlobs for Passing {
    const IN_KEY: bool = true;
    const PASSING: bool = true;

    fn blobs(&mut self, each: &mut Each<'_>) -> Result<(), String> {
        each(&mut self.blob, Named::Alone)
    }
}

fn empty() -> Local {
    let install = |registry: &mut ports::Registry| {
        registry.tables.paged::<Row>().paged::<Count>().record::<Passing>();
        registry.naming.add::<Row>();
        registry.naming.add::<Count>();
        registry.naming.add::<Passing>();
    };
    Local::with_blobs(install, |options| options.limits(1000, 4000))
}

fn write(local: &Local, bytes: &[u8]) -> BlobRef {
    let mut writer = local.world().blobs.writer();
    writer.write(bytes).unwrap();
    local.wait(writer.finish()).unwrap()
}

/// Bytes that are told apart by their length.
fn content(length: usize) -> Vec<u8> {
    (0..length).map(|at| u8::try_from((at * 31 + length) % 251).unwrap()).collect()
}

const LENGTHS: [(&str, usize); 4] = [("a", 100), ("b", 5000), ("c", 999), ("d", 700)];

/// Two rows with a blob each, two that share one; in whatever order the bytes are written.
fn full(reversed: bool) -> Local {
    let local = empty();
    let mut lengths = LENGTHS.to_vec();
    if reversed {
        lengths.reverse();
        write(&local, b"in the way");
    }
    let blobs: BTreeMap<&str, BlobRef> =
        lengths.iter().map(|(key, length)| (*key, write(&local, &content(*length)))).collect();
    let passing = write(&local, b"passing");
    let call = WriteCall { now: local.world().clock.now(), pace: local.world().pace };
    let (outcome, ticket) = local.world().store.write(&call, |tx| {
        for (key, blob) in [("a", "a"), ("b", "b"), ("c", "c"), ("c2", "c"), ("d", "d"), ("d2", "d")] {
            tx.put(Row { key: key.to_owned(), blob: blobs[blob], shared: blob > "b" });
        }
        for blob in ["c", "d"] {
            tx.put(Count { blob: blobs[blob], rows: 2 });
        }
        tx.put(Passing { blob: passing });
        Ok::<_, StoreError>(())
    });
    outcome.unwrap();
    ticket.wait_blocking().unwrap();
    local
}

fn export(local: &Local) -> (Vec<u8>, Summary) {
    let mut file = Vec::new();
    let snapshot = Snapshot::take(&local.shared_world()).unwrap();
    let summary = snapshot.write(&local.registry().naming, &mut file).unwrap();
    (file, summary)
}

/// A file in pieces of odd sizes.
struct Pieces(Vec<u8>, usize);

impl futures_core::Stream for Pieces {
    type Item = Result<bytes::Bytes, std::io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.1 = self.1 * 7 % 641 + 1;
        let length = self.1.min(self.0.len());
        let piece: Vec<u8> = self.0.drain(..length).collect();
        Poll::Ready((!piece.is_empty()).then(|| Ok(piece.into())))
    }
}

fn take_in(local: &Local, file: &[u8]) -> Result<Summary, ImportError> {
    let mut stream: BodyStream<std::io::Error> = Box::pin(Pieces(file.to_vec(), file.len()));
    local.wait(import(&local.shared_world(), &local.registry().naming, &mut stream))
}

/// What the rows of a world name, by key, read back.
fn read(world: &World) -> BTreeMap<String, Vec<u8>> {
    let rows = world.store.view().paged::<Row>().range("", None, 100).unwrap();
    let bytes = |blob: &BlobRef| world.blobs.read(blob, 0, usize::try_from(blob.len()).unwrap()).unwrap();
    rows.iter().map(|(key, row)| (key.to_string(), bytes(&row.blob))).collect()
}

fn wanted() -> BTreeMap<String, Vec<u8>> {
    let twins = [("c2", 999), ("d2", 700)];
    LENGTHS.iter().chain(&twins).map(|(key, length)| ((*key).to_owned(), content(*length))).collect()
}

#[test]
fn equal_worlds_give_equal_files_wherever_their_bytes_lie() {
    let (file, summary) = export(&full(false));
    assert_eq!(export(&full(true)).0, file);
    assert_eq!((summary.rows, summary.blobs), (8, 4), "what is shared is there once");
    let end = file.strip_suffix(b"\n").and_then(|file| file.rsplit(|byte| *byte == b'\n').next()).unwrap();
    assert_eq!(Summary::of_end(end), Some(summary));
}

#[test]
fn a_world_goes_out_and_comes_in_elsewhere() {
    let (file, summary) = export(&full(false));
    // Into one that is empty, and in the place of another, whose bytes go.
    for local in [empty(), full(true)] {
        // What no row names is nobody's to give back.
        let stray = local.world().blobs.usage().live_bytes > 0;
        assert_eq!(take_in(&local, &file).unwrap(), summary);
        assert_eq!(read(local.world()), wanted());
        assert_eq!(export(&local).0, file);
        let usage = local.world().blobs.usage();
        let bytes = usage.live_bytes + usage.file_bytes;
        assert_eq!(bytes, 100 + 5000 + 999 + 700 + if stray { 10 } else { 0 });
    }
}

#[test]
fn a_file_that_is_cut_anywhere_is_refused_and_changes_nothing() {
    let (file, _) = export(&full(false));
    let local = full(true);
    let (before, usage) = (export(&local).0, local.world().blobs.usage());
    for length in (0..file.len()).step_by(37).chain(file.len() - 90..file.len() - 1) {
        let refused = take_in(&local, &file[..length]).unwrap_err().to_string();
        assert!(refused.ends_with("nothing was changed"), "{length}: {refused}");
    }
    assert_eq!((export(&local).0, local.world().blobs.usage().live_bytes), (before, usage.live_bytes));
    assert_eq!(local.world().blobs.usage().files, usage.files);
    take_in(&local, &file[..file.len() - 1]).unwrap();
}

#[test]
fn a_file_that_is_damaged_anywhere_is_refused_and_changes_nothing() {
    let (file, _) = export(&full(false));
    let local = full(true);
    let (before, usage) = (export(&local).0, local.world().blobs.usage());
    for at in (0..file.len() - 1).step_by(13) {
        let mut damaged = file.clone();
        damaged[at] ^= 1;
        let refused = take_in(&local, &damaged);
        assert!(matches!(refused, Err(ImportError::Format(_))), "{at}: {refused:?}");
    }
    assert_eq!((export(&local).0, local.world().blobs.usage().live_bytes), (before, usage.live_bytes));
    assert_eq!(local.world().blobs.usage().files, usage.files);
}

#[test]
fn each_refusal_says_what_is_wrong() {
    let (file, _) = export(&full(false));
    let text = String::from_utf8_lossy(&file).into_owned();
    let header = text.lines().next().unwrap().to_owned();
    let local = empty();
    let check = |file: &[u8], says: &str| {
        let refused = take_in(&local, file).unwrap_err().to_string();
        assert!(refused.contains(says), "{says}: {refused}");
        assert_eq!(local.world().blobs.usage().live_bytes, 0, "{says}");
    };
    let end = |rows: u64, blobs: u64, lines: &str| {
        use sha2::Digest;
        let sha256 = hex::encode(sha2::Sha256::digest(lines));
        format!("{{\"end\":{{\"rows\":{rows},\"blobs\":{blobs},\"sha256\":\"{sha256}\"}}}}\n")
    };
    check(b"", "it is empty");
    check(b"PK\x03\x04 an archive of another kind\n", "does not begin as an exported state does");
    check(b"{\"angae\":3,\"tables\":{}}\n", "its format is 3, this angae reads 2 and 1");
    check(&[&file[..], b"x"].concat(), "something follows its last line");
    let newer = header.replace("\"t_row\":1", "\"t_row\":7");
    check(
        format!("{newer}\n{{\"table\":\"t_row\",\"key\":\"k\",\"doc\":{{}}}}\n").as_bytes(),
        "t_row is of version 7",
    );
    let unknown = format!("{header}\n{{\"table\":\"u\",\"key\":\"k\",\"doc\":{{}}}}\n");
    check(unknown.as_bytes(), "line 2: the table u is not known");
    let row = |key: &str, blob: &str, shared: bool| {
        format!(
            "{{\"table\":\"t_row\",\"key\":\"{key}\",\"doc\":{{\"key\":\"{key}\",\"blob\":\"{blob}\",\"shared\":{shared}}}}}\n"
        )
    };
    // The CRC-32 of "x".
    let line = |blob: &str| format!("{{\"blob\":\"{blob}\"}}\n");
    let blob = line("f1.1.8cdc1683");
    for (lines, says) in [
        (vec![blob.clone(), row("k", "f1.1.8cdc1683", true)], "no row counts who names the blob f1"),
        (vec![blob.clone(), row("k", "f2.1.8cdc1683", false)], "which does not stand before it"),
        (
            vec![blob.clone(), row("k", "f1.1.8cdc1683", false), row("l", "f1.1.8cdc1683", false)],
            "row \"l\" of table t_row: it names",
        ),
        (
            vec![blob.clone(), row("l", "f1.1.8cdc1683", false), row("k", "f1.1.8cdc1683", false)],
            "does not come after",
        ),
        (vec![blob.clone()], "no row names the blob before it"),
        (vec![line("f2.1.8cdc1683")], "is not number 1"),
        (vec![line("s1.10.1.8cdc1683")], "is not number 1"),
        (vec![line("f1.1.8cdc1684"), row("k", "f1.1.8cdc1684", false)], "their checksum is another"),
    ] {
        let (mut digested, mut file) = (header.clone() + "\n", header.clone() + "\n");
        let (mut rows, mut blobs) = (0, 0);
        for line in &lines {
            digested += line;
            file += line;
            if line.starts_with("{\"blob\"") {
                file += "x\n";
                blobs += 1;
            } else {
                rows += 1;
            }
        }
        check((file + &end(rows, blobs, &digested)).as_bytes(), says);
    }
}

#[test]
fn what_is_deleted_while_it_is_written_down_is_in_the_file() {
    let local = full(false);
    let file = export(&local).0;
    let snapshot = Snapshot::take(&local.shared_world()).unwrap();
    let (before, ticket) = local
        .world()
        .store
        .reset(&WriteCall { now: local.world().clock.now(), pace: local.world().pace }, None)
        .unwrap();
    ticket.wait_blocking().unwrap();
    for row in before.range::<Passing>("") {
        local.world().blobs.release(&row.blob).unwrap();
    }
    for (_, row) in before.paged::<Row>().range("", None, 100).unwrap() {
        if !row.key.ends_with('2') {
            local.world().blobs.release(&row.blob).unwrap();
        }
    }
    let mut late = Vec::new();
    snapshot.write(&local.registry().naming, &mut late).unwrap();
    assert_eq!(late, file);
    drop(snapshot);
    let usage = local.world().blobs.usage();
    assert_eq!((usage.live_bytes, usage.file_bytes), (0, 0), "and goes afterwards");
}
