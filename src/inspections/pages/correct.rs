//! The form by which an officer puts right what was entered wrongly.

use askama::Template;

use crate::core::Problem;
use crate::core::actor::Actor;
use crate::inspections::fact::Correction;
use crate::inspections::ids::InspectionId;
use crate::inspections::pages::form::{Forms, StepForm};
use crate::inspections::pages::one::{about, load, party_choices};
use crate::inspections::pages::said::Said;
use crate::inspections::pages::today;
use crate::inspections::particulars::Particulars;
use crate::inspections::settings::InspectionSettings;
use crate::inspections::state::InspectionStep;
use crate::inspections::view::{EventView, InspectionDetail};
use crate::programmes::laboratories::queries as laboratories;
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::reply::read;
use crate::web::state::State;
use crate::web::{Id, Part};

#[derive(Template)]
#[template(path = "inspections/correct.html")]
struct CorrectPage {
    f: Frame,
    id: InspectionId,
    number: String,
    version: i32,
    ordinal: i32,
    occurred_on: String,
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
        let may = d.allowed.contains(&InspectionStep::Correct);
        let event = d.events.iter().find(|event| event.ordinal == ordinal && !event.corrected);
        let Some(event) = event.filter(|event| may && event.ordinal > 1) else {
            return Err(Problem::not_found());
        };
        let (step, said) = entered(&d, event);
        let settings = app.settings().section::<InspectionSettings>();
        let bodies = laboratories::choices(conn, &actor)?;
        let forms = Forms {
            f: &frame,
            about: about(&d.inspection, d.effects),
            rules: settings.rules.iter().find(|rules| rules.version == d.rules_version),
            bodies: &bodies,
            parties: party_choices(&d),
            formal: Vec::new(),
            today: today(app),
        };
        let b = forms.correction(step, Said(said));
        Ok(CorrectPage {
            occurred_on: event.occurred_on.to_string(),
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

/// The step that an event enters, and what it says; of a correction, the step under it and what it was put right to.
fn entered(d: &InspectionDetail, event: &EventView) -> (InspectionStep, Particulars) {
    let Some(mut under) = event.corrects else {
        return (event.step, serde_json::from_value(event.details.clone()).unwrap_or_default());
    };
    let correction: Correction = serde_json::from_value(event.details.clone()).unwrap_or_default();
    // A correction stands before what it is corrected by, so this ends.
    loop {
        let Some(base) = d.events.iter().find(|other| other.ordinal == under) else {
            return (event.step, correction.particulars);
        };
        match base.corrects {
            Some(earlier) => under = earlier,
            None => return (base.step, correction.particulars),
        }
    }
}
