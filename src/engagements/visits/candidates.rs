//! To whom a visit can be proposed, and who can visit: choices for the form.

use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::{EnterpriseId, ExpertId};
use crate::db::published::{enterprise, nonconformity};
use crate::db::regional::seen_regions;
use crate::db::search::{Columns, Search};
use crate::enterprises::ids::NonconformityId;
use diesel::prelude::*;
use diesel::sql_types::{Text, Uuid as SqlUuid};

/// The most enterprises that are offered.
const MOST_ENTERPRISES: i64 = 20;
/// The most records of an enterprise that are offered.
const MOST_RECORDS: i64 = 20;

/// An enterprise to which a visit can be proposed.
#[derive(Debug, Clone, Queryable)]
pub struct EnterpriseChoice {
    /// The enterprise.
    pub id: EnterpriseId,
    /// Its name.
    pub name: String,
    /// Its unified social credit code.
    pub uscc: String,
    /// Code of its region.
    pub region: String,
    /// Its address.
    pub address: Option<String>,
}

/// Where enterprises are searched: name and code.
const TEXTS: Columns =
    Columns { texts: &["enterprise.search_text"], readings: &["enterprise.search_readings"], code: false };

/// The enterprises of the list with which an expert is or was in a consultation, as a condition: the beginning, up to the expert.
const CONSULTED: &str =
    "enterprise.id IN (SELECT c.enterprise_id FROM published.consultation c WHERE c.expert_id = ";
/// What stands behind that, up to the expert again.
const TOOK_PART: &str = " OR EXISTS (
    SELECT FROM published.consultation_participant p JOIN published.account a ON a.id = p.account_id
    WHERE p.consultation_id = c.id AND p.role = 'expert' AND a.expert_id = ";

/// Enterprises of the list to which the actor can propose a visit, in which these words stand; at most 20.
///
/// # Errors
/// When the database can't be asked.
pub fn enterprises(
    conn: &mut PgConnection,
    actor: &Actor,
    words: Option<&str>,
    only: Option<EnterpriseId>,
) -> Result<Vec<EnterpriseChoice>, Problem> {
    let mut query = enterprise::table
        .filter(enterprise::withdrawn_at.is_null())
        .order(enterprise::id.desc())
        .limit(MOST_ENTERPRISES)
        .select((enterprise::id, enterprise::name, enterprise::uscc, enterprise::region, enterprise::address))
        .into_boxed();
    match actor.scope() {
        Some(Scope::Admin(_)) => query = query.filter(enterprise::region.eq_any(seen_regions(actor))),
        Some(Scope::Expert(own)) => {
            use diesel::dsl::sql;
            let of = sql::<diesel::sql_types::Bool>(CONSULTED).bind::<SqlUuid, _>(*own).sql(TOOK_PART);
            let of = of.bind::<SqlUuid, _>(*own).sql("))");
            query = query.filter(of);
        }
        _ => return Ok(Vec::new()),
    }
    if let Some(only) = only {
        query = query.filter(enterprise::id.eq(only));
    }
    if let Some(found) = Search::new(words, TEXTS).any() {
        query = query.filter(found);
    }
    Ok(query.load(conn)?)
}

/// A record of an enterprise: its id, the product kind and the number of the report.
pub type RecordChoice = (NonconformityId, String, String);

/// The records of an enterprise, the last one first; at most 20.
///
/// # Errors
/// When the database can't be asked.
pub fn records(conn: &mut PgConnection, of: EnterpriseId) -> Result<Vec<RecordChoice>, Problem> {
    Ok(nonconformity::table
        .filter(nonconformity::enterprise_id.eq(of))
        .order(nonconformity::id.desc())
        .limit(MOST_RECORDS)
        .select((nonconformity::id, nonconformity::product_kind, nonconformity::report_no))
        .load(conn)?)
}

/// An expert who can visit.
#[derive(Debug, Clone, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct ExpertChoice {
    /// The expert.
    #[diesel(sql_type = SqlUuid)]
    pub id: ExpertId,
    /// The expert's name.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// The expert's title.
    #[diesel(sql_type = Text)]
    pub title: String,
}

/// The approved experts who fit the records of an enterprise and whom nothing keeps from it, those first who know its product kinds; at most 50.
const EXPERTS: &str = "
    SELECT x.id, x.name, x.title
    FROM published.expert x CROSS JOIN published.enterprise n
    WHERE n.id = $1 AND x.vetting = 'approved' AND NOT x.suspended AND x.employer IS DISTINCT FROM n.name
        AND EXISTS (SELECT FROM published.account a WHERE a.expert_id = x.id AND a.active)
        AND NOT EXISTS (SELECT FROM published.expert_conflict c WHERE c.expert_id = x.id AND c.uscc = n.uscc)
        AND NOT EXISTS (SELECT FROM published.expert_refusal r WHERE r.expert_id = x.id AND r.enterprise_id = n.id)
        AND NOT EXISTS (
            SELECT FROM published.expert_signed_report s JOIN published.nonconformity f ON f.report_no = s.report_no
            WHERE s.expert_id = x.id AND f.enterprise_id = n.id)
    ORDER BY EXISTS (
        SELECT FROM published.expert_specialty s JOIN published.nonconformity f ON f.enterprise_id = n.id
        JOIN product_kind k ON k.code = f.product_kind
        WHERE s.expert_id = x.id AND (s.product_kind = k.code OR s.product_class = k.class)) DESC, x.name, x.id
    LIMIT 50";

/// The experts who can visit an enterprise.
///
/// # Errors
/// When the database can't be asked.
pub fn experts(conn: &mut PgConnection, of: EnterpriseId) -> Result<Vec<ExpertChoice>, Problem> {
    Ok(diesel::sql_query(EXPERTS).bind::<SqlUuid, _>(of).load(conn)?)
}
