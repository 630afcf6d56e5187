//! Setting an engagement up, of whatever kind.

use crate::core::Problem;
use crate::db::{Command, Tx};
use crate::engagements::commitments::create::NewCommitment;
use crate::engagements::follow_ups::plan::NewFollowUp;
use crate::engagements::ids::EngagementId;
use crate::engagements::outreach::create::NewOutreach;
use crate::engagements::policy::permit;
use crate::engagements::training::create::NewTraining;
use crate::engagements::visits::propose::NewVisit;
use serde::{Deserialize, Serialize};

/// An engagement to be set up, by its kind.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum NewBody {
    /// A visit with times among which the enterprise chooses.
    Visit(NewVisit),
    /// A training.
    Training(NewTraining),
    /// A commitment that an enterprise is asked for.
    Commitment(NewCommitment),
    /// A check-up.
    FollowUp(NewFollowUp),
    /// An event for the public.
    Outreach(NewOutreach),
}

/// Sets an engagement up.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CreateEngagement(pub NewBody);

impl Command for CreateEngagement {
    type Output = EngagementId;
    const NAME: &'static str = "create_engagement";

    fn run(&self, tx: &mut Tx) -> Result<EngagementId, Problem> {
        permit(&tx.actor)?;
        match &self.0 {
            NewBody::Visit(new) => new.create(tx),
            NewBody::Training(new) => new.create(tx),
            NewBody::Commitment(new) => new.create(tx),
            NewBody::FollowUp(new) => new.create(tx),
            NewBody::Outreach(new) => new.create(tx),
        }
    }
}
