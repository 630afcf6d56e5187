//! The pages of campaigns and hazards.

pub mod campaigns;
pub mod hazards;
pub mod import;
pub mod imports;
pub mod schools;
pub mod subject;

use crate::campaigns::state::HazardState;
use crate::web::frame::Frame;

/// The state of a hazard, in a word.
fn hazard_word(f: &Frame, state: HazardState) -> &'static str {
    let (zh, en) = state.words();
    f.t(zh, en)
}

/// The colour of a state of a hazard.
fn hazard_tone(state: HazardState) -> &'static str {
    match state {
        HazardState::Found | HazardState::Corrected => "warn",
        HazardState::Ordered => "bad",
        HazardState::Verified => "good",
        HazardState::Closed | HazardState::Annulled => "none",
    }
}
