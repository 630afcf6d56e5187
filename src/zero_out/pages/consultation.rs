//! One consultation: the conversation, the reader's other ones, and what belongs to it.

use askama::Template;
use diesel::PgConnection;
use serde_json::json;

use crate::app::App;
use crate::chat::Stream;
use crate::chat::reading::read_up_to;
use crate::consultations::explain::{CandidateView, explain};
use crate::consultations::pages::list::{Room, rooms};
use crate::consultations::pages::thread::{Line, Thread, thread};
use crate::consultations::queries::{self as consultations, ConsultationView, EarlierView, HistoryView};
use crate::consultations::readers::{Reader, readers};
use crate::consultations::{HoldOffer, Status};
use crate::core::actor::{Actor, Person, Role, Scope};
use crate::core::ids::{CaseId, ConsultationId, NonconformityId};
use crate::core::page::{MAX_LIMIT, Slice};
use crate::core::{Caller, Language, Problem};
use crate::experts::Vetting;
use crate::experts::queries::{self as experts, ExpertFilter, ExpertView};
use crate::matching::roster::Moment;
use crate::remediation::CaseState;
use crate::remediation::action::ActionKind;
use crate::remediation::case_filter::CaseFilter;
use crate::remediation::case_view::CaseView;
use crate::remediation::pages::charts::{Course, course};
use crate::remediation::queries as remediation;
use crate::web::Id;
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::reply::read;
use crate::web::state::State;
use crate::zero_out::queries as enterprises;

/// Nonconformities of the enterprise beside the conversation, at most.
const SOME_MATTERS: usize = 6;
/// Earlier consultations beside it.
const SOME_EARLIER: i64 = 5;
/// Colleagues from which to choose before a name is typed.
const SOME_COLLEAGUES: i64 = 12;
/// Fields for actions in the form for advice.
const ACTIONS: usize = 8;

#[derive(Template)]
#[template(path = "zero_out/consultation.html")]
struct ConsultationPage {
    f: Frame,
    c: ConsultationView,
    rooms: Vec<Room>,
    threads: Vec<Thread>,
    history: Vec<HistoryView>,
    reason: String,
    matters: Vec<Matter>,
    /// How many more there are.
    more_matters: usize,
    earlier: Vec<EarlierView>,
    /// What the module has to know, as JSON in an attribute.
    data: String,
    /// This moment, for countdowns.
    now: String,
    today: String,
    /// The reader is the expert to whom it is offered.
    answers: bool,
    /// The reader is the expert who leads it.
    leads: bool,
    /// The reader may assign an expert.
    assigns: bool,
    /// Whom, as matching sees them now.
    candidates: Vec<CandidateView>,
    /// To whom an expert may hand on, or whom to invite.
    colleagues: Vec<ExpertView>,
    /// The reader sits on the panel, which is under way.
    opines: bool,
    /// The reader may take the consultation up again.
    reopens: bool,
    /// The reader may rate.
    rates: bool,
    /// In which streams the reader may write.
    writes: Vec<&'static str>,
    /// What files may be attached, for the dialog of the browser.
    accept: String,
}

/// What was found wrong at the enterprise, and how it stands.
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

/// The page.
pub async fn consultation(state: State, member: Member, id: Id<ConsultationId>) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| page(app, frame, &person, id));
    show(&f, &page.await?)
}

fn page(app: &App, f: Frame, person: &Person, id: ConsultationId) -> Result<ConsultationPage, Problem> {
    let actor = Actor::Person(person.clone());
    if matches!(person.scope, Scope::Expert(_)) {
        app.execute(&Caller::of(actor.clone()), &HoldOffer { id })?;
    }
    let conn = &mut *app.conn()?;
    let c = consultations::get(conn, &actor, id)?;
    let history = consultations::history(conn, &actor, id)?;
    let mut threads = Vec::new();
    for stream in [Stream::Talk, Stream::Notes] {
        if c.last_seq.contains_key(stream.as_str()) {
            let read = read_up_to(conn, &actor, id, stream)?;
            threads.push(thread(conn, &f, &actor, id, stream, (read, &history))?);
        }
    }
    let now = app.clock().now();
    let moment = Moment { now, catalogue: app.catalogue(), cache: app.cache() };
    let explained = explain(conn, &actor, id, moment, &app.settings().matching)?;
    let reason = if f.language == Language::Zh { &explained.reason_zh } else { &explained.reason_en }.clone();
    let mut matters = matters(app, conn, &f, &actor, &c)?;
    let more_matters = matters.len().saturating_sub(SOME_MATTERS);
    matters.truncate(SOME_MATTERS);
    let me = match &person.scope {
        Scope::Expert(me) => Some(*me),
        _ => None,
    };
    let role = person.scope.role();
    let holds = me.is_some() && c.expert.as_ref().map(|e| e.id) == me;
    let leads = holds && c.status == Status::Active;
    let class = app.catalogue().products.kind(&c.product_kind.code).map(|k| k.class.clone());
    let class = class.unwrap_or_default();
    let colleagues = if leads { colleagues(conn, &actor, &class)? } else { Vec::new() };
    let sits = c.panel.iter().any(|p| Some(p.expert) == me);
    let settings = app.settings();
    Ok(ConsultationPage {
        data: data(app, conn, person, &c, &threads)?,
        now: now.to_rfc3339(),
        today: crate::core::clock::shanghai_date(now).to_string(),
        rooms: rooms(conn, person, Some(id))?,
        earlier: consultations::earlier(conn, &actor, id, SOME_EARLIER)?,
        answers: holds && c.status == Status::Offered,
        opines: c.status == Status::Active && (sits || (leads && !c.panel.is_empty())),
        reopens: c.status == Status::Concluded && matches!(role, Role::Enterprise | Role::Admin),
        assigns: role == Role::Admin && c.status != Status::Concluded,
        candidates: explained.candidates.unwrap_or_default(),
        rates: role == Role::Enterprise && c.status == Status::Concluded && c.rating.is_none(),
        writes: writes(role, &c, holds, sits),
        accept: accept(settings.attachments.kinds()),
        f,
        c,
        threads,
        history,
        reason,
        matters,
        more_matters,
        leads,
        colleagues,
    })
}

/// In which streams one may write. The server decides when a message is stored; the page shows no field in vain.
fn writes(role: Role, c: &ConsultationView, holds: bool, sits: bool) -> Vec<&'static str> {
    let open = c.status != Status::Concluded;
    match role {
        Role::Enterprise if open => vec!["talk"],
        Role::Expert if open && c.status == Status::Active && (holds || sits) => vec!["talk", "notes"],
        Role::Admin if open => vec!["notes"],
        _ => Vec::new(),
    }
}

/// The kinds of files as `accept` of a field.
fn accept<'a>(kinds: impl Iterator<Item = &'a str>) -> String {
    let ending = |word: &str| match word {
        "jpeg" => ".jpg,.jpeg".to_owned(),
        "heic" => ".heic,.heif".to_owned(),
        word => format!(".{word}"),
    };
    kinds.map(ending).collect::<Vec<_>>().join(",")
}

fn data(
    app: &App,
    conn: &mut PgConnection,
    person: &Person,
    c: &ConsultationView,
    threads: &[Thread],
) -> Result<String, Problem> {
    let after: serde_json::Map<_, _> = threads.iter().map(|t| (t.name.to_owned(), t.last.into())).collect();
    let officers = |r: &Reader| matches!(r.role, Role::Enterprise | Role::Expert);
    let readers: Vec<Reader> = readers(conn, c.id)?.into_iter().filter(officers).collect();
    let settings = app.settings();
    Ok(json!({
        "consultation": c.id, "account": person.account, "role": person.scope.role(), "after": after,
        "status": c.status, "expert": c.expert.as_ref().map(|e| &e.name), "readers": readers,
        "most": settings.chat.max_body_chars, "mostFiles": settings.chat.attachments_per_message,
        "mostBytes": settings.attachments.max_bytes,
    })
    .to_string())
}

/// Approved colleagues who know the class, without the reader.
fn colleagues(conn: &mut PgConnection, actor: &Actor, class: &str) -> Result<Vec<ExpertView>, Problem> {
    let filter = ExpertFilter {
        vetting: Some(Vetting::Approved),
        available: Some(true),
        product_class: Some(class.to_owned()),
        ..ExpertFilter::default()
    };
    let slice = Slice { limit: SOME_COLLEAGUES, ..Slice::default() };
    let mut found = experts::list(conn, actor, &filter, slice)?.items;
    found.retain(|e| !matches!(actor.scope(), Some(Scope::Expert(me)) if *me == e.id));
    Ok(found)
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

impl ConsultationPage {
    fn product(&self) -> &str {
        let kind = &self.c.product_kind;
        self.f.t(&kind.name_zh, &kind.name_en)
    }

    /// The rule that excludes a candidate.
    fn rule(&self, candidate: &CandidateView) -> String {
        let text = candidate.excluded_by.map(|rule| rule.text());
        text.map_or_else(String::new, |text| self.f.say(&text).to_owned())
    }

    fn kinds(&self) -> &'static [ActionKind] {
        ActionKind::ALL
    }

    /// The places of the form for advice, beyond the first.
    fn further(&self) -> usize {
        ACTIONS - 1
    }

    fn may_write(&self, stream: &str) -> bool {
        self.writes.contains(&stream)
    }

    /// The reader works for the enterprise.
    fn is_enterprise(&self) -> bool {
        self.f.role() == "enterprise"
    }

    /// The reader is an expert to whom something is offered now; what comes later calls by itself.
    fn is_called(&self) -> bool {
        self.is_expert() && self.rooms.iter().any(|room| room.c.status == Status::Offered)
    }

    /// The reader is an expert.
    fn is_expert(&self) -> bool {
        self.f.role() == "expert"
    }
}
