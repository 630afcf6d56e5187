//! Name, mail address, phone, language and mails of the own account.

use crate::accounts::mails::Mail;
use crate::accounts::one_time_link::{self, NewLink, Purpose};
use crate::accounts::own::set_password::{RESET, lock};
use crate::accounts::settings::AuthSettings;
use crate::accounts::store::{AccountRow, recipient};
use crate::accounts::topics::Topic;
use crate::core::actor::Person;
use crate::core::fields::Fields;
use crate::core::ids::AccountId;
use crate::core::secret::Token;
use crate::core::{Code, Language, Problem, Text};
use crate::db::schema::{account, login_session, one_time_link as link_table};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::notifications::{Recipient, outbox};
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Links by which a new mail address is confirmed.
const ADDRESS: Purpose = Purpose::new("address");
/// The page behind them.
pub const ADDRESS_PAGE: &str = "/confirm-email";
/// Mails to confirm an address that go to one address within an hour.
const MOST_MAILS: i64 = 3;
/// Links that one account asks for within an hour.
const MOST_LINKS: i64 = 5;
/// For how long after the log-in another mail address is taken without the password.
const FRESH: Duration = Duration::minutes(30);

/// What a link to a new address confirms.
#[derive(Serialize, Deserialize)]
struct NewAddress {
    email: String,
}

/// Changes the own account. What is absent stays as it is.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ChangeProfile {
    /// The name shown to others.
    pub name: Option<String>,
    /// Another mail address. It counts once it is confirmed.
    pub email: Option<String>,
    /// The telephone number; blank removes it.
    pub phone: Option<String>,
    /// The language of mails.
    pub language: Option<Language>,
    /// Kinds of mails, and whether they shall come.
    pub mails: BTreeMap<Topic, bool>,
    /// Whether the password was given with it.
    pub proven: bool,
}

impl Command for ChangeProfile {
    type Output = ();
    const NAME: &'static str = "change_profile";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let person = tx.actor.person().cloned().ok_or_else(Problem::unauthenticated)?;
        let row = lock(tx, person.account)?;
        let mut fields = Fields::new();
        let name = self.name.as_deref().map(|name| fields.text("/name", name, 100));
        let email = self.email.as_deref().map(|email| fields.email("/email", email));
        let phone = self.phone.as_deref().map(|phone| fields.phone("/phone", Some(phone)));
        fields.done()?;
        let mut off = row.mails_off.clone();
        off.retain(|topic| self.mails.get(topic) != Some(&true));
        off.extend(self.mails.iter().filter(|(_, comes)| !**comes).map(|(topic, _)| *topic));
        off.sort_unstable();
        off.dedup();

        let name = name.unwrap_or_else(|| row.name.clone());
        let phone = phone.unwrap_or_else(|| row.phone.clone());
        let language = self.language.unwrap_or_else(|| Language::from_tag(&row.language));
        let mut changed = Vec::new();
        let mut note = |what: &'static str, differs: bool| changed.extend(differs.then_some(what));
        note("name", name != row.name);
        note("phone", phone != row.phone);
        note("language", language.tag() != row.language);
        note("mails", off != row.mails_off);
        if !changed.is_empty() {
            diesel::update(account::table.find(row.id))
                .set((
                    account::name.eq(&name),
                    account::phone.eq(&phone),
                    account::language.eq(language.tag()),
                    account::mails_off.eq(&off),
                ))
                .execute(&mut *tx.conn)?;
        }
        if let Some(email) = email {
            let same = row.email.as_deref().is_some_and(|old| old.eq_ignore_ascii_case(&email));
            if same {
                // Back to the present one: what waits is given up.
                one_time_link::void(tx, ADDRESS, row.id)?;
            } else {
                // Asked for again while it waits: the mail may have been lost, so another goes, or the limits say why none does.
                self.require_proof(tx, &person)?;
                ask_to_confirm(tx, &row, &email, language)?;
                changed.push("email_to_confirm");
            }
        }
        if changed.is_empty() {
            return Ok(());
        }
        let subject = Subject { region: row.region.as_deref(), ..Subject::new("account", row.id.0) };
        tx.audit(Self::NAME, subject, json!({ "changed": changed }))
    }
}

impl ChangeProfile {
    /// The mail address is the way to a new password: a session that was left open must not be enough to move it.
    fn require_proof(&self, tx: &mut Tx, person: &Person) -> Result<(), Problem> {
        let logged_in_at: DateTime<Utc> = login_session::table
            .find(person.session)
            .select(login_session::created_at)
            .first(&mut *tx.conn)?;
        if self.proven || tx.now - logged_in_at < FRESH {
            return Ok(());
        }
        Err(Problem::field(
            "/current",
            Text::new("更改邮箱须输入当前密码", "give your present password to change the mail address"),
        ))
    }
}

/// Mails the link to the new address, and tells the old one.
fn ask_to_confirm(tx: &mut Tx, row: &AccountRow, email: &str, language: Language) -> Result<(), Problem> {
    let since = tx.now - Duration::hours(1);
    let made: i64 = link_table::table
        .filter(link_table::account_id.eq(row.id))
        .filter(link_table::purpose.eq(ADDRESS.word()))
        .filter(link_table::created_at.gt(since))
        .count()
        .get_result(&mut *tx.conn)?;
    let mailed = outbox::count_to(&mut tx.conn, email, &["address_confirmation"], since)?;
    if made >= MOST_LINKS || mailed >= MOST_MAILS {
        return Err(Problem::new(
            Code::TooManyRequests,
            Text::new(
                "确认邮件发送过于频繁，请一小时后再试",
                "too many mails to confirm an address; try again in an hour",
            ),
        ));
    }
    one_time_link::void(tx, ADDRESS, row.id)?;
    let hours = tx.settings.section::<AuthSettings>().address_link_hours;
    let data = serde_json::to_value(NewAddress { email: email.to_owned() })?;
    let valid = Duration::hours(i64::from(hours));
    let link = one_time_link::make(
        tx,
        ADDRESS_PAGE,
        NewLink { purpose: ADDRESS, account: Some(row.id), data, valid },
    )?;
    // Nothing that the person wrote: the address may be a stranger's.
    let to = Recipient { address: email.to_owned(), name: String::new(), language };
    outbox::enqueue(tx, &to, &Mail::AddressConfirmation { link, valid_hours: hours })?;
    if let Some(old) = recipient(row) {
        let mail =
            Mail::AddressRequested { username: row.username.clone(), email: email.to_owned(), at: tx.now };
        outbox::enqueue(tx, &old, &mail)?;
    }
    Ok(())
}

/// The mail address that waits to be confirmed.
///
/// # Errors
/// When the database can't be asked.
pub fn address_to_confirm(
    conn: &mut PgConnection,
    id: AccountId,
    now: DateTime<Utc>,
) -> Result<Option<String>, Problem> {
    let data: Option<Value> = link_table::table
        .filter(link_table::account_id.eq(id))
        .filter(link_table::purpose.eq(ADDRESS.word()))
        .filter(link_table::used_at.is_null())
        .filter(link_table::expires_at.gt(now))
        .order(link_table::created_at.desc())
        .select(link_table::data)
        .first(conn)
        .optional()?;
    Ok(data.map(serde_json::from_value::<NewAddress>).transpose()?.map(|new| new.email))
}

/// Confirms a new mail address by the link that was mailed to it.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmAddress {
    /// The token of the link.
    #[schema(value_type = String)]
    pub token: Token,
}

impl Command for ConfirmAddress {
    type Output = ();
    const NAME: &'static str = "change_mail_address";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let taken = one_time_link::take(tx, ADDRESS, &self.token)?;
        let (id, new) = (taken.account()?, taken.data::<NewAddress>()?);
        let row = lock(tx, id)?;
        if !row.active {
            return Err(one_time_link::invalid_link());
        }
        diesel::update(account::table.find(id)).set(account::email.eq(&new.email)).execute(&mut *tx.conn)?;
        // Links that went to the old address.
        one_time_link::void(tx, RESET, id)?;
        if let Some(old) = recipient(&row) {
            let mail = Mail::AddressChanged { username: row.username.clone(), email: new.email, at: tx.now };
            outbox::enqueue(tx, &old, &mail)?;
        }
        let subject = Subject { region: row.region.as_deref(), ..Subject::new("account", id.0) };
        tx.audit(Self::NAME, subject, json!({}))
    }
}
