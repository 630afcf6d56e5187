//! Enterprises are invited to a training: by region, kind of product and list status, or one by one. They are notified by the job in
//! [`notices`](super::notices).

use crate::core::Problem;
use crate::core::actor::Scope;
use crate::core::fields::Fields;
use crate::core::ids::EnterpriseId;
use crate::core::{Code, Text};
use crate::db::published::enterprise;
use crate::db::schema::{engagement_enterprise, training, training_attendee};
use crate::db::{Command, Tx};
use crate::engagements::commitments::create::rules;
use crate::engagements::common::steps::{audit, load_run};
use crate::engagements::common::words::ListStatus;
use crate::engagements::ids::EngagementId;
use crate::engagements::state::{EngagementKind, EngagementState};
use crate::engagements::store::Row;
use crate::engagements::training::notices::INVITED;
use crate::engagements::visits::fitness::known_among;
use crate::programmes::ids::ProgrammeId;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text as SqlText, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeSet;

/// The most enterprises that are named one by one, and rows of one statement.
const MOST_NAMED: usize = 1_000;
/// The most product kinds.
const MOST_KINDS: usize = 50;

fn any() -> ListStatus {
    ListStatus::Any
}

/// Who is invited: those who fit `region`, `product_kinds` and `list_status`, where one of them is said, and those that are named.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Invitation {
    /// Code of a region: the training's own or one under it.
    #[serde(default)]
    pub region: Option<String>,
    /// Codes of product kinds of which the enterprise has a failed product on the list, at most 50; none: any.
    #[serde(default)]
    pub product_kinds: Vec<String>,
    /// How the enterprise stands on the zero-out list.
    #[serde(default = "any")]
    #[schema(inline)]
    pub list_status: ListStatus,
    /// Ids of enterprises, at most 1,000.
    #[serde(default)]
    pub enterprises: Vec<EnterpriseId>,
    /// Unified social credit codes of enterprises, at most 1,000.
    #[serde(default)]
    pub usccs: Vec<String>,
}

/// How many were invited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Invited {
    /// Enterprises that were invited by this call.
    pub invited: usize,
    /// Enterprises that fitted and had been invited before.
    pub before: usize,
}

/// Invites enterprises to a training. Done by who runs it; an expert names enterprises that it consults or consulted.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct InviteToTraining {
    /// The training.
    pub id: EngagementId,
    /// Who is invited.
    pub invitation: Invitation,
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Meant {
    #[diesel(sql_type = SqlUuid)]
    enterprise_id: EnterpriseId,
}

/// Those of these enterprises that are none of the programme's cohort.
///
/// # Errors
/// When the database can't be asked.
pub fn outside(
    tx: &mut Tx,
    programme: Option<ProgrammeId>,
    of: &[EnterpriseId],
) -> Result<BTreeSet<EnterpriseId>, Problem> {
    let Some(programme) = programme else { return Ok(BTreeSet::new()) };
    let found: Vec<Meant> = diesel::sql_query(
        "SELECT e.enterprise_id FROM unnest($1) AS e (enterprise_id) WHERE NOT engagement_in_cohort($2, e.enterprise_id)",
    )
    .bind::<Array<SqlUuid>, _>(of)
    .bind::<SqlUuid, _>(programme)
    .load(&mut *tx.conn)?;
    Ok(found.into_iter().map(|one| one.enterprise_id).collect())
}

impl InviteToTraining {
    fn named(&self, tx: &mut Tx, fields: &mut Fields, row: &Row) -> Result<Vec<EnterpriseId>, Problem> {
        let Invitation { enterprises, usccs, .. } = &self.invitation;
        let (zh, en) = ("最多 1000 家", "at most 1,000");
        fields.require(enterprises.len() <= MOST_NAMED, "/enterprises", zh, en);
        fields.require(usccs.len() <= MOST_NAMED, "/usccs", zh, en);
        let codes: Vec<String> = usccs.iter().take(MOST_NAMED).map(|c| c.trim().to_uppercase()).collect();
        let ids: Vec<EnterpriseId> = enterprises.iter().take(MOST_NAMED).copied().collect();
        let found: Vec<(EnterpriseId, String, String)> = enterprise::table
            .filter(enterprise::id.eq_any(&ids).or(enterprise::uscc.eq_any(&codes)))
            .filter(enterprise::withdrawn_at.is_null())
            .select((enterprise::id, enterprise::uscc, enterprise::region))
            .load(&mut *tx.conn)?;
        let found: Vec<(EnterpriseId, String, String)> = match tx.actor.scope().cloned() {
            // An expert invites whom it works with.
            Some(Scope::Expert(own)) => {
                let all: Vec<EnterpriseId> = found.iter().map(|(id, ..)| *id).collect();
                let known = known_among(&mut tx.conn, own, &all)?;
                found.into_iter().filter(|(id, ..)| known.contains(id)).collect()
            }
            _ => found,
        };
        let (zh, en) = (
            "不是培训所在地区内您可以邀请的企业",
            "is no enterprise of the training’s region that you can invite",
        );
        let within = |region: &str| tx.catalogue.regions.contains(&row.region, region);
        for (at, id) in ids.iter().enumerate() {
            let known = found.iter().any(|(known, _, region)| known == id && within(region));
            fields.require(known, &format!("/enterprises/{at}"), zh, en);
        }
        for (at, code) in codes.iter().enumerate() {
            let known = found.iter().any(|(_, known, region)| known == code && within(region));
            fields.require(known, &format!("/usccs/{at}"), zh, en);
        }
        Ok(found.into_iter().map(|(id, ..)| id).collect())
    }

    /// Those who fit; nobody where neither region nor kinds nor status are said.
    fn meant(
        &self,
        tx: &mut Tx,
        fields: &mut Fields,
        row: &Row,
        most: u32,
    ) -> Result<Vec<EnterpriseId>, Problem> {
        let Invitation { region, product_kinds, list_status, .. } = &self.invitation;
        if region.is_none() && product_kinds.is_empty() && *list_status == ListStatus::Any {
            return Ok(Vec::new());
        }
        if matches!(tx.actor.scope(), Some(Scope::Expert(_))) {
            // How enterprises stand on the list, and which there are, is what officers know.
            let (zh, en) = ("按范围邀请由监管人员办理", "is for officers; an expert names the enterprises");
            fields.require(region.is_none(), "/region", zh, en);
            fields.require(product_kinds.is_empty(), "/product_kinds", zh, en);
            fields.require(*list_status == ListStatus::Any, "/list_status", zh, en);
            return Ok(Vec::new());
        }
        let region = region.as_deref().unwrap_or(&row.region);
        let (zh, en) = ("须为培训所在地区或其下级地区", "must be the training’s region or one below it");
        let within = tx.catalogue.regions.contains(&row.region, region);
        fields.require(within, "/region", zh, en);
        let (zh, en) = ("最多 50 个产品种类", "must be at most 50 product kinds");
        fields.require(product_kinds.len() <= MOST_KINDS, "/product_kinds", zh, en);
        for (at, code) in product_kinds.iter().enumerate().take(MOST_KINDS) {
            let known = tx.catalogue.products.coded(code).is_some();
            let pointer = format!("/product_kinds/{at}");
            fields.require(known, &pointer, "未知的产品种类", "is not a known product kind");
        }
        if !within {
            return Ok(Vec::new());
        }
        let found: Vec<Meant> =
            diesel::sql_query("SELECT m.enterprise_id FROM training_meant_for($1, $2, $3, $4) m")
                .bind::<SqlText, _>(region)
                .bind::<Array<SqlText>, _>(product_kinds)
                .bind::<SqlText, _>(list_status.as_str())
                .bind::<BigInt, _>(i64::from(most) + 1)
                .load(&mut *tx.conn)?;
        Ok(found.into_iter().map(|one| one.enterprise_id).collect())
    }
}

impl Command for InviteToTraining {
    type Output = Invited;
    const NAME: &'static str = "invite_enterprises";

    fn run(&self, tx: &mut Tx) -> Result<Invited, Problem> {
        use training_attendee as a;
        let row = load_run(tx, self.id, EngagementKind::Training)?;
        if row.state != EngagementState::Planned {
            let text =
                Text::new("培训已开展或者已取消，不能再邀请", "the training took place or was called off");
            return Err(Problem::new(Code::EngagementState, text));
        }
        let most = rules(tx)?.most_invited;
        let mut fields = Fields::new();
        let mut all: BTreeSet<EnterpriseId> = self.named(tx, &mut fields, &row)?.into_iter().collect();
        all.extend(self.meant(tx, &mut fields, &row, most)?);
        // What is wrong with the choice says why nobody fits.
        fields.done()?;
        let mut fields = Fields::new();
        let known: BTreeSet<EnterpriseId> = a::table
            .filter(a::training_id.eq(self.id))
            .filter(a::invited)
            .select(a::enterprise_id)
            .load::<EnterpriseId>(&mut *tx.conn)?
            .into_iter()
            .collect();
        let fitted = all.len();
        let new: Vec<EnterpriseId> = all.into_iter().filter(|id| !known.contains(id)).collect();
        let total = u32::try_from(new.len().saturating_add(known.len())).unwrap_or(u32::MAX);
        if total > most {
            fields.fault(
                "",
                format!("一次培训最多邀请 {most} 家企业，请缩小范围"),
                format!("a training can invite at most {most} enterprises; narrow the choice"),
            );
        }
        let (zh, en) = ("没有符合条件的企业", "nobody fits");
        fields.require(fitted > 0, "", zh, en);
        fields.done()?;
        let outside = outside(tx, row.programme_id, &new)?;
        for part in new.chunks(MOST_NAMED) {
            let members: Vec<_> = part
                .iter()
                .map(|id| {
                    (
                        engagement_enterprise::engagement_id.eq(self.id),
                        engagement_enterprise::enterprise_id.eq(*id),
                    )
                })
                .collect();
            diesel::insert_into(engagement_enterprise::table)
                .values(members)
                .on_conflict_do_nothing()
                .execute(&mut *tx.conn)?;
            let rows: Vec<_> = part
                .iter()
                .map(|id| {
                    (
                        a::training_id.eq(self.id),
                        a::enterprise_id.eq(*id),
                        a::invited.eq(true),
                        a::outside_cohort.eq(outside.contains(id)),
                    )
                })
                .collect();
            // Whoever came without an invitation stays somebody who did.
            diesel::insert_into(a::table).values(rows).on_conflict_do_nothing().execute(&mut *tx.conn)?;
        }
        tx.wake(INVITED);
        audit(tx, &row, Self::NAME, json!({ "invited": new.len() }))?;
        diesel::update(training::table.find(self.id))
            .set(training::updated_at.eq(tx.now))
            .execute(&mut *tx.conn)?;
        Ok(Invited { invited: new.len(), before: fitted.saturating_sub(new.len()) })
    }
}
