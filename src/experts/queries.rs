//! Reading experts.

use crate::attachments::{Attachment, applications};
use crate::core::actor::{Actor, Scope};
use crate::core::ids::{AccountId, ExpertId};
use crate::core::page::{Page, Slice, Total};
use crate::core::{Language, Problem};
use crate::db::order::in_order;
use crate::db::published::account;
use crate::db::schema::{
    expert, expert_conflict, expert_region, expert_specialty, expert_suspension, product_kind,
};
use crate::db::search::{Columns, Search};
use crate::db::total::total;
use crate::experts::application::{Conflict, Specialty};
use crate::experts::policy::{ContactSeen, contact_seen, permit_vetting, sees_private, vettable, visible_to};
use crate::experts::profile::Leave;
use crate::experts::rota::{DutyShift, duty};
use crate::experts::rota_words::describe;
use crate::experts::specialty_queries::{self, SpecialtyChangeView};
use crate::experts::suspension::{self, SuspensionView};
use crate::experts::vocabulary::{ExpertState, Relation, Vetting};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::{exists, not};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// An expert, as far as the caller may see.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ExpertView {
    /// Id of the expert.
    pub id: ExpertId,
    /// The expert's name.
    pub name: String,
    /// Professional title.
    pub title: String,
    /// Code of the product hospital.
    pub hospital: Option<String>,
    /// Languages of consultation.
    pub languages: Vec<Language>,
    /// The state of the vetting.
    pub vetting: Vetting,
    /// Whether an officer suspended the expert: then nothing is offered.
    pub suspended: bool,
    /// Whether new consultations may be offered.
    pub available: bool,
    /// Region codes served.
    pub regions: Vec<String>,
    /// What the expert can help with.
    pub specialties: Vec<Specialty>,
    /// What only the expert and those who vet may see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private: Option<PrivateView>,
}

/// The part of an expert that only the expert and those who vet may see.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PrivateView {
    /// Where mails go. Officers see it where the expert works with an enterprise of their region or helps there, as with `phone`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The telephone number, for those who see how to reach the expert.
    pub phone: Option<String>,
    /// How many consultations at once.
    pub capacity: i32,
    /// How many are offered to or held by the expert now, seats in panels included.
    pub open_consultations: i32,
    /// Enterprises that the expert may not consult.
    pub conflicts: Vec<Conflict>,
    /// The employer, where it is no product hospital.
    pub employer: Option<String>,
    /// The post held with the employer.
    pub post: Option<String>,
    /// Qualifications.
    pub qualifications: Option<String>,
    /// Certificates of the application, for those who decide on the expert.
    pub certificates: Vec<Attachment>,
    /// Specialties that are proposed and wait for a decision.
    pub proposed_specialties: Vec<SpecialtyChangeView>,
    /// The suspension, while it lasts.
    pub suspension: Option<SuspensionView>,
    /// Days of leave, present or to come.
    pub leave: Option<Leave>,
    /// The duty rota; empty where the expert is bound to no hours.
    pub duty: Vec<DutyShift>,
    /// The same in words, a sentence for each shift, in Chinese.
    pub duty_zh: Vec<String>,
    /// The same in English.
    pub duty_en: Vec<String>,
    /// The reason why an application was rejected.
    pub vetting_reason: Option<String>,
    /// When the expert applied.
    pub applied_at: DateTime<Utc>,
    /// When the application was decided on, or the expert was approved by an invitation.
    pub vetted_at: Option<DateTime<Utc>>,
    /// Who decided on the application, or sent the invitation by which the expert was approved; for admins and operators.
    pub vetted_by: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = expert, check_for_backend(Pg))]
struct Row {
    id: ExpertId,
    name: String,
    title: String,
    hospital: Option<String>,
    email: String,
    phone: Option<String>,
    languages: Vec<String>,
    capacity: i32,
    vetting: Vetting,
    vetting_reason: Option<String>,
    available: bool,
    applied_at: DateTime<Utc>,
    employer: Option<String>,
    leave_from: Option<NaiveDate>,
    leave_to: Option<NaiveDate>,
    open_count: i32,
    vetted_at: Option<DateTime<Utc>>,
    vetted_by: Option<AccountId>,
    post: Option<String>,
    qualifications: Option<String>,
}

/// What a list of experts can be narrowed to.
#[derive(Debug, Default, Clone)]
pub struct ExpertFilter {
    /// Only those at this point of the vetting.
    pub vetting: Option<Vetting>,
    /// Only those of this state.
    pub state: Option<ExpertState>,
    /// Only those who take new consultations, or who do not.
    pub available: Option<bool>,
    /// Only those in whose name or title these words stand, or whose name is read so.
    pub q: Option<String>,
    /// Only those with a specialty in this class of products, be it one of its kinds.
    pub product_class: Option<String>,
}

/// Where experts are searched.
pub const NAMES: Columns =
    Columns { texts: &["expert.search_text"], readings: &["expert.search_readings"], code: false };

/// The suspension of the expert of a row that has not ended.
#[diesel::dsl::auto_type]
fn open_suspension() -> _ {
    expert_suspension::table
        .filter(expert_suspension::expert_id.eq(expert::id))
        .filter(expert_suspension::ended_at.is_null())
}

fn narrowed(actor: &Actor, filter: &ExpertFilter) -> expert::BoxedQuery<'static, Pg> {
    let mut query = visible_to(actor);
    if matches!(actor.scope(), Some(Scope::Enterprise(_) | Scope::Expert(_))) {
        // To whom nothing can be given is not among those to choose from.
        let inactive =
            account::table.filter(account::expert_id.eq(expert::id.nullable())).filter(not(account::active));
        query = query.filter(not(exists(inactive))).filter(not(exists(open_suspension())));
    }
    match filter.state {
        None => {}
        Some(ExpertState::Applied) => query = query.filter(expert::vetting.eq(Vetting::Applied)),
        Some(ExpertState::Rejected) => query = query.filter(expert::vetting.eq(Vetting::Rejected)),
        Some(ExpertState::Approved) => {
            query =
                query.filter(expert::vetting.eq(Vetting::Approved)).filter(not(exists(open_suspension())));
        }
        Some(ExpertState::Suspended) => {
            query = query.filter(expert::vetting.eq(Vetting::Approved)).filter(exists(open_suspension()));
        }
    }
    if let Some(vetting) = filter.vetting {
        query = query.filter(expert::vetting.eq(vetting));
    }
    if let Some(available) = filter.available {
        query = query.filter(expert::available.eq(available));
    }
    if let Some(class) = &filter.product_class {
        let kinds =
            product_kind::table.filter(product_kind::class.eq(class.clone())).select(product_kind::code);
        let fits = expert_specialty::product_class
            .assume_not_null()
            .eq(class.clone())
            .or(expert_specialty::product_kind.assume_not_null().eq_any(kinds));
        let specialty =
            expert_specialty::table.filter(expert_specialty::expert_id.eq(expert::id)).filter(fits);
        query = query.filter(exists(specialty));
    }
    query
}

/// A page of experts, newest first, within the ranks of a search.
///
/// # Errors
/// When the database can't be asked.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &ExpertFilter,
    slice: Slice,
) -> Result<Page<ExpertView>, Problem> {
    let search = Search::new(filter.q.as_deref(), NAMES);
    let load = |slice: Slice| -> QueryResult<Vec<Row>> {
        let mut query = narrowed(actor, filter);
        if let Some(found) = search.of(slice) {
            query = query.filter(found);
        }
        if let Some(after) = slice.after {
            query = query.filter(expert::id.lt(ExpertId(after)));
        }
        query
            .order(in_order(slice, expert::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit + 1)
            .select(Row::as_select())
            .load(conn)
    };
    let page = Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?;
    let next_cursor = page.next_cursor;
    Ok(Page { items: views(conn, actor, page.items)?, next_cursor })
}

/// How many experts a filter finds.
///
/// # Errors
/// When the database can't be asked.
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: &ExpertFilter) -> Result<Total, Problem> {
    let mut query = narrowed(actor, filter).select(expert::id);
    if let Some(found) = Search::new(filter.q.as_deref(), NAMES).any() {
        query = query.filter(found);
    }
    Ok(total(conn, query)?)
}

/// A page of applications, for those who vet.
///
/// # Errors
/// 403 for anyone who does not.
pub fn applications(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &ExpertFilter,
    slice: Slice,
) -> Result<Page<ExpertView>, Problem> {
    permit_vetting(actor)?;
    list(conn, actor, filter, slice)
}

/// One expert, as the actor sees it.
///
/// # Errors
/// 404 where the actor may not know of it.
pub fn get(conn: &mut PgConnection, actor: &Actor, id: ExpertId) -> Result<ExpertView, Problem> {
    let row = visible_to(actor).filter(expert::id.eq(id)).select(Row::as_select()).first(conn)?;
    views(conn, actor, vec![row])?.into_iter().next().ok_or_else(Problem::not_found)
}

/// One application, for those who decide on it.
///
/// # Errors
/// 403 for who does not vet; 404 for an expert on whom the actor does not decide.
pub fn application(conn: &mut PgConnection, actor: &Actor, id: ExpertId) -> Result<ExpertView, Problem> {
    permit_vetting(actor)?;
    if !vettable(conn, actor, &[id])?.contains(&id) {
        return Err(Problem::not_found());
    }
    get(conn, actor, id)
}

/// What is shown of some experts besides their rows.
struct RelatedData {
    regions: HashMap<ExpertId, Vec<String>>,
    specialties: HashMap<ExpertId, Vec<Specialty>>,
    conflicts: HashMap<ExpertId, Vec<Conflict>>,
    rotas: HashMap<ExpertId, Vec<DutyShift>>,
    /// The names of those who vetted, for who may know them.
    vetters: HashMap<AccountId, String>,
    /// Those whose mail address and telephone are shown.
    reachable: HashSet<ExpertId>,
    suspensions: HashMap<ExpertId, SuspensionView>,
    proposals: HashMap<ExpertId, Vec<SpecialtyChangeView>>,
    certificates: HashMap<Uuid, Vec<Attachment>>,
}

fn views(conn: &mut PgConnection, actor: &Actor, rows: Vec<Row>) -> Result<Vec<ExpertView>, Problem> {
    let ids: Vec<ExpertId> = rows.iter().map(|r| r.id).collect();
    let regions = expert_region::table
        .filter(expert_region::expert_id.eq_any(&ids))
        .order(expert_region::region)
        .select((expert_region::expert_id, expert_region::region))
        .load(conn)?;
    let mut rotas = HashMap::new();
    for row in rows.iter().filter(|row| sees_private(actor, row.id)) {
        rotas.insert(row.id, duty(conn, row.id)?);
    }
    let vetters: Vec<(AccountId, String)> = match actor.scope() {
        Some(Scope::Admin(_) | Scope::Operator) => account::table
            .filter(account::id.eq_any(rows.iter().filter_map(|row| row.vetted_by)))
            .select((account::id, account::name))
            .load(conn)?,
        _ => Vec::new(),
    };
    let private: Vec<ExpertId> = ids.iter().copied().filter(|id| sees_private(actor, *id)).collect();
    let decided: Vec<Uuid> = vettable(conn, actor, &ids)?.into_iter().map(|id| id.0).collect();
    let mut related = RelatedData {
        vetters: vetters.into_iter().collect(),
        regions: grouped(regions),
        specialties: grouped(specialties(conn, &ids)?),
        conflicts: grouped(conflicts(conn, &ids)?),
        rotas,
        reachable: reachable(conn, actor, &rows)?,
        suspensions: suspension::of(conn, &ids)?,
        proposals: specialty_queries::open_of(conn, &private)?,
        certificates: applications::of(conn, &decided)?,
    };
    Ok(rows.into_iter().map(|row| related.view(actor, row)).collect())
}

/// The experts among these whose mail address and telephone the actor sees.
fn reachable(conn: &mut PgConnection, actor: &Actor, rows: &[Row]) -> Result<HashSet<ExpertId>, Problem> {
    let mut shown = HashSet::new();
    for row in rows {
        let seen = match contact_seen(actor, row.id, row.vetting) {
            ContactSeen::Always => true,
            ContactSeen::Never => false,
            ContactSeen::WhereWorking(scope) => {
                let works: bool = diesel::select(expert_works_in(row.id, scope.clone())).get_result(conn)?;
                works || diesel::select(expert_helps_in(row.id, scope)).get_result(conn)?
            }
        };
        if seen {
            shown.insert(row.id);
        }
    }
    Ok(shown)
}

diesel::define_sql_function! {
    /// Whether an expert works with an enterprise of a region or under it; `consultations` answers.
    fn expert_works_in(expert: diesel::sql_types::Uuid, scope: diesel::sql_types::Text) -> diesel::sql_types::Bool;
}

diesel::define_sql_function! {
    /// Whether an expert visits, teaches or looks after enterprises of a region or under it; `online_sessions` answers.
    fn expert_helps_in(expert: diesel::sql_types::Uuid, scope: diesel::sql_types::Text) -> diesel::sql_types::Bool;
}

fn specialties(conn: &mut PgConnection, ids: &[ExpertId]) -> Result<Vec<(ExpertId, Specialty)>, Problem> {
    use expert_specialty as s;
    type SpecialtyRow = (ExpertId, Option<String>, Option<String>, i32, Vec<String>);
    let rows: Vec<SpecialtyRow> = s::table
        .filter(s::expert_id.eq_any(ids))
        .order((s::expert_id, s::ordinal))
        .select((s::expert_id, s::product_kind, s::product_class, s::level, s::items))
        .load(conn)?;
    let specialty = |(id, product_kind, product_class, level, items): SpecialtyRow| {
        (id, Specialty { product_kind, product_class, level, items })
    };
    Ok(rows.into_iter().map(specialty).collect())
}

fn conflicts(conn: &mut PgConnection, ids: &[ExpertId]) -> Result<Vec<(ExpertId, Conflict)>, Problem> {
    use expert_conflict as c;
    let rows: Vec<(ExpertId, String, Relation)> = c::table
        .filter(c::expert_id.eq_any(ids))
        .order(c::uscc)
        .select((c::expert_id, c::uscc, c::relation))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, uscc, relation)| (id, Conflict { uscc, relation })).collect())
}

impl RelatedData {
    fn view(&mut self, actor: &Actor, row: Row) -> ExpertView {
        let reachable = self.reachable.contains(&row.id);
        let duty = self.rotas.remove(&row.id).unwrap_or_default();
        let suspension = self.suspensions.remove(&row.id);
        ExpertView {
            suspended: suspension.is_some(),
            regions: self.regions.remove(&row.id).unwrap_or_default(),
            specialties: self.specialties.remove(&row.id).unwrap_or_default(),
            private: sees_private(actor, row.id).then(|| PrivateView {
                email: Some(row.email).filter(|_| reachable),
                phone: row.phone.filter(|_| reachable),
                capacity: row.capacity,
                open_consultations: row.open_count,
                employer: row.employer,
                post: row.post,
                qualifications: row.qualifications,
                certificates: self.certificates.remove(&row.id.0).unwrap_or_default(),
                proposed_specialties: self.proposals.remove(&row.id).unwrap_or_default(),
                suspension,
                leave: row.leave_from.zip(row.leave_to).map(|(from, to)| Leave { from, to }),
                duty_zh: describe(&duty, Language::Zh),
                duty_en: describe(&duty, Language::En),
                duty,
                conflicts: self.conflicts.remove(&row.id).unwrap_or_default(),
                vetting_reason: row.vetting_reason,
                applied_at: row.applied_at,
                vetted_at: row.vetted_at,
                vetted_by: row.vetted_by.and_then(|by| self.vetters.get(&by).cloned()),
            }),
            id: row.id,
            name: row.name,
            title: row.title,
            hospital: row.hospital,
            languages: row.languages.iter().map(|tag| Language::from_tag(tag)).collect(),
            vetting: row.vetting,
            available: row.available,
        }
    }
}

fn grouped<T>(rows: Vec<(ExpertId, T)>) -> HashMap<ExpertId, Vec<T>> {
    let mut groups: HashMap<ExpertId, Vec<T>> = HashMap::new();
    for (id, value) in rows {
        groups.entry(id).or_default().push(value);
    }
    groups
}
