//! One case: clocks, what may be done now, actions, evidence, criteria, history. For all roles.

use askama::Template;
use chrono::NaiveDate;

use crate::attachments::form::FileLimits;
use crate::attachments::form::ShownFiles;
use crate::attachments::settings::AttachmentSettings;
use crate::core::actor::{Actor, Role};
use crate::remediation::action::{ActionKind, ActionState, builds_on};
use crate::remediation::case_view::{ActionView, CaseDetail, EvidenceView};
use crate::remediation::clearance::CriterionView;
use crate::remediation::consequences::{consequence, is_mailed};
use crate::remediation::event::CaseEvent;
use crate::remediation::ids::{CaseId, EvidenceId};
use crate::remediation::pages::charts::{Line, Span, line};
use crate::remediation::pages::words::CaseWords;
use crate::remediation::queries as remediation;
use crate::remediation::settings::Proof;
use crate::remediation::state::{CaseState, CaseStep};
use crate::remediation::view::{AllowedEvent, ClockView, LaterRules};
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::reply::read;
use crate::web::state::State;
use crate::web::{Id, choices};

#[derive(Template)]
#[template(path = "remediation/case.html")]
struct CasePage {
    f: Frame,
    d: CaseDetail,
    line: Option<Line>,
    clocks: Vec<Clock>,
    limits: FileLimits,
    /// The actions in the order of 8D.
    actions: Vec<ActionView>,
    buttons: Vec<Button>,
    product: String,
    place: String,
    today: String,
    /// The reader may add evidence.
    proves: bool,
    /// The reader may enter actions.
    acts: bool,
}

/// A clock with its name and the day it began.
struct Clock {
    name: &'static str,
    from: NaiveDate,
    view: ClockView,
}

/// The clocks that run or ran.
fn clocks(f: &Frame, d: &CaseDetail) -> Vec<Clock> {
    let c = &d.case.clocks;
    let effective = || d.history.iter().filter(|h| h.corrected_by.is_none());
    let day_of = |step: CaseStep| effective().find(|h| h.event == step.as_str()).map(|h| h.occurred_on);
    let first = effective().map(|h| h.occurred_on).min();
    let clock = |name, from: Option<NaiveDate>, view: &Option<ClockView>| {
        let view = view.clone()?;
        let from = view.from.or(from).or(first).or(view.due_on)?;
        Some(Clock { name, from, view })
    };
    [
        clock(f.t("申请复检", "Ask for a re-test"), first, &c.retest_request),
        clock(f.t("整改", "Correction"), d.case.ordered_on, &c.rectification),
        clock(f.t("复查", "Re-inspection"), d.case.ordered_on, &c.reinspection),
        clock(f.t("再次复查", "Second re-inspection"), d.case.announced_on, &c.second_reinspection),
        clock(f.t("停业整顿", "Suspension"), day_of(CaseStep::Suspend), &c.suspension),
    ]
    .into_iter()
    .flatten()
    .collect()
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
    /// What follows from the step, told before it is taken.
    follows: String,
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
            follows: {
                let mailed = f.t("企业将收到邮件。", " The enterprise is told by mail.");
                format!(
                    "{}{}",
                    consequence(*step).get(f.language),
                    if is_mailed(*step) { mailed } else { "" }
                )
            },
            fixed,
        }
    };
    // A correction has no step of its own; it is offered beside each line of the history.
    allowed.steps.iter().map(button).collect()
}

/// One case: clocks, what may be done now, actions, evidence, history.
pub async fn case(state: State, member: Member, id: Id<CaseId>) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let now = app.clock().now();
        let role = person.scope.role();
        let d = remediation::get(app, &mut *app.snapshot()?, &Actor::Person(person), id)?;
        let catalogue = app.catalogue();
        let kind = catalogue.products.kind(&d.case.product_kind);
        let product = kind.map(|k| k.name(frame.language));
        let clocks = clocks(&frame, &d);
        let spans: Vec<_> = clocks.iter().map(|c| (c.from, &c.view)).collect();
        let happened = d.history.iter().filter(|h| h.corrected_by.is_none()).map(|h| h.occurred_on);
        let today = crate::core::clock::shanghai_date(now);
        let line = line(&spans, &happened.collect::<Vec<_>>(), today);
        let mut actions = d.actions.clone();
        actions.sort_by_key(|a| ActionKind::ALL.iter().position(|k| *k == a.kind));
        Ok(CasePage {
            line,
            limits: FileLimits::of(app.settings().section::<AttachmentSettings>()),
            actions,
            product: product.unwrap_or(&d.case.product_kind).to_owned(),
            place: choices::region(frame.language, catalogue, &d.case.region),
            clocks,
            buttons: d.allowed_events.iter().flat_map(|e| buttons(&frame, e)).collect(),
            today: today.to_string(),
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

    /// How a clock is drawn.
    fn span(&self, clock: &usize) -> Option<&Span> {
        self.line.as_ref()?.spans.iter().find(|span| span.clock == *clock)
    }

    /// What an action waits for by the order of 8D: kinds of which some are entered and not done.
    fn waits_for(&self, action: &ActionView) -> Vec<String> {
        let open = |kind: &&ActionKind| {
            self.actions
                .iter()
                .any(|a| a.kind == **kind && matches!(a.state, ActionState::Proposed | ActionState::Accepted))
        };
        builds_on(action.kind).iter().filter(open).map(|kind| self.kind(kind)).collect()
    }

    /// The place of a kind of action in the order of 8D, from 1.
    fn order(&self, kind: &ActionKind) -> usize {
        ActionKind::ALL.iter().position(|k| k == kind).map_or(0, |n| n + 1)
    }

    /// The evidence behind a decision, in words.
    fn proof(&self, id: &EvidenceId) -> Option<&EvidenceView> {
        self.d.evidence.iter().find(|e| e.id == *id)
    }

    /// The action that a piece of evidence is about.
    fn action_of(&self, evidence: &EvidenceView) -> Option<&ActionView> {
        self.actions.iter().find(|a| Some(a.id) == evidence.action_id)
    }

    /// The criterion that a piece of evidence is about.
    fn criterion_of(&self, evidence: &EvidenceView) -> Option<&CriterionView> {
        self.d.criteria.iter().find(|c| Some(&c.key) == evidence.criterion.as_ref())
    }

    /// A criterion about accepted actions where there are none: nothing proves it, and nothing stands against it.
    fn is_without_actions(&self, criterion: &CriterionView) -> bool {
        let counts = |a: &ActionView| matches!(a.state, ActionState::Accepted | ActionState::Done);
        matches!(criterion.proof, Proof::Actions)
            && criterion.decision.is_none()
            && !self.actions.iter().any(counts)
    }

    /// The case waits for a clearance that is another officer's.
    fn is_for_another(&self) -> bool {
        self.officer()
            && self.d.case.state == CaseState::ReinspectionPassed
            && !self.d.case.allowed_steps.contains(&CaseStep::Clear)
    }

    /// The rules that count a case which began before them; none where the case has ended and no term runs.
    fn later_rules(&self) -> Option<&LaterRules> {
        self.d.case.counted_by_later_rules.as_ref().filter(|_| !self.d.case.state.is_final())
    }

    /// Whether the reader is an officer.
    fn officer(&self) -> bool {
        self.f.person.as_ref().is_some_and(|p| p.scope.role() == Role::Admin)
    }

    /// A field that a step needs: its label and the kind of its input.
    fn field(&self, name: &str) -> (&'static str, &'static str) {
        match name {
            "until" => (self.f.t("截止日期", "Last day of the term"), "date"),
            "received_on" => (self.f.t("收到检验结论的日期", "Result received on"), "date"),
            "region" => (
                self.f.t(
                    "接收地区（六位行政区划代码，如 440300）",
                    "Receiving region (six-digit code, such as 440300)",
                ),
                "text",
            ),
            "reason" => (self.f.t("不再经营的原因", "Why it no longer operates"), "closing"),
            _ => (self.f.t("说明", "Particulars"), "text"),
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
            "suspended" => self.f.t("复检期间中止", "suspended during the re-test"),
            "ended" => self.f.t("案件已结束", "the case has ended"),
            "lapsed" => self.f.t("期限已过，未申请", "lapsed: not asked for"),
            _ => self.f.t("进行中", "running"),
        }
    }
}
