//! The rules of credit in words, version by version, and a form that tries other numbers on the past.

use askama::Template;
use chrono::NaiveDate;

use crate::conduct::rules::{CreditRules, MeasureRule, Thresholds};
use crate::conduct::settings::ConductSettings;
use crate::conduct::words::{EntriesOfAFact, Grade};
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::text::{Language, part_in};
use crate::credit::grading::regrading_view::{self, RegradingView};
use crate::credit::pages::today;
use crate::credit::pages::words::grade_shown;
use crate::credit::policy;
use crate::credit::statement::points as points_text;
use crate::credit::words::RegradingState;
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "credit/rules.html")]
struct RulesPage {
    f: Frame,
    /// The version that is shown.
    rules: Option<CreditRules>,
    /// All versions: name and first day.
    versions: Vec<(String, NaiveDate)>,
    /// How points are counted, a sentence each.
    how: Vec<String>,
    /// The version for programs, which the form sends with what was changed.
    json: String,
    today: String,
    /// For who may have everybody graded anew: the last time that it was asked for, if ever.
    regrading: Option<Option<RegradingView>>,
}

/// The page. The address may name a version; else the one in force is shown.
pub async fn rules(state: State, member: Member, asked: QueryParams) -> Answer {
    let (f, person) = (member.frame, member.person);
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let settings = app.settings().section::<ConductSettings>();
        let day = today(app);
        let rules = match asked.get("version") {
            Some(name) => Some(settings.version(name).ok_or_else(Problem::not_found)?),
            None => settings.rules_on(day),
        };
        let mut versions: Vec<(String, NaiveDate)> =
            settings.rules.iter().map(|rules| (rules.version.clone(), rules.in_force_from)).collect();
        versions.sort_by_key(|(_, from)| std::cmp::Reverse(*from));
        let regrading = match policy::permit_province(&actor, app.catalogue()) {
            Ok(()) => Some(regrading_view::last(&mut *app.snapshot()?)?),
            Err(_) => None,
        };
        Ok(RulesPage {
            regrading,
            how: rules.map(|rules| how(&frame, rules)).unwrap_or_default(),
            json: rules
                .map(serde_json::to_string)
                .transpose()
                .map_err(Problem::internal)?
                .unwrap_or_default(),
            rules: rules.cloned(),
            versions,
            today: day.to_string(),
            f: frame,
        })
    });
    show(&f, &page.await?)
}

/// Thousandths as a factor.
fn factor(thousandths: u32) -> String {
    format!("×{}", points_text(i64::from(thousandths)))
}

/// How points are counted, a sentence each.
fn how(f: &Frame, rules: &CreditRules) -> Vec<String> {
    let say = |zh: String, en: String| f.t(&zh, &en).to_owned();
    let (notice, objection, repair) = (&rules.notice, &rules.objection, &rules.repair);
    let fact = match rules.entries_of_a_fact {
        EntriesOfAFact::Highest => f.t(
            "同一事实的多条记录只计一次，取记分最高的一条。",
            "Several entries of one fact count once, by the highest.",
        ),
    };
    let repeats: Vec<String> = rules.repeat.factors.iter().map(|n| factor(*n)).collect();
    let repeats = repeats.join(f.t("、", ", "));
    let (months, weight) = (rules.repeat.window_months, factor(rules.line_weight));
    vec![
        f.t(
            "记分为有效期内各项事实的记分之和，按认定当日的规则计算；等级按环节分别评定，经营者的等级取其中最差的。",
            "Points are the sum over the facts that count on the day, each by the rules of the day of its decision. Each role has a grade; the worst is the operator’s.",
        )
        .to_owned(),
        fact.to_owned(),
        say(
            format!(
                "主观过错：未认定 {}，过失 {}，故意 {}。",
                factor(rules.intent.not_stated),
                factor(rules.intent.negligent),
                factor(rules.intent.intentional)
            ),
            format!(
                "Intent: not stated {}, negligent {}, intentional {}.",
                factor(rules.intent.not_stated),
                factor(rules.intent.negligent),
                factor(rules.intent.intentional)
            ),
        ),
        say(
            format!(
                "{months} 个月内同类行为再次发生的，自第一次起依次为 {repeats}，此后均按最后一项；尚未开始计分的不计入次数。"
            ),
            format!(
                "Done again within {months} months: {repeats} from the first time on, then the last of these. Conduct that does not count yet is no earlier time."
            ),
        ),
        say(
            format!("产品线的记分按 {weight} 计入经营者的等级。"),
            format!("The points of a product line count {weight} for the operator’s grade."),
        ),
        say(
            format!(
                "告知企业 {} 个工作日后开始计分；无法告知的，登记 {} 天后计分。存在现实危险的行为立即计分。",
                notice.working_days, notice.unreached_days
            ),
            format!(
                "An entry counts {} working days after the enterprise was notified, or {} days after it was made where nobody can be notified. What is an immediate danger counts at once.",
                notice.working_days, notice.unreached_days
            ),
        ),
        say(
            format!("异议立即标注，{} 个工作日内由登记人以外的人员办结。{}", objection.working_days, objection.article.zh),
            format!(
                "An objection is marked at once and decided within {} working days by another officer. {}",
                objection.working_days, objection.article.en
            ),
        ),
        say(
            format!("信用修复申请在 {} 个工作日内决定，不收费。{}", repair.working_days, repair.article.zh),
            format!(
                "An application for repair is decided within {} working days, free of charge. {}",
                repair.working_days, repair.article.en
            ),
        ),
    ]
}

impl RulesPage {
    /// How far a grading of all is, in a sentence.
    fn graded(&self, view: &RegradingView) -> String {
        let row = &view.row;
        match (row.state, row.graded, row.regraded) {
            (RegradingState::Done, Some(graded), Some(regraded)) => match self.f.language {
                Language::Zh => format!("已完成：重新评定 {graded} 项，等级变化 {regraded} 项。"),
                Language::En => format!("Done: {graded} graded, of which {regraded} changed their grade."),
            },
            (RegradingState::Failed, ..) => self
                .f
                .t("未能完成，可以重新提出要求。", "It was given up; it can be asked for again.")
                .to_owned(),
            _ => self.f.t("正在办理。", "Under way.").to_owned(),
        }
    }

    /// Where the rules are from, in the reader's language.
    fn source<'a>(&self, rules: &'a CreditRules) -> &'a str {
        part_in(self.f.language, &rules.source)
    }

    /// The grades of a measure.
    fn grades_of(&self, measure: &MeasureRule) -> String {
        let grades = if measure.grades.is_empty() { Grade::ALL } else { measure.grades.as_slice() };
        let letters: Vec<&str> = grades.iter().map(|grade| grade_shown(Some(*grade)).letter).collect();
        let letters = letters.join(self.f.t("、", ", "));
        self.f.t(&format!("{letters} 级"), &format!("grade {letters}")).to_owned()
    }

    /// When a measure falls due.
    fn rhythm(&self, measure: &MeasureRule) -> String {
        let (first, period) = (measure.due_days, measure.period_days);
        let first = self.f.t(&format!("首次 {first} 天内"), &format!("first within {first} days")).to_owned();
        if period == 0 {
            return self.f.t(&format!("{first}，一次"), &format!("{first}, once")).to_owned();
        }
        self.f.t(&format!("{first}，每 {period} 天"), &format!("{first}, every {period} days")).to_owned()
    }

    fn bounds(&self, row: &Thresholds) -> [(&'static str, u32); 3] {
        [("b", row.b), ("c", row.c), ("d", row.d)]
    }

    fn letter(&self, name: &str) -> String {
        name.to_uppercase()
    }
}
