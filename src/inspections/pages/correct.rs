//! The form by which an officer, or the body that entered it, puts right what was entered wrongly.

use askama::Template;
use chrono::NaiveDate;

use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::inspections::fact::Correction;
use crate::inspections::ids::InspectionId;
use crate::inspections::pages::form::{Forms, StepForm};
use crate::inspections::pages::form_values::FormValues;
use crate::inspections::pages::one::{about, load, party_choices};
use crate::inspections::pages::today;
use crate::inspections::particulars::{Particulars, ProductSaid};
use crate::inspections::settings::InspectionSettings;
use crate::inspections::state::InspectionStep;
use crate::inspections::view::{EventView, InspectionDetail};
use crate::inspections::words::Method;
use crate::programmes::laboratories::queries as laboratories;
use crate::web::choices;
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::reply::read;
use crate::web::state::State;
use crate::web::{Id, Part};

/// By what the result of a step is entered, where this form is not for it: the step is annulled and entered again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Elsewhere {
    /// The answers to a checklist.
    Checklist,
    /// A test with a calibrated device, whose day is judged with it.
    Device,
}

#[derive(Template)]
#[template(path = "inspections/correct.html")]
struct CorrectPage {
    f: Frame,
    id: InspectionId,
    number: String,
    version: i32,
    ordinal: i32,
    occurred_on: String,
    /// By what its result is entered again, where that is not this form.
    elsewhere: Option<Elsewhere>,
    b: StepForm,
}

/// The form; none for an event that can't be corrected, or that was.
pub async fn correct(state: State, member: Member, id: Id<InspectionId>, seq: Part<i32>) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id, ordinal) = (f.clone(), id.0, seq.0);
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let conn = &mut *app.snapshot()?;
        let d = load(app, conn, &actor, id)?;
        let event = d.events.iter().find(|event| event.ordinal == ordinal && event.correctable);
        let Some(event) = event else {
            return Err(Problem::not_found());
        };
        let (step, on, mut said) = entered(&d, event);
        let elsewhere = match step {
            InspectionStep::Check if d.inspection.method == Method::Label => Some(Elsewhere::Checklist),
            InspectionStep::QuickTest => Some(Elsewhere::Device),
            _ => None,
        };
        let settings = app.settings().section::<InspectionSettings>();
        let tests = matches!(actor.scope(), Some(Scope::Laboratory(_)));
        let assigns = matches!(step, InspectionStep::Assign | InspectionStep::OrderRetest);
        let bodies = if assigns { laboratories::choices(conn, &actor)? } else { Vec::new() };
        let forms = Forms {
            f: &frame,
            about: about(&d.inspection, d.effects),
            rules: settings.rules.iter().find(|rules| rules.version == d.rules_version),
            bodies: &bodies,
            parties: party_choices(&d),
            formal: Vec::new(),
            tests,
            today: today(app),
        };
        if step == InspectionStep::Draw {
            said.product_kind.clone_from(&d.inspection.product_kind);
            said.product = Some(ProductSaid {
                name: Some(d.inspection.product_name.clone()),
                trademark: d.subject.trademark.clone(),
                model: d.subject.model.clone(),
                standard: d.subject.standard.clone(),
            });
        }
        let mut b = forms.correction(step, FormValues(said));
        if step == InspectionStep::Draw {
            b.fields = vec!["product_kind", "product"];
            b.kinds = choices::kinds(&frame, app.catalogue());
        }
        b.fields.retain(|name| !tests || *name != "recording_decided");
        b.fields.retain(|name| elsewhere.is_none() || !["result", "quick"].contains(name));
        Ok(CorrectPage {
            occurred_on: on.to_string(),
            elsewhere,
            number: d.inspection.number.clone(),
            version: d.inspection.version,
            id,
            ordinal,
            b,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

/// The step that an event enters, its day, and what it says; of a correction, the step under it as it was put right last.
fn entered(d: &InspectionDetail, event: &EventView) -> (InspectionStep, NaiveDate, Particulars) {
    let mut corrections: Vec<&EventView> = Vec::new();
    let mut at = event;
    // A correction comes after what it corrects, so this ends.
    while let Some(under) = at.corrects {
        corrections.push(at);
        let Some(base) = d.events.iter().find(|other| other.ordinal == under) else { break };
        at = base;
    }
    let mut said: Particulars = serde_json::from_value(at.details.clone()).unwrap_or_default();
    let mut on = at.occurred_on;
    for correction in corrections.into_iter().rev() {
        let put: Correction = serde_json::from_value(correction.details.clone()).unwrap_or_default();
        on = put.occurred_on.unwrap_or(on);
        said = said.corrected_to(&put.particulars);
    }
    (at.step, on, said)
}

impl CorrectPage {
    /// Its result stands in a checklist.
    fn by_checklist(&self) -> bool {
        self.elsewhere == Some(Elsewhere::Checklist)
    }

    /// It can be annulled alone.
    fn by_device(&self) -> bool {
        self.elsewhere == Some(Elsewhere::Device)
    }

    /// It can't be annulled: a registration is withdrawn instead.
    fn stays(&self) -> bool {
        self.b.step == InspectionStep::Draw
    }
}
