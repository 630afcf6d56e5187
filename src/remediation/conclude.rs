//! Concluding a consultation, with actions where there are some to be advised yet.

use crate::consultations::conclude::{NewConclusion, conclude};
use crate::consultations::policy::{Action as Permission, load_for};
use crate::consultations::status::{Step, transition};
use crate::consultations::store::audit;
use crate::core::Problem;
use crate::core::fields::Fields;
use crate::core::ids::ConsultationId;
use crate::db::{Command, Tx};
use crate::remediation::advice::give;
use crate::remediation::given_advice::for_conclusion;
use crate::remediation::new_action::{CheckedAdvice, NewAction, check_all};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Concludes a consultation. The statutory clock of the case goes on. Actions that are named are advised first: they are a message of the
/// talk and actions of the case, as those of [`crate::remediation::GiveAdvice`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ConcludeConsultation {
    /// The consultation to conclude.
    pub id: ConsultationId,
    /// The conclusion, at most 8,000 characters.
    pub conclusion: String,
    /// What caused the problem, at most 2,000 characters.
    #[serde(default)]
    pub cause: Option<String>,
    /// Actions that the enterprise is advised besides those it was advised before; at most 50.
    #[serde(default)]
    pub actions: Vec<NewAction>,
    /// Why it is signed though experts of the panel have given no opinion, at most 1,000 characters.
    #[serde(default)]
    pub missing_opinions_reason: Option<String>,
}

impl Command for ConcludeConsultation {
    type Output = ConsultationId;
    const NAME: &'static str = "conclude_consultation";

    fn run(&self, tx: &mut Tx) -> Result<ConsultationId, Problem> {
        let mut c = load_for(tx, self.id, Permission::Lead)?;
        let mut fields = Fields::new();
        let conclusion = fields.text("/conclusion", &self.conclusion, 8000);
        let cause = fields.optional_text("/cause", self.cause.as_deref(), 2000);
        let missing =
            fields.optional_text("/missing_opinions_reason", self.missing_opinions_reason.as_deref(), 1000);
        let actions = check_all(&mut fields, &self.actions, 0);
        fields.done()?;
        transition(c.status, Step::Conclude)?;
        let mut given = Vec::new();
        if !actions.is_empty() {
            let advice = CheckedAdvice { summary: None, cause: cause.clone(), actions };
            given = give(tx, &mut c, &advice)?.actions;
        }
        let actions = for_conclusion(&mut tx.conn, c.id)?;
        let new = NewConclusion { conclusion, cause, actions, missing_opinions_reason: missing.clone() };
        let number = conclude(tx, &mut c, new)?;
        let mut data = json!({ "document": number, "actions": given });
        if let (Some(reason), Some(data)) = (missing, data.as_object_mut()) {
            data.insert("missing_opinions_reason".to_owned(), json!(reason));
        }
        audit(tx, &c, Self::NAME, data)?;
        Ok(c.id)
    }
}
