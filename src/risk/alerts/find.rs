//! Counting failures, and raising alerts.

use crate::core::Problem;
use crate::db::schema::quality_alert;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::risk::alerts::record::add_event;
use crate::risk::alerts::settings::ClusterSettings;
use crate::risk::alerts::state::{AlertCause, AlertState, AlertStep, transition};
use crate::risk::ids::AlertId;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Date, Integer, Nullable, Text, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Looks for clusters over the whole list. Done by the platform. Gives how many alerts it raised.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct FindClusters {}

#[derive(Debug, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Cluster {
    #[diesel(sql_type = Nullable<SqlUuid>)]
    open: Option<AlertId>,
    #[diesel(sql_type = Text)]
    product_kind: String,
    #[diesel(sql_type = Text)]
    item: String,
    #[diesel(sql_type = Text)]
    region: String,
    #[diesel(sql_type = Integer)]
    nonconformities: i32,
    #[diesel(sql_type = Integer)]
    enterprises: i32,
    #[diesel(sql_type = Date)]
    first_on: NaiveDate,
    #[diesel(sql_type = Date)]
    last_on: NaiveDate,
}

/// What is over the threshold, and what has an open alert. A result that a re-test overturned is none.
const COUNT: &str = "
    WITH dealt_with AS (
        SELECT product_kind, item, region, max(coalesce(answered_at, closed_at)) AS closed_at
        FROM quality_alert WHERE cause = 'cluster' AND state IN ('meeting', 'measure', 'closed', 'dismissed') GROUP BY 1, 2, 3
    ), failure AS MATERIALIZED (
        SELECT DISTINCT n.id, n.product_kind, btrim(i.item) AS item, n.enterprise_id, e.region,
               n.inspected_on, n.created_at
        FROM published.nonconformity n
        JOIN published.enterprise e ON e.id = n.enterprise_id
        CROSS JOIN LATERAL unnest(n.failed_items) AS i(item)
        WHERE n.inspected_on > $1 AND n.inspected_on <= $2
          AND NOT EXISTS (SELECT FROM published.remediation_case c WHERE c.nonconformity_id = n.id AND c.state = 'overturned')
    )
    SELECT o.id AS open, f.product_kind, f.item, s.scope AS region,
           count(*)::integer AS nonconformities, count(DISTINCT f.enterprise_id)::integer AS enterprises,
           min(f.inspected_on) AS first_on, max(f.inspected_on) AS last_on
    FROM failure f
    JOIN region_scope s ON s.region = f.region
    JOIN region r ON r.code = s.scope AND r.level IN ('city', 'province')
    LEFT JOIN quality_alert o
        ON o.state = 'open' AND o.cause = 'cluster' AND o.product_kind = f.product_kind AND o.item = f.item AND o.region = s.scope
    LEFT JOIN dealt_with d ON d.product_kind = f.product_kind AND d.item = f.item AND d.region = s.scope
    WHERE d.closed_at IS NULL OR f.created_at > d.closed_at
    GROUP BY o.id, f.product_kind, f.item, s.scope
    HAVING count(*) > $3 OR o.id IS NOT NULL
    ORDER BY f.product_kind, f.item, s.scope";

/// Open alerts of whose records none is on the list any more, since they were withdrawn with their imports. Records that an earlier alert
/// dealt with are not theirs; those that are older than the window are.
const WITHOUT_RECORDS: &str = "
    WITH open AS MATERIALIZED (
        SELECT a.id, a.product_kind, a.item, a.region, coalesce((
                   SELECT max(coalesce(d.answered_at, d.closed_at)) FROM quality_alert d
                   WHERE d.cause = 'cluster' AND d.state IN ('meeting', 'measure', 'closed', 'dismissed')
                     AND d.product_kind = a.product_kind AND d.item = a.item AND d.region = a.region), '-infinity') AS since
        FROM quality_alert a WHERE a.state = 'open' AND a.cause = 'cluster'
    ), record AS (
        SELECT o.id AS alert, n.withdrawn_at
        FROM open o
        JOIN published.nonconformity_ever n ON n.product_kind = o.product_kind AND n.created_at > o.since
        JOIN published.enterprise e ON e.id = n.enterprise_id
        JOIN region_scope s ON s.scope = o.region AND s.region = e.region
        WHERE EXISTS (SELECT FROM unnest(n.failed_items) AS i(item) WHERE btrim(i.item) = o.item)
    )
    SELECT a.id, a.region FROM quality_alert a
    WHERE a.id IN (SELECT r.alert FROM record r GROUP BY r.alert HAVING bool_and(r.withdrawn_at IS NOT NULL))
    ORDER BY a.id
    FOR UPDATE";

#[derive(Debug, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct WithoutRecords {
    #[diesel(sql_type = SqlUuid)]
    id: AlertId,
    #[diesel(sql_type = Text)]
    region: String,
}

impl Command for FindClusters {
    type Output = usize;
    const NAME: &'static str = "raise_alert";

    fn run(&self, tx: &mut Tx) -> Result<usize, Problem> {
        // Two at once would raise the same alert twice.
        diesel::sql_query("SELECT pg_advisory_xact_lock(hashtext('quality_alert'))")
            .execute(&mut *tx.conn)?;
        let (today, clusters) = (tx.today(), tx.settings.section::<ClusterSettings>());
        let (days, threshold) = (clusters.window_days, clusters.threshold);
        let before = today.checked_sub_days(chrono::Days::new(days.into())).unwrap_or(NaiveDate::MIN);
        let (days, threshold) = (
            i32::try_from(days).map_err(Problem::internal)?,
            i32::try_from(threshold).map_err(Problem::internal)?,
        );
        let found: Vec<Cluster> = diesel::sql_query(COUNT)
            .bind::<Date, _>(before)
            .bind::<Date, _>(today)
            .bind::<Integer, _>(threshold)
            .load(&mut *tx.conn)?;
        withdraw(tx)?;
        // Open alerts of which nothing is left within the window.
        diesel::update(quality_alert::table)
            .filter(quality_alert::state.eq(AlertState::Open))
            .filter(quality_alert::cause.eq(AlertCause::Cluster))
            .filter(quality_alert::id.ne_all(found.iter().filter_map(|c| c.open).collect::<Vec<_>>()))
            .filter(quality_alert::nonconformities.gt(0))
            .set((
                quality_alert::nonconformities.eq(0),
                quality_alert::enterprises.eq(0),
                quality_alert::first_on.eq(None::<NaiveDate>),
                quality_alert::last_on.eq(None::<NaiveDate>),
                quality_alert::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        let mut raised = 0;
        for cluster in found {
            match cluster.open {
                Some(id) => follow(tx, id, &cluster)?,
                None => {
                    raise(tx, &cluster, days, threshold)?;
                    raised += 1;
                }
            }
        }
        Ok(raised)
    }
}

/// Closes the open alerts whose records were all withdrawn.
fn withdraw(tx: &mut Tx) -> Result<(), Problem> {
    use quality_alert as a;
    let found: Vec<WithoutRecords> = diesel::sql_query(WITHOUT_RECORDS).load(&mut *tx.conn)?;
    for WithoutRecords { id, region } in found {
        diesel::update(a::table.find(id))
            .set((
                a::state.eq(transition(AlertState::Open, AlertStep::Withdraw)?),
                a::nonconformities.eq(0),
                a::enterprises.eq(0),
                a::first_on.eq(None::<NaiveDate>),
                a::last_on.eq(None::<NaiveDate>),
                a::closed_at.eq(tx.now),
                a::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        add_event(tx, id, (AlertStep::Withdraw, Some(AlertState::Open), AlertState::Withdrawn), None)?;
        tx.audit("withdraw_alert", Subject::new("quality_alert", id.0).in_region(&region), json!({}))?;
    }
    Ok(())
}

fn follow(tx: &mut Tx, id: AlertId, cluster: &Cluster) -> Result<(), Problem> {
    use quality_alert as a;
    diesel::update(a::table.find(id))
        .filter(
            a::nonconformities
                .ne(cluster.nonconformities)
                .or(a::enterprises.ne(cluster.enterprises))
                .or(a::first_on.is_distinct_from(cluster.first_on))
                .or(a::last_on.is_distinct_from(cluster.last_on)),
        )
        .set((
            a::nonconformities.eq(cluster.nonconformities),
            a::enterprises.eq(cluster.enterprises),
            a::first_on.eq(cluster.first_on),
            a::last_on.eq(cluster.last_on),
            a::updated_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}

fn raise(tx: &mut Tx, cluster: &Cluster, days: i32, threshold: i32) -> Result<(), Problem> {
    use quality_alert as a;
    let id = AlertId::new();
    diesel::insert_into(a::table)
        .values((
            a::id.eq(id),
            a::cause.eq(AlertCause::Cluster),
            a::product_kind.eq(&cluster.product_kind),
            a::item.eq(&cluster.item),
            a::region.eq(&cluster.region),
            a::state.eq(AlertState::Open),
            a::nonconformities.eq(cluster.nonconformities),
            a::enterprises.eq(cluster.enterprises),
            a::first_on.eq(cluster.first_on),
            a::last_on.eq(cluster.last_on),
            a::window_days.eq(days),
            a::threshold.eq(threshold),
            a::opened_at.eq(tx.now),
            a::updated_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    add_event(tx, id, (AlertStep::Raise, None, AlertState::Open), None)?;
    let figures = json!({
        "product_kind": cluster.product_kind, "item": cluster.item, "nonconformities": cluster.nonconformities,
        "enterprises": cluster.enterprises, "threshold": threshold, "window_days": days,
    });
    tx.audit(FindClusters::NAME, Subject::new("quality_alert", id.0).in_region(&cluster.region), figures)
}
