//! What a consultation needs an expert for, as matching is asked: one query.

use crate::consultations::consultation;
use crate::core::Problem;
use crate::core::ids::{ConsultationId, EnterpriseId, ExpertId};
use crate::db::Tx;
use crate::matching::need::{FailedReport, Need};
use chrono::NaiveDate;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, Bool, Date, Integer, Nullable, Text, Untyped, Uuid};

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Row {
    #[diesel(sql_type = Uuid)]
    enterprise_id: EnterpriseId,
    #[diesel(sql_type = Text)]
    product_kind: String,
    #[diesel(sql_type = Text)]
    uscc: String,
    #[diesel(sql_type = Text)]
    enterprise: String,
    #[diesel(sql_type = Text)]
    region: String,
    #[diesel(sql_type = Text)]
    language: String,
    #[diesel(sql_type = Bool)]
    on_site: bool,
    #[diesel(sql_type = Nullable<Text>)]
    report_no: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    laboratory: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    signed_by: Option<String>,
    #[diesel(sql_type = Nullable<Array<Text>>)]
    failed_items: Option<Vec<String>>,
    #[diesel(sql_type = Nullable<Integer>)]
    days_left: Option<i32>,
    #[diesel(sql_type = Array<Uuid>)]
    earlier: Vec<ExpertId>,
    #[diesel(sql_type = Array<Uuid>)]
    tried: Vec<ExpertId>,
    #[diesel(sql_type = Array<Uuid>)]
    taken: Vec<ExpertId>,
}

const NEED: &str = "
    SELECT c.enterprise_id, c.product_kind, n.uscc, n.name AS enterprise, n.region, a.language, c.on_site,
           f.report_no, f.laboratory, f.signed_by, f.failed_items,
           (SELECT d.due_on FROM consultation_deadline(c.nonconformity_id, p.today) d) - p.today AS days_left,
           ARRAY(SELECT DISTINCT o.expert_id FROM consultation o
                 WHERE o.enterprise_id = c.enterprise_id AND o.id <> c.id
                   AND o.expert_id IS NOT NULL AND o.status IN ('active', 'concluded')) AS earlier,
           ARRAY(SELECT DISTINCT o.expert_id FROM consultation_offer o
                 WHERE o.consultation_id = c.id
                   AND o.offered_at >= coalesce(c.tried_since, o.offered_at)) AS tried,
           ARRAY(SELECT o.expert_id FROM consultation o
                 WHERE o.enterprise_id = c.enterprise_id AND o.id <> c.id AND o.status IN ('offered', 'active')) AS taken
    FROM asked p
    JOIN consultation c ON c.id = p.id
    JOIN published.enterprise n ON n.id = c.enterprise_id
    JOIN published.account a ON a.id = c.opened_by
    LEFT JOIN published.nonconformity f ON f.id = c.nonconformity_id";

/// The query for one consultation's need, prepared once for each connection, which `sql_query` is not.
struct NeedQuery {
    id: ConsultationId,
    today: NaiveDate,
}

impl QueryFragment<Pg> for NeedQuery {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("WITH asked AS (SELECT ");
        out.push_bind_param::<Uuid, _>(&self.id)?;
        out.push_sql("::uuid AS id, ");
        out.push_bind_param::<Date, _>(&self.today)?;
        out.push_sql("::date AS today)");
        out.push_sql(NEED);
        Ok(())
    }
}

impl Query for NeedQuery {
    type SqlType = Untyped;
}

impl QueryId for NeedQuery {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<PgConnection> for NeedQuery {}

/// What a consultation needs today, as it is saved.
///
/// # Errors
/// When the database can't be asked.
pub fn need(tx: &mut Tx, row: &consultation::Row) -> Result<Need, Problem> {
    let today = tx.today();
    need_on(&mut tx.conn, row.id, today)
}

/// What a consultation needs on a day, as it is saved.
///
/// # Errors
/// 404 where there is no such consultation.
pub fn need_on(conn: &mut PgConnection, id: ConsultationId, today: NaiveDate) -> Result<Need, Problem> {
    let row: Row = NeedQuery { id, today }.get_result(conn)?;
    let failed_items = row.failed_items.unwrap_or_default();
    let (laboratory, signed_by) = (row.laboratory, row.signed_by);
    let report = row.report_no.map(|number| FailedReport { number, laboratory, signed_by, failed_items });
    Ok(Need {
        enterprise: row.enterprise_id,
        uscc: row.uscc,
        name: row.enterprise,
        region: row.region,
        language: row.language,
        product_kind: row.product_kind,
        on_site: row.on_site,
        report,
        days_left: row.days_left,
        earlier: row.earlier,
        tried: row.tried,
        taken: row.taken,
    })
}
