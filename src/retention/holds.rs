//! Setting a legal hold and releasing it.

use crate::consultations;
use crate::core::actor::Scope;
use crate::core::fields::Fields;
use crate::core::ids::{AccountId, ConsultationId, EnterpriseId};
use crate::core::{Actor, Code, Problem, Text};
use crate::db::schema::retention_hold as h;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::remediation;
use crate::retention::ids::HoldId;
use chrono::NaiveDate;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text as SqlText, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// The most characters of a reason.
const MAX_REASON: usize = 2_000;

crate::word_enum! {
    /// What a hold is on. The table has the same words in a CHECK.
    pub enum HoldTarget {
        /// An enterprise with all of its consultations and people.
        Enterprise = "enterprise",
        /// A case with the consultations about its nonconformity.
        Case = "case",
        /// One consultation, with those that were merged into it.
        Consultation = "consultation",
    }
}

impl HoldTarget {
    /// For people: Chinese and English.
    pub fn text(self) -> Text {
        match self {
            Self::Enterprise => Text::new("企业", "enterprise"),
            Self::Case => Text::new("案件", "case"),
            Self::Consultation => Text::new("问诊", "consultation"),
        }
    }

    /// The kind of thing, as the audit has it.
    pub const fn subject(self) -> &'static str {
        match self {
            Self::Enterprise => "enterprise",
            Self::Case => "remediation_case",
            Self::Consultation => "consultation",
        }
    }
}

/// Sets a legal hold on an enterprise, a case or a consultation of the caller's region. Nothing that belongs to it is erased while it is in force.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetHold {
    /// The kind of record that is held.
    #[schema(inline)]
    pub target: HoldTarget,
    /// The enterprise, the case or the consultation.
    pub id: Uuid,
    /// Why, 1 to 2,000 characters.
    pub reason: String,
    /// The last day on which it is in force, in Asia/Shanghai; without it, until it is released.
    pub until: Option<NaiveDate>,
}

/// Lets no hold be set until the transaction ends; those that were set are seen by every statement behind this one.
///
/// # Errors
/// When the database refuses.
pub fn lock_holds(conn: &mut PgConnection) -> QueryResult<()> {
    conn.batch_execute("LOCK TABLE retention_hold IN SHARE MODE")
}

/// What a hold is on, as the rows say it.
#[derive(Debug, Clone, QueryableByName)]
pub struct Held {
    /// The enterprise that it is about.
    #[diesel(sql_type = SqlUuid)]
    pub enterprise_id: EnterpriseId,
    /// The name of the enterprise.
    #[diesel(sql_type = SqlText)]
    pub enterprise_name: String,
    /// The region of the enterprise.
    #[diesel(sql_type = SqlText)]
    pub region: String,
    /// The nonconformity, of a case.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub nonconformity_id: Option<Uuid>,
    /// What tells a case or a consultation from the others of the enterprise: report number, subject.
    #[diesel(sql_type = Nullable<SqlText>)]
    pub title: Option<String>,
}

/// The thing that a hold is to be on, for an officer who may know of it, of the region of its enterprise or of one around it.
///
/// # Errors
/// 403 for all but officers, 404 where there is none that the officer may know of.
pub fn held(conn: &mut PgConnection, actor: &Actor, target: HoldTarget, id: Uuid) -> Result<Held, Problem> {
    let Some(Scope::Admin(region)) = actor.scope() else { return Err(Problem::forbidden()) };
    let known = match target {
        // By the region of the enterprise, which the statement asks for of all three.
        HoldTarget::Enterprise => true,
        HoldTarget::Case => remediation::policy::may_know(conn, actor, id)?,
        HoldTarget::Consultation => consultations::policy::may_know(conn, actor, id)?,
    };
    if !known {
        return Err(Problem::not_found());
    }
    let of = match target {
        HoldTarget::Enterprise => {
            "SELECT $1::uuid AS enterprise_id, NULL::uuid AS nonconformity_id, NULL::text AS title"
        }
        HoldTarget::Case => {
            "SELECT c.enterprise_id, c.nonconformity_id, n.report_no AS title FROM published.remediation_case_ever c
             JOIN published.nonconformity_ever n ON n.id = c.nonconformity_id WHERE c.id = $1"
        }
        HoldTarget::Consultation => {
            "SELECT c.enterprise_id, NULL::uuid AS nonconformity_id, c.subject AS title FROM published.consultation c
             WHERE c.id = $1"
        }
    };
    diesel::sql_query(format!(
        "SELECT t.*, e.name AS enterprise_name, e.region FROM ({of}) AS t JOIN published.enterprise e ON e.id = t.enterprise_id
         WHERE e.region IN (SELECT s.region FROM region_scope s WHERE s.scope = $2)"
    ))
    .bind::<SqlUuid, _>(id)
    .bind::<SqlText, _>(region)
    .get_result(conn)
    .optional()?
    .ok_or_else(Problem::not_found)
}

impl Command for SetHold {
    type Output = HoldId;
    const NAME: &'static str = "set_hold";

    fn run(&self, tx: &mut Tx) -> Result<HoldId, Problem> {
        let by = tx.actor.account().ok_or_else(Problem::unauthenticated)?;
        let held = held(&mut tx.conn, &tx.actor, self.target, self.id)?;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, MAX_REASON);
        let today = tx.today();
        let past = self.until.is_some_and(|until| until < today);
        fields.require(!past, "/until", "不能早于今天", "must not be in the past");
        fields.done()?;
        let id = HoldId::new();
        let only = |target: HoldTarget| (self.target == target).then_some(self.id);
        diesel::insert_into(h::table)
            .values((
                h::id.eq(id),
                h::target.eq(self.target),
                h::enterprise_id.eq(held.enterprise_id),
                h::case_id.eq(only(HoldTarget::Case)),
                h::nonconformity_id.eq(held.nonconformity_id),
                h::consultation_id.eq(only(HoldTarget::Consultation).map(ConsultationId)),
                h::reason.eq(&reason),
                h::until_day.eq(self.until),
                h::set_by.eq(by),
                h::set_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        let subject = Subject::new(self.target.subject(), self.id).in_region(&held.region);
        tx.audit(Self::NAME, subject, json!({ "reason": reason, "until": self.until }))?;
        Ok(id)
    }
}

/// Releases a legal hold.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReleaseHold {
    /// The hold.
    pub id: HoldId,
    /// Why, 1 to 2,000 characters.
    pub reason: String,
}

type Row = (HoldTarget, EnterpriseId, Option<Uuid>, Option<ConsultationId>, bool);

impl Command for ReleaseHold {
    type Output = HoldId;
    const NAME: &'static str = "release_hold";

    fn run(&self, tx: &mut Tx) -> Result<HoldId, Problem> {
        let by = tx.actor.account().ok_or_else(Problem::unauthenticated)?;
        let (target, enterprise, case, consultation, released): Row = h::table
            .find(self.id)
            .select((
                h::target,
                h::enterprise_id,
                h::case_id,
                h::consultation_id,
                h::released_at.is_not_null(),
            ))
            .for_update()
            .first(&mut *tx.conn)?;
        let region = permit_release(tx, enterprise)?;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, MAX_REASON);
        fields.done()?;
        if released {
            return Err(Problem::new(
                Code::HoldReleased,
                Text::new("该留存措施已经解除", "the hold was released already"),
            ));
        }
        diesel::update(h::table.find(self.id))
            .set((
                h::released_by.eq(Some::<AccountId>(by)),
                h::released_at.eq(tx.now),
                h::release_reason.eq(&reason),
            ))
            .execute(&mut *tx.conn)?;
        let on = case.or(consultation.map(|id| id.0)).unwrap_or(enterprise.0);
        let subject = Subject::new(target.subject(), on).in_region(&region);
        tx.audit(Self::NAME, subject, json!({ "reason": reason }))?;
        Ok(self.id)
    }
}

/// The region of the enterprise of a hold, for an officer of that region or of one around it.
fn permit_release(tx: &mut Tx, enterprise: EnterpriseId) -> Result<String, Problem> {
    let Some(Scope::Admin(scope)) = tx.actor.scope().cloned() else { return Err(Problem::forbidden()) };
    let region = crate::enterprises::queries::region_of(&mut tx.conn, enterprise)?;
    if tx.catalogue.regions.contains(&scope, &region) { Ok(region) } else { Err(Problem::not_found()) }
}
