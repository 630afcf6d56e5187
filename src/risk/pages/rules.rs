//! The rules of the index, how good its alerts were, and other numbers tried on past days.

use askama::Template;

use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::core::text::part_in;
use crate::risk::alerts::state::AlertCause;
use crate::risk::index::keep::rules as rules_on;
use crate::risk::quality::{Quality, QualityReport, report};
use crate::risk::settings::RiskRules;
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "risk/rules.html")]
struct RulesPage {
    f: Frame,
    rules: RiskRules,
    /// The version for programs, which the form sends with what was changed.
    json: String,
    quality: QualityReport,
    today: String,
}

/// The page.
pub async fn rules(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let now = app.clock().now();
        let today = shanghai_date(now);
        let rules = rules_on(app.settings(), today)?.clone();
        let around = (app.settings().as_ref(), app.catalogue().as_ref());
        let of = (asked.get("region"), asked.read("as_of")?);
        let quality = report(&mut *app.snapshot()?, &actor, around, of, now)?;
        let json = serde_json::to_string(&rules).map_err(crate::core::Problem::internal)?;
        Ok(RulesPage { json, quality, today: today.to_string(), rules, f: frame })
    });
    show(&f, &page.await?)
}

impl RulesPage {
    /// Where the rules are from, in the reader's language.
    fn source(&self) -> &str {
        part_in(self.f.language, &self.rules.source)
    }

    fn part<'a>(&self, both: &'a str) -> &'a str {
        part_in(self.f.language, both)
    }

    fn cause(&self, quality: &Quality) -> String {
        quality.cause.map_or_else(
            || self.f.t("合计", "all").to_owned(),
            |cause: AlertCause| self.f.say(&cause.text()).to_owned(),
        )
    }

    fn percent(&self, share: &Option<f64>) -> String {
        share.map_or_else(|| "—".to_owned(), |share| format!("{:.1}%", share * 100.0))
    }

    fn interval(&self, quality: &Quality) -> String {
        match quality.precision_low.zip(quality.precision_high) {
            Some((low, high)) => format!("{:.1}% – {:.1}%", low * 100.0, high * 100.0),
            None => "—".to_owned(),
        }
    }

    fn days(&self, days: &Option<i32>) -> String {
        days.map_or_else(|| "—".to_owned(), |days| days.to_string())
    }

    fn share(&self, thousandths: &i32) -> String {
        format!("{}%", f64::from(*thousandths) / 10.0)
    }

    /// The numbers that can be tried: name, words, least, greatest, present.
    fn numbers(&self) -> Vec<(&'static str, &'static str, i32, i32, i32)> {
        let (f, r) = (&self.f, &self.rules);
        vec![
            (
                "weight_rate",
                f.t("不合格率权重（千分）", "Weight of the rate (thousandths)"),
                0,
                1_000,
                r.weight_rate,
            ),
            (
                "weight_severity",
                f.t("严重程度权重（千分）", "Weight of the severity"),
                0,
                1_000,
                r.weight_severity,
            ),
            ("weight_trend", f.t("趋势权重（千分）", "Weight of the trend"), 0, 1_000, r.weight_trend),
            (
                "weight_signals",
                f.t("风险信息权重（千分）", "Weight of the signals"),
                0,
                1_000,
                r.weight_signals,
            ),
            ("shrink", f.t("收缩强度（批次）", "Shrinkage (samplings)"), 0, 1_000, r.shrink),
            ("open_results", f.t("预警所需结果数", "Results for an alert"), 1, 1_000, r.open_results),
            (
                "open_at",
                f.t("预警界限（本类不合格率的千分数）", "Raised above (thousandths of the class’s rate)"),
                100,
                100_000,
                r.open_at,
            ),
            ("close_at", f.t("回落界限（本类不合格率的千分数）", "Subsides below"), 1, 100_000, r.close_at),
        ]
    }
}
