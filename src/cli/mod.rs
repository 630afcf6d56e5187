//! The command line: one of the interfaces. A sub-command prints to standard output what it was asked for; what goes wrong is
//! one line on standard error with exit code 1 (2 where the command itself was not understood).

mod admin;
pub mod allocator;
mod arguments;
mod audit;
mod backup;
mod calendar;
mod credit;
pub mod demo;
pub mod error;
mod figures;
mod folder;
mod import;
pub mod limits;
pub mod open;
mod people;
mod response_targets;
mod risk;
mod serve;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use crate::db::migrate::Migrated;
use crate::server::load_settings;
use crate::settings::{LoadOptions, LogSettings};
use crate::telemetry;

pub use error::CliError;

/// The expert help-desk for product quality.
#[derive(Debug, Parser)]
#[command(name = "zerodesk", version, arg_required_else_help = true)]
struct Cli {
    /// The settings file; else ZERODESK_CONFIG, else ./zerodesk.toml where there is one.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server, with a private PostgreSQL where no database is configured.
    Serve,
    /// Bring the database up to date and stop.
    Migrate,
    /// Import a list.
    #[command(subcommand)]
    Import(import::Import),
    /// Manage accounts: create and invite officers and operators, list, change, deactivate, reactivate.
    #[command(subcommand)]
    Admin(admin::Admin),
    /// Prove the audit.
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Prove or rebuild the headline figures.
    #[command(subcommand)]
    Figures(figures::Figures),
    /// Try other response targets on the past.
    #[command(subcommand)]
    ResponseTargets(response_targets::ResponseTargets),
    /// Try other rules of credit on the past, or grade all operators anew.
    #[command(subcommand)]
    Credit(credit::Credit),
    /// Try other rules of the index of risk on past days.
    #[command(subcommand)]
    Risk(risk::Risk),
    /// Check the calendar of working days.
    #[command(subcommand)]
    Calendar(calendar::CalendarCommand),
    /// Back the database and the uploaded files up into a folder, while the service runs.
    Backup(backup::Folder),
    /// Restore a back-up into an empty database and an empty store of files, and prove that all of it is there.
    Restore(backup::Folder),
    /// Add people, lists and consultations to look at. Refused in production mode.
    Demo,
    /// Print the settings in force and where each comes from, secrets masked.
    CheckConfig,
}

/// The definition of the command line: its sub-commands with their options.
pub fn definition() -> clap::Command {
    Cli::command()
}

/// Runs the command that the arguments of the process name.
pub fn main() -> ExitCode {
    allocator::give_back_large_blocks();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version come this way too, with code 0.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    folder::private_files();
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("zerodesk: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<(), CliError> {
    let mut options = LoadOptions::from_process(cli.config);
    // Read by `admin create` alone; as a setting it would be an unknown one.
    options.env.retain(|(name, _)| name != admin::PASSWORD_VARIABLE);
    let settings = load_settings(options)?;
    if let Command::CheckConfig = cli.command {
        print!("{}", settings.check_config_report());
        return Ok(());
    }
    telemetry::init(settings.section::<LogSettings>()).map_err(CliError::Other)?;
    match cli.command {
        Command::Serve => serve::run(settings),
        Command::Migrate => {
            let opened = open::database(settings)?;
            let Migrated { migrations, replaced } = opened.migrated;
            migrations.iter().for_each(|name| println!("ran {name}"));
            if replaced {
                println!("replaced functions, triggers and views");
            } else if migrations.is_empty() {
                println!("the database is up to date");
            }
            Ok(())
        }
        Command::Import(import) => import::run(settings, import),
        Command::Admin(admin) => admin::run(settings, admin),
        Command::Audit(audit) => audit::run(settings, audit),
        Command::Figures(figures) => figures::run(settings, figures),
        Command::ResponseTargets(what) => response_targets::run(settings, what),
        Command::Credit(what) => credit::run(settings, what),
        Command::Risk(what) => risk::run(settings, what),
        Command::Calendar(what) => calendar::run(&settings, what),
        Command::Backup(folder) => backup::take(&settings, folder),
        Command::Restore(folder) => backup::restore(settings, folder),
        Command::Demo => {
            if settings.is_production() {
                return Err(CliError::Other("there are no demo people in production mode".to_owned()));
            }
            demo::run(&open::database(settings)?.app)
        }
        Command::CheckConfig => Ok(()),
    }
}
