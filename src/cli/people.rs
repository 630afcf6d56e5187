//! `admin invite`, `list`, `show`, `change`, `deactivate`, `reactivate`: the same commands as behind the pages, done by the platform.

use clap::{Subcommand, ValueEnum};

use crate::accounts::state::AccountState;
use crate::accounts::store::{AccountRow, by_username};
use crate::app::App;
use crate::cli::arguments::language;
use crate::cli::{CliError, open};
use crate::core::actor::Actor;
use crate::core::ids::{AccountId, LaboratoryId};
use crate::core::page::{MAX_LIMIT, Slice};
use crate::core::{Caller, Language, Role};
use crate::people::ids::InvitationId;
use crate::people::queries::{self, AccountFilter};
use crate::people::reset_factor::ResetFactor;
use crate::people::{
    ChangeAccount, DeactivateAccount, InviteColleague, InviteColleagueTo, InvitePerson, ReactivateAccount,
};
use crate::settings::Settings;
use crate::web::known_rooms::known;

#[derive(Debug, Subcommand)]
pub(super) enum People {
    /// Invite somebody by mail, who chooses name and password behind a one-time link.
    Invite(Invite),
    /// List accounts, the newest first.
    List(List),
    /// Show an account with what is the person's, which a deactivation hands on.
    Show {
        /// The name to log in with.
        username: String,
    },
    /// Give an officer or operator another role or region, or an expert other regions. The sessions of an officer or operator end.
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
    /// The enterprise of one of its people, by its credit code. Somebody works for it already.
    #[arg(long, value_name = "CODE")]
    enterprise: Option<String>,
    /// The body of a sampler or of somebody of a laboratory, by its id.
    #[arg(long, value_name = "ID")]
    laboratory: Option<LaboratoryId>,
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
    /// One of the people of an enterprise.
    Enterprise,
    /// Takes samples for a body.
    Sampler,
    /// Works for a laboratory.
    Laboratory,
}

impl Invited {
    fn role(self) -> Role {
        match self {
            Self::Admin => Role::Admin,
            Self::Operator => Role::Operator,
            Self::Expert => Role::Expert,
            Self::Enterprise => Role::Enterprise,
            Self::Sampler => Role::Sampler,
            Self::Laboratory => Role::Laboratory,
        }
    }
}

#[derive(Debug, clap::Args)]
pub(super) struct List {
    /// Only accounts of this role: admin, operator, expert, enterprise, sampler or laboratory.
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
    /// Another region, by its code; for an expert the regions served, with commas or named again.
    #[arg(long, value_delimiter = ',')]
    region: Vec<String>,
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
    let row = |username: &str| -> Result<AccountRow, CliError> {
        let found = by_username(&mut *app.conn()?, username)?;
        found.ok_or_else(|| CliError::Other(format!("there is no account {username}")))
    };
    let id = |username: &str| row(username).map(|row| row.id);
    match people {
        People::Invite(given) => {
            let email = given.email.clone();
            let invited = invite(app, &caller, given)?;
            println!("invited {email} ({invited}); the mail goes out while the server runs");
        }
        People::Show { username } => show(app, id(&username)?)?,
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
            let row = row(&username)?;
            let (region, regions) = match (row.role, region.len()) {
                (Role::Expert, 1..) => (None, Some(region)),
                (_, 0 | 1) => (region.into_iter().next(), None),
                _ => return Err(CliError::Other("only an expert has several regions".to_owned())),
            };
            app.execute(&caller, &ChangeAccount { id: row.id, role, region, regions })?;
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
            for handed in &done.consultations {
                println!("consultation {}\t{}\tnow {}", handed.id, handed.part, handed.status);
            }
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

fn invite(app: &App, caller: &Caller, invite: Invite) -> Result<InvitationId, CliError> {
    let Invite { email, name, role, region, title, enterprise, laboratory, language } = invite;
    let invited = match (role.role(), enterprise) {
        (Role::Enterprise, Some(uscc)) => {
            let colleague = InviteColleague { name, email, language };
            app.execute(caller, &InviteColleagueTo { uscc, colleague })?
        }
        (Role::Enterprise, None) => {
            return Err(CliError::Other("--enterprise has to name whose person it is".to_owned()));
        }
        (role, None) => {
            app.execute(caller, &InvitePerson { role, name, email, region, title, laboratory, language })?
        }
        (_, Some(_)) => {
            return Err(CliError::Other("--enterprise goes with the role enterprise only".to_owned()));
        }
    };
    Ok(invited)
}

fn show(app: &App, id: AccountId) -> Result<(), CliError> {
    let rooms = known(app.cache())?;
    let detail = queries::get(&mut *app.conn()?, &Actor::System, app.catalogue(), rooms, id)?;
    let (account, matters) = (&detail.account, &detail.open_matters);
    let place = account
        .region
        .as_deref()
        .or(account.enterprise.as_ref().map(|enterprise| enterprise.name.as_str()))
        .or(account.laboratory.as_ref().map(|body| body.name.as_str()))
        .unwrap_or("-");
    println!("{}\t{}\t{}\t{place}\t{}", account.username, account.role, account.state, account.name);
    println!("open matters: {}", matters.count());
    for held in &matters.consultations {
        println!("consultation {}\t{}\t{}", held.id, held.part, held.subject.as_deref().unwrap_or("-"));
    }
    for plan in &matters.plans {
        println!("plan {}\t{}\t{}", plan.id, plan.state, plan.name);
    }
    for (count, what) in [(matters.assignments, "assignments"), (matters.invitations, "invitations")] {
        if count > 0 {
            println!("{count} {what}");
        }
    }
    for further in &matters.further {
        println!("{} {}", further.count, further.en);
    }
    Ok(())
}
