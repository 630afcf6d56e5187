//! The weekly digest: on Mondays, to the officers who want it, of their region: what rose in the week that is over, its new alerts, letters that are due or late.

use crate::accounts::store::{find, recipient};
use crate::app::App;
use crate::catalogue::Catalogue;
use crate::core::clock::{day_in, shanghai_date, shanghai_midnight};
use crate::core::ids::AccountId;
use crate::core::{Actor, Caller, Language, Problem};
use crate::db::schema::risk_digest;
use crate::db::{Command, Tx};
use crate::notifications::outbox;
use crate::risk::alerts::state::AlertCause;
use crate::risk::index::keep::{keep, rules};
use crate::risk::mails::Mail;
use crate::risk::settings::RiskKeepingSettings;
use crate::web::room::Job;
use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, Utc, Weekday};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Integer, Nullable, Text, Timestamptz};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How often it looks.
const POLL: std::time::Duration = std::time::Duration::from_secs(600);
/// The most lines of each part of a digest.
const NAMED: i64 = 10;

/// Sends the digests.
pub const JOB: Job = Job {
    name: "risk_digest",
    wake: None,
    poll: POLL,
    start: |_, stop| {
        let stop = Arc::clone(stop);
        Ok(Box::new(move |app| send(app, &|| stop.is_set()).map(|()| false)))
    },
};

/// Whether the caller wants the weekly digest.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DigestWish {
    /// Whether it is sent.
    pub wanted: bool,
}

/// Subscribes to the weekly digest, or cancels the subscription. Done by an officer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SetDigest {
    /// Whether it is sent.
    pub wanted: bool,
}

impl Command for SetDigest {
    type Output = DigestWish;
    const NAME: &'static str = "set_risk_digest";

    fn run(&self, tx: &mut Tx) -> Result<DigestWish, Problem> {
        use risk_digest as d;
        let account = crate::db::officer_steps::officer(tx)?;
        diesel::insert_into(d::table)
            .values((d::account_id.eq(account), d::wanted.eq(self.wanted), d::updated_at.eq(tx.now)))
            .on_conflict(d::account_id)
            .do_update()
            .set((d::wanted.eq(self.wanted), d::updated_at.eq(tx.now)))
            .execute(&mut *tx.conn)?;
        Ok(DigestWish { wanted: self.wanted })
    }
}

/// Whether the actor wants it.
///
/// # Errors
/// When the database can't be asked.
pub fn wanted(conn: &mut PgConnection, actor: &Actor) -> Result<DigestWish, Problem> {
    let Some(account) = actor.account() else { return Err(Problem::unauthenticated()) };
    let wanted: Option<bool> =
        risk_digest::table.find(account).select(risk_digest::wanted).first(conn).optional()?;
    Ok(DigestWish { wanted: wanted.unwrap_or(false) })
}

/// The Monday of a day's week.
fn monday(day: NaiveDate) -> NaiveDate {
    day.checked_sub_days(Days::new(day.weekday().num_days_from_monday().into())).unwrap_or(day)
}

/// Sends the digest of this week's Monday to whoever has not got it, from its hour on.
///
/// # Errors
/// When the database is unavailable.
pub fn send(app: &App, stopped: &dyn Fn() -> bool) -> Result<(), Problem> {
    let now = app.clock().now();
    let today = shanghai_date(now);
    let hour = app.settings().section::<RiskKeepingSettings>().digest_hour;
    let begins = shanghai_midnight(today) + Duration::hours(hour.into());
    if today.weekday() != Weekday::Mon || now < begins {
        return Ok(());
    }
    let due: Vec<AccountId> = risk_digest::table
        .filter(risk_digest::wanted.eq(true))
        .filter(risk_digest::sent_for.is_null().or(risk_digest::sent_for.lt(today)))
        .order(risk_digest::account_id)
        .select(risk_digest::account_id)
        .load(&mut *app.conn()?)?;
    if due.is_empty() {
        return Ok(());
    }
    for back in [1, 8] {
        if let Some(day) = today.checked_sub_days(Days::new(back)) {
            keep(app, day)?;
        }
    }
    for account in due {
        if stopped() {
            break;
        }
        app.execute(&Caller::system(), &SendDigest { account, monday: monday(today) })?;
    }
    Ok(())
}

/// Sends the digest of a Monday to an officer, once. Done by the platform.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct SendDigest {
    /// The officer.
    pub account: AccountId,
    /// The Monday.
    pub monday: NaiveDate,
}

impl Command for SendDigest {
    type Output = bool;
    const NAME: &'static str = "send_risk_digest";

    fn run(&self, tx: &mut Tx) -> Result<bool, Problem> {
        use risk_digest as d;
        if tx.actor != Actor::System {
            return Err(Problem::forbidden());
        }
        let (wanted, sent_for): (bool, Option<NaiveDate>) =
            d::table.find(self.account).select((d::wanted, d::sent_for)).for_update().first(&mut *tx.conn)?;
        if !wanted || sent_for.is_some_and(|day| day >= self.monday) {
            return Ok(false);
        }
        diesel::update(d::table.find(self.account))
            .set(d::sent_for.eq(self.monday))
            .execute(&mut *tx.conn)?;
        let row = find(&mut tx.conn, self.account)?;
        if !row.active {
            return Ok(false);
        }
        let (Some(region), Some(to)) = (row.region.clone(), recipient(&row)) else { return Ok(false) };
        let mail = self.mail(tx, &region, to.language)?;
        outbox::enqueue(tx, &to, &mail)?;
        Ok(true)
    }
}

impl SendDigest {
    fn mail(&self, tx: &mut Tx, region: &str, language: Language) -> Result<Mail, Problem> {
        let back = |days| self.monday.checked_sub_days(Days::new(days)).unwrap_or(self.monday);
        let (from, until) = (back(7), back(1));
        let catalogue = Arc::clone(&tx.catalogue);
        let settings = Arc::clone(&tx.settings);
        let window = rules(&settings, until)?.windows.first().copied().unwrap_or(365);
        let none = match language {
            Language::Zh => "- 无",
            Language::En => "- none",
        };
        let lines = |lines: Vec<String>| if lines.is_empty() { none.to_owned() } else { lines.join("\n") };
        let risen = risen(&mut tx.conn, region, (back(8), until, window))?;
        let risen = risen.iter().map(|row| row.line(&catalogue, language)).collect();
        let week = (shanghai_midnight(from), shanghai_midnight(self.monday));
        let alerts = raised(&mut tx.conn, region, week)?;
        let alerts = alerts.iter().map(|row| row.line(&catalogue, language)).collect();
        let next = self.monday.checked_add_days(Days::new(6)).unwrap_or(self.monday);
        let letters = letters(&mut tx.conn, region, next)?;
        let letters = letters.iter().map(|row| row.line(language, self.monday)).collect();
        let name = catalogue.regions.get(region).map_or(region, |found| found.name_in(language)).to_owned();
        Ok(Mail::RiskDigest {
            region: name,
            from,
            until,
            risen: lines(risen).into(),
            alerts: lines(alerts).into(),
            letters: lines(letters).into(),
            link: tx.link("/risk"),
        })
    }
}

/// A kind and a region in words.
fn place(catalogue: &Catalogue, language: Language, kind: &str, region: &str) -> String {
    let kind = catalogue.products.kind(kind).map_or(kind, |kind| kind.name(language));
    let region = catalogue.regions.get(region).map_or(region, |region| region.name_in(language));
    match language {
        Language::Zh => format!("{region}{kind}"),
        Language::En => format!("{kind} in {region}"),
    }
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Risen {
    #[diesel(sql_type = Text)]
    product_kind: String,
    #[diesel(sql_type = Text)]
    region: String,
    #[diesel(sql_type = Integer)]
    now: i32,
    #[diesel(sql_type = Integer)]
    before: i32,
}

impl Risen {
    fn line(&self, catalogue: &Catalogue, language: Language) -> String {
        let of = place(catalogue, language, &self.product_kind, &self.region);
        let (before, now) = (f64::from(self.before) / 100.0, f64::from(self.now) / 100.0);
        match language {
            Language::Zh => format!("- {of}：指数由 {before:.1} 升至 {now:.1}"),
            Language::En => format!("- {of}: from {before:.1} to {now:.1}"),
        }
    }
}

/// The cells of a region `$1` and all under it whose index rose from the day `$2` to the day `$3`, the most first.
const RISEN: &str = "
    SELECT c.product_kind, c.region, c.index_value AS now, coalesce(b.index_value, 0) AS before
    FROM risk_cell c
    JOIN region_scope s ON s.region = c.region AND s.scope = $1
    LEFT JOIN risk_cell b ON b.day = $2 AND b.window_days = c.window_days AND b.product_kind = c.product_kind AND b.region = c.region
    WHERE c.day = $3 AND c.window_days = $4 AND c.index_value > coalesce(b.index_value, 0)
    ORDER BY c.index_value - coalesce(b.index_value, 0) DESC, c.place
    LIMIT $5";

fn risen(
    conn: &mut PgConnection,
    region: &str,
    (before, day, window): (NaiveDate, NaiveDate, i32),
) -> Result<Vec<Risen>, Problem> {
    Ok(diesel::sql_query(RISEN)
        .bind::<Text, _>(region)
        .bind::<Date, _>(before)
        .bind::<Date, _>(day)
        .bind::<Integer, _>(window)
        .bind::<BigInt, _>(NAMED)
        .load(conn)?)
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Raised {
    #[diesel(sql_type = Text)]
    cause: AlertCause,
    #[diesel(sql_type = Text)]
    product_kind: String,
    #[diesel(sql_type = Nullable<Text>)]
    item: Option<String>,
    #[diesel(sql_type = Text)]
    region: String,
}

impl Raised {
    fn line(&self, catalogue: &Catalogue, language: Language) -> String {
        let of = place(catalogue, language, &self.product_kind, &self.region);
        let cause = self.cause.text();
        let cause = cause.get(language);
        match (&self.item, language) {
            (Some(item), Language::Zh) => format!("- {of}：{cause}（{item}）"),
            (Some(item), Language::En) => format!("- {of}: {cause} ({item})"),
            (None, Language::Zh) => format!("- {of}：{cause}"),
            (None, Language::En) => format!("- {of}: {cause}"),
        }
    }
}

/// The alerts of a region `$1` and all under it that were raised from `$2` to before `$3`, the latest first.
const RAISED: &str = "
    SELECT a.cause, a.product_kind, a.item, a.region
    FROM quality_alert a
    JOIN region_scope s ON s.region = a.region AND s.scope = $1
    WHERE a.opened_at >= $2 AND a.opened_at < $3
    ORDER BY a.id DESC
    LIMIT $4";

fn raised(
    conn: &mut PgConnection,
    region: &str,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<Raised>, Problem> {
    Ok(diesel::sql_query(RAISED)
        .bind::<Text, _>(region)
        .bind::<Timestamptz, _>(from)
        .bind::<Timestamptz, _>(until)
        .bind::<BigInt, _>(NAMED)
        .load(conn)?)
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Due {
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Date)]
    due_on: NaiveDate,
}

impl Due {
    fn line(&self, language: Language, monday: NaiveDate) -> String {
        let (title, due_on) = (&self.title, day_in(language, self.due_on));
        match (language, self.due_on < monday) {
            (Language::Zh, false) => format!("- {title}（{due_on}到期）"),
            (Language::Zh, true) => format!("- {title}（{due_on}到期，已逾期）"),
            (Language::En, false) => format!("- {title} (due {due_on})"),
            (Language::En, true) => format!("- {title} (late, was due {due_on})"),
        }
    }
}

/// The letters that are late or due until a day, those that have waited longest first.
fn letters(conn: &mut PgConnection, region: &str, until: NaiveDate) -> Result<Vec<Due>, Problem> {
    Ok(diesel::sql_query(
        "SELECT l.title, l.due_on FROM risk_letters_due($1, $2) l ORDER BY l.due_on, l.title LIMIT $3",
    )
    .bind::<Text, _>(region)
    .bind::<Date, _>(until)
    .bind::<BigInt, _>(NAMED)
    .load(conn)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_begins_on_its_monday() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(monday(day("2026-11-30")), day("2026-11-30"));
        assert_eq!(monday(day("2026-12-06")), day("2026-11-30"));
    }
}
