//! Typed records, indexes, transactions, snapshots, schedule, outbox; SQLite beneath.
