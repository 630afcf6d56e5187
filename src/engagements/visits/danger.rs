//! Imminent danger: the one lawful way from a visit to the authority. A named act of the expert with a reason and the article on which it rests; the
//! enterprise is notified at once, the officers of the region see it in a list.

use crate::core::fields::Fields;
use crate::core::{Code, Problem, Text};
use crate::db::schema::{engagement_danger, engagement_finding};
use crate::db::tx::Subject;
use crate::db::{Command, Tx, regional};
use crate::engagements::ids::{DangerId, EngagementId, FindingId};
use crate::engagements::notices;
use crate::engagements::policy::Standing;
use crate::engagements::state::{DangerGround, EngagementKind};
use crate::engagements::store::{account, audit, enterprise_of, lock_visible};
use crate::engagements::visits::propose::rules_today;
use chrono::{DateTime, Utc};
use diesel::dsl::{exists, select};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The most characters of a reason and of a note.
const MAX_TEXT: usize = 1_000;
/// The most reports of one visit.
const MOST: i64 = 20;

/// What an expert reports.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDanger {
    /// The finding that it is about, where there is one; officers see the reason and not the finding.
    #[serde(default)]
    pub finding_id: Option<FindingId>,
    /// On what the report rests.
    #[schema(inline)]
    pub ground: DangerGround,
    /// What endangers whom, at most 1,000 characters. The enterprise and the officers of the region read it.
    pub reason: String,
}

/// Reports imminent danger that an expert saw on a visit.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReportImminentDanger {
    /// The visit.
    pub id: EngagementId,
    /// What is reported.
    pub danger: NewDanger,
}

impl Command for ReportImminentDanger {
    type Output = DangerId;
    const NAME: &'static str = "report_imminent_danger";

    fn run(&self, tx: &mut Tx) -> Result<DangerId, Problem> {
        use engagement_danger as d;
        let (row, standing) = lock_visible(tx, self.id)?;
        if standing != Standing::Expert || row.kind != EngagementKind::Visit {
            return Err(Problem::forbidden());
        }
        if !row.state.has_begun() {
            return Err(Problem::new(
                Code::EngagementState,
                Text::new("到场之后方可报告紧急危险", "danger is reported once the visit has begun"),
            ));
        }
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.danger.reason, MAX_TEXT);
        if let Some(finding) = self.danger.finding_id {
            let own =
                engagement_finding::table.find(finding).filter(engagement_finding::engagement_id.eq(self.id));
            let known: bool = select(exists(own)).get_result(&mut *tx.conn)?;
            let (zh, en) = ("不是本次上门登记的问题", "is not a finding of this visit");
            fields.require(known, "/finding_id", zh, en);
        }
        let there: i64 = d::table.filter(d::engagement_id.eq(self.id)).count().get_result(&mut *tx.conn)?;
        let (zh, en) = ("一次上门最多报告 20 次", "a visit has at most 20 reports");
        fields.require(there < MOST, "/reason", zh, en);
        fields.done()?;
        let rules = rules_today(tx)?;
        let article = rules.article(self.danger.ground).clone();
        let enterprise = enterprise_of(&mut tx.conn, self.id)?;
        let id = DangerId::new();
        diesel::insert_into(d::table)
            .values((
                d::id.eq(id),
                d::engagement_id.eq(self.id),
                d::enterprise_id.eq(enterprise),
                d::region.eq(&row.region),
                d::finding_id.eq(self.danger.finding_id),
                d::ground.eq(self.danger.ground),
                d::reason.eq(&reason),
                d::article.eq(article.zh.as_ref()),
                d::reported_by.eq(account(tx)?),
                d::reported_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        let data =
            json!({ "danger": id, "ground": self.danger.ground, "article": article.zh, "reason": reason });
        audit(tx, &row, Self::NAME, data)?;
        notices::danger(tx, &row, &article, &reason)?;
        Ok(id)
    }
}

/// Notes what an officer did about a report of imminent danger.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AcknowledgeDanger {
    /// The report.
    pub id: DangerId,
    /// What is done about it, at most 1,000 characters.
    pub note: String,
}

impl Command for AcknowledgeDanger {
    type Output = DangerId;
    const NAME: &'static str = "acknowledge_imminent_danger";

    fn run(&self, tx: &mut Tx) -> Result<DangerId, Problem> {
        use engagement_danger as d;
        regional::permit(&tx.actor)?;
        let (region, before, engagement): (String, Option<DateTime<Utc>>, EngagementId) = d::table
            .find(self.id)
            .for_update()
            .select((d::region, d::acknowledged_at, d::engagement_id))
            .first(&mut *tx.conn)?;
        if !regional::sees(&tx.actor, &region, &tx.catalogue) {
            return Err(Problem::not_found());
        }
        if before.is_some() {
            return Err(Problem::new(
                Code::EngagementState,
                Text::new("该报告已经处理", "the report was dealt with already"),
            ));
        }
        let mut fields = Fields::new();
        let note = fields.text("/note", &self.note, MAX_TEXT);
        fields.done()?;
        diesel::update(d::table.find(self.id))
            .set((d::acknowledged_by.eq(account(tx)?), d::acknowledged_at.eq(tx.now), d::note.eq(&note)))
            .execute(&mut *tx.conn)?;
        let subject = Subject::new("engagement", engagement.0).in_region(&region);
        tx.audit(Self::NAME, subject, json!({ "danger": self.id, "note": note }))?;
        Ok(self.id)
    }
}
