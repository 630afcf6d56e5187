//! A training that was announced is changed: its topic, time, place, address or kinds. Who was notified of it is notified of the change.

use crate::core::clock::shanghai_date;
use crate::core::fields::Fields;
use crate::core::{Problem, Text};
use crate::db::schema::{engagement, training};
use crate::db::{Command, Tx};
use crate::engagements::common::steps::{MAX_NOTE, MAX_SHORT, audit, load_run, step};
use crate::engagements::ids::EngagementId;
use crate::engagements::state::{EngagementKind, EngagementStep, transition};
use crate::engagements::store::require_version;
use crate::engagements::training::create::NewTraining;
use crate::engagements::training::notices::{self, TrainingNotice};
use crate::engagements::training::queries::TrainingView;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What is to be changed of a training. What is absent stays.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrainingChange {
    /// The topic, at most 200 characters.
    #[serde(default)]
    pub topic: Option<String>,
    /// Codes of the product kinds that it is about, at most 50; an empty list: all.
    #[serde(default)]
    pub product_kinds: Option<Vec<String>>,
    /// Where it takes place; blank where it does no more. Either this or `online_url` is needed.
    #[serde(default)]
    pub place: Option<String>,
    /// Where it is followed on line; blank where it is no more.
    #[serde(default)]
    pub online_url: Option<String>,
    /// When it begins.
    #[serde(default)]
    pub starts_at: Option<DateTime<Utc>>,
    /// When it ends, at most seven days later.
    #[serde(default)]
    pub ends_at: Option<DateTime<Utc>>,
    /// Why, at most 1,000 characters. Those who were notified of the training read it.
    pub reason: String,
    /// The version of the engagement that the sender saw; refused where there are steps after it.
    #[serde(default)]
    pub version: Option<i32>,
}

/// Changes a training that has not taken place. Done by who runs it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChangeTraining {
    /// The training.
    pub id: EngagementId,
    /// What changes.
    pub change: TrainingChange,
}

impl ChangeTraining {
    /// The training as it is to be.
    fn wanted(&self, before: &TrainingView) -> NewTraining {
        let change = &self.change;
        NewTraining {
            topic: change.topic.clone().unwrap_or_else(|| before.topic.clone()),
            region: Some(before.region.clone()),
            product_kinds: change.product_kinds.clone().unwrap_or_else(|| before.product_kinds.clone()),
            place: change.place.clone().or_else(|| before.place.clone()),
            online_url: change.online_url.clone().or_else(|| before.online_url.clone()),
            starts_at: change.starts_at.unwrap_or(before.starts_at),
            ends_at: change.ends_at.unwrap_or(before.ends_at),
            quiz: before.quiz,
            experts: Vec::new(),
            programme_id: before.programme_id,
            round_no: None,
            attachments: Vec::new(),
        }
    }
}

impl Command for ChangeTraining {
    type Output = EngagementId;
    const NAME: &'static str = "change_training";

    fn run(&self, tx: &mut Tx) -> Result<EngagementId, Problem> {
        let mut row = load_run(tx, self.id, EngagementKind::Training)?;
        require_version(&row, self.change.version)?;
        transition(row.kind, row.state, EngagementStep::Reschedule)?;
        let before: TrainingView =
            training::table.find(self.id).select(TrainingView::as_select()).first(&mut *tx.conn)?;
        let wanted = self.wanted(&before);
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.change.reason, MAX_NOTE);
        let topic = fields.text("/topic", &wanted.topic, MAX_SHORT);
        let (place, online) = wanted.check(tx, &mut fields)?;
        let mut kinds = wanted.product_kinds.clone();
        kinds.sort_unstable();
        kinds.dedup();
        let (starts_at, ends_at) = (wanted.starts_at, wanted.ends_at);
        let on_day = shanghai_date(starts_at);
        let (zh, en) =
            ("已有企业签到，不能改到其他日期", "enterprises have come already; it stays on its day");
        fields.require(before.attended == 0 || on_day == before.on_day, "/starts_at", zh, en);
        fields.done()?;
        let after = (&topic, &place, &online, starts_at, ends_at, &kinds);
        let known = (
            &before.topic,
            &before.place,
            &before.online_url,
            before.starts_at,
            before.ends_at,
            &before.product_kinds,
        );
        if after == known {
            return Err(Problem::field("", Text::new("没有需要修改的内容", "nothing would change")));
        }
        let detail = json!({
            "topic": before.topic, "place": before.place, "online_url": before.online_url,
            "starts_at": before.starts_at, "ends_at": before.ends_at, "product_kinds": before.product_kinds,
        });
        // The history keeps what it was before.
        step(tx, &mut row, EngagementStep::Reschedule, json!({ "before": detail, "reason": reason }))?;
        row.topic = topic.clone();
        diesel::update(engagement::table.find(self.id))
            .set((
                engagement::topic.eq(&topic),
                engagement::place.eq(&place),
                engagement::on_day.eq(on_day),
                engagement::starts_at.eq(starts_at),
                engagement::ends_at.eq(ends_at),
            ))
            .execute(&mut *tx.conn)?;
        diesel::update(training::table.find(self.id))
            .set((
                training::place.eq(&place),
                training::online_url.eq(&online),
                training::starts_at.eq(starts_at),
                training::ends_at.eq(ends_at),
                training::product_kinds.eq(&kinds),
                training::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        notices::news(tx, &row, &reason, TrainingNotice::Changed)?;
        audit(tx, &row, Self::NAME, json!({ "on": on_day, "reason": reason }))?;
        Ok(self.id)
    }
}
