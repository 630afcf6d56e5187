//! Grades and points in sentences that people understand. Pure.

use chrono::NaiveDate;

use crate::conduct::score::EntryStatus;
use crate::conduct::words::Grade;
use crate::credit::pages::shown::GradeShown;
use crate::credit::statement::points as points_text;
use crate::web::frame::Frame;

/// A grade as it is shown.
pub fn grade_shown(grade: Option<Grade>) -> GradeShown {
    let (letter, tone) = match grade {
        None => ("—", ""),
        Some(Grade::A) => ("A", "good"),
        Some(Grade::B) => ("B", ""),
        Some(Grade::C) => ("C", "warn"),
        Some(Grade::D) => ("D", "bad"),
    };
    GradeShown { letter, tone }
}

/// How the bar of a grade looks.
pub fn bar_tone(grade: Grade) -> &'static str {
    match grade {
        Grade::A => "good",
        Grade::B => "plain",
        Grade::C => "warn",
        Grade::D => "bad",
    }
}

/// How a grade is supervised: the words of 粤市监规字〔2021〕5号 for B, C and D.
pub fn supervision(f: &Frame, grade: Grade) -> &'static str {
    match grade {
        Grade::A => f.t("常规监管", "regular supervision"),
        Grade::B => f.t("跟踪监管", "tracking"),
        Grade::C => f.t("重点监管", "key supervision"),
        Grade::D => f.t("特别监管", "special supervision"),
    }
}

/// Points in words, in thousandths.
pub fn points(f: &Frame, thousandths: i64) -> String {
    let number = points_text(thousandths);
    let word = if thousandths == 1000 { "point" } else { "points" };
    f.t(&format!("{number} 分"), &format!("{number} {word}")).to_owned()
}

/// Grade and supervision in a sentence. `own`: it is read by the enterprise itself.
pub fn lead(f: &Frame, grade: Option<Grade>, own: bool) -> String {
    let who = |yours: &'static str, its: &'static str| if own { yours } else { its };
    let Some(grade) = grade else {
        let zh = who("贵企业尚无信用记录，没有评定等级。", "该经营者尚无信用记录，没有评定等级。");
        let en =
            who("Your enterprise has no record and no grade.", "This operator has no record and no grade.");
        return f.t(zh, en).to_owned();
    };
    let (letter, how) = (grade_shown(Some(grade)).letter, supervision(f, grade));
    f.t(
        &format!("{}目前为 {letter} 级（{how}）。", who("贵企业", "该经营者")),
        &format!("{} grade {letter} ({how}).", who("Your enterprise is in", "This operator is in")),
    )
    .to_owned()
}

/// Why the grade is what it is.
pub struct Why {
    /// The grade.
    pub grade: Grade,
    /// The points, in thousandths.
    pub points: i64,
    /// The product line that has them; none where they are the operator's own.
    pub line: Option<String>,
    /// How many facts bring them.
    pub facts: usize,
    /// From how many whole points the grade is reached; none for the best one.
    pub from: Option<u32>,
    /// The behaviour that allows no better grade, where the points alone would.
    pub floor: Option<String>,
}

/// Why the grade is what it is, in a sentence.
pub fn why(f: &Frame, why: &Why) -> String {
    let letter = grade_shown(Some(why.grade)).letter;
    let points = points(f, why.points);
    if why.points == 0 && why.floor.is_none() {
        return f.t("目前没有在计分的失信行为。", "No conduct brings points at present.").to_owned();
    }
    let facts = why.facts;
    let (line_zh, line_en) = why.line.as_ref().map_or_else(Default::default, |line| {
        (format!("产品线“{line}”"), format!(" of the product line “{line}”"))
    });
    let so_far = f
        .t(
            &format!("{line_zh}失信记分 {points}，由 {facts} 项事实产生"),
            &format!("{points} from {facts} {}{line_en}", if facts == 1 { "fact" } else { "facts" }),
        )
        .to_owned();
    match (&why.floor, why.from) {
        (Some(floor), _) => f
            .t(
                &format!("{so_far}；因“{floor}”仍在计分，等级不高于 {letter} 级。"),
                &format!("{so_far}; while “{floor}” counts, no grade better than {letter} is possible."),
            )
            .to_owned(),
        (None, Some(from)) => f
            .t(
                &format!("{so_far}；{letter} 级自 {from} 分起。"),
                &format!("{so_far}; grade {letter} begins at {from} points."),
            )
            .to_owned(),
        (None, None) => f.t(&format!("{so_far}。"), &format!("{so_far}.")).to_owned(),
    }
}

/// What holds from a coming day on.
pub fn coming(f: &Frame, grade: Option<Grade>, thousandths: i64) -> String {
    let (letter, points) = (grade_shown(grade).letter, points(f, thousandths));
    f.t(&format!("起为 {letter} 级，{points}"), &format!("grade {letter} from then on, {points}")).to_owned()
}

/// A change of the grade, as its line names it.
pub fn change(f: &Frame, from: Option<Grade>, to: Option<Grade>) -> String {
    let level = |grade: Option<Grade>| match grade {
        None => f.t("无等级", "no grade").to_owned(),
        Some(_) => {
            let letter = grade_shown(grade).letter;
            f.t(&format!("{letter} 级"), &format!("grade {letter}")).to_owned()
        }
    };
    format!("{} → {}", level(from), level(to))
}

/// Whether an entry can be repaired, as the statement shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RepairShown {
    /// It burdens nobody, or something else is decided first: nothing is said of it.
    Unsaid,
    /// It can't be repaired.
    Never,
    /// A repair can be applied for from this day on.
    From(NaiveDate),
    /// A repair can be applied for now.
    Now,
}

/// What ends an entry: its last day, a repair.
pub fn ends(f: &Frame, until: NaiveDate, repair: RepairShown) -> String {
    let expiry = f
        .t(&format!("{}后自动终止", f.day(&until)), &format!("it ends by itself after {}", f.day(&until)))
        .to_owned();
    let repair = match repair {
        RepairShown::Unsaid => String::new(),
        RepairShown::Never => f.t("，不可申请修复", "; it can’t be repaired").to_owned(),
        RepairShown::From(day) => f
            .t(
                &format!("；{}起可申请修复", f.day(&day)),
                &format!("; a repair can be applied for from {}", f.day(&day)),
            )
            .to_owned(),
        RepairShown::Now => f.t("；现在可申请修复", "; a repair can be applied for now").to_owned(),
    };
    f.t(&format!("{expiry}{repair}。"), &format!("{expiry}{repair}.")).to_owned()
}

/// That an entry has ended, by its last day or by a repair; none where it has not.
pub fn ended(
    f: &Frame,
    status: EntryStatus,
    until: NaiveDate,
    repaired_on: Option<NaiveDate>,
) -> Option<String> {
    match (status, repaired_on) {
        (EntryStatus::Expired, _) => {
            let day = f.day(&until);
            let (zh, en) = (
                format!("有效期已于{day}届满，不再计分。"),
                format!("it expired on {day} and counts no more."),
            );
            Some(f.t(&zh, &en).to_owned())
        }
        (EntryStatus::Repaired, Some(day)) => {
            let day = f.day(&day);
            let (zh, en) = (
                format!("已于{day}完成信用修复，不再计分。"),
                format!("it was repaired on {day} and counts no more."),
            );
            Some(f.t(&zh, &en).to_owned())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::Language;

    fn frame(language: Language) -> Frame {
        Frame {
            language,
            person: None,
            path: "/".to_owned(),
            other: String::new(),
            places: std::sync::Arc::default(),
            rooms: &[],
            log_in: "/login",
        }
    }

    #[test]
    fn the_grade_is_said_in_a_sentence() {
        let (zh, en) = (frame(Language::Zh), frame(Language::En));
        assert_eq!(lead(&zh, Some(Grade::C), true), "贵企业目前为 C 级（重点监管）。");
        assert_eq!(lead(&en, Some(Grade::D), false), "This operator is in grade D (special supervision).");
        assert_eq!(lead(&zh, None, false), "该经营者尚无信用记录，没有评定等级。");
    }

    #[test]
    fn why_names_points_facts_and_the_bound_or_the_floor() {
        let zh = frame(Language::Zh);
        let mut reason =
            Why { grade: Grade::C, points: 14_500, line: None, facts: 2, from: Some(12), floor: None };
        assert_eq!(why(&zh, &reason), "失信记分 14.5 分，由 2 项事实产生；C 级自 12 分起。");
        reason.floor = Some("列入严重违法失信名单".to_owned());
        reason.grade = Grade::D;
        assert_eq!(
            why(&zh, &reason),
            "失信记分 14.5 分，由 2 项事实产生；因“列入严重违法失信名单”仍在计分，等级不高于 D 级。"
        );
        let of_line = Why { line: Some("电线".to_owned()), floor: None, grade: Grade::C, ..reason };
        assert_eq!(why(&zh, &of_line), "产品线“电线”失信记分 14.5 分，由 2 项事实产生；C 级自 12 分起。");
        let none = Why { grade: Grade::A, points: 0, line: None, facts: 0, from: None, floor: None };
        assert_eq!(why(&zh, &none), "目前没有在计分的失信行为。");
        let one = Why { grade: Grade::A, points: 1000, line: None, facts: 1, from: None, floor: None };
        assert_eq!(why(&frame(Language::En), &one), "1 point from 1 fact.");
    }

    #[test]
    fn what_ends_an_entry_is_said_with_its_days() {
        let (zh, day) = (frame(Language::Zh), |text: &str| text.parse::<NaiveDate>().unwrap());
        let until = day("2027-03-01");
        for (repair, said) in [
            (RepairShown::From(day("2026-12-31")), "2027年3月1日后自动终止；2026年12月31日起可申请修复。"),
            (RepairShown::Now, "2027年3月1日后自动终止；现在可申请修复。"),
            (RepairShown::Never, "2027年3月1日后自动终止，不可申请修复。"),
            (RepairShown::Unsaid, "2027年3月1日后自动终止。"),
        ] {
            assert_eq!(ends(&zh, until, repair), said);
        }
        let over = |status, repaired_on| ended(&zh, status, until, repaired_on);
        assert_eq!(over(EntryStatus::Counts, None), None);
        assert_eq!(
            over(EntryStatus::Expired, None).as_deref(),
            Some("有效期已于2027年3月1日届满，不再计分。")
        );
        assert_eq!(
            over(EntryStatus::Repaired, Some(day("2026-12-31"))).as_deref(),
            Some("已于2026年12月31日完成信用修复，不再计分。")
        );
    }
}
