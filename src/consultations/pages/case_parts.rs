//! What the domain of cases contributes to the pages of consultations. It is above this domain, so the server gives it to the
//! handlers.

use std::collections::HashMap;

use diesel::PgConnection;

use crate::app::App;
use crate::consultations::views::ConsultationView;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::ExpertId;
use crate::web::frame::Frame;

/// What the domain of cases contributes.
#[derive(Clone, Copy)]
pub struct CaseParts {
    /// The form in which the expert who leads gives advice.
    pub advice: CasePart,
    /// The pieces of advice as cards, by the numbers of their messages.
    pub cards: fn(&App, &mut PgConnection, &Frame, &Actor, &ConsultationView) -> Result<Cards, Problem>,
    /// The nonconformities of the enterprise, with their cases and deadlines.
    pub nonconformities: CasePart,
    /// How many corrective actions an expert has advised.
    pub actions_advised: fn(&mut PgConnection, ExpertId) -> Result<i64, Problem>,
}

/// Markup of pieces of advice, by the numbers of their messages in the talk.
pub type Cards = HashMap<i64, String>;

/// Writes a part of the page of a consultation as its reader may see it: markup, empty where there is nothing to show.
pub type CasePart = fn(&App, &mut PgConnection, &Frame, &Actor, &ConsultationView) -> Result<String, Problem>;
