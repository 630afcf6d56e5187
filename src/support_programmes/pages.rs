//! The support programmes, one of them, and the sheet that everybody reads.

use askama::Template;

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::programmes::ids::ProgrammeId;
use crate::programmes::state::{ProgrammeState, ProgrammeStep};
use crate::sampling_figures::effect::Beside;
use crate::sampling_figures::intervals::{Change, Rate, Verdict};
use crate::support_programmes::causes::CauseKind;
use crate::support_programmes::chart::{Curve, Marks, curve};
use crate::support_programmes::detail::{SupportAmount, SupportDetail, detail};
use crate::support_programmes::effects::Month;
use crate::support_programmes::public::{PublicSupport, sheet};
use crate::support_programmes::queries::{self, SupportFilter, SupportView};
use crate::support_programmes::state::{
    AmountKind, MeasureKind, MeasureState, MeasureStep, PaidBy, SupportScope, SupportStage,
};
use crate::support_programmes::words;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member, Visit};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;
use crate::web::{Id, Part};

/// The names of regions, in one text.
fn places(f: &Frame, catalogue: &Catalogue, codes: &[String]) -> String {
    let names: Vec<String> = codes.iter().map(|code| choices::region(f.language, catalogue, code)).collect();
    names.join(f.t("、", ", "))
}

/// The names of product kinds, in one text.
fn products(f: &Frame, catalogue: &Catalogue, codes: &[String]) -> String {
    if codes.is_empty() {
        return f.t("全部产品", "all products").to_owned();
    }
    let names: Vec<String> = codes.iter().map(|code| choices::kind(f, catalogue, code)).collect();
    names.join(f.t("、", ", "))
}

/// The name of a product hospital.
fn hospital(f: &Frame, catalogue: &Catalogue, code: &str) -> String {
    let found = catalogue.products.hospital(code);
    found.map_or_else(|| code.to_owned(), |found| f.t(&found.name_zh, &found.name_en).to_owned())
}

/// The product hospitals, for a form.
fn hospitals(f: &Frame, catalogue: &Catalogue) -> Vec<Choice> {
    let choice = |found: &crate::catalogue::ProductHospital| Choice {
        code: found.code.clone(),
        name: f.t(&found.name_zh, &found.name_en).to_owned(),
        indent: "",
    };
    catalogue.products.hospitals().map(choice).collect()
}

/// A programme with codes in words.
struct Listed {
    view: SupportView,
    place: String,
    kinds: String,
    hospital: String,
    baseline: String,
}

#[derive(Template)]
#[template(path = "support_programmes/list.html")]
struct ListPage {
    f: Frame,
    asked: QueryParams,
    items: Vec<Listed>,
    pager: Pager,
    regions: Vec<Choice>,
    products: Vec<(Choice, Vec<Choice>)>,
    hospitals: Vec<Choice>,
    today: String,
}

/// The list, with the form for another one.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let text = |name| asked.get(name).map(str::to_owned);
        let filter = SupportFilter {
            stage: asked.read("stage")?,
            verdict: asked.read("verdict")?,
            scope: asked.read("scope")?,
            region: text("region"),
            kind: text("kind"),
            q: text("q"),
        };
        let page = queries::list(app, conn, &actor, &filter, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || queries::count(conn, &actor, &filter))?;
        let catalogue = app.catalogue();
        let listed = |view: SupportView| Listed {
            place: places(&frame, catalogue, &view.regions),
            kinds: products(&frame, catalogue, &view.kinds),
            hospital: hospital(&frame, catalogue, &view.lead_hospital),
            baseline: view.baseline.as_ref().map_or_else(String::new, |rate| words::rate(&frame, rate)),
            view,
        };
        Ok(ListPage {
            items: page.items.into_iter().map(listed).collect(),
            pager,
            regions: choices::regions(frame.language, &actor, catalogue),
            products: choices::kinds(&frame, catalogue),
            hospitals: hospitals(&frame, catalogue),
            today: shanghai_date(app.clock().now()).to_string(),
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl ListPage {
    fn stages(&self) -> &'static [SupportStage] {
        SupportStage::ALL
    }

    fn stage(&self, stage: &SupportStage) -> &'static str {
        words::stage_word(&self.f, *stage)
    }

    fn tone(&self, stage: &SupportStage) -> &'static str {
        stage.tone()
    }

    fn scopes(&self) -> &'static [SupportScope] {
        SupportScope::ALL
    }

    fn scope(&self, scope: &SupportScope) -> &'static str {
        words::scope_word(&self.f, *scope)
    }

    fn verdicts(&self) -> &'static [Verdict] {
        Verdict::ALL
    }

    fn verdict(&self, verdict: &Verdict) -> &'static str {
        words::verdict_word(&self.f, *verdict)
    }

    fn verdict_tone(&self, verdict: &Verdict) -> &'static str {
        words::verdict_tone(*verdict)
    }

    fn percent(&self, percent: &f64) -> String {
        words::percent(Some(*percent))
    }
}

#[derive(Template)]
#[template(path = "support_programmes/one.html")]
struct OnePage {
    f: Frame,
    asked: QueryParams,
    d: SupportDetail,
    place: String,
    kinds: String,
    organiser: String,
    lead: String,
    curve: Option<Curve>,
    hospitals: Vec<Choice>,
    regions: Vec<Choice>,
    products: Vec<(Choice, Vec<Choice>)>,
    today: String,
}

/// One programme: diagnosis beside measures beside the curve.
pub async fn one(state: State, member: Member, id: Id<ProgrammeId>, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let d = detail(app, conn, &actor, (id, asked.read("as_of")?), frame.language)?;
        let catalogue = app.catalogue();
        let frozen = d.baseline_detail.frozen;
        let marks = Marks {
            baseline: d.baseline_detail.rate.percent,
            target: d.view.target_percent,
            approved: frozen.then_some(d.baseline_detail.day),
        };
        let open = matches!(d.view.state, ProgrammeState::Draft | ProgrammeState::Returned);
        Ok(OnePage {
            place: places(&frame, catalogue, &d.view.regions),
            kinds: products(&frame, catalogue, &d.view.kinds),
            organiser: choices::region(frame.language, catalogue, &d.view.organiser_region),
            lead: hospital(&frame, catalogue, &d.view.lead_hospital),
            curve: curve(&d.course.months, marks),
            hospitals: hospitals(&frame, catalogue),
            regions: if open { choices::regions(frame.language, &actor, catalogue) } else { Vec::new() },
            products: if open { choices::kinds(&frame, catalogue) } else { Vec::new() },
            today: shanghai_date(app.clock().now()).to_string(),
            asked,
            f: frame,
            d,
        })
    });
    show(&f, &page.await?)
}

impl OnePage {
    fn stage(&self) -> &'static str {
        words::stage_word(&self.f, self.d.view.stage)
    }

    fn tone(&self) -> &'static str {
        self.d.view.stage.tone()
    }

    fn scope(&self) -> &'static str {
        words::scope_word(&self.f, self.d.view.scope)
    }

    fn allows(&self, step: ProgrammeStep) -> bool {
        self.d.keeps && self.d.allowed.contains(&step)
    }

    fn may_submit(&self) -> bool {
        self.allows(ProgrammeStep::Submit)
    }

    fn may_approve(&self) -> bool {
        self.allows(ProgrammeStep::Approve)
    }

    fn may_start(&self) -> bool {
        self.allows(ProgrammeStep::Start)
    }

    fn may_change(&self) -> bool {
        self.allows(ProgrammeStep::Change)
    }

    fn may_withdraw(&self) -> bool {
        self.allows(ProgrammeStep::Withdraw)
    }

    fn may_evaluate(&self) -> bool {
        self.d.keeps && self.d.view.state == ProgrammeState::Running
    }

    fn may_close(&self) -> bool {
        self.may_evaluate() && self.d.view.verdict.is_some()
    }

    fn may_disclose(&self) -> bool {
        self.may_change() || self.may_approve()
    }

    fn may_work(&self) -> bool {
        self.d.keeps && !matches!(self.d.view.state, ProgrammeState::Closed | ProgrammeState::Withdrawn)
    }

    fn is_public(&self) -> bool {
        self.d.view.stage.is_public()
    }

    fn rate(&self, rate: &Rate) -> String {
        words::rate(&self.f, rate)
    }

    fn change(&self, change: &Option<Change>) -> String {
        words::change(&self.f, change.as_ref())
    }

    fn percent(&self, percent: &f64) -> String {
        words::percent(Some(*percent))
    }

    fn beside(&self, beside: &Beside) -> &'static str {
        let (zh, en) = beside.words();
        self.f.t(zh, en)
    }

    fn verdict(&self, verdict: &Verdict) -> &'static str {
        words::verdict_word(&self.f, *verdict)
    }

    fn verdict_tone(&self, verdict: &Verdict) -> &'static str {
        words::verdict_tone(*verdict)
    }

    fn item<'a>(&'a self, item: &'a str) -> &'a str {
        if item.is_empty() { self.f.t("（未注明项目）", "(no item named)") } else { self.f.item(item) }
    }

    fn cause(&self, kind: &CauseKind) -> &'static str {
        let (zh, en) = kind.words();
        self.f.t(zh, en)
    }

    fn measure_kinds(&self) -> &'static [MeasureKind] {
        MeasureKind::ALL
    }

    fn measure(&self, kind: &MeasureKind) -> &'static str {
        words::measure_word(&self.f, *kind)
    }

    fn measure_state(&self, state: &MeasureState) -> &'static str {
        words::measure_state_word(&self.f, *state)
    }

    fn measure_tone(&self, state: &MeasureState) -> &'static str {
        state.tone()
    }

    fn may_begin(&self, allowed: &[MeasureStep]) -> bool {
        self.may_work() && allowed.contains(&MeasureStep::Begin)
    }

    fn may_finish(&self, allowed: &[MeasureStep]) -> bool {
        self.may_work() && allowed.contains(&MeasureStep::Finish)
    }

    fn may_drop(&self, allowed: &[MeasureStep]) -> bool {
        self.may_work() && allowed.contains(&MeasureStep::Drop)
    }

    fn by(&self, code: &Option<String>, name: &Option<String>) -> String {
        let of = self.hospitals.iter().find(|choice| Some(&choice.code) == code.as_ref());
        of.map(|choice| choice.name.clone()).or_else(|| name.clone()).unwrap_or_default()
    }

    fn of_hospital(&self, code: &Option<String>) -> String {
        self.by(code, &None)
    }

    fn payers(&self) -> &'static [PaidBy] {
        PaidBy::ALL
    }

    fn payer(&self, by: &PaidBy) -> &'static str {
        words::paid_by_word(&self.f, *by)
    }

    fn is_cost(&self, amount: &SupportAmount) -> bool {
        amount.kind == AmountKind::Cost
    }

    fn yuan(&self, fen: &i64) -> String {
        words::yuan(*fen)
    }

    fn step(&self, step: &ProgrammeStep) -> &'static str {
        let (zh, en) = step.words();
        self.f.t(zh, en)
    }

    fn chosen(&self, codes: &[String], code: &str) -> bool {
        codes.iter().any(|known| known == code)
    }

    fn lines(&self, lines: &[String]) -> String {
        lines.join("\n")
    }

    /// The months in words, for who does not see the curve.
    fn said(&self) -> String {
        said(&self.f, &self.d.course.months)
    }
}

/// The first and the last month with results, in a sentence.
fn said(f: &Frame, months: &[Month]) -> String {
    let mut known = months.iter().filter(|month| month.rate.tested > 0);
    let (Some(first), last) = (known.next(), known.next_back()) else {
        return f.t("没有检验结果", "no results").to_owned();
    };
    let last = last.unwrap_or(first);
    let (from, to) = (words::percent(first.rate.percent), words::percent(last.rate.percent));
    let (from_n, to_n) = (first.rate.tested, last.rate.tested);
    f.t(
        &format!("{} {from}（n = {from_n}）→ {} {to}（n = {to_n}）", first.month, last.month),
        &format!("{} {from} (n = {from_n}) → {} {to} (n = {to_n})", first.month, last.month),
    )
    .to_owned()
}

#[derive(Template)]
#[template(path = "support_programmes/public.html")]
struct PublicPage {
    f: Frame,
    s: PublicSupport,
    place: String,
    kinds: String,
    organiser: String,
    lead: String,
    hospitals: Vec<Choice>,
    curve: Option<Curve>,
}

/// The sheet that everybody reads: one page of A4.
pub async fn public(state: State, visit: Visit, key: Part<String>) -> Answer {
    let f = visit.frame;
    let frame = f.clone();
    let page = read(&state, move |app| {
        // What can be no id is an id that nobody was given.
        let id: ProgrammeId = key.0.parse().map_err(|_| Problem::not_found())?;
        let s = sheet(app, &mut *app.snapshot()?, id)?;
        let catalogue = app.catalogue();
        let marks = Marks {
            baseline: s.baseline.rate.percent,
            target: s.target_percent,
            approved: Some(s.baseline.day),
        };
        Ok(PublicPage {
            place: places(&frame, catalogue, &s.regions),
            kinds: products(&frame, catalogue, &s.kinds),
            organiser: choices::region(frame.language, catalogue, &s.organiser_region),
            lead: hospital(&frame, catalogue, &s.lead_hospital),
            hospitals: hospitals(&frame, catalogue),
            curve: curve(&s.months, marks),
            f: frame,
            s,
        })
    });
    show(&f, &page.await?)
}

impl PublicPage {
    fn stage(&self) -> &'static str {
        words::stage_word(&self.f, self.s.stage)
    }

    fn scope(&self) -> &'static str {
        words::scope_word(&self.f, self.s.scope)
    }

    fn rate(&self, rate: &Rate) -> String {
        words::rate(&self.f, rate)
    }

    fn change(&self, change: &Option<Change>) -> String {
        words::change(&self.f, change.as_ref())
    }

    fn percent(&self, percent: &f64) -> String {
        words::percent(Some(*percent))
    }

    fn beside(&self, beside: &Beside) -> &'static str {
        let (zh, en) = beside.words();
        self.f.t(zh, en)
    }

    fn verdict(&self, verdict: &Verdict) -> &'static str {
        words::verdict_word(&self.f, *verdict)
    }

    fn verdict_tone(&self, verdict: &Verdict) -> &'static str {
        words::verdict_tone(*verdict)
    }

    fn item<'a>(&'a self, item: &'a str) -> &'a str {
        if item.is_empty() { self.f.t("（未注明项目）", "(no item named)") } else { self.f.item(item) }
    }

    fn cause(&self, kind: &CauseKind) -> &'static str {
        let (zh, en) = kind.words();
        self.f.t(zh, en)
    }

    fn measure(&self, kind: &MeasureKind) -> &'static str {
        words::measure_word(&self.f, *kind)
    }

    fn measure_state(&self, state: &MeasureState) -> &'static str {
        words::measure_state_word(&self.f, *state)
    }

    fn hospital(&self, code: &str) -> String {
        let of = self.hospitals.iter().find(|choice| choice.code == code);
        of.map_or_else(|| code.to_owned(), |choice| choice.name.clone())
    }

    fn by(&self, code: &Option<String>, name: &Option<String>) -> String {
        let of = self.hospitals.iter().find(|choice| Some(&choice.code) == code.as_ref());
        of.map(|choice| choice.name.clone()).or_else(|| name.clone()).unwrap_or_default()
    }

    fn payer(&self, by: &PaidBy) -> &'static str {
        words::paid_by_word(&self.f, *by)
    }

    fn yuan(&self, fen: &i64) -> String {
        words::yuan(*fen)
    }

    fn joined(&self, texts: &[String]) -> String {
        texts.join(self.f.t("、", ", "))
    }

    /// The months in words, for who does not see the curve.
    fn said(&self) -> String {
        said(&self.f, &self.s.months)
    }
}
