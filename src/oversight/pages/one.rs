//! One letter, interview or listing: where it stands, its facts, its responsibilities, what can be done now, its history, what came of it.

use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};

use crate::app::App;
use crate::attachments::Attachment;
use crate::attachments::form::FileLimits;
use crate::attachments::form::ShownFiles;
use crate::attachments::settings::AttachmentSettings;
use crate::core::actor::{Actor, Role};
use crate::core::{Caller, Problem};
use crate::inspections::pages::line::{DaysLine, days_line};
use crate::oversight::api::opened;
use crate::oversight::effect::{OversightEffect, effect};
use crate::oversight::facts::Count;
use crate::oversight::ids::OversightId;
use crate::oversight::pages::form::{StepForm, forms};
use crate::oversight::pages::{today, tone};
use crate::oversight::policy::Standing;
use crate::oversight::rows::ResponsibilityRow;
use crate::oversight::settings::OversightSettings;
use crate::oversight::state::OversightState;
use crate::oversight::view::{EventView, OversightDetail, OversightView};
use crate::oversight::words::{OversightKind, ResponsibilityState};
use crate::sampling_figures::intervals::Rate;
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::reply::read;
use crate::web::state::State;
use crate::web::{Id, choices};

/// A line of the history.
struct EventShown {
    title: String,
    occurred_on: NaiveDate,
    recorded_at: DateTime<Utc>,
    who: Option<String>,
    role: String,
    /// Its particulars, a sentence each.
    said: Vec<String>,
    files: Vec<Attachment>,
}

/// A rate with its interval, drawn.
struct Bar {
    label: String,
    /// The rate in words.
    words: String,
    /// The interval, from the left in hundredths of the field.
    from: String,
    width: String,
    middle: String,
}

/// What came of it, drawn.
struct EffectShown {
    bars: Vec<Bar>,
    sentence: String,
    listings: i64,
}

#[derive(Template)]
#[template(path = "oversight/one.html")]
struct OnePage {
    f: Frame,
    v: OversightView,
    d: OversightDetail,
    officer: bool,
    from: String,
    place: String,
    product_kinds: String,
    line: Option<DaysLine<&'static str>>,
    facts: Vec<(&'static str, String)>,
    counts: Vec<(String, Count)>,
    effect: Option<EffectShown>,
    forms: Vec<StepForm>,
    events: Vec<EventShown>,
    limits: FileLimits,
    today: NaiveDate,
}

/// The page.
pub async fn one(state: State, member: Member, id: Id<OversightId>) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, caller, id) = (f.clone(), Caller::of(Actor::Person(person)), id.0);
    show(&f, &read(&state, move |app| page(app, frame, &caller, id)).await?)
}

fn page(app: &App, f: Frame, caller: &Caller, id: OversightId) -> Result<OnePage, Problem> {
    let (catalogue, day) = (app.catalogue(), today(app));
    let settings = app.settings().section::<OversightSettings>();
    let d = opened(app, caller, id)?;
    let officer = caller.actor.scope().is_some_and(|scope| scope.role() == Role::Admin);
    let found = if officer {
        let now = app.clock().now();
        effect(&mut *app.snapshot()?, &caller.actor, id, (catalogue, settings), (day, now))?
    } else {
        None
    };
    let v = d.oversight.clone();
    let kind_name = |code: &str| choices::kind(&f, catalogue, code);
    let counted = |line: &Count| {
        let kind = line.product_kind.as_deref().map_or_else(String::new, kind_name);
        (kind, line.clone())
    };
    Ok(OnePage {
        officer,
        from: choices::region(f.language, catalogue, &v.from_region),
        place: choices::region(f.language, catalogue, &v.to_region),
        product_kinds: v
            .product_kinds
            .iter()
            .map(|kind| kind_name(kind))
            .collect::<Vec<_>>()
            .join(f.t("、", ", ")),
        line: line(&f, &d, day),
        facts: facts(&f, &d),
        counts: d.facts.counts.iter().take(30).map(counted).collect(),
        effect: found.map(|found| drawn(&f, &found)),
        forms: forms(&f, &d),
        events: d.events.iter().rev().map(|event| shown(&f, event)).collect(),
        limits: FileLimits::of(app.settings().section::<AttachmentSettings>()),
        today: day,
        v,
        d,
        f,
    })
}

/// What has been, on one line of time.
fn line(f: &Frame, d: &OversightDetail, today: NaiveDate) -> Option<DaysLine<&'static str>> {
    let (v, t) = (&d.oversight, |zh: &'static str, en: &'static str| f.t(zh, en));
    let issued = match v.kind {
        OversightKind::Letter => t("发出", "issued"),
        OversightKind::Interview => t("通知", "notified"),
        OversightKind::Listing => t("挂牌", "listed"),
    };
    let days = [
        (issued, v.issued_on),
        (t("签收", "received"), d.received_on.filter(|day| v.issued_on != Some(*day))),
        (t("约谈", "held"), v.held_on),
        (t("回复", "answered"), v.answered_on),
        (t("认可", "accepted"), v.accepted_on),
        (t("办结", "ended"), v.ended_on.filter(|day| v.accepted_on != Some(*day))),
    ];
    days_line(days, today, v.ended_on.is_some())
}

/// What it says: labels with values.
fn facts(f: &Frame, d: &OversightDetail) -> Vec<(&'static str, String)> {
    let (v, t) = (&d.oversight, |zh: &'static str, en: &'static str| f.t(zh, en));
    let day = |day: Option<NaiveDate>| day.map(|day| f.day(&day));
    let invitee =
        d.invitee.as_ref().map(|name| format!("{name} {}", d.invitee_post.as_deref().unwrap_or_default()));
    let all = [
        (t("文号", "Document"), v.document_no.clone()),
        (t("事由", "About"), Some(f.say(&v.subject.text()).to_owned())),
        (t("对象", "Addressed"), Some(v.to_name.clone())),
        (t("被约谈人", "Invited"), invitee),
        (t("约谈日期", "Day of the interview"), day(d.meets_on)),
        (t("约谈地点", "Place"), d.place.clone()),
        (t("督办期限", "Term"), day(v.term_on)),
        (t("下次月报", "Next monthly report"), day(v.report_due_on)),
        (t("延长次数", "Extended"), (v.extensions > 0).then(|| v.extensions.to_string())),
        (t("退回次数", "Returned"), (v.returns > 0).then(|| v.returns.to_string())),
        (t("适用规则", "Rules"), Some(d.rules_version.clone())),
    ];
    all.into_iter().filter_map(|(label, value)| Some((label, value?))).collect()
}

fn shown(f: &Frame, event: &EventView) -> EventShown {
    let colon = f.t("：", ": ");
    let details = &event.details;
    let mut said = Vec::new();
    let mut add = |label: &str, value: Option<String>| {
        said.extend(value.filter(|v| !v.is_empty()).map(|value| format!("{label}{colon}{value}")));
    };
    add(f.t("责任", "Responsibility"), details.responsibility.map(|kind| f.say(&kind.text()).to_owned()));
    add(f.t("责任人", "Holder"), details.holder.clone());
    add(f.t("职务", "Post"), details.post.clone());
    add(f.t("内容", "Text"), details.text.clone());
    add(f.t("原因", "Reason"), details.reason.clone());
    add(f.t("文号", "Document"), details.document_no.clone());
    add(f.t("约谈日期", "Day of the interview"), details.meets_on.map(|day| f.day(&day)));
    add(f.t("地点", "Place"), details.place.clone());
    add(f.t("期限", "Due"), details.due_on.map(|day| f.day(&day)));
    if details.on_behalf {
        said.push(f.t("由发出机关代为登记", "entered by the issuing side").to_owned());
    }
    if details.in_time == Some(false) {
        said.push(f.t("逾期", "late").to_owned());
    }
    EventShown {
        title: f.say(&event.step.text()).to_owned(),
        occurred_on: event.occurred_on,
        recorded_at: event.recorded_at,
        who: event.by.clone(),
        role: event.role.clone(),
        said,
        files: event.attachments.clone(),
    }
}

fn bar(f: &Frame, label: String, rate: &Rate, most: f64) -> Bar {
    let at = |value: Option<f64>| value.unwrap_or_default() / most * 100.0;
    let (low, high) = (at(rate.low), at(rate.high));
    let words = match (rate.percent, rate.low, rate.high) {
        (Some(percent), Some(low), Some(high)) => {
            format!(
                "{percent}%{}{} / {}{}95% {low}%–{high}%",
                f.t("（", " ("),
                rate.nonconforming,
                rate.tested,
                f.t("，", ", ")
            ) + f.t("）", ")")
        }
        _ => f.t("没有结果", "no results").to_owned(),
    };
    Bar {
        label,
        words,
        from: format!("{low:.1}"),
        width: format!("{:.1}", (high - low).max(0.5)),
        middle: format!("{:.1}", at(rate.percent).max(0.3) - 0.3),
    }
}

/// The effect as four bars with intervals and a sentence.
fn drawn(f: &Frame, effect: &OversightEffect) -> EffectShown {
    let rates = &effect.rates;
    let all = [&rates.before, &rates.after, &rates.rest_before, &rates.rest_after];
    let most = all.iter().filter_map(|rate| rate.high).fold(1.0_f64, f64::max);
    let rest = rates.beside.words();
    let rest = f.t(rest.0, rest.1);
    let bars = vec![
        bar(f, f.t("发出前", "before").to_owned(), &rates.before, most),
        bar(f, f.t("发出后", "after").to_owned(), &rates.after, most),
        bar(f, format!("{rest} · {}", f.t("发出前", "before")), &rates.rest_before, most),
        bar(f, format!("{rest} · {}", f.t("发出后", "after")), &rates.rest_after, most),
    ];
    let sentence = match rates.did {
        Some(did) => {
            let (points, low, high) = (did.points, did.low, did.high);
            let zh =
                format!("与对照范围相比，不合格率变化 {points} 个百分点（95% 置信区间 {low} 至 {high}）。");
            let en = format!(
                "Beside the rest of the province the rate changed by {points} points (95 % {low} to {high})."
            );
            f.t(&zh, &en).to_owned()
        }
        None => f
            .t(
                "样本不足，尚不能与对照范围比较。",
                "Too few results yet to compare with the rest of the province.",
            )
            .to_owned(),
    };
    EffectShown { bars, sentence, listings: effect.listings }
}

impl OnePage {
    fn back(&self) -> &'static str {
        if self.f.role() == Role::Enterprise.as_str() { "/my/oversight" } else { "/oversight" }
    }

    fn tone(&self) -> &'static str {
        tone(self.v.state, self.v.overdue)
    }

    fn issuer(&self) -> bool {
        self.v.standing == Standing::Issuer
    }

    fn is_public(&self) -> bool {
        self.v.public && self.v.ended_on.is_none()
    }

    fn may_change(&self) -> bool {
        self.issuer()
            && matches!(
                self.v.state,
                OversightState::Draft | OversightState::Planned | OversightState::Proposed
            )
    }

    fn done(&self, row: &ResponsibilityRow) -> bool {
        row.state == ResponsibilityState::Done
    }

    fn late(&self, row: &ResponsibilityRow) -> bool {
        row.state == ResponsibilityState::Open && row.due_on < self.today
    }

    /// Whether the interviewed have corrected their words.
    fn corrected(&self) -> bool {
        self.d.corrected_words.is_some()
    }
}
