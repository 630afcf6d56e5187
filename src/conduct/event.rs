//! What is handed in as a step of an entry, and what its history keeps of it.

use crate::attachments::ids::AttachmentId;
use crate::conduct::ids::FactId;
use crate::conduct::state::ConductStep;
use crate::conduct::words::{AnnulGround, Intent};
use crate::core::Problem;
use crate::core::fields::Fields;
use crate::inspections::words::InspectedRole;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The longest reason, in characters.
pub const MAX_REASON: usize = 2_000;
/// The longest article or number of a document, in characters.
pub const MAX_SHORT: usize = 200;
/// The most conditions that are declared.
const MOST_DECLARED: usize = 20;

/// A step of an entry.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewConductStep {
    /// The step to take.
    #[schema(inline)]
    pub step: ConductStep,
    /// The day on which it happened, in Asia/Shanghai; today where none is named.
    #[serde(default)]
    pub occurred_on: Option<NaiveDate>,
    /// Why: of an objection, a decision, an annulment, a refusal.
    #[serde(default)]
    pub reason: Option<String>,
    /// The article that a decision rests on.
    #[serde(default)]
    pub article: Option<String>,
    /// Why an entry is annulled.
    #[serde(default)]
    #[schema(inline)]
    pub ground: Option<AnnulGround>,
    /// The number of the decision by which a superior authority or a court withdrew it, or of the notice on paper.
    #[serde(default)]
    pub document: Option<String>,
    /// Keys of the conditions of repair that the enterprise declares to be met.
    #[serde(default)]
    pub declared: Vec<String>,
    /// What is corrected.
    #[serde(default)]
    pub correction: Option<Correction>,
    /// Uploads that go with it.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub attachments: Vec<AttachmentId>,
}

impl NewConductStep {
    /// A step of today with nothing else.
    pub fn new(step: ConductStep) -> Self {
        Self {
            step,
            occurred_on: None,
            reason: None,
            article: None,
            ground: None,
            document: None,
            declared: Vec::new(),
            correction: None,
            attachments: Vec::new(),
        }
    }
}

/// What a correction changes; what it does not name stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ConductCorrection)]
pub struct Correction {
    /// Code of the behaviour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub behaviour: Option<String>,
    /// Whether it was done on purpose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(inline)]
    pub intent: Option<Intent>,
    /// In which role it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(inline)]
    pub role: Option<InspectedRole>,
    /// The day on which it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub happened_on: Option<NaiveDate>,
    /// The day on which it was decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_on: Option<NaiveDate>,
    /// The number of the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_no: Option<String>,
    /// The fact that it is about, where another entry of the enterprise is about the same: one of them counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub fact_id: Option<FactId>,
}

impl Correction {
    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What an entry says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matter {
    /// In which role it was done.
    pub role: InspectedRole,
    /// Code of the behaviour.
    pub behaviour: String,
    /// Whether it was done on purpose.
    pub intent: Intent,
    /// The day on which it happened.
    pub happened_on: NaiveDate,
    /// The day on which it was decided.
    pub decided_on: NaiveDate,
    /// The number of the document.
    pub document_no: Option<String>,
}

impl Matter {
    /// The same with a correction.
    #[must_use]
    pub fn corrected(&self, by: &Correction) -> Self {
        Self {
            role: by.role.unwrap_or(self.role),
            behaviour: by.behaviour.clone().unwrap_or_else(|| self.behaviour.clone()),
            intent: by.intent.unwrap_or(self.intent),
            happened_on: by.happened_on.unwrap_or(self.happened_on),
            decided_on: by.decided_on.unwrap_or(self.decided_on),
            document_no: by.document_no.clone().or_else(|| self.document_no.clone()),
        }
    }
}

/// What the history keeps of a step, besides the step and its day. The days that followed from the rules and the calendar of the moment are kept with
/// it, so that neither a later version of the rules nor a holiday announced later changes what was.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// What the entry says, of the step by which it was entered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matter: Option<Matter>,
    /// What was corrected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correction: Option<Correction>,
    /// The reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The article.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
    /// Why it was annulled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ground: Option<AnnulGround>,
    /// The number of a document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// The law that the decision cites.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<String>,
    /// Conditions of repair that were declared.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub declared: Vec<String>,
    /// The version of the rules that weighs it from here on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules_version: Option<String>,
    /// The first day on which it counts from here on; none where an objection keeps it from counting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counts_from: Option<NaiveDate>,
    /// The last day on which it counts from here on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counts_until: Option<NaiveDate>,
    /// The last day to decide.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
}

/// What a step must be given.
struct Needs {
    reason: bool,
    article: bool,
    ground: bool,
    correction: bool,
}

fn needs(step: ConductStep) -> Needs {
    use ConductStep as S;
    Needs {
        reason: matches!(step, S::Object | S::Uphold | S::Correct | S::Annul | S::RefuseRepair),
        article: matches!(step, S::Uphold | S::Correct | S::Annul | S::RefuseRepair),
        ground: step == S::Annul,
        correction: step == S::Correct,
    }
}

impl NewConductStep {
    /// Checks what is handed in for itself, and gives what the history keeps of it.
    ///
    /// # Errors
    /// 422 that names the fields.
    pub fn checked(&self) -> Result<Details, Problem> {
        let (needs, mut fields) = (needs(self.step), Fields::new());
        let text = |fields: &mut Fields, pointer: &str, given: Option<&str>, needed: bool, max: usize| {
            if needed {
                Some(fields.text(pointer, given.unwrap_or_default(), max))
            } else {
                fields.optional_text(pointer, given, max)
            }
        };
        let reason = text(&mut fields, "/reason", self.reason.as_deref(), needs.reason, MAX_REASON);
        let article = text(&mut fields, "/article", self.article.as_deref(), needs.article, MAX_SHORT);
        let withdrawn = matches!(self.ground, Some(AnnulGround::Superior | AnnulGround::Court));
        let document = text(&mut fields, "/document", self.document.as_deref(), withdrawn, MAX_SHORT);
        if needs.ground {
            fields.require(self.ground.is_some(), "/ground", "请选择撤销原因", "say why it is annulled");
        }
        let (zh, en) = ("此步骤不需要该项", "does not go with this step");
        fields.require(needs.ground || self.ground.is_none(), "/ground", zh, en);
        fields.require(needs.correction || self.correction.is_none(), "/correction", zh, en);
        let repair = self.step == ConductStep::ApplyRepair;
        fields.require(repair || self.declared.is_empty(), "/declared", zh, en);
        fields.require(self.declared.len() <= MOST_DECLARED, "/declared", "条件过多", "too many conditions");
        if needs.correction {
            let said = self.correction.as_ref().is_some_and(|correction| !correction.is_empty());
            fields.require(said, "/correction", "请写明更正的内容", "say what is corrected");
        }
        if self.step == ConductStep::Enter {
            fields.fault("/step", "请通过登记接口登记", "entries are made by POST /api/v1/conduct");
        }
        fields.day("/occurred_on", self.occurred_on);
        fields.done()?;
        Ok(Details {
            correction: self.correction.clone(),
            reason,
            article,
            ground: self.ground,
            document,
            declared: self.declared.clone(),
            ..Details::default()
        })
    }
}
