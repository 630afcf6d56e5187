//! Risk: signals out of the samplings, the index of the past weeks, assessments in every state, one of which raised an alert.

use super::past::Past;
use super::tables::caller;
use crate::core::{Caller, Problem};
use crate::risk::assessments::draft::NewAssessment;
use crate::risk::assessments::steps::{ReturnAssessment, SubmitAssessment, ValidateAssessment};
use crate::risk::assessments::write::WriteAssessment;
use crate::risk::digest::SetDigest;
use crate::risk::ids::AssessmentId;
use crate::risk::index::follow::follow;
use crate::risk::index::keep::KeepIndex;
use crate::risk::method::scenario::{Combination, EvidenceStrength, Scenario, Step};
use crate::risk::method::table::{SocialImpact, Urgency};
use crate::risk::sources::follow::{sum, sweep};

const AUTHOR: &str = "admin-guangdong";
const SECOND: &str = "admin-review";
/// So many weeks of the index are kept.
const WEEKS: i64 = 12;

/// A step: what happens, how probable it is, what that rests on.
type Told = (&'static str, &'static str, EvidenceStrength);

/// What becomes of an assessment.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Course {
    Draft,
    Submitted,
    Returned,
    Validated,
}

/// Kind, region, hazard, severity, steps, units, urgency, social impact, words, what becomes of it.
struct Demo {
    kind: &'static str,
    region: &'static str,
    hazard: &'static str,
    title: &'static str,
    severity: i32,
    steps: &'static [Told],
    units: Option<i64>,
    urgency: Urgency,
    impact: SocialImpact,
    summary: &'static str,
    course: Course,
}

use EvidenceStrength::{Judgement, Limited, Strong};

const ASSESSMENTS: [Demo; 5] = [
    Demo {
        kind: "K0301",
        region: "440000",
        hazard: "绝缘失效引起触电",
        title: "住户在使用中触电",
        severity: 4,
        steps: &[
            ("导体电阻、绝缘厚度不合格", "19.6%", Strong),
            ("三年内绝缘老化破损", "1/50", Limited),
            ("人体接触带电部位", "0.005", Judgement),
        ],
        units: Some(1_200_000),
        urgency: Urgency::Urgent,
        impact: SocialImpact::Considerable,
        summary: "抽查不合格率高，产品用于住宅暗敷线路，更换困难。",
        course: Course::Validated,
    },
    Demo {
        kind: "K0301",
        region: "440100",
        hazard: "绝缘失效引起触电",
        title: "住户在使用中触电",
        severity: 4,
        steps: &[("绝缘厚度不合格", "8%", Strong), ("使用中破损并触及", "1/200000", Judgement)],
        units: Some(90_000),
        urgency: Urgency::Normal,
        impact: SocialImpact::Limited,
        summary: "",
        course: Course::Validated,
    },
    Demo {
        kind: "K0601",
        region: "440000",
        hazard: "小零件脱落被儿童吞咽",
        title: "三岁以下儿童窒息",
        severity: 4,
        steps: &[
            ("小零件可拆卸", "1/40", Limited),
            ("使用中脱落", "0.1", Judgement),
            ("儿童放入口中并窒息", "1/10000", Judgement),
        ],
        units: Some(400_000),
        urgency: Urgency::Normal,
        impact: SocialImpact::Considerable,
        summary: "境外已有同类召回，省内尚无伤害报告。",
        course: Course::Submitted,
    },
    Demo {
        kind: "K0401",
        region: "440100",
        hazard: "燃气泄漏",
        title: "住户一氧化碳中毒",
        severity: 3,
        steps: &[("气密性不合格", "0.03", Limited), ("通风不良时使用", "0.02", Judgement)],
        units: None,
        urgency: Urgency::Normal,
        impact: SocialImpact::Limited,
        summary: "",
        course: Course::Returned,
    },
    Demo {
        kind: "K0101",
        region: "440300",
        hazard: "强度不足",
        title: "施工人员受伤",
        severity: 2,
        steps: &[("重量偏差、屈服强度不合格", "0.01", Limited), ("构件失效伤人", "1/500", Judgement)],
        units: None,
        urgency: Urgency::Normal,
        impact: SocialImpact::Limited,
        summary: "",
        course: Course::Draft,
    },
];

fn new(demo: &Demo) -> NewAssessment {
    let step = |(text, probability, evidence): &Told| Step {
        text: (*text).to_owned(),
        probability: (*probability).to_owned(),
        evidence: *evidence,
    };
    NewAssessment {
        product_kind: demo.kind.to_owned(),
        region: Some(demo.region.to_owned()),
        hazard: demo.hazard.to_owned(),
        scenarios: vec![Scenario {
            title: demo.title.to_owned(),
            severity: demo.severity,
            steps: demo.steps.iter().map(step).collect(),
        }],
        probability: None,
        severity: None,
        combination: Some(Combination::Combined),
        units: demo.units,
        urgency: Some(demo.urgency),
        social_impact: Some(demo.impact),
        summary: Some(demo.summary.to_owned()).filter(|summary| !summary.is_empty()),
        evidence: Vec::new(),
    }
}

/// Makes it: signals of what was sampled, assessments, the index of the past weeks and of today, with its alerts.
pub(super) fn assessed(past: &Past) -> Result<(), Problem> {
    past.set(-9, 60);
    for demo in &ASSESSMENTS {
        assess(past, demo)?;
        past.advance(chrono::Duration::minutes(7));
    }
    past.set_to_present();
    let app = &past.app;
    while sweep(app, &|| false)? {}
    sum(app, past.today())?;
    for week in 1..=WEEKS {
        app.execute(&Caller::system(), &KeepIndex { day: past.day(-7 * week) })?;
    }
    follow(app)?;
    app.execute(&caller(app, AUTHOR)?, &SetDigest { wanted: true }).map(drop)
}

fn assess(past: &Past, demo: &Demo) -> Result<(), Problem> {
    let app = &past.app;
    let (author, second) = (caller(app, AUTHOR)?, caller(app, SECOND)?);
    let id: AssessmentId = app.execute(&author, &WriteAssessment { assessment: new(demo) })?;
    if demo.course == Course::Draft {
        return Ok(());
    }
    past.advance(chrono::Duration::minutes(2));
    app.execute(&author, &SubmitAssessment { id })?;
    past.advance(chrono::Duration::minutes(2));
    match demo.course {
        Course::Validated => app.execute(&second, &ValidateAssessment { id }).map(drop),
        Course::Returned => {
            let reason = "请补充检验依据，并说明通风不良的概率从何而来。".to_owned();
            app.execute(&second, &ReturnAssessment { id, reason }).map(drop)
        }
        Course::Draft | Course::Submitted => Ok(()),
    }
}
