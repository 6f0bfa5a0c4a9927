//! Append-only segment logs with grouped fdatasync.
