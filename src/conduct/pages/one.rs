//! One entry of conduct: what it is, what ends it, the steps that the reader may take now, its history.

use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::PgConnection;

use crate::app::App;
use crate::attachments::Attachment;
use crate::attachments::form::FileLimits;
use crate::attachments::form::ShownFiles;
use crate::attachments::settings::AttachmentSettings;
use crate::conduct::detail::{Context, detail};
use crate::conduct::facts::stands_alone;
use crate::conduct::ids::{ConductId, FactId};
use crate::conduct::pages::form::{StepForm, forms};
use crate::conduct::pages::{behaviours, both, line_name, today, tone, whole_points};
use crate::conduct::queries::{self, ConductFilter};
use crate::conduct::rules::CreditRules;
use crate::conduct::settings::ConductSettings;
use crate::conduct::state::ConductStep;
use crate::conduct::view::{ConductDetail, ConductView, EndKind, EndView, EventView};
use crate::conduct::words::{AnnulGround, ConductState, Intent};
use crate::core::Problem;
use crate::core::actor::{Actor, Role};
use crate::inspections::pages::line::{DaysLine, days_line};
use crate::inspections::words::InspectedRole;
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::params::largest_page;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;
use crate::web::{Id, choices};

/// Something that ends the entry.
struct Ending {
    words: String,
    article: String,
    possible: bool,
    reason: Option<String>,
}

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

#[derive(Template)]
#[template(path = "conduct/one.html")]
struct OnePage {
    f: Frame,
    v: ConductView,
    officer: bool,
    behaviour: String,
    state: String,
    tone: &'static str,
    expired: bool,
    place: String,
    /// What the state means now.
    now: Option<String>,
    /// The last day to decide what is open, and the days to it.
    due: Option<(NaiveDate, i64)>,
    line: Option<DaysLine<&'static str>>,
    facts: Vec<(&'static str, String)>,
    description: Option<String>,
    /// What it comes from: words and address.
    links: Vec<(&'static str, String)>,
    ends: Vec<Ending>,
    /// The other entries of its fact: id, words, day of the decision.
    same: Vec<(ConductId, String, NaiveDate)>,
    /// Other facts of the enterprise, about which a correction can say that it is: the fact, words.
    others: Vec<(FactId, String)>,
    forms: Vec<StepForm>,
    /// An objection waits that the reader may not decide.
    for_another: bool,
    behaviours: Vec<(String, String)>,
    limits: FileLimits,
    events: Vec<EventShown>,
    today: String,
}

/// The page.
pub async fn one(state: State, member: Member, id: Id<ConductId>, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| page(app, frame, &Actor::Person(person), id, &asked));
    show(&f, &page.await?)
}

fn page(app: &App, f: Frame, actor: &Actor, id: ConductId, asked: &QueryParams) -> Result<OnePage, Problem> {
    let conn = &mut *app.snapshot()?;
    let (catalogue, day) = (app.catalogue(), today(app));
    let settings = app.settings().section::<ConductSettings>();
    let d = detail(conn, actor, id, &Context { settings, catalogue, today: day })?;
    let rules =
        settings.version(&d.conduct.rules_version).or_else(|| settings.rules_on(d.conduct.decided_on));
    let officer = actor.scope().is_some_and(|scope| scope.role() == Role::Admin);
    let contested = d.conduct.state == ConductState::Contested;
    let decides = |step: &ConductStep| *step == ConductStep::Uphold;
    let v = &d.conduct;
    let counted = matches!(v.state, ConductState::Entered | ConductState::Notified);
    Ok(OnePage {
        behaviour: both(&f, &v.behaviour_text).to_owned(),
        state: f.say(&v.state.text()).to_owned(),
        tone: tone(v.state),
        expired: counted && v.counts_until < day,
        place: choices::region(f.language, catalogue, &v.region),
        now: now(&f, v, day),
        due: v.due_on.map(|due| (due, due.signed_duration_since(day).num_days())),
        line: line(&f, v, day),
        facts: facts(&f, &d),
        description: d.description.clone(),
        links: links(&f, &d, officer),
        ends: d.ends.iter().map(|end| ending(&f, end)).collect(),
        same: same(conn, actor, &f, &d, (settings, day))?,
        others: others(conn, actor, &f, &d, (settings, day))?,
        forms: forms(&f, &d.allowed, contested, (rules, &d.conditions), asked.get("step")),
        for_another: officer && contested && !d.allowed.iter().any(decides),
        behaviours: behaviours(&f, rules),
        limits: FileLimits::of(app.settings().section::<AttachmentSettings>()),
        events: d.events.iter().map(|event| shown(&f, event, rules)).collect(),
        today: day.to_string(),
        officer,
        v: d.conduct,
        f,
    })
}

/// What the state means now; nothing where it is plain.
fn now(f: &Frame, v: &ConductView, today: NaiveDate) -> Option<String> {
    let words = |zh: String, en: String| Some(f.t(&zh, &en).to_owned());
    let until = f.day(&v.counts_until);
    match v.state {
        ConductState::Contested => words(
            "异议正在办理，记录已标注。".to_owned(),
            "An objection is being decided; the entry is marked.".to_owned(),
        ),
        ConductState::RepairPending => words(
            "信用修复申请正在审核，其间记录继续计分。".to_owned(),
            "An application for repair is being decided; meanwhile the entry goes on counting.".to_owned(),
        ),
        ConductState::Repaired => {
            let day = v.repaired_on.map(|day| f.day(&day)).unwrap_or_default();
            words(format!("{day}已修复，不再计分。"), format!("Repaired on {day}; it counts no more."))
        }
        ConductState::Annulled => {
            let day = v.annulled_on.map(|day| f.day(&day)).unwrap_or_default();
            words(format!("{day}已撤销，不再计分。"), format!("Annulled on {day}; it counts no more."))
        }
        _ if v.counts_until < today => words(
            format!("有效期已于{until}届满，不再计分。"),
            format!("It expired on {until} and counts no more."),
        ),
        _ => match v.counts_from {
            Some(from) if from > today => {
                let from = f.day(&from);
                words(
                    format!("自{from}起计分，至{until}止；计分前可以提出异议。"),
                    format!("It counts from {from} to {until}. The enterprise may object before."),
                )
            }
            Some(_) => words(format!("正在计分，至{until}止。"), format!("It counts until {until}.")),
            None => words("暂停计分。".to_owned(), "It does not count for the time being.".to_owned()),
        },
    }
}

/// What has been, on one line of time.
fn line(f: &Frame, v: &ConductView, today: NaiveDate) -> Option<DaysLine<&'static str>> {
    let t = |zh: &'static str, en: &'static str| f.t(zh, en);
    let past = |day: Option<NaiveDate>| day.filter(|day| *day <= today);
    let days = [
        (t("行为发生", "happened"), Some(v.happened_on)),
        (t("作出认定", "decided"), Some(v.decided_on)),
        (t("告知企业", "enterprise notified"), past(v.notified_on)),
        (t("开始计分", "counts"), past(v.counts_from)),
        (t("修复", "repaired"), past(v.repaired_on)),
        (t("撤销", "annulled"), past(v.annulled_on)),
        (t("到期", "expired"), past(Some(v.counts_until))),
    ];
    days_line(days, today, v.state == ConductState::Annulled || v.counts_until < today)
}

/// What the entry says: labels with values.
fn facts(f: &Frame, d: &ConductDetail) -> Vec<(&'static str, String)> {
    let (v, t) = (&d.conduct, |zh: &'static str, en: &'static str| f.t(zh, en));
    let from = v.counts_from.map_or_else(|| t("暂停计分", "suspended").to_owned(), |day| f.day(&day));
    let all = [
        (t("基础记分", "Points"), v.points.map(|points| whole_points(f, i64::from(points)))),
        (t("依据", "Article"), Some(both(f, &v.article).to_owned())),
        (t("环节", "Role"), Some(f.say(&v.role.text()).to_owned())),
        (t("产品线", "Product line"), v.line.as_ref().map(line_name)),
        (t("主观过错", "Intent"), Some(f.say(&v.intent.text()).to_owned())),
        (t("来源", "Source"), Some(f.say(&v.source.text()).to_owned())),
        (t("文书编号", "Document"), v.document_no.clone()),
        (t("认定机关", "Authority"), Some(v.authority.clone())),
        (t("行为发生日期", "Happened on"), Some(f.day(&v.happened_on))),
        (t("认定日期", "Decided on"), Some(f.day(&v.decided_on))),
        (t("计分起始", "Counts from"), Some(from)),
        (t("计分截止", "Counts until"), Some(f.day(&v.counts_until))),
        (t("适用规则", "Rules"), Some(v.rules_version.clone())),
    ];
    all.into_iter().filter_map(|(label, value)| Some((label, value?))).collect()
}

fn links(f: &Frame, d: &ConductDetail, officer: bool) -> Vec<(&'static str, String)> {
    let mut links = Vec::new();
    if let Some(id) = d.inspection_id {
        links.push((f.t("监督检查", "The inspection"), format!("/inspections/{id}")));
    }
    if let Some(id) = d.case_id {
        links.push((f.t("整改案件", "The case"), format!("/cases/{id}")));
    }
    if officer {
        links.push((
            f.t("信用档案", "The operator’s statement"),
            format!("/credit/{}", d.conduct.enterprise_id),
        ));
    }
    links
}

fn ending(f: &Frame, end: &EndView) -> Ending {
    let on = end.on.map(|day| f.day(&day));
    let words = match (end.kind, on) {
        (EndKind::Expiry, Some(day)) => f
            .t(&format!("到期：{day}起自动终止"), &format!("Expiry: it has ended by itself from {day}"))
            .to_owned(),
        (EndKind::Expiry, None) => f.t("到期自动终止", "Expiry: it ends by itself").to_owned(),
        (EndKind::Repair, Some(day)) => f
            .t(&format!("信用修复：{day}起可以申请"), &format!("Repair: can be applied for from {day}"))
            .to_owned(),
        (EndKind::Repair, None) => f.t("信用修复", "Repair").to_owned(),
        (EndKind::Objection, _) => f.t("异议成立", "An objection that is found right").to_owned(),
    };
    Ending {
        words,
        article: both(f, &end.article).to_owned(),
        possible: end.possible,
        reason: end.reason.as_ref().map(|reason| both(f, reason).to_owned()),
    }
}

/// The other entries of the same fact that the reader may know of.
fn same(
    conn: &mut PgConnection,
    actor: &Actor,
    f: &Frame,
    d: &ConductDetail,
    known: (&ConductSettings, NaiveDate),
) -> Result<Vec<(ConductId, String, NaiveDate)>, Problem> {
    if d.same_fact.is_empty() {
        return Ok(Vec::new());
    }
    let v = &d.conduct;
    let filter = ConductFilter {
        enterprise: Some(v.enterprise_id),
        fact: Some(v.fact_id),
        ..ConductFilter::default()
    };
    let entries = queries::list(conn, actor, &filter, known, largest_page())?.items;
    let others = entries.into_iter().filter(|other| d.same_fact.contains(&other.id));
    Ok(others.map(|other| (other.id, both(f, &other.behaviour_text).to_owned(), other.decided_on)).collect())
}

/// The most other facts that a form offers.
const MOST_OTHERS: usize = 50;

/// The other facts of the enterprise, where the reader can say that an entry that stands alone is about one of them.
fn others(
    conn: &mut PgConnection,
    actor: &Actor,
    f: &Frame,
    d: &ConductDetail,
    known: (&ConductSettings, NaiveDate),
) -> Result<Vec<(FactId, String)>, Problem> {
    let v = &d.conduct;
    let corrects = d.allowed.contains(&ConductStep::Correct);
    if !corrects || !stands_alone(conn, v.id, (v.fact_id, v.enterprise_id))? {
        return Ok(Vec::new());
    }
    let filter = ConductFilter { enterprise: Some(v.enterprise_id), ..ConductFilter::default() };
    let entries = queries::list(conn, actor, &filter, known, largest_page())?.items;
    let mut found: Vec<(FactId, String)> = Vec::new();
    for other in entries {
        let offered = other.fact_id == v.fact_id || found.iter().any(|(fact, _)| *fact == other.fact_id);
        if offered || other.state == ConductState::Annulled || found.len() >= MOST_OTHERS {
            continue;
        }
        let document = other.document_no.as_deref().unwrap_or_default();
        let words = format!("{} {} {document}", both(f, &other.behaviour_text), f.day(&other.decided_on));
        found.push((other.fact_id, words.trim().to_owned()));
    }
    Ok(found)
}

fn shown(f: &Frame, event: &EventView, rules: Option<&CreditRules>) -> EventShown {
    let colon = f.t("：", ": ");
    let mut said = Vec::new();
    let mut add = |label: &str, value: Option<String>| {
        said.extend(value.filter(|v| !v.is_empty()).map(|value| format!("{label}{colon}{value}")));
    };
    add(f.t("理由", "Reasons"), event.reason.clone());
    add(f.t("依据条款", "Article"), event.article.clone());
    add(f.t("撤销原因", "Ground"), event.ground.map(|ground| f.say(&ground.text()).to_owned()));
    add(f.t("文书", "Document"), event.document.clone());
    add(f.t("所引法律法规", "Law"), event.legal_basis.clone());
    if let Some(to) = &event.correction {
        let behaviour = to.behaviour.as_deref().map(|code| {
            let known = rules.and_then(|rules| rules.behaviour(code));
            known.map_or_else(|| code.to_owned(), |known| f.say(&known.text).to_owned())
        });
        add(f.t("行为更正为", "Behaviour corrected to"), behaviour);
        let intent = to.intent.map(|intent| f.say(&intent.text()).to_owned());
        add(f.t("主观过错更正为", "Intent corrected to"), intent);
        let role = to.role.map(|role| f.say(&role.text()).to_owned());
        add(f.t("环节更正为", "Role corrected to"), role);
        add(f.t("发生日期更正为", "Day corrected to"), to.happened_on.map(|day| f.day(&day)));
        add(f.t("认定日期更正为", "Day of the decision corrected to"), to.decided_on.map(|day| f.day(&day)));
        add(f.t("文书编号更正为", "Document corrected to"), to.document_no.clone());
        let fact =
            to.fact_id.map(|_| f.t("与另一条记录属同一事实", "the same as that of another entry").to_owned());
        add(f.t("事实更正为", "Fact corrected to"), fact);
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

impl OnePage {
    /// The page that the reader comes from.
    fn back(&self) -> &'static str {
        if self.officer { "/conduct" } else { "/my/credit" }
    }

    fn grounds(&self) -> &'static [AnnulGround] {
        AnnulGround::ALL
    }

    fn intents(&self) -> &'static [Intent] {
        Intent::ALL
    }

    fn roles(&self) -> &'static [InspectedRole] {
        InspectedRole::ALL
    }
}
