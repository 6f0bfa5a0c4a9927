//! One blob on its way in.

use crate::error::BlobError;
use crate::format::Crc;
use crate::reference::BlobRef;
use crate::space::Blobs;
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

/// Takes a blob's bytes in. Dropped before it is finished, it leaves nothing behind.
pub struct Writer {
    blobs: Blobs,
    crc: Crc,
    length: u64,
    held: Vec<u8>,
    spool: Option<Spool>,
}

/// A large blob's file, removed unless it is kept.
struct Spool {
    id: u64,
    path: PathBuf,
    file: File,
}

impl Drop for Spool {
    fn drop(&mut self) {
        // After `keep` the name is gone already; a leftover goes at the next start.
        let _gone = std::fs::remove_file(&self.path);
    }
}

impl Writer {
    pub(crate) fn new(blobs: Blobs) -> Self {
        Self { blobs, crc: Crc::default(), length: 0, held: Vec::new(), spool: None }
    }

    /// Takes bytes. A blob that outgrows a segment's record is spooled to a file from here on.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), BlobError> {
        self.crc.update(bytes);
        self.length += bytes.len() as u64;
        if self.spool.is_none() && self.held.len() + bytes.len() > self.blobs.small_bytes() {
            let (id, path, file) = self.blobs.files().spool()?;
            let mut spool = Spool { id, path, file };
            spool.take(&self.held)?;
            self.held = Vec::new();
            self.spool = Some(spool);
        }
        match &mut self.spool {
            Some(spool) => spool.take(bytes),
            None => {
                self.held.extend_from_slice(bytes);
                Ok(())
            }
        }
    }

    /// Bytes taken so far.
    pub fn len(&self) -> u64 {
        self.length
    }

    /// Whether nothing was taken yet.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Ends the blob. A small one is durable once [`Blobs::sync`] has returned, a large one is at once.
    pub async fn finish(self) -> Result<BlobRef, BlobError> {
        let Self { blobs, crc, length, held, spool } = self;
        let crc = crc.finish();
        let reference = match spool {
            None => blobs.segments().append(&held, crc)?,
            Some(spool) => {
                let space = blobs.clone();
                let kept = tokio::task::spawn_blocking(move || {
                    space.files().keep(spool.id, &spool.path, &spool.file)?;
                    space.note_file(length);
                    let reference = BlobRef::File { id: spool.id, length, crc };
                    Ok(Made { reference: Some(reference), blobs: space })
                });
                let made = kept.await.unwrap_or(Err(BlobError::Closed))?;
                made.take().ok_or(BlobError::Closed)?
            }
        };
        blobs.given_out(reference);
        Ok(reference)
    }
}

/// A file that was made durable. It goes again unless somebody takes it: its caller went away meanwhile.
struct Made {
    reference: Option<BlobRef>,
    blobs: Blobs,
}

impl Made {
    fn take(mut self) -> Option<BlobRef> {
        self.reference.take()
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        if let Some(reference) = self.reference.take() {
            // What cannot be deleted now is an orphan that the next reconciling finds.
            let _left = self.blobs.take_back(&reference);
        }
    }
}

impl Spool {
    fn take(&mut self, bytes: &[u8]) -> Result<(), BlobError> {
        self.file.write_all(bytes).map_err(|error| BlobError::io(&self.path, &error))
    }
}
