//! The operators of a region with their grades, for officers.

use askama::Template;

use crate::catalogue::{Catalogue, SupervisionClass};
use crate::conduct::settings::ConductSettings;
use crate::conduct::words::Grade;
use crate::core::actor::Actor;
use crate::core::ids::EnterpriseId;
use crate::credit::pages::levels::{Level, levels};
use crate::credit::pages::shown::GradeShown;
use crate::credit::pages::words::{grade_shown, points};
use crate::credit::pages::{class_word, today};
use crate::credit::queries::{self, CreditFilter, CreditView};
use crate::inspections::words::InspectedRole;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// An operator in the list.
struct Listed {
    id: EnterpriseId,
    name: String,
    uscc: String,
    /// Region and role.
    place: String,
    grade: GradeShown,
    points: String,
    tags: Vec<(&'static str, String)>,
    /// What comes by itself.
    next: Option<String>,
}

impl Listed {
    fn of(f: &Frame, catalogue: &Catalogue, view: CreditView) -> Self {
        let mut tags = Vec::new();
        if view.under_objection == Some(true) {
            tags.push(("warn", f.t("异议中", "objection").to_owned()));
        }
        if view.repair_pending == Some(true) {
            tags.push(("warn", f.t("修复审核中", "repair pending").to_owned()));
        }
        if !view.operating {
            tags.push(("none", f.t("非在营", "not operating").to_owned()));
        }
        let next = view.next_grade_on.map(|day| {
            let (letter, day) = (grade_shown(view.next_grade).letter, f.day(&day));
            f.t(
                &format!("若无新增情况，{day}起为 {letter} 级"),
                &format!("grade {letter} from {day} if nothing else happens"),
            )
            .to_owned()
        });
        let class = view.class.map(|class| format!(" · {}", class_word(f, class))).unwrap_or_default();
        Self {
            place: format!(
                "{} · {}{class}",
                choices::region(f.language, catalogue, &view.region),
                f.say(&view.role.text())
            ),
            grade: grade_shown(view.grade),
            points: points(f, view.score),
            tags,
            next,
            id: view.enterprise_id,
            name: view.enterprise_name,
            uscc: view.uscc,
        }
    }
}

#[derive(Template)]
#[template(path = "credit/list.html")]
struct ListPage {
    f: Frame,
    asked: QueryParams,
    /// Grades are on trial.
    trial: bool,
    levels: Vec<Level>,
    items: Vec<Listed>,
    pager: Pager,
    regions: Vec<Choice>,
    today: String,
    /// The address of the operators that are shown, to be exported.
    export: String,
}

/// The list.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let (catalogue, day, now) = (app.catalogue(), today(app), app.clock().now());
        let text = |name| asked.get(name).map(str::to_owned);
        let filter = CreditFilter {
            grade: asked.read("grade")?,
            region: text("region"),
            class: asked.read("class")?,
            role: asked.read("role")?,
            objection: asked.read("objection")?,
            repair: asked.read("repair")?,
            coming: asked.read("coming")?,
            as_of: asked.read("as_of")?,
            q: text("q"),
        };
        let conn = &mut *app.snapshot()?;
        let page = queries::list(conn, &actor, &filter, now, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || queries::count(conn, &actor, &filter, now))?;
        let regions = choices::regions(frame.language, &actor, catalogue);
        // Only regions that the reader may know of are offered; of another one nothing is counted.
        let own = actor.officer_region().unwrap_or_default().to_owned();
        let region = filter.region.clone().filter(|code| regions.iter().any(|r| r.code == *code));
        let rules = app.settings().section::<ConductSettings>().rules_on(day);
        Ok(ListPage {
            trial: rules.is_none_or(|rules| rules.provisional),
            levels: levels(conn, &frame, &asked, region.as_deref().unwrap_or(&own), filter.as_of)?,
            items: page.items.into_iter().map(|view| Listed::of(&frame, catalogue, view)).collect(),
            pager,
            regions,
            today: day.to_string(),
            export: asked.file("/api/v1/credit"),
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl ListPage {
    fn grades(&self) -> &'static [Grade] {
        Grade::ALL
    }

    fn grade_word(&self, grade: &Grade) -> String {
        grade.text().get(self.f.language).to_owned()
    }

    fn classes(&self) -> &'static [SupervisionClass] {
        SupervisionClass::ALL
    }

    fn class_word(&self, class: &SupervisionClass) -> String {
        class_word(&self.f, *class)
    }

    fn roles(&self) -> &'static [InspectedRole] {
        InspectedRole::ALL
    }

    fn role_word(&self, role: &InspectedRole) -> String {
        role.text().get(self.f.language).to_owned()
    }
}
