//! Taking a step of an engagement, whatever its kind.

use crate::core::Problem;
use crate::core::Text;
use crate::db::{Command, Tx};
use crate::engagements::ids::EngagementId;
use crate::engagements::new_step::NewStep;
use crate::engagements::state::{EngagementKind, EngagementStep};
use crate::engagements::store::{experts, is_known, lock_visible, require_version};
use crate::engagements::visits;
use serde::{Deserialize, Serialize};

/// Takes a step of an engagement. The same step sent twice, by its `client_id`, is one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecordEngagementStep {
    /// The engagement.
    pub id: EngagementId,
    /// The step.
    pub step: NewStep,
}

impl Command for RecordEngagementStep {
    type Output = EngagementId;
    const NAME: &'static str = "record_engagement_step";

    fn run(&self, tx: &mut Tx) -> Result<EngagementId, Problem> {
        if self.step.step == EngagementStep::Choose {
            // Of two visits of one expert that are agreed at once the second sees the first.
            let experts = experts(&mut tx.conn, self.id)?;
            visits::fitness::wait_for(tx, &experts)?;
        }
        let (mut row, standing) = lock_visible(tx, self.id)?;
        if is_known(tx, self.id, self.step.client_id)? {
            return Ok(self.id);
        }
        require_version(&row, self.step.version)?;
        match row.kind {
            EngagementKind::Visit => visits::steps::take(tx, &mut row, standing, &self.step)?,
            _ => {
                return Err(Problem::field(
                    "/step",
                    Text::new(
                        "此类活动由其专门的接口办理",
                        "is taken by the routes of this kind of engagement",
                    ),
                ));
            }
        }
        Ok(self.id)
    }
}
