//! The sheet of a support programme that everybody reads.

use askama::Template;

use super::names::{hospital, hospitals, months_in_words, places, products};
use crate::core::Problem;
use crate::programmes::ids::ProgrammeId;
use crate::sampling_figures::effect::Beside;
use crate::sampling_figures::intervals::{Change, Rate, Verdict};
use crate::support_programmes::causes::CauseKind;
use crate::support_programmes::chart::{Curve, Marks, curve};
use crate::support_programmes::public::{PublicSupport, sheet};
use crate::support_programmes::state::{MeasureKind, MeasureState, PaidBy};
use crate::support_programmes::words;
use crate::web::Part;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Visit};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::reply::read;
use crate::web::state::State;

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
        months_in_words(&self.f, &self.s.months)
    }
}
