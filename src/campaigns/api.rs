//! The HTTP handlers of campaigns, their registers, checks and schools.

use crate::app::App;
use crate::campaigns::checks::{AnnulCampaignCheck, CampaignCheckInput, EnterCampaignCheck};
use crate::campaigns::exports::{CAMPAIGNS, SCHOOLS, SUBJECTS};
use crate::campaigns::ids::{SchoolId, SubjectId};
use crate::campaigns::queries::{self, CampaignDetail, CampaignFilter, CampaignView};
use crate::campaigns::register::{
    AddSubjects, DecideDouble, DoubleDecision, RemoveSubject, SubjectInput, SubjectsAdded,
};
use crate::campaigns::schools::{EnterSchools, RemoveSchool, SchoolInput, SchoolsEntered, TellSchool};
use crate::campaigns::set_up::SetUpCampaign;
use crate::campaigns::state::Theme;
use crate::campaigns::subject_queries::{
    self, CampaignSchoolView, CampaignSubjectDetail, CampaignSubjectView, SubjectFilter,
};
use crate::core::page::{Page, Slice};
use crate::db::Command;
use crate::exports::{BookFile, Format, ListPage, Wanted};
use crate::programmes::ids::ProgrammeId;
use crate::programmes::state::ProgrammeState;
use crate::web::params::Reason;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{created, execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Query};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Filter and page of the list of campaigns.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CampaignQuery {
    /// Only those about this.
    #[param(inline)]
    theme: Option<Theme>,
    /// Only those whose programme is in this state.
    #[param(inline)]
    state: Option<ProgrammeState>,
    /// Only those organised by the region of this code or one under it.
    region: Option<String>,
    /// Only those in whose name these words stand, or whose name is read so.
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

/// The day of the figures.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AsOf {
    /// The figures as of this day, that included, in Asia/Shanghai; today where none is named.
    as_of: Option<NaiveDate>,
}

async fn view(
    state: &State,
    auth: &Auth,
    id: ProgrammeId,
    as_of: Option<NaiveDate>,
) -> Result<CampaignDetail, Failure> {
    let actor = auth.actor();
    let work = move |app: &App| {
        let around = (app.settings().as_ref(), app.catalogue().as_ref());
        queries::detail(&mut *app.snapshot()?, &actor, id, around, (app.clock().now(), as_of))
    };
    read(state, work).await
}

/// The campaigns (专项行动) and programmes of outreach that the officer may know of, the newest first.
#[utoipa::path(get, path = "/api/v1/campaigns", tag = "campaigns", params(CampaignQuery),
    responses((status = 200, content((Page<CampaignView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<CampaignQuery>, wanted: Wanted) -> Answer {
    let CampaignQuery { theme, state: of_state, region, q, format, limit, cursor } = query.0;
    let filter = CampaignFilter { theme, state: of_state, region, q };
    let asked = ListPage { format, limit, cursor };
    wanted
        .list(state, auth, asked, &CAMPAIGNS, move |_, conn, actor, slice| {
            queries::list(conn, actor, &filter, slice)
        })
        .await
}

/// Sets a campaign up, with a new programme as a draft or on one of its kind that is there. It is handed in, approved, begun and closed by the routes of
/// programmes; closing is refused while hazards of it are open.
#[utoipa::path(post, path = "/api/v1/campaigns", tag = "campaigns", request_body = SetUpCampaign,
    responses((status = 201, body = CampaignDetail)))]
pub async fn set_up(state: State, auth: Auth, body: Json<SetUpCampaign>) -> Answer {
    let id = execute(&state, auth.caller(), body.0).await?;
    created(&format!("/api/v1/campaigns/{id}"), view(&state, &auth, id, None).await?)
}

/// One campaign with its figures as of a day.
#[utoipa::path(get, path = "/api/v1/campaigns/{id}", tag = "campaigns", params(AsOf),
    responses((status = 200, body = CampaignDetail)))]
pub async fn one(state: State, auth: Auth, id: Id<ProgrammeId>, query: Query<AsOf>) -> Answer {
    ok(view(&state, &auth, id.0, query.0.as_of).await?)
}

/// Entries of a register.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubjectsInput {
    /// The entries, 1 to 2,000.
    subjects: Vec<SubjectInput>,
}

/// Adds entries to the register of a campaign. One that is there already is left as it is; one that may be the same as another under another name is
/// marked.
#[utoipa::path(post, path = "/api/v1/campaigns/{id}/subjects", tag = "campaigns", request_body = SubjectsInput,
    responses((status = 200, body = SubjectsAdded)))]
pub async fn add(state: State, auth: Auth, id: Id<ProgrammeId>, body: Json<SubjectsInput>) -> Answer {
    ok(execute(&state, auth.caller(), AddSubjects { campaign: id.0, subjects: body.0.subjects }).await?)
}

/// Filter and page of the list of entries.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SubjectQuery {
    /// Only those of this campaign.
    #[param(value_type = Option<ProgrammeId>)]
    campaign: Option<ProgrammeId>,
    /// Only those of the region of this code or one under it.
    region: Option<String>,
    /// Only those of the key product of this word.
    product: Option<String>,
    /// Only those that were checked, or only the others.
    checked: Option<bool>,
    /// Only those that may be the same as another one and were not decided, or only the others.
    double: Option<bool>,
    /// Also those that were taken off.
    removed: Option<bool>,
    /// Only those in whose name, code or address these words stand.
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

impl SubjectQuery {
    fn parts(self, theme: Option<Theme>) -> (SubjectFilter, ListPage) {
        let Self { campaign, region, product, checked, double, removed, q, format, limit, cursor } = self;
        let filter = SubjectFilter {
            campaign: campaign.map(|id| id.0),
            theme,
            region,
            product,
            checked,
            double,
            removed: removed.unwrap_or(false),
            q,
        };
        (filter, ListPage { format, limit, cursor })
    }
}

/// The entries of registers in the officer's region and under it: who is looked at, who of them was checked. The newest first.
#[utoipa::path(get, path = "/api/v1/campaign-subjects", tag = "campaigns", params(SubjectQuery),
    responses((status = 200, content((Page<CampaignSubjectView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn subjects(state: State, auth: Auth, query: Query<SubjectQuery>, wanted: Wanted) -> Answer {
    let (filter, asked) = query.0.parts(None);
    wanted
        .list(state, auth, asked, &SUBJECTS, move |_, conn, actor, slice| {
            subject_queries::list(conn, actor, &filter, slice)
        })
        .await
}

/// The shops around campuses, likewise: each with its nearest school and the distance.
#[utoipa::path(get, path = "/api/v1/campus-shops", tag = "campaigns", params(SubjectQuery),
    responses((status = 200, content((Page<CampaignSubjectView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn shops(state: State, auth: Auth, query: Query<SubjectQuery>, wanted: Wanted) -> Answer {
    let (filter, asked) = query.0.parts(Some(Theme::Campus));
    wanted
        .list(state, auth, asked, &SUBJECTS, move |_, conn, actor, slice| {
            subject_queries::list(conn, actor, &filter, slice)
        })
        .await
}

async fn subject_step<C>(state: &State, auth: &Auth, command: C) -> Answer
where
    C: Command<Output = SubjectId> + Send + 'static,
{
    let id = execute(state, auth.caller(), command).await?;
    let actor = auth.actor();
    ok(read(state, move |app| subject_queries::get(&mut *app.snapshot()?, &actor, id)).await?)
}

/// One entry with its checks, those that were annulled among them.
#[utoipa::path(get, path = "/api/v1/campaign-subjects/{id}", tag = "campaigns",
    responses((status = 200, body = CampaignSubjectDetail)))]
pub async fn subject(state: State, auth: Auth, id: Id<SubjectId>) -> Answer {
    let actor = auth.actor();
    ok(read(&state, move |app| subject_queries::detail(&mut *app.snapshot()?, &actor, id.0)).await?)
}

/// Enters a check of an entry: one of a day.
#[utoipa::path(post, path = "/api/v1/campaign-subjects/{id}/checks", tag = "campaigns", request_body = CampaignCheckInput,
    responses((status = 200, body = CampaignSubjectView)))]
pub async fn check(state: State, auth: Auth, id: Id<SubjectId>, body: Json<CampaignCheckInput>) -> Answer {
    subject_step(&state, &auth, EnterCampaignCheck { subject: id.0, check: body.0 }).await
}

/// A check that was entered by mistake.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckAnnulment {
    /// The day of the check, in Asia/Shanghai.
    checked_on: NaiveDate,
    /// Why, at most 1,000 characters.
    reason: String,
}

/// Annuls the check of a day that was entered by mistake, with a reason; then another one of that day can be entered.
#[utoipa::path(post, path = "/api/v1/campaign-subjects/{id}/checks/annul", tag = "campaigns", request_body = CheckAnnulment,
    responses((status = 200, body = CampaignSubjectView)))]
pub async fn annul_check(state: State, auth: Auth, id: Id<SubjectId>, body: Json<CheckAnnulment>) -> Answer {
    let CheckAnnulment { checked_on, reason } = body.0;
    subject_step(&state, &auth, AnnulCampaignCheck { subject: id.0, checked_on, reason }).await
}

/// Takes an entry off its register, with a reason.
#[utoipa::path(post, path = "/api/v1/campaign-subjects/{id}/remove", tag = "campaigns", request_body = Reason,
    responses((status = 200, body = CampaignSubjectView)))]
pub async fn remove(state: State, auth: Auth, id: Id<SubjectId>, body: Json<Reason>) -> Answer {
    subject_step(&state, &auth, RemoveSubject { id: id.0, reason: body.0.reason }).await
}

/// What a possible duplicate is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DoubleInput {
    /// `same`: the entry is taken off; or `different`.
    #[schema(inline)]
    decision: DoubleDecision,
}

/// Decides whether an entry that may be the same as another one is.
#[utoipa::path(post, path = "/api/v1/campaign-subjects/{id}/double", tag = "campaigns", request_body = DoubleInput,
    responses((status = 200, body = CampaignSubjectView)))]
pub async fn double(state: State, auth: Auth, id: Id<SubjectId>, body: Json<DoubleInput>) -> Answer {
    subject_step(&state, &auth, DecideDouble { id: id.0, decision: body.0.decision }).await
}

/// Schools of a campaign.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SchoolsInput {
    /// The schools, 1 to 200.
    schools: Vec<SchoolInput>,
}

/// Enters schools of a campaign around campuses. One that is there already gets the point that is given now.
#[utoipa::path(post, path = "/api/v1/campaigns/{id}/schools", tag = "campaigns", request_body = SchoolsInput,
    responses((status = 200, body = SchoolsEntered)))]
pub async fn enter_schools(
    state: State,
    auth: Auth,
    id: Id<ProgrammeId>,
    body: Json<SchoolsInput>,
) -> Answer {
    ok(execute(&state, auth.caller(), EnterSchools { campaign: id.0, schools: body.0.schools }).await?)
}

/// The schools of a campaign in the officer's region and under it.
#[utoipa::path(get, path = "/api/v1/campaigns/{id}/schools", tag = "campaigns", params(ListPage),
    responses((status = 200, content((Page<CampaignSchoolView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn schools(
    state: State,
    auth: Auth,
    id: Id<ProgrammeId>,
    query: Query<ListPage>,
    wanted: Wanted,
) -> Answer {
    let ListPage { format, limit, cursor } = query.0;
    let slice = Slice::parse(limit.as_deref(), cursor.as_deref())?;
    let id = id.0;
    let wanted = match wanted.format(format) {
        Format::Json => wanted,
        _ => wanted.named(view(&state, &auth, id, None).await?.campaign.name),
    };
    wanted
        .answer(state, auth, format, &SCHOOLS, slice, move |_, conn, actor, slice| {
            subject_queries::schools(conn, actor, id.0, slice)
        })
        .await
}

/// The day on which a school was notified.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ToldInput {
    /// The day, in Asia/Shanghai; today where none is named.
    #[serde(default)]
    told_on: Option<NaiveDate>,
}

/// Takes a school out that was entered by mistake, with a reason. Shops find their nearest school anew; the figures of the days before stay.
#[utoipa::path(post, path = "/api/v1/campaign-schools/{id}/remove", tag = "campaigns", request_body = Reason,
    responses((status = 200, body = CampaignSchoolView)))]
pub async fn remove_school(state: State, auth: Auth, id: Id<SchoolId>, body: Json<Reason>) -> Answer {
    let id = execute(&state, auth.caller(), RemoveSchool { id: id.0, reason: body.0.reason }).await?;
    let actor = auth.actor();
    ok(read(&state, move |app| subject_queries::school(&mut *app.snapshot()?, &actor, id)).await?)
}

/// Records that a school was told what the checks around it came to. The first day stays.
#[utoipa::path(post, path = "/api/v1/campaign-schools/{id}/told", tag = "campaigns", request_body = ToldInput,
    responses((status = 200, body = CampaignSchoolView)))]
pub async fn told(state: State, auth: Auth, id: Id<SchoolId>, body: Json<ToldInput>) -> Answer {
    let id = execute(&state, auth.caller(), TellSchool { id: id.0, told_on: body.0.told_on }).await?;
    let actor = auth.actor();
    ok(read(&state, move |app| subject_queries::school(&mut *app.snapshot()?, &actor, id)).await?)
}
