//! The command line.

mod aws;
mod config;
mod coverage;
mod doctor;
mod env;
mod http;
mod iam;
mod instance;
mod net;
mod print;
mod progress;
mod serve;
mod state;

use crate::failure::Failure;
use crate::settings::{Flags, Settings};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use std::process::ExitCode;

/// AWS on your own machine.
#[derive(Parser)]
#[command(name = "angae", version, about, disable_help_subcommand = true)]
struct Arguments {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Start answering (what angae does without a command)
    Serve,
    /// Print what sets up a shell: eval "$(angae env)"
    Env,
    /// Say what this machine allows, and whether angae answers
    Doctor {
        /// Only ask whether angae answers: exit code 0 or 2
        #[arg(long)]
        probe: bool,
    },
    /// Print the settings in force and where each came from
    Config,
    /// List what is answered and what is refused as NotImplemented
    Coverage {
        /// Only this API: ec2, s3, iam …
        service: Option<String>,
    },
    /// Save, load or empty the state of a running angae
    State(state::Arguments),
    /// Say why something is denied, and who uses what, of a running angae
    Iam(iam::Arguments),
    /// List the instances of a running angae, and let a shell be one of them
    Instance(instance::Arguments),
    /// Say whether a flow passes the network of a running angae, and draw it
    Net(net::Arguments),
    /// The local certificate authority
    Tls {
        #[command(subcommand)]
        action: TlsAction,
    },
    /// Run the installed AWS CLI against angae: angae aws s3 ls
    #[command(disable_help_flag = true)]
    Aws {
        /// What to hand to it
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

#[derive(Subcommand)]
enum TlsAction {
    /// Print the authority's certificate (made if there is none)
    Ca,
}

/// Runs what the command line asks for. A start that cannot succeed ends with one sentence and exit code 2.
pub(crate) fn run() -> ExitCode {
    let matches = Arguments::command().get_matches();
    let outcome = Arguments::from_arg_matches(&matches).map_err(Failure::new).and_then(|arguments| {
        let settings = Settings::gather(&arguments.flags, &matches).map_err(Failure::new)?;
        dispatch(arguments.command.unwrap_or(Command::Serve), &settings)
    });
    outcome.unwrap_or_else(|failure| {
        print::complain(&failure);
        ExitCode::from(2)
    })
}

fn dispatch(command: Command, settings: &Settings) -> Result<ExitCode, Failure> {
    match command {
        Command::Serve => serve::run(settings),
        Command::Env => env::run(settings),
        Command::Doctor { probe } => doctor::run(settings, probe),
        Command::Config => config::run(settings),
        Command::Coverage { service } => coverage::run(settings, service.as_deref()),
        Command::State(arguments) => state::run(settings, &arguments),
        Command::Iam(arguments) => iam::run(settings, &arguments),
        Command::Instance(arguments) => instance::run(settings, &arguments),
        Command::Net(arguments) => net::run(settings, &arguments),
        Command::Tls { action: TlsAction::Ca } => {
            print::text(crate::tls::authority_pem(&settings.data_dir)?.trim_end());
            Ok(ExitCode::SUCCESS)
        }
        Command::Aws { arguments } => aws::run(settings, &arguments),
    }
}
