//! One code, for the officers of its region and for the enterprise.

use askama::Template;

use super::standing;
use crate::core::actor::Actor;
use crate::core::text::part_in;
use crate::credit_codes::conditions::ConditionKey;
use crate::credit_codes::detail::{CodeDetail, CodeEvent, ConditionView, DayScans, detail, own_enterprise};
use crate::credit_codes::ids::CreditCodeId;
use crate::credit_codes::label::WIDTHS;
use crate::credit_codes::policy::is_of_officers;
use crate::credit_codes::state::CodeStep;
use crate::credit_codes::token::grouped;
use crate::web::Id;
use crate::web::choices;
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "credit_codes/code.html")]
struct CodePage {
    f: Frame,
    d: CodeDetail,
    kind: String,
    place: String,
    word: String,
    tone: &'static str,
    /// Whether the reader is an officer.
    officer: bool,
    /// Scans by city, with its name.
    cities: Vec<(String, i64)>,
}

/// One code.
pub async fn one(state: State, member: Member, id: Id<CreditCodeId>) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let d = detail(app, &mut *app.snapshot()?, &actor, id)?;
        let catalogue = app.catalogue();
        let (word, tone) = standing(&frame, &d.view);
        let city = |code: &str| match code {
            "" => frame.t("未知", "not known").to_owned(),
            code => choices::region(frame.language, catalogue, code),
        };
        Ok(CodePage {
            kind: choices::kind(&frame, catalogue, &d.view.product_kind),
            place: choices::region(frame.language, catalogue, &d.view.region),
            cities: d.scans_by_region.iter().map(|row| (city(&row.region), row.scans)).collect(),
            officer: own_enterprise(&actor).is_none(),
            word,
            tone,
            d,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl CodePage {
    fn may(&self, step: &str) -> bool {
        self.d.allowed.iter().any(|allowed| allowed.as_str() == step)
    }

    /// Whether the reader may do anything here by a form.
    fn acts(&self) -> bool {
        !self.d.allowed.is_empty()
    }

    /// Whether all conditions are met.
    fn eligible(&self) -> bool {
        self.d.conditions.iter().all(|condition| condition.met)
    }

    fn key(&self, condition: &ConditionView) -> String {
        condition.key.text().get(self.f.language).to_owned()
    }

    fn says<'a>(&self, condition: &'a ConditionView) -> &'a str {
        match self.f.tag() {
            "en" => &condition.says_en,
            _ => &condition.says_zh,
        }
    }

    fn source(&self) -> &str {
        part_in(self.f.language, &self.d.source)
    }

    fn step(&self, step: &CodeStep) -> String {
        step.text().get(self.f.language).to_owned()
    }

    fn by_officers(&self, step: &CodeStep) -> bool {
        is_of_officers(*step)
    }

    /// The conditions that an event names.
    fn lost(&self, event: &CodeEvent) -> String {
        let word = |key: &String| match key.parse::<ConditionKey>() {
            Ok(key) => key.text().get(self.f.language).to_owned(),
            Err(_) => key.clone(),
        };
        event.conditions.iter().map(word).collect::<Vec<_>>().join(self.f.t("、", ", "))
    }

    fn unusual(&self, day: &DayScans) -> bool {
        day.unusual == Some(true)
    }

    fn printed(&self, token: &str) -> String {
        grouped(token)
    }

    fn widths(&self) -> [u16; 4] {
        WIDTHS
    }

    fn grade(&self) -> Option<String> {
        let grade = self.d.grade.as_ref()?.to_uppercase();
        let trial = self.d.trial_grade.unwrap_or(false);
        Some(if trial { format!("{grade}{}", self.f.t("（试行）", " (trial)")) } else { grade })
    }
}
