//! The HTTP handlers of inspections: they extract, execute and show.

use crate::app::App;
use crate::core::actor::{Actor, Scope};
use crate::core::clock::shanghai_date;
use crate::core::fields::Fields;
use crate::core::ids::{EnterpriseId, LaboratoryId};
use crate::core::page::{Page, Slice};
use crate::exports::{BookFile, Format, Wanted};
use crate::inspections::detail::{Context, detail};
use crate::inspections::event::NewStep;
use crate::inspections::exports::{INSPECTIONS, OWN};
use crate::inspections::ids::InspectionId;
use crate::inspections::kind::NameProductKind;
use crate::inspections::queries::{self, InspectionFilter};
use crate::inspections::record::RecordInspectionStep;
use crate::inspections::register::RegisterInspection;
use crate::inspections::registration::Registration;
use crate::inspections::settings::InspectionSettings;
use crate::inspections::state::InspectionState;
use crate::inspections::view::{InspectionDetail, InspectionView};
use crate::inspections::words::{InspectedRole, Method, Outcome, Purpose};
use crate::programmes::ids::ProgrammeId;
use crate::programmes::state::ProgrammeLevel;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{created, execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Query};
use chrono::NaiveDate;
use diesel::PgConnection;
use serde::Deserialize;
use utoipa::IntoParams;

/// Filter and page of the list of inspections.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct InspectionQuery {
    /// Only those of this state.
    #[param(inline)]
    state: Option<InspectionState>,
    /// Only those by this method.
    #[param(inline)]
    method: Option<Method>,
    /// Only those for this purpose.
    #[param(inline)]
    purpose: Option<Purpose>,
    /// Only those of this level.
    #[param(inline)]
    level: Option<ProgrammeLevel>,
    /// Only those at operators of this role.
    #[param(inline)]
    role: Option<InspectedRole>,
    /// Only those that took place in the region of this code or one under it.
    region: Option<String>,
    /// Only those of the product kind of this code.
    product_kind: Option<String>,
    /// Only those of the product class of this code.
    product_class: Option<String>,
    /// Only those that this laboratory tests or tests again, or this body samples.
    #[param(value_type = Option<LaboratoryId>)]
    laboratory: Option<LaboratoryId>,
    /// Only those of this programme.
    #[param(value_type = Option<ProgrammeId>)]
    programme: Option<ProgrammeId>,
    /// Only those of this enterprise, as operator or as nominal producer.
    #[param(value_type = Option<EnterpriseId>)]
    enterprise: Option<EnterpriseId>,
    /// Only those with this outcome.
    #[param(inline)]
    outcome: Option<Outcome>,
    /// Only those sampled on this day or later.
    sampled_from: Option<NaiveDate>,
    /// Only those sampled on this day or earlier.
    sampled_until: Option<NaiveDate>,
    /// Only those whose sample is still to be taken (true), or only all others (false).
    to_sample: Option<bool>,
    /// Only those whose product kind is not named (true), or only those with one (false).
    kind_missing: Option<bool>,
    /// Only those with an overdue term (true), or only those without (false).
    late: Option<bool>,
    /// Only those in whose names or numbers these words stand, or whose names are read so.
    q: Option<String>,
    /// `xlsx` or `csv` for the whole list as a file; else by `Accept`, and JSON for all others.
    #[param(inline)]
    format: Option<Format>,
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Today's date in Asia/Shanghai.
fn today(app: &App) -> NaiveDate {
    shanghai_date(app.clock().now())
}

async fn view(state: &State, auth: &Auth, id: InspectionId) -> Result<InspectionDetail, Failure> {
    let actor = auth.actor();
    read(state, move |app| {
        let context = Context {
            settings: app.settings().section::<InspectionSettings>(),
            catalogue: app.catalogue(),
            today: today(app),
        };
        detail(&mut *app.snapshot()?, &actor, id, &context)
    })
    .await
}

/// The inspections that the caller may know of, the newest first: officers those of their region as organiser, place or producer; laboratories and
/// bodies that take samples those that are assigned to them.
#[utoipa::path(get, path = "/api/v1/inspections", tag = "inspections", params(InspectionQuery),
    responses((status = 200, content((Page<InspectionView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<InspectionQuery>, wanted: Wanted) -> Answer {
    let q = query.0;
    let slice = Slice::parse(q.limit.as_deref(), q.cursor.as_deref())?;
    let mut fields = Fields::new();
    fields.query_day("sampled_from", q.sampled_from);
    fields.query_day("sampled_until", q.sampled_until);
    fields.done()?;
    let filter = InspectionFilter {
        state: q.state,
        method: q.method,
        purpose: q.purpose,
        level: q.level,
        role: q.role,
        region: q.region,
        product_kind: q.product_kind,
        product_class: q.product_class,
        laboratory: q.laboratory,
        programme: q.programme,
        outcome: q.outcome,
        sampled_from: q.sampled_from,
        sampled_until: q.sampled_until,
        to_sample: q.to_sample,
        kind_missing: q.kind_missing,
        late: q.late,
        enterprise: q.enterprise,
        waits: None,
        q: q.q,
    };
    let work = move |app: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        queries::list(conn, actor, &filter, today(app), slice)
    };
    wanted.answer(state, auth, q.format, &INSPECTIONS, slice, work).await
}

/// Filter and page of the inspections of one's enterprise.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OwnQuery {
    /// Only those of this state.
    #[param(inline)]
    state: Option<InspectionState>,
    /// Only those with this outcome.
    #[param(inline)]
    outcome: Option<Outcome>,
    /// Only those that wait for the enterprise (true), or only all others (false): what it is asked to confirm as the nominal producer, and
    /// nonconforming results that were delivered to it and that it can still contest.
    waits: Option<bool>,
    /// Only those in whose names or numbers these words stand, or whose names are read so.
    q: Option<String>,
    /// `xlsx` or `csv` for the whole list as a file; else by `Accept`, and JSON for all others.
    #[param(inline)]
    format: Option<Format>,
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The inspections of one's enterprise, the newest first: at its place, once somebody was there, and of products that name it as their producer, once
/// it was asked.
#[utoipa::path(get, path = "/api/v1/my/inspections", tag = "inspections", params(OwnQuery),
    responses((status = 200, content((Page<InspectionView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn mine(state: State, auth: Auth, query: Query<OwnQuery>, wanted: Wanted) -> Answer {
    let OwnQuery { state: of_state, outcome, waits, q, format, limit, cursor } = query.0;
    let slice = Slice::parse(limit.as_deref(), cursor.as_deref())?;
    let own = match auth.actor().scope() {
        Some(Scope::Enterprise(id)) => Some(*id),
        _ => None,
    };
    let filter = InspectionFilter {
        state: of_state,
        outcome,
        waits,
        q,
        enterprise: own,
        ..InspectionFilter::default()
    };
    let work = move |app: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        queries::list(conn, actor, &filter, today(app), slice)
    };
    wanted.answer(state, auth, format, &OWN, slice, work).await
}

/// Registers an inspection: who and what is looked at, for what, by whom. The same form again gives the inspection that was made of it; the
/// same number with another content is refused.
#[utoipa::path(post, path = "/api/v1/inspections", tag = "inspections", request_body = Registration,
    responses((status = 201, body = InspectionDetail), (status = 200, body = InspectionDetail)))]
pub async fn register(state: State, auth: Auth, body: Json<Registration>) -> Answer {
    let made = execute(&state, auth.caller(), RegisterInspection(body.0)).await?;
    let view = view(&state, &auth, made.id).await?;
    if made.fresh { created(&format!("/api/v1/inspections/{}", made.id), view) } else { ok(view) }
}

/// One inspection with its history, items, terms, and what follows from it.
#[utoipa::path(get, path = "/api/v1/inspections/{id}", tag = "inspections",
    responses((status = 200, body = InspectionDetail)))]
pub async fn one(state: State, auth: Auth, id: Id<InspectionId>) -> Answer {
    ok(view(&state, &auth, id.0).await?)
}

/// Enters a step of an inspection: what was done in the field and in the laboratory, what a party got, answered or challenged, what was decided; or
/// the correction of an earlier one.
#[utoipa::path(post, path = "/api/v1/inspections/{id}/events", tag = "inspections", request_body = NewStep,
    responses((status = 200, body = InspectionDetail)))]
pub async fn record(state: State, auth: Auth, id: Id<InspectionId>, body: Json<NewStep>) -> Answer {
    let command = RecordInspectionStep { inspection: id.0, event: body.0 };
    let id = execute(&state, auth.caller(), command).await?;
    ok(view(&state, &auth, id).await?)
}

/// The product kind of an inspection.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KindInput {
    /// Code of the product kind.
    product_kind: String,
}

/// Names the product kind of an inspection that was registered without one. The record of the zero-out list that waited for it arises then.
#[utoipa::path(put, path = "/api/v1/inspections/{id}/product-kind", tag = "inspections", request_body = KindInput,
    responses((status = 200, body = InspectionDetail)))]
pub async fn name_kind(state: State, auth: Auth, id: Id<InspectionId>, body: Json<KindInput>) -> Answer {
    let command = NameProductKind { inspection: id.0, product_kind: body.0.product_kind };
    let id = execute(&state, auth.caller(), command).await?;
    ok(view(&state, &auth, id).await?)
}
