//! Consultations as an officer sees them: those that wait or raised an alarm.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use actix_web::HttpResponse;
use askama::Template;
use chrono::{DateTime, Utc};
use serde_json::json;

use crate::app::App;
use crate::consultations::advisers;
use crate::consultations::pages::words::ConsultationWords;
use crate::consultations::queries::{self as consultations, ConsultationFilter, QueueCounts};
use crate::consultations::status::Status;
use crate::consultations::tags::{KnownTag, known};
use crate::consultations::views::ConsultationView;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::{ExpertId, TagId};
use crate::experts::ExpertState;
use crate::experts::queries::{self as experts, ExpertFilter};
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::params::largest_page;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// Experts to choose from in the filter of the list.
const CHOICES: i64 = 200;

#[derive(Template)]
#[template(path = "consultations/queue.html")]
struct QueuePage {
    f: Frame,
    asked: QueryParams,
    lines: Vec<(ConsultationView, String)>,
    pager: Pager,
    now: DateTime<Utc>,
    counts: QueueCounts,
    /// The address of the list alone, as it is now; nothing where it does not change.
    part: String,
    /// The address of the consultations that are shown, to be exported.
    export: String,
    /// The reader's region and those under it.
    regions: Vec<Choice>,
    /// The experts who are asked or hold one, and the one who is asked for.
    experts: Vec<(ExpertId, String)>,
    /// The tags to choose from.
    tags: Vec<KnownTag>,
    /// The experts to whom several can be given at once.
    assignees: Vec<(ExpertId, String)>,
}

/// The list alone, as it is now.
#[derive(Template)]
#[template(path = "consultations/queue_items.html")]
struct QueuePart {
    f: Frame,
    asked: QueryParams,
    lines: Vec<(ConsultationView, String)>,
    pager: Pager,
    now: DateTime<Utc>,
    counts: QueueCounts,
}

/// What a list shows, and whether it is narrowed to a status.
struct Listed {
    lines: Vec<(ConsultationView, String)>,
    pager: Pager,
    now: DateTime<Utc>,
    counts: QueueCounts,
    status: Option<Status>,
}

/// Whether words, an expert or a tag are asked for: then of every status.
fn looks_for_some(asked: &QueryParams) -> bool {
    ["q", "expert", "tag"].iter().any(|name| asked.get(name).is_some())
}

fn listed(app: &App, actor: &Actor, frame: &Frame, asked: &QueryParams) -> Result<Listed, Problem> {
    let (status, alarm) = (asked.read::<Status>("status")?, asked.read::<bool>("alarm")?);
    let overdue = asked.read::<bool>("overdue")?;
    let of_all = asked.is("alarm", "true") || asked.is("overdue", "true") || asked.is("show", "all");
    let status =
        if of_all || looks_for_some(asked) { status } else { Some(status.unwrap_or(Status::Waiting)) };
    let q = asked.get("q").map(str::to_owned);
    let (expert, region) = (asked.read::<ExpertId>("expert")?, asked.get("region").map(str::to_owned));
    let tag = asked.read::<TagId>("tag")?;
    let filter = ConsultationFilter {
        status,
        alarm,
        overdue,
        q,
        expert,
        region,
        tag,
        ..ConsultationFilter::default()
    };
    let conn = &mut *app.snapshot()?;
    let page = consultations::list(conn, actor, &filter, frame.slice(asked)?)?;
    let line = |c: ConsultationView| {
        let place = choices::region(frame.language, app.catalogue(), &c.enterprise.region);
        (c, place)
    };
    let pager = asked.pager(&page, || consultations::count(conn, actor, &filter))?;
    Ok(Listed {
        counts: consultations::queue_counts(conn, actor)?,
        now: app.clock().now(),
        lines: page.items.into_iter().map(line).collect(),
        pager,
        status,
    })
}

/// The lists as they were last written, by region, language and query: officers of a region who ask within a moment get the same one.
#[derive(Default)]
pub struct WrittenLists(Mutex<HashMap<(String, &'static str, String), Written>>);

/// A list as it was written: when, and the markup. Whoever asks while it is written waits for it.
type Written = Arc<Mutex<Option<(Instant, Arc<str>)>>>;

/// How long a list as it was written is good.
const FRESH: Duration = Duration::from_millis(500);
/// Lists that are kept.
const MOST_WRITTEN: usize = 1_000;

impl WrittenLists {
    fn of(&self, key: (String, &'static str, String)) -> Written {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST_WRITTEN && !all.contains_key(&key) {
            all.clear();
        }
        Arc::clone(all.entry(key).or_default())
    }
}

/// The list alone, as it is now.
pub async fn part(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let html = read(&state, move |app| {
        let Scope::Admin(region) = &person.scope else { return Err(Problem::forbidden()) };
        let key = (region.clone(), f.tag(), asked.file_with("", &[], order(&asked).as_slice()));
        let written = app.cache().of::<WrittenLists>().of(key);
        let mut kept = written.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, html)) = kept.as_ref()
            && at.elapsed() < FRESH
        {
            return Ok(Arc::clone(html));
        }
        let begun = Instant::now();
        // The part is of the page's list.
        let (f, asked) = (Frame { path: "/queue".to_owned(), ..f }, asked.moved("/queue"));
        let Listed { lines, pager, now, counts, .. } = listed(app, &Actor::Person(person), &f, &asked)?;
        let html: Arc<str> =
            QueuePart { f, asked, lines, pager, now, counts }.render().map_err(Problem::internal)?.into();
        *kept = Some((begun, Arc::clone(&html)));
        Ok(html)
    });
    let html = html.await?;
    Ok(HttpResponse::Ok().content_type("text/html; charset=utf-8").body(html.to_string()))
}

/// The list; those that wait where nothing else is asked for, all where something is searched.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let Listed { lines, pager, now, counts, status } = listed(app, &actor, &frame, &asked)?;
        Ok(QueuePage {
            regions: choices::regions(frame.language, &actor, app.catalogue()),
            experts: expert_choices(app, &actor, &asked)?,
            tags: known(&mut *app.snapshot()?, &actor)?,
            assignees: assignees(app, &actor)?,
            lines,
            pager,
            now,
            counts,
            // A further page stays as it is.
            part: match asked.get("cursor") {
                None => asked.file_with("/parts/queue", &[], order(&asked).as_slice()),
                Some(_) => String::new(),
            },
            export: match status {
                Some(status) => {
                    asked.file_with("/api/v1/consultations", &["show"], &[("status", status.as_str())])
                }
                None => asked.file_with("/api/v1/consultations", &["show"], &[]),
            },
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

/// The experts who take new consultations, by name.
fn assignees(app: &App, actor: &Actor) -> Result<Vec<(ExpertId, String)>, Problem> {
    let filter =
        ExpertFilter { state: Some(ExpertState::Approved), available: Some(true), ..ExpertFilter::default() };
    let page = experts::list(&mut *app.snapshot()?, actor, &filter, largest_page())?;
    let mut all: Vec<_> = page
        .items
        .into_iter()
        .map(|expert| (expert.id, format!("{} {}", expert.name, expert.title)))
        .collect();
    all.sort_by(|a, b| a.1.cmp(&b.1));
    Ok(all)
}

/// The experts to choose from.
fn expert_choices(app: &App, actor: &Actor, asked: &QueryParams) -> Result<Vec<(ExpertId, String)>, Problem> {
    let conn = &mut *app.snapshot()?;
    let mut all = advisers::busy_experts(conn, actor, CHOICES)?;
    let asked = asked.read::<ExpertId>("expert")?;
    if let Some(id) = asked.filter(|id| all.iter().all(|(known, _)| known != id)) {
        match experts::get(conn, actor, id) {
            Ok(expert) => all.push((id, expert.name)),
            Err(problem) if problem.status == 404 => (),
            Err(problem) => return Err(problem),
        }
    }
    Ok(all)
}

impl QueuePage {
    /// Whether the list is narrowed beyond its parts.
    fn narrows(&self) -> bool {
        ["q", "region", "expert", "tag", "sort"].iter().any(|name| self.asked.get(name).is_some())
    }

    /// What can be done to several of the consultations.
    fn bulk(&self) -> String {
        let f = &self.f;
        json!([{
            "words": f.t("批量指派", "Assign these"),
            "path": "/api/v1/consultations/{id}/assign",
            "about": f.t(
                "指派后由该专家直接承接。利害关系、企业申请回避、停用或名额已满等不得指派的，逐件列出原因。",
                "The expert holds them at once. Those that may not be assigned (a conflict of interest, an exclusion, no place left) are listed with the reason.",
            ),
            "choice": { "name": "expert", "words": f.t("专家", "Expert"), "options": self.assignees },
            "field": { "name": "reason", "words": f.t("指派原因", "Reason"), "most": 1000 },
        }])
        .to_string()
    }

    /// The list without what narrows or orders it beyond its parts.
    fn widened(&self) -> String {
        let address = self.asked.file_with("/queue", &["q", "region", "expert", "tag"], &[]);
        address.trim_end_matches(['&', '?']).to_owned()
    }

    /// The parts of the list: address, name, whether it is shown. What narrows it besides stays.
    fn tabs(&self) -> Vec<(String, &'static str, bool)> {
        let (f, asked) = (&self.f, &self.asked);
        let (alarm, overdue) = (asked.is("alarm", "true"), asked.is("overdue", "true"));
        let called = alarm || overdue;
        let searched = looks_for_some(asked) && asked.get("status").is_none() && !called;
        let all = asked.is("show", "all") || searched;
        let part = |with| {
            let all: Vec<_> = order(asked).into_iter().chain([with]).collect();
            let parts = ["status", "alarm", "overdue", "show"];
            asked.file_with("/queue", &parts, &all).trim_end_matches('&').to_owned()
        };
        let mut tabs = vec![
            (part(("alarm", "true")), f.t("告警", "Alarms"), alarm),
            (part(("overdue", "true")), f.t("答复超时", "Overdue"), overdue),
        ];
        for status in Status::ALL {
            let first = *status == Status::Waiting && asked.get("status").is_none() && !called && !all;
            let current = asked.is("status", status.as_str()) || first;
            tabs.push((part(("status", status.as_str())), f.status(status), current));
        }
        tabs.push((part(("show", "all")), f.t("全部", "All"), all));
        tabs
    }
}

/// The order of the list, as a parameter.
fn order(asked: &QueryParams) -> Option<(&str, &str)> {
    asked.get("sort").map(|sort| ("sort", sort))
}
