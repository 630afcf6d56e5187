//! One case: clocks, what may be done now, actions, evidence, criteria, history. For all roles.

use askama::Template;
use chrono::NaiveDate;

use super::chart::{Course, course};
use super::frame::{Frame, Member};
use super::{PageRow, pages, show};
use crate::core::Language;
use crate::core::actor::{Actor, Role};
use crate::core::ids::CaseId;
use crate::remediation::actions::ActionState;
use crate::remediation::advice::ActionKind;
use crate::remediation::queries::{self as remediation, CaseDetail};
use crate::remediation::view::{AllowedEvent, ClockView};
use crate::remediation::{CaseEvent, CaseStep};
use crate::web::Id;
use crate::web::problem::Answer;
use crate::web::reply::read;
use crate::web::server::State;

pages! {
    GET "/cases/{id}" => case;
}

#[derive(Template)]
#[template(path = "web/case.html")]
struct CasePage {
    f: Frame,
    d: CaseDetail,
    course: Option<Course>,
    buttons: Vec<Button>,
    product: String,
    place: String,
    today: String,
    /// The reader may add evidence.
    proves: bool,
    /// The reader may enter actions.
    acts: bool,
}

/// A step that the reader may enter, as a form.
struct Button {
    event: &'static str,
    title: String,
    article: String,
    /// What the form sends besides: name, type of the script, value.
    fixed: Vec<(&'static str, &'static str, &'static str)>,
    needs: Vec<String>,
    /// The first day that it can be dated, while that lies ahead.
    opens_on: Option<NaiveDate>,
    due_on: Option<NaiveDate>,
    bad: bool,
}

/// The forms of an event: one for each outcome.
fn buttons(f: &Frame, allowed: &AllowedEvent) -> Vec<Button> {
    let button = |step: &CaseStep| {
        let retest = allowed.event == CaseEvent::RetestOutcome;
        let fixed = match step.opposite() {
            Some(_) if retest && step.is_pass() => vec![("outcome", "text", "overturned")],
            Some(_) if retest => vec![("outcome", "text", "upheld")],
            Some(_) if step.is_pass() => vec![("passed", "bool", "true")],
            Some(_) => vec![("passed", "bool", "false")],
            None => Vec::new(),
        };
        let title = if step.opposite().is_some() {
            step.text().get(f.language).to_owned()
        } else {
            f.both(&allowed.text).to_owned()
        };
        Button {
            event: allowed.event.as_str(),
            title,
            article: f.both(&allowed.article).to_owned(),
            needs: allowed
                .needs
                .iter()
                .filter(|name| !fixed.iter().any(|(fixed, ..)| fixed == name))
                .cloned()
                .collect(),
            opens_on: (!allowed.open).then_some(allowed.earliest),
            due_on: allowed.due_on,
            bad: step.opposite().is_some() && !step.is_pass(),
            fixed,
        }
    };
    // A correction has no step of its own; it is offered beside each line of the history.
    allowed.steps.iter().map(button).collect()
}

/// One case: clocks, what may be done now, actions, evidence, history.
async fn case(state: State, member: Member, id: Id<CaseId>) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let now = app.clock().now();
        let role = person.scope.role();
        let d = remediation::get(app, &mut *app.conn()?, &Actor::Person(person), id)?;
        let catalogue = app.catalogue();
        let kind = catalogue.products.kind(&d.case.product_kind);
        let product = kind.map(|k| if frame.language == Language::Zh { &k.name_zh } else { &k.name_en });
        Ok(CasePage {
            product: product.unwrap_or(&d.case.product_kind).clone(),
            place: catalogue.regions.get(&d.case.region).map_or_else(String::new, |r| r.name.clone()),
            course: course(&d.case),
            buttons: d.allowed_events.iter().flat_map(|e| buttons(&frame, e)).collect(),
            today: crate::core::clock::shanghai_date(now).to_string(),
            proves: role == Role::Enterprise && d.case.state.takes_evidence(),
            acts: role != Role::Operator && !d.case.state.is_final(),
            f: frame,
            d,
        })
    });
    show(&f, &page.await?)
}

impl CasePage {
    /// The reader may correct what was mis-entered.
    fn corrects(&self) -> bool {
        self.d.allowed_events.iter().any(|e| e.event == CaseEvent::Correct)
    }

    /// The clocks that run or ran, each with its name.
    fn clocks(&self) -> Vec<(&'static str, &ClockView)> {
        let (f, c) = (&self.f, &self.d.case.clocks);
        [
            (f.t("申请复检", "Ask for a re-test"), &c.retest_request),
            (f.t("整改", "Correction"), &c.rectification),
            (f.t("复查", "Re-inspection"), &c.reinspection),
            (f.t("再次复查", "Second re-inspection"), &c.second_reinspection),
            (f.t("停业整顿", "Suspension"), &c.suspension),
        ]
        .into_iter()
        .filter_map(|(name, clock)| Some((name, clock.as_ref()?)))
        .collect()
    }

    /// A field that a step needs: its label and the kind of its input.
    fn field(&self, name: &str) -> (&'static str, &'static str) {
        match name {
            "until" => (self.f.t("截止日期", "Last day of the term"), "date"),
            "received_on" => (self.f.t("收到检验结论的日期", "Result received on"), "date"),
            "region" => (self.f.t("接收地区（行政区划代码）", "Region (code)"), "text"),
            _ => (
                self.f.t(
                    "原因：deregistered 注销、revoked 吊销、moved_out 迁出",
                    "Reason: deregistered, revoked or moved_out",
                ),
                "text",
            ),
        }
    }

    fn kinds(&self) -> &'static [ActionKind] {
        ActionKind::ALL
    }

    fn kind(&self, kind: &ActionKind) -> String {
        self.f.action_kind(*kind)
    }

    fn action_state(&self, state: &ActionState) -> &'static str {
        match state {
            ActionState::Proposed => self.f.t("待企业答复", "to be answered"),
            ActionState::Accepted => self.f.t("已接受", "accepted"),
            ActionState::Declined => self.f.t("未接受", "declined"),
            ActionState::Done => self.f.t("已完成", "done"),
        }
    }

    /// The reader is the enterprise, who answers.
    fn answers(&self) -> bool {
        self.acts && self.f.person.as_ref().is_some_and(|p| p.scope.role() == Role::Enterprise)
    }

    /// The reader is an officer, who decides on the criteria.
    fn decides(&self) -> bool {
        self.acts && self.f.person.as_ref().is_some_and(|p| p.scope.role() == Role::Admin)
    }

    fn standing(&self, word: &str) -> &str {
        match word {
            "met" => self.f.t("按期完成", "done in time"),
            "late" => self.f.t("逾期完成", "done late"),
            "missed" => self.f.t("已逾期", "missed"),
            "suspended" => self.f.t("复检期间中止", "stands still during the re-test"),
            "ended" => self.f.t("案件已结束", "the case has ended"),
            _ => self.f.t("进行中", "running"),
        }
    }
}
