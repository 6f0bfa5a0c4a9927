//! What `wire` writes and reads, judged by data from elsewhere: AWS's own protocol and signature suites, the signer
//! of the AWS SDK, and recorded wordings.
//!
//! The suites lie outside the repository; `ANGAE_CONFORMANCE` names their folder. Without it their tests say that
//! they were skipped, and pass.

mod data;
mod dynamic;
mod faults;
mod presigned;
mod protocols;
mod signatures;
mod validation;
