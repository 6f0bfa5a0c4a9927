//! The binary `angae`: command line, listeners, the pipeline, wiring. The only crate that knows every service.

mod cli;
mod courier;
mod failure;
mod house;
mod internal;
mod metrics;
mod pipeline;
mod serve;
mod settings;
mod tls;
mod worlds;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
