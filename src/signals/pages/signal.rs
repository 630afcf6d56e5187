//! One signal: what it tells, what it is believed to be about, what came of it.

use askama::Template;

use crate::core::actor::Actor;
use crate::signals::hazard::Hazard;
use crate::signals::ids::SignalId;
use crate::signals::pages::words::{Shown, reason};
use crate::signals::queries::{SignalDetail, detail};
use crate::signals::recognise::RecognisedPart;
use crate::signals::state::{SignalStep, transition};
use crate::web::Id;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "signals/signal.html")]
struct SignalPage {
    f: Frame,
    d: SignalDetail,
    s: Shown,
    merged: Vec<Shown>,
    regions: Vec<Choice>,
    products: Vec<(Choice, Vec<Choice>)>,
}

/// The page.
pub async fn one(state: State, member: Member, id: Id<SignalId>) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let mut d = detail(conn, &actor, id)?;
        let catalogue = app.catalogue();
        let merged = std::mem::take(&mut d.merged);
        Ok(SignalPage {
            s: Shown::of(&frame, catalogue, d.signal.clone()),
            merged: merged.into_iter().map(|view| Shown::of(&frame, catalogue, view)).collect(),
            regions: choices::regions(frame.language, &actor, catalogue),
            products: choices::kinds(&frame, catalogue),
            d,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl SignalPage {
    fn allows(&self, step: SignalStep) -> bool {
        transition(self.d.signal.state, step).is_ok()
    }

    fn may_match(&self) -> bool {
        self.allows(SignalStep::Match)
    }

    fn may_triage(&self) -> bool {
        self.d.signal.state.waits()
    }

    fn may_dismiss(&self) -> bool {
        self.allows(SignalStep::Dismiss)
    }

    fn may_merge(&self) -> bool {
        self.allows(SignalStep::Merge)
    }

    fn may_unmerge(&self) -> bool {
        self.allows(SignalStep::Unmerge)
    }

    fn may_reopen(&self) -> bool {
        self.allows(SignalStep::Reopen)
    }

    fn hazards(&self) -> &'static [Hazard] {
        Hazard::ALL
    }

    fn hazard(&self, hazard: &Hazard) -> String {
        self.f.say(&hazard.text()).to_owned()
    }

    fn is_hazard(&self, hazard: &Hazard) -> bool {
        self.d.signal.hazard == Some(*hazard)
    }

    fn is_kind(&self, code: &str) -> bool {
        self.d.signal.product_kind.as_deref() == Some(code)
    }

    fn is_region(&self, code: &str) -> bool {
        self.d.signal.region.as_deref() == Some(code)
    }

    fn believed(&self, believed: &RecognisedPart) -> String {
        reason(&self.f, believed)
    }

    fn step(&self, step: &SignalStep) -> String {
        self.f.say(&step.text()).to_owned()
    }

    /// What the source names: heading and value.
    fn names(&self) -> Vec<(&'static str, String)> {
        let (f, n) = (&self.f, &self.d.signal.named);
        let late = n.late_days.filter(|days| *days > 0).map(|days| {
            f.t(&format!("逾期 {days} 个工作日"), &format!("{days} working days late")).to_owned()
        });
        let on_time = n.late_days.filter(|days| *days == 0).map(|_| f.t("按期", "in time").to_owned());
        let all = [
            (f.t("编号", "Number"), n.number.clone()),
            (f.t("产品", "Product"), n.product.clone()),
            (f.t("类别", "Category"), n.category.clone()),
            (f.t("生产者或当事人", "Maker or party"), n.maker.clone()),
            (f.t("统一社会信用代码", "Credit code"), n.uscc.clone()),
            (f.t("所在地", "Where it is"), n.place.clone()),
            (f.t("品牌", "Brand"), n.brand.clone()),
            (f.t("型号", "Model"), n.model.clone()),
            (f.t("批次", "Batch"), n.batch.clone()),
            (f.t("条码", "Barcode"), n.barcodes.clone().or_else(|| self.d.signal.barcode.clone())),
            (f.t("原产地", "Origin"), n.origin.clone()),
            (f.t("数量", "Units"), n.units_text.clone().or_else(|| n.count.map(|count| count.to_string()))),
            (f.t("事项", "Matter"), n.item.clone()),
            (f.t("月份", "Month"), n.month.clone()),
            (f.t("措施", "Measures"), n.measures.clone()),
            (f.t("发布者", "Published by"), n.authority.clone()),
            (f.t("生产者报告", "Report of the producer"), late.or(on_time)),
        ];
        all.into_iter().filter_map(|(heading, value)| value.map(|value| (heading, value))).collect()
    }
}
