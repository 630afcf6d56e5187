//! What a consultation needs, by SQL.

use crate::catalogue::SupervisionClass;
use crate::core::ids::{ConsultationId, ExpertId};
use crate::core::{Language, Problem};
use crate::matching::model::{EnterpriseKey, NeedFacts, Report, Vocabulary};
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Date, Integer, Nullable, Text, Uuid};

/// A consultation as matching sees it.
#[derive(Debug, Clone)]
pub struct Need {
    /// The consultation.
    pub consultation: ConsultationId,
    /// Code of the product kind.
    pub kind: String,
    /// Code of its class.
    pub class: String,
    /// The enterprise's unified social credit code.
    pub uscc: String,
    /// Its name.
    pub enterprise: String,
    /// Code of its region.
    pub region: String,
    /// The rest, in numbers.
    pub facts: NeedFacts,
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Row {
    #[diesel(sql_type = Text)]
    product_kind: String,
    #[diesel(sql_type = Text)]
    class: String,
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
    SELECT c.product_kind, k.class, n.uscc, n.name AS enterprise, n.region, a.language, c.on_site,
           f.report_no, f.laboratory, f.signed_by, f.failed_items,
           CASE WHEN r.rectify_by >= $2 THEN r.rectify_by ELSE r.reinspect_by END - $2 AS days_left,
           ARRAY(SELECT DISTINCT o.expert_id FROM consultation o
                 WHERE o.enterprise_id = c.enterprise_id AND o.id <> c.id
                   AND o.expert_id IS NOT NULL AND o.status IN ('active', 'concluded')) AS earlier,
           ARRAY(SELECT DISTINCT o.expert_id FROM consultation_offer o
                 WHERE o.consultation_id = c.id
                   AND o.offered_at >= coalesce(c.tried_since, o.offered_at)) AS tried
    FROM consultation c
    JOIN product_kind k ON k.code = c.product_kind
    JOIN enterprise n ON n.id = c.enterprise_id
    JOIN account a ON a.id = c.opened_by
    LEFT JOIN nonconformity f ON f.id = c.nonconformity_id
    LEFT JOIN remediation_case r ON r.nonconformity_id = f.id AND r.cleared_at IS NULL
    WHERE c.id = $1";

/// What a consultation needs on a day.
///
/// # Errors
/// 404 where there is no such consultation.
pub fn need(
    conn: &mut PgConnection,
    vocabulary: &mut Vocabulary,
    id: ConsultationId,
    today: NaiveDate,
) -> Result<Need, Problem> {
    let row: Row = diesel::sql_query(NEED).bind::<Uuid, _>(id).bind::<Date, _>(today).get_result(conn)?;
    let place = vocabulary.kind(&row.product_kind);
    let items = row.failed_items.unwrap_or_default();
    let report = row.report_no.map(|number| Report {
        number: vocabulary.term(&number),
        laboratory: row.laboratory.map(|name| vocabulary.term(&name)),
        signer: row.signed_by.map(|name| vocabulary.term(&name)),
    });
    let class = place.map_or(u16::MAX, |p| p.class);
    Ok(Need {
        facts: NeedFacts {
            kind: place.map_or(u16::MAX, |p| p.kind),
            class,
            related: vocabulary.related(class).to_vec(),
            items: items.iter().map(|item| vocabulary.terms(item)).collect(),
            enterprise: EnterpriseKey::of(&row.uscc),
            region: row.region.parse().unwrap_or(0),
            language: Language::from_tag(&row.language),
            supervision: place.map_or(SupervisionClass::General, |p| p.supervision),
            days_left: row.days_left,
            on_site: row.on_site,
            duty_only: false,
            reports: report.into_iter().collect(),
            earlier: row.earlier,
            tried: row.tried,
        },
        consultation: id,
        kind: row.product_kind,
        class: row.class,
        uscc: row.uscc,
        enterprise: row.enterprise,
        region: row.region,
    })
}
