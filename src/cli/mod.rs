//! Arguments and terminal output; one file a command, no rules.
//!
//! What scripts may rely on: exit code 0 done, 1 failed, 2 usage, 3 not ready; with `--json` one document on standard output
//! and nothing else there, errors as JSON on standard error; times in RFC 3339 with the station's offset.

mod activity;
mod air;
mod alarm;
mod amplifier;
mod backup;
mod bundle;
mod campaigns;
mod check;
mod clip;
mod completions;
mod context;
mod devices;
mod draft;
mod error;
mod listening;
mod live;
mod log;
mod man;
mod parse;
mod period;
mod plan;
mod queue;
mod relay;
mod report;
mod returns;
mod run;
mod settings;
mod simulate;
mod slot;
mod status;
mod style;
mod table;
mod token;
mod topics;
mod user;
mod views;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory, Parser, Subcommand};

use context::Context;
use error::CliError;
use style::Style;

/// Runs a town's loudspeaker radio station: schedules and plays the clips, logs each airing, counts them for the report.
#[derive(Debug, Parser)]
#[command(name = "loa", version, max_term_width = 110, disable_help_subcommand = true)]
#[command(after_help = "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not ready.\n\
    With LOA_CONFIG and LOA_DATA the configuration file and the data folder need not be given each time.")]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every command")]
struct Global {
    /// The station's configuration file [default: LOA_CONFIG, else /etc/loa/loa.toml if it is there]
    #[arg(long, global = true, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    config: Option<PathBuf>,
    /// The data folder: database, clips, recordings [default: LOA_DATA, else `data.folder` of the configuration]
    #[arg(long, global = true, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    data: Option<PathBuf>,
    /// Another value for an option of the configuration, for this command
    #[arg(long, global = true, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// One JSON document on standard output and nothing else there; errors as JSON on standard error
    #[arg(long, global = true)]
    json: bool,
    /// The person who asks, as the log and the audit name them [default: the login name]
    #[arg(long, global = true, value_name = "NAME")]
    by: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Run),
    Check(check::Check),
    Status(status::Status),
    Play(air::Play),
    Skip(air::Skip),
    Stop(air::Stop),
    Pause(air::Pause),
    Resume(air::Resume),
    Cancel(air::Cancel),
    #[command(subcommand)]
    Emergency(air::Emergency),
    #[command(subcommand)]
    Live(live::Live),
    #[command(subcommand)]
    Zone(air::Zone),
    #[command(subcommand)]
    Amplifier(amplifier::AmplifierCommand),
    #[command(subcommand)]
    Alarm(alarm::Alarm),
    #[command(subcommand)]
    Clock(air::Clock),
    #[command(subcommand)]
    Clip(Box<clip::Clip>),
    #[command(subcommand)]
    Slot(Box<slot::Slot>),
    #[command(subcommand)]
    Queue(queue::Queue),
    Plan(plan::Plan),
    Log(log::Log),
    Report(report::Report),
    Simulate(simulate::Simulate),
    #[command(subcommand)]
    User(user::User),
    #[command(subcommand)]
    Token(token::Token),
    Topics(topics::Topics),
    Campaigns(campaigns::Campaigns),
    #[command(subcommand)]
    Activity(Box<activity::Activity>),
    #[command(subcommand)]
    Draft(Box<draft::Draft>),
    #[command(subcommand)]
    Bundle(bundle::Bundle),
    #[command(subcommand)]
    Relay(relay::RelayCommand),
    Devices(devices::Devices),
    #[command(subcommand)]
    Settings(settings::Settings),
    Reload(settings::Reload),
    Backup(backup::Backup),
    Restore(backup::Restore),
    Completions(completions::Completions),
    Man(man::Man),
}

/// How a command ended that did what it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exit {
    /// All well.
    Done,
    /// It told of something that is not well.
    Failed,
    /// It told that the station is not ready.
    NotReady,
}

type Outcome = Result<Exit, CliError>;

/// Every command with its arguments, for whoever describes them.
#[must_use]
pub fn command() -> clap::Command {
    Cli::command()
}

/// Does what the arguments say.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => return error::of_arguments(&error, arguments.iter().any(|argument| argument == "--json")),
    };
    let json = cli.global.json;
    match perform(cli) {
        Ok(Exit::Done) => ExitCode::SUCCESS,
        Ok(Exit::Failed) => ExitCode::from(1),
        Ok(Exit::NotReady) => ExitCode::from(3),
        Err(error) => error.tell(json),
    }
}

fn perform(cli: Cli) -> Outcome {
    // Neither needs a station, a configuration or a runtime.
    match cli.command {
        Command::Completions(completions) => return completions.perform(&mut command()),
        Command::Man(man) => return man.perform(command()),
        _ => {}
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(CliError::of_system)?;
    runtime.block_on(dispatch(cli))
}

async fn dispatch(cli: Cli) -> Outcome {
    let style = Style::of_process();
    match cli.command {
        Command::Check(check) => return check.perform(&cli.global, style).await,
        // Reads no configuration that may be broken by the time it is needed.
        Command::Amplifier(amplifier::AmplifierCommand::Guard(guard)) => return guard.perform(&cli.global),
        _ => {}
    }
    let verbose = matches!(cli.command, Command::Run(_));
    let context = Context::new(&cli.global, style, verbose)?;
    match cli.command {
        Command::Run(command) => command.perform(&context).await,
        Command::Status(command) => command.perform(&context).await,
        Command::Play(command) => command.perform(&context).await,
        Command::Skip(command) => command.perform(&context).await,
        Command::Stop(command) => command.perform(&context).await,
        Command::Pause(command) => command.perform(&context).await,
        Command::Resume(command) => command.perform(&context).await,
        Command::Cancel(command) => command.perform(&context).await,
        Command::Emergency(command) => command.perform(&context).await,
        Command::Live(command) => command.perform(&context).await,
        Command::Zone(command) => command.perform(&context).await,
        Command::Amplifier(command) => command.perform(&context).await,
        Command::Alarm(command) => command.perform(&context).await,
        Command::Clock(command) => command.perform(&context).await,
        Command::Clip(command) => command.perform(&context).await,
        Command::Slot(command) => command.perform(&context).await,
        Command::Queue(command) => command.perform(&context).await,
        Command::Plan(command) => command.perform(&context).await,
        Command::Log(command) => command.perform(&context).await,
        Command::Report(command) => command.perform(&context).await,
        Command::Simulate(command) => command.perform(&context).await,
        Command::User(command) => command.perform(&context).await,
        Command::Token(command) => command.perform(&context).await,
        Command::Topics(command) => command.perform(&context),
        Command::Campaigns(command) => command.perform(&context).await,
        Command::Activity(command) => command.perform(&context).await,
        Command::Draft(command) => command.perform(&context).await,
        Command::Bundle(command) => command.perform(&context).await,
        Command::Relay(command) => command.perform(&context).await,
        Command::Devices(command) => command.perform(&context),
        Command::Settings(command) => command.perform(&context).await,
        Command::Reload(command) => command.perform(&context).await,
        Command::Backup(command) => command.perform(&context).await,
        Command::Restore(command) => command.perform(&context).await,
        // Performed before.
        Command::Check(_) | Command::Completions(_) | Command::Man(_) => Ok(Exit::Done),
    }
}
