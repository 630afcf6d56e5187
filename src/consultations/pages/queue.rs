//! Consultations as an officer sees them: those that wait or raised an alarm, and one with everyone who could take it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use actix_web::HttpResponse;
use askama::Template;
use chrono::{DateTime, Utc};
use diesel::PgConnection;

use crate::app::App;
use crate::consultations::explain::{CandidateView, OfferView, assess_named, explain};
use crate::consultations::pages::event_sentences::HistoryNames;
use crate::consultations::queries::{
    self as consultations, ConsultationFilter, ConsultationSort, QueueCounts,
};
use crate::consultations::status::Status;
use crate::consultations::views::{ConsultationView, HistoryView};
use crate::core::actor::{Actor, Scope};
use crate::core::ids::{ConsultationId, ExpertId};
use crate::core::page::Slice;
use crate::core::{Language, Problem};
use crate::experts::queries::{self as experts, ExpertFilter, ExpertView};
use crate::experts::vocabulary::Vetting;
use crate::matching::NamedExpert;
use crate::matching::model::parts::{Fit, Nearness};
use crate::matching::model::rules::Exclusion;
use crate::matching::roster::memory::Moment;
use crate::matching::score::Score;
use crate::web::Id;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// Experts whom a search by name finds.
const NAMED: i64 = 20;
/// Experts to choose from in the filter of the list.
const CHOICES: i64 = 200;
/// Candidates that a page shows: the best, and whom rules exclude.
const SHOWN: usize = 25;

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

/// Whether words or an expert are asked for: then of every status.
fn looks_for_some(asked: &QueryParams) -> bool {
    asked.get("q").is_some() || asked.get("expert").is_some()
}

fn listed(app: &App, actor: &Actor, asked: &QueryParams) -> Result<Listed, Problem> {
    let (status, alarm) = (asked.read::<Status>("status")?, asked.read::<bool>("alarm")?);
    let status = if asked.is("alarm", "true") || asked.is("show", "all") || looks_for_some(asked) {
        status
    } else {
        Some(status.unwrap_or(Status::Waiting))
    };
    let q = asked.get("q").map(str::to_owned);
    let (expert, region) = (asked.read::<ExpertId>("expert")?, asked.get("region").map(str::to_owned));
    let filter = ConsultationFilter { status, alarm, q, expert, region, ..ConsultationFilter::default() };
    let conn = &mut *app.snapshot()?;
    let page = match asked.read::<ConsultationSort>("sort")? {
        None => consultations::list(conn, actor, &filter, asked.slice()?)?,
        Some(sort) => consultations::list_sorted(conn, actor, &filter, sort, asked.sorted_slice()?)?,
    };
    let line = |c: ConsultationView| {
        let place = choices::region(app.catalogue(), &c.enterprise.region);
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
        let asked = asked.moved("/queue");
        let Listed { lines, pager, now, counts, .. } = listed(app, &Actor::Person(person), &asked)?;
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
        let Listed { lines, pager, now, counts, status } = listed(app, &actor, &asked)?;
        Ok(QueuePage {
            regions: choices::regions(&actor, app.catalogue()),
            experts: expert_choices(app, &actor, &asked)?,
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

/// The experts to choose from.
fn expert_choices(app: &App, actor: &Actor, asked: &QueryParams) -> Result<Vec<(ExpertId, String)>, Problem> {
    let conn = &mut *app.snapshot()?;
    let mut all = consultations::busy_experts(conn, actor, CHOICES)?;
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
        ["q", "region", "expert", "sort"].iter().any(|name| self.asked.get(name).is_some())
    }

    /// The list without what narrows or orders it beyond its parts.
    fn widened(&self) -> String {
        let address = self.asked.file_with("/queue", &["q", "region", "expert"], &[]);
        address.trim_end_matches(['&', '?']).to_owned()
    }

    /// The parts of the list: address, name, whether it is shown. What narrows it besides stays.
    fn tabs(&self) -> Vec<(String, &'static str, bool)> {
        let (f, asked) = (&self.f, &self.asked);
        let alarm = asked.is("alarm", "true");
        let searched = looks_for_some(asked) && asked.get("status").is_none() && !alarm;
        let all = asked.is("show", "all") || searched;
        let part = |with| {
            let all: Vec<_> = order(asked).into_iter().chain([with]).collect();
            asked.file_with("/queue", &["status", "alarm", "show"], &all).trim_end_matches('&').to_owned()
        };
        let mut tabs = vec![(part(("alarm", "true")), f.t("告警", "Alarms"), alarm)];
        for status in Status::ALL {
            let first = *status == Status::Waiting && asked.get("status").is_none() && !alarm && !all;
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

/// A part of a score, drawn.
struct PartBar {
    name: &'static str,
    /// 0 to 100.
    percent: String,
}

/// A candidate with the parts of the score.
struct Candidate {
    view: CandidateView,
    total: String,
    parts: Vec<PartBar>,
    remark: String,
    rule: String,
    /// The expert who has it now.
    holds: bool,
}

/// An expert whom an officer found by name.
struct Named {
    id: ExpertId,
    name: String,
    title: String,
    /// What speaks for the expert.
    remark: String,
    /// The rules that no order passes over.
    forbidden: Vec<String>,
    /// Those that an order with a reason may pass over.
    against: Vec<String>,
    /// The expert who has it now.
    holds: bool,
}

#[derive(Template)]
#[template(path = "consultations/assign.html")]
struct AssignPage {
    f: Frame,
    c: ConsultationView,
    place: String,
    reason: String,
    candidates: Vec<Candidate>,
    /// Candidates that are left out.
    more: usize,
    offers: Vec<OfferView>,
    history: Vec<HistoryView>,
    /// Who did what is in it.
    names: HistoryNames,
    open: bool,
    asked: QueryParams,
    /// Experts by the words that were typed.
    named: Vec<Named>,
}

/// One consultation, to be assigned; `q` finds any approved expert by name.
pub async fn one(state: State, member: Member, id: Id<ConsultationId>, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let conn = &mut *app.snapshot()?;
        let c = consultations::get(conn, &actor, id)?;
        let history = consultations::history(conn, &actor, id)?;
        let moment = Moment { now: app.clock().now(), catalogue: app.catalogue(), cache: app.cache() };
        let explained = explain(conn, &actor, id, moment, app.settings())?;
        let all = explained.candidates.unwrap_or_default();
        let holder = c.expert.as_ref().map(|e| e.id);
        let open = c.status != Status::Concluded;
        let named = match asked.get("q").filter(|_| open) {
            Some(q) => named(app, conn, &frame, &actor, (id, holder), q)?,
            None => Vec::new(),
        };
        Ok(AssignPage {
            named,
            asked,
            place: choices::region(app.catalogue(), &c.enterprise.region),
            reason: match frame.language {
                Language::Zh => explained.reason_zh,
                Language::En => explained.reason_en,
            },
            more: all.len().saturating_sub(SHOWN),
            candidates: all
                .into_iter()
                .take(SHOWN)
                .map(|view| candidate(&frame, view, |view| holder == Some(view.expert)))
                .collect(),
            offers: explained.offers.unwrap_or_default(),
            names: HistoryNames::of(conn, &actor, id)?,
            history,
            open,
            c,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

/// Approved experts by name or title, with what the rules say of each for the consultation.
fn named(
    app: &App,
    conn: &mut PgConnection,
    f: &Frame,
    actor: &Actor,
    (id, holder): (ConsultationId, Option<ExpertId>),
    q: &str,
) -> Result<Vec<Named>, Problem> {
    let filter =
        ExpertFilter { vetting: Some(Vetting::Approved), q: Some(q.to_owned()), ..ExpertFilter::default() };
    let slice = Slice { limit: NAMED, ..Slice::default() };
    let found = experts::list(conn, actor, &filter, slice)?.items;
    let ids: Vec<ExpertId> = found.iter().map(|e| e.id).collect();
    let moment = Moment { now: app.clock().now(), catalogue: app.catalogue(), cache: app.cache() };
    let assessed = assess_named(conn, actor, id, &ids, moment, app.settings())?;
    let line = |(expert, assessed): (ExpertView, NamedExpert)| {
        let (forbidden, against): (Vec<_>, Vec<_>) =
            assessed.rules.into_iter().partition(|rule| rule.is_hard());
        let say = |rules: Vec<Exclusion>| rules.iter().map(|rule| f.say(&rule.text()).to_owned()).collect();
        Named {
            id: expert.id,
            name: expert.name,
            title: expert.title,
            remark: assessed.score.as_ref().map_or_else(String::new, |score| remark(f, score)),
            forbidden: say(forbidden),
            against: say(against),
            holds: holder == Some(expert.id),
        }
    };
    Ok(found.into_iter().zip(assessed).map(line).collect())
}

fn candidate(f: &Frame, view: CandidateView, holds: impl Fn(&CandidateView) -> bool) -> Candidate {
    let parts = view.score.parts;
    let bar = |name, share: f64| PartBar { name, percent: format!("{:.0}", share.clamp(0.0, 1.0) * 100.0) };
    Candidate {
        total: format!("{:.0}", view.score.total.clamp(0.0, 1.0) * 100.0),
        parts: vec![
            bar(f.t("专长", "specialty"), parts.specialty),
            bar(f.t("地区", "region"), parts.region),
            bar(f.t("空闲", "free"), parts.load),
            bar(f.t("紧急", "urgency"), parts.urgency),
            bar(f.t("语言", "language"), parts.language),
            bar(f.t("成效", "outcome"), parts.outcome),
            bar(f.t("延续", "continuity"), parts.continuity),
        ],
        remark: remark(f, &view.score),
        // Who has it was offered it before, of course.
        rule: view
            .excluded_by
            .filter(|_| !holds(&view))
            .map_or_else(String::new, |rule| f.say(&rule.text()).to_owned()),
        holds: holds(&view),
        view,
    }
}

fn remark(f: &Frame, score: &Score) -> String {
    let fit = match score.fit {
        Some(Fit::Kind) => f.t("专长为该产品种类", "knows this kind"),
        Some(Fit::Class) => f.t("专长为该类别", "knows the class"),
        Some(Fit::Related) => f.t("专长相近", "knows related products"),
        None => f.t("无相关专长", "no related specialty"),
    };
    let near = match score.nearness {
        Nearness::District => f.t("同区县", "same district"),
        Nearness::City => f.t("同市", "same city"),
        Nearness::Province => f.t("同省", "same province"),
        Nearness::Elsewhere => f.t("外地", "elsewhere"),
    };
    let duty =
        if score.on_duty { f.t("值班中", "on duty") } else { f.t("不在值班时间", "off duty") };
    let load = f.t("承接", "open");
    format!("{fit} · {near} · {duty} · {load} {}/{}", score.open, score.capacity)
}

impl AssignPage {
    fn product(&self) -> &str {
        self.f.t(&self.c.product_kind.name_zh, &self.c.product_kind.name_en)
    }

    fn answer(&self, offer: &OfferView) -> &'static str {
        match offer.answer.as_deref() {
            Some("accepted") => self.f.t("已接诊", "accepted"),
            Some("declined") => self.f.t("婉拒", "declined"),
            Some("expired") => self.f.t("超时未答", "lapsed"),
            Some("withdrawn") => self.f.t("收回", "withdrawn"),
            Some(_) => self.f.t("其他", "other"),
            None => self.f.t("待答复", "awaited"),
        }
    }

    fn score(&self, score: &Score) -> String {
        format!("{}/100", percent_of(score.total))
    }

    fn wait(&self) -> String {
        let search = self.c.search.as_ref().map(|s| self.f.event(s.step.event()));
        search.unwrap_or_default()
    }
}

fn percent_of(share: f64) -> String {
    format!("{:.0}", share.clamp(0.0, 1.0) * 100.0)
}
