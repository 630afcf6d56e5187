//! Gathering the results that are in the scope of a bulletin: final, in no published bulletin yet, of inspections that may be published.

use crate::bulletins::ids::BulletinItemId;
use crate::bulletins::state::BulletinMethod;
use crate::bulletins::store::Row;
use crate::core::clock::shanghai_date;
use crate::core::{Code, Problem, Text};
use crate::db::Tx;
use crate::db::schema::bulletin_item;
use crate::inspections::settings::InspectionSettings;
use crate::inspections::words::{Method, Purpose};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Date, Nullable, Text as SqlText, Uuid as SqlUuid};
use uuid::Uuid;

/// The most results of a bulletin: each is published by a step of its own, in one transaction.
pub const MOST: i64 = 2_000;

/// The ids of the inspections in scope, by place and product. One that was marked as published by itself, such as on paper, is in scope until a
/// bulletin has it.
const IN_SCOPE: &str = "
    SELECT i.id
    FROM published.inspection i
    WHERE (i.state = 'final' OR (i.state = 'published' AND NOT EXISTS (
               SELECT FROM bulletin_item o JOIN bulletin b ON b.id = o.bulletin_id WHERE o.inspection_id = i.id AND b.state = 'published')))
      AND i.method = $1 AND i.purpose = ANY ($2) AND i.sampled_on BETWEEN $3 AND $4
      AND i.organiser_region IN (SELECT s.region FROM region_scope s WHERE s.scope = $5)
      AND i.place_region IN (SELECT s.region FROM region_scope s WHERE s.scope = $6)
      AND ($7 IS NULL OR i.programme_id = $7)
    ORDER BY i.place_region, i.product_kind, i.sampled_on, i.id
    LIMIT $8";

/// Copies what everybody may read of these inspections, under these ids and in this order. A producer that has shown that a failed product is not
/// its own is not named.
const COPY: &str = "
    INSERT INTO bulletin_item (id, bulletin_id, ordinal, inspection_id, product_kind, product_name, trademark, model, batch, operator_name,
        producer_name, place_region, level, sampled_on, laboratory, outcome, failed_items)
    SELECT t.item, $1, t.ordinal::integer, i.id, i.product_kind, s.product_name, s.trademark, s.model, s.batch, s.operator_name,
           CASE WHEN i.outcome = 'nonconforming' AND i.confirmation = 'denied' THEN NULL ELSE s.producer_name END, i.place_region, i.level, i.sampled_on, l.name, i.outcome,
           CASE WHEN i.outcome = 'nonconforming' THEN coalesce((
               SELECT jsonb_agg(jsonb_build_object('item', f.item, 'requirement', f.requirement, 'measured', f.measured, 'unit', f.unit)
                                ORDER BY f.ordinal)
               FROM published.inspection_item f
               WHERE f.inspection_id = i.id AND NOT f.ok AND f.round = CASE WHEN EXISTS (
                   SELECT FROM published.inspection_item r WHERE r.inspection_id = i.id AND r.round = 'retest') THEN 'retest' ELSE 'test' END
           ), '[]') ELSE '[]' END
    FROM unnest($2, $3) WITH ORDINALITY AS t (item, inspection, ordinal)
    JOIN published.inspection i ON i.id = t.inspection
    JOIN published.inspection_subject s ON s.inspection_id = i.id
    LEFT JOIN published.laboratory l ON l.id = i.laboratory_id";

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Found {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

impl From<BulletinMethod> for Method {
    fn from(method: BulletinMethod) -> Self {
        match method {
            BulletinMethod::Sampling => Self::Sampling,
            BulletinMethod::Label => Self::Label,
        }
    }
}

/// The purposes of inspections by a method that may be published today.
fn purposes(tx: &Tx, method: Method) -> Vec<&'static str> {
    let settings = tx.settings.section::<InspectionSettings>();
    let Some(effects) = settings.effects_on(shanghai_date(tx.now)) else { return Vec::new() };
    Purpose::ALL
        .iter()
        .filter(|purpose| effects.of(method, **purpose).publication)
        .map(|purpose| purpose.as_str())
        .collect()
}

/// Puts the results that are in scope now in the place of those that were gathered before, and says how many there are.
///
/// # Errors
/// 409 for more than one bulletin may have.
pub fn gather(tx: &mut Tx, row: &Row) -> Result<usize, Problem> {
    let method = Method::from(row.method);
    let found: Vec<Found> = diesel::sql_query(IN_SCOPE)
        .bind::<SqlText, _>(method.as_str())
        .bind::<Array<SqlText>, _>(purposes(tx, method))
        .bind::<Date, _>(row.period_from)
        .bind::<Date, _>(row.period_until)
        .bind::<SqlText, _>(&row.region)
        .bind::<SqlText, _>(&row.place_region)
        .bind::<Nullable<SqlUuid>, _>(row.programme_id.map(|id| id.0))
        .bind::<BigInt, _>(MOST + 1)
        .load(&mut *tx.conn)?;
    let count = found.len();
    if i64::try_from(count).unwrap_or(i64::MAX) > MOST {
        return Err(Problem::new(
            Code::BulletinTooLong,
            Text::new(
                format!("符合通报范围的结果超过 {MOST} 项，请按地区或时间拆分为多份通报"),
                format!("more than {MOST} results are in scope; make several bulletins by region or period"),
            ),
        ));
    }
    diesel::delete(bulletin_item::table.filter(bulletin_item::bulletin_id.eq(row.id)))
        .execute(&mut *tx.conn)?;
    let items: Vec<Uuid> = found.iter().map(|_| BulletinItemId::new().0).collect();
    let inspections: Vec<Uuid> = found.into_iter().map(|found| found.id).collect();
    diesel::sql_query(COPY)
        .bind::<SqlUuid, _>(row.id.0)
        .bind::<Array<SqlUuid>, _>(items)
        .bind::<Array<SqlUuid>, _>(inspections)
        .execute(&mut *tx.conn)?;
    Ok(count)
}
