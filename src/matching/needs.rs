//! What a consultation needs, by SQL.

use crate::catalogue::SupervisionClass;
use crate::core::ids::{ConsultationId, ExpertId};
use crate::core::{Language, Problem};
use crate::experts::duty::Hour;
use crate::matching::model::facts::{EnterpriseKey, NeedFacts, Report};
use crate::matching::model::terms::{TermId, terms};
use crate::matching::model::vocabulary::Vocabulary;
use chrono::NaiveDate;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, Bool, Date, Integer, Nullable, Text, Untyped, Uuid};

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Row {
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
}

const NEED: &str = "
    SELECT c.product_kind, n.uscc, n.name AS enterprise, n.region, a.language, c.on_site,
           f.report_no, f.laboratory, f.signed_by, f.failed_items,
           CASE WHEN r.rectify_by >= p.today THEN r.rectify_by ELSE r.reinspect_by END - p.today AS days_left,
           ARRAY(SELECT DISTINCT o.expert_id FROM published.consultation o
                 WHERE o.enterprise_id = c.enterprise_id AND o.id <> c.id
                   AND o.expert_id IS NOT NULL AND o.status IN ('active', 'concluded')) AS earlier,
           ARRAY(SELECT DISTINCT o.expert_id FROM published.consultation_offer o
                 WHERE o.consultation_id = c.id
                   AND o.offered_at >= coalesce(c.tried_since, o.offered_at)) AS tried
    FROM asked p
    JOIN published.consultation c ON c.id = p.id
    JOIN published.enterprise n ON n.id = c.enterprise_id
    JOIN published.account a ON a.id = c.opened_by
    LEFT JOIN published.nonconformity f ON f.id = c.nonconformity_id
    LEFT JOIN published.open_nonconformity r ON r.id = c.nonconformity_id";

/// Prepared once for each connection, which `sql_query` is not.
struct QueryParams {
    id: ConsultationId,
    today: NaiveDate,
}

impl QueryFragment<Pg> for QueryParams {
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

impl Query for QueryParams {
    type SqlType = Untyped;
}

impl QueryId for QueryParams {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<PgConnection> for QueryParams {}

/// What a consultation needs at a moment, and from experts of any duty.
///
/// # Errors
/// 404 where there is no such consultation.
pub fn need(
    conn: &mut PgConnection,
    vocabulary: &Vocabulary,
    id: ConsultationId,
    hour: Hour,
) -> Result<NeedFacts, Problem> {
    let row: Row = QueryParams { id, today: hour.day }.get_result(conn)?;
    let place = vocabulary.kind(&row.product_kind);
    let items = row.failed_items.unwrap_or_default();
    let report = row.report_no.map(|number| Report {
        number: TermId::of(&number),
        laboratory: row.laboratory.as_deref().map(TermId::of),
        signer: row.signed_by.as_deref().map(TermId::of),
    });
    let class = place.map_or(u16::MAX, |p| p.class);
    Ok(NeedFacts {
        kind: place.map_or(u16::MAX, |p| p.kind),
        class,
        related: vocabulary.related(class).to_vec(),
        items: items.iter().map(|item| terms(item)).collect(),
        enterprise: EnterpriseKey::of(&row.uscc),
        name: TermId::of(&row.enterprise),
        region: row.region.parse().unwrap_or(0),
        language: Language::from_tag(&row.language),
        supervision: place.map_or(SupervisionClass::General, |p| p.supervision),
        days_left: row.days_left,
        on_site: row.on_site,
        hour,
        duty_only: false,
        reports: report.into_iter().collect(),
        earlier: row.earlier,
        tried: row.tried,
    })
}
