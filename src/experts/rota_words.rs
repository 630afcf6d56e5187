//! A duty rota in words: on which days, from when to when, and whether on public holidays. Pure.

use crate::core::Language;
use crate::experts::rota::DutyShift;

const ZH: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
const EN: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The weekdays in short, from Monday, as rotas are drawn and entered.
#[must_use]
pub fn short_weekdays(language: Language) -> [&'static str; 7] {
    match language {
        Language::Zh => ZH,
        Language::En => ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    }
}

/// A sentence for each shift; for a rota without shifts, one that says so.
#[must_use]
pub fn describe(shifts: &[DutyShift], language: Language) -> Vec<String> {
    if shifts.is_empty() {
        return vec![match language {
            Language::Zh => "未设班次：任何时间都可派单".to_owned(),
            Language::En => "No shifts: consultations may be offered at any hour".to_owned(),
        }];
    }
    shifts.iter().map(|shift| sentence(shift, language)).collect()
}

fn sentence(shift: &DutyShift, language: Language) -> String {
    let (days, from) = (days(&shift.weekdays, language), &shift.from);
    // "HH:MM" sort as the times do. What ends at midnight ends the day on which it begins.
    let to = match (shift.to.as_str(), language) {
        ("00:00", Language::Zh) => " 24:00".to_owned(),
        ("00:00", Language::En) => "24:00".to_owned(),
        (to, Language::Zh) if to <= from.as_str() => format!("次日 {to}"),
        (to, Language::En) if to <= from.as_str() => format!("{to} the next day"),
        (to, Language::Zh) => format!(" {to}"),
        (to, Language::En) => to.to_owned(),
    };
    match (language, shift.holidays) {
        (Language::Zh, true) => format!("{days} {from} 至{to}，法定节假日也值班"),
        (Language::Zh, false) => format!("{days} {from} 至{to}，法定节假日除外"),
        (Language::En, true) => format!("{days}, {from} to {to}, on public holidays, too"),
        (Language::En, false) => format!("{days}, {from} to {to}, except on public holidays"),
    }
}

/// The weekdays, with three or more that follow one another as a span.
fn days(weekdays: &[i32], language: Language) -> String {
    let mut days: Vec<usize> =
        weekdays.iter().filter_map(|day| usize::try_from(day - 1).ok()).filter(|day| *day < 7).collect();
    days.sort_unstable();
    days.dedup();
    if days.len() == 7 {
        return if language == Language::Zh { "每天".to_owned() } else { "Every day".to_owned() };
    }
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for day in days {
        match runs.last_mut().filter(|(_, last)| last + 1 == day) {
            Some((_, last)) => *last = day,
            None => runs.push((day, day)),
        }
    }
    let (names, to, and) = if language == Language::Zh { (ZH, "至", "、") } else { (EN, " to ", ", ") };
    let name = |day: usize| names.get(day).copied().unwrap_or_default();
    let run = |(first, last): (usize, usize)| match last - first {
        0 => name(first).to_owned(),
        1 => format!("{}{and}{}", name(first), name(last)),
        _ => format!("{}{to}{}", name(first), name(last)),
    };
    runs.into_iter().map(run).collect::<Vec<_>>().join(and)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(weekdays: &[i32], from: &str, to: &str, holidays: bool) -> [String; 2] {
        let shift = DutyShift { weekdays: weekdays.to_vec(), from: from.into(), to: to.into(), holidays };
        [Language::Zh, Language::En].map(|language| describe(std::slice::from_ref(&shift), language).concat())
    }

    #[test]
    fn shifts_are_said_as_they_are() {
        for (shift, zh, en) in [
            (
                said(&[1, 2, 3, 4, 5], "09:00", "17:30", false),
                "周一至周五 09:00 至 17:30，法定节假日除外",
                "Monday to Friday, 09:00 to 17:30, except on public holidays",
            ),
            (
                said(&[7], "22:00", "06:00", true),
                "周日 22:00 至次日 06:00，法定节假日也值班",
                "Sunday, 22:00 to 06:00 the next day, on public holidays, too",
            ),
            (
                said(&[6, 7, 1], "18:00", "00:00", false),
                "周一、周六、周日 18:00 至 24:00，法定节假日除外",
                "Monday, Saturday, Sunday, 18:00 to 24:00, except on public holidays",
            ),
            (
                said(&[1, 2, 3, 4, 5, 6, 7], "08:00", "08:00", true),
                "每天 08:00 至次日 08:00，法定节假日也值班",
                "Every day, 08:00 to 08:00 the next day, on public holidays, too",
            ),
        ] {
            assert_eq!(shift, [zh, en]);
        }
        assert!(describe(&[], Language::Zh).concat().contains("任何时间"));
    }
}
