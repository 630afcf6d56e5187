//! The times that are proposed for a visit. Pure.

use crate::catalogue::Calendar;
use crate::core::clock::{day_text, shanghai_date};
use crate::core::fields::Fields;
use crate::engagements::settings::VisitRules;
use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// The shortest visit, in minutes.
const SHORTEST_MINUTES: i64 = 15;

/// A time that is proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SlotInput {
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends: on the same day in Asia/Shanghai, 15 minutes later at least.
    pub ends_at: DateTime<Utc>,
}

impl SlotInput {
    /// Its day, in Asia/Shanghai.
    pub fn day(&self) -> NaiveDate {
        shanghai_date(self.starts_at)
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.starts_at < other.ends_at && other.starts_at < self.ends_at
    }
}

/// The first day that a proposal of today may name: so many working days later.
pub fn earliest(calendar: &Calendar, today: NaiveDate, working_days: u32) -> NaiveDate {
    (0..working_days).fold(today, |day, _| {
        let next = day.succ_opt().unwrap_or(day);
        calendar.next_working_day_on_or_after(next)
    })
}

/// Checks the times of a proposal, of which there is one at least. Faults go to `/slots` and below.
pub fn check(
    fields: &mut Fields,
    slots: &[SlotInput],
    rules: &VisitRules,
    (first, now): (NaiveDate, DateTime<Utc>),
) {
    if slots.is_empty() || slots.len() > rules.most_slots {
        let most = rules.most_slots;
        fields.fault("/slots", format!("须有 1 到 {most} 个时段"), format!("must hold 1 to {most} times"));
        return;
    }
    let last = shanghai_date(now).checked_add_days(Days::new(rules.most_days_ahead));
    let longest = rules.longest_hours;
    for (at, slot) in slots.iter().enumerate() {
        let pointer = format!("/slots/{at}");
        let begins = format!("{pointer}/starts_at");
        let ends = format!("{pointer}/ends_at");
        if slot.day() < first || slot.starts_at <= now {
            let first = day_text(first);
            fields.fault(
                &begins,
                format!("不能早于{}：须提前通知企业", first.zh),
                format!("must not be before {}: the enterprise needs notice", first.en),
            );
        }
        let late = last.is_none_or(|last| slot.day() > last);
        fields.require(!late, &begins, "日期过远", "is too far ahead");
        let length = slot.ends_at.signed_duration_since(slot.starts_at);
        if length < Duration::minutes(SHORTEST_MINUTES) || length > Duration::hours(longest) {
            fields.fault(
                &ends,
                format!("时长须为 15 分钟到 {longest} 小时"),
                format!("must be 15 minutes to {longest} hours later"),
            );
        } else if shanghai_date(slot.ends_at) != slot.day() {
            fields.fault(&ends, "须与开始时间在同一天", "must be on the same day");
        }
        let doubled = slots.iter().take(at).any(|other| other.overlaps(slot));
        fields.require(!doubled, &pointer, "与前面的时段重叠", "overlaps one before it");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;
    use crate::engagements::settings::EngagementSettings;

    fn slot(from: &str, until: &str) -> SlotInput {
        SlotInput { starts_at: from.parse().unwrap(), ends_at: until.parse().unwrap() }
    }

    fn faults(slots: &[SlotInput]) -> Vec<String> {
        let settings = EngagementSettings::default();
        let now: DateTime<Utc> = "2026-03-02T01:00:00Z".parse().unwrap();
        let rules = settings.rules_on(shanghai_date(now)).unwrap();
        let catalogue = Catalogue::builtin().unwrap();
        let first = earliest(&catalogue.calendar, shanghai_date(now), rules.notice_working_days);
        let mut fields = Fields::new();
        check(&mut fields, slots, rules, (first, now));
        match fields.done() {
            Ok(()) => Vec::new(),
            Err(problem) => problem.errors.iter().map(|error| error.pointer.clone()).collect(),
        }
    }

    #[test]
    fn notice_counts_working_days() {
        let calendar = Catalogue::builtin().unwrap().calendar;
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(earliest(&calendar, day("2026-03-02"), 0), day("2026-03-02"));
        assert_eq!(earliest(&calendar, day("2026-03-02"), 2), day("2026-03-04"));
        // Over a weekend.
        assert_eq!(earliest(&calendar, day("2026-03-06"), 2), day("2026-03-10"));
    }

    #[test]
    fn times_are_in_order_apart_and_given_notice_of() {
        let fits = slot("2026-03-04T01:00:00Z", "2026-03-04T03:00:00Z");
        assert!(faults(&[fits]).is_empty());
        assert_eq!(faults(&[]), ["/slots"]);
        assert_eq!(faults(&[fits; 6]), ["/slots"]);
        assert_eq!(faults(&[fits, fits]), ["/slots/1"]);
        assert_eq!(faults(&[slot("2026-03-03T01:00:00Z", "2026-03-03T03:00:00Z")]), ["/slots/0/starts_at"]);
        assert_eq!(faults(&[slot("2026-03-04T03:00:00Z", "2026-03-04T01:00:00Z")]), ["/slots/0/ends_at"]);
        assert_eq!(faults(&[slot("2026-03-04T15:00:00Z", "2026-03-04T17:00:00Z")]), ["/slots/0/ends_at"]);
        assert_eq!(faults(&[slot("2027-03-04T01:00:00Z", "2027-03-04T03:00:00Z")]), ["/slots/0/starts_at"]);
    }
}
