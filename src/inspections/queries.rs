//! Lists of inspections. Each query starts from what the actor may know of.

use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::{EnterpriseId, LaboratoryId};
use crate::core::page::{Page, Slice, Total};
use crate::db::order::in_order;
use crate::db::published::{laboratory, programme};
use crate::db::schema::{
    inspection, inspection_challenge, inspection_subject, inspection_term, product_kind,
};
use crate::db::search::{Columns, Condition, LOOK_THROUGH, Search};
use crate::db::total::total;
use crate::inspections::ids::InspectionId;
use crate::inspections::policy::{is_told_to, lies_in, told, visible_to};
use crate::inspections::rows::{InspectionRow, TermRow};
use crate::inspections::state::InspectionState;
use crate::inspections::view::{InspectionView, TermView};
use crate::inspections::words::{Confirmation, InspectedRole, Method, Outcome, Party, Purpose, Term};
use crate::programmes::ids::ProgrammeId;
use crate::programmes::state::ProgrammeLevel;
use chrono::NaiveDate;
use diesel::dsl::exists;
use diesel::pg::Pg;
use diesel::prelude::*;
use std::collections::HashMap;
use uuid::Uuid;

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct InspectionFilter {
    /// Only those of this state.
    pub state: Option<InspectionState>,
    /// Only those by this method.
    pub method: Option<Method>,
    /// Only those for this purpose.
    pub purpose: Option<Purpose>,
    /// Only those of this level.
    pub level: Option<ProgrammeLevel>,
    /// Only those at operators of this role.
    pub role: Option<InspectedRole>,
    /// Only those that took place in this region or one under it.
    pub region: Option<String>,
    /// Only those of this product kind.
    pub product_kind: Option<String>,
    /// Only those of this product class.
    pub product_class: Option<String>,
    /// Only those that this body tests, tests again or samples.
    pub laboratory: Option<LaboratoryId>,
    /// Only those of this programme.
    pub programme: Option<ProgrammeId>,
    /// Only those with this outcome.
    pub outcome: Option<Outcome>,
    /// Only those sampled on this day or later.
    pub sampled_from: Option<NaiveDate>,
    /// Only those sampled on this day or earlier.
    pub sampled_until: Option<NaiveDate>,
    /// Only those whose sample is still to be taken, or only all others.
    pub to_sample: Option<bool>,
    /// Only those whose product kind is not named, or only those with one.
    pub kind_missing: Option<bool>,
    /// Only those with a term that is overdue, or only those without.
    pub late: Option<bool>,
    /// Only those of this enterprise, as operator or as nominal producer.
    pub enterprise: Option<EnterpriseId>,
    /// Only those that wait for this enterprise, or only all others: what it is asked to confirm as the nominal producer, and nonconforming results
    /// that were delivered to it and that it can still contest.
    pub waits: Option<bool>,
    /// Only those in whose names or numbers these words stand, or whose names are read so.
    pub q: Option<String>,
}

/// Where inspections are searched: for each row of a list its texts.
const TEXTS: Columns = Columns {
    texts: &["(SELECT s.search_text FROM inspection_subject s WHERE s.inspection_id = inspection.id)"],
    readings: &["(SELECT s.search_readings FROM inspection_subject s WHERE s.inspection_id = inspection.id)"],
    code: false,
};
/// The same from the other end: the texts that fit, of all inspections.
const SUBJECTS: Columns =
    Columns { texts: &["s.search_text"], readings: &["s.search_readings"], code: false };

/// The same for an enterprise: by the number of a report it finds what all parties know the result of.
const OWN_TEXTS: Columns = Columns {
    texts: &[
        "(SELECT CASE WHEN inspection_is_known(inspection.state) AND inspection.delivered_on IS NOT NULL THEN s.search_text ELSE \
         concat_ws(E'\\n', search_name(s.operator_name), search_name(s.producer_name), \
         search_name(s.product_name), search_name(inspection.number)) END \
         FROM inspection_subject s WHERE s.inspection_id = inspection.id)",
    ],
    readings: TEXTS.readings,
    code: false,
};

/// Whether the actor learns a result by its delivery: filters and searches must not tell it before.
fn waits_for_delivery(actor: &Actor) -> bool {
    matches!(actor.scope(), Some(Scope::Enterprise(_)))
}

/// The inspections with texts that fit.
fn of_subjects(found: Condition) -> Condition {
    found.among("inspection.id IN (SELECT s.inspection_id FROM inspection_subject s WHERE ")
}

fn narrowed(
    actor: &Actor,
    filter: &InspectionFilter,
    today: NaiveDate,
    found: Option<Condition>,
) -> inspection::BoxedQuery<'static, Pg> {
    use inspection as i;
    let mut query = visible_to(actor);
    if let Some(state) = filter.state {
        query = query.filter(i::state.eq(state));
    }
    if let Some(method) = filter.method {
        query = query.filter(i::method.eq(method));
    }
    if let Some(purpose) = filter.purpose {
        query = query.filter(i::purpose.eq(purpose));
    }
    if let Some(level) = filter.level {
        query = query.filter(i::level.eq(level));
    }
    if let Some(role) = filter.role {
        query = query.filter(i::role.eq(role));
    }
    if let Some(region) = &filter.region {
        query = query.filter(lies_in("inspection.place_region", region));
    }
    if let Some(kind) = filter.product_kind.clone() {
        query = query.filter(i::product_kind.assume_not_null().eq(kind));
    }
    if let Some(class) = filter.product_class.clone() {
        let kinds = product_kind::table.filter(product_kind::class.eq(class)).select(product_kind::code);
        query = query.filter(i::product_kind.assume_not_null().eq_any(kinds));
    }
    if let Some(body) = filter.laboratory {
        let again = inspection_challenge::table
            .filter(inspection_challenge::laboratory_id.assume_not_null().eq(body))
            .select(inspection_challenge::inspection_id);
        let own = i::laboratory_id.assume_not_null().eq(body).or(i::sampler_id.assume_not_null().eq(body));
        query = query.filter(own.or(i::id.eq_any(again)));
    }
    if let Some(id) = filter.programme {
        query = query.filter(i::programme_id.assume_not_null().eq(id));
    }
    if let Some(outcome) = filter.outcome {
        query = query.filter(i::outcome.assume_not_null().eq(outcome));
        if let Some(Scope::Enterprise(own)) = actor.scope() {
            query = query.filter(is_told_to(*own));
        }
    }
    if let Some(day) = filter.sampled_from {
        query = query.filter(i::sampled_on.assume_not_null().ge(day));
    }
    if let Some(day) = filter.sampled_until {
        query = query.filter(i::sampled_on.assume_not_null().le(day));
    }
    if let Some(id) = filter.enterprise {
        let own = i::operator_id.assume_not_null().eq(id).or(i::producer_id.assume_not_null().eq(id));
        query = query.filter(own);
    }
    if let (Some(wanted), Some(own)) = (filter.waits, filter.enterprise) {
        let to_confirm = i::producer_id
            .is_not_distinct_from(Some(own))
            .and(i::operator_id.is_distinct_from(Some(own)))
            .and(i::confirmation.is_not_distinct_from(Some(Confirmation::Pending)));
        // Its own days run, which they do from its receipt of a result that is nonconforming.
        let days_run = |party: Party| {
            exists(
                inspection_term::table
                    .filter(inspection_term::inspection_id.eq(i::id))
                    .filter(inspection_term::term.eq(Term::Challenge))
                    .filter(inspection_term::party.eq(party))
                    .filter(inspection_term::met_on.is_null())
                    .filter(inspection_term::due_on.ge(today)),
            )
        };
        let is_operator = i::operator_id.is_not_distinct_from(Some(own));
        let is_producer = i::operator_id.is_distinct_from(Some(own));
        let own_days =
            is_operator.and(days_run(Party::Operator)).or(is_producer.and(days_run(Party::Producer)));
        let to_contest =
            i::state.eq_any(vec![InspectionState::Delivered, InspectionState::Upheld]).and(own_days);
        let waits = to_confirm.or(to_contest);
        query = if wanted { query.filter(waits) } else { query.filter(diesel::dsl::not(waits)) };
    }
    if let Some(wanted) = filter.to_sample {
        use InspectionState as S;
        let waits =
            i::method.eq(Method::Sampling).and(i::state.eq_any(vec![S::Drawn, S::Assigned, S::Attempted]));
        query = if wanted { query.filter(waits) } else { query.filter(diesel::dsl::not(waits)) };
    }
    if let Some(missing) = filter.kind_missing {
        query = if missing {
            query.filter(i::product_kind.is_null().and(i::state.ne(InspectionState::Withdrawn)))
        } else {
            query.filter(i::product_kind.is_not_null())
        };
    }
    if let Some(late) = filter.late {
        let overdue = exists(
            inspection_term::table
                .filter(inspection_term::inspection_id.eq(i::id))
                .filter(inspection_term::met_on.is_null())
                .filter(inspection_term::due_on.lt(today)),
        );
        query = if late { query.filter(overdue) } else { query.filter(diesel::dsl::not(overdue)) };
    }
    if let Some(found) = found {
        query = query.filter(found);
    }
    query
}

/// A page of inspections, the newest first within the ranks of a search.
///
/// # Errors
/// 401 without a log-in; 403 for who has no part in inspections.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &InspectionFilter,
    today: NaiveDate,
    slice: Slice,
) -> Result<Page<InspectionView>, Problem> {
    let own = waits_for_delivery(actor);
    let texts = if own { OWN_TEXTS } else { TEXTS };
    let (search, subjects) =
        (Search::new(filter.q.as_deref(), texts), Search::new(filter.q.as_deref(), SUBJECTS));
    let load = |slice: Slice| -> QueryResult<Vec<InspectionRow>> {
        // An enterprise has few.
        if own {
            return part(conn, (actor, filter, today), slice, search.of(slice), None);
        }
        let Some(found) = subjects.of(slice) else {
            return part(conn, (actor, filter, today), slice, None, None);
        };
        // A name that begins with what was typed is found by an index.
        if slice.order.is_none() && slice.rank > 1 {
            let floor: Option<InspectionId> = beyond(narrowed(actor, filter, today, None), slice)
                .order(inspection::id.desc())
                .offset(LOOK_THROUGH)
                .select(inspection::id)
                .first(conn)
                .optional()?;
            let near = part(conn, (actor, filter, today), slice, search.of(slice), floor)?;
            if floor.is_none() || i64::try_from(near.len()).is_ok_and(|found| found > slice.limit) {
                return Ok(near);
            }
        }
        part(conn, (actor, filter, today), slice, Some(of_subjects(found)), None)
    };
    let Page { items, next_cursor } = Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?;
    Ok(Page { items: views(conn, actor, today, items)?, next_cursor })
}

/// Those behind the row after which a slice begins.
fn beyond(query: inspection::BoxedQuery<'static, Pg>, slice: Slice) -> inspection::BoxedQuery<'static, Pg> {
    match slice.after {
        Some(after) => query.filter(inspection::id.lt(InspectionId(after))),
        None => query,
    }
}

/// A slice of the inspections that a search finds, and one row more; of those from `floor` on where one is named.
fn part(
    conn: &mut PgConnection,
    (actor, filter, today): (&Actor, &InspectionFilter, NaiveDate),
    slice: Slice,
    found: Option<Condition>,
    floor: Option<InspectionId>,
) -> QueryResult<Vec<InspectionRow>> {
    let mut query = beyond(narrowed(actor, filter, today, found), slice);
    if let Some(floor) = floor {
        query = query.filter(inspection::id.ge(floor));
    }
    query
        .order(in_order(slice, inspection::id.desc()))
        .offset(slice.skip)
        .limit(slice.limit + 1)
        .select(InspectionRow::as_select())
        .load(conn)
}

/// How many inspections a filter finds.
///
/// # Errors
/// When the database can't be asked.
pub fn count(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &InspectionFilter,
    today: NaiveDate,
) -> Result<Total, Problem> {
    let found = if waits_for_delivery(actor) {
        Search::new(filter.q.as_deref(), OWN_TEXTS).any()
    } else {
        Search::new(filter.q.as_deref(), SUBJECTS).any().map(of_subjects)
    };
    Ok(total(conn, narrowed(actor, filter, today, found).select(inspection::id))?)
}

/// Those of these inspections that wait for an enterprise, as [`InspectionFilter::waits`] says.
///
/// # Errors
/// When the database can't be asked.
pub fn waiting_among(
    conn: &mut PgConnection,
    actor: &Actor,
    own: EnterpriseId,
    (ids, today): (Vec<InspectionId>, NaiveDate),
) -> QueryResult<Vec<InspectionId>> {
    let filter = InspectionFilter { enterprise: Some(own), waits: Some(true), ..InspectionFilter::default() };
    narrowed(actor, &filter, today, None).filter(inspection::id.eq_any(ids)).select(inspection::id).load(conn)
}

/// The names beside the rows of a list.
struct Beside {
    subjects: HashMap<InspectionId, (String, Option<String>, String, Option<String>)>,
    bodies: HashMap<Uuid, String>,
    retests: HashMap<InspectionId, LaboratoryId>,
    programmes: HashMap<Uuid, String>,
    terms: HashMap<InspectionId, Vec<TermRow>>,
}

impl Beside {
    fn load(conn: &mut PgConnection, rows: &[InspectionRow]) -> Result<Self, Problem> {
        use inspection_subject as s;
        let ids: Vec<InspectionId> = rows.iter().map(|row| row.id).collect();
        let subjects = s::table
            .filter(s::inspection_id.eq_any(&ids))
            .select((s::inspection_id, s::operator_name, s::producer_name, s::product_name, s::report_no))
            .load::<(InspectionId, String, Option<String>, String, Option<String>)>(conn)?;
        let retests = inspection_challenge::table
            .filter(inspection_challenge::inspection_id.eq_any(&ids))
            .filter(inspection_challenge::laboratory_id.is_not_null())
            .select((
                inspection_challenge::inspection_id,
                inspection_challenge::laboratory_id.assume_not_null(),
            ))
            .load::<(InspectionId, LaboratoryId)>(conn)?;
        let named = rows.iter().flat_map(|row| [row.laboratory_id, row.sampler_id]).flatten();
        let bodies: Vec<Uuid> = named.chain(retests.iter().map(|(_, id)| *id)).map(|id| id.0).collect();
        let bodies = laboratory::table
            .filter(laboratory::id.eq_any(&bodies))
            .select((laboratory::id, laboratory::name))
            .load::<(Uuid, String)>(conn)?;
        let programmes: Vec<Uuid> = rows.iter().filter_map(|row| row.programme_id.map(|id| id.0)).collect();
        let programmes = programme::table
            .filter(programme::id.eq_any(&programmes))
            .select((programme::id, programme::name))
            .load::<(Uuid, String)>(conn)?;
        let mut terms: HashMap<InspectionId, Vec<TermRow>> = HashMap::new();
        let running = inspection_term::table
            .filter(inspection_term::inspection_id.eq_any(&ids))
            .filter(inspection_term::met_on.is_null())
            .order((inspection_term::due_on, inspection_term::term))
            .select(TermRow::as_select());
        for term in running.load(conn)? {
            terms.entry(term.inspection_id).or_default().push(term);
        }
        Ok(Self {
            subjects: subjects.into_iter().map(|(id, a, b, c, d)| (id, (a, b, c, d))).collect(),
            bodies: bodies.into_iter().collect(),
            retests: retests.into_iter().collect(),
            programmes: programmes.into_iter().collect(),
            terms,
        })
    }

    fn body(&self, id: Option<LaboratoryId>) -> Option<String> {
        self.bodies.get(&id?.0).cloned()
    }
}

/// Rows as the actor may see them.
///
/// # Errors
/// When the database can't be asked.
pub fn views(
    conn: &mut PgConnection,
    actor: &Actor,
    today: NaiveDate,
    rows: Vec<InspectionRow>,
) -> Result<Vec<InspectionView>, Problem> {
    let beside = Beside::load(conn, &rows)?;
    let ids: Vec<InspectionId> = rows.iter().map(|row| row.id).collect();
    let told = told(conn, actor, &ids)?;
    let view = |row: InspectionRow| {
        let (operator_name, producer_name, product_name, report_no) =
            beside.subjects.get(&row.id).cloned().unwrap_or_default();
        let known = told.contains(&row.id);
        // To an enterprise its own days are shown, and not those of the other party, the laboratory or the authority.
        let is_own = |term: &&TermRow| match (actor.scope(), term.party) {
            (Some(Scope::Enterprise(own)), Party::Operator) => row.operator_id == Some(*own),
            (Some(Scope::Enterprise(own)), Party::Producer) => row.producer_id == Some(*own),
            (Some(Scope::Enterprise(_)), _) => false,
            _ => true,
        };
        let terms: Vec<&TermRow> = beside.terms.get(&row.id).into_iter().flatten().filter(is_own).collect();
        InspectionView {
            id: row.id,
            number: row.number,
            organiser_region: row.organiser_region,
            programme_id: row.programme_id,
            programme: row.programme_id.and_then(|id| beside.programmes.get(&id.0).cloned()),
            target_id: row.target_id,
            method: row.method,
            purpose: row.purpose,
            level: row.level,
            state: row.state,
            role: row.role,
            operator_id: row.operator_id,
            operator_name,
            place_region: row.place_region,
            producer_id: row.producer_id,
            producer_name,
            producer_region: row.producer_region,
            confirmation: row.confirmation,
            product_kind: row.product_kind,
            product_name,
            laboratory_id: row.laboratory_id,
            laboratory: beside.body(row.laboratory_id),
            retest_laboratory_id: beside.retests.get(&row.id).copied(),
            retest_laboratory: beside.body(beside.retests.get(&row.id).copied()),
            sampler_id: row.sampler_id,
            sampler: beside.body(row.sampler_id),
            sample: row.sample,
            sampled_on: row.sampled_on,
            received_on: row.received_on,
            reported_on: row.reported_on.filter(|_| known),
            delivered_on: row.delivered_on,
            final_on: row.final_on,
            published_on: row.published_on,
            outcome: row.outcome.filter(|_| known),
            report_no: report_no.filter(|_| known),
            nonconformity_id: row.nonconformity_id,
            next_term: terms.first().map(|term| TermView::of(term, today)),
            late: terms.iter().any(|term| term.due_on < today),
            source: row.source,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    };
    Ok(rows.into_iter().map(view).collect())
}
