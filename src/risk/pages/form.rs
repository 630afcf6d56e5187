//! Writing an assessment: the harm scenarios step by step, beside the table in which the cell of the judgement lights up.

use askama::Template;

use crate::app::App;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::risk::assessments::queries;
use crate::risk::assessments::state::AssessmentState;
use crate::risk::assessments::view::AssessmentDetail;
use crate::risk::ids::AssessmentId;
use crate::risk::method::scenario::{Combination, EvidenceStrength, Scenario, Step};
use crate::risk::method::table::{SocialImpact, Urgency};
use crate::risk::pages::matrix::{Matrix, matrix};
use crate::web::Id;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "risk/form.html")]
struct FormPage {
    f: Frame,
    /// The assessment that is changed; none of a new one.
    a: Option<AssessmentDetail>,
    /// Code of the product kind that is chosen; empty of none.
    kind: String,
    /// All product kinds in their classes.
    kinds: Vec<(Choice, Vec<Choice>)>,
    region: String,
    regions: Vec<Choice>,
    scenarios: Vec<Scenario>,
    matrix: Matrix,
}

/// The steps with which a new assessment begins.
fn begun(f: &Frame) -> Vec<Scenario> {
    let step = |zh: &str, en: &str| Step {
        text: f.t(zh, en).to_owned(),
        probability: String::new(),
        evidence: EvidenceStrength::Judgement,
    };
    vec![Scenario {
        title: String::new(),
        severity: 2,
        steps: vec![
            step("产品存在该缺陷", "the product has the defect"),
            step("使用中缺陷显现", "it shows in use"),
            step("使用者受到伤害", "the user is harmed"),
        ],
    }]
}

/// A new one.
pub async fn new(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let kind = asked.get("product_kind").map(str::to_owned);
        let own = actor.officer_region().unwrap_or_default();
        let region =
            asked.get("region").filter(|code| app.catalogue().regions.contains(own, code)).unwrap_or(own);
        let scenarios = begun(&frame);
        Ok(form(app, &actor, frame, (kind, region.to_owned()), scenarios, None))
    });
    show(&f, &page.await?)
}

/// One that is changed, by its author.
pub async fn edit(state: State, member: Member, id: Id<AssessmentId>) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let a = queries::detail(&mut *app.snapshot()?, &actor, app.settings(), id)?;
        if !a.own || !matches!(a.assessment.state, AssessmentState::Draft | AssessmentState::Returned) {
            return Err(Problem::not_found());
        }
        let of = (Some(a.assessment.product_kind.clone()), a.assessment.region.clone());
        let scenarios = a.scenarios.clone();
        Ok(form(app, &actor, frame, of, scenarios, Some(a)))
    });
    show(&f, &page.await?)
}

fn form(
    app: &App,
    actor: &Actor,
    f: Frame,
    (kind, region): (Option<String>, String),
    scenarios: Vec<Scenario>,
    a: Option<AssessmentDetail>,
) -> FormPage {
    let catalogue = app.catalogue();
    let lit = a.as_ref().map(|a| (a.judgement.row, a.judgement.severity));
    FormPage {
        kind: kind.unwrap_or_default(),
        kinds: choices::kinds(&f, catalogue),
        regions: choices::regions(f.language, actor, catalogue),
        matrix: matrix(&f, lit),
        region,
        scenarios,
        a,
        f,
    }
}

impl FormPage {
    fn strengths(&self) -> Vec<(EvidenceStrength, String)> {
        EvidenceStrength::ALL.iter().map(|one| (*one, self.f.say(&one.text()).to_owned())).collect()
    }

    fn combinations(&self) -> Vec<(Combination, String)> {
        Combination::ALL.iter().map(|one| (*one, self.f.say(&one.text()).to_owned())).collect()
    }

    fn urgencies(&self) -> Vec<(Urgency, String)> {
        Urgency::ALL.iter().map(|one| (*one, self.f.say(&one.text()).to_owned())).collect()
    }

    fn impacts(&self) -> Vec<(SocialImpact, String)> {
        SocialImpact::ALL.iter().map(|one| (*one, self.f.say(&one.text()).to_owned())).collect()
    }

    fn hazard(&self) -> &str {
        self.a.as_ref().map(|a| a.assessment.hazard.as_str()).unwrap_or_default()
    }

    fn summary(&self) -> &str {
        self.a.as_ref().map(|a| a.summary.as_str()).unwrap_or_default()
    }

    fn units(&self) -> String {
        self.a.as_ref().and_then(|a| a.units).map(|units| units.to_string()).unwrap_or_default()
    }

    fn chosen(&self, combination: &Combination) -> bool {
        self.a.as_ref().map_or(Combination::Combined, |a| a.combination) == *combination
    }

    fn urgent(&self, urgency: &Urgency) -> bool {
        self.a.as_ref().map_or(Urgency::Normal, |a| a.urgency) == *urgency
    }

    fn moves(&self, impact: &SocialImpact) -> bool {
        self.a.as_ref().map_or(SocialImpact::Limited, |a| a.social_impact) == *impact
    }

    /// The evidence as the form keeps it: kind and id, one a line.
    fn evidence(&self) -> String {
        let all = self.a.iter().flat_map(|a| &a.evidence);
        all.map(|one| format!("{} {}", one.kind, one.id)).collect::<Vec<_>>().join("\n")
    }
}
