//! The pages of the knowledge base: the articles, one of them, those in work, the review of a stripping, the counts.

use askama::Template;

use crate::core::actor::Actor;
use crate::knowledge::api::as_of;
use crate::knowledge::content::{ArticleField, MAX_TITLE, MOST_KINDS, StandardRef};
use crate::knowledge::counts::{self, Totals, Usage};
use crate::knowledge::drafts::{
    self, Candidate, DraftCounts, DraftFilter, DraftLine, DraftView, FindingView,
};
use crate::knowledge::findings::FindingDecision;
use crate::knowledge::ids::ArticleId;
use crate::knowledge::queries::{self, ArticleFilter, ArticleView, KindRef};
use crate::knowledge::state::{ArticleState, ArticleStep};
use crate::knowledge::stripping::FindingKind;
use crate::web::Id;
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// The names of product kinds in the reader's language.
fn kind_names(f: &Frame, kinds: &[KindRef]) -> String {
    let names: Vec<&str> = kinds.iter().map(|kind| f.t(&kind.name_zh, &kind.name_en)).collect();
    names.join(f.t("、", ", "))
}

#[derive(Template)]
#[template(path = "knowledge/list.html")]
struct ListPage {
    f: Frame,
    asked: QueryParams,
    articles: Vec<ArticleView>,
    pager: Pager,
    /// How many articles in work wait for the reader; none where the reader makes none.
    counts: Option<DraftCounts>,
}

/// The published articles.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let word = |name: &str| asked.get(name).map(str::to_owned);
        let filter = ArticleFilter {
            q: word("q"),
            product_kind: word("product_kind"),
            failed_item: word("failed_item"),
            standard: word("standard"),
        };
        let page = queries::list(conn, &actor, app.catalogue(), &filter, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || queries::count(conn, &actor, app.catalogue(), &filter))?;
        let counts = drafts::counts(conn, &actor).ok();
        Ok(ListPage { articles: page.items, pager, counts, asked, f: frame })
    });
    show(&f, &page.await?)
}

impl ListPage {
    fn kinds(&self, article: &ArticleView) -> String {
        kind_names(&self.f, &article.product_kinds)
    }

    fn items(&self, article: &ArticleView) -> String {
        let items: Vec<&str> = article.failed_items.iter().map(|item| self.f.item(item)).collect();
        items.join(self.f.t("、", ", "))
    }

    fn is_officer(&self) -> bool {
        self.f.role() == "admin"
    }
}

#[derive(Template)]
#[template(path = "knowledge/article.html")]
struct ArticlePage {
    f: Frame,
    a: ArticleView,
    /// The reader may open the article as one in work.
    works: bool,
}

/// One article.
pub async fn one(state: State, member: Member, id: Id<ArticleId>) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let a = queries::get(conn, &actor, app.catalogue(), id)?;
        let works = queries::may_work_on(conn, &actor, id)?;
        Ok(ArticlePage { a, works, f: frame })
    });
    show(&f, &page.await?)
}

impl ArticlePage {
    fn kinds(&self) -> String {
        kind_names(&self.f, &self.a.product_kinds)
    }

    fn items(&self) -> String {
        let items: Vec<&str> = self.a.failed_items.iter().map(|item| self.f.item(item)).collect();
        items.join(self.f.t("、", ", "))
    }
}

#[derive(Template)]
#[template(path = "knowledge/drafts.html")]
struct DraftsPage {
    f: Frame,
    asked: QueryParams,
    /// The state that is shown, where one is.
    shown: Option<ArticleState>,
    drafts: Vec<DraftLine>,
    pager: Pager,
    counts: DraftCounts,
    candidates: Vec<Candidate>,
}

/// The articles in work: an expert's own, those of an officer's region.
pub async fn drafts(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let shown: Option<ArticleState> = asked.read("state")?;
        let filter = DraftFilter { state: shown, q: asked.get("q").map(str::to_owned) };
        let page = drafts::list(conn, &actor, app.catalogue(), &filter, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || drafts::count(conn, &actor, &filter))?;
        Ok(DraftsPage {
            drafts: page.items,
            pager,
            shown,
            counts: drafts::counts(conn, &actor)?,
            candidates: drafts::candidates(conn, &actor)?,
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl DraftsPage {
    fn states(&self) -> &'static [ArticleState] {
        ArticleState::ALL
    }

    fn state(&self, state: &ArticleState) -> String {
        self.f.say(&state.text()).to_owned()
    }

    fn kinds(&self, draft: &DraftLine) -> String {
        kind_names(&self.f, &draft.article.product_kinds)
    }

    /// How many are of a state, where that is told and there are some.
    fn count(&self, state: &ArticleState) -> String {
        let count = match state {
            ArticleState::Draft => self.counts.draft,
            ArticleState::Submitted => self.counts.submitted,
            ArticleState::Returned => self.counts.returned,
            ArticleState::Published | ArticleState::Withdrawn | ArticleState::Discarded => 0,
        };
        if count > 0 { format!(" {count}") } else { String::new() }
    }

    fn is_expert(&self) -> bool {
        self.f.role() == "expert"
    }
}

/// A part of a field: as it stands, or a finding with its number in the list.
struct Part {
    text: String,
    finding: Option<(usize, FindingDecision)>,
}

/// A field of the article with the findings marked.
struct MarkedField {
    field: ArticleField,
    parts: Vec<Part>,
}

#[derive(Template)]
#[template(path = "knowledge/draft.html")]
struct DraftPage {
    f: Frame,
    d: DraftView,
    fields: Vec<MarkedField>,
    /// The reader may change the text and confirm findings.
    edits: bool,
    /// The reader is the expert who submits it.
    submits: bool,
    /// The reader is an officer who decides on it.
    decides: bool,
    /// The reader is an officer who may withdraw it.
    withdraws: bool,
}

/// One article in work: its text with every finding marked, and what can be done.
pub async fn draft(state: State, member: Member, id: Id<ArticleId>) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let d = drafts::get(conn, &actor, app.catalogue(), id)?;
        let (state, officer) = (d.line.state, frame.role() == "admin");
        Ok(DraftPage {
            fields: marked(&d),
            edits: state.is_open(),
            submits: state.is_open() && !officer,
            decides: officer && state == ArticleState::Submitted,
            withdraws: officer && state == ArticleState::Published,
            d,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

/// The fields with what was found in them marked.
fn marked(d: &DraftView) -> Vec<MarkedField> {
    let content = crate::knowledge::content::Content {
        title: d.line.article.title.clone(),
        product_kinds: Vec::new(),
        failed_items: d.line.article.failed_items.clone(),
        standards: d.line.article.standards.clone(),
        question: d.line.article.question.clone(),
        cause: d.line.article.cause.clone(),
        actions: d.line.article.actions.clone(),
        result: d.line.article.result.clone(),
    };
    let one = |field: &ArticleField| {
        let text = content.field(*field);
        let chars: Vec<char> = text.chars().collect();
        let here = (1..).zip(&d.findings).filter(|(_, view)| {
            view.finding.field == *field && view.finding.decision != FindingDecision::Replaced
        });
        let (mut parts, mut at) = (Vec::new(), 0);
        let cut = |from: usize, count: usize| chars.iter().skip(from).take(count).collect::<String>();
        for (n, view) in here {
            let (start, length) = view.finding.span();
            parts.push(Part { text: cut(at, start.saturating_sub(at)), finding: None });
            parts.push(Part { text: cut(start, length), finding: Some((n, view.finding.decision)) });
            at = start + length;
        }
        parts.push(Part { text: cut(at, chars.len().saturating_sub(at)), finding: None });
        parts.retain(|part| !part.text.is_empty());
        MarkedField { field: *field, parts }
    };
    ArticleField::ALL.iter().map(one).collect()
}

impl DraftPage {
    fn state(&self) -> String {
        self.f.say(&self.d.line.state.text()).to_owned()
    }

    fn kinds(&self) -> String {
        kind_names(&self.f, &self.d.line.article.product_kinds)
    }

    fn kind_word(&self, kind: &FindingKind) -> String {
        self.f.say(&kind.text()).to_owned()
    }

    fn field_word(&self, field: &ArticleField) -> String {
        self.f.say(&field.text()).to_owned()
    }

    fn step_word(&self, step: &ArticleStep) -> String {
        self.f.say(&step.text()).to_owned()
    }

    fn decision(&self, view: &FindingView) -> &'static str {
        match view.finding.decision {
            FindingDecision::Open => self.f.t("待确认", "to be confirmed"),
            FindingDecision::Replaced => self.f.t("已替换", "replaced"),
            FindingDecision::Harmless => self.f.t("无需替换", "harmless"),
        }
    }

    /// Findings that are to be confirmed yet.
    fn open(&self) -> Vec<&FindingView> {
        self.d.findings.iter().filter(|view| view.finding.decision == FindingDecision::Open).collect()
    }

    fn is_open(&self, view: &FindingView) -> bool {
        view.finding.decision == FindingDecision::Open
    }

    /// The names of the kinds, for the fields of the form, and blank ones behind them.
    fn kind_fields(&self) -> Vec<String> {
        let mut all: Vec<String> = self
            .d
            .line
            .article
            .product_kinds
            .iter()
            .map(|kind| self.f.t(&kind.name_zh, &kind.name_en).to_owned())
            .collect();
        all.resize(MOST_KINDS.min(all.len() + 1), String::new());
        all
    }

    /// The failed items with blank fields behind them.
    fn item_fields(&self) -> Vec<String> {
        let mut all = self.d.line.article.failed_items.clone();
        all.resize(all.len() + 2, String::new());
        all
    }

    /// The standards with blank fields behind them.
    fn standard_fields(&self) -> Vec<StandardRef> {
        let mut all = self.d.line.article.standards.clone();
        all.resize(all.len() + 2, StandardRef::default());
        all
    }

    fn max_title(&self) -> usize {
        MAX_TITLE
    }
}

#[derive(Template)]
#[template(path = "knowledge/usage.html")]
struct UsagePage {
    f: Frame,
    asked: QueryParams,
    totals: Totals,
    lines: Vec<Usage>,
    pager: Pager,
}

/// How often articles were shown, opened, helped and spared a consultation.
pub async fn usage(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let day = as_of(app, asked.read("as_of")?)?;
        let page = counts::list(conn, &actor, day, asked.get("q"), frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || counts::count(conn, &actor, day, asked.get("q")))?;
        let totals = counts::totals(conn, &actor, day)?;
        Ok(UsagePage { lines: page.items, pager, totals, asked, f: frame })
    });
    show(&f, &page.await?)
}

impl UsagePage {
    fn state(&self, usage: &Usage) -> String {
        self.f.say(&usage.state.text()).to_owned()
    }
}
