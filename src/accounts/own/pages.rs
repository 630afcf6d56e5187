//! What people see of their own accounts.

use askama::Template;

use crate::accounts::own::profile::address_to_confirm;
use crate::accounts::own::sessions::{SessionView, own};
use crate::accounts::settings::AuthSettings;
use crate::accounts::store::{AccountRow, find};
use crate::accounts::topics::Topic;
use crate::core::Text;
use crate::web::frame::{Frame, Member, Visit};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::reply::read;
use crate::web::state::State;

/// The page of the own account.
pub const ACCOUNT_PAGE: &str = "/account";
/// The page to ask for another password at.
pub const FORGOTTEN_PAGE: &str = "/forgotten-password";

/// A kind of mails that can be switched off.
struct TopicChoice {
    word: &'static str,
    text: Text,
    off: bool,
}

#[derive(Template)]
#[template(path = "accounts/account.html")]
struct AccountPage {
    f: Frame,
    me: AccountRow,
    email_to_confirm: Option<String>,
    topics: Vec<TopicChoice>,
    sessions: Vec<SessionView>,
}

/// The own account: profile, password, sessions.
pub async fn account(state: State, member: Member) -> Answer {
    let Member { frame, person } = member;
    let language = frame.language;
    let (me, email_to_confirm, sessions) = read(&state, move |app| {
        let (conn, now) = (&mut *app.snapshot()?, app.clock().now());
        let me = find(conn, person.account)?;
        let waits = address_to_confirm(conn, person.account, now)?;
        Ok((me, waits, own(conn, &person, app.settings().section(), now, language)?))
    })
    .await?;
    let choice = |topic: &Topic| TopicChoice {
        word: topic.as_str(),
        text: topic.text(),
        off: me.mails_off.contains(topic),
    };
    let topics = Topic::ALL.iter().filter(|topic| topic.concerns(me.role)).map(choice).collect();
    let page = AccountPage { f: frame, me, email_to_confirm, topics, sessions };
    show(&page.f, &page)
}

#[derive(Template)]
#[template(path = "accounts/forgotten_password.html")]
struct ForgottenPage {
    f: Frame,
    minutes: u32,
    help: String,
}

/// Asks for another password.
pub async fn forgotten(state: State, visit: Visit) -> Answer {
    let auth = state.app.settings().section::<AuthSettings>();
    let (minutes, help) = (auth.password_reset_minutes, auth.help_contact.trim().to_owned());
    let page = ForgottenPage { f: visit.frame, minutes, help };
    show(&page.f, &page)
}

#[derive(Template)]
#[template(path = "accounts/reset_password.html")]
struct ResetPage {
    f: Frame,
}

/// The one-time link of the mail leads here; the token stands in the fragment, which no server sees.
pub async fn reset(visit: Visit) -> Answer {
    let page = ResetPage { f: visit.frame };
    show(&page.f, &page)
}

#[derive(Template)]
#[template(path = "accounts/confirm_email.html")]
struct ConfirmPage {
    f: Frame,
}

/// The one-time link to a new mail address leads here.
pub async fn confirm_email(visit: Visit) -> Answer {
    let page = ConfirmPage { f: visit.frame };
    show(&page.f, &page)
}
