//! One consultation, one case.

use askama::Template;
use chrono::NaiveDate;
use serde_json::json;

use super::chart::{Course, course};
use super::frame::{Frame, Member};
use super::show;
use crate::chat::protocol::Stream;
use crate::chat::store as log;
use crate::consultations::explain::{CandidateView, explain};
use crate::consultations::queries::{self as consultations, ConsultationView, HistoryView};
use crate::consultations::{HoldOffer, Status};
use crate::core::actor::{Actor, Role, Scope};
use crate::core::event::StoredMessage;
use crate::core::ids::{CaseId, ConsultationId};
use crate::core::page::Slice;
use crate::core::{Caller, Language};
use crate::matching::roster::Moment;
use crate::remediation::actions::ActionState;
use crate::remediation::advice::ActionKind;
use crate::remediation::queries::{self as remediation, CaseDetail, CaseFilter, CaseView};
use crate::remediation::view::{AllowedEvent, ClockView};
use crate::remediation::{CaseEvent, CaseStep};
use crate::web::Id;
use crate::web::problem::Answer;
use crate::web::reply::read;
use crate::web::server::State;

/// The messages that come with the page; earlier ones are loaded on demand.
const SHOWN: i64 = 60;

/// One stream as it is shown.
struct Thread {
    name: &'static str,
    messages: Vec<StoredMessage>,
    /// The number before the first shown.
    before: i64,
    /// The last number there is.
    last: i64,
}

#[derive(Template)]
#[template(path = "web/consultation.html")]
struct ConsultationPage {
    f: Frame,
    c: ConsultationView,
    threads: Vec<Thread>,
    history: Vec<HistoryView>,
    reason: String,
    case: Option<(CaseView, Option<Course>)>,
    failed_items: Vec<String>,
    /// What the module has to know, as JSON in an attribute.
    data: String,
    /// The reader is the expert to whom it is offered.
    answers: bool,
    /// The reader is the expert who leads it.
    leads: bool,
    /// The reader may assign an expert.
    assigns: bool,
    /// Whom, as matching sees them now.
    candidates: Vec<CandidateView>,
    /// The reader sits on the panel, which is under way.
    opines: bool,
    /// The reader may take the consultation up again.
    reopens: bool,
    /// The reader may rate.
    rates: bool,
    /// The reader may write.
    writes: bool,
}

/// The chat, with what belongs to it beside it.
pub(super) async fn consultation(state: State, member: Member, id: Id<ConsultationId>) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let actor = Actor::Person(person.clone());
        if matches!(person.scope, Scope::Expert(_)) {
            app.execute(&Caller::of(actor.clone()), &HoldOffer { id })?;
        }
        let conn = &mut *app.conn()?;
        let c = consultations::get(conn, &actor, id)?;
        let mut threads = Vec::new();
        for stream in [Stream::Talk, Stream::Notes] {
            let Some(&last) = c.last_seq.get(stream.as_str()) else { continue };
            let before = (last - SHOWN).max(0);
            let messages = log::read_after(conn, &actor, id, stream, before, SHOWN, 512 * 1024)?.messages;
            let last = messages.last().map_or(before, |m| m.seq);
            threads.push(Thread { name: stream.as_str(), messages, before, last });
        }
        let history = consultations::history(conn, &actor, id)?;
        let moment = Moment { now: app.clock().now(), catalogue: app.catalogue(), memory: app.memory() };
        let explained = explain(conn, &actor, id, moment, &app.settings().matching)?;
        let reason =
            if frame.language == Language::Zh { &explained.reason_zh } else { &explained.reason_en }.clone();
        let case = match c.nonconformity {
            None => None,
            Some(nonconformity) => {
                let filter = CaseFilter { nonconformity: Some(nonconformity), ..CaseFilter::default() };
                remediation::list(app, conn, &actor, &filter, Slice::default())?.items.into_iter().next()
            }
        };
        let failed_items = match &case {
            None => Vec::new(),
            Some(case) => remediation::get(app, conn, &actor, case.id)?.failed_items,
        };
        let holds =
            matches!(&person.scope, Scope::Expert(me) if c.expert.as_ref().is_some_and(|e| e.id == *me));
        let enterprise = matches!(person.scope, Scope::Enterprise(_));
        let officer = matches!(person.scope, Scope::Admin(_));
        let me = match &person.scope {
            Scope::Expert(me) => Some(*me),
            _ => None,
        };
        let after: serde_json::Map<_, _> =
            threads.iter().map(|t| (t.name.to_owned(), t.last.into())).collect();
        Ok(ConsultationPage {
            data: json!({
                "consultation": id, "account": person.account, "after": after, "status": c.status,
                "most": app.settings().chat.max_body_chars,
            })
            .to_string(),
            answers: holds && c.status == Status::Offered,
            leads: holds && c.status == Status::Active,
            opines: c.status == Status::Active && me.is_some_and(|me| c.panel.iter().any(|p| p.expert == me)),
            reopens: c.status == Status::Concluded && (enterprise || officer),
            assigns: officer && c.status != Status::Concluded,
            candidates: explained.candidates.unwrap_or_default(),
            rates: enterprise && c.status == Status::Concluded && c.rating.is_none(),
            writes: c.status != Status::Concluded,
            case: case.map(|case| (case.clone(), course(&case))),
            f: frame,
            c,
            threads,
            history,
            reason,
            failed_items,
        })
    });
    show(&f, &page.await?)
}

impl ConsultationPage {
    fn product(&self) -> &str {
        let kind = &self.c.product_kind;
        if self.f.language == Language::Zh { &kind.name_zh } else { &kind.name_en }
    }

    /// The rule that excludes a candidate.
    fn rule(&self, candidate: &CandidateView) -> String {
        let text = candidate.excluded_by.map(|rule| rule.text());
        text.map_or_else(String::new, |text| self.f.say(&text).to_owned())
    }

    fn mine(&self, message: &StoredMessage) -> bool {
        self.f.person.as_ref().is_some_and(|p| p.account == message.sender.id)
    }

    fn kinds(&self) -> &'static [ActionKind] {
        ActionKind::ALL
    }

    fn kind(&self, kind: &ActionKind) -> String {
        kind_name(&self.f, *kind)
    }
}

fn kind_name(f: &Frame, kind: ActionKind) -> String {
    kind.text().get(f.language).to_owned()
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
pub(super) async fn case(state: State, member: Member, id: Id<CaseId>) -> Answer {
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
        kind_name(&self.f, *kind)
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
