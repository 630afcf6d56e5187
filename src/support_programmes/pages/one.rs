//! One support programme: diagnosis beside measures beside the curve.

use askama::Template;

use super::names::{hospital, hospitals, months_in_words, places, products};
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::programmes::ids::ProgrammeId;
use crate::programmes::state::{ProgrammeState, ProgrammeStep};
use crate::sampling_figures::effect::Beside;
use crate::sampling_figures::intervals::{Change, Rate, Verdict};
use crate::support_programmes::causes::CauseKind;
use crate::support_programmes::chart::{Curve, Marks, curve};
use crate::support_programmes::detail::{SupportDetail, detail};
use crate::support_programmes::entries::SupportAmount;
use crate::support_programmes::state::{AmountKind, MeasureKind, MeasureState, MeasureStep, PaidBy};
use crate::support_programmes::words;
use crate::web::Id;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

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
        months_in_words(&self.f, &self.d.course.months)
    }
}
