//! A step of the due process as a form: what it asks for and what follows from it, told before it is taken.

use crate::conduct::pages::both;
use crate::conduct::rules::CreditRules;
use crate::conduct::state::ConductStep;
use crate::conduct::view::ConditionView;
use crate::core::Text;
use crate::web::frame::Frame;

/// A condition of credit repair, as the form of an application shows it.
pub struct Condition {
    /// The field of its box; none where the platform looks itself.
    pub name: Option<String>,
    /// Its key.
    pub key: String,
    /// What has to hold.
    pub words: String,
}

/// A step as a form.
pub struct StepForm {
    /// The step.
    pub step: ConductStep,
    /// Its name, as its button says it.
    pub title: &'static str,
    /// What follows from it.
    pub follows: String,
    /// It is shown unfolded.
    pub open: bool,
    /// It asks for reasons.
    pub reason: bool,
    /// How they are asked for.
    pub reason_label: &'static str,
    /// It asks for the article that it rests on.
    pub article: bool,
    /// The article of the rules, which the officer may change.
    pub article_given: String,
    /// It asks what is wrong.
    pub corrects: bool,
    /// It may name the notice on paper.
    pub on_paper: bool,
    /// It asks for the ground of an annulment.
    pub annuls: bool,
    /// The conditions that an applicant declares.
    pub declares: Vec<Condition>,
    /// It ends or burdens something.
    pub danger: bool,
}

/// A step as its button names it. `contested`: it decides an objection.
fn title(f: &Frame, step: ConductStep, contested: bool) -> &'static str {
    match (step, contested) {
        (ConductStep::Enter, _) => f.t("登记", "Enter"),
        (ConductStep::Notify, _) => f.t("告知企业", "Tell the enterprise"),
        (ConductStep::Object, _) => f.t("提出异议", "Object"),
        (ConductStep::Uphold, _) => f.t("异议不成立，维持记录", "Reject the objection"),
        (ConductStep::Correct, true) => f.t("异议部分成立，更正记录", "Correct the entry upon the objection"),
        (ConductStep::Correct, false) => f.t("更正记录", "Correct the entry"),
        (ConductStep::Annul, true) => f.t("异议成立，撤销记录", "Annul the entry upon the objection"),
        (ConductStep::Annul, false) => f.t("撤销记录", "Annul the entry"),
        (ConductStep::ApplyRepair, _) => f.t("申请信用修复", "Apply for repair"),
        (ConductStep::GrantRepair, _) => f.t("准予修复", "Grant the repair"),
        (ConductStep::RefuseRepair, _) => f.t("不予修复", "Refuse the repair"),
    }
}

/// What follows from a step.
fn follows(step: ConductStep, rules: Option<&CreditRules>) -> Text {
    let days = |find: fn(&CreditRules) -> u32| rules.map_or(0, find);
    match step {
        ConductStep::Enter => Text::new("", ""),
        ConductStep::Notify => {
            let days = days(|rules| rules.notice.working_days);
            Text::new(
                format!("平台将告知企业，告知 {days} 个工作日后开始计分；其间可以提出异议。"),
                format!(
                    "The enterprise is notified. It counts {days} working days later; meanwhile the enterprise may object."
                ),
            )
        }
        ConductStep::Object => {
            let days = days(|rules| rules.objection.working_days);
            Text::new(
                format!(
                    "记录立即标注“异议中”，由登记人以外的监管人员在 {days} 个工作日内办理并告知结果。提出异议不产生失信记分。"
                ),
                format!(
                    "The entry is marked at once. An officer other than the one who made it decides within {days} working days and notifies the enterprise of the result. Objecting never brings points."
                ),
            )
        }
        ConductStep::Uphold => Text::new(
            "记录继续计分，企业将收到说明理由的答复。",
            "The entry goes on counting. The enterprise gets an answer with the reasons.",
        ),
        ConductStep::Correct => Text::new(
            "记录按更正后的内容重新计分，原内容保留在办理过程中；平台将告知企业。更正后可能使等级变差的，告知期满后计分。",
            "Points are counted anew from the corrected entry. What was entered stays in the history; the enterprise is notified. Where a grade could become worse, it counts after the term of the notice.",
        ),
        ConductStep::Annul => Text::new(
            "记录今后视为从未计分；过去日期的查询结果不变。平台将告知企业。",
            "From now on the entry counts as if it had never been. Answers as of past days stay as they were. The enterprise is notified.",
        ),
        ConductStep::ApplyRepair => {
            let days = days(|rules| rules.repair.working_days);
            Text::new(
                format!("监管部门在 {days} 个工作日内决定，不收取费用。准予修复后，该记录不再计分。"),
                format!(
                    "An officer decides within {days} working days, free of charge. Once it is granted, the entry counts no more."
                ),
            )
        }
        ConductStep::GrantRepair => Text::new(
            "该记录自今日起不再计分，等级相应恢复；平台将告知企业。",
            "From today the entry counts no more and the grade improves accordingly. The enterprise is notified.",
        ),
        ConductStep::RefuseRepair => Text::new(
            "记录继续计分，企业将收到说明理由的答复，可再次申请。",
            "The entry goes on counting. The enterprise gets an answer with the reasons and may apply again.",
        ),
    }
}

/// The forms of the steps that the reader may take.
pub fn forms(
    f: &Frame,
    allowed: &[ConductStep],
    contested: bool,
    (rules, repair): (Option<&CreditRules>, &[ConditionView]),
    open: Option<&str>,
) -> Vec<StepForm> {
    let form = |step: &ConductStep| {
        let step = *step;
        let decides = matches!(
            step,
            ConductStep::Uphold | ConductStep::Correct | ConductStep::Annul | ConductStep::RefuseRepair
        );
        let article = rules.map(|rules| match step {
            ConductStep::RefuseRepair => &rules.repair.article,
            _ => &rules.objection.article,
        });
        StepForm {
            step,
            title: title(f, step, contested),
            follows: follows(step, rules).get(f.language).to_owned(),
            open: open == Some(step.as_str()),
            reason: decides || step == ConductStep::Object,
            reason_label: match step {
                ConductStep::Object => f.t("异议理由", "Why you object"),
                _ => f.t("理由（企业可见）", "Reasons (the enterprise reads them)"),
            },
            article: decides,
            article_given: article.map(|article| f.say(article).to_owned()).unwrap_or_default(),
            corrects: step == ConductStep::Correct,
            on_paper: step == ConductStep::Notify,
            annuls: step == ConductStep::Annul,
            declares: if step == ConductStep::ApplyRepair { conditions(f, repair) } else { Vec::new() },
            danger: matches!(step, ConductStep::Annul | ConductStep::RefuseRepair | ConductStep::Uphold),
        }
    };
    allowed.iter().filter(|step| **step != ConductStep::Enter).map(form).collect()
}

/// The conditions of credit repair: those that an applicant declares with a box each.
fn conditions(f: &Frame, all: &[ConditionView]) -> Vec<Condition> {
    let mut boxes = 0;
    all.iter()
        .map(|condition| {
            let name = condition.declared.then(|| format!("declared.{boxes}"));
            boxes += usize::from(condition.declared);
            Condition { name, key: condition.key.clone(), words: both(f, &condition.text).to_owned() }
        })
        .collect()
}
