//! Other rules tried on the past: how many answers would have been in time, beside what is so by the rules in force.
//!
//! Both are computed from the histories and the talks, so they differ by the rules alone. A statutory deadline that was moved later counts
//! as it is now.

use crate::catalogue::{Catalogue, SupervisionClass};
use crate::chat::streams::spoken_of;
use crate::core::clock::shanghai_midnight;
use crate::core::fields::Fields;
use crate::core::ids::ConsultationId;
use crate::core::problem::FieldError;
use crate::core::{Problem, Text};
use crate::response_targets::history::{self, Dated};
use crate::response_targets::rules::{Kind, Rules};
use crate::response_targets::settings::{ResponseTargetSettings, faults};
use crate::response_targets::targets::TargetState;
use crate::settings::Section;
use crate::settings::kind::Kind as Holds;
use chrono::{DateTime, Days, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable, Text as SqlText, Timestamptz, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};

/// Consultations of one trial, at most.
const MOST: usize = 20_000;
/// Consultations that are read at once.
const AT_ONCE: usize = 200;
/// Messages that are read at once, at most.
const MESSAGES: i64 = 200_000;

/// A trial: the consultations that were opened in some days, and the rules to be tried on them.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrialRequest {
    /// The first day, in Asia/Shanghai.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// The rules that are other than those in force: keys and values of the section `response_targets` of the settings.
    #[serde(default)]
    #[schema(value_type = std::collections::BTreeMap<String, serde_json::Value>)]
    pub rules: Map<String, Value>,
}

/// How many there are of each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Counts {
    /// Answered in time.
    pub met: u32,
    /// Not answered in time.
    pub breached: u32,
    /// Still waited for, and in time so far.
    pub open: u32,
    /// The consultation ended before the time was over.
    pub ended: u32,
}

impl Counts {
    fn add(&mut self, state: TargetState) {
        *match state {
            TargetState::Met => &mut self.met,
            TargetState::Breached => &mut self.breached,
            TargetState::Running | TargetState::Paused => &mut self.open,
            TargetState::Ended => &mut self.ended,
        } += 1;
    }
}

/// The counts of one kind, supervision class and region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TrialRow {
    /// What was waited for.
    pub kind: Kind,
    /// The supervision class of the products.
    pub class: SupervisionClass,
    /// Code of the region.
    pub region: String,
    /// The counts by the rules in force.
    pub present: Counts,
    /// By the rules that are tried.
    pub tried: Counts,
}

/// Result of a trial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Trial {
    /// Consultations that were opened in these days.
    pub consultations: usize,
    /// The counts, by kind, class and region.
    pub rows: Vec<TrialRow>,
}

/// The settings in force with some changes.
///
/// # Errors
/// Each key that is none, and each value that it does not take.
pub fn changed(
    present: &ResponseTargetSettings,
    changes: &Map<String, Value>,
) -> Result<ResponseTargetSettings, Problem> {
    let mut fields = Fields::new();
    let mut all = serde_json::to_value(present)?;
    for (name, value) in changes {
        let pointer = format!("/rules/{name}");
        let Some(key) = ResponseTargetSettings::KEYS.iter().find(|key| key.name == name) else {
            fields.fault(&pointer, "没有该规则项", "unknown rule");
            continue;
        };
        let fits = match key.kind {
            Holds::Integer(least, most) => value.as_i64().is_some_and(|n| (least..=most).contains(&n)),
            _ => value.is_string(),
        };
        match (fits, key.kind) {
            (true, _) => {
                if let Some(all) = all.as_object_mut() {
                    all.insert(name.clone(), value.clone());
                }
            }
            (false, Holds::Integer(least, most)) => fields.fault(
                &pointer,
                format!("须为 {least} 到 {most} 的整数"),
                format!("must be a whole number from {least} to {most}"),
            ),
            (false, _) => fields.fault(&pointer, "须为文本", "must be text"),
        }
    }
    fields.done()?;
    let settings: ResponseTargetSettings = serde_json::from_value(all)?;
    let mut fields = Fields::new();
    for (key, what) in faults(&settings) {
        let zh = match key {
            "lunch_from" if what.starts_with("lunch") => {
                "午休须在工作时间之内（work_from 之后、work_to 之前），且结束不早于开始"
            }
            "work_from" | "lunch_from" | "lunch_to" | "work_to" => "须为时刻，如 09:00",
            _ => "须为两个时限，如“60 working, 120 round_the_clock”，各为 1 到 525600 分钟",
        };
        fields.fault(format!("/rules/{key}"), zh, what);
    }
    fields.done()?;
    Ok(settings)
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Opened {
    #[diesel(sql_type = SqlUuid)]
    id: ConsultationId,
    #[diesel(sql_type = SqlText)]
    product_kind: String,
    #[diesel(sql_type = SqlText)]
    region: String,
    #[diesel(sql_type = Timestamptz)]
    opened_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Date>)]
    rectify_by: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Date>)]
    reinspect_by: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Date>)]
    second_by: Option<NaiveDate>,
}

/// The consultations of a region, with those below it, that were opened in a time, with the deadlines of their cases that were not cleared by
/// then.
const OPENED: &str = "
    SELECT c.id, c.product_kind, c.region, c.opened_at, k.rectify_by, k.reinspect_by, k.second_by
    FROM published.consultation c
    JOIN region_scope s ON s.scope = $1 AND s.region = c.region
    LEFT JOIN published.remediation_case k ON k.nonconformity_id = c.nonconformity_id
        AND (k.cleared_at IS NULL OR k.cleared_at > c.opened_at)
    WHERE c.opened_at >= $2 AND c.opened_at < $3
    ORDER BY c.id LIMIT $4";

/// Tries rules on the consultations of a region, with those below it.
///
/// # Errors
/// What is wrong with the days or the rules; too many consultations or messages; when the database can't be asked.
pub fn trial(
    conn: &mut PgConnection,
    (present, catalogue): (&ResponseTargetSettings, &Catalogue),
    region: &str,
    request: &TrialRequest,
    now: DateTime<Utc>,
) -> Result<Trial, Problem> {
    let mut fields = Fields::new();
    fields.require(request.from <= request.to, "/to", "不能早于开始日期", "must not be before the first day");
    let after = request.to.checked_add_days(Days::new(1));
    fields.require(after.is_some(), "/to", "日期超出范围", "is out of range");
    fields.done()?;
    let tried = changed(present, &request.rules)?;
    let rules =
        |s: &ResponseTargetSettings| Rules::of(s).ok_or_else(|| Problem::internal("rules that are none"));
    let (present, tried) = (rules(present)?, rules(&tried)?);
    let opened: Vec<Opened> = diesel::sql_query(OPENED)
        .bind::<SqlText, _>(region)
        .bind::<Timestamptz, _>(shanghai_midnight(request.from))
        .bind::<Timestamptz, _>(shanghai_midnight(after.unwrap_or(request.to)))
        .bind::<BigInt, _>(i64::try_from(MOST + 1).unwrap_or(i64::MAX))
        .load(conn)?;
    if opened.len() > MOST {
        return Err(too_much());
    }
    let mut counts: BTreeMap<(Kind, SupervisionClass, String), (Counts, Counts)> = BTreeMap::new();
    for some in opened.chunks(AT_ONCE) {
        let mut histories = histories(conn, some)?;
        for c in some {
            let history = histories.remove(&c.id).unwrap_or_default();
            let deadlines = [c.rectify_by, c.reinspect_by, c.second_by];
            let statutory = history::next_deadline(deadlines, c.opened_at);
            let matter = (c.product_kind.as_str(), c.opened_at, statutory);
            for (rules, is_tried) in [(&present, false), (&tried, true)] {
                let fold = history::fold(rules, &catalogue.calendar, catalogue, matter);
                for target in fold.targets(&history, now) {
                    let of = (target.kind, fold.matter.class, c.region.clone());
                    let entry = counts.entry(of).or_default();
                    let count = if is_tried { &mut entry.1 } else { &mut entry.0 };
                    count.add(target.state());
                }
            }
        }
    }
    let row = |((kind, class, region), (present, tried))| TrialRow { kind, class, region, present, tried };
    Ok(Trial { consultations: opened.len(), rows: counts.into_iter().map(row).collect() })
}

fn too_much() -> Problem {
    let detail = Text::new(
        "该时段的问诊或消息过多，请缩短时段",
        "there are too many consultations or messages in these days: choose fewer days",
    );
    Problem::invalid(vec![FieldError::body("/from", detail)])
}

/// The histories of some consultations, with who wrote when.
fn histories(
    conn: &mut PgConnection,
    some: &[Opened],
) -> Result<HashMap<ConsultationId, Vec<Dated>>, Problem> {
    let ids: Vec<ConsultationId> = some.iter().map(|c| c.id).collect();
    let mut events: HashMap<ConsultationId, Vec<Dated>> = HashMap::new();
    for (id, (_, at, fact)) in history::lines(conn, &ids, 0)? {
        events.entry(id).or_default().extend(fact.map(|fact| (at, fact)));
    }
    let spoken = spoken_of(conn, &ids, MESSAGES)?;
    if i64::try_from(spoken.len()).is_ok_and(|n| n >= MESSAGES) {
        return Err(too_much());
    }
    let mut written: HashMap<ConsultationId, Vec<Dated>> = HashMap::new();
    for (id, role, at) in spoken {
        written.entry(id).or_default().extend(history::written(role).map(|fact| (at, fact)));
    }
    let both = |(id, events): (ConsultationId, Vec<Dated>)| {
        let messages = written.remove(&id).unwrap_or_default();
        (id, history::merged(events.into_iter(), messages.into_iter()))
    };
    Ok(events.into_iter().map(both).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointers(changes: Value) -> Vec<String> {
        let Value::Object(changes) = changes else { panic!("no object") };
        let problem = changed(&ResponseTargetSettings::default(), &changes).unwrap_err();
        problem.errors.iter().map(|e| e.pointer.clone()).collect()
    }

    #[test]
    fn rules_to_be_tried_are_checked_field_by_field() {
        use serde_json::json;
        assert_eq!(pointers(json!({ "first": "1 working, 1 working" })), ["/rules/first"]);
        assert_eq!(
            pointers(json!({ "warn_percent": 0, "work_to": 5 })),
            ["/rules/warn_percent", "/rules/work_to"]
        );
        assert_eq!(pointers(json!({ "conclusion_strict": "5" })), ["/rules/conclusion_strict"]);
        assert_eq!(pointers(json!({ "lunch_from": "18:00" })), ["/rules/lunch_from"]);
        let Value::Object(changes) = json!({ "warn_percent": 50 }) else { panic!() };
        assert_eq!(changed(&ResponseTargetSettings::default(), &changes).unwrap().warn_percent, 50);
    }
}
