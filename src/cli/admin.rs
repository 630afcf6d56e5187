//! `admin create`: the only way to the first accounts; `admin reset-password`: the way back for who has lost the password. What is done
//! with accounts later is beside it, in `people`.

use std::io::{BufRead, IsTerminal};

use clap::{Subcommand, ValueEnum};

use crate::accounts::own::password_reset::{PasswordSet, SetPassword};
use crate::accounts::{CreateStaff, NewPassword};
use crate::cli::arguments::language;
use crate::cli::people::{self, People};
use crate::cli::{CliError, open};
use crate::core::secret::random_token;
use crate::core::{Caller, Language, Problem, Role};
use crate::settings::Settings;

/// Holds the password where it is neither typed nor piped.
pub(super) const PASSWORD_VARIABLE: &str = "ZERODESK_ADMIN_PASSWORD";

#[derive(Debug, Subcommand)]
pub(super) enum Admin {
    /// Make the account of an admin or an operator.
    ///
    /// The password comes from standard input (--password-stdin), from ZERODESK_ADMIN_PASSWORD, or is asked for on a
    /// terminal; with none given, one is made and shown once.
    Create(Create),
    #[command(flatten)]
    People(People),
    /// Reset the password of an account.
    ///
    /// A one-time link to choose another one is mailed to the account's address, or shown where the account has none. The link is
    /// good for 30 minutes. With --password-stdin, or ZERODESK_ADMIN_PASSWORD, that password is set instead. No password is shown,
    /// and the account is logged out everywhere once it has the new one.
    ResetPassword(ResetPassword),
}

#[derive(Debug, clap::Args)]
pub(super) struct ResetPassword {
    /// The name to log in with.
    username: String,
    /// Read the new password from standard input, up to the end of the line.
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct Create {
    /// The name to log in with.
    #[arg(long)]
    username: String,
    /// The name shown to others.
    #[arg(long)]
    name: String,
    /// What the account may do.
    #[arg(long, value_enum, default_value = "admin")]
    role: Staff,
    /// An admin's region, by its code, such as 440000.
    #[arg(long)]
    region: Option<String>,
    /// Where mails go.
    #[arg(long)]
    email: Option<String>,
    /// The language of mails: zh-CN or en.
    #[arg(long, value_parser = language, default_value = "zh-CN")]
    language: Language,
    /// Read the password from standard input, up to the end of the line.
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Staff {
    /// A regulator's officer, for a region and all under it.
    Admin,
    /// Runs the platform.
    Operator,
}

pub(super) fn run(settings: Settings, command: Admin) -> Result<(), CliError> {
    match command {
        Admin::Create(create) => make(settings, create),
        Admin::ResetPassword(reset) => reset_password(settings, reset),
        Admin::People(people) => people::run(settings, people),
    }
}

fn reset_password(settings: Settings, reset: ResetPassword) -> Result<(), CliError> {
    let given = if reset.password_stdin { password(true)? } else { std::env::var(PASSWORD_VARIABLE).ok() };
    let opened = open::database(settings)?;
    let password = given.map(|typed| NewPassword::hashed(typed, &opened.app)).transpose()?;
    let command = SetPassword { username: reset.username, password };
    match opened.app.execute(&Caller::system(), &command)? {
        PasswordSet::Set => println!("the password is set; all sessions have ended"),
        PasswordSet::Mailed(address) => println!("a one-time link goes to {address}"),
        PasswordSet::Link(link) => {
            println!("no mail address; the one-time link, for this person alone: {link}")
        }
    }
    Ok(())
}

fn make(settings: Settings, create: Create) -> Result<(), CliError> {
    let given = password(create.password_stdin)?;
    let (password, made) = match given {
        Some(password) => (password, false),
        None => (random_token().map_err(Problem::from)?, true),
    };
    let opened = open::database(settings)?;
    let command = CreateStaff {
        username: create.username,
        password: NewPassword::hashed(password.clone(), &opened.app)?,
        name: create.name,
        email: create.email,
        role: match create.role {
            Staff::Admin => Role::Admin,
            Staff::Operator => Role::Operator,
        },
        region: create.region,
        language: create.language,
    };
    let created = opened.app.execute(&Caller::system(), &command)?;
    println!("created {} as {}", command.username.trim().to_lowercase(), created.id);
    if made {
        println!("password (shown only now): {password}");
    }
    Ok(())
}

fn password(from_stdin: bool) -> Result<Option<String>, CliError> {
    if from_stdin {
        let mut line = String::new();
        let read = std::io::stdin().lock().read_line(&mut line);
        read.map_err(CliError::io("can't read the password"))?;
        return Ok(Some(line.trim_end_matches(['\r', '\n']).to_owned()));
    }
    if let Ok(password) = std::env::var(PASSWORD_VARIABLE) {
        return Ok(Some(password));
    }
    if !std::io::stdin().is_terminal() {
        return Ok(None);
    }
    let ask = |what: &str| rpassword::prompt_password(what).map_err(CliError::io("can't read the password"));
    let first = ask("Password (empty: one is made): ")?;
    if first.is_empty() {
        return Ok(None);
    }
    if ask("Once more: ")? == first {
        Ok(Some(first))
    } else {
        Err(CliError::Other("the two differ".to_owned()))
    }
}
