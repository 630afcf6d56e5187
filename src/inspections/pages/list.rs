//! The list of inspections, narrowed down by what the address asks.

use askama::Template;

use crate::core::actor::{Actor, Role};
use crate::inspections::pages::listed::{Listed, filter};
use crate::inspections::pages::today;
use crate::inspections::queries;
use crate::inspections::state::InspectionState;
use crate::inspections::words::{InspectedRole, Method, Outcome, Purpose};
use crate::programmes::ids::ProgrammeId;
use crate::programmes::laboratories::queries as laboratories;
use crate::programmes::queries as programmes;
use crate::programmes::state::ProgrammeLevel;
use crate::programmes::words::level_word;
use crate::web::choices::{Choice, classes, regions};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// A common filter: its words, its address, whether it is the one that is shown.
pub type Chip = (&'static str, String, bool);

#[derive(Template)]
#[template(path = "inspections/list.html")]
struct ListPage {
    f: Frame,
    asked: QueryParams,
    /// The reader is an officer, who registers and narrows by more.
    officer: bool,
    chips: Vec<Chip>,
    items: Vec<Listed>,
    pager: Pager,
    regions: Vec<Choice>,
    classes: Vec<Choice>,
    /// Laboratories: id and name.
    laboratories: Vec<(String, String)>,
    /// What the form carries along.
    kept: Vec<(&'static str, String)>,
    /// The name of the programme to which the list is narrowed.
    programme: Option<String>,
    /// The address of the inspections that are shown, to be exported.
    export: String,
}

/// The list.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let officer = person.scope.role() == Role::Admin;
        let actor = Actor::Person(person);
        let filter = filter(&asked)?;
        let (catalogue, day) = (app.catalogue(), today(app));
        let conn = &mut *app.snapshot()?;
        let page = queries::list(conn, &actor, &filter, day, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || queries::count(conn, &actor, &filter, day))?;
        let bodies = if officer { laboratories::choices(conn, &actor)? } else { Vec::new() };
        let programme = match asked.read::<ProgrammeId>("programme")? {
            Some(id) if officer => {
                programmes::detail(conn, &actor, id, day).ok().map(|detail| detail.view.programme.name)
            }
            _ => None,
        };
        let kept = ["programme", "product_kind", "kind_missing"].into_iter();
        let kept = kept.filter_map(|name| Some((name, asked.get(name)?.to_owned())));
        Ok(ListPage {
            chips: chips(&frame, &asked),
            items: page
                .items
                .into_iter()
                .map(|view| Listed::of(frame.language, catalogue, view, day))
                .collect(),
            pager,
            regions: regions(frame.language, &actor, catalogue),
            classes: classes(&frame, catalogue),
            laboratories: bodies
                .iter()
                .filter(|body| !body.products.is_empty())
                .map(|body| (body.id.to_string(), body.name.clone()))
                .collect(),
            kept: kept.collect(),
            programme,
            export: asked.file("/api/v1/inspections"),
            officer,
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

/// The filters that are asked for most.
fn chips(f: &Frame, asked: &QueryParams) -> Vec<Chip> {
    let one =
        |words, name, value: &str| (words, format!("/inspections?{name}={value}"), asked.is(name, value));
    vec![
        (f.t("全部", "all"), "/inspections".to_owned(), !asked.narrows()),
        one(f.t("有逾期事项", "late"), "late", "true"),
        one(f.t("不合格", "nonconforming"), "outcome", Outcome::Nonconforming.as_str()),
        one(f.t("待送达", "to be delivered"), "state", InspectionState::Reported.as_str()),
        one(f.t("异议处理中", "contested"), "state", InspectionState::Contested.as_str()),
        one(f.t("可通报", "can be published"), "state", InspectionState::Final.as_str()),
        (
            f.t("快检可疑逾期未抽样", "suspect, formal sample overdue"),
            "/inspections?state=suspect&late=true".to_owned(),
            asked.is("state", InspectionState::Suspect.as_str()) && asked.is("late", "true"),
        ),
        one(f.t("缺产品种类", "without a product kind"), "kind_missing", "true"),
    ]
}

impl ListPage {
    fn states(&self) -> &'static [InspectionState] {
        InspectionState::ALL
    }

    fn outcomes(&self) -> &'static [Outcome] {
        Outcome::ALL
    }

    fn methods(&self) -> &'static [Method] {
        Method::ALL
    }

    fn purposes(&self) -> &'static [Purpose] {
        Purpose::ALL
    }

    fn levels(&self) -> &'static [ProgrammeLevel] {
        ProgrammeLevel::ALL
    }

    fn level(&self, level: &ProgrammeLevel) -> &'static str {
        level_word(&self.f, *level)
    }

    fn roles(&self) -> &'static [InspectedRole] {
        InspectedRole::ALL
    }
}
