//! Quality alerts (SAMR Order No. 18, art. 50): the figures, and what becomes of them.

use askama::Template;

use crate::alerts::AlertState;
use crate::alerts::ids::AlertId;
use crate::alerts::queries::{self as alerts, AlertView};
use crate::alerts::records::{AlertRecord, MOST, records};
use crate::core::Text;
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
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
    product: String,
    place: String,
    /// The bar of the count, 0 to 100, and the position of the threshold on it.
    bar: String,
    mark: String,
}

fn alert(f: &Frame, catalogue: &crate::catalogue::Catalogue, view: AlertView) -> Alert {
    let (count, threshold) = (i64::from(view.alert.nonconformities), i64::from(view.alert.threshold));
    let most = (count.max(threshold) * 5 / 4).max(1);
    Alert {
        product: choices::kind(f, catalogue, &view.alert.product_kind),
        place: choices::region(f.language, catalogue, &view.alert.region),
        bar: format!("{:.1}", percent(count, most)),
        mark: format!("{:.1}", percent(threshold, most)),
        view,
    }
}

#[derive(Template)]
#[template(path = "alerts/alerts.html")]
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
        let state = asked.read("state")?;
        let conn = &mut *app.snapshot()?;
        let page = alerts::list(conn, &actor, state, asked.get("q"), frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || alerts::count(conn, &actor, state, asked.get("q")))?;
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
#[template(path = "alerts/alert.html")]
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

/// The state of an alert, in words.
pub fn state_word(f: &Frame, state: AlertState) -> &'static str {
    match state {
        AlertState::Open => f.t("待处理", "open"),
        AlertState::Meeting => f.t("已召开质量分析会", "dealt with in a meeting"),
        AlertState::Dismissed => f.t("已撤销", "dismissed"),
        AlertState::Withdrawn => f.t("记录已随导入撤回", "its records were withdrawn"),
    }
}

impl AlertsPage {
    fn states(&self) -> &'static [AlertState] {
        AlertState::ALL
    }

    fn state(&self, state: &AlertState) -> &'static str {
        state_word(&self.f, *state)
    }
}

impl AlertPage {
    fn state(&self) -> &'static str {
        state_word(&self.f, self.a.view.alert.state)
    }

    fn open(&self) -> bool {
        self.a.view.alert.state == AlertState::Open
    }

    fn say(&self, zh: String, en: String) -> String {
        self.f.say(&Text::new(zh, en)).to_owned()
    }

    /// When it is raised.
    fn rule(&self) -> String {
        let (most, days) = (self.a.view.alert.threshold, self.a.view.alert.window_days);
        self.say(format!("{days} 天内超过 {most} 条"), format!("more than {most} within {days} days"))
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
        if listed >= counted {
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
