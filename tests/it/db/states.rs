//! Each state is an enum, and the column that keeps it has the same words in a CHECK.

use std::collections::BTreeSet;

use zerodesk::attachments::AttachmentState;
use zerodesk::bulletins::state::{BulletinMethod, BulletinState, Mark};
use zerodesk::consultations::{Closing, Status};
use zerodesk::credit_codes::state::{CodeState, CodeStep, ScanAnswer};
use zerodesk::engagements::state::{DangerGround, EngagementKind, EngagementState, Side};
use zerodesk::enterprises::claim_state::ClaimState;
use zerodesk::experts::Vetting;
use zerodesk::inspections::state::InspectionState;
use zerodesk::inspections::words::{
    Confirmation, InspectedRole, Method, Outcome, Purpose, SampleState, Source, TakenBack, Term,
};
use zerodesk::notifications::MailState;
use zerodesk::penalty_lists::state::{
    PenaltyState, PenaltyStep, QuestionKind, QuestionReason, QuestionState,
};
use zerodesk::plans::PlanState;
use zerodesk::remediation::CaseState;
use zerodesk::remediation::action::ActionState;
use zerodesk::risk::alerts::state::{AlertCause, AlertState, AlertStep};
use zerodesk::risk::assessments::state::{AssessmentState, AssessmentStep};
use zerodesk::sampling_lists::proposal_state::ProposalState;
use zerodesk::zero_out::import::ImportState;
use zerodesk::zero_out::import::withdrawal_state::WithdrawalState;

use super::migrations::lines;
use crate::support::Database;

macro_rules! words {
    ($state:ty) => {
        <$state>::ALL.iter().map(|state| state.as_str().to_owned()).collect::<BTreeSet<String>>()
    };
}

#[test]
fn the_words_of_a_state_are_those_of_its_check() {
    let database = Database::new();
    let conn = &mut database.connect();
    for (table, column, words) in [
        ("attachment", "state", words!(AttachmentState)),
        ("bulletin", "method", words!(BulletinMethod)),
        ("bulletin", "state", words!(BulletinState)),
        ("bulletin_item", "mark", words!(Mark)),
        ("case_action", "state", words!(ActionState)),
        ("conduct", "intent", words!(zerodesk::conduct::words::Intent)),
        ("conduct", "role", words!(InspectedRole)),
        ("conduct", "source", words!(zerodesk::conduct::words::ConductSource)),
        ("conduct", "state", words!(zerodesk::conduct::words::ConductState)),
        ("conduct_event", "step", words!(zerodesk::conduct::state::ConductStep)),
        ("consultation", "closed", words!(Closing)),
        ("consultation", "status", words!(Status)),
        ("credit_code", "state", words!(CodeState)),
        ("credit_code_event", "step", words!(CodeStep)),
        ("credit_code_scan", "answer", words!(ScanAnswer)),
        ("engagement", "kind", words!(EngagementKind)),
        ("engagement", "state", words!(EngagementState)),
        ("engagement_danger", "ground", words!(DangerGround)),
        ("enterprise_registration", "state", words!(ClaimState)),
        ("recording", "channel", words!(zerodesk::recordings::shots::Channel)),
        ("recording_summary", "chain", words!(zerodesk::recordings::chain::ChainState)),
        ("retention_run", "kind", words!(zerodesk::retention::rules::Kind)),
        ("sample_custody", "part", words!(zerodesk::recordings::custody::SamplePart)),
        ("sample_custody", "step", words!(zerodesk::recordings::custody::CustodyStep)),
        ("expert", "vetting", words!(Vetting)),
        ("inspection", "confirmation", words!(Confirmation)),
        ("inspection", "method", words!(Method)),
        ("inspection", "outcome", words!(Outcome)),
        ("inspection", "purpose", words!(Purpose)),
        ("inspection", "role", words!(InspectedRole)),
        ("inspection", "sample", words!(SampleState)),
        ("inspection", "source", words!(Source)),
        ("inspection", "state", words!(InspectionState)),
        ("inspection_finding", "reason", words!(TakenBack)),
        ("inspection_term", "term", words!(Term)),
        ("matching_plan", "state", words!(PlanState)),
        ("outbox_mail", "state", words!(MailState)),
        ("oversight", "kind", words!(zerodesk::oversight::words::OversightKind)),
        ("oversight", "level", words!(zerodesk::catalogue::RegionLevel)),
        ("oversight", "state", words!(zerodesk::oversight::state::OversightState)),
        ("oversight", "subject", words!(zerodesk::oversight::words::OversightSubject)),
        ("oversight", "to_kind", words!(zerodesk::oversight::words::RecipientKind)),
        ("oversight_basis", "kind", words!(zerodesk::oversight::words::BasisKind)),
        ("oversight_responsibility", "kind", words!(zerodesk::oversight::words::ResponsibilityKind)),
        ("oversight_responsibility", "state", words!(zerodesk::oversight::words::ResponsibilityState)),
        ("quality_alert", "state", words!(AlertState)),
        ("quality_alert", "cause", words!(AlertCause)),
        ("quality_alert_event", "step", words!(AlertStep)),
        ("assessment", "state", words!(AssessmentState)),
        ("assessment", "method", words!(zerodesk::risk::method::scenario::Combination)),
        ("assessment", "urgency", words!(zerodesk::risk::method::table::Urgency)),
        ("assessment", "social_impact", words!(zerodesk::risk::method::table::SocialImpact)),
        ("assessment", "level", words!(zerodesk::risk::method::table::Level)),
        ("assessment", "table_level", words!(zerodesk::risk::method::table::Level)),
        ("assessment", "units_level", words!(zerodesk::risk::method::table::Level)),
        ("assessment_event", "step", words!(AssessmentStep)),
        ("assessment_evidence", "kind", words!(zerodesk::risk::assessments::evidence::EvidenceKind)),
        ("remediation_case", "state", words!(CaseState)),
        ("penalty", "state", words!(PenaltyState)),
        ("penalty_event", "step", words!(PenaltyStep)),
        ("penalty_event", "to_state", words!(PenaltyState)),
        ("penalty_list", "state", words!(ImportState)),
        ("penalty_question", "kind", words!(QuestionKind)),
        ("penalty_question", "reason", words!(QuestionReason)),
        ("penalty_question", "state", words!(QuestionState)),
        ("conduct_source_entry", "occasion", words!(zerodesk::conduct_sources::judge::Occasion)),
        ("conduct_source_entry", "origin", words!(zerodesk::conduct_sources::judge::Source)),
        ("conduct_source_note", "origin", words!(zerodesk::conduct_sources::judge::Source)),
        ("signal", "matched_by", words!(zerodesk::signals::store::MatchedBy)),
        ("signal", "reliability", words!(zerodesk::signals::source::Reliability)),
        ("signal", "source", words!(zerodesk::signals::source::SignalSource)),
        ("signal", "state", words!(zerodesk::signals::state::SignalState)),
        ("signal_event", "step", words!(zerodesk::signals::state::SignalStep)),
        ("signal_event", "to_state", words!(zerodesk::signals::state::SignalState)),
        ("campaign_import", "state", words!(ImportState)),
        ("signal_import", "state", words!(ImportState)),
        ("signal_import_row", "outcome", words!(zerodesk::list_files::imports::Outcome)),
        ("sampling_list", "state", words!(ImportState)),
        ("sampling_list_proposal", "state", words!(ProposalState)),
        ("visit", "no_show_by", words!(Side)),
        ("zero_out_import", "state", words!(ImportState)),
        ("zero_out_withdrawal", "state", words!(WithdrawalState)),
    ] {
        let checks = lines(
            conn,
            &format!(
                "SELECT pg_get_constraintdef(oid) AS line FROM pg_constraint
                 WHERE conrelid = '{table}'::regclass AND contype = 'c'
                   AND pg_get_constraintdef(oid) LIKE 'CHECK (({column} = ANY (ARRAY[%'"
            ),
        );
        assert_eq!(checks.len(), 1, "{table}.{column}: {checks:?}");
        let checked: BTreeSet<String> = checks[0].split('\'').skip(1).step_by(2).map(str::to_owned).collect();
        assert_eq!(words, checked, "{table}.{column}");
    }
}
