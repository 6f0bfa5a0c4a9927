//! Blobs that are files of their own: `files/3f/000000000000003f`.

use crate::error::BlobError;
use crate::segments::sync_folder;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The folder of large blobs.
pub(crate) struct Files {
    folder: PathBuf,
    sync: bool,
    next: AtomicU64,
    /// The first number given out since the opening.
    first: u64,
}

impl Files {
    /// Opens the folder and throws away what was being spooled when the process died.
    pub(crate) fn open(folder: &Path, sync: bool) -> Result<Self, BlobError> {
        let spool = folder.join("spool");
        let fail = |error: std::io::Error| BlobError::io(folder, &error);
        if spool.exists() {
            std::fs::remove_dir_all(&spool).map_err(fail)?;
        }
        std::fs::create_dir_all(&spool).map_err(fail)?;
        let mut files = Self { folder: folder.to_path_buf(), sync, next: AtomicU64::new(1), first: 1 };
        files.first = files.all()?.into_iter().max().unwrap_or(0) + 1;
        files.next.store(files.first, Ordering::Relaxed);
        Ok(files)
    }

    /// A new file to spool into.
    pub(crate) fn spool(&self) -> Result<(u64, PathBuf, File), BlobError> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let path = self.folder.join("spool").join(format!("{id:016x}"));
        let file = File::create(&path).map_err(|error| BlobError::io(&path, &error))?;
        Ok((id, path, file))
    }

    /// Makes a spooled file durable under its own name.
    pub(crate) fn keep(&self, id: u64, spooled: &Path, file: &File) -> Result<(), BlobError> {
        let path = self.path(id);
        let folder = path.parent().unwrap_or(&self.folder);
        let fail = |error: std::io::Error| BlobError::io(&path, &error);
        std::fs::create_dir_all(folder).map_err(fail)?;
        if self.sync {
            file.sync_data().map_err(fail)?;
        }
        std::fs::rename(spooled, &path).map_err(fail)?;
        if self.sync {
            sync_folder(folder)?;
            sync_folder(&self.folder)?;
        }
        Ok(())
    }

    /// Opens a blob for reading.
    pub(crate) fn open_blob(&self, id: u64) -> Result<Arc<File>, BlobError> {
        let path = self.path(id);
        File::open(&path).map(Arc::new).map_err(|error| BlobError::io(&path, &error))
    }

    pub(crate) fn delete(&self, id: u64) -> Result<(), BlobError> {
        let path = self.path(id);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(BlobError::io(&path, &error)),
            _ => Ok(()),
        }
    }

    /// The numbers of the files that were there at the opening and still are.
    pub(crate) fn before_the_opening(&self) -> Result<Vec<u64>, BlobError> {
        let mut all = self.all()?;
        all.retain(|id| *id < self.first);
        Ok(all)
    }

    /// The numbers of all files.
    pub(crate) fn all(&self) -> Result<Vec<u64>, BlobError> {
        let fail = |error: std::io::Error| BlobError::io(&self.folder, &error);
        let mut found = Vec::new();
        for folder in std::fs::read_dir(&self.folder).map_err(fail)? {
            let folder = folder.map_err(fail)?.path();
            if folder.ends_with("spool") || !folder.is_dir() {
                continue;
            }
            for file in std::fs::read_dir(&folder).map_err(fail)? {
                let name = file.map_err(fail)?.file_name();
                found.extend(name.to_str().and_then(|name| u64::from_str_radix(name, 16).ok()));
            }
        }
        Ok(found)
    }

    pub(crate) fn path(&self, id: u64) -> PathBuf {
        self.folder.join(format!("{:02x}", id & 0xff)).join(format!("{id:016x}"))
    }
}
