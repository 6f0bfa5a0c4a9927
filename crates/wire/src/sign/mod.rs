//! Verification of signatures.
