//! The steps of an inspection as callers send them.

use crate::attachments::ids::AttachmentId;
use crate::core::Problem;
use crate::core::fields::Fields;
use crate::core::ids::LaboratoryId;
use crate::inspections::ids::InspectionId;
use crate::inspections::particulars::{Particulars, ProductSaid, QuickResult, SampleTaken, TestResult};
use crate::inspections::state::InspectionStep;
use crate::inspections::words::Party;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// A step of an inspection, or the correction of one.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewStep {
    /// What happened. `draw` and `deem` are the platform's own.
    #[schema(inline)]
    pub step: InspectionStep,
    /// On which day, in Asia/Shanghai; that of `occurred_at`, or today, where none is named.
    #[serde(default)]
    pub occurred_on: Option<NaiveDate>,
    /// At which moment, where that is known.
    #[serde(default)]
    pub occurred_at: Option<DateTime<Utc>>,
    /// Number or reference of the document that it is based on, at most 200 characters.
    #[serde(default)]
    pub document: Option<String>,
    /// In the actor's words, at most 2,000 characters.
    #[serde(default)]
    pub note: Option<String>,
    /// Of an assignment: who tests. Of a re-test: who tests again.
    #[serde(default)]
    pub laboratory: Option<LaboratoryId>,
    /// Of an assignment: the body that takes the sample.
    #[serde(default)]
    pub sampler: Option<LaboratoryId>,
    /// Of a refusal, of nothing found, of a bar: a key of the reasons in the settings. Of others, and of a correction: why, in words.
    #[serde(default)]
    pub reason: Option<String>,
    /// Of the correction of a registration: the code of the right product kind.
    #[serde(default)]
    pub product_kind: Option<String>,
    /// Of the correction of a registration: what the product is called. What is not named stays.
    #[serde(default)]
    #[schema(inline)]
    pub product: Option<ProductSaid>,
    /// Of `sample`, and of `listed` as far as the list describes the sample.
    #[serde(default)]
    pub sample: Option<SampleTaken>,
    /// Of `seal`: the numbers of the seals (封条号), at most 20.
    #[serde(default)]
    pub seals: Option<Vec<String>>,
    /// Of `seal`: where the reserve sample is kept (备样封存地点).
    #[serde(default)]
    pub reserve_kept_at: Option<String>,
    /// Of `test`: names of those who tested, at most 10.
    #[serde(default)]
    pub testers: Option<Vec<String>>,
    /// Of `report`, `check`, `listed`, `uphold` and `overturn`.
    #[serde(default)]
    pub result: Option<TestResult>,
    /// Of `quick_test`.
    #[serde(default)]
    pub quick: Option<QuickResult>,
    /// Of `listed`: the day of the sampling.
    #[serde(default)]
    pub sampled_on: Option<NaiveDate>,
    /// Of `check`: the day on which a label was corrected on the spot.
    #[serde(default)]
    pub corrected_on: Option<NaiveDate>,
    /// Of `deliver` and `contest`: `operator` or `producer`. An enterprise needs not name itself.
    #[serde(default)]
    #[schema(inline)]
    pub party: Option<Party>,
    /// Of `link_formal`: the formal inspection.
    #[serde(default)]
    pub inspection: Option<InspectionId>,
    /// Of `order_retest`: that other persons of the laboratory of the first test test again.
    #[serde(default)]
    pub other_persons: Option<bool>,
    /// Of `hand_over`: to whom, in words.
    #[serde(default)]
    pub handed_to: Option<String>,
    /// Of `order_retest`, `refuse_retest`, `uphold` and `overturn`: whether the recording of the sampling decided the challenge.
    #[serde(default)]
    pub recording_decided: Option<bool>,
    /// Uploaded files that go with the step, such as photos or what a challenge rests on, at most 20.
    #[serde(default)]
    pub attachments: Vec<AttachmentId>,
    /// Of a correction: the number of the event that was mis-entered. The fields given take the place of what it said.
    #[serde(default)]
    pub corrects: Option<i32>,
    /// Of a correction: whether the event never happened.
    #[serde(default)]
    pub annulled: Option<bool>,
    /// The inspection's `version` that the caller has seen; another one is refused.
    #[serde(default)]
    pub version: Option<i32>,
}

impl NewStep {
    /// A step without further fields.
    pub fn new(step: InspectionStep) -> Self {
        Self {
            step,
            occurred_on: None,
            occurred_at: None,
            document: None,
            note: None,
            laboratory: None,
            sampler: None,
            reason: None,
            product_kind: None,
            product: None,
            sample: None,
            seals: None,
            reserve_kept_at: None,
            testers: None,
            result: None,
            quick: None,
            sampled_on: None,
            corrected_on: None,
            party: None,
            inspection: None,
            other_persons: None,
            handed_to: None,
            recording_decided: None,
            attachments: Vec::new(),
            corrects: None,
            annulled: None,
            version: None,
        }
    }

    /// The fields besides the day and the words that a step takes, each whether it must be there.
    pub const fn takes(step: InspectionStep) -> &'static [(&'static str, bool)] {
        use InspectionStep as E;
        match step {
            E::Assign => &[("laboratory", false), ("sampler", false)],
            E::Refuse | E::NotFind | E::Bar | E::Explain | E::Deny | E::RejectDenial => &[("reason", true)],
            E::Contest => &[("party", false), ("reason", true)],
            E::RefuseRetest => &[("reason", true), ("recording_decided", false)],
            E::Void | E::Withdraw | E::ReceiveBroken => &[("reason", true)],
            E::Sample => &[("sample", true)],
            E::Seal => &[("seals", true), ("reserve_kept_at", false)],
            E::Test => &[("testers", false)],
            E::Report => &[("result", true)],
            E::Check => &[("result", true), ("corrected_on", false)],
            E::Listed => &[("result", true), ("sampled_on", false), ("sample", false)],
            E::QuickTest => &[("quick", true)],
            E::LinkFormal => &[("inspection", true)],
            E::Deliver => &[("party", true)],
            E::OrderRetest => &[("laboratory", true), ("other_persons", false), ("recording_decided", false)],
            E::Uphold | E::Overturn => &[("result", false), ("recording_decided", false)],
            E::HandOver => &[("handed_to", true), ("reason", true)],
            E::Correct => &[
                ("corrects", true),
                ("reason", true),
                ("annulled", false),
                ("laboratory", false),
                ("sampler", false),
                ("product_kind", false),
                ("product", false),
                ("sample", false),
                ("seals", false),
                ("reserve_kept_at", false),
                ("testers", false),
                ("result", false),
                ("quick", false),
                ("sampled_on", false),
                ("corrected_on", false),
                ("party", false),
                ("inspection", false),
                ("other_persons", false),
                ("handed_to", false),
                ("recording_decided", false),
            ],
            E::Draw
            | E::Attempt
            | E::Receive
            | E::AskProducer
            | E::Confirm
            | E::Deem
            | E::Finalise
            | E::Publish
            | E::ReturnSample
            | E::DestroySample => &[],
        }
    }

    fn given(&self) -> [(&'static str, bool); 20] {
        [
            ("laboratory", self.laboratory.is_some()),
            ("sampler", self.sampler.is_some()),
            ("reason", self.reason.is_some()),
            ("product_kind", self.product_kind.is_some()),
            ("product", self.product.is_some()),
            ("sample", self.sample.is_some()),
            ("seals", self.seals.is_some()),
            ("reserve_kept_at", self.reserve_kept_at.is_some()),
            ("testers", self.testers.is_some()),
            ("result", self.result.is_some()),
            ("quick", self.quick.is_some()),
            ("sampled_on", self.sampled_on.is_some()),
            ("corrected_on", self.corrected_on.is_some()),
            ("party", self.party.is_some()),
            ("inspection", self.inspection.is_some()),
            ("other_persons", self.other_persons.is_some()),
            ("handed_to", self.handed_to.is_some()),
            ("recording_decided", self.recording_decided.is_some()),
            ("corrects", self.corrects.is_some()),
            ("annulled", self.annulled.is_some()),
        ]
    }

    /// Checks which fields are there: those that do not go with the step, or are missing.
    ///
    /// # Errors
    /// 422 with all of them.
    pub fn check(&self) -> Result<(), Problem> {
        let (takes, mut fields) = (Self::takes(self.step), Fields::new());
        for (name, given) in self.given() {
            match takes.iter().find(|(known, _)| *known == name) {
                None if given => {
                    fields.fault(format!("/{name}"), "与该步骤不符", "does not go with this step");
                }
                Some((_, true)) if !given => {
                    fields.fault(format!("/{name}"), "该步骤须注明此项", "this step needs it");
                }
                _ => {}
            }
        }
        fields.done()
    }

    /// Checks that a correction puts right only what the corrected step can say.
    ///
    /// # Errors
    /// 422 with all other fields.
    pub fn check_correction_of(&self, corrected: InspectionStep) -> Result<(), Problem> {
        const DRAWN: &[(&str, bool)] = &[
            ("laboratory", false),
            ("sampler", false),
            ("product_kind", false),
            ("product", false),
            ("sample", false),
        ];
        let takes = if corrected == InspectionStep::Draw { DRAWN } else { Self::takes(corrected) };
        let mut fields = Fields::new();
        for (name, given) in self.given() {
            let of_correction = matches!(name, "corrects" | "annulled" | "reason");
            if given && !of_correction && !takes.iter().any(|(known, _)| *known == name) {
                let (zh, en) = ("与被更正的步骤不符", "does not go with the corrected step");
                fields.fault(format!("/{name}"), zh, en);
            }
        }
        fields.done()
    }

    /// The particulars of the step besides its day.
    pub fn particulars(&self) -> Particulars {
        Particulars {
            laboratory: self.laboratory,
            sampler: self.sampler,
            reason: self.reason.clone(),
            product_kind: self.product_kind.clone(),
            product: self.product.clone().filter(|product| *product != ProductSaid::default()),
            sample: self.sample.clone(),
            seals: self.seals.clone(),
            reserve_kept_at: self.reserve_kept_at.clone(),
            testers: self.testers.clone(),
            result: self.result.clone(),
            quick: self.quick.clone(),
            sampled_on: self.sampled_on,
            corrected_on: self.corrected_on,
            party: self.party,
            inspection: self.inspection,
            other_persons: self.other_persons,
            handed_to: self.handed_to.clone(),
            recording_decided: self.recording_decided,
        }
    }
}
