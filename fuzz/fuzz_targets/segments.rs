//! Segments of the byte store: any file is opened, cut or refused, and what is appended then comes back.
//!
//! The first byte says where the log is cut in two files; the rest is what lies on the disk. A true header is put
//! before it, or every input would end there, unless the byte's lowest bit is set.
#![no_main]

use blob::{Blobs, Options, Sync};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use tokio::runtime::Runtime;

const HEADER: [u8; 16] = *b"ANGAEBLB\x01\0\0\0\0\0\0\0";
static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| tokio::runtime::Builder::new_current_thread().build().expect("a runtime needs nothing"));

fuzz_target!(|bytes: &[u8]| {
    let Some((mode, bytes)) = bytes.split_first() else { return };
    let folder = tempfile::tempdir().expect("the temporary folder can be written");
    let segments = folder.path().join("segments");
    std::fs::create_dir_all(&segments).expect("the folder is ours");
    let cut = usize::from(mode >> 1) % (bytes.len() + 1);
    let (older, newest) = if mode & 2 == 0 { (&[][..], bytes) } else { bytes.split_at(cut) };
    for (number, part) in [(1, older), (2, newest)] {
        let mut file = if mode & 1 == 0 { HEADER.to_vec() } else { Vec::new() };
        file.extend_from_slice(part);
        std::fs::write(segments.join(format!("{number:08}.log")), file).expect("the folder is ours");
    }
    let options = || Options::new(folder.path()).sync(Sync::None).limits(64, 512);
    let Ok((blobs, _)) = Blobs::open(options()) else { return };
    let found = blobs.scan().expect("the files can be read");
    let mut writer = blobs.writer();
    writer.write(b"after").expect("the folder is ours");
    let reference = RUNTIME.block_on(writer.finish()).expect("a segment that opens takes more");
    assert_eq!(blobs.read(&reference, 0, 5).expect("it was just written"), b"after");
    blobs.sync().expect("the folder is ours");
    drop(blobs);
    let (blobs, recovery) = Blobs::open(options()).expect("what opened once opens again");
    assert_eq!(recovery.cut_bytes, 0, "a clean end was cut");
    let again = blobs.scan().expect("the files can be read");
    assert_eq!(again.records, found.records + 1);
    assert_eq!(blobs.read(&reference, 0, 5).expect("it is kept"), b"after");
});
