//! What people said of dangers at an event: collected here, and entered as signals of danger (`signals`) at once.

use crate::core::Problem;
use crate::core::fields::Fields;
use crate::core::{Code, Text};
use crate::db::schema::outreach_signal;
use crate::db::{Command, Tx};
use crate::engagements::common::ids::OutreachSignalId;
use crate::engagements::common::steps::{audit, load_office};
use crate::engagements::ids::EngagementId;
use crate::engagements::state::{EngagementKind, EngagementState};
use crate::signals::enter::enter;
use crate::signals::ids::SignalId;
use crate::signals::new_signal::NewSignal;
use crate::signals::policy::own_region;
use crate::signals::source::SignalSource;
use crate::signals::store::MatchedBy;
use crate::signals::strip::strip;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The most signals of one call.
const MOST_AT_ONCE: usize = 50;
/// The most signals of one event.
const MOST: i64 = 500;
/// The most characters of a signal.
const MAX_TEXT: usize = 500;
/// How much of its text is its title.
const MAX_TITLE: usize = 60;

/// What somebody said of a danger. Who said it is not kept.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOutreachSignal {
    /// What was said, at most 500 characters; it names no person.
    pub text: String,
    /// Code of the product kind.
    #[serde(default)]
    pub product_kind: Option<String>,
    /// Code of the region that it is about: the officer's own or one under it; that of the event where none is named.
    #[serde(default)]
    pub region: Option<String>,
}

/// A signal that an event collected.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = outreach_signal, check_for_backend(Pg))]
pub struct OutreachSignalView {
    /// Id of the signal.
    pub id: OutreachSignalId,
    /// The event.
    pub engagement_id: EngagementId,
    /// What people reported, without anybody's name.
    pub text: String,
    /// Code of the product kind.
    pub product_kind: Option<String>,
    /// Code of the region that it is about.
    pub region: String,
    /// The day on which it was said.
    pub observed_on: NaiveDate,
    /// Whether it stands among the signals of danger.
    pub handed_over: bool,
    /// The signal of danger that it became.
    pub signal_id: Option<SignalId>,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
}

/// Enters signals that an event collected. Done by an officer of its region.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AddOutreachSignals {
    /// The event.
    pub id: EngagementId,
    /// The signals, at most 50 at once.
    pub signals: Vec<NewOutreachSignal>,
}

impl Command for AddOutreachSignals {
    type Output = EngagementId;
    const NAME: &'static str = "add_outreach_signals";

    fn run(&self, tx: &mut Tx) -> Result<EngagementId, Problem> {
        use outreach_signal as s;
        let row = load_office(tx, self.id, EngagementKind::Outreach)?;
        let (catalogue, today, home) = (tx.catalogue.clone(), tx.today(), own_region(&tx.actor)?);
        if row.state == EngagementState::Cancelled || row.on_day.is_some_and(|day| day > today) {
            let text = Text::new("活动尚未开展或者已取消", "the event has not taken place or was called off");
            return Err(Problem::new(Code::EngagementState, text));
        }
        let mut fields = Fields::new();
        let (zh, en) = ("一次须有 1 到 50 条", "must be 1 to 50 at once");
        fields.require((1..=MOST_AT_ONCE).contains(&self.signals.len()), "/signals", zh, en);
        let known: i64 = s::table.filter(s::engagement_id.eq(self.id)).count().get_result(&mut *tx.conn)?;
        let (zh, en) = ("一次活动最多 500 条", "at most 500 of one event");
        let new = i64::try_from(self.signals.len()).unwrap_or(i64::MAX);
        fields.require(known.saturating_add(new) <= MOST, "/signals", zh, en);
        let mut texts = Vec::new();
        for (at, signal) in self.signals.iter().enumerate().take(MOST_AT_ONCE) {
            // Who said it, and how to reach them, is not kept, whatever was typed.
            texts.push(strip(&fields.text(&format!("/signals/{at}/text"), &signal.text, MAX_TEXT)));
            let kind = signal.product_kind.as_deref();
            let known = kind.is_none_or(|code| catalogue.products.coded(code).is_some());
            let pointer = format!("/signals/{at}/product_kind");
            fields.require(known, &pointer, "未知的产品种类", "is not a known product kind");
            let own = signal.region.as_deref();
            let known = own.is_none_or(|code| catalogue.regions.contains(&home, code));
            let pointer = format!("/signals/{at}/region");
            let (zh, en) = ("须为本人辖区或其下级地区", "must be your region or one below it");
            fields.require(known, &pointer, zh, en);
        }
        fields.done()?;
        let by = tx.actor.account().ok_or_else(Problem::forbidden)?;
        let rows: Vec<_> = self
            .signals
            .iter()
            .zip(texts)
            .map(|(signal, text)| {
                (
                    s::id.eq(OutreachSignalId::new()),
                    s::engagement_id.eq(self.id),
                    s::text.eq(text),
                    s::product_kind.eq(signal.product_kind.clone()),
                    s::region.eq(signal.region.clone().unwrap_or_else(|| row.region.clone())),
                    s::observed_on.eq(row.on_day.unwrap_or(today)),
                    s::created_by.eq(by),
                    s::created_at.eq(tx.now),
                )
            })
            .collect();
        diesel::insert_into(s::table).values(rows).execute(&mut *tx.conn)?;
        hand_over(tx, self.id)?;
        audit(tx, &row, Self::NAME, json!({ "signals": self.signals.len() }))?;
        Ok(self.id)
    }
}

/// The signals of an event, the first one first: at most 500.
///
/// # Errors
/// When the database can't be asked.
pub fn of(conn: &mut PgConnection, id: EngagementId) -> QueryResult<Vec<OutreachSignalView>> {
    use outreach_signal as s;
    s::table
        .filter(s::engagement_id.eq(id))
        .order(s::id)
        .limit(MOST)
        .select(OutreachSignalView::as_select())
        .load(conn)
}

/// Enters what an event collected as signals of danger: reports of officers, each once, by its id here.
fn hand_over(tx: &mut Tx, event: EngagementId) -> Result<(), Problem> {
    use outreach_signal as s;
    let waiting: Vec<OutreachSignalView> = s::table
        .filter(s::engagement_id.eq(event))
        .filter(s::handed_over.eq(false))
        .order(s::id)
        .select(OutreachSignalView::as_select())
        .load(&mut *tx.conn)?;
    for one in &waiting {
        let title: String = one.text.chars().take(MAX_TITLE).collect();
        let source = SignalSource::Officer;
        let entered = enter(
            tx,
            &NewSignal {
                region: Some(one.region.clone()),
                product_kind: one.product_kind.clone(),
                said_by: MatchedBy::Person,
                text: one.text.clone(),
                ..NewSignal::new(source, &one.id.to_string(), &one.region, one.observed_on, &title)
            },
        )?;
        diesel::update(s::table.find(one.id))
            .set((s::handed_over.eq(true), s::handed_over_at.eq(tx.now), s::signal_id.eq(Some(entered.id))))
            .execute(&mut *tx.conn)?;
    }
    Ok(())
}
