//! The sentences of a statement. Pure.

use crate::conduct::score::Standing;
use crate::conduct::words::{ConductState, Grade};
use crate::core::Text;
use crate::core::clock::day_text;
use crate::credit::statement::view::{CauseView, ChangeView, Ends, EndsKind};
use crate::credit::words::ChangeReason;
use chrono::NaiveDate;

/// Thousandths of a point as points: 4500 is "4.5".
pub fn points(thousandths: i64) -> String {
    let (whole, rest) = (thousandths.div_euclid(1000), thousandths.rem_euclid(1000));
    if rest == 0 { whole.to_string() } else { format!("{whole}.{rest:03}").trim_end_matches('0').to_owned() }
}

/// A grade in words; without one it is said that nothing stands on the file.
pub fn grade_text(grade: Option<Grade>) -> Text {
    grade.map_or_else(|| Text::new("未评级", "no grade"), Grade::text)
}

/// A grade behind Chinese words: with a blank where it begins with a letter.
fn behind(text: &Text) -> String {
    let blank = text.zh.starts_with(|c: char| c.is_ascii_alphanumeric());
    format!("{}{}", if blank { " " } else { "" }, text.zh)
}

/// The grade, and what comes next if nothing happens.
pub fn sentence(day: NaiveDate, grade: Option<Grade>, trial: bool, next: Option<&Standing>) -> Text {
    let day = day_text(day);
    if grade.is_none() {
        return Text::new(
            format!("截至{}，没有信用记录，未评定信用等级。", day.zh),
            format!("As of {} nothing stands on the file, so there is no credit grade.", day.en),
        );
    }
    let now = grade_text(grade);
    let on_trial = if trial { ("（试行）", " (on trial)") } else { ("", "") };
    let coming = next.filter(|next| next.grade != grade);
    let after = coming.map(|next| (day_text(next.day), grade_text(next.grade)));
    let (zh, en) = match after {
        Some((from, then)) => (
            format!("若无新增情况，{}起为{}。", from.zh, behind(&then)),
            format!(" If nothing happens it is {} from {} on.", then.en, from.en),
        ),
        None => (String::new(), String::new()),
    };
    Text::new(
        format!("截至{}，信用等级为{}{}。{zh}", day.zh, behind(&now), on_trial.0),
        format!("As of {} the credit is {}{}.{en}", day.en, now.en, on_trial.1),
    )
}

/// What a coming day brings.
pub fn projected(ahead: &Standing) -> Text {
    let (day, grade) = (day_text(ahead.day), grade_text(ahead.grade));
    Text::new(
        format!("若无新增情况，{}起为{}", day.zh, behind(&grade)),
        format!("if nothing happens, {} from {} on", grade.en, day.en),
    )
}

/// A change in a sentence.
pub fn changed(change: &ChangeView) -> Text {
    let (before, after) = (change.grade_before.map(Grade::text), grade_text(change.grade));
    let reason = change.reason.text();
    let (zh, en) = match (&before, change.grade_before == change.grade) {
        (None, _) => (format!("首次评定为{}", behind(&after)), format!("first graded: {}", after.en)),
        (Some(_), true) => (format!("等级不变，为{}", behind(&after)), format!("still {}", after.en)),
        (Some(before), false) => (
            format!("由{}变为{}", behind(before), behind(&after)),
            format!("{} after {}", after.en, before.en),
        ),
    };
    let causes = |of: fn(&CauseView) -> String, between: &str| -> String {
        change.causes.iter().map(of).collect::<Vec<_>>().join(between)
    };
    let zh_causes = causes(|cause| cause.text.zh.to_string(), "；");
    let en_causes = causes(|cause| cause.text.en.to_string(), "; ");
    let because = !change.causes.is_empty() && change.reason != ChangeReason::Place;
    if because {
        Text::new(format!("{zh}：{zh_causes}"), format!("{en}: {en_causes}"))
    } else {
        Text::new(format!("{zh}（{}）", reason.zh), format!("{en} ({})", reason.en))
    }
}

/// Until when an entry counts by itself.
pub fn expiry(until: NaiveDate) -> Ends {
    let last = day_text(until);
    Ends {
        kind: EndsKind::Expiry,
        on: until.succ_opt(),
        possible: true,
        text: Text::new(
            format!("计分至{}，期满自动失效", last.zh),
            format!("counts until {} and ends by itself", last.en),
        ),
        article: None,
    }
}

/// From when credit repair of an entry can be applied for, and whether it can be on a day on which the entry is in this state.
pub fn repair(from: NaiveDate, day: NaiveDate, state: ConductState, article: Text) -> Ends {
    let text = match state {
        ConductState::RepairPending => {
            Text::new("信用修复申请正在审核", "an application for credit repair is being decided")
        }
        _ if from > day => {
            let from = day_text(from);
            Text::new(
                format!("{}起可以申请信用修复", from.zh),
                format!("credit repair can be applied for from {} on", from.en),
            )
        }
        ConductState::Entered => Text::new(
            "告知后可以申请信用修复",
            "credit repair can be applied for once the enterprise was notified",
        ),
        ConductState::Contested => Text::new(
            "异议处理完毕后可以申请信用修复",
            "credit repair can be applied for once the objection is decided",
        ),
        ConductState::Notified | ConductState::Repaired | ConductState::Annulled => {
            Text::new("现在可以申请信用修复", "credit repair can be applied for now")
        }
    };
    let possible = from <= day && state == ConductState::Notified;
    Ends { kind: EndsKind::Repair, on: Some(from), possible, text, article: Some(article) }
}

/// Whether an entry of this state can be objected to. `decided`: an objection to what it says was decided; there is no second one.
pub fn objection(state: ConductState, decided: bool, article: Text) -> Ends {
    let text = match state {
        ConductState::Contested => Text::new(
            "异议正在处理，异议成立的，更正或者撤销该记录",
            "an objection is being decided; where it is right the entry is corrected or annulled",
        ),
        _ if decided => Text::new(
            "异议已经处理；对处理结果不服的，可以依法申请行政复议或者提起行政诉讼",
            "an objection was decided; administrative reconsideration and the courts remain open",
        ),
        ConductState::RepairPending => Text::new(
            "信用修复申请审核期间不能提出异议",
            "no objection can be made while an application for credit repair is being decided",
        ),
        ConductState::Entered | ConductState::Notified | ConductState::Repaired | ConductState::Annulled => {
            Text::new("认为记录有误的，可以提出异议", "whoever thinks that it is wrong can object")
        }
    };
    let possible = matches!(state, ConductState::Entered | ConductState::Notified) && !decided;
    Ends { kind: EndsKind::Objection, on: None, possible, text, article: Some(article) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_written_without_idle_zeros() {
        let said: Vec<String> = [0, 4_000, 4_500, 12_125, 300].iter().map(|n| points(*n)).collect();
        assert_eq!(said, ["0", "4", "4.5", "12.125", "0.3"]);
    }

    #[test]
    fn the_sentence_says_what_comes_next() {
        let day: NaiveDate = "2026-11-30".parse().unwrap();
        let next = Standing { day: "2027-03-01".parse().unwrap(), grade: Some(Grade::B), roles: Vec::new() };
        let text = sentence(day, Some(Grade::C), true, Some(&next));
        assert_eq!(
            text.zh,
            "截至2026年11月30日，信用等级为 C 级（试行）。若无新增情况，2027年3月1日起为 B 级。"
        );
        assert!(sentence(day, None, true, None).zh.contains("未评定"));
        assert!(!sentence(day, Some(Grade::A), false, None).zh.contains("试行"));
    }

    #[test]
    fn what_can_be_done_follows_from_the_state_on_the_day() {
        use ConductState::{Contested, Entered, Notified, RepairPending};
        let (from, before): (NaiveDate, NaiveDate) =
            ("2026-11-30".parse().unwrap(), "2026-11-29".parse().unwrap());
        let article = || Text::new("第一条", "art. 1");
        let repairs = |state, day| {
            let ends = repair(from, day, state, article());
            (ends.possible, ends.text.zh.into_owned())
        };
        assert_eq!(repairs(Notified, from), (true, "现在可以申请信用修复".to_owned()));
        assert_eq!(repairs(Notified, before), (false, "2026年11月30日起可以申请信用修复".to_owned()));
        assert_eq!(repairs(Contested, from), (false, "异议处理完毕后可以申请信用修复".to_owned()));
        assert_eq!(repairs(Entered, from), (false, "告知后可以申请信用修复".to_owned()));
        assert_eq!(repairs(RepairPending, before), (false, "信用修复申请正在审核".to_owned()));
        let objects: Vec<bool> = [
            (Entered, false),
            (Notified, false),
            (Notified, true),
            (Contested, false),
            (RepairPending, false),
        ]
        .map(|(state, decided)| objection(state, decided, article()).possible)
        .to_vec();
        assert_eq!(objects, [true, true, false, false, false]);
    }
}
