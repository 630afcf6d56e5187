//! `admin invite`, `list`, `change`, `deactivate`, `reactivate`: the same commands as behind the pages, done by the platform.

use clap::{Subcommand, ValueEnum};

use crate::accounts::state::AccountState;
use crate::accounts::store::by_username;
use crate::cli::arguments::language;
use crate::cli::{CliError, open};
use crate::core::actor::Actor;
use crate::core::ids::AccountId;
use crate::core::page::{MAX_LIMIT, Slice};
use crate::core::{Caller, Language, Role};
use crate::people::queries::{self, AccountFilter};
use crate::people::reset_factor::ResetFactor;
use crate::people::{ChangeAccount, DeactivateAccount, InvitePerson, ReactivateAccount};
use crate::settings::Settings;

#[derive(Debug, Subcommand)]
pub(super) enum People {
    /// Invite an officer, an operator or an expert by mail, who chooses name and password behind a one-time link.
    Invite(Invite),
    /// List accounts, the newest first.
    List(List),
    /// Give an officer or operator another role or region. The sessions end.
    Change(Change),
    /// Deactivate an account: its sessions end at once, what was the person's is handed on.
    Deactivate(Deactivate),
    /// Open a deactivated account again.
    Reactivate {
        /// The name to log in with.
        username: String,
    },
    /// Reset the second factor of who has lost it: all sessions end, the person is told.
    ResetSecondFactor {
        /// The name to log in with.
        username: String,
    },
}

#[derive(Debug, clap::Args)]
pub(super) struct Invite {
    /// Where the invitation goes.
    #[arg(long)]
    email: String,
    /// The person's name.
    #[arg(long)]
    name: String,
    /// What the account may do.
    #[arg(long, value_enum, default_value = "admin")]
    role: Invited,
    /// The region of an officer, or the one that an expert serves, by its code, such as 440000.
    #[arg(long)]
    region: Option<String>,
    /// An expert's professional title.
    #[arg(long)]
    title: Option<String>,
    /// The language of mails: zh-CN or en.
    #[arg(long, value_parser = language, default_value = "zh-CN")]
    language: Language,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Invited {
    /// A regulator's officer, for a region and all under it.
    Admin,
    /// Runs the platform.
    Operator,
    /// An expert.
    Expert,
}

impl Invited {
    fn role(self) -> Role {
        match self {
            Self::Admin => Role::Admin,
            Self::Operator => Role::Operator,
            Self::Expert => Role::Expert,
        }
    }
}

#[derive(Debug, clap::Args)]
pub(super) struct List {
    /// Only accounts of this role: admin, operator, expert or enterprise.
    #[arg(long, value_parser = word::<Role>)]
    role: Option<Role>,
    /// Only accounts in this state: active, deactivated or pending.
    #[arg(long, value_parser = word::<AccountState>)]
    state: Option<AccountState>,
}

fn word<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| "is not one of the words".to_owned())
}

#[derive(Debug, clap::Args)]
pub(super) struct Change {
    /// The name to log in with.
    username: String,
    /// Another role.
    #[arg(long, value_enum)]
    role: Option<Staff>,
    /// Another region, by its code; for an expert the region served.
    #[arg(long)]
    region: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Staff {
    /// A regulator's officer.
    Admin,
    /// Runs the platform.
    Operator,
}

#[derive(Debug, clap::Args)]
pub(super) struct Deactivate {
    /// The name to log in with.
    username: String,
    /// The reason, which the person is told.
    #[arg(long)]
    reason: String,
    /// Who takes over, by the name to log in with.
    #[arg(long, value_name = "USERNAME")]
    hand_over_to: Option<String>,
}

pub(super) fn run(settings: Settings, people: People) -> Result<(), CliError> {
    let opened = open::database(settings)?;
    let (app, caller) = (&opened.app, Caller::system());
    let id = |username: &str| -> Result<AccountId, CliError> {
        let found = by_username(&mut *app.conn()?, username)?;
        found.map(|row| row.id).ok_or_else(|| CliError::Other(format!("there is no account {username}")))
    };
    match people {
        People::Invite(invite) => {
            let Invite { email, name, role, region, title, language } = invite;
            let role = role.role();
            let command = InvitePerson { role, name, email, region, title, laboratory: None, language };
            let invited = app.execute(&caller, &command)?;
            println!("invited {} ({invited}); the mail goes out while the server runs", command.email);
        }
        People::List(List { role, state }) => {
            let filter = AccountFilter { role, state, ..AccountFilter::default() };
            let mut slice = Slice { limit: MAX_LIMIT, ..Slice::default() };
            loop {
                let page = queries::list(&mut *app.conn()?, &Actor::System, app.catalogue(), &filter, slice)?;
                for row in &page.items {
                    let region = row.region.as_deref().unwrap_or("-");
                    println!("{}\t{}\t{}\t{region}\t{}", row.username, row.role, row.state, row.name);
                }
                slice.after = page.items.last().map(|row| row.id.0);
                if page.next_cursor.is_none() {
                    break;
                }
            }
        }
        People::Change(Change { username, role, region }) => {
            let role = role.map(|role| match role {
                Staff::Admin => Role::Admin,
                Staff::Operator => Role::Operator,
            });
            let id = id(&username)?;
            app.execute(&caller, &ChangeAccount { id, role, region, regions: None })?;
            println!("changed {username}");
        }
        People::Deactivate(Deactivate { username, reason, hand_over_to }) => {
            let hand_over_to = hand_over_to.as_deref().map(id).transpose()?;
            let command = DeactivateAccount { id: id(&username)?, reason, hand_over_to };
            let done = app.execute(&caller, &command)?;
            println!("deactivated {username}");
            println!(
                "handed on: {} consultations, {} assignments, {} plans, {} invitations",
                done.consultations.len(),
                done.assignments,
                done.plans,
                done.invitations
            );
            for matters in &done.further {
                println!("handed on: {} {}", matters.count, matters.en);
            }
        }
        People::Reactivate { username } => {
            app.execute(&caller, &ReactivateAccount { id: id(&username)? })?;
            println!("reactivated {username}");
        }
        People::ResetSecondFactor { username } => {
            app.execute(&caller, &ResetFactor { id: id(&username)? })?;
            println!("reset the second factor of {username}");
        }
    }
    Ok(())
}
