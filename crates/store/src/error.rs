//! What can go wrong.

use std::fmt;
use std::path::PathBuf;

/// A call could not be carried out because the state cannot be read or kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// SQLite failed; the sentence is its own.
    Sqlite(String),
    /// A commit failed earlier (a full disk, most likely). Reads go on; writes are refused until the restart, so
    /// that nothing is answered that is not kept.
    ReadOnly(String),
    /// The store is closed.
    Closed,
    /// The rows of a state that comes in cannot be laid aside.
    Stage(String),
    /// A row does not parse.
    Row {
        /// The table.
        table: &'static str,
        /// Its key.
        key: String,
        /// Why.
        cause: String,
    },
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(cause) => write!(f, "the database failed: {cause}"),
            Self::ReadOnly(cause) => write!(f, "the state is read-only since a commit failed: {cause}"),
            Self::Closed => f.write_str("the state is closed"),
            Self::Stage(cause) => write!(f, "the rows cannot be laid aside: {cause}"),
            Self::Row { table, key, cause } => {
                write!(f, "row {key:?} of table {table} cannot be read: {cause}")
            }
        }
    }
}

impl std::error::Error for StoreError {}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error.to_string())
    }
}

/// Why a data folder cannot be opened. Nothing in it was touched.
#[derive(Debug)]
pub enum OpenError {
    /// Another process has it.
    Locked(PathBuf, String),
    /// The folder cannot be used.
    Folder(PathBuf, std::io::Error),
    /// SQLite cannot open the file, or it is damaged.
    Damaged(PathBuf, String),
    /// A newer angae wrote it.
    Newer {
        /// The file.
        file: PathBuf,
        /// What of it is newer.
        what: String,
    },
    /// A table this angae does not know.
    UnknownTable(PathBuf, String),
    /// A row cannot be read.
    Row(PathBuf, StoreError),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Locked(folder, holder) => {
                write!(
                    f,
                    "another angae uses {} ({holder}); stop it, or choose another --data-dir",
                    folder.display()
                )
            }
            Self::Folder(folder, cause) => {
                write!(f, "the data folder {} cannot be used: {cause}", folder.display())
            }
            Self::Damaged(file, cause) => {
                write!(
                    f,
                    "{} is damaged ({cause}); nothing was changed. Restore a copy, or move it away to begin anew",
                    file.display()
                )
            }
            Self::Newer { file, what } => {
                write!(
                    f,
                    "{} was written by a newer angae ({what}); nothing was changed. Use that version",
                    file.display()
                )
            }
            Self::UnknownTable(file, table) => {
                write!(
                    f,
                    "{} holds the table {table}, which this angae does not know; nothing was changed",
                    file.display()
                )
            }
            Self::Row(file, cause) => write!(f, "{}: {cause}; nothing was changed", file.display()),
        }
    }
}

impl std::error::Error for OpenError {}

/// Why a file of exported state cannot be loaded.
#[derive(Debug)]
pub enum ImportError {
    /// It is no export, or of another format.
    Format(String),
    /// It could not be kept.
    Store(StoreError),
}

impl From<StoreError> for ImportError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Format(cause) => write!(f, "this is no state that can be imported: {cause}"),
            Self::Store(cause) => cause.fmt(f),
        }
    }
}

impl std::error::Error for ImportError {}
