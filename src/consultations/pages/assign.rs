//! One consultation as an officer sees it: everyone who could take it, and anyone else by name.

use askama::Template;
use diesel::PgConnection;

use crate::app::App;
use crate::consultations::explain::{CandidateView, OfferView, assess_named, explain};
use crate::consultations::pages::event_sentences::HistoryNames;
use crate::consultations::pages::words::ConsultationWords;
use crate::consultations::queries as consultations;
use crate::consultations::status::Status;
use crate::consultations::views::{ConsultationView, HistoryView};
use crate::core::actor::Actor;
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
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;
use crate::web::{Id, choices};

/// Experts whom a search by name finds.
const NAMED: i64 = 20;
/// Candidates that a page shows: the best, and whom rules exclude.
const SHOWN: usize = 25;

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
            place: choices::region(frame.language, app.catalogue(), &c.enterprise.region),
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
