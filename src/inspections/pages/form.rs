//! A step that the reader may take, as a form.

use crate::core::Text;
use crate::inspections::event::NewStep;
use crate::inspections::pages::consequences::{About, follows};
use crate::inspections::pages::form_values::FormValues;
use crate::inspections::particulars::{Particulars, TestResult};
use crate::inspections::settings::{Reason, Rules};
use crate::inspections::state::InspectionStep;
use crate::inspections::words::{Channel, Method, Outcome, Party};
use crate::programmes::laboratories::queries::LaboratoryView;
use crate::web::choices::Choice;
use crate::web::frame::Frame;
use chrono::NaiveDate;

/// What the forms of an inspection have in common.
pub struct Forms<'a> {
    /// The page.
    pub f: &'a Frame,
    /// What consequences depend on.
    pub about: About,
    /// The rules of the inspection.
    pub rules: Option<&'a Rules>,
    /// Who can be charged.
    pub bodies: &'a [LaboratoryView],
    /// Who takes part: the operator, and the producer where one is named apart from it.
    pub parties: Vec<Party>,
    /// Inspections that can be the formal sample of a quick test: id and words.
    pub formal: Vec<(String, String)>,
    /// A laboratory reads, which reports what it found in a re-test.
    pub tests: bool,
    /// Today, in Asia/Shanghai.
    pub today: NaiveDate,
}

/// A step as a form.
pub struct StepForm {
    /// The step.
    pub step: InspectionStep,
    /// Its name.
    pub title: String,
    /// What follows from it, told before it is taken.
    pub follows: String,
    /// The names of the fields that it takes, besides the day and the words.
    pub fields: Vec<&'static str>,
    /// Those of them that must be there.
    musts: Vec<&'static str>,
    /// Who tests: id and name.
    pub laboratories: Vec<(String, String)>,
    /// Who takes samples: id and name.
    pub samplers: Vec<(String, String)>,
    /// The reasons of the rules: key, words, article; none where the reason is given in words.
    pub reasons: Vec<(String, String, String)>,
    /// How a reason in words is asked for.
    pub reason_label: &'static str,
    /// The parties between whom the form offers the choice.
    pub parties: Vec<Party>,
    /// Inspections that can be the formal sample: id and words.
    pub formal: Vec<(String, String)>,
    /// The product kinds by their classes, where one is asked for.
    pub kinds: Vec<(Choice, Vec<Choice>)>,
    /// What the step said, where it is corrected.
    pub said: FormValues,
    /// The day of the page, in Asia/Shanghai.
    pub today: String,
    /// Whether it ends or takes back something.
    pub danger: bool,
    /// Whether the day is asked for; else it is today.
    pub dated: bool,
}

/// A step as its button names it: in English what is to be done, while the history says what was done. The Chinese word serves for both.
pub fn action(f: &Frame, step: InspectionStep) -> String {
    use InspectionStep as E;
    let en = match step {
        E::Draw => "Register",
        E::Assign => "Assign laboratory and samplers",
        E::Attempt => "Enter the visit to the operator",
        E::Refuse => "Enter a refusal",
        E::NotFind => "Nothing to sample",
        E::Bar => "May not be sampled",
        E::Sample => "Take the sample",
        E::Seal => "Seal the sample",
        E::Receive => "Receive the sample",
        E::ReceiveBroken => "Received with a broken seal",
        E::Test => "Enter the test",
        E::Report => "Report the result",
        E::Check => "Enter the findings",
        E::QuickTest => "Enter the quick test",
        E::LinkFormal => "Name the formal sample",
        E::Explain => "Say why there is no formal sample",
        E::Listed => "Result by a published list",
        E::Deliver => "Deliver the result",
        E::AskProducer => "Ask the nominal producer",
        E::Confirm => "Confirm that the product is the producer’s",
        E::Deem => "Deem it confirmed",
        E::Deny => "Deny that the product is the producer’s",
        E::RejectDenial => "Reject the denial",
        E::Contest => "Challenge the result",
        E::OrderRetest => "Order a re-test",
        E::RefuseRetest => "Refuse a re-test",
        E::Uphold => "The re-test upheld the result",
        E::Overturn => "The re-test overturned the result",
        E::HandOver => "Hand over to another procedure",
        E::Finalise => "Make the result final",
        E::Publish => "Publish",
        E::ReturnSample => "Return the sample",
        E::DestroySample => "Destroy the sample",
        E::Void => "Void the sample",
        E::Withdraw => "Withdraw the inspection",
        E::Correct => "Correct",
    };
    f.t(&step.text().zh, en).to_owned()
}

/// Steps that have no form: the platform's own, corrections (a page of their own), what a published list gives.
fn has_form(step: InspectionStep) -> bool {
    !matches!(
        step,
        InspectionStep::Draw | InspectionStep::Deem | InspectionStep::Correct | InspectionStep::Listed
    )
}

impl Forms<'_> {
    /// The form of a step; none where it has none.
    pub fn form(&self, step: InspectionStep) -> Option<StepForm> {
        let mut form = has_form(step).then(|| self.of(step, FormValues::default()))?;
        let again = match step {
            InspectionStep::Uphold => Some(Outcome::Nonconforming),
            InspectionStep::Overturn => Some(Outcome::Conforming),
            _ => None,
        };
        if let Some(outcome) = again.filter(|_| self.tests) {
            // The laboratory that tests again hands in its report, and does not judge the recording.
            let result = TestResult { report_no: None, outcome, signed_by: None, items: Vec::new() };
            form.said = FormValues(Particulars { result: Some(result), ..Particulars::default() });
            form.fields.retain(|name| *name != "recording_decided");
        } else {
            // How a re-test ended the step itself says; its report is named as the document.
            form.fields.retain(|name| *name != "result" || form.musts.contains(name));
        }
        Some(form)
    }

    /// The form of the correction of a step: its fields as they stand. Why it is corrected is asked for by itself.
    pub fn correction(&self, step: InspectionStep, said: FormValues) -> StepForm {
        let mut form = self.of(step, said);
        form.fields.retain(|name| *name != "reason");
        form.follows = String::new();
        form
    }

    fn of(&self, step: InspectionStep, said: FormValues) -> StepForm {
        let takes = NewStep::takes(step);
        let say = |text: &Text| text.get(self.f.language).to_owned();
        let named = |takes_samples: bool| {
            let of = self
                .bodies
                .iter()
                .filter(|body| if takes_samples { body.takes_samples } else { !body.products.is_empty() });
            of.map(|body| (body.id.to_string(), body.name.clone())).collect()
        };
        let reasons = reasons(self.rules, step)
            .iter()
            .map(|reason: &Reason| (reason.key.clone(), say(&reason.text), say(&reason.article)));
        StepForm {
            step,
            title: match (self.about.method, step) {
                (Method::Label, InspectionStep::RefuseRetest | InspectionStep::Overturn) => {
                    say(&step.text_for(Method::Label))
                }
                _ => action(self.f, step),
            },
            follows: say(&follows(step, &self.about)),
            fields: takes.iter().map(|(name, _)| *name).collect(),
            musts: takes.iter().filter(|(_, must)| *must).map(|(name, _)| *name).collect(),
            laboratories: named(false),
            samplers: named(true),
            reasons: reasons.collect(),
            reason_label: self.reason_label(step),
            parties: self.parties.clone(),
            formal: self.formal.clone(),
            kinds: Vec::new(),
            said,
            today: self.today.to_string(),
            danger: matches!(
                step,
                InspectionStep::Refuse
                    | InspectionStep::ReceiveBroken
                    | InspectionStep::Void
                    | InspectionStep::Withdraw
                    | InspectionStep::HandOver
                    | InspectionStep::Overturn
            ),
            dated: true,
        }
    }

    fn reason_label(&self, step: InspectionStep) -> &'static str {
        let t = |zh: &'static str, en: &'static str| self.f.t(zh, en);
        match step {
            InspectionStep::Contest => t("异议理由", "Grounds of the challenge"),
            InspectionStep::Deny => t("否认的理由（请附证据）", "Why it is not yours (attach your proof)"),
            InspectionStep::RejectDenial => t("否认不成立的理由", "Why the denial does not hold"),
            InspectionStep::RefuseRetest => t("不予复检的理由", "Why there is no re-test"),
            InspectionStep::Explain => t("未正式抽样的原因", "Why there is no formal sample"),
            _ => t("原因", "Reason"),
        }
    }
}

/// The reasons of the rules for a step; none where the reason is given in words.
pub fn reasons(rules: Option<&Rules>, step: InspectionStep) -> &[Reason] {
    let Some(rules) = rules else { return &[] };
    match step {
        InspectionStep::Refuse => &rules.refusals,
        InspectionStep::NotFind => &rules.not_found,
        InspectionStep::Bar => &rules.bars,
        _ => &[],
    }
}

impl StepForm {
    /// Whether a field must be there.
    pub fn must(&self, name: &str) -> bool {
        self.musts.contains(&name)
    }

    /// Whether a choice is the one that stands.
    pub fn shows(&self, name: &str, value: &str) -> bool {
        self.said.text(name) == value
    }

    /// Where a sample is taken.
    pub fn channels(&self) -> &'static [Channel] {
        Channel::ALL
    }
}
