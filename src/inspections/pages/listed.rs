//! An inspection in a list, with codes in words, and what the address narrows a list to.

use crate::catalogue::Catalogue;
use crate::core::ids::LaboratoryId;
use crate::core::{Language, Problem};
use crate::inspections::ids::InspectionId;
use crate::inspections::pages::{outcome_tone, tone};
use crate::inspections::queries::InspectionFilter;
use crate::inspections::state::InspectionState;
use crate::inspections::view::InspectionView;
use crate::inspections::words::{Method, Outcome, Purpose, Term};
use crate::web::choices;
use crate::web::query_params::QueryParams;
use chrono::NaiveDate;

/// The term that ends next.
pub struct DueTerm {
    /// What has to be done.
    pub term: Term,
    /// Its last day.
    pub due_on: NaiveDate,
    /// Days to it.
    pub days_left: i64,
}

/// An inspection in a list.
pub struct Listed {
    /// Its id.
    pub id: InspectionId,
    /// The number of its form.
    pub number: String,
    /// Who tests the reserve sample again.
    pub retest_laboratory_id: Option<LaboratoryId>,
    /// Whether its product kind is not named.
    pub kind_missing: bool,
    /// Number of its last event.
    pub version: i32,
    /// The product.
    pub product_name: String,
    /// Who was inspected.
    pub operator_name: String,
    /// The region in which it takes place, in words.
    pub place: String,
    /// The state, and how it looks.
    pub state: InspectionState,
    /// The class of the style sheet that colours the state.
    pub tone: &'static str,
    /// What was found, as far as the reader may know.
    pub outcome: Option<Outcome>,
    /// The class of the style sheet that colours the result.
    pub outcome_tone: &'static str,
    /// How the product is looked at.
    pub method: Method,
    /// For what purpose it is inspected: routine, special, follow-up and so on.
    pub purpose: Purpose,
    /// When the sample was taken.
    pub sampled_on: Option<NaiveDate>,
    /// The term that ends next.
    pub due: Option<DueTerm>,
    /// Whether a term has passed that was not met.
    pub late: bool,
}

impl Listed {
    /// Of a row of a list.
    pub fn of(language: Language, catalogue: &Catalogue, view: InspectionView, today: NaiveDate) -> Self {
        let due = view.next_term.map(|due| DueTerm {
            term: due.term,
            due_on: due.due_on,
            days_left: due.due_on.signed_duration_since(today).num_days(),
        });
        Self {
            late: view.late,
            due,
            place: choices::region(language, catalogue, &view.place_region),
            tone: tone(view.state),
            outcome_tone: view.outcome.map_or("", outcome_tone),
            id: view.id,
            number: view.number,
            version: view.version,
            retest_laboratory_id: view.retest_laboratory_id,
            kind_missing: view.product_kind.is_none(),
            product_name: view.product_name,
            operator_name: view.operator_name,
            state: view.state,
            outcome: view.outcome,
            method: view.method,
            purpose: view.purpose,
            sampled_on: view.sampled_on,
        }
    }
}

impl Listed {
    /// What was found, where its state does not say it already: a suspect quick test is in a state of that name.
    pub fn outcome_beside(&self) -> Option<Outcome> {
        self.outcome.filter(|_| self.state != InspectionState::Suspect)
    }

    /// A sample is still to be taken.
    pub fn waits_for_sample(&self) -> bool {
        use InspectionState as S;
        self.method == Method::Sampling && matches!(self.state, S::Drawn | S::Assigned | S::Attempted)
    }
}

/// What the address narrows a list to.
///
/// # Errors
/// 422 naming a parameter whose value can't be asked for.
pub fn filter(asked: &QueryParams) -> Result<InspectionFilter, Problem> {
    let text = |name| asked.get(name).map(str::to_owned);
    Ok(InspectionFilter {
        state: asked.read("state")?,
        method: asked.read("method")?,
        purpose: asked.read("purpose")?,
        level: asked.read("level")?,
        role: asked.read("role")?,
        region: text("region"),
        product_kind: text("product_kind"),
        product_class: text("product_class"),
        laboratory: asked.read("laboratory")?,
        programme: asked.read("programme")?,
        outcome: asked.read("outcome")?,
        sampled_from: asked.read("sampled_from")?,
        sampled_until: asked.read("sampled_until")?,
        to_sample: asked.read("to_sample")?,
        kind_missing: asked.read("kind_missing")?,
        late: asked.read("late")?,
        q: text("q"),
        ..InspectionFilter::default()
    })
}
