//! Quality alerts: the figures, and what becomes of them.

use askama::Template;

use crate::core::Text;
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::risk::alerts::queries::{self as alerts, AlertEventView, AlertFilter, AlertView};
use crate::risk::alerts::records::{AlertRecord, MOST, records};
use crate::risk::alerts::state::{AlertCause, AlertState};
use crate::risk::ids::AlertId;
use crate::web::Id;
use crate::web::charts::percent;
use crate::web::choices;
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// An alert with codes in words.
struct Alert {
    view: AlertView,
    /// What it came of, in words.
    cause: String,
    /// The item of a cluster; of others what it came of.
    about: String,
    product: String,
    place: String,
    /// The number above which it is raised; 0 where there is none.
    threshold: i32,
    /// The bar of the count, 0 to 100, and the position of the threshold on it.
    bar: String,
    mark: String,
}

fn alert(f: &Frame, catalogue: &crate::catalogue::Catalogue, view: AlertView) -> Alert {
    let (count, threshold) =
        (i64::from(view.alert.nonconformities), i64::from(view.alert.threshold.unwrap_or(0)));
    let most = (count.max(threshold) * 5 / 4).max(1);
    Alert {
        cause: f.say(&view.alert.cause.text()).to_owned(),
        about: about(f, &view),
        product: choices::kind(f, catalogue, &view.alert.product_kind),
        place: choices::region(f.language, catalogue, &view.alert.region),
        bar: format!("{:.1}", percent(count, most)),
        mark: format!("{:.1}", percent(threshold, most)),
        threshold: view.alert.threshold.unwrap_or(0),
        view,
    }
}

/// The item of a cluster; of others what they came of.
fn about(f: &Frame, view: &AlertView) -> String {
    match &view.alert.item {
        Some(item) => f.item(item).to_owned(),
        None => f.say(&view.alert.cause.text()).to_owned(),
    }
}

#[derive(Template)]
#[template(path = "risk/alerts/alerts.html")]
struct AlertsPage {
    f: Frame,
    asked: QueryParams,
    alerts: Vec<Alert>,
    pager: Pager,
}

/// The list.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let filter = AlertFilter {
            state: asked.read("state")?,
            cause: asked.read("cause")?,
            kind: asked.get("product_kind").map(str::to_owned),
            q: asked.get("q").map(str::to_owned),
        };
        let conn = &mut *app.snapshot()?;
        let page = alerts::list(conn, &actor, &filter, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || alerts::count(conn, &actor, &filter))?;
        Ok(AlertsPage {
            alerts: page.items.into_iter().map(|view| alert(&frame, app.catalogue(), view)).collect(),
            pager,
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

#[derive(Template)]
#[template(path = "risk/alerts/alert.html")]
struct AlertPage {
    f: Frame,
    a: Alert,
    /// The nonconformities that it counts, each with the place of its enterprise.
    records: Vec<(AlertRecord, String)>,
    today: String,
}

/// One alert.
pub async fn one(state: State, member: Member, id: Id<AlertId>) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let conn = &mut *app.snapshot()?;
        let view = alerts::get(conn, &actor, id)?;
        let placed = |record: AlertRecord| {
            let place = choices::region(frame.language, app.catalogue(), &record.region);
            (record, place)
        };
        let records = records(conn, &actor, id)?.into_iter().map(placed).collect();
        Ok(AlertPage {
            a: alert(&frame, app.catalogue(), view),
            records,
            today: shanghai_date(app.clock().now()).to_string(),
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl AlertsPage {
    fn states(&self) -> &'static [AlertState] {
        AlertState::ALL
    }

    fn state(&self, state: &AlertState) -> String {
        state.text().get(self.f.language).to_owned()
    }

    /// The class of the style sheet that colours a state.
    fn tone(&self, state: &AlertState) -> &'static str {
        match state {
            AlertState::Open => "bad",
            AlertState::Meeting | AlertState::Measure | AlertState::Closed => "good",
            AlertState::Dismissed | AlertState::Withdrawn | AlertState::Subsided => "none",
        }
    }

    fn causes(&self) -> &'static [AlertCause] {
        AlertCause::ALL
    }

    fn cause(&self, cause: &AlertCause) -> String {
        cause.text().get(self.f.language).to_owned()
    }
}

impl AlertPage {
    fn state(&self) -> String {
        self.a.view.alert.state.text().get(self.f.language).to_owned()
    }

    /// Whether it is closed with what came of it.
    fn closes(&self) -> bool {
        matches!(self.a.view.alert.state, AlertState::Meeting | AlertState::Measure)
    }

    /// Whether a meeting can be recorded.
    fn meets(&self) -> bool {
        self.a.view.meeting.is_none()
            && matches!(self.a.view.alert.state, AlertState::Open | AlertState::Measure)
    }

    fn step(&self, event: &AlertEventView) -> String {
        event.step.text().get(self.f.language).to_owned()
    }

    fn cluster(&self) -> bool {
        self.a.view.alert.cause == AlertCause::Cluster
    }

    fn open(&self) -> bool {
        self.a.view.alert.state == AlertState::Open
    }

    fn say(&self, zh: String, en: String) -> String {
        self.f.say(&Text::new(zh, en)).to_owned()
    }

    /// When it is raised.
    fn rule(&self) -> String {
        let alert = &self.a.view.alert;
        match (alert.cause, alert.threshold, alert.window_days) {
            (AlertCause::Cluster, Some(most), Some(days)) => {
                self.say(format!("{days} 天内超过 {most} 条"), format!("more than {most} within {days} days"))
            }
            (AlertCause::Index, Some(least), Some(days)) => {
                let percent = |rate: Option<i32>| f64::from(rate.unwrap_or(0)) / 10_000.0;
                let (low, class, tested) =
                    (percent(alert.rate_low), percent(alert.class_rate), alert.tested.unwrap_or(0));
                self.say(
                    format!(
                        "{days} 天内有 {tested} 个检验结果（至少 {least} 个），不合格率的 95% 置信区间下限 {low:.1}%，本类产品全省不合格率 {class:.1}%"
                    ),
                    format!(
                        "{tested} results within {days} days (at least {least}); the lower end of the 95 percent interval is {low:.1} percent, the rate of the class in the province {class:.1} percent"
                    ),
                )
            }
            _ => self
                .f
                .t("研判等级为“严重”，经审核确认", "an assessment of the level serious was validated")
                .to_owned(),
        }
    }

    /// The days of the samples; one where all are of it.
    fn sampled(&self) -> String {
        match (self.a.view.alert.first_on, self.a.view.alert.last_on) {
            (Some(first), Some(last)) if first == last => self.f.day(&first),
            (Some(first), Some(last)) => format!("{} – {}", self.f.day(&first), self.f.day(&last)),
            _ if self.a.view.alert.state == AlertState::Withdrawn => self.state().to_owned(),
            _ => self.f.t("统计期内没有抽样", "none within the window").to_owned(),
        }
    }

    /// Why fewer records are listed than were counted.
    fn note(&self) -> Option<String> {
        let (counted, listed) = (i64::from(self.a.view.alert.nonconformities), self.records.len());
        let listed = i64::try_from(listed).unwrap_or(i64::MAX);
        if listed >= counted || !self.cluster() {
            None
        } else if listed == MOST {
            Some(self.say(
                format!("下面列出最近抽样的 {MOST} 条。"),
                format!("Listed are the {MOST} sampled last."),
            ))
        } else {
            Some(self.say(
                format!("其中 {} 条之后已撤回或经复检推翻，不再列出。", counted - listed),
                format!(
                    "{} of them were withdrawn or overturned since and are not listed.",
                    counted - listed
                ),
            ))
        }
    }
}
