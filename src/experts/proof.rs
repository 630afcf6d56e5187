//! The mailbox of an application is proved before any officer sees it: a one-time link goes there, and behind it name and password are
//! chosen. Until then the application is kept apart and deleted when the link ends. Every application that is well formed gets the same
//! answer after the same time, whatever is known of its address. Several stand beside each other, and none uses up another's mails.

use crate::accounts::new_password::NewPassword;
use crate::accounts::one_time_link::invalid_link;
use crate::accounts::password_policy;
use crate::attachments::{Attachment, applications};
use crate::core::Problem;
use crate::core::fields::Fields;
use crate::core::hidden_characters::mark_hidden;
use crate::core::ids::ExpertId;
use crate::core::secret::{Token, random_token, sha256};
use crate::db::schema::expert_application as a;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::experts::application::{Applied, ApplyAsExpert};
use crate::experts::mails::Mail;
use crate::experts::settings::ApplicationSettings;
use crate::notifications::{Recipient, outbox};
use crate::web::anonymous_calls::coarse;
use chrono::{DateTime, Duration, Utc};
use diesel::dsl::max;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

/// The answer to every application.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ApplicationReceived {
    /// Its id, later the expert's.
    pub id: ExpertId,
    /// Always `received`.
    pub state: String,
}

impl Command for ApplyAsExpert {
    type Output = ApplicationReceived;
    const NAME: &'static str = "request_application";

    fn run(&self, tx: &mut Tx) -> Result<ApplicationReceived, Problem> {
        let address = self.check(tx)?.email;
        let answer = ApplicationReceived { id: ExpertId::new(), state: "received".to_owned() };
        if !may_mail(tx, &address.to_lowercase(), &self.network)? {
            return Ok(answer);
        }
        let hours = tx.settings.section::<ApplicationSettings>().link_hours;
        let token = random_token()?;
        diesel::insert_into(a::table)
            .values((
                a::id.eq(answer.id.0),
                a::address.eq(address.to_lowercase()),
                a::network.eq(&self.network),
                a::application.eq(serde_json::to_value(self)?),
                a::token_hash.eq(sha256(token.as_bytes())),
                a::created_at.eq(tx.now),
                a::expires_at.eq(tx.now + Duration::hours(i64::from(hours))),
            ))
            .execute(&mut *tx.conn)?;
        // Nobody has proved the address yet, so nothing that was typed is in the mail, the name least of all.
        let to = Recipient { address, name: String::new(), language: self.language };
        let mail = Mail::ApplicationLink {
            asked: tx.now,
            network: coarse(&self.network),
            link: tx.link(&format!("/apply/confirm#token={token}")),
            valid_hours: hours,
        };
        outbox::enqueue(tx, &to, &mail)?;
        tx.audit(Self::NAME, Subject::new("expert_application", answer.id.0), json!({}))?;
        Ok(answer)
    }
}

/// Whether a link may go to this address for this network.
fn may_mail(tx: &mut Tx, address: &str, network: &str) -> Result<bool, Problem> {
    let limits = tx.settings.section::<ApplicationSettings>();
    let since = tx.now - Duration::hours(24);
    let to_address = a::table.filter(a::address.eq(address));
    let declined: i64 = to_address
        .filter(a::network.eq(network))
        .filter(a::application.is_null())
        .filter(a::expires_at.gt(tx.now))
        .count()
        .get_result(&mut *tx.conn)?;
    let recent = to_address.filter(a::created_at.gt(since));
    let of_network: i64 = recent.filter(a::network.eq(network)).count().get_result(&mut *tx.conn)?;
    let everybody: i64 = recent.count().get_result(&mut *tx.conn)?;
    let last: Option<DateTime<Utc>> = recent.select(max(a::created_at)).first(&mut *tx.conn)?;
    // A flood of others delays a link and does not end what the rightful person may do.
    let in_a_while = last.is_none_or(|at| tx.now - at >= Duration::minutes(limits.minutes_between.into()));
    Ok(declined == 0
        && of_network < i64::from(limits.mails_per_network_day)
        && (in_a_while || everybody < i64::from(limits.mails_per_address_day)))
}

/// The token of a one-time link.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApplicationToken {
    /// The token of the link, as it stands in the fragment of its address.
    #[schema(value_type = String)]
    pub token: Token,
}

/// What the page behind a one-time link shows before anything is decided.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ApplicationShown {
    /// The name of the applicant, as that person wrote it; hidden characters stand as `⟨U+202E⟩`.
    pub name: String,
    /// The professional title, likewise.
    pub title: String,
    /// The mail address to which the link went.
    pub email: String,
    /// The network from which it came, by its first bits.
    pub network: String,
    /// When the person asked, UTC.
    pub asked_at: DateTime<Utc>,
    /// Until when the link is good.
    pub expires_at: DateTime<Utc>,
    /// The certificates that were uploaded so far.
    pub certificates: Vec<Attachment>,
    /// How many certificates there may be.
    pub most_certificates: u32,
    /// Bytes of the greatest certificate.
    pub most_certificate_bytes: u64,
}

/// What is behind a link, for whoever has it.
///
/// # Errors
/// 422 where the link is not good.
pub fn show(
    conn: &mut PgConnection,
    token: &Token,
    now: DateTime<Utc>,
    settings: &ApplicationSettings,
) -> Result<ApplicationShown, Problem> {
    type Row = (ExpertId, Option<Value>, String, DateTime<Utc>, DateTime<Utc>);
    let (id, application, network, asked_at, expires_at): Row = a::table
        .filter(a::token_hash.eq(token.hash()))
        .filter(a::expires_at.gt(now))
        .select((a::id, a::application, a::network, a::created_at, a::expires_at))
        .first(&mut *conn)
        .optional()?
        .ok_or_else(invalid_link)?;
    let application: ApplyAsExpert = serde_json::from_value(application.unwrap_or_default())?;
    Ok(ApplicationShown {
        name: mark_hidden(&application.name).into_owned(),
        title: mark_hidden(&application.title).into_owned(),
        email: application.email,
        network: coarse(&network),
        asked_at,
        expires_at,
        certificates: applications::of(conn, &[id.0])?.remove(&id.0).unwrap_or_default(),
        most_certificates: settings.certificates,
        most_certificate_bytes: settings.certificate_bytes,
    })
}

/// Whether a link can be confirmed now. Nobody without one costs a hash.
///
/// # Errors
/// When the database can't be asked.
pub fn is_open(conn: &mut PgConnection, token: &Token, now: DateTime<Utc>) -> Result<bool, Problem> {
    let open = a::table.filter(a::token_hash.eq(token.hash())).filter(a::expires_at.gt(now));
    Ok(open.count().get_result::<i64>(conn)? > 0)
}

/// Uses the one-time link: the application goes to the officers, with the name and the password that are chosen now.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmApplication {
    /// The token of the link.
    #[schema(value_type = String)]
    pub token: Token,
    /// The name to log in with.
    pub username: String,
    /// The password, at least 10 characters.
    #[schema(value_type = String, format = Password)]
    pub password: NewPassword,
}

impl Command for ConfirmApplication {
    type Output = Applied;
    const NAME: &'static str = "apply_as_expert";

    fn run(&self, tx: &mut Tx) -> Result<Applied, Problem> {
        let (id, application) = lock(tx, &self.token)?;
        let told: ApplyAsExpert = serde_json::from_value(application.clone())?;
        let mut fields = Fields::new();
        let username = fields.username("/username", &self.username);
        let phone = told.phone.as_deref().unwrap_or_default();
        let about = [username.as_str(), told.name.as_str(), told.email.as_str(), phone];
        password_policy::check(&mut fields, "/password", self.password.typed(), &about);
        fields.done()?;
        // Again: regions and kinds may be others than they were.
        let checked = told.check(tx)?;
        let applied = told.admit(tx, id, &checked, &username, self.password.ready()?)?;
        // The same sent twice was one application; others to this address stay until their links end.
        let address = checked.email.to_lowercase();
        let same = a::table.filter(a::address.eq(address)).filter(a::application.eq(application));
        let gone: Vec<Uuid> = diesel::delete(same).returning(a::id).get_results(&mut *tx.conn)?;
        let others: Vec<Uuid> = gone.into_iter().filter(|one| *one != id.0).collect();
        applications::discard(&mut tx.conn, &others)?;
        let to = Recipient { address: checked.email, name: told.name.clone(), language: told.language };
        outbox::enqueue(tx, &to, &Mail::ApplicationReceived { expert: told.name })?;
        tx.audit(Self::NAME, Subject::new("expert", id.0), json!({ "username": username }))?;
        Ok(applied)
    }
}

/// Says that nobody who reads the mailbox applied. What was typed is deleted at once, and this network causes no more mails there.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclineApplication {
    /// The token of the link.
    #[schema(value_type = String)]
    pub token: Token,
}

/// What became of the application.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ApplicationDeclined {
    /// Always `declined`.
    pub state: String,
}

impl Command for DeclineApplication {
    type Output = ApplicationDeclined;
    const NAME: &'static str = "decline_application";

    fn run(&self, tx: &mut Tx) -> Result<ApplicationDeclined, Problem> {
        let (id, _) = lock(tx, &self.token)?;
        let days = i64::from(tx.settings.section::<ApplicationSettings>().declined_days);
        let own = a::table.find(id.0).select((a::address, a::network));
        let (address, network): (String, String) = own.first(&mut *tx.conn)?;
        let all = a::table.filter(a::address.eq(address)).filter(a::network.eq(network));
        let declined: Vec<Uuid> = diesel::update(all)
            .set((
                a::application.eq(None::<Value>),
                a::token_hash.eq(None::<Vec<u8>>),
                a::expires_at.eq(tx.now + Duration::days(days)),
            ))
            .returning(a::id)
            .get_results(&mut *tx.conn)?;
        applications::discard(&mut tx.conn, &declined)?;
        tx.audit(Self::NAME, Subject::new("expert_application", id.0), json!({}))?;
        Ok(ApplicationDeclined { state: "declined".to_owned() })
    }
}

/// Loads and locks the application of a link that is good.
pub(super) fn lock(tx: &mut Tx, token: &Token) -> Result<(ExpertId, Value), Problem> {
    let found: Option<(ExpertId, Option<Value>)> = a::table
        .filter(a::token_hash.eq(token.hash()))
        .filter(a::expires_at.gt(tx.now))
        .select((a::id, a::application))
        .for_update()
        .first(&mut *tx.conn)
        .optional()?;
    found.and_then(|(id, application)| Some((id, application?))).ok_or_else(invalid_link)
}
