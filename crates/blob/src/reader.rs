//! One blob that is being read.

use crate::error::BlobError;
use crate::format::{Crc, crc32};
use crate::reference::BlobRef;
use crate::space::Blobs;
use rustix::buffer::spare_capacity;
use rustix::io::{Errno, pread};
use std::fs::File;
use std::sync::Arc;

/// An open blob: its bytes stay readable while it exists, wherever they are released or moved to meanwhile.
pub struct Reader {
    blobs: Blobs,
    reference: BlobRef,
    file: Arc<File>,
    /// Where the blob begins in its file.
    base: u64,
}

impl Reader {
    pub(crate) fn open(blobs: &Blobs, reference: &BlobRef) -> Result<Self, BlobError> {
        let (file, base) = match reference {
            BlobRef::Record { .. } => blobs.segments().open(reference)?,
            BlobRef::File { id, .. } => (blobs.files().open_blob(*id)?, 0),
        };
        Ok(Self { blobs: blobs.clone(), reference: *reference, file, base })
    }

    /// The blob that is read.
    pub fn reference(&self) -> &BlobRef {
        &self.reference
    }

    /// Reads `length` bytes from `start`. A record that is read as a whole is held against its checksum.
    pub fn read(&self, start: u64, length: usize) -> Result<Vec<u8>, BlobError> {
        let mut bytes = Vec::with_capacity(length);
        while bytes.len() < length {
            let at = self.base + start + bytes.len() as u64;
            match pread(&self.file, spare_capacity(&mut bytes), at) {
                Ok(0) => return Err(self.damaged("the bytes end early")),
                Ok(_) | Err(Errno::INTR) => {}
                Err(error) => return Err(BlobError::io(&self.blobs.path(&self.reference), &error.into())),
            }
        }
        // A vector may hold more than it was asked to.
        bytes.truncate(length);
        match self.reference {
            BlobRef::Record { length: whole, crc, .. }
                if length as u64 == u64::from(whole) && crc32(&bytes) != crc =>
            {
                Err(self.damaged("the checksum is another"))
            }
            BlobRef::Record { .. } | BlobRef::File { .. } => Ok(bytes),
        }
    }

    /// Reads all of it, `most` bytes at once, and holds it against its checksum.
    pub fn pieces<E: From<BlobError>>(
        &self,
        most: usize,
        mut take: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let (mut crc, mut done) = (Crc::default(), 0);
        while done < self.reference.len() {
            let length = usize::try_from(self.reference.len() - done).map_or(most, |left| left.min(most));
            let bytes = self.read(done, length)?;
            crc.update(&bytes);
            take(&bytes)?;
            done += length as u64;
        }
        if crc.finish() == self.reference.crc() {
            Ok(())
        } else {
            Err(self.damaged("the checksum is another").into())
        }
    }

    fn damaged(&self, cause: &'static str) -> BlobError {
        let offset = match self.reference {
            BlobRef::Record { offset, .. } => offset,
            BlobRef::File { .. } => 0,
        };
        BlobError::Damaged { path: self.blobs.path(&self.reference), offset, cause }
    }
}
