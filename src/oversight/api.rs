//! The HTTP handlers of letters, interviews and listings: they extract, execute and show.

use crate::app::App;
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::core::ids::EnterpriseId;
use crate::core::page::{Page, Slice};
use crate::core::{Caller, Problem};
use crate::exports::{BookFile, Format, ListPage, Wanted};
use crate::oversight::create::{ChangeOversight, CreateOversight};
use crate::oversight::detail::{Context, detail};
use crate::oversight::earlier::{About, Ladder, ladder as ladder_of};
use crate::oversight::effect::{OversightEffect, effect as effect_of};
use crate::oversight::exports::OVERSIGHT;
use crate::oversight::figures::{FigureFilter, OversightFigures, figures as figures_of};
use crate::oversight::ids::OversightId;
use crate::oversight::policy::Standing;
use crate::oversight::public::{self, PublicListing, PublicListingDetail, PublicState};
use crate::oversight::queries::{self, OversightFilter, Side};
use crate::oversight::record::RecordOversightStep;
use crate::oversight::settings::OversightSettings;
use crate::oversight::state::{OversightState, OversightStep};
use crate::oversight::step::NewOversightStep;
use crate::oversight::view::{OversightDetail, OversightView};
use crate::oversight::words::OversightKind;
use crate::oversight::written::NewOversight;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{created, execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Filter and page of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OversightQuery {
    /// Only those of this kind.
    #[param(inline)]
    kind: Option<OversightKind>,
    /// Only those of this state.
    #[param(inline)]
    state: Option<OversightState>,
    /// Only those that the caller is to answer, that the caller's side has issued, or that it is to decide.
    #[param(inline)]
    side: Option<Side>,
    /// Only those to the region of this code or one under it.
    region: Option<String>,
    /// Only those to this enterprise.
    enterprise: Option<EnterpriseId>,
    /// Only those about the product kind of this code.
    product_kind: Option<String>,
    /// Only those that rest on this alert. For officers; others find none by it.
    alert: Option<Uuid>,
    /// Only those whose day has passed, or only those whose has not.
    overdue: Option<bool>,
    /// Only those in whose title, number or recipient these words stand, or where a name is read so.
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

/// One of them as the actor sees it.
///
/// # Errors
/// 404 where the actor may not know of it.
pub(super) fn shown(app: &App, actor: &Actor, id: OversightId) -> Result<OversightDetail, Problem> {
    let context = Context {
        settings: app.settings().section::<OversightSettings>(),
        catalogue: app.catalogue(),
        today: shanghai_date(app.clock().now()),
    };
    detail(&mut *app.snapshot()?, actor, id, context)
}

/// The same; who was addressed and opens a letter that has gone out has received it thereby.
///
/// # Errors
/// 404 where the actor may not know of it.
pub(super) fn opened(app: &App, caller: &Caller, id: OversightId) -> Result<OversightDetail, Problem> {
    let seen = shown(app, &caller.actor, id)?;
    let view = &seen.oversight;
    if view.standing != Standing::Recipient
        || view.state != OversightState::Issued
        || caller.actor.key().is_some()
    {
        return Ok(seen);
    }
    let receipt = RecordOversightStep { id, event: NewOversightStep::new(OversightStep::Receive) };
    let caller = caller.clone().without_idempotency_key();
    match app.execute(&caller, &receipt) {
        Ok(_) => shown(app, &caller.actor, id),
        // Somebody else has opened it in the same moment.
        Err(problem) if problem.status == 409 => shown(app, &caller.actor, id),
        Err(problem) => Err(problem),
    }
}

async fn view(state: &State, auth: &Auth, id: OversightId) -> Result<OversightDetail, Failure> {
    let actor = auth.actor();
    read(state, move |app| shown(app, &actor, id)).await
}

/// The letters, interviews and listings that the caller may know of: an officer those that the own region and those under it have issued and those that were
/// issued to them, an enterprise and a laboratory those that were issued to it. The newest first.
#[utoipa::path(get, path = "/api/v1/oversight", tag = "oversight", params(OversightQuery),
    responses((status = 200, content((Page<OversightView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<OversightQuery>, wanted: Wanted) -> Answer {
    let OversightQuery {
        kind,
        state: of_state,
        side,
        region,
        enterprise,
        product_kind,
        alert,
        overdue,
        q,
        format,
        limit,
        cursor,
    } = query.0;
    let filter =
        OversightFilter { kind, state: of_state, side, region, enterprise, product_kind, alert, overdue, q };
    let asked = ListPage { format, limit, cursor };
    wanted
        .list(state, auth, asked, &OVERSIGHT, move |app, conn, actor, slice| {
            let today = shanghai_date(app.clock().now());
            queries::list(conn, actor, &filter, (app.catalogue(), today), slice)
        })
        .await
}

/// How many wait.
#[derive(Debug, Serialize, ToSchema)]
pub struct OversightCounts {
    /// Letters, interviews and listings that wait for an answer or a decision of the caller.
    pub waiting: i64,
}

/// How many letters, interviews and listings wait for an answer or a decision of the caller.
#[utoipa::path(get, path = "/api/v1/oversight/counts", tag = "oversight",
    responses((status = 200, body = OversightCounts)))]
pub async fn counts(state: State, auth: Auth) -> Answer {
    let actor = auth.actor();
    let waiting = read(&state, move |app| {
        queries::waiting(&mut *app.snapshot()?, &actor, shanghai_date(app.clock().now()))
    });
    ok(OversightCounts { waiting: waiting.await? })
}

/// Writes a letter (产品质量风险提醒函), an interview (约谈) or a listing (挂牌督办). Its facts are counted from what it rests on. Nothing goes to a region above one's
/// own or beside it. It goes out by a step of its own: `issue`, `notify`, `list`.
#[utoipa::path(post, path = "/api/v1/oversight", tag = "oversight", request_body = NewOversight,
    responses((status = 201, body = OversightDetail)))]
pub async fn create(state: State, auth: Auth, body: Json<NewOversight>) -> Answer {
    let id = execute(&state, auth.caller(), CreateOversight { written: body.0 }).await?;
    created(&format!("/api/v1/oversight/{id}"), view(&state, &auth, id).await?)
}

/// One letter, interview or listing with its facts, responsibilities, history and the steps that the caller may take. Who was addressed and opens a letter that
/// has gone out has received it thereby.
#[utoipa::path(get, path = "/api/v1/oversight/{id}", tag = "oversight",
    responses((status = 200, body = OversightDetail)))]
pub async fn one(state: State, auth: Auth, id: Id<OversightId>) -> Answer {
    let (caller, id) = (auth.caller(), id.0);
    ok(read(&state, move |app| opened(app, &caller, id)).await?)
}

/// Changes what was written before it goes out or is approved: all of it is handed in anew, and its facts are counted anew.
#[utoipa::path(put, path = "/api/v1/oversight/{id}", tag = "oversight", request_body = NewOversight,
    responses((status = 200, body = OversightDetail)))]
pub async fn change(state: State, auth: Auth, id: Id<OversightId>, body: Json<NewOversight>) -> Answer {
    let id = execute(&state, auth.caller(), ChangeOversight { id: id.0, written: body.0 }).await?;
    ok(view(&state, &auth, id).await?)
}

/// Takes a step. Who was addressed answers, the issuing side accepts, returns and closes; another officer approves a listing and verifies a rectification.
#[utoipa::path(post, path = "/api/v1/oversight/{id}/events", tag = "oversight", request_body = NewOversightStep,
    responses((status = 200, body = OversightDetail)))]
pub async fn record(state: State, auth: Auth, id: Id<OversightId>, body: Json<NewOversightStep>) -> Answer {
    let id = execute(&state, auth.caller(), RecordOversightStep { id: id.0, event: body.0 }).await?;
    ok(view(&state, &auth, id).await?)
}

/// As of which day the effect is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EffectQuery {
    /// As of the end of this day; today where none is named.
    as_of: Option<NaiveDate>,
}

/// An effect, where there is one.
#[derive(Debug, Serialize, ToSchema)]
pub struct EffectAnswer {
    /// Null before it goes out, and where it names no product kind.
    pub effect: Option<OversightEffect>,
}

/// What came of it: the nonconforming rate of its product kinds in its region before and after, each with n and interval, beside the rest of the province.
#[utoipa::path(get, path = "/api/v1/oversight/{id}/effect", tag = "oversight", params(EffectQuery),
    responses((status = 200, body = EffectAnswer)))]
pub async fn effect(state: State, auth: Auth, id: Id<OversightId>, query: Query<EffectQuery>) -> Answer {
    let (actor, id, as_of) = (auth.actor(), id.0, query.0.as_of);
    let found = read(&state, move |app| {
        let now = app.clock().now();
        let day = past_day(as_of, shanghai_date(now))?;
        let settings = app.settings().section::<OversightSettings>();
        effect_of(&mut *app.snapshot()?, &actor, id, (app.catalogue(), settings), (day, now))
    });
    ok(EffectAnswer { effect: found.await? })
}

/// A day of a query that is not to come.
fn past_day(day: Option<NaiveDate>, today: NaiveDate) -> Result<NaiveDate, Problem> {
    use crate::core::Text;
    use crate::core::problem::FieldError;
    let as_of = day.unwrap_or(today);
    let mut fields = crate::core::fields::Fields::new();
    fields.query_day("as_of", Some(as_of));
    fields.done()?;
    if as_of > today {
        let text = Text::new("不能晚于今天", "must not be in the future");
        return Err(Problem::invalid(vec![FieldError::query("as_of", text)]));
    }
    Ok(as_of)
}

/// About what the ladder is asked.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LadderQuery {
    /// A quality alert: its region and product kind.
    alert: Option<Uuid>,
    /// Code of a region.
    region: Option<String>,
    /// Code of a product kind.
    product_kind: Option<String>,
    /// An enterprise.
    enterprise: Option<EnterpriseId>,
}

/// What was tried before about an alert, a region and product kind, or an enterprise, and the step that is proposed next, with reasons. Nothing is issued by
/// itself.
#[utoipa::path(get, path = "/api/v1/oversight/ladder", tag = "oversight", params(LadderQuery),
    responses((status = 200, body = Ladder)))]
pub async fn ladder(state: State, auth: Auth, query: Query<LadderQuery>) -> Answer {
    let LadderQuery { alert, region, product_kind, enterprise } = query.0;
    let about = About { alert, region, product_kind, enterprise };
    let found = read(&state, move |app| {
        let today = shanghai_date(app.clock().now());
        let rules = app.settings().section::<OversightSettings>().rules_on(today);
        let rules = rules.ok_or_else(|| Problem::internal("no rules of oversight"))?;
        ladder_of(&mut *app.snapshot()?, &auth.actor(), &about, (app.catalogue(), rules, today))
    });
    ok(found.await?)
}

/// What the figures are narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FigureQuery {
    /// As of the end of this day; today where none is named.
    as_of: Option<NaiveDate>,
    /// Only what went out on this day or later.
    from: Option<NaiveDate>,
    /// Only those of this kind.
    #[param(inline)]
    kind: Option<OversightKind>,
    /// Only those to the region of this code or one under it.
    region: Option<String>,
}

/// How many letters, interviews and listings went out, were answered in time, accepted at first, and how long they took, by region, as of any day.
#[utoipa::path(get, path = "/api/v1/oversight/figures", tag = "oversight", params(FigureQuery),
    responses((status = 200, body = OversightFigures)))]
pub async fn figures(state: State, auth: Auth, query: Query<FigureQuery>) -> Answer {
    let FigureQuery { as_of, from, kind, region } = query.0;
    let filter = FigureFilter { as_of, from, kind, region };
    let found = read(&state, move |app| {
        let today = shanghai_date(app.clock().now());
        figures_of(&mut *app.snapshot()?, &auth.actor(), &filter, app.catalogue(), today)
    });
    ok(found.await?)
}

/// A search in the public listings, and the page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PublicListingQuery {
    /// Only those that stand so.
    #[param(inline)]
    state: Option<PublicState>,
    /// Only those in whose title, number or name these words stand, or where a name is read so.
    q: Option<String>,
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The public listings (挂牌督办), for everybody. Those that have ended stay for some time.
#[utoipa::path(get, path = "/api/v1/public/listings", tag = "oversight", params(PublicListingQuery),
    responses((status = 200, body = Page<PublicListing>)))]
pub async fn public_list(state: State, query: Query<PublicListingQuery>) -> Answer {
    let PublicListingQuery { state: of_state, q, limit, cursor } = query.0;
    let slice = Slice::parse(limit.as_deref(), cursor.as_deref())?;
    let found = read(&state, move |app| {
        let from = public_from(app);
        public::list(&mut *app.snapshot()?, from, of_state, q.as_deref(), slice)
    });
    ok(found.await?)
}

/// The first day of an end for which a listing is still public.
pub(super) fn public_from(app: &App) -> NaiveDate {
    let today = shanghai_date(app.clock().now());
    public::public_from(app.settings().section::<OversightSettings>(), today)
}

/// One public listing with what is asked for and who answers for it, for everybody. The names go when it has ended.
#[utoipa::path(get, path = "/api/v1/public/listings/{id}", tag = "oversight",
    responses((status = 200, body = PublicListingDetail)))]
pub async fn public_one(state: State, id: Id<OversightId>) -> Answer {
    let id = id.0;
    ok(read(&state, move |app| public::get(&mut *app.snapshot()?, public_from(app), id)).await?)
}
