//! One process a folder.

use crate::error::OpenError;
use rustix::fs::{FlockOperation, flock};
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;

/// Held while the folder is in use; the operating system gives it back when the process dies.
pub(crate) struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Takes the folder, or says who has it.
    pub(crate) fn take(folder: &Path) -> Result<Self, OpenError> {
        let fail = |error: std::io::Error| OpenError::Folder(folder.to_path_buf(), error);
        std::fs::create_dir_all(folder).map_err(fail)?;
        let path = folder.join("lock");
        let mut options = OpenOptions::new();
        let mut file =
            options.read(true).write(true).create(true).truncate(false).open(&path).map_err(fail)?;
        if flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
            let mut holder = String::new();
            // The holder's number only helps the person who reads it.
            let _unreadable = file.read_to_string(&mut holder);
            return Err(OpenError::Locked(folder.to_path_buf(), format!("process {}", holder.trim())));
        }
        file.set_len(0).map_err(fail)?;
        writeln!(file, "{}", std::process::id()).map_err(fail)?;
        Ok(Self { _file: file })
    }
}
