//! The figures of a campaign as of a day. All by one formula: distinct subjects with an event of a kind, in scope, entered by the end of that day in
//! Asia/Shanghai. So what was on a past day never changes.

use crate::campaigns::state::HazardState;
use crate::core::Problem;
use crate::programmes::ids::ProgrammeId;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Text, Uuid as SqlUuid};
use serde::Serialize;

/// The figures of a campaign.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CampaignFigures {
    /// The day, that included, in Asia/Shanghai.
    pub as_of: NaiveDate,
    /// Code of the region over which was counted: that of the campaign, or the officer's own where that is narrower.
    pub region: String,
    /// The formula by which all of them are counted.
    pub formula: String,
    /// How many the register has.
    pub registered: i64,
    /// How many of them were checked.
    pub checked: i64,
    /// How many of them may be the same as another one that stands there too, and were not decided.
    pub possible_doubles: i64,
    /// Of how many a label failed.
    pub label_failed: i64,
    /// From how many something was taken off the shelf.
    pub off_shelf_subjects: i64,
    /// How many goods were taken off the shelf.
    pub off_shelf: i64,
    /// How many schools there are.
    pub schools: i64,
    /// How many of them were notified.
    pub schools_told: i64,
    /// How many hazards were found and not annulled.
    pub hazards: i64,
    /// How many of them are struck off.
    pub hazards_closed: i64,
    /// How many of them are open.
    pub hazards_open: i64,
    /// How many of the open ones are beyond their term.
    pub hazards_overdue: i64,
    /// How many enterprises have a hazard.
    pub hazard_enterprises: i64,
    /// The hazards by key product, region and state.
    pub by_product: Vec<HazardCount>,
    /// What the events of outreach came to.
    pub outreach: OutreachFigures,
}

/// Hazards of a key product, a region and a state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct HazardCount {
    /// The word of the key product.
    pub product: String,
    /// Code of the region of the enterprises.
    pub region: String,
    /// The state.
    #[schema(inline)]
    pub state: HazardState,
    /// Number of hazards.
    pub hazards: i64,
    /// How many of them are beyond their term.
    pub overdue: i64,
}

/// What the events of outreach came to. People and leaflets are counted apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct OutreachFigures {
    /// Events that were held.
    #[diesel(sql_type = BigInt)]
    pub events: i64,
    /// People who were reached.
    #[diesel(sql_type = BigInt)]
    pub people: i64,
    /// Leaflets that were given out.
    #[diesel(sql_type = BigInt)]
    pub leaflets: i64,
    /// Questions that were answered.
    #[diesel(sql_type = BigInt)]
    pub questions: i64,
    /// Signals of danger that were collected.
    #[diesel(sql_type = BigInt)]
    pub signals: i64,
}

/// The formula, for people.
const FORMULA: &str =
    "count(distinct subject with an event of the kind, in scope, entered by the end of the day)";

/// Register, checks and schools.
const REGISTER: &str = "
    WITH register AS (
        SELECT u.id, u.double_of, u.double_decided_at, u.removed_at
        FROM campaign_subject u
        JOIN region_scope s ON s.region = u.region AND s.scope = $2
        WHERE u.programme_id = $1 AND (u.entered_at AT TIME ZONE 'Asia/Shanghai')::date <= $3
    ), standing AS (
        SELECT * FROM register r WHERE r.removed_at IS NULL OR (r.removed_at AT TIME ZONE 'Asia/Shanghai')::date > $3
    ), checks AS (
        SELECT c.subject_id, c.outcome, c.off_shelf
        FROM campaign_check c
        JOIN standing r ON r.id = c.subject_id
        WHERE (c.entered_at AT TIME ZONE 'Asia/Shanghai')::date <= $3
          AND (c.annulled_at IS NULL OR (c.annulled_at AT TIME ZONE 'Asia/Shanghai')::date > $3)
    ), schools AS (
        SELECT l.id, l.told_at
        FROM campaign_school l
        JOIN region_scope s ON s.region = l.region AND s.scope = $2
        WHERE l.programme_id = $1 AND (l.entered_at AT TIME ZONE 'Asia/Shanghai')::date <= $3
          AND (l.removed_at IS NULL OR (l.removed_at AT TIME ZONE 'Asia/Shanghai')::date > $3)
    )
    SELECT (SELECT count(*) FROM standing) AS registered,
           (SELECT count(*) FROM standing r WHERE r.double_of IN (SELECT o.id FROM standing o)
                AND (r.double_decided_at IS NULL OR (r.double_decided_at AT TIME ZONE 'Asia/Shanghai')::date > $3)) AS possible_doubles,
           (SELECT count(DISTINCT subject_id) FROM checks) AS checked,
           (SELECT count(DISTINCT subject_id) FROM checks WHERE outcome = 'label_failed') AS label_failed,
           (SELECT count(DISTINCT subject_id) FROM checks WHERE off_shelf > 0) AS off_shelf_subjects,
           (SELECT coalesce(sum(off_shelf), 0)::bigint FROM checks) AS off_shelf,
           (SELECT count(*) FROM schools) AS schools,
           (SELECT count(*) FROM schools WHERE (told_at AT TIME ZONE 'Asia/Shanghai')::date <= $3) AS schools_told";

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Register {
    #[diesel(sql_type = BigInt)]
    registered: i64,
    #[diesel(sql_type = BigInt)]
    possible_doubles: i64,
    #[diesel(sql_type = BigInt)]
    checked: i64,
    #[diesel(sql_type = BigInt)]
    label_failed: i64,
    #[diesel(sql_type = BigInt)]
    off_shelf_subjects: i64,
    #[diesel(sql_type = BigInt)]
    off_shelf: i64,
    #[diesel(sql_type = BigInt)]
    schools: i64,
    #[diesel(sql_type = BigInt)]
    schools_told: i64,
}

/// Hazards by their state on the day: that of the last step that was entered by then.
const HAZARDS: &str = "
    SELECT h.product, h.region, l.to_state AS state, count(*) AS hazards,
           count(*) FILTER (WHERE l.to_state = 'ordered' AND t.due_on < $3) AS overdue
    FROM hazard h
    JOIN region_scope s ON s.region = h.region AND s.scope = $2
    JOIN LATERAL (
        SELECT e.to_state FROM hazard_event e
        WHERE e.hazard_id = h.id AND (e.at AT TIME ZONE 'Asia/Shanghai')::date <= $3
        ORDER BY e.ordinal DESC LIMIT 1) l ON true
    LEFT JOIN LATERAL (
        SELECT e.due_on FROM hazard_event e
        WHERE e.hazard_id = h.id AND e.due_on IS NOT NULL AND (e.at AT TIME ZONE 'Asia/Shanghai')::date <= $3
        ORDER BY e.ordinal DESC LIMIT 1) t ON true
    WHERE h.programme_id = $1 AND l.to_state <> 'annulled'
    GROUP BY h.product, h.region, l.to_state
    ORDER BY h.product, h.region, l.to_state";

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Counted {
    #[diesel(sql_type = Text)]
    product: String,
    #[diesel(sql_type = Text)]
    region: String,
    #[diesel(sql_type = Text)]
    state: HazardState,
    #[diesel(sql_type = BigInt)]
    hazards: i64,
    #[diesel(sql_type = BigInt)]
    overdue: i64,
}

/// The enterprises with a hazard on the day.
const ENTERPRISES: &str = "
    SELECT count(DISTINCT h.enterprise_id) AS count
    FROM hazard h
    JOIN region_scope s ON s.region = h.region AND s.scope = $2
    JOIN LATERAL (
        SELECT e.to_state FROM hazard_event e
        WHERE e.hazard_id = h.id AND (e.at AT TIME ZONE 'Asia/Shanghai')::date <= $3
        ORDER BY e.ordinal DESC LIMIT 1) l ON true
    WHERE h.programme_id = $1 AND l.to_state <> 'annulled'";

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// The figures of a campaign over a region as of a day.
///
/// # Errors
/// When the database can't be asked.
pub fn figures(
    conn: &mut PgConnection,
    campaign: ProgrammeId,
    region: &str,
    as_of: NaiveDate,
) -> Result<CampaignFigures, Problem> {
    let register: Register = diesel::sql_query(REGISTER)
        .bind::<SqlUuid, _>(campaign)
        .bind::<Text, _>(region)
        .bind::<Date, _>(as_of)
        .get_result(conn)?;
    let counted: Vec<Counted> = diesel::sql_query(HAZARDS)
        .bind::<SqlUuid, _>(campaign)
        .bind::<Text, _>(region)
        .bind::<Date, _>(as_of)
        .load(conn)?;
    let Count { count: hazard_enterprises } = diesel::sql_query(ENTERPRISES)
        .bind::<SqlUuid, _>(campaign)
        .bind::<Text, _>(region)
        .bind::<Date, _>(as_of)
        .get_result(conn)?;
    let outreach: OutreachFigures = diesel::sql_query("SELECT * FROM campaign_outreach($1, $2, $3)")
        .bind::<SqlUuid, _>(campaign)
        .bind::<Text, _>(region)
        .bind::<Date, _>(as_of)
        .get_result(conn)?;
    let by_product: Vec<HazardCount> = counted
        .into_iter()
        .map(|Counted { product, region, state, hazards, overdue }| HazardCount {
            product,
            region,
            state,
            hazards,
            overdue,
        })
        .collect();
    let sum =
        |of: fn(&HazardCount) -> bool| by_product.iter().filter(|one| of(one)).map(|one| one.hazards).sum();
    Ok(CampaignFigures {
        as_of,
        region: region.to_owned(),
        formula: FORMULA.to_owned(),
        registered: register.registered,
        checked: register.checked,
        possible_doubles: register.possible_doubles,
        label_failed: register.label_failed,
        off_shelf_subjects: register.off_shelf_subjects,
        off_shelf: register.off_shelf,
        schools: register.schools,
        schools_told: register.schools_told,
        hazards: sum(|_| true),
        hazards_closed: sum(|one| one.state == HazardState::Closed),
        hazards_open: sum(|one| one.state.is_open()),
        hazards_overdue: by_product.iter().map(|one| one.overdue).sum(),
        hazard_enterprises,
        by_product,
        outreach,
    })
}
