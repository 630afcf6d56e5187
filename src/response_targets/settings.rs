//! The settings of response targets: how long an enterprise waits at most, and in which hours that is counted.

use crate::response_targets::terms::{Terms, clock, hours};
use crate::settings::Checks;

crate::settings_section! {
    /// How soon an enterprise that asks is to be answered: the first answer, each next one, and the conclusion. Each has two terms with a
    /// comma between, the first for urgent consultations, the second for all others. A term is a number of minutes, 1 to 525600, and
    /// `working` (only the working hours of working days count) or `round_the_clock`. A term that runs keeps its length when a setting
    /// changes.
    pub ResponseTargetSettings in "response_targets" checked by check {
        /// The first answer about a product under strict supervision.
        first_answer_strict: String = "60 working, 120 working".to_owned();
        /// The first answer about a product under special supervision.
        first_answer_special: String = "120 working, 240 working".to_owned();
        /// The first answer about any other product.
        first_answer_general: String = "240 working, 420 working".to_owned();
        /// The answer to what the enterprise writes later, about a product under strict supervision.
        next_answer_strict: String = "120 working, 240 working".to_owned();
        /// The same about a product under special supervision.
        next_answer_special: String = "240 working, 420 working".to_owned();
        /// The same about any other product.
        next_answer_general: String = "420 working, 840 working".to_owned();
        /// The conclusion about a product under strict supervision.
        conclusion_strict: String = "1260 working, 2100 working".to_owned();
        /// The conclusion about a product under special supervision.
        conclusion_special: String = "2100 working, 2940 working".to_owned();
        /// The conclusion about any other product.
        conclusion_general: String = "2940 working, 4200 working".to_owned();
        /// When work begins on a working day, HH:MM in Asia/Shanghai. Which days are worked says the calendar of the State Council's
        /// holidays: make-up days are, public holidays are not.
        work_from: String = "09:00".to_owned();
        /// When lunch begins.
        lunch_from: String = "12:00".to_owned();
        /// When lunch ends.
        lunch_to: String = "13:30".to_owned();
        /// When work ends.
        work_to: String = "17:30".to_owned();
        /// The share of a term, in percent, after which a warning is given.
        warn_percent: u32 = 80, 1..=99;
        /// A consultation is urgent where its case has a statutory deadline within so many days of the opening.
        urgent_days: u32 = 15, 0..=365;
        /// Minutes for which warnings and overdue answers are gathered into one mail to each person.
        mail_gather_minutes: u32 = 15, 1..=1_440;
    }
}

impl ResponseTargetSettings {
    /// The settings that hold terms: key and value.
    pub fn terms(&self) -> [(&'static str, &str); 9] {
        [
            ("first_answer_strict", &self.first_answer_strict),
            ("first_answer_special", &self.first_answer_special),
            ("first_answer_general", &self.first_answer_general),
            ("next_answer_strict", &self.next_answer_strict),
            ("next_answer_special", &self.next_answer_special),
            ("next_answer_general", &self.next_answer_general),
            ("conclusion_strict", &self.conclusion_strict),
            ("conclusion_special", &self.conclusion_special),
            ("conclusion_general", &self.conclusion_general),
        ]
    }

    /// The moments of a day in their order: key and value.
    pub fn day(&self) -> [(&'static str, &str); 4] {
        [
            ("work_from", &self.work_from),
            ("lunch_from", &self.lunch_from),
            ("lunch_to", &self.lunch_to),
            ("work_to", &self.work_to),
        ]
    }
}

/// What is wrong with terms or hours: the key and what is wanted.
pub fn faults(s: &ResponseTargetSettings) -> Vec<(&'static str, &'static str)> {
    let mut faults = Vec::new();
    for (key, text) in s.terms() {
        if Terms::parse(text).is_none() {
            faults.push((
                key,
                "must be two terms such as \"60 working, 120 round_the_clock\", each of 1 to 525600 minutes",
            ));
        }
    }
    let mut clocks = true;
    for (key, text) in s.day() {
        if clock(text).is_none() {
            clocks = false;
            faults.push((key, "must be a time of day such as 09:00"));
        }
    }
    if clocks && hours(s.day().map(|(_, text)| text)).is_none() {
        faults.push((
            "lunch_from",
            "lunch must be within the working hours, after work_from and before work_to, and must not end before it begins",
        ));
    }
    faults
}

fn check(settings: &ResponseTargetSettings, checks: &mut Checks<'_>) {
    for (key, what) in faults(settings) {
        checks.check(false, &format!("response_targets.{key}"), what);
    }
}
