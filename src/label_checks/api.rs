//! The HTTP handlers of label checks and quick tests: they extract, execute and show.

use crate::app::App;
use crate::core::clock::shanghai_date;
use crate::core::page::Page;
use crate::exports::{BookFile, Format, ListPage, Wanted};
use crate::inspections::detail::{Context, detail};
use crate::inspections::ids::InspectionId;
use crate::inspections::settings::InspectionSettings;
use crate::inspections::view::InspectionDetail;
use crate::label_checks::exports::LABEL_CHECKS;
use crate::label_checks::input::LabelCheckInput;
use crate::label_checks::queries::{self, ChecklistView, LabelCheckView, LabelFilter, LabelLine};
use crate::label_checks::quick::{EnterQuickTest, QuickTestInput, RecordQuickTest};
use crate::label_checks::record::{CheckLabel, RecordLabelCheck};
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{created, execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Filter of the list of checklists.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChecklistQuery {
    /// The one in force on this day alone.
    on: Option<NaiveDate>,
}

/// Versions of the checklist.
#[derive(Debug, Serialize, ToSchema)]
pub struct Checklists {
    /// The latest first.
    items: Vec<ChecklistView>,
}

/// The versions of the checklist by which labels are checked, with the articles of law, the latest first.
#[utoipa::path(get, path = "/api/v1/label-checklists", tag = "label-checks", params(ChecklistQuery),
    responses((status = 200, body = Checklists)))]
pub async fn checklists(state: State, query: Query<ChecklistQuery>) -> Answer {
    ok(Checklists { items: queries::checklists(state.app.settings(), query.0.on) })
}

/// Filter and page of the list of label checks.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LabelQuery {
    /// Only those of a place in the region of this code or one under it.
    region: Option<String>,
    /// Only those of the product class of this code.
    product_class: Option<String>,
    /// Only those that conform (true), or only those that do not (false).
    conforming: Option<bool>,
    /// Only those in whose operator, product or number these words stand.
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

/// The label checks that the caller may know of, the newest first: the inspections with the method `label`, each with the result of its check.
#[utoipa::path(get, path = "/api/v1/label-checks", tag = "label-checks", params(LabelQuery),
    responses((status = 200, content((Page<LabelLine> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<LabelQuery>, wanted: Wanted) -> Answer {
    let LabelQuery { region, product_class, conforming, q, format, limit, cursor } = query.0;
    let filter = LabelFilter { region, product_class, conforming, q };
    let asked = ListPage { format, limit, cursor };
    wanted
        .list(state, auth, asked, &LABEL_CHECKS, move |app, conn, actor, slice| {
            queries::list(conn, actor, &filter, shanghai_date(app.clock().now()), slice)
        })
        .await
}

async fn view(state: &State, auth: &Auth, id: InspectionId) -> Result<LabelCheckView, Failure> {
    let actor = auth.actor();
    read(state, move |app| queries::get(&mut *app.snapshot()?, &actor, app.settings(), id)).await
}

async fn inspection(state: &State, auth: &Auth, id: InspectionId) -> Result<InspectionDetail, Failure> {
    let actor = auth.actor();
    let work = move |app: &App| {
        let context = Context {
            settings: app.settings().section::<InspectionSettings>(),
            catalogue: app.catalogue(),
            today: shanghai_date(app.clock().now()),
        };
        detail(&mut *app.snapshot()?, &actor, id, &context)
    };
    read(state, work).await
}

/// Enters the check of a label (标识检查) as a new inspection: the answers to the checklist with their photos, what the seller said of the source,
/// what was corrected on the spot. The outcome is three noes, label nonconforming or conforming, in this order. Refused: not applicable
/// everywhere, a failure without a photo, a photo of another inspection's product.
#[utoipa::path(post, path = "/api/v1/inspections/labels", tag = "label-checks", request_body = CheckLabel,
    responses((status = 201, body = LabelCheckView)))]
pub async fn check_label(state: State, auth: Auth, body: Json<CheckLabel>) -> Answer {
    let id = execute(&state, auth.caller(), body.0).await?;
    created(&format!("/api/v1/inspections/{id}/label"), view(&state, &auth, id).await?)
}

/// The check of the label of an inspection, by the version of the checklist by which it was made.
#[utoipa::path(get, path = "/api/v1/inspections/{id}/label", tag = "label-checks",
    responses((status = 200, body = LabelCheckView)))]
pub async fn one(state: State, auth: Auth, id: Id<InspectionId>) -> Answer {
    ok(view(&state, &auth, id.0).await?)
}

/// Enters the check of a label for an inspection that is there, such as one of a programme.
#[utoipa::path(post, path = "/api/v1/inspections/{id}/label", tag = "label-checks", request_body = LabelCheckInput,
    responses((status = 201, body = LabelCheckView)))]
pub async fn record(state: State, auth: Auth, id: Id<InspectionId>, body: Json<LabelCheckInput>) -> Answer {
    let id = execute(&state, auth.caller(), RecordLabelCheck { inspection: id.0, check: body.0 }).await?;
    created(&format!("/api/v1/inspections/{id}/label"), view(&state, &auth, id).await?)
}

/// Enters a quick test (快速检测) as a new inspection. Refused where the calibration of the device did not hold on its day. A suspect one waits for
/// its formal sample, or for a reason why there is none: `link_formal` and `explain` of `POST /api/v1/inspections/{id}/events`.
#[utoipa::path(post, path = "/api/v1/inspections/quick-tests", tag = "label-checks", request_body = EnterQuickTest,
    responses((status = 201, body = InspectionDetail)))]
pub async fn quick_test(state: State, auth: Auth, body: Json<EnterQuickTest>) -> Answer {
    let id = execute(&state, auth.caller(), body.0).await?;
    created(&format!("/api/v1/inspections/{id}"), inspection(&state, &auth, id).await?)
}

/// Enters a quick test for an inspection that is there.
#[utoipa::path(post, path = "/api/v1/inspections/{id}/quick-test", tag = "label-checks", request_body = QuickTestInput,
    responses((status = 200, body = InspectionDetail)))]
pub async fn record_quick_test(
    state: State,
    auth: Auth,
    id: Id<InspectionId>,
    body: Json<QuickTestInput>,
) -> Answer {
    let id = execute(&state, auth.caller(), RecordQuickTest { inspection: id.0, test: body.0 }).await?;
    ok(inspection(&state, &auth, id).await?)
}
