//! What can go wrong.

use std::fmt;
use std::path::{Path, PathBuf};

/// Bytes could not be kept or read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlobError {
    /// The operating system refused: a full disk, a missing file.
    Io {
        /// The file.
        path: PathBuf,
        /// What it said.
        cause: String,
    },
    /// What stands on the disk is not what was written.
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where in it.
        offset: u64,
        /// What is wrong.
        cause: &'static str,
    },
    /// The thread that appends has ended.
    Closed,
}

impl BlobError {
    pub(crate) fn io(path: &Path, error: &std::io::Error) -> Self {
        Self::Io { path: path.to_path_buf(), cause: error.to_string() }
    }
}

impl fmt::Display for BlobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { path, cause } => write!(f, "{}: {cause}", path.display()),
            Self::Damaged { path, offset, cause } => {
                write!(f, "{} is damaged at byte {offset}: {cause}", path.display())
            }
            Self::Closed => f.write_str("the byte store is closed"),
        }
    }
}

impl std::error::Error for BlobError {}
