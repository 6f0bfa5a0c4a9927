//! What can go wrong.

use blob::BlobError;
use std::fmt;
use store::StoreError;

/// Why a world could not be written down.
#[derive(Debug)]
pub enum ExportError {
    /// A row cannot be read.
    Store(StoreError),
    /// A blob cannot be read.
    Blob(BlobError),
    /// A row does not say which blobs it names.
    Row(String),
    /// Where it is written to.
    Output(std::io::Error),
}

impl fmt::Display for ExportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(cause) => cause.fmt(f),
            Self::Blob(cause) => cause.fmt(f),
            Self::Row(cause) => f.write_str(cause),
            Self::Output(cause) => write!(f, "it cannot be written: {cause}"),
        }
    }
}

impl std::error::Error for ExportError {}

impl From<StoreError> for ExportError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<BlobError> for ExportError {
    fn from(error: BlobError) -> Self {
        Self::Blob(error)
    }
}

impl From<std::io::Error> for ExportError {
    fn from(error: std::io::Error) -> Self {
        Self::Output(error)
    }
}

/// Why a file was not taken in. Nothing has changed.
#[derive(Debug)]
pub enum ImportError {
    /// It is no exported state, a damaged one, or of a newer form.
    Format(String),
    /// It could not be read to its end.
    Input(std::io::Error),
    /// Its rows could not be kept.
    Store(StoreError),
    /// Its bytes could not be kept.
    Blob(BlobError),
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Format(cause) => {
                write!(f, "this is no state that can be imported: {cause}; nothing was changed")
            }
            Self::Input(cause) => write!(f, "the state could not be read: {cause}; nothing was changed"),
            Self::Store(cause) => write!(f, "the state could not be kept: {cause}; nothing was changed"),
            Self::Blob(cause) => write!(f, "the bytes could not be kept: {cause}; nothing was changed"),
        }
    }
}

impl std::error::Error for ImportError {}

impl From<store::ImportError> for ImportError {
    fn from(error: store::ImportError) -> Self {
        match error {
            store::ImportError::Format(cause) => Self::Format(cause),
            store::ImportError::Store(cause) => Self::Store(cause),
        }
    }
}

impl From<StoreError> for ImportError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<BlobError> for ImportError {
    fn from(error: BlobError) -> Self {
        Self::Blob(error)
    }
}
