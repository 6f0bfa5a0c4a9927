//! The binary `angae`: command line, listeners, the pipeline, wiring. The only crate that knows every service.

mod at_once;
mod authorize;
mod cli;
mod courier;
mod failure;
mod fetch;
mod house;
mod instances;
mod internal;
mod keys;
mod metrics;
mod pipeline;
mod serve;
mod settings;
mod tls;
mod worlds;

use mimalloc::MiMalloc;
use std::process::ExitCode;

/// Records are made by the runtime's threads and freed by the store's writer: an allocator whose threads do not wait
/// for each other.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    cli::run()
}
