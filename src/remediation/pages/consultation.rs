//! What the page of a consultation shows of cases: the form for advice, and what failed at the enterprise.

use askama::Template;
use diesel::PgConnection;

use crate::app::App;
use crate::consultations::pages::case_parts::{Cards, CaseParts};
use crate::consultations::views::ConsultationView;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::core::page::{MAX_LIMIT, Slice};
use crate::enterprises::ids::NonconformityId;
use crate::remediation::action::{ActionKind, ActionState};
use crate::remediation::advice::actions_advised;
use crate::remediation::case_filter::CaseFilter;
use crate::remediation::case_view::CaseView;
use crate::remediation::enterprises;
use crate::remediation::given_advice::{self, AdviceView, AdvisedAction};
use crate::remediation::ids::CaseId;
use crate::remediation::pages::charts::{Course, course};
use crate::remediation::pages::words::CaseWords;
use crate::remediation::queries as remediation;
use crate::remediation::state::CaseState;
use crate::web::frame::Frame;

/// The parts, for the server.
pub const PARTS: CaseParts = CaseParts { advice, cards, nonconformities, actions_advised };

/// Nonconformities that are shown, at most.
const SHOWN: usize = 6;
/// Fields for actions in the forms for advice and conclusion.
pub const ACTIONS: usize = 8;
/// Actions that a card shows; the case shows the others.
const ON_A_CARD: usize = 12;

#[derive(Template)]
#[template(path = "remediation/consultation_advice.html")]
struct AdvicePart<'a> {
    f: &'a Frame,
    c: &'a ConsultationView,
    today: String,
}

fn advice(
    app: &App,
    _: &mut PgConnection,
    f: &Frame,
    _: &Actor,
    c: &ConsultationView,
) -> Result<String, Problem> {
    let today = shanghai_date(app.clock().now()).to_string();
    AdvicePart { f, c, today }.render().map_err(Problem::internal)
}

impl AdvicePart<'_> {
    fn kinds(&self) -> &'static [ActionKind] {
        ActionKind::ALL
    }

    /// The places for actions.
    fn places(&self) -> usize {
        ACTIONS
    }
}

/// A piece of advice in the talk.
#[derive(Template)]
#[template(path = "remediation/advice_card.html")]
struct AdviceCard<'a> {
    f: &'a Frame,
    a: &'a AdviceView,
}

fn cards(
    app: &App,
    conn: &mut PgConnection,
    f: &Frame,
    actor: &Actor,
    c: &ConsultationView,
) -> Result<Cards, Problem> {
    let today = shanghai_date(app.clock().now());
    let all = given_advice::advice(conn, actor, c.id, today)?;
    all.iter().map(|a| Ok((a.seq, AdviceCard { f, a }.render().map_err(Problem::internal)?))).collect()
}

impl AdviceCard<'_> {
    fn shown(&self) -> impl Iterator<Item = &AdvisedAction> {
        self.a.actions.iter().take(ON_A_CARD)
    }

    fn kind(&self, kind: &ActionKind) -> String {
        self.f.action_kind(*kind)
    }

    /// How many more there are.
    fn more(&self) -> usize {
        self.a.actions.len().saturating_sub(ON_A_CARD)
    }

    /// The state for people, and how it looks.
    fn state(&self, action: &AdvisedAction) -> (&'static str, &'static str) {
        let t = |zh: &'static str, en: &'static str| self.f.t(zh, en);
        match action.state {
            _ if action.overdue => (t("已逾期", "overdue"), "bad"),
            ActionState::Proposed => (t("待企业答复", "to be answered"), "warn"),
            ActionState::Accepted => (t("已接受", "accepted"), ""),
            ActionState::Declined => (t("未接受", "declined"), "none"),
            ActionState::Done => (t("已完成", "done"), "good"),
        }
    }

    /// Whether the reader may accept or decline it here; the case lets one change one's mind.
    fn answers(&self, action: &AdvisedAction) -> bool {
        self.a.may_answer && action.state == ActionState::Proposed
    }
}

#[derive(Template)]
#[template(path = "remediation/consultation_nonconformities.html")]
struct NonconformitiesPart<'a> {
    f: &'a Frame,
    matters: Vec<Matter>,
    /// How many more there are.
    more: usize,
}

impl NonconformitiesPart<'_> {
    /// The reader works for the enterprise.
    fn is_enterprise(&self) -> bool {
        self.f.role() == "enterprise"
    }
}

fn nonconformities(
    app: &App,
    conn: &mut PgConnection,
    f: &Frame,
    actor: &Actor,
    c: &ConsultationView,
) -> Result<String, Problem> {
    let mut matters = matters(app, conn, f, actor, c)?;
    if matters.is_empty() {
        return Ok(String::new());
    }
    let more = matters.len().saturating_sub(SHOWN);
    matters.truncate(SHOWN);
    NonconformitiesPart { f, matters, more }.render().map_err(Problem::internal)
}

/// What was found wrong at the enterprise, and its state.
struct Matter {
    product: String,
    report_no: String,
    failed_items: Vec<String>,
    case: Option<(CaseId, CaseState)>,
    course: Option<Course>,
    cleared: bool,
    /// The conversation is about it.
    here: bool,
}

/// What was found wrong at the enterprise, as far as the reader may know: first what this is about, then what is open.
fn matters(
    app: &App,
    conn: &mut PgConnection,
    f: &Frame,
    actor: &Actor,
    c: &ConsultationView,
) -> Result<Vec<Matter>, Problem> {
    let filter = CaseFilter { enterprise: Some(c.enterprise.id), ..CaseFilter::default() };
    let slice = Slice { limit: MAX_LIMIT, ..Slice::default() };
    let cases = remediation::list(app, conn, actor, &filter, slice)?.items;
    let of = |id: NonconformityId| cases.iter().find(|case| case.nonconformity_id == id);
    let mut all: Vec<Matter> = match enterprises::get(conn, actor, c.enterprise.id) {
        Ok(detail) => detail
            .nonconformities
            .into_iter()
            .map(|n| Matter {
                product: f.t(&n.product_kind_zh, &n.product_kind_en).to_owned(),
                case: of(n.id).map(|case| (case.id, case.state)),
                course: of(n.id).and_then(course),
                here: c.nonconformity == Some(n.id),
                report_no: n.report_no,
                failed_items: n.failed_items,
                cleared: n.cleared,
            })
            .collect(),
        // Whoever only sits on the panel knows of the case and no more.
        Err(problem) if problem.status == 404 => {
            let mut known = Vec::new();
            for case in cases.iter().filter(|case| Some(case.nonconformity_id) == c.nonconformity) {
                known.push(known_case(app, conn, f, actor, case)?);
            }
            known
        }
        Err(problem) => return Err(problem),
    };
    all.sort_by_key(|m| (!m.here, m.cleared));
    Ok(all)
}

fn known_case(
    app: &App,
    conn: &mut PgConnection,
    f: &Frame,
    actor: &Actor,
    case: &CaseView,
) -> Result<Matter, Problem> {
    let kind = app.catalogue().products.kind(&case.product_kind);
    Ok(Matter {
        product: kind.map_or_else(String::new, |k| k.name(f.language).to_owned()),
        report_no: case.report_no.clone(),
        failed_items: remediation::get(app, conn, actor, case.id)?.failed_items,
        case: Some((case.id, case.state)),
        course: course(case),
        cleared: case.state == CaseState::Cleared,
        here: true,
    })
}
